"""Who is told when a clock runs out: once, at the right level, in their working hours, whoever is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    Escalated,
    HandedOff,
    MergedInto,
    Promised,
    Reopened,
    Resolved,
    Resumed,
    Set,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request, fold
from svcctl.model.team import Absence, Team
from svcctl.rules.clocks import measure
from svcctl.rules.escalation import ESCALATED, REMINDED, Notice, World, nobody, notices, recipients
from tests.rules.matters import MONDAY, OFFICE, TEAM, calendar, clocks_of, hours, regulation, request_with

STEPS = [
    {"at": "50%", "tell": ["owner"]},
    {"at": "100%", "tell": ["owner", "head"]},
    {"at": "150%", "tell": ["director"], "assign": "head"},
]
RULES = regulation({"resolve": {"within": "4h", "pause": ["waiting"]}}, escalation=STEPS)
TAKEN = (0.0, Taken())
# Opened at ten: half of four hours is twelve, the deadline is after lunch at three, one and a half at five.


def world(team: Team = TEAM, **own: Any) -> World:
    """The team in the office, but people whose own calendar is given."""
    return World(team, lambda *_: OFFICE, lambda handle: own.get(handle, OFFICE))


def told(
    request: Request, now: datetime, rules: Regulation = RULES, of: World | None = None, **more: Any
) -> list[Notice]:
    clocks = measure(request, rules, lambda *_: OFFICE, now)
    return notices(request, clocks, rules, of or world(), now, **more)


def lines(found: Sequence[Notice]) -> list[str]:
    return [
        f"{one.kind} {one.clock.run.key} {one.level} {'+'.join(one.to)}{f' > {one.assign}' if one.assign else ''}"
        for one in found
    ]


def after(request: Request, found: Sequence[Notice], now: datetime, by: str = "petrova") -> Request:
    """The request once all of it was told."""
    events = list(request.events)
    for notice in found:
        stamped = notice.as_event()
        events.append(stamped.stamped(id=stamped.id, n=len(events) + 1, prev="", at=now, by=by))
    return fold(request.header, events)


# Levels


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (1.99, []),
        (2, ["reminded resolve 50% ivanova"]),
        (4.99, ["reminded resolve 50% ivanova"]),
        (5, ["escalated resolve 100% ivanova+petrova"]),
        (7, ["escalated resolve 150% petrova+orlova > petrova", "escalated resolve 100% ivanova"]),
    ],
)
def test_levels_are_reached_in_working_time(now: float, expected: list[str]) -> None:
    """The latest level first; whoever hears of it hears of no earlier one."""
    assert lines(told(request_with(TAKEN), hours(now))) == expected


def test_levels_before_and_after_the_deadline() -> None:
    steps = [{"at": "-30m", "tell": ["owner"]}, {"at": "+1h", "tell": ["head"]}]
    rules = regulation({"resolve": {"within": "4h"}}, escalation=steps)
    request = request_with(TAKEN)
    assert lines(told(request, hours(4.4), rules)) == []
    assert lines(told(request, hours(4.5), rules)) == ["reminded resolve -30m ivanova"]
    assert lines(told(request, hours(6), rules)) == ["escalated resolve +1h petrova", "reminded resolve -30m ivanova"]


def test_a_level_is_for_its_clocks_only() -> None:
    steps = [{"at": "100%", "tell": ["head"], "clocks": ["pickup"]}]
    rules = regulation({"pickup": {"within": "1h"}, "resolve": {"within": "2h"}}, escalation=steps)
    assert lines(told(request_with(), hours(3), rules)) == ["escalated pickup 100% petrova"]


def test_reminders_and_escalations_are_asked_for_apart() -> None:
    request = request_with(TAKEN)
    assert lines(told(request, hours(2), kinds=(ESCALATED,))) == []
    assert lines(told(request, hours(5), kinds=(REMINDED,))) == ["reminded resolve 50% ivanova"]
    assert lines(told(request, hours(5), kinds=(ESCALATED,))) == ["escalated resolve 100% ivanova+petrova"]


def test_a_level_that_gives_the_work_away_is_no_reminder() -> None:
    rules = regulation({"resolve": {"within": "4h"}}, escalation=[{"at": "50%", "tell": ["head"], "assign": "head"}])
    assert lines(told(request_with(TAKEN), hours(2), rules)) == ["escalated resolve 50% petrova > petrova"]


# Once


def test_a_level_is_told_once() -> None:
    request = request_with(TAKEN)
    half = told(request, hours(2))
    request = after(request, half, hours(2))
    assert told(request, hours(2.5)) == []
    assert lines(told(request, hours(5))) == ["escalated resolve 100% ivanova+petrova"]


def test_two_clones_give_what_they_tell_the_same_id() -> None:
    """The other clone has not seen the same events, and looks later."""
    one, other = request_with(TAKEN), request_with(TAKEN, (1, Set(values={"title": "x"})))
    here, there = told(one, hours(5)), told(other, hours(6))
    assert [notice.event for notice in here] == [notice.event for notice in there]
    merged = after(after(one, here, hours(5)), there, hours(6))
    assert len(merged.events) == 2


def test_each_request_clock_start_and_level_has_an_id_of_its_own() -> None:
    rules = regulation({"pickup": {"within": "1h"}, "resolve": {"within": "4h"}}, escalation=STEPS[:2])
    found = [
        *told(request_with(), hours(2), rules),
        *told(request_with(), hours(6), rules),
        *told(request_with(opened=hours(0.1)), hours(6), rules),
    ]
    assert len({notice.event for notice in found}) == len(found) - 1
    # The pick-up's full time is in the first two alike.


def test_a_clock_that_restarts_tells_anew_and_one_that_resumes_does_not() -> None:
    def reopened(how: str) -> list[str]:
        rules = regulation({"resolve": {"within": "4h", "reopen": how}}, escalation=STEPS[:1])
        request = request_with(TAKEN)
        request = after(request, told(request, hours(2), rules), hours(2))
        back = [(3.0, Resolved(outcome="x")), (23.0, Reopened())]
        events = [*request.events]
        for after_hours, event in back:
            n = len(events) + 1
            events.append(event.stamped(id=f"r{n}", n=n, prev="", at=hours(after_hours), by="ivanova"))
        return lines(told(fold(request.header, events), hours(25), rules))

    assert reopened("restart") == ["reminded resolve 50% ivanova"]
    assert reopened("resume") == reopened("keep") == []


def test_who_was_told_before_is_not_told_again_when_calendars_are_renamed() -> None:
    request = request_with(TAKEN)
    request = after(request, told(request, hours(2)), hours(2))
    renamed = calendar("sales-hours")
    assert told(request, hours(3), of=world(ivanova=renamed)) == []


@given(st.lists(st.floats(0, 30), min_size=1, max_size=6).map(sorted), st.sampled_from(["ivanova", "petrova"]))
def test_however_often_cron_runs_nobody_is_told_of_a_level_twice(runs: list[float], by: str) -> None:
    request = request_with(TAKEN)
    heard: list[tuple[str, str]] = []
    for run in runs:
        found = [notice for notice in told(request, hours(run)) if notice.held is None]
        heard.extend((str(notice.level), handle) for notice in found for handle in notice.to)
        request = after(request, found, hours(run), by)
    assert len(heard) == len(set(heard))


# Nothing to tell


@pytest.mark.parametrize("end", [Cancelled(why="x"), MergedInto(into="R-20261123-m2xm2x"), Resolved(outcome="x")])
def test_a_closed_request_tells_nothing(end: Event) -> None:
    assert told(request_with(TAKEN, (1, end)), hours(7)) == []
    assert told(request_with(TAKEN, (6, end)), hours(7)) == []


def test_a_promise_outlives_its_request_but_not_a_cancellation() -> None:
    promised = (1.0, Promised(due="2026-11-23T15:00:00+03:00", text="we call"))
    assert lines(told(request_with(TAKEN, promised, (2, Resolved(outcome="x"))), hours(5)))[0].startswith(
        "escalated promise:e2 100%"
    )
    assert told(request_with(TAKEN, promised, (2, Cancelled(why="x"))), hours(5)) == []


def test_a_clock_that_stands_still_tells_nothing_until_it_goes_on() -> None:
    waiting = (6.0, Waiting(for_="client"))
    assert told(request_with(TAKEN, waiting), hours(7)) == []
    resumed = told(request_with(TAKEN, waiting, (6.5, Resumed())), hours(6.5))
    assert lines(resumed) == ["escalated resolve 100% ivanova+petrova"]


def test_pauses_move_the_levels() -> None:
    waited = [(1.0, Waiting(for_="client")), (2.0, Resumed())]
    request = request_with(TAKEN, *waited)
    assert told(request, hours(2.9)) == []
    (half,) = told(request, hours(3))
    assert half.at == hours(3)


def test_a_clock_that_does_not_pause_goes_on_telling() -> None:
    rules = regulation({"resolve": {"within": "4h"}}, escalation=STEPS[:1])
    assert len(told(request_with(TAKEN, (1, Waiting(for_="client"))), hours(3), rules)) == 1


def test_without_a_regulation_or_its_levels_nobody_is_told() -> None:
    request = request_with(TAKEN)
    clocks = measure(request, RULES, lambda *_: OFFICE, hours(9))
    assert notices(request, clocks, None, world(), hours(9)) == []
    assert told(request, hours(9), regulation({"resolve": {"within": "4h"}})) == []


# Whom words mean


def means(word: str, request: Request, key: str = "resolve", team: Team = TEAM) -> list[str]:
    rules = regulation(
        {"pickup": {"within": "1h"}, "accept": {"within": "1h"}, "resolve": {"within": "4h"}},
        stages=[{"name": "price", "department": "logistics", "within": "1h"}],
    )
    clock = clocks_of(request, rules, hours(9))[key]
    return recipients(word, request, clock, team, date(2026, 11, 23))


def test_owner_is_who_must_act() -> None:
    handed = (1.0, HandedOff(to="kuznetsov"))
    assert means("owner", request_with(TAKEN)) == ["ivanova"]
    assert means("owner", request_with(TAKEN, handed), "accept:e2") == ["kuznetsov"]
    assert means("owner", request_with(TAKEN, handed)) == ["ivanova"]
    assert means("owner", request_with(TAKEN, handed, (2, Accepted(by="kuznetsov")))) == ["kuznetsov"]


def test_what_nobody_owns_is_the_departments() -> None:
    assert means("owner", request_with(), "pickup") == ["petrova", "ivanova"]
    to_logistics = (1.0, HandedOff(to="logistics"))
    assert means("owner", request_with(TAKEN, to_logistics), "accept:e2") == ["sidorov", "kuznetsov"]
    stage = (1.0, StageStarted(stage="price", department="logistics"))
    assert means("owner", request_with(stage), "stage:price") == ["sidorov", "kuznetsov"]


def test_what_is_no_departments_is_whose_who_opened_it() -> None:
    assert means("owner", request_with(department="")) == ["ivanova"]


def test_head_department_controller_roles_and_names() -> None:
    request = request_with(TAKEN, (1, HandedOff(to="logistics")), controller="orlova")
    assert means("head", request) == ["petrova"]
    assert means("head", request, "accept:e2") == ["sidorov"]
    assert means("department", request, "accept:e2") == ["sidorov", "kuznetsov"]
    assert means("controller", request) == ["orlova"]
    assert means("director", request) == ["orlova"]
    assert means("kuznetsov", request) == ["kuznetsov"]
    assert means("logistics", request) == ["sidorov", "kuznetsov"]
    assert means("specialist", request) == ["ivanova"]
    assert means("nobody-knows", request) == means("controller", request_with(TAKEN)) == []


def away(team: Team, **substitutes: str) -> Team:
    """The team while these are away, each with a substitute or an empty word."""
    people = dict(team.people)
    for handle, substitute in substitutes.items():
        absence = Absence(date(2026, 11, 23), date(2026, 11, 27), substitute)
        people[handle] = people[handle]._replace(away=(absence,))
    return team._replace(people=people)


def test_substitutes_hear_it_for_the_away() -> None:
    request = request_with(TAKEN)
    assert means("owner", request, team=away(TEAM, ivanova="kuznetsov")) == ["kuznetsov"]
    assert means("owner", request, team=away(TEAM, ivanova="kuznetsov", kuznetsov="orlova")) == ["orlova"]
    assert means("owner", request, team=away(TEAM, ivanova="")) == ["petrova"]
    assert means("head", request, team=away(TEAM, petrova="")) == ["petrova"]
    assert means("owner", request, team=away(TEAM, ivanova="ivanova", petrova="")) == ["ivanova"]
    assert means("department", request, team=away(TEAM, ivanova="kuznetsov")) == ["petrova"]


def test_who_has_left_hears_nothing() -> None:
    people = {**TEAM.people, "ivanova": TEAM.people["ivanova"]._replace(left=True)}
    assert means("owner", request_with(TAKEN), team=TEAM._replace(people=people)) == ["petrova"]
    assert means("department", request_with(TAKEN), team=TEAM._replace(people=people)) == ["petrova"]


def test_nobody_is_told_twice_by_two_words() -> None:
    rules = regulation({"resolve": {"within": "4h"}}, escalation=[{"at": "100%", "tell": ["owner", "head", "petrova"]}])
    request = request_with((0, Taken(by="petrova")))
    assert lines(told(request, hours(5), rules)) == ["escalated resolve 100% petrova"]


def test_a_level_that_reaches_nobody_is_admitted() -> None:
    rules = regulation({"resolve": {"within": "4h"}}, escalation=[{"at": "100%", "tell": ["sales-director"]}])
    (notice,) = told(request_with(TAKEN), hours(5), rules)
    assert notice.to == ()
    assert "the level 100% of resolve tells nobody: see the escalation of r@1" in str(nobody(notice))


def test_a_request_without_a_controller_has_none_to_tell() -> None:
    rules = regulation({"resolve": {"within": "4h"}}, escalation=[{"at": "100%", "tell": ["controller"]}])
    assert told(request_with(TAKEN), hours(5), rules) == []


# Giving it away


def test_the_work_is_given_away_once() -> None:
    request = request_with(TAKEN)
    request = after(request, told(request, hours(7)), hours(7))
    assert request.owner == "petrova"
    back = Assigned(to="ivanova").stamped(id="back", n=99, prev="", at=hours(7.1), by="petrova")
    request = fold(request.header, [*request.events, back])
    assert told(request, hours(7.5)) == []
    assert request.owner == "ivanova"


def test_who_has_the_work_already_is_not_given_it() -> None:
    request = request_with((0, Taken(by="petrova")))
    assert all(not notice.assign for notice in told(request, hours(7)))


def test_a_handoff_that_nobody_accepts_goes_to_the_head_of_those_it_was_handed_to() -> None:
    rules = regulation({"accept": {"within": "1h"}}, escalation=[{"at": "100%", "assign": "head"}])
    request = request_with(TAKEN, (1, HandedOff(to="logistics")))
    found = told(request, hours(2), rules)
    assert lines(found) == ["escalated accept:e2 100% sidorov > sidorov"]
    request = after(request, found, hours(2))
    assert request.handoff is not None and request.handoff.to == "sidorov"
    assert told(request, hours(2.5), rules) == []


# Working hours


def test_what_is_due_outside_working_hours_waits_for_them() -> None:
    request = request_with(opened=hours(6))
    rules = regulation({"pickup": {"within": "2h"}}, escalation=[{"at": "100%", "tell": ["owner"]}])
    (notice,) = told(request, hours(8), rules)
    assert (notice.at, notice.held) == (hours(8), MONDAY + timedelta(hours=23))
    (morning,) = told(request, MONDAY + timedelta(hours=23), rules)
    assert morning.held is None and morning.event == notice.event


def test_each_hears_it_in_working_hours_of_their_own() -> None:
    evening = calendar("evening", {"mon-fri": ["16:00-20:00"]})
    both = world(petrova=evening)
    request = request_with(TAKEN)
    found = told(request, hours(5), of=both)
    assert [(notice.to, notice.held) for notice in found] == [(("ivanova",), None), (("petrova",), hours(6))]
    request = after(request, found[:1], hours(5))
    (later,) = told(request, hours(6), of=both)
    assert (later.to, later.held, later.event) == (("petrova",), None, found[1].event)
    assert told(after(request, [later], hours(6)), hours(6.5), of=both) == []


def test_the_work_is_given_away_when_who_gets_it_works() -> None:
    evening = calendar("evening", {"mon-fri": ["18:00-22:00"]})
    request = request_with(TAKEN)
    found = {notice.to: notice for notice in told(request, hours(7), of=world(petrova=evening))}
    assert found[("petrova",)].assign == "petrova" and found[("petrova",)].held == hours(8)
    assert found[("orlova",)].assign == "" and found[("orlova",)].held is None


# Events


def test_the_event_says_which_clock_and_level_and_whom() -> None:
    *_, half = told(request_with(TAKEN), hours(2))
    assert half.as_event().as_dict().items() >= {"do": "reminded", "clock": "resolve", "level": "50%"}.items()
    top, _ = told(request_with(TAKEN), hours(7))
    event = top.as_event()
    assert isinstance(event, Escalated)
    assert (event.id, event.to, event.assign) == (top.event, ["petrova", "orlova"], "petrova")


def test_the_json_of_a_notice() -> None:
    (half,) = told(request_with(TAKEN), hours(2))
    value = half.as_json()
    assert (value["kind"], value["level"], value["late_s"], value["to"]) == ("reminded", "50%", -7200, ["ivanova"])
    assert (value["due"], value["held_until"]) == ("2026-11-23T15:00:00+03:00", None)


def test_what_another_clone_overtook_was_told_all_the_same() -> None:
    """Somebody took it in another clone while it was given away here: the taking counts, nobody hears it twice."""
    request = request_with()
    rules = regulation({"pickup": {"within": "1h"}}, escalation=[{"at": "100%", "tell": ["head"], "assign": "head"}])
    (given,) = told(request, hours(2), rules)
    here = given.as_event().stamped(id=given.event, n=1, prev="", at=hours(2), by="orlova")
    there = Assigned(to="ivanova").stamped(id="other", n=1, prev="", at=hours(2.1), by="orlova")
    merged = fold(request.header, [here, there])
    assert merged.owner == "ivanova"
    assert told(merged, hours(3), rules) == []
