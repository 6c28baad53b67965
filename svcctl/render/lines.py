"""Lines over periods, with a band; solid and dashed, dots and diamonds, so that nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from svcctl.model.messages import Message
from svcctl.render.cells import Cells
from svcctl.render.svg import Drawn, heading_of, kind_of, number_of, short, text_shape
from svcctl.render.ticks import rough, span_of, ticks
from svcctl.reports.chart import Lines
from svcctl.reports.table import Table

MOST_TICKS = 4
"""So many periods can be named below a line on a phone."""

_TOP, _PLOT, _LEFT, _RIGHT = 22, 170, 13.0, 96.0


def lines(chart: Lines, table: Table, cells: Cells) -> Drawn | None:
    """Lines through the rows, above their axis; None where there are fewer than two rows or no value."""
    kind = kind_of(table, chart.values[0])
    names = [*chart.values, *filter(None, (chart.low, chart.high))]
    series = {name: [number_of(row[table.place(name)]) for row in table.rows] for name in names}
    known = [value for values in series.values() for value in values if value is not None]
    if len(table.rows) < 2 or not known:
        return None
    marks = ticks(*span_of(known, kind), kind)
    scale = _Scale(len(table.rows), marks[0], marks[-1])
    body = [*_grid(marks, scale, kind, cells), *_across(chart, table, scale, cells)]
    body += _area(series, chart, scale) if chart.low and chart.high else []
    for number, name in enumerate(chart.values):
        body += _line(series[name], number, scale, kind, cells)
    last = chart.values[0]
    told = Message(
        "{line} over {n} periods, from {low} to {high}.",
        line=heading_of(table, last, cells),
        n=len(table.rows),
        low=rough(min(known), kind, cells.catalog),
        high=rough(max(known), kind, cells.catalog),
    )
    return Drawn(_TOP + _PLOT + 24, told, body, _line_legend(chart, table, cells))


class _Scale:
    """Places of a plot: ``x`` of the points in percent of the width, ``y`` of the values in pixels."""

    def __init__(self, points: int, low: float, high: float) -> None:
        self.points, self.low, self.high = points, low, high

    def x(self, place: int) -> float:
        return _LEFT + (_RIGHT - _LEFT) * place / (self.points - 1)

    def y(self, value: float) -> float:
        return _TOP + _PLOT * (self.high - value) / (self.high - self.low)


def _grid(marks: Sequence[float], scale: _Scale, kind: str, cells: Cells) -> Iterator[str]:
    for mark in marks:
        y = scale.y(mark)
        name = "zero" if mark == 0 else "grid"
        yield f'<line x1="0" x2="100%" y1="{short(y)}" y2="{short(y)}" class="{name}"/>'
        yield text_shape(0, y - 4, rough(mark, kind, cells.catalog), "tick")


def _across(chart: Lines, table: Table, scale: _Scale, cells: Cells) -> Iterator[str]:
    place = table.place(chart.across)
    last = len(table.rows) - 1
    every = -(-len(table.rows) // MOST_TICKS)
    for number, row in enumerate(table.rows):
        # Of a range of days its first one: there is no room for both.
        if (last - number) % every == 0:
            text = cells.shown(row[place]).partition("..")[0]
            yield text_shape(scale.x(number), _TOP + _PLOT + 18, text, "tick middle")


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """The places of values that follow each other without a gap."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value is None:
            if run:
                yield run
            run = []
        else:
            run.append(place)
    if run:
        yield run


def _plot(body: str) -> str:
    """A drawing whose width is a hundred wherever it is: for shapes, whose points cannot be percentages."""
    height = _TOP + _PLOT + 24
    return (
        f'<svg width="100%" height="{height}" viewBox="0 0 100 {height}" preserveAspectRatio="none" class="plot">'
        f"{body}</svg>"
    )


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{short(x)},{short(y)}" for x, y in pairs)


def _area(series: Mapping[str, Sequence[float | None]], chart: Lines, scale: _Scale) -> Iterator[str]:
    low, high = series[chart.low], series[chart.high]
    both = [None if below is None or above is None else 0.0 for below, above in zip(low, high, strict=True)]
    for run in _runs(both):
        upper = [(scale.x(place), scale.y(high[place] or 0)) for place in run]
        lower = [(scale.x(place), scale.y(low[place] or 0)) for place in reversed(run)]
        yield _plot(f'<polygon points="{_points([*upper, *lower])}" class="band"/>')


def _line(values: Sequence[float | None], number: int, scale: _Scale, kind: str, cells: Cells) -> Iterator[str]:
    drawn = {place: (scale.x(place), scale.y(value)) for place, value in enumerate(values) if value is not None}
    for run in _runs(values):
        yield _plot(f'<polyline points="{_points([drawn[place] for place in run])}" class="l{number}"/>')
    for x, y in drawn.values():
        yield _dot(x, y, number)
    if drawn and number == 0:
        last = max(drawn)
        text = rough(values[last] or 0, kind, cells.catalog)
        yield text_shape(100, drawn[last][1] - 9, text, "value")


def _dot(x: float, y: float, number: int) -> str:
    if number == 0:
        return f'<circle cx="{short(x)}%" cy="{short(y)}" r="3.5" class="d0"/>'
    return (
        f'<svg x="{short(x)}%" y="{short(y)}" overflow="visible"><path d="M-4 0 0-4 4 0 0 4Z" class="d{number}"/></svg>'
    )


def _line_legend(chart: Lines, table: Table, cells: Cells) -> list[tuple[str, str]]:
    if len(chart.values) == 1:
        return []
    marks = ('<path d="M0 6h14" class="l0"/>', '<path d="M0 6h14" class="l1"/>')
    dots = ('<circle cx="7" cy="6" r="3.5" class="d0"/>', '<path d="M3 6 7 2 11 6 7 10Z" class="d1"/>')
    return [
        (mark + dot, heading_of(table, name, cells)) for mark, dot, name in zip(marks, dots, chart.values, strict=False)
    ]
