"""What reports measure of a request, once for all their figures: its times, its end, its clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request, step
from svcctl.model.timeline import united
from svcctl.reports.facts import Entry, Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.calendar import Calendar
    from svcctl.model.request import WorkItem
    from svcctl.rules.clocks import Clock

CLIENT = "client"
"""What ``wait --for`` says of a wait for the client; the client's own handle means the same."""

REOPENED_WITHIN = 7 * 86400
"""A request that is reopened within seven days of its resolution was not resolved by the first contact."""

BY = ("department", "owner", "type", "channel")
"""What figures can be told apart by."""


class Span(NamedTuple):
    """Seconds of working time, and by the wall clock."""

    working: int
    wall: int


class Timed(NamedTuple):
    """A clock in seconds since the epoch; ``stopped`` is None while it runs.

    Args:
        of: what tells the runs of one name apart: a stage with its passage, an event's id.
        verdict: ``met`` or ``missed``; empty while it runs.
        regulation: the version that it was measured by, if another than the request is bound to.
        department: whose the regulation says it is: a stage's department, whom a hand-off is to.
        finisher: in whose hands the deadline was if it was stopped, ``holder`` if it was not; empty where in nobody's.
    """

    name: str
    of: str
    started: int
    due: int
    stopped: int | None
    verdict: str
    regulation: str
    department: str
    finisher: str
    holder: str

    @property
    def met(self) -> bool:
        return self.verdict == "met"

    @property
    def run(self) -> str:
        """Its name among all clocks of its request."""
        return f"{self.name}:{self.of}" if self.of else self.name

    @property
    def key(self) -> str:
        """Its name, of a stage's clock with the stage."""
        return f"stage:{self.of.partition('#')[0]}" if self.name == "stage" else self.name

    def group(self, case: Case, by: str) -> str:
        """Whose it is among the groups of ``by``."""
        if self.name == "pickup":
            return case.first(by)
        if self.name == "stage" and by == "department":
            return self.department or case.group(by)
        return case.group(by)

    def counts(self, start: int, end: int, at: int) -> bool:
        """Whether it stopped from ``start`` to ``end``, or ran late at ``at``, that end or now."""
        stopped = self.stopped
        if stopped is not None and start <= stopped < end:
            return True
        return self.started < at and (stopped is None or stopped >= end) and self.due < at and start <= at

    def missed_before(self, at: int) -> bool:
        """Whether its deadline passed unmet before a moment that has come."""
        return self.due < at and (self.stopped is None or self.verdict in ("missed", "late"))


class Passing(NamedTuple):
    """A hand-off that was answered: ``accepted``, ``returned`` or ``recalled``; moments in seconds since the epoch."""

    sender: str
    receiver: str
    began: int
    answered: int
    outcome: str


class Resolution(NamedTuple):
    """That somebody resolved it, and whether that lasted."""

    at: int
    by: str
    lasted: bool


class Case(NamedTuple):
    """A request measured; moments are seconds since the epoch.

    ``home`` is the department it was opened for, ``department`` and ``owner`` whose it is now, or was when it was
    closed, ``first_owner`` who picked it up. ``last`` is the last deed. ``open`` are the stretches in which it was
    open, the last one without an end while it still is. ``resolved`` and ``resolution`` are None unless it stands
    resolved. ``handoffs`` counts those that people made, not those by which a regulation starts its stages;
    ``returns`` counts hand-offs and stages that came back. ``working`` says whether work is written down.
    """

    id: str
    type: str
    channel: str
    client: str
    regulation: str
    home: str
    department: str
    owner: str
    first_owner: str
    opened: int
    last: int
    closed: bool
    open: tuple[tuple[int, int | None], ...]
    pickup: Span | None
    response: Span | None
    resolved: int | None
    resolution: Span | None
    first_contact: bool
    handoffs: int
    returns: int
    worked: bool
    passings: tuple[Passing, ...]
    resolutions: tuple[Resolution, ...]

    def group(self, by: str) -> str:
        """Whose or what it is, one of ``BY``; where it was closed, whose it was then."""
        if by == "owner":
            return self.owner or (self.resolutions[-1].by if self.resolutions else "")
        return str(getattr(self, by))

    def first(self, by: str) -> str:
        """Whose or what it was when it came, one of ``BY``."""
        first = self.home if by == "department" else self.first_owner if by == "owner" else ""
        return first or self.group(by)

    def is_open_at(self, at: int) -> bool:
        """Whether it was open at a moment: opened before, and not closed before it."""
        return any(since < at and (until is None or until >= at) for since, until in self.open)


def _measured(entry: Entry) -> Case:
    request, calendar = entry.request, entry.calendar
    resolved = request.resolutions[-1][0] if request.status == "resolved" else None
    return Case(
        request.id,
        request.type,
        request.channel,
        request.client,
        request.regulation,
        request.header.department,
        request.department,
        request.owner,
        first_person(request),
        _epoch(request.opened),
        _epoch(request.last_event),
        request.closed,
        open_spans(request),
        _span(request.opened, request.picked_up, calendar),
        _span(request.opened, request.first_answer, calendar),
        None if resolved is None else _epoch(resolved),
        _span(request.opened, resolved, calendar, _client_waits(request, resolved)),
        is_first_contact(request),
        sum(event.do == "handed_off" for event in request.counted),
        returns(request),
        bool(request.worked),
        tuple(_passings(request)),
        tuple(_resolutions(request)),
    )


def _passings(request: Request) -> Iterator[Passing]:
    for one in request.handoffs:
        if one.closed is not None and one.outcome in ("accepted", "returned", "recalled"):
            yield Passing(one.from_, one.to, _epoch(one.at), _epoch(one.closed), one.outcome)


def _resolutions(request: Request) -> Iterator[Resolution]:
    for number, (resolved, by) in enumerate(request.resolutions):
        again = request.reopenings[number] if number < len(request.reopenings) else None
        lasted = again is None or (again - resolved).total_seconds() > REOPENED_WITHIN
        yield Resolution(_epoch(resolved), by, lasted)


def _case_again(row: list[Any]) -> Case:
    row[12] = tuple([(since, until) for since, until in row[12]])
    for place in (13, 14, 16):
        if row[place] is not None:
            row[place] = Span(*row[place])
    if row[21]:
        row[21] = [Passing(*one) for one in row[21]]
    row[21] = tuple(row[21])
    row[22] = tuple([Resolution(*one) for one in row[22]])
    return Case(*row)


CASE = Kind("case", _measured, _case_again)


def _clocked(entry: Entry) -> tuple[Timed, ...]:
    return tuple([_timed(entry.request, clock) for clock in entry.clocks if clock.due is not None])


TIMED: Kind[tuple[Timed, ...]] = Kind("timed", _clocked, lambda rows: tuple([Timed(*row) for row in rows]))
"""The request's clocks that have a deadline."""


class Outline(NamedTuple):
    """As much of a request as a trend counts: when it was open and resolved, in what working time, and its clocks.

    Nothing of it counts to periods that begin after ``ended``; ``clocks`` are when each started, was due and stopped,
    and whether it was met.
    """

    opened: int
    ended: int
    open: tuple[tuple[int, int | None], ...]
    resolved: int | None
    working: int
    clocks: tuple[tuple[int, int, int | None, bool], ...]


_NEVER = 1 << 60


def _outlined(entry: Entry) -> Outline:
    case, timed = entry.fact(CASE), entry.fact(TIMED)
    ends = [case.open[-1][1], *(clock.stopped for clock in timed)]
    return Outline(
        case.opened,
        max(_NEVER if end is None else end for end in ends),
        case.open,
        case.resolved,
        case.resolution.working if case.resolution else 0,
        tuple((clock.started, clock.due, clock.stopped, clock.met) for clock in timed),
    )


OUTLINE = Kind("outline", _outlined, lambda row: Outline(*row))


def _done(entry: Entry) -> tuple[int, ...]:
    return tuple(sorted(_epoch(event.at) for event in entry.request.events if not event.automatic))


DEEDS = Kind("deeds", _done, lambda row: tuple(row))
"""When people did something on a request."""


def last_deed(entry: Entry, at: int) -> int:
    """When somebody last did something on a request up to a moment; else when it was opened. Epoch seconds."""
    case = entry.fact(CASE)
    if case.last <= at:
        return case.last
    return max((moment for moment in entry.fact(DEEDS) if moment <= at), default=case.opened)


def returns(request: Request) -> int:
    """How often the request came back: hand-offs that were returned, and stages that sent it to an earlier one."""
    handoffs = sum(handoff.outcome == "returned" for handoff in request.handoffs)
    return handoffs + sum(run.outcome == "returned" for run in request.stage_runs)


def first_person(request: Request) -> str:
    """Who picked it up: whose deed it was that made it ``picked_up``; empty while nobody has."""
    moment = request.picked_up
    if moment is None:
        return ""
    people = {event.by for event in request.counted if event.at == moment and not event.automatic}
    if len(people) == 1:
        return people.pop()
    # Several did something at that moment: whose deed it was, only the state after each tells.
    earlier = Request(request.header)
    for event in request.counted:
        step(earlier, event)
        if earlier.picked_up is not None:
            return event.by
    return ""


def is_first_contact(request: Request) -> bool:
    """Whether it was resolved by the first person who took it, without a hand-off or an early reopening.

    Somebody who resolved what nobody had picked up is the first person.
    """
    if not request.resolutions or request.handoffs:
        return False
    if any(
        (reopened - resolved).total_seconds() <= REOPENED_WITHIN
        for (resolved, _), reopened in zip(request.resolutions, request.reopenings, strict=False)
    ):
        return False
    resolver = request.resolutions[-1][1]
    return resolver == (first_person(request) or resolver)


def open_spans(request: Request) -> tuple[tuple[int, int | None], ...]:
    """The stretches of time in which the request was open, in seconds since the epoch.

    Events count in the order of the record; where a clock of another machine was behind, so that a later event has
    an earlier moment, it counts at the moment of the one before.
    """
    spans: list[tuple[int, int | None]] = []
    since: int | None = _epoch(request.opened)
    reached = since or 0
    for moment, closed in _closings(request):
        reached = max(reached, moment)
        if closed and since is not None:
            spans.append((since, reached))
            since = None
        elif not closed and since is None:
            since = reached
    return (*spans, (since, None)) if since is not None else tuple(spans)


def _closings(request: Request) -> Iterator[tuple[int, bool]]:
    """After each event that may close or reopen it: when, and whether it is closed then (as the fold decides it)."""
    resolutions, cancelled, merged = 0, False, False
    for event in request.counted:
        if event.do == "resolved":
            resolutions += cancelled or not resolutions
        elif event.do == "cancelled":
            cancelled = True
        elif event.do == "merged_into":
            merged, cancelled = merged or not cancelled, True
        elif event.do == "reopened" and not merged:
            # A reopening takes back the cancellation where there is one, else the resolution.
            resolutions -= not cancelled and resolutions > 0
            cancelled = False
        else:
            continue
        yield _epoch(event.at), cancelled or resolutions > 0


def _client_waits(request: Request, resolved: datetime | None) -> list[tuple[datetime, datetime]]:
    """When the request waited for the client, within its opening and its resolution."""
    if resolved is None:
        return []
    found = []
    for wait in request.waits:
        start, end = max(wait.start, request.opened), min(wait.end or resolved, resolved)
        if wait.for_ in (CLIENT, request.client) and start < end:
            found.append((start, end))
    return found


def _span(
    start: datetime,
    end: datetime | None,
    calendar: Calendar,
    pauses: Sequence[tuple[datetime, datetime]] = (),
) -> Span | None:
    """The time between two moments without the pauses; none where a clock says the end came first."""
    if end is None:
        return None
    if end <= start:
        return Span(0, 0)
    first, last, done = _epoch(start), _epoch(end), calendar.line.done
    working, wall = done(last) - done(first), last - first
    for since, until in united([(_epoch(a), _epoch(b)) for a, b in pauses]) if pauses else ():
        working -= done(until) - done(since)
        wall -= until - since
    return Span(working, wall)


def _timed(request: Request, clock: Clock) -> Timed:
    run = clock.run
    assert clock.due is not None
    return Timed(
        run.name,
        run.of,
        _epoch(run.started),
        _epoch(clock.due),
        None if run.stopped is None else _epoch(run.stopped),
        "" if run.stopped is None else clock.verdict,
        clock.regulation if clock.regulation != request.regulation else "",
        run.department,
        *_hands(request, clock),
    )


def _hands(request: Request, clock: Clock) -> tuple[str, str]:
    """In whose hands a deadline was: of a clock that stopped, and of one that runs: with whoever has it."""
    run = clock.run
    if run.name == "promise":
        own = next((promise.by for promise in request.promises if promise.event == run.of), "")
        return own, own
    if run.name == "accept":
        handoff = next((one for one in request.handoffs if one.event == run.of), None)
        answerable = handoff is not None and handoff.outcome in ("", "accepted", "returned")
        own = handoff.to if handoff is not None and answerable else ""
        return own, own
    if run.name == "resolve":
        resolver = request.resolutions[-1][1] if request.status == "resolved" else ""
        return resolver, _holder(request.main_item)
    if run.name == "stage":
        own = _with_stage(request, run.of)
        return own, own
    return "", ""


def _with_stage(request: Request, passage_of: str) -> str:
    stage, _, number = passage_of.partition("#")
    passages = [one for one in request.stage_runs if one.stage == stage]
    passage = passages[int(number or 1) - 1] if len(passages) >= int(number or 1) else None
    if passage is not None and passage.done is not None:
        return passage.by if passage.outcome != "skipped" else ""
    return _holder(request.items[stage]) if stage in request.items else ""


def _holder(item: WorkItem) -> str:
    """Whom it lies with: of an open hand-off with the addressee."""
    return item.handoff.to if item.handoff else item.owner


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
