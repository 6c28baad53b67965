"""report channels: when and how clients come, whether anybody was there then, and how soon they are answered.

To a period count the requests that were **opened** in it, those without a channel too. Hours and weekdays are those of
the desk's zone. A request came **outside working time** where the calendar in which it is measured was closed. First
response is working time from the opening to the first message to the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.settings import Channel
from svcctl.reports.cases import CASE, Case
from svcctl.reports.chart import Bars, Heat
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, mean, percentile
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Column, Table

_DAYS = (
    Message("Monday"),
    Message("Tuesday"),
    Message("Wednesday"),
    Message("Thursday"),
    Message("Friday"),
    Message("Saturday"),
    Message("Sunday"),
)


class Arrival(NamedTuple):
    """A request as it came: channel, weekday (0 is Monday), hour, whether outside working time, when answered.

    ``response`` are working seconds to the first answer, None while there is none; ``open`` if it is open now.
    """

    id: str
    channel: str
    weekday: int
    hour: int
    outside: bool
    response: int | None
    open: bool


def channels(entries: Sequence[Entry], period: Period, previous: Period | None, known: Mapping[str, Channel]) -> Report:
    """The channels report of a period; ``known`` are the desk's channels, with the hours they promise."""
    found = arrivals(entries, period)
    before = None if previous is None else arrivals(entries, previous)
    figures = _figures(found, before)
    return Report(
        "channels",
        Message("Channels"),
        period,
        previous,
        figures,
        [_by_channel(found, before, known), _by_weekday(found, before), _by_hour(found, before), _by_both(found)],
        small_notes(figures),
        _finding(found, period),
        Message("Arrivals"),
    )


def arrivals(entries: Sequence[Entry], period: Period) -> list[Arrival]:
    """The requests opened in the period."""
    start, end = period.seconds
    zone = period.start.tzinfo
    cases = ((entry, entry.fact(CASE)) for entry in entries)
    return [_arrival(entry, case, zone) for entry, case in cases if start <= case.opened < end]


def _arrival(entry: Entry, case: Case, zone: tzinfo | None) -> Arrival:
    local = datetime.fromtimestamp(case.opened, zone)
    response = None if case.response is None else case.response.working
    outside = not entry.calendar.line.is_open(case.opened)
    return Arrival(case.id, case.channel, local.weekday(), local.hour, outside, response, not case.closed)


# Figures


def _figures(found: Sequence[Arrival], before: Sequence[Arrival] | None) -> list[Figure]:
    def made(
        name: str,
        label: Message,
        unit: str,
        sample: Callable[[Arrival], Sample],
        choose: Callable[[Arrival], bool] = lambda one: True,
    ) -> Figure:
        earlier = None if before is None else [sample(one) for one in before if choose(one)]
        return figure(name, label, unit, [sample(one) for one in found if choose(one)], earlier)

    def counted(one: Arrival) -> Sample:
        return Sample(one.id)

    return [
        made(
            "first_response",
            Message("First response"),
            SECONDS,
            lambda one: Sample(one.id, one.response or 0),
            lambda one: one.response is not None,
        ),
        made("outside", Message("Came outside working time"), SHARE, lambda one: Sample(one.id, int(one.outside))),
        made("arrived", Message("Arrived"), COUNT, counted),
        made("unanswered", Message("Never answered"), COUNT, counted, lambda one: one.response is None),
        made(
            "unanswered_open",
            Message("Not answered yet, still open"),
            COUNT,
            counted,
            lambda one: one.response is None and one.open,
        ),
    ]


# Tables


def _row(group: Sequence[Arrival], total: int) -> tuple[object, ...]:
    outside = sum(one.outside for one in group)
    count = len(group)
    return count, count / total if total else None, outside / count if count else None


def _by_channel(found: Sequence[Arrival], before: Sequence[Arrival] | None, known: Mapping[str, Channel]) -> Table:
    groups: dict[str, list[Arrival]] = {}
    for one in found:
        groups.setdefault(one.channel, []).append(one)
    order = sorted(groups, key=lambda name: (-len(groups[name]), name))
    rows = []
    for name in order:
        times = sorted(one.response for one in groups[name] if one.response is not None)
        hours = known[name].hours if name in known else ""
        rows.append(
            (
                name or None,
                hours or None,
                *_row(groups[name], len(found)),
                mean(times),
                percentile(times, 50),
                percentile(times, 90),
                len(groups[name]) - len(times),
                None if before is None else sum(one.channel == name for one in before),
            )
        )
    columns = (
        Column("channel", Message("channel")),
        Column("hours", Message("hours")),
        Column("n", Message("arrived"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("outside", Message("outside working time"), PERCENT),
        Column("mean", Message("answered, mean"), DURATION),
        Column("median", Message("median"), DURATION),
        Column("p90", Message("90th percentile"), DURATION),
        Column("unanswered", Message("never"), NUMBER),
        Column("previous", Message("before"), NUMBER),
    )
    ids = [[one.id for one in groups[name]] for name in order]
    charts = (
        Bars(Message("Arrived by channel"), ("channel",), ("n",), "previous"),
        Bars(Message("First response by channel, mean"), ("channel",), ("mean",)),
    )
    return Table(Message("By channel"), columns, rows, ids, "arrivals_by_channel", charts=charts)


def _by_weekday(found: Sequence[Arrival], before: Sequence[Arrival] | None) -> Table:
    return _by_time(
        "weekday", Message("weekday"), list(_DAYS), lambda one: one.weekday, found, before, Message("By weekday")
    )


def _by_hour(found: Sequence[Arrival], before: Sequence[Arrival] | None) -> Table:
    hours = [f"{hour:02}:00" for hour in range(24)]
    return _by_time("hour", Message("hour"), hours, lambda one: one.hour, found, before, Message("By hour"))


def _by_time(
    name: str,
    label: Message,
    rows_of: Sequence[Message | str],
    place: Callable[[Arrival], int],
    found: Sequence[Arrival],
    before: Sequence[Arrival] | None,
    title: Message,
) -> Table:
    """A row for each weekday or hour, those without arrivals too, so that gaps can be seen."""
    groups: list[list[Arrival]] = [[] for _ in rows_of]
    for one in found:
        groups[place(one)].append(one)
    earlier = [0] * len(rows_of)
    for one in before or ():
        earlier[place(one)] += 1
    rows = [
        (row, *_row(groups[number], len(found)), None if before is None else earlier[number])
        for number, row in enumerate(rows_of)
    ]
    columns = (
        Column(name, label),
        Column("n", Message("arrived"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("outside", Message("outside working time"), PERCENT),
        Column("previous", Message("before"), NUMBER),
    )
    ids = [[one.id for one in group] for group in groups]
    chart = Bars(Message("Arrived by {group}", group=label), (name,), ("n",), "previous")
    shown, behind = (rows, ids) if found else ([], [])
    return Table(title, columns, shown, behind, f"arrivals_by_{name}", charts=(chart,) if name == "weekday" else ())


def _by_both(found: Sequence[Arrival]) -> Table:
    """Weekday against hour, from the first hour that anything came in to the last one."""
    hours = range(min(one.hour for one in found), max(one.hour for one in found) + 1) if found else range(0)
    counts = {(day, hour): 0 for day in range(len(_DAYS)) for hour in hours}
    for one in found:
        counts[one.weekday, one.hour] += 1
    rows = [(label, *(counts[day, hour] for hour in hours)) for day, label in enumerate(_DAYS)]
    names = [f"h{hour:02}" for hour in hours]
    labels = [f"{hour:02}" for hour in hours]
    columns = (
        Column("weekday", Message("weekday")),
        *(Column(*pair, NUMBER) for pair in zip(names, labels, strict=True)),
    )
    title = Message("By weekday and hour")
    ids = [[one.id for one in found if one.weekday == day] for day in range(len(_DAYS))]
    chart = Heat(Message("Arrived by weekday and hour"), "weekday", names)
    name = "arrivals_by_weekday_and_hour"
    return Table(title, columns, rows if found else [], ids if found else [], name, charts=(chart,))


def _finding(found: Sequence[Arrival], period: Period) -> Message:
    if not found:
        return Message("No request arrived in {period}.", period=period.name)
    outside = sum(one.outside for one in found)
    unanswered = sum(one.response is None for one in found)
    return Message.plural(
        "One request arrived in {period}; {outside} outside working time, {unanswered} never answered.",
        "{n} requests arrived in {period}; {outside} of them outside working time, {unanswered} never answered.",
        len(found),
        period=period.name,
        outside=outside,
        unanswered=unanswered,
    )
