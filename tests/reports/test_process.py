"""report process: every figure counted again from the events themselves, on desks made at random."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.events import Noted, Reminded, Resolved, Taken
from svcctl.model.request import Request
from svcctl.reports.activities import activities
from svcctl.reports.period import parse_period
from svcctl.reports.process import process
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, ZONE, at, entry, request, rows, worked
from tests.reports.lives import NOW, desks

PERIOD = parse_period("2026-11-02..2026-11-04", ZONE, NOW)


def made(*of: Request) -> Report:
    return process([entry(one, NOW, None) for one in of], PERIOD, None)


@given(desks)
def test_every_figure_is_that_of_the_events(desk: tuple[Request, ...]) -> None:
    report = made(*desk)
    cases = {}
    for one in desk:
        if PERIOD.start <= one.opened < PERIOD.end:
            deeds = [(one.opened, "opened", "desk")]
            for event in one.events:
                if event.do not in ("reminded", "escalated"):
                    stage = event.__dict__.get("stage")
                    name = f"{event.do}: {stage}" if stage and event.do.startswith("stage_") else event.do
                    deeds.append((event.at, name, event.by))
            cases[one.id] = sorted(deeds, key=lambda deed: deed[0])
    times = {name: worked(deeds[0][0], deeds[-1][0]) for name, deeds in cases.items()}
    assert {sample.id: sample.value for sample in report.figure("throughput").behind} == times
    wall = {name: (deeds[-1][0] - deeds[0][0]) // timedelta(seconds=1) for name, deeds in cases.items()}
    assert {sample.id: sample.value for sample in report.figure("throughput_wall").behind} == wall
    counts = {name: Counter(deed[1] for deed in deeds) for name, deeds in cases.items()}
    for row in rows(report, "activities"):
        of_each = [count[row["activity"]] for count in counts.values()]
        assert (row["n"], row["requests"]) == (sum(of_each), sum(number > 0 for number in of_each))
        assert row["repeated"] == sum(number > 1 for number in of_each)
    assert sum(row["n"] for row in rows(report, "activities")) == sum(map(len, cases.values()))
    pairs = Counter(
        (deeds[index][2], deeds[index + 1][2]) for deeds in cases.values() for index in range(len(deeds) - 1)
    )
    passed = {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}
    assert {(row["from"], row["to"]): row["n"] for row in rows(report, "handovers_of_work")} == passed
    share = report.figure("handed_over").value
    assert share == (sum(passed.values()) / sum(pairs.values()) if pairs else None)
    ways = Counter(tuple(deed[1] for deed in deeds) for deeds in cases.values())
    assert [row["requests"] for row in rows(report, "variants")] == sorted(ways.values(), reverse=True)[:15]


@given(st.permutations([at("2 9:10"), at("2 9:30"), at("2 9:20")]))
def test_events_out_of_order_count_in_the_order_of_time(moments: list[object]) -> None:
    one = request("R-1", MONDAY, [(moment, "anna", Noted(text=str(moment))) for moment in moments])  # type: ignore[misc]
    assert [event.at for event in activities(one)] == [MONDAY, at("2 9:10"), at("2 9:20"), at("2 9:30")]


def test_an_event_before_the_opening_makes_no_negative_time() -> None:
    report = made(request("R-1", MONDAY, [(MONDAY - timedelta(hours=1), "anna", Taken())]))
    assert report.figure("throughput").value == 0
    assert report.figure("throughput_wall").value == 3600


def test_what_the_program_does_by_itself_is_no_activity() -> None:
    one = request("R-1", MONDAY, [(at("2 9:10"), "anna", Reminded(clock="resolve", level="50%", to=["anna"]))])
    assert [event.name for event in activities(one)] == ["opened"]


def test_one_request_has_no_pair_and_says_so_without_dividing() -> None:
    report = made(request("R-1", MONDAY))
    assert report.figure("handed_over").value is None
    assert report.figure("throughput").value == 0
    assert report.figure("throughput").small
    assert "conclude nothing" in str(report.notes[-1])


def test_an_empty_period_is_told_in_words() -> None:
    report = made()
    assert str(report.finding) == "No request was opened in 2026-11-02..2026-11-04."
    assert report.figure("repeated").value is None
    assert not any(table.rows for table in report.tables)


def test_a_long_way_is_shortened() -> None:
    deeds = [(at(f"2 9:{number + 10}"), "anna", Noted(text="x")) for number in range(9)]
    report = made(request("R-1", MONDAY, [*deeds, (at("2 10:00"), "anna", Resolved(outcome="ok"))]))
    (row,) = rows(report, "variants")
    assert row["variant"] == "opened → noted → noted → noted → … 5 … → noted → resolved"
