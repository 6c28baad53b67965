"""What reports measure of a request, once for all their figures: its times, its end, its clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from svcctl.model.request import Request, step
from svcctl.model.timeline import united

if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.rules.clocks import Clock

CLIENT = "client"
"""What ``wait --for`` says of a wait for the client; the client's own handle means the same."""

REOPENED_WITHIN = 7 * 86400
"""A request that is reopened within seven days of its resolution was not resolved by the first contact."""

BY = ("department", "owner", "type", "channel")
"""What figures can be told apart by."""


class Entry(NamedTuple):
    """A request, its clocks as they stand now, and the calendar in whose working time it is measured."""

    request: Request
    clocks: Sequence[Clock]
    calendar: Calendar


class Span(NamedTuple):
    """Seconds of working time, and by the wall clock."""

    working: int
    wall: int


class Timed(NamedTuple):
    """A clock in seconds since the epoch; ``stopped`` is None while it runs."""

    name: str
    group: str
    started: int
    due: int
    stopped: int | None
    met: bool


class Case(NamedTuple):
    """A request measured; moments are seconds since the epoch.

    ``first_group`` is whose it was when it came, ``group`` whose it is now, or was when it was closed. ``open`` are
    the stretches in which it was open, the last one without an end while it still is. ``resolved`` and
    ``resolution`` are None unless it stands resolved. ``handoffs`` counts those that people made, not those by which a
    regulation starts its stages; ``returns`` counts hand-offs and stages that came back.
    """

    id: str
    first_group: str
    group: str
    opened: int
    open: tuple[tuple[int, int | None], ...]
    pickup: Span | None
    response: Span | None
    resolved: int | None
    resolution: Span | None
    first_contact: bool
    clocks: tuple[Timed, ...]
    handoffs: int
    returns: int


def measured(entry: Entry, by: str) -> Case:
    """The request's case, told apart ``by`` one of ``BY``."""
    request, calendar = entry.request, entry.calendar
    present = _present(request, by)
    first = _first(request, by) or present
    resolved = request.resolutions[-1][0] if request.status == "resolved" else None
    return Case(
        request.id,
        first,
        present,
        _epoch(request.opened),
        open_spans(request),
        _span(request.opened, request.picked_up, calendar),
        _span(request.opened, request.first_answer, calendar),
        None if resolved is None else _epoch(resolved),
        _span(request.opened, resolved, calendar, _client_waits(request, resolved)),
        is_first_contact(request),
        tuple(_timed(clock, by, first, present) for clock in entry.clocks if clock.due is not None),
        sum(event.do == "handed_off" for event in request.counted),
        returns(request),
    )


def returns(request: Request) -> int:
    """How often the request came back: hand-offs that were returned, and stages that sent it to an earlier one."""
    handoffs = sum(handoff.outcome == "returned" for handoff in request.handoffs)
    return handoffs + sum(run.outcome == "returned" for run in request.stage_runs)


def _present(request: Request, by: str) -> str:
    if by == "owner":
        resolver = request.resolutions[-1][1] if request.resolutions else ""
        return request.owner or resolver
    return str(getattr(request, by))


def _first(request: Request, by: str) -> str:
    if by == "department":
        return request.header.department
    return first_person(request) if by == "owner" else ""


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


def _timed(clock: Clock, by: str, first: str, present: str) -> Timed:
    run = clock.run
    group = present
    if run.name == "pickup":
        group = first
    elif run.name == "stage" and by == "department":
        group = run.department or present
    assert clock.due is not None
    stopped = None if run.stopped is None else _epoch(run.stopped)
    return Timed(run.name, group, _epoch(run.started), _epoch(clock.due), stopped, clock.verdict == "met")


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
