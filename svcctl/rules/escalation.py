"""Who must be told now: the levels that running clocks have reached, and that nobody was told of yet.

A level of a clock is told once. The event that says so has an id that follows from the request, the clock, its start
and the level, so that clones which tell apart from each other record one event. What waits for the working hours of
those it is for is not told and not recorded: the next look finds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from svcctl.model.events import Escalated, Event, Reminded
from svcctl.model.ids import derived_event_id
from svcctl.model.instants import iso, iso_or_none, not_after
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.regulation import Escalation, Regulation
from svcctl.model.request import Request
from svcctl.model.team import Team
from svcctl.rules.clocks import Clock, closed_pauses
from svcctl.rules.findings import responsible
from svcctl.rules.levels import level_at
from svcctl.rules.process import stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date

    from svcctl.model.calendar import Calendar
    from svcctl.model.duration import Level

REMINDED, ESCALATED = "reminded", "escalated"
OWNER, HEAD, CONTROLLER, DEPARTMENT = "owner", "head", "controller", "department"


class World(NamedTuple):
    """What the words of a regulation mean in a desk: its people, and whose working time counts.

    ``calendars`` gives the calendar of a department under a regulation, ``hours`` that of a person.
    """

    team: Team
    calendars: Callable[[str, Regulation | None], Calendar]
    hours: Callable[[str], Calendar]


class Notice(NamedTuple):
    """People who must be told that a clock has reached a level, all of one calendar.

    ``event`` is the id of the event that records it, ``kind`` its name; ``at`` when the level was reached; ``to``
    handles, empty where the level's words lead to nobody; ``assign`` who gets the work; ``held`` when they begin to
    work, None for now.
    """

    event: str
    kind: str
    request: Request
    clock: Clock
    level: Level
    at: datetime
    to: tuple[str, ...]
    assign: str = ""
    held: datetime | None = None

    def as_event(self) -> Event:
        """The event that records it; it has its own id."""
        key, level, to = self.clock.run.key, str(self.level), list(self.to)
        if self.kind == REMINDED:
            return Reminded(clock=key, level=level, to=to).with_id(self.event)
        return Escalated(clock=key, level=level, to=to, assign=self.assign).with_id(self.event)

    def as_json(self) -> dict[str, object]:
        """The notice as ``check --json`` prints it."""
        return {
            "event": self.event,
            "id": self.request.id,
            "title": self.request.title,
            "kind": self.kind,
            "clock": self.clock.run.key,
            "level": str(self.level),
            "reached": iso(self.at),
            "due": iso_or_none(self.clock.due),
            "late_s": -(self.clock.remaining or 0),
            "owner": self.request.owner or None,
            "department": self.request.department or None,
            "to": list(self.to),
            "assign": self.assign or None,
            "held_until": iso_or_none(self.held),
        }


def kind_of(step: Escalation) -> str:
    """``reminded`` for a level before the deadline that gives the work to nobody else, ``escalated`` for others."""
    return REMINDED if _before(step.at) and not step.assign else ESCALATED


def _before(level: Level) -> bool:
    return level.sign < 0 or (level.offset is None and level.percent < 100)


def notices(
    request: Request,
    clocks: Sequence[Clock],
    regulation: Regulation | None,
    world: World,
    now: datetime,
    kinds: Collection[str] = (REMINDED, ESCALATED),
) -> list[Notice]:
    """Everything that must be told of a request at ``now``, latest levels first within each clock.

    Nothing for a clock that stands still, and of a closed request only what it still promises. Whoever is told of a
    level is not told of an earlier one of the same clock any more.

    Args:
        clocks: the request's, as measured at ``now``.
        kinds: which of ``reminded`` and ``escalated``.
    """
    if regulation is None or not regulation.escalation or request.cancelled is not None:
        return []
    found: list[Notice] = []
    for clock in clocks:
        if clock.running and clock.due is not None and not (request.closed and clock.run.name != "promise"):
            found.extend(_of_clock(_Watched(request, clock, world, now), regulation, kinds))
    return found


class _Watched(NamedTuple):
    """A clock of a request, looked at in a desk at a moment."""

    request: Request
    clock: Clock
    world: World
    now: datetime


class _Reached(NamedTuple):
    """A level that a clock has reached, when, and the events that told of it."""

    at: datetime
    step: Escalation
    said: Sequence[Event]


def _of_clock(watched: _Watched, regulation: Regulation, kinds: Collection[str]) -> Iterator[Notice]:
    heard: set[str] = set()
    for reached in _reached(watched, regulation):
        heard.update(*(event.__dict__["to"] for event in reached.said))
        if kind_of(reached.step) in kinds:
            for notice in _of_level(watched, reached, frozenset(heard)):
                heard.update(notice.to)
                yield notice


def _reached(watched: _Watched, regulation: Regulation) -> list[_Reached]:
    """The levels that a clock has reached, latest first; none while it stands still."""
    (_, clock, world, now), run, due = watched, watched.clock.run, watched.clock.due
    if due is None or any(until is None for _, until in run.pauses):
        return []
    early = not not_after(due, now)
    steps = [
        step
        for step in regulation.escalation
        if (not step.clocks or run.name in step.clocks) and (_before(step.at) or not early)
    ]
    if not steps:
        return []
    calendar = world.calendars(run.department, regulation)
    pauses = closed_pauses(run.pauses, now)
    found = [(level_at(step.at, run, due, calendar, pauses), step) for step in steps]
    past = [_Reached(at, step, _said(watched.request, clock, step.at)) for at, step in found if not_after(at, now)]
    return sorted(past, key=lambda one: one.at.timestamp(), reverse=True)


def _said(request: Request, clock: Clock, level: Level) -> list[Event]:
    """The events that told of a level since the clock's start; one that restarts tells anew.

    Also those that another clone's deed has overtaken: what they gave away may not count, but people were told.
    """
    key, text = clock.run.key, str(level)
    return [
        event
        for event in request.events
        if event.automatic
        and event.__dict__["clock"] == key
        and event.__dict__["level"] == text
        and not_after(clock.run.started, event.at)
    ]


def _of_level(watched: _Watched, reached: _Reached, heard: Collection[str]) -> Iterator[Notice]:
    request, clock, world, now = watched
    at, step, said = reached
    wanted = _wanted(step.tell, watched)
    assign = _assignee(step.assign, watched, said)
    if not wanted and not assign and not said and set(step.tell) != {CONTROLLER}:
        yield Notice(_id(watched, step.at, ""), kind_of(step), request, clock, step.at, at, ())
    left = [handle for handle in wanted if handle not in heard and handle != assign]
    known = {event.id for event in said}
    for calendar, handles in _by_calendar([assign, *left] if assign else left, world):
        event = _id(watched, step.at, calendar.name)
        if event not in known:
            given = assign if assign in handles else ""
            held = None if calendar.is_open(now) else calendar.next_open(now)
            yield Notice(event, kind_of(step), request, clock, step.at, at, tuple(handles), given, held)


def _id(watched: _Watched, level: Level, calendar: str) -> str:
    """People of different calendars are told at different times, so each calendar has its own event."""
    run = watched.clock.run
    started = str(int(run.started.timestamp()))
    return derived_event_id(watched.request.id, run.key, started, str(level), calendar)


def _by_calendar(handles: Sequence[str], world: World) -> list[tuple[Calendar, list[str]]]:
    groups: dict[str, tuple[Calendar, list[str]]] = {}
    for handle in handles:
        calendar = world.hours(handle)
        groups.setdefault(calendar.name, (calendar, []))[1].append(handle)
    return list(groups.values())


# Whom a word means


def _wanted(words: Sequence[str], watched: _Watched) -> list[str]:
    request, clock, world, now = watched
    found = [handle for word in words for handle in recipients(word, request, clock, world.team, now.date())]
    return list(dict.fromkeys(found))


def recipients(word: str, request: Request, clock: Clock, team: Team, day: date) -> list[str]:
    """The people whom a word of an escalation means today, those who are away replaced by who stands in.

    ``owner`` is who must act on the clock, and where that is nobody yet, the department; ``head`` the head of the
    department the work is with; ``department`` its head and its present people; ``controller`` the request's. Any
    other word is a person, a department or a role: those of the department who have it, else all who have it.
    """
    owner, department = responsible(request, clock, team)
    if word == OWNER and owner:
        return _present([owner], team, day)
    if word in (OWNER, DEPARTMENT):
        return _everybody(department, team, day) or _present([request.header.by], team, day)
    if word == HEAD:
        return _present([team.with_role(HEAD, department)], team, day)
    if word == CONTROLLER:
        return _present([request.controller], team, day)
    if word in team.people:
        return _present([word], team, day)
    if word in team.departments:
        return _everybody(word, team, day)
    holders = [person for person in team.people.values() if person.role == word and not person.left]
    own = [person for person in holders if person.department == department]
    return _present([person.handle for person in own or holders], team, day)


def _everybody(department: str, team: Team, day: date) -> list[str]:
    known = team.departments.get(department)
    if known is None:
        return []
    there = [person.handle for person in team.members(department) if person.absence(day) is None]
    return list(dict.fromkeys([*_present([known.head], team, day), *there]))


def _present(handles: Sequence[str], team: Team, day: date) -> list[str]:
    """Each person, or who stands in: the substitute, else the head of the department, else they hear it all the same.

    An escalation that reaches somebody on holiday is better than one that reaches nobody.
    """
    found = []
    for handle in handles:
        person = team.people.get(handle)
        if person is not None:
            head = stand_in(team.with_role(HEAD, person.department), team, day)
            away = "" if person.left else handle
            found.append(stand_in(handle, team, day) or head or away)
    return [handle for handle in dict.fromkeys(found) if handle]


def _assignee(word: str, watched: _Watched, said: Sequence[Event]) -> str:
    """Who gets the work; empty where nobody does, has it already, or got it by this level before."""
    if not word or any(event.__dict__.get("assign") for event in said):
        return ""
    request, clock, world, now = watched
    found = recipients(word, request, clock, world.team, now.date())
    owner, _ = responsible(request, clock, world.team)
    return found[0] if found and found[0] != owner else ""


# What it says


def nobody(notice: Notice) -> Message:
    """The warning that a level's words lead to nobody."""
    return Message(
        "{id}: the level {level} of {clock} tells nobody: see the escalation of {regulation}, and team.yaml",
        id=notice.request.id,
        level=str(notice.level),
        clock=notice.clock.run.key,
        regulation=notice.request.regulation,
    )
