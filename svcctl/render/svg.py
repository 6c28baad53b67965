"""Elements of charts as inline SVG: no script, no fonts, no colours; the page's style sheet colours them by class.

Places along the width are percentages and those along the height are pixels, so a chart is as wide as the page allows
and its words stay as large as the page's, on a phone and on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.namedtuples import NamedTuple
from svcctl.render.cells import Cells
from svcctl.reports.table import Table


class Drawn(NamedTuple):
    """What a chart came to: its height in pixels, one sentence on it, its shapes, and its legend of marks and words."""

    height: float
    told: Message
    shapes: Sequence[str]
    legend: Sequence[tuple[str, str]] = ()


def short(value: float) -> str:
    """A number of an attribute: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def rect_shape(x: float, y: float, width: float, height: float, kind: str, tip: str = "") -> str:
    """A rectangle: x and width in percent, y and height in pixels; ``tip`` is told where a mouse rests on it."""
    body = f"><title>{escape(tip)}</title></rect>" if tip else "/>"
    return f'<rect x="{short(x)}%" y="{short(y)}" width="{short(width)}%" height="{short(height)}" class="{kind}"{body}'


def text_shape(x: float, y: float, text: str, kind: str) -> str:
    """Words at x in percent and y, their base line, in pixels."""
    return f'<text x="{short(x)}%" y="{short(y)}" class="{kind}">{escape(text)}</text>'


def number_of(value: object) -> float | None:
    """The length of a value in a chart; None of what is no number."""
    if isinstance(value, Money):
        return float(value.amount)
    return float(value) if isinstance(value, int | float | Decimal) else None


def kind_of(table: Table, name: str) -> str:
    """The kind of a column."""
    return table.columns[table.place(name)].kind


def heading_of(table: Table, name: str, cells: Cells) -> str:
    """The heading of a column."""
    return cells.words(table.columns[table.place(name)].label)


def label_of(table: Table, row: tuple[object, ...], names: Sequence[str], cells: Cells) -> str:
    """The words of a row in these columns."""
    words = (row[table.place(name)] for name in names)
    return " · ".join(cells.words(Message("(none)")) if word is None else cells.shown(word) for word in words)


def cut(text: str, most: int) -> str:
    """The text, no longer than so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
