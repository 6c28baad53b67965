"""Replaying real requests under a proposed version of their regulation: what would have come out otherwise.

People are taken to have acted as they did, at the moments at which they did it; what is replayed is what a regulation
sets: deadlines, decisions by its criteria, and which department has which piece of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from functools import partial

from svcctl.model.criteria import DECISION, NEEDS_DATA, Criteria
from svcctl.model.events import Decided
from svcctl.model.instants import seconds
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request
from svcctl.model.stages import Stage
from svcctl.rules.clocks import Clock, measure
from svcctl.rules.stages import after, first_stages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.rules.clocks import Calendars

UNDECIDABLE = "cannot be decided"


class OnTime(NamedTuple):
    """How the clocks of one name kept: ``met`` of ``n`` that stopped; running ones that are late count as missed."""

    n: int = 0
    met: int = 0

    @property
    def share(self) -> float | None:
        """The part that was in time; None where nothing was measured."""
        return self.met / self.n if self.n else None


class ClockChange(NamedTuple):
    """A clock before and after; ``lost`` and ``gained`` are the requests that would be late, or in time, only then."""

    name: str
    before: OnTime
    after: OnTime
    lost: tuple[str, ...]
    gained: tuple[str, ...]


class DecisionChange(NamedTuple):
    """A request that would be decided otherwise; ``before`` is empty where nothing was decided."""

    id: str
    title: str
    before: str
    after: str
    because: str


class LoadChange(NamedTuple):
    """A department's pieces of work under both versions: stages, or requests where a version has no stages.

    The times are seconds of working time that the pieces would take, each at the mean of the stages of its name that
    were really done; None where one of them never was, so that nobody knows.
    """

    department: str
    before: int
    after: int
    time_before: int | None
    time_after: int | None


class Simulation(NamedTuple):
    """What would change for the ``requests``."""

    requests: int
    clocks: tuple[ClockChange, ...]
    decisions: tuple[DecisionChange, ...]
    decided: int
    load: tuple[LoadChange, ...]


class World(NamedTuple):
    """What a replay needs of the desk."""

    regulation_of: Callable[[Request], Regulation | None]
    calendars: Calendars
    currency: str
    now: datetime


class _Work(NamedTuple):
    """A piece of work: its stage (empty: the request as a whole) and department."""

    stage: str
    department: str


def concerned(request: Request, proposed: Regulation) -> bool:
    """Whether the proposed version would govern a request: it is bound to an older one, or its values are covered."""
    if request.regulation.partition("@")[0] == proposed.name:
        return True
    values = {name: getattr(request, name) for name in ("type", "client", "channel", "priority")}
    return proposed.covers({**values, "department": request.header.department})


def simulate(requests: Iterable[Request], proposed: Regulation, world: World) -> Simulation:
    """Replays requests under a proposed version.

    Args:
        requests: those that it concerns, as they stand.
        proposed: read strictly, without problems.

    Raises:
        BrokenFiles: the criteria of a regulation have problems.
    """
    tally, decisions, decided, count = _Clocks(), list[DecisionChange](), 0, 0
    old_work, new_work, times = list[_Work](), list[_Work](), dict[str, list[int]]()
    for request in requests:
        count += 1
        old = world.regulation_of(request)
        before = measure(request, old, world.calendars, world.now)
        again = measure(_anew(request, proposed), proposed, world.calendars, world.now)
        tally.add(request.id, before, again)
        outcome, because = _outcome(request, proposed, world.currency)
        decisions.extend(_decision(request, outcome, because))
        decided += bool(outcome)
        old_work.extend(_planned(request, old, ""))
        new_work.extend(_planned(request, proposed, outcome))
        _add_times(times, request, old, world)
    load = tuple(_load(old_work, new_work, times))
    return Simulation(count, tally.changes(), tuple(decisions), decided, load)


def _anew(request: Request, proposed: Regulation) -> Request:
    """The request without its frozen verdicts, so that the proposed version is what it is measured by."""
    again = copy(request)
    again.frozen, again.regulation = {}, proposed.ref
    return again


class _Clocks:
    """On time by clock, before and after."""

    def __init__(self) -> None:
        self.sides: tuple[dict[str, dict[str, bool]], dict[str, dict[str, bool]]] = ({}, {})

    def add(self, request_id: str, before: Iterable[Clock], again: Iterable[Clock]) -> None:
        for side, clocks in zip(self.sides, (before, again), strict=True):
            for clock in clocks:
                if clock.verdict in ("met", "missed", "late"):
                    key = f"{request_id}\n{clock.run.key}"
                    side.setdefault(clock.run.name, {})[key] = clock.verdict == "met"

    def changes(self) -> tuple[ClockChange, ...]:
        names = dict.fromkeys(name for side in self.sides for name in side)
        return tuple(_clock_change(name, *(side.get(name, {}) for side in self.sides)) for name in names)


def _clock_change(name: str, before: Mapping[str, bool], again: Mapping[str, bool]) -> ClockChange:
    moved = [(key.partition("\n")[0], again[key]) for key in again if key in before and before[key] != again[key]]
    lost, gained = (tuple(dict.fromkeys(one for one, met in moved if met is wanted)) for wanted in (False, True))
    return ClockChange(name, _on_time(before), _on_time(again), lost, gained)


def _on_time(verdicts: Mapping[str, bool]) -> OnTime:
    return OnTime(len(verdicts), sum(verdicts.values()))


# Decisions


def _decision(request: Request, outcome: str, because: str) -> Iterator[DecisionChange]:
    before = request.fields.get(DECISION, "")
    if outcome != before and outcome and not (not before and outcome in (NEEDS_DATA, UNDECIDABLE)):
        yield DecisionChange(request.id, request.title, before, outcome, because)


def _outcome(request: Request, proposed: Regulation, currency: str) -> tuple[str, str]:
    """What the proposed criteria come to, and why; both empty where there are none.

    The data is that of the decisions that were made, for it may have changed since.
    """
    if not proposed.tables:
        return "", ""
    made = [event for event in request.decisions if isinstance(event, Decided) and event.rule]
    values = {**request.values(), **{name: text for event in made for name, text in event.inputs.items()}}
    found = {name: _of_table(table, values, currency) for name, table in proposed.tables.items()}
    if proposed.combine is None:
        return next(iter(found.values()))
    decided = {name: outcome for name, (outcome, _) in found.items() if outcome not in (NEEDS_DATA, UNDECIDABLE)}
    together = proposed.combine.result(decided, found)
    if together:
        return together, ", ".join(f"{name}: {outcome}" for name, outcome in decided.items())
    return next(pair for name, pair in found.items() if name not in decided)


def _of_table(table: Criteria, values: Mapping[str, str], currency: str) -> tuple[str, str]:
    from svcctl.rules.criteria import decide

    try:
        found = decide(table, values, currency)
    except Refused as error:
        return UNDECIDABLE, str(error.message)
    if found.missing:
        return NEEDS_DATA, ", ".join(found.missing)
    return (found.then, found.because) if found.rule else (UNDECIDABLE, "")


# Work by department


def _add_times(times: dict[str, list[int]], request: Request, regulation: Regulation | None, world: World) -> None:
    """The working seconds that each finished stage took."""
    for run in request.stage_runs:
        if run.done is not None and run.outcome == "done" and run.done > run.started:
            calendar = world.calendars(run.department, regulation)
            times.setdefault(run.stage, []).append(seconds(calendar.between(run.started, run.done)))


def _planned(request: Request, regulation: Regulation | None, outcome: str) -> Iterator[_Work]:
    """The pieces of work that a version makes of a request, conditions judged by what is known of it."""
    values = {**request.values(), **({DECISION: outcome} if outcome else {})}
    stages = list(_path(values, regulation)) if regulation else []
    department = request.header.department
    for stage in stages:
        # A stage that names only a role is the matter of that role where the work has come from.
        department = stage.department or department
        yield _Work(stage.name, department)
    if not stages:
        yield _Work("", department)


def _path(values: Mapping[str, str], regulation: Regulation) -> Iterator[Stage]:
    waiting, done = list(_asked(partial(first_stages, regulation, values))), list[str]()
    while waiting:
        stage = waiting.pop(0)
        yield stage
        done.append(stage.name)
        beside = [one.name for one in waiting]
        waiting.extend(_asked(partial(after, regulation, tuple(done), beside, stage.name, values)))


def _asked(following: Callable[[], tuple[Stage, ...]]) -> tuple[Stage, ...]:
    """The next stages; none where a condition needs a value that the request never got."""
    try:
        return following()
    except Refused:
        return ()


def _load(old: Sequence[_Work], new: Sequence[_Work], times: Mapping[str, Sequence[int]]) -> Iterator[LoadChange]:
    usual = {stage: sum(found) // len(found) for stage, found in times.items()}
    for department in dict.fromkeys(piece.department for piece in (*old, *new)):
        mine, theirs = ([piece for piece in side if piece.department == department] for side in (old, new))
        yield LoadChange(department, len(mine), len(theirs), _time(mine, usual), _time(theirs, usual))


def _time(pieces: Sequence[_Work], usual: Mapping[str, int]) -> int | None:
    known = all(piece.stage in usual for piece in pieces)
    return sum(usual[piece.stage] for piece in pieces) if known else None
