"""report deadlines: which promises of time were kept, by how much others were missed, and which was missed first.

To a period count the clocks that **stopped** in it and those that ran late at its end (missed), as in
``report service``; the end is now, if it is to come. How late is working time of the request's calendar beyond the
deadline, until the clock stopped or until that end. The **first cause** of a late request is the one of its missed
clocks whose deadline passed first: what is missed later is often only its consequence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.cases import CASE, TIMED, Timed
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, percentile
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Column, Table
from svcctl.reports.timeline import DepartmentOf

HOUR = 3600
BUCKETS = (
    (HOUR, Message("up to 1 hour")),
    (4 * HOUR, Message("up to 4 hours")),
    (8 * HOUR, Message("up to 8 hours")),
    (24 * HOUR, Message("up to 24 hours")),
    (40 * HOUR, Message("up to 40 hours")),
)
_MORE = Message("more")
_BY = {"clock": Message("clock"), "regulation": Message("regulation"), "department": Message("department")}


class Deadline(NamedTuple):
    """A clock that counts to a period: whether it was met, else how late in working seconds, and whether it still runs.

    ``clock`` is its name, of a stage's clock with the stage.
    """

    id: str
    name: str
    clock: str
    regulation: str
    department: str
    due: int
    met: bool
    late: int
    running: bool


def deadlines(
    entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, department_of: DepartmentOf
) -> Report:
    """The deadlines report of a period; ``entries`` need their clocks as they stand at ``now``."""
    found = counted(entries, period, now, department_of)
    before = None if previous is None else counted(entries, previous, now, department_of)
    figures = _figures(found, before)
    return Report(
        "deadlines",
        Message("Deadlines"),
        period,
        previous,
        figures,
        [*(_table(by, found, before) for by in _BY), _lateness(found, before), _causes(found, entries, period, now)],
        small_notes(figures),
        _finding(found, entries, period),
    )


# What counts to the period


def counted(entries: Sequence[Entry], period: Period, now: datetime, department_of: DepartmentOf) -> list[Deadline]:
    """The clocks that stopped in the period, and those that ran late at its end."""
    start, end = period.seconds
    at = min(end, int(now.timestamp()))
    return [
        _deadline(entry, clock, end, at, department_of)
        for entry in entries
        for clock in entry.fact(TIMED)
        if clock.counts(start, end, at)
    ]


def _deadline(entry: Entry, clock: Timed, end: int, at: int, department_of: DepartmentOf) -> Deadline:
    stopped = clock.stopped
    running = stopped is None or stopped >= end
    until = at if running or stopped is None else stopped
    met = not running and clock.met
    late = 0
    if not met and until > clock.due:
        done = entry.calendar.line.done
        late = done(until) - done(clock.due)
    regulation = clock.regulation or entry.fact(CASE).regulation
    department = _department(entry, clock, department_of)
    return Deadline(entry.id, clock.name, clock.key, regulation, department, clock.due, met, late, running)


def _department(entry: Entry, clock: Timed, department_of: DepartmentOf) -> str:
    """Whose deadline it was: of an acceptance the addressee's department, of a stage the stage's."""
    if clock.name == "accept":
        return department_of(clock.department) or entry.fact(CASE).department
    if clock.name in ("pickup", "stage") and clock.department:
        return clock.department
    return entry.fact(CASE).department


# Figures


def _figures(found: Sequence[Deadline], before: Sequence[Deadline] | None) -> list[Figure]:
    def made(
        name: str, label: Message, unit: str, sample: Callable[[Deadline], Sample], choose: Callable[[Deadline], bool]
    ) -> Figure:
        earlier = None if before is None else [sample(one) for one in before if choose(one)]
        return figure(name, label, unit, [sample(one) for one in found if choose(one)], earlier)

    def kept(one: Deadline) -> Sample:
        return Sample(one.id, int(one.met))

    names = sorted({one.name for one in (*found, *(before or ()))})
    return [
        made("on_time", Message("On time"), SHARE, kept, lambda one: True),
        *(
            made(f"on_time_{name}", Message("On time: {clock}", clock=name), SHARE, kept, _named(name))
            for name in names
        ),
        made("late", Message("Late by"), SECONDS, lambda one: Sample(one.id, one.late), lambda one: not one.met),
        made("missed", Message("Missed"), COUNT, lambda one: Sample(one.id), lambda one: not one.met),
        made(
            "running_late",
            Message("Running late at the end"),
            COUNT,
            lambda one: Sample(one.id),
            lambda one: one.running,
        ),
    ]


def _named(name: str) -> Callable[[Deadline], bool]:
    return lambda one: one.name == name


# Tables


def _grouped(by: str, found: Sequence[Deadline]) -> dict[str, list[Deadline]]:
    groups: dict[str, list[Deadline]] = {}
    for one in found:
        groups.setdefault(getattr(one, by), []).append(one)
    return groups


def _share(found: Sequence[Deadline]) -> float | None:
    return sum(one.met for one in found) / len(found) if found else None


def _table(by: str, found: Sequence[Deadline], before: Sequence[Deadline] | None) -> Table:
    """The groups by how many clocks they missed; the ids are those of the missed."""
    groups, earlier = _grouped(by, found), _grouped(by, before or ())
    order = sorted(groups, key=lambda group: (sum(one.met for one in groups[group]) - len(groups[group]), group))
    rows = []
    for group in order:
        late = sorted(one.late for one in groups[group] if not one.met)
        numbers = (len(groups[group]), len(late), _share(groups[group]), _share(earlier.get(group, ())))
        rows.append((group or None, *numbers, percentile(late, 50), percentile(late, 90)))
    columns = (
        Column(by, _BY[by]),
        Column("n", Message("clocks"), NUMBER),
        Column("missed", Message("missed"), NUMBER),
        Column("on_time", Message("on time"), PERCENT),
        Column("previous_on_time", Message("before"), PERCENT),
        Column("late_median", Message("late by, median"), DURATION),
        Column("late_p90", Message("90th percentile"), DURATION),
    )
    ids = [[one.id for one in groups[group] if not one.met] for group in order]
    title = Message("On time by {group}", group=_BY[by])
    chart = Bars(title, (by,), ("on_time",), "previous_on_time")
    return Table(title, columns, rows, ids, f"on_time_by_{by}", charts=(chart,))


def _bucket(late: int) -> int:
    return next((place for place, (most, _) in enumerate(BUCKETS) if late <= most), len(BUCKETS))


def _lateness(found: Sequence[Deadline], before: Sequence[Deadline] | None) -> Table:
    """How many were missed by how much; buckets that nobody fell into are there too, as long as any was missed."""
    missed = [one for one in found if not one.met]
    earlier = [one for one in before or () if not one.met]
    labels = [*(label for _, label in BUCKETS), _MORE]
    ids = [[one.id for one in missed if _bucket(one.late) == place] for place in range(len(labels))]
    rows = [
        (
            label,
            len(ids[place]),
            len(ids[place]) / len(missed) if missed else None,
            None if before is None else sum(_bucket(one.late) == place for one in earlier),
        )
        for place, label in enumerate(labels)
    ]
    columns = (
        Column("late_by", Message("late by")),
        Column("n", Message("clocks"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("previous", Message("before"), NUMBER),
    )
    chart = Bars(Message("How late: missed clocks"), ("late_by",), ("n",), "previous")
    title = Message("How late")
    return Table(title, columns, rows if missed else [], ids if missed else [], "lateness", charts=(chart,))


def first_causes(entries: Sequence[Entry], ids: Mapping[str, object], at: int) -> Iterator[tuple[str, str, bool]]:
    """Of each of these requests: id, the clock whose deadline passed first unmet, whether others followed."""
    for entry in entries:
        if entry.id not in ids:
            continue
        missed = [(clock.due, clock.started, clock.key) for clock in entry.fact(TIMED) if clock.missed_before(at)]
        if missed:
            yield entry.id, min(missed)[2], len(missed) > 1


def _causes(found: Sequence[Deadline], entries: Sequence[Entry], period: Period, now: datetime) -> Table:
    at = min(period.seconds[1], int(now.timestamp()))
    late = dict.fromkeys(one.id for one in found if not one.met)
    groups: dict[str, list[tuple[str, bool]]] = {}
    for name, clock, more in first_causes(entries, late, at):
        groups.setdefault(clock, []).append((name, more))
    order = sorted(groups, key=lambda clock: (-len(groups[clock]), clock))
    rows = [
        (clock, len(groups[clock]), len(groups[clock]) / len(late), sum(more for _, more in groups[clock]))
        for clock in order
    ]
    columns = (
        Column("clock", Message("missed first")),
        Column("n", Message("late requests"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("followed", Message("missed more after it"), NUMBER),
    )
    ids = [[name for name, _ in groups[clock]] for clock in order]
    chart = Bars(Message("The clock that was missed first"), ("clock",), ("n",))
    return Table(Message("First causes"), columns, rows, ids, "first_causes", charts=(chart,))


# Words


def _finding(found: Sequence[Deadline], entries: Sequence[Entry], period: Period) -> Message:
    if not found:
        if any(entry.fact(TIMED) for entry in entries):
            return Message("No clock stopped or ran late in {period}.", period=period.name)
        return Message("No request has a clock: only requests of a regulation have deadlines.")
    missed = sum(not one.met for one in found)
    if not missed:
        return Message.plural(
            "The one deadline of {period} was met.",
            "All {n} deadlines of {period} were met.",
            len(found),
            period=period.name,
        )
    return Message(
        "{missed} of {n} deadlines of {period} were missed.", missed=missed, n=len(found), period=period.name
    )
