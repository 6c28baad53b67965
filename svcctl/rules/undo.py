"""What takes a deed back: an event that compensates it. Nothing is ever removed from a record."""

from __future__ import annotations

from collections.abc import Callable

from svcctl.model.event import Event
from svcctl.model.events import (
    SETTABLE,
    Assigned,
    Cancelled,
    HandedOff,
    Recalled,
    Released,
    Reopened,
    Resolved,
    Resumed,
    Set,
    Taken,
    Waiting,
)
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.request import Request

UNDOES = "undoes"
"""The key of a compensating event that names the event it takes back."""


def last_own(request: Request, person: str) -> Event:
    """The last deed of a person that was not taken back yet.

    Raises:
        Refused: there is none.
    """
    undone = {event.extra.get(UNDOES) for event in request.events}
    for event in reversed(request.events):
        if event.by == person and not event.automatic and UNDOES not in event.extra and event.id not in undone:
            return event
    raise Refused(
        Message("{id}: {person} has done nothing here that could be undone", id=short(request.id), person=person),
        Message("svcctl show {id} tells who did what", id=short(request.id)),
        code="nothing-to-undo",
    )


def named(request: Request, person: str, event_id: str) -> Event:
    """The event of an id, if it is the person's own.

    Raises:
        Refused: there is none, it is somebody else's, or it was taken back or overtaken already.
    """
    event = next((event for event in request.events if event.id == event_id), None)
    why = None
    if event is None:
        why = Message("there is no event {id} in this request", id=event_id)
    elif event.by != person:
        why = Message("only {by} can undo what {by} did", by=event.by)
    elif any(other.extra.get(UNDOES) == event_id for other in request.events):
        why = Message("the event {id} was undone already", id=event_id)
    elif event_id in request.overtaken and not request.overtaken[event_id].applied:
        why = Message("the event {id} does not count: it was superseded", id=event_id)
    if why is not None or event is None:
        hint = Message("svcctl show {id} --json has the events and their ids", id=short(request.id))
        raise Refused(Message("{id}: {why}", id=short(request.id), why=why), hint, code="not-undo")
    return event


def compensation(request: Request, event: Event) -> Event:
    """The event that takes another one back.

    Raises:
        Refused: that deed cannot be taken back; says what to type instead.
    """
    make = _COMPENSATIONS.get(event.do)
    made = make(request, event) if make else None
    if made is None:
        raise Refused(
            Message("{id}: “{do}” cannot be undone", id=short(request.id), do=event.do),
            Message(_INSTEAD.get(event.do, _SAY_SO).source, id=short(request.id)),
            code="not-undo",
        )
    made.__dict__["extra"] = {UNDOES: event.id}
    return made


def _why(event: Event) -> str:
    return f"undo of {event.do} {event.id}"


def _stage(event: Event) -> str:
    stage: str = event.__dict__.get("stage", "")
    return stage


def _released(request: Request, event: Event) -> Event | None:
    return Released(stage=_stage(event), note=_why(event))


def _taken(request: Request, event: Event) -> Event | None:
    return Taken(stage=_stage(event))


def _assigned_before(request: Request, event: Event) -> Event | None:
    item = request.item(_stage(event))
    if item.owner != event.__dict__["to"]:
        return None
    if item.previous_owner and item.previous_owner != item.owner:
        return Assigned(to=item.previous_owner, stage=_stage(event), note=_why(event))
    return Released(stage=_stage(event), note=_why(event))


def _recalled(request: Request, event: Event) -> Event | None:
    return Recalled(stage=_stage(event), why=_why(event))


def _handed_again(request: Request, event: Event) -> Event | None:
    found = [handoff for handoff in request.handoffs if handoff.closed == event.at and handoff.outcome == "recalled"]
    if not found:
        return None
    last = found[-1]
    return HandedOff(to=last.to, note=last.note, within=last.within, stage=last.stage)


def _resumed(request: Request, event: Event) -> Event | None:
    return Resumed(why=_why(event))


def _waiting_again(request: Request, event: Event) -> Event | None:
    if not request.waits:
        return None
    return Waiting(for_=request.waits[-1].for_, why=request.waits[-1].why)


def _set_back(request: Request, event: Event) -> Event | None:
    """Puts back the old values that nobody has changed since."""
    values, old = event.__dict__["values"], event.__dict__.get("old", {})
    back = {name: old.get(name, "") for name, value in values.items() if _value(request, name) == value}
    return Set(values=back, old={name: values[name] for name in back}) if back else None


def _value(request: Request, name: str) -> str:
    if name in SETTABLE or name == "department":
        return str(getattr(request, name))
    if name == "due":
        return request.due.isoformat() if request.due else ""
    return request.fields.get(name, "")


def _reopened(request: Request, event: Event) -> Event | None:
    return Reopened(why=_why(event))


def _closed_again(request: Request, event: Event) -> Event | None:
    before = [other for other in request.events if other.do in ("resolved", "cancelled") and other.n < event.n]
    if not before:
        return None
    if before[-1].do == "cancelled":
        return Cancelled(why=request.outcome)
    return Resolved(outcome=request.outcome)


_COMPENSATIONS: dict[str, Callable[[Request, Event], Event | None]] = {
    "taken": _released,
    "released": _taken,
    "assigned": _assigned_before,
    "handed_off": _recalled,
    "recalled": _handed_again,
    "waiting": _resumed,
    "resumed": _waiting_again,
    "set": _set_back,
    "resolved": _reopened,
    "cancelled": _reopened,
    "reopened": _closed_again,
}

_SAY_SO = Message("say so in a note: svcctl note {id} -m TEXT")
_INSTEAD = {
    "accepted": Message("give it back: svcctl handoff {id} --to WHO -m WHY"),
    "returned": Message("take it over yourself: svcctl take {id}, or ask for it: svcctl note {id} -m TEXT"),
    "set": Message("somebody has changed it since: svcctl set {id} KEY=VALUE"),
    "assigned": Message("it is with somebody else by now: svcctl assign {id} --to WHO"),
    "stage_done": Message("let the next stage send it back: svcctl return {id} -m WHY"),
    "promised": Message("the client was told: svcctl broken {id} -m WHY, and a new svcctl promise"),
    "merged_into": Message("open a new request for it: svcctl new TITLE, and svcctl link"),
    "rated": Message("keep the right one: svcctl rate {id} SCORE"),
    "offer_sent": Message("the client has it: svcctl offer revise {id}"),
}
