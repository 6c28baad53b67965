"""report rework: what came back, was entered again, went to and fro or was revised, and the hours that took.

Everything counts to the period in which it **happened**: a return when it was made, a stage when it was started again,
a loop (A → B → A, within one stage of a request) when it came back to A, a revision when the offer was drafted again
after it had been submitted. The cost is touch in the period by people who had held the same stage of the same request
before, or in a stage that had been started before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars, Matrix
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import COUNT, RATIO, SHARE, TOTAL, Figure, Sample, figure
from svcctl.reports.offers import rejections_by_reason
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, INSTANT, NUMBER, PERCENT, Column, Table
from svcctl.reports.timeline import Course, DepartmentOf, Stretch, touch, way

RETURN, STAGE, LOOP, REVISION = "return", "stage", "loop", "revision"
_LABELS = {
    RETURN: ("returns", Message("Returns")),
    STAGE: ("stages_again", Message("Stages entered again")),
    LOOP: ("loops", Message("Ping-pong (A → B → A)")),
    REVISION: ("revisions", Message("Offers revised after submission")),
}


class Again(NamedTuple):
    """Something that was done again: its kind, when, between whom, and why (a reason, a stage or a revision)."""

    id: str
    kind: str
    at: int
    from_: str
    to: str
    why: str


class Life(NamedTuple):
    """A request with all of its rework, and its way through the desk."""

    entry: Entry
    way: Course
    again: tuple[Again, ...]

    def touched(self, start: int, end: int) -> Iterator[tuple[str, int, bool]]:
        """The touch from ``start`` to ``end``: person, seconds, whether it was rework."""
        return touch(self.way, self.entry.calendar.line, start, end)


def rework(
    entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, department_of: DepartmentOf
) -> Report:
    """The rework report of a period, compared with another; ``department_of`` gives a person's department."""
    since = min(period.start.timestamp(), previous.start.timestamp() if previous else period.start.timestamp())
    lives = [
        _life(entry, int(now.timestamp()), department_of)
        for entry in entries
        if entry.fact(CASE).last >= since or not entry.fact(CASE).closed
    ]
    found = _in_period(lives, period)
    figures = _figures(lives, period, previous)
    return Report(
        "rework",
        Message("Rework"),
        period,
        previous,
        figures,
        [
            _reasons(found),
            _pairs(found, RETURN, Message("Returns by who sent and who returned"), "returns_by_pair"),
            _stages(found),
            _pairs(found, LOOP, Message("Ping-pong by pair"), "loops_by_pair"),
            _loops(found, period),
            rejections_by_reason(entries, period),
            _cost(lives, period),
        ],
        small_notes(figures),
        _finding(figures, period),
        Message("What was done again"),
    )


# What was done again


def _life(entry: Entry, now: int, department_of: DepartmentOf) -> Life:
    gone = way(entry, now, department_of)
    return Life(entry, gone, (*entry.fact(AGAIN), *_to_and_fro(entry.id, gone)))


def _done_again(entry: Entry) -> tuple[Again, ...]:
    request = entry.request
    return (*_returns(request), *_again(request), *_revised(request))


AGAIN: Kind[tuple[Again, ...]] = Kind("again", _done_again, lambda rows: tuple([Again(*row) for row in rows]))
"""What was done again, but for loops: those the way tells."""


def _at(moment: datetime) -> int:
    return int(moment.timestamp())


def _returns(request: Request) -> Iterator[Again]:
    """Hand-offs that were returned, and stages that were sent back; of redacted events without the words."""
    handoffs = {(hand.closed, hand.outcome_by): hand for hand in request.handoffs if hand.outcome == "returned"}
    for event in request.counted:
        if event.do != "returned":
            continue
        own = event.__dict__
        hand = handoffs.get((event.at, event.by))
        if hand is None and not own.get("to_stage"):
            continue
        why = "" if event.id in request.redacted else str(own.get("reason") or own.get("why") or "")
        yield Again(request.id, RETURN, _at(event.at), hand.from_ if hand else str(own["to_stage"]), event.by, why)


def _again(request: Request) -> Iterator[Again]:
    started: set[str] = set()
    for run in request.stage_runs:
        if run.stage in started:
            yield Again(request.id, STAGE, _at(run.started), run.department, "", run.stage)
        started.add(run.stage)


def _to_and_fro(id: str, way: Course) -> Iterator[Again]:
    """Every time a lane came back to somebody straight from one other."""
    lanes: dict[str, list[Stretch]] = {}
    for one in way.stretches:
        lanes.setdefault(one.stage, []).append(one)
    for stage, stretches in lanes.items():
        holders = [next(run) for _, run in groupby(_holders(stretches), key=lambda pair: pair[0])]
        for (first, _), (second, _), (third, at) in zip(holders, holders[1:], holders[2:], strict=False):
            if first == third:
                yield Again(id, LOOP, at, first, second, stage)


def _holders(stretches: Sequence[Stretch]) -> Iterator[tuple[str, int]]:
    """Whom a lane lay with, and since when.

    A department is one only where it was passed to as such and nobody of it took it; lying with nobody is no holder.
    """
    places = [next(run) for _, run in groupby(stretches, key=lambda one: (one.department, one.person))]
    for index, one in enumerate(places):
        before = places[index - 1] if index else one
        after = places[index + 1] if index + 1 < len(places) else one
        if one.person:
            yield one.person, one.start
        elif one.department and one.department not in (before.department, after.department):
            yield one.department, one.start


def _revised(request: Request) -> Iterator[Again]:
    submitted = False
    for event in request.counted:
        if event.do == "offer_submitted":
            submitted = True
        elif event.do == "offer_drafted" and submitted:
            submitted = False
            yield Again(request.id, REVISION, _at(event.at), "", event.by, str(event.__dict__.get("revision", "")))


def _in_period(lives: Sequence[Life], period: Period) -> list[Again]:
    start, end = period.seconds
    found = (one for life in lives for one in life.again if start <= one.at < end)
    return sorted(found, key=lambda one: (one.at, one.id, one.kind, one.why))


# Figures


def _figures(lives: Sequence[Life], period: Period, previous: Period | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str, choose: Callable[[Period], list[Sample]]) -> Figure:
        return figure(name, label, unit, choose(period), choose(previous) if previous else None)

    def counted(kind: str) -> Callable[[Period], list[Sample]]:
        return lambda span: [Sample(one.id) for one in _in_period(lives, span) if one.kind == kind]

    counts = [made(name, label, COUNT, counted(kind)) for kind, (name, label) in _LABELS.items()]
    return [
        *counts,
        made("reworked", Message("Resolved requests with rework"), SHARE, lambda span: _reworked(lives, span)),
        made("rework_touch", Message("Worked on again"), TOTAL, lambda span: _touch_again(lives, span)),
        made("rework_ratio", Message("Share of all work"), RATIO, lambda span: _ratio(lives, span)),
    ]


def _reworked(lives: Sequence[Life], period: Period) -> list[Sample]:
    start, end = period.seconds
    cases = ((life.entry.fact(CASE), bool(life.again)) for life in lives)
    return [
        Sample(case.id, int(again))
        for case, again in cases
        if case.resolved is not None and start <= case.resolved < end
    ]


def _touch_again(lives: Sequence[Life], period: Period) -> list[Sample]:
    span = period.seconds
    sums = ((life.entry.id, sum(own for _, own, again in life.touched(*span) if again)) for life in lives)
    return [Sample(name, seconds) for name, seconds in sums if seconds]


def _ratio(lives: Sequence[Life], period: Period) -> list[Sample]:
    found = []
    span = period.seconds
    for life in lives:
        parts = list(life.touched(*span))
        every = sum(own for _, own, _ in parts)
        if every:
            found.append(Sample(life.entry.id, sum(own for _, own, again in parts if again), "", every))
    return found


# Tables


def _counted(found: Sequence[Again], kind: str, key: Callable[[Again], object]) -> list[tuple[object, list[str]]]:
    """The ids by a key, the most frequent first."""
    groups: dict[object, list[str]] = {}
    for one in found:
        if one.kind == kind:
            groups.setdefault(key(one), []).append(one.id)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), str(group[0])))


def _reasons(found: Sequence[Again]) -> Table:
    groups = _counted(found, RETURN, lambda one: one.why)
    columns = (Column("reason", Message("reason")), Column("n", Message("returns"), NUMBER))
    rows = [(reason or None, len(ids)) for reason, ids in groups]
    title = Message("Returns by reason")
    chart = Bars(title, ("reason",), ("n",))
    return Table(title, columns, rows, [ids for _, ids in groups], "returns_by_reason", charts=(chart,))


def _pairs(found: Sequence[Again], kind: str, title: Message, name: str) -> Table:
    groups = _counted(found, kind, lambda one: (one.from_, one.to))
    columns = (
        Column("from", Message("from")),
        Column("to", Message("to")),
        Column("n", Message("times"), NUMBER),
        Column("requests", Message("requests"), NUMBER),
    )
    rows = [(*pair, len(ids), len(set(ids))) for pair, ids in groups if isinstance(pair, tuple)]
    chart = Matrix(title, "from", "to", "n")
    return Table(title, columns, rows, [ids for _, ids in groups], name, charts=(chart,))


def _stages(found: Sequence[Again]) -> Table:
    groups = _counted(found, STAGE, lambda one: one.why)
    columns = (Column("stage", Message("stage")), Column("n", Message("times"), NUMBER))
    rows = [(stage, len(ids)) for stage, ids in groups]
    title = Message("Stages entered again")
    chart = Bars(title, ("stage",), ("n",))
    return Table(title, columns, rows, [ids for _, ids in groups], "stages_again", charts=(chart,))


def _loops(found: Sequence[Again], period: Period) -> Table:
    zone = period.start.tzinfo
    columns = (
        Column("id", Message("id")),
        Column("at", Message("came back"), INSTANT),
        Column("loop", Message("loop")),
        Column("stage", Message("stage")),
    )
    loops = [one for one in found if one.kind == LOOP]
    rows = [
        (one.id, datetime.fromtimestamp(one.at, zone), f"{one.from_} → {one.to} → {one.from_}", one.why or None)
        for one in loops
    ]
    return Table(Message("Every loop"), columns, rows, [[one.id] for one in loops], "loops")


def _cost(lives: Sequence[Life], period: Period) -> Table:
    sums: dict[str, list[int]] = {}
    ids: dict[str, list[str]] = {}
    span = period.seconds
    for life in lives:
        for person, own, again in life.touched(*span):
            pair = sums.setdefault(person, [0, 0])
            pair[0], pair[1] = pair[0] + own, pair[1] + own * again
            if again and own:
                ids.setdefault(person, []).append(life.entry.id)
    order = sorted((name for name in sums if sums[name][1]), key=lambda name: (-sums[name][1], name))
    rows = [(name, sums[name][1], sums[name][0], sums[name][1] / sums[name][0]) for name in order]
    columns = (
        Column("person", Message("person")),
        Column("rework", Message("worked on again"), DURATION),
        Column("touch", Message("worked on in all"), DURATION),
        Column("share", Message("share"), PERCENT),
    )
    unique = [list(dict.fromkeys(ids[name])) for name in order]
    chart = Bars(Message("Worked on again, by person"), ("person",), ("rework",))
    return Table(Message("What it cost, by person"), columns, rows, unique, "rework_by_person", charts=(chart,))


# Words


def _finding(figures: Sequence[Figure], period: Period) -> Message:
    values = {figure.name: figure for figure in figures}
    if not values["rework_ratio"].n and not any(values[name].n for name, _ in _LABELS.values()):
        return Message("Nothing was worked on in {period}, and nothing came back.", period=period.name)
    share = values["rework_ratio"].value or 0
    hours = _hours(int(values["rework_touch"].value or 0))
    return Message(
        "{hours} hours of work in {period}, {percent} % of all, went into what had been in the same hands before.",
        hours=hours,
        period=period.name,
        percent=round(share * 100),
    )


def _hours(seconds: int) -> str:
    return f"{seconds / 3600:.1f}"
