"""The shipped holiday tables against the published norms, and against the rules of law they follow from."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from svcctl.model.calendar import Calendar
from svcctl.model.holidays import Holidays
from svcctl.model.month import Month, month
from svcctl.model.problems import Problem, Refused
from svcctl.store.yaml import read

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "regulations", "calendars")
EIGHT_HOURS = {"mon-fri": ["09:00-13:00", "14:00-18:00"]}
DAY = timedelta(days=1)

# Working days and hours of a 40-hour week by months, as printed in the production calendars of ConsultantPlus,
# https://www.consultant.ru/law/ref/calendar/proizvodstvennye/ (2024 to 2027).
RUSSIA = {
    2024: (
        (17, 20, 20, 21, 20, 19, 23, 22, 21, 23, 21, 21),
        (136, 159, 159, 168, 159, 151, 184, 176, 168, 184, 167, 168),
        (248, 1979),
    ),
    2025: (
        (17, 20, 21, 22, 18, 19, 23, 21, 22, 23, 19, 22),
        (136, 160, 167, 175, 144, 151, 184, 168, 176, 184, 151, 176),
        (247, 1972),
    ),
    2026: (
        (15, 19, 21, 22, 19, 21, 23, 21, 22, 22, 20, 22),
        (120, 152, 168, 175, 151, 167, 184, 168, 176, 176, 159, 176),
        (247, 1972),
    ),
    2027: (
        (15, 19, 22, 22, 19, 21, 22, 22, 22, 21, 20, 22),
        (120, 151, 176, 175, 152, 167, 176, 176, 176, 168, 159, 176),
        (247, 1972),
    ),
}

# Wymiar czasu pracy in a one-month accounting period (Kodeks pracy, art. 130), as printed by
# https://kadry.infor.pl/kadry/indywidualne_prawo_pracy/czas_pracy/ and https://www.gazetaprawna.pl/praca/ for 2024
# to 2026; 2027 is the statute's own formula, see test_polish_norms_follow_the_formula_of_the_statute.
POLAND = {
    2024: ((168, 168, 168, 168, 160, 160, 184, 168, 168, 184, 152, 160), (251, 2008)),
    2025: ((168, 160, 168, 168, 160, 160, 184, 160, 176, 184, 144, 160), (249, 1992)),
    2026: ((160, 160, 176, 168, 160, 168, 184, 160, 176, 176, 160, 160), (251, 2008)),
    2027: ((152, 160, 176, 176, 144, 176, 176, 176, 176, 168, 160, 168), (251, 2008)),
}

# What the decrees move, day off to day off; the decrees are named in ru.yaml.
TRANSFERS = {
    2024: {"01-06": "05-10", "01-07": "12-31", "04-27": "04-29", "11-02": "04-30", "12-28": "12-30"},
    2025: {"01-04": "05-02", "01-05": "12-31", "02-23": "05-08", "03-08": "06-13", "11-01": "11-03"},
    2026: {"01-03": "01-09", "01-04": "12-31"},
    2027: {"01-02": "11-05", "01-03": "12-31", "02-20": "02-22"},
}
RUSSIAN_HOLIDAYS = [*(f"01-0{n}" for n in range(1, 9)), "02-23", "03-08", "05-01", "05-09", "06-12", "11-04"]


def shipped(name: str) -> Any:
    with open(os.path.join(FOLDER, f"{name}.yaml"), encoding="utf-8") as file:
        mapping, problems = read(file.read(), f"calendars/{name}.yaml")
    assert not problems
    return mapping


def table(name: str) -> Holidays:
    problems: list[Problem] = []
    holidays = Holidays.parse(shipped(name), problems)
    assert not problems
    return holidays


def months(name: str, zone: str, year: int) -> list[Month]:
    mapping = {"calendar": "office", "timezone": zone, "week": EIGHT_HOURS, "holidays": name}
    office = Calendar.parse(mapping, {name: shipped(name)})
    return [month(office, year, number) for number in range(1, 13)]


def whole_hours(amount: timedelta) -> int:
    assert amount % timedelta(hours=1) == timedelta(0)
    return amount // timedelta(hours=1)


def in_year(numbers: Iterable[int], year: int) -> set[date]:
    return {day for day in map(date.fromordinal, numbers) if day.year == year}


def holidays_of(year: int) -> set[date]:
    return {date.fromisoformat(f"{year}-{day}") for day in RUSSIAN_HOLIDAYS}


def easter(year: int) -> date:
    """Butcher's algorithm for the Gregorian Easter (Nature, 20 April 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    number = (h - m + r + 90) // 25
    return date(year, number, (h - m + r + number + 19) % 32)


@pytest.mark.parametrize("year", RUSSIA)
def test_russian_norms_are_the_published_ones_month_by_month(year: int) -> None:
    days, hours, whole = RUSSIA[year]
    found = months("ru", "Europe/Moscow", year)
    assert tuple(item.days for item in found) == days
    assert tuple(whole_hours(item.hours) for item in found) == hours
    assert (sum(days), sum(hours)) == whole
    assert all(item.norm == item.hours and item.norm_days == item.days for item in found)


@pytest.mark.parametrize("year", POLAND)
def test_polish_norms_are_the_published_ones_month_by_month(year: int) -> None:
    hours, whole = POLAND[year]
    found = months("pl", "Europe/Warsaw", year)
    assert tuple(whole_hours(item.norm) for item in found) == hours
    assert (sum(item.norm_days for item in found), sum(hours)) == whole
    assert all(item.norm == timedelta(hours=8) * item.norm_days for item in found)


@pytest.mark.parametrize("year", POLAND)
def test_polish_norms_follow_the_formula_of_the_statute(year: int) -> None:
    off = {date.fromordinal(day) for day in table("pl").off}
    for item in months("pl", "Europe/Warsaw", year):
        first = date(year, item.month, 1)
        days = [day for n in range(31) if (day := first + n * DAY).month == item.month]
        weeks = len(days) // 7
        left = sum(day.weekday() < 5 for day in days[weeks * 7 :])
        lowering = sum(day in off and day.weekday() != 6 for day in days)
        assert whole_hours(item.norm) == 40 * weeks + 8 * left - 8 * lowering


@pytest.mark.parametrize("year", POLAND)
def test_polish_holidays_are_those_of_the_statute(year: int) -> None:
    fixed = ["01-01", "01-06", "05-01", "05-03", "08-15", "11-01", "11-11", "12-25", "12-26"]
    fixed += ["12-24"] if year >= 2025 else []
    expected = {date.fromisoformat(f"{year}-{day}") for day in fixed}
    expected |= {easter(year) + n * DAY for n in (0, 1, 49, 60)}
    holidays = table("pl")
    assert in_year(holidays.off, year) == expected
    saturdays = {day for day in expected if day.weekday() == 5}
    assert in_year(holidays.in_lieu, year) == saturdays
    assert not holidays.work
    assert not holidays.short


@pytest.mark.parametrize("year", TRANSFERS)
def test_russian_days_off_follow_from_the_labour_code_and_the_decree(year: int) -> None:
    moved = {date.fromisoformat(f"{year}-{a}"): date.fromisoformat(f"{year}-{b}") for a, b in TRANSFERS[year].items()}
    holidays = holidays_of(year)
    off = holidays | set(moved.values())
    for day in sorted(holidays):
        if day.weekday() > 4 and day not in moved and not (day.month == 1 and day.day < 9):
            other = day + DAY
            while other in off or other.weekday() > 4:
                other += DAY
            off.add(other)
    found = table("ru")
    assert in_year(found.off, year) == off
    worked = {a: b for a, b in moved.items() if a not in holidays}
    assert {date.fromordinal(a): b for a, b in found.work.items() if date.fromordinal(a).year == year} == {
        a: b.weekday() for a, b in worked.items()
    }
    working = {day for n in range(366) if (day := date(year, 1, 1) + n * DAY).weekday() < 5} - off
    before = {day for day in working | set(worked.values()) if day + DAY in holidays and day not in holidays}
    standing_for = {a for a, b in worked.items() if b in before}
    short = {day for day in before if day in working} | standing_for
    assert in_year(found.short, year) == short


@pytest.mark.parametrize("name", ["ru", "pl"])
def test_every_shipped_year_names_its_source(name: str) -> None:
    years = shipped(name)["years"]
    assert list(years) == ["2024", "2025", "2026", "2027"]
    assert all(years[year]["source"] for year in years)


def test_a_month_names_its_short_days_days_off_and_working_weekends() -> None:
    item = months("ru", "Europe/Moscow", 2024)[10]
    assert (item.calendar, item.year, item.month) == ("office", 2024, 11)
    assert item.short == [date(2024, 11, 2)]
    assert item.off == [date(2024, 11, 4)]
    assert item.working_weekend == [date(2024, 11, 2)]
    assert months("pl", "Europe/Warsaw", 2026)[11].in_lieu == [date(2026, 12, 26)]


def test_a_day_before_a_transferred_day_off_is_not_short() -> None:
    assert months("ru", "Europe/Moscow", 2025)[11].short == []  # 31 December is transferred, 30 is a full day


def test_a_month_of_round_the_clock_work_counts_real_hours() -> None:
    mapping = {"calendar": "c", "timezone": "Europe/Warsaw", "week": {"mon-sun": ["00:00-24:00"]}}
    always = Calendar.parse(mapping, {})
    assert [whole_hours(month(always, 2026, number).hours) for number in (3, 10, 11)] == [743, 745, 720]


def test_there_is_no_thirteenth_month() -> None:
    always = Calendar.parse({"calendar": "c", "timezone": "UTC", "week": {"mon": ["09:00-10:00"]}}, {})
    for year, number in ((2026, 13), (2026, 0), (1899, 1), (2200, 1)):
        with pytest.raises(Refused, match="there is no month"):
            month(always, year, number)
