"""report people: whose chance each thing is, sums against a recount, verdicts by the interval, and who is not named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isclose, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import (
    Accepted,
    Event,
    HandedOff,
    PromiseBroken,
    Promised,
    PromiseKept,
    Rated,
    Recalled,
    Released,
    Reopened,
    Resolved,
    Returned,
    StageDone,
    StageStarted,
    Taken,
)
from svcctl.model.instants import iso
from svcctl.model.request import Request
from svcctl.model.team import Department, Person, Team
from svcctl.reports.deadlines import deadlines
from svcctl.reports.people import MEASURES, chances, interval, people
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, ZONE, at, entry, regulation, request, rows
from tests.reports.lives import NOW, PEOPLE, deeds

RULES = regulation(accept="1h", stage="4h", resolve="8h")
TEAM = Team(
    {"sales": Department("sales"), "logistics": Department("logistics")},
    {name: Person(name, department="sales") for name in PEOPLE},
)
PERIOD = parse_period("2026-11-03..2026-11-05", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: Period = WHOLE, team: Team = TEAM, previous: Period | None = None) -> Report:
    found = [entry(one, NOW, RULES if one.regulation else None) for one in desk]
    return people(found, period, previous, NOW, team)


def whose(*happened: tuple[datetime, str, Event], now: datetime = NOW) -> set[tuple[str, str, bool]]:
    one = request("R-1", MONDAY, happened)
    found = chances([entry(one, now, RULES)], WHOLE, now, TEAM)
    return {(chance.measure, chance.person, chance.kept) for chance in found}


# Sums


promises = st.sampled_from(
    [
        Promised(due=iso(at("3 12:00")), text="call"),
        PromiseKept(),
        PromiseBroken(why="ill"),
        Recalled(),
        Returned(why="x"),
    ]
)


@st.composite
def requests(draw: st.DrawFn, number: int) -> Request:
    steps = st.tuples(st.integers(1, 1500), st.sampled_from(PEOPLE), st.one_of(deeds, promises))
    moment, happened = MONDAY, []
    for minutes, by, event in draw(st.lists(steps, max_size=10)):
        moment += timedelta(minutes=minutes)
        happened.append((moment, by, event))
    return request(f"R-{number}", MONDAY, happened)


desks = st.integers(0, 4).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


@settings(max_examples=60)
@given(desks)
def test_sums_are_those_of_deadlines_and_events(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD, previous=PERIOD.previous())
    other = deadlines([entry(one, NOW, RULES) for one in desk], PERIOD, None, NOW, TEAM.department_of)
    names = {figure.name: figure for figure in other.figures}
    if "on_time_promise" in names:
        assert report.figure("promises").n == names["on_time_promise"].n
        assert report.figure("promises").value == names["on_time_promise"].value
    resolved = [
        (one.id, moment) for one in desk for moment, _ in one.resolutions if PERIOD.start <= moment < PERIOD.end
    ]
    assert report.figure("lasting").n == len(resolved)
    answered = [
        hand for one in desk for hand in one.handoffs if hand.closed and PERIOD.start <= hand.closed < PERIOD.end
    ]
    fates = Counter(hand.outcome for hand in answered if hand.from_)
    assert report.figure("passed_on").n == fates["accepted"] + fates["returned"]
    assert sum(sample.value for sample in report.figure("passed_on").behind) == fates["accepted"]
    assert report.figure("kept").n == sum(report.figure(name).n for name in MEASURES)
    earlier = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]
    ranked = rows(report, "ranking")
    assert sum(row["n"] for row in ranked) == sum(
        sample.group in TEAM.people for sample in report.figure("kept").behind
    )


# Whose it is


def test_a_promise_is_whoever_made_it_whoever_kept_it() -> None:
    promised = Promised(due=iso(at("3 12:00")), text="call")
    assert ("promises", "anna", True) in whose(
        (at("2 10:00"), "anna", promised), (at("3 10:00"), "vera", PromiseKept())
    )
    assert ("promises", "anna", False) in whose(
        (at("2 10:00"), "anna", promised), (at("3 13:00"), "vera", PromiseKept())
    )
    assert ("promises", "anna", False) in whose((at("2 10:00"), "anna", promised))
    assert not whose((at("2 10:00"), "anna", promised), now=at("2 11:00"))


def test_a_hand_off_is_its_addressees_until_somebody_answers_it() -> None:
    taken, handed = (at("2 9:10"), "anna", Taken()), (at("2 9:20"), "anna", HandedOff(to="boris"))
    good = whose(taken, handed, (at("2 9:40"), "boris", Accepted()))
    assert {("answered", "boris", True), ("passed_on", "anna", True)} <= good
    back = whose(taken, handed, (at("2 9:40"), "boris", Returned(why="no number")))
    assert {("answered", "boris", True), ("passed_on", "anna", False)} <= back
    assert ("answered", "boris", False) in whose(taken, handed)
    taken_back = whose(taken, handed, (at("2 9:40"), "anna", Recalled()))
    assert not {measure for measure, _, _ in taken_back} & {"answered", "passed_on"}


def test_a_hand_off_to_a_department_is_nobodys_however_late_somebody_accepts_it() -> None:
    taken, handed = (at("2 9:10"), "anna", Taken()), (at("2 9:20"), "anna", HandedOff(to="logistics"))
    assert whose(taken, handed) == set()
    late = whose(taken, handed, (at("3 9:40"), "vera", Accepted()))
    assert ("passed_on", "anna", True) in late and not any(measure == "answered" for measure, _, _ in late)


def test_a_stage_is_whoevers_finished_it_or_owns_it_and_a_resolution_likewise() -> None:
    started = (at("2 9:10"), "anna", StageStarted(stage="draft", department="sales", to="boris"))
    assert ("stages", "vera", True) in whose(started, (at("2 10:10"), "vera", StageDone(stage="draft")))
    assert ("stages", "boris", False) in whose(started), "it lies with whom it was handed to"
    taken = (at("2 9:10"), "anna", Taken())
    assert ("resolutions", "vera", True) in whose(taken, (at("2 10:10"), "vera", Resolved(outcome="ok")))
    assert ("resolutions", "anna", False) in whose(taken)
    assert not whose(taken, (at("2 9:30"), "anna", Released())), "with nobody it is nobody's"


def test_a_resolution_lasts_that_is_not_reopened_within_seven_days() -> None:
    resolved = (at("2 10:00"), "anna", Resolved(outcome="ok"))
    assert ("lasting", "anna", True) in whose(resolved)
    assert ("lasting", "anna", False) in whose(resolved, (at("9 10:00"), "vera", Reopened(why="no")))
    assert ("lasting", "anna", True) in whose(resolved, (at("9 10:01"), "vera", Reopened(why="no")))


def test_a_score_that_is_none_changes_nothing() -> None:
    assert whose((at("2 10:00"), "anna", Rated(score=11))) == whose()


# Verdicts


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_its_ends_are_wilsons(pair: tuple[int, int]) -> None:
    kept, n = pair
    share, ends = kept / n, interval(kept, n)
    assert 0 <= ends[0] <= share <= ends[1] <= 1
    for end in ends:
        if 0 < end < 1:
            assert isclose(abs(share - end), 1.959964 * sqrt(end * (1 - end) / n), rel_tol=1e-6)
    low, high = interval(n - kept, n)
    assert isclose(low, 1 - ends[1], abs_tol=1e-9) and isclose(high, 1 - ends[0], abs_tol=1e-9)


def resolved_by(person: str, number: int, lasted: bool) -> Request:
    happened: list[tuple[datetime, str, Event]] = [(at("2 10:00"), person, Resolved(outcome="ok"))]
    if not lasted:
        happened.append((at("3 10:00"), "vera", Reopened(why="no")))
        happened.append((at("3 11:00"), "vera", Resolved(outcome="ok")))
    return request(f"R-{person}-{number}", MONDAY, happened, regulation="")


def lasting(**counts: tuple[int, int]) -> list[Request]:
    """For each person how many of their resolutions lasted, of how many."""
    return [resolved_by(person, number, number < kept) for person, (kept, n) in counts.items() for number in range(n)]


def verdicts(report: Report) -> dict[str, str | None]:
    return {row["person"]: row["verdict"] for row in rows(report, "standings") if row["measure"].endswith("lasted")}


def test_what_chance_does_not_explain_is_named_both_ways_and_few_are_not() -> None:
    report = made(lasting(anna=(40, 40), boris=(20, 40), vera=(0, 3)))
    found = verdicts(report)
    assert (found["anna"], found["boris"]) == ("recognition", "misses")
    assert str(report.finding) is not None and "anna (Resolutions that lasted: 40 of 40)" in str(report.finding)
    assert "To talk about: boris" in str(report.finding)
    few = made(lasting(anna=(4, 4), boris=(0, 4)))
    assert verdicts(few)["anna"] == verdicts(few)["boris"] == "fewer than five"
    assert str(few.finding) == "Nobody differs from the others by more than chance."


def test_alone_nobody_is_compared() -> None:
    report = made(lasting(anna=(9, 9)))
    (row,) = (row for row in rows(report, "standings") if row["measure"].endswith("lasted"))
    assert row["others"] is None and row["verdict"] is None


def test_ranks_are_shared_and_few_chances_have_none() -> None:
    report = made(lasting(anna=(5, 5), boris=(6, 6)))
    assert [(row["person"], row["rank"]) for row in rows(report, "ranking")] == [("anna", 1), ("boris", 1)]
    report = made(lasting(anna=(4, 4), boris=(3, 6)))
    ranking = [(row["person"], row["rank"], row["few"]) for row in rows(report, "ranking")]
    assert ranking[0] == ("boris", 1, None) and ("anna", None, "fewer than five") in ranking


@pytest.mark.parametrize("change", [{"ranking": False}, {"left": True}])
def test_who_is_not_named_counts_all_the_same(change: dict[str, bool]) -> None:
    team = TEAM._replace(people=TEAM.people | {"boris": TEAM.people["boris"]._replace(**change)})  # type: ignore[arg-type]
    desk = lasting(anna=(40, 40), boris=(20, 40))
    report = made(desk, team=team)
    assert "boris" not in str(report.as_json())
    assert report.figure("lasting").value == made(desk).figure("lasting").value
    assert verdicts(report)["anna"] == "recognition"
    assert "not named" in str(report.as_json()["notes"])


def test_somebody_who_is_not_in_the_team_is_not_named() -> None:
    assert rows(made(lasting(ghost=(5, 5))), "ranking") == []


def test_an_empty_period_is_told_in_words() -> None:
    report = made([])
    assert str(report.finding) == "Nobody had a deadline, a hand-off or a resolution decided in 2026-11."
    assert all(figure.value is None for figure in report.figures)
