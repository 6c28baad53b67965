"""Requests with anything that can happen to them, and a slow second opinion of where each lay, minute by minute.

It folds every prefix of a record anew, and looks back from each for the beginning of the hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hypothesis import strategies as st

from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    Event,
    HandedOff,
    Noted,
    OfferDrafted,
    OfferSubmitted,
    Released,
    Reminded,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.request import Request, fold
from tests.reports.desks import MONDAY, request, working_minutes

NOW = MONDAY + timedelta(days=14)
PEOPLE = ("anna", "boris", "vera")
DEPARTMENTS = {"anna": "sales", "boris": "logistics", "logistics": "logistics", "sales": "sales"}
DAY = 480

deeds = st.sampled_from(
    [
        Taken(),
        Taken(),
        Taken(department="logistics"),
        Assigned(to="boris"),
        Released(),
        HandedOff(to="vera"),
        HandedOff(to="anna"),
        HandedOff(to="logistics"),
        Accepted(),
        Accepted(),
        Returned(why="no"),
        Noted(text="x"),
        Waiting(for_="client"),
        Waiting(for_="supplier"),
        Resumed(),
        StageStarted(stage="draft", department="sales"),
        StageStarted(stage="check", department="logistics", to="boris"),
        StageDone(stage="draft"),
        StageDone(stage="check"),
        Returned(why="no", stage="check", to_stage="draft"),
        Worked(minutes=30),
        Reminded(clock="resolve", level="50%", to=["anna"]),
        OfferDrafted(revision="r1"),
        OfferDrafted(revision="r2"),
        OfferSubmitted(revision="r1"),
        Resolved(outcome="ok"),
        Resolved(outcome="ok"),
        Reopened(why="no"),
        Cancelled(why="no"),
    ]
)


@st.composite
def requests(draw: st.DrawFn, number: int = 0) -> Request:
    """A request with up to nine deeds; moments go back now and then, as other machines' clocks do."""
    steps = st.tuples(st.integers(-40, 1500), st.sampled_from(PEOPLE), deeds)
    opened = MONDAY + timedelta(minutes=draw(st.integers(0, 6000)))
    moment, happened = opened, []
    for minutes, by, event in draw(st.lists(steps, max_size=9)):
        moment += timedelta(minutes=minutes)
        happened.append((moment, by, event))
    return request(f"R-{number}", opened, happened, department=draw(st.sampled_from(["", "sales"])))


desks = st.integers(0, 4).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


class Minutes(NamedTuple):
    """A stretch of a lane between two events: which working minutes of it were of which kind."""

    stage: str
    department: str
    person: str
    kinds: tuple[tuple[int, str], ...]
    again: bool


class Wrote(NamedTuple):
    """Work that was written down, in minutes."""

    person: str
    at: datetime
    minutes: int


def moments(of: Request) -> list[datetime]:
    """The moment of the opening and of every event; none goes back."""
    found = [of.opened]
    for event in of.events:
        found.append(max(found[-1], event.at))
    return found


def wrote(of: Request) -> list[Wrote]:
    at = moments(of)
    return [
        Wrote(event.by, at[n], event.__dict__["minutes"])
        for n, event in enumerate(of.events, 1)
        if event.do == "worked"
    ]


def lying(of: Request, stage: str) -> tuple[Any, ...] | None:
    """With whom the lane of a stage lies in this state: department, person, hand-off."""
    item = of.items.get(stage)
    if of.closed or item is None:
        return None
    if item.handoff is None:
        return item.department, item.owner, ""
    department = DEPARTMENTS.get(item.handoff.to, "")
    return department or item.department, "" if department == item.handoff.to else item.handoff.to, item.handoff.event


def lived(of: Request) -> Iterator[Minutes]:
    """Every stretch between two events of every lane, with the kind of each working minute."""
    at = [*moments(of), NOW]
    states = [fold(of.header, of.events[:n]) for n in range(len(of.events) + 1)]
    for n, state in enumerate(states):
        for stage in state.items:
            with_whom = lying(state, stage)
            if with_whom is None:
                continue
            first = n
            while first and lying(states[first - 1], stage) == with_whom:
                first -= 1
            yield from _between(of, states, at, (first, n), stage, with_whom)


def _between(
    of: Request,
    states: Sequence[Request],
    at: Sequence[datetime],
    hold: tuple[int, int],
    stage: str,
    with_whom: tuple[Any, ...],
) -> Iterator[Minutes]:
    first, n = hold
    department, person, _ = with_whom
    spent = sum(
        kind == "touched"
        for k in range(first, n)
        for _, kind in _kinds(of, states, at, (first, k), stage, with_whom, 0)
    )
    kinds = _kinds(of, states, at, (first, n), stage, with_whom, min(spent, DAY))
    yield Minutes(stage, department, person, tuple(kinds), _again(states, at, first, stage, person))


def _again(states: Sequence[Request], at: Sequence[datetime], first: int, stage: str, person: str) -> bool:
    """Whether the person held the lane before, or the stage was started more than once."""
    started = sum(event.do == "stage_started" and event.__dict__["stage"] == stage for event in _events(states, first))
    held = any((lying(states[k], stage) or ("", "", ""))[1] == person and at[k] < at[k + 1] for k in range(first))
    return bool(person) and (started > 1 or held)


def _events(states: Sequence[Request], n: int) -> list[Event]:
    return states[n].events


def _kinds(
    of: Request,
    states: Sequence[Request],
    at: Sequence[datetime],
    hold: tuple[int, int],
    stage: str,
    with_whom: tuple[Any, ...],
    spent: int,
) -> list[tuple[int, str]]:
    first, n = hold
    _, person, handoff = with_whom
    wait = states[n].waiting
    deeds_since = of.events[max(first - 1, 0) : n]
    touching = (
        not handoff
        and person not in of.worked
        and any(event.by == person and not event.automatic for event in deeds_since)
    )
    found = []
    for minute in working_minutes(at[n], at[n + 1]):
        kind = "waiting"
        if wait is not None:
            kind = "client" if wait.for_ == "client" else "waiting"
        elif touching and spent < DAY:
            kind, spent = "touched", spent + 1
        found.append((minute, kind))
    return found


def seconds(minutes: Sequence[Minutes], kind: str, choose: Callable[[Minutes], bool] = lambda one: True) -> int:
    return 60 * sum(found == kind for one in minutes if choose(one) for _, found in one.kinds)
