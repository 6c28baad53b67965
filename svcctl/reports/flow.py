"""report flow: where the time of requests goes: worked on or lying, and with whom.

Times are those of the requests that stand resolved, **last resolved in the period**, over their whole life: touch is
somebody's time on it, wait all other open working time, waiting for the client neither. Flow efficiency is touch over
touch and wait (Modig and Åhlström, "This is Lean", 2012: value-adding over throughput time). The queue is what lies
untouched at the period's end, or now; hand-overs are those that were answered in the period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars, Matrix
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, RATIO, SECONDS, SMALL, TOTAL, Figure, Sample, figure, mean, percentile
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Column, Table
from svcctl.reports.timeline import WAITING, Course, DepartmentOf, Spent, spent_by, way, whole

BY = ("stage", "department", "person")
_LABELS = {"stage": Message("stage"), "department": Message("department"), "person": Message("person")}
_DAY = 8 * 3600
"""People think of work in days of eight hours; calendars differ, so the sentence for people counts in these."""


class Flow(NamedTuple):
    """A resolved request: what it took as a whole and by each way of telling it apart."""

    id: str
    all: Spent
    parts: Mapping[str, Mapping[str, Spent]]


class Queued(NamedTuple):
    """A request that lay untouched at a moment: where, and for how much working time."""

    id: str
    stage: str
    department: str
    person: str
    waited: int


class Passed(NamedTuple):
    """A hand-off that was answered: working seconds from handing off to the answer."""

    id: str
    sender: str
    receiver: str
    answered: int
    waited: int
    outcome: str


def flow(
    entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, department_of: DepartmentOf
) -> Report:
    """The flow report of a period, compared with another; ``department_of`` gives a person's department."""
    moment = int(now.timestamp())
    at = min(period.seconds[1], moment)

    def courses(of: Sequence[Entry]) -> list[tuple[Entry, Course]]:
        return [(entry, way(entry, moment, department_of)) for entry in of]

    found = flows(courses(resolved(entries, period)))
    before = None if previous is None else flows(courses(resolved(entries, previous)))
    lying = queued(courses(_open(entries, at)), at) if period.seconds[0] <= moment else []
    passed, passed_before = handovers(entries, period), handovers(entries, previous) if previous else None
    figures = [*_figures(found, before), *_hand_figures(passed, passed_before), _queue_figure(lying)]
    tables = [time_table(by, found, before) for by in BY]
    tables = [table for table in tables if any(row[0] for row in table.rows)]
    return Report(
        "flow",
        Message("Flow"),
        period,
        previous,
        figures,
        [*tables, *(_queue_table(by, lying) for by in ("department", "stage", "person")), _pairs(passed)],
        [*_notes(found, entries), *small_notes(figures)],
        _finding(found, lying, period),
    )


# What counts to the period


def resolved(entries: Sequence[Entry], period: Period) -> list[Entry]:
    """The requests that stand resolved, last resolved in the period."""
    start, end = period.seconds
    found = []
    for entry in entries:
        resolved = entry.fact(CASE).resolved
        if resolved is not None and start <= resolved < end:
            found.append(entry)
    return found


def flows(courses: Sequence[tuple[Entry, Course]]) -> list[Flow]:
    """What each of these requests took."""
    found = []
    for entry, gone in courses:
        line = entry.calendar.line
        found.append(Flow(entry.id, whole(gone, line), spent_by(gone, line, BY)))
    return found


def _open(entries: Sequence[Entry], at: int) -> list[Entry]:
    """The requests that may have been open at a moment."""
    found = []
    for entry in entries:
        case = entry.fact(CASE)
        if case.opened < at and (not case.closed or case.last >= at):
            found.append(entry)
    return found


def queued(courses: Sequence[tuple[Entry, Course]], at: int) -> list[Queued]:
    """What lay untouched at a moment, longest first; what waited for the client or was being worked on did not."""
    found = []
    for entry, gone in courses:
        for one in gone.stretches:
            if one.kind == WAITING and one.start < at <= one.end:
                line = entry.calendar.line
                waited = line.done(at) - line.done(one.start)
                found.append(Queued(entry.id, one.stage, one.department, one.person, waited))
    return sorted(found, key=lambda one: (-one.waited, one.id, one.stage))


def handovers(entries: Sequence[Entry], period: Period) -> list[Passed]:
    """The hand-offs that were accepted, returned or recalled in the period; a stage's own hand-offs too."""
    start, end = period.seconds
    found = []
    for entry in entries:
        for one in entry.fact(CASE).passings:
            if start <= one.answered < end:
                done = entry.calendar.line.done
                waited = max(done(one.answered) - done(one.began), 0)
                found.append(Passed(entry.id, one.sender, one.receiver, one.answered, waited, one.outcome))
    return found


# Figures


def _figures(found: Sequence[Flow], before: Sequence[Flow] | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str) -> Figure:
        return figure(name, label, unit, _samples(name, found), None if before is None else _samples(name, before))

    return [
        made("touch", Message("Worked on"), SECONDS),
        made("wait", Message("Lying"), SECONDS),
        made("elapsed", Message("Worked on or lying"), SECONDS),
        made("client", Message("Waiting for the client"), SECONDS),
        made("touch_total", Message("Worked on: could have been"), TOTAL),
        made("elapsed_total", Message("Worked on or lying: took"), TOTAL),
        made("flow_efficiency", Message("Flow efficiency"), RATIO),
    ]


def _samples(name: str, found: Sequence[Flow]) -> list[Sample]:
    kind = name.removesuffix("_total")
    if kind == "flow_efficiency":
        return [Sample(one.id, one.all.touch, "", one.all.touch + one.all.wait) for one in found]
    if kind == "elapsed":
        return [Sample(one.id, one.all.touch + one.all.wait) for one in found]
    return [Sample(one.id, getattr(one.all, kind)) for one in found]


def _hand_figures(passed: Sequence[Passed], before: Sequence[Passed] | None) -> list[Figure]:
    earlier = None if before is None else [Sample(one.id, one.waited) for one in before]
    found = [Sample(one.id, one.waited) for one in passed]
    return [figure("handover", Message("Hand-over, until answered"), SECONDS, found, earlier)]


def _queue_figure(lying: Sequence[Queued]) -> Figure:
    ids = dict.fromkeys(one.id for one in lying)
    return figure("queued", Message("Lying untouched at the end"), COUNT, [Sample(name) for name in ids])


# Tables


def _grouped(by: str, found: Sequence[Flow]) -> dict[str, list[tuple[str, Spent]]]:
    groups: dict[str, list[tuple[str, Spent]]] = {}
    for one in found:
        for group, part in one.parts[by].items():
            if any(part):
                groups.setdefault(group, []).append((one.id, part))
    return groups


def _efficiency(parts: Sequence[tuple[str, Spent]]) -> float | None:
    touch, wait = sum(part.touch for _, part in parts), sum(part.wait for _, part in parts)
    return touch / (touch + wait) if touch + wait else None


def time_table(by: str, found: Sequence[Flow], before: Sequence[Flow] | None) -> Table:
    """Where the time of requests went, by one of ``BY``; where they lay longest stands first."""
    groups, earlier = _grouped(by, found), _grouped(by, before or ())
    order = sorted(groups, key=lambda group: (-sum(part.wait for _, part in groups[group]), group))
    rows = []
    for group in order:
        parts = groups[group]
        waits = sorted(part.wait for _, part in parts)
        rows.append(
            (
                group or None,
                len(parts),
                sum(part.touch for _, part in parts),
                sum(waits),
                _efficiency(parts),
                percentile(waits, 50),
                percentile(waits, 90),
                _efficiency(earlier.get(group, ())),
            )
        )
    columns = (
        Column(by, _LABELS[by]),
        Column("n", Message("requests"), NUMBER),
        Column("touch", Message("worked on"), DURATION),
        Column("wait", Message("lying"), DURATION),
        Column("flow_efficiency", Message("flow efficiency"), PERCENT),
        Column("wait_median", Message("lying, median"), DURATION),
        Column("wait_p90", Message("90th percentile"), DURATION),
        Column("previous_flow_efficiency", Message("efficiency before"), PERCENT),
    )
    ids = [[name for name, _ in groups[group]] for group in order]
    chart = Bars(Message("Worked on and lying, by {group}", group=_LABELS[by]), (by,), ("touch", "wait"))
    return Table(Message("Time by {group}", group=_LABELS[by]), columns, rows, ids, f"time_by_{by}", charts=(chart,))


def _queue_table(by: str, lying: Sequence[Queued]) -> Table:
    groups: dict[str, list[Queued]] = {}
    for one in lying:
        groups.setdefault(getattr(one, by), []).append(one)
    order = sorted(groups, key=lambda group: (-len(groups[group]), group))
    rows = []
    for group in order:
        waits = sorted(one.waited for one in groups[group])
        rows.append((group or None, len(waits), percentile(waits, 50), waits[-1], groups[group][0].id))
    columns = (
        Column(by, _LABELS[by]),
        Column("n", Message("lying"), NUMBER),
        Column("median", Message("median"), DURATION),
        Column("longest", Message("longest"), DURATION),
        Column("oldest", Message("the longest one")),
    )
    ids = [[one.id for one in groups[group]] for group in order]
    title = Message("Lying untouched at the end, by {group}", group=_LABELS[by])
    return Table(title, columns, rows, ids, f"queue_by_{by}", charts=(Bars(title, (by,), ("n",)),))


def _pairs(passed: Sequence[Passed]) -> Table:
    """The pairs of hand-overs, the slowest first; pairs of few are below those that tell something."""
    pairs: dict[tuple[str, str], list[Passed]] = {}
    for one in passed:
        pairs.setdefault((one.sender, one.receiver), []).append(one)

    def slowness(pair: tuple[str, str]) -> tuple[object, ...]:
        waits = sorted(one.waited for one in pairs[pair])
        return len(waits) < SMALL, -(percentile(waits, 50) or 0), pair

    order = sorted(pairs, key=slowness)
    columns = (
        Column("from", Message("from")),
        Column("to", Message("to")),
        Column("n", Message("n"), NUMBER),
        Column("mean", Message("mean"), DURATION),
        Column("median", Message("median"), DURATION),
        Column("p90", Message("90th percentile"), DURATION),
        Column("returned", Message("returned"), NUMBER),
    )
    rows = [_pair_row(pair, pairs[pair]) for pair in order]
    ids = [[one.id for one in pairs[pair]] for pair in order]
    charts = (
        Matrix(Message("Hand-overs: how many"), "from", "to", "n"),
        Matrix(Message("Hand-overs: median time to the answer"), "from", "to", "median"),
    )
    return Table(Message("Hand-overs, the slowest first"), columns, rows, ids, "handovers", charts=charts)


def _pair_row(pair: tuple[str, str], passed: Sequence[Passed]) -> tuple[object, ...]:
    waits = sorted(one.waited for one in passed)
    returned = sum(one.outcome == "returned" for one in passed)
    return (*pair, len(waits), mean(waits), percentile(waits, 50), percentile(waits, 90), returned)


# Words


def _finding(found: Sequence[Flow], lying: Sequence[Queued], period: Period) -> Message:
    touch, wait = sum(one.all.touch for one in found), sum(one.all.wait for one in found)
    if not found:
        if lying:
            return Message("Nothing was resolved in {period}; {n} lay untouched.", period=period.name, n=len(lying))
        return Message("Nothing was resolved in {period}, and nothing lay untouched.", period=period.name)
    return Message.plural(
        "The request resolved in {period} could have been {touch} working days of work; it took {elapsed}.",
        "The {n} requests resolved in {period} could have been {touch} working days of work; they took {elapsed}.",
        len(found),
        period=period.name,
        touch=_days(touch),
        elapsed=_days(touch + wait),
    )


def _days(seconds: int) -> str:
    return f"{seconds / _DAY:.1f}"


def _notes(found: Sequence[Flow], entries: Sequence[Entry]) -> list[Message]:
    if not found:
        return []
    written = {entry.id for entry in entries if entry.fact(CASE).worked}
    count = sum(one.id in written for one in found)
    return [
        Message(
            "Of {n} requests, {written} have work written down (svcctl worked); in the others, what somebody held "
            "counts as worked on for one working day at most. The first sentence has working days of 8 hours.",
            n=len(found),
            written=count,
        )
    ]
