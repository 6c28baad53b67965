"""Opening requests and errands: what is required, what is known, who gets it, and what JSON says."""

from __future__ import annotations

import pytest

from svcctl.store.records import parse_record
from tests.conftest import Svc

KEYS = """
id title type regulation client channel priority department owner status stage fields opened due overdue handoff clocks
promises
""".split()  # noqa: SIM905
CLOCK_KEYS = """
name started due stopped paused elapsed_s remaining_s target verdict calendar regulation
""".split()  # noqa: SIM905
OFFER = ("--type", "offer", "--client", "metallstroy")


def commits(svc: Svc) -> int:
    return int(svc.git("rev-list", "--count", "HEAD"))


def refused(svc: Svc, *words: str, code: int = 1) -> str:
    """The complaint of a command that must write nothing."""
    head = svc.git("rev-parse", "HEAD")
    result = svc(list(words), code=code)
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.git("status", "--porcelain") == ""
    assert result.out == ""
    return result.err


def test_a_plain_request_needs_only_a_title(svc: Svc) -> None:
    before = commits(svc)
    result = svc(["new", "Прайс на арматуру"])
    request = result.id()
    assert result.out == f"{request} opened; nobody yet (sales)\n"
    assert commits(svc) == before + 1
    assert svc.git("log", "-1", "--format=%s").strip() == f"R-…{request} opened ivanova: Прайс на арматуру"
    assert svc.git("status", "--porcelain") == ""


def test_the_json_of_a_request_has_the_keys_of_the_design(svc: Svc) -> None:
    shown = svc.json(["new", "Offer", *OFFER, "--channel", "email", "--field", "weight=20 т"])
    assert set(KEYS) <= set(shown)
    assert {name: shown[name] for name in KEYS if name not in ("id", "clocks")} == {
        "title": "Offer",
        "type": "offer",
        "regulation": "commercial-offer@1",
        "client": "metallstroy",
        "channel": "email",
        "priority": "normal",
        "department": "sales",
        "owner": None,
        "status": "new",
        "stage": "intake",
        "fields": {"weight": "20 т"},
        "opened": "2026-11-23T10:00:00+03:00",
        "due": "2026-11-26T18:00:00+03:00",
        "overdue": False,
        "handoff": None,
        "promises": [],
    }
    assert shown["id"].startswith("R-20261123-") and len(shown["id"]) == 17


def test_the_clocks_of_a_new_offer(svc: Svc) -> None:
    clocks = svc.json(["new", "Offer", *OFFER])["clocks"]
    assert all(set(CLOCK_KEYS) <= set(clock) for clock in clocks)
    assert {clock["name"]: (clock["due"], clock["remaining_s"], clock["target"]) for clock in clocks} == {
        "pickup": ("2026-11-23T10:30:00+03:00", 1800, "30m"),
        "stage": ("2026-11-23T12:00:00+03:00", 7200, "2h"),
        "resolve": ("2026-11-26T18:00:00+03:00", 111600, "3d"),
    }
    for clock in clocks:
        assert (clock["verdict"], clock["started"], clock["stopped"], clock["paused"], clock["elapsed_s"]) == (
            "running",
            "2026-11-23T10:00:00+03:00",
            None,
            None,
            0,
        )
        assert clock["regulation"] == "commercial-offer@1"
        assert clock["calendar"].startswith("office@")


def test_the_priority_changes_the_clocks(svc: Svc) -> None:
    clocks = svc.json(["new", "Offer", *OFFER, "--priority", "urgent"])["clocks"]
    assert {clock["name"]: clock["target"] for clock in clocks} == {"pickup": "10m", "stage": "2h", "resolve": "1d"}


def test_opened_in_the_evening_the_clocks_begin_in_the_morning(svc: Svc) -> None:
    # 2026-11-27 is a Friday.
    clocks = svc.json(["new", "Offer", *OFFER], now="2026-11-27T20:00:00+03:00")["clocks"]
    assert {clock["name"]: clock["due"] for clock in clocks} == {
        "pickup": "2026-11-30T09:30:00+03:00",
        "stage": "2026-11-30T11:00:00+03:00",
        "resolve": "2026-12-02T18:00:00+03:00",
    }


def test_the_record_is_what_was_asked(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER, "--text", "-", feed="Добрый день!\n\nНужна арматура.\n")
    path = svc.record_path(request)
    record = parse_record(path.read_text(encoding="utf-8"), str(path))
    assert record.problems == []
    assert record.header is not None
    assert record.header.text == "Добрый день!\n\nНужна арматура."
    assert (record.header.by, record.header.regulation) == ("ivanova", "commercial-offer@1")
    assert [event.do for event in record.events] == ["stage_started"]
    assert path.relative_to(svc.folder).as_posix().startswith("requests/2026/11/23/R-20261123-")


def test_a_dry_run_writes_nothing(svc: Svc) -> None:
    before = commits(svc)
    assert svc(["new", "Offer", *OFFER, "--dry-run"]).out.endswith("(dry run: nothing was written)\n")
    assert (
        svc.json(["errand", "Certificate", "--to", "kim", "--due", "fri 12:00", "--dry-run"])["title"] == "Certificate"
    )
    assert commits(svc) == before
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    assert svc.json("list") == []


def test_ids_are_different(svc: Svc) -> None:
    assert len({svc.new("same") for _ in range(5)}) == 5


def test_for_a_person_it_is_assigned_for_a_department_it_lies_there(svc: Svc) -> None:
    shown = svc.json("new Call --to kuznetsov")
    assert (shown["owner"], shown["department"], shown["status"]) == ("kuznetsov", "logistics", "in_progress")
    shown = svc.json("new Call --to customs")
    assert (shown["owner"], shown["department"], shown["status"]) == (None, "customs", "new")


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        (["--client", "metalstroy"], "there is no client “metalstroy”", "did you mean “metallstroy”?"),
        (["--channel", "emial"], "“emial” is no channel of channels.yaml", "did you mean “email”?"),
        (["--type", "ofer"], "no regulation is for the type “ofer”", "did you mean “offer”?"),
        (["--priority", "urgnt"], "“urgnt” is no priority", "did you mean “urgent”?"),
        (["--to", "kuznetsow"], "“kuznetsow” is neither a person nor a department", "did you mean “kuznetsov”?"),
        (["--to", "salse"], "“salse” is neither a person nor a department", "did you mean “sales”?"),
        (["--type", "offer"], "commercial-offer@1 requires client", "add --client …"),
    ],
)
def test_what_is_not_known_is_refused_with_what_was_perhaps_meant(
    svc: Svc, words: list[str], what: str, hint: str
) -> None:
    complaint = refused(svc, "new", "Title", *words)
    assert what in complaint
    assert hint in complaint


def test_all_that_a_regulation_requires_is_named_at_once(svc: Svc) -> None:
    text = (svc.folder / "regulations/commercial-offer.md").read_text()
    changed = text.replace("require: [client]", "require: [client, channel, weight]").replace(
        "version: 1", "version: 2"
    )
    svc.write("regulations/commercial-offer.md", changed)
    complaint = refused(svc, "new", "Title", "--type", "offer")
    assert "commercial-offer@2 requires client, channel, weight" in complaint
    assert "add --client … --channel … --field weight=…" in complaint


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["new"], "Missing argument 'TITLE'"),
        (["new", "a", "b"], "unexpected extra argument"),
        (["new", "a", "--field", "weight"], "“weight” should be KEY=VALUE"),
        (["new", "a", "--field", "=1"], "should be KEY=VALUE"),
        (["new", "a", "--field", "a b=1"], "should be KEY=VALUE"),
        (["new", "a", "--prioritty", "low"], "No such option"),
        (["new", "", "--type", "request"], "a request needs a title"),
        (["new", "a\nb"], "a title is one line"),
        (["nwe", "a"], "There is no command “nwe”: did you mean “new”?"),
        (["errand", "x", "--to", "kim"], "Missing option '--due'"),
        (["errand", "x", "--due", "fri 12:00"], "Missing option '--to'"),
    ],
)
def test_a_line_that_is_not_understood(svc: Svc, words: list[str], what: str) -> None:
    assert what in refused(svc, *words, code=2)


def test_an_unknown_person_opens_nothing(svc: Svc) -> None:
    assert "nobody called “stranger” is in team.yaml" in svc("new Title", as_="stranger", code=1).err


def test_an_error_as_json(svc: Svc) -> None:
    import json

    result = svc("new Title --client metalstroy --json", code=1)
    error = json.loads(result.err)
    assert set(error) >= {"error", "code", "message", "hint"}
    assert (error["code"], result.out) == ("unknown-client", "")


# Errands


def test_an_errand_has_a_controller_and_a_deadline(svc: Svc) -> None:
    shown = svc.json(
        ["errand", "Renew the certificate", "--to", "kim", "--controller", "petrova", "--due", "fri 12:00"]
    )
    assert (shown["type"], shown["controller"], shown["due"]) == ("errand", "petrova", "2026-11-27T12:00:00+03:00")
    assert shown["status"] == "handed_off"
    handoff = shown["handoff"]
    assert (handoff["from"], handoff["to"], handoff["at"]) == ("ivanova", "kim", "2026-11-23T10:00:00+03:00")
    assert [row["id"] for row in svc.json("mine", as_="kim")] == [shown["id"]]
    assert [row["id"] for row in svc.json("list --controller petrova")] == [shown["id"]]


def test_without_a_controller_it_is_who_asked(svc: Svc) -> None:
    assert svc.json(["errand", "x", "--to", "customs", "--due", "+4h"])["controller"] == "ivanova"


def test_an_errand_for_oneself_is_taken_already(svc: Svc) -> None:
    shown = svc.json(["errand", "x", "--to", "ivanova", "--due", "+4h"])
    assert (shown["owner"], shown["status"], shown["handoff"]) == ("ivanova", "in_progress", None)


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (["--to", "kim", "--due", "2026-11-20 12:00"], 2, ""),
        (["--to", "kim", "--due", "2026-02-30"], 2, "2026-02-30"),
        (["--to", "kim", "--due", "whenever"], 2, "whenever"),
        (["--to", "kim", "--due", "+2d", "--controller", "petrov"], 1, "did you mean “petrova”?"),
        (["--to", "kimm", "--due", "+2d"], 1, "did you mean “kim”?"),
    ],
)
def test_an_errand_that_cannot_be(svc: Svc, words: list[str], code: int, what: str) -> None:
    assert what in refused(svc, "errand", "x", *words, code=code)


def test_an_errand_is_late_at_its_own_deadline(svc: Svc) -> None:
    request = svc.json(["errand", "x", "--to", "kim", "--due", "2026-11-24 12:00"])["id"]
    svc(f"accept {request}", as_="kim")
    assert svc.json(f"show {request}", now="2026-11-24T12:00:00+03:00")["overdue"] is False
    shown = svc.json(f"show {request}", now="2026-11-24T12:00:01+03:00")
    assert shown["overdue"] is True
    (clock,) = [clock for clock in shown["clocks"] if clock["name"] == "resolve"]
    assert (clock["verdict"], clock["remaining_s"]) == ("late", -1)


def test_a_client_nobody_knows_yet_is_taken_down_with_the_request(svc: Svc) -> None:
    before = int(svc.git("rev-list", "--count", "HEAD"))
    out = svc("new Title --client romashka").out
    assert out.endswith("; new client romashka\n")
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1
    assert svc.git("show", "--name-only", "--format=").split()[0] == "clients/romashka.yaml"
    assert svc.json("client show romashka")["name"] == "romashka"
    assert "new client" not in svc("new Again --client romashka").out
    assert svc("fsck").code == 0


def test_a_new_clients_handle_must_be_one(svc: Svc) -> None:
    assert "“../team” cannot be a handle" in svc("new Title --client ../team", code=2).err
    assert svc.json("new Title --client romashka --dry-run")["client"] == "romashka"
    assert "there is no client “romashka”" in svc("client show romashka", code=1).err
