"""The clocks of a request: when each starts, pauses and stops, what it allows, and what its verdict is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    HandedOff,
    MergedInto,
    MessageIn,
    MessageOut,
    Noted,
    OfferAccepted,
    OfferSent,
    PromiseBroken,
    Promised,
    PromiseKept,
    Recalled,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Set,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.regulation import Regulation
from svcctl.model.request import fold
from svcctl.rules.clocks import Clock, deadline, freeze, is_overdue, measure, next_clock, runs
from tests.rules.matters import MONDAY, MOSCOW, OFFICE, calendar, clocks_of, hours, regulation, request_with

TAKEN = (1.0, Taken())


def clock(key: str, rules: Regulation, now: float, *events: tuple[float, Event], **header: Any) -> Clock:
    return clocks_of(request_with(*events, **header), rules, hours(now))[key]


def brief(found: Clock) -> tuple[str, datetime | None, int]:
    """How it stands, when it is due, and the minutes it has counted."""
    return found.verdict, found.due, found.elapsed // 60


# Pick-up


PICKUP = regulation({"pickup": {"within": "2h"}})


def test_pickup_runs_until_somebody_acts() -> None:
    assert brief(clock("pickup", PICKUP, 1)) == ("running", hours(2), 60)
    assert brief(clock("pickup", PICKUP, 9, TAKEN)) == ("met", hours(2), 60)
    assert clock("pickup", PICKUP, 9, (0.5, Noted(text="x", by="petrova"))).run.stopped is None
    assert clock("pickup", PICKUP, 9, (0.5, HandedOff(to="logistics")), (1, Accepted(by="sidorov"))).verdict == "met"


def test_an_assignment_is_no_pickup_until_the_assigned_person_acts() -> None:
    given_to = (0.5, Assigned(to="ivanova", by="petrova"))
    assert clock("pickup", PICKUP, 1, given_to).running
    assert clock("pickup", PICKUP, 9, given_to, (1.5, Noted(text="x"))).run.stopped == hours(1.5)


def test_what_is_closed_untouched_needs_no_pickup_any_more() -> None:
    assert brief(clock("pickup", PICKUP, 9, (1, Cancelled(why="x", by="petrova")))) == ("met", hours(2), 60)


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-23T20:15:00", "2026-11-24T11:00:00"),  # an evening
        ("2026-11-21T12:00:00", "2026-11-23T11:00:00"),  # a Saturday
        ("2026-11-23T13:30:00", "2026-11-23T16:00:00"),  # lunch
        ("2026-11-23T17:00:00", "2026-11-24T10:00:00"),  # an hour before closing
        ("2026-11-23T16:00:00", "2026-11-23T18:00:00"),  # exhausts the day: its closing, not the next opening
    ],
)
def test_opened_outside_working_hours(opened: str, due: str) -> None:
    moment = datetime.fromisoformat(opened).replace(tzinfo=MOSCOW)
    found = clocks_of(request_with(opened=moment), PICKUP, moment)["pickup"]
    assert (found.due, found.elapsed, found.verdict) == (
        datetime.fromisoformat(due).replace(tzinfo=MOSCOW),
        0,
        "running",
    )


# Acceptance


ACCEPT = regulation({"accept": {"within": "1h"}})
HANDED = (1.0, HandedOff(to="logistics"))


@pytest.mark.parametrize(
    "answer",
    [Accepted(by="sidorov"), Returned(why="x", by="sidorov"), Recalled(), Cancelled(why="x")],
    ids=lambda event: event.do,
)
def test_a_handoff_runs_until_it_is_answered(answer: Event) -> None:
    assert brief(clock("accept:e2", ACCEPT, 1.5, TAKEN, HANDED)) == ("running", hours(2), 30)
    assert brief(clock("accept:e2", ACCEPT, 9, TAKEN, HANDED, (1.5, answer))) == ("met", hours(2), 30)
    assert brief(clock("accept:e2", ACCEPT, 9, TAKEN, HANDED, (5, answer))) == ("missed", hours(2), 180)


def test_every_handoff_has_a_clock_of_its_own_in_the_time_of_those_it_reached() -> None:
    nights = calendar("nights", {"mon-sun": ["00:00-24:00"]})
    events = [TAKEN, HANDED, (1.5, Accepted(by="sidorov")), (8.5, HandedOff(to="sales", by="sidorov"))]
    request = request_with(*events)
    found = {
        one.run.key: one
        for one in measure(request, ACCEPT, lambda department, _: nights if department == "sales" else OFFICE, hours(9))
    }
    assert set(found) == {"accept:e2", "accept:e4"}
    assert found["accept:e4"].due == hours(9.5)
    assert found["accept:e4"].calendar.startswith("nights@")


def test_a_handoff_may_have_a_time_of_its_own() -> None:
    own = (1.0, HandedOff(to="logistics", within="15m"))
    assert clock("accept:e2", ACCEPT, 1, TAKEN, own).due == hours(1.25)
    assert clock("accept:e2", regulation(), 1, TAKEN, own).due == hours(1.25)
    broken = (1.0, HandedOff(to="logistics", within="soon"))
    assert clock("accept:e2", ACCEPT, 1, TAKEN, broken).due == hours(2)
    assert clocks_of(request_with(TAKEN, broken), regulation(), hours(2)) == {}


# Answers to the client


UPDATE = regulation({"update": {"within": "2h"}})


def test_the_first_unanswered_message_counts() -> None:
    asked = [(1.0, MessageIn(text="?")), (2.0, MessageIn(text="??"))]
    assert brief(clock("update:1", UPDATE, 2, *asked)) == ("running", hours(3), 60)
    assert brief(clock("update:1", UPDATE, 9, *asked, (2.5, MessageOut(text="!")))) == ("met", hours(3), 90)
    again = [*asked, (2.5, MessageOut(text="!")), (7.0, MessageIn(text="?"))]
    assert brief(clock("update:2", UPDATE, 7, *again)) == ("running", hours(24), 0)


def test_an_answer_nobody_asked_for_starts_no_clock() -> None:
    assert clocks_of(request_with((1, MessageOut(text="!"))), UPDATE, hours(2)) == {}


def test_a_message_that_was_never_answered_ends_with_the_request() -> None:
    found = clock("update:1", UPDATE, 9, (1, MessageIn(text="?")), (2, Resolved(outcome="x")))
    assert (found.verdict, found.run.stopped) == ("met", hours(2))


# Stages


STAGES = regulation(
    {"stage": {"pause": ["waiting"]}},
    stages=[
        {"name": "price", "department": "logistics", "within": "2h"},
        {"name": "draft", "department": "sales"},
    ],
    priority={"urgent": {"stage": "1h"}},
)


def test_a_stage_has_the_time_its_regulation_gives_it() -> None:
    started = (1.0, StageStarted(stage="price", department="logistics"))
    found = clock("stage:price", STAGES, 2, started)
    assert (found.due, found.run.department) == (hours(3), "logistics")
    assert clock("stage:price", STAGES, 2, started, priority="urgent").due == hours(2)
    draft = (1.0, StageStarted(stage="draft", department="sales"))
    assert clocks_of(request_with(draft), STAGES, hours(2)) == {}


def test_a_stage_entered_again_has_a_clock_of_its_own() -> None:
    entered = [
        (1.0, StageStarted(stage="price", department="logistics")),
        (2.0, StageDone(stage="price")),
        (4.0, StageStarted(stage="price", department="logistics")),
    ]
    found = clocks_of(request_with(*entered), STAGES, hours(5))
    assert brief(found["stage:price"]) == ("met", hours(3), 60)
    assert brief(found["stage:price#2"]) == ("running", hours(6), 60)


# The whole request


RESOLVE = regulation({"resolve": {"within": "4h", "pause": ["waiting"]}}, priority={"urgent": {"resolve": "2h"}})


def test_resolve_runs_from_the_opening_to_the_end() -> None:
    assert brief(clock("resolve", RESOLVE, 2)) == ("running", hours(5), 120)
    assert brief(clock("resolve", RESOLVE, 6)) == ("late", hours(5), 300)
    assert clock("resolve", RESOLVE, 6).remaining == -3600
    assert brief(clock("resolve", RESOLVE, 30, (5, Resolved(outcome="x")))) == ("met", hours(5), 240)
    assert brief(clock("resolve", RESOLVE, 30, (6, Cancelled(why="x")))) == ("missed", hours(5), 300)


def test_exactly_at_the_deadline_is_in_time() -> None:
    assert clock("resolve", RESOLVE, 5).verdict == "running"
    assert clock("resolve", RESOLVE, 9, (5, Resolved(outcome="x"))).verdict == "met"
    second = (hours(5) + timedelta(seconds=1) - MONDAY).total_seconds() / 3600
    assert clock("resolve", RESOLVE, second).verdict == "late"


def test_opened_already_waiting() -> None:
    waiting = (0.0, Waiting(for_="client"))
    assert brief(clock("resolve", RESOLVE, 6, waiting)) == ("running", hours(25), 0)
    assert clock("resolve", RESOLVE, 6, waiting).remaining == 4 * 3600
    assert brief(clock("resolve", RESOLVE, 25, waiting, (24, Resumed()))) == ("running", hours(29), 60)


def test_pauses_of_less_than_a_minute_and_over_the_night() -> None:
    quick = [(1.0, Waiting(for_="x")), (1.0 + 20 / 3600, Resumed())]
    assert clock("resolve", RESOLVE, 2, *quick).due == hours(5) + timedelta(seconds=20)
    night = [(7.0, Waiting(for_="x")), (24.0, Resumed())]
    assert clock("resolve", RESOLVE, 24, *night).due == hours(5)
    late = [(2.0, Waiting(for_="x")), (23.0, Resumed())]
    assert clock("resolve", RESOLVE, 24, *late).due == hours(25), "13:00 and two hours left after 09:00, lunch after"


def test_a_clock_that_names_no_pause_goes_on() -> None:
    rules = regulation({"resolve": {"within": "4h"}})
    assert clock("resolve", rules, 6, (1, Waiting(for_="client"))).verdict == "late"


@pytest.mark.parametrize(
    ("how", "due", "elapsed"),
    [("resume", hours(26), 2 * 60 + 60), ("keep", hours(5), 7 * 60 + 120), ("restart", hours(29), 60)],
)
def test_a_reopening_resumes_restarts_or_keeps(how: str, due: datetime, elapsed: int) -> None:
    """Resolved after two hours of four, opened again the next morning at ten."""
    rules = regulation({"resolve": {"within": "4h", "reopen": how}})
    found = clock("resolve", rules, 25, (2, Resolved(outcome="x")), (24, Reopened()))
    assert (found.due, found.elapsed // 60) == (due, elapsed)


def test_several_reopenings_add_up() -> None:
    back = [(1.0, Resolved(outcome="x")), (2.0, Reopened()), (24.0, Resolved(outcome="y")), (25.0, Reopened())]
    found = clock("resolve", RESOLVE, 25, *back)
    # An hour, then noon to the evening without lunch, then an hour of the morning.
    assert found.elapsed == (1 + 5 + 1) * 3600


def test_a_change_of_priority_carries_what_has_elapsed() -> None:
    found = clock("resolve", RESOLVE, 1.5, (1, Set(values={"priority": "urgent"})))
    assert brief(found) == ("running", hours(2), 90)
    assert brief(clock("resolve", RESOLVE, 3, (3, Set(values={"priority": "urgent"})))) == ("late", hours(2), 180)
    back = [(1.0, Set(values={"priority": "urgent"})), (2.0, Set(values={"priority": "normal"}))]
    assert brief(clock("resolve", RESOLVE, 2.5, *back)) == ("running", hours(5), 150)


def test_another_regulation_carries_what_has_elapsed() -> None:
    request = request_with((1, Set(values={"regulation": "other@1"})))
    other = regulation({"resolve": {"within": "1h"}})
    assert clocks_of(request, other, hours(2))["resolve"].due == hours(1)


def test_a_deadline_that_was_set_goes_before_the_regulations() -> None:
    at = "2026-11-23T12:00:00+03:00"
    found = clock("resolve", RESOLVE, 1, (0.5, Set(values={"due": at})), (0.6, Waiting(for_="x")), (0.9, Resumed()))
    assert (found.due, found.remaining) == (hours(2), 3600)
    assert clock("resolve", regulation(), 1, (0.5, Set(values={"due": at}))).due == hours(2)


# Promises


def promised(after: float = 0.0, due: str = "2026-11-23T12:00:00+03:00") -> tuple[float, Event]:
    return after, Promised(due=due, text="we call")


def test_a_promise_is_for_a_moment_whatever_the_calendar() -> None:
    saturday = promised(due="2026-11-28T12:00:00+03:00")
    assert clock("promise:e1", regulation(), 1, saturday).due == datetime(2026, 11, 28, 12, tzinfo=MOSCOW)
    assert clock("promise:e1", regulation(), 3, promised()).verdict == "late"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ((1.0, PromiseKept(promise="e1")), "met"),
        ((3.0, PromiseKept(promise="e1")), "missed"),
        ((1.0, PromiseBroken(promise="e1", why="x")), "missed"),
        ((1.0, Cancelled(why="x")), "met"),
        ((3.0, Cancelled(why="x")), "missed"),
    ],
)
def test_a_promise_is_met_when_it_is_kept_in_time_or_nobody_waits_for_it_any_more(
    answer: tuple[float, Event], verdict: str
) -> None:
    assert clock("promise:e1", regulation(), 9, promised(), answer).verdict == verdict


def test_a_wait_pauses_no_promise_and_a_resolution_settles_none() -> None:
    rules = regulation({"promise": {"pause": ["waiting"]}})
    assert clock("promise:e1", rules, 3, promised(), (0.5, Waiting(for_="x"))).verdict == "late"
    assert clock("promise:e1", rules, 3, promised(), (0.5, Resolved(outcome="x"))).verdict == "late"


# Clocks of a regulation's own


OWN = regulation({"answer": {"within": "2h", "start": ["offer_sent"], "stop": ["offer_accepted", "offer_declined"]}})


def test_a_declared_clock_runs_between_its_events() -> None:
    sent = (1.0, OfferSent(revision="r1"))
    assert clocks_of(request_with(), OWN, hours(9)) == {}, "it never started"
    assert brief(clock("answer", OWN, 2, sent)) == ("running", hours(3), 60)
    twice = [sent, (1.5, OfferSent(revision="r2")), (2.0, OfferAccepted(revision="r2"))]
    assert brief(clock("answer", OWN, 9, *twice)) == ("met", hours(3), 60)
    again = [*twice, (6.0, OfferSent(revision="r3"))]
    assert brief(clock("answer:2", OWN, 7, *again)) == ("running", hours(8), 60)
    assert clock("answer", OWN, 9, sent, (2, Cancelled(why="x"))).run.stopped == hours(2)


def test_a_declared_clock_may_run_from_the_opening() -> None:
    rules = regulation({"by-law": {"within": "30d", "start": ["opened"], "stop": ["resolved"]}})
    assert clock("by-law", rules, 1).run.started == MONDAY
    assert clock("by-law", rules, 9, (2, Resolved(outcome="x"))).verdict == "met"


# The end


@pytest.mark.parametrize("end", [Cancelled(why="x"), MergedInto(into="R-20261123-m2xm2x"), Resolved(outcome="x")])
def test_nothing_of_a_closed_request_runs(end: Event) -> None:
    rules = regulation(
        {
            "pickup": {"within": "1h"},
            "accept": {"within": "1h"},
            "update": {"within": "1h"},
            "resolve": {"within": "1h"},
        },
        stages=[{"name": "price", "department": "logistics", "within": "1h"}],
    )
    begun = [(0.0, MessageIn(text="?")), (0.0, StageStarted(stage="price", department="logistics"))]
    handed = [] if end.do == "resolved" else [(0.0, HandedOff(to="logistics", stage="price"))]
    found = clocks_of(request_with(*begun, *handed, (5, end)), rules, hours(30))
    assert {"pickup", "update:1", "stage:price", "resolve"} <= set(found)
    assert not [one.run.key for one in found.values() if one.running]
    assert not is_overdue(list(found.values()))


# Verdicts


def test_the_clocks_that_an_event_stops_are_frozen_with_their_versions() -> None:
    rules = regulation({"pickup": {"within": "1h"}, "resolve": {"within": "4h"}})
    request = request_with()
    before = runs(request, rules)
    taken = Taken().stamped(id="t", n=1, prev="", at=hours(2), by="ivanova")
    request = fold(request.header, [taken])
    frozen = freeze(before, request, taken, rules, lambda *_: OFFICE)
    assert set(frozen) == {"pickup"}
    assert (
        frozen["pickup"].items()
        >= {
            "verdict": "missed",
            "due": "2026-11-23T11:00:00+03:00",
            "elapsed_s": 7200,
            "remaining_s": -3600,
            "calendar": f"office@{OFFICE.version}",
            "regulation": "r@1",
        }.items()
    )


def test_a_frozen_verdict_stands_whatever_became_of_calendar_and_regulation() -> None:
    rules = regulation({"pickup": {"within": "1h"}})
    request = request_with()
    taken = Taken().stamped(id="t", n=1, prev="", at=hours(0.5), by="ivanova")
    verdicts = freeze(runs(request, rules), fold(request.header, [taken]), taken, rules, lambda *_: OFFICE)
    request = fold(request.header, [taken.with_clocks(verdicts)])
    strict = regulation({"pickup": {"within": "1m"}}, version="2")
    nights = calendar("office", {"mon-sun": ["00:00-24:00"]})
    now = clocks_of(request, strict, hours(99), nights)["pickup"]
    assert brief(now) == ("met", hours(1), 30)
    assert now.calendar == f"office@{OFFICE.version}" != f"office@{nights.version}"


def test_a_verdict_counts_for_the_run_it_was_given_to() -> None:
    """Resolved, frozen, reopened and resolved again: the old verdict is not the new one."""
    rules = regulation({"resolve": {"within": "4h"}})
    verdict = {"verdict": "met", "due": None, "elapsed_s": 1, "remaining_s": 1, "calendar": "c@1", "regulation": "r@1"}
    first = Resolved(outcome="x").with_clocks({"resolve": verdict})
    assert clock("resolve", rules, 9, (1, first)).elapsed == 1
    reopened = [(1.0, first), (2.0, Reopened())]
    assert clock("resolve", rules, 3, *reopened).running
    assert clock("resolve", rules, 30, *reopened, (24, Resolved(outcome="y"))).verdict == "missed"


# The request as a whole


def test_the_request_is_due_with_its_resolve_clock_else_with_the_first_that_runs() -> None:
    both = regulation({"pickup": {"within": "1h"}, "resolve": {"within": "4h"}})
    clocks = list(clocks_of(request_with(), both, hours(0.5)).values())
    assert deadline(clocks) == hours(5)
    following = next_clock(clocks)
    assert following is not None and following.run.key == "pickup"
    assert deadline(list(clocks_of(request_with(), PICKUP, hours(0.5)).values())) == hours(2)
    assert deadline([]) is None and next_clock([]) is None


def test_running_clocks_come_first_by_their_deadlines() -> None:
    rules = regulation({"pickup": {"within": "1h"}, "update": {"within": "8h"}, "resolve": {"within": "4h"}})
    request = request_with((0.5, Taken()), (0.6, MessageIn(text="?")))
    found = measure(request, rules, lambda *_: OFFICE, hours(1))
    assert [one.run.key for one in found] == ["resolve", "update:1", "pickup"]


def test_without_a_regulation_only_promises_and_set_deadlines_run() -> None:
    request = request_with(promised(), (0, Set(values={"due": "2026-11-24T12:00:00+03:00"})))
    assert {one.run.key for one in measure(request, None, lambda *_: OFFICE, hours(1))} == {"promise:e1", "resolve"}


def test_a_year_without_published_days_is_named() -> None:
    from svcctl.model.calendar import Calendar

    tables = {"t": {"holidays": "t", "years": {"2026": {"off": ["2026-01-01"]}}}}
    front = {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-18:00"]}, "holidays": "t"}
    found = clocks_of(
        request_with(), regulation({"resolve": {"within": "60d"}}), hours(1), Calendar.parse(front, tables)
    )
    assert found["resolve"].missing_years == (2027,)


@given(st.lists(st.integers(1, 4000), max_size=8), st.integers(1, 2000), st.integers(0, 40_000))
def test_what_has_elapsed_and_what_remains_are_the_target(gaps: list[int], target: int, later: int) -> None:
    """However often it waited: counted time plus remaining time is what the regulation allows."""
    events: list[tuple[float, Event]] = []
    reached = 0
    for index, gap in enumerate(gaps):
        reached += gap
        events.append((reached / 60, Resumed() if index % 2 else Waiting(for_="x")))
    rules = regulation({"resolve": {"within": f"{target}m", "pause": ["waiting"]}})
    now = (MONDAY.astimezone(UTC) + timedelta(minutes=reached + later)).astimezone(MOSCOW)
    found = clocks_of(request_with(*events), rules, now)["resolve"]
    assert found.remaining is not None
    assert found.elapsed + found.remaining == target * 60
    assert found.due is not None and (found.verdict == "late") == (now > found.due)
    # After its closing instant a day's deadline is late, though no working time has passed beyond it yet.
    assert found.remaining <= 0 if found.verdict == "late" else found.remaining >= 0
