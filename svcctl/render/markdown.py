"""Tables in Markdown, as GitHub, GitLab and pandoc read it; nothing in a cell is taken for markup."""

from __future__ import annotations

import re

from svcctl.render.cells import Cells, is_right
from svcctl.render.document import Document
from svcctl.reports.table import Table

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&#])")


def escaped(text: str) -> str:
    """The text with every character that Markdown could take for markup behind a backslash."""
    return _MARKUP.sub(r"\\\1", text)


def table_markdown(table: Table, cells: Cells) -> str:
    """A pipe table; where it has no rows, what it says of that."""
    if not table.rows:
        return escaped(cells.words(table.empty))
    rule = ["---:" if is_right(column.kind) else "---" for column in table.columns]
    body = [[escaped(cell) for cell in row] for row in (cells.heading(table), *cells.rows(table))]
    return "\n".join("| " + " | ".join(row) + " |" for row in (body[0], rule, *body[1:]))


def document_markdown(document: Document, cells: Cells) -> str:
    """The title as a first heading, each table under a second one, notes as a list."""
    title = cells.words(document.title)
    parts = ["# " + escaped(title)] if title else []
    parts += [escaped(cells.words(line)) for line in document.lead]
    for table in document.tables:
        heading = cells.words(table.title)
        parts += ["## " + escaped(heading)] if heading not in ("", title) else []
        parts.append(table_markdown(table, cells))
    parts += ["\n".join("- " + escaped(cells.words(note)) for note in document.notes)] if document.notes else []
    return "\n\n".join(parts)
