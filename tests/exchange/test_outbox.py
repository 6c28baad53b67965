"""The outbox: a message for each delivery, none lost and none twice, whatever is interrupted."""

from __future__ import annotations

import json
from base64 import b64encode
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.exchange.outbox import Outbox, is_address, message
from svcctl.model.messages import Message
from svcctl.model.problems import Busy, Refused
from tests.events import any_text


def delivery(**changes: Any) -> dict[str, Any]:
    value = {
        "event": "4f7x2c9k",
        "id": "R-20261123-k7qm4d",
        "at": "2026-11-23T10:00:00+03:00",
        "to": {"handle": "ivanova", "name": "Анна Иванова", "email": "ivanova@example.com"},
        "from": {"name": "Сталь, ООО", "email": "cron@example.com"},
        "subject": "[k7qm4d] resolution is 2 h late: КП на арматуру",
        "text": "КП на арматуру\n",
    }
    return {**value, **changes}


def known(request: str, event: str) -> bool:
    return True


@pytest.fixture
def box(tmp_path: Path) -> Outbox:
    (tmp_path / "desk").mkdir()
    return Outbox(str(tmp_path / "desk"), str(tmp_path / "private"))


def messages(box: Outbox) -> list[str]:
    return sorted(str(path.relative_to(box.root)) for path in Path(box.root).rglob("*.eml"))


PATH = "outbox/2026/11/23/4f7x2c9k-ivanova.eml"


# Delivering


def test_what_is_recorded_becomes_a_message_once(box: Outbox) -> None:
    box.prepare([delivery()], with_command=False)
    assert messages(box) == [] and not box.is_empty()
    assert box.deliver(known) == []
    assert messages(box) == [PATH] and box.is_empty()
    Path(box.root, PATH).unlink()
    assert box.deliver(known) == []
    assert messages(box) == [], "what a mail program has sent and removed is not written again"


def test_what_was_never_recorded_is_dropped(box: Outbox) -> None:
    box.prepare([delivery()], with_command=False)
    assert box.deliver(lambda request, event: False) == []
    assert messages(box) == [] and box.is_empty()


def test_what_cannot_be_told_yet_is_kept(box: Outbox) -> None:
    box.prepare([delivery()], with_command=False)
    assert box.deliver(lambda request, event: None) == []
    assert messages(box) == [] and not box.is_empty()


def test_git_does_not_see_the_messages(box: Outbox) -> None:
    box.prepare([delivery()], with_command=False)
    box.deliver(known)
    assert Path(box.root, "outbox/.gitignore").read_text() == "*\n"


def test_a_command_gets_the_delivery_and_its_message(box: Outbox) -> None:
    given: list[Any] = []
    box.prepare([delivery()], with_command=True)
    assert box.deliver(known, lambda document: given.append(json.loads(document))) == []
    assert given == [{**delivery(), "file": PATH}]
    assert box.is_empty()


def test_what_a_command_refused_is_tried_again_by_the_next_run_that_has_one(box: Outbox) -> None:
    others = [delivery(), delivery(event="9d01r7mw")]
    box.prepare(others, with_command=True)
    tried: list[str] = []

    def refuse(document: str) -> Message:
        tried.append(json.loads(document)["event"])
        return Message("no route")

    first, _ = box.deliver(known, refuse)
    assert tried == ["4f7x2c9k", "9d01r7mw"], "the others are told all the same"
    assert str(first) == (
        f"ivanova was not told by the command: no route; the next run with --exec tries again, the message is {PATH}"
    )
    assert len(messages(box)) == 2
    Path(box.root, PATH).unlink()
    assert box.deliver(known) == [] and not box.is_empty(), "without a command it waits"
    assert box.deliver(known, lambda document: None) == []
    assert box.is_empty() and len(messages(box)) == 1


def test_one_run_at_a_time(box: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svcctl.exchange.outbox._PATIENCE", 0.05)
    with box.held(), pytest.raises(Busy, match="another check is telling people just now"), box.held():
        pass
    with box.held():
        pass


def test_a_busy_desk_is_not_taken_for_a_busy_outbox(box: Outbox) -> None:
    with pytest.raises(Busy, match="others kept writing"), box.held():
        raise Busy(Message("others kept writing to this desk"))


def test_an_outbox_that_leads_out_of_the_desk_is_refused(box: Outbox, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    Path(box.root, "outbox").symlink_to(elsewhere)
    box.prepare([delivery()], with_command=False)
    with pytest.raises(Refused, match="leads out of the desk"):
        box.deliver(known)
    assert list(elsewhere.iterdir()) == [] and not box.is_empty()


def test_an_outbox_that_cannot_be_written_is_refused(box: Outbox) -> None:
    Path(box.root, "outbox").write_text("a file of somebody")
    box.prepare([delivery()], with_command=False)
    with pytest.raises(Refused, match="cannot write"):
        box.deliver(known)
    Path(box.private).parent.joinpath("x").write_text("")
    with pytest.raises(Refused, match="cannot write"):
        Outbox(box.root, str(Path(box.private).parent / "x")).prepare([delivery()], with_command=False)


@pytest.mark.parametrize("handle", ["../../etc/passwd", "a/b", "иванова", ".", "a b"])
def test_no_handle_leaves_the_folder_of_its_day(box: Outbox, handle: str) -> None:
    to = {"handle": handle, "name": "x", "email": "x@example.com"}
    box.prepare([delivery(to=to)], with_command=False)
    assert box.deliver(known) == []
    (path,) = messages(box)
    assert path.startswith("outbox/2026/11/23/4f7x2c9k-") and path.count("/") == 4


# Messages


def parsed(value: dict[str, Any]) -> Any:
    return BytesParser(policy=policy.default).parsebytes(message(value))


def test_a_message_says_what_mail_programs_need() -> None:
    mail = parsed(delivery())
    assert str(mail["To"]) == "Анна Иванова <ivanova@example.com>"
    assert str(mail["From"]) == '"Сталь, ООО" <cron@example.com>'
    assert mail["Subject"] == delivery()["subject"]
    assert mail["Date"].datetime.isoformat() == delivery()["at"]
    assert mail["Message-ID"] == "<4f7x2c9k-ivanova@svcctl.invalid>"
    assert mail["References"] == "<R-20261123-k7qm4d@svcctl.invalid>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == ["КП на арматуру"]
    assert not mail.defects


@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("", "ivanova@localhost"),
        ("not an address", "ivanova@localhost"),
        ("a@b\r\nBcc: x@y", "ivanova@localhost"),
        ("@", "ivanova@localhost"),
        ("анна@example.com", "ivanova@localhost"),
        ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai"),
        ("anna+desk@example.com", "anna+desk@example.com"),
    ],
)
def test_who_has_no_address_gets_it_on_this_machine(email: str, address: str) -> None:
    mail = parsed(delivery(to={"handle": "ivanova", "name": "Анна", "email": email}))
    assert [one.addr_spec for one in mail["To"].addresses] == [address]
    assert mail["Bcc"] is None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=400), any_text)
def test_any_text_makes_a_message_that_can_be_read(words: str, name: str) -> None:
    to = {"handle": "ivanova", "name": name, "email": "ivanova@example.com"}
    content = message(delivery(subject=words, text=words + "\n", to=to))
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert mail["To"].addresses[0].addr_spec == "ivanova@example.com"
    assert mail.get_content().split() == words.split()
    assert str(mail["Subject"]).split() == words.split()


def test_a_letter_of_a_person_has_its_files_and_no_mark_of_a_program() -> None:
    attachment = {
        "name": "R-1.pdf",
        "type": "application/pdf",
        "content": b64encode(b"%PDF" + bytes(range(256))).decode(),
    }
    content = message(
        delivery(personal=True, attachments=[attachment, attachment], text="Добрый день!\n" + "слово " * 99)
    )
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    mail = BytesParser(policy=policy.default).parsebytes(content)
    assert not mail.defects and mail["Auto-Submitted"] is None and mail["References"] is None
    assert mail["Message-ID"] == "<4f7x2c9k-ivanova@example.com>"
    assert mail.get_body().get_content().split() == ["Добрый", "день!", *["слово"] * 99]
    assert "\n " not in mail.get_body().get_content()
    files = [(part.get_filename(), part.get_content_type(), part.get_content()) for part in mail.iter_attachments()]
    assert files == [("R-1.pdf", "application/pdf", b"%PDF" + bytes(range(256)))] * 2


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("a@b.example", True),
        ("a.b+c@łódź.example", True),
        ("", False),
        ("a", False),
        ("a@", False),
        ("a@b.example\nBcc: c@d.example", False),
        ("a@b.example, c@d.example", False),
        ("Name <a@b.example>", False),
    ],
)
def test_what_an_address_is(address: str, known: bool) -> None:
    assert is_address(address) is known
