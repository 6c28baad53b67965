"""One table, or a document of several, in any of the formats that every listing and report has."""

from __future__ import annotations

from datetime import tzinfo

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.problems import Usage
from svcctl.render.cells import Cells
from svcctl.render.document import Document
from svcctl.reports.table import Table

FORMATS = ("table", "plain", "csv", "json", "md", "html")


def render(
    table: Table,
    format: str,
    catalog: Catalog = ENGLISH,
    zone: tzinfo | None = None,
    width: int | None = None,
) -> str:
    """The table as text, without a newline at its end.

    Args:
        format: ``table`` (for the terminal), ``plain`` (rows parted by tabs, no headings), ``csv``, ``json``, ``md``
            or ``html`` (a whole page).
        catalog: the reader's language; CSV and JSON have raw values under names that no language changes.
        zone: where moments are told; each one's own offset if None.
        width: columns of the terminal; ``table`` cuts words to fit, None cuts nothing.

    Raises:
        Usage: there is no such format.
    """
    if format == "csv":
        from svcctl.render.csv import table_csv

        return table_csv(table, catalog).removesuffix("\n")
    if format == "json":
        from svcctl.render.json import dump

        return dump(table.as_json(catalog))
    if format == "table":
        from svcctl.render.text import table_text

        return table_text(table, Cells(catalog, zone), width)
    if format == "plain":
        from svcctl.render.plain import table_plain

        return table_plain(table, Cells(catalog, zone, absent=""))
    return render_document(Document(table.title, [table]), format, catalog, zone)


def render_document(
    document: Document,
    format: str,
    catalog: Catalog = ENGLISH,
    zone: tzinfo | None = None,
    width: int | None = None,
) -> str:
    """The document in a format for people: ``table``, ``plain``, ``md``, ``html``; else as ``render``."""
    cells = Cells(catalog, zone)
    if format == "table":
        from svcctl.render.text import document_text

        return document_text(document, cells, width)
    if format == "plain":
        from svcctl.render.plain import document_plain

        return document_plain(document, Cells(catalog, zone, absent=""))
    if format == "md":
        from svcctl.render.markdown import document_markdown

        return document_markdown(document, cells)
    if format == "html":
        from svcctl.render.html import document_html

        return document_html(document, cells)
    raise _unknown(format)


def _unknown(format: str) -> Usage:
    return Usage(
        Message("“{format}” is no format", format=format),
        Message("choose one of {formats}", formats=", ".join(FORMATS)),
        code="format",
    )
