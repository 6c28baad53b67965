"""What a recurring errand becomes at one of its moments: a request that every clone writes alike, to the byte.

Its id and its events' ids are drawn from the definition's name and the moment, and all instants are that moment. So
clones that open it apart from each other open one request, and none is opened twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from svcctl.model.event import Event
from svcctl.model.ids import derived_event_id, new_request_id
from svcctl.model.instants import iso
from svcctl.model.recurrence import Recurrence
from svcctl.model.regulation import Regulation
from svcctl.model.request import Header, fold, step
from svcctl.model.team import Team
from svcctl.rules import opening, process
from svcctl.rules.errands import ERRAND
from svcctl.rules.presence import present
from svcctl.rules.transitions import filled_in

LOOK_BACK_DAYS = 7
"""An occurrence that nobody opened for so long is not opened any more."""


def request_id(recurrence: Recurrence, at: datetime) -> str:
    """The id of an occurrence: always the same for the same definition and moment."""
    digest = sha256(f"{recurrence.name}\0{iso(at)}".encode()).digest()
    return new_request_id(at.date(), lambda length: digest[:length])


def occurrence(
    recurrence: Recurrence, at: datetime, due: datetime, regulations: Sequence[Regulation], team: Team
) -> tuple[Header, list[Event]]:
    """The request of one occurrence: its header and its first events.

    Args:
        at: the moment, in the desk's zone.
        due: by when it is to be done.
        regulations: those in force on that day.

    Raises:
        Refused: somebody is not in team.yaml any more, or away without a substitute.
    """
    to = present(recurrence.to, team, at.date()).to
    team.addressee(to)
    regulation = opening.governing({"type": ERRAND, "priority": recurrence.priority}, regulations)
    header = Header(
        request_id(recurrence, at),
        recurrence.title,
        ERRAND,
        at,
        recurrence.by,
        regulation.ref if regulation else "",
        priority=recurrence.priority,
        department=opening.opener_department(team, to, recurrence.by, opening.first_department(regulation)),
        controller=recurrence.controller,
        due=due,
        text=recurrence.text,
        fields={**recurrence.fields, "errand": recurrence.name},
    )
    return header, _first_events(header, to, regulation, team)


def _first_events(header: Header, to: str, regulation: Regulation | None, team: Team) -> list[Event]:
    request = fold(header, ())
    first = process.opening(request, regulation, team) if regulation else []
    recorded: list[Event] = []
    for event in (*first, *opening.first_events(header, to, team)):
        n, prev = request.next_stamp()
        own = derived_event_id(header.id, str(n))
        stamped = filled_in(event.stamped(id=own, n=n, prev=prev, at=header.opened, by=header.by), request, team)
        step(request, stamped)
        request.events.append(stamped)
        recorded.append(stamped)
    return recorded
