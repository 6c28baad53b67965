"""The working time of a month: what a production calendar prints."""

from __future__ import annotations

from datetime import date, timedelta

from svcctl.model.calendar import Calendar
from svcctl.model.holidays import FIRST_YEAR, LAST_YEAR
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.timeline import resolved


class Month(NamedTuple):
    """The working time of a month.

    ``days``: working days; ``hours``: their working time; ``norm``: the same less eight hours for each holiday for
    which another day off is owed (Kodeks pracy, art. 130 § 2). Dates: ``short`` days; ``off``, days of the usual
    week that are off; ``working_weekend``, working days outside the usual week; ``in_lieu``, those holidays.
    """

    calendar: str
    year: int
    month: int
    days: int
    hours: timedelta
    norm: timedelta
    short: list[date]
    off: list[date]
    working_weekend: list[date]
    in_lieu: list[date]

    @property
    def norm_days(self) -> int:
        """Working days less one for each holiday for which another day off is owed."""
        return self.days - len(self.in_lieu)


def month(calendar: Calendar, year: int, month: int) -> Month:
    """The working days and hours of a month; a shift counts for the day it opens.

    Raises:
        Refused: a year working time is not computed for, or no month.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        raise Refused(
            Message("there is no month {year}-{month}", year=year, month=month),
            Message("months run from {first}-01 to {last}-12", first=FIRST_YEAR, last=LAST_YEAR),
            code="calendar-horizon",
        )
    first = date(year, month, 1).toordinal()
    dates = [date.fromordinal(day) for day in range(first, first + 31)]
    dates = [day for day in dates if day.month == month]
    working = {day: _worked(calendar, day) for day in dates}
    hours = timedelta(seconds=sum(working.values()))
    lieu = [day for day in dates if calendar.holidays and day.toordinal() in calendar.holidays.in_lieu]
    return Month(
        calendar=calendar.name,
        year=year,
        month=month,
        days=sum(map(bool, working.values())),
        hours=hours,
        norm=hours - timedelta(hours=8) * len(lieu),
        short=[day for day in dates if day.toordinal() in calendar.dates.short],
        off=[day for day in dates if calendar.week[day.weekday()] and not working[day]],
        working_weekend=[day for day in dates if working[day] and not calendar.week[day.weekday()]],
        in_lieu=lieu,
    )


def _worked(calendar: Calendar, day: date) -> int:
    """The working seconds of the shifts that open on a day."""
    number = day.toordinal()
    return sum(end - start for start, end in resolved(number, calendar.hours(number), calendar.zone))
