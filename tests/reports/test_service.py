"""The figures of the service report by their definitions, on small desks counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    HandedOff,
    MergedInto,
    MessageOut,
    Noted,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Taken,
    Waiting,
)
from svcctl.model.problems import Usage
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request
from svcctl.reports.figures import Figure
from svcctl.reports.period import parse_period
from svcctl.reports.report import Report, behind
from svcctl.reports.service import service
from tests.reports.desks import USUAL, ZONE, at, entry, regulation, request

HOUR = 3600
NOW = at("27 18:00")


def report(
    *requests: Request,
    period: str = "2026-11",
    by: str = "department",
    now: str = "27 18:00",
    rules: Regulation | None = USUAL,
) -> Report:
    moment = at(now)
    found = parse_period(period, ZONE, moment)
    return service([entry(one, moment, rules) for one in requests], found, found.previous(), moment, by)


def figure(name: str, *requests: Request, **settings: str) -> Figure:
    return report(*requests, **settings).figure(name)


def value(name: str, *requests: Request, **settings: str) -> int | float | None:
    return figure(name, *requests, **settings).value


def rows(made: Report, name: str) -> list[tuple[object, ...]]:
    (table,) = (table for table in made.tables if table.name == name)
    return list(table.rows)


def resolved(name: str, opened: str, done: str, *, by: str = "anna") -> Request:
    return request(name, at(opened), [(at(opened), by, Taken()), (at(done), by, Resolved(outcome="ok"))])


# Pick-up and first response


def test_pickup_is_working_time_with_the_wall_clock_beside() -> None:
    # Friday 17:00 to Monday 10:00: an hour on each day.
    one = request("R-1", at("6 17:00"), [(at("9 10:00"), "anna", Taken())])
    assert value("pickup", one) == 2 * HOUR
    assert value("pickup_wall", one) == 65 * HOUR


def test_an_assignment_is_picked_up_when_the_person_acts() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [(at("2 09:30"), "boss", Assigned(to="anna")), (at("2 11:00"), "anna", Noted(text="x"))],
    )
    assert value("pickup", one) == 2 * HOUR


def test_the_first_answer_is_the_first_message_to_the_client() -> None:
    answers = [(at("2 10:00"), "anna", MessageOut(text="a")), (at("2 12:00"), "anna", MessageOut(text="b"))]
    assert value("first_response", request("R-1", at("2 09:00"), answers)) == HOUR


def test_what_nobody_picked_up_is_in_no_mean_but_in_a_note() -> None:
    made = report(request("R-1", at("2 09:00")), resolved("R-2", "2 09:00", "2 10:00"))
    assert made.figure("pickup").n == 1
    assert "1 request of this period has not been picked up; no mean counts it." in map(str, made.notes)


def test_pickup_counts_in_the_period_of_the_opening() -> None:
    one = request("R-1", at("30 17:00") - timedelta(days=30), [(at("2 10:00"), "anna", Taken())])
    assert value("pickup", one) is None
    assert figure("pickup", one).previous is not None


def test_a_pickup_that_a_slow_clock_puts_before_the_opening_takes_no_time() -> None:
    one = request("R-1", at("2 10:00"), [(at("2 09:59"), "anna", Taken())])
    assert value("pickup", one) == value("pickup_wall", one) == 0


# Resolution


def test_resolution_leaves_out_waiting_for_the_client_only() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", Waiting(for_="client")),
            (at("3 10:00"), "anna", Resumed()),
            (at("3 11:00"), "anna", Waiting(for_="supplier")),
            (at("3 12:00"), "anna", Resumed()),
            (at("3 12:00"), "anna", Waiting(for_="acme")),
            (at("3 13:00"), "anna", Resolved(outcome="ok")),
        ],
        client="acme",
    )
    assert value("resolution", one) == 3 * HOUR
    assert value("resolution_wall", one) == 3 * HOUR


def test_resolution_ends_with_the_last_one() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", Resolved(outcome="ok")),
            (at("3 09:00"), "anna", Reopened(why="no")),
            (at("3 10:00"), "anna", Resolved(outcome="ok")),
        ],
    )
    assert value("resolution", one) == 9 * HOUR
    assert (figure("resolution", one).n, value("finished", one)) == (1, 2)


def test_what_was_reopened_counts_when_it_is_resolved_again() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [(at("2 10:00"), "anna", Resolved(outcome="ok")), (at("3 09:00"), "anna", Reopened(why="no"))],
    )
    made = report(one)
    assert made.figure("resolution").n == made.figure("first_contact_resolution").n == 0
    assert (made.figure("reopened").value, made.figure("backlog_end").value) == (1, 1)


def test_what_two_clones_resolved_is_opened_by_one_reopening() -> None:
    done = Resolved(outcome="ok")
    deeds = [
        (at("2 10:00"), "anna", done),
        (at("2 11:00"), "boris", done),
        (at("3 09:00"), "anna", Reopened(why="no")),
    ]
    made = report(request("R-1", at("2 09:00"), deeds))
    assert [made.figure(name).value for name in ("finished", "reopened", "backlog_end")] == [1, 1, 1]


def test_cancelled_and_merged_requests_are_finished_but_not_resolved() -> None:
    made = report(
        request("R-1", at("2 09:00"), [(at("2 10:00"), "anna", Cancelled(why="spam"))]),
        request("R-2", at("2 09:00"), [(at("2 10:00"), "anna", MergedInto(into="R-1"))]),
    )
    assert (made.figure("finished").value, made.figure("resolution").n) == (2, 0)


# First contact


def test_first_contact_is_one_person_from_pickup_to_resolution() -> None:
    assert value("first_contact_resolution", resolved("R-1", "2 09:00", "2 10:00")) == 1.0


def test_somebody_who_resolves_what_nobody_took_is_the_first_contact() -> None:
    one = request("R-1", at("2 09:00"), [(at("2 10:00"), "anna", Resolved(outcome="ok"))])
    assert value("first_contact_resolution", one) == 1.0


@pytest.mark.parametrize(
    "deeds",
    [
        pytest.param([("anna", Taken()), ("boris", Resolved(outcome="ok"))], id="another person resolved it"),
        pytest.param(
            [("anna", Taken()), ("anna", HandedOff(to="boris")), ("boris", Returned(why="no")),
             ("anna", Resolved(outcome="ok"))],
            id="a hand-off, though it came back",
        ),
        pytest.param(
            [("anna", Taken()), ("anna", HandedOff(to="boris")), ("boris", Accepted()),
             ("boris", Resolved(outcome="ok"))],
            id="a hand-off",
        ),
        pytest.param(
            [("boss", Assigned(to="anna")), ("anna", Noted(text="x")), ("boss", Assigned(to="boris")),
             ("boris", Resolved(outcome="ok"))],
            id="assigned to another person later",
        ),
    ],
)  # fmt: skip
def test_what_is_no_first_contact(deeds: list[tuple[str, object]]) -> None:
    moments = [(at(f"2 {10 + n}:00"), by, event) for n, (by, event) in enumerate(deeds)]
    assert value("first_contact_resolution", request("R-1", at("2 09:00"), moments)) == 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize(("reopened", "share"), [("9 10:00", 0.0), ("9 10:01", 1.0)])
def test_seven_days_after_a_resolution_it_is_another_matter(reopened: str, share: float) -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", Resolved(outcome="ok")),
            (at(reopened), "anna", Reopened(why="again")),
            (at("10 10:00"), "anna", Resolved(outcome="ok")),
        ],
    )
    assert value("first_contact_resolution", one) == share


# On time


def test_on_time_is_met_among_stopped_and_late_clocks() -> None:
    made = report(
        resolved("R-1", "2 09:00", "2 10:00"),  # both clocks met
        resolved("R-2", "2 09:00", "4 09:00"),  # resolved after 16 hours of 8
        request("R-3", at("2 09:00")),  # both run late now
        request("R-4", at("27 17:30")),  # both run, in time
    )
    assert (made.figure("on_time").n, made.figure("on_time").value) == (6, 3 / 6)
    assert (made.figure("on_time_pickup").n, made.figure("on_time_pickup").value) == (3, 2 / 3)
    assert (made.figure("on_time_resolve").n, made.figure("on_time_resolve").value) == (3, 1 / 3)


def test_exactly_at_the_deadline_is_on_time_and_not_late() -> None:
    assert value("on_time_resolve", resolved("R-1", "2 09:00", "2 18:00")) == 1.0
    assert figure("on_time_resolve", request("R-1", at("2 09:00")), now="2 18:00").n == 0
    assert value("on_time_resolve", request("R-1", at("2 09:00")), now="2 18:01") == 0.0


def test_a_clock_that_runs_late_at_the_end_of_a_past_period_is_missed_there_and_where_it_stops() -> None:
    one = resolved("R-1", "2 09:00", "12 09:00")
    assert value("on_time_resolve", one, period="2026-W45") == 0.0
    assert value("on_time_resolve", one, period="2026-W46") == 0.0
    assert figure("on_time_resolve", one, period="2026-W47").n == 0


def test_a_period_that_is_to_come_has_no_late_clocks_yet() -> None:
    assert figure("on_time", request("R-1", at("2 09:00")), period="2026-12").n == 0


# Backlog


def test_the_backlog_adds_up() -> None:
    made = report(
        resolved("R-1", "2 09:00", "5 10:00"),
        request("R-2", at("3 09:00")),
        resolved("R-3", "9 09:00", "10 09:00"),
        request("R-4", at("12 09:00")),
        period="2026-W46",
    )
    names = ("backlog_start", "arrived", "reopened", "finished", "backlog_end")
    assert [made.figure(name).value for name in names] == [1, 2, 0, 1, 2]
    assert rows(made, "backlog_by_department") == [(None, 1, 2, 0, 1, 2)]


def test_the_first_moment_belongs_to_a_period_and_the_last_to_the_next() -> None:
    midnight = at("9 00:00")
    one = request("R-1", midnight, [(at("16 00:00"), "anna", Resolved(outcome="ok"))])
    counts = {
        week: [value(name, one, period=week) for name in ("backlog_start", "arrived", "finished", "backlog_end")]
        for week in ("2026-W45", "2026-W46", "2026-W47")
    }
    assert counts == {"2026-W45": [0, 0, 0, 0], "2026-W46": [0, 1, 0, 1], "2026-W47": [1, 0, 1, 0]}
    assert [figure("resolution", one, period=week).n for week in counts] == [0, 0, 1]
    assert [figure("on_time_resolve", one, period=week).n for week in counts] == [0, 1, 1]


def test_a_reopening_that_a_slow_clock_puts_before_the_resolution_happens_with_it() -> None:
    one = request(
        "R-1",
        at("10 09:00"),
        [(at("16 00:10"), "anna", Resolved(outcome="ok")), (at("15 23:50"), "boris", Reopened(why="no"))],
    )
    weeks = {week: report(one, period=week, rules=None) for week in ("2026-W46", "2026-W47")}
    names = ("backlog_start", "arrived", "reopened", "finished", "backlog_end")
    assert [weeks["2026-W46"].figure(name).value for name in names] == [0, 1, 0, 0, 1]
    assert [weeks["2026-W47"].figure(name).value for name in names] == [1, 0, 1, 1, 1]


def test_a_closing_that_a_slow_clock_puts_before_the_opening_takes_no_time() -> None:
    one = request("R-1", at("9 00:10"), [(at("8 23:50"), "anna", Resolved(outcome="ok"))])
    made = report(one, period="2026-W46")
    assert [made.figure(name).value for name in ("arrived", "finished", "backlog_end")] == [1, 1, 0]


# Groups


def test_a_pickup_clock_belongs_to_whom_the_request_came() -> None:
    one = request("R-1", at("2 09:00"), [(at("2 09:30"), "boris", Taken(department="logistics"))], department="sales")
    made = report(one, now="2 10:00")
    assert rows(made, "shares_by_department") == [("sales", 0, None, None, 1, 1.0, None)]


def test_pickup_belongs_to_whom_it_came_and_resolution_to_who_had_it_last() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 10:00"), "anna", Taken()),
            (at("2 11:00"), "anna", HandedOff(to="boris")),
            (at("2 12:00"), "boris", Accepted(department="logistics")),
            (at("2 14:00"), "boris", Resolved(outcome="ok")),
        ],
        department="sales",
    )
    made = report(one)
    assert [row[:3] for row in rows(made, "pickup_by_department")] == [("sales", 1, HOUR)]
    assert [row[:3] for row in rows(made, "resolution_by_department")] == [("logistics", 1, 4 * HOUR)]
    by_owner = report(one, by="owner")
    assert rows(by_owner, "pickup_by_owner")[0][0] == "anna"
    assert rows(by_owner, "resolution_by_owner")[0][0] == "boris"


def test_other_ways_to_tell_apart() -> None:
    one = request("R-1", at("2 09:00"), type="complaint", channel="phone")
    assert rows(report(one, by="type"), "backlog_by_type")[0][0] == "complaint"
    assert rows(report(one, by="channel"), "backlog_by_channel")[0][0] == "phone"
    with pytest.raises(Usage, match="cannot be told apart by “colour”"):
        report(one, by="colour")


# The report


def test_an_empty_desk_and_an_empty_period_say_so_in_words() -> None:
    for made in (report(), report(request("R-1", at("2 09:00")), period="2026-09")):
        assert str(made.finding) == f"Nothing happened in {made.period.name}: no request was open in it."
        assert {figure.value for figure in made.figures} == {None, 0}
        assert made.notes == []


def test_small_samples_are_marked() -> None:
    notes = list(map(str, report(resolved("R-1", "2 09:00", "2 10:00")).notes))
    assert notes == [
        "Made of fewer than 5, so conclude nothing: Pick-up (1), Resolution (1), First contact resolution (1), "
        "On time (2), On time: pickup (1), On time: resolve (1)."
    ]


def test_the_requests_behind_a_figure_come_worst_first() -> None:
    made = report(resolved("R-1", "2 09:00", "2 10:00"), resolved("R-2", "2 09:00", "4 09:00"))
    titles = {"R-1": "One", "R-2": "Two"}
    assert behind(made.figure("resolution"), titles).rows == [("R-2", "Two", 16 * HOUR), ("R-1", "One", HOUR)]
    assert behind(made.figure("on_time_resolve"), titles).rows == [
        ("R-2", "Two", False),
        ("R-1", "One", True),
    ]
    assert behind(made.figure("finished"), titles).rows == [("R-1", "One"), ("R-2", "Two")]
    assert behind(made.figure("resolution_wall"), titles).columns[-1].kind == "wall"


def test_an_unknown_figure_is_refused_with_the_nearest() -> None:
    with pytest.raises(Usage, match="the report service has no figure “pikup”") as caught:
        report().figure("pikup")
    assert str(caught.value.hint) == "did you mean “pickup”?"


def test_the_json_document_is_the_designs() -> None:
    value = report(resolved("R-1", "2 09:00", "4 09:00")).as_json()
    assert set(value) >= {"report", "period", "compare", "figures", "tables", "notes"}
    assert (value["report"], value["period"], value["compare"]) == ("service", "2026-11", "2026-10")
    figures = value["figures"]
    assert isinstance(figures, dict)
    assert figures["resolution"] == {
        "value": 16 * HOUR, "unit": "s", "n": 1, "median": 16 * HOUR, "p90": 16 * HOUR, "previous": None,
    }  # fmt: skip


def test_without_a_comparison_nothing_is_said_of_before() -> None:
    moment = at("27 18:00")
    made = service(
        [entry(resolved("R-1", "2 09:00", "2 10:00"), moment)],
        parse_period("2026", ZONE, moment),
        None,
        moment,
    )
    assert made.as_json()["compare"] is None
    assert {figure.previous for figure in made.figures} == {None}


# What holds it back


def late_pickups(count: int, finished: int) -> list[Request]:
    found = [request(f"R-{n}", at("2 09:00"), [(at("3 09:00"), "anna", Taken())]) for n in range(count)]
    return found + [resolved(f"D-{n}", "2 09:00", "2 09:30") for n in range(finished)]


def passed_around(count: int, times: int) -> list[Request]:
    found = []
    for n in range(count):
        deeds = [(at("2 09:00"), "anna", Taken())]
        for turn in range(times):
            deeds += [
                (at(f"{3 + turn} 09:00"), "anna", HandedOff(to="boris")),
                (at(f"{3 + turn} 10:00"), "boris", Returned(why="incomplete")),
            ]
        deeds.append((at("20 09:00"), "anna", Resolved(outcome="ok")))
        found.append(request(f"R-{n}", at("2 09:00"), deeds))
    return found


def finding(requests: list[Request], rules: Regulation | None = None) -> str:
    period = parse_period("2026-11", ZONE, NOW)
    found = [entry(one, NOW, rules) for one in requests]
    return str(service(found, period, None, NOW).finding)


def test_too_few_hands() -> None:
    assert finding(late_pickups(6, 0)) == (
        "Most likely held back by too few hands: half of the requests waited 8.0 working hours or more to be "
        "picked up, and 6 came while 0 were finished."
    )


def test_missing_criteria_or_communication() -> None:
    assert finding(passed_around(5, 2)) == (
        "Most likely held back by missing criteria or communication: half of the resolved requests took 112.0 working "
        "hours or more, with 2.0 hand-offs each, and 100 % of them were returned."
    )


def test_one_sign_alone_names_no_cause() -> None:
    everything_done = [
        request(
            f"R-{n}",
            at("2 09:00"),
            [(at("3 09:00"), "anna", Taken()), (at("3 10:00"), "anna", Resolved(outcome="ok"))],
        )
        for n in range(5)
    ]
    assert "pick-up is long, but as many are finished as come" in finding(everything_done)
    assert "resolution is long, but few are passed on or returned" in finding(passed_around(5, 0))


def test_many_hand_offs_of_quick_requests_hold_nothing_back() -> None:
    patient = regulation(pickup="40h", resolve="200h")
    assert finding(passed_around(5, 2), patient).startswith("Nothing stands out as holding")


def test_nothing_stands_out_where_nothing_is_long() -> None:
    assert finding([resolved(f"R-{n}", "2 09:00", "2 10:00") for n in range(5)]).startswith(
        "Nothing stands out as holding"
    )


def test_a_handful_tells_nothing() -> None:
    assert finding(late_pickups(4, 0)).startswith("Too few requests")


def test_long_is_what_the_desk_promised_itself() -> None:
    patient, strict = regulation(pickup="40h", resolve="40h"), regulation(pickup="5m", resolve="40h")
    quick = [request(f"R-{n}", at("2 09:00"), [(at("2 10:00"), "anna", Taken())]) for n in range(6)]
    assert "too few hands" not in finding(late_pickups(6, 0), patient)
    assert "too few hands" in finding(quick, strict)
