"""report rework against a recomputation from prefixes of the records, and its rules one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hypothesis import given, settings

from svcctl.model.events import (
    Accepted,
    HandedOff,
    OfferDrafted,
    OfferSubmitted,
    Redacted,
    Released,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.request import Request, fold
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from svcctl.reports.rework import rework
from tests.reports.desks import ZONE, at, entry, request, rows
from tests.reports.lives import DEPARTMENTS, NOW, desks, lived, lying, moments, seconds

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: Period = WHOLE) -> Report:
    found = [entry(one, NOW, None) for one in desk]
    return rework(found, period, period.previous(), NOW, lambda word: DEPARTMENTS.get(word, ""))


def during(moment: datetime) -> bool:
    return PERIOD.start <= moment < PERIOD.end


def loops(of: Request) -> list[tuple[str, str, datetime]]:
    """Every A → B → A, found by walking the folded prefixes of each stage."""
    at_, found = [*moments(of), NOW], []
    states = [fold(of.header, of.events[:n]) for n in range(len(of.events) + 1)]
    for stage in {name for state in states for name in state.items}:
        places: list[tuple[str, str, datetime]] = []
        for n, state in enumerate(states):
            where = lying(state, stage)
            if where and at_[n] < at_[n + 1] and (not places or places[-1][:2] != where[:2]):
                places.append((where[0], where[1], at_[n]))
        names: list[tuple[str, datetime]] = []
        for k, (department, person, since) in enumerate(places):
            passed = 0 < k < len(places) - 1 and department not in (places[k - 1][0], places[k + 1][0], "")
            name = person or (department if passed else "")
            if name and (not names or names[-1][0] != name):
                names.append((name, since))
        found += [(a[0], b[0], c[1]) for a, b, c in zip(names, names[1:], names[2:], strict=False) if a[0] == c[0]]
    return found


def came_back(of: Request) -> list[datetime]:
    """The returns: of an open hand-off, or of a stage to another."""
    found = []
    for n, event in enumerate(of.events):
        before, after = fold(of.header, of.events[:n]), fold(of.header, of.events[: n + 1])
        closed = [hand.outcome for hand in after.handoffs].count("returned")
        if event.do == "returned" and (
            event.__dict__.get("to_stage") or closed > [hand.outcome for hand in before.handoffs].count("returned")
        ):
            found.append(event.at)
    return found


@settings(max_examples=50, deadline=None)
@given(desks)
def test_it_counts_what_the_events_say(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD)
    stages, revisions = 0, 0
    for one in desk:
        for n, event in enumerate(one.events):
            earlier = [before for before in one.events[:n] if before.do == event.do]
            if event.do == "stage_started" and during(event.at):
                stages += any(before.__dict__["stage"] == event.__dict__["stage"] for before in earlier)
            offers = [before.do for before in one.events[:n] if before.do.startswith("offer_")]
            if event.do == "offer_drafted" and during(event.at):
                revisions += offers[-1:] == ["offer_submitted"]
    found = [loop for one in desk for loop in loops(one) if during(loop[2])]
    assert report.figure("loops").value == len(found)
    assert sorted(str(row["loop"]) for row in rows(report, "loops")) == sorted(f"{a} → {b} → {a}" for a, b, _ in found)
    assert report.figure("returns").value == sum(during(moment) for one in desk for moment in came_back(one))
    assert report.figure("stages_again").value == stages
    assert report.figure("revisions").value == revisions


@settings(max_examples=40, deadline=None)
@given(desks)
def test_the_cost_is_the_touch_of_what_was_held_before(desk: tuple[Request, ...]) -> None:
    report = made(desk)
    plain = [one for one in desk if not one.worked]
    minutes = {one.id: list(lived(one)) for one in plain}
    again = {name: seconds(found, "touched", lambda part: part.again) for name, found in minutes.items()}
    every = {name: seconds(found, "touched") for name, found in minutes.items()}
    behind = {sample.id: sample.value for sample in report.figure("rework_touch").behind}
    ratio = {sample.id: sample.whole for sample in report.figure("rework_ratio").behind}
    for one in plain:
        assert behind.get(one.id, 0) == again[one.id]
        assert ratio.get(one.id, 0) == every[one.id]


@settings(max_examples=30, deadline=None)
@given(desks)
def test_tables_add_up_and_name_requests(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD)
    tables = {table.name: table for table in report.tables}
    for name, figure in (("returns_by_reason", "returns"), ("stages_again", "stages_again"), ("loops", "loops")):
        assert sum(len(ids) for ids in tables[name].ids) == report.figure(figure).value
    assert (
        sum(int(str(row["rework_s"])) for row in rows(report, "rework_by_person"))
        == report.figure("rework_touch").value
    )
    earlier = made(desk, PERIOD.previous())
    assert [one.previous for one in report.figures] == [one.value for one in earlier.figures]


def to_and_fro(*more: Any) -> Request:
    return request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", HandedOff(to="logistics")),
            (at("2 11:00"), "boris", Returned(why="what weight?", reason="data")),
            *more,
        ],
    )


def test_a_department_that_returned_it_makes_a_loop_and_a_return_with_its_reason() -> None:
    report = made([to_and_fro()])
    assert [row["loop"] for row in rows(report, "loops")] == ["anna → logistics → anna"]
    assert [tuple(row.values()) for row in rows(report, "returns_by_reason")] == [("data", 1)]
    assert [tuple(row.values()) for row in rows(report, "returns_by_pair")] == [("anna", "boris", 1, 1)]


def test_a_department_that_took_it_is_the_person_who_did() -> None:
    report = made(
        [
            request(
                "R-1",
                at("2 09:00"),
                [
                    (at("2 09:00"), "anna", Taken(department="sales")),
                    (at("2 10:00"), "anna", HandedOff(to="logistics")),
                    (at("2 10:30"), "anna", Waiting(for_="customs")),
                    (at("2 10:45"), "anna", Resumed()),
                    (at("2 11:00"), "boris", Accepted(department="logistics")),
                    (at("2 12:00"), "boris", HandedOff(to="anna")),
                    (at("2 13:00"), "anna", Accepted(department="sales")),
                    (at("2 15:00"), "anna", Released()),
                    (at("2 16:00"), "anna", Taken()),
                ],
            )
        ]
    )
    assert [row["loop"] for row in rows(report, "loops")] == ["anna → boris → anna"]


def test_a_redacted_return_shows_none_of_its_words() -> None:
    hidden = to_and_fro((at("2 12:00"), "anna", Redacted(event="R-1-3", why="personal")))
    assert [row["reason"] for row in rows(made([hidden]), "returns_by_reason")] == [None]


def test_stages_and_revisions_again() -> None:
    report = made(
        [
            request(
                "R-1",
                at("2 09:00"),
                [
                    (at("2 09:00"), "anna", StageStarted(stage="draft", to="anna")),
                    (at("2 10:00"), "anna", OfferDrafted(revision="r1")),
                    (at("2 10:00"), "anna", OfferSubmitted(revision="r1")),
                    (at("2 11:00"), "anna", StageDone(stage="draft")),
                    (at("2 11:00"), "anna", StageStarted(stage="approve", to="boris")),
                    (at("2 11:30"), "boris", Returned(why="margin", stage="approve", to_stage="draft")),
                    (at("2 11:30"), "boris", StageStarted(stage="draft", to="vera")),
                    (at("2 12:00"), "vera", Accepted(stage="draft")),
                    (at("2 12:00"), "vera", OfferDrafted(revision="r2")),
                    (at("2 13:00"), "vera", StageDone(stage="draft")),
                ],
            )
        ]
    )
    values = [report.figure(name).value for name in ("returns", "stages_again", "revisions", "loops")]
    assert values == [1, 1, 1, 0]
    assert [tuple(row.values())[:2] for row in rows(report, "rework_by_person")] == [("vera", HOUR)]


def test_a_share_of_the_resolved_and_words_for_an_empty_period() -> None:
    plain = request(
        "R-2", at("2 09:00"), [(at("2 09:00"), "vera", Taken()), (at("2 10:00"), "vera", Resolved(outcome="ok"))]
    )
    back = to_and_fro(
        (at("2 12:00"), "anna", Resolved(outcome="ok")),
        (at("2 13:00"), "anna", Reopened(why="no")),
        (at("2 16:00"), "anna", Resolved(outcome="ok")),
    )
    assert made([plain, back]).figure("reworked").value == 0.5
    assert "hours of work in 2026-11, 50 % of all" not in str(made([plain]).finding)
    assert str(made([plain]).finding).startswith("0.0 hours of work in 2026-11, 0 % of all")
    assert str(made([]).finding) == "Nothing was worked on in 2026-11, and nothing came back."
