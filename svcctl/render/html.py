"""Tables as one HTML page that stands alone: no script, nothing fetched, for screen, phone and paper."""

from __future__ import annotations

from html import escape

from svcctl.render.amounts import language
from svcctl.render.cells import Cells, is_right
from svcctl.render.document import Document
from svcctl.reports.table import Table

_STYLE = """
:root { color-scheme: light dark; --text: #1a1a1a; --back: #fff; --line: #767676; --band: #f2f2f2 }
@media (prefers-color-scheme: dark) { :root { --text: #e8e8e8; --back: #161616; --line: #8a8a8a; --band: #242424 } }
@media print { :root { --text: #000; --back: #fff; --line: #666; --band: #f2f2f2 } tr { break-inside: avoid } }
body { font: 1rem/1.45 system-ui, sans-serif; color: var(--text); background: var(--back);
  max-width: 75rem; margin: 1.5rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
.wide { overflow-x: auto }
table { border-collapse: collapse }
th, td { padding: .3rem .7rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
.amount { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
tbody tr:nth-child(even) { background: var(--band) }
"""


def table_html(table: Table, cells: Cells) -> str:
    """The ``<table>`` alone; where it has no rows, a paragraph that says so."""
    if not table.rows:
        return f"<p>{escape(cells.words(table.empty))}</p>"
    kinds = [column.kind for column in table.columns]
    heading = "".join(_cell("th", text, kind) for text, kind in zip(cells.heading(table), kinds, strict=True))
    body = "\n".join(
        "<tr>" + "".join(_cell("td", text, kind) for text, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in cells.rows(table)
    )
    label = escape(cells.words(table.title))
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">\n<table>\n'
        f"<thead><tr>{heading}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _cell(tag: str, text: str, kind: str) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    side = ' class="amount"' if is_right(kind) else ""
    return f"<{tag}{scope}{side}>{escape(text)}</{tag}>"


def document_html(document: Document, cells: Cells) -> str:
    """The whole page."""
    title = escape(cells.words(document.title))
    parts = [f"<h1>{title}</h1>"]
    parts += [f"<p>{escape(cells.words(line))}</p>" for line in document.lead]
    for table in document.tables:
        heading = escape(cells.words(table.title))
        parts += [f"<h2>{heading}</h2>"] if heading and heading != title else []
        parts.append(table_html(table, cells))
    notes = "\n".join(f"<li>{escape(cells.words(note))}</li>" for note in document.notes)
    parts += [f"<ul>\n{notes}\n</ul>"] if notes else []
    return _page(title, language(cells.catalog), "\n".join(parts))


def _page(title: str, lang: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>"
    )
