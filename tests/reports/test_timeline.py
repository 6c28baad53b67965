"""Where requests lay, against a second opinion minute by minute, and the rules one by one."""

from __future__ import annotations

from hypothesis import given, settings

from svcctl.model.calendar import Calendar
from svcctl.model.events import (
    Accepted,
    Assigned,
    HandedOff,
    MessageOut,
    Noted,
    Reminded,
    Resolved,
    Resumed,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.request import Request, step
from svcctl.reports.timeline import STILL, Course, course, spent, touch, whole, working_day
from tests.events import example
from tests.reports.desks import OFFICE, at, request
from tests.reports.lives import DEPARTMENTS, NOW, Minutes, lived, requests, seconds, wrote

HOUR = 3600


@settings(max_examples=30)
@given(requests())
def test_deeds_that_move_nothing_move_nothing(one: Request) -> None:
    def place() -> object:
        lanes = [
            (stage, item.department, item.owner, item.handoff and item.handoff.to) for stage, item in one.items.items()
        ]
        wait = one.waiting
        return lanes, one.closed, one.client, one.department, wait and (wait.for_, wait.start), one.status

    for do in sorted(STILL):
        before = place()
        step(one, example(do))
        assert place() == before, do


def way(of: Request) -> Course:
    return course(of, OFFICE.line, int(NOW.timestamp()), lambda word: DEPARTMENTS.get(word, ""))


@settings(max_examples=40, deadline=None)
@given(requests())
def test_every_minute_is_where_the_events_say(one: Request) -> None:
    found, minutes = way(one), list(lived(one))
    for by in ("stage", "department", "person"):
        spans = spent(found, OFFICE.line, by)
        for group in {getattr(minute, by) for minute in minutes}:
            mine = spans.get(group)
            written = sum(work.seconds for work in found.works if getattr(work, by) == group)

            def of_group(minute: Minutes, by: str = by, group: str = group) -> bool:
                return bool(getattr(minute, by) == group)

            wanted = seconds(minutes, "touched", of_group) + written
            assert (mine.touch if mine else 0) == wanted
            assert (mine.wait if mine else 0) == max(seconds(minutes, "waiting", of_group) - written, 0)
            assert (mine.client if mine else 0) == seconds(minutes, "client", of_group)


@settings(max_examples=30, deadline=None)
@given(requests())
def test_the_whole_counts_parallel_stages_once(one: Request) -> None:
    found, minutes = whole(way(one), OFFICE.line), list(lived(one))
    touched = seconds(minutes, "touched") + 60 * sum(work.minutes for work in wrote(one))
    taken = {minute for stretch in minutes for minute, kind in stretch.kinds if kind != "client"}
    client = {minute for stretch in minutes for minute, kind in stretch.kinds if kind == "client"}
    assert found.touch == touched
    assert found.wait == max(60 * len(taken) - touched, 0)
    assert found.client == 60 * len(client)


@settings(max_examples=30, deadline=None)
@given(requests())
def test_what_is_done_again_was_held_before(one: Request) -> None:
    found = way(one)
    again = sum(OFFICE.line.done(span.end) - OFFICE.line.done(span.start) for span in found.stretches if span.again)
    assert again == sum(seconds(list(lived(one)), kind, lambda x: x.again) for kind in ("touched", "waiting", "client"))


@settings(max_examples=30, deadline=None)
@given(requests())
def test_touch_of_two_periods_is_touch_of_both(one: Request) -> None:
    found, line = way(one), OFFICE.line
    first, middle, last = (int(moment.timestamp()) for moment in (at("2 00:00"), at("5 12:30"), at("17 00:00")))

    def total(start: int, end: int) -> int:
        return sum(part[1] for part in touch(found, line, start, end))

    assert total(first, middle) + total(middle, last) == total(first, last)


def stretches(of: Request) -> list[tuple[str, str, int]]:
    line = OFFICE.line
    found = [(one.person, one.kind, line.done(one.end) - line.done(one.start)) for one in way(of).stretches]
    return [one for one in found if one[2]]


def test_a_hold_is_touched_for_one_working_day_at_most() -> None:
    one = request(
        "R-1", at("2 09:00"), [(at("2 11:00"), "anna", Taken()), (at("5 11:00"), "anna", Resolved(outcome="ok"))]
    )
    assert stretches(one) == [("", "waiting", 2 * HOUR), ("anna", "touched", 8 * HOUR), ("anna", "waiting", 16 * HOUR)]


def test_an_open_hand_off_lies_with_the_addressee_untouched() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", HandedOff(to="boris")),
            (at("2 10:30"), "boris", Noted(text="later")),
            (at("2 12:00"), "boris", Accepted()),
            (at("2 13:00"), "boris", Resolved(outcome="ok")),
        ],
    )
    assert stretches(one) == [
        ("anna", "touched", HOUR),
        ("boris", "waiting", 2 * HOUR),
        ("boris", "touched", HOUR),
    ]
    assert set(spent(way(one), OFFICE.line, "department")) == {"", "logistics"}


def test_assigned_is_not_yet_touched_and_a_reminder_touches_nothing() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "boss", Assigned(to="anna")),
            (at("2 10:00"), "anna", Reminded(clock="resolve", level="50%", to=["anna"])),
            (at("2 11:00"), "anna", MessageOut(text="hello")),
            (at("2 12:00"), "anna", Resolved(outcome="ok")),
        ],
    )
    assert stretches(one) == [("anna", "waiting", 2 * HOUR), ("anna", "touched", HOUR)]


def test_waiting_for_the_client_is_apart_and_a_wait_interrupts_the_touch() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 10:00"), "anna", Waiting(for_="client")),
            (at("2 12:00"), "anna", Resumed()),
            (at("2 12:30"), "anna", Waiting(for_="supplier")),
            (at("2 13:00"), "anna", Resumed()),
            (at("2 15:00"), "anna", Resolved(outcome="ok")),
        ],
    )
    found = whole(way(one), OFFICE.line)
    assert found == (2 * HOUR + HOUR // 2, HOUR // 2, 2 * HOUR)


def test_work_that_was_written_down_replaces_what_was_held() -> None:
    one = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", Taken()),
            (at("2 12:00"), "anna", Worked(minutes=20)),
            (at("2 13:00"), "anna", Resolved(outcome="ok")),
            (at("3 10:00"), "vera", Worked(minutes=600)),
        ],
    )
    assert whole(way(one), OFFICE.line) == (620 * 60, 0, 0)
    assert spent(way(one), OFFICE.line, "person")["anna"] == (20 * 60, 4 * HOUR - 20 * 60, 0)
    assert [(work.person, work.department) for work in way(one).works] == [("anna", ""), ("vera", "")]


def test_the_working_day_is_the_calendars() -> None:
    short = Calendar.parse(
        {
            "calendar": "short",
            "timezone": "Europe/Moscow",
            "week": {"mon-thu": ["09:00-18:00"], "fri": ["09:00-12:00"]},
        },
        {},
    )
    moments = {"5 10:00": 9, "5 18:00": 3, "6 11:00": 3, "6 12:00": 9, "7 12:00": 9}
    assert {text: working_day(short.line, int(at(text).timestamp())) // HOUR for text in moments} == moments
