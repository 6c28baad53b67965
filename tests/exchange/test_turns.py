"""How activities happen to a request: the true event for each state, nothing that the state does not allow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.exchange.cases import Planned, Rules, planned
from svcctl.exchange.eventlog import LIFECYCLE, Case, LogEvent
from svcctl.exchange.mapping import MEANINGS, parse_meaning
from svcctl.model.request import Request, fold, step

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
PEOPLE = ("anna", "boris", "cezary")


def case_of(steps: list[tuple[str, str]], transitions: list[str] | None = None) -> Case:
    """A case of (person, meaning) steps an hour apart; the activity's name is its meaning."""
    events = []
    for number, (person, meaning) in enumerate(steps):
        at = START + timedelta(hours=number // 2)
        more = {LIFECYCLE: transitions[number]} if transitions else {}
        events.append(LogEvent("C", meaning, person, at, at.replace(tzinfo=None).isoformat(), more, number + 2))
    return Case("C", {}, events)


def rules_for(case: Case) -> Rules:
    return Rules(
        "test",
        {event.activity: parse_meaning(event.activity) for event in case.events},
        {person: person for person in PEOPLE},
        {person: (person,) for person in PEOPLE},
        START,
        department="desk",
    )


def plan_of(case: Case) -> Planned:
    plan = planned(case, rules_for(case), None, ())
    assert plan is not None
    return plan


def told(*steps: str) -> str:
    """The events of steps such as ``anna taken``; implied ones in brackets."""
    case = case_of([(person, meaning) for person, meaning in (step.split(" ", 1) for step in steps)])
    words = []
    for event in plan_of(case).events:
        to = event.__dict__.get("to", "")
        word = f"{event.by[0]} {event.do}" + (f"→{to[0]}" if to else "")
        words.append(f"({word})" if "implied_by" in event.extra else word)
    return ", ".join(words)


@pytest.mark.parametrize(
    ("steps", "events"),
    [
        (["anna opened", "anna taken", "anna resolved", "boris closed"], "a noted, a taken, a resolved, b noted"),
        (["anna taken", "boris closed"], "a taken, b resolved"),
        (["anna taken", "anna taken"], "a taken, a noted"),
        (["anna taken", "boris taken"], "a taken, b assigned→b"),
        (["anna taken", "anna waiting", "anna taken"], "a taken, a waiting, a resumed"),
        (["anna taken", "anna waiting", "boris taken"], "a taken, a waiting, (b resumed), b assigned→b"),
        (["anna taken", "anna waiting", "anna activity"], "a taken, a waiting, a resumed"),
        (["anna taken", "anna waiting", "anna noted"], "a taken, a waiting, a noted"),
        (["anna taken", "anna waiting", "anna waiting"], "a taken, a waiting, a noted"),
        (["anna taken", "anna waiting", "anna resolved"], "a taken, a waiting, a resolved"),
        (["anna waiting", "boris message_in"], "a waiting, (b resumed), b message_in"),
        (["anna waiting", "boris message_out"], "a waiting, b message_out"),
        (["anna resolved", "anna resolved"], "a resolved, a noted"),
        (["anna resolved", "boris resolved"], "a resolved, (b reopened), b resolved"),
        (["anna resolved", "boris taken"], "a resolved, (b reopened), b taken"),
        (["anna taken", "anna resolved", "anna taken"], "a taken, a resolved, (a reopened), a noted"),
        (["anna resolved", "anna waiting"], "a resolved, (a reopened), a waiting"),
        (["anna resolved", "anna work"], "a resolved, (a reopened), a noted"),
        (["anna resolved", "anna activity"], "a resolved, a noted"),
        (["anna resolved", "anna reopened"], "a resolved, a reopened"),
        (["anna reopened"], "a noted"),
        (["anna cancelled", "anna resolved"], "a cancelled, a noted"),
        (["anna resolved", "anna cancelled"], "a resolved, a noted"),
        (["anna assigned", "boris taken"], "a assigned→b, b noted"),
        (["anna assigned", "anna resolved"], "a taken, a resolved"),
        (["anna taken", "anna assigned", "anna resolved"], "a taken, a noted, a resolved"),
        (["anna taken", "anna released", "boris taken"], "a taken, a released, b taken"),
        (["anna taken", "boris released"], "a taken, b noted"),
        (
            ["anna taken", "anna handed_off", "anna noted", "boris taken"],
            "a taken, a handed_off→b, a noted, b accepted",
        ),
        (["anna taken", "anna handed_off", "boris resolved"], "a taken, a handed_off→b, (b accepted), b resolved"),
        (["anna taken", "anna handed_off", "anna resolved"], "a taken, a handed_off→d, (a recalled), a resolved"),
        (["anna taken", "anna handed_off", "boris returned"], "a taken, a handed_off→b, b returned"),
        (["anna taken", "boris taken", "boris returned"], "a taken, b assigned→b, b assigned→a"),
        (["anna returned"], "a noted"),
        (["anna noted", "boris stage:draft"], "a noted, (b stage_started), b stage_done"),
        (["anna taken", "boris stage:draft"], "a taken, (b stage_started), (b assigned→b), b stage_done"),
    ],
)
def test_each_activity_becomes_the_event_that_tells_it_truly(steps: list[str], events: str) -> None:
    assert told(*steps) == events


def test_a_stage_began_when_the_activity_before_it_ended() -> None:
    plan = plan_of(case_of([("anna", "noted"), ("anna", "noted"), ("boris", "stage:draft")]))
    started, done = plan.events[-2:]
    assert (started.at, done.at) == (START, START + timedelta(hours=1))


def test_only_complete_activities_have_happened() -> None:
    steps = [("anna", "resolved"), ("anna", "stage:a"), ("anna", "stage:a"), ("anna", "taken"), ("anna", "resolved")]
    case = case_of(steps, ["schedule", "start", "complete", "suspend", "complete"])
    plan = plan_of(case)
    assert [event.do for event in plan.events] == ["noted", "stage_started", "stage_done", "waiting", "resolved"]
    assert [event.extra.get("columns") for event in plan.events] == [
        {LIFECYCLE: "schedule"},
        {LIFECYCLE: "start"},
        None,
        {LIFECYCLE: "suspend"},
        None,
    ]


def test_work_on_what_was_merged_since_is_a_note() -> None:
    first = plan_of(case_of([("anna", "taken")]))
    assert first.header is not None
    request = fold(first.header, first.events)
    request.merged_into, request.cancelled = "R-20260101-000000", START
    case = case_of([("anna", "taken"), ("anna", "resolved")])

    class Merged:
        id = first.id
        events = frozenset(event.id for event in first.events)

        def request(self) -> Request:
            return request

    plan = planned(case, rules_for(case), Merged(), ())
    assert plan is not None and [event.do for event in plan.events] == ["noted"]


words = st.sampled_from([name for name in MEANINGS if name != "stage"] + ["stage:a", "stage:b", "waiting:x"])
transitions = st.sampled_from(["complete", "complete", "complete", "", "start", "suspend", "resume", "In Progress"])
steps = st.lists(st.tuples(st.sampled_from(PEOPLE), words, transitions), min_size=1, max_size=25)


@given(steps)
def test_every_event_is_allowed_in_the_state_it_meets_and_every_activity_is_kept(
    rows: list[tuple[str, str, str]],
) -> None:
    case = case_of([(person, word) for person, word, _ in rows], [transition for *_, transition in rows])
    plan = plan_of(case)
    assert plan.header is not None
    request = Request(plan.header)
    for number, event in enumerate(plan.events, 1):
        assert event.n == number
        assert event.prev == (request.events[-1].id if request.events else "")
        assert not [*event.faults(), *event.problems(request)], (event, request.status)
        assert event.allowed_when == "any" or (event.allowed_when == "closed") == request.closed, event
        step(request, event)
        request.events.append(event)
    assert len({event.id for event in plan.events}) == len(plan.events)
    assert [event.extra["activity"] for event in plan.events if "activity" in event.extra] == [
        word for _, word, _ in rows
    ]
