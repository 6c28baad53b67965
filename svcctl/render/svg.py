"""Charts as inline SVG: no script, no fonts, no colours of their own; the page's style sheet colours them by class.

Places along the width are percentages and those along the height are pixels, so a chart is as wide as the page allows
and its words stay as large as the page's, on a phone and on paper. A picture for screen readers is one image with a
title and one sentence; the table below it has every value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from html import escape
from typing import NamedTuple

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.render.cells import Cells
from svcctl.render.ticks import rough, span_of, ticks
from svcctl.reports.chart import Bars, Chart, Heat, Lines, Matrix
from svcctl.reports.table import DURATION, NUMBER, PERCENT, WALL, Table

MOST_BARS, MOST_CELLS, MOST_TICKS = 12, 12, 4
"""So many can be told apart; the table has all."""

_LEVELS = 5
_ROW, _BAR_TOP, _BAR = 38, 20, 11
_CELL, _GUTTER = 28, 24.0
_TOP, _PLOT, _LEFT, _RIGHT = 22, 170, 13.0, 96.0
_LONGEST = 18


def chart_html(chart: Chart, table: Table, cells: Cells, uid: str) -> str:
    """The chart as a ``<figure>`` with its caption and legend; empty where there is nothing to draw.

    The caption leaves the chart's title out where it is the table's.

    Args:
        table: what the chart's columns are columns of.
        uid: a word that no other chart of the page has; it begins the ids of the elements.
    """
    if isinstance(chart, Bars):
        drawn = _bars(chart, table, cells)
    elif isinstance(chart, Lines):
        drawn = _lines(chart, table, cells)
    elif isinstance(chart, Heat):
        drawn = _heat(chart, table, cells)
    else:
        drawn = _matrix(chart, table, cells)
    return "" if drawn is None else _figure(drawn, chart, table, cells, uid)


# What all have in common


class _Drawn(NamedTuple):
    """What a chart came to: its height in pixels, one sentence on it, its shapes, and its legend of marks and words."""

    height: float
    told: Message
    shapes: Sequence[str]
    legend: Sequence[tuple[str, str]] = ()


def _figure(drawn: _Drawn, chart: Chart, table: Table, cells: Cells, uid: str) -> str:
    title, sentence = cells.words(chart.title), escape(cells.words(drawn.told))
    keys = "".join(f"<li>{_key(mark)}{escape(text)}</li>" for mark, text in drawn.legend)
    caption = "" if title == cells.words(table.title) else escape(title)
    caption += f"<ul>{keys}</ul>" if keys else ""
    body = "\n".join(drawn.shapes)
    return (
        (f"<figure>\n<figcaption>{caption}</figcaption>\n" if caption else "<figure>\n")
        + f'<svg class="chart" role="img" aria-labelledby="{uid}t {uid}d" width="100%" height="{_n(drawn.height)}">'
        f'<title id="{uid}t">{escape(title)}</title><desc id="{uid}d">{sentence}</desc>\n{body}</svg>\n</figure>'
    )


def _key(mark: str) -> str:
    return f'<svg class="key" aria-hidden="true">{mark}</svg>' if mark else ""


def _n(value: float) -> str:
    """A number of an attribute: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rect(x: float, y: float, width: float, height: float, kind: str, tip: str = "") -> str:
    body = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
    return f'<rect x="{_n(x)}%" y="{_n(y)}" width="{_n(width)}%" height="{_n(height)}" class="{kind}"{body}'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{_n(x)}%" y="{_n(y)}" class="{kind}">{escape(text)}</text>'


def number_of(value: object) -> float | None:
    """The length of a value in a chart; None of what is no number."""
    if isinstance(value, Money):
        return float(value.amount)
    return float(value) if isinstance(value, int | float | Decimal) else None


def _kind(table: Table, name: str) -> str:
    return table.columns[table.place(name)].kind


def _heading(table: Table, name: str, cells: Cells) -> str:
    return cells.words(table.columns[table.place(name)].label)


def _label(table: Table, row: tuple[object, ...], names: Sequence[str], cells: Cells) -> str:
    words = (row[table.place(name)] for name in names)
    return " · ".join(cells.words(Message("(none)")) if word is None else cells.shown(word) for word in words)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


# Bars


def _bars(chart: Bars, table: Table, cells: Cells) -> _Drawn | None:
    kind = _kind(table, chart.parts[0])
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
        body.append(_text(0, height - 4, cells.words(more), "tick"))
    longest = max(range(len(drawn)), key=lambda place: sums[place])
    told = Message(
        "{n} bars; the longest is {label} with {value}.",
        n=len(drawn),
        label=drawn[longest][0],
        value=rough(sums[longest], kind, cells.catalog),
    )
    return _Drawn(height, told, body, _bar_legend(chart, table, cells, bool(befores)))


def _measured(chart: Bars, table: Table, cells: Cells) -> Iterator[tuple[str, list[float], float | None]]:
    """Of each row that has a value: its label, its parts, and what it was before."""
    for row in table.rows:
        found = [number_of(row[table.place(name)]) for name in chart.parts]
        if any(value is not None for value in found):
            before = number_of(row[table.place(chart.before)]) if chart.before else None
            yield _label(table, row, chart.labels, cells), [max(value or 0, 0) for value in found], before


def _bar(place: int, one: tuple[str, list[float], float | None], whole: float, kind: str, cells: Cells) -> str:
    label, parts, before = one
    top = place * _ROW
    value = " + ".join(rough(part, kind, cells.catalog) for part in parts)
    made = [_text(0, top + 14, _cut(label, 40), "label"), _text(100, top + 14, value, "value")]
    made.append(_rect(0, top + _BAR_TOP, 100, _BAR, "track"))
    start = 0.0
    for number, part in enumerate(parts):
        length = 100 * part / whole
        made.append(_rect(start, top + _BAR_TOP, length, _BAR, f"s{number}"))
        start += length
    if before is not None:
        x = min(100 * before / whole, 99.5)
        made.append(f'<rect x="{_n(x)}%" y="{top + _BAR_TOP - 3}" width="3" height="{_BAR + 6}" class="before"/>')
    return "".join(made)


def _bar_legend(chart: Bars, table: Table, cells: Cells, has_before: bool) -> list[tuple[str, str]]:
    legend = []
    if len(chart.parts) > 1:
        legend = [
            (f'<rect width="14" height="10" class="s{number}"/>', _heading(table, name, cells))
            for number, name in enumerate(chart.parts)
        ]
    if has_before:
        legend.append(('<rect x="6" width="3" height="12" class="before"/>', cells.words(Message("before"))))
    return legend


# Lines


def _lines(chart: Lines, table: Table, cells: Cells) -> _Drawn | None:
    kind = _kind(table, chart.values[0])
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
        line=_heading(table, last, cells),
        n=len(table.rows),
        low=rough(min(known), kind, cells.catalog),
        high=rough(max(known), kind, cells.catalog),
    )
    return _Drawn(_TOP + _PLOT + 24, told, body, _line_legend(chart, table, cells))


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
        yield f'<line x1="0" x2="100%" y1="{_n(y)}" y2="{_n(y)}" class="{name}"/>'
        yield _text(0, y - 4, rough(mark, kind, cells.catalog), "tick")


def _across(chart: Lines, table: Table, scale: _Scale, cells: Cells) -> Iterator[str]:
    place = table.place(chart.across)
    last = len(table.rows) - 1
    every = -(-len(table.rows) // MOST_TICKS)
    for number, row in enumerate(table.rows):
        # Of a range of days its first one: there is no room for both.
        if (last - number) % every == 0:
            text = cells.shown(row[place]).partition("..")[0]
            yield _text(scale.x(number), _TOP + _PLOT + 18, text, "tick middle")


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
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in pairs)


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
        yield _text(100, drawn[last][1] - 9, text, "value")


def _dot(x: float, y: float, number: int) -> str:
    if number == 0:
        return f'<circle cx="{_n(x)}%" cy="{_n(y)}" r="3.5" class="d0"/>'
    return f'<svg x="{_n(x)}%" y="{_n(y)}" overflow="visible"><path d="M-4 0 0-4 4 0 0 4Z" class="d{number}"/></svg>'


def _line_legend(chart: Lines, table: Table, cells: Cells) -> list[tuple[str, str]]:
    if len(chart.values) == 1:
        return []
    marks = ('<path d="M0 6h14" class="l0"/>', '<path d="M0 6h14" class="l1"/>')
    dots = ('<circle cx="7" cy="6" r="3.5" class="d0"/>', '<path d="M3 6 7 2 11 6 7 10Z" class="d1"/>')
    return [
        (mark + dot, _heading(table, name, cells)) for mark, dot, name in zip(marks, dots, chart.values, strict=False)
    ]


# Cells that are the darker the more


def _level(value: float, most: float) -> int:
    """0 of nothing, else 1 to 5."""
    return min(_LEVELS, 1 + int(_LEVELS * value / most)) if value > 0 and most > 0 else 0


def _cell(x: float, y: float, width: float, value: float | None, most: float, text: str, tip: str) -> str:
    if value is None:
        return _rect(x, y, width - 0.3, _CELL - 2, "h0")
    level = _level(value, most)
    made = _rect(x, y, width - 0.3, _CELL - 2, f"h{level}", tip)
    return made + (_text(x + width / 2, y + 18, text, f"t{level} middle") if text and value else "")


def _heat(chart: Heat, table: Table, cells: Cells) -> _Drawn | None:
    places = [table.place(name) for name in chart.across]
    values = {
        (down, across): number_of(row[place]) or 0
        for down, row in enumerate(table.rows)
        for across, place in enumerate(places)
    }
    most = max(values.values(), default=0)
    if not most:
        return None
    names = [_label(table, row, (chart.down,), cells) for row in table.rows]
    heads = [cells.words(table.columns[place].label) for place in places]
    width = (100 - _GUTTER) / len(places)
    body = [
        _text(_GUTTER + width * (number + 0.5), 14, head, f"tick middle{' rare' if number % 3 else ''}")
        for number, head in enumerate(heads)
    ]
    for down, name in enumerate(names):
        y = 20 + down * _CELL
        body.append(_text(0, y + 18, _cut(name, _LONGEST), "label"))
        for across, head in enumerate(heads):
            value = values[down, across]
            x, text = _GUTTER + width * across, rough(value, NUMBER)
            body.append(_cell(x, y, width, value, most, text, f"{name} {head}: {text}"))
    top = max(values, key=lambda pair: values[pair])
    told = Message("The darkest cell is {place} with {value}.", place=f"{names[top[0]]} {heads[top[1]]}", value=most)
    return _Drawn(20 + _CELL * len(names), told, body)


def _matrix(chart: Matrix, table: Table, cells: Cells) -> _Drawn | None:
    kind = _kind(table, chart.value)
    down, across = (_weighty(table, name, chart.value, cells) for name in (chart.down, chart.across))
    values = {
        (_label(table, row, (chart.down,), cells), _label(table, row, (chart.across,), cells)): value
        for row in table.rows
        if (value := number_of(row[table.place(chart.value)])) is not None
    }
    drawn = {pair: value for pair, value in values.items() if pair[0] in down and pair[1] in across}
    if not any(drawn.values()):
        return None
    most, width = max(drawn.values()), min((100 - _GUTTER) / len(across), 16)
    head = 14 + 6.5 * max(min(len(name), _LONGEST) for name in across)
    corner = f"{_heading(table, chart.down, cells)} ↓  {_heading(table, chart.across, cells)} →"
    body = [_text(0, head - 6, corner, "tick")]
    body += [_upright(_GUTTER + width * (place + 0.5), head - 6, name) for place, name in enumerate(across)]
    for row, name in enumerate(down):
        y = head + row * _CELL
        body.append(_text(0, y + 18, _cut(name, _LONGEST), "label"))
        for place, other in enumerate(across):
            value = drawn.get((name, other))
            text = "" if value is None else rough(value, kind, cells.catalog)
            short = _unitless(value, kind) if value is not None else ""
            body.append(_cell(_GUTTER + width * place, y, width, value, most, short, f"{name} → {other}: {text}"))
    top = max(drawn, key=lambda pair: drawn[pair])
    told = Message(
        "{n} pairs; the darkest cell is {place} with {value}.",
        n=len(values),
        place=f"{top[0]} → {top[1]}",
        value=rough(drawn[top], kind, cells.catalog),
    )
    legend = [("", cells.words(Message("hours")))] if kind in (DURATION, WALL) else []
    return _Drawn(head + _CELL * len(down), told, body, legend)


def _weighty(table: Table, name: str, value: str, cells: Cells) -> list[str]:
    """The words of a column, those with the largest sums first, so many as can be drawn."""
    sums: dict[str, float] = {}
    for row in table.rows:
        word = _label(table, row, (name,), cells)
        sums[word] = sums.get(word, 0) + (number_of(row[table.place(value)]) or 0)
    return sorted(sums, key=lambda word: (-sums[word], word))[:MOST_CELLS]


def _unitless(value: float, kind: str) -> str:
    """What stands in a small cell: hours of durations, hundredths of shares."""
    if kind in (DURATION, WALL):
        return rough(value / 3600, NUMBER)
    return rough(100 * value if kind == PERCENT else value, NUMBER)


def _upright(x: float, y: float, text: str) -> str:
    return (
        f'<svg x="{_n(x)}%" y="{_n(y)}" overflow="visible"><text transform="rotate(-90)" x="0" y="4" class="tick">'
        f"{escape(_cut(text, _LONGEST))}</text></svg>"
    )
