"""report workload: who has how much, and who is overloaded or neglects it; never guessed from one sign alone.

A person's **load** is touch in the period over available hours (their calendar without their absences).
**Overloaded** is a load over 100 % *and* more in hand at the end than at the beginning. **Neglect** is a load under
60 % *and* late pick-ups or silent requests. What comes, is finished and is in hand are holds: what lies with the
person, from reaching them until it leaves them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from svcctl.model.calendar import Calendar
from svcctl.model.duration import Duration
from svcctl.model.instants import not_after
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.team import Person, Team
from svcctl.model.timeline import united
from svcctl.reports.cases import CASE, TIMED, last_deed
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, TOTAL, Figure, Sample, figure
from svcctl.reports.flow import handovers
from svcctl.reports.period import Period
from svcctl.reports.queueing import expected_wait
from svcctl.reports.report import Report
from svcctl.reports.table import DURATION, NUMBER, PERCENT, TEXT, Column, Table
from svcctl.reports.timeline import FOR_CLIENT, WAITING, Course, holds, touch, way

OVERLOAD, IDLE = 1.0, 0.6
"""The design's limits: more than all of the available hours; less than three fifths of them."""

_COUNTS = {
    "in_hand_start": Message("In hand at the beginning"),
    "arriving": Message("Arriving"),
    "finished": Message("Finished or passed on"),
    "in_hand": Message("In hand at the end"),
    "late_pickups": Message("Late pick-ups"),
    "silent": Message("Silent requests"),
}


class Desk(NamedTuple):
    """What the report needs to know of the people: the team, whose calendar counts, and when silence is too long."""

    team: Team
    calendar_of: Callable[[Person], Calendar]
    silent_after: Duration


class Load(NamedTuple):
    """A person's period: ids of requests behind each count, touch by request, seconds available (None: unknown)."""

    counts: Mapping[str, Sequence[str]]
    touch: Mapping[str, int]
    touched: int
    available: int | None
    oldest: tuple[int, str] | None

    @property
    def load(self) -> float | None:
        return self.touched / self.available if self.available else None

    @property
    def overloaded(self) -> bool:
        growing = len(self.counts["in_hand"]) > len(self.counts["in_hand_start"])
        return self.load is not None and self.load > OVERLOAD and growing

    @property
    def neglect(self) -> bool:
        signs = bool(self.counts["late_pickups"]) or bool(self.counts["silent"])
        return self.load is not None and self.load < IDLE and signs


def workload(entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, desk: Desk) -> Report:
    """The workload report of a period; ``entries`` need their clocks, for the late pick-ups."""
    moment = int(now.timestamp())
    since = min(span.start.timestamp() for span in (period, previous or period))
    ways = [
        (entry, way(entry, moment, desk.team.department_of))
        for entry in entries
        if not entry.fact(CASE).closed or entry.fact(CASE).last >= since
    ]
    found = loads(ways, period, now, desk)
    before = loads(ways, previous, now, desk) if previous else None
    return Report(
        "workload",
        Message("Workload"),
        period,
        previous,
        _figures(found, before),
        [_people(found, before), _signs(found), _queues(found, entries, period, now, desk)],
        _notes(found, entries, period, now),
        _finding(found, period),
        Message("Requests in people's hands"),
    )


# What counts to the period


def loads(ways: Sequence[tuple[Entry, Course]], period: Period, now: datetime, desk: Desk) -> dict[str, Load]:
    """The period of everybody in the team, and of everybody who had something in hand in it."""
    counts: dict[tuple[str, str], list[str]] = {}
    touches: dict[str, dict[str, int]] = {}
    oldest: dict[str, tuple[int, str]] = {}
    start, end = period.seconds
    for entry, gone in ways:
        if entry.fact(CASE).opened >= end:
            continue
        for person, name, age in _of_request(entry, gone, start, end, now, desk):
            counts.setdefault((person, name), []).append(entry.id)
            if name == "in_hand":
                oldest[person] = max(oldest.get(person, (0, "")), (age, entry.id))
        for person, seconds, _ in touch(gone, entry.calendar.line, start, end):
            own = touches.setdefault(person, {})
            own[entry.id] = own.get(entry.id, 0) + seconds
    people = {person for person, _ in counts} | set(touches)
    people |= {person.handle for person in desk.team.people.values() if not person.left}
    return {
        name: Load(
            {kind: counts.get((name, kind), []) for kind in _COUNTS},
            touches.get(name, {}),
            sum(touches.get(name, {}).values()),
            available(desk, name, period, now),
            oldest.get(name),
        )
        for name in sorted(people)
    }


def available(desk: Desk, name: str, period: Period, now: datetime) -> int | None:
    """A person's working seconds in the period until now, without absences; None of those who are not in the team."""
    person = desk.team.people.get(name)
    if person is None or person.left:
        return None
    calendar = desk.calendar_of(person)
    start, end = period.seconds
    at = max(min(end, int(now.timestamp())), start)
    away = []
    for absence in person.away:
        first = datetime.combine(absence.first, time(), calendar.zone)
        # Somebody may be away until the calendar's last day.
        following = min(absence.last, date.max - timedelta(days=2)) + timedelta(days=1)
        last = datetime.combine(following, time(), calendar.zone)
        since, until = max(int(first.timestamp()), start), min(int(last.timestamp()), at)
        if since < until:
            away.append((since, until))
    done = calendar.line.done
    return done(at) - done(start) - sum(done(until) - done(since) for since, until in united(away))


def _of_request(
    entry: Entry, gone: Course, start: int, end: int, now: datetime, desk: Desk
) -> Iterator[tuple[str, str, int]]:
    """What a request adds to whose counts: person, count, and of what is in hand for how long it has been."""
    moment = int(now.timestamp())
    at = min(end, moment)
    line = entry.calendar.line
    for hold in holds(gone, moment):
        if hold.start < start and (hold.end is None or hold.end >= start):
            yield hold.person, "in_hand_start", 0
        if start <= hold.start < end:
            yield hold.person, "arriving", 0
        if hold.end is not None and start <= hold.end < end:
            yield hold.person, "finished", 0
        if hold.start < end and (hold.end is None or hold.end >= end):
            yield hold.person, "in_hand", line.done(at) - line.done(hold.start)
            if not _for_client(gone, hold.stage, at) and _silent(entry, at, now, desk):
                yield hold.person, "silent", 0
    yield from ((person, "late_pickups", 0) for person in _late_pickups(entry, gone, start, at, desk))


def _for_client(gone: Course, stage: str, at: int) -> bool:
    return any(one.kind == FOR_CLIENT and one.stage == stage and one.start < at <= one.end for one in gone.stretches)


def _silent(entry: Entry, at: int, now: datetime, desk: Desk) -> bool:
    """Whether nobody had done anything on it for longer than the desk allows, at a moment."""
    zone = now.tzinfo
    last = datetime.fromtimestamp(last_deed(entry, at), zone)
    return not_after(desk.silent_after.due(last, entry.calendar), datetime.fromtimestamp(at, zone))


def _late_pickups(entry: Entry, gone: Course, start: int, at: int, desk: Desk) -> Iterator[str]:
    """Those with whom it lay when the deadline of a pick-up or acceptance passed in the period, unmet."""
    for clock in entry.fact(TIMED):
        due = clock.due
        if not (start <= due and clock.missed_before(at)):
            continue
        if clock.name == "accept" and clock.department in desk.team.people:
            yield clock.department
        elif clock.name == "pickup":
            lying = {one.person for one in gone.stretches if one.kind == WAITING and one.start <= due < one.end}
            yield from sorted(lying - {""})


# Figures and tables


def _figures(found: Mapping[str, Load], before: Mapping[str, Load] | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str, samples: Callable[[Load], list[Sample]]) -> Figure:
        now = [sample for load in found.values() for sample in samples(load)]
        earlier = None if before is None else [sample for load in before.values() for sample in samples(load)]
        return figure(name, label, unit, now, earlier)

    def counted(name: str) -> Callable[[Load], list[Sample]]:
        return lambda load: [Sample(id) for id in load.counts[name]]

    counts = [made(name, label, COUNT, counted(name)) for name, label in _COUNTS.items()]
    worked = made(
        "touch", Message("Worked on"), TOTAL, lambda load: [Sample(*pair) for pair in load.touch.items() if pair[1]]
    )
    over = made("overload", Message("In the hands of the overloaded"), COUNT, _overload)
    idle = made("neglect", Message("Late or silent with people who have time"), COUNT, _neglected)
    return [worked, *counts, over, idle]


def _overload(load: Load) -> list[Sample]:
    return [Sample(id) for id in load.counts["in_hand"]] if load.overloaded else []


def _neglected(load: Load) -> list[Sample]:
    ids = dict.fromkeys([*load.counts["late_pickups"], *load.counts["silent"]])
    return [Sample(id) for id in ids] if load.neglect else []


def _busy(found: Mapping[str, Load]) -> list[str]:
    return [name for name, load in found.items() if load.touch or any(load.counts.values())]


def _people(found: Mapping[str, Load], before: Mapping[str, Load] | None) -> Table:
    names = _busy(found)
    rows = []
    for name in names:
        load = found[name]
        earlier = (before or {}).get(name)
        rows.append(
            (
                name,
                *(len(load.counts[count]) for count in ("in_hand_start", "arriving", "finished", "in_hand")),
                load.oldest[0] if load.oldest else None,
                load.touched,
                load.available,
                load.load,
                earlier.load if earlier else None,
                _verdict(load),
            )
        )
    columns = (
        Column("person", Message("person")),
        Column("in_hand_start", Message("had"), NUMBER),
        Column("arriving", Message("came"), NUMBER),
        Column("finished", Message("finished"), NUMBER),
        Column("in_hand", Message("in hand"), NUMBER),
        Column("oldest", Message("oldest"), DURATION),
        Column("touch", Message("worked"), DURATION),
        Column("available", Message("available"), DURATION),
        Column("load", Message("load"), PERCENT),
        Column("previous_load", Message("before"), PERCENT),
        Column("verdict", Message("verdict"), TEXT),
    )
    ids = [list(dict.fromkeys([*found[name].counts["in_hand"], *found[name].touch])) for name in names]
    charts = (
        Bars(Message("Load: work over available hours"), ("person",), ("load",), "previous_load"),
        Bars(Message("In hand at the end"), ("person",), ("in_hand",), "in_hand_start"),
    )
    return Table(Message("People"), columns, rows, ids, "people", charts=charts)


def _verdict(load: Load) -> Message | None:
    if load.overloaded:
        return Message("overloaded")
    return Message("neglect") if load.neglect else None


def _signs(found: Mapping[str, Load]) -> Table:
    """What each verdict rests on, request by request."""
    rows, ids = [], []
    for name, load in found.items():
        if load.overloaded:
            signs = [("in_hand", id) for id in load.counts["in_hand"]]
        elif load.neglect:
            signs = [(sign, id) for sign in ("late_pickups", "silent") for id in load.counts[sign]]
        else:
            continue
        rows += [(name, _verdict(load), id, _SIGNS[sign]) for sign, id in signs]
        ids += [[id] for _, id in signs]
    columns = (
        Column("person", Message("person")),
        Column("verdict", Message("verdict")),
        Column("id", Message("id")),
        Column("sign", Message("sign")),
    )
    return Table(Message("What shows it"), columns, rows, ids, "signs")


_SIGNS = {
    "in_hand": Message("in hand"),
    "late_pickups": Message("picked up late"),
    "silent": Message("silent"),
}


def _queues(found: Mapping[str, Load], entries: Sequence[Entry], period: Period, now: datetime, desk: Desk) -> Table:
    """By department: what one more person would change, by the queue M/M/c."""
    rows, ids = [], []
    for department in desk.team.departments:
        members = [found[person.handle] for person in desk.team.members(department) if person.handle in found]
        hours = [load.available for load in members if load.available]
        finished = sum(len(load.counts["finished"]) for load in members)
        touched = sum(load.touched for load in members)
        if not hours or not finished or not touched:
            continue
        people, offered = max(1, round(sum(hours) / max(hours))), touched / max(hours)
        waits = [expected_wait(people + more, offered, touched / finished) for more in (0, 1)]
        rows.append((department, people, offered / people, touched // finished, *map(_rounded, waits)))
        ids.append(list(dict.fromkeys(id for load in members for id in load.counts["finished"])))
    columns = (
        Column("department", Message("department")),
        Column("people", Message("people"), NUMBER),
        Column("load", Message("load"), PERCENT),
        Column("work", Message("work on each"), DURATION),
        Column("wait", Message("wait expected"), DURATION),
        Column("wait_one_more", Message("with one more person"), DURATION),
    )
    return Table(Message("What one more person would change"), columns, rows, ids, "queues")


def _rounded(wait: float | None) -> int | None:
    return None if wait is None else round(wait)


# Words


def _notes(found: Mapping[str, Load], entries: Sequence[Entry], period: Period, now: datetime) -> list[Message]:
    notes = []
    if any(load.touch for load in found.values()):
        notes.append(
            Message(
                "Load is work over available hours; where no work was written down, all that somebody held counts, a "
                "working day each at most, also several at a time."
            )
        )
        notes.append(
            Message(
                "The wait is that of an M/M/c queue: random arrivals, very different work, one queue for the whole "
                "department, people counted as full working time. A dash: more comes in than can be done."
            )
        )
    passed = handovers(entries, period)
    if passed:
        mean = sum(one.waited for one in passed) / len(passed)
        notes.append(
            Message(
                "A hand-off waited {hours} working hours to be answered, on the average of {n}: one less in a request "
                "ends it as much earlier, and (Little's law) so many fewer lie about as come in that time.",
                hours=f"{mean / 3600:.1f}",
                n=len(passed),
            )
        )
    return notes


def _finding(found: Mapping[str, Load], period: Period) -> Message:
    if not _busy(found):
        return Message("Nobody had anything in hand in {period}.", period=period.name)
    over = [name for name, load in found.items() if load.overloaded]
    idle = [name for name, load in found.items() if load.neglect]
    if not over and not idle:
        return Message("Nobody is overloaded, and nobody with time to spare leaves requests lying.")
    if not idle:
        return Message("Overloaded: {names}.", names=", ".join(over))
    if not over:
        return Message("Time to spare, but requests left lying: {names}.", names=", ".join(idle))
    return Message(
        "Overloaded: {over}. Time to spare, but requests left lying: {idle}.",
        over=", ".join(over),
        idle=", ".join(idle),
    )
