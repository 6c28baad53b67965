"""Boards: which column a card lies in, and the order of the columns."""

from __future__ import annotations

from datetime import UTC, datetime

from svcctl.model.event import Event
from svcctl.model.events import HandedOff, Resolved, StageStarted, Taken
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import Department, Person, Team
from svcctl.rules.board import board, stage_names

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TEAM = Team(
    {"sales": Department("sales"), "logistics": Department("logistics")},
    {"petrova": Person("petrova", department="sales"), "ivanova": Person("ivanova", department="sales")},
)


def request_with(name: str, *events: Event, department: str = "sales") -> Request:
    header = Header(f"R-20261123-{name}", name, "x", NOW, "ivanova", department=department)
    stamped = [event.stamped(id=f"e{n}", n=n, prev="", at=NOW, by="ivanova") for n, event in enumerate(events, 1)]
    return fold(header, stamped)


NEW = request_with("new", department="")
TAKEN = request_with("taken", Taken())
HANDED = request_with("handed", Taken(), HandedOff(to="logistics"))
ASKED = request_with("asked", Taken(), HandedOff(to="petrova"))
PARALLEL = request_with(
    "parallel", StageStarted(stage="draft", department="sales"), StageStarted(stage="cost", department="logistics")
)
CLOSED = request_with("closed", Resolved(outcome="ok"))
ALL = [(request, ()) for request in (NEW, TAKEN, HANDED, ASKED, PARALLEL, CLOSED)]


def names(by: str, *stages: str) -> list[tuple[str, list[str]]]:
    return [(column.name, [card.request.title for card in column.cards]) for column in board(ALL, by, TEAM, stages)]


def test_open_statuses_stand_there_even_when_empty() -> None:
    assert [column.name for column in board([], "status", TEAM)] == ["new", "in_progress", "handed_off", "waiting"]
    assert names("status") == [
        ("new", ["new", "parallel"]),
        ("in_progress", ["taken"]),
        ("handed_off", ["handed", "asked"]),
        ("waiting", []),
        ("resolved", ["closed"]),
    ]


def test_parallel_stages_have_a_card_each_in_the_regulations_order() -> None:
    assert names("stage", "cost", "draft") == [
        ("", ["new", "taken", "handed", "asked", "closed"]),
        ("cost", ["parallel"]),
        ("draft", ["parallel"]),
    ]
    assert [name for name, _ in names("stage")] == ["", "cost", "draft"]


def test_the_owner_is_whoever_was_handed_it() -> None:
    assert names("owner") == [
        ("", ["new", "handed", "parallel", "closed"]),
        ("petrova", ["asked"]),
        ("ivanova", ["taken"]),
    ]


def test_the_department_is_the_one_it_was_handed_to() -> None:
    assert names("department") == [
        ("", ["new"]),
        ("sales", ["taken", "asked", "parallel", "closed"]),
        ("logistics", ["handed", "parallel"]),
    ]


def test_a_card_says_who_has_it_and_who_was_asked() -> None:
    cards = {card.request.title: card for column in board(ALL, "status", TEAM) for card in column.cards}
    assert (cards["taken"].holder, cards["taken"].pending) == ("ivanova", False)
    assert (cards["handed"].holder, cards["handed"].pending) == ("logistics", True)
    assert (cards["new"].holder, cards["new"].due, cards["new"].late) == ("", None, False)


def test_stages_of_several_regulations_stand_once() -> None:
    assert list(stage_names([["a", "b"], ["b", "c"], []])) == ["a", "b", "c"]
