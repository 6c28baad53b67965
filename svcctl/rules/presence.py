"""Nobody who is away is handed work silently: it goes to who stands in, or the sender is told that nobody does."""

from __future__ import annotations

from datetime import date

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.team import Team
from svcctl.rules.process import stand_in


class Addressee(NamedTuple):
    """Who gets the work, and what is to be said where that is somebody else than was asked for."""

    to: str
    said: Message | None = None


def present(to: str, team: Team, day: date, anyway: bool = False) -> Addressee:
    """Who gets the work that is meant for a person or department on a day.

    Args:
        to: a handle, or the name of a department, which is never away; an unknown word is left to who checks it.
        anyway: whether somebody who is away is meant all the same.

    Raises:
        Refused: the person is away and nobody stands in (code ``away``).
    """
    person = team.people.get(to)
    absence = person.absence(day) if person else None
    if person is None or absence is None:
        return Addressee(to)
    until = Message("{person} is away until {last}", person=to, last=absence.last)
    if anyway:
        return Addressee(to, until)
    other = stand_in(to, team, day)
    if not other:
        raise Refused(
            Message("{until} and nobody stands in", until=until),
            Message(
                "hand it to the department: --to {department}; or add --anyway",
                department=person.department or "DEPARTMENT",
            ),
            code="away",
        )
    return Addressee(other, Message("{until}: {other} stands in", until=until, other=other))
