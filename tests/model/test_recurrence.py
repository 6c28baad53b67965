"""How often an errand comes, and at which moments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import BrokenFiles, Usage
from svcctl.model.recurrence import LAST_OF_MONTH, Every, Recurrence, parse_every, parse_recurrence

WARSAW = ZoneInfo("Europe/Warsaw")


@pytest.mark.parametrize(
    ("text", "expected", "shown"),
    [
        ("mon 09:00", Every("week", (0,), 9, 0), "mon 09:00"),
        ("Thu, MON 9:05", Every("week", (0, 3), 9, 5), "mon,thu 09:05"),
        ("пн,чт 09:00", Every("week", (0, 3), 9, 0), "mon,thu 09:00"),
        ("środa 09:00", Every("week", (2,), 9, 0), "wed 09:00"),
        ("workday 18:00", Every("workday", (), 18, 0), "workday 18:00"),
        ("day 00:00", Every("day", (), 0, 0), "day 00:00"),
        ("1,15 09:00", Every("month", (1, 15), 9, 0), "1,15 09:00"),
        ("31 23:59", Every("month", (31,), 23, 59), "31 23:59"),
        ("last 16:00", Every("month", (LAST_OF_MONTH,), 16, 0), "last 16:00"),
    ],
)
def test_how_often(text: str, expected: Every, shown: str) -> None:
    assert parse_every(text) == expected
    assert str(expected) == shown and parse_every(shown) == expected


@pytest.mark.parametrize(
    "text",
    ["", "mon", "09:00", "mon 25:00", "mon 9", "mon,1 09:00", "moon 09:00", "0 09:00", "32 09:00", "workday,mon 9:00"],
)
def test_what_is_not_understood(text: str) -> None:
    with pytest.raises(Usage, match="does not say how often") as caught:
        parse_every(text)
    assert "workday 09:00" in str(caught.value.hint)


def moments(every: str, first: str, last: str, until: date | None = None) -> list[str]:
    since = datetime(2026, 1, 1, tzinfo=WARSAW)
    one = Recurrence("x", "X", "kim", parse_every(every), "+1d", "kim", since, "kim", until)
    span = (datetime.fromisoformat(day).replace(tzinfo=WARSAW) for day in (first, last))
    found = one.occurrences(*span, WARSAW, lambda day: day.weekday() < 5 and day != date(2026, 11, 11))
    return [f"{at:%m-%d %H:%M %z}" for at in found]


@pytest.mark.parametrize(
    ("every", "first", "last", "expected"),
    [
        (
            "mon 09:00",
            "2026-11-01",
            "2026-11-16T09:00",
            ["11-02 09:00 +0100", "11-09 09:00 +0100", "11-16 09:00 +0100"],
        ),
        ("mon 09:00", "2026-11-02T09:00", "2026-11-08", []),
        ("workday 09:00", "2026-11-10", "2026-11-14", ["11-10 09:00 +0100", "11-12 09:00 +0100", "11-13 09:00 +0100"]),
        ("31 09:00", "2026-02-01", "2026-05-01", ["02-28 09:00 +0100", "03-31 09:00 +0200", "04-30 09:00 +0200"]),
        ("last 09:00", "2026-02-01", "2026-04-01", ["02-28 09:00 +0100", "03-31 09:00 +0200"]),
        ("sun 02:30", "2026-10-24", "2026-10-26", ["10-25 02:30 +0200"]),
        ("day 09:00", "2025-12-30", "2026-01-02", ["01-01 09:00 +0100"]),
    ],
)
def test_moments(every: str, first: str, last: str, expected: list[str]) -> None:
    assert moments(every, first, last) == expected


def test_it_ends_with_its_last_day() -> None:
    assert moments("day 09:00", "2026-11-01", "2026-11-30", date(2026, 11, 2)) == [
        "11-01 09:00 +0100",
        "11-02 09:00 +0100",
    ]


@given(
    st.sampled_from(["mon 09:00", "workday 10:30", "day 02:30", "31 23:59", "1,15 00:00"]),
    st.lists(st.integers(0, 400 * 24), min_size=3, max_size=3),
)
def test_a_span_in_two_parts_has_the_same_moments(every: str, hours: list[int]) -> None:
    a, b, c = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in sorted(hours))
    one = Recurrence("x", "X", "kim", parse_every(every), "+1d", "kim", a, "kim")

    def found(first: datetime, last: datetime) -> list[datetime]:
        return list(one.occurrences(first, last, WARSAW, lambda day: day.weekday() < 5))

    assert found(a, b) + found(b, c) == found(a, c)


def test_a_definition_and_its_problems() -> None:
    good = {
        "title": "X",
        "to": "kim",
        "every": "mon 9:00",
        "due": "+1d",
        "by": "anna",
        "since": "2026-11-23T10:00:00+03:00",
    }
    one = parse_recurrence("fire", good)
    assert (one.name, one.controller, str(one.every), one.until) == ("fire", "anna", "mon 09:00", None)
    bad = {"title": "", "to": "two words", "every": "often", "due": "", "since": "then", "until": "x", "wen": "1"}
    with pytest.raises(BrokenFiles) as caught:
        parse_recurrence("fire", bad)
    said = [str(problem.message) for problem in caught.value.problems]
    assert said == [
        "“often” does not say how often",
        "“then” is not a date and time: Invalid isoformat string: 'then'",
        "“by” is missing",
        "“title” is missing",
        "“two words” is not one word",
        "“due” is missing",
        "“x” is not a date of the calendar",
        "“wen” is no key of a recurring errand",
    ]
