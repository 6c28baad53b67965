"""A request as people read it, and as the stable JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.event import REDACTED, Event
from svcctl.model.events import (
    Accepted,
    Attached,
    Cancelled,
    Decided,
    HandedOff,
    Linked,
    MergedInto,
    MessageIn,
    PromiseBroken,
    Promised,
    PromiseKept,
    Rated,
    Redacted,
    Resolved,
    Set,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
    Worked,
    from_dict,
)
from svcctl.model.instants import iso
from svcctl.model.request import Request, fold
from svcctl.render.json import dump
from svcctl.render.request import (
    at_text,
    change_line,
    clock_name,
    deed,
    event_json,
    handoff_json,
    holder,
    key_name,
    promise_json,
    request_json,
)
from svcctl.rules.clocks import Clock, measure
from tests.events import EXAMPLES, HEADER, events, example
from tests.rules.matters import MONDAY, OFFICE, clocks_of, hours, regulation, request_with

RULES = regulation(
    {"pickup": {"within": "1h"}, "accept": {"within": "2h"}, "resolve": {"within": "1d", "pause": ["waiting"]}},
    stages=[{"name": "price", "department": "logistics", "within": "3h"}],
)


def clocks(request: Request, after: float) -> list[Clock]:
    return list(clocks_of(request, RULES, hours(after)).values())


def as_json(*happened: tuple[float, Event], after: float = 0, **header: Any) -> dict[str, Any]:
    request = request_with(*happened, **header)
    found: dict[str, Any] = request_json(request, clocks(request, after), hours(after))
    return found


# JSON


def test_a_new_request() -> None:
    assert as_json() == {
        "id": "R-20261123-k7qm4d",
        "title": "Rebar",
        "type": "x",
        "regulation": "r@1",
        "client": None,
        "channel": None,
        "priority": "normal",
        "department": "sales",
        "owner": None,
        "controller": None,
        "status": "new",
        "stage": None,
        "stages": [],
        "fields": {},
        "opened": "2026-11-23T10:00:00+03:00",
        "opened_by": "ivanova",
        "due": "2026-11-24T18:00:00+03:00",
        "next": {"clock": "pickup", "due": "2026-11-23T11:00:00+03:00"},
        "overdue": False,
        "handoff": None,
        "waiting": None,
        "clocks": [
            {
                "name": "pickup",
                "of": None,
                "started": "2026-11-23T10:00:00+03:00",
                "due": "2026-11-23T11:00:00+03:00",
                "stopped": None,
                "paused": None,
                "elapsed_s": 0,
                "remaining_s": 3600,
                "target": "1h",
                "verdict": "running",
                "calendar": f"office@{OFFICE.version}",
                "regulation": "r@1",
            },
            {
                "name": "resolve",
                "of": None,
                "started": "2026-11-23T10:00:00+03:00",
                "due": "2026-11-24T18:00:00+03:00",
                "stopped": None,
                "paused": None,
                "elapsed_s": 0,
                "remaining_s": 15 * 3600,
                "target": "1d",
                "verdict": "running",
                "calendar": f"office@{OFFICE.version}",
                "regulation": "r@1",
            },
        ],
        "promises": [],
        "links": [],
        "outcome": None,
        "closed": None,
        "score": None,
        "worked_s": 0,
        "text": None,
    }


def test_the_promised_keys_are_there_whatever_happened() -> None:
    """The keys that the design names for every command that changes a request."""
    named = "id title type regulation client channel priority department owner status stage fields opened due overdue"
    assert set(f"{named} handoff clocks promises".split()) <= as_json().keys()
    assert as_json().keys() == as_json((0, Resolved(outcome="ok")), client="zoo").keys()


def test_a_hand_off_is_due_when_its_clock_is() -> None:
    shown = as_json((0, Taken()), (1, HandedOff(to="logistics", note="weigh it")), after=1)
    assert (shown["status"], shown["owner"]) == ("handed_off", "ivanova")
    assert shown["handoff"] == {
        "from": "ivanova",
        "to": "logistics",
        "at": "2026-11-23T11:00:00+03:00",
        "note": "weigh it",
        "due": "2026-11-23T13:00:00+03:00",
    }
    assert handoff_json(None, ()) is None
    assert as_json((0, HandedOff(to="kim")), (1, Accepted()))["handoff"] is None


def test_a_hand_off_without_a_clock_has_no_due() -> None:
    request = request_with((0, HandedOff(to="logistics")))
    shown = handoff_json(request.handoff, ())
    assert shown is not None
    assert shown["due"] is None


def test_stages_and_who_has_them() -> None:
    shown = as_json(
        (0, StageStarted(stage="price", department="logistics", role="head", to="sidorov")),
        (0, StageStarted(stage="draft", department="sales")),
    )
    assert shown["stage"] == "price+draft"
    assert [(one["name"], one["department"], one["role"], one["owner"]) for one in shown["stages"]] == [
        ("price", "logistics", "head", "ivanova"),
        ("draft", "sales", None, None),
    ]
    assert shown["stages"][0]["handoff"]["to"] == "sidorov"
    assert shown["stages"][1]["handoff"] is None


def test_a_wait_and_the_clock_that_stands_still() -> None:
    until = iso(hours(50))
    shown = as_json((0, Taken()), (1, Waiting(for_="client", why="drawings", until=until)), after=2)
    since = "2026-11-23T11:00:00+03:00"
    assert shown["waiting"] == {"for": "client", "since": since, "why": "drawings", "until": until}
    assert {clock["name"]: clock["paused"] for clock in shown["clocks"]} == {"pickup": None, "resolve": since}


def test_lateness() -> None:
    shown = as_json(after=2)
    assert shown["overdue"] is True
    late = shown["clocks"][0]
    assert (late["verdict"], late["remaining_s"], late["elapsed_s"]) == ("late", -3600, 7200)


def test_the_end_and_what_came_after() -> None:
    link = Linked(to="R-20261123-m2xm2x", kind="cause")
    rated = Rated(score=0, comment="slow")
    shown = as_json((0, Worked(minutes=25)), (1, Resolved(outcome="sent")), (2, link), (3, rated), after=4)
    assert (shown["outcome"], shown["closed"], shown["score"]) == ("sent", "2026-11-23T11:00:00+03:00", 0)
    assert (shown["worked_s"], shown["next"], shown["overdue"]) == (1500, None, False)
    assert shown["links"] == [{"kind": "cause", "id": "R-20261123-m2xm2x"}]


@pytest.mark.parametrize(
    ("settled", "status", "at", "why"),
    [
        (None, "open", None, None),
        (PromiseKept(), "kept", "2026-11-23T11:00:00+03:00", None),
        (PromiseBroken(why="ill"), "broken", "2026-11-23T11:00:00+03:00", "ill"),
    ],
)
def test_a_promise_and_its_fate(settled: Event | None, status: str, at: str | None, why: str | None) -> None:
    made = (0.0, Promised(due="2026-11-24T15:00:00+03:00", text="call"))
    (promise,) = request_with(made, *([(1.0, settled)] if settled else [])).promises
    assert promise_json(promise) == {
        "id": "e1",
        "text": "call",
        "due": "2026-11-24T15:00:00+03:00",
        "by": "ivanova",
        "made": "2026-11-23T10:00:00+03:00",
        "status": status,
        "settled": at,
        "why": why,
    }


@pytest.mark.parametrize("do", sorted(EXAMPLES))
def test_an_event_stands_in_json_as_in_its_record(do: str) -> None:
    event = example(do)
    assert event_json(event) == event.as_dict()
    redacted = event_json(event, redacted=True)
    assert redacted.keys() == event.as_dict().keys()
    assert {redacted.get(key, REDACTED) for key in ("note", "text", "why", "comment", "outcome")} == {REDACTED}


@settings(max_examples=60)
@given(st.lists(events(), max_size=8), st.integers(-50, 5000))
def test_any_request_can_be_shown(happened: list[Event], after: int) -> None:
    request = fold(HEADER, happened)
    now = hours(after)
    measured = measure(request, RULES, lambda *_: OFFICE, now)
    shown = request_json(request, measured, now)
    assert shown["status"] == request.status
    assert dump(shown)
    assert "\n" not in change_line(request, request.events, measured, now)


# For people


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("2026-11-23T23:59:00+03:00", "23:59"),
        ("2026-11-23T20:59:00+00:00", "23:59"),
        ("2026-11-23T21:00:00+00:00", "Tue 24.11 00:00"),
        ("2026-11-22T23:59:00+03:00", "Sun 22.11 23:59"),
        ("2026-01-01T00:00:00+03:00", "Thu 01.01 00:00"),
        ("2025-12-31T23:00:00+03:00", "2025-12-31 23:00"),
        ("2026-12-31T21:00:00+00:00", "2027-01-01 00:00"),
    ],
)
def test_a_moment_is_as_short_as_it_can_be_in_the_readers_zone(at: str, text: str) -> None:
    assert str(at_text(datetime.fromisoformat(at), MONDAY)) == text


def test_names_of_clocks() -> None:
    names = {"pickup": "pick-up", "accept:e2": "acceptance", "update:1": "answer to the client"}
    names |= {"resolve": "resolution", "promise:e1": "promise", "stage:price": "stage price"}
    names |= {"stage:price#2": "stage price", "answer_by_law": "answer_by_law", "answer_by_law:2": "answer_by_law"}
    assert {key: str(key_name(key)) for key in names} == names
    assert [str(clock_name(clock)) for clock in clocks(request_with(), 0)] == ["pick-up", "resolution"]


@pytest.mark.parametrize(
    ("happened", "text"),
    [
        ([], "nobody yet (sales)"),
        ([Taken()], "with ivanova"),
        ([Taken(), HandedOff(to="logistics")], "logistics to accept"),
        ([StageStarted(stage="price", department="logistics")], "price: nobody yet (logistics)"),
        (
            [StageStarted(stage="price", to="kim"), StageStarted(stage="a", department=""), Taken(stage="a")],
            "price: kim to accept; a: with ivanova",
        ),
        ([Taken(), Waiting(for_="client")], "with ivanova, waiting for client"),
        ([Resolved(outcome="ok")], "resolved"),
        ([Cancelled(why="no")], "cancelled"),
        ([MergedInto(into="R-20261123-m2xm2x")], "merged"),
    ],
)
def test_who_has_it(happened: list[Event], text: str) -> None:
    assert str(holder(request_with(*((0, event) for event in happened)))) == text


def test_nobody_has_what_no_department_has() -> None:
    assert str(holder(request_with(department=""))) == "nobody yet"


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (example("taken"), "taken by ivanova"),
        (example("handed_off"), "handed off to logistics"),
        (example("waiting"), "waiting for client"),
        (example("stage_done"), "intake done"),
        (example("worked"), "25 min written down"),
        (example("rated"), "rated 9/10"),
        (example("offer_sent"), "offer r1 sent"),
        (example("escalated"), "resolve 100%: told petrova, sidorov"),
        (example("reminded"), "stage:draft -4h: reminded ivanova"),
        (example("attached"), "attached"),
        (example("set", clocks={"pickup": {"verdict": "met"}}), "changed"),
    ],
)
def test_what_an_event_says_happened(event: Event, text: str) -> None:
    assert str(deed(event)) == text


@pytest.mark.parametrize("do", sorted(EXAMPLES))
def test_every_word_of_the_vocabulary_has_words_for_people(do: str) -> None:
    text = str(deed(example(do)))
    assert text
    assert "{" not in text
    assert "_" not in text


def test_a_word_of_a_later_version_is_shown_as_it_is() -> None:
    later = {**example("taken").as_dict(), "do": "put_on_ice"}
    assert str(deed(from_dict(later))) == "put on ice"


def test_values_with_braces_stay_as_they_are() -> None:
    assert str(deed(Decided(outcome="{by} {0}", because="x"))) == "decided: {by} {0}"


def line(*happened: tuple[float, Event], after: float = 0, said: int = 1) -> str:
    request = request_with(*happened)
    return change_line(request, request.events[-said:] if said else (), clocks(request, after), hours(after))


def test_a_change_line_says_what_who_and_when() -> None:
    assert line(said=0) == "k7qm4d opened; nobody yet (sales); pick-up due 11:00"
    assert line((0, Taken())) == "k7qm4d taken by ivanova; with ivanova; resolution due Tue 24.11 18:00"
    assert line((0, Taken()), after=200) == (
        "k7qm4d taken by ivanova; with ivanova; resolution was due Tue 24.11 18:00"
    )
    assert line((0, Taken()), (0, Worked(minutes=5)), said=2).startswith("k7qm4d taken by ivanova, 5 min written down;")
    assert line((0, Taken()), (1, Resolved(outcome="ok")), after=1) == "k7qm4d resolved"


def test_what_happens_to_a_closed_request_says_that_it_is_closed() -> None:
    assert line((0, Resolved(outcome="ok")), (1, Rated(score=9))) == "k7qm4d rated 9/10; resolved"


def test_a_request_without_deadlines_has_none_in_its_line() -> None:
    request = request_with((0, Taken()))
    assert change_line(request, request.events, (), MONDAY) == "k7qm4d taken by ivanova; with ivanova"


def test_what_would_move_the_terminal_is_shown_as_an_escape() -> None:
    request = request_with((0, HandedOff(to="log\x1b[31m\u202e")))
    assert "\\x1b[31m\\u202e" in change_line(request, request.events, (), MONDAY)


def test_redacting_hides_the_words_of_what_was_said() -> None:
    request = request_with((0, MessageIn(text="4509 123456")), (1, Redacted(event="e1", why="passport")))
    shown = event_json(request.events[0], request.events[0].id in request.redacted)
    assert shown["text"] == "[redacted]"


@pytest.mark.parametrize(
    "event",
    [
        Set(values={"passport": "4509 123456"}, old={"passport": "4509"}),
        StageDone(stage="intake", fields={"passport": "4509"}, skipped="4509"),
        Decided(outcome="4509", because="4509", inputs={"passport": "4509"}),
        Attached(file="files/x", name="4509.pdf"),
    ],
)
def test_what_became_known_is_hidden_when_redacted(event: Event) -> None:
    made = event.stamped(id="e1", n=1, prev="", at=MONDAY, by="ivanova")
    assert "4509" not in str(event_json(made, redacted=True))
    assert event_json(made) == made.as_dict()
