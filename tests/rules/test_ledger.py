"""The ledger of a deadline: its sums are the deadline, whatever the calendar, the pauses and the changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.calendar import Calendar
from svcctl.model.duration import DAYS, WALL, WORK, Duration, parse_level
from svcctl.model.event import Event
from svcctl.model.events import Cancelled, Promised, PromiseKept, Reopened, Resolved, Resumed, Set, Taken, Waiting
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.rules.clocks import Run, measure
from svcctl.rules.ledger import Ledger, chosen, counted, ledger
from svcctl.rules.levels import level_at
from svcctl.rules.segments import CLOSED, PAUSE, segments
from svcctl.rules.segments import WORK as WORKED

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=MOSCOW)
OFFICE = Calendar.parse(
    {
        "calendar": "office",
        "timezone": "Europe/Moscow",
        "week": {"mon-fri": ["09:00-13:00", "14:00-18:00"]},
        "dates": {"2026-11-27": "off", "2026-11-26": "short"},
    },
    {},
)


def hours(n: float) -> datetime:
    return MONDAY + timedelta(hours=n)


def regulation(clocks: dict[str, object], **more: object) -> Regulation:
    front = {"regulation": "r", "version": "1", "title": "R", "owner": "o", "applies": {"type": "x"}}
    return parse_regulation({**front, "clocks": clocks, **more})


RULES = regulation(
    {"resolve": {"within": "8h", "pause": ["waiting"], "reopen": "resume"}, "pickup": {"within": "1h"}},
    priority={"urgent": {"resolve": "2h"}},
    escalation=[
        {"at": "50%", "tell": ["owner"]},
        {"at": "100%", "tell": ["head"], "clocks": ["resolve"]},
        {"at": "-1h", "tell": ["owner"], "clocks": ["resolve"]},
        {"at": "10%", "tell": ["owner"], "clocks": ["pickup"]},
    ],
)


def request_with(*events: tuple[float, Event]) -> Request:
    """A request opened on Monday at ten, with events so many hours later."""
    header = Header("R-20261123-k7qm4d", "T", "x", MONDAY, "ivanova", regulation="r@1")
    stamped = [
        event.stamped(id=f"e{n}", n=n, prev="", at=hours(after), by="ivanova")
        for n, (after, event) in enumerate(events, 1)
    ]
    return fold(header, stamped)


def explained(request: Request, now: datetime, key: str = "resolve", rules: Regulation = RULES) -> Ledger:
    clocks = measure(request, rules, lambda *_: OFFICE, now)
    return ledger(request, chosen(clocks, key, "k7qm4d"), lambda _: rules, lambda *_: OFFICE, now)


def rows(found: Ledger) -> list[str]:
    return [f"{s.start:%a %H:%M} {s.end:%a %H:%M} {s.kind} {s.counted // 60} {s.reason or ''}" for s in found.segments]


def assert_contiguous(found: Ledger) -> None:
    assert found.segments[0].start == found.clock.run.started
    assert all(before.end == after.start for before, after in pairwise(found.segments))
    assert found.clock.due is None or found.segments[-1].end >= found.clock.due


# A waiting request


def test_every_segment_of_a_paused_clock_with_its_reason() -> None:
    request = request_with((1, Waiting(for_="client", why="чертежи")), (5, Resumed()))
    found = explained(request, hours(6))
    assert rows(found) == [
        "Mon 10:00 Mon 11:00 work 60 ",
        "Mon 11:00 Mon 15:00 pause 0 waiting for client: чертежи",
        "Mon 15:00 Mon 16:00 work 60 ",
        "Mon 16:00 Mon 18:00 work 120 still left",
        "Mon 18:00 Tue 09:00 closed 0 outside working hours",
        "Tue 09:00 Tue 13:00 work 240 still left",
    ]
    assert found.clock.due is not None
    assert counted(found.segments, found.clock.due) == found.target == 8 * 3600
    assert_contiguous(found)


def test_the_end_of_a_wait_moves_the_deadline_by_the_working_time_it_cut_out() -> None:
    request = request_with((1, Waiting(for_="client", why="чертежи")), (5, Resumed()))
    (move,) = explained(request, hours(6)).moves
    assert (move.at, move.event) == (hours(5), "e2")
    assert (move.before, move.after) == (hours(24), hours(27))
    assert str(move.why) == "waited for client: чертежи"


def test_a_wait_that_is_not_over_moves_it_on_while_it_lasts() -> None:
    request = request_with((1, Waiting(for_="client")))
    found = explained(request, hours(5))
    assert found.segments[1].kind == PAUSE
    assert found.segments[1].end == hours(5)
    (move,) = found.moves
    assert (move.at, move.event, move.after) == (hours(5), "", found.clock.due)
    assert "waiting for client still" in str(move.why)


def test_a_breach_while_paused_counts_nothing_of_the_wait_as_late() -> None:
    request = request_with((26, Waiting(for_="client")), (50, Resumed()))
    found = explained(request, hours(51))
    late = [segment for segment in found.segments if str(segment.reason) == "late"]
    assert sum(segment.counted for segment in late) == -(found.clock.remaining or 0) == 3 * 3600


# What moved it


def test_a_change_of_priority_keeps_what_was_counted() -> None:
    request = request_with((1, Set(values={"priority": "urgent"})))
    found = explained(request, hours(1))
    assert found.target == 2 * 3600
    (move,) = found.moves
    assert (move.before, move.after, str(move.why)) == (hours(24), hours(2), "priority normal → urgent")


def test_a_deadline_that_was_set_is_told_with_what_the_regulation_would_allow() -> None:
    due = "2026-11-25T12:00:00+03:00"
    found = explained(request_with((1, Set(values={"due": due}))), hours(2))
    assert (found.target, found.clock.due) == (None, datetime.fromisoformat(due))
    assert [str(move.why) for move in found.moves] == ["the deadline was set"]
    assert [str(note) for note in found.notes] == ["the deadline was set; the regulation would allow 8h"]
    assert found.segments[-1].end == found.clock.due
    dropped = explained(request_with((1, Set(values={"due": due})), (2, Set(values={"due": ""}))), hours(3))
    assert str(dropped.moves[-1].why) == "the deadline that was set was dropped"
    assert dropped.target == 8 * 3600


def test_a_reopened_request_goes_on_where_it_stopped() -> None:
    request = request_with((1, Resolved(outcome="ok")), (23, Reopened(why="течёт")))
    found = explained(request, hours(24))
    assert "resolved, until it was reopened" in [str(segment.reason) for segment in found.segments]
    (move,) = found.moves
    assert (move.event, str(move.why)) == ("e2", "reopened: течёт")
    assert found.clock.due is not None
    assert counted(found.segments, found.clock.due) == 8 * 3600


def test_a_reopening_that_restarts_begins_the_ledger_anew() -> None:
    rules = regulation({"resolve": {"within": "8h", "reopen": "restart"}})
    request = request_with((1, Resolved(outcome="ok")), (23, Reopened()))
    found = explained(request, hours(23), rules=rules)
    assert found.segments[0].start == hours(23)
    assert [str(move.why) for move in found.moves] == ["reopened"]


def test_another_regulation_moves_it_and_is_named() -> None:
    other = regulation({"resolve": {"within": "1h"}}, version="2")
    request = request_with((1, Set(values={"regulation": "r@2"})))

    def bound(state: Request) -> Regulation:
        return other if state.regulation == "r@2" else RULES

    clocks = measure(request, other, lambda *_: OFFICE, hours(2))
    found = ledger(request, chosen(clocks, "resolve", "k"), bound, lambda *_: OFFICE, hours(2))
    assert [str(move.why) for move in found.moves] == ["regulation r@1 → r@2"]


def test_a_wait_that_ends_with_the_request_is_told_too() -> None:
    request = request_with((1, Waiting(for_="client")), (3, Cancelled(why="x")))
    assert [str(move.why) for move in explained(request, hours(9)).moves] == ["waited for client"]


# Terms


def test_a_term_in_days_names_the_working_day_and_cuts_at_its_closing() -> None:
    rules = regulation({"resolve": {"within": "3d"}})
    found = explained(request_with(), hours(1), rules=rules)
    worked = [(f"{s.end:%d %H:%M}", str(s.reason)) for s in found.segments if s.kind == WORKED]
    # Thursday is short and Friday is off, so the third working day after Monday is Thursday.
    assert worked[0] == ("23 11:00", "the day of the start, which does not count")
    assert worked[-1] == ("26 17:00", "working day 3 of 3, still left")
    assert ("24 18:00", "working day 1 of 3, still left") in worked
    assert found.clock.due == found.segments[-1].end
    assert found.target is None


def test_a_pause_leaves_the_days_of_a_term_as_long_as_they_were() -> None:
    rules = regulation({"resolve": {"within": "1d", "pause": ["waiting"]}})
    found = explained(request_with((23, Waiting(for_="client")), (27, Resumed())), hours(28), rules=rules)
    first = sum(s.counted for s in found.segments if "working day 1 of 1" in str(s.reason))
    assert first == 8 * 3600
    assert found.segments[-1].end == found.clock.due == datetime(2026, 11, 25, 13, tzinfo=MOSCOW)


def test_a_wall_clock_knows_no_closed_time() -> None:
    rules = regulation({"resolve": {"within": "36h!"}})
    found = explained(request_with(), hours(1), rules=rules)
    assert CLOSED not in [segment.kind for segment in found.segments]
    assert sum(segment.counted for segment in found.segments) == found.target == 36 * 3600


def test_days_off_and_short_days_are_named() -> None:
    rules = regulation({"resolve": {"within": "40h"}})
    reasons = [str(segment.reason) for segment in explained(request_with(), hours(1), rules=rules).segments]
    assert "days off: 2026-11-27" in reasons
    thursday = explained(request_with(), hours(1), rules=regulation({"resolve": {"within": "4d"}}))
    assert any("days off: 2026-11-27" in str(segment.reason) for segment in thursday.segments)


def test_a_short_day_is_named_where_the_next_day_is_open() -> None:
    calendar = Calendar.parse(
        {
            "calendar": "c",
            "timezone": "Europe/Moscow",
            "week": {"mon-fri": ["09:00-18:00"]},
            "dates": {"2026-11-23": "short"},
        },
        {},
    )
    run = Run("resolve", "", MONDAY, None, within=Duration(8 * 3600))
    due = calendar.add(MONDAY, timedelta(hours=8))
    found = segments(run, due, MONDAY, calendar, [])
    assert [str(segment.reason) for segment in found if segment.kind == CLOSED] == [
        "outside working hours, after a short day"
    ]


# A clock that has stopped


def test_a_stopped_clock_is_explained_as_it_was_when_it_stopped() -> None:
    """A later priority, which gives another time, has no part in a frozen verdict."""
    frozen = {"verdict": "met", "due": "2026-11-23T11:00:00+03:00", "elapsed_s": 1800, "remaining_s": 1800}
    taken = Taken().with_clocks({"pickup": {**frozen, "calendar": f"office@{OFFICE.version}", "regulation": "r@1"}})
    rules = regulation({"pickup": {"within": "1h"}}, priority={"urgent": {"pickup": "10m"}})
    request = request_with((0.5, taken), (2, Set(values={"priority": "urgent"})))
    found = explained(request, hours(3), "pickup", rules)
    assert (found.target, found.moves, found.notes) == (3600, [], [])
    assert counted(found.segments, hours(1)) == 3600
    assert [(segment.end, str(segment.reason or "")) for segment in found.segments] == [
        (hours(0.5), ""),
        (hours(1), "still left"),
    ]


def test_a_calendar_that_is_gone_is_admitted() -> None:
    frozen = {"verdict": "met", "due": "2026-11-23T11:00:00+03:00", "elapsed_s": 1800, "calendar": "office@00000000"}
    request = request_with((0.5, Taken().with_clocks({"pickup": frozen})))
    (note,) = explained(request, hours(3), "pickup").notes
    assert "given by office@00000000, which the history has no more" in str(note)


# Which clock


def test_without_a_name_it_is_the_clock_due_next_or_resolve() -> None:
    request = request_with()
    clocks = measure(request, RULES, lambda *_: OFFICE, MONDAY)
    assert chosen(clocks, "", "k").run.key == "pickup"
    closed = measure(request_with((2, Resolved(outcome="ok"))), RULES, lambda *_: OFFICE, hours(3))
    assert chosen(closed, "", "k").run.key == "resolve"


def test_a_bare_name_means_the_running_one_of_several() -> None:
    promises = [
        (1.0, Promised(due="2026-11-23T12:00:00+03:00", text="a")),
        (1.0, Promised(due="2026-11-25T12:00:00+03:00", text="b")),
        (1.5, PromiseKept(promise="e1")),
    ]
    clocks = measure(request_with(*promises), RULES, lambda *_: OFFICE, hours(2))
    assert chosen(clocks, "promise", "k").run.key == "promise:e2"
    assert chosen(clocks, "promise:e1", "k").run.key == "promise:e1"


def test_an_unknown_clock_is_refused_with_the_known_ones() -> None:
    clocks = measure(request_with(), RULES, lambda *_: OFFICE, MONDAY)
    with pytest.raises(Refused, match="has no clock “nope”") as caught:
        chosen(clocks, "nope", "k7qm4d")
    assert str(caught.value.hint) == "its clocks: pickup, resolve"
    with pytest.raises(Refused, match="no clock runs"):
        chosen([], "", "k7qm4d")


# Escalation


def test_levels_stand_at_their_instants_in_order() -> None:
    request = request_with((1, Waiting(for_="client")), (5, Resumed()))
    found = explained(request, hours(6))
    assert [(level.level, level.at, level.tell) for level in found.levels] == [
        ("50%", hours(8), ("owner",)),
        ("-1h", hours(26), ("owner",)),
        ("100%", hours(27), ("head",)),
    ]


def at(text: str, within: Duration | None, due: datetime, fixed: datetime | None = None) -> datetime:
    return level_at(parse_level(text), Run("resolve", "", MONDAY, None, within=within, fixed=fixed), due, OFFICE)


def test_levels_of_every_kind_of_term() -> None:
    days = Duration(3, DAYS)
    thursday = days.due(MONDAY, OFFICE)
    assert at("100%", days, thursday) == thursday
    assert at("-1d", days, thursday) == datetime(2026, 11, 25, 18, tzinfo=MOSCOW)
    assert at("-9d", days, thursday) == MONDAY
    assert at("+4h", days, thursday) == datetime(2026, 11, 30, 13, tzinfo=MOSCOW)
    wall = Duration(36 * 3600, WALL)
    assert at("50%", wall, hours(36)) == hours(18)
    assert at("-2h!", wall, hours(36)) == hours(34)
    assert at("150%", Duration(3600, WORK), hours(1)) == hours(1.5)


def test_a_promise_outside_working_hours_still_has_a_half() -> None:
    sunday = datetime(2026, 11, 22, 10, tzinfo=MOSCOW)
    run = Run("promise", "e", sunday, None, fixed=sunday + timedelta(hours=4))
    assert level_at(parse_level("50%"), run, sunday + timedelta(hours=4), OFFICE) == sunday + timedelta(hours=2)
    assert level_at(parse_level("50%"), run, sunday - timedelta(hours=4), OFFICE) == sunday - timedelta(hours=4)


# Laws

ZONES = ("Europe/Moscow", "Europe/Warsaw", "America/New_York", "Australia/Lord_Howe")
INTERVALS = st.sampled_from([[], ["09:00-18:00"], ["09:00-13:00", "14:00-18:00"], ["22:00-06:00"], ["00:00-24:00"]])
EXCEPTIONS = st.dictionaries(
    st.dates(date(2026, 3, 20), date(2026, 4, 20)).map(str), st.sampled_from(["off", "08:00-12:00"]), max_size=5
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = {day: draw(INTERVALS) for day in ("wed", "fri", "sun")} | {"tue": ["10:00-12:00"]}
    zone = draw(st.sampled_from(ZONES))
    return Calendar.parse({"calendar": "c", "timezone": zone, "week": week, "dates": draw(EXCEPTIONS)}, {})


@st.composite
def waits(draw: st.DrawFn) -> Sequence[tuple[int, int]]:
    found = []
    reached = 0
    for _ in range(draw(st.integers(0, 4))):
        since = reached + draw(st.integers(0, 200_000))
        reached = since + draw(st.integers(0, 200_000))
        found.append((since, reached))
    return found


DURATIONS = st.one_of(
    st.builds(Duration, st.integers(1, 300_000), st.sampled_from([WORK, WALL])),
    st.builds(Duration, st.integers(1, 6), st.just(DAYS)),
)


@given(calendars(), st.integers(0, 2_000_000), DURATIONS, waits(), st.integers(0, 3_000_000))
def test_the_segments_lie_end_to_end_and_their_sum_is_the_target(
    calendar: Calendar, offset: int, within: Duration, paused: Sequence[tuple[int, int]], later: int
) -> None:
    # Both changes of clocks, in Europe and in Australia, lie in these weeks.
    started = datetime.fromtimestamp(1_774_000_000 + offset, calendar.zone)
    since = [(started.timestamp() + a, started.timestamp() + b) for a, b in paused]
    pauses = [(datetime.fromtimestamp(a, calendar.zone), datetime.fromtimestamp(b, calendar.zone)) for a, b in since]
    due = within.due(started, calendar, pauses)
    run = Run("resolve", "", started, None, tuple(pauses), within=within)
    end = datetime.fromtimestamp(started.timestamp() + later, calendar.zone)
    found = segments(run, due, end, calendar, [(pause, Message("waiting")) for pause in pauses])
    stamps = [(segment.start.timestamp(), segment.end.timestamp()) for segment in found]
    assert stamps[0][0] == started.timestamp()
    assert stamps[-1][1] == max(due.timestamp(), end.timestamp())
    assert all(before[1] == after[0] and before[0] < before[1] for before, after in pairwise(stamps))
    total = counted(found, due)
    if within.kind == DAYS:
        assert total == calendar.between(started, due, pauses) // timedelta(seconds=1)
    else:
        assert total == within.amount
