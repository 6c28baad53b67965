"""The ledger of a deadline: every second from the start of a clock to its deadline, and what moved the deadline.

The segments lie end to end. Up to the deadline the counted seconds of a clock with a target in working or wall time
add up to that target exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from svcctl.model.duration import DAYS, WALL
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.request import Request, step
from svcctl.rules.clocks import Clock, closed_pauses, next_clock, runs
from svcctl.rules.segments import Segment, segments

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.model.event import Event
    from svcctl.model.regulation import Regulation

Calendars = Callable[[str, "Regulation | None"], "Calendar"]
Regulations = Callable[[Request], "Regulation | None"]


class Move(NamedTuple):
    """A deadline that became another: ``event`` is the id of what moved it, empty for a wait that is not over."""

    at: datetime
    event: str
    before: datetime | None
    after: datetime | None
    why: Message


class LevelTime(NamedTuple):
    """When a level of the regulation's escalation comes, whom it tells, and whether they were told."""

    level: str
    at: datetime
    tell: tuple[str, ...]
    assign: str
    told: bool


class Ledger(NamedTuple):
    """A clock of a request and all that made its deadline; ``target`` in seconds is None for days and fixed moments.

    ``end`` is where the clock stands: when it stopped, or now.
    """

    request: Request
    clock: Clock
    end: datetime
    target: int | None
    segments: list[Segment]
    moves: list[Move]
    levels: list[LevelTime]
    notes: list[Message]


def chosen(clocks: Sequence[Clock], key: str, request_id: str) -> Clock:
    """The clock of a key such as ``resolve`` or ``stage:draft``; without one, the clock that is due next.

    A bare name stands for the one of that name that is due next, or else stopped last.

    Raises:
        Refused: the request has no such clock, or none at all.
    """
    found = [clock for clock in clocks if not key or key in (clock.run.key, clock.run.name)]
    exact = [clock for clock in found if clock.run.key == key]
    if exact or found:
        return _foremost(exact or found, key)
    keys = ", ".join(clock.run.key for clock in clocks)
    if not keys:
        raise Refused(
            Message("{id}: no clock runs, and none has", id=request_id),
            Message("give it a deadline: svcctl set {id} due=…, or a regulation: set {id} regulation=…", id=request_id),
            code="no-clock",
        )
    raise Refused(
        Message("{id} has no clock “{clock}”", id=request_id, clock=key),
        Message("its clocks: {keys}", keys=keys),
        code="unknown-clock",
    )


def _foremost(clocks: Sequence[Clock], key: str) -> Clock:
    following = next_clock(clocks)
    if following is not None:
        return following
    last = max(clocks, key=lambda clock: (clock.run.stopped or clock.run.started).timestamp())
    return last if key else next((clock for clock in clocks if clock.run.name == "resolve"), last)


def ledger(request: Request, clock: Clock, regulations: Regulations, calendars: Calendars, now: datetime) -> Ledger:
    """The whole ledger of one of a request's clocks, as measured at ``now``.

    Args:
        clock: one of ``rules.clocks.measure``.
        regulations: the version a request is bound to, asked for every state the request has been in.
        calendars: the calendar of a department under a regulation; that of the verdict's version where it is frozen.
    """
    request, clock = _at_its_stop(request, clock, regulations)
    run, regulation = clock.run, regulations(request)
    calendar = calendars(run.department, regulation)
    end = run.stopped or max(now, run.started)
    pauses = closed_pauses(run.pauses, end)
    reasons = [_pause_reason(request, since) for since, _ in pauses]
    within = run.within if run.fixed is None else None
    return Ledger(
        request,
        clock,
        end,
        within.seconds if within else None,
        segments(run, clock.due, end, calendar, list(zip(pauses, reasons, strict=True))),
        list(_moves(request, clock, regulations, calendars, now)),
        _levels(request, clock, regulation, calendar, pauses),
        list(_notes(clock, calendar)),
    )


def _at_its_stop(request: Request, clock: Clock, regulations: Regulations) -> tuple[Request, Clock]:
    """The request and the clock as they were when its verdict was frozen: nothing later has a part in it."""
    key = clock.run.key
    last = next((n for n, event in enumerate(request.counted, 1) if key in event.clocks and _stops(event, clock)), 0)
    if not last:
        return request, clock
    past = Request(request.header)
    for event in request.counted[:last]:
        step(past, event)
        past.events.append(event)
    past.told = request.told
    run = next((run for run in runs(past, regulations(past)) if run.key == key), clock.run)
    return past, clock._replace(run=run)


def _stops(event: Event, clock: Clock) -> bool:
    return clock.run.stopped is not None and event.at == clock.run.stopped


def _pause_reason(request: Request, since: datetime) -> Message:
    for wait in request.waits:
        if wait.start == since:
            words = Message("waiting for {whom}", whom=wait.for_)
            return Message("{words}: {why}", words=words, why=wait.why) if wait.why else words
    for at, status in request.statuses:
        if at == since and status in _STANDING_STILL:
            return _STANDING_STILL[status]
    return Message("resolved, until it was reopened")


# Why a clock that a regulation lets pause in a status stands still in it.
_STANDING_STILL = {
    "new": Message("nobody had taken it"),
    "in_progress": Message("somebody worked on it"),
    "handed_off": Message("handed off, not accepted"),
}


# What moved the deadline


def _moves(
    request: Request, clock: Clock, regulations: Regulations, calendars: Calendars, now: datetime
) -> Iterator[Move]:
    """Plays the events again, and compares the deadline before and after each."""
    key, past = clock.run.key, Request(request.header)
    due = _settled(past, key, regulations, calendars)
    for event in request.counted:
        priority, regulation = past.priority, past.regulation
        step(past, event)
        past.events.append(event)
        after = _settled(past, key, regulations, calendars)
        if due is not None and after != due:
            yield Move(event.at, event.id, due, after, _why(event, past, priority, regulation))
        due = after
    wait = request.waiting
    if wait is not None and clock.running and clock.due is not None and due is not None and clock.due != due:
        why = Message("waiting for {whom} still: it moves on as long as that lasts", whom=wait.for_)
        yield Move(now, "", due, clock.due, why)


def _settled(request: Request, key: str, regulations: Regulations, calendars: Calendars) -> datetime | None:
    """The deadline of a clock as far as finished pauses make it; None where there is no such clock, or it has none."""
    regulation = regulations(request)
    run = next((run for run in runs(request, regulation) if run.key == key), None)
    if run is None or run.fixed is not None or run.within is None:
        return run.fixed if run else None
    ended = [(since, until) for since, until in run.pauses if until is not None]
    if run.stopped is not None:
        ended = closed_pauses(ended, run.stopped)
    return run.within.due(run.started, calendars(run.department, regulation), ended)


def _why(event: Event, request: Request, priority: str, regulation: str) -> Message:
    """Why an event, applied to the request already, has moved a deadline."""
    if event.do == "set":
        return _set(event, request, priority, regulation)
    if event.do == "reopened":
        return _with_words(Message("reopened"), event)
    wait = request.waits[-1] if request.waits else None
    if wait is not None and wait.end == event.at:
        words = Message("waited for {whom}", whom=wait.for_)
        return Message("{words}: {why}", words=words, why=wait.why) if wait.why else words
    return Message("{event}", event=event.do.replace("_", " "))


def _set(event: Event, request: Request, priority: str, regulation: str) -> Message:
    values = event.__dict__.get("values", {})
    if "due" in values:
        return Message("the deadline was set") if values["due"] else Message("the deadline that was set was dropped")
    if request.priority != priority:
        return Message("priority {old} → {new}", old=priority, new=request.priority)
    if request.regulation != regulation:
        return Message("regulation {old} → {new}", old=regulation or "–", new=request.regulation or "–")
    return Message("{names} changed", names=", ".join(values))


def _with_words(words: Message, event: Event) -> Message:
    why = event.__dict__.get("why", "")
    return Message("{words}: {why}", words=words, why=why) if why else words


# Escalation and notes


def _levels(
    request: Request,
    clock: Clock,
    regulation: Regulation | None,
    calendar: Calendar,
    pauses: Sequence[tuple[datetime, datetime]],
) -> list[LevelTime]:
    from svcctl.rules.levels import level_at

    if regulation is None or clock.due is None:
        return []
    run = clock.run
    found = [
        LevelTime(
            str(step.at),
            level_at(step.at, run, clock.due, calendar, pauses),
            step.tell,
            step.assign,
            (run.key, str(step.at)) in request.told,
        )
        for step in regulation.escalation
        if not step.clocks or run.name in step.clocks
    ]
    return sorted(found, key=lambda level: level.at.timestamp())


def _notes(clock: Clock, calendar: Calendar) -> Iterator[Message]:
    run = clock.run
    if clock.calendar not in ("", f"{calendar.name}@{calendar.version}"):
        yield Message(
            "the verdict was given by {then}, which the history has no more: the segments are those of {now}",
            then=clock.calendar,
            now=f"{calendar.name}@{calendar.version}",
        )
    if run.fixed is not None and run.within is not None:
        yield Message("the deadline was set; the regulation would allow {within}", within=run.within)
    if run.within is not None and run.within.kind == DAYS and run.fixed is None:
        yield Message("the day of the start does not count; the last day ends at its closing instant")
    if run.within is not None and run.within.kind == WALL and run.fixed is None:
        yield Message("counted by the wall clock, not in working time")
    for year in clock.missing_years:
        yield Message("the holidays of {year} are not published in the calendar {name}", year=year, name=calendar.name)


def counted(entries: Sequence[Segment], until: datetime) -> int:
    """The seconds counted up to an instant at which one of the segments ends."""
    return sum(segment.counted for segment in entries if segment.end.timestamp() <= until.timestamp())
