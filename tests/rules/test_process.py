"""What a regulation makes happen by itself: the next stage starts, and somebody is handed it, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Accepted, Noted, Resolved, Returned, StageDone, StageStarted, Taken
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.model.request import fold
from svcctl.model.stages import groups
from svcctl.rules.process import addressee, following, opening, stand_in
from tests.rules.player import KNOWN, MONDAY, SHIPPED, TEAM, Player, regulation, shipped, team_of

DAY = MONDAY.date()


def work(player: Player, stage: str, person: str = "", **fields: str) -> str:
    """Takes or accepts a stage where that is needed, and finishes it with all it needs; returns who did."""
    person = person or player.worker(stage)
    item = player.request.items[stage]
    if item.handoff:
        player.do(person, Accepted(stage=stage))
    elif not item.owner:
        player.do(person, Taken(stage=stage))
    step = player.rules.stage(stage) if player.rules else None
    needed = {name: KNOWN.get(name, "known") for name in (step.needs if step else ())}
    player.do(person, StageDone(stage=stage, fields={**needed, **fields}))
    return person


def offer(**keys: Any) -> Player:
    return Player(shipped(next(path for path in SHIPPED if path.stem == "commercial-offer")), **keys)


# The opening


def test_a_new_request_lies_in_the_first_stages_department() -> None:
    player = offer()
    assert player.open == ["intake"]
    item = player.request.items["intake"]
    assert (item.department, item.owner, item.handoff, player.request.status) == ("sales", "", None, "new")


def test_without_stages_nothing_starts() -> None:
    assert opening(Player(None).request, regulation(), TEAM) == []


def test_stages_that_run_side_by_side_start_together() -> None:
    both = regulation(
        {"name": "a", "department": "sales", "with": "b"}, {"name": "b", "department": "customs", "with": "a"}
    )
    assert Player(both).open == ["a", "b"]


def test_a_first_stage_for_a_role_lies_in_its_holders_department() -> None:
    by_head = regulation({"name": "a", "role": "head"})
    assert Player(by_head, department="logistics").request.items["a"].department == "logistics"
    unclear = regulation({"name": "a", "role": "driver"})
    (event,) = opening(Player(None, department="sales").request, unclear, TEAM)
    assert isinstance(event, StageStarted)
    assert (event.department, event.role, event.to) == ("sales", "driver", "")


def test_a_condition_that_cannot_be_judged_yet_stops_the_opening() -> None:
    late = regulation({"name": "a", "department": "sales", "if": "abroad"}, inputs={"abroad": "yes/no"})
    with pytest.raises(Refused, match="needs data: abroad"):
        Player(late)
    assert Player(late, fields={"abroad": "no"}).open == []


# What follows


def test_finishing_a_stage_hands_over_the_next_ones_at_once() -> None:
    player = offer()
    player.do("ivanova", Taken())
    started = player.do("ivanova", StageDone(stage="intake", fields={"items": "20 t"}))[1:]
    assert [(one.stage, one.to) for one in started if isinstance(one, StageStarted)] == [
        ("logistics", "logistics"),
        ("customs", "customs"),
    ]
    assert player.request.status == "handed_off"
    assert [(one.from_, one.to, one.at) for one in player.request.handoffs] == [
        ("ivanova", "logistics", started[0].at),
        ("ivanova", "customs", started[1].at),
    ]


def test_whoever_began_the_offer_writes_it_and_their_head_approves() -> None:
    player = offer()
    work(player, "intake", "ivanova")
    work(player, "customs", "nowak")
    assert player.open == ["logistics"]
    work(player, "logistics", "kuznetsov")
    assert player.request.items["draft"].handoff is not None
    assert player.request.items["draft"].handoff.to == "ivanova"
    work(player, "draft")
    assert player.request.items["approve"].handoff is not None
    assert player.request.items["approve"].handoff.to == "petrova"


def test_a_return_goes_to_who_did_that_stage_and_comes_back() -> None:
    player = offer()
    for stage, person in (("intake", "ivanova"), ("logistics", "kuznetsov"), ("customs", "kim"), ("draft", "ivanova")):
        work(player, stage, person)
    player.do("petrova", Accepted())
    done = player.do("petrova", Returned(why="too dear", stage="approve", to_stage="draft"))
    assert [event.do for event in done] == ["returned", "stage_started"]
    assert player.open == ["draft"]
    assert player.worker("draft") == "ivanova"
    work(player, "draft")
    assert player.open == ["approve"]
    assert [run.outcome for run in player.request.stage_runs if run.stage == "approve"] == ["returned", ""]


def test_who_finishes_a_stage_keeps_the_next_of_the_own_department() -> None:
    two = regulation({"name": "a", "department": "sales"}, {"name": "b", "department": "sales"})
    player = Player(two)
    work(player, "a", "ivanova")
    item = player.request.items["b"]
    assert (item.owner, item.handoff) == ("ivanova", None)


def test_a_stage_that_is_not_needed_is_passed_over() -> None:
    complaint = shipped(next(path for path in SHIPPED if path.stem == "complaint"))
    player = Player(complaint, department="service")
    work(player, "listen")
    work(player, "examine", refund_share="5%")
    assert player.open == ["answer"]


def test_nothing_follows_from_other_events_or_without_a_regulation() -> None:
    player = offer()
    said = Noted(text="x").stamped(id="e1", n=1, prev="", at=MONDAY, by="ivanova")
    back = Returned(why="x").stamped(id="e1", n=1, prev="", at=MONDAY, by="ivanova")
    gone = Returned(why="x", to_stage="of an older version").stamped(id="e1", n=1, prev="", at=MONDAY, by="ivanova")
    for event in (said, back, gone):
        assert following(player.request, event, player.rules, TEAM) == []
    done = StageDone(stage="intake").stamped(id="e1", n=1, prev="", at=MONDAY, by="ivanova")
    assert following(player.request, done, None, TEAM) == []


def test_a_stage_that_the_new_regulation_lacks_can_be_finished_and_leads_nowhere() -> None:
    player = offer()
    player.do("ivanova", Taken())
    player.rules = regulation({"name": "call", "department": "service"})
    player.do("ivanova", StageDone(stage="intake"))
    assert player.open == []
    player.do("ivanova", Resolved(outcome="ok"))


def test_a_next_stage_that_lacks_data_refuses_the_end_of_this_one() -> None:
    rules = regulation(
        {"name": "a", "department": "sales"},
        {"name": "b", "department": "customs", "if": "abroad"},
        inputs={"abroad": "yes/no"},
    )
    with pytest.raises(Refused, match="needs data: abroad"):
        work(Player(rules), "a")
    player = Player(rules)
    work(player, "a", abroad="yes")
    assert player.open == ["b"]


def parallel() -> Player:
    """Two stages side by side that both return to the first."""
    beside = [{"name": name, "department": "customs", "with": other, "returns_to": "a"} for name, other in ("bc", "cb")]
    return Player(regulation({"name": "a", "department": "sales"}, *beside, {"name": "d", "department": "sales"}))


def test_a_stage_that_was_begun_again_goes_on_when_another_returns_to_it_too() -> None:
    player = parallel()
    work(player, "a", "ivanova")
    player.do("kim", Returned(why="x", stage="b", to_stage="a"))
    player.do("ivanova", Accepted(stage="a"))
    done = player.do("kim", Returned(why="y", stage="c", to_stage="a"))
    assert [event.do for event in done] == ["returned"]
    assert player.request.items["a"].owner == "ivanova"


def test_nothing_begins_beside_or_after_a_stage_while_one_above_it_was_begun_again() -> None:
    player = parallel()
    work(player, "a")
    player.do("kim", Returned(why="x", stage="b", to_stage="a"))
    work(player, "c")
    assert player.open == ["a"]
    work(player, "a")
    assert player.open == ["b", "c"]


# Who is handed a stage

AWAY = "away: [{from: 2026-11-23, to: 2026-11-27"


def for_stage(stage: dict[str, Any], team: Any = TEAM, by: str = "ivanova", done: tuple[str, ...] = ()) -> str:
    """Who is handed a stage that follows ``a`` (logistics), which these people have done, one after the other."""
    rules = regulation({"name": "a", "department": "logistics"}, {"name": "z", "department": "sales"})
    request = Player(rules).request
    events = []
    for n, person in enumerate(done, 1):
        item = StageStarted(stage="a", department="logistics")
        events.append(item.stamped(id=f"s{n}", n=2 * n, prev="", at=MONDAY, by=person))
        events.append(StageDone(stage="a").stamped(id=f"d{n}", n=2 * n + 1, prev="", at=MONDAY, by=person))
    request = fold(request.header, events)
    step = regulation(stage).stages[0]
    return addressee(step, step.department or "sales", request, team, by, DAY)


def test_the_department_where_nobody_has_been_there() -> None:
    assert for_stage({"name": "b", "department": "customs"}) == "customs"
    assert for_stage({"name": "b", "department": "sales"}) == "ivanova"


def test_who_did_the_stage_before_goes_before_who_worked_in_the_department() -> None:
    assert for_stage({"name": "b", "department": "logistics"}, done=("kuznetsov",)) == "kuznetsov"
    assert for_stage({"name": "b", "department": "logistics"}, done=("kuznetsov", "sidorov")) == "sidorov"
    assert for_stage({"name": "a", "department": "logistics"}, by="sidorov", done=("kuznetsov",)) == "kuznetsov"


def test_the_holder_of_the_role_whoever_was_there_before() -> None:
    assert for_stage({"name": "b", "role": "head", "department": "logistics"}, done=("kuznetsov",)) == "sidorov"
    assert for_stage({"name": "b", "role": "driver", "department": "logistics"}) == "logistics"


def test_somebody_away_is_passed_over_for_the_substitute_and_else_for_the_department() -> None:
    alone = team_of(f"lone: {{department: logistics, {AWAY}}}]}}")
    assert for_stage({"name": "b", "department": "logistics"}, alone, done=("lone",)) == "logistics"
    covered = team_of(f"lone: {{department: logistics, {AWAY}, substitute: kuznetsov}}]}}")
    assert for_stage({"name": "b", "department": "logistics"}, covered, done=("lone",)) == "kuznetsov"
    assert for_stage({"name": "b", "department": "logistics"}, alone, done=("kuznetsov", "lone")) == "kuznetsov"


def test_who_stands_in() -> None:
    team = team_of(
        f"one: {{{AWAY}, substitute: two}}]}}",
        f"two: {{{AWAY}, substitute: kim}}]}}",
        f"ring: {{{AWAY}, substitute: gnir}}]}}",
        f"gnir: {{{AWAY}, substitute: ring}}]}}",
        f"lost: {{{AWAY}, substitute: nobody}}]}}",
        f"late: {{{AWAY}, substitute: gone}}]}}",
        "gone: {left: yes}",
    )
    cases = {"kim": "kim", "one": "kim", "ring": "", "lost": "", "late": "", "gone": "", "nobody": "", "": ""}
    assert {handle: stand_in(handle, team, DAY) for handle in cases} == cases
    assert stand_in("ring", team, date(2026, 11, 28)) == "ring"


# Every shipped regulation, in every order


def orders(path: Path, prefix: tuple[str, ...], known: dict[str, str]) -> Iterator[tuple[tuple[str, ...], Player]]:
    """Every order in which the stages of a regulation can be finished, with the request at its end."""
    player = Player(shipped(path), department="service")
    for stage in prefix:
        work(player, stage, **known)
    if not player.open:
        yield prefix, player
    for stage in player.open:
        yield from orders(path, (*prefix, stage), known)


@pytest.mark.parametrize("known", [{}, {"refund_share": "5%", "decision": "approve"}], ids=["all", "fewest"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_order_reaches_the_end_and_no_stage_is_lost(path: Path, known: dict[str, str]) -> None:
    rules = shipped(path)
    wanted = {stage.name for stage in rules.stages if stage.condition is None or not known}
    found = dict(orders(path, (), known))
    assert found
    for order, player in found.items():
        assert sorted(order) == sorted(wanted)
        assert player.request.stages_done == list(order)
        assert all(run.outcome == "done" for run in player.request.stage_runs)
        player.do(player.request.owner, Resolved(outcome="ok"))
        assert player.request.status == "resolved"


def test_two_parallel_stages_have_two_orders() -> None:
    offer_file = next(path for path in SHIPPED if path.stem == "commercial-offer")
    assert [order[1:3] for order, _ in orders(offer_file, (), {})] == [
        ("logistics", "customs"),
        ("customs", "logistics"),
    ]


# Any regulation, with returns and skips

DEPARTMENTS = ["sales", "logistics", "customs", "service"]


@st.composite
def processes(draw: st.DrawFn) -> Regulation:
    """Up to five groups of up to three stages; some return to any stage above their group."""
    stages: list[dict[str, object]] = []
    for number, size in enumerate(draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))):
        above = [str(stage["name"]) for stage in stages]
        names = [f"s{number}{letter}" for letter in "abc"[:size]]
        for name in names:
            stage: dict[str, object] = {"name": name, "department": draw(st.sampled_from(DEPARTMENTS))}
            if size > 1:
                stage["with"] = [other for other in names if other != name]
            back = draw(st.sampled_from(["", *above]))
            stages.append({**stage, "returns_to": back} if back else stage)
    return regulation(*stages)


def deeds(player: Player, stage: str, returns: int) -> list[str]:
    """What may be done with an open stage, but no more than so many returns."""
    step = player.rules.stage(stage) if player.rules else None
    back = ["returned"] if step and step.returns_to and returns else []
    return ["done", *back, *([] if player.request.items[stage].handoff else ["skipped"])]


def act(player: Player, rules: Regulation, stage: str, deed: str) -> None:
    if deed == "done":
        work(player, stage)
    elif deed == "skipped":
        player.do(player.worker(stage), StageDone(stage=stage, skipped="not needed"))
    else:
        step = rules.stage(stage)
        player.do(player.worker(stage), Returned(why="x", stage=stage, to_stage=step.returns_to if step else ""))


@settings(max_examples=60)
@given(processes(), st.data())
def test_any_process_ends_with_every_stage_done(rules: Regulation, data: st.DataObject) -> None:
    position = {stage.name: number for number, group in enumerate(groups(rules.stages)) for stage in group}
    player, returns = Player(rules), 3
    while player.open:
        stage = data.draw(st.sampled_from(player.open))
        deed = data.draw(st.sampled_from(deeds(player, stage, returns)))
        before = dict(player.request.items)
        act(player, rules, stage, deed)
        returns -= deed == "returned"
        new = {name for name, item in player.request.items.items() if name and before.get(name) is not item}
        assert not new & (before.keys() - {stage}), "an open stage began again"
        if deed != "returned":
            earliest = min((position[name] for name in player.open), default=0)
            assert all(position[name] == earliest for name in new), "it began before those above it were done"
    assert set(player.request.stages_done) == set(position)
    assert position[player.request.stages_done[-1]] == max(position.values())
    player.do(player.request.owner, Resolved(outcome="ok"))
