"""What a check will find of a request as time passes, if nothing else happens: found once, asked at any later moment.

A deadline that runs is a threshold: until it nothing is found, from it on the lateness grows with the calendar's
working time or with the wall clock, or stands still in a pause. So what ``svcctl.rules.findings`` says of a request at
any moment after its last event follows from a few numbers, which can be kept. Both give the same (tested).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from svcctl.model.duration import WALL, Duration
from svcctl.model.instants import iso
from svcctl.model.namedtuples import NamedTuple
from svcctl.rules.findings import (
    DUE_SOON,
    OFFERS,
    OVERDUE,
    PROMISES,
    SILENT_HANDOFF_S,
    UNACCEPTED,
    UNTOUCHED,
    Finding,
    Limits,
    addressed,
    made_good,
    responsible,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.model.regulation import Regulation
    from svcctl.model.request import Request
    from svcctl.model.team import Team
    from svcctl.rules.clocks import Clock

BY_WALL, QUIETLY, STANDING = "!", "!!", ""
"""Paces that are no calendar's: the wall clock's, the same for what is not announced before, and none at all."""


class Watch(NamedTuple):
    """A finding to come.

    Attributes:
        since: the first second, since the epoch, in which it is found.
        pace: the calendar in whose working time it grows later, ``BY_WALL``, ``QUIETLY`` or ``STANDING``.
        base: what is taken off the pace's time at a moment to get the lateness, in seconds.
    """

    kind: str
    clock: str
    since: int
    due: datetime | None
    pace: str
    base: int
    owner: str
    department: str
    note: str = ""

    @property
    def manner(self) -> Manner:
        return Manner(self.kind, self.clock, self.pace, self.owner, self.department)

    def kept(self) -> Kept:
        """What the index keeps of it beside its manner; its moment is text."""
        return self.since, iso(self.due) if self.due else None, self.base, self.note


class Manner(NamedTuple):
    """What the watches of many requests have in common."""

    kind: str
    clock: str
    pace: str
    owner: str
    department: str


Kept = tuple[int, str | None, int, str]
"""A watch as the index keeps it beside its manner: since, due, base, note."""


class World(NamedTuple):
    """What watching needs to know of the desk.

    ``calendar`` is the desk's; ``calendar_of`` gives the one of a department and regulation, ``name_of`` the name it
    is found by; ``anchor`` is the second from which working time is counted.
    """

    team: Team
    limits: Limits
    calendar: Calendar
    calendar_of: Callable[[str, Regulation | None], Calendar]
    name_of: Callable[[Calendar], str]
    anchor: int

    def at_pace(self, calendar: Calendar, moment: int) -> int:
        """Working seconds from the anchor to a moment; negative before it."""
        return calendar.line.done(moment) - calendar.line.done(self.anchor)


def settled(request: Request) -> datetime:
    """The first moment after everything that happened to a request: from then on only time passes."""
    moments = [request.opened, *(event.at for event in request.events)]
    return max(moments, key=datetime.timestamp) + timedelta(seconds=1)


def moves(clock: Clock) -> bool:
    """Whether the clock's deadline moves away while it stands still in a pause."""
    return clock.running and not clock.late and clock.run.fixed is None and _paused(clock)


def _paused(clock: Clock) -> bool:
    return bool(clock.run.pauses) and clock.run.pauses[-1][1] is None


class Moving(NamedTuple):
    """A deadline that moves on while its clock stands still; moments are seconds since the epoch.

    ``amount`` and ``kind`` are its time's; ``pauses`` are those that have ended, ``paused`` is when the last began;
    ``calendar`` is its name.
    """

    clock: str
    started: int
    amount: int
    kind: str
    pauses: list[tuple[int, int]]
    paused: int
    calendar: str

    def due(self, now: datetime, calendar: Calendar) -> datetime:
        """When the clock runs out if the pause ends now."""
        zone = calendar.zone
        ended = [(datetime.fromtimestamp(a, zone), datetime.fromtimestamp(b, zone)) for a, b in self.pauses]
        open_ = [(datetime.fromtimestamp(self.paused, zone), now)]
        return self.time.due(datetime.fromtimestamp(self.started, zone), calendar, ended + open_)

    @property
    def time(self) -> Duration:
        """The time that the clock has."""
        return Duration(self.amount, self.kind)


def moving(clock: Clock, regulation: Regulation | None, world: World) -> Moving | None:
    """The deadline of a clock that ``moves``; None where it has none."""
    run = clock.run
    if run.within is None or clock.due is None:
        return None
    pauses = [(_epoch(begin), _epoch(end)) for begin, end in run.pauses if end is not None and begin < end]
    paused = max(_epoch(begin) for begin, end in run.pauses if end is None)
    calendar = world.name_of(world.calendar_of(run.department, regulation))
    return Moving(run.key, _epoch(run.started), run.within.amount, run.within.kind, pauses, paused, calendar)


def watches(
    request: Request, clocks: Sequence[Clock], regulation: Regulation | None, world: World, at: datetime
) -> list[Watch]:
    """Everything a check may come to report of a request.

    Args:
        clocks: the running ones, measured at ``at``.
        at: a moment after the request's last event, see ``settled``.
    """
    found = []
    for clock in clocks:
        if clock.running and clock.due is not None and not moves(clock):
            owner, department = responsible(request, clock, world.team)
            pace, base = _pace(clock, regulation, world, at)
            since = _epoch(clock.due) + 1
            found.append(Watch(OVERDUE, clock.run.key, since, clock.due, pace, base, owner, department))
    if request.cancelled is not None:
        return found
    found.extend(_promises(request))
    if not request.closed:
        found.extend(_handoffs(request, clocks, regulation, world, at))
        found.append(_untouched(request, world))
    return found


def _pace(clock: Clock, regulation: Regulation | None, world: World, at: datetime) -> tuple[str, int]:
    """How the clock's lateness grows, and from what."""
    run, late = clock.run, -(clock.remaining or 0)
    if _paused(clock):
        return (STANDING, -late) if run.fixed is None else (QUIETLY, _epoch(at) - late)
    if run.fixed is not None or (run.within is not None and run.within.kind == WALL):
        return BY_WALL, _epoch(at) - late
    calendar = world.calendar_of(run.department, regulation)
    return world.name_of(calendar), world.at_pace(calendar, _epoch(at)) - late


def _handoffs(
    request: Request, clocks: Sequence[Clock], regulation: Regulation | None, world: World, at: datetime
) -> Iterator[Watch]:
    running = {clock.run.of: clock for clock in clocks if clock.run.name == "accept" and clock.running}
    for item in request.items.values():
        handoff = item.handoff
        if handoff is None:
            continue
        clock = running.get(handoff.event)
        owner, department = addressed(handoff, world.team)
        if clock is None:
            since = int(handoff.at.timestamp()) + SILENT_HANDOFF_S + 1
            pace, base = BY_WALL, _epoch(handoff.at)
        elif clock.due is None or moves(clock):
            continue
        else:
            since = _epoch(clock.due) + 1
            pace, base = _pace(clock, regulation, world, at)
        due = clock.due if clock else None
        yield Watch(UNACCEPTED, "accept", since, due, pace, base, owner, department, handoff.note)


def _promises(request: Request) -> Iterator[Watch]:
    for promise in request.promises:
        if promise.kept is not None or (promise.broken is not None and (request.closed or made_good(request, promise))):
            continue
        day = datetime.combine(promise.due.date(), time(), promise.due.tzinfo)
        since = _epoch(day) if promise.open else 0
        note = f"{promise.text} ({promise.why})" if promise.why else promise.text
        base = _epoch(promise.due)
        yield Watch(PROMISES, "promise", since, promise.due, BY_WALL, base, promise.by, request.department, note)


def _untouched(request: Request, world: World) -> Watch:
    due = world.limits.silent_after.due(request.last_event, world.calendar)
    wait, since = request.waiting, _epoch(due)
    if wait is not None and wait.until is not None:
        since = max(since, _epoch(wait.until))
    item = request.main_item
    base = world.at_pace(world.calendar, _epoch(due))
    return Watch(UNTOUCHED, "silence", since, due, world.name_of(world.calendar), base, item.owner, item.department)


def watched_end(request: Request, revision: str, until: date, zone: tzinfo) -> Watch:
    """The end of an offer whose last day is ``until`` in the desk's zone."""
    end = datetime.combine(until, time(23, 59, 59), zone)
    over = _epoch(datetime.combine(until + timedelta(days=1), time(), zone))
    key = f"offer:{revision}"
    return Watch(OFFERS, key, over, end, BY_WALL, _epoch(end), request.owner, request.department, revision)


def found_at(
    watches: Iterable[tuple[str, str, int, int, str | None, int, str]],
    manners: Mapping[int, Manner],
    now: datetime,
    soon: datetime,
    position: Callable[[str], int],
) -> list[Finding]:
    """What is found at a moment.

    Args:
        watches: id and title of their requests, the number of their manner, and what is ``kept`` of them, in the order
            of requests and clocks.
        soon: deadlines until then are due soon.
        position: the working seconds from the world's anchor to ``now`` by a calendar's name.
    """
    moment, horizon = _epoch(now), soon.timestamp()
    paces = {BY_WALL: moment, QUIETLY: moment, STANDING: 0}
    read = datetime.fromisoformat
    found = []
    for request_id, title, manner, since, at, base, note in watches:
        kind, clock, pace, owner, department = manners[manner]
        if since > moment:
            # A deadline is found from the second after it; within the horizon it is due soon.
            if kind != OVERDUE or since - 1 > horizon or pace in (QUIETLY, STANDING):
                continue
            kind = DUE_SOON
        if pace not in paces:
            paces[pace] = position(pace)
        due = read(at) if at else None
        found.append(Finding(kind, request_id, title, clock, due, paces[pace] - base, owner, department, note))
    return found


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
