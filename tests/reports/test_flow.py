"""report flow against the second opinion of lives.py, and what it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hypothesis import given, settings

from svcctl.model.events import Accepted, Event, HandedOff, Recalled, Resolved, Returned, Taken, Waiting, Worked
from svcctl.model.request import Request, fold
from svcctl.reports.flow import flow
from svcctl.reports.period import parse_period
from svcctl.reports.report import Report
from tests.reports.desks import ZONE, at, entry, request, rows, table
from tests.reports.lives import DEPARTMENTS, NOW, desks, lived, lying, moments, seconds, wrote

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: object = WHOLE, now: datetime = NOW) -> Report:
    assert isinstance(period, type(WHOLE))
    found = [entry(one, now, None) for one in desk]
    return flow(found, period, period.previous(), now, lambda word: DEPARTMENTS.get(word, ""))


def done_in(desk: Sequence[Request]) -> list[Request]:
    return [one for one in desk if one.status == "resolved" and PERIOD.start <= one.resolutions[-1][0] < PERIOD.end]


@settings(max_examples=40, deadline=None)
@given(desks)
def test_touch_and_wait_are_what_the_events_say(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD)
    touched, taken = [], []
    for one in done_in(desk):
        minutes = list(lived(one))
        touch = seconds(minutes, "touched") + 60 * sum(work.minutes for work in wrote(one))
        open_time = {minute for part in minutes for minute, kind in part.kinds if kind != "client"}
        touched.append(touch)
        taken.append(max(60 * len(open_time), touch))
    assert sorted(sample.value for sample in report.figure("touch").behind) == sorted(touched)
    assert report.figure("touch_total").value == sum(touched)
    assert report.figure("elapsed_total").value == sum(taken)
    assert report.figure("wait").n == len(taken)
    assert report.figure("flow_efficiency").value == (sum(touched) / sum(taken) if sum(taken) else None)


@settings(max_examples=30, deadline=None)
@given(desks)
def test_the_tables_by_person_add_up_to_the_touch(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD)
    if report.figure("touch_total").value:
        found = rows(report, "time_by_person")
        assert sum(int(str(row["touch_s"])) for row in found) == report.figure("touch_total").value
        assert all(row["person"] is not None or row["touch_s"] == 0 for row in found)


@settings(max_examples=40, deadline=None)
@given(desks)
def test_what_lies_untouched_at_the_end(desk: tuple[Request, ...]) -> None:
    wanted = set()
    for one in desk:
        at_the_end = [n for n, moment in enumerate(moments(one)) if moment < PERIOD.end]
        if not at_the_end:
            continue
        state = fold(one.header, one.events[: at_the_end[-1]])
        for stage in state.items:
            last = _last_kind(one, stage)
            if lying(state, stage) is not None and last == "waiting":
                wanted.add(one.id)
    assert {sample.id for sample in made(desk, PERIOD).figure("queued").behind} == wanted


def _last_kind(one: Request, stage: str) -> str:
    """The kind of the lane at the period's last working minute that it was open in, by another way of looking."""
    from svcctl.reports.timeline import course
    from tests.reports.desks import OFFICE

    end = int(PERIOD.end.timestamp())
    way = course(one, OFFICE.line, int(NOW.timestamp()), lambda word: DEPARTMENTS.get(word, ""))
    return next((part.kind for part in way.stretches if part.stage == stage and part.start < end <= part.end), "")


@settings(max_examples=40, deadline=None)
@given(desks)
def test_hand_overs_are_those_answered_in_the_period(desk: tuple[Request, ...]) -> None:
    answers = [
        hand
        for one in desk
        for hand in one.handoffs
        if hand.closed
        and hand.outcome in ("accepted", "returned", "recalled")
        and PERIOD.start <= hand.closed < PERIOD.end
    ]
    report = made(desk, PERIOD)
    assert report.figure("handover").n == len(answers)
    assert sum(int(str(row["n"])) for row in rows(report, "handovers")) == len(answers)


@settings(max_examples=20, deadline=None)
@given(desks)
def test_before_is_the_report_of_the_period_before_and_order_is_no_matter(desk: tuple[Request, ...]) -> None:
    report, earlier = made(desk, PERIOD), made(desk, PERIOD.previous())
    for figure in report.figures:
        if figure.name != "queued":
            assert figure.previous == earlier.figure(figure.name).value
    back = made(desk[::-1], PERIOD)
    assert [figure.as_json() for figure in back.figures] == [figure.as_json() for figure in report.figures]
    assert [list(one.rows) for one in back.tables] == [list(one.rows) for one in report.tables]


def passed_on(name: str, wait: str, answer: Event) -> Request:
    return request(
        name,
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", HandedOff(to="boris")),
            (at(f"2 {wait}"), "boris", answer),
            (at("3 10:00"), "anna", Resolved(outcome="ok")),
        ],
    )


def test_the_slowest_pair_of_hand_overs_comes_first_and_few_come_last() -> None:
    desk = [passed_on(f"R-{n}", "11:00", Accepted()) for n in range(5)]
    report = made([*desk, passed_on("R-6", "18:00", Returned(why="no"))])
    assert [tuple(row.values()) for row in rows(report, "handovers")] == [
        ("anna", "boris", 6, 2 * HOUR, HOUR, 4 * HOUR, 1),
    ]
    lone = request(
        "R-7",
        at("2 09:00"),
        [(at("2 09:00"), "vera", HandedOff(to="anna")), (at("4 18:00"), "vera", Recalled(why="no"))],
    )
    both = rows(made([*desk, lone]), "handovers")
    assert [(row["from"], row["n"], row["median_s"]) for row in both] == [("anna", 5, HOUR), ("vera", 1, 24 * HOUR)]


def test_it_says_what_could_have_been() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 17:00"), "anna", Taken()),
            (at("2 18:00"), "anna", Worked(minutes=60)),
            (at("3 18:00"), "anna", Resolved(outcome="ok")),
        ],
    )
    report = made([one])
    assert str(report.finding) == (
        "The request resolved in 2026-11 could have been 0.1 working days of work; it took 2.0."
    )
    assert report.figure("flow_efficiency").value == 1 / 16
    assert "Made of fewer than 5" in str(report.notes[-1])
    assert "Of 1 requests, 1 have work written down" in str(report.notes[0])


def test_an_empty_period_is_told_in_words() -> None:
    assert str(made([]).finding) == "Nothing was resolved in 2026-11, and nothing lay untouched."
    waiting = request("R-1", at("2 09:00"), [(at("2 09:00"), "anna", Waiting(for_="client"))])
    assert made([waiting]).figure("queued").value == 0
    untouched = made([request("R-2", at("2 09:00"))])
    assert str(untouched.finding) == "Nothing was resolved in 2026-11; 1 lay untouched."
    assert table(untouched, "queue_by_department").ids == [["R-2"]]
    assert untouched.figure("flow_efficiency").value is None
