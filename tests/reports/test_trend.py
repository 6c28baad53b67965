"""Which periods a trend has."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest

from svcctl.reports.period import Period, parse_period
from svcctl.reports.trend import STEPS, steps
from tests.reports.desks import ZONE

NOW = datetime(2026, 11, 20, 17, tzinfo=ZONE)
LONG_AGO = datetime(2000, 1, 1, tzinfo=ZONE)


def names(text: str, since: datetime | None = LONG_AGO) -> list[str]:
    return [span.name for span in steps(parse_period(text, ZONE, NOW), since, NOW)]


def test_a_year_is_told_by_its_months_until_now() -> None:
    assert names("2025") == [f"2025-{month:02}" for month in range(1, 13)]
    assert names("2026") == [f"2026-{month:02}" for month in range(1, 12)]


@pytest.mark.parametrize(
    ("text", "first"),
    [("2026-11", "2025-12"), ("2026-W47", "2026-W36"), ("2026-Q4", "2024-Q1"), ("2026-11-20", "2026-11-09")],
)
def test_everything_else_stands_after_those_of_its_kind(text: str, first: str) -> None:
    assert names(text)[0] == first
    assert names(text)[-1] == text
    assert len(names(text)) == STEPS


def test_what_was_before_the_first_request_is_left_out() -> None:
    assert names("2026-11", datetime(2026, 9, 30, tzinfo=ZONE)) == ["2026-09", "2026-10", "2026-11"]
    assert names("2026-11", None) == []


def test_the_steps_follow_each_other_without_a_gap() -> None:
    spans: list[Period] = steps(parse_period("2026-10-01..2026-10-09", ZONE, NOW), LONG_AGO, NOW)
    assert all(one.end == other.start for one, other in itertools.pairwise(spans))
