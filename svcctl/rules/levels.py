"""When a clock reaches a level of its escalation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from svcctl.model.duration import DAYS, WALL, WORK, Duration, Level
from svcctl.rules.clocks import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar, Pause


def level_at(level: Level, run: Run, due: datetime, calendar: Calendar, pauses: Sequence[Pause] = ()) -> datetime:
    """The instant at which a clock reaches a level, never before its start.

    A percentage is one of the clock's own time, pauses left out; 100 % is the deadline itself. ``-30m`` and ``+4h``
    count from the deadline; ``-1d`` is the closing instant of the working day before it.

    Args:
        due: the clock's deadline.
        calendar: whose working time counts.
        pauses: intervals that do not count, none of them open.
    """
    if level.offset is None:
        return due if level.percent == 100 else _percent(level.percent, run, due, calendar, pauses)
    if level.sign > 0:
        return level.offset.due(due, calendar, pauses)
    return max(_before(level.offset, due, calendar, pauses), run.started)


def _percent(percent: int, run: Run, due: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    within = run.within if run.fixed is None else None
    if within is not None and within.kind != DAYS:
        return _share(within, percent).due(run.started, calendar, pauses)
    if due <= run.started:
        return due
    work = calendar.between(run.started, due, pauses)
    if not work:
        # A promise for a moment outside working hours still has a half of its time.
        begun = run.started.astimezone(UTC)
        whole = (due.astimezone(UTC) - begun) // timedelta(seconds=1)
        return (begun + timedelta(seconds=whole * percent // 100)).astimezone(due.tzinfo)
    return calendar.add(run.started, work * percent // 100, pauses)


def _share(within: Duration, percent: int) -> Duration:
    return Duration(max(within.amount * percent // 100, 1), within.kind)


def _before(offset: Duration, due: datetime, calendar: Calendar, pauses: Sequence[Pause]) -> datetime:
    if offset.kind == WALL:
        return (due.astimezone(UTC) - timedelta(seconds=offset.amount)).astimezone(due.tzinfo)
    if offset.kind == WORK:
        return calendar.subtract(due, timedelta(seconds=offset.amount), pauses)
    day = due.astimezone(calendar.zone).toordinal()
    left = offset.amount
    while left:
        day -= 1
        left -= bool(calendar.hours(day))
    return calendar.add_days(_noon(day - 1, calendar), 1)


def _noon(day: int, calendar: Calendar) -> datetime:
    return datetime.combine(date.fromordinal(day), datetime.min.time(), calendar.zone) + timedelta(hours=12)
