"""report nps: the score, its interval against simulation and the textbook, and what is never told."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Event, Rated, Resolved
from svcctl.model.request import Request
from svcctl.reports.nps import Rating, interval, nps, points
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report, behind
from tests.reports.desks import MONDAY, ZONE, at, entry, request, rows
from tests.reports.lives import NOW

PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: Period = WHOLE) -> Report:
    return nps([entry(one, NOW, None) for one in desk], period, period.previous())


def rated(name: str, *scores: int, day: int = 3, channel: str = "phone") -> Request:
    deeds: list[tuple[object, str, Event]] = [(at(f"{day} 10:00"), "anna", Rated(score=score)) for score in scores]
    return request(name, at("2 09:00"), deeds, channel=channel)  # type: ignore[arg-type]


def ratings(scores: Sequence[int]) -> list[Rating]:
    return [Rating("R", 0, score, "", "") for score in scores]


@st.composite
def requests(draw: st.DrawFn, number: int) -> Request:
    moment, deeds = MONDAY, []
    for hours, score in draw(st.lists(st.tuples(st.integers(0, 80), st.integers(-1, 11)), max_size=3)):
        moment += timedelta(hours=hours)
        deeds.append((moment, "anna", Rated(score=score)))
    return request(f"R-{number}", MONDAY, deeds)


desks = st.integers(0, 8).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


@settings(max_examples=60, deadline=None)
@given(desks)
def test_the_last_rating_of_each_request_counts_where_it_was_given(desk: tuple[Request, ...]) -> None:
    scores = []
    for one in desk:
        valid = [event for event in one.events if event.__dict__["score"] in range(11)]
        if valid and PERIOD.start <= valid[-1].at < PERIOD.end:
            scores.append(valid[-1].__dict__["score"])
    report = made(desk, PERIOD)
    figure = report.figure("nps")
    share = [sum(score in group for score in scores) for group in (range(9, 11), range(7))]
    assert figure.n == len(scores)
    assert figure.value == (pytest.approx(100 * (share[0] - share[1]) / len(scores)) if scores else None)
    assert figure.previous == made(desk, PERIOD.previous()).figure("nps").value


def test_the_interval_by_hand() -> None:
    # n = 7: 4 promoters, 1 passive, 2 detractors; N = 10, p = .475, d = .275, middle .2, variance .071.
    assert interval(ratings([10, 9, 9, 10, 7, 0, 6])) == pytest.approx((-32.224, 72.224), abs=0.001)
    assert interval([]) is None and points([]) is None


@given(st.lists(st.integers(0, 10), min_size=1, max_size=60))
def test_the_interval_lies_within_bounds_and_turns_with_the_ratings(scores: list[int]) -> None:
    low, high = interval(ratings(scores)) or (0.0, 0.0)
    assert -100 <= low < high <= 100
    more = interval(ratings(scores * 4)) or (0.0, 0.0)
    assert more[1] - more[0] < high - low


def test_the_interval_holds_the_truth_in_about_95_of_100_samples() -> None:
    dice = random.Random(20261121)
    truth = 100 * (0.5 - 0.2)
    kinds, weights = [10, 8, 3], [0.5, 0.3, 0.2]
    spans = [interval(ratings(dice.choices(kinds, weights, k=40))) or (0.0, 0.0) for _ in range(2000)]
    assert 0.93 <= sum(low <= truth <= high for low, high in spans) / 2000 <= 0.975


def test_a_score_of_eleven_is_none() -> None:
    assert made([rated("R-1", 9, 11)]).figure("nps").value == 100
    assert made([rated("R-2", 11)]).figure("nps").n == 0


def test_few_ratings_are_never_shown_by_group_and_no_score_by_request() -> None:
    few = [rated(f"R-{n}", 0, channel="visit") for n in range(4)]
    many = [rated(f"R-{n + 4}", 10) for n in range(5)]
    report = made([*few, *many])
    found = {row["channel"]: (row["n"], row["nps"]) for row in rows(report, "nps_by_channel")}
    assert found == {"visit": (4, None), "phone": (5, 100.0)}
    table = behind(report.figure("nps"), {})
    assert [column.name for column in table.columns] == ["id", "title"]
    assert [row[0] for row in table.rows] == sorted(f"R-{n}" for n in range(9))


def test_the_trend_has_six_periods_the_last_the_reports_own() -> None:
    trend = rows(made([rated(f"R-{n}", 10) for n in range(5)]), "trend")
    assert [row["period"] for row in trend] == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
    assert [(row["n"], row["nps"]) for row in trend][-2:] == [(0, None), (5, 100.0)]


def test_what_it_says() -> None:
    assert str(made([]).finding) == "No request was rated in 2026-11."
    assert str(made([rated("R-1", 9)]).finding) == "One rating in 2026-11 is too few to say anything."
    happy = [rated(f"R-{n}", 10) for n in range(30)]
    assert str(made(happy).finding) == "NPS +100 of 30 ratings, 95 % interval +79 to +100."
    angry = [rated(f"A-{n}", 0, day=2) for n in range(30)]
    days = parse_period("2026-11-03", ZONE, NOW)
    assert "differs from the period before by more than chance" in str(made([*happy, *angry], days).finding)
    same = [rated(f"S-{n}", 10, day=2) for n in range(5)]
    assert "may be chance" in str(made([*happy, *same], days).finding)


def test_the_share_of_the_resolved_that_were_rated() -> None:
    done = [(at("2 10:00"), "anna", Resolved(outcome="ok"))]
    plain = request("R-1", at("2 09:00"), done)
    with_score = request("R-2", at("2 09:00"), [*done, (at("3 10:00"), "anna", Rated(score=8))])
    assert made([plain, with_score]).figure("rated").value == 0.5
