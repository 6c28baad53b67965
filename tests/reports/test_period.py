"""Periods as people type them, and the ones before them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import Usage
from svcctl.reports.period import DAY, MONTH, QUARTER, WEEK, YEAR, Period, parse_period, period_of

WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 21, 15, 0, tzinfo=WARSAW)


def parsed(text: str) -> Period:
    return parse_period(text, WARSAW, NOW)


def days(period: Period) -> tuple[str, str]:
    """The first moment and the first moment after, by the wall clock."""
    return f"{period.start:%Y-%m-%d %H:%M}", f"{period.end:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "name", "start", "end"),
    [
        ("2026-11", "2026-11", "2026-11-01", "2026-12-01"),
        ("2026-12", "2026-12", "2026-12-01", "2027-01-01"),
        ("2026-W47", "2026-W47", "2026-11-16", "2026-11-23"),
        ("2026-w01", "2026-W01", "2025-12-29", "2026-01-05"),
        ("2026-W53", "2026-W53", "2026-12-28", "2027-01-04"),
        ("2026-Q4", "2026-Q4", "2026-10-01", "2027-01-01"),
        ("2026-q1", "2026-Q1", "2026-01-01", "2026-04-01"),
        (" 2026 ", "2026", "2026-01-01", "2027-01-01"),
        ("2026-11-21", "2026-11-21", "2026-11-21", "2026-11-22"),
        ("today", "2026-11-21", "2026-11-21", "2026-11-22"),
        ("yesterday", "2026-11-20", "2026-11-20", "2026-11-21"),
        ("this-week", "2026-W47", "2026-11-16", "2026-11-23"),
        ("last-week", "2026-W46", "2026-11-09", "2026-11-16"),
        ("last-month", "2026-10", "2026-10-01", "2026-11-01"),
        ("last-quarter", "2026-Q3", "2026-07-01", "2026-10-01"),
        ("last-year", "2025", "2025-01-01", "2026-01-01"),
        ("last-30-days", "2026-10-23..2026-11-21", "2026-10-23", "2026-11-22"),
        ("2026-11-01..2026-11-15", "2026-11-01..2026-11-15", "2026-11-01", "2026-11-16"),
        ("2026-10..2026-11", "2026-10-01..2026-11-30", "2026-10-01", "2026-12-01"),
    ],
)
def test_what_people_type(text: str, name: str, start: str, end: str) -> None:
    period = parsed(text)
    assert period.name == name
    assert days(period) == (f"{start} 00:00", f"{end} 00:00")


def test_two_moments_make_a_period_without_the_second() -> None:
    period = parsed("2026-11-01T10:00..2026-11-02T12:30")
    assert days(period) == ("2026-11-01 10:00", "2026-11-02 12:30")
    assert period.name == "2026-11-01T10:00..2026-11-02T12:30"
    assert days(period.previous()) == ("2026-10-31 07:30", "2026-11-01 10:00")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-11", "2026-10"),
        ("2026-01", "2025-12"),
        ("2026-W01", "2025-W52"),
        ("2027-W01", "2026-W53"),
        ("2026-Q1", "2025-Q4"),
        ("2026", "2025"),
        ("2026-03-01", "2026-02-28"),
        ("2026-11-08..2026-11-14", "2026-11-01..2026-11-07"),
        ("2026-03-29..2026-03-30", "2026-03-27..2026-03-28"),
    ],
)
def test_the_period_before(text: str, name: str) -> None:
    before = parsed(text).previous()
    assert before.name == name
    assert before.end == parsed(text).start


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "“” is no period"),
        ("november", "“november” is no period"),
        ("2026-1", "“2026-1” is no period"),
        ("2026-13", "2026-13 is not a month: a year has 12"),
        ("2026-00", "2026-00 is not a month: a year has 12"),
        ("2026-02-30", "2026-02-30 is not a day of the calendar"),
        ("2025-W53", "2025 has the weeks 1 to 52, not 53"),
        ("2026-W00", "2026 has the weeks 1 to 53, not 0"),
        ("2026-Q5", "a year has the quarters 1 to 4, not 5"),
        ("0001", "0001 is too far away for a report"),
        ("9999", "9999 is too far away for a report"),
        ("last-0-days", "“last-0-days” is no time at all"),
        ("2026-11-15..2026-11-01", "the period 2026-11-15..2026-11-01 ends before it begins"),
        (
            "2026-11-01T10:00..2026-11-01T10:00",
            "the period 2026-11-01T10:00..2026-11-01T10:00 ends before it begins",
        ),
        ("2026-11-01..", "the period has no beginning or no end"),
        ("..2026", "the period has no beginning or no end"),
        ("2026..soon", "“soon” is no period"),
    ],
)
def test_what_is_no_period_is_refused_with_examples(text: str, complaint: str) -> None:
    with pytest.raises(Usage) as caught:
        parsed(text)
    assert str(caught.value) == complaint
    assert "2026-W47" in str(caught.value.hint)


def test_a_moment_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Usage, match="is not a date and time"):
        parsed("2026-11-01T10:00..2026-11-31T10:00")


@given(
    st.dates(date(1971, 1, 1), date(9990, 1, 1)),
    st.sampled_from([YEAR, QUARTER, MONTH, WEEK, DAY]),
)
def test_periods_of_a_unit_follow_each_other_and_are_read_back(day: date, unit: str) -> None:
    period = period_of(unit, day, WARSAW)
    before = period.previous()
    assert period.start.date() <= day < period.end.date()
    assert before.end == period.start and before.unit == unit
    assert parsed(period.name) == period
    assert period_of(unit, period.end.date(), WARSAW).previous() == period


def test_a_day_with_25_hours_is_a_day() -> None:
    start, end = parsed("2026-10-25").seconds
    assert end - start == 25 * 3600
    assert parsed("2026-10-25").last_day == parsed("2026-10-25").start.date()
    assert parsed("2026-10-26").start == parsed("2026-10-25").end


@pytest.mark.parametrize(
    ("typed", "earlier"),
    [
        ("2026", "2025"),
        ("2026-Q4", "2025-Q4"),
        ("2026-11", "2025-11"),
        ("2026-W47", "2025-W47"),
        ("2026-W53", "2025-W52"),
        ("2021-W01", "2020-W01"),
        ("2024-02-29", "2023-02-28"),
        ("2026-11-01..2026-11-15", "2025-11-01..2025-11-15"),
        ("2024-02-29..2024-02-29", "2023-02-28..2023-02-28"),
    ],
)
def test_the_same_period_a_year_earlier(typed: str, earlier: str) -> None:
    assert parsed(typed).year_before() == parsed(earlier)
