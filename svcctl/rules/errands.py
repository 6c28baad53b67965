"""Errands: whoever does one reports it done, the controller accepts the result, and closes it with that, or returns it.

A report is the outcome as the field ``report`` and a hand-off to the controller with the outcome as its note; there
is no event of its own for it.
"""

from __future__ import annotations

from svcctl.model.event import Event
from svcctl.model.events import Accepted, HandedOff, Resolved, Set
from svcctl.model.request import Request

ERRAND = "errand"
REPORT = "report"


def settling(request: Request, by: str, outcome: str, code: str = "") -> list[Event]:
    """What it means that a person says a request is settled.

    An errand that somebody else controls goes before the controller; anything else is resolved.

    Args:
        by: whoever says so.
        outcome: what came of it.
        code: a short word for statistics.
    """
    controller = request.controller
    if request.type != ERRAND or not controller or by == controller:
        return [Resolved(outcome=outcome, code=code)]
    handed = HandedOff(to=controller, note=outcome)
    before = request.fields.get(REPORT, "")
    if before == outcome:
        return [handed]
    return [Set(values={REPORT: outcome}, old={REPORT: before} if before else {}), handed]


def closing(request: Request, event: Event) -> list[Event]:
    """What follows when a report is accepted: the errand is resolved with the outcome that was reported.

    Args:
        request: the state after the event.
    """
    report = request.fields.get(REPORT, "")
    if not isinstance(event, Accepted) or request.type != ERRAND or not report:
        return []
    taken = next((one for one in reversed(request.handoffs) if one.outcome == "accepted"), None)
    if taken is None or taken.closed != event.at or taken.note != report:
        return []
    return [Resolved(outcome=report)]
