"""Working time: calendars turn instants into working time and working time into deadlines.

>>> week = {"mon-fri": ["09:00-18:00"]}
>>> office = Calendar.parse({"calendar": "office", "timezone": "Europe/Moscow", "week": week}, {})
>>> friday = datetime.fromisoformat("2026-11-20T17:00:00+03:00")
>>> office.add(friday, timedelta(hours=1)).isoformat()
'2026-11-20T18:00:00+03:00'
>>> office.add(friday, timedelta(hours=2)).isoformat()
'2026-11-23T10:00:00+03:00'

All instants are aware datetimes, exact to the second (fractions are dropped); results are in the calendar's zone.
An interval is working time from its opening up to, but not at, its closing instant.

Python compares and subtracts two datetimes of one zone by their wall clocks, and never holds instants of different
zones equal in an hour that comes twice. So elapsed time is ``between``, or a difference taken in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from svcctl.model.holidays import Dates, Holidays, unknown_table
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused, Usage
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import place_of
from svcctl.model.timeline import Timeline, united
from svcctl.model.week import MIDNIGHT, Hours, Week, parse_week

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias, overload

Pause: TypeAlias = "tuple[datetime, datetime]"
OpenPause: TypeAlias = "tuple[datetime, datetime | None]"

MAX_WORK = timedelta(days=50 * 366)
"""The longest amount of working time that is taken for meant."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_FOREVER = 1 << 62


class Calendar:
    """Working hours by weekday with exceptions by date, in one time zone.

    ``name``; ``zone``, a ZoneInfo; ``week``, the hours of seven days; ``dates``, the days that differ from it;
    ``holidays``, the table it names, or None.
    """

    __slots__ = ("_line", "_version", "dates", "holidays", "name", "week", "zone")

    def __init__(self, name: str, zone: ZoneInfo, week: Week, dates: Dates, holidays: Holidays | None = None) -> None:
        self.name, self.zone, self.week, self.dates, self.holidays = name, zone, week, dates, holidays
        self._line: Timeline | None = None
        self._version = ""

    @classmethod
    def parse(cls, mapping: Mapping[str, Any], tables: Mapping[str, Any]) -> Calendar:
        """Reads a calendar.

        Args:
            mapping: what a calendar's file says: ``calendar`` (its name), ``timezone`` (IANA), ``week`` (days such as
                ``mon-thu`` to intervals), and where wanted ``holidays`` (the name of a table) and ``dates`` (dates
                to ``off``, ``short``, ``work``, ``{like: fri}`` or intervals), which go before the table's.
            tables: holiday tables by name, each as its file says it; only the one the calendar names is read.

        Raises:
            BrokenFiles: with every problem of the calendar and of its table, each with its place.
        """
        problems: list[Problem] = []
        keys = Keys(mapping, problems)
        name = keys.text("calendar", required=True)
        keys.text("title")
        zone = _parse_zone(keys)
        week = parse_week(keys.mapping_of("week"), problems)
        holidays = _parse_holidays(keys, tables)
        dates = Dates(week, holidays)
        dates.read(keys.mapping_of("dates"), problems)
        keys.done("a calendar")
        if not problems and not any(week) and not any(dates.hours.values()):
            problems.append(_empty(place_of(mapping, "week")))
        if problems:
            raise BrokenFiles(problems)
        return cls(name, zone, week, dates, holidays)

    if TYPE_CHECKING:

        @overload
        def add(self, start: datetime, work: timedelta, pauses: Iterable[Pause] = ()) -> datetime: ...
        @overload
        def add(self, start: datetime, work: timedelta, pauses: Iterable[OpenPause]) -> datetime | None: ...

    def add(self, start: datetime, work: timedelta, pauses: Iterable[OpenPause] = ()) -> datetime | None:
        """The instant at which so much working time has passed since ``start``.

        An amount that exhausts an interval ends at its closing instant. Zero outside working hours, or in a pause,
        rolls to the next instant that is working time.

        Args:
            pauses: ``(since, until)`` intervals cut out of the timeline; they may overlap and begin before
                ``start``; ``until`` None is a pause that is open still.

        Returns:
            The instant, or None where an open pause keeps it from ever coming.

        Raises:
            Usage: an instant without a zone, a negative amount, a pause that ends before it begins.
            Refused: the answer lies beyond the years working time is computed for.
        """
        begun, amount, line = _second(start), _amount(work), self.line
        cuts = _cuts(pauses, begun) if pauses else ()
        target = line.done(begun) + amount
        found = line.first_with(target) if amount else _opening(line, begun)
        for since, until in cuts:
            if found < since or (found == since and amount):
                break
            if until == _FOREVER:
                return None
            target += line.done(until) - line.done(since)
            found = line.first_with(target) if amount else _opening(line, until)
        return datetime.fromtimestamp(found, self.zone)

    def subtract(self, end: datetime, work: timedelta, pauses: Iterable[OpenPause] = ()) -> datetime:
        """The latest instant from which so much working time passes until ``end``: the mirror of ``add``.

        An amount that exhausts an interval begins at its opening instant. Zero outside working hours, or in a pause,
        rolls back to the closing instant before it. Arguments and errors are those of ``add``.
        """
        ended, amount, line = _second(end), _amount(work), self.line
        cuts = _cuts(pauses, -_FOREVER) if pauses else []
        if not amount:
            return datetime.fromtimestamp(_last_closing(line, ended, cuts), self.zone)
        target = line.done(ended) - amount
        found = line.last_with(target)
        for since, until in reversed(cuts):
            if since >= ended:
                continue
            if found >= until:
                break
            target -= line.done(min(until, ended)) - line.done(since)
            found = line.last_with(target)
        return datetime.fromtimestamp(found, self.zone)

    def between(self, start: datetime, end: datetime, pauses: Iterable[OpenPause] = ()) -> timedelta:
        """The working time from ``start`` to ``end`` without the pauses; arguments and errors as of ``add``."""
        begun, ended = _range(start, end)
        line = self.line
        work = -line.done(begun) + line.done(ended)
        for since, until in _cuts(pauses, begun, ended) if pauses else ():
            work -= line.done(until) - line.done(since)
        return timedelta(seconds=work)

    if TYPE_CHECKING:

        @overload
        def add_days(self, start: datetime, days: int, pauses: Iterable[Pause] = ()) -> datetime: ...
        @overload
        def add_days(self, start: datetime, days: int, pauses: Iterable[OpenPause]) -> datetime | None: ...

    def add_days(self, start: datetime, days: int, pauses: Iterable[OpenPause] = ()) -> datetime | None:
        """The closing instant of the so many-th working day after the date of ``start``.

        The day of the start does not count (Civil Code of Russia, article 191; Kodeks cywilny, art. 111 § 2). Pauses
        move the deadline by exactly the working time they cut out of the term. Returns and errors as of ``add``.
        """
        if days < 1:
            raise Usage(
                Message("a term of {n} working days has no deadline", n=days),
                Message("a term in days is one day at least"),
                code="calendar-amount",
            )
        begun = _second(start)
        day = datetime.fromtimestamp(begun, self.zone).toordinal()
        deadline = datetime.fromtimestamp(self.line.closing(day, days, begun), self.zone)
        return self.add(start, self.between(start, deadline), pauses) if pauses else deadline

    def is_open(self, instant: datetime) -> bool:
        """Whether the instant is working time; a closing instant is not."""
        return self.line.is_open(_second(instant))

    def next_open(self, instant: datetime) -> datetime:
        """The instant itself if it is working time, else the next opening."""
        return datetime.fromtimestamp(_opening(self.line, _second(instant)), self.zone)

    def segments(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The working intervals between two instants, cut at both, in order; touching ones are one."""
        begun, ended = _range(start, end)
        moment, zone = datetime.fromtimestamp, self.zone
        return [(moment(first, zone), moment(last, zone)) for first, last in self.line.between(begun, ended)]

    def missing_years(self, start: datetime, end: datetime) -> list[int]:
        """The years from ``start`` to ``end`` for which the calendar's holiday table has no dates."""
        if self.holidays is None:
            return []
        first, last = start.astimezone(self.zone).year, end.astimezone(self.zone).year
        if first == last and first in self.holidays.years:
            return []
        _range(start, end)
        return [year for year in range(first, last + 1) if year not in self.holidays.years]

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether holidays are published for every year from ``start`` to ``end``, as far as they matter here."""
        return not self.missing_years(start, end)

    @property
    def version(self) -> str:
        """Eight hexadecimal digits that change whenever hours, dates, zone or holidays do; spelling is no matter."""
        if not self._version:
            from zlib import crc32

            years = sorted(self.holidays.years) if self.holidays else []
            dates = self.dates
            content = (sorted(dates.hours.items()), sorted(dates.off), sorted(dates.short), years)
            self._version = f"{crc32(repr((self.zone.key, self.week, content)).encode()):08x}"
        return self._version

    @property
    def line(self) -> Timeline:
        """The calendar's working time as a line of seconds, built when it is first asked for."""
        if self._line is None:
            self._line = Timeline(self.zone, self.hours)
        return self._line

    def hours(self, day: int) -> Hours:
        """The working intervals of the shifts that open on a day (an ordinal); what runs into a day off is off."""
        hours = self.dates.hours.get(day)
        if hours is None:
            hours = self.week[(day - 1) % 7]
        if hours and hours[-1][1] > MIDNIGHT and day + 1 in self.dates.off:
            return (*hours[:-1], (hours[-1][0], MIDNIGHT))
        return hours


def _parse_zone(keys: Keys) -> ZoneInfo:
    name = keys.text("timezone", required=True, default="UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        what = Message("there is no time zone “{name}”", name=name)
        near = did_you_mean(name, available_timezones()) if len(name) < 60 else None
        keys.report("timezone", "calendar-zone", what, near or Message("write a name like Europe/Moscow"))
        return ZoneInfo("UTC")


def _parse_holidays(keys: Keys, tables: Mapping[str, Any]) -> Holidays | None:
    name = keys.text("holidays")
    if not name:
        return None
    if name not in tables:
        keys.problems.append(unknown_table(name, tables, place_of(keys.mapping, "holidays")))
        return None
    return Holidays.parse(tables[name], keys.problems)


def _empty(place: Place) -> Problem:
    what = Message("the calendar has no working hours at all")
    return Problem(place, "calendar-empty", what, Message("add hours to it, for example mon-fri: [09:00-18:00]"))


def _second(instant: datetime) -> int:
    """Whole seconds since the epoch."""
    try:
        return (instant - _EPOCH) // _SECOND
    except TypeError:
        raise Usage(
            Message("the moment {instant} has no time zone", instant=instant),
            Message("write its offset, for example 2026-11-21T15:00:00+03:00"),
            code="calendar-instant",
        ) from None


def _amount(work: timedelta) -> int:
    seconds = work // _SECOND
    if seconds < 0:
        raise Usage(
            Message("{amount} is less than no working time", amount=work),
            Message("count back from the later moment instead"),
            code="calendar-amount",
        )
    if work > MAX_WORK:
        raise Refused(
            Message("{amount} of working time is more than fifty years", amount=work),
            Message("check the length of time"),
            code="calendar-horizon",
        )
    return seconds


def _range(start: datetime, end: datetime) -> tuple[int, int]:
    begun, ended = _second(start), _second(end)
    if ended < begun:
        raise _reversed(start, end)
    return begun, ended


def _reversed(start: datetime, end: datetime) -> Usage:
    return Usage(
        Message("{end} is before {start}", start=start.isoformat(), end=end.isoformat()),
        Message("name the earlier moment first"),
        code="calendar-range",
    )


def _cuts(pauses: Iterable[OpenPause], start: int, end: int = _FOREVER) -> list[tuple[int, int]]:
    """The union of the pauses within ``start`` and ``end``, in order."""
    spans = []
    for since, until in pauses:
        first, last = _second(since), _FOREVER if until is None else _second(until)
        if last < first:
            raise _reversed(since, until or since)
        if first < end and last > start and first < last:
            spans.append((max(first, start), min(last, end)))
    return united(spans)


def _opening(line: Timeline, instant: int) -> int:
    return instant if line.is_open(instant) else line.last_with(line.done(instant))


def _last_closing(line: Timeline, end: int, cuts: list[tuple[int, int]]) -> int:
    """The instant itself where it lies in or at the edge of unpaused working time, else the closing before it."""
    if line.is_open(end) and not any(since <= end < until for since, until in cuts):
        return end
    found = line.first_with(line.done(end))
    for since, until in reversed(cuts):
        if since < found <= until:
            found = line.first_with(line.done(since))
    return found
