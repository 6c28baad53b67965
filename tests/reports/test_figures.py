"""Means, percentiles and shares by their definitions."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.messages import Message
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, mean, percentile

VALUES = st.lists(st.integers(0, 10**7), max_size=40)


def made(unit: str, values: list[int], before: list[int] | None = None) -> Figure:
    samples = [Sample(f"R-{value}", value) for value in values]
    earlier = None if before is None else [Sample("R", value) for value in before]
    return figure("x", Message("X"), unit, samples, earlier)


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7], 90, 7),
        ([1, 2], 50, 2),
        ([1, 3], 50, 2),
        ([0, 10], 90, 9),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, 9),
        ([0, 100, 200, 300], 90, 270),
    ],
)
def test_percentiles_lie_on_the_line_between_neighbours(values: list[int], percent: int, expected: int | None) -> None:
    assert percentile(values, percent) == expected


@given(VALUES.filter(lambda values: len(values) > 1))
def test_percentiles_are_those_of_the_standard_library(values: list[int]) -> None:
    deciles = statistics.quantiles(map(Fraction, values), n=10, method="inclusive")
    ordered = sorted(values)
    assert abs(Fraction(percentile(ordered, 90) or 0) - deciles[8]) <= Fraction(1, 2)
    assert abs(Fraction(percentile(ordered, 50) or 0) - statistics.median(map(Fraction, values))) <= Fraction(1, 2)


@given(VALUES)
def test_a_mean_is_the_rounded_mean(values: list[int]) -> None:
    if not values:
        assert mean(values) is None
    else:
        assert abs(Fraction(mean(values) or 0) - Fraction(sum(values), len(values))) <= Fraction(1, 2)


def test_times_have_mean_median_and_percentile() -> None:
    found = made(SECONDS, [60, 0, 180], [600])
    assert found.as_json() == {"value": 80, "unit": "s", "n": 3, "median": 60, "p90": 156, "previous": 600}
    assert [sample.id for sample in found.behind] == ["R-60", "R-0", "R-180"]


def test_shares_have_four_places_and_no_median() -> None:
    found = made(SHARE, [1, 0, 1], [0, 0])
    assert found.as_json() == {
        "value": 0.6667,
        "unit": "share",
        "n": 3,
        "median": None,
        "p90": None,
        "previous": 0.0,
    }


def test_counts_count() -> None:
    assert made(COUNT, [1, 1], []).as_json() == {
        "value": 2, "unit": "count", "n": 2, "median": None, "p90": None, "previous": 0,
    }  # fmt: skip


@pytest.mark.parametrize("unit", [SECONDS, SHARE])
def test_of_nothing_there_is_no_figure(unit: str) -> None:
    found = made(unit, [], [])
    assert (found.value, found.n, found.median, found.p90, found.previous) == (None, 0, None, None, None)
    assert not found.small


def test_a_figure_that_is_not_compared_has_no_value_before() -> None:
    assert made(COUNT, [1]).previous is None


def test_fewer_than_five_are_few_but_a_count_is_what_it_is() -> None:
    assert made(SECONDS, [1, 2, 3, 4]).small
    assert not made(SECONDS, [1, 2, 3, 4, 5]).small
    assert not made(COUNT, [1]).small
