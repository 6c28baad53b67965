"""A request as people read it, and as the stable JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from svcctl.model.ids import short
from svcctl.model.instants import iso, iso_or_none
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.visible import visible
from svcctl.render.weekdays import WEEKDAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.request import Handoff, Promise, Request, WorkItem
    from svcctl.rules.clocks import Clock
    from svcctl.rules.sketch import Held, Passing, Sketch


def request_json(request: Request, clocks: Sequence[Clock], now: datetime) -> dict[str, object]:
    """The JSON object that every changing command, ``show`` and ``list`` print for a request."""
    from svcctl.rules.clocks import deadline, is_overdue, next_clock

    following = next_clock(clocks)
    return {
        "id": request.id,
        "title": request.title,
        "type": request.type,
        "regulation": request.regulation or None,
        "client": request.client or None,
        "channel": request.channel or None,
        "priority": request.priority,
        "department": request.department or None,
        "owner": request.owner or None,
        "controller": request.controller or None,
        "status": request.status,
        "stage": request.stage or None,
        "stages": [_item_json(item) for item in request.items.values() if item.stage],
        "fields": dict(request.fields),
        "opened": iso(request.opened),
        "opened_by": request.header.by,
        "due": iso_or_none(deadline(clocks)),
        "next": {"clock": following.run.key, "due": iso_or_none(following.due)} if following else None,
        "overdue": is_overdue(clocks),
        "handoff": handoff_json(request.handoff, clocks),
        "waiting": _waiting_json(request),
        "clocks": [clock.as_json() for clock in clocks],
        "promises": [promise_json(promise) for promise in request.promises],
        "links": [{"kind": kind, "id": other} for kind, other in request.links],
        "outcome": request.outcome or None,
        "closed": iso_or_none(request.closed_at),
        "score": request.score,
        "worked_s": sum(request.worked.values()) * 60,
        "text": request.text or None,
    }


def _item_json(item: WorkItem) -> dict[str, object]:
    return {
        "name": item.stage,
        "department": item.department or None,
        "role": item.role or None,
        "owner": item.owner or None,
        "started": iso(item.started),
        "handoff": handoff_json(item.handoff, ()),
    }


def _waiting_json(request: Request) -> dict[str, object] | None:
    wait = request.waiting
    if wait is None:
        return None
    return {"for": wait.for_, "since": iso(wait.start), "why": wait.why, "until": iso_or_none(wait.until)}


def handoff_json(handoff: Handoff | None, clocks: Sequence[Clock]) -> dict[str, object] | None:
    """An open hand-off: ``from``, ``to``, ``at``, ``note``, ``due`` (when it must be accepted)."""
    if handoff is None:
        return None
    due = next((clock.due for clock in clocks if clock.run.name == "accept" and clock.run.of == handoff.event), None)
    return {
        "from": handoff.from_,
        "to": handoff.to,
        "at": iso(handoff.at),
        "note": handoff.note,
        "due": iso_or_none(due),
    }


def promise_json(promise: Promise) -> dict[str, object]:
    """A promise with its fate."""
    status = "open" if promise.open else "kept" if promise.kept else "broken"
    return {
        "id": promise.event,
        "text": promise.text,
        "due": iso(promise.due),
        "by": promise.by,
        "made": iso(promise.made),
        "status": status,
        "settled": iso_or_none(promise.kept or promise.broken),
        "why": promise.why or None,
    }


def event_json(event: Event, redacted: bool = False) -> dict[str, object]:
    """An event as it stands in the record; a redacted one without its words."""
    return (event.without_words() if redacted else event).as_dict()


# For people


def at_text(instant: datetime, now: datetime) -> Message:
    """A moment as short as it can be understood: the time today, the weekday and date else."""
    local = instant.astimezone(now.tzinfo)
    return on_day(local.date(), now.date(), f"{local.hour:02}:{local.minute:02}")


def on_day(day: date, today: date, time: str) -> Message:
    """A time on a day as short as it can be understood."""
    if day == today:
        return Message("{time}", time=time)
    if day.year == today.year:
        weekday = WEEKDAYS[day.weekday()]
        return Message("{weekday} {date}", weekday=weekday, date=f"{day.day:02}.{day.month:02} {time}")
    return Message("{time}", time=f"{day} {time}")


_CLOCK_NAMES = {
    "pickup": Message("pick-up"),
    "accept": Message("acceptance"),
    "update": Message("answer to the client"),
    "resolve": Message("resolution"),
    "promise": Message("promise"),
}


def clock_name(clock: Clock) -> Message:
    """A clock's name for people."""
    return key_name(clock.run.key)


def key_name(key: str) -> Message:
    """The name for people of a clock's key, for example ``stage:draft``."""
    name, _, of = key.partition(":")
    if name == "stage":
        return Message("stage {stage}", stage=of.partition("#")[0])
    return _CLOCK_NAMES.get(name) or Message("{name}", name=name)


def why_now(one: Sketch, now: datetime) -> Message:
    """Why a request stands where it does in a queue: the clock that runs out first, and how long it may run.

    The order is the same for every department, whatever each finds urgent.
    """
    following = one.following
    if following is None:
        return Message("no deadline runs; opened {at}", at=at_text(one.opened_at, now))
    pattern = Message("{clock} was due {at}") if following.late else Message("{clock} is due {at}")
    said = Message(pattern.source, clock=key_name(following.clock), at=at_text(following.due, now))
    if not following.within:
        return said
    if one.priority == "normal":
        return Message("{said}, {time} after it began", said=said, time=following.within)
    return Message(
        "{said}, {time} after it began ({priority})", said=said, time=following.within, priority=one.priority
    )


def holder(request: Request | Sketch) -> Message:
    """Who has the request now."""
    if request.closed:
        return Message("{status}", status=request.status)
    items: Collection[WorkItem | Held] = request.items.values()
    parts = [_item_holder(item.owner, item.department, item.handoff, item.stage) for item in items]
    text = Message.joined(parts)
    whom = request.waits_for
    if whom is not None:
        return Message("{who}, waiting for {whom}", who=text, whom=whom)
    return text


def _item_holder(owner: str, department: str, handoff: Handoff | Passing | None, stage: str) -> Message:
    if handoff is not None:
        who = Message("{to} to accept", to=handoff.to)
    elif owner:
        who = Message("with {owner}", owner=owner)
    elif department:
        who = Message("nobody yet ({department})", department=department)
    else:
        who = Message("nobody yet")
    return Message("{stage}: {who}", stage=stage, who=who) if stage else who


_DEEDS = {
    "taken": Message("taken by {by}"),
    "assigned": Message("assigned to {to}"),
    "released": Message("released by {by}"),
    "handed_off": Message("handed off to {to}"),
    "accepted": Message("accepted by {by}"),
    "returned": Message("returned by {by}"),
    "recalled": Message("recalled by {by}"),
    "noted": Message("note kept"),
    "message_in": Message("message from the client kept"),
    "message_out": Message("message to the client kept"),
    "promised": Message("promised"),
    "promise_kept": Message("promise kept"),
    "promise_broken": Message("promise broken"),
    "waiting": Message("waiting for {for_}"),
    "resumed": Message("resumed"),
    "stage_started": Message("{stage} started"),
    "stage_done": Message("{stage} done"),
    "decided": Message("decided: {outcome}"),
    "set": Message("changed"),
    "worked": Message("{minutes} min written down"),
    "resolved": Message("resolved"),
    "reopened": Message("reopened"),
    "cancelled": Message("cancelled"),
    "linked": Message("linked with {to}"),
    "merged_into": Message("merged into {into}"),
    "rated": Message("rated {score}/10"),
    "escalated": Message("{clock} {level}: told {to}"),
    "reminded": Message("{clock} {level}: reminded {to}"),
    "offer_drafted": Message("offer {revision} drafted"),
    "offer_submitted": Message("offer {revision} submitted"),
    "offer_approved": Message("offer {revision} approved by {by}"),
    "offer_rejected": Message("offer {revision} rejected by {by}"),
    "offer_sent": Message("offer {revision} sent"),
    "offer_accepted": Message("offer {revision} accepted by the client"),
    "offer_declined": Message("offer {revision} declined by the client"),
}


_CLOSING = ("resolved", "cancelled", "merged_into")


def deed(event: Event) -> Message:
    """What an event says happened, in a few words."""
    pattern = _DEEDS.get(event.do)
    if pattern is None:
        return Message("{name}", name=event.do.replace("_", " "))
    values = {name: value for name, value in event.__dict__.items() if name != "clocks"}
    if isinstance(values.get("to"), list):
        values["to"] = ", ".join(values["to"])
    return Message(pattern.source, **values)


def change_line(
    request: Request, events: Sequence[Event], clocks: Sequence[Clock], now: datetime, catalog: Catalog = ENGLISH
) -> str:
    """One line for a change: what happened, who has it now, when it is due."""
    from svcctl.rules.clocks import next_clock

    what = ", ".join(deed(event).text(catalog) for event in events) or Message("opened").text(catalog)
    parts = [f"{short(request.id)} {what}"]
    if not request.closed or not any(event.do in _CLOSING for event in events):
        parts.append(holder(request).text(catalog))
    following = next_clock(clocks)
    if following is not None and following.due is not None and not request.closed:
        pattern = Message("{clock} was due {at}") if following.late else Message("{clock} due {at}")
        words = Message(pattern.source, clock=clock_name(following), at=at_text(following.due, now))
        parts.append(words.text(catalog))
    return visible("; ".join(parts))
