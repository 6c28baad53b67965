"""report digest: which requests come first, and which advice is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given, settings

from svcctl.model.duration import parse_duration
from svcctl.model.events import Event, Noted, Reminded, Resolved, Taken, Worked
from svcctl.model.request import Request, fold
from svcctl.model.team import Department, Person, Team
from svcctl.reports.digest import digest, needy
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from svcctl.reports.service import service
from svcctl.reports.workload import Desk
from tests.reports.desks import OFFICE, USUAL, ZONE, at, entry, regulation, request, rows, worked
from tests.reports.lives import NOW, desks, moments

HOUR = 3600
WEEK = parse_period("2026-W45", ZONE, NOW)
PEOPLE = {name: Person(name, department="sales") for name in ("anna", "boris")} | {"vera": Person("vera")}
DESK = Desk(Team({"sales": Department("sales")}, PEOPLE), lambda person: OFFICE, parse_duration("3d"))


def made(desk: Sequence[Request], rules: Any = None, period: Period = WEEK) -> Report:
    return digest([entry(one, NOW, rules) for one in desk], period, period.previous(), NOW, DESK)


@settings(max_examples=50, deadline=None)
@given(desks)
def test_it_lists_the_open_ones_the_latest_first_and_then_the_most_silent(desk: tuple[Request, ...]) -> None:
    entries = [entry(one, NOW, USUAL) for one in desk]
    wanted = []
    for one in entries:
        request_ = one.request
        before = [n for n, moment in enumerate(moments(request_)) if moment < WEEK.end]
        if not before or fold(request_.header, request_.events[: before[-1]]).closed:
            continue
        late = [
            worked(clock.due, WEEK.end)
            for clock in one.clocks
            if clock.due and clock.due < WEEK.end and (clock.run.stopped is None or clock.run.stopped >= WEEK.end)
        ]
        deeds = [event.at for event in request_.events if not event.automatic and event.at <= WEEK.end]
        wanted.append((-max(late, default=0), -worked(max([request_.opened, *deeds]), WEEK.end), request_.id))
    assert [(-one.late, -one.silence, one.id) for one in needy(entries, WEEK, NOW)] == sorted(wanted)


@settings(max_examples=20, deadline=None)
@given(desks)
def test_its_numbers_are_those_of_the_service_report(desk: tuple[Request, ...]) -> None:
    other = service([entry(one, NOW, USUAL) for one in desk], WEEK, WEEK.previous(), NOW)
    report = made(desk, USUAL)
    assert len(report.figures) == 5
    assert all(figure == other.figure(figure.name) for figure in report.figures)


def busy(name: str, person: str, hours: int, *more: tuple[str, Event]) -> Request:
    deeds = [(at("2 09:00"), person, Taken()), (at("3 09:00"), person, Worked(minutes=hours * 60))]
    return request(name, at("2 09:00"), [*deeds, *((at(moment), person, event) for moment, event in more)])


def test_work_goes_from_the_overloaded_to_somebody_of_the_department_who_has_time() -> None:
    much = [busy(f"R-{n}", "anna", 21) for n in range(2)]
    assert str(made(much).finding) == "anna cannot finish what comes: take work off them."
    little = [busy("R-3", "boris", 2), busy("R-4", "vera", 1)]
    assert str(made([*much, *little]).finding) == "Give work of anna to boris, who has time for it."


def test_the_hindrance_comes_next() -> None:
    late = [request(f"R-{n}", at("2 09:00"), [(at("3 10:00"), f"p{n}", Taken())]) for n in range(6)]
    assert str(made(late, USUAL).finding).startswith("Most likely held back by too few hands")


def test_then_the_deadline_that_was_missed_first() -> None:
    done = [("5 09:00", Resolved(outcome="ok"))]
    late = [busy(f"R-{n}", "anna", 1, *done) for n in range(5)]
    told = str(made(late, regulation(resolve="8h")).finding)
    assert told == "Begin with the deadline resolve: it was missed first in 5 late requests."


def test_then_the_place_where_requests_lie() -> None:
    done = [("3 17:00", Resolved(outcome="ok"))]
    lying = [busy(f"R-{n}", "anna", 1, *done) for n in range(5)]
    assert str(made(lying).finding) == "Requests lie longest with anna: ask what they wait for there."


def test_nothing_stands_out_and_nothing_happened() -> None:
    assert str(made([busy("R-1", "anna", 1)]).finding) == "Nothing stands out: go on like this."
    assert str(made([]).finding) == "Nothing happened in 2026-W45: no request was open in it."


def test_five_requests_at_most_and_a_reminder_ends_no_silence() -> None:
    many = [request(f"R-{n}", at("2 09:00") + timedelta(hours=n)) for n in range(7)]
    assert [row["id"] for row in rows(made(many), "needy")] == [f"R-{n}" for n in range(5)]
    told = (at("6 17:00"), "cron", Reminded(clock="resolve", level="50%", to=["anna"]))
    noted = (at("5 18:00"), "anna", Noted(text="x"))
    (row,) = rows(made([request("R-1", at("2 09:00"), [noted, told])]), "needy")
    assert row["silence_s"] == 8 * HOUR
