"""Tables and reports as a workbook: real numbers, real durations and dates, and no cell that a spreadsheet would run.

Durations are days with the format ``[h]:mm``, moments the desk's clock, shares numbers shown as percent, money numbers
shown with their currency. All text is written as text: what begins with = + - @ is a title, no formula.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.money import Money
from svcctl.model.problems import Refused
from svcctl.render.cells import Cells, is_right
from svcctl.render.report import lead
from svcctl.reports.figures import COUNT, POINTS, RATIO, SECONDS, SHARE, TOTAL, Figure
from svcctl.reports.report import WALL_SUFFIX, Report
from svcctl.reports.table import DURATION, INSTANT, MONEY, NUMBER, PERCENT, WALL, Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DAY = 86400
_LONGEST_CELL, _LONGEST_NAME, _WIDEST = 32_767, 31, 60
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_FORMATS = {DURATION: "[h]:mm", WALL: "[h]:mm", PERCENT: "0.0%", INSTANT: "yyyy-mm-dd hh:mm"}
_KINDS = {SECONDS: DURATION, TOTAL: DURATION, SHARE: PERCENT, RATIO: PERCENT, COUNT: NUMBER, POINTS: NUMBER}


def table_xlsx(table: Table, made: datetime, catalog: Catalog = ENGLISH, zone: tzinfo | None = None) -> bytes:
    """A workbook of one sheet.

    Args:
        made: the moment that the file says it was made at.
        zone: where moments are told.

    Raises:
        Refused: XlsxWriter is not installed.
    """
    book = _Book(Cells(catalog, zone, absent=""), made)
    book.add_table(table)
    return book.content()


def report_xlsx(report: Report, made: datetime, catalog: Catalog = ENGLISH, zone: tzinfo | None = None) -> bytes:
    """A workbook of a sheet with the figures and notes, and one for each table; arguments and errors as above."""
    cells = Cells(catalog, zone, absent="")
    book = _Book(cells, made)
    book.add_front(report)
    for table in report.tables:
        if table.rows:
            book.add_table(table)
    return book.content()


def _writer() -> Any:
    try:
        import xlsxwriter  # type: ignore[import-untyped]
    except ImportError:
        raise Refused(
            Message("XLSX needs XlsxWriter, which is not installed"),
            Message("pip install 'svcctl[xlsx]', or take --format csv"),
            code="no-xlsx",
        ) from None
    return xlsxwriter


class _Book:
    """A workbook that is being written, with the formats of each kind of value."""

    def __init__(self, cells: Cells, made: datetime) -> None:
        self.cells, self.made = cells, made
        self.out = io.BytesIO()
        self.book = _writer().Workbook(self.out, {"in_memory": True})
        self.book.set_properties({"created": made.replace(tzinfo=None)})
        self.formats: dict[str, Any] = {}
        self.names: set[str] = set()

    def content(self) -> bytes:
        self.book.close()
        return self.out.getvalue()

    def add_front(self, report: Report) -> None:
        title = Message("{report}, {period}", report=report.title, period=report.period.name)
        sheet = self._sheet(report.title)
        told = [title, lead(report), *([report.finding] if report.finding else [])]
        for place, line in enumerate(told):
            sheet.write_string(place, 0, self._text(line), self._format("bold") if not place else None)
        columns = (
            Column("figure", Message("figure")),
            Column("name", Message("name")),
            Column("n", Message("n"), NUMBER),
            *(Column(name, label) for name, label in _VALUES),
        )
        start = len(told) + 1
        rows = [(figure.label, figure.name, figure.n, *_values(figure)) for figure in report.figures]
        kinds = [_kinds(figure) for figure in report.figures]
        self._grid(sheet, columns, rows, start, lambda row, place: kinds[row] if place > 2 else columns[place].kind)
        for place, note in enumerate(report.notes, start + len(rows) + 2):
            sheet.write_string(place, 0, self._text(note))

    def add_table(self, table: Table) -> None:
        sheet = self._sheet(table.title)
        self._grid(sheet, table.columns, table.rows, 0, lambda _, place: table.columns[place].kind)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        if table.rows and table.columns:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _sheet(self, title: Message | str) -> Any:
        sheet = self.book.add_worksheet(self._name(self.cells.words(title)))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _name(self, title: str) -> str:
        """A name that a sheet may have, and that no other has: 31 characters, some forbidden (ECMA-376)."""
        plain = _FORBIDDEN.sub(" ", title).strip() or "svcctl"
        name, number = plain[:_LONGEST_NAME].strip(), 1
        while name.casefold() in self.names or name.casefold() == "history":
            number += 1
            ending = f" {number}"
            name = plain[: _LONGEST_NAME - len(ending)].strip() + ending
        self.names.add(name.casefold())
        return name

    def _grid(
        self,
        sheet: Any,
        columns: Sequence[Column],
        rows: Sequence[Sequence[object]],
        start: int,
        kind_of: Callable[[int, int], str],
    ) -> None:
        for place, column in enumerate(columns):
            heading = self._text(column.label)
            right = is_right(column.kind)
            sheet.write_string(start, place, heading, self._format("right" if right else "bold"))
            shown = [self.cells.shown(row[place], kind_of(number, place)) for number, row in enumerate(rows)]
            sheet.set_column(place, place, min(max(map(len, [heading, *shown])) + 2, _WIDEST))
            for number, row in enumerate(rows):
                self._write(sheet, start + 1 + number, place, row[place], kind_of(number, place))

    def _write(self, sheet: Any, row: int, place: int, value: object, kind: str) -> None:
        if value is None:
            return
        if isinstance(value, Money):
            sheet.write_number(row, place, float(value.amount), self._format(MONEY, value.currency))
        elif isinstance(value, datetime) and value.year >= 1900:
            local = value.astimezone(self.cells.zone) if self.cells.zone else value
            sheet.write_datetime(row, place, local.replace(tzinfo=None), self._format(INSTANT))
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            self._write_number(sheet, row, place, float(value), kind)
        else:
            sheet.write_string(row, place, self._text(self.cells.shown(value, kind)))

    def _write_number(self, sheet: Any, row: int, place: int, value: float, kind: str) -> None:
        if kind in (DURATION, WALL) and value < 0:
            # No spreadsheet shows a negative time.
            sheet.write_number(row, place, value / 3600, self._format("hours"))
        elif kind in (DURATION, WALL):
            sheet.write_number(row, place, value / _DAY, self._format(kind))
        else:
            sheet.write_number(row, place, value, self._format(kind) if kind in _FORMATS else None)

    def _text(self, text: Message | str) -> str:
        return self.cells.words(text)[:_LONGEST_CELL]

    def _format(self, kind: str, currency: str = "") -> Any:
        key = kind + currency
        if key not in self.formats:
            self.formats[key] = self.book.add_format(_look(kind, currency))
        return self.formats[key]


def _look(kind: str, currency: str) -> dict[str, Any]:
    if kind == "bold":
        return {"bold": True, "text_wrap": False}
    if kind == "right":
        return {"bold": True, "align": "right"}
    if kind == "hours":
        return {"num_format": '0.00" h"'}
    if kind == MONEY:
        return {"num_format": f"#,##0.00 [${currency}]" if currency.isalpha() else "#,##0.00"}
    return {"num_format": _FORMATS[kind]}


_VALUES = (
    ("value", Message("value")),
    ("median", Message("median")),
    ("p90", Message("90th percentile")),
    ("previous", Message("before")),
)


def _values(figure: Figure) -> tuple[object, ...]:
    return figure.value, figure.median, figure.p90, figure.previous


def _kinds(figure: Figure) -> str:
    kind = _KINDS[figure.unit]
    return WALL if kind == DURATION and figure.name.endswith(WALL_SUFFIX) else kind
