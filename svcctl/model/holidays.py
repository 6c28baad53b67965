"""Days that differ from the usual week: public holidays, as tables publish them, and a calendar's own dates.

The format of the tables is described at the top of the shipped ones (regulations/calendars). Days are ordinals, as
``date.toordinal`` counts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import is_list, is_mapping, key_place, place_of
from svcctl.model.week import CLOSED, DAYS, Hours, Week, parse_hours, shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years working time is computed for."""

_DATES = Message("write dates as 2026-05-01 and runs of days as 2026-01-01..2026-01-08")


class Holidays:
    """One table: what each of its days is, and which years were published."""

    __slots__ = ("in_lieu", "name", "off", "path", "short", "work", "years")

    def __init__(self, name: str = "", path: str = "") -> None:
        self.name, self.path = name, path
        self.years: set[int] = set()
        self.off: set[int] = set()
        self.short: set[int] = set()
        self.in_lieu: set[int] = set()
        self.work: dict[int, int] = {}

    @classmethod
    def parse(cls, mapping: object, problems: list[Problem]) -> Holidays:
        """Reads a table.

        Args:
            mapping: what the table's file says.
            problems: takes everything that is wrong, with its place.
        """
        keys = Keys(mapping, problems)
        table = cls(keys.text("holidays", required=True), place_of(mapping).path)
        keys.text("country")
        keys.text("title")
        years = keys.mapping_of("years")
        for key in years:
            year = parse_year(key)
            if year is None:
                problems.append(_bad_year(key, key_place(years, key)))
            else:
                table._add_year(year, years[key], place_of(years, key), problems)
        keys.done("a holiday table")
        return table

    def _add_year(self, year: int, mapping: object, place: Place, problems: list[Problem]) -> None:
        self.years.add(year)
        keys = Keys(mapping, problems)
        keys.texts("source")
        if not isinstance(mapping, dict):
            problems.append(Problem(place, "holidays-year", Message("the year {year} has no days", year=year), _DATES))
        for name, days in (("off", self.off), ("short", self.short), ("in_lieu", self.in_lieu)):
            days.update(_listed(keys.raw(name), year, place_of(mapping, name), problems))
        swaps = keys.mapping_of("work")
        for key in swaps:
            self._add_swap(key, swaps, year, problems)
        keys.done("a year of a holiday table")

    def _add_swap(self, key: str, swaps: Any, year: int, problems: list[Problem]) -> None:
        place = key_place(swaps, key)
        weekday = parse_weekday(swaps[key])
        if weekday is None:
            what = Message("“{text}” is neither a date nor a day of the week", text=swaps[key])
            remedy = Message("write the date {key} was swapped with, or a day like fri", key=key)
            problems.append(Problem(place_of(swaps, key), "holidays-date", what, remedy))
            return
        for day in _listed(key, year, place, problems):
            if day in self.off:
                what = Message("{date} is both a day off and a working day", date=date.fromordinal(day))
                problems.append(Problem(place, "holidays-date", what, Message("keep one of the two")))
            self.work[day] = weekday


class Dates:
    """The days whose hours are not those of the week.

    ``hours``: the hours of each; ``off``: those that are days off, into which no shift runs; ``short``: those that
    close an hour earlier.
    """

    __slots__ = ("_table", "_week", "hours", "off", "short")

    def __init__(self, week: Week, table: Holidays | None) -> None:
        self._week, self._table = week, table
        self.hours: dict[int, Hours] = {}
        self.off: set[int] = set()
        self.short: set[int] = set()
        if table is not None:
            self._follow(table)

    def read(self, mapping: Mapping[str, Any], problems: list[Problem]) -> None:
        """Takes over the dates of a calendar, which go before those of its table.

        Args:
            mapping: date or run of dates to ``off``, ``short``, ``work``, ``{like: fri}`` or a list of intervals.
            problems: takes everything that is wrong, with its place.
        """
        seen: set[int] = set()
        for key, value in mapping.items():
            days = parse_span(key)
            if days is None:
                problems.append(
                    _date_problem(key_place(mapping, key), Message("“{text}” is no date", text=key), _DATES)
                )
                continue
            if not seen.isdisjoint(days):
                what = Message("“{text}” stands here a second time", text=key)
                problems.append(_date_problem(key_place(mapping, key), what, Message("name each date once")))
            seen.update(days)
            for day, hours in zip(days, self._meant(days, value, place_of(mapping, key), problems), strict=True):
                self._set(day, hours, value == "short")

    def _follow(self, table: Holidays) -> None:
        for day in table.off:
            self._set(day, CLOSED)
        for day, weekday in table.work.items():
            self._set(day, self._week[weekday] or self._week[(day - 1) % 7])
        for day in table.short:
            self._set(day, self.hours.get(day, self._week[(day - 1) % 7]), short=True)

    def _set(self, day: int, hours: Hours, short: bool = False) -> None:
        self.hours[day] = shortened(hours) if short else hours
        (self.short.add if short and self.hours[day] else self.short.discard)(day)
        (self.off.discard if hours else self.off.add)(day)

    def _meant(self, days: range, value: Any, place: Place, problems: list[Problem]) -> list[Hours]:
        """The hours that one entry means for its days, before a short day is shortened."""
        if value in ("short", "work"):
            return [self._usual(day, value == "work") for day in days]
        if value == "off":
            hours = CLOSED
        elif is_mapping(value):
            hours = self._like(value, place, problems)
        elif isinstance(value, str) and not value[:1].isdigit():
            what = Message("“{text}” says nothing about a day", text=value)
            remedy = did_you_mean(value, ("off", "short", "work")) if value else None
            problems.append(_date_problem(place, what, remedy or Message("write off, short, work or hours")))
            hours = CLOSED
        else:
            hours = parse_hours(value, place, problems)
        return [hours] * len(days)

    def _usual(self, day: int, working: bool) -> Hours:
        """The hours a day has by the week, or has taken over from the weekday it was swapped with.

        A ``working`` day that has neither works like the nearest earlier day of the week that has hours.
        """
        swapped = self._table.work.get(day) if self._table else None
        if swapped is not None and self._week[swapped]:
            return self._week[swapped]
        back = range(7) if working else range(1)
        return next((hours for step in back if (hours := self._week[(day - 1 - step) % 7])), CLOSED)

    def _like(self, value: Any, place: Place, problems: list[Problem]) -> Hours:
        keys = Keys(value, problems)
        word = keys.text("like", required=True)
        keys.done("a date of a calendar")
        weekday = parse_weekday(word) if word else None
        if word and weekday is None:
            what = Message("“{text}” is no day of the week", text=word)
            problems.append(_date_problem(place_of(value, "like"), what, did_you_mean(word, DAYS)))
        elif weekday is not None and not self._week[weekday]:
            what = Message("{day} has no hours to work like", day=DAYS[weekday])
            problems.append(_date_problem(place, what, Message("name a day of the week that has hours")))
        return CLOSED if weekday is None else self._week[weekday]


def parse_span(text: str) -> range | None:
    """The ordinals of the days of ``2026-05-01`` or ``2026-01-01..2026-01-08``; None where it is no date."""
    first, dots, last = text.partition("..")
    start = _parse_date(first)
    end = _parse_date(last) if dots else start
    if start is None or end is None or end < start or (end - start).days > 366:
        return None
    if not FIRST_YEAR <= start.year <= end.year <= LAST_YEAR:
        return None
    return range(start.toordinal(), end.toordinal() + 1)


def parse_weekday(text: Any) -> int | None:
    """The weekday (Monday is 0) that ``fri`` or a date names; None where it is neither."""
    if not isinstance(text, str):
        return None
    word = text.strip().lower()
    if word in DAYS:
        return DAYS.index(word)
    days = parse_span(word)
    return None if days is None or len(days) != 1 else (days[0] - 1) % 7


def parse_year(text: str) -> int | None:
    """The year that four digits name, if working time is computed for it."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        return None
    return int(text) if FIRST_YEAR <= int(text) <= LAST_YEAR else None


def _parse_date(text: str) -> date | None:
    text = text.strip()
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _listed(value: Any, year: int, place: Place, problems: list[Problem]) -> Iterator[int]:
    """The days of a list of dates and runs of dates, all of which must lie in the year."""
    texts = list(value) if is_list(value) else [value] if value else []
    for index, text in enumerate(texts):
        days = parse_span(text) if isinstance(text, str) else None
        if days is not None and date.fromordinal(days[0]).year == year == date.fromordinal(days[-1]).year:
            yield from days
            continue
        what = (
            Message("“{text}” is no date", text=text)
            if days is None
            else Message("“{text}” does not lie in {year}", text=text, year=year)
        )
        problems.append(Problem(place_of(value, index) if is_list(value) else place, "holidays-date", what, _DATES))


def _date_problem(place: Place, message: Message, remedy: Message | None) -> Problem:
    return Problem(place, "calendar-date", message, remedy)


def _bad_year(text: str, place: Place) -> Problem:
    what = Message("“{text}” is no year", text=text)
    remedy = Message("write a year from {first} to {last}", first=FIRST_YEAR, last=LAST_YEAR)
    return Problem(place, "holidays-year", what, remedy)


def unknown_table(name: str, tables: Any, place: Place) -> Problem:
    """The problem of a calendar that names a table the desk does not have."""
    what = Message("there is no holiday table “{name}”", name=name)
    remedy = did_you_mean(name, tables) or Message("put its file into calendars/, or drop the line “holidays:”")
    return Problem(place, "calendar-holidays", what, remedy)
