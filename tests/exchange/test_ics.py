"""The calendar feed, as the icalendar library reads it: every moment, whole words, stable identities."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given

from svcctl.exchange.ics import feed
from svcctl.model.event import Event
from svcctl.model.events import HandedOff, Promised, Set, Taken, Waiting
from svcctl.rules.agenda import Item, Whose, items
from svcctl.rules.clocks import measure
from tests.events import any_text
from tests.rules.matters import ID, MONDAY, OFFICE, TEAM, hours, regulation, request_with

RULES = regulation({"accept": {"within": "1h"}, "resolve": {"within": "4h", "pause": ["waiting"]}})
PROMISED = (0.0, Promised(due="2026-11-24T15:00:00+03:00", text="we call"))


def due(*events: tuple[float, Event], now: datetime = MONDAY, **header: Any) -> list[Item]:
    request = request_with(*events, **header)
    clocks = measure(request, RULES, lambda *_: OFFICE, now)
    return list(items(request, clocks, Whose(), TEAM, now))


def read(text: str) -> list[dict[str, Any]]:
    """The events of a feed that a strict reader finds no fault with."""
    calendar = icalendar.Calendar.from_ical(text)
    assert isinstance(calendar, icalendar.Calendar)
    assert not calendar.errors and all(not event.errors for event in calendar.events)
    return [dict(event) for event in calendar.events]


def test_promises_and_deadlines_are_events_at_their_moment() -> None:
    found = read(feed("desk", due((0, Taken()), PROMISED, client="metallstroy"), "1"))
    assert [(str(event["SUMMARY"]), event["DTSTART"].dt) for event in found] == [
        ("resolution – Rebar", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("promise: we call – Rebar", datetime(2026, 11, 24, 12, tzinfo=UTC)),
    ]
    assert str(found[1]["DESCRIPTION"]) == "Rebar\nClient: metallstroy\nWith: ivanova\nsvcctl show k7qm4d"
    assert [str(event["UID"]) for event in found] == [
        f"{ID}-resolve@svcctl.invalid",
        f"{ID}-promise:e2@svcctl.invalid",
    ]
    assert {str(event["TRANSP"]) for event in found} == {"TRANSPARENT"}


def test_handoffs_to_accept_and_waits_to_look_at() -> None:
    handed = read(feed("desk", due((0, Taken()), (0, HandedOff(to="logistics", note="price it"))), "1"))
    assert str(handed[0]["SUMMARY"]) == "accept: price it – Rebar"
    waiting = read(feed("desk", due((0, Waiting(for_="client", until="2026-11-25T12:00:00+03:00"))), "1"))
    assert [str(event["SUMMARY"]) for event in waiting] == ["look again, waiting for client – Rebar"]
    assert str(waiting[0]["UID"]) == f"{ID}-wait@svcctl.invalid"


def test_a_deadline_that_moves_keeps_its_identity_and_counts_its_changes() -> None:
    (before,) = read(feed("desk", due((0, Taken())), "1"))
    moved = (1.0, Set(values={"due": "2026-11-27T12:00:00+03:00"}))
    (after,) = read(feed("desk", due((0, Taken()), moved), "1"))
    assert before["UID"] == after["UID"] and before["DTSTART"].dt != after["DTSTART"].dt
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert before["LAST-MODIFIED"].dt < after["LAST-MODIFIED"].dt == hours(1)


def test_a_feed_of_which_nothing_changed_is_the_same_to_the_byte() -> None:
    assert feed("desk", due(PROMISED), "1") == feed("desk", due(PROMISED, now=hours(1)), "1")


def test_the_feed_names_itself_and_says_when_to_come_again() -> None:
    calendar = icalendar.Calendar.from_ical(feed("Сталь и др", [], "0.1.0"))
    assert str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"]) == "Сталь и др"
    assert calendar["PRODID"] == "-//svcctl//svcctl 0.1.0//EN" and calendar["VERSION"] == "2.0"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in feed("x", [], "1")


def test_what_has_no_moment_is_no_event() -> None:
    quiet = regulation({})
    request = request_with((0, Taken()), (0, HandedOff(to="logistics")))
    found = list(items(request, measure(request, quiet, lambda *_: OFFICE, MONDAY), Whose(), TEAM, MONDAY))
    assert len(found) == 1 and read(feed("desk", found, "1")) == []


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("a;b,c\\d\\n", "a;b,c\\d\\n"),
        ("two\nlines", "two\nlines"),
        ("Żółć 🎉" * 40, "Żółć 🎉" * 40),
        ("x\x1b[2J", "x\\x1b[2J"),
        ("x\r\nUID:y", "x\\x0d\nUID:y"),
    ],
)
def test_words_of_any_kind_come_back(title: str, shown: str) -> None:
    (event,) = read(_titled(title))
    assert str(event["SUMMARY"]) == f"promise: we call – {shown}"
    assert str(event["UID"]) == f"{ID}-promise:e1@svcctl.invalid"


def _titled(title: str) -> str:
    found = due(PROMISED)
    found[-1].request.title = title
    return feed("desk", found[-1:], "1")


@given(any_text)
def test_lines_are_folded_between_characters(title: str) -> None:
    text = _titled(title * 5)
    lines = text.encode().split(b"\r\n")
    assert lines[-1] == b"" and max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()
    assert "\n" not in text.replace("\r\n", "")
    (event,) = read(text)
    if title.isprintable():
        assert str(event["SUMMARY"]) == f"promise: we call – {title * 5}"


def test_the_day_of_a_feed_is_the_worlds() -> None:
    """Moments are in UTC, so that no calendar program needs to know the desk's zone."""
    (event,) = read(feed("desk", due((0, Set(values={"due": "2026-11-24T01:00:00+03:00"}))), "1"))
    assert event["DTSTART"].dt == datetime(2026, 11, 23, 22, tzinfo=UTC)
    assert event["DTSTART"].dt.date() == date(2026, 11, 23)
