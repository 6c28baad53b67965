"""Listings: list, mine, search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from svcctl.cli.question import argument, field_option, fields, listing, option, question
from svcctl.cli.session import Session
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import STATUSES, Request
from svcctl.rules.query import Query, found_in, has_words, in_time, matches
from svcctl.rules.sketch import Sketch, sketch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.reports.table import Table
    from svcctl.rules.clocks import Clock


class Row(NamedTuple):
    """A request with its clocks."""

    request: Request
    clocks: list[Clock]


def select(session: Session, query: Query) -> list[Row]:
    """The requests that a query asks for, most urgent first."""
    from svcctl.store.sketches import selection

    rows = _chosen(session, query, session.desk.requests(selection(query, session.now)))
    return sorted(rows, key=lambda row: sketch(row.request, row.clocks).urgency)


def _chosen(session: Session, query: Query, requests: Iterable[Request]) -> Iterator[Row]:
    team = session.desk.reference.team
    for request in requests:
        if not matches(query, request, team) or not has_words(query, request):
            continue
        row = Row(request, session.desk.clocks(request, session.now))
        if not query.needs_clocks or in_time(query, row.clocks):
            yield row


def sketched(session: Session, query: Query) -> list[Sketch]:
    """What a list tells of the requests that a query asks for, most urgent first."""
    desk = session.desk
    # The index knows where desk.yaml is, which says what time it is here.
    index = None if query.text else desk.index()
    now = session.now
    if index is None:
        return [sketch(row.request, row.clocks) for row in select(session, query)]
    from svcctl.store.sketches import is_whole, selection, sketches

    known, unknown = sketches(index, now, desk.reference.calendar, selection(query, now))
    if is_whole(query):
        found = known
    else:
        team = desk.reference.team
        found = [one for one in known if matches(query, one, team) and _by_then(query, one)]
    if unknown:
        found.extend(sketch(row.request, row.clocks) for row in _chosen(session, query, desk.read_all(unknown)))
    return sorted(found, key=lambda one: one.urgency)


def _by_then(query: Query, one: Sketch) -> bool:
    following = one.following
    return query.due_before is None or (following is not None and following.due <= query.due_before)


def requests_table(session: Session, rows: Iterable[Sketch], title: str, why: bool = False) -> Table:
    """Requests as a table: id, title, client, who has it, stage, next deadline; with ``why``, why in this order."""
    from svcctl.render.request import holder, key_name, why_now
    from svcctl.reports.table import Column, Table

    columns = [
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("client", Message("client")),
        Column("priority", Message("priority")),
        Column("holder", Message("who has it")),
        Column("due", Message("due"), "instant"),
        Column("clock", Message("clock")),
        Column("late", Message("late")),
    ]
    if why:
        # The due moment and its clock are a part of the sentence.
        columns[5:] = [Column("why", Message("why now"))]
    from functools import cache

    late = session.text(Message("late"))
    clock_words = cache(lambda key: session.text(key_name(key)))
    holders: dict[tuple[int, str | None], str] = {}
    cells: list[tuple[object, ...]] = []
    rows = list(rows)
    for row in rows:
        # Rows of the index that are alike in that share their items.
        key = (0 if row.closed else id(row.items), row.status if row.closed else row.waits_for)
        if key not in holders:
            holders[key] = session.text(holder(row))
        priority = "" if row.priority == "normal" else row.priority
        known = (short(row.id), row.title, row.client, priority, holders[key])
        following = row.following
        if why:
            cells.append((*known, why_now(row, session.now)))
        elif following is None:
            cells.append((*known, None, "", ""))
        else:
            clock = clock_words(following.clock)
            cells.append((*known, following.due, clock, late if following.late else ""))
    return Table(title, columns, cells)


def print_list(session: Session, query: Query, form: str, as_json: bool, output: str, why: bool = False) -> int:
    """Prints what a query asks for in the asked format, with ``why`` the reason of its order; returns the exit code."""
    if as_json or form == "json":
        return _print_json(session, select(session, query), output, why)
    rows = sketched(session, query)
    if rows or form in ("csv", "md", "html", "xlsx"):
        session.show(requests_table(session, rows, "", why), form, False, output)
    else:
        session.say(Message("no requests"))
    return session.report_problems()


def _print_json(session: Session, rows: list[Row], output: str, why: bool = False) -> int:
    from svcctl.render.request import request_json, why_now

    value = [request_json(row.request, row.clocks, session.now) for row in rows]
    for one, row in zip(value, rows, strict=True) if why else ():
        one["why"] = session.text(why_now(sketch(row.request, row.clocks), session.now))
    session.answer_json(value, output)
    return session.report_problems()


@question("list")
@option("--mine", is_flag=True, help="What is in your hands, or was handed to you.")
@option("--owner", default="", metavar="PERSON", help="Who works on it.")
@option("--department", default="", metavar="D", help="Whose it is, or was handed to.")
@option("--queue", default="", metavar="D", help="What the department has to pick up or accept.")
@option("--status", multiple=True, choices=STATUSES, help="As often as needed.")
@option("--stage", default="", metavar="NAME", help="An open stage.")
@option("--client", default="", metavar="C")
@option("--type", "kind", default="", metavar="T")
@option("--channel", default="", metavar="CH")
@option("--priority", default="", metavar="P")
@option("--controller", default="", metavar="PERSON", help="Who checks that it is done.")
@option("--opened-by", default="", metavar="PERSON")
@option("--handed-by", default="", metavar="PERSON", help="Open hand-offs of a sender; “me” is you.")
@option("--overdue", is_flag=True, help="A clock is late.")
@option("--due-before", default="", metavar="WHEN", help="The next deadline is before.")
@option("--text", default="", metavar="WORDS", help="All words stand in one line of it.")
@field_option
@option("--all", "everything", is_flag=True, help="Closed ones too.")
@listing
def list_(
    session: Session,
    mine: bool,
    owner: str,
    department: str,
    queue: str,
    status: tuple[str, ...],
    stage: str,
    client: str,
    kind: str,
    channel: str,
    priority: str,
    controller: str,
    opened_by: str,
    handed_by: str,
    overdue: bool,
    due_before: str,
    text: str,
    field: tuple[str, ...],
    everything: bool,
    form: str,
    as_json: bool,
    output: str,
) -> int:
    """List requests, most urgent first; open ones, if nothing else is asked.

    With --queue it says of each why it stands there: which deadline of the request runs out first.

    Example: svcctl list --department logistics --overdue
    """
    query = Query(
        _me(session, owner),
        session.person.handle if mine else "",
        department,
        queue,
        status,
        stage,
        client,
        kind,
        channel,
        priority,
        _me(session, controller),
        _me(session, opened_by),
        _me(session, handed_by),
        text,
        overdue,
        session.when(due_before) if due_before else None,
        fields(field),
        everything,
    )
    _check_words(session, query)
    return print_list(session, query, form, as_json, output, why=bool(queue))


def _me(session: Session, word: str) -> str:
    return session.person.handle if word == "me" else word


def _check_words(session: Session, query: Query) -> None:
    """An unknown person or department would list nothing and look like good news."""
    people = [one for one in (query.owner, query.controller, query.opened_by, query.handed_by) if one]
    departments = [one for one in (query.department, query.queue) if one]
    if not people and not departments:
        return
    team = session.desk.reference.team
    for handle in people:
        team.person(handle)
    for name in departments:
        if name not in team.departments:
            team.addressee(name)


@question("mine")
@listing
def mine(session: Session, form: str, as_json: bool, output: str) -> int:
    """What is in your hands, or was handed to you.

    Example: svcctl mine
    """
    return print_list(session, Query(in_hands_of=session.person.handle), form, as_json, output)


@question("search")
@argument("words", nargs=-1, required=True)
@option("--open", "open_only", is_flag=True, help="Open requests only.")
@listing
def search(session: Session, words: tuple[str, ...], open_only: bool, form: str, as_json: bool, output: str) -> int:
    """Look for words in ids, titles, texts, notes, messages and fields, of closed requests too.

    Example: svcctl search rebar Kazan
    """
    from svcctl.reports.table import Column, Table

    text = " ".join(words)
    rows = select(session, Query(text=text, everything=not open_only))
    if as_json or form == "json":
        return _print_json(session, rows, output)
    columns = tuple(
        Column(name, Message(label))
        for name, label in (("id", "id"), ("status", "status"), ("title", "title"), ("found", "found in"))
    )
    cells = [
        (short(row.request.id), row.request.status, row.request.title, found_in(row.request, text) or "")
        for row in rows
    ]
    if cells:
        session.show(Table("", columns, cells), form, False, output)
    else:
        session.say(Message("nothing has “{words}”", words=text))
    return session.report_problems()
