"""report service: how quickly clients are served, how often as promised, and whether the desk keeps up.

Which requests count to a period (it has its first moment, not its last):

- pick-up and first response: those **opened** in it;
- resolution and first contact resolution: those that stand resolved, **last resolved** in it; one that is reopened
  counts again only when it is resolved again, then in that period;
- on time: clocks that **stopped** in it, and those that run late at its end (missed); the end is now, if it is to come;
- backlog: open **at its beginning**, plus arrived, plus reopened, less finished (resolved, cancelled, merged) is open
  **at its end**.

Times are working time of the request's calendar; figures that end in ``_wall`` are the same by the wall clock.
docs/figures.md has every formula in plain words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage
from svcctl.model.schema import did_you_mean
from svcctl.reports.cases import BY, CASE, OUTLINE, TIMED, Case, Outline, Span, Timed
from svcctl.reports.chart import Bars, Lines
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, percentile
from svcctl.reports.hindrance import Signs, hindrance
from svcctl.reports.period import Period
from svcctl.reports.report import WALL_SUFFIX, Report, small_notes
from svcctl.reports.table import DURATION, NUMBER, PERCENT, WALL, Column, Table
from svcctl.reports.trend import steps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["BY", "Entry", "service"]

Samples: TypeAlias = "dict[str, list[Sample]]"
Counted: TypeAlias = "tuple[Case, tuple[Timed, ...]]"

_TIMES = {
    "pickup": Message("Pick-up"),
    "first_response": Message("First response"),
    "resolution": Message("Resolution"),
}
_SHARES = {
    "first_contact_resolution": Message("First contact resolution"),
    "on_time": Message("On time"),
}
_BACKLOG = {
    "backlog_start": Message("Open at the beginning"),
    "arrived": Message("Arrived"),
    "reopened": Message("Reopened"),
    "finished": Message("Finished"),
    "backlog_end": Message("Open at the end"),
}
_ON_TIME = "on_time_"
_BY_LABELS = {
    "department": Message("department"),
    "owner": Message("owner"),
    "type": Message("type"),
    "channel": Message("channel"),
}


def service(
    entries: Sequence[Entry],
    period: Period,
    previous: Period | None,
    now: datetime,
    by: str = "department",
    first: datetime | None = None,
) -> Report:
    """The service report of a period.

    Args:
        entries: the desk's requests, with their clocks as they stand at ``now``; those may be left out that were
            closed before the trend begins.
        previous: the period to compare with, or None.
        by: ``department``, ``owner``, ``type`` or ``channel``: what the tables tell apart. Pick-up and first response
            belong to whom the request came to first, everything else to who has it now, or had it when it was closed.
        first: when the desk's first request was opened, if it may have been left out.

    Raises:
        Usage: ``by`` is none of these.
    """
    if by not in BY:
        raise Usage(Message("figures cannot be told apart by “{by}”", by=by), did_you_mean(by, BY), code="by")
    served = serve(entries, period, previous, now, by)
    return Report(
        "service",
        Message("Service"),
        period,
        previous,
        served.figures,
        [*_tables(served.found, served.before, by), _trend(served.outlines, period, now, first)],
        _notes(served.cases, served.figures, period),
        served.finding,
        Message("Backlog"),
        Message("requests"),
    )


class Served(NamedTuple):
    """How clients were served in a period: the figures and what they say, and what they are made of."""

    outlines: list[Outline]
    cases: list[Counted]
    found: Samples
    before: Samples | None
    figures: list[Figure]
    finding: Message


def serve(entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, by: str = BY[0]) -> Served:
    """The figures of the service report; arguments as there."""
    begin = min(one.seconds[0] for one in (period, previous) if one is not None)
    outlines = [entry.fact(OUTLINE) for entry in entries]
    recent = (entry for entry, outline in zip(entries, outlines, strict=True) if outline.ended >= begin)
    cases = [(entry.fact(CASE), entry.fact(TIMED)) for entry in recent]
    found = gather(cases, period, now, by)
    before = None if previous is None else gather(cases, previous, now, by)
    clocks = sorted({clock.name for _, timed in cases for clock in timed if (clock.stopped or begin) >= begin})
    figures = _figures(found, before, clocks)
    return Served(outlines, cases, found, before, figures, _finding(cases, figures, period))


# What counts to a period


def gather(cases: Sequence[Counted], period: Period, now: datetime, by: str) -> Samples:
    """The samples of every figure in a period, by the figure's name, told apart ``by``."""
    start, end = period.seconds
    at = min(end, int(now.timestamp()))
    found: Samples = {}
    for case, timed in cases:
        if case.opened >= end:
            continue
        if start <= case.opened:
            _add_times(found, case, case.first(by), {"pickup": case.pickup, "first_response": case.response})
        if case.resolved is not None and start <= case.resolved < end:
            _add_times(found, case, case.group(by), {"resolution": case.resolution})
            _add(found, "first_contact_resolution", Sample(case.id, int(case.first_contact), case.group(by)))
        for clock in timed:
            if clock.counts(start, end, at):
                _add_clock(found, case, clock, start, end, by)
        _add_backlog(found, case, start, end, by)
    return found


def _add(found: Samples, name: str, sample: Sample) -> None:
    found.setdefault(name, []).append(sample)


def _add_times(found: Samples, case: Case, group: str, times: Mapping[str, Span | None]) -> None:
    for name, span in times.items():
        if span is not None:
            _add(found, name, Sample(case.id, span.working, group))
            _add(found, name + WALL_SUFFIX, Sample(case.id, span.wall, group))


def _add_clock(found: Samples, case: Case, clock: Timed, start: int, end: int, by: str) -> None:
    stopped = clock.stopped is not None and start <= clock.stopped < end
    sample = Sample(case.id, int(stopped and clock.met), clock.group(case, by))
    _add(found, "on_time", sample)
    _add(found, _ON_TIME + clock.name, sample)


def _add_backlog(found: Samples, case: Case, start: int, end: int, by: str) -> None:
    last = case.open[-1][1]
    if last is not None and last < start:
        return
    sample = Sample(case.id, 1, case.group(by))
    for number, (since, until) in enumerate(case.open):
        if since < start and (until is None or until >= start):
            _add(found, "backlog_start", sample)
        if start <= since < end:
            _add(found, "reopened" if number else "arrived", sample)
        if until is not None and start <= until < end:
            _add(found, "finished", sample)
        if since < end and (until is None or until >= end):
            _add(found, "backlog_end", sample)


# The report's parts


def _figures(found: Samples, before: Samples | None, clocks: Sequence[str]) -> list[Figure]:
    def made(name: str, label: Message, unit: str) -> Figure:
        return figure(name, label, unit, found.get(name, ()), None if before is None else before.get(name, ()))

    figures = []
    for name, label in _TIMES.items():
        figures.append(made(name, label, SECONDS))
        figures.append(made(name + WALL_SUFFIX, Message("{figure}, wall clock", figure=label), SECONDS))
    figures += [made(name, label, SHARE) for name, label in _SHARES.items()]
    figures += [made(_ON_TIME + name, Message("On time: {clock}", clock=name), SHARE) for name in clocks]
    return figures + [made(name, label, COUNT) for name, label in _BACKLOG.items()]


def _tables(found: Samples, before: Samples | None, by: str) -> list[Table]:
    groups, groups_before = _grouped(found), None if before is None else _grouped(before)
    tables = [_times_table(name, by, groups, groups_before) for name in _TIMES]
    return [*tables, _shares_table(by, groups, groups_before), _backlog_table(by, groups)]


def _grouped(found: Samples) -> dict[str, Samples]:
    groups: dict[str, Samples] = {}
    for name, samples in found.items():
        for sample in samples:
            _add(groups.setdefault(sample.group, {}), name, sample)
    return groups


def _busiest(groups: Mapping[str, Samples], names: Sequence[str]) -> list[str]:
    """The groups that have samples of these names, those with most first."""
    sizes = {group: sum(len(samples.get(name, ())) for name in names) for group, samples in groups.items()}
    return sorted((group for group, size in sizes.items() if size), key=lambda group: (-sizes[group], group))


def _made(
    name: str, unit: str, group: str, groups: Mapping[str, Samples], before: Mapping[str, Samples] | None
) -> Figure:
    earlier = None if before is None else before.get(group, {}).get(name, ())
    return figure(name, Message("{name}", name=name), unit, groups[group].get(name, ()), earlier)


def _titled(label: Message, by: str) -> Message:
    return Message("{figure} by {group}", figure=label, group=_BY_LABELS[by])


def _ids(groups: Mapping[str, Samples], group: str, names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(sample.id for name in names for sample in groups[group].get(name, ())))


def _times_table(name: str, by: str, groups: Mapping[str, Samples], before: Mapping[str, Samples] | None) -> Table:
    rows = []
    order = _busiest(groups, [name])
    for group in order:
        working = _made(name, SECONDS, group, groups, before)
        wall = _made(name + WALL_SUFFIX, SECONDS, group, groups, before)
        numbers = (working.n, working.value, working.median, working.p90, wall.median, working.previous)
        rows.append((group or None, *numbers))
    columns = (
        Column(by, _BY_LABELS[by]),
        Column("n", Message("n"), NUMBER),
        Column("mean", Message("mean"), DURATION),
        Column("median", Message("median"), DURATION),
        Column("p90", Message("90th percentile"), DURATION),
        Column("wall_median", Message("median, wall clock"), WALL),
        Column("previous_mean", Message("mean before"), DURATION),
    )
    ids = [_ids(groups, group, [name]) for group in order]
    title = _titled(_TIMES[name], by)
    chart = Bars(Message("{figure}, mean", figure=title), (by,), ("mean",), "previous_mean")
    return Table(title, columns, rows, ids, f"{name}_by_{by}", charts=(chart,))


def _shares_table(by: str, groups: Mapping[str, Samples], before: Mapping[str, Samples] | None) -> Table:
    rows = []
    order = _busiest(groups, list(_SHARES))
    for group in order:
        first, on_time = (_made(name, SHARE, group, groups, before) for name in _SHARES)
        rows.append((group or None, first.n, first.value, first.previous, on_time.n, on_time.value, on_time.previous))
    columns = (
        Column(by, _BY_LABELS[by]),
        Column("resolved", Message("resolved"), NUMBER),
        Column("first_contact_resolution", Message("by first contact"), PERCENT),
        Column("previous_first_contact_resolution", Message("before"), PERCENT),
        Column("clocks", Message("clocks"), NUMBER),
        Column("on_time", Message("on time"), PERCENT),
        Column("previous_on_time", Message("before"), PERCENT),
    )
    title = _titled(Message("First contact and on time"), by)
    ids = [_ids(groups, group, list(_SHARES)) for group in order]
    charts = (
        Bars(_titled(Message("On time"), by), (by,), ("on_time",), "previous_on_time"),
        Bars(
            _titled(Message("First contact resolution"), by),
            (by,),
            ("first_contact_resolution",),
            "previous_first_contact_resolution",
        ),
    )
    return Table(title, columns, rows, ids, f"shares_by_{by}", charts=charts)


def _backlog_table(by: str, groups: Mapping[str, Samples]) -> Table:
    names = list(_BACKLOG)
    order = _busiest(groups, names)
    columns = [Column(by, _BY_LABELS[by]), *(Column(name, label, NUMBER) for name, label in _BACKLOG.items())]
    rows = [(group or None, *(len(groups[group].get(name, ())) for name in names)) for group in order]
    ids = [_ids(groups, group, names) for group in order]
    chart = Bars(_titled(Message("Open at the end"), by), (by,), ("backlog_end",), "backlog_start")
    return Table(_titled(Message("Backlog"), by), columns, rows, ids, f"backlog_by_{by}", charts=(chart,))


def _trend(outlines: Sequence[Outline], period: Period, now: datetime, first: datetime | None) -> Table:
    """The main figures in the periods that lead to this one, or in the months of a year."""
    opened = min((one.opened for one in outlines), default=None)
    since = first or (None if opened is None else datetime.fromtimestamp(opened, now.tzinfo))
    spans = steps(period, since, now)
    rows = [_trend_row(own, span, now) for own, span in zip(_open_in(outlines, spans), spans, strict=True)]
    columns = (
        Column("period", Message("period")),
        Column("arrived", Message("arrived"), NUMBER),
        Column("finished", Message("finished"), NUMBER),
        Column("backlog_end", Message("open at the end"), NUMBER),
        Column("resolution_median", Message("resolution, median"), DURATION),
        Column("resolution_p90", Message("90th percentile"), DURATION),
        Column("on_time", Message("on time"), PERCENT),
    )
    charts = (
        Lines(Message("Arrived and finished"), "period", ("arrived", "finished")),
        Lines(Message("Open at the end"), "period", ("backlog_end",)),
        Lines(
            Message("Resolution: median, and up to the 90th percentile"),
            "period",
            ("resolution_median",),
            "resolution_median",
            "resolution_p90",
        ),
        Lines(Message("On time"), "period", ("on_time",)),
    )
    shown = rows if any(any(row[1:]) for row in rows) else []
    return Table(Message("Trend"), columns, shown, name="trend", charts=charts)


def _open_in(outlines: Sequence[Outline], spans: Sequence[Period]) -> list[list[Outline]]:
    """For each of periods that follow one another, the requests that were open at some time in it."""
    starts, ends = [span.seconds[0] for span in spans], [span.seconds[1] for span in spans]
    found: list[list[Outline]] = [[] for _ in spans]
    for outline in outlines:
        for place in range(bisect_right(ends, outline[0]), bisect_right(starts, outline[1])):
            found[place].append(outline)
    return found


def _trend_row(outlines: Sequence[Outline], span: Period, now: datetime) -> tuple[object, ...]:
    """A period's name; arrived, finished, open at its end; median and p90 of resolutions; share on time.

    Args:
        outlines: of the requests that were open at some time in it.
    """
    start, end = span.seconds
    at = min(end, int(now.timestamp()))
    arrived = finished = left = clocks = met = 0
    taken = []
    for opened, _, spans, resolved, working, timed in outlines:
        arrived += start <= opened
        for since, until in spans:
            finished += until is not None and start <= until < end
            left += since < end and (until is None or until >= end)
        if resolved is not None and start <= resolved < end:
            taken.append(working)
        for started, due, stopped, kept in timed:
            if stopped is not None and start <= stopped < end:
                clocks, met = clocks + 1, met + kept
            elif (stopped is None or stopped >= end) and started < at and due < at and start <= at:
                clocks += 1
    taken.sort()
    share = met / clocks if clocks else None
    return span.name, arrived, finished, left, percentile(taken, 50), percentile(taken, 90), share


# Notes


def _notes(cases: Sequence[Counted], figures: Sequence[Figure], period: Period) -> list[Message]:
    start, end = period.seconds
    untouched = sum(start <= case.opened < end and case.pickup is None for case, _ in cases)
    return [*([_untouched_note(untouched)] if untouched else []), *small_notes(figures)]


def _untouched_note(count: int) -> Message:
    return Message.plural(
        "{n} request of this period has not been picked up; no mean counts it.",
        "{n} requests of this period have not been picked up; no mean counts them.",
        count,
    )


def _finding(cases: Sequence[Counted], figures: Sequence[Figure], period: Period) -> Message:
    if not any(figure.n for figure in figures):
        return Message("Nothing happened in {period}: no request was open in it.", period=period.name)
    return hindrance(_signs(cases, {figure.name: figure for figure in figures}, period))


def _signs(cases: Sequence[Counted], by_name: Mapping[str, Figure], period: Period) -> Signs:
    start, end = period.seconds
    resolved = [case for case, _ in cases if case.resolved is not None and start <= case.resolved < end]
    return Signs(
        by_name["pickup"],
        by_name.get(_ON_TIME + "pickup"),
        by_name["resolution"],
        by_name.get(_ON_TIME + "resolve"),
        by_name["arrived"].n + by_name["reopened"].n,
        by_name["finished"].n,
        sum(case.handoffs for case in resolved) / max(len(resolved), 1),
        sum(case.returns > 0 for case in resolved) / max(len(resolved), 1),
    )
