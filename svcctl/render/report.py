"""A report in every format.

For people: its figures as tables of times, shares and counts, then its own tables, then its notes. JSON is the
document of the design. CSV is one long table, because a file of several tables is no CSV: one line a value, so that a
pivot table or a filter (``table = figures``) gives any view of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.money import Money
from svcctl.render.document import Document
from svcctl.render.table import render_document
from svcctl.reports.figures import COUNT, POINTS, RATIO, SECONDS, SHARE, TOTAL, Figure
from svcctl.reports.report import WALL_SUFFIX, Report
from svcctl.reports.table import DURATION, NUMBER, PERCENT, WALL, Column, Table, raw

CSV_COLUMNS = ("report", "period", "compare", "table", "number", "row", "column", "unit", "value")
_UNITS = {DURATION: "s", WALL: "s", PERCENT: "share", NUMBER: "count"}


def render_report(
    report: Report,
    format: str,
    catalog: Catalog = ENGLISH,
    zone: tzinfo | None = None,
    width: int | None = None,
    desk: str = "",
    ascii: bool = False,
) -> str:
    """The report as text, without a newline at its end; arguments and errors as of ``render.table.render``.

    Args:
        desk: the desk's name, for the formats that name it.
        ascii: draw what is drawn for a terminal with ASCII alone.
    """
    if format == "json":
        from svcctl.render.json import dump

        return dump(report.as_json(catalog))
    if format == "csv":
        from svcctl.render.csv import written

        return written([CSV_COLUMNS, *_csv_rows(report, catalog)]).removesuffix("\n")
    if format == "table":
        from svcctl.render.cells import Cells
        from svcctl.render.text import document_text

        return document_text(document(report), Cells(catalog, zone), width, ascii)
    if format == "html":
        from svcctl.render.cells import Cells
        from svcctl.render.reportpage import report_html

        return report_html(report, Cells(catalog, zone), desk=desk)
    return render_document(document(report), format, catalog, zone, width)


def document(report: Report) -> Document:
    """The report as people read it."""
    title = Message("{report}, {period}", report=report.title, period=report.period.name)
    tables = [table for table in (*overview(report), *report.tables) if table.rows]
    told = [lead(report), report.finding] if report.finding else [lead(report)]
    return Document(title, tables, told, report.notes)


def overview(report: Report) -> list[Table]:
    """The report's figures as tables of times, sums, shares, points and counts; none where nothing happened."""
    if not any(figure.n or figure.previous for figure in report.figures):
        return []
    tables = (_times(report), _totals(report), _shares(report), _points(report), _counts(report))
    return [table for table in tables if table.rows]


def lead(report: Report) -> Message:
    """The days that a report is about, and what it is compared with."""
    first, last = report.period.start.date(), report.period.last_day
    if report.compare is None:
        return Message("{first} to {last}; times are working time.", first=first, last=last)
    return Message(
        "{first} to {last}, before: {previous}; times are working time.",
        first=first,
        last=last,
        previous=report.compare.name,
    )


def _of_unit(report: Report, *units: str) -> list[Figure]:
    return [figure for figure in report.figures if figure.unit in units]


def _times(report: Report) -> Table:
    found = {figure.name: figure for figure in _of_unit(report, SECONDS)}
    rows = []
    for name, figure in found.items():
        if name.endswith(WALL_SUFFIX):
            continue
        wall = found.get(name + WALL_SUFFIX)
        numbers = (figure.n, figure.value, figure.median, figure.p90, wall and wall.median, figure.previous)
        rows.append((figure.label, *numbers))
    columns = (
        Column("figure", ""),
        Column("n", Message("n"), NUMBER),
        Column("mean", Message("mean"), DURATION),
        Column("median", Message("median"), DURATION),
        Column("p90", Message("90th percentile"), DURATION),
        Column("wall_median", Message("median, wall clock"), WALL),
        Column("previous", Message("mean before"), DURATION),
    )
    return Table(Message("Times"), columns, rows)


def _shares(report: Report) -> Table:
    rows = [(figure.label, figure.n, figure.value, figure.previous) for figure in _of_unit(report, SHARE, RATIO)]
    columns = (
        Column("figure", ""),
        Column("n", Message("n"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("previous", Message("before"), PERCENT),
    )
    return Table(Message("Shares"), columns, rows)


def _totals(report: Report) -> Table:
    rows = [(figure.label, figure.n, figure.value, figure.previous) for figure in _of_unit(report, TOTAL)]
    columns = (
        Column("figure", ""),
        Column("n", Message("n"), NUMBER),
        Column("total", Message("in all"), DURATION),
        Column("previous", Message("before"), DURATION),
    )
    return Table(Message("Sums"), columns, rows)


def _points(report: Report) -> Table:
    rows = [
        (figure.label, figure.n, _rounded(figure.value), _rounded(figure.previous))
        for figure in _of_unit(report, POINTS)
    ]
    columns = (
        Column("figure", ""),
        Column("n", Message("n"), NUMBER),
        Column("points", Message("points"), NUMBER),
        Column("previous", Message("before"), NUMBER),
    )
    return Table(Message("Points"), columns, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _counts(report: Report) -> Table:
    rows = [(figure.label, figure.value, figure.previous) for figure in _of_unit(report, COUNT)]
    columns = (
        Column("figure", ""),
        Column("number", report.counted, NUMBER),
        Column("previous", Message("before"), NUMBER),
    )
    return Table(report.counts, columns, rows)


def _csv_rows(report: Report, catalog: Catalog) -> Iterator[Sequence[object]]:
    compare = report.compare.name if report.compare else ""
    for table, number, row, column, unit, value in _values(report, catalog):
        yield report.name, report.period.name, compare, table, number, row, column, unit, value


def _values(report: Report, catalog: Catalog) -> Iterator[tuple[object, ...]]:
    """Every value with where it stands: table, row's number and first cell, column, unit."""
    for number, figure in enumerate(report.figures, 1):
        values = figure.as_json()
        unit = values.pop("unit")
        for column, value in values.items():
            yield "figures", number, figure.name, column, "count" if column == "n" else unit, value
    for table in report.tables:
        for number, row in enumerate(table.rows, 1):
            first = raw(row[0], catalog)
            for one, value in zip(table.columns[1:], row[1:], strict=True):
                unit, plain = _plain(one, value, catalog)
                yield table.name, number, first, one.key, unit, plain


def _plain(column: Column, value: object, catalog: Catalog) -> tuple[str, object]:
    if isinstance(value, Money):
        return value.currency, value.as_json()["amount"]
    return _UNITS.get(column.kind, ""), raw(value, catalog)
