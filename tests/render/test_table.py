"""Every format of a table: aligned, escaped, and safe to open."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.problems import Usage
from svcctl.render.document import Document
from svcctl.render.html import page as whole_page
from svcctl.render.table import FORMATS, render, render_document
from svcctl.reports.table import DURATION, INSTANT, MONEY, NUMBER, PERCENT, WALL, Column, Table

COLUMNS = (
    Column("id", "id"),
    Column("title", Message("title")),
    Column("late", Message("late by"), DURATION),
    Column("wall", "wall", WALL),
    Column("share", "share", PERCENT),
    Column("sum", "sum", MONEY),
    Column("due", "due", INSTANT),
)
ROW = (
    "R-1",
    "Арматура",
    8100,
    90_000,
    0.5,
    Money(Decimal("1234.5"), "RUB"),
    datetime(2026, 11, 21, 12, tzinfo=UTC),
)
TABLE = Table(Message("Requests"), COLUMNS, [ROW, ("R-2", None, None, None, None, None, None)])


def titled(title: str) -> Table:
    return Table("Requests", (Column("title", "title"), Column("n", "n", NUMBER)), [(title, 1)])


def test_the_terminal_gets_aligned_columns_with_amounts_flush_right() -> None:
    assert render(TABLE, "table", zone=ZoneInfo("Europe/Moscow")).replace("\u00a0", " ").splitlines() == [
        "id   title        late by     wall  share           sum  due",
        "---  --------  ----------  -------  -----  ------------  ----------------",
        "R-1  Арматура  2 h 15 min  1 d 1 h   50 %  1,234.50 RUB  2026-11-21 15:00",
        "R-2  –                  –        –      –             –  –",
    ]


def test_plain_is_rows_alone_with_tabs() -> None:
    lines = render(TABLE, "plain").splitlines()
    assert lines[0].split("\t")[:3] == ["R-1", "Арматура", "2 h 15 min"]
    assert lines[1].split("\t") == ["R-2", "", "", "", "", "", ""]


def test_csv_has_raw_values_under_stable_names() -> None:
    rows = list(csv.reader(io.StringIO(render(TABLE, "csv"))))
    assert rows == [
        ["id", "title", "late_s", "wall_s", "share", "sum", "sum_currency", "due"],
        ["R-1", "Арматура", "8100", "90000", "0.5", "1234.50", "RUB", "2026-11-21T12:00:00+00:00"],
        ["R-2", "", "", "", "", "", "", ""],
    ]


def test_json_has_raw_values_and_says_what_each_column_is() -> None:
    value = json.loads(render(TABLE, "json"))
    assert value["title"] == "Requests"
    assert value["columns"][2] == {"name": "late_s", "label": "late by", "kind": "duration"}
    assert value["rows"][0] == {
        "id": "R-1",
        "title": "Арматура",
        "late_s": 8100,
        "wall_s": 90000,
        "share": 0.5,
        "sum": {"amount": "1234.50", "currency": "RUB"},
        "due": "2026-11-21T12:00:00+00:00",
    }
    assert set(value["rows"][1].values()) == {"R-2", None}


def test_markdown_is_a_pipe_table() -> None:
    text = render(TABLE, "md").replace("\u00a0", " ")
    assert text.splitlines()[0] == r"# Requests"
    assert text.splitlines()[2:4] == [
        "| id | title | late by | wall | share | sum | due |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    assert text.splitlines()[4].startswith("| R-1 | Арматура | 2 h 15 min | 1 d 1 h |")


@pytest.mark.parametrize("mark", ["a|b", "![x](http://evil)", "<script>", "*bold* _it_ `code`", "back\\slash|"])
def test_a_title_is_never_markdown(mark: str) -> None:
    row = render(titled(mark), "md").splitlines()[-1]
    assert re.sub(r"\\(.)", r"\1", row) == f"| {mark} | 1 |"
    assert not re.search(r"(?<!\\)(\\\\)*[\[*_`<>]", row)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    cell = list(csv.reader(io.StringIO(render(titled(start + 'cmd|"/c calc"!A0'), "csv"))))[1][0]
    assert cell.startswith("'")


@pytest.mark.parametrize("number", ["-5", "+7.25", "-1,5", "-1e6", "-.5", "-5%"])
def test_a_number_stays_a_number(number: str) -> None:
    assert render(titled(number), "csv").splitlines()[1].replace('"', "") == f"{number},1"


def test_a_telephone_number_and_a_sum_are_no_numbers() -> None:
    assert render(titled("+7 495 123-45-67"), "csv").splitlines()[1] == "'+7 495 123-45-67,1"
    assert render(titled("-2+3"), "csv").splitlines()[1] == "'-2+3,1"


def test_other_raw_values_in_csv() -> None:
    table = Table("", (Column("a", "a"), Column("b", "b"), Column("c", "c", NUMBER)), [(True, ("x", "y"), -3)])
    assert render(table, "csv").splitlines()[1] == 'true,"x, y",-3'


@given(st.text())
def test_csv_gives_back_what_was_written(title: str) -> None:
    from svcctl.render.visible import visible

    cell = list(csv.reader(io.StringIO(render(titled(title), "csv"))))[1][0]
    assert cell.removeprefix("'") == visible(title, keep="\n\t").removeprefix("'")


@given(st.text())
def test_json_gives_back_what_was_written_and_is_harmless(title: str) -> None:
    from svcctl.render.visible import visible

    text = render(titled(title), "json")
    assert json.loads(text)["rows"][0]["title"] == title
    assert visible(text, keep="\n") == text


class Page(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href")]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells and self.tags[-1] in ("td", "th"):
            self.cells[-1] += data


def page(text: str) -> Page:
    found = Page()
    found.feed(text)
    return found


def test_html_stands_alone() -> None:
    found = page(render(TABLE, "html"))
    assert found.addresses == ["data:,"]  # an empty icon, so that no browser asks a server for one
    assert not {"script", "img"} & set(found.tags)
    assert "default-src 'none'" in render(TABLE, "html")
    assert {"html", "title", "main", "h1", "thead", "th"} <= set(found.tags)


def test_a_heading_without_words_is_none() -> None:
    columns = (Column("a", ""), Column("b", "b", NUMBER))
    text = render(Table("T", columns, [("", 1), ("x", 2)]), "html")
    assert "<thead><tr><td></td>" in text
    assert '<tr><td></td><td class="amount">1</td></tr>' in text
    assert '<tr><th scope="row" class="word">x</th><td class="amount">2</td></tr>' in text


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b <b>"])
def test_a_title_is_never_html(title: str) -> None:
    found = page(render(titled(title)._replace(title=title), "html"))
    assert not {"script", "img", "b"} & set(found.tags)
    assert title in found.cells


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in ("json", "csv")])
def test_control_characters_are_shown_in_every_format_for_people(form: str) -> None:
    assert "\x1b" not in render(titled("\x1b[31mred"), form)
    assert "x1b" in render(titled("\x1b[31mred"), form)


def test_a_table_without_rows_says_so_and_has_no_line_for_programs() -> None:
    empty = TABLE._replace(rows=[], empty=Message("nothing is late"))
    assert render(empty, "table") == "nothing is late"
    assert render(empty, "plain") == ""
    assert "nothing is late" in render(empty, "md")
    assert "<p>nothing is late</p>" in render(empty, "html")
    assert render(empty, "csv").splitlines() == ["id,title,late_s,wall_s,share,sum,sum_currency,due"]


def test_words_are_cut_to_fit_the_terminal_but_ids_and_amounts_are_not() -> None:
    long = Table(
        "",
        (Column("id", "id"), Column("title", "title"), Column("due", "due", INSTANT)),
        [("R-20261121-k7qm4d", "Поставка арматуры и балки двутавровой в Казань", ROW[6])],
    )
    lines = render(long, "table", width=70).splitlines()
    assert max(map(len, lines)) <= 70
    assert lines[2].startswith("R-20261121-k7qm4d  Поставка") and lines[2].endswith("…  2026-11-21 12:00")
    assert "Поставка ар" in render(long, "table", width=10)


def test_a_document_has_its_parts_in_every_format_for_people() -> None:
    document = Document("Week", [TABLE], [Message("what it is")], [Message("be careful")])
    for form in ("table", "plain", "md", "html"):
        text = render_document(document, form)
        places = [text.index(part) for part in ("Week", "what it is", "Requests", "Арматура", "be careful")]
        assert places == sorted(places)


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Usage) as caught:
        render(TABLE, "xlsx")
    assert str(caught.value) == "“xlsx” is no format"
    assert str(caught.value.hint) == "choose one of table, plain, csv, json, md, html"


def test_tabulate_is_loaded_for_documents_on_the_terminal_only() -> None:
    code = (
        "import sys; from svcctl.render.table import render, render_document\n"
        "from svcctl.render.document import Document; from svcctl.reports.table import Table, Column\n"
        "table = Table('t', (Column('a', 'a'),), [('x',)])\n"
        "for form in ('table', 'plain', 'csv', 'json', 'md', 'html'): render(table, form)\n"
        "assert 'tabulate' not in sys.modules\n"
        "render_document(Document('t', [table]), 'table')\n"
        "assert 'tabulate' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_pages_title_has_nothing_that_hides_or_turns_characters() -> None:
    assert "<title>a\\x1b[31mb\\u202ec</title>" in whole_page("a\x1b[31mb\u202ec", "en", "")
