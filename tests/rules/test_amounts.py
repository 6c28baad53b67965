"""Amounts of time that people write down as spent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import Usage
from svcctl.rules.amounts import minutes


@pytest.mark.parametrize(
    ("text", "expected"),
    [("25m", 25), ("1h30m", 90), ("8h", 480), ("90m", 90), ("61s", 2), ("1s", 1), ("60s", 1), ("2h!", 120)],
)
def test_minutes(text: str, expected: int) -> None:
    assert minutes(text) == expected


@given(st.integers(1, 100_000))
def test_a_begun_minute_counts(seconds: int) -> None:
    counted = minutes(f"{seconds}s")
    assert (counted - 1) * 60 < seconds <= counted * 60


@pytest.mark.parametrize("text", ["1d", "3d", "2d!"])
def test_days_are_refused_because_nobody_knows_how_long_they_were(text: str) -> None:
    with pytest.raises(Usage, match="in hours and minutes, not in days: “") as caught:
        minutes(text)
    assert caught.value.code == "bad-duration"
    assert str(caught.value.hint) == "write it like 25m or 6h30m"


@pytest.mark.parametrize("text", ["", "25", "m", "-5m", "0m", "half an hour", "1.5h", "25m!!"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(Usage):
        minutes(text)
