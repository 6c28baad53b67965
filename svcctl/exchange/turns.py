"""How an activity of a log happens to a request: the events that tell it truly and fit the request's state.

Each function yields events one by one; the caller applies each before it asks for the next, so a function always sees
the state its own events have made. The last event stands for the activity; those before it are implied by it: a
wait that ended, a settled matter that was opened again, a hand-off that was accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from svcctl.exchange.mapping import Meaning
from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    HandedOff,
    MessageIn,
    MessageOut,
    Noted,
    Recalled,
    Released,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request
from svcctl.reports.activities import IMPLIED_BY


class Turn(NamedTuple):
    """An activity that is about to happen to a request.

    ``activity`` is its name, ``next`` the person who acts next, ``other`` the next person who is not ``by``;
    ``department`` takes a hand-off to nobody known; ``since`` is when the activity before it ended.
    """

    request: Request
    meaning: Meaning
    activity: str
    by: str
    at: datetime
    since: datetime
    next: str
    other: str
    department: str


def implied(event: Event, at: datetime | None = None) -> Event:
    """The event, marked as implied by the activity; ``at`` where it happened earlier."""
    event.__dict__["extra"] = {IMPLIED_BY: ""}
    if at is not None:
        event.__dict__["at"] = at
    return event


def events_of(turn: Turn) -> Iterator[Event]:
    """The events of a turn, unstamped; the state they are applied to must be ``turn.request``."""
    if turn.request.status == "merged":
        yield Noted(text=turn.activity)
        return
    yield from _EVENTS[turn.meaning.do](turn)


# What comes before


def _back_to_work(turn: Turn) -> Iterator[Event]:
    """Opens again what was closed, ends a wait, settles a hand-off: somebody works on it."""
    if turn.request.closed:
        yield implied(Reopened(why=turn.activity))
    yield from _on_with_it(turn)
    yield from _settled(turn)


def _on_with_it(turn: Turn) -> Iterator[Event]:
    if turn.request.waiting is not None:
        yield implied(Resumed())


def _settled(turn: Turn) -> Iterator[Event]:
    handoff = turn.request.main_item.handoff
    if handoff is not None:
        yield implied(Recalled() if handoff.from_ == turn.by else Accepted())


# Notes


def _note(turn: Turn) -> Iterator[Event]:
    yield Noted(text=turn.activity)


def _activity(turn: Turn) -> Iterator[Event]:
    if turn.request.waiting is not None:
        yield Resumed(why=turn.activity)
    else:
        yield from _note(turn)


def _work(turn: Turn) -> Iterator[Event]:
    if turn.request.closed:
        yield implied(Reopened(why=turn.activity))
    yield from _settled(turn)
    yield from _activity(turn)


def _message_in(turn: Turn) -> Iterator[Event]:
    yield from _on_with_it(turn)
    yield MessageIn(text=turn.activity)


def _message_out(turn: Turn) -> Iterator[Event]:
    yield MessageOut(text=turn.activity)


# Who has it


def _take(turn: Turn) -> Iterator[Event]:
    request = turn.request
    if request.closed:
        yield implied(Reopened(why=turn.activity))
    item = request.main_item
    if item.handoff is None and item.owner == turn.by:
        yield from _activity(turn)
        return
    yield from _on_with_it(turn)
    if item.handoff is not None:
        yield Recalled() if item.handoff.from_ == turn.by else Accepted()
    elif item.owner:
        # Somebody took over what another had: nobody says that it was handed over, only who has it now.
        yield Assigned(to=turn.by)
    else:
        yield Taken()


def _assign(turn: Turn) -> Iterator[Event]:
    to = turn.next or turn.by
    yield from _back_to_work(turn)
    owner = turn.request.main_item.owner
    if owner == to:
        yield from _note(turn)
    elif to == turn.by and not owner:
        yield Taken()
    else:
        yield Assigned(to=to)


def _release(turn: Turn) -> Iterator[Event]:
    item = turn.request.main_item
    if turn.request.closed or item.handoff is not None or item.owner != turn.by:
        yield from _activity(turn)
        return
    yield from _on_with_it(turn)
    yield Released()


def _hand_off(turn: Turn) -> Iterator[Event]:
    to = turn.other or turn.department
    yield from _back_to_work(turn)
    if turn.request.main_item.owner == to:
        yield from _note(turn)
    else:
        yield HandedOff(to=to)


def _return(turn: Turn) -> Iterator[Event]:
    item = turn.request.main_item
    if turn.request.closed:
        yield from _note(turn)
    elif item.handoff is not None and item.handoff.from_ != turn.by:
        yield from _on_with_it(turn)
        yield Returned(why=turn.activity)
    elif item.handoff is None and item.owner == turn.by and item.previous_owner not in ("", turn.by):
        yield from _on_with_it(turn)
        yield Assigned(to=item.previous_owner, note=turn.activity)
    else:
        yield from _activity(turn)


# Waits and stages


def _wait(turn: Turn) -> Iterator[Event]:
    if turn.request.waiting is not None:
        yield from _note(turn)
        return
    if turn.request.closed:
        yield implied(Reopened(why=turn.activity))
    yield from _settled(turn)
    yield Waiting(for_=turn.meaning.of)


def _stage(turn: Turn) -> Iterator[Event]:
    """A log names what was finished: the stage began when the activity before it ended."""
    stage = turn.meaning.of
    yield from _back_to_work(turn)
    if stage not in turn.request.items:
        yield implied(StageStarted(stage=stage), turn.since)
    item = turn.request.items[stage]
    if item.owner not in ("", turn.by):
        yield implied(Assigned(to=turn.by, stage=stage))
    yield StageDone(stage=stage)


def _stage_start(turn: Turn) -> Iterator[Event]:
    yield from _back_to_work(turn)
    if turn.meaning.of in turn.request.items:
        yield from _note(turn)
    else:
        yield StageStarted(stage=turn.meaning.of, to=turn.by)


# The end


def _resolve(turn: Turn) -> Iterator[Event]:
    request = turn.request
    if request.status == "cancelled":
        yield from _note(turn)
        return
    if request.status == "resolved":
        if request.resolutions[-1][1] == turn.by:
            # The same person said so twice; somebody else who says so later has worked on it in between.
            yield from _note(turn)
            return
        yield implied(Reopened(why=turn.activity))
    yield from _settled(turn)
    yield Resolved(outcome=turn.activity)


def _close(turn: Turn) -> Iterator[Event]:
    if turn.request.closed:
        yield from _note(turn)
    else:
        yield from _resolve(turn)


def _cancel(turn: Turn) -> Iterator[Event]:
    if turn.request.closed:
        yield from _note(turn)
    else:
        yield Cancelled(why=turn.activity)


def _reopen(turn: Turn) -> Iterator[Event]:
    if turn.request.closed:
        yield Reopened(why=turn.activity)
    else:
        yield from _activity(turn)


_EVENTS: dict[str, Callable[[Turn], Iterator[Event]]] = {
    "opened": _note,
    "taken": _take,
    "assigned": _assign,
    "released": _release,
    "handed_off": _hand_off,
    "returned": _return,
    "waiting": _wait,
    "resumed": _activity,
    "stage": _stage,
    "stage_start": _stage_start,
    "resolved": _resolve,
    "closed": _close,
    "cancelled": _cancel,
    "reopened": _reopen,
    "message_in": _message_in,
    "message_out": _message_out,
    "work": _work,
    "activity": _activity,
    "noted": _note,
}
