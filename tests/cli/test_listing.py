"""Listings: every filter, every format, ids by any part, and the order that deadlines give."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from svcctl.model.ids import record_path
from svcctl.store.records import dump_record, parse_record
from tests.conftest import Svc

OFFER = ("--type", "offer", "--client", "metallstroy")


@pytest.fixture(scope="module")
def filled(made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five requests, made once: an offer, a complaint, an errand, a plain one handed over, a resolved one."""
    folder = tmp_path_factory.mktemp("filled") / "desk"
    shutil.copytree(made_desk, folder, symlinks=True)
    with pytest.MonkeyPatch.context() as patch:
        svc = Svc(folder, patch)
        offer = svc.new("Offer", *OFFER, "--channel", "email", "--field", "city=Казань")
        svc(f"take {offer}")
        svc.new("Complaint", "--type", "complaint", "--client", "zoo", "--channel", "phone", "--priority", "high")
        svc(["errand", "Errand", "--to", "kim", "--controller", "petrova", "--due", "fri 12:00"], as_="smirnov")
        plain = svc.new("Plain ёж", "--text", "первая строка\nвторая строка")
        svc(f"handoff {plain} --to logistics -m 'посчитайте вес'")
        done = svc.new("Done")
        svc(f"take {done}")
        svc(f"resolve {done} -m sent")
    return folder


@pytest.fixture
def desk(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Svc:
    """The filled desk, for commands that only read."""
    return Svc(filled, monkeypatch)


def titles(svc: Svc, line: str, **settings: str) -> set[str]:
    return {row["title"].split()[0] for row in svc.json(line, **settings)}


FILTERS = (
    ("", "Offer Complaint Errand Plain"),
    ("--all", "Offer Complaint Errand Plain Done"),
    ("--mine", "Offer"),
    ("--owner me", "Offer Plain"),
    ("--owner ivanova", "Offer Plain"),
    ("--owner smirnov", "Errand"),
    ("--department sales", "Offer"),
    ("--department logistics", "Plain"),
    ("--department customs", "Errand"),
    ("--department service", "Complaint"),
    ("--queue logistics", "Plain"),
    ("--queue sales", ""),
    ("--queue service", "Complaint"),
    ("--status new", "Complaint"),
    ("--status handed_off", "Errand Plain"),
    ("--status new --status in_progress", "Complaint Offer"),
    ("--status resolved", "Done"),
    ("--stage intake", "Offer"),
    ("--stage draft", ""),
    ("--client zoo", "Complaint"),
    ("--type offer", "Offer"),
    ("--type request", "Plain"),
    ("--channel phone", "Complaint"),
    ("--priority high", "Complaint"),
    ("--controller petrova", "Errand"),
    ("--opened-by smirnov", "Errand"),
    ("--opened-by me", "Offer Complaint Plain"),
    ("--handed-by me", "Plain"),
    ("--handed-by smirnov", "Errand"),
    ("--text ЕЖ", "Plain"),
    ("--text 'строка вторая'", "Plain"),
    ("--text 'первая вторая'", ""),
    ("--text вес", "Plain"),
    ("--text sent", ""),
    ("--text sent --all", "Done"),
    ("--text metallstroy", "Offer"),
    ("--field city=Казань", "Offer"),
    ("--field city=Москва", ""),
    ("--overdue", ""),
    ("--due-before '2026-11-23 10:30'", "Complaint"),
    ("--type offer --client zoo", ""),
)


def test_filters(desk: Svc) -> None:
    for filters, expected in FILTERS:
        assert titles(desk, f"list {filters}") == set(expected.split()), filters


def test_overdue_by_the_clock(desk: Svc) -> None:
    assert titles(desk, "list --overdue", now="2026-11-23T10:30:01+03:00") == {"Complaint"}
    assert titles(desk, "list --overdue", now="2026-11-30T12:00:00+03:00") == {"Complaint", "Offer", "Errand"}


def test_mine_is_what_is_in_my_hands(desk: Svc) -> None:
    assert titles(desk, "mine") == {"Offer"}
    assert titles(desk, "mine", as_="kim") == {"Errand"}
    assert desk("mine", as_="orlova", err="no requests").out == ""


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        ("--owner ivanov", 1, "did you mean “ivanova”?"),
        ("--controller nobody", 1, "nobody called “nobody”"),
        ("--opened-by petrov", 1, "did you mean “petrova”?"),
        ("--handed-by x", 1, "nobody called “x”"),
        ("--department salse", 1, "did you mean “sales”?"),
        ("--queue x", 1, "neither a person nor a department"),
        ("--status open", 2, "'open' is not one of"),
        ("--due-before never", 2, "never"),
        ("--due-before 2026-02-30", 2, "2026-02-30"),
        ("--field x", 2, "should be KEY=VALUE"),
        ("--format yaml", 2, "'yaml' is not one of"),
    ],
)
def test_a_filter_that_would_find_nothing_by_mistake(desk: Svc, words: str, code: int, what: str) -> None:
    assert what in desk(f"list {words}", code=code).err


def test_the_most_urgent_comes_first(desk: Svc) -> None:
    rows = desk.json("list --all")
    assert [row["title"] for row in rows] == ["Complaint", "Offer", "Errand", "Plain ёж", "Done"]
    due = [row["next"]["due"] for row in rows if row["next"]]
    assert due == sorted(due)


def test_lists_have_requests_without_events(desk: Svc) -> None:
    row = desk.json("list --type offer")[0]
    shown = desk.json(f"show {row['id']}")
    assert "events" not in row
    assert {**row, "events": shown["events"]} == shown


# Formats


def test_nothing_is_said_beside_the_answer(svc: Svc) -> None:
    assert svc("list", err="^no requests\n$").out == ""
    assert svc.json("list") == []
    assert svc("list --format csv").out.count("\n") == 1


def test_csv_is_read_by_other_programs(desk: Svc) -> None:
    rows = list(csv.DictReader(io.StringIO(desk("list --format csv").out.lstrip("\ufeff"))))
    assert {row["title"] for row in rows} == {"Offer", "Complaint", "Errand", "Plain ёж"}
    assert len(rows[0]["id"]) in (6, 17)


def test_a_title_that_a_spreadsheet_would_run(svc: Svc) -> None:
    svc(["new", '=HYPERLINK("http://x")'])
    (row,) = csv.DictReader(io.StringIO(svc("list --format csv").out.lstrip("\ufeff")))
    assert not row["title"].startswith("=")


def test_plain_is_for_shell_loops(desk: Svc) -> None:
    lines = desk("list --format plain").out.splitlines()
    ids = {row["id"][-6:] for row in desk.json("list")}
    assert {line.split("\t")[0].split()[0] for line in lines} == ids


def test_markdown_and_html_are_escaped(svc: Svc) -> None:
    svc(["new", "a | b <script>alert(1)</script> `x`"])
    assert "a \\| b" in svc("list --format md").out
    html = svc("list --format html").out
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_the_table_has_the_words_of_the_requests(desk: Svc) -> None:
    out = desk("list").out
    for word in ("Offer", "with ivanova", "logistics to accept", "metallstroy", "stage intake", "high"):
        assert word in out


def test_json_is_short_for_the_format(desk: Svc) -> None:
    assert desk("list --json").out == desk("list --format json").out


def test_an_answer_goes_to_a_file(desk: Svc, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    assert desk(f"list --json -o {file}").out == ""
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 4
    complaint = desk(f"list --json -o {tmp_path}/nowhere/x", code=1).err
    assert "cannot write" in complaint and "choose another file for -o" in complaint


# Search


def test_search_looks_everywhere_and_shows_where(desk: Svc) -> None:
    assert "посчитайте вес" in desk("search вес").out
    assert titles(desk, "search --json sent") == {"Done"}
    assert titles(desk, "search --json --open строка первая") == {"Plain"}
    assert desk("search --open sent", err="nothing has “sent”").out == ""
    assert desk.json("search --json nothing") == []


# Ids


def place(svc: Svc, *ids: str) -> None:
    """Puts requests with these ids beside the others."""
    path = svc.record_path(svc.new("Sample"))
    record = parse_record(path.read_text(), path.relative_to(svc.folder).as_posix())
    assert record.header is not None
    for number, request_id in enumerate(ids):
        header = record.header._replace(id=request_id, title=f"Title {number}")
        svc.write(record_path(request_id), dump_record(header, record.events))


def test_any_part_of_three_characters_means_a_request(svc: Svc) -> None:
    whole = "R-20261121-k7qm4d"
    place(svc, whole)
    for part in ("k7qm4d", "k7q", "7qm", "m4d", "K7QM4D", whole, "r-20261121-k7q", "1121-k7", "20261121", " k7q "):
        assert svc.json(["show", part])["id"] == whole, part


def test_an_ambiguous_part_lists_the_matches(svc: Svc) -> None:
    place(svc, "R-20261121-k7qm4d", "R-20261120-k7qaaa")
    complaint = svc("show k7q", code=1).err
    assert "“k7q” is part of 2 ids" in complaint
    assert "  R-20261120-k7qaaa  Title 1\n  R-20261121-k7qm4d  Title 0\n" in complaint
    assert svc.json("show 20-k7q")["title"] == "Title 1"


def test_the_end_of_an_id_wins_over_its_middle(svc: Svc) -> None:
    place(svc, "R-20261121-aaak7q", "R-20261120-k7qaaa")
    assert svc.json("show k7q")["id"] == "R-20261121-aaak7q"


def test_many_matches_are_cut_short(svc: Svc) -> None:
    place(svc, *(f"R-20261121-aa{n:04}" for n in range(12)))
    complaint = svc("show 20261121", code=1).err
    assert "is part of 12 ids" in complaint and complaint.count("Title") == 10 and "…" in complaint


def test_a_part_that_means_nothing(desk: Svc) -> None:
    for part, what in (
        ("k7", "“k7” is too short"),
        ("", "“” is too short"),
        ("zzzzzz", "no request has “zzzzzz” in its id"),
        ("R-20261121-zzzzzz", "no request has “R-20261121-zzzzzz” in its id"),
        ("requests/2026", "no request has"),
        (".yaml", "no request has"),
    ):
        result = desk(["show", part], code=1)
        assert what in result.err
        assert result.err.count("\n") == 2, "what, and what to type next"


def test_an_id_given_twice_counts_once(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request} {request.upper()}")
    assert len(svc.json(f"show {request}")["events"]) == 1
