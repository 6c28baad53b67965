"""The clocks of a request: what runs, since when, until when, and what came of it.

A ``Run`` is when a clock started, paused and stopped, which the events alone tell. A ``Clock`` is a run measured by
a regulation's times and a calendar's working time. The verdict of a stopped clock is frozen in the event that
stopped it, with the versions that gave it; nothing edited later changes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from svcctl.model.duration import DAYS, WALL, Duration, parse_duration
from svcctl.model.event import Event
from svcctl.model.instants import elapsed, iso, iso_or_none, not_after, parse_instant, seconds
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import SvcctlError
from svcctl.model.regulation import Regulation
from svcctl.model.request import Promise, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class WorkingTime(Protocol):
        """What clocks need of a calendar."""

        @property
        def name(self) -> str: ...

        @property
        def version(self) -> str: ...

        def add(self, start: datetime, work: timedelta, pauses: Sequence[Any] = ...) -> datetime: ...

        def add_days(self, start: datetime, n: int, pauses: Sequence[Any] = ...) -> datetime: ...

        def between(self, a: datetime, b: datetime, pauses: Sequence[Any] = ...) -> timedelta: ...

        def missing_years(self, a: datetime, b: datetime) -> Sequence[int]: ...

    class Calendars(Protocol):
        """Gives the calendar of a department, or of the desk for an empty name."""

        def __call__(self, department: str, regulation: Regulation | None) -> WorkingTime: ...


Interval = tuple[datetime, datetime | None]
OPENED = "opened"


class Run(NamedTuple):
    """When a clock started, paused and stopped; ``of`` tells runs of one name apart (a stage, an event's id)."""

    name: str
    of: str
    started: datetime
    stopped: datetime | None
    pauses: tuple[Interval, ...] = ()
    department: str = ""
    within: Duration | None = None
    fixed: datetime | None = None
    kept: bool | None = None

    @property
    def key(self) -> str:
        """The run's name among all runs of its request, for example ``stage:draft``."""
        return f"{self.name}:{self.of}" if self.of else self.name


class Clock(NamedTuple):
    """A run measured: its deadline and how it stands at a moment."""

    run: Run
    due: datetime | None
    elapsed: int
    remaining: int | None
    verdict: str
    calendar: str
    regulation: str
    missing_years: tuple[int, ...] = ()

    @property
    def late(self) -> bool:
        """Whether it runs beyond its deadline."""
        return self.verdict == "late"

    @property
    def running(self) -> bool:
        return self.run.stopped is None

    def as_json(self) -> dict[str, object]:
        """The clock as it stands in the JSON of a request."""
        pauses = self.run.pauses
        paused = pauses[-1][0] if pauses and pauses[-1][1] is None and self.running else None
        return {
            "name": self.run.name,
            "of": self.run.of or None,
            "started": iso(self.run.started),
            "due": iso_or_none(self.due),
            "stopped": iso_or_none(self.run.stopped),
            "paused": iso_or_none(paused),
            "elapsed_s": self.elapsed,
            "remaining_s": self.remaining,
            "target": str(self.run.within) if self.run.within else None,
            "verdict": self.verdict,
            "calendar": self.calendar or None,
            "regulation": self.regulation or None,
        }


# Runs: what the events tell


def runs(request: Request, regulation: Regulation | None) -> list[Run]:
    """Every run of every clock that has a deadline, in the order in which they started."""
    found = [
        *_pickup(request, regulation),
        *_accepts(request, regulation),
        *_updates(request, regulation),
        *_stages(request, regulation),
        *_resolve(request, regulation),
        *_promises(request),
        *_declared(request, regulation),
    ]
    return sorted((_restarted(run, request, regulation) for run in found), key=lambda run: run.started)


def _restarted(run: Run, request: Request, regulation: Regulation | None) -> Run:
    """The run from the last change of priority or regulation on, where the regulation lets its clock restart."""
    rule = regulation.clocks.get(run.name) if regulation else None
    if rule is None or rule.change != "restart" or run.fixed is not None:
        return run
    for change in reversed(request.changes):
        in_run = not_after(run.started, change.at) and (run.stopped is None or not_after(change.at, run.stopped))
        if change.name in ("priority", "regulation") and in_run:
            return run._replace(started=change.at)
    return run


def _within(request: Request, regulation: Regulation | None, clock: str, stage: str = "") -> Duration | None:
    return regulation.within(clock, request.priority, stage) if regulation else None


def _pauses(request: Request, regulation: Regulation | None, clock: str) -> tuple[Interval, ...]:
    """When the clock stands still: in the statuses that the regulation names."""
    rule = regulation.clocks.get(clock) if regulation else None
    if rule is None or not rule.pause:
        return ()
    waits: list[Interval] = [(wait.start, wait.end) for wait in request.waits] if "waiting" in rule.pause else []
    others = [span for name in rule.pause if name != "waiting" for span in _in_status(request, name)]
    return tuple(sorted([*waits, *others], key=lambda pause: pause[0].timestamp()))


def _in_status(request: Request, status: str) -> Iterator[Interval]:
    changes = request.statuses
    for number, (since, name) in enumerate(changes):
        if name == status:
            yield since, changes[number + 1][0] if number + 1 < len(changes) else None


def _pickup(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    within = _within(request, regulation, "pickup")
    if within:
        stopped = request.picked_up or request.closed_at
        pauses = _pauses(request, regulation, "pickup")
        yield Run("pickup", "", request.opened, stopped, pauses, request.header.department, within)


def _accepts(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    usual = _within(request, regulation, "accept")
    pauses = _pauses(request, regulation, "accept")
    for handoff in request.handoffs:
        within = _own_duration(handoff.within) or usual
        if within:
            yield Run("accept", handoff.event, handoff.at, handoff.closed, pauses, handoff.to, within)


def _own_duration(text: str) -> Duration | None:
    try:
        return parse_duration(text) if text else None
    except SvcctlError:
        return None


def _updates(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    """From the first message of the client that nobody has answered to the next answer."""
    within = _within(request, regulation, "update")
    if not within:
        return
    pauses = _pauses(request, regulation, "update")
    asked: datetime | None = None
    number = 0
    for at, direction in request.messages:
        if direction == "in" and asked is None:
            asked, number = at, number + 1
        elif direction == "out" and asked is not None:
            yield Run("update", str(number), asked, at, pauses, "", within)
            asked = None
    if asked is not None:
        yield Run("update", str(number), asked, request.closed_at, pauses, "", within)


def _stages(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    times: dict[str, int] = {}
    pauses = _pauses(request, regulation, "stage")
    for stage_run in request.stage_runs:
        within = _within(request, regulation, "stage", stage_run.stage)
        times[stage_run.stage] = count = times.get(stage_run.stage, 0) + 1
        if within:
            of = stage_run.stage if count == 1 else f"{stage_run.stage}#{count}"
            stopped = stage_run.done or request.closed_at
            yield Run("stage", of, stage_run.started, stopped, pauses, stage_run.department, within)


def _resolve(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    within = _within(request, regulation, "resolve")
    if not within and request.due is None:
        return
    rule = regulation.clocks.get("resolve") if regulation else None
    pauses = list(_pauses(request, regulation, "resolve"))
    started = request.opened
    if request.reopenings and rule and rule.reopen == "restart":
        started = request.reopenings[-1]
    elif rule is None or rule.reopen == "resume":
        pauses.extend(
            (resolved, reopened)
            for (resolved, _), reopened in zip(request.resolutions, request.reopenings, strict=False)
        )
    pauses.sort(key=lambda pause: pause[0])
    # What the person promised outright counts before what the regulation allows.
    yield Run("resolve", "", started, request.closed_at, tuple(pauses), "", within, request.due)


def _promises(request: Request) -> Iterator[Run]:
    for promise in request.promises:
        stopped = promise.kept or promise.broken or _closed_before_promise(request, promise)
        kept = None if promise.open else promise.kept is not None
        yield Run("promise", promise.event, promise.made, stopped, (), "", None, promise.due, kept)


def _closed_before_promise(request: Request, promise: Promise) -> datetime | None:
    # A cancelled request needs no call back; a resolved one may still owe it.
    return request.cancelled if promise.open else None


def _declared(request: Request, regulation: Regulation | None) -> Iterator[Run]:
    """Clocks of the regulation's own, from the events that start and stop them."""
    for name, rule in regulation.clocks.items() if regulation else ():
        if not rule.start or regulation is None:
            continue
        started: datetime | None = request.opened if OPENED in rule.start else None
        number = 1
        for event in request.counted:
            if started is None and event.do in rule.start:
                started = event.at
            elif started is not None and event.do in rule.stop:
                yield _declared_run(request, regulation, name, number, started, event.at)
                started, number = None, number + 1
        if started is not None:
            yield _declared_run(request, regulation, name, number, started, request.closed_at)


def _declared_run(
    request: Request, regulation: Regulation, name: str, number: int, started: datetime, stopped: datetime | None
) -> Run:
    of = "" if number == 1 else str(number)
    within = _within(request, regulation, name)
    return Run(name, of, started, stopped, _pauses(request, regulation, name), "", within)


# Clocks: runs measured


def measure(
    request: Request, regulation: Regulation | None, calendars: Calendars, now: datetime, running: bool = False
) -> list[Clock]:
    """All clocks of a request as they stand at ``now``, running ones first by their deadlines.

    With ``running``, those alone: whoever looks at many requests need not measure what has stopped.
    """
    found = [run for run in runs(request, regulation) if not (running and run.stopped is not None)]
    clocks = [_measured(run, request, regulation, calendars, now) for run in found]
    return sorted(clocks, key=lambda clock: (not clock.running, (clock.due or clock.run.started).timestamp()))


def _measured(run: Run, request: Request, regulation: Regulation | None, calendars: Calendars, now: datetime) -> Clock:
    frozen = request.frozen.get(run.key)
    if frozen is not None and run.stopped is not None and run.stopped == frozen["stopped"]:
        return _thawed(run, frozen)
    calendar = calendars(run.department, regulation)
    end = run.stopped or (run.started if not_after(now, run.started) else now)
    pauses = closed_pauses(run.pauses, end) if run.pauses else []
    due = _due(run, calendar, pauses)
    spent = _spent(run, calendar, run.started, end, pauses)
    within = run.within if run.fixed is None else None
    if within is not None and within.kind != DAYS:
        # What was counted and what is left are the whole, in working time as by the wall.
        remaining: int | None = within.amount - spent
    else:
        remaining = _remaining(run, calendar, due, end, pauses)
    forward = due is not None and (within is not None or not_after(run.started, due))
    missing = calendar.missing_years(run.started, due) if due is not None and forward else ()
    name = f"{calendar.name}@{calendar.version}"
    return Clock(run, due, spent, remaining, verdict(run, due, end), name, request.regulation, tuple(missing))


def closed_pauses(pauses: Sequence[Interval], end: datetime) -> list[tuple[datetime, datetime]]:
    """The pauses with the open one ended at ``end``; those that begin after it are left out.

    So are those that end before they begin, as clocks of two machines may have written them.
    """
    ended = [(start, stop if stop is not None and not_after(stop, end) else end) for start, stop in pauses]
    return [(start, stop) for start, stop in ended if not not_after(stop, start)]


def _due(run: Run, calendar: WorkingTime, pauses: list[tuple[datetime, datetime]]) -> datetime | None:
    if run.fixed is not None:
        return run.fixed
    return run.within.due(run.started, calendar, pauses) if run.within else None


def _spent(
    run: Run, calendar: WorkingTime, start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> int:
    if not_after(end, start):
        return 0
    if run.within is not None and run.within.kind == WALL:
        return elapsed(start, end) - _paused_wall(start, end, pauses)
    return seconds(calendar.between(start, end, pauses))


def _paused_wall(start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> int:
    total, reached = 0, start.astimezone(UTC)
    for since, until in sorted(pauses):
        since, until = max(since.astimezone(UTC), reached), min(until, end).astimezone(UTC)
        if until > since:
            total += seconds(until - since)
            reached = until
    return total


def _remaining(
    run: Run,
    calendar: WorkingTime,
    due: datetime | None,
    end: datetime,
    pauses: Sequence[tuple[datetime, datetime]],
) -> int | None:
    """Time left, negative when late: by the wall for fixed moments, in working time without pauses else."""
    if due is None:
        return None
    if run.fixed is not None:
        return elapsed(end, due)
    if not_after(end, due):
        return _spent(run, calendar, end, due, ())
    return -_spent(run, calendar, due, end, pauses)


def verdict(run: Run, due: datetime | None, end: datetime) -> str:
    """``running``, ``late``, ``met`` or ``missed``; exactly at the deadline is in time."""
    in_time = due is None or not_after(end, due)
    if run.stopped is None:
        return "running" if in_time else "late"
    if run.kept is not None:
        in_time = in_time and run.kept
    return "met" if in_time else "missed"


def _thawed(run: Run, frozen: dict[str, Any]) -> Clock:
    due = parse_instant(frozen["due"]) if frozen.get("due") else None
    spent = int(frozen.get("elapsed_s", 0))
    remaining = frozen.get("remaining_s")
    within = _own_duration(frozen.get("target") or "")
    return Clock(
        run._replace(within=within) if within else run,
        due,
        spent,
        int(remaining) if remaining is not None else None,
        str(frozen.get("verdict", "met")),
        str(frozen.get("calendar", "")),
        str(frozen.get("regulation", "")),
    )


def freeze(
    before: Sequence[Run], request: Request, event: Event, regulation: Regulation | None, calendars: Calendars
) -> dict[str, dict[str, object]]:
    """The verdicts of the clocks that ``event``, applied to ``request`` already, has stopped.

    ``before`` are the runs as they were without it.
    """
    running = {run.key for run in before if run.stopped is None}
    known = {run.key for run in before}
    stopped = [
        run
        for run in runs(request, regulation)
        if run.stopped is not None and (run.key in running or run.key not in known)
    ]
    verdicts = {}
    for run in stopped:
        clock = _measured(run, request, regulation, calendars, event.at)
        verdicts[run.key] = _frozen(clock)
    return verdicts


def _frozen(clock: Clock) -> dict[str, object]:
    return {
        "verdict": clock.verdict,
        "due": iso_or_none(clock.due),
        "elapsed_s": clock.elapsed,
        "remaining_s": clock.remaining,
        "target": str(clock.run.within) if clock.run.within else None,
        "calendar": clock.calendar,
        "regulation": clock.regulation,
    }


def deadline(clocks: Sequence[Clock]) -> datetime | None:
    """When the request is due: its resolve clock's deadline, else the first deadline that runs."""
    for clock in clocks:
        if clock.run.name == "resolve":
            return clock.due
    following = next_clock(clocks)
    return following.due if following else None


def next_clock(clocks: Sequence[Clock]) -> Clock | None:
    """The running clock that is due first."""
    running = [clock for clock in clocks if clock.running and clock.due is not None]
    return min(running, key=lambda clock: clock.due.timestamp() if clock.due else 0.0) if running else None


def is_overdue(clocks: Sequence[Clock]) -> bool:
    """Whether any clock runs beyond its deadline."""
    return any(clock.late for clock in clocks)
