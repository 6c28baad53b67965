"""Cells that are the darker the more, each with its number: heat maps and matrices."""

from __future__ import annotations

from html import escape

from svcctl.model.messages import Message
from svcctl.render.cells import Cells
from svcctl.render.svg import Drawn, cut, heading_of, kind_of, label_of, number_of, rect_shape, short, text_shape
from svcctl.render.ticks import rough
from svcctl.reports.chart import Heat, Matrix
from svcctl.reports.table import DURATION, NUMBER, PERCENT, WALL, Table

MOST_CELLS = 12
"""So many fit beside each other on a phone; the table has all."""

_LEVELS = 5
_CELL, _GUTTER = 28, 24.0
_LONGEST = 18


def _level(value: float, most: float) -> int:
    """0 of nothing, else 1 to 5."""
    return min(_LEVELS, 1 + int(_LEVELS * value / most)) if value > 0 and most > 0 else 0


def _cell(x: float, y: float, width: float, value: float | None, most: float, text: str, tip: str) -> str:
    if value is None:
        return rect_shape(x, y, width - 0.3, _CELL - 2, "h0")
    level = _level(value, most)
    made = rect_shape(x, y, width - 0.3, _CELL - 2, f"h{level}", tip)
    return made + (text_shape(x + width / 2, y + 18, text, f"t{level} middle") if text and value else "")


def heat(chart: Heat, table: Table, cells: Cells) -> Drawn | None:
    """A cell for each row and column; None where all are empty."""
    places = [table.place(name) for name in chart.across]
    values = {
        (down, across): number_of(row[place]) or 0
        for down, row in enumerate(table.rows)
        for across, place in enumerate(places)
    }
    most = max(values.values(), default=0)
    if not most:
        return None
    names = [label_of(table, row, (chart.down,), cells) for row in table.rows]
    heads = [cells.words(table.columns[place].label) for place in places]
    width = (100 - _GUTTER) / len(places)
    body = [
        text_shape(_GUTTER + width * (number + 0.5), 14, head, f"tick middle{' rare' if number % 3 else ''}")
        for number, head in enumerate(heads)
    ]
    for down, name in enumerate(names):
        y = 20 + down * _CELL
        body.append(text_shape(0, y + 18, cut(name, _LONGEST), "label"))
        for across, head in enumerate(heads):
            value = values[down, across]
            x, text = _GUTTER + width * across, rough(value, NUMBER)
            body.append(_cell(x, y, width, value, most, text, f"{name} {head}: {text}"))
    top = max(values, key=lambda pair: values[pair])
    told = Message("The darkest cell is {place} with {value}.", place=f"{names[top[0]]} {heads[top[1]]}", value=most)
    return Drawn(20 + _CELL * len(names), told, body)


def matrix(chart: Matrix, table: Table, cells: Cells) -> Drawn | None:
    """A cell for each pair of words, the heaviest first; None where all are empty."""
    kind = kind_of(table, chart.value)
    down, across = (_weighty(table, name, chart.value, cells) for name in (chart.down, chart.across))
    values = {
        (label_of(table, row, (chart.down,), cells), label_of(table, row, (chart.across,), cells)): value
        for row in table.rows
        if (value := number_of(row[table.place(chart.value)])) is not None
    }
    drawn = {pair: value for pair, value in values.items() if pair[0] in down and pair[1] in across}
    if not any(drawn.values()):
        return None
    most, width = max(drawn.values()), min((100 - _GUTTER) / len(across), 16)
    head = 14 + 6.5 * max(min(len(name), _LONGEST) for name in across)
    corner = f"{heading_of(table, chart.down, cells)} ↓  {heading_of(table, chart.across, cells)} →"
    body = [text_shape(0, head - 6, corner, "tick")]
    body += [_upright(_GUTTER + width * (place + 0.5), head - 6, name) for place, name in enumerate(across)]
    for row, name in enumerate(down):
        y = head + row * _CELL
        body.append(text_shape(0, y + 18, cut(name, _LONGEST), "label"))
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
    return Drawn(head + _CELL * len(down), told, body, legend)


def _weighty(table: Table, name: str, value: str, cells: Cells) -> list[str]:
    """The words of a column, those with the largest sums first, so many as can be drawn."""
    sums: dict[str, float] = {}
    for row in table.rows:
        word = label_of(table, row, (name,), cells)
        sums[word] = sums.get(word, 0) + (number_of(row[table.place(value)]) or 0)
    return sorted(sums, key=lambda word: (-sums[word], word))[:MOST_CELLS]


def _unitless(value: float, kind: str) -> str:
    """What stands in a small cell: hours of durations, hundredths of shares."""
    if kind in (DURATION, WALL):
        return rough(value / 3600, NUMBER)
    return rough(100 * value if kind == PERCENT else value, NUMBER)


def _upright(x: float, y: float, text: str) -> str:
    words = f'<text transform="rotate(-90)" x="0" y="4" class="tick">{escape(cut(text, _LONGEST))}</text>'
    return f'<svg x="{short(x)}%" y="{short(y)}" overflow="visible">{words}</svg>'
