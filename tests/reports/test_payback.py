"""report payback: work recounted by minutes, money by hand, and every way in which nothing comes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import mean, variance
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Resolved, Taken, Worked
from svcctl.model.money import Money
from svcctl.model.problems import Usage
from svcctl.model.request import Request
from svcctl.reports.payback import Terms, payback, working_days
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, OFFICE, ZONE, at, entry, request, rows, worked
from tests.reports.lives import DEPARTMENTS, NOW, desks, lived, seconds, wrote

BEFORE = parse_period("2026-11-02..2026-11-06", ZONE, NOW)
AFTER = parse_period("2026-11-09..2026-11-13", ZONE, NOW)


def money(amount: str, currency: str = "RUB") -> Money:
    return Money(Decimal(amount), currency)


def terms(cost: str = "9000", rate: str = "1500") -> Terms:
    return Terms(money(cost), money(rate), OFFICE)


def made(
    desk: Sequence[Request], what: Terms | None = None, period: Period = AFTER, before: Period | None = BEFORE
) -> Report:
    found = [entry(one, NOW, None) for one in desk]
    return payback(found, period, before, NOW, lambda word: DEPARTMENTS.get(word, ""), what or terms())


def took(name: str, moment: datetime, minutes: int) -> Request:
    return request(
        name,
        moment,
        [
            (moment, "anna", Taken()),
            (moment, "anna", Worked(minutes=minutes)),
            (moment + timedelta(hours=1), "anna", Resolved(outcome="ok")),
        ],
    )


def week(first: datetime, *minutes: int) -> list[Request]:
    return [took(f"{first:%d}-{number}", first, spent) for number, spent in enumerate(minutes)]


def only(report: Report, name: str) -> dict[str, Any]:
    (row,) = rows(report, name)
    return row


# By hand


def test_a_saving_is_told_by_the_working_day_and_comes_back_in_so_many() -> None:
    desk = [*week(at("3 10:00"), 50, 60, 70, 60, 60), *week(at("10 10:00"), 30, 30, 30, 30, 30)]
    report = made(desk)
    # Half an hour saved on each of 5 requests in 5 working days: half an hour a day, 750 RUB; 9000 RUB in 12 days.
    saved, paid = only(report, "saved"), only(report, "payback")
    assert (saved["before_s"], saved["now_s"], saved["saved_s"], saved["daily_s"]) == (3600, 1800, 1800, 1800)
    assert (saved["n_before"], saved["n"], saved["days"]) == (5, 5, 5)
    half = 1.959964 * sqrt(variance([3000, 3600, 4200, 3600, 3600]) / 5)
    assert (saved["low_s"], saved["high_s"]) == (round(1800 - half), round(1800 + half))
    assert paid["daily"] == {"amount": "750.00", "currency": "RUB"}
    assert paid["so_far"] == {"amount": "3750.00", "currency": "RUB"}
    assert (paid["days"], paid["on"]) == (12, "2026-11-24")
    assert paid["quickest"] == round(12 * 1800 / (1800 + half), 1)
    assert paid["slowest"] == round(12 * 1800 / (1800 - half), 1)
    assert str(report.finding) == (
        "9000.00 RUB come back after 12.0 working days: each working day saves 0.5 hours of work."
    )


def test_what_takes_more_work_never_comes_back() -> None:
    report = made([*week(at("3 10:00"), 30), *week(at("10 10:00"), 60)])
    assert "never comes back" in str(report.finding)
    paid = only(report, "payback")
    assert (paid["days"], paid["on"]) == (None, None)
    assert paid["daily"]["amount"].startswith("-")
    assert only(report, "saved")["saved_s"] == -1800


def test_what_saves_nothing_never_comes_back_and_what_cost_nothing_has() -> None:
    same = [*week(at("3 10:00"), 30), *week(at("10 10:00"), 30)]
    assert only(made(same), "payback")["days"] is None
    assert only(made(same, terms(cost="0")), "payback")["days"] == 0


def test_a_tiny_saving_has_no_day() -> None:
    desk = [*week(at("3 10:00"), 31), *week(at("10 10:00"), 30)]
    paid = only(made(desk, terms(cost="9000000", rate="1")), "payback")
    assert paid["days"] > 1_000_000 and paid["on"] is None


def test_few_requests_and_a_difference_that_may_be_chance_are_said() -> None:
    few = made([*week(at("3 10:00"), 60), *week(at("10 10:00"), 30)])
    assert str(few.finding).endswith("So few requests prove nothing.")
    assert only(few, "saved")["low_s"] is None and only(few, "payback")["slowest"] is None
    wild = made([*week(at("3 10:00"), 5, 400, 5, 5, 60), *week(at("10 10:00"), 5, 300, 5, 5, 60)])
    assert str(wild.finding).endswith("The difference may be chance.")
    assert only(wild, "payback")["slowest"] is None


@pytest.mark.parametrize(
    ("first", "empty"), [("3 10:00", "2026-11-09..2026-11-13"), ("10 10:00", "2026-11-02..2026-11-06")]
)
def test_an_empty_side_is_told_in_words(first: str, empty: str) -> None:
    report = made(week(at(first), 30))
    assert str(report.finding) == f"Nothing was resolved in {empty}, so there is nothing to compare."
    assert report.tables == []


def test_it_needs_a_comparison_and_one_currency() -> None:
    with pytest.raises(Usage, match="is a comparison"):
        made([], before=None)
    with pytest.raises(Usage, match="the cost is in PLN, the rate in RUB"):
        made([], Terms(money("1", "PLN"), money("1"), OFFICE))


# Against a recount


@settings(max_examples=40)
@given(desks)
def test_the_work_is_that_of_the_minutes(desk: tuple[Request, ...]) -> None:
    sums: dict[Period, list[int]] = {}
    for period in (BEFORE, AFTER):
        sums[period] = [
            seconds(list(lived(one)), "touched") + 60 * sum(work.minutes for work in wrote(one))
            for one in desk
            if one.status == "resolved" and period.start <= one.resolutions[-1][0] < period.end
        ]
    report = made(desk)
    assert sorted(sample.value for sample in report.figure("touch").behind) == sorted(sums[AFTER])
    assert report.figure("resolved").previous == len(sums[BEFORE])
    if not all(sums.values()):
        assert report.tables == []
        return
    each = mean(map(Fraction, sums[BEFORE])) - mean(map(Fraction, sums[AFTER]))
    assert only(report, "saved")["saved_s"] == round(each)
    daily = each * len(sums[AFTER]) / 5
    paid = only(report, "payback")
    assert paid["days"] == (round(float(9000 * 3600 / (1500 * daily)), 1) if daily > 0 else None)


@given(st.integers(0, 20 * 1440), st.integers(0, 20 * 1440))
def test_working_days_are_hours_over_eight(first: int, second: int) -> None:
    start, end = (MONDAY + timedelta(minutes=minutes) for minutes in sorted((first, second)))
    assert working_days(OFFICE, start, end) == Fraction(worked(start, end), 8 * 3600)


def test_the_period_until_now_counts_not_the_whole() -> None:
    month = parse_period("2026-11", ZONE, NOW)
    report = made([*week(at("3 10:00"), 30)], period=month, before=month)
    assert only(report, "saved")["days"] == float(working_days(OFFICE, month.start, NOW)) == 10
    assert NOW.date() == date(2026, 11, 16)
