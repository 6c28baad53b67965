"""Who may do what to a request now, and what is allowed instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    HandedOff,
    Linked,
    MergedInto,
    MessageOut,
    Noted,
    Promised,
    PromiseKept,
    Rated,
    Recalled,
    Released,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Set,
    StageDone,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.problems import SvcctlError
from svcctl.model.regulation import Regulation
from svcctl.rules.transitions import allowed_now, allowed_verbs, check, choose_item, filled_in
from tests.rules.player import MONDAY, TEAM, Player, regulation, team_of

DAY = MONDAY.date()
OTHER = "R-20261123-m2xm2x"
PARALLEL = regulation(
    {"name": "a", "department": "sales", "with": "b", "needs": ["weight", "volume"]},
    {"name": "b", "department": "logistics", "with": "a"},
    {"name": "c", "role": "head", "returns_to": "a"},
    reasons={"return": ["unclear", "not ours"]},
)
AWAY = team_of("lone: {department: logistics, away: [{from: 2026-11-23, to: 2026-11-27, substitute: nowak}]}")


def played(*deeds: tuple[str, Event], rules: Regulation | None = None, team: Any = TEAM) -> Player:
    player = Player(rules, team)
    for person, event in deeds:
        player.do(person, event)
    return player


def refused(player: Player, person: str, event: Event) -> SvcctlError:
    before = list(player.request.events)
    with pytest.raises(SvcctlError) as caught:
        player.do(person, event)
    assert player.request.events == before
    return caught.value


def why(player: Player, person: str, event: Event) -> str:
    return str(refused(player, person, event)).removeprefix("k7qm4d: ")


TAKEN = ("ivanova", Taken())
HANDED = ("ivanova", HandedOff(to="logistics"))


# Refusals


def test_a_refusal_says_why_and_what_is_allowed_instead() -> None:
    error = refused(played(TAKEN), "kim", Taken())
    assert str(error) == "k7qm4d: already taken by ivanova"
    assert error.code == "not-taken"
    assert str(error.hint) == "allowed now: assign, wait, note, message, promise, set, cancel"


@pytest.mark.parametrize(
    ("deeds", "person", "event", "said"),
    [
        ([TAKEN], "ivanova", Taken(), "already taken by ivanova"),
        ([TAKEN], "kim", Released(), "already taken by ivanova"),
        ([TAKEN], "kim", HandedOff(to="sales"), "already taken by ivanova"),
        ([TAKEN], "kim", HandedOff(to="ivanova"), "already taken by ivanova"),
        ([TAKEN], "kim", Assigned(to="ivanova"), "already taken by ivanova"),
        ([TAKEN], "ivanova", Accepted(), "no hand-off is open: already taken by ivanova"),
        ([], "ivanova", Returned(why="x"), "no hand-off is open: nobody has taken it yet"),
        ([], "ivanova", Released(), "nobody has taken it yet"),
        ([TAKEN, HANDED], "kuznetsov", Taken(), "hand-off to logistics open since 2026-11-23 10:02"),
        ([TAKEN, HANDED], "ivanova", Resolved(outcome="x"), "hand-off to logistics open since 2026-11-23 10:02"),
        ([TAKEN, HANDED], "kim", Accepted(), "it was handed to logistics, not to kim"),
        ([TAKEN, HANDED], "ivanova", Returned(why="x"), "it was handed to logistics, not to ivanova"),
        ([TAKEN, HANDED], "kuznetsov", Recalled(), "only ivanova can recall this hand-off"),
        ([], "ivanova", Resumed(), "it is not waiting for anybody"),
        (
            [("ivanova", Waiting(for_="client"))],
            "kim",
            Waiting(for_="kim"),
            "waiting for client since 2026-11-23 10:01 already",
        ),
        ([], "ivanova", Reopened(why="x"), "it is not closed: new"),
        ([("ivanova", Resolved(outcome="x"))], "ivanova", Taken(), "it is resolved since 2026-11-23 10:01"),
        ([("ivanova", Cancelled(why="x"))], "ivanova", Resolved(outcome="x"), "it is cancelled since 2026-11-23 10:01"),
        ([("ivanova", MergedInto(into=OTHER))], "ivanova", Taken(), "it is merged since 2026-11-23 10:01"),
        ([("ivanova", MergedInto(into=OTHER))], "kim", Reopened(why="x"), f"it was merged into {OTHER}: go on there"),
        ([], "ivanova", PromiseKept(), "no promise is open"),
        ([], "ivanova", Rated(score=11), "a rating is a whole number from 0 to 10, not 11"),
        ([], "ivanova", Worked(minutes=0), "worked time is more than nothing and at most a day"),
        ([], "ivanova", Linked(to="R-20261123-k7qm4d"), "a request cannot be linked with itself"),
    ],
)
def test_why_something_may_not_happen(deeds: list[tuple[str, Event]], person: str, event: Event, said: str) -> None:
    assert why(played(*deeds), person, event) == said


def test_an_events_own_fault_is_told_whatever_the_state() -> None:
    player = played(("ivanova", Resolved(outcome="x")))
    assert why(player, "ivanova", Promised(due="soon", text="call")).startswith("due: “soon” is not a date and time")


def test_who_left_is_given_nothing() -> None:
    team = team_of("gone: {department: logistics, left: yes}")
    for event in (HandedOff(to="gone"), Assigned(to="gone")):
        assert why(played(team=team), "ivanova", event) == "gone has left"


@pytest.mark.parametrize("event", [HandedOff(to="logistic"), Assigned(to="petrov"), Assigned(to="logistics")])
def test_who_is_not_in_the_team_is_given_nothing(event: Event) -> None:
    assert refused(played(), "ivanova", event).code == "unknown-person"


# Whose it is


def test_the_head_may_act_for_the_owner() -> None:
    for event in (Released(), HandedOff(to="customs")):
        played(TAKEN).do("petrova", event)
        assert why(played(TAKEN), "sidorov", event) == "already taken by ivanova"


def test_anybody_of_the_department_may_accept_and_the_head_of_it() -> None:
    for person in ("kuznetsov", "sidorov"):
        player = played(TAKEN, HANDED)
        player.do(person, Accepted())
        assert (player.request.owner, player.request.department) == (person, "logistics")


def test_who_stands_in_for_somebody_away_accepts_and_returns() -> None:
    handed = ("ivanova", HandedOff(to="lone"))
    for event in (Accepted(), Returned(why="x")):
        played(handed, team=AWAY).do("nowak", event)
        assert why(played(handed, team=AWAY), "kim", event) == "it was handed to lone, not to kim"
        assert why(played(("ivanova", HandedOff(to="kuznetsov")), team=AWAY), "nowak", event)
    assert allowed_verbs(played(handed, team=AWAY).request, "nowak", AWAY, DAY)[:2] == ["accept", "return"]


def test_the_department_is_written_down_only_where_it_changes() -> None:
    player = Player(None)
    assert player.stamped("petrova", Taken()).__dict__.get("department", "") == ""
    assert player.stamped("kim", Taken()).__dict__["department"] == "customs"
    assert player.stamped("ivanova", Assigned(to="kuznetsov")).__dict__["department"] == "logistics"
    assert player.stamped("ivanova", Assigned(to="petrova")).__dict__["department"] == ""


# Stages


def test_the_stage_that_a_person_means() -> None:
    request = Player(PARALLEL).request
    assert choose_item(request, "kim", TEAM, "b").stage == "b"
    assert choose_item(request, "ivanova", TEAM).stage == "a"
    assert choose_item(request, "kuznetsov", TEAM).stage == "b"
    player = Player(PARALLEL)
    player.do("kim", Taken(stage="a"))
    assert choose_item(player.request, "kim", TEAM).stage == "a"
    player.do("kim", HandedOff(stage="a", to="smirnov"))
    assert choose_item(player.request, "smirnov", TEAM).stage == "a"


def test_one_open_stage_is_meant_by_everybody() -> None:
    request = Player(regulation({"name": "a", "department": "sales"})).request
    assert choose_item(request, "kim", TEAM).stage == "a"
    assert choose_item(Player(None).request, "kim", TEAM).stage == ""


def test_several_stages_and_none_clearly_meant() -> None:
    error = refused(Player(PARALLEL), "kim", Taken())
    assert (str(error), error.code) == ("k7qm4d: several stages are open: a, b", "which-stage")
    assert str(error.hint) == "say which: --stage a"


def test_a_stage_that_is_not_open() -> None:
    error = refused(Player(PARALLEL), "ivanova", Taken(stage="c"))
    assert (str(error), error.code) == ("k7qm4d: the stage “c” is not open", "stage-not-open")
    assert str(error.hint) == "open now: a+b"
    assert str(refused(Player(None), "ivanova", Taken(stage="c")).hint) == "open now: -"


def test_the_stage_is_written_down() -> None:
    assert Player(PARALLEL).stamped("kuznetsov", Taken()).__dict__["stage"] == "b"
    assert Player(PARALLEL).stamped("kuznetsov", Noted(text="x")).own_fields() == {"text": "x"}


def test_a_stage_is_done_when_what_it_needs_is_known() -> None:
    player = Player(PARALLEL)
    said = "the stage “a” is done when these are known: weight, volume (--field weight=… --field volume=…)"
    assert why(player, "ivanova", StageDone(stage="a")) == said
    assert "known: volume (" in why(player, "ivanova", StageDone(stage="a", fields={"weight": "20"}))
    player.do("ivanova", Set(values={"weight": "20"}))
    player.do("ivanova", StageDone(stage="a", fields={"volume": "3"}))
    assert player.open == ["b"]


def test_a_skipped_stage_needs_nothing() -> None:
    player = Player(PARALLEL)
    player.do("ivanova", StageDone(stage="a", skipped="known from the last offer"))
    assert player.open == ["b"]


def test_nothing_is_resolved_while_stages_are_open() -> None:
    assert why(Player(PARALLEL), "ivanova", Resolved(outcome="x")) == "stages are open still: a, b"


def test_the_reasons_for_a_return_are_the_regulations() -> None:
    deeds = [("ivanova", Taken(stage="a")), ("ivanova", HandedOff(to="customs", stage="a"))]
    event = Returned(why="x", reason="tired", stage="a")
    assert (
        why(played(*deeds, rules=PARALLEL), "kim", event) == "the regulation has no reason “tired”: unclear, not ours"
    )
    for reason in ("", "unclear"):
        played(*deeds, rules=PARALLEL).do("kim", Returned(why="x", reason=reason, stage="a"))
    played(TAKEN, HANDED, rules=regulation()).do("kuznetsov", Returned(why="x", reason="tired"))


# What is allowed now


@pytest.mark.parametrize(
    ("deeds", "person", "verbs"),
    [
        ([], "ivanova", ["take", "assign", "handoff", "wait"]),
        ([TAKEN], "ivanova", ["resolve", "handoff", "release", "assign", "wait"]),
        ([TAKEN], "petrova", ["resolve", "handoff", "release", "assign", "wait"]),
        ([TAKEN], "kim", ["assign", "wait"]),
        ([TAKEN, HANDED], "ivanova", ["recall", "wait"]),
        ([TAKEN, HANDED], "kuznetsov", ["accept", "return", "wait"]),
        ([TAKEN, HANDED], "kim", ["wait"]),
        ([TAKEN, ("ivanova", HandedOff(to="sales"))], "ivanova", ["accept", "return", "recall", "wait"]),
        ([("kim", Waiting(for_="client"))], "kim", ["take", "assign", "handoff", "resume"]),
    ],
)
def test_the_verbs_of_an_open_request(deeds: list[tuple[str, Event]], person: str, verbs: list[str]) -> None:
    found = allowed_verbs(played(*deeds).request, person, TEAM, DAY)
    assert found == [*verbs, "note", "message", "promise", "set", "cancel"]


def test_a_stage_that_goes_back_may_be_returned_by_whom_it_is_with() -> None:
    player = Player(PARALLEL)
    player.do("ivanova", StageDone(stage="a", fields=KNOWN))
    player.do("sidorov", StageDone(stage="b"))
    verbs = {who: allowed_verbs(player.request, who, TEAM, DAY, PARALLEL)[:3] for who in ("sidorov", "ivanova")}
    assert verbs == {"sidorov": ["done", "return", "handoff"], "ivanova": ["assign", "wait", "note"]}
    assert allowed_verbs(player.request, "sidorov", TEAM, DAY)[:2] == ["done", "handoff"]


def test_the_verbs_of_closed_requests() -> None:
    for end in (Resolved(outcome="x"), Cancelled(why="x")):
        found = allowed_verbs(played(("ivanova", end)).request, "ivanova", TEAM, DAY)
        assert found == ["reopen", "note", "message", "rate", "link"]
    merged = played(("ivanova", MergedInto(into=OTHER))).request
    assert allowed_verbs(merged, "ivanova", TEAM, DAY) == ["note", "link"]
    assert str(allowed_now(merged, "ivanova", TEAM, DAY)) == "allowed now: note, link"


def test_the_verbs_of_all_open_stages_once_each() -> None:
    player = Player(PARALLEL)
    player.do("ivanova", Taken())
    found = allowed_verbs(player.request, "ivanova", TEAM, DAY)
    assert found[:5] == ["done", "handoff", "release", "assign", "take"]


# The law: what is listed is accepted, what is not listed is refused

PEOPLE = ["ivanova", "petrova", "kuznetsov", "sidorov", "nowak", "lone"]
KNOWN = {"weight": "20", "volume": "3"}
VERBS: dict[str, Callable[[str], Event]] = {
    "take": lambda stage: Taken(stage=stage),
    "accept": lambda stage: Accepted(stage=stage),
    "return": lambda stage: Returned(why="x", stage=stage, to_stage="a" if stage == "c" else ""),
    "recall": lambda stage: Recalled(stage=stage),
    "release": lambda stage: Released(stage=stage),
    "assign": lambda stage: Assigned(to="smirnov", stage=stage),
    "handoff": lambda stage: HandedOff(to="finance", stage=stage),
    "done": lambda stage: StageDone(stage=stage, fields=KNOWN),
    "wait": lambda stage: Waiting(for_="client"),
    "resume": lambda stage: Resumed(),
    "resolve": lambda stage: Resolved(outcome="x"),
    "reopen": lambda stage: Reopened(why="x"),
    "cancel": lambda stage: Cancelled(why="x"),
    "note": lambda stage: Noted(text="x"),
    "message": lambda stage: MessageOut(text="x"),
    "promise": lambda stage: Promised(due="2026-11-24T15:00:00+03:00", text="call"),
    "set": lambda stage: Set(values={"weight": "21"}),
    "rate": lambda stage: Rated(score=9),
    "link": lambda stage: Linked(to=OTHER, kind=stage or "related"),
}
EXACT = ("take", "accept", "return", "recall", "release", "resume", "reopen")
"""Verbs that are refused wherever they are not listed; others may be left out as not the usual way."""


def accepted(player: Player, person: str, verb: str) -> bool:
    """Whether a verb is allowed for any of the open stages."""
    for stage in [*player.open, ""]:
        event = VERBS[verb](stage)
        if verb == "reopen" or "stage" not in event.names or stage in player.request.items:
            try:
                check(player.stamped(person, event), player.request, player.rules, player.team)
            except SvcctlError:
                continue
            return True
    return False


deeds = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(sorted(VERBS.keys() - {"link"})),
    st.integers(0, 3),
    st.sampled_from(PEOPLE),
)


@settings(max_examples=100)
@given(st.sampled_from([None, PARALLEL]), st.lists(deeds, max_size=20))
def test_what_is_listed_is_accepted_and_what_is_not_is_refused(
    rules: Regulation | None, drawn: list[tuple[str, str, int, str]]
) -> None:
    player = Player(rules, AWAY)
    for person, verb, number, to in drawn:
        stages = list(player.request.items)
        event = VERBS[verb](stages[number % len(stages)])
        if isinstance(event, Assigned | HandedOff):
            event = type(event)(**{**event.__dict__, "to": to})
        try:
            player.do(person, event)
        except SvcctlError:
            continue
    for person in PEOPLE:
        listed = allowed_verbs(player.request, person, AWAY, DAY, rules)
        assert len(set(listed)) == len(listed)
        assert [verb for verb in listed if not accepted(player, person, verb)] == []
        assert [verb for verb in EXACT if verb not in listed and accepted(player, person, verb)] == []


def test_filling_in_changes_nothing_else() -> None:
    player = Player(PARALLEL)
    event = Noted(text="x").stamped(id="e1", n=1, prev="", at=player.request.opened, by="ivanova")
    assert filled_in(event, player.request, TEAM) is event
