"""errands: the recurring ones, and opening what is due of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import click

from svcctl.cli.command import command, dry_run, listing
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused, SvcctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.recurrence import Recurrence
    from svcctl.model.request import Request
    from svcctl.store.fastimport import FileChange

_AHEAD = timedelta(days=400)


@command("errands")
@click.option("--open-due", is_flag=True, help="Open those whose moment has come; silent when there are none.")
@dry_run
@listing
def errands(session: Session, open_due: bool, dry_run: bool, form: str, as_json: bool, output: str) -> int:
    """Recurring errands, and when each comes next. With --open-due what cron runs: it opens what is due.

    An errand is opened once for each of its moments, in whichever clone comes first; two that open it apart from
    each other write the same file. What nobody opened for a week is left out.

    Example: svcctl errands --open-due
    """
    from svcctl.store.errandfiles import recurrences

    found, problems = recurrences(session.desk.tree)
    session.desk.problems.extend(problems)
    if open_due:
        _open_due(session, dry_run, as_json or form == "json")
    else:
        _print(session, found, form, as_json, output)
    return session.report_problems()


def is_open(session: Session, day: date) -> bool:
    """Whether a day is a working day of the desk."""
    reference = session.desk.reference
    return bool(reference.calendar(reference.settings.calendar).hours(day.toordinal()))


def next_moment(session: Session, recurrence: Recurrence, after: datetime) -> datetime | None:
    """When an errand comes next; None where it has ended."""
    zone = session.desk.reference.zone
    moments = recurrence.occurrences(after, after + _AHEAD, zone, lambda day: is_open(session, day))
    return next(moments, None)


def due_at(session: Session, recurrence: Recurrence, at: datetime) -> datetime:
    """By when an occurrence is to be done.

    Raises:
        Usage: the words of ``due`` are no moment, or one that has passed by then.
    """
    from svcctl.model.when import parse_when, require_future

    reference = session.desk.reference
    moment = parse_when(recurrence.due, at, reference.zone, reference.calendar(reference.settings.calendar))
    return require_future(moment, at)


class _NothingLeft(Exception):
    """Somebody else opened all of it meanwhile."""


def _open_due(session: Session, dry_run: bool, as_json: bool) -> None:
    """Opens what is due, in one commit; what cannot be opened is said and left for the next time."""
    opened = _made(session)
    for refused in (one for one in opened if isinstance(one, SvcctlError)):
        session.say(refused.message)
    names = [made.request.fields["errand"] for made in opened if isinstance(made, _Made)]
    if not names:
        if as_json:
            session.answer_json([])
        return
    made: list[_Made] = []

    def changes() -> list[FileChange]:
        made[:] = [one for one in _made(session) if isinstance(one, _Made)]
        if not made:
            raise _NothingLeft
        return [one.change for one in made]

    try:
        session.desk.write_files(
            session.person, session.now, f"recurring errands opened: {', '.join(names)}", changes, dry_run
        )
    except _NothingLeft:
        return
    requests = [one.request for one in made]
    session.print_changes(requests, {request.id: len(request.events) for request in requests}, as_json, dry_run)


class _Made(NamedTuple):
    """An occurrence that is to be opened: the request and its record."""

    request: Request
    change: FileChange


def _made(session: Session) -> list[_Made | SvcctlError]:
    """What is due and not opened yet, as it stands now; a refusal for each that cannot be opened."""
    from svcctl.rules.recurring import LOOK_BACK_DAYS
    from svcctl.store.errandfiles import recurrences

    desk, found = session.desk, list[_Made | SvcctlError]()
    begin, zone = session.now - timedelta(days=LOOK_BACK_DAYS), desk.reference.zone
    for recurrence in recurrences(desk.tree)[0]:
        for at in recurrence.occurrences(begin, session.now, zone, lambda day: is_open(session, day)):
            try:
                made = _record(session, recurrence, at)
            except SvcctlError as error:
                found.append(error)
                continue
            found.extend([made] if made else [])
    return found


def _record(session: Session, recurrence: Recurrence, at: datetime) -> _Made | None:
    """The record of one occurrence; None where it is there already."""
    from svcctl.model.ids import record_path
    from svcctl.model.request import fold
    from svcctl.rules.recurring import occurrence, request_id
    from svcctl.store.fastimport import FileChange
    from svcctl.store.records import dump_record

    desk = session.desk
    path = record_path(request_id(recurrence, at))
    if desk.tree.content(path) is not None:
        return None
    regulations = desk.reference.regulations(at.date())
    header, events = occurrence(recurrence, at, due_at(session, recurrence, at), regulations, desk.reference.team)
    return _Made(fold(header, events), FileChange(path, dump_record(header, events).encode()))


def _print(session: Session, found: list[Recurrence], form: str, as_json: bool, output: str) -> None:
    from svcctl.model.instants import iso_or_none
    from svcctl.reports.table import Column, Table

    names = ("name", "title", "to", "controller", "every", "due")
    columns = (*(Column(name, Message(name)) for name in names), Column("next", Message("next"), "instant"))
    moments = [next_moment(session, one, session.now) for one in found]
    rows = [
        (one.name, one.title, one.to, one.controller, str(one.every), one.due, at)
        for one, at in zip(found, moments, strict=True)
    ]
    value = [
        dict(zip((*names, "next"), (*row[:6], iso_or_none(at)), strict=True))
        for row, at in zip(rows, moments, strict=True)
    ]
    empty = Message("no recurring errands; svcctl errand TITLE --every … makes one")
    session.show(Table(Message("Recurring errands"), columns, rows, empty=empty), form, as_json, output, value)


# A new one


def define(session: Session, recurrence: Recurrence, dry_run: bool, as_json: bool) -> None:
    """Writes a new definition, and says when the errand comes first.

    Raises:
        Refused: nobody is called so, there is one of that name, or it never comes.
    """
    from svcctl.model.instants import iso
    from svcctl.store.errandfiles import added, path_of

    desk = session.desk
    desk.reference.team.addressee(recurrence.to)
    desk.reference.team.person(recurrence.controller)
    first = next_moment(session, recurrence, session.now)
    if first is None:
        raise Refused(Message("it never comes"), Message("look at --every and --until"), code="never")
    due_at(session, recurrence, first)
    message = f"recurring errand {recurrence.name}: {recurrence.every} {recurrence.to}: {recurrence.title}"
    desk.write_files(session.person, session.now, message, lambda: added(recurrence, desk.tree), dry_run)
    if as_json:
        session.answer_json({"name": recurrence.name, "path": path_of(recurrence.name), "next": iso(first)})
        return
    line = Message(
        "{name}: every {every} for {to}, first {at}",
        name=recurrence.name,
        every=recurrence.every,
        to=recurrence.to,
        at=f"{first:%Y-%m-%d %H:%M}",
    )
    session.answer(session.text(line) + (session.text(Message(" (dry run: nothing was written)")) if dry_run else ""))
