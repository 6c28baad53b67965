"""Periods that reports are about: a year, quarter, month, ISO week, day, or a range of them, in the desk's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from svcctl.model.instants import parse_instant
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage

YEAR, QUARTER, MONTH, WEEK, DAY, RANGE = "year", "quarter", "month", "week", "day", "range"

_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_AT_MOST = {YEAR: 366, QUARTER: 92, MONTH: 31, WEEK: 7, DAY: 1}
_CALENDAR = re.compile(r"(\d{4})(?:-(?:(\d\d)(?:-(\d\d))?|W(\d\d?)|Q(\d)))?", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"(this|last)-(week|month|quarter|year)")
_LAST_DAYS = re.compile(r"last-(\d{1,4})-days", re.ASCII)
_HINT = Message("write it like 2026-11, 2026-W47, 2026-Q4, 2026, last-week, last-month or 2026-11-01..2026-11-15")


class Period(NamedTuple):
    """A half-open stretch of time: ``start`` belongs to it, ``end`` does not.

    ``name`` is how it is written (``2026-11``), whatever was typed; ``unit`` is year, quarter, month, week, day or
    range.
    """

    name: str
    start: datetime
    end: datetime
    unit: str = RANGE

    def previous(self) -> Period:
        """The period before it: the calendar's one of the same unit; before a range one of the same length."""
        if self.unit != RANGE:
            zone = self.start.tzinfo
            assert zone is not None
            return period_of(self.unit, self.start.date() - timedelta(days=1), zone)
        if self.start.time() == self.end.time() == time():
            days = self.end.date() - self.start.date()
            return _range(_midnight(self.start.date() - days, self.start.tzinfo), self.start)
        length = self.end.astimezone(UTC) - self.start.astimezone(UTC)
        return _range((self.start.astimezone(UTC) - length).astimezone(self.start.tzinfo), self.start)

    def year_before(self) -> Period:
        """The same period a year earlier: of the same name where it has one.

        The 53rd week of a year that has only 52 is compared with the 52nd, the 29th of February with the 28th.
        """
        zone = self.start.tzinfo
        assert zone is not None
        if self.unit == WEEK:
            year, week, _ = self.start.date().isocalendar()
            last = date(year - 1, 12, 28).isocalendar().week
            return period_of(WEEK, date.fromisocalendar(year - 1, min(week, last), 1), zone)
        if self.unit != RANGE:
            return period_of(self.unit, _year_earlier(self.start.date()), zone)
        start, end = (
            datetime.combine(_year_earlier(moment.date()), moment.time(), moment.tzinfo)
            for moment in (self.start, self.end)
        )
        return _range(start, max(end, start + timedelta(days=1)))

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds since the epoch."""
        return int(self.start.timestamp()), int(self.end.timestamp())

    @property
    def last_day(self) -> date:
        """The last day that belongs to it, wholly or in part."""
        return (self.end - timedelta(seconds=1)).date()


def parse_period(text: str, zone: tzinfo, now: datetime) -> Period:
    """The period that a person typed.

    Args:
        text: ``2026``, ``2026-Q4``, ``2026-11``, ``2026-W47`` (ISO 8601: weeks begin on Monday, week 1 has the year's
            first Thursday), ``2026-11-21``; ``FROM..TO`` of any two of these (the last day included) or of two moments
            (the last one not); ``today``, ``yesterday``, ``this-`` or ``last-`` with ``week``, ``month``, ``quarter``,
            ``year``; ``last-30-days``, today included.
        zone: the desk's zone, in which days begin.
        now: decides what ``today`` and ``last-…`` mean.

    Raises:
        Usage: no such period; a month, week or day that does not exist; an end that is not after its beginning.
    """
    text = text.strip()
    if ".." in text:
        first, last = text.split("..", 1)
        start, end = _side(first, zone)[0], _side(last, zone)[1]
        if start.timestamp() >= end.timestamp():
            raise _wrong(Message("the period {text} ends before it begins", text=text))
        return _range(start, end)
    return _spoken(text, zone, now.astimezone(zone).date()) or _written(text, zone)


def period_of(unit: str, day: date, zone: tzinfo) -> Period:
    """The year, quarter, month, week or day that a day lies in."""
    first = _first(unit, day)
    after = _first(unit, first + timedelta(days=_AT_MOST[unit]))
    return Period(_name(unit, first), _midnight(first, zone), _midnight(after, zone), unit)


def _year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _first(unit: str, day: date) -> date:
    if unit == WEEK:
        return day - timedelta(days=day.weekday())
    if unit == MONTH:
        return day.replace(day=1)
    if unit == QUARTER:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, 1, 1) if unit == YEAR else day


def _name(unit: str, first: date) -> str:
    if unit == QUARTER:
        return f"{first.year}-Q{first.month // 3 + 1}"
    return first.strftime({YEAR: "%Y", MONTH: "%Y-%m", WEEK: "%G-W%V", DAY: "%Y-%m-%d"}[unit])


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone)


def _range(start: datetime, end: datetime) -> Period:
    """A range; whole days are named by their first and last day, others by their moments."""
    if start.time() == end.time() == time():
        return Period(f"{start.date()}..{end.date() - timedelta(days=1)}", start, end)
    return Period(f"{start:%Y-%m-%dT%H:%M}..{end:%Y-%m-%dT%H:%M}", start, end)


def _side(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The beginning and end of one side of a range; of a moment, both are the moment."""
    text = text.strip()
    if not text:
        raise _wrong(Message("the period has no beginning or no end"))
    if ":" in text:
        moment = parse_instant(text, zone).astimezone(zone)
        return moment, moment
    period = _written(text, zone)
    return period.start, period.end


def _spoken(text: str, zone: tzinfo, today: date) -> Period | None:
    if text in ("today", "yesterday"):
        return period_of(DAY, today - timedelta(days=text == "yesterday"), zone)
    if found := _LAST_DAYS.fullmatch(text):
        days = int(found[1])
        if not days:
            raise _wrong(Message("“{text}” is no time at all", text=text))
        return _range(_midnight(today - timedelta(days=days - 1), zone), _midnight(today + timedelta(days=1), zone))
    if found := _WORD.fullmatch(text):
        period = period_of(found[2], today, zone)
        return period if found[1] == "this" else period.previous()
    return None


def _written(text: str, zone: tzinfo) -> Period:
    found = _CALENDAR.fullmatch(text)
    if found is None:
        raise _wrong(Message("“{text}” is no period", text=text))
    year = int(found[1])
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _wrong(Message("{year} is too far away for a report", year=found[1]))
    _, month, day, week, quarter = found.groups()
    if week:
        return period_of(WEEK, _monday(year, int(week)), zone)
    if quarter:
        return period_of(QUARTER, _quarter(year, int(quarter)), zone)
    unit = DAY if day else MONTH if month else YEAR
    try:
        return period_of(unit, date(year, int(month or 1), int(day or 1)), zone)
    except ValueError:
        kind = Message("a day of the calendar") if day else Message("a month: a year has 12")
        raise _wrong(Message("{text} is not {kind}", text=text, kind=kind)) from None


def _monday(year: int, week: int) -> date:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        # 28 December is always in a year's last week.
        last = date(year, 12, 28).isocalendar().week
        raise _wrong(Message("{year} has the weeks 1 to {last}, not {week}", year=year, last=last, week=week)) from None


def _quarter(year: int, quarter: int) -> date:
    if not 1 <= quarter <= 4:
        raise _wrong(Message("a year has the quarters 1 to 4, not {quarter}", quarter=quarter))
    return date(year, quarter * 3 - 2, 1)


def _wrong(message: Message) -> Usage:
    return Usage(message, _HINT, code="period")
