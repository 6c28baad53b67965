"""A report as a page for a meeting: the sentence to take away, the figures as cards, charts above their tables."""

from __future__ import annotations

from html import escape

from svcctl.model.messages import Message
from svcctl.render.amounts import language
from svcctl.render.cells import Cells
from svcctl.render.html import NO_LINKS, Links, linked, notes_html, page, section_html, table_html
from svcctl.render.report import lead, overview
from svcctl.reports.chart import Lines
from svcctl.reports.figures import COUNT, POINTS, RATIO, SECONDS, SHARE, TOTAL, Figure
from svcctl.reports.report import WALL_SUFFIX, Report
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Table

MOST_CARDS = 12

_KINDS = {SECONDS: DURATION, TOTAL: DURATION, SHARE: PERCENT, RATIO: PERCENT, COUNT: NUMBER, POINTS: NUMBER}


def report_html(
    report: Report, cells: Cells, links: Links = NO_LINKS, desk: str = "", nav: str = "", footer: str = ""
) -> str:
    """The whole page.

    Args:
        links: where ids, rows and figures lead, for a site of several pages.
        desk: the desk's name, above the title.
        nav, footer: markup of a site.
    """
    title = cells.words(Message("{report}, {period}", report=report.title, period=report.period.name))
    told = [
        f'<p class="over">{escape(cells.words(desk))}</p>' if desk else "",
        f"<h1>{escape(title)}</h1>",
        f'<p class="span">{escape(cells.words(lead(report)))}</p>',
        f'<p class="finding">{escape(cells.words(report.finding))}</p>' if report.finding else "",
        cards(report, cells, links),
    ]
    # What went before is what everything else is compared with.
    tables = sorted((table for table in report.tables if table.rows), key=lambda table: not is_trend(table))
    parts = [section_html(table, cells, f"s{number}", links) for number, table in enumerate(tables)]
    notes = notes_html(report.notes, cells)
    noted = f"<h2>{escape(cells.words(Message('Notes')))}</h2>\n{notes}" if notes else ""
    body = "\n".join(filter(None, [*told, *parts, _in_full(report, cells, links), noted]))
    return page(f"{title} · {desk}" if desk else title, language(cells.catalog), body, nav, footer)


def is_trend(table: Table) -> bool:
    """Whether a table's rows are periods that follow each other."""
    return any(isinstance(chart, Lines) for chart in table.charts)


def _in_full(report: Report, cells: Cells, links: Links) -> str:
    """Every figure, in small tables side by side, each a link to what is behind it."""
    names = {cells.words(figure.label): figure.name for figure in reversed(report.figures)}

    def address(table: Table, row: int) -> str:
        return links.figure(names[cells.shown(table.rows[row][0])])

    own = Links(row=address)
    tables = [
        f"<div>\n<h3>{escape(cells.words(table.title))}</h3>\n{table_html(table, cells, own)}\n</div>"
        for table in overview(report)
    ]
    if not tables:
        return ""
    title = escape(cells.words(Message("All figures")))
    return f'<section>\n<h2>{title}</h2>\n<div class="full">\n' + "\n".join(tables) + "\n</div>\n</section>"


def cards(report: Report, cells: Cells, links: Links = NO_LINKS, most: int = MOST_CARDS) -> str:
    """The main figures of a report as cards; empty where nothing happened."""
    chosen = [figure for figure in report.figures if _is_main(figure)]
    items = "\n".join(f"<li>{_card(figure, cells, links.figure(figure.name))}</li>" for figure in chosen[:most])
    return f'<ul class="cards">\n{items}\n</ul>' if items else ""


def _is_main(figure: Figure) -> bool:
    """Neither the wall clock's namesake, nor one clock's share of all, nor of nothing in both periods."""
    single = figure.name.endswith(WALL_SUFFIX) or figure.name.startswith("on_time_")
    return not single and bool(figure.n or figure.previous)


def _card(figure: Figure, cells: Cells, address: str) -> str:
    kind = _KINDS[figure.unit]
    lines = [f'<span class="name">{escape(cells.words(figure.label))}</span>']
    lines.append(f"<strong>{linked(_shown(figure.value, kind, cells), address)}</strong>")
    lines += [f"<span>{escape(text)}</span>" for text in _details(figure, kind, cells)]
    return "".join(lines)


def _shown(value: float | None, kind: str, cells: Cells) -> str:
    return cells.shown(round(value, 1) if kind == NUMBER and isinstance(value, float) else value, kind)


def _details(figure: Figure, kind: str, cells: Cells) -> list[str]:
    """Of what a figure is made, how it spreads, and how it was before."""
    found = []
    if figure.unit == SECONDS and figure.n:
        middle, most = _shown(figure.median, kind, cells), _shown(figure.p90, kind, cells)
        found.append(cells.words(Message("median {median}, 90 % within {p90}", median=middle, p90=most)))
    if figure.unit in (SECONDS, SHARE, RATIO, POINTS, TOTAL):
        count = Message("mean of {n}", n=figure.n) if figure.unit == SECONDS else Message("n = {n}", n=figure.n)
        few = Message("{count}: too few to conclude from", count=count) if figure.small else count
        found.append(cells.words(few))
    if figure.previous is not None:
        found.append(cells.words(_change(figure.value, figure.previous, _shown(figure.previous, kind, cells))))
    return found


def _change(value: float | None, previous: float, shown: str) -> Message:
    if value is None or value == previous:
        return Message("before: {previous}", previous=shown)
    if value > previous:
        return Message("▲ up from {previous}", previous=shown)
    return Message("▼ down from {previous}", previous=shown)
