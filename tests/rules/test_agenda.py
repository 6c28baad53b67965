"""Agendas: whose each thing is, and on which day it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from svcctl.model.calendar import Calendar
from svcctl.model.event import Event
from svcctl.model.events import HandedOff, Promised, Resolved, Resumed, Taken, Waiting
from svcctl.model.regulation import parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import Department, Person, Team
from svcctl.rules.agenda import Day, Item, Whose, by_day, items, working_days
from svcctl.rules.clocks import measure

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=MOSCOW)
OFFICE = Calendar.parse(
    {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-18:00"]}},
    {},
)
TEAM = Team(
    {"sales": Department("sales"), "logistics": Department("logistics", head="sidorov")},
    {
        "ivanova": Person("ivanova", department="sales"),
        "sidorov": Person("sidorov", department="logistics"),
        "kuznetsov": Person("kuznetsov", department="logistics"),
    },
)
RULES = parse_regulation(
    {
        "regulation": "r",
        "version": "1",
        "title": "R",
        "owner": "o",
        "applies": {"type": "x"},
        "clocks": {"resolve": {"within": "8h", "pause": ["waiting"]}, "accept": {"within": "1h"}},
    }
)


def hours(n: float) -> datetime:
    return MONDAY + timedelta(hours=n)


def request_with(*events: tuple[float, Event]) -> Request:
    header = Header("R-20261123-k7qm4d", "T", "x", MONDAY, "ivanova", regulation="r@1", department="sales")
    stamped = [
        event.stamped(id=f"e{n}", n=n, prev="", at=hours(after), by="ivanova")
        for n, (after, event) in enumerate(events, 1)
    ]
    return fold(header, stamped)


def found(request: Request, whose: Whose, now: datetime = MONDAY, timed: bool = True) -> list[Item]:
    clocks = measure(request, RULES if timed else None, lambda *_: OFFICE, now)
    return list(items(request, clocks, whose, TEAM, now))


def kinds(result: Sequence[Item]) -> list[str]:
    return [item.kind for item in result]


def test_a_deadline_stands_for_the_owner_and_their_department_alone() -> None:
    request = request_with((0, Taken()))
    assert kinds(found(request, Whose("ivanova"))) == ["deadline"]
    assert kinds(found(request, Whose(department="sales"))) == ["deadline"]
    assert kinds(found(request, Whose())) == ["deadline"]
    assert found(request, Whose("sidorov")) == found(request, Whose(department="logistics")) == []


def test_what_nobody_has_is_the_departments() -> None:
    assert found(request_with(), Whose("ivanova")) == []
    assert kinds(found(request_with(), Whose(department="sales"))) == ["deadline"]


def test_a_hand_off_to_a_department_stands_for_all_its_people() -> None:
    request = request_with((0, Taken()), (1, HandedOff(to="logistics", note="доставка")))
    for person in ("sidorov", "kuznetsov"):
        (item,) = found(request, Whose(person), hours(1))
        assert (item.kind, item.at, item.text) == ("handoff", hours(2), "доставка")
    assert kinds(found(request, Whose("ivanova"), hours(1))) == ["deadline"]


def test_a_hand_off_without_a_clock_has_no_time_and_stands_today() -> None:
    request = request_with((0, HandedOff(to="sidorov")))
    (item,) = found(request, Whose("sidorov"), timed=False)
    assert (item.kind, item.at, item.late) == ("handoff", None, False)
    days = by_day([item], MONDAY, OFFICE, 2)
    assert [len(day.items) for day in days] == [0, 1, 0]


def test_a_promise_is_of_who_made_it_even_after_the_end() -> None:
    promise = Promised(due="2026-11-24T12:00:00+03:00", text="звонок")
    request = request_with((0, promise), (1, Resolved(outcome="ok")))
    (item,) = found(request, Whose("ivanova"), hours(2))
    assert (item.kind, item.text) == ("promise", "звонок")


def test_a_clock_that_stands_still_is_left_out_until_it_is_late() -> None:
    waiting = request_with((0, Taken()), (1, Waiting(for_="client")))
    assert found(waiting, Whose("ivanova"), hours(2)) == []
    late = request_with((0, Taken()), (26, Waiting(for_="client")))
    assert [item.late for item in found(late, Whose("ivanova"), hours(27))] == [True]


def test_a_wait_is_looked_at_on_its_day_and_late_the_day_after() -> None:
    wait = Waiting(for_="client", why="чертежи", until="2026-11-24T12:00:00+03:00")
    request = request_with((0, Taken()), (1, wait))
    (item,) = found(request, Whose("ivanova"), hours(28))
    assert (item.kind, item.text, item.late) == ("wait", "client: чертежи", False)
    (item,) = found(request, Whose("ivanova"), hours(50))
    assert item.late
    resumed = request_with((0, Taken()), (1, wait), (2, Resumed()))
    assert kinds(found(resumed, Whose("ivanova"), hours(28))) == ["deadline"]


def promised(text: str, due: str) -> Item:
    (item,) = found(request_with((0, Promised(due=due, text=text))), Whose(), hours(1), timed=False)
    return item


def texts(days: Sequence[Day]) -> list[tuple[date | None, list[str]]]:
    return [(day.day, [item.text for item in day.items]) for day in days]


def test_days_are_working_days_and_days_off_on_which_something_is_due() -> None:
    friday = datetime(2026, 11, 27, 10, tzinfo=MOSCOW)
    due = [
        promised("tuesday", "2026-12-01T12:00:00+03:00"),
        promised("sunday", "2026-11-29T12:00:00+03:00"),
        promised("later", "2026-12-02T12:00:00+03:00"),
        promised("late", "2026-11-23T11:00:00+03:00")._replace(late=True),
        promised("noon", "2026-11-27T12:00:00+03:00"),
    ]
    assert texts(by_day(due, friday, OFFICE, 3)) == [
        (None, ["late"]),
        (date(2026, 11, 27), ["noon"]),
        (date(2026, 11, 29), ["sunday"]),
        (date(2026, 11, 30), []),
        (date(2026, 12, 1), ["tuesday"]),
    ]


def test_a_day_is_that_of_the_readers_zone() -> None:
    item = promised("midnight", "2026-11-23T23:30:00+00:00")
    assert texts(by_day([item], MONDAY, OFFICE, 2))[2] == (date(2026, 11, 24), ["midnight"])


def test_a_calendar_without_days_to_come_ends_the_search() -> None:
    past = Calendar.parse({"calendar": "p", "timezone": "UTC", "dates": {"2020-01-01": ["09:00-10:00"]}}, {})
    assert working_days(MONDAY.date(), past, 5) == [MONDAY.date()]
