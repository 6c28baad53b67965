"""What a desk knows of a client, and what of it has to go when they ask to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable

from svcctl.model.event import Event
from svcctl.model.events import Redacted
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request

_CLIENTS_WORDS = frozenset({"message_in", "message_out", "attached"})


def concerns(request: Request, handle: str) -> bool:
    """Whether the request is, or ever was, a client's."""
    if handle in (request.client, request.header.client):
        return True
    return any(change.name == "client" and handle in (change.old, change.new) for change in request.changes)


class Erasure(NamedTuple):
    """What is taken out of one request: the events whose words are hidden, and the files that are deleted."""

    request: str
    events: list[Event]
    files: list[str]


def erasures(requests: Iterable[Request], why: str) -> list[Erasure]:
    """What the requests of a client have that is theirs: messages, and everything that lies in a file.

    Files that no longer stand in the desk are named too; whoever deletes them looks.
    """
    found = []
    for request in requests:
        rows = [event for event in request.events if _is_theirs(event) and event.id not in request.redacted]
        files = [file for event in request.events if (file := event.__dict__.get("file", ""))]
        if rows or files:
            found.append(Erasure(request.id, [Redacted(event=event.id, why=why) for event in rows], files))
    return found


def _is_theirs(event: Event) -> bool:
    return event.do in _CLIENTS_WORDS or bool(event.__dict__.get("file"))
