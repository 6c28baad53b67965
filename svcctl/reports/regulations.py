"""report regulations: which versions are in force, how many requests each has, and how often each is met.

A request is bound to the version that was in force when it was opened, so several versions may be at work at once.
To a period count the requests **opened** in it, those **open** at its end (or now), and the clocks that stopped in it
or ran late at its end, as in ``report deadlines``. Who has read a version is told of today's versions, as it was known
at the period's end (or now).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.regulation import Regulation
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars
from svcctl.reports.deadlines import Deadline, counted
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, SHARE, Figure, Sample, figure
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import NUMBER, PERCENT, Column, Table
from svcctl.reports.timeline import DepartmentOf


class Bound(NamedTuple):
    """A request and the version it is bound to ("" without one): whether it came in the period, and is open still."""

    id: str
    version: str
    came: bool
    open: bool


class Reading(NamedTuple):
    """That a version in force concerns somebody, and when they said that they had read it; None while they have not."""

    regulation: str
    person: str
    at: datetime | None


def regulations(
    entries: Sequence[Entry],
    period: Period,
    previous: Period | None,
    now: datetime,
    department_of: DepartmentOf,
    in_force: Sequence[Regulation],
    readings: Sequence[Reading] = (),
) -> Report:
    """The regulations report of a period.

    Args:
        entries: with their clocks.
        in_force: the versions of today.
        readings: one for each of these and each person whom it concerns.
    """
    current = {one.ref: one for one in in_force}
    found, clocks = bound(entries, period, now), counted(entries, period, now, department_of)
    before = None if previous is None else bound(entries, previous, now)
    clocks_before = None if previous is None else counted(entries, previous, now, department_of)
    figures = [*_figures(found, before, current), _on_time(clocks, clocks_before)]
    return Report(
        "regulations",
        Message("Regulations"),
        period,
        previous,
        figures,
        [_versions(found, clocks, clocks_before or (), current), _readers(readings, period, now)],
        [*_unread(readings, period, now), *small_notes(figures)],
        _finding(found, current, period),
    )


def bound(entries: Sequence[Entry], period: Period, now: datetime) -> list[Bound]:
    """The requests that came in the period or were open at its end, with the version they are bound to now."""
    start, end = period.seconds
    at = min(end, int(now.timestamp()))
    found = []
    for entry in entries:
        case = entry.fact(CASE)
        came = start <= case.opened < end
        still = start <= at and case.is_open_at(at)
        if came or still:
            found.append(Bound(entry.id, case.regulation, came, still))
    return found


# Figures and tables


def _figures(found: Sequence[Bound], before: Sequence[Bound] | None, current: dict[str, Regulation]) -> list[Figure]:
    def made(name: str, label: Message, unit: str, samples: Callable[[Sequence[Bound]], list[Sample]]) -> Figure:
        return figure(name, label, unit, samples(found), None if before is None else samples(before))

    def regulated(of: Sequence[Bound]) -> list[Sample]:
        return [Sample(one.id, int(bool(one.version))) for one in of if one.came]

    def older(of: Sequence[Bound]) -> list[Sample]:
        return [Sample(one.id) for one in of if one.open and one.version and one.version not in current]

    return [
        made("regulated", Message("Requests under a regulation"), SHARE, regulated),
        made("older", Message("Open under another version than today's"), COUNT, older),
    ]


def _on_time(clocks: Sequence[Deadline], before: Sequence[Deadline] | None) -> Figure:
    def samples(of: Sequence[Deadline]) -> list[Sample]:
        return [Sample(one.id, int(one.met)) for one in of if one.regulation]

    earlier = None if before is None else samples(before)
    return figure("on_time", Message("On time"), SHARE, samples(clocks), earlier)


def _versions(
    found: Sequence[Bound], clocks: Sequence[Deadline], before: Sequence[Deadline], current: dict[str, Regulation]
) -> Table:
    """A row for every version of today and every other that something is bound to; ids are the requests of both."""
    versions = sorted({*current, *(one.version for one in found), *(one.regulation for one in clocks)})
    rows = []
    for version in versions:
        own = [one for one in found if one.version == version]
        stopped = [one for one in clocks if one.regulation == version]
        rows.append(
            (
                version or None,
                current[version].title if version in current else None,
                Message("in force") if version in current else Message("older") if version else None,
                sum(one.came for one in own),
                sum(one.open for one in own),
                len(stopped),
                _met(stopped),
                _met([one for one in before if one.regulation == version]),
            )
        )
    columns = (
        Column("regulation", Message("regulation")),
        Column("title", Message("title")),
        Column("state", ""),
        Column("arrived", Message("arrived"), NUMBER),
        Column("open", Message("open"), NUMBER),
        Column("n", Message("clocks"), NUMBER),
        Column("on_time", Message("on time"), PERCENT),
        Column("previous_on_time", Message("before"), PERCENT),
    )
    ids = [
        list(
            dict.fromkeys(
                [
                    *(one.id for one in found if one.version == version),
                    *(one.id for one in clocks if one.regulation == version),
                ]
            )
        )
        for version in versions
    ]
    chart = Bars(Message("On time by version"), ("regulation",), ("on_time",), "previous_on_time")
    return Table(Message("Versions"), columns, rows, ids, "versions", charts=(chart,))


def _has_read(one: Reading, period: Period, now: datetime) -> bool:
    return one.at is not None and one.at.timestamp() <= min(now.timestamp(), period.end.timestamp())


def _readers(readings: Sequence[Reading], period: Period, now: datetime) -> Table:
    """A row for every version that concerns somebody: who has read it by the period's end, and who has not."""
    rows = []
    for version in sorted({one.regulation for one in readings}):
        own = [one for one in readings if one.regulation == version]
        have = sorted(one.person for one in own if _has_read(one, period, now))
        lack = sorted({one.person for one in own} - set(have))
        rows.append((version, len(own), len(have), len(have) / len(own), have, lack))
    columns = (
        Column("regulation", Message("regulation")),
        Column("concerned", Message("concerns"), NUMBER),
        Column("read", Message("have read it"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("read_by", Message("read by")),
        Column("unread_by", Message("not read by")),
    )
    return Table(Message("Who has read them"), columns, rows, name="readers")


def _unread(readings: Sequence[Reading], period: Period, now: datetime) -> list[Message]:
    names = sorted({one.person for one in readings if not _has_read(one, period, now)})
    if not names:
        return []
    return [
        Message.plural(
            "{n} person has not read all that concerns them; svcctl regulation read --unread has their names.",
            "{n} people have not read all that concerns them; svcctl regulation read --unread has their names.",
            len(names),
        )
    ]


def _met(clocks: Sequence[Deadline]) -> float | None:
    return sum(one.met for one in clocks) / len(clocks) if clocks else None


def _finding(found: Sequence[Bound], current: dict[str, Regulation], period: Period) -> Message:
    came = [one for one in found if one.came]
    if not came:
        return Message("No request arrived in {period}.", period=period.name)
    without = sum(not one.version for one in came)
    unused = sorted(set(current) - {one.version for one in found})
    told = Message(
        "{n} of {all} requests of {period} came under no regulation.", n=without, all=len(came), period=period.name
    )
    if not unused:
        return told
    return Message("{told} Nothing came under {names}.", told=told, names=", ".join(unused))
