"""Offers on their way to the client: the e-mail in the outbox, the event, and every refusal."""

from __future__ import annotations

import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.cli.test_offers import drafted, offer_file, shop
from tests.conftest import Svc

__all__ = ["shop"]


def letters(svc: Svc) -> list[Path]:
    return sorted((svc.folder / "outbox").rglob("*.eml"))


def letter(svc: Svc) -> EmailMessage:
    (path,) = letters(svc)
    found = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage) and not found.defects
    return found


@pytest.fixture
def ready(shop: Svc) -> tuple[Svc, str]:
    """An approved offer of a client with an address."""
    shop.write(
        "clients/metallstroy.yaml",
        'name: ООО «Металлстрой»\nrequisites: {inn: "7701234567"}\ncontacts: {email: buyer@metall.example}\n',
    )
    request = drafted(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    return shop, request


def test_a_ready_email_with_the_pdf_lies_in_the_outbox(ready: tuple[Svc, str], tmp_path: Path) -> None:
    shop, request = ready
    out = shop(f"offer send {request}").out
    (path,) = letters(shop)
    assert out.startswith(f"{request} offer r1 sent to buyer@metall.example: {path.relative_to(shop.folder)}; ")
    mail = letter(shop)
    assert (mail["To"], mail["From"]) == (
        "ООО «Металлстрой» <buyer@metall.example>",
        "Анна Иванова <ivanova@example.com>",
    )
    assert mail["Subject"].startswith("Коммерческое предложение № R-20261123-")
    assert mail["Auto-Submitted"] is None and mail["Message-ID"].endswith("@example.com>")
    body = mail.get_body()
    assert body is not None
    text = body.get_content()
    assert (
        "КП на арматуру" in text and "1\u00a0500\u00a0600,00\u00a0₽" in text and "Анна Иванова\r\nООО «Сталь»" in text
    )
    (pdf,) = mail.iter_attachments()
    assert pdf.get_filename().endswith(f"{request}-r1.pdf")
    (tmp_path / "x.pdf").write_bytes(pdf.get_content())
    page = PdfReader(tmp_path / "x.pdf").pages[0].extract_text()
    assert "ПРОЕКТ" not in page and "Коммерческое предложение" in page


def test_sending_is_recorded_with_channel_and_content_and_counts_as_an_answer(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    shop(f"offer send {request}")
    events = shop.json(f"show {request}")["events"]
    sent, said = events[-2:]
    content = shop.json(f"offer show {request}")["content"]
    assert (sent["do"], sent["revision"], sent["channel"], sent["content"]) == ("offer_sent", "r1", "email", content)
    assert (said["do"], said["channel"], "@" in said["text"]) == ("message_out", "email", False)
    assert shop.json(f"offer show {request}")["status"] == "sent"
    assert letters(shop)[0].name == f"{sent['id']}-metallstroy.eml"
    assert shop.git("status", "--porcelain") == ""


def test_where_no_pdf_can_be_made_html_is_attached_and_said(ready: tuple[Svc, str], monkeypatch: Any) -> None:
    shop, request = ready
    monkeypatch.setitem(sys.modules, "typst", None)
    said = shop(f"offer send {request}", err="HTML is attached").err
    assert "pip install 'svcctl[pdf]'" in said
    (page,) = letter(shop).iter_attachments()
    assert page.get_content_type() == "text/html"
    assert "1\u00a0500\u00a0600,00" in page.get_content()
    shop(f"offer send {request} --format pdf", code=1)


def test_own_words_another_address_and_another_format(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    words = "Добрый день, Иван! " + "Как договорились по телефону. " * 8
    shop(["offer", "send", request, "--to", "x@łódź.example", "--format", "docx", "-m", words])
    mail = letter(shop)
    assert mail["To"].endswith(f"<x@{'łódź.example'.encode('idna').decode()}>")
    body = mail.get_body()
    assert body is not None
    text = " ".join(body.get_content().split())
    assert words.strip() in text and "Направляем" not in text
    (word,) = mail.iter_attachments()
    assert word.get_filename().endswith(".docx") and word.get_content().startswith(b"PK")


def test_json_says_where_the_letter_is(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    said = shop.json(f"offer send {request}")
    (path,) = letters(shop)
    file = str(path.relative_to(shop.folder))
    assert said["sent"] == {"to": "buyer@metall.example", "channel": "email", "file": file}
    assert said["status"] == "sent"


def test_a_dry_run_writes_nothing(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    assert "dry run" in shop(f"offer send {request} --dry-run").out
    assert letters(shop) == [] and shop.json(f"offer show {request}")["status"] == "approved"


def test_by_another_channel_it_is_only_recorded(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    assert shop(f"offer send {request} --channel chat").out.startswith(f"{request} offer r1 sent by chat; ")
    assert letters(shop) == []
    assert "is for an e-mail" not in shop(f"offer send {request} --channel pigeon", code=1).err
    err = shop(f"offer send {request} --channel chat --to a@b.example", code=2).err
    assert "“chat” is none" in err


def test_what_was_sent_can_be_sent_again(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    shop(f"offer send {request}")
    shop(f"offer send {request} --to boss@metall.example")
    assert len(letters(shop)) == 2


def test_a_draft_that_nobody_must_approve_is_submitted_by_sending_it(shop: Svc) -> None:
    request = shop.new("Прайс", "--type", "internal", "--client", "metallstroy")
    shop(["offer", "new", request, "--line", "A500C-12;1"])
    shop(f"offer send {request} --to a@b.example")
    deeds = [event["do"] for event in shop.json(f"show {request}")["events"]]
    assert deeds[-3:] == ["offer_submitted", "offer_sent", "message_out"]
    assert shop.json(f"offer show {request}")["status"] == "sent"


# Refusals


def test_what_is_not_approved_is_not_sent(shop: Svc) -> None:
    request = drafted(shop)
    err = shop(f"offer send {request} --to a@b.example", code=1).err
    assert "r1 is draft" in err and f"svcctl offer submit {request}" in err
    shop(f"offer submit {request}")
    assert "waiting for: petrova" in shop(f"offer send {request} --to a@b.example", code=1).err
    assert letters(shop) == []


def test_what_changed_after_the_approval_is_not_sent(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    file = offer_file(shop, request)
    shop.write(str(file.relative_to(shop.folder)), file.read_text(encoding="utf-8") + "# a comment\n")
    assert "r1 is draft" in shop(f"offer send {request}", code=1).err


def test_an_older_or_declined_revision_is_not_sent(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    shop(f"offer revise {request} --valid 30d")
    assert "r1 is superseded" in shop(f"offer send {request} r1", code=1).err
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    shop(f"offer declined {request} -m dear")
    assert "r2 is declined" in shop(f"offer send {request}", code=1).err


def test_an_expired_offer_is_not_sent(ready: tuple[Svc, str]) -> None:
    shop, request = ready
    err = shop(f"offer send {request}", now="2026-12-31T10:00", code=1).err
    assert "the offer ended on 2026-12-07" in err


def test_a_gap_keeps_it_here(shop: Svc) -> None:
    shop.write("desk.yaml", (shop.folder / "desk.yaml").read_text(encoding="utf-8").replace("  phone:", "  fax:"))
    request = shop.new("Прайс", "--type", "internal", "--client", "metallstroy")
    shop(["offer", "new", request, "--line", "A500C-12;1"], err="phone or email is missing")
    assert "phone or email is missing" in shop(f"offer send {request} --to a@b.example", code=1).err


@pytest.mark.parametrize("address", ["nobody", "a b@c.example", "a@", "@b.example", "a@b.example\nBcc: x@y.example"])
def test_what_is_no_address(ready: tuple[Svc, str], address: str) -> None:
    shop, request = ready
    err = shop(["offer", "send", request, "--to", address], code=2).err
    assert "is no e-mail address" in err
    assert letters(shop) == []


def test_a_client_without_an_address(shop: Svc) -> None:
    request = drafted(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    err = shop(f"offer send {request}", code=1).err
    assert "has no e-mail address" in err and "--to ADDRESS" in err and "client: {email: ADDRESS}" in err


def test_hostile_names_stay_in_their_header(shop: Svc) -> None:
    shop.write(
        "clients/metallstroy.yaml",
        'name: "x\\nBcc: evil@example.com"\nrequisites: {inn: "7701234567"}\ncontacts: {email: a@b.example}\n',
    )
    request = shop.new("Прайс", "--type", "internal", "--client", "metallstroy")
    shop(["offer", "new", request, "--line", "A500C-12;1", "--title", "=?utf-8?b?x?= \u202e\r\nBcc: e@e.example"])
    shop(f"offer send {request}")
    mail = letter(shop)
    assert mail["Bcc"] is None and mail["To"] == "a@b.example"
