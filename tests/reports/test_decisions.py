"""report decisions against the events, and its rules one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Decided, Noted
from svcctl.model.request import Request
from svcctl.reports.decisions import decisions
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, ZONE, at, entry, request, rows, worked
from tests.reports.lives import NOW

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: Period = WHOLE) -> Report:
    return decisions([entry(one, NOW, None) for one in desk], period, period.previous())


deeds = st.builds(
    Decided,
    outcome=st.sampled_from(["approve", "decline", "review"]),
    rule=st.integers(0, 2),
    department=st.sampled_from(["", "finance", "sales"]),
    regulation=st.just("credit@1"),
)


@st.composite
def requests(draw: st.DrawFn, number: int) -> Request:
    moment = opened = MONDAY + timedelta(minutes=draw(st.integers(0, 4000)))
    happened = []
    for minutes, deed in draw(st.lists(st.tuples(st.integers(0, 1500), deeds), max_size=5)):
        moment += timedelta(minutes=minutes)
        happened.append((moment, "anna", deed))
    return request(f"R-{number}", opened, happened)


desks = st.integers(0, 4).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


@settings(max_examples=60, deadline=None)
@given(desks)
def test_it_counts_what_was_decided(desk: tuple[Request, ...]) -> None:
    times, reviews, reversals = [], 0, 0
    for one in desk:
        for n, event in enumerate(one.events):
            if not PERIOD.start <= event.at < PERIOD.end:
                continue
            own = event.__dict__
            earlier = [deed.__dict__ for deed in one.events[:n] if deed.__dict__["department"] == own["department"]]
            times.append(worked(one.opened, event.at))
            reviews += own["outcome"] == "review"
            reversals += {(deed["outcome"], own["outcome"]) for deed in earlier[-1:]} <= {
                ("approve", "decline"),
                ("decline", "approve"),
                ("approve", "review"),
                ("decline", "review"),
            } and bool(earlier)
    report = made(desk, PERIOD)
    assert report.figure("decided").value == len(times)
    assert sorted(sample.value for sample in report.figure("time_to_decision").behind) == sorted(times)
    assert report.figure("to_review").value == (reviews / len(times) if times else None)
    assert report.figure("reversed").value == (reversals / len(times) if times else None)
    assert len(rows(report, "reversals")) == reversals
    for by in ("department", "rule"):
        assert sum(row["n"] for row in rows(report, f"decisions_by_{by}")) == len(times)
    earlier_report = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier_report.figures]


def decided(*outcomes: tuple[datetime, str]) -> Request:
    deeds = [(moment, "anna", Decided(outcome=outcome, rule=1, department="finance")) for moment, outcome in outcomes]
    return request("R-1", at("2 09:00"), deeds)


def test_what_follows_a_review_is_no_reversal() -> None:
    report = made([decided((at("2 10:00"), "review"), (at("2 12:00"), "approve"))])
    assert (report.figure("reversed").value, report.figure("to_review").value) == (0, 0.5)
    turned = made([decided((at("2 10:00"), "approve"), (at("2 12:00"), "decline"))])
    assert [tuple(row.values()) for row in rows(turned, "reversals")] == [
        ("R-1", "finance", "approve", "decline", 3 * HOUR)
    ]


def test_rules_are_told_apart_with_their_outcomes() -> None:
    report = made([decided((at("2 10:00"), "approve"))])
    (row,) = rows(report, "decisions_by_rule")
    assert (row["regulation"], row["rule"], row["outcome"], row["n"], row["mean_s"]) == (
        "usual@1",
        "1",
        "approve",
        1,
        HOUR,
    )
    assert str(report.finding).startswith("One decision was made in 2026-11, 1.0 working hours after the opening")
    assert "Made of fewer than 5" in str(report.notes[0])


def test_an_empty_period_is_told_in_words() -> None:
    nothing = made([request("R-1", at("2 09:00"), [(at("2 10:00"), "anna", Noted(text="x"))])])
    assert str(nothing.finding) == "No decision was made in 2026-11."
    assert nothing.figure("time_to_decision").value is None
