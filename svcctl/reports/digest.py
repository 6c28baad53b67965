"""report digest: one page for the week: five numbers, five requests, one advice.

The numbers are those of ``report service``. The requests are the open ones that most need somebody: first those
furthest beyond a deadline, then those that nobody has touched for longest. The advice is the first of these that
holds, each explained by the report it comes from: work to share between people (``workload``), the hindrance
(``service``), the deadline that most late requests missed first (``deadlines``), the place where requests lie longest
(``flow``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.team import Team
from svcctl.reports.cases import CASE, TIMED, last_deed
from svcctl.reports.deadlines import deadlines
from svcctl.reports.facts import Entry
from svcctl.reports.figures import SMALL
from svcctl.reports.flow import flows, resolved, time_table
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.service import Served, serve
from svcctl.reports.table import DURATION, Column, Table
from svcctl.reports.timeline import Course, way
from svcctl.reports.workload import IDLE, Desk, Load, loads

NUMBERS = ("resolution", "on_time", "arrived", "finished", "backlog_end")
LISTED = 5


class Needy(NamedTuple):
    """An open request that needs somebody: how late its worst clock is, and how long it has been silent."""

    id: str
    title: str
    owner: str
    department: str
    clock: str
    late: int
    silence: int


def digest(entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, desk: Desk) -> Report:
    """The digest of a period; ``entries`` need their clocks as they stand at ``now``."""
    whole = serve(entries, period, previous, now)
    by_name = {one.name: one for one in whole.figures}
    figures = [by_name[name] for name in NUMBERS]
    waiting = needy(entries, period, now)
    empty = not waiting and not any(one.n or one.previous for one in whole.figures)
    return Report(
        "digest",
        Message("Digest"),
        period,
        previous,
        figures,
        [_table(waiting[:LISTED])],
        small_notes(figures),
        whole.finding if empty else _advice(entries, period, now, desk, whole),
        Message("Requests"),
    )


def needy(entries: Sequence[Entry], period: Period, now: datetime) -> list[Needy]:
    """The requests open at the period's end or now, those that need somebody most first."""
    end = period.seconds[1]
    at = min(end, int(now.timestamp()))
    found = [_needy(entry, at) for entry in entries if period.seconds[0] <= at and _open(entry, at)]
    return sorted(found, key=lambda one: (-one.late, -one.silence, one.id))


def _open(entry: Entry, at: int) -> bool:
    return entry.fact(CASE).is_open_at(at)


def _needy(entry: Entry, at: int) -> Needy:
    case, done = entry.fact(CASE), entry.calendar.line.done
    late, clock = max(_lateness(entry, at), default=(0, ""))
    silence = done(at) - done(last_deed(entry, at))
    return Needy(case.id, entry.title, case.owner, case.department, clock, late, silence)


def _lateness(entry: Entry, at: int) -> list[tuple[int, str]]:
    """The clocks that ran beyond their deadline at a moment, each with the working seconds since."""
    done = entry.calendar.line.done
    return [
        (done(at) - done(clock.due), clock.name)
        for clock in entry.fact(TIMED)
        if clock.due < at and clock.started < at and (clock.stopped is None or clock.stopped >= at)
    ]


def _table(found: Sequence[Needy]) -> Table:
    columns = (
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("owner", Message("owner")),
        Column("department", Message("department")),
        Column("clock", Message("late")),
        Column("late", Message("late by"), DURATION),
        Column("silence", Message("untouched for"), DURATION),
    )
    rows = [
        (
            one.id,
            one.title,
            one.owner or None,
            one.department or None,
            one.clock or None,
            one.late or None,
            one.silence,
        )
        for one in found
    ]
    return Table(Message("Look at these first"), columns, rows, [[one.id] for one in found], "needy")


# The advice


def _advice(entries: Sequence[Entry], period: Period, now: datetime, desk: Desk, whole: Served) -> Message:
    ways = [
        (entry, way(entry, int(now.timestamp()), desk.team.department_of))
        for entry in entries
        if not entry.fact(CASE).closed or entry.fact(CASE).last >= period.seconds[0]
    ]
    return (
        _share(loads(ways, period, now, desk), desk.team)
        or _hindrance(whole)
        or _cause(entries, period, now, desk)
        or _place(ways, period)
        or Message("Nothing stands out: go on like this.")
    )


def _share(found: Mapping[str, Load], team: Team) -> Message | None:
    """Who should give work away, and to whom: the one of the same department with the lowest load who works at all."""
    over = [name for name, load in found.items() if load.overloaded]
    if not over:
        return None
    most = max(over, key=lambda name: (found[name].load or 0, name))
    department = team.department_of(most)
    idle = [
        (load.load, name)
        for name, load in found.items()
        if load.load is not None and load.load < IDLE and load.touched and team.department_of(name) == department
    ]
    if not idle:
        return Message("{over} cannot finish what comes: take work off them.", over=", ".join(over))
    return Message("Give work of {over} to {idle}, who has time for it.", over=most, idle=min(idle)[1])


def _hindrance(whole: Served) -> Message | None:
    """The finding of ``report service`` where it names a cause."""
    told = whole.finding
    return told if told.source.startswith("Most likely") else None


def _cause(entries: Sequence[Entry], period: Period, now: datetime, desk: Desk) -> Message | None:
    made = deadlines(entries, period, None, now, desk.team.department_of)
    causes = next(table for table in made.tables if table.name == "first_causes")
    if not causes.rows or len(causes.ids[0]) < SMALL:
        return None
    clock = str(causes.rows[0][0])
    return Message(
        "Begin with the deadline {clock}: it was missed first in {n} late requests.", clock=clock, n=len(causes.ids[0])
    )


def _place(ways: Sequence[tuple[Entry, Course]], period: Period) -> Message | None:
    """Where the requests resolved in the period lay longest: in which stage, else with whom."""
    inside = {entry.id for entry in resolved([entry for entry, _ in ways], period)}
    found = flows([(entry, gone) for entry, gone in ways if entry.id in inside])
    if len(found) < SMALL:
        return None
    for by in ("stage", "person"):
        named = [row[0] for row in time_table(by, found, None).rows if row[0]]
        if named:
            return Message("Requests lie longest with {place}: ask what they wait for there.", place=named[0])
    return None
