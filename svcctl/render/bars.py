"""Bars: a row each, its label and value above it, the value of the period before marked on it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from svcctl.model.messages import Message
from svcctl.render.cells import Cells
from svcctl.render.svg import Drawn, cut, heading_of, kind_of, label_of, number_of, rect_shape, short, text_shape
from svcctl.render.ticks import rough, span_of
from svcctl.reports.chart import Bars
from svcctl.reports.table import Table

MOST_BARS = 12
"""So many can be compared; the table has all."""

_ROW, _BAR_TOP, _BAR = 38, 20, 11
_LONGEST = 60


def bars(chart: Bars, table: Table, cells: Cells) -> Drawn | None:
    """The bars with their labels above them; None where there is nothing to compare."""
    kind = kind_of(table, chart.parts[0])
    drawn = list(_measured(chart, table, cells))
    sums = [sum(parts) for _, parts, _ in drawn]
    befores = [before for _, _, before in drawn if before is not None]
    if not any(sums) or (len(drawn) == 1 and len(chart.parts) == 1):
        # One bar is as long as itself.
        return None
    shown = drawn[:MOST_BARS]
    whole = span_of([*sums[:MOST_BARS], *befores[:MOST_BARS]], kind)[1]
    body = [_bar(place, one, whole, kind, cells) for place, one in enumerate(shown)]
    height = _ROW * len(shown)
    if len(drawn) > len(shown):
        more = Message("and {n} more in the table", n=len(drawn) - len(shown))
        height += 20
        body.append(text_shape(0, height - 4, cells.words(more), "tick"))
    longest = max(range(len(drawn)), key=lambda place: sums[place])
    told = Message(
        "{n} bars; the longest is {label} with {value}.",
        n=len(drawn),
        label=drawn[longest][0],
        value=rough(sums[longest], kind, cells.catalog),
    )
    return Drawn(height, told, body, _bar_legend(chart, table, cells, bool(befores)))


def _measured(chart: Bars, table: Table, cells: Cells) -> Iterator[tuple[str, list[float], float | None]]:
    """Of each row that has a value: its label, its parts, and what it was before."""
    for row in table.rows:
        found = [number_of(row[table.place(name)]) for name in chart.parts]
        if any(value is not None for value in found):
            before = number_of(row[table.place(chart.before)]) if chart.before else None
            yield label_of(table, row, chart.labels, cells), [max(value or 0, 0) for value in found], before


def _bar(place: int, one: tuple[str, list[float], float | None], whole: float, kind: str, cells: Cells) -> str:
    label, parts, before = one
    top = place * _ROW
    value = " + ".join(rough(part, kind, cells.catalog) for part in parts)
    made = [_label(top, label), text_shape(100, top + 14, value, "value")]
    made.append(rect_shape(0, top + _BAR_TOP, 100, _BAR, "track"))
    start = 0.0
    for number, part in enumerate(parts):
        length = 100 * part / whole
        made.append(rect_shape(start, top + _BAR_TOP, length, _BAR, f"s{number}"))
        start += length
    if before is not None:
        x = min(100 * before / whole, 99.5)
        made.append(f'<rect x="{short(x)}%" y="{top + _BAR_TOP - 3}" width="3" height="{_BAR + 6}" class="before"/>')
    return "".join(made)


def _label(top: float, text: str) -> str:
    """A row's name, clipped before it meets the value on a narrow page."""
    words = f'<text y="14" class="label">{escape(cut(text, _LONGEST))}</text>'
    return f'<svg y="{short(top)}" width="62%" height="{_BAR_TOP}" class="clip">{words}</svg>'


def _bar_legend(chart: Bars, table: Table, cells: Cells, has_before: bool) -> list[tuple[str, str]]:
    legend = []
    if len(chart.parts) > 1:
        legend = [
            (f'<rect width="14" height="10" class="s{number}"/>', heading_of(table, name, cells))
            for number, name in enumerate(chart.parts)
        ]
    if has_before:
        legend.append(('<rect x="6" width="3" height="12" class="before"/>', cells.words(Message("before"))))
    return legend
