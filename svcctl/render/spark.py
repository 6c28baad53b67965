"""Sparklines: a series in one word, as high as its values, for the terminal (E. Tufte, "Beautiful Evidence", 2006)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svcctl.model.messages import Message
from svcctl.render.cells import Cells
from svcctl.render.svg import number_of
from svcctl.render.ticks import rough
from svcctl.render.widths import columns_of
from svcctl.reports.chart import Lines
from svcctl.reports.table import Table

BLOCKS, ASCII = "▁▂▃▄▅▆▇█", "_.-~=+*#"
"""Eight heights; the second where a terminal's locale has no others."""


def sparkline(values: Sequence[float | None], ascii: bool = False) -> str:
    """A character for each value, the lowest for the least and the highest for the largest; a blank for None.

    Where all are the same, all are of the middle height.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    steps = ASCII if ascii else BLOCKS
    return "".join(" " if value is None else steps[_height(value, low, high)] for value in values)


def _height(value: float, low: float, high: float) -> int:
    return 3 if high == low else round((len(BLOCKS) - 1) * (value - low) / (high - low))


def sparklines(table: Table, cells: Cells, ascii: bool = False) -> str:
    """A line for each series that the table's charts draw: its name, its sparkline, where it began and ended.

    Empty where the table has none.
    """
    rows = [row for chart in table.charts if isinstance(chart, Lines) for row in _rows(chart, table, cells, ascii)]
    if not rows:
        return ""
    wide, long = max(columns_of(name) for name, _, _ in rows), max(len(line) for _, line, _ in rows)
    return "\n".join(f"{name}{' ' * (wide - columns_of(name))}  {line:<{long}}  {told}" for name, line, told in rows)


def _rows(chart: Lines, table: Table, cells: Cells, ascii: bool) -> Iterator[tuple[str, str, str]]:
    for name in chart.values:
        place = table.place(name)
        column = table.columns[place]
        values = [number_of(row[place]) for row in table.rows]
        known = [value for value in values if value is not None]
        if len(known) > 1:
            first, last = (rough(value, column.kind, cells.catalog) for value in (known[0], known[-1]))
            told = cells.words(Message("{first} to {last}", first=first, last=last))
            yield cells.words(column.label), sparkline(values, ascii), told
