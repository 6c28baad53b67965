"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.render.cells import Cells, is_right
from svcctl.render.document import Document
from svcctl.render.widths import aligned, fitted
from svcctl.reports.table import TEXT, Column, Table


def table_text(table: Table, cells: Cells, width: int | None = None) -> str:
    """The table with aligned columns and no frame; where it has no rows, what it says of that.

    Drawn here and not by tabulate, whose import alone costs a daily listing as much as click's.
    """
    if not table.rows:
        return cells.words(table.empty)
    heading, rows = _fitted(table, cells, width)
    return aligned(heading, rows, [is_right(column.kind) for column in table.columns])


def _fitted(table: Table, cells: Cells, width: int | None) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    heading, rows = cells.heading(table), cells.rows(table)
    if width is None:
        return heading, rows
    return fitted(heading, rows, [_may_shrink(column) for column in table.columns], width)


def _tabulated(table: Table, cells: Cells, width: int | None) -> str:
    """A report's table, by tabulate."""
    if not table.rows:
        return cells.words(table.empty)
    import tabulate

    # Two blanks between columns are enough; it would widen every narrow column by two more.
    tabulate.MIN_PADDING = 0
    heading, rows = _fitted(table, cells, width)
    text: str = tabulate.tabulate(
        rows,
        heading,
        tablefmt="simple",
        disable_numparse=True,
        colalign=_sides(table),
        preserve_whitespace=False,
    )
    return "\n".join(line.rstrip() for line in text.splitlines())


def _may_shrink(column: Column) -> bool:
    # A cut id, number or moment would be a wrong one.
    return column.kind == TEXT and column.name != "id"


def _sides(table: Table) -> Sequence[str]:
    return ["right" if is_right(column.kind) else "left" for column in table.columns]


def _sparks(table: Table, cells: Cells, ascii: bool) -> Sequence[str]:
    if not table.charts:
        return ()
    from svcctl.render.spark import sparklines

    drawn = sparklines(table, cells, ascii)
    return (drawn,) if drawn else ()


def document_text(document: Document, cells: Cells, width: int | None = None, ascii: bool = False) -> str:
    """The document with a line under its title and an empty line between its parts; series as sparklines.

    Args:
        ascii: draw with ASCII alone.
    """
    title = cells.words(document.title)
    parts = [title + "\n" + "=" * len(title)] if title else []
    parts += ["\n".join(cells.words(line) for line in document.lead)] if document.lead else []
    for table in document.tables:
        parts.append(cells.words(table.title))
        parts += _sparks(table, cells, ascii)
        parts.append(_tabulated(table, cells, width))
    parts += ["\n".join("* " + cells.words(note) for note in document.notes)] if document.notes else []
    return "\n\n".join(parts)
