"""A site of reports: an index, a page for each report, for what is behind its figures and rows, and for each request.

Pages lie in three folders (``reports``, ``behind``, ``requests``) below the index; all links are relative, so the site
works from any address, and from a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request
from svcctl.render.amounts import language, moment
from svcctl.render.cells import Cells
from svcctl.render.html import Links, page, section_html, table_html
from svcctl.render.reportpage import cards, is_trend, report_html
from svcctl.render.requestpage import request_html
from svcctl.reports.facts import Entry
from svcctl.reports.figures import Figure
from svcctl.reports.report import WALL_SUFFIX, Report, behind
from svcctl.reports.table import INSTANT, NUMBER, Column, Table

REPORTS, BEHIND, REQUESTS = "reports", "behind", "requests"
INDEX = "index.html"


class Site(NamedTuple):
    """What a site is made of: the desk's name, reports (the first is the index's), requests; when, of what commit."""

    desk: str
    reports: Sequence[Report]
    entries: Sequence[Entry]
    made: datetime
    commit: str


class Page(NamedTuple):
    """A page: its path below the site's folder, and its content."""

    path: str
    text: str


def pages(site: Site, cells: Cells) -> Iterator[Page]:
    """Every page of a site, each path once."""
    known = {entry.request.id for entry in site.entries}
    yield Page(INDEX, _index(site, known, cells))
    for report in site.reports:
        yield from _report_pages(site, report, known, cells)
    yield from _months(site, cells)
    links = Links(request=lambda id: f"{id}.html" if id in known else "")
    nav = _nav(site, (), "../", cells)
    for entry in site.entries:
        text = request_html(entry.request, entry.clocks, cells, links, nav)
        yield Page(f"{REQUESTS}/{entry.request.id}.html", text)


def count(site: Site) -> int:
    """At least how many pages a site has, for those who wait: the lists behind figures are made on the way."""
    return 2 + len(site.reports) + len(site.entries)


def _nav(site: Site, reports: Sequence[Report], up: str, cells: Cells, here: str = "") -> str:
    """Links to the index, to reports and to all requests; ``here`` is the path of the page itself."""
    items = [(f"{up}{INDEX}", cells.words(site.desk))]
    items += [(f"{up}{REPORTS}/{report.name}.html", cells.words(report.title)) for report in reports]
    items.append((f"{up}{REQUESTS}/{INDEX}", cells.words(Message("All requests"))))
    links = "".join(
        f'<li><a href="{escape(address)}"{_current(address == up + here)}>{escape(text)}</a></li>'
        for address, text in items
    )
    label = escape(cells.words(Message("Pages")))
    return f'<nav aria-label="{label}"><ul>{links}</ul></nav>\n'


def _current(here: bool) -> str:
    return ' aria-current="page"' if here else ""


def _footer(site: Site, cells: Cells) -> str:
    at = moment(site.made, cells.zone)
    told = Message("Made {at} by svcctl from commit {commit}.", at=at, commit=site.commit[:10])
    return f"<footer>{escape(cells.words(told))}</footer>\n"


# The index


def _index(site: Site, known: set[str], cells: Cells) -> str:
    first = site.reports[0]
    links = Links(
        request=lambda id: f"{REQUESTS}/{id}.html" if id in known else "",
        figure=lambda name: _behind_figure(first, first.figure(name), ""),
    )
    parts = [
        f'<p class="over">{escape(cells.words(first.period.name))}</p>',
        f"<h1>{escape(cells.words(site.desk))}</h1>",
        f'<p class="finding">{escape(cells.words(first.finding))}</p>' if first.finding else "",
        cards(first, cells, links),
        *(f"{_h2(table.title, cells)}{table_html(table, cells, links)}" for table in first.tables if table.rows),
        _trend(site, cells),
        _h2(Message("Reports"), cells),
        _list_of_reports(site, cells),
    ]
    nav = _nav(site, site.reports, "", cells, INDEX)
    body = "\n".join(filter(None, parts))
    return page(cells.words(site.desk), language(cells.catalog), body, nav, _footer(site, cells))


def _trend(site: Site, cells: Cells) -> str:
    """The first trend of any report, with its charts."""
    found = (table for report in site.reports for table in report.tables if table.rows and is_trend(table))
    table = next(found, None)
    return section_html(table, cells, "s") if table else ""


def _h2(title: Message | str, cells: Cells) -> str:
    return f"<h2>{escape(cells.words(title))}</h2>\n"


def _list_of_reports(site: Site, cells: Cells) -> str:
    items = "\n".join(
        f'<dt><a href="{REPORTS}/{report.name}.html">{escape(cells.words(report.title))}</a></dt>'
        f"<dd>{escape(cells.words(report.finding)) if report.finding else ''}</dd>"
        for report in site.reports
    )
    return f'<dl class="facts">\n{items}\n</dl>'


# Reports, and what is behind them


def _behind_figure(report: Report, figure: Figure, up: str) -> str:
    if not figure.behind or figure.name.endswith(WALL_SUFFIX):
        # By the wall clock they are the same requests.
        return ""
    place = [one.name for one in report.figures].index(figure.name)
    return f"{up}{BEHIND}/{report.name}-f{place}.html"


def _behind_row(report: Report, table: Table, row: int, up: str) -> str:
    """The list behind a row; of a row that names its one request the request itself is linked."""
    ids = table.ids[row] if row < len(table.ids) else ()
    if not ids or (len(set(ids)) == 1 and ids[0] in table.rows[row]):
        return ""
    place = next(number for number, one in enumerate(report.tables) if one is table)
    return f"{up}{BEHIND}/{report.name}-t{place}-{row}.html"


def _report_pages(site: Site, report: Report, known: set[str], cells: Cells) -> Iterator[Page]:
    titles = {entry.request.id: entry.request.title for entry in site.entries}
    links = Links(
        request=lambda id: f"../{REQUESTS}/{id}.html" if id in known else "",
        row=lambda table, row: _behind_row(report, table, row, "../"),
        figure=lambda name: _behind_figure(report, report.figure(name), "../"),
    )
    own = f"{REPORTS}/{report.name}.html"
    shown = report_html(
        report, cells, links, site.desk, _nav(site, site.reports, "../", cells, own), _footer(site, cells)
    )
    yield Page(own, shown)
    nav = _nav(site, site.reports, "../", cells)
    back = f'<p><a href="../{REPORTS}/{report.name}.html">{escape(_title(report, cells))}</a></p>'
    plain = Links(request=links.request)
    for figure in report.figures:
        path = _behind_figure(report, figure, "")
        if path:
            yield Page(path, _list_page(behind(figure, titles), figure.label, back, cells, plain, nav))
    for table in report.tables:
        for row in range(len(table.ids)):
            path = _behind_row(report, table, row, "")
            if path:
                listed = _listed(table.ids[row], titles)
                title = Message("{table}: {row}", table=table.title, row=_name_of(table, row, cells))
                yield Page(path, _list_page(listed, title, back, cells, plain, nav))


def _title(report: Report, cells: Cells) -> str:
    return cells.words(Message("{report}, {period}", report=report.title, period=report.period.name))


def _name_of(table: Table, row: int, cells: Cells) -> str:
    """A row by its leading words."""
    kinds = [column.kind for column in table.columns]
    words = [cells.shown(value, kind) for value, kind in zip(table.rows[row], kinds, strict=True) if kind == "text"]
    return " · ".join(words) or cells.shown(table.rows[row][0], kinds[0])


def _listed(ids: Sequence[str], titles: Mapping[str, str]) -> Table:
    columns = (Column("id", Message("id")), Column("title", Message("title")))
    return Table("", columns, [(id, titles.get(id, "")) for id in dict.fromkeys(ids)])


def _list_page(table: Table, title: Message, back: str, cells: Cells, links: Links, nav: str) -> str:
    words = cells.words(title)
    told = cells.words(Message.plural("{n} request", "{n} requests", len({row[0] for row in table.rows})))
    body = f"{back}\n<h1>{escape(words)}</h1>\n<p>{escape(told)}</p>\n{table_html(table, cells, links)}"
    return page(words, language(cells.catalog), body, nav)


# Requests


def _months(site: Site, cells: Cells) -> Iterator[Page]:
    """A list of requests for each month that any was opened in, and a list of those months."""
    months: dict[str, list[Request]] = {}
    for entry in site.entries:
        opened = entry.request.opened.astimezone(cells.zone) if cells.zone else entry.request.opened
        months.setdefault(f"{opened:%Y-%m}", []).append(entry.request)
    nav = _nav(site, site.reports, "../", cells)
    for month, requests in months.items():
        yield Page(f"{REQUESTS}/{month}.html", _month_page(month, requests, cells, nav))
    columns = (Column("month", Message("opened in")), Column("n", Message("requests"), NUMBER))
    rows = [(month, len(months[month])) for month in sorted(months, reverse=True)]
    title = cells.words(Message("All requests"))
    table = table_html(Table(title, columns, rows), cells, Links(request=lambda month: f"{month}.html"))
    body = f"<h1>{escape(title)}</h1>\n{table}"
    yield Page(f"{REQUESTS}/{INDEX}", page(title, language(cells.catalog), body, nav))


def _month_page(month: str, requests: Sequence[Request], cells: Cells, nav: str) -> str:
    columns = (
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("client", Message("client")),
        Column("owner", Message("owner")),
        Column("status", Message("status")),
        Column("opened", Message("opened"), INSTANT),
    )
    rows = [(one.id, one.title, one.client or None, one.owner or None, one.status, one.opened) for one in requests]
    ids = {one.id for one in requests}
    links = Links(request=lambda id: f"{id}.html" if id in ids else "")
    title = cells.words(Message("Requests opened in {month}", month=month))
    body = f"<h1>{escape(title)}</h1>\n{table_html(Table(title, columns, rows), cells, links)}"
    return page(title, language(cells.catalog), body, nav)
