"""Where the lines of an axis are, and what stands beside them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.render.ticks import rough, span_of, ticks
from svcctl.reports.table import DURATION, NUMBER, PERCENT

values = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=8)


@given(values, st.sampled_from([DURATION, NUMBER]))
def test_an_axis_reaches_beyond_every_value_in_few_equal_steps(found: list[int], kind: str) -> None:
    low, high = span_of(found, kind)
    marks = ticks(low, high, kind)
    assert marks[0] <= min([*found, 0]) and marks[-1] >= max([*found, 0])
    assert 2 <= len(marks) <= 7
    step = marks[1] - marks[0]
    assert all(abs(one + step - other) < 1e-6 * step for one, other in itertools.pairwise(marks))


@pytest.mark.parametrize(
    ("low", "high", "kind", "marks"),
    [
        (0, 1, PERCENT, [0, 0.5, 1]),
        (0, 64, NUMBER, [0, 20, 40, 60, 80]),
        (0, 3, NUMBER, [0, 1, 2, 3]),
        (0, 9 * 3600, DURATION, [0, 4 * 3600, 8 * 3600, 12 * 3600]),
        (0, 200 * 3600, DURATION, [0, 50 * 3600, 100 * 3600, 150 * 3600, 200 * 3600]),
        (-40, 60, NUMBER, [-50, 0, 50, 100]),
        (0, 1, NUMBER, [0, 1]),
    ],
)
def test_steps_are_round(low: float, high: float, kind: str, marks: list[float]) -> None:
    assert ticks(low, high, kind) == pytest.approx(marks)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (0, DURATION, "0"),
        (2700, DURATION, "45 min"),
        (2.5 * 3600, DURATION, "2.5 h"),
        (434_000, DURATION, "121 h"),
        (0.834, PERCENT, "83.4\u00a0%"),
        (1, PERCENT, "100\u00a0%"),
        (1234, NUMBER, "1234"),
        (-12.5, NUMBER, "\u221212.5"),
        (-0.04, NUMBER, "0"),
    ],
)
def test_labels_are_short(value: float, kind: str, text: str) -> None:
    assert rough(value, kind) == text
