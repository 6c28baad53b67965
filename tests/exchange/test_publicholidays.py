"""Tables made with the holidays library: as its makers know them, and as calendars can read them."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import pytest

from svcctl.exchange.publicholidays import Table, fetch, joined, table_text
from svcctl.model.calendar import Calendar
from svcctl.model.holidays import Holidays
from svcctl.model.problems import BrokenFiles, Problem, Refused, Usage
from svcctl.store import yaml
from svcctl.store.reference import shipped_yaml


def read(text: str) -> Any:
    mapping, problems = yaml.read(text, "calendars/x.yaml")
    assert problems == []
    return mapping


def parsed(mapping: Any) -> Holidays:
    problems: list[Problem] = []
    table = Holidays.parse(mapping, problems)
    assert problems == []
    return table


def in_year(days: Any, year: int) -> set[date]:
    return {date.fromordinal(day) for day in days if date.fromordinal(day).year == year}


YEARS = [("pl", 2024), ("pl", 2025), ("pl", 2026), ("pl", 2027), ("ru", 2024), ("ru", 2025), ("ru", 2026)]


@pytest.mark.parametrize(("name", "year"), YEARS)
def test_what_it_makes_of_our_countries_are_the_published_days(name: str, year: int) -> None:
    """An independent source for the shipped tables, and a check of how ours is made."""
    ours, theirs = parsed(shipped_yaml(f"calendars/{name}.yaml")), parsed(read(table_text(fetch(name, [year]))))

    def on_workdays(days: Any) -> set[date]:
        # Where a holiday lies on a weekend that was not moved, sources differ in whether they list it.
        return {day for day in in_year(days, year) if day.weekday() < 5}

    assert on_workdays(theirs.off) == on_workdays(ours.off)
    assert {day: theirs.work[day] for day in theirs.work} == {
        day: weekday for day, weekday in ours.work.items() if date.fromordinal(day).year == year
    }


def test_a_working_weekend_day_has_the_hours_of_the_day_it_was_swapped_with() -> None:
    week = {"mon-thu": ["09:00-18:00"], "fri": ["09:00-15:00"]}
    tables = {"cn": read(table_text(fetch("CN", [2026])))}
    front = {"calendar": "c", "timezone": "Asia/Shanghai", "week": week, "holidays": "cn"}
    calendar = Calendar.parse(front, tables)
    # 4 January stands for Friday the 2nd, 28 February for Monday the 23rd.
    hours = [calendar.hours(date(2026, month, day).toordinal()) for month, day in ((1, 4), (2, 28), (1, 2))]
    assert hours == [((9 * 3600, 15 * 3600),), ((9 * 3600, 18 * 3600),), ()]


def test_a_day_of_unknown_origin_is_worked_like_a_friday() -> None:
    table = fetch("PL", [2026])
    year = table.years[2026]._replace(work={date(2026, 5, 9): None})
    text = table_text(Table(table.code, {2026: year}))
    assert "2026-05-09: fri  # the day it was swapped with is not known\n" in text
    assert parsed(read(text)).work == {date(2026, 5, 9).toordinal(): 4}


def test_parts_of_a_country_have_holidays_of_their_own() -> None:
    germany, bavaria = fetch("de", [2026]), fetch("de-by", [2026])
    assert set(germany.years[2026].off) < set(bavaria.years[2026].off)
    text = table_text(bavaria)
    assert "holidays: de-by\ncountry: DE\n" in text
    assert "    - 2026-01-06  # Epiphany\n" in text


@pytest.mark.parametrize(
    ("code", "years", "error", "words"),
    [
        ("XX", [2026], Usage, "knows no country “XX”"),
        ("", [2026], Usage, "knows no country “”"),
        ("DE-XX", [2026], Usage, "DE has no part “XX”"),
        ("DE", [2150], Refused, "knows nothing of DE in 2150"),
        ("DE", [2026, 1901], Refused, "knows nothing of DE in 1901"),
    ],
)
def test_what_the_library_does_not_know(code: str, years: list[int], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        fetch(code, years)


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(Refused, match="the holidays library is not installed") as caught:
        fetch("DE", [2026])
    assert "svcctl[holidays]" in str(caught.value.hint)


# Joining


def test_a_year_joins_those_that_stand_there() -> None:
    before = table_text(fetch("DE", [2026])).replace("    off:\n", "    short: [2026-12-31]  # ours\n    off:\n")
    after = joined(before, fetch("DE", [2028, 2027]), "calendars/de.yaml")
    assert after.startswith(before)
    assert parsed(read(after)).years == {2026, 2027, 2028}


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("holidays: de\nyears:\n  2026:\n    off: []\n", Refused, "calendars/de.yaml has 2026 already"),
        ("years:\n  2025:\n    off: []\nholidays: de\n", Refused, "its list of years does not stand there"),
        ("years:\n    2025:\n        off: []\n", Refused, "its list of years does not stand there"),
        ("years: {2025: {off: []}}\n", Refused, "its list of years does not stand there"),
        ("calendar: de\nweek: {mon: []}\n", Refused, "its list of years does not stand there"),
        ("years: [\n", BrokenFiles, "."),
    ],
)
def test_a_file_that_no_year_can_join(text: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        joined(text, fetch("DE", [2026]), "calendars/de.yaml")
