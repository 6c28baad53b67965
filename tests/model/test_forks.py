"""Deeds that two clones recorded apart: which count, whatever the order in which they are read."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.event import VOCABULARY
from svcctl.model.events import Event
from svcctl.model.forks import TABLE, heads, settle
from svcctl.model.request import Request, fold, order
from tests.events import AT, EXAMPLES, HEADER
from tests.model.test_request import state

FORMATS = Path(__file__).parents[2] / "docs" / "formats.md"


class Clone:
    """A clone that records events as svcctl does, on a clock of its own."""

    def __init__(self, name: str, events: list[Event] | None = None, skew: int = 0) -> None:
        self.name, self.events, self.skew = name, list(events or []), skew
        self.count = 0

    def do(self, do: str, by: str = "", **values: Any) -> Event:
        request = fold(HEADER, self.events)
        n, prev = request.next_stamp()
        self.count += 1
        also = tuple(request.other_heads())
        at = AT + timedelta(minutes=self.skew + n)
        own = {name: value for name, value in EXAMPLES[do].items() if name in VOCABULARY[do].required}
        kind = VOCABULARY[do](**{**own, **values})
        event = kind.stamped(id=f"{self.name}{self.count:07}", n=n, prev=prev, at=at, by=by or self.name, also=also)
        self.events.append(event)
        return event

    def pull(self, other: Clone) -> None:
        have = {event.id for event in self.events}
        self.events = sorted([*self.events, *(e for e in other.events if e.id not in have)], key=order)

    @property
    def request(self) -> Request:
        return fold(HEADER, self.events)


def clones(*before: str, skew: int = 1) -> tuple[Clone, Clone]:
    """Two clones with the same events; the second one's clock is ahead."""
    first = Clone("a")
    for do in before:
        first.do(do, "petrova")
    return first, Clone("b", first.events, skew)


def meet(a: Clone, b: Clone) -> Request:
    a.pull(b)
    b.pull(a)
    assert state(a.request) == state(b.request)
    return a.request


def test_a_record_of_one_clone_has_no_fork() -> None:
    a = Clone("a")
    for do in ("taken", "handed_off", "accepted", "noted", "resolved", "reopened", "resolved"):
        a.do(do)
    assert not a.request.forked
    assert a.request.overtaken == {}
    assert all(not event.also for event in a.events)


def test_two_take_it_and_the_earlier_has_it() -> None:
    a, b = clones("noted")
    first, second = a.do("taken"), b.do("taken")
    request = meet(a, b)
    assert request.owner == "a"
    assert [(lost.by) for lost in request.overtaken.values()] == [first.id]
    assert request.conflicts == [second]
    assert len(request.takes) == 1
    assert [event.id for event in request.counted] == [a.events[0].id, first.id]


def test_what_was_built_on_a_lost_deed_is_lost_too_and_notes_are_not() -> None:
    a, b = clones()
    for clone, to in ((a, "logistics"), (b, "customs")):
        clone.do("taken")
        clone.do("noted")
        clone.do("handed_off", to=to)
    request = meet(a, b)
    assert request.handoff is not None
    assert request.handoff.to == "logistics"
    assert [event.do for event in request.conflicts] == ["taken", "handed_off"]
    assert len(request.events) == 6


def test_who_has_seen_both_sides_may_go_on() -> None:
    a, b = clones()
    a.do("taken")
    lost = b.do("taken")
    b.pull(a)
    after = b.do("handed_off", to="customs")
    assert after.also == (a.events[0].id,) or after.prev == a.events[0].id
    request = meet(a, b)
    assert request.conflicts == [lost]
    assert request.handoff is not None


def test_a_longer_branch_does_not_make_later_deeds_compete() -> None:
    a, b = clones()
    for _ in range(4):
        a.do("noted")
    b.do("taken")
    a.pull(b)
    a.do("released", "b")
    assert meet(a, b).conflicts == []
    assert a.request.owner == ""


@pytest.mark.parametrize(("about", "field", "groups"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table_decides_whoever_was_earlier(about: str, field: str, groups: tuple[tuple[str, ...], ...]) -> None:
    values: dict[str, dict[str, Any]] = {"returned": {"to_stage": "x"} if about == "stage" else {}}
    values["escalated"] = {"clock": "stage:s", "assign": "kim"}
    words = [words[0] for words in groups]
    for better, worse in pairwise(words):
        for skew in (-60, 60):
            a, b = clones(skew=skew)
            subject = {field: "s"} if field else {}
            winner = a.do(better, **{**values.get(better, {}), **({} if better == "escalated" else subject)})
            loser = b.do(worse, **{**values.get(worse, {}), **({} if worse == "escalated" else subject)})
            lost = meet(a, b).overtaken
            assert {name: row.by for name, row in lost.items()} == {loser.id: winner.id}


def test_different_stages_do_not_compete() -> None:
    a, b = clones()
    a.do("taken", stage="logistics")
    b.do("taken", stage="customs")
    assert meet(a, b).overtaken == {}


def test_two_approvals_of_one_revision_do_not_compete() -> None:
    a, b = clones()
    a.do("offer_approved", revision="r1")
    b.do("offer_approved", revision="r1")
    assert meet(a, b).overtaken == {}


def test_of_two_changes_of_a_value_the_later_counts() -> None:
    a, b = clones()
    first = a.do("set", values={"priority": "urgent", "weight": "20"})
    second = b.do("set", values={"priority": "low"})
    request = meet(a, b)
    assert (request.priority, request.fields["weight"]) == ("low", "20")
    assert [(event, request.overtaken[event.id].by) for event in request.conflicts] == [(first, second.id)]


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    a, b = clones()
    a.do("set", values={"priority": "low"})
    b.do("set", values={"priority": "low"})
    assert meet(a, b).conflicts == []


def test_an_acknowledged_one_is_listed_no_more() -> None:
    a, b = clones()
    a.do("taken")
    lost = b.do("taken")
    meet(a, b)
    b.do("acknowledged", event=lost.id)
    assert meet(a, b).conflicts == []
    assert lost.id in a.request.overtaken


def test_only_what_was_overtaken_can_be_acknowledged_and_once() -> None:
    a, b = clones()
    a.do("taken")
    lost = b.do("taken")
    request = meet(a, b)
    again = VOCABULARY["acknowledged"]
    assert [str(why) for why in again(event="nothing").problems(request)] == ["the event nothing was not overtaken"]
    b.do("acknowledged", event=lost.id)
    said = [str(why) for why in again(event=lost.id).problems(b.request)]
    assert said == [f"the event {lost.id} is acknowledged already"]


def test_the_heads_are_what_nobody_has_seen() -> None:
    a, b = clones("noted")
    one, two = a.do("noted"), b.do("noted")
    a.pull(b)
    assert heads(a.events) == [one.id, two.id]
    last = a.do("noted")
    assert heads(a.events) == [last.id]
    assert {last.prev, *last.also} == {one.id, two.id}


def test_an_event_that_names_nothing_known_has_seen_the_smaller_counters() -> None:
    a = Clone("a")
    a.do("taken")
    b = VOCABULARY["taken"]().stamped(id="zzzzzzzz", n=2, prev="", at=AT, by="b")
    assert settle([*a.events, b]) == {}


WORDS = ("taken", "released", "handed_off", "accepted", "returned", "noted", "set", "waiting", "resumed", "resolved")


@pytest.mark.parametrize("seed", range(40))
def test_gossip_ends_in_one_state_whoever_pulls_from_whom(seed: int) -> None:
    dice = random.Random(seed)
    all_ = [Clone(name, skew=dice.randrange(-90, 90)) for name in "abcd"]
    for _ in range(dice.randrange(4, 40)):
        one, other = dice.sample(all_, 2)
        if dice.random() < 0.4:
            one.pull(other)
        else:
            one.do(dice.choice(WORDS))
    for one in all_:
        for other in all_:
            one.pull(other)
    states = [state(one.request) for one in all_]
    assert all(found == states[0] for found in states)
    assert len(all_[0].events) == sum(one.count for one in all_)
    shuffled = dice.sample(all_[0].events, len(all_[0].events))
    assert state(fold(HEADER, shuffled)) == states[0]
    assert all(row.by not in all_[0].request.overtaken or not row.applied for row in all_[0].request.overtaken.values())


def test_the_published_table_is_the_one_that_is_used() -> None:
    text = FORMATS.read_text(encoding="utf-8").partition("<!-- forks -->")[2].partition("<!-- end of forks -->")[0]
    rows = [
        f"| `{about}` | {f'`{field}`' if field else 'request'} | "
        + ", then ".join(" = ".join(f"`{word}`" for word in words) for words in groups)
        + " |"
        for about, field, groups in TABLE
    ]
    assert text.strip().splitlines()[2:] == rows
