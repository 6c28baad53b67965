"""Where a request lay, with whom, from when to when, and whether somebody worked on it meanwhile.

A request is followed event by event. Each open stage (or the request as a whole, stage "") is a **lane** of its own:

- it lies with its owner; while a hand-off is open, with the person or department it was handed to; else with nobody
  in its department;
- a **hold** is the time from reaching somebody until it leaves them. It is **touched** from the holder's first deed
  in it (taking and accepting are deeds, being told of a deadline is none), for no longer than the working time of one
  working day: the day of that deed. Where a person wrote down their work on the request (``worked``), that is their
  touch on it, and their holds count for nothing;
- while it waits for somebody it is not touched; waiting for the client is told apart.

Moments are seconds since the epoch and never go back: an event with an earlier moment than the one before it counts
at the moment of that one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request, WorkItem, step
from svcctl.model.timeline import Timeline, united
from svcctl.reports.cases import CLIENT
from svcctl.reports.facts import Entry, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.event import Event

TOUCHED, WAITING, FOR_CLIENT = "touched", "waiting", "client"

STILL = frozenset(
    {
        "noted",
        "message_in",
        "message_out",
        "promised",
        "promise_kept",
        "promise_broken",
        "decided",
        "worked",
        "rated",
        "linked",
        "reminded",
        "attached",
        "acknowledged",
        "redacted",
        "offer_drafted",
        "offer_submitted",
        "offer_approved",
        "offer_rejected",
        "offer_sent",
        "offer_accepted",
        "offer_declined",
    }
)
"""Deeds that move nothing: with whom a request lies and what it waits for is as before, so they need not be applied."""

DepartmentOf = Callable[[str], str]


class Stretch(NamedTuple):
    """A stretch of one kind in one lane; ``again`` if the holder or the stage had it before."""

    stage: str
    department: str
    person: str
    start: int
    end: int
    kind: str
    again: bool = False


class Work(NamedTuple):
    """Work that was written down: when, and how many seconds."""

    stage: str
    department: str
    person: str
    at: int
    seconds: int
    again: bool = False


class Course(NamedTuple):
    """A request's way through the desk: its stretches in the order in which they ended, and its written-down work.

    ``open`` are the lanes that are open at the end, as stage and person.
    """

    stretches: tuple[Stretch, ...]
    works: tuple[Work, ...]
    open: frozenset[tuple[str, str]] = frozenset()


class Lane(NamedTuple):
    """A hold that is going on since; ``left`` is how much more of it may count as touch, None before the first deed."""

    stage: str
    department: str
    person: str
    since: int
    again: bool
    left: int | None


class Trace(NamedTuple):
    """A request's way up to its last event; ``lanes`` go on, in a ``pause`` if it waits (a kind of stretch)."""

    stretches: tuple[Stretch, ...]
    works: tuple[Work, ...]
    lanes: tuple[Lane, ...]
    pause: str

    def until(self, now: int, line: Timeline) -> Course:
        """The way until a moment, which is not before the last event."""
        tail = [one for lane in self.lanes for one in stretches(lane, now, self.pause, line)]
        still = frozenset((lane.stage, lane.person) for lane in self.lanes)
        return Course((*self.stretches, *tail), self.works, still)


def stretches(lane: Lane, end: int, pause: str, line: Timeline) -> list[Stretch]:
    """What a hold was doing since, until a moment: touched as long as something of that is left, else waiting."""
    start, cut = lane.since, lane.since
    if not pause and lane.left:
        done = line.done
        cut = end if done(end) - done(start) <= lane.left else line.first_with(done(start) + lane.left)
    parts = ((TOUCHED, start, cut), (pause or WAITING, cut, end))
    return [
        Stretch(lane.stage, lane.department, lane.person, first, last, kind, lane.again)
        for kind, first, last in parts
        if first < last
    ]


class Hold(NamedTuple):
    """The time in which a lane lay with one person, whatever happened to it there; ``end`` is None while it does."""

    stage: str
    person: str
    start: int
    end: int | None


class Spent(NamedTuple):
    """Seconds of working time: touched, waiting for colleagues, waiting for the client."""

    touch: int = 0
    wait: int = 0
    client: int = 0


def course(request: Request, line: Timeline, now: int, department_of: DepartmentOf) -> Course:
    """The way of a request until ``now``.

    Args:
        line: the working time it is measured in.
        department_of: the department that a person or a department belongs to; empty for unknown words.
    """
    return _Walk(request, line, now, department_of).trace().until(now, line)


def way(entry: Entry, now: int, department_of: DepartmentOf) -> Course:
    """The way of an entry's request until ``now``."""

    def traced(of: Entry) -> Trace:
        return _Walk(of.request, of.calendar.line, now, department_of).trace()

    return entry.fact(Kind("trace", traced, _trace_again)).until(now, entry.calendar.line)


def _trace_again(row: list[Any]) -> Trace:
    stretches, works, lanes, pause = row
    return Trace(
        tuple([Stretch(*one) for one in stretches]),
        tuple([Work(*one) for one in works]),
        tuple([Lane(*one) for one in lanes]),
        pause,
    )


def whole(found: Course, line: Timeline) -> Spent:
    """What the request took, parallel stages counted once: touch, other open time, waiting for the client."""
    touch = sum(one.seconds for one in found.works)
    spans: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for one in found.stretches:
        if one.kind == TOUCHED:
            touch += _worked(one, line)
        spans[one.kind == FOR_CLIENT].append((one.start, one.end))
    taken, client = (
        sum(line.done(end) - line.done(start) for start, end in united(spans[key])) for key in (False, True)
    )
    return Spent(touch, max(taken - touch, 0), client)


def spent(found: Course, line: Timeline, by: str) -> dict[str, Spent]:
    """What it took by ``stage``, ``department`` or ``person``; parallel stages each count their own time."""
    return spent_by(found, line, (by,))[by]


def spent_by(found: Course, line: Timeline, ways: Sequence[str]) -> dict[str, dict[str, Spent]]:
    """The same, in several ways of telling it apart at once."""
    places = [0 if one.kind == TOUCHED else 1 if one.kind == WAITING else 2 for one in found.stretches]
    worked = [_worked(one, line) for one in found.stretches]
    told = {}
    for by in ways:
        sums: dict[str, list[int]] = {}
        for one, place, seconds in zip(found.stretches, places, worked, strict=True):
            sums.setdefault(getattr(one, by), [0, 0, 0])[place] += seconds
        for work in found.works:
            own = sums.setdefault(getattr(work, by), [0, 0, 0])
            own[0], own[1] = own[0] + work.seconds, own[1] - work.seconds
        told[by] = {group: Spent(touch, max(wait, 0), client) for group, (touch, wait, client) in sums.items()}
    return told


def touch(found: Course, line: Timeline, start: int, end: int) -> Iterator[tuple[str, int, bool]]:
    """The touch within ``start`` and ``end``: person, seconds, whether it was done again."""
    for one in found.stretches:
        if one.kind == TOUCHED and one.start < end and one.end > start:
            seconds = line.done(min(one.end, end)) - line.done(max(one.start, start))
            yield one.person, seconds, one.again
    for work in found.works:
        if start <= work.at < end:
            yield work.person, work.seconds, work.again


def holds(found: Course, now: int) -> list[Hold]:
    """The holds of persons, the parts of a lane that follow each other in the same hands as one."""
    made: list[Hold] = []
    last: dict[str, int] = {}
    for one in found.stretches:
        place = last.get(one.stage)
        if place is not None and (made[place].person, made[place].end) == (one.person, one.start):
            made[place] = made[place]._replace(end=one.end)
        else:
            last[one.stage] = len(made)
            made.append(Hold(one.stage, one.person, one.start, one.end))
    for stage, person in found.open:
        place = last.get(stage)
        if place is not None and (made[place].person, made[place].end) == (person, now):
            made[place] = made[place]._replace(end=None)
    return [hold for hold in made if hold.person]


def working_day(line: Timeline, instant: int) -> int:
    """The working seconds of the working day that an instant lies in, or of the next one."""
    line.first_with(line.done(instant) + 1)
    index = bisect_right(line.closings, instant)
    # The line may begin anew further back when it is asked about the day before: no index outlives the question.
    before, closing = line.closings[index - 1] if index else None, line.closings[index]
    return line.done(closing) - (line.sums[0] if before is None else line.done(before))


def _worked(one: Stretch, line: Timeline) -> int:
    return line.done(one.end) - line.done(one.start)


class _Lane:
    """A hold that is going on; ``left`` is how much more of it may count as touch, None before the first deed."""

    __slots__ = ("again", "department", "handoff", "left", "person", "since", "stage")

    def __init__(self, stage: str, department: str, person: str, handoff: str, since: int, again: bool) -> None:
        self.stage, self.department, self.person, self.handoff = stage, department, person, handoff
        self.since, self.again = since, again
        self.left: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return self.department, self.person, self.handoff

    def going_on(self) -> Lane:
        return Lane(self.stage, self.department, self.person, self.since, self.again, self.left)


class _Walk:
    """Follows a request event by event, with one lane for each of its open work items."""

    def __init__(self, request: Request, line: Timeline, now: int, department_of: DepartmentOf) -> None:
        self.request, self.line, self.now, self.department_of = request, line, now, department_of
        self.state = Request(request.header)
        self.reached = min(int(request.opened.timestamp()), now)
        self.lanes: dict[str, _Lane] = {}
        self.last: dict[str, _Lane] = {}
        self.passages: dict[str, int] = {}
        self.seen: set[tuple[str, str]] = set()
        self.pause = ""
        self.stretches: list[Stretch] = []
        self.works: list[Work] = []

    def trace(self) -> Trace:
        self._open_lanes()
        for event in self.request.counted:
            self.reached = min(max(self.reached, int(event.at.timestamp())), self.now)
            if event.do not in STILL:
                step(self.state, event)
                self._follow(event)
            if not event.automatic:
                self._touch(event.by)
            if event.do == "worked":
                self._write_down(event)
        lanes = tuple(lane.going_on() for lane in self.lanes.values())
        return Trace(tuple(self.stretches), tuple(self.works), lanes, self.pause)

    def _follow(self, event: Event) -> None:
        if event.do == "stage_started":
            stage = str(event.__dict__.get("stage", ""))
            self.passages[stage] = self.passages.get(stage, 0) + 1
        keys = {} if self.state.closed else {stage: self._key(item) for stage, item in self.state.items.items()}
        for stage, lane in list(self.lanes.items()):
            if keys.get(stage) != lane.key:
                self._emit(lane)
                del self.lanes[stage]
        self._change_pause()
        if keys:
            self._open_lanes()

    def _key(self, item: WorkItem) -> tuple[str, str, str]:
        handoff = item.handoff
        if handoff is None:
            return item.department, item.owner, ""
        department = self.department_of(handoff.to)
        return department or item.department, "" if handoff.to == department else handoff.to, handoff.event

    def _open_lanes(self) -> None:
        for stage, item in self.state.items.items():
            if stage not in self.lanes:
                department, person, handoff = self._key(item)
                again = self.passages.get(stage, 0) > 1 or (stage, person) in self.seen
                self.lanes[stage] = lane = _Lane(
                    stage, department, person, handoff, self.reached, again and person != ""
                )
                self.last[person] = lane

    def _change_pause(self) -> None:
        wait = self.state.waiting
        pause = "" if wait is None else FOR_CLIENT if wait.for_ in (CLIENT, self.state.client) else WAITING
        if pause != self.pause:
            for lane in self.lanes.values():
                self._emit(lane)
            self.pause = pause

    def _touch(self, person: str) -> None:
        """The person's deed begins the touch of what lies with them."""
        for lane in self.lanes.values():
            if lane.person == person and not lane.handoff and lane.left is None:
                self._emit(lane)
                lane.left = 0 if person in self.request.worked else working_day(self.line, self.reached)

    def _write_down(self, event: Event) -> None:
        seconds = int(event.__dict__.get("minutes", 0)) * 60
        own = next((lane for lane in self.lanes.values() if lane.person == event.by), None) or self.last.get(event.by)
        if own is not None:
            self.works.append(Work(own.stage, own.department, event.by, self.reached, seconds, own.again))
            return
        where = next(iter(self.lanes.values()), None)
        department = self.department_of(event.by) or self.state.department
        self.works.append(Work(where.stage if where else "", department, event.by, self.reached, seconds))

    def _emit(self, lane: _Lane) -> None:
        """Ends what the lane was doing until now and goes on from here."""
        start, end = lane.since, self.reached
        lane.since = end
        if end <= start:
            return
        if lane.person:
            self.seen.add((lane.stage, lane.person))
        self.stretches += stretches(lane.going_on()._replace(since=start), end, self.pause, self.line)
        if lane.left and not self.pause:
            lane.left -= min(lane.left, self.line.done(end) - self.line.done(start))
