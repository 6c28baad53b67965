"""Workbooks, read again by another program."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.problems import Refused
from svcctl.render.xlsx import report_xlsx, table_xlsx
from svcctl.reports.table import DURATION, INSTANT, MONEY, NUMBER, PERCENT, WALL, Column, Table
from tests.render.test_report import report
from tests.reports.desks import ZONE

MADE = datetime(2026, 11, 20, 17, tzinfo=ZONE)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://example.com")',
    "http://example.com",
)


def workbook(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def cell(column: Column, value: object) -> Any:
    """The cell of a table of one value, as another program reads it."""
    sheet = workbook(table_xlsx(Table("T", (column,), [(value,)]), MADE, zone=ZONE)).active
    return sheet.cell(2, 1)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula_or_a_link(text: str) -> None:
    found = cell(Column("title", text), text)
    assert found.data_type == "s"
    assert found.hyperlink is None
    assert found.value == text.replace("\t", r"\x09").replace("\r", r"\x0d")


@pytest.mark.parametrize(
    ("column", "value", "read", "form"),
    [
        (Column("n", "n", NUMBER), -5, -5, "General"),
        (Column("n", "n", NUMBER), Decimal("2.5"), 2.5, "General"),
        (Column("d", "d", DURATION), 90_061, timedelta(seconds=90_061), "[h]:mm"),
        (Column("d", "d", WALL), 0, timedelta(0), "[h]:mm"),
        (Column("d", "d", DURATION), -5400, -1.5, '0.00" h"'),
        (Column("p", "p", PERCENT), 0.125, 0.125, "0.0%"),
        (Column("m", "m", MONEY), Money(Decimal("1234.50"), "RUB"), 1234.5, "#,##0.00 [$RUB]"),
        (Column("a", "a", INSTANT), MADE, MADE.replace(tzinfo=None), "yyyy-mm-dd hh:mm"),
        (Column("t", "t"), ["a", "b"], "a, b", "General"),
        (Column("t", "t"), Message("late"), "late", "General"),
        (Column("t", "t"), True, "yes", "General"),
        (Column("t", "t"), None, None, "General"),
        (Column("t", "t"), "12", "12", "General"),
    ],
)
def test_values_are_what_they_are(column: Column, value: object, read: object, form: str) -> None:
    found = cell(column, value)
    assert found.value == read
    assert found.number_format == form


def test_the_parts_of_a_report_are_sheets_with_a_heading_that_stays() -> None:
    book = workbook(report_xlsx(report(), MADE, zone=ZONE))
    assert book.sheetnames[0] == "Service"
    assert "Pick-up by department" in book.sheetnames
    front = [row for row in book["Service"].iter_rows(values_only=True) if row[1] == "pickup"]
    assert front == [("Pick-up", "pickup", 5, *[timedelta(hours=1)] * 3, None)]
    sheet = book["Pick-up by department"]
    assert sheet.freeze_panes == "A2"
    assert [found.value for found in sheet[2]][:3] == ["sales", 5, timedelta(hours=1)]


def test_sheets_have_names_that_are_allowed_and_their_own() -> None:
    long = "Approvals of offers: by [reason]/who? *all*"
    made = report()
    tables = [Table(long, (Column("a", "a"),), [("x",)])] * 3
    names = workbook(report_xlsx(made._replace(tables=tables, title=Message("history")), MADE)).sheetnames
    assert len({name.casefold() for name in names}) == 4
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)
    assert "history" not in names


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_not_lost() -> None:
    assert len(cell(Column("t", "t"), "x" * 40_000).value) == 32_767


def test_the_same_table_is_the_same_file() -> None:
    table = Table("T", (Column("a", "a"),), [("x",)])
    assert table_xlsx(table, MADE) == table_xlsx(table, MADE)


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(Refused) as caught:
        table_xlsx(Table("T", (), []), MADE)
    assert "svcctl[xlsx]" in str(caught.value.hint)
