"""Deeds that do not count because another clone's did: for people, and as JSON."""

from __future__ import annotations

from svcctl.model.event import Event
from svcctl.model.ids import short
from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.model.request import Request
from svcctl.render.request import deed


def winner(request: Request, event: Event) -> Event:
    """The event that counts in the place of an overtaken one."""
    by = request.overtaken[event.id].by
    return next(other for other in request.events if other.id == by)


def concerned(request: Request, event: Event) -> list[str]:
    """Who should know: whose deed it was, and whose counts."""
    return list(dict.fromkeys(handle for handle in (event.by, winner(request, event).by) if handle))


def conflict_line(request: Request, event: Event) -> Message:
    """A conflict as one line, with what to type next."""
    return Message(
        "{id}: {by}'s “{deed}” was superseded by {other}'s “{winner}”; {people} should know "
        "(svcctl conflicts ack {id} {event})",
        id=short(request.id),
        by=event.by,
        deed=deed(event),
        other=winner(request, event).by,
        winner=deed(winner(request, event)),
        people=", ".join(concerned(request, event)),
        event=event.id,
    )


def conflict_json(request: Request, event: Event) -> dict[str, object]:
    """A conflict as ``conflicts --json`` and ``sync --json`` print it."""
    return {
        "id": request.id,
        "title": request.title,
        "event": event.id,
        "do": event.do,
        "by": event.by,
        "at": iso(event.at),
        "superseded_by": winner(request, event).id,
        "winner": {"do": winner(request, event).do, "by": winner(request, event).by},
        "applied": request.overtaken[event.id].applied,
        "tell": concerned(request, event),
    }
