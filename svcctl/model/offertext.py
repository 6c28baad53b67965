"""Takes a line out of an offer's file; everything else, comments too, stays as somebody wrote it."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Refused


def remove_line(text: str, places: Sequence[Place], number: int) -> str:
    """The text of an offer's file without one of its lines.

    Comments above the line that follows stay; those inside the line go with it.

    Args:
        places: where each line of the offer begins in the text.
        number: which line, counted from 1.

    Raises:
        Refused: there is no such line, or the lines are written in one row (``[{…}]``).
    """
    if not 1 <= number <= len(places):
        message = Message.plural("the offer has {n} line", "the offer has {n} lines", len(places))
        raise Refused(message, Message("there is no line {number}", number=number), code="no-line")
    rows = text.split("\n")
    starts = [_dash(rows, place) for place in places]
    start = starts[number - 1]
    end = starts[number] if number < len(starts) else _end(rows, start)
    del rows[start : _without_comments(rows, start, end)]
    if len(places) == 1:
        _emptied(rows, start)
    return "\n".join(rows)


def _dash(rows: Sequence[str], place: Place) -> int:
    """The index of the row with the dash that a line begins with."""
    index = place.line - 1
    while index >= 0 and not rows[index].lstrip().startswith("-"):
        if rows[index].startswith("lines:"):
            break
        index -= 1
    if index < 0 or not rows[index].lstrip().startswith("-"):
        raise Refused(
            Message("the offer's lines stand in one row, so none can be taken out of it"),
            Message("open the file and write each line on its own: - name: …"),
            code="one-row",
        )
    return index


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())


def _end(rows: Sequence[str], start: int) -> int:
    """The index after the last line's rows: where something stands no deeper than its dash."""
    indent = _indent(rows[start])
    for index in range(start + 1, len(rows)):
        row = rows[index]
        if row.strip() and not row.lstrip().startswith("#") and _indent(row) <= indent:
            return index
    return len(rows)


def _without_comments(rows: Sequence[str], start: int, end: int) -> int:
    """The end without the blank rows and comments before it, which belong to what follows."""
    indent = _indent(rows[start])
    while end > start + 1:
        row = rows[end - 1]
        if row.strip() and not (row.lstrip().startswith("#") and _indent(row) <= indent):
            break
        end -= 1
    return end


def _emptied(rows: list[str], start: int) -> None:
    """Says that the list is empty, where its only line stood."""
    index = next(n for n in range(min(start, len(rows)) - 1, -1, -1) if rows[n].startswith("lines:"))
    rows[index] = "lines: []" + rows[index].removeprefix("lines:")
