"""Tables as one HTML page that stands alone: no script, nothing fetched, for screen, phone and paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.render.amounts import language
from svcctl.render.cells import Cells, is_right
from svcctl.render.charts import chart_html
from svcctl.render.document import Document
from svcctl.render.style import PLAIN, STYLE, policy
from svcctl.render.visible import visible
from svcctl.reports.table import INSTANT, Table

_PAIRED = 5
"""A table of so few columns has room beside its chart."""

_WORD = 20


def _nowhere(*_: object) -> str:
    return ""


class Links(NamedTuple):
    """Where a page leads: the address of a request by its id, of a table's row, of a figure; empty where none is."""

    request: Callable[[str], str] = _nowhere
    row: Callable[[Table, int], str] = _nowhere
    figure: Callable[[str], str] = _nowhere


NO_LINKS = Links()


def table_html(table: Table, cells: Cells, links: Links = NO_LINKS) -> str:
    """The ``<table>`` alone; where it has no rows, a paragraph that says so."""
    if not table.rows:
        return f"<p>{escape(cells.words(table.empty))}</p>"
    kinds = [column.kind for column in table.columns]
    heading = "".join(_head(text, kind) for text, kind in zip(cells.heading(table), kinds, strict=True))
    shown = zip(table.rows, cells.rows(table), strict=True)
    body = "\n".join(_row(table, place, *pair, cells, links) for place, pair in enumerate(shown))
    label = escape(cells.words(table.title or Message("Table")))
    return (
        f'<div class="wide" role="group" tabindex="0" aria-label="{label}">\n<table>\n'
        f"<thead><tr>{heading}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _head(text: str, kind: str) -> str:
    side = ' class="amount"' if is_right(kind) else ""
    return f'<th scope="col"{side}>{escape(text)}</th>' if text else f"<td{side}></td>"


def _row(table: Table, place: int, row: tuple[object, ...], shown: Sequence[str], cells: Cells, links: Links) -> str:
    behind = links.row(table, place)
    made = []
    for number, (value, text, column) in enumerate(zip(row, shown, table.columns, strict=True)):
        address = (links.request(value) if isinstance(value, str) else "") or ("" if number else behind)
        if address and value is None:
            # A dash is no name for where a link leads.
            text = cells.words(Message("(none)"))
        made.append(_cell(text, column.kind, not number, address))
    return f"<tr>{''.join(made)}</tr>"


def _cell(text: str, kind: str, first: bool, address: str) -> str:
    # An id that is broken at its hyphens is hard to copy.
    side = ' class="amount"' if is_right(kind) else ' class="word"' if kind == INSTANT or _is_word(text) else ""
    tag, scope = ("th", ' scope="row"') if first and text else ("td", "")
    return f"<{tag}{scope}{side}>{linked(text, address)}</{tag}>"


def _is_word(text: str) -> bool:
    return text.isascii() and 0 < len(text) <= _WORD and " " not in text


def linked(text: str, address: str) -> str:
    """The text, escaped, as a link to an address, or as it is where that is empty."""
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)


def section_html(table: Table, cells: Cells, uid: str, links: Links = NO_LINKS) -> str:
    """The table under its charts, or beside them where it is narrow.

    Args:
        uid: begins the ids of its elements; no other section of the page has it.
    """
    charts = [chart_html(chart, table, cells, f"{uid}c{number}") for number, chart in enumerate(table.charts)]
    charts = [chart for chart in charts if chart]
    heading = escape(cells.words(table.title))
    title = f"<h2>{heading}</h2>\n" if heading else ""
    if not charts:
        return title + table_html(table, cells, links)
    drawn = '<div class="charts">\n' + "\n".join(charts) + "\n</div>\n"
    paired = ' class="pair"' if len(table.columns) <= _PAIRED else ""
    return f"<section{paired}>\n{title}{drawn}{table_html(table, cells, links)}\n</section>"


def notes_html(notes: Sequence[object], cells: Cells) -> str:
    """Notes as a list; empty where there are none."""
    items = "\n".join(f"<li>{escape(cells.words(note))}</li>" for note in notes)  # type: ignore[arg-type]
    return f'<ul class="notes">\n{items}\n</ul>' if items else ""


def document_html(document: Document, cells: Cells) -> str:
    """The whole page."""
    title = cells.words(document.title)
    parts = [f"<h1>{escape(title)}</h1>" if title else '<h1 class="over">svcctl</h1>']
    parts += [f"<p>{escape(cells.words(line))}</p>" for line in document.lead]
    for number, table in enumerate(document.tables):
        untitled = table._replace(title="") if cells.words(table.title) == title else table
        parts.append(section_html(untitled, cells, f"s{number}") if untitled.title or untitled.charts else "")
        parts[-1] = parts[-1] or table_html(table, cells)
    parts.append(notes_html(document.notes, cells))
    return page(title, language(cells.catalog), "\n".join(filter(None, parts)))


def page(title: str, lang: str, body: str, nav: str = "", footer: str = "") -> str:
    """A whole page around a body.

    Args:
        title: plain text.
        body, nav, footer: markup.
    """
    style = STYLE if any(mark in body for mark in _STYLED) else PLAIN
    pattern = _HATCH if 'class="s1"' in body else ""
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(style)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{escape(visible(title)) or "svcctl"}</title>\n'
        f"<style>{style}</style>\n"
        f"</head>\n<body>\n{nav}<main>\n{pattern}{body}\n</main>\n{footer}</body>\n</html>"
    )


_STYLED = ('<svg class="chart"', 'class="cards"', 'class="finding"')
_HATCH = (
    '<svg class="defs" width="0" height="0" aria-hidden="true"><defs><pattern id="hatch" width="6" height="6"'
    ' patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="hatch0"/>'
    '<path d="M0 0V6" class="hatch1"/></pattern></defs></svg>\n'
)
