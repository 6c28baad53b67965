"""The queue M/M/c against the sums of the textbook."""

from __future__ import annotations

from fractions import Fraction
from math import factorial, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.reports.queueing import erlang_c, expected_wait


def summed(servers: int, offered: Fraction) -> Fraction:
    """Erlang's formula as it is printed: a sum of powers over factorials."""
    last = offered**servers / factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**k / factorial(k) for k in range(servers)) + last)


@given(st.integers(1, 30), st.integers(0, 99))
def test_it_is_the_sum(servers: int, percent: int) -> None:
    offered = Fraction(servers * percent, 100)
    assert isclose(erlang_c(servers, float(offered)), float(summed(servers, offered)), rel_tol=1e-9, abs_tol=1e-12)


def test_one_person_half_busy_makes_wait_as_long_as_the_work() -> None:
    assert expected_wait(1, 0.5, 3600) == 3600


def test_two_people_three_quarters_busy() -> None:
    # Kleinrock: C(2, 1.5) = 9/14; the wait is that times the work over the half person to spare.
    assert expected_wait(2, 1.5, 1.0) == pytest.approx(9 / 7)


@pytest.mark.parametrize(("servers", "offered"), [(1, 1.0), (2, 2.5), (0, 0.0)])
def test_a_queue_that_grows_has_no_mean(servers: int, offered: float) -> None:
    assert expected_wait(servers, offered, 3600) is None
