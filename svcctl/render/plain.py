"""Bare lines for other programs and for screen readers: a row a line, cells parted by tabs, nothing drawn."""

from __future__ import annotations

from svcctl.render.cells import Cells
from svcctl.render.document import Document
from svcctl.reports.table import Table


def table_plain(table: Table, cells: Cells) -> str:
    """The rows alone, without headings, so that ``cut -f1`` gives a column; absent values are empty."""
    return "\n".join("\t".join(row) for row in cells.rows(table))


def document_plain(document: Document, cells: Cells) -> str:
    """The title, then each table under its name and headings, then the notes; an empty line between the parts."""
    parts = [[cells.words(document.title), *(cells.words(line) for line in document.lead)]]
    for table in document.tables:
        rows = ["\t".join(cells.heading(table)), table_plain(table, cells)]
        parts.append([cells.words(table.title), *(rows if table.rows else [cells.words(table.empty)])])
    parts.append([cells.words(note) for note in document.notes])
    return "\n\n".join("\n".join(part) for part in parts if part)
