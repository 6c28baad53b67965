"""Offers through the command line: written, changed, looked at, printed; and every refusal on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from docx import Document as Word
from pypdf import PdfReader

from tests.conftest import Svc

SELLER = """\
seller:
  name: ООО «Сталь»
  inn: "7707083893"
  address: Москва, ул. Ленина, 1
  phone: "+7 495 000-00-00"
"""
METAL = """\
currency: RUB
items:
- {sku: A500C-12, name: Арматура А500С 12 мм, unit: т, price: 61500}
- {sku: A500C-16, name: Арматура А500С 16 мм, unit: т, price: 60900.50}
- {sku: OLD-1, name: Снято, unit: шт, price: 1, until: 2025-12-31}
"""


@pytest.fixture
def shop(svc: Svc) -> Svc:
    """The desk with a seller, a price list and a client's requisites."""
    desk = (svc.folder / "desk.yaml").read_text(encoding="utf-8")
    svc.write("desk.yaml", desk + SELLER)
    svc.write("prices/metal.yaml", METAL)
    svc.write("clients/metallstroy.yaml", 'name: ООО «Металлстрой»\nrequisites: {inn: "7701234567"}\n')
    return svc


def opened(shop: Svc) -> str:
    return shop.new("КП на арматуру", "--type", "offer", "--client", "metallstroy")


def drafted(shop: Svc, *lines: str) -> str:
    request = opened(shop)
    typed = [word for line in lines or ("A500C-12;20",) for word in ("--line", line)]
    shop(["offer", "new", request, *typed])
    return request


def offer_file(shop: Svc, request: str, revision: str = "r1") -> Path:
    (path,) = shop.folder.glob(f"offers/*/*/*/*{request}/{revision}.yaml")
    return path


# Making one


def test_an_offer_is_made_of_request_client_seller_and_price_list_in_one_commit(shop: Svc) -> None:
    request = opened(shop)
    before = shop.git("rev-list", "--count", "HEAD")
    out = shop("offer new", request, "--line", "A500C-12;20", "--line", "Доставка;1;рейс;42000;22%").out
    assert out.startswith(
        f"{request} offer r1 drafted: 2 lines, 1,551,840.00\u00a0RUB; valid until 2026-12-07; offers/"
    )
    assert int(shop.git("rev-list", "--count", "HEAD")) == int(before) + 1
    names = shop.git("show", "--name-only", "--format=", "HEAD").split()
    assert [name.split("/")[0] for name in names] == ["offers", "requests"]
    assert shop.git("status", "--porcelain") == ""
    text = offer_file(shop, request).read_text(encoding="utf-8")
    for piece in ("name: ООО «Сталь»", 'inn: "7701234567"', "title: КП на арматуру", "language: ru", "price: 61500"):
        assert piece in text


def test_the_event_names_revision_and_content(shop: Svc) -> None:
    request = drafted(shop)
    event = shop.json(f"show {request}")["events"][-1]
    assert (event["do"], event["revision"]) == ("offer_drafted", "r1")
    assert event["content"] == shop.json(f"offer show {request}")["content"]


def test_show_prints_the_stable_document(shop: Svc) -> None:
    request = drafted(shop, "A500C-12;2;;;", "Монтаж;1;усл.;1000.50;none")
    shown = shop.json(f"offer show {request}")
    assert shown["id"].endswith(request)
    assert (shown["revision"], shown["status"], shown["currency"]) == ("r1", "draft", "RUB")
    assert shown["lines"][0] == {
        "sku": "A500C-12",
        "name": "Арматура А500С 12 мм",
        "quantity": "2",
        "unit": "т",
        "price": {"amount": "61500.00", "currency": "RUB"},
        "discount": "0",
        "vat": "22",
        "vat_class": "standard",
        "net": {"amount": "123000.00", "currency": "RUB"},
        "vat_amount": {"amount": "27060.00", "currency": "RUB"},
        "gross": {"amount": "150060.00", "currency": "RUB"},
    }
    assert shown["lines"][1]["vat"] == "none"
    assert shown["gross"] == {"amount": "151060.50", "currency": "RUB"}
    assert shown["in_words"] == "сто пятьдесят одна тысяча шестьдесят рублей 50 копеек"
    assert shown["valid_until"] == "2026-12-07"
    assert shown["expired"] is False
    assert [(one["subject"], one["who"], one["status"]) for one in shown["approvals"]] == [
        ("approve", ["petrova"], "missing")
    ]


def test_what_a_draft_lacks_is_said_and_nothing_refused(svc: Svc) -> None:
    request = svc.new("Прайс")
    result = svc("offer new", request, "--line", "Труба;1;шт;10", err="before the client can have it")
    for piece in ("tax number", "address", "phone or email", "the client's “name”", "desk.yaml: seller:"):
        assert piece in result.err
    assert "lacks:        the seller's tax number is missing" in svc(f"offer show {request}").out


def test_lines_come_from_a_table_and_from_standard_input(shop: Svc, tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text("\ufeffАртикул;Кол-во;Скидка\nA500C-12;20;5%\n", encoding="utf-8")
    request = opened(shop)
    shown = shop.json("offer new", request, "--lines", str(table), "--line", "Резка;3;рез;100")
    assert [(line["sku"], line["quantity"], line["discount"]) for line in shown["lines"]] == [
        ("A500C-12", "20", "5"),
        (None, "3", "0"),
    ]
    second = opened(shop)
    shown = shop.json("offer new", second, "--lines", "-", feed="name,quantity,price\nx,1,2.50\n")
    assert shown["net"] == {"amount": "2.50", "currency": "RUB"}


def test_a_csv_price_list_is_in_the_desks_currency(shop: Svc) -> None:
    shop.write("prices/pipes.csv", "sku;name;unit;price\nP-1;Труба;м;10,50\n")
    assert shop.json("offer new", opened(shop), "--line", "P-1;2")["net"]["amount"] == "21.00"


def test_other_values_of_the_head(shop: Svc) -> None:
    options = ["--currency", "USD", "--language", "en", "--vat", "none", "--valid", "2027-01-15", "--discount", "10%"]
    options += ["--delivery", "DAP Warsaw", "--payment", "prepaid", "--notes", "x", "--title", "Rebar"]
    request = opened(shop)
    shown = shop.json(["offer", "new", request, *options, "--line", "Rebar;2;t;800"])
    assert (shown["gross"], shown["valid_until"]) == ({"amount": "1440.00", "currency": "USD"}, "2027-01-15")
    assert "DAP Warsaw" in shop(f"offer render {request} --format text -o -").out


def test_a_rate_written_into_the_offer(shop: Svc) -> None:
    request = opened(shop)
    shown = shop.json(["offer", "new", request, "--rate", "USD=90.5", "--line", "Насос;1;шт;100 USD;none"])
    assert shown["net"]["amount"] == "9050.00"
    assert "USD: 90.5" in offer_file(shop, request).read_text(encoding="utf-8")


def test_working_days_are_the_desks_calendars(shop: Svc) -> None:
    shown = shop.json(["offer", "new", opened(shop), "--valid", "30 working days", "--line", "A500C-12;1"])
    assert shown["valid_until"] == "2027-01-13"  # 31 December to 10 January are days off


def test_a_country_without_rates_offers_without_vat(shop: Svc) -> None:
    desk = (shop.folder / "desk.yaml").read_text(encoding="utf-8")
    shop.write("desk.yaml", desk.replace("country: RU", "country: XX"))
    assert shop.json(["offer", "new", opened(shop), "--line", "x;1;;5"])["vat"]["amount"] == "0.00"


def test_a_desk_has_vat_rates_of_its_own(shop: Svc) -> None:
    shop.write("vat/ru.yaml", "vat: ru\nclasses:\n  standard: {rate: 30, from: 2020-01-01}\n")
    assert shop.json(["offer", "new", opened(shop), "--line", "x;1;;100"])["vat"]["amount"] == "30.00"


def test_a_dry_run_writes_nothing(shop: Svc) -> None:
    request = opened(shop)
    head = shop.git("rev-parse", "HEAD")
    assert "dry run" in shop(f"offer new {request} --line A500C-12;1 --dry-run").out
    assert shop.git("rev-parse", "HEAD") == head
    assert not (shop.folder / "offers").exists()


# Refusals of new


@pytest.mark.parametrize(
    ("line", "piece"),
    [
        ("A500C-13;2", r"--line 1: “A500C-13” is not in the price list metal (did you mean “A500C-1"),
        ("A500C-12;-2", "--line 1: “quantity” cannot be negative (-2)"),
        ("A500C-12;two", "--line 1: “quantity” should be a number, not “two”"),
        ("A500C-12;0", "--line 1: “quantity” cannot be 0"),
        ("A500C-12", "--line 1: “quantity” is missing"),
        ("A500C-12;1;t;1.23456", "“price” has more than 4 decimals"),
        ("A500C-12;1;t;5 EUR", "a price in EUR in an offer in RUB"),
        ("x;1;t;5;luxury", "“luxury” is no class of VAT"),
        ("x;1;t;5;21%", "RU has no VAT rate of 21%"),
        ("x;1;t;5;20%", "VAT 20% is not in force on 2026-11-23"),
        ("OLD-1;1", "the price of OLD-1 in metal stands from … to 2025-12-31"),
        ("x;1;t;5;22%;more", "has 6 parts"),
    ],
)
def test_bad_lines_are_refused_with_their_place(shop: Svc, line: str, piece: str) -> None:
    request = opened(shop)
    head = shop.git("rev-parse", "HEAD")
    assert piece in shop(["offer", "new", request, "--line", line], code=2).err
    assert shop.git("rev-parse", "HEAD") == head


def test_all_problems_of_a_table_come_at_once(shop: Svc, tmp_path: Path) -> None:
    table = tmp_path / "lines.csv"
    table.write_text("sku,qty,price\nA500C-99,1,\nA500C-12,-1,\nA500C-16,1,cheap\n", encoding="utf-8")
    err = shop(["offer", "new", opened(shop), "--lines", str(table)], code=2).err
    assert f"{table}:2:1: “A500C-99” is not in the price list metal" in err
    assert f"{table}:3:2: “quantity” cannot be negative" in err
    assert f"{table}:4:3: “price” should be a number" in err
    assert err.count(str(table)) == 3


def test_a_table_that_is_none(shop: Svc, tmp_path: Path) -> None:
    request = opened(shop)
    assert "cannot read" in shop(["offer", "new", request, "--lines", str(tmp_path / "no.csv")], code=1).err
    latin = tmp_path / "latin.csv"
    latin.write_bytes("наименование;кол-во\n".encode("cp1251"))
    assert "is not UTF-8" in shop(["offer", "new", request, "--lines", str(latin)], code=1).err
    odd = tmp_path / "odd.csv"
    odd.write_text("skuu,qty\n", encoding="utf-8")
    assert "“skuu” is no column" in shop(["offer", "new", request, "--lines", str(odd)], code=2).err


@pytest.mark.parametrize(
    ("options", "piece"),
    [
        (["--valid", "soon"], "--valid: “soon” is no validity (write 14 days, or 10 working days)"),
        (["--valid", "2026-02-30"], "--valid: “valid_until” should be a day"),
        (["--valid", "2026-01-01"], "--valid: the offer ends on 2026-01-01, before its date"),
        (["--currency", "RUR"], "--currency: “RUR” is no currency svcctl knows (did you mean “RUB”?)"),
        (["--discount", "110"], "--discount: a discount of 110 is over 100 %"),
        (["--rate", "USD=cheap"], "--rate: “USD” should be a number"),
        (["--rate", "USD"], "should be like USD=92.50"),
        (["--language", "de"], "--language"),
        (["--vat", "maybe"], "--vat"),
    ],
)
def test_bad_options_are_refused(shop: Svc, options: list[str], piece: str) -> None:
    assert piece in shop(["offer", "new", opened(shop), *options], code=2).err


def test_unknown_requests_and_second_offers(shop: Svc) -> None:
    assert "no request has “zzz”" in shop("offer new zzz", code=1).err
    request = drafted(shop)
    err = shop(f"offer new {request}", code=1).err
    assert "has an offer already: r1" in err
    assert f"svcctl offer edit {request}" in err


def test_a_closed_request_gets_no_offer(shop: Svc) -> None:
    request = opened(shop)
    shop(f"cancel {request} -m no")
    assert "it is cancelled since" in shop(["offer", "new", request, "--line", "A500C-12;1"], code=1).err


def test_no_price_list_at_all(svc: Svc) -> None:
    err = svc(["offer", "new", svc.new(), "--line", "A-1;2"], code=2).err
    assert "--line 1: “A-1” is in no price list (this desk has no price list (prices/): say what it costs)" in err


def test_a_broken_price_list_is_named_with_its_place(shop: Svc) -> None:
    shop.write("prices/bad.yaml", "currency: RUB\nitems:\n- {sku: x, price: -1}\n")
    assert "prices/bad.yaml:3:19: “price” cannot be negative" in shop(f"offer new {opened(shop)}", code=3).err


# Lines


def test_lines_are_added_and_taken_out_and_comments_stay(shop: Svc) -> None:
    request = drafted(shop)
    path = offer_file(shop, request)
    text = path.read_text(encoding="utf-8").replace("- sku: A500C-12", "# asked by phone\n- sku: A500C-12")
    shop.write(str(path.relative_to(shop.folder)), text)
    shown = shop.json(f"offer lines {request} add a500c-16 2.5 --discount 3 --note cut")
    assert [line["sku"] for line in shown["lines"]] == ["A500C-12", "A500C-16"]
    assert shown["lines"][1]["net"]["amount"] == "147683.71"
    shown = shop.json(["offer", "lines", request, "add", "Доставка", "1", "--price", "42000", "--unit", "рейс"])
    assert shown["lines"][2]["name"] == "Доставка"
    listed = shop(f"offer lines {request}").out
    assert [row.split()[0] for row in listed.splitlines()[2:]] == ["1", "2", "3"]
    assert shop.json(f"offer lines {request} list") == shown["lines"]
    shop(f"offer lines {request} remove 2")
    assert "asked by phone" in path.read_text(encoding="utf-8")
    shop(f"offer lines {request} remove 1")
    shop(f"offer lines {request} remove 1")
    assert "no lines yet" in shop(f"offer lines {request} list").out
    assert shop.json(f"offer show {request}")["gross"]["amount"] == "0.00"


@pytest.mark.parametrize(
    ("words", "code", "piece"),
    [
        ("add A500C-99 2", 2, "the new line: “A500C-99” is not in the price list metal (did you mean"),
        ("add A500C-12 -- -2", 2, "the new line: “quantity” cannot be negative"),
        ("add A500C-12 many", 2, "“quantity” should be a number"),
        ("add A500C-12", 2, "svcctl offer lines ID add SKU QTY"),
        ("add x 1 --price 5 --vat luxury", 2, "“luxury” is no class of VAT"),
        ("remove 2", 1, "the offer has 1 line"),
        ("remove first", 1, "the offer has 1 line"),
        ("remove", 2, "svcctl offer lines ID remove N"),
        ("list 1", 2, "svcctl offer lines ID list"),
        ("drop 1", 2, "list"),
    ],
)
def test_bad_changes_of_lines(shop: Svc, words: str, code: int, piece: str) -> None:
    request = drafted(shop)
    assert piece in shop(f"offer lines {request} {words}", code=code).err


def test_lines_in_one_row_are_left_to_the_editor(shop: Svc) -> None:
    request = drafted(shop)
    path = offer_file(shop, request)
    text = path.read_text(encoding="utf-8")
    start, end = text.index("lines:"), text.index("discount: 0%")
    flow = text[:start] + "lines: [{name: x, quantity: 1, price: 2}]\n" + text[end:]
    shop.write(str(path.relative_to(shop.folder)), flow)
    assert "stand in one row" in shop(f"offer lines {request} remove 1", code=1).err
    assert "stand in one row" in shop(f"offer lines {request} add A500C-12 1", code=1).err


def test_no_offer_yet_and_no_such_revision(shop: Svc) -> None:
    request = opened(shop)
    for command in ("show", "lines", "edit", "render"):
        err = shop(f"offer {command} {request}", code=1).err
        assert f"{request} has no offer yet" in err
        assert f"svcctl offer new {request}" in err
    request = drafted(shop)
    assert "has no revision “r2”" in shop(f"offer show {request} r2", code=1).err
    assert "known here: r1" in shop(f"offer render {request} r9x", code=1).err


def test_two_who_change_one_offer_do_not_lose_each_others_lines(shop: Svc) -> None:
    from svcctl.cli.session import Session
    from svcctl.desk import open_desk
    from svcctl.model.problems import Busy
    from svcctl.recording import Deed

    request = drafted(shop)
    desk = open_desk(str(shop.folder))
    path = offer_file(shop, request).relative_to(shop.folder).as_posix()
    before = desk.tree.content(path)
    shop(f"offer lines {request} add A500C-16 1")
    session = Session()
    session.options["now"] = shop.now
    with pytest.raises(Busy, match="was changed meanwhile"):
        desk.record(
            desk.reference.team.person("ivanova"),
            session.moment(desk.reference.zone),
            [Deed(desk.find(request), [], [(path, b"x")], [(path, before)])],
        )
    desk.close()


# The editor


def editor(shop: Svc, tmp_path: Path, script: str) -> None:
    """Makes a program that changes the file it is given the editor."""
    program = tmp_path / "editor.py"
    program.write_text(f"import sys\npath = sys.argv[1]\ntext = open(path, encoding='utf-8').read()\n{script}\n")
    shop.monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shop.environment["EDITOR"] = f"{sys.executable} {program}"


WRITE = "open(path, 'w', encoding='utf-8').write({})"


def test_an_edit_is_recorded_and_its_comments_stay(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    editor(shop, tmp_path, WRITE.format("text.replace('quantity: 20', 'quantity: 10   # less')"))
    assert "1 line, 750,300.00" in shop(f"offer edit {request}").out
    assert "quantity: 10   # less" in offer_file(shop, request).read_text(encoding="utf-8")
    assert shop.json(f"show {request}")["events"][-1]["do"] == "offer_drafted"
    assert shop.git("status", "--porcelain") == ""


def test_an_edit_comes_from_a_file_or_standard_input(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    shown = shop.json(f"offer edit {request} --from -", feed=text.replace("quantity: 20", "quantity: 3"))
    assert shown["lines"][0]["quantity"] == "3"
    new = tmp_path / "new.yaml"
    new.write_bytes(b"\xef\xbb\xbf" + text.replace("quantity: 20", "quantity: 4").replace("\n", "\r\n").encode())
    assert shop.json(f"offer edit {request} --from {new}")["lines"][0]["quantity"] == "4"
    assert b"\r" not in offer_file(shop, request).read_bytes()
    shown = shop.json(f"offer edit {request}", feed=text.replace("quantity: 20", "quantity: 5"))
    assert shown["lines"][0]["quantity"] == "5"


def test_an_edit_with_problems_is_refused_and_kept(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    editor(shop, tmp_path, WRITE.format("text.replace('quantity: 20', 'quantity: -20').replace('unit: т', 'unti: т')"))
    err = shop(f"offer edit {request}", code=2).err
    assert "r1.yaml:22:13: “quantity” cannot be negative (-20)" in err
    assert "r1.yaml:23:3: “unti” is no key of a line of an offer (did you mean “unit”?)" in err
    kept = err.split("--from ")[1].split()[0]
    assert "quantity: -20" in Path(kept).read_text(encoding="utf-8")
    assert "quantity: 20" in offer_file(shop, request).read_text(encoding="utf-8")


def test_an_editor_that_fails_or_changes_nothing(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    editor(shop, tmp_path, "sys.exit(3)")
    assert "failed (exit 3); nothing was recorded" in shop(f"offer edit {request}", code=1).err
    editor(shop, tmp_path, "")
    assert "nothing was changed in r1" in shop(f"offer edit {request}", code=1).err
    shop.environment["EDITOR"] = "no-such-editor"
    assert "the editor no-such-editor cannot be started" in shop(f"offer edit {request}", code=1).err
    del shop.environment["EDITOR"]
    assert "no terminal, no editor" in shop(f"offer edit {request}", code=2).err


def test_an_edit_may_not_become_another_offer(shop: Svc) -> None:
    request = drafted(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    other = text.replace("revision: r1", "revision: r7").replace("offer: R-2026", "offer: R-2025")
    err = shop(f"offer edit {request} --from -", feed=other, code=2).err
    assert "the file of r1 says revision: r7 (write revision: r1)" in err
    assert "says offer: R-2025" in err
    assert "not valid YAML" in shop(f"offer edit {request} --from -", feed="a: [", code=2).err


def test_hand_edits_are_neither_overwritten_nor_shown(shop: Svc) -> None:
    request = drafted(shop)
    path = offer_file(shop, request)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("quantity: 20", "quantity: 21"), encoding="utf-8")
    for words in (f"offer edit {request} --from -", f"offer lines {request} add A500C-16 1"):
        err = shop(words, feed=text.replace("quantity: 20", "quantity: 1"), code=1).err
        assert "r1.yaml has edits that are not committed" in err
        assert "git commit -m WHY" in err
    result = shop(f"offer show {request} --json", err="this is the committed version")
    assert result.json["lines"][0]["quantity"] == "20"
    shop.git("commit", "-qam", "more")
    assert shop.json(f"offer show {request}")["lines"][0]["quantity"] == "21"


def test_a_broken_offer_is_named_with_its_place_and_hides_no_other(shop: Svc) -> None:
    broken, sound = drafted(shop), drafted(shop)
    path = offer_file(shop, broken)
    text = path.read_text(encoding="utf-8").replace("quantity: 20", "quantity: many")
    shop.write(str(path.relative_to(shop.folder)), text)
    assert "r1.yaml:22:13: “quantity” should be a number" in shop(f"offer show {broken}", code=3).err
    result = shop("offer list --json", code=3)
    assert [row["id"][-6:] for row in result.json] == [sound]
    assert "“quantity” should be a number" in result.err


# Looking


def test_the_pipeline(shop: Svc) -> None:
    assert shop("offer list", err="no offers").out == ""
    assert shop.json("offer list") == []
    first, second = drafted(shop), drafted(shop, "Резка;1;рез;100")
    rows = shop.json("offer list", now="2026-11-24T10:00:00+03:00")
    assert [row["id"][-6:] for row in rows] == [first, second] or [row["id"][-6:] for row in rows] == [second, first]
    assert {row["gross"]["amount"] for row in rows} == {"1500600.00", "122.00"}
    assert {row["age_s"] for row in rows} == {86400}
    assert {(row["status"], row["expired"]) for row in rows} == {("draft", False)}
    table = shop("offer list", now="2027-01-20").out
    assert "2026-12-07 (expired)" in table
    assert "1,500,600.00\u00a0RUB" in table
    assert shop.json("offer list --status sent") == []
    assert shop.json("offer list --client zoo") == []
    assert "did you mean “sent”" in shop("offer list --status sen", code=2).err


def test_show_for_people(shop: Svc) -> None:
    request = drafted(shop)
    out = shop(f"offer show {request}").out
    assert "status:       draft since 2026-11-23 10:00, ivanova" in out
    assert "petrova to approve" in out
    assert "Всего к оплате  1\u00a0500\u00a0600,00" in out


def test_render_writes_html_that_asks_no_network(shop: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    request = drafted(shop, "<script>alert(1)</script> {{ x }};1;шт;5")
    path = Path(shop(f"offer render {request}").out.strip())
    assert path.parent == tmp_path
    assert path.name.startswith("offer-R-20261123-")
    assert path.name.endswith("-r1.html")
    page = path.read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "ПРОЕКТ" in page
    assert shop(f"offer render {request} -o -").out == page


def test_render_in_plain_formats_has_the_same_total(shop: Svc) -> None:
    request = drafted(shop)
    for form in ("html", "md", "text"):
        out = shop(f"offer render {request} --format {form} -o -").out
        assert "1\u00a0500\u00a0600,00" in out.replace("&nbsp;", "\u00a0")


def test_render_writes_pdf_by_format_or_by_the_file_s_name(shop: Svc, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    request = drafted(shop)
    named = Path(shop(f"offer render {request} --format pdf").out.strip())
    assert named.name.endswith("-r1.pdf")
    assert shop(f"offer render {request} -o own.pdf").out == f"{tmp_path}/own.pdf\n"
    assert named.read_bytes() == (tmp_path / "own.pdf").read_bytes()
    (page,) = PdfReader(named).pages
    text = " ".join(page.extract_text().split())
    assert "1 500 600,00 ₽" in text and "ПРОЕКТ" in text


def test_render_writes_docx_by_the_file_s_name(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    path = Path(shop(f"offer render {request} -o {tmp_path}/Offer.DOCX").out.strip())
    cells = [cell.text for table in Word(str(path)).tables for row in table.rows for cell in row.cells]
    assert "1\u00a0500\u00a0600,00\u00a0₽" in cells


def test_render_prints_pdf_as_it_is(shop: Svc) -> None:
    request = drafted(shop)
    environment = {**os.environ, "SVCCTL_DESK": str(shop.folder), "SVCCTL_NOW": shop.now}
    words = [sys.executable, "-m", "svcctl", "offer", "render", request, "--format", "pdf", "-o", "-"]
    done = subprocess.run(words, capture_output=True, env=environment, check=True)
    assert done.stdout.startswith(b"%PDF-") and done.stdout.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(("form", "package"), [("pdf", "typst"), ("docx", "docxtpl")])
def test_render_says_what_it_needs(shop: Svc, monkeypatch: Any, form: str, package: str) -> None:
    request = drafted(shop)
    monkeypatch.setitem(sys.modules, package, None)
    assert f"pip install 'svcctl[{form}]'" in shop(f"offer render {request} --format {form}", code=1).err


def test_a_desk_s_logo_that_is_none_is_said(shop: Svc) -> None:
    request = drafted(shop)
    shop.write("templates/logo.png", b"\x89PNG\r\n\x1a\nnothing")
    assert "the logo cannot be read" in shop(f"offer render {request} -o x.pdf", code=3).err


def test_render_to_a_place_that_cannot_be_written(shop: Svc) -> None:
    request = drafted(shop)
    assert "cannot write" in shop(f"offer render {request} -o /no/such/folder/x.html", code=1).err


def test_a_desks_template_overrides_and_its_mistake_has_a_place(shop: Svc) -> None:
    request = drafted(shop)
    shop.write("templates/offer/ru.html.j2", "<p>{{ number }}</p>")
    assert shop(f"offer render {request} -o -").out.startswith("<p>R-2026")
    shop.write("templates/offer/ru.html.j2", "<p>\n{{ nmber }}</p>")
    assert "ru.html.j2:2:1: 'nmber' is undefined" in shop(f"offer render {request} -o -", code=3).err


def loaded(shop: Svc, *words: str) -> list[str]:
    """Which of the slow packages a command imports, once what it reads was read before."""
    program = (
        "import sys; from svcctl.cli.main import run; from svcctl.cli.session import Session; "
        f"run(Session(), {list(words)!r}); "
        "slow = ('jinja2', 'tabulate', 'git', 'yaml', 'hashlib', 'typst', 'docx'); "
        "print(*[name for name in slow if name in sys.modules], file=sys.stderr)"
    )
    environment = {**os.environ, "SVCCTL_DESK": str(shop.folder), "SVCCTL_PERSON": "ivanova", "SVCCTL_NOW": shop.now}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stderr.split()


def test_looking_at_an_offer_again_imports_nothing_slow(shop: Svc, tmp_path: Path) -> None:
    request = drafted(shop)
    shop(f"offer render {request} -o {tmp_path}/x.html")
    assert loaded(shop, "offer", "show", request) == []
    assert loaded(shop, "offer", "show", request, "--json") == []
    assert loaded(shop, "offer", "render", request, "-o", f"{tmp_path}/x.txt") == []
    assert loaded(shop, "offer", "render", request, "-o", f"{tmp_path}/x.pdf") == ["typst"]
    assert loaded(shop, "offer", "render", request, "-o", f"{tmp_path}/x.html") == []


def test_what_was_read_before_says_the_same(shop: Svc) -> None:
    request = drafted(shop, "A500C-12;20;;;22%")
    first, second = (shop(f"offer show {request} --json").out for _ in range(2))
    assert first == second
    shop.write("vat/ru.yaml", "vat: ru\nclasses:\n  standard: {rate: 20, from: 2026-01-01}\n")
    # The file is the one that was read before, the rates are others: its line is told all the same.
    err = shop(f"offer show {request}", code=3).err
    assert "r1.yaml:" in err and "has no VAT rate of 22%" in err and "r1.yaml: " not in err


def test_what_templates_were_made_into_is_kept_for_the_person_and_never_with_the_desk(
    shop: Svc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    request = drafted(shop)
    page = shop(f"offer render {request} -o -").out
    kept = Path(os.environ["HOME"]) / ".cache" / "svcctl"
    assert [path.name for path in kept.iterdir()] == ["offer-ru.html.j2.json"]
    assert not list((shop.folder / ".git").rglob("*templates*"))
    shutil.rmtree(kept)
    kept.write_text("in the way", encoding="utf-8")
    assert shop(f"offer render {request} -o -").out == page
