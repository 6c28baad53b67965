"""What a check finds: late, due soon, not accepted, promised, untouched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.calendar import Calendar
from svcctl.model.duration import Duration, parse_duration
from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Cancelled,
    HandedOff,
    MergedInto,
    MessageIn,
    MessageOut,
    PromiseBroken,
    Promised,
    PromiseKept,
    Resolved,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.instants import iso
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import Team, parse_team
from svcctl.rules.clocks import Clock, measure
from svcctl.rules.findings import (
    DUE_SOON,
    OVERDUE,
    PROMISES,
    UNACCEPTED,
    UNTOUCHED,
    Finding,
    Limits,
    addressed,
    calendar_warning,
    findings,
    missing_years,
    responsible,
)

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Moscow"))
OFFICE = Calendar.parse(
    {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-18:00"]}},
    {},
)
TEAM: Team = parse_team(
    {
        "departments": {"sales": {"head": "petrova"}, "logistics": {}},
        "people": {
            "ivanova": {"department": "sales"},
            "petrova": {"department": "sales"},
            "sidorov": {"department": "logistics"},
        },
    }
)
LIMITS = Limits(Duration(3600), parse_duration("3d"))


def rules(**clocks: str) -> Regulation:
    front: dict[str, Any] = {"regulation": "r", "version": "1", "title": "R", "owner": "o", "applies": {"type": "x"}}
    within = {name: {"within": amount} for name, amount in clocks.items()}
    stages = [{"name": "price", "department": "logistics", "within": "2h"}]
    return parse_regulation({**front, "clocks": within, "stages": stages})


def hours(n: float) -> datetime:
    """``n`` hours after Monday 9:00, by the wall."""
    return MONDAY + timedelta(hours=n)


def by(person: str, event: Event) -> Event:
    return event.stamped(id="", n=0, prev="", at=MONDAY, by=person)


def opened(*events: tuple[float, Event]) -> Request:
    header = Header("R-20261123-k7qm4d", "T", "x", MONDAY, "ivanova", regulation="r@1", department="sales")
    stamped = [
        event.stamped(id=f"e{n}", n=n, prev="", at=hours(after), by=event.by or "ivanova")
        for n, (after, event) in enumerate(events, 1)
    ]
    return fold(header, stamped)


def clocks_of(request: Request, regulation: Regulation | None, now: datetime) -> list[Clock]:
    return measure(request, regulation, lambda *_: OFFICE, now)


def found(request: Request, now: float, limits: Limits = LIMITS, **clocks: str) -> list[Finding]:
    at = hours(now)
    return findings(request, clocks_of(request, rules(**clocks), at), OFFICE, limits, TEAM, at)


def kinds(result: list[Finding]) -> list[str]:
    return [finding.kind for finding in result]


# Clocks


def test_all_is_well() -> None:
    assert found(opened((0, Taken())), 1, pickup="1h", resolve="8h") == []


def test_a_late_clock_says_whose_and_by_how_much() -> None:
    (finding,) = found(opened(), 1.5, pickup="1h")
    assert (finding.kind, finding.clock, finding.due, finding.late) == (OVERDUE, "pickup", hours(1), 1800)
    assert (finding.owner, finding.department) == ("", "sales")
    assert finding.as_json() == {
        "id": "R-20261123-k7qm4d",
        "title": "T",
        "clock": "pickup",
        "due": "2026-11-23T10:00:00+03:00",
        "late_s": 1800,
        "owner": None,
        "department": "sales",
        "note": None,
    }


def test_lateness_is_working_time() -> None:
    (finding,) = found(opened((0, Taken())), 24, resolve="8h")
    assert (finding.late, finding.owner) == (3600, "ivanova")


def test_the_deadline_itself_is_in_time_and_soon() -> None:
    request = opened((0, Taken()))
    assert kinds(found(request, 7, resolve="8h")) == [DUE_SOON]
    assert kinds(found(request, 8, resolve="8h")) == [DUE_SOON]
    assert found(request, 6.9, resolve="8h") == []
    (soon,) = found(request, 7.5, resolve="8h")
    assert soon.late == -1800


def test_soon_is_working_time_too() -> None:
    """Monday 18:00 with an hour of warning reaches to Tuesday 10:00."""
    request = opened((8.5, Taken()))
    assert kinds(found(request, 9, resolve="10h")) == [DUE_SOON]


def test_a_clock_that_stands_still_is_not_due_soon() -> None:
    front = rules(resolve="8h")
    paused = front._replace(clocks={"resolve": front.clocks["resolve"]._replace(pause=("waiting",))})
    request = opened((0, Taken()), (7.5, Waiting(for_="client", until=iso(hours(200)))))
    at = hours(7.6)
    assert findings(request, clocks_of(request, paused, at), OFFICE, LIMITS, TEAM, at) == []
    assert kinds(findings(request, clocks_of(request, front, at), OFFICE, LIMITS, TEAM, at)) == [DUE_SOON]


def test_nothing_runs_after_the_end() -> None:
    for end in (Resolved(outcome="ok"), Cancelled(why="no"), MergedInto(into="R-20261123-m2xm2x")):
        assert found(opened((0, Taken()), (20, end)), 500, pickup="1h", resolve="8h") == []


# Who must act


@pytest.mark.parametrize(
    ("events", "key", "expected"),
    [
        ([], "resolve", ("", "sales")),
        ([(0, Taken())], "resolve", ("ivanova", "sales")),
        ([(0, Taken()), (1, HandedOff(to="sidorov"))], "resolve", ("ivanova", "sales")),
        ([(0, Taken()), (1, HandedOff(to="sidorov"))], "accept:e2", ("sidorov", "logistics")),
        ([(0, Taken()), (1, HandedOff(to="logistics"))], "accept:e2", ("", "logistics")),
        ([(0, StageStarted(stage="price", department="logistics"))], "stage:price", ("", "logistics")),
        (
            [(0, StageStarted(stage="price", department="logistics", to="sidorov"))],
            "stage:price",
            ("sidorov", "logistics"),
        ),
        ([(0, Promised(due="2026-11-23T12:00:00+03:00", text="call"))], "promise:e1", ("ivanova", "sales")),
        ([(0, MessageIn(text="?"))], "update:1", ("", "sales")),
        (
            [
                (0, Taken()),
                (1, HandedOff(to="sidorov")),
                (1, by("sidorov", Accepted(department="logistics"))),
                (2, by("petrova", MessageIn(text="?"))),
            ],
            "update:1",
            ("ivanova", "sales"),
        ),
    ],
)
def test_who_must_act(events: list[tuple[float, Event]], key: str, expected: tuple[str, str]) -> None:
    request = opened(*events)
    clocks = clocks_of(request, rules(accept="1h", update="4h", resolve="8h"), hours(3))
    (clock,) = [clock for clock in clocks if clock.run.key == key]
    assert responsible(request, clock, TEAM) == expected


def test_a_closed_hand_off_is_still_known_by_its_clock() -> None:
    request = opened(
        (0, HandedOff(to="sidorov")), (1, by("sidorov", Accepted())), (2, by("sidorov", HandedOff(to="petrova")))
    )
    clocks = {clock.run.key: clock for clock in clocks_of(request, rules(accept="1h"), hours(3))}
    assert responsible(request, clocks["accept:e1"], TEAM) == ("sidorov", "logistics")
    assert responsible(request, clocks["accept:e3"], TEAM) == ("petrova", "sales")


@pytest.mark.parametrize(
    ("to", "expected"), [("sidorov", ("sidorov", "logistics")), ("logistics", ("", "logistics")), ("gone", ("", ""))]
)
def test_a_hand_off_goes_to_a_person_or_a_department(to: str, expected: tuple[str, str]) -> None:
    (handoff,) = opened((0, HandedOff(to=to))).handoffs
    assert addressed(handoff, TEAM) == expected


# Hand-offs


def test_a_hand_off_is_reported_when_its_clock_is_late() -> None:
    request = opened((0, Taken()), (0, HandedOff(to="logistics", note="weigh it")))
    assert kinds(found(request, 0.5, LIMITS._replace(due_soon=Duration(60)), accept="1h")) == []
    result = found(request, 2, accept="1h")
    assert kinds(result) == [OVERDUE, UNACCEPTED]
    assert [(one.clock, one.due, one.late, one.note) for one in result] == [
        ("accept:e2", hours(1), 3600, ""),
        ("accept", hours(1), 3600, "weigh it"),
    ]
    assert (result[1].owner, result[1].department) == ("", "logistics")


def test_a_hand_off_without_a_clock_is_reported_after_a_day() -> None:
    request = opened((0, HandedOff(to="sidorov", note="weigh it")))
    assert found(request, 24) == []
    (finding,) = found(request, 24.5)
    assert (finding.kind, finding.due, finding.late, finding.owner) == (UNACCEPTED, None, 24 * 3600 + 1800, "sidorov")
    assert finding.as_json()["due"] is None


# Promises


def promise(due: float, text: str = "call") -> Promised:
    return Promised(due=iso(hours(due)), text=text)


def test_a_promise_is_told_from_its_day_on() -> None:
    request = opened((0, promise(30)))
    assert found(request, 14) == []
    (today,) = [one for one in found(request, 24) if one.kind == PROMISES]
    assert (today.clock, today.due, today.late, today.owner, today.note) == (
        "promise",
        hours(30),
        -6 * 3600,
        "ivanova",
        "call",
    )
    assert kinds(found(request, 31)) == [OVERDUE, PROMISES]


def test_a_kept_promise_is_settled() -> None:
    assert found(opened((0, promise(2)), (1, PromiseKept())), 5) == []


def test_a_broken_promise_is_told_until_the_client_knows() -> None:
    broken = [(0.0, promise(2)), (3.0, PromiseBroken(why="engineer is ill"))]
    (finding,) = found(opened(*broken), 4)
    assert (finding.kind, finding.note) == (PROMISES, "call (engineer is ill)")
    assert kinds(found(opened((0, MessageOut(text="soon")), *broken), 4)) == [PROMISES]
    assert kinds(found(opened(*broken, (3.5, MessageIn(text="?"))), 4)) == [PROMISES]
    assert found(opened(*broken, (3.5, MessageOut(text="sorry"))), 4) == []
    assert found(opened(*broken, (3.5, promise(100, "again"))), 4) == []
    assert found(opened(*broken, (3.5, Resolved(outcome="ok"))), 4) == []


def test_a_promise_outlives_the_end_but_not_a_cancellation() -> None:
    assert kinds(found(opened((0, promise(2)), (1, Resolved(outcome="ok"))), 5)) == [OVERDUE, PROMISES]
    assert found(opened((0, promise(2)), (1, Cancelled(why="no"))), 5) == []
    assert found(opened((0, promise(2)), (1, MergedInto(into="R-20261123-m2xm2x"))), 5) == []


# Silence


def test_what_nothing_happened_to_for_the_limit() -> None:
    """Three working days after Monday end on Thursday at 18:00."""
    request = opened((0, Taken()))
    assert found(request, 3 * 24 + 8.9) == []
    (finding,) = found(request, 3 * 24 + 9)
    assert (finding.kind, finding.clock, finding.due, finding.late) == (UNTOUCHED, "silence", hours(81), 0)
    assert (finding.owner, finding.department) == ("ivanova", "sales")
    (later,) = found(request, 4 * 24 + 1)
    assert later.late == 3600


def test_a_wait_with_an_end_is_no_silence_before_it() -> None:
    until = opened((0, Waiting(for_="client", until=iso(hours(200)))))
    assert found(until, 150) == []
    assert kinds(found(until, 201)) == [UNTOUCHED]
    assert kinds(found(opened((0, Waiting(for_="client"))), 150)) == [UNTOUCHED]


@given(st.floats(0, 400), st.floats(0, 200), st.integers(1, 80))
def test_what_is_found_stays_found_while_nothing_happens(now: float, later: float, within: int) -> None:
    request = opened((0, Taken()), (1, HandedOff(to="logistics")), (1, promise(30)))
    before = [one for one in found(request, now, resolve=f"{within}h", accept="2h") if one.kind != DUE_SOON]
    after = {(one.kind, one.clock): one for one in found(request, now + later, resolve=f"{within}h", accept="2h")}
    for finding in before:
        assert after[finding.kind, finding.clock].late >= finding.late
    assert all(one.late >= 0 for one in before if one.kind != PROMISES)


# Calendars


def test_a_year_without_published_dates_is_told_once() -> None:
    table = {"holidays": "ru", "country": "RU", "years": {"2026": {"off": ["2026-12-31"]}}}
    mapping = {
        "calendar": "office",
        "timezone": "Europe/Moscow",
        "holidays": "ru",
        "week": {"mon-fri": ["09:00-18:00"]},
    }
    calendar = Calendar.parse(mapping, {"ru": table})
    request = opened((0, Taken()), (0, promise(24 * 60)))
    clocks = measure(request, rules(resolve="60d", pickup="1h"), lambda *_: calendar, hours(1))
    said = "deadlines run into 2027, for which the holidays of calendars/office.yaml are not published in the desk"
    assert [str(calendar_warning(*one)) for one in set(missing_years([*clocks, *clocks]))] == [said]
    done = opened((0, Taken()), (2, Resolved(outcome="ok")))
    assert missing_years(measure(done, rules(resolve="60d"), lambda *_: calendar, hours(3))) == []
    assert missing_years([]) == []
