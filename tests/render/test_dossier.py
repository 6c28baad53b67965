"""A request in full, for people."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Decided,
    HandedOff,
    Linked,
    MessageIn,
    Noted,
    PromiseBroken,
    Promised,
    PromiseKept,
    Rated,
    Recalled,
    Redacted,
    Resolved,
    Returned,
    Set,
    StageDone,
    Taken,
)
from svcctl.model.messages import ENGLISH
from svcctl.model.request import fold
from svcctl.render.dossier import dossier, event_line
from svcctl.render.visible import visible
from svcctl.rules.clocks import measure
from tests.events import EXAMPLES, HEADER, events, example
from tests.rules.matters import MONDAY, OFFICE, clocks_of, hours, regulation, request_with

RULES = regulation({"pickup": {"within": "1h"}, "resolve": {"within": "1d"}})


def shown(*happened: tuple[float, Event], after: float = 0, **header: Any) -> list[str]:
    request = request_with(*happened, **header)
    clocks = list(clocks_of(request, RULES, hours(after)).values())
    return dossier(request, clocks, hours(after), ENGLISH).splitlines()


def rows(*happened: tuple[float, Event], **header: Any) -> dict[str, str]:
    """The rows of the head, by their labels."""
    lines = shown(*happened, **header)
    head = lines[1 : lines.index("")] if "" in lines else lines[1:]
    return dict(line.strip().split(":", 1) for line in head)


def section(lines: list[str], title: str) -> list[str]:
    start = lines.index(title) + 1
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return lines[start:end]


def test_a_new_request() -> None:
    assert shown(text="Добрый день!\nНужна арматура", client="zoo") == [
        "R-20261123-k7qm4d  Rebar",
        "  status:        new, nobody yet (sales)",
        "  type:          x (r@1)",
        "  client:        zoo",
        "  opened:        10:00 ivanova",
        "",
        "Deadlines",
        "  pick-up                11:00               (1h)",
        "  resolution             Tue 24.11 18:00     (1d)",
        "",
        "The client's words",
        "  Добрый день!",
        "  Нужна арматура",
    ]


def test_only_what_is_known_has_a_row() -> None:
    assert list(rows(regulation="")) == ["status", "type", "opened"]
    known = rows(
        (0, Linked(to="R-20261123-m2xm2x", kind="cause")),
        (1, Resolved(outcome="sent")),
        (2, Rated(score=0, comment="slow")),
        channel="phone",
        priority="urgent",
        controller="petrova",
        fields={"weight": "20 t"},
    )
    assert {label: value.strip() for label, value in known.items()} == {
        "status": "resolved",
        "type": "x (r@1)",
        "channel": "phone",
        "priority": "urgent",
        "controller": "petrova",
        "opened": "10:00 ivanova",
        "outcome": "sent",
        "rating": "0/10 slow",
        "weight": "20 t",
        "cause": "R-20261123-m2xm2x",
    }


def test_a_rating_without_a_comment() -> None:
    assert rows((0, Rated(score=9)))["rating"].strip() == "9/10"


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        (None, "not accepted yet"),
        (Accepted(), "accepted by kim 11:00"),
        (Returned(why="no weight"), "returned by kim 11:00: no weight"),
        (Recalled(why="found it"), "recalled by kim 11:00: found it"),
        (Recalled(), "recalled by kim 11:00"),
    ],
)
def test_the_sender_sees_the_fate_of_a_hand_off(answer: Event | None, fate: str) -> None:
    by_kim = [(1.0, answer.stamped(id="", n=0, prev="", at=MONDAY, by="kim"))] if answer else []
    assert rows((0, HandedOff(to="customs")), *by_kim)["hand-off"].strip() == f"ivanova → customs 10:00, {fate}"


def test_clocks_say_how_they_stand() -> None:
    lines = section(shown((2, Taken()), after=30), "Deadlines")
    assert lines == [
        "  resolution             18:00               (1d)",
        "  pick-up                Mon 23.11 11:00    missed (1h)",
    ]
    assert section(shown(after=2), "Deadlines")[0] == "  pick-up                11:00              late (1h)"
    assert (
        section(shown((0.5, Taken()), after=1), "Deadlines")[1]
        == "  pick-up                11:00              met (1h)"
    )


def test_a_promise_has_a_deadline_without_a_target() -> None:
    promise = Promised(due="2026-11-23T12:00:00+03:00", text="call")
    assert section(shown((0, promise)), "Deadlines")[1] == "  promise                12:00"


def test_without_clocks_there_are_no_deadlines() -> None:
    request = request_with(regulation="")
    assert "Deadlines" not in dossier(request, (), MONDAY, ENGLISH)
    assert "What happened" not in dossier(request, (), MONDAY, ENGLISH)


def test_promises_and_their_fate() -> None:
    lines = shown(
        (0, Promised(due="2026-11-23T12:00:00+03:00", text="call")),
        (0, Promised(due="2026-11-24T12:00:00+03:00", text="visit")),
        (0, Promised(due="2026-11-25T12:00:00+03:00", text="letter")),
        (1, PromiseKept(promise="e1")),
        (1, PromiseBroken(promise="e2", why="ill")),
    )
    assert section(lines, "Promises") == [
        "  e1  12:00  call (kept)",
        "  e2  Tue 24.11 12:00  visit (broken: ill)",
        "  e3  Wed 25.11 12:00  letter (open)",
    ]


def test_what_happened_reads_like_a_diary() -> None:
    lines = shown(
        (0, Taken()),
        (0.5, MessageIn(text="Где арматура?")),
        (1, Set(values={"weight": "20 t", "priority": "high"})),
        (2, StageDone(stage="a", fields={"items": "5"}, note="clear")),
        (24, Decided(outcome="approve", because="small debt")),
        after=25,
    )
    assert section(lines, "What happened") == [
        "  Mon 23.11 10:00 ivanova      taken by ivanova",
        "  Mon 23.11 10:30 ivanova      message from the client kept: Где арматура?",
        "  Mon 23.11 11:00 ivanova      changed: weight=20 t, priority=high",
        "  Mon 23.11 12:00 ivanova      a done: items=5; clear",
        "  10:00           ivanova      decided: approve: approve; small debt",
    ]


def test_a_redacted_event_keeps_its_place_without_its_words() -> None:
    lines = shown((0, Noted(text="passport 4509")), (1, Redacted(event="e1", why="personal data")))
    assert section(lines, "What happened") == [
        "  10:00           ivanova      note kept: [redacted]",
        "  11:00           ivanova      redacted: personal data",
    ]


def test_what_others_wrote_moves_no_terminal() -> None:
    evil = "a\x1b[2J\u202eb"
    text = "\n".join(
        shown(
            (0, Noted(text=evil)),
            (0, Promised(due="2026-11-23T12:00:00+03:00", text=evil)),
            (0, Set(values={"title": evil, evil: evil})),
            (0, Linked(to=evil, kind=evil)),
            text=evil,
            client=evil,
        )
    )
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.count("a\\x1b[2J\\u202eb") >= 9


@pytest.mark.parametrize("do", sorted(EXAMPLES))
def test_every_event_is_one_line(do: str) -> None:
    request = request_with()
    line = event_line(example(do, note="one\ntwo") if "note" in EXAMPLES[do] else example(do), request, MONDAY, ENGLISH)
    assert line.startswith("Sat 21.11 10:05 ivanova      ")
    assert "\n" not in line


@settings(max_examples=50)
@given(st.lists(events(), max_size=8))
def test_any_request_has_a_dossier(happened: list[Event]) -> None:
    request = fold(HEADER, happened)
    text = dossier(request, measure(request, RULES, lambda *_: OFFICE, MONDAY), MONDAY, ENGLISH)
    assert text.startswith(f"{request.id}  ")
    assert all(visible(line) == line for line in text.split("\n"))
    if request.events:
        assert len(section(text.splitlines(), "What happened")) == len(request.events)


class Marked:
    """A language in which every sentence is marked, to see which ones reach the translator."""

    def gettext(self, message: str) -> str:
        return f"<{message}>"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"<{msgid1 if n == 1 else msgid2}>"


def test_every_word_of_ours_reaches_the_translator() -> None:
    request = request_with(
        (20, HandedOff(to="kim")),
        (21, Returned(why="w")),
        (21, Promised(due="2026-11-24T12:00:00+03:00", text="p")),
        (22, Noted(text="n")),
        (23, Redacted(event="e4", why="w")),
        text="t",
    )
    clocks = list(clocks_of(request, RULES, hours(90)).values())
    text = dossier(request, clocks, hours(90), Marked())
    for word in ("status", "type", "opened", "hand-off", "Deadlines", "late", "Promises", "open", "The client's words"):
        assert f"<{word}>" in text
    for word in ("What happened", "note kept", "[redacted]", "Tue", "pick-up", "returned"):
        assert f"<{word}" in text
