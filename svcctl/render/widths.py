"""How wide texts are on a terminal, and how a table is made to fit it."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Latin, Greek and Cyrillic letters and the commoner punctuation: none of them combining, wide or invisible.
_NARROW = re.compile("[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u20ac\u2116\u2192\u2212]*")

NARROWEST = 12
"""No column is cut below this: less tells nothing."""

_GAP = 2


def columns_of(text: str) -> int:
    """The terminal columns a text takes: two for wide East Asian characters, none for combining ones (UAX #11)."""
    if _is_narrow(text):
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def _is_narrow(text: str) -> bool:
    """Whether every character is known to take one column."""
    return text.isascii() or _NARROW.fullmatch(text) is not None


def _widths(cells: Sequence[str]) -> Sequence[int]:
    """The terminal columns that each of a table column's cells takes."""
    # A listing has thousands, so they are looked at together.
    return [len(cell) for cell in cells] if _is_narrow("".join(cells)) else [columns_of(cell) for cell in cells]


def shortened(text: str, width: int) -> str:
    """The text, cut with an ellipsis where it is wider than ``width`` columns."""
    if columns_of(text) <= width:
        return text
    end = len(text)
    while end and columns_of(text[:end]) > width - 1:
        end -= 1
    return text[:end].rstrip() + "…"


def fitted(
    heading: Sequence[str], rows: Sequence[Sequence[str]], may_shrink: Sequence[bool], width: int
) -> tuple[list[str], list[list[str]]]:
    """The heading and rows with the widest columns cut, one column of the terminal at a time, until a line fits.

    Args:
        may_shrink: which columns may be cut; numbers and moments must not.
        width: columns of the terminal.
    """
    widths = [max(_widths(column)) for column in zip(heading, *rows, strict=True)]
    spare = sum(widths) + _GAP * (len(widths) - 1) - width
    while spare > 0:
        wide = [index for index, may in enumerate(may_shrink) if may and widths[index] > NARROWEST]
        if not wide:
            break
        widths[max(wide, key=lambda index: widths[index])] -= 1
        spare -= 1
    cut = [[shortened(cell, limit) for cell, limit in zip(row, widths, strict=True)] for row in (heading, *rows)]
    return cut[0], cut[1:]


def aligned(heading: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> str:
    """Rows under a heading and a rule, each column as wide as its widest cell.

    Args:
        right: which columns stand at the right side, as numbers do.
    """
    columns = zip(heading, *rows, strict=True)
    set_ = [_column(column, at_right) for column, at_right in zip(columns, right, strict=True)]
    line = (" " * _GAP).join(form for form, _, _ in set_)
    top, *rest = [(line % cells).rstrip() for cells in zip(*(cells for _, cells, _ in set_), strict=True)]
    return "\n".join([top, (" " * _GAP).join("-" * width for _, _, width in set_), *rest])


def _column(cells: Sequence[str], at_right: bool) -> tuple[str, Sequence[str], int]:
    """How a column's cells are printed (printf), the cells, and the column's width."""
    if _is_narrow("".join(cells)):
        width = max(map(len, cells))
        return (f"%{width}s" if at_right else f"%-{width}s"), cells, width
    widths = [columns_of(cell) for cell in cells]
    width = max(widths)
    blanks = [" " * (width - own) for own in widths]
    sides = zip(blanks, cells, strict=True) if at_right else zip(cells, blanks, strict=True)
    return "%s", [left + other for left, other in sides], width
