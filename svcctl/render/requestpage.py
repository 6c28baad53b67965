"""A request as a page: its facts, deadlines, hand-offs, promises, what was said, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape

from svcctl.model.messages import Message
from svcctl.model.request import Request
from svcctl.render.amounts import language, moment
from svcctl.render.cells import Cells
from svcctl.render.dossier import event_words
from svcctl.render.html import Links, linked, page, table_html
from svcctl.render.request import clock_name, holder
from svcctl.reports.table import INSTANT, Column, Table
from svcctl.rules.clocks import Clock

_VERDICTS = {
    "running": Message("running"),
    "late": Message("late"),
    "met": Message("met"),
    "missed": Message("missed"),
}
_FATES = {
    "accepted": Message("accepted"),
    "returned": Message("returned"),
    "recalled": Message("recalled"),
    "withdrawn": Message("withdrawn"),
}


def request_html(request: Request, clocks: Sequence[Clock], cells: Cells, links: Links, nav: str = "") -> str:
    """The whole page; moments are absolute, because it is read at any time.

    Args:
        links: where other requests are.
        nav: markup of a site.
    """
    title = cells.words(request.title)
    tables = (_deadlines(clocks), _handoffs(request), _promises(request), _history(request, cells))
    parts = [f'<p class="over">{escape(request.id)}</p>', f"<h1>{escape(title)}</h1>", _facts(request, cells, links)]
    if request.text:
        parts.append(
            _heading(Message("The client's words"), cells) + f'<p class="said">{_lines(request.text, cells)}</p>'
        )
    parts += [_heading(table.title, cells) + table_html(table, cells, links) for table in tables if table.rows]
    return page(f"{title} · {request.id}", language(cells.catalog), "\n".join(parts), nav)


def _heading(title: Message | str, cells: Cells) -> str:
    return f"<h2>{escape(cells.words(title))}</h2>\n"


def _lines(text: str, cells: Cells) -> str:
    return "\n".join(escape(cells.words(line)) for line in text.splitlines())


def _facts(request: Request, cells: Cells, links: Links) -> str:
    rows = [(label, cells.words(value), "") for label, value in _known(request, cells) if value]
    rows += [(Message("{name}", name=name), cells.words(str(value)), "") for name, value in request.fields.items()]
    rows += [(Message("{name}", name=kind), cells.words(other), links.request(other)) for kind, other in request.links]
    items = "\n".join(
        f"<dt>{escape(cells.words(label))}</dt><dd>{linked(text, address)}</dd>" for label, text, address in rows
    )
    return f'<dl class="facts">\n{items}\n</dl>'


def _known(request: Request, cells: Cells) -> Iterator[tuple[Message, str]]:
    held = "" if request.closed else f", {holder(request).text(cells.catalog)}"
    yield Message("status"), request.status + held
    yield Message("type"), " ".join(filter(None, (request.type, request.regulation and f"({request.regulation})")))
    yield Message("client"), request.client
    yield Message("channel"), request.channel
    yield Message("priority"), request.priority
    yield Message("department"), request.department
    yield Message("owner"), request.owner
    yield Message("controller"), request.controller
    yield Message("opened"), f"{moment(request.opened, cells.zone)} {request.header.by}"
    yield Message("outcome"), request.outcome
    score = request.score
    yield Message("rating"), "" if score is None else f"{score}/10 {request.comment}".rstrip()


def _deadlines(clocks: Sequence[Clock]) -> Table:
    columns = (
        Column("clock", Message("clock")),
        Column("within", Message("within")),
        Column("started", Message("started"), INSTANT),
        Column("due", Message("due"), INSTANT),
        Column("stopped", Message("stopped"), INSTANT),
        Column("verdict", ""),
    )
    rows = [
        (clock_name(one), str(one.run.within or ""), one.run.started, one.due, one.run.stopped, _verdict(one))
        for one in clocks
        if one.due is not None
    ]
    return Table(Message("Deadlines"), columns, rows)


def _verdict(clock: Clock) -> Message:
    return _VERDICTS.get(clock.verdict) or Message("{name}", name=clock.verdict)


def _handoffs(request: Request) -> Table:
    columns = (
        Column("at", Message("handed off"), INSTANT),
        Column("from", Message("from")),
        Column("to", Message("to")),
        Column("fate", ""),
        Column("answered", Message("answered"), INSTANT),
        Column("why", Message("why")),
    )
    rows = [
        (one.at, one.from_, one.to, _fate(one.outcome, one.closed), one.closed, one.why or None)
        for one in request.handoffs
    ]
    return Table(Message("Hand-offs"), columns, rows)


def _fate(outcome: str, closed: datetime | None) -> Message:
    if closed is None:
        return Message("not accepted yet")
    return _FATES.get(outcome) or Message("{name}", name=outcome)


def _promises(request: Request) -> Table:
    columns = (
        Column("promise", Message("promise")),
        Column("due", Message("due"), INSTANT),
        Column("by", Message("by")),
        Column("fate", ""),
        Column("why", Message("why")),
    )
    rows = [
        (
            one.text,
            one.due,
            one.by,
            Message("open") if one.open else Message("kept") if one.kept else Message("broken"),
            one.why or None,
        )
        for one in request.promises
    ]
    return Table(Message("Promises"), columns, rows)


def _history(request: Request, cells: Cells) -> Table:
    columns = (
        Column("at", Message("when"), INSTANT),
        Column("by", Message("who")),
        Column("what", Message("what happened")),
    )
    rows = [(event.at, event.by, event_words(event, request, cells.catalog)) for event in request.events]
    return Table(Message("What happened"), columns, rows)
