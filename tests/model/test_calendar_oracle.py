"""The engine against an oracle that walks the clock cell by cell.

The oracle is written from the conventions of working time alone and shares no code with the engine: it paints a
window of time, a minute or a second a cell, with what is working time, and counts. Random weeks, overnight shifts,
zones, clock changes, holidays, short and working days, pauses.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from svcctl.model.calendar import Calendar

NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
ZONES = [
    *("UTC", "Europe/Moscow", "Europe/Warsaw", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"),
    *("America/Santiago", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores", "America/Havana", "Africa/Casablanca"),
    *("Antarctica/Troll", "Pacific/Chatham", "Asia/Tehran", "Pacific/Apia"),
]

Minutes = list[tuple[int, int]]
Pauses = list[tuple[datetime, datetime | None]]


def shown(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def written(hours: Minutes) -> list[str]:
    return [f"{shown(a)}-{shown(b if b <= 1440 else b - 1440)}" for a, b in hours]


class Plan:
    """A random calendar: how it is written, and what it means."""

    def __init__(self, dice: random.Random, zones: list[str]) -> None:
        self.dice = dice
        self.zone = ZoneInfo(dice.choice(zones))
        self.first = self.random_day()
        self.week = self.random_week()
        self.table_off: set[date] = set()
        self.table_short: set[date] = set()
        self.table_work: dict[date, int] = {}
        self.own: dict[date, Any] = {}
        self.random_dates()

    def random_day(self) -> date:
        """A day some days before a change of the clocks, where the zone has one in a random year."""
        year = self.dice.choice([2011, 2016, *range(2020, 2031)])
        days = [date(year, 1, 1) + n * DAY for n in range(365)]
        changes = [a for a, b in pairwise(days) if self.offset(a) != self.offset(b)]
        day = self.dice.choice(changes) if changes and self.dice.random() < 0.8 else self.dice.choice(days)
        return day - self.dice.randrange(12) * DAY

    def offset(self, day: date) -> timedelta | None:
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).utcoffset()

    def random_week(self) -> list[Minutes]:
        if self.dice.random() < 0.05:
            return [[(0, 1440)] for _ in range(7)]
        week = [self.random_hours() if self.dice.random() < 0.75 else [] for _ in range(7)]
        if not any(week):
            week[2] = [(540, 1080)]
        for day in range(7):
            self.make_overnight(week, day)
        return week

    def random_hours(self) -> Minutes:
        span = self.dice.choice([(0, 1440), (0, 360), (420, 1200), (420, 1200)])
        marks = sorted(self.dice.sample(range(span[0], span[1] + 1, self.dice.choice([1, 5, 15, 30])), 6))
        count = self.dice.choice([1, 1, 2, 2, 3])
        hours = [(marks[2 * n], marks[2 * n + 1]) for n in range(count)]
        if count > 1 and self.dice.random() < 0.1:
            hours[1] = (hours[0][1], hours[1][1])
        return hours

    def make_overnight(self, week: list[Minutes], day: int) -> None:
        """Lets the last shift run past midnight, as long as it overlaps no opening."""
        if not week[day] or self.dice.random() > 0.3 or week[day][-1][0] >= 1440:
            return
        following = week[(day + 1) % 7]
        limit = min([week[day][0][0], week[day][-1][0] - 1, *([following[0][0]] if following else [])])
        if limit > 0:
            week[day][-1] = (week[day][-1][0], 1440 + self.dice.randint(1, limit))

    def random_dates(self) -> None:
        for n in range(-3, 40):
            day, kind = self.first + n * DAY, self.dice.random()
            if kind < 0.05:
                self.table_off.add(day)
            elif kind < 0.08:
                self.table_work[day] = self.dice.randrange(7)
            elif kind < 0.12:
                self.table_short.add(day)
            if self.dice.random() < 0.08:
                self.own[day] = self.random_rule()

    def random_rule(self) -> Any:
        full = [n for n in range(7) if self.week[n]]
        like = {"like": NAMES[self.dice.choice(full)]}
        return self.dice.choice(["off", "short", "work", like, self.random_hours(), []])

    def mapping(self) -> tuple[dict[str, Any], dict[str, Any]]:
        years: dict[str, Any] = {}
        for day in sorted({*self.table_off, *self.table_work, *self.table_short}):
            year = years.setdefault(str(day.year), {"off": [], "work": {}, "short": []})
            if day in self.table_off:
                year["off"].append(str(day))
            if day in self.table_work:
                year["work"][str(day)] = NAMES[self.table_work[day]]
            if day in self.table_short:
                year["short"].append(str(day))
        dates = {str(day): written(rule) if isinstance(rule, list) else rule for day, rule in self.own.items()}
        week = {NAMES[n]: written(hours) for n, hours in enumerate(self.week) if hours}
        calendar = {"calendar": "c", "timezone": self.zone.key, "week": week, "holidays": "own", "dates": dates}
        return calendar, {"own": {"holidays": "own", "years": years}}

    def meaning(self, day: date) -> tuple[Minutes, bool]:
        """The hours of a day before any shift is cut, and whether the day is a day off."""
        usual = self.week[day.weekday()]
        swapped = self.week[self.table_work[day]] if day in self.table_work else []
        rule = self.own.get(day)
        if isinstance(rule, list):
            hours = rule
        elif rule == "off":
            hours = []
        elif rule == "work":
            hours = swapped or next(h for n in range(7) if (h := self.week[(day - n * DAY).weekday()]))
        elif rule == "short":
            hours = swapped or usual
        elif rule is not None:
            hours = self.week[NAMES.index(rule["like"])]
        elif day in self.table_off:
            hours = []
        else:
            hours = swapped or usual
        hours = self.joined(hours)
        is_short = rule == "short" or (rule is None and day in self.table_short)
        named = rule is not None or day in self.table_off or day in self.table_work or day in self.table_short
        return self.without_last_hour(hours) if is_short else hours, named and not hours

    @staticmethod
    def joined(hours: Minutes) -> Minutes:
        """Touching intervals are one."""
        minutes = {minute for a, b in hours for minute in range(a, b)}
        edges = sorted(minute for minute in minutes if minute - 1 not in minutes)
        return [(a, next(m for m in range(a, 2881) if m not in minutes)) for a in edges]

    @staticmethod
    def without_last_hour(hours: Minutes) -> Minutes:
        minutes = [(index, minute) for index, (a, b) in enumerate(hours) for minute in range(a, b)][:-60]
        kept = [[minute for where, minute in minutes if where == index] for index in range(len(hours))]
        return [(part[0], part[-1] + 1) for part in kept if part]

    def shifts(self, day: date) -> list[tuple[int, int]]:
        """The shifts that open on a day, in seconds of the epoch; what runs into a day off is cut."""
        limit = 1440 if self.meaning(day + DAY)[1] else 2880
        spans = [(self.instant(day, a), self.instant(day, min(b, limit))) for a, b in self.meaning(day)[0]]
        return [(a, b) for a, b in spans if a < b]

    def instant(self, day: date, minute: int) -> int:
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(minutes=minute)
        return int(local.timestamp())  # adding to an aware datetime is wall clock arithmetic, with fold=0


class Walk:
    """A window of time painted cell by cell, and the questions answered by counting."""

    def __init__(self, plan: Plan, days: int, step: int) -> None:
        self.plan, self.step = plan, step
        start = datetime(plan.first.year, plan.first.month, plan.first.day, tzinfo=UTC)
        self.origin, self.count = int(start.timestamp()), days * 86400 // step
        self.open = bytearray(self.count)
        for n in range(-3, days + 3):
            for a, b in plan.shifts(plan.first + n * DAY):
                self.paint(self.open, a, b, 1)

    def paint(self, cells: bytearray, a: int, b: int, value: int) -> None:
        first, last = self.index(a), self.index(b)
        if first < last:
            cells[first:last] = bytes([value]) * (last - first)

    def index(self, second: int) -> int:
        assert (second - self.origin) % self.step == 0
        return max(0, min(self.count, (second - self.origin) // self.step))

    def at(self, index: int) -> datetime:
        return datetime.fromtimestamp(self.origin + index * self.step, UTC)

    def is_at(self, instant: datetime | None, index: int) -> bool:
        """Whether both are one instant; ``==`` never holds between zones in an hour that comes twice."""
        return instant is not None and instant.timestamp() == self.origin + index * self.step

    def cell(self, instant: datetime) -> int:
        return self.index(int(instant.timestamp()))

    def without(self, pauses: Pauses) -> bytearray:
        cells = bytearray(self.open)
        for since, until in pauses:
            end = self.count if until is None else self.cell(until)
            if self.cell(since) < end:
                cells[self.cell(since) : end] = bytes(end - self.cell(since))
        return cells

    def add(self, cells: bytearray, start: int, amount: int) -> int | None:
        left = amount
        for index in range(start, self.count):
            if cells[index]:
                if amount == 0:
                    return index
                left -= 1
                if left == 0:
                    return index + 1
        return None

    def subtract(self, cells: bytearray, end: int, amount: int) -> int | None:
        if amount == 0 and end < self.count and cells[end]:
            return end
        left = amount
        for index in range(end - 1, -1, -1):
            if cells[index]:
                if amount == 0:
                    return index + 1
                left -= 1
                if left == 0:
                    return index
        return None

    def add_days(self, start: datetime, days: int) -> int:
        """The deadline of a term of days, in seconds of the epoch."""
        day = start.astimezone(self.plan.zone).date()
        while days:
            day += DAY
            days -= bool(self.plan.shifts(day))
        return max(b for _, b in self.plan.shifts(day))

    def runs(self, cells: bytearray, start: int, end: int) -> Iterator[tuple[int, int]]:
        index = start
        while index < end:
            if cells[index]:
                first = index
                while index < end and cells[index]:
                    index += 1
                yield first, index
            index += 1


class Case:
    """One random question to a calendar and its walk."""

    def __init__(self, calendar: Calendar, walk: Walk, dice: random.Random) -> None:
        self.calendar, self.walk = calendar, walk
        self.start, self.end = sorted(self.random_cell(dice) for _ in range(2))
        self.pauses = self.random_pauses(dice)
        self.cells = walk.without(self.pauses)
        self.is_open_pause = any(until is None for _, until in self.pauses)
        ahead = self.cells.count(1, self.start)
        behind = self.cells.count(1, 0, self.start)
        self.amount = dice.choice([0, dice.randint(0, ahead + 5 * self.is_open_pause), self.edge()])
        self.amount = min(self.amount, ahead + 5 * self.is_open_pause)
        self.back = min(dice.choice([0, self.amount, dice.randint(0, behind)]), behind)
        self.days = dice.randint(1, 5)

    def random_cell(self, dice: random.Random) -> int:
        """A cell of the window, every other time one where hours begin or end."""
        cells, index = self.walk.open, dice.randrange(self.walk.count // 8, self.walk.count - 1)
        edge = cells.find(1 - cells[index], index) if dice.random() < 0.5 else index
        return edge if 0 <= edge < self.walk.count - 1 else index

    def random_pauses(self, dice: random.Random) -> Pauses:
        walk, pauses = self.walk, Pauses()
        for _ in range(dice.choice([0, 0, 1, 2, 4])):
            since = dice.choice([dice.randrange(walk.count), self.random_cell(dice), self.start])
            length = dice.choice([1, dice.randrange(45), dice.randrange(walk.count // 3)])
            since = max(0, since - length) if dice.random() < 0.3 else since
            until = walk.at(min(walk.count, since + length)) if dice.random() < 0.93 else None
            pauses.append((walk.at(since), until))
        return pauses

    def edge(self) -> int:
        """The amount that exhausts the interval the start lies in or before."""
        index, found = self.start, 0
        while index < self.walk.count and (self.cells[index] or not found):
            found += self.cells[index]
            index += 1
        return found

    def length(self, cells: int) -> timedelta:
        return timedelta(seconds=cells * self.walk.step)

    def check(self) -> None:
        walk, start, end = self.walk, self.walk.at(self.start), self.walk.at(self.end)
        found = self.calendar.add(start, self.length(self.amount), self.pauses)
        expected = walk.add(self.cells, self.start, self.amount)
        if expected is None:
            assert self.is_open_pause or not self.amount
            assert found is None or walk.cell(found) == walk.count
        else:
            assert found is not None
            assert walk.is_at(found, expected)
            self.check_laws(found, start)
        worked = self.length(self.cells.count(1, self.start, self.end))
        assert self.calendar.between(start, end, self.pauses) == worked
        back = walk.subtract(self.cells, self.start, self.back)
        if back is not None:
            assert walk.is_at(self.calendar.subtract(start, self.length(self.back), self.pauses), back)
        assert self.calendar.is_open(start) == bool(walk.open[self.start])
        opening = walk.add(walk.open, self.start, 0)
        assert opening is None or walk.is_at(self.calendar.next_open(start), opening)
        self.check_days(start)

    def check_laws(self, found: datetime, start: datetime) -> None:
        """``between`` undoes ``add``, and ``add`` undoes ``between``."""
        amount = self.length(self.amount)
        assert self.calendar.between(start, found, self.pauses) == amount
        again = self.calendar.add(start, self.calendar.between(start, found, self.pauses), self.pauses)
        assert (again, again and again.fold) == (found, found.fold)

    def check_days(self, start: datetime) -> None:
        walk, expected = self.walk, self.walk.add_days(start, self.days)
        assert self.calendar.add_days(start, self.days).timestamp() == expected
        if expected < walk.origin + walk.count * walk.step:
            due = walk.add(self.cells, self.start, walk.open.count(1, self.start, walk.index(expected)))
            found = self.calendar.add_days(start, self.days, self.pauses)
            assert due is None or walk.is_at(found, due)

    def __str__(self) -> str:
        mapping, tables = self.walk.plan.mapping()
        where = f"{self.walk.at(self.start)} .. {self.walk.at(self.end)} + {self.length(self.amount)}"
        return f"{mapping}\n{tables}\n{where}\n- {self.length(self.back)}, {self.days}d, pauses {self.pauses}"


def check_cases(seed: int, cases: int, each: int = 20) -> int:
    """Asks the questions of so many cases; returns how many were answered by a walk in seconds."""
    dice, zones = random.Random(seed), sorted(available_timezones())
    in_seconds = done = 0
    while done < cases:
        plan = Plan(dice, dice.choice([ZONES, zones]))
        calendar = Calendar.parse(*plan.mapping())
        step, days = (1, 2) if dice.random() < 0.02 else (60, dice.choice([3, 10, 21]))
        walk = Walk(plan, days, step)
        segments = calendar.segments(walk.at(0), walk.at(walk.count))
        runs = [(walk.cell(a), walk.cell(b)) for a, b in segments]
        assert runs == list(walk.runs(walk.open, 0, walk.count)), plan.mapping()
        for _ in range(each):
            case = Case(calendar, walk, dice)
            try:
                case.check()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, case {done}: {error}\n{case}") from error
            done += 1
            in_seconds += step == 1
    return in_seconds


@pytest.mark.parametrize("seed", range(4))
def test_the_engine_agrees_with_a_walk_cell_by_cell(seed: int) -> None:
    check_cases(seed, 300)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_the_engine_agrees_with_a_walk_in_a_hundred_thousand_cases(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    in_seconds = check_cases(seed, 10_000)
    with capsys.disabled():
        print(f"\noracle, seed {seed}: 10,000 cases agree, {in_seconds:,} of them to the second")
