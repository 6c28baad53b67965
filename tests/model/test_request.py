"""The fold: what a request's state is after any events, in any order, however they came together."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Event
from svcctl.model.request import CLOSED, STATUSES, Request, fold
from tests.events import AT, EXAMPLES, HEADER, event_ids, events, example, few_ids


def state(request: Request) -> dict[str, Any]:
    """Everything a request knows, comparable."""
    return {name: _plain(value) for name, value in request.__dict__.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    slots = getattr(value, "__slots__", None)
    if slots and not isinstance(value, tuple):
        return {name: _plain(getattr(value, name)) for name in slots}
    return value


def happened(*deeds: tuple[str, dict[str, Any]]) -> Request:
    """The request after these words, one minute after the other; values beside those of the examples."""
    numbers = count(1)
    made = []
    for do, values in deeds:
        n = next(numbers)
        event = example(do, id=f"event{n:03}", n=n, at=AT + timedelta(minutes=n))
        for name in EXAMPLES[do]:
            if name not in event.required:
                del event.__dict__[name]
        event.__dict__.update(values)
        made.append(event)
    return fold(HEADER, made)


# Laws


@given(st.lists(events(), max_size=12).flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_the_order_of_lines_does_not_matter(both: tuple[list[Event], list[Event]]) -> None:
    made, shuffled = both
    assert state(fold(HEADER, made)) == state(fold(HEADER, shuffled))


@given(st.lists(events(), max_size=8, unique_by=lambda event: event.id), st.data())
def test_a_line_that_stands_twice_counts_once(made: list[Event], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    assert state(fold(HEADER, [*made, *again])) == state(fold(HEADER, made))


@settings(max_examples=60)
@given(st.lists(events(few_ids | event_ids), max_size=20))
def test_any_events_fold_to_a_state_that_answers(made: list[Event]) -> None:
    request = fold(HEADER, made)
    assert request.status in STATUSES
    assert request.closed == (request.status in CLOSED)
    assert request.closed == (request.closed_at is not None)
    assert request.items
    assert request.main_item.stage in request.items
    assert isinstance(request.owner + request.department + request.stage, str)
    assert (request.handoff is not None) == any(item.handoff for item in request.items.values())
    assert request.next_stamp()[0] == max([0, *(event.n for event in request.events)]) + 1
    assert request.promise("") is None or request.promise("").open  # type: ignore[union-attr]
    assert request.score is None or 0 <= request.score <= 10
    assert request.last_event >= HEADER.opened


@given(st.lists(events(), max_size=10), events(after=100))
def test_folding_goes_on_where_it_stopped(made: list[Event], last: Event) -> None:
    before = fold(HEADER, made)
    unseen = last.id not in {event.id for event in made}
    after = fold(HEADER, [*made, last])
    assert after.events == [*before.events, *([last] if unseen else [])]


@given(st.lists(events(), max_size=10))
def test_the_state_does_not_leak_into_the_next_fold(made: list[Event]) -> None:
    first = state(fold(HEADER, made))
    assert state(fold(HEADER, made)) == first
    assert state(fold(HEADER, [])) == state(Request(HEADER))


def test_the_counter_decides_the_order_not_the_clock() -> None:
    late_clock = example("assigned", id="bbbbbbbb", n=1, to="petrova", at=AT + timedelta(days=9))
    early_clock = example("assigned", id="aaaaaaaa", n=2, to="sidorov", at=AT)
    assert fold(HEADER, [early_clock, late_clock]).owner == "sidorov"


def test_a_tie_of_the_counter_goes_by_time_and_then_by_id() -> None:
    first = example("assigned", id="zzzzzzzz", n=1, to="petrova")
    second = example("assigned", id="aaaaaaaa", n=1, to="sidorov", at=AT + timedelta(seconds=1))
    assert fold(HEADER, [second, first]).events == [first, second]
    third = example("assigned", id="aaaaaaaa", n=1, to="kim")
    assert fold(HEADER, [first, third]).events == [third, first]


def test_the_next_stamp_is_above_all_that_was_seen() -> None:
    assert fold(HEADER, []).next_stamp() == (1, "")
    request = fold(HEADER, [example("noted", id="aaaaaaaa", n=7), example("noted", id="bbbbbbbb", n=3)])
    assert request.next_stamp() == (8, "aaaaaaaa")


# What is derived


def test_a_new_request_is_as_its_header() -> None:
    request = fold(HEADER, [])
    assert (request.status, request.owner, request.department, request.stage) == ("new", "", "sales", "")
    assert (request.title, request.type, request.priority) == (HEADER.title, "offer", "normal")
    assert (request.handoff, request.waiting, request.closed_at, request.picked_up) == (None, None, None, None)


def test_taking_gives_it_an_owner() -> None:
    request = happened(("taken", {}))
    assert (request.status, request.owner) == ("in_progress", "ivanova")
    assert request.picked_up == AT + timedelta(minutes=1)


def test_an_assignment_is_picked_up_when_the_assigned_person_acts() -> None:
    assigned = ("assigned", {"to": "kim"})
    assert happened(assigned).picked_up is None
    assert happened(assigned, ("noted", {"by": "petrova"})).picked_up is None
    assert happened(assigned, ("noted", {"by": "kim"})).picked_up == AT + timedelta(minutes=2)


def test_during_a_handoff_it_is_still_the_senders() -> None:
    request = happened(("taken", {}), ("handed_off", {"to": "logistics"}))
    assert (request.status, request.owner) == ("handed_off", "ivanova")
    assert request.handoff is not None and (request.handoff.from_, request.handoff.to) == ("ivanova", "logistics")


def test_accepting_returning_and_recalling_close_the_handoff() -> None:
    passed = (("taken", {}), ("handed_off", {"to": "logistics"}))
    for do, who, owner, fate in (
        ("accepted", "kuznetsov", "kuznetsov", "accepted"),
        ("returned", "kuznetsov", "ivanova", "returned"),
        ("recalled", "ivanova", "ivanova", "recalled"),
    ):
        request = happened(*passed, (do, {"by": who}))
        assert (request.status, request.owner, request.handoff) == ("in_progress", owner, None)
        assert request.handoffs[0].outcome == fate


def test_an_unknown_priority_of_a_set_is_kept_as_it_stands() -> None:
    request = happened(("set", {"values": {"priority": "huge", "weight": "20 т", "department": "customs"}}))
    assert (request.priority, request.fields, request.department) == ("huge", {"weight": "20 т"}, "customs")
    assert [(change.name, change.old, change.new) for change in request.changes] == [
        ("priority", "normal", "huge"),
        ("weight", "", "20 т"),
        ("department", "sales", "customs"),
    ]


def test_a_due_date_is_set_and_dropped() -> None:
    due = {"values": {"due": "2026-11-25T12:00:00+03:00"}}
    assert str(happened(("set", due)).due) == "2026-11-25 12:00:00+03:00"
    assert happened(("set", due), ("set", {"values": {"due": ""}})).due is None
    assert str(happened(("set", due), ("set", {"values": {"due": "never"}})).due) == "2026-11-25 12:00:00+03:00"


def test_waiting_and_resuming() -> None:
    request = happened(("taken", {}), ("waiting", {"for_": "client"}))
    assert (request.status, request.owner) == ("waiting", "ivanova")
    request = happened(("taken", {}), ("waiting", {}), ("resumed", {}))
    assert (request.status, request.waiting) == ("in_progress", None)
    assert [(wait.start, wait.end) for wait in request.waits] == [
        (AT + timedelta(minutes=2), AT + timedelta(minutes=3))
    ]


def test_the_end_of_a_request_ends_its_wait() -> None:
    for do in ("resolved", "cancelled", "merged_into"):
        assert happened(("waiting", {}), (do, {})).waits[0].end == AT + timedelta(minutes=2)


def test_resolving_and_reopening() -> None:
    request = happened(("taken", {}), ("resolved", {"outcome": "sent"}))
    assert (request.status, request.outcome, request.closed_at) == ("resolved", "sent", AT + timedelta(minutes=2))
    request = happened(("taken", {}), ("resolved", {}), ("reopened", {}))
    assert (request.status, request.owner, request.closed_at) == ("in_progress", "ivanova", None)
    request = happened(("taken", {}), ("resolved", {}), ("reopened", {}), ("resolved", {}))
    assert request.closed_at == AT + timedelta(minutes=4)


def test_resolved_in_two_clones_needs_one_reopening() -> None:
    assert happened(("resolved", {}), ("resolved", {}), ("reopened", {})).status == "new"


def test_cancelling_withdraws_the_handoff_and_reopening_brings_it_back() -> None:
    request = happened(("handed_off", {"to": "logistics"}), ("cancelled", {"why": "no need"}))
    assert (request.status, request.handoff, request.handoffs[0].outcome) == ("cancelled", None, "withdrawn")
    assert happened(("cancelled", {}), ("reopened", {})).status == "new"


def test_a_merged_request_stays_merged() -> None:
    request = happened(("merged_into", {}), ("reopened", {}))
    assert (request.status, request.merged_into) == ("merged", "R-20261121-m2xm2x")


def test_promises_are_settled_once() -> None:
    request = happened(("promised", {}), ("promise_kept", {}), ("promise_broken", {}))
    assert request.promises[0].kept == AT + timedelta(minutes=2)
    assert request.promises[0].broken is None


def test_the_promise_that_is_due_first_is_meant() -> None:
    request = happened(
        ("promised", {"due": "2026-11-25T10:00:00+03:00", "text": "later"}),
        ("promised", {"due": "2026-11-24T10:00:00+03:00", "text": "sooner"}),
    )
    first = request.promise("")
    assert first is not None and first.text == "sooner"
    assert request.promise("event001") is request.promises[0]
    assert request.promise("zzzzzzzz") is None


def test_parallel_stages_have_an_owner_each() -> None:
    request = happened(
        ("stage_started", {"stage": "logistics", "department": "logistics"}),
        ("stage_started", {"stage": "customs", "department": "customs"}),
        ("taken", {"stage": "customs", "by": "kim"}),
    )
    assert request.stage == "logistics+customs"
    assert (request.items["customs"].owner, request.items["logistics"].owner) == ("kim", "")
    assert (request.status, request.owner) == ("in_progress", "kim")


def test_after_the_last_stage_the_request_is_whole_again() -> None:
    request = happened(
        ("stage_started", {"stage": "draft", "department": "sales"}),
        ("taken", {"stage": "draft"}),
        ("stage_done", {"stage": "draft", "fields": {"price": "1 RUB"}}),
    )
    assert (request.stage, request.owner, request.department) == ("", "ivanova", "sales")
    assert (request.stages_done, request.fields) == (["draft"], {"price": "1 RUB"})
    assert request.stage_runs[0].outcome == "done"


def test_what_was_written_down_adds_up() -> None:
    request = happened(("worked", {"minutes": 25}), ("worked", {"minutes": 5}), ("worked", {"minutes": 1, "by": "kim"}))
    assert request.worked == {"ivanova": 30, "kim": 1}


def test_a_rating_outside_the_scale_is_no_rating() -> None:
    assert happened(("rated", {"score": 11})).score is None
    assert happened(("rated", {"score": 0})).score == 0


def test_links_stand_once() -> None:
    assert happened(("linked", {}), ("linked", {})).links == [("related", "R-20261121-m2xm2x")]


def test_values_for_a_regulation_are_those_of_the_header_and_the_fields() -> None:
    request = happened(("set", {"values": {"client": "zoo", "weight": "20 т"}}))
    assert request.values() == {"client": "zoo", "priority": "normal", "weight": "20 т"}


# Being told


def test_being_told_is_no_work_on_it() -> None:
    """Cron may run in the owner's name: its reminders neither pick the request up nor end its silence."""
    given_to = ("assigned", {"to": "ivanova", "by": "petrova"})
    request = happened(given_to, ("reminded", {"clock": "resolve"}), ("escalated", {"clock": "resolve"}))
    assert request.picked_up is None and request.main_item.touched is None
    assert request.last_event == happened(given_to).last_event
    assert request.told == {("resolve", "-4h"), ("resolve", "100%")}


def test_an_escalation_gives_the_work_its_clock_is_about_to_somebody() -> None:
    stages = (("stage_started", {"stage": "logistics"}), ("stage_started", {"stage": "customs"}))
    given = {"clock": "stage:customs", "assign": "kim"}
    request = happened(*stages, ("escalated", given))
    assert {name: item.owner for name, item in request.items.items()} == {"logistics": "", "customs": "kim"}
    done = happened(*stages, ("stage_done", {"stage": "customs"}), ("escalated", given))
    assert done.items["logistics"].owner == ""
    assert happened(("taken", {}), ("escalated", {"assign": "petrova"})).main_item.previous_owner == "ivanova"


def test_an_escalated_handoff_stays_open_for_the_one_it_was_given_to() -> None:
    given = ("escalated", {"clock": "accept:event002", "assign": "sidorov"})
    request = happened(("taken", {}), ("handed_off", {"to": "logistics"}), given)
    assert request.handoff is not None and request.handoff.to == "sidorov"
    assert (request.status, request.owner) == ("handed_off", "ivanova")
    accepted = happened(("taken", {}), ("handed_off", {"to": "logistics"}), ("accepted", {"by": "kim"}), given)
    assert accepted.owner == "kim"


def test_a_closed_request_is_given_to_nobody() -> None:
    assert happened(("taken", {}), ("resolved", {}), ("escalated", {"assign": "petrova"})).owner == "ivanova"
