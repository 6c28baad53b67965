"""Requests and their events as JSON lines (https://github.com/ndjson/ndjson-spec), for databases such as DuckDB.

Each line is flat and says in ``record`` what it is: ``request`` with its state, or ``event`` with the request's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from svcctl.model.event import Event
from svcctl.model.instants import iso
from svcctl.model.request import Request
from svcctl.render.json import safe

REQUEST, EVENT = "request", "event"
_SHOWN = frozenset(("id", "n", "prev", "also", "at", "by", "do", "rec", "stage"))


def ndjson(requests: Iterable[Request]) -> Iterator[str]:
    """The lines of each request: its own, then those of its events in the order of the record."""
    for request in requests:
        rows = [request_row(request), *(event_row(request, event) for event in request.events)]
        yield "".join(safe(json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


def request_row(request: Request) -> dict[str, object]:
    """A request's line: its state; absent values are null, instants ISO 8601, times in seconds."""
    closed = request.closed_at
    return {
        "record": REQUEST,
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
        "opened": iso(request.opened),
        "opened_by": request.header.by,
        "picked_up": iso(request.picked_up) if request.picked_up else None,
        "first_answer": iso(request.first_answer) if request.first_answer else None,
        "closed": iso(closed) if closed else None,
        "score": request.score,
        "worked_s": sum(request.worked.values()) * 60,
        "fields": dict(request.fields),
    }


def event_row(request: Request, event: Event) -> dict[str, object]:
    """An event's line; ``counts`` is false where another clone's deed overtook it.

    What else the event says stands in ``values``; of a redacted event without its words.
    """
    own = (event.without_words() if event.id in request.redacted else event).as_dict()
    lost = request.overtaken.get(event.id)
    return {
        "record": EVENT,
        "id": event.id,
        "request": request.id,
        "n": event.n,
        "at": iso(event.at),
        "by": event.by,
        "do": event.do,
        "stage": own.get("stage") or None,
        "automatic": event.automatic,
        "counts": lost is None or lost.applied,
        "values": {name: value for name, value in own.items() if name not in _SHOWN},
    }
