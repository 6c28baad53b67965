"""The ways in which help desks have been wrong about deadlines for years; one test each that they stay ours no more.

Each runs through a real fold of events, and through the command line where people would see it.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from svcctl.model.calendar import Calendar
from svcctl.model.event import Event
from svcctl.model.events import Cancelled, MergedInto, Resolved, Resumed, Set, Taken, Waiting
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.request import Header, Request, fold
from svcctl.rules.clocks import Clock, measure
from tests.conftest import Svc
from tests.rules.matters import OFFICE, calendar, clocks_of, hours, regulation, request_with

RESOLVE = regulation({"resolve": {"within": "4h", "pause": ["waiting"]}}, priority={"urgent": {"resolve": "2h"}})


def resolve(*events: tuple[float, Event], now: float, office: Calendar = OFFICE) -> Clock:
    return clocks_of(request_with(*events), RESOLVE, hours(now), office)["resolve"]


# Pause time added to the start


def test_a_pause_is_cut_out_of_the_timeline_not_added_to_the_start() -> None:
    """Waited from one hour before closing to one hour after opening: two working hours, not the sixteen of the wall.

    Shifting the start by the pause would begin it at two in the morning.
    """
    waited = [(7.0, Waiting(for_="client")), (24.0, Resumed())]
    rules = regulation({"resolve": {"within": "8h", "pause": ["waiting"]}})
    found = clocks_of(request_with(*waited), rules, hours(24))["resolve"]
    # Monday 10–13 and 14–17 are six hours; two are left on Tuesday from ten o'clock.
    assert found.due == hours(26)
    assert found.elapsed == 6 * 3600


def test_a_pause_before_the_start_moves_nothing() -> None:
    """A stage that starts after the client answered has none of that wait in it."""
    waited = [(0.0, Waiting(for_="client")), (2.0, Resumed())]
    rules = regulation({"check": {"within": "2h", "start": ["taken"], "stop": ["resolved"], "pause": ["waiting"]}})
    assert clocks_of(request_with(*waited, (4, Taken())), rules, hours(4))["check"].due == hours(6)


# An old clock that survives a change of priority


def test_a_change_of_priority_leaves_no_old_clock_running() -> None:
    urgent = (1.0, Set(values={"priority": "urgent"}))
    found = clocks_of(request_with(urgent), RESOLVE, hours(1.5))
    assert list(found) == ["resolve"]
    assert (found["resolve"].due, found["resolve"].elapsed) == (hours(2), 5400)
    done = clocks_of(request_with(urgent, (3, Resolved(outcome="x"))), RESOLVE, hours(99))
    assert [(one.verdict, one.running) for one in done.values()] == [("missed", False)]


def test_the_old_priority_escalates_no_more(svc: Svc) -> None:
    svc.write("regulations/callback.md", CALLBACK)
    request = svc.new("x", "--type", "callback", "--client", "zoo", "--priority", "urgent")
    svc(f"take {request}")
    svc(f"set {request} priority=low")
    late_for_urgent = "2026-11-23T14:30:00+03:00"
    assert svc("check --remind --escalate", now=late_for_urgent).out == ""
    assert not svc.json("check", now=late_for_urgent)["overdue"]


# A breach while paused


def test_nothing_is_breached_while_it_is_paused() -> None:
    waiting = (3.9, Waiting(for_="client"))
    for now in (5, 24, 24 * 30):
        found = resolve(waiting, now=now)
        assert (found.verdict, found.remaining) == ("running", 4 * 3600 - found.elapsed)
    settled = resolve(waiting, (24 * 7, Resolved(outcome="x")), now=24 * 8)
    assert settled.verdict == "met"


def test_a_wait_does_not_excuse_what_was_late_before_it() -> None:
    found = resolve((6, Waiting(for_="client")), (30, Resolved(outcome="x")), now=48)
    assert (found.verdict, found.remaining) == ("missed", -3600)


# 23:59 that loses a minute a night


def test_round_the_clock_loses_no_minute_a_night() -> None:
    always = calendar("always", {"mon-sun": ["00:00-24:00"]})
    rules = regulation({"resolve": {"within": "240h"}})
    found = clocks_of(request_with(), rules, hours(240), always)["resolve"]
    assert (found.due, found.elapsed) == (hours(240), 240 * 3600)


def test_a_shift_that_closes_at_midnight_is_whole() -> None:
    evening = calendar("evening", {"mon-sun": ["16:00-24:00"]})
    rules = regulation({"resolve": {"within": "80h"}})
    found = clocks_of(request_with(), rules, hours(24 * 20), evening)["resolve"]
    # Ten evenings of eight hours: the last one ends with its day.
    assert found.due == hours(14 + 24 * 9)


# A Sunday on which clocks change, counted twice


def abroad(opened: str, zone: str, week: dict[str, Any], now: str, within: str = "48h") -> Clock:
    place = ZoneInfo(zone)
    office = Calendar.parse({"calendar": "c", "timezone": zone, "week": week}, {})
    header = Header("R-20261024-k7qm4d", "x", "x", datetime.fromisoformat(opened).replace(tzinfo=place), "ivanova")
    rules = regulation({"resolve": {"within": within}})
    moment = datetime.fromisoformat(now).replace(tzinfo=place)
    (found,) = measure(fold(header, ()), rules, lambda *_: office, moment)
    return found


@pytest.mark.parametrize(("day", "hours_of_it"), [("2026-10-25", 25), ("2026-03-29", 23), ("2026-10-24", 24)])
def test_a_sunday_on_which_clocks_change_counts_once(day: str, hours_of_it: int) -> None:
    following = str(datetime.fromisoformat(day).date() + timedelta(1))
    found = abroad(f"{day}T00:00", "Europe/Warsaw", {"mon-sun": ["00:00-24:00"]}, f"{following}T00:00")
    assert found.elapsed == hours_of_it * 3600
    assert found.due is not None
    started = found.run.started.astimezone(UTC)
    assert found.due.astimezone(UTC) - started == timedelta(hours=48)


def test_a_working_week_over_a_change_of_clocks_has_its_usual_hours() -> None:
    week = {"mon-fri": ["09:00-17:00"]}
    found = abroad("2026-10-23T09:00", "Europe/Warsaw", week, "2026-10-26T17:00", "16h")
    assert (found.elapsed, found.verdict) == (16 * 3600, "running")
    assert found.due == datetime(2026, 10, 26, 17, tzinfo=ZoneInfo("Europe/Warsaw"))


# An empty calendar that loops


def test_an_empty_calendar_is_an_error_at_once() -> None:
    with pytest.raises(BrokenFiles, match="no working hours at all"):
        calendar("never", {"mon": []})


def test_a_calendar_that_has_run_out_ends_at_a_horizon() -> None:
    """A table of a few working dates, all of them past."""
    project = calendar("project", {"mon": []}, dates={"2026-11-20": ["09:00-18:00"]})
    begun = time.perf_counter()
    with pytest.raises(Refused, match="working time is computed for the years"):
        resolve(now=1, office=project)
    assert time.perf_counter() - begun < 2


def test_an_empty_calendar_is_told_with_its_file_and_line(svc: Svc) -> None:
    request = svc.new("x", "--type", "offer", "--client", "zoo")
    svc.write("calendars/office.yaml", "calendar: office\ntimezone: Europe/Moscow\nweek:\n  mon-fri: []\n")
    complaint = svc(f"show {request}", code=3).err
    assert "calendars/office.yaml:4:3" in complaint and "no working hours at all" in complaint


# Yesterday's verdicts, rewritten by today's calendar


CALLBACK = """\
---
regulation: callback
version: 7
title: Call back
owner: petrova
applies: {type: callback}
clocks:
  pickup: {within: 1h}
  resolve: {within: 8h}
priority:
  urgent: {resolve: 2h}
escalation:
- {at: 100%, tell: [owner, head]}
---
"""


def verdicts(svc: Svc, request: str, now: str) -> dict[str, dict[str, Any]]:
    return {clock["name"]: clock for clock in svc.json(f"show {request}", now=now)["clocks"]}


def test_a_verdict_stands_whatever_calendar_and_regulation_say_later(svc: Svc) -> None:
    svc.write("regulations/callback.md", CALLBACK)
    request = svc.new("x", "--type", "callback", "--client", "zoo")
    svc(f"take {request}", now="2026-11-23T10:50:00+03:00")
    svc(f"resolve {request} -m done", now="2026-11-24T09:30:00+03:00")
    later = "2026-12-01T10:00:00+03:00"
    before = verdicts(svc, request, later)
    assert [(name, clock["verdict"]) for name, clock in before.items()] == [("pickup", "met"), ("resolve", "met")]
    week = "calendar: office\ntimezone: Europe/Moscow\nweek:\n  mon-sun: [00:00-24:00]\n"
    svc.write("calendars/office.yaml", week)
    svc.write("regulations/callback.md", CALLBACK.replace("within: 1h", "within: 1m").replace("8h", "1h"))
    after = verdicts(svc, request, later)
    assert after == before
    assert after["resolve"]["regulation"] == "callback@7"
    assert "met" in svc(f"explain {request} resolve", now=later).out


def test_a_new_version_of_a_regulation_counts_for_new_requests(svc: Svc) -> None:
    svc.write("regulations/callback.md", CALLBACK)
    old = svc.new("x", "--type", "callback", "--client", "zoo")
    svc.write("regulations/callback.md", CALLBACK.replace("version: 7", "version: 8").replace("8h", "1h"))
    new = svc.new("y", "--type", "callback", "--client", "zoo")
    later = "2026-11-23T10:30:00+03:00"
    dues = [verdicts(svc, request, later)["resolve"]["due"] for request in (old, new)]
    assert dues == ["2026-11-24T10:00:00+03:00", "2026-11-23T11:00:00+03:00"]


# Merged and cancelled requests that go on escalating


@pytest.mark.parametrize("end", [Cancelled(why="x"), MergedInto(into="R-20261123-m2xm2x")], ids=lambda end: end.do)
def test_what_is_merged_or_cancelled_is_never_late_any_more(end: Event) -> None:
    found = resolve((1, end), now=999)
    assert (found.verdict, found.running, found.run.stopped) == ("met", False, hours(1))


def test_a_cancelled_request_is_in_no_check_and_tells_nobody(svc: Svc) -> None:
    svc.write("regulations/callback.md", CALLBACK)
    request = svc.new("x", "--type", "callback", "--client", "zoo")
    later = "2026-11-25T10:00:00+03:00"
    assert request in svc("check", now=later).out
    svc(f"cancel {request} -m 'wrong number'")
    assert svc("check", now=later).out == ""
    assert svc("check --remind --escalate", now=later).out == ""


def test_the_state_does_not_depend_on_when_it_is_asked() -> None:
    """Verdicts come of events and now alone: asking often, late or out of order changes none."""
    request: Request = request_with((1, Waiting(for_="client")), (2, Resumed()), (6, Resolved(outcome="x")))
    first = clocks_of(request, RESOLVE, hours(500))
    for now in (7, 100, 6, 500):
        clocks_of(request, RESOLVE, hours(now))
    assert clocks_of(request, RESOLVE, hours(500)) == first
