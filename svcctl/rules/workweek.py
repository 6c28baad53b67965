"""What people ask of a calendar beside deadlines: a plain week of a holiday table, and the days that differ soon."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from svcctl.model.calendar import Calendar
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.week import Hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLAIN_WEEK = {"mon-fri": ["09:00-17:00"]}
"""Forty hours, eight a day: the week for which production calendars state their norms."""

OFF, SHORT, WORKING, OTHER = "off", "short", "work", "hours"


def plain_week(table: Mapping[str, Any], name: str, timezone: str) -> Calendar:
    """A calendar of forty hours a week with a holiday table and nothing of its own.

    Raises:
        BrokenFiles: with every problem of the table.
    """
    own = {"calendar": name, "timezone": timezone, "week": PLAIN_WEEK, "holidays": name}
    return Calendar.parse(own, {name: table})


class SpecialDay(NamedTuple):
    """A day that differs from the week: ``kind`` is ``off``, ``short``, ``work`` (usually closed) or ``hours``."""

    day: date
    kind: str
    hours: Hours


def special_days(calendar: Calendar, first: date, days: int) -> list[SpecialDay]:
    """The days from ``first`` on, so many in all, whose hours are not those of their weekday."""
    numbers = range(first.toordinal(), min(first.toordinal() + days, date.max.toordinal()))
    return [
        SpecialDay(date.fromordinal(number), _kind(calendar, number), calendar.hours(number))
        for number in numbers
        if calendar.hours(number) != calendar.week[(number - 1) % 7]
    ]


def _kind(calendar: Calendar, number: int) -> str:
    if not calendar.hours(number):
        return OFF
    if number in calendar.dates.short:
        return SHORT
    return OTHER if calendar.week[(number - 1) % 7] else WORKING
