"""A board on the terminal: columns side by side, fitted to its width, or one under another where it is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import zip_longest

from svcctl.model.ids import short
from svcctl.model.instants import iso_or_none
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.document import Document
from svcctl.render.overview import STATUS_NAMES
from svcctl.render.visible import visible
from svcctl.render.widths import columns_of, shortened
from svcctl.reports import table
from svcctl.rules.board import Card, Column

NARROW = 60
"""Below so many columns of the terminal the board stands one column under another."""

_LEAST = 18
_GAP = 2
_NONE = {
    "stage": Message("no stage"),
    "owner": Message("nobody"),
    "department": Message("no department"),
}


def column_name(name: str, by: str) -> Message:
    """A column's name for people."""
    if by == "status":
        return STATUS_NAMES[name]
    return Message("{name}", name=name) if name else _NONE[by]


def board_text(columns: Sequence[Column], by: str, now: datetime, width: int, catalog: Catalog = ENGLISH) -> str:
    """The board for a terminal of so many columns; what does not fit side by side begins a new row."""
    if not columns:
        return ""
    if width < NARROW:
        return "\n\n".join("\n".join(_stacked(column, by, now, width, catalog)) for column in columns)
    per_row = max(1, min(len(columns), (width + _GAP) // (_LEAST + _GAP)))
    rows = -(-len(columns) // per_row)
    per_row = -(-len(columns) // rows)
    room = (width + _GAP) // per_row - _GAP
    parts = []
    for first in range(0, len(columns), per_row):
        blocks = [_block(column, by, now, room, catalog) for column in columns[first : first + per_row]]
        parts.append("\n".join(_side_by_side(blocks, room)))
    return "\n\n".join(parts)


def _head(column: Column, by: str, catalog: Catalog) -> str:
    return visible(f"{column_name(column.name, by).text(catalog)} ({len(column.cards)})")


def _block(column: Column, by: str, now: datetime, room: int, catalog: Catalog) -> list[str]:
    lines = [shortened(_head(column, by, catalog), room), "-" * room]
    for number, card in enumerate(column.cards):
        lines += [""] if number else []
        lines += [shortened(line, room) for line in _card_lines(card, column.name, now, catalog)]
    return lines


def _card_lines(card: Card, column: str, now: datetime, catalog: Catalog) -> list[str]:
    mark = due_mark(card, now, catalog)
    first = f"{short(card.request.id)}  {mark}" if mark else short(card.request.id)
    lines = [first, visible(card.request.title)]
    return lines if card.holder in ("", column) and not card.pending else [*lines, holder_text(card, catalog)]


def due_mark(card: Card, now: datetime, catalog: Catalog = ENGLISH) -> str:
    """When a card is due, and whether something of it is late."""
    at = _day_or_time(card.due.astimezone(now.tzinfo), now) if card.due else ""
    if not card.late:
        return at
    return f"! {at}" if at else f"! {Message('late').text(catalog)}"


def _day_or_time(due: datetime, now: datetime) -> str:
    """The time of what is due today, else the day alone: a narrow column has no room for both."""
    if due.date() == now.date():
        return f"{due:%H:%M}"
    return f"{due:%d.%m}" if due.year == now.year else f"{due:%d.%m.%y}"


def holder_text(card: Card, catalog: Catalog = ENGLISH) -> str:
    """Who has the card, or is asked to accept it."""
    words = Message("→ {holder}", holder=card.holder) if card.pending else Message("{holder}", holder=card.holder)
    return visible(words.text(catalog))


def _side_by_side(blocks: Sequence[Sequence[str]], room: int) -> Iterator[str]:
    for cells in zip_longest(*blocks, fillvalue=""):
        padded = [cell + " " * (room - columns_of(cell)) for cell in cells]
        yield (" " * _GAP).join(padded).rstrip()


def _stacked(column: Column, by: str, now: datetime, width: int, catalog: Catalog) -> Iterator[str]:
    yield shortened(_head(column, by, catalog), width)
    for card in column.cards:
        words = [short(card.request.id), due_mark(card, now, catalog), holder_text(card, catalog)]
        yield shortened("  " + "  ".join(filter(None, words)), width)
        yield shortened("    " + visible(card.request.title), width)


# For programs and pages


def board_json(columns: Sequence[Column], by: str) -> dict[str, object]:
    """``{by, columns: [{name, count, cards}]}``; the name is null for what has no stage, owner or department."""
    return {
        "by": by,
        "columns": [
            {"name": column.name or None, "count": len(column.cards), "cards": [_card_json(c) for c in column.cards]}
            for column in columns
        ],
    }


def _card_json(card: Card) -> dict[str, object]:
    return {
        "id": card.request.id,
        "title": card.request.title,
        "holder": card.holder or None,
        "pending": card.pending,
        "due": iso_or_none(card.due),
        "late": card.late,
    }


def board_document(columns: Sequence[Column], by: str, now: datetime, catalog: Catalog = ENGLISH) -> Document:
    """The board as a page: a table a column."""
    tables = [
        table.Table(
            Message("{name} ({count})", name=column_name(column.name, by), count=len(column.cards)),
            _CELLS,
            [_cells(card, now, catalog) for card in column.cards],
        )
        for column in columns
    ]
    return Document(Message("Board by {by}", by=by), tables)


def board_table(columns: Sequence[Column], by: str, now: datetime, catalog: Catalog = ENGLISH) -> table.Table:
    """The board as one table, its column beside each card."""
    rows = [(column.name, *_cells(card, now, catalog)) for column in columns for card in column.cards]
    return table.Table("", (table.Column(by, Message("{by}", by=by)), *_CELLS), rows)


_CELLS = (
    table.Column("id", Message("id")),
    table.Column("title", Message("title")),
    table.Column("holder", Message("who has it")),
    table.Column("due", Message("due"), table.INSTANT),
    table.Column("late", Message("late")),
)


def _cells(card: Card, now: datetime, catalog: Catalog) -> tuple[object, ...]:
    late = Message("late") if card.late else ""
    return short(card.request.id), card.request.title, holder_text(card, catalog), card.due, late
