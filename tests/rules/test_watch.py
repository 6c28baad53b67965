"""What a check will find, kept as thresholds: at any later moment the same as looking at the request then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.calendar import Calendar
from svcctl.model.duration import parse_duration
from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Cancelled,
    HandedOff,
    MessageIn,
    MessageOut,
    Noted,
    PromiseBroken,
    Promised,
    PromiseKept,
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
from svcctl.model.instants import iso
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import parse_team
from svcctl.rules.clocks import measure, next_clock
from svcctl.rules.findings import KINDS, Limits, findings
from svcctl.rules.sketch import sketch
from svcctl.rules.watch import World, found_at, moves, moving, settled, watches

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Moscow"))
CALENDARS = {
    "office": Calendar.parse(
        {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-13:00", "14:00-18:00"]}}, {}
    ),
    "shift": Calendar.parse(
        {"calendar": "night", "timezone": "Europe/Warsaw", "week": {"mon-sun": ["22:00-06:00"]}}, {}
    ),
}
TEAM = parse_team(
    {
        "departments": {"sales": {"head": "petrova"}, "logistics": {}},
        "people": {name: {"department": "sales"} for name in ("ivanova", "petrova")}
        | {"sidorov": {"department": "logistics"}},
    }
)
LIMITS = Limits(parse_duration("2h"), parse_duration("3d"))
ANCHOR = int(MONDAY.timestamp())

deeds = st.sampled_from(
    [
        Taken(),
        HandedOff(to="logistics", note="count"),
        HandedOff(to="sidorov", within="90m"),
        Accepted(),
        Returned(why="no"),
        Noted(text="x"),
        MessageIn(text="?", channel="email"),
        MessageOut(text="!", channel="email"),
        Waiting(for_="client"),
        Waiting(for_="client", until=iso(MONDAY + timedelta(hours=50))),
        Resumed(),
        Promised(due=iso(MONDAY + timedelta(hours=30)), text="call"),
        Promised(due="2026-11-24T23:30:00-05:00", text="call back"),
        PromiseKept(),
        PromiseBroken(why="ill"),
        StageStarted(stage="price", department="logistics"),
        StageDone(stage="price"),
        Set(values={"priority": "urgent"}, old={"priority": "normal"}),
        Resolved(outcome="ok"),
        Reopened(why="no"),
        Cancelled(why="no"),
    ]
)
lengths = st.sampled_from(["30m", "2h", "9h", "1d", "3d", "5h!", "40h!"])


@st.composite
def regulations(draw: st.DrawFn) -> Regulation | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    clocks: dict[str, Any] = {}
    for name in ("pickup", "accept", "update", "resolve"):
        if draw(st.booleans()):
            clocks[name] = {"within": draw(lengths)}
            if draw(st.booleans()):
                clocks[name]["pause"] = ["waiting"]
    urgent = {"priority": {"urgent": {"resolve": "1h"}}} if "resolve" in clocks else {}
    front = {"regulation": "r", "version": "1", "title": "R", "owner": "o", "applies": {"type": "x"}}
    stages = [{"name": "price", "department": "logistics", "within": draw(lengths)}]
    return parse_regulation({**front, "clocks": clocks, "stages": stages, **urgent})


@st.composite
def requests(draw: st.DrawFn) -> Request:
    due = draw(st.one_of(st.none(), st.integers(0, 90)))
    header = Header(
        "R-20261123-k7qm4d",
        "T",
        "x",
        MONDAY + timedelta(hours=draw(st.integers(0, 40))),
        "ivanova",
        regulation="r@1",
        department=draw(st.sampled_from(["sales", "logistics", ""])),
        due=None if due is None else MONDAY + timedelta(hours=due),
    )
    at, events = header.opened, []
    steps = st.tuples(st.integers(-30, 900), deeds, st.sampled_from(["ivanova", "sidorov"]))
    for n, (minutes, event, by) in enumerate(draw(st.lists(steps, max_size=9)), 1):
        at += timedelta(minutes=minutes)
        events.append(_stamped(event, n, at, by))
    return fold(header, events)


def _stamped(event: Event, n: int, at: datetime, by: str) -> Event:
    return event.stamped(id=f"e{n}", n=n, prev=f"e{n - 1}" if n > 1 else "", at=at, by=by)


def calendar_of(department: str, regulation: Regulation | None) -> Calendar:
    return CALENDARS["shift" if department in ("logistics", "sidorov") else "office"]


def name_of(calendar: Calendar) -> str:
    return next(name for name, known in CALENDARS.items() if known is calendar)


WORLD = World(TEAM, LIMITS, CALENDARS["office"], calendar_of, name_of, ANCHOR)


@given(requests(), regulations(), st.integers(0, 12000))
def test_what_is_kept_finds_the_same_at_any_later_moment(
    request: Request, regulation: Regulation | None, minutes: int
) -> None:
    at = settled(request)
    now = at + timedelta(minutes=minutes)
    kept = watches(request, measure(request, regulation, calendar_of, at, running=True), regulation, WORLD, at)
    soon = LIMITS.due_soon.due(now, CALENDARS["office"])

    def position(name: str) -> int:
        line = CALENDARS[name].line
        return line.done(int(now.timestamp())) - line.done(ANCHOR)

    manners = dict(enumerate(watch.manner for watch in kept))
    rows = [(request.id, request.title, number, *watch.kept()) for number, watch in enumerate(kept)]
    found = found_at(rows, manners, now, soon, position)
    clocks = measure(request, regulation, calendar_of, now, running=True)
    wanted = findings(request, clocks, CALENDARS["office"], LIMITS, TEAM, now)
    assert sorted(found, key=_key) == sorted(wanted, key=_key)


def _key(finding: Any) -> tuple[Any, ...]:
    return KINDS.index(finding.kind), finding.late, finding.clock, str(finding.due), finding.note


@given(requests(), regulations(), st.integers(0, 12000))
def test_the_first_deadline_is_known_at_any_later_moment(
    request: Request, regulation: Regulation | None, minutes: int
) -> None:
    at = settled(request)
    now = at + timedelta(minutes=minutes)
    clocks = measure(request, regulation, calendar_of, at, running=True)
    fixed = next_clock([clock for clock in clocks if not moves(clock)])
    dues = [fixed.due] if fixed and fixed.due else []
    for clock in clocks:
        one = moving(clock, regulation, WORLD) if moves(clock) else None
        if one is not None:
            dues.append(one.due(now, CALENDARS[one.calendar]))
    wanted = sketch(request, measure(request, regulation, calendar_of, now)).following
    assert (min(dues, key=datetime.timestamp) if dues else None) == (wanted.due if wanted else None)
