"""What happened to a request as the tools of process mining read it: a case of activities, each done by somebody.

An activity is a deed of a person. What the program did by itself (reminding, escalating) is none, nor is what another
clone's deed overtook. A request that was imported from an event log keeps the log's own words: each of its activities
once, under its own name; what the import concluded from them is left out, as is the opening, which the log has or has
not. Times do not go back: the order is that of the moments, at equal moments that of the record.
"""

from __future__ import annotations

from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event

ACTIVITY, COLUMNS, IMPLIED_BY = "activity", "columns", "implied_by"
"""What an imported event has beside its own fields: the log's name of it, its other columns; or what implied it."""

TRANSITION, COMPLETE = "lifecycle:transition", "complete"
OPENED = "opened"
_WITH_STAGE = frozenset(("stage_started", "stage_done"))


class Activity(NamedTuple):
    """One step of a case: its name, when, by whom, which transition of the life cycle, in which stage."""

    name: str
    at: datetime
    by: str
    transition: str = COMPLETE
    stage: str = ""


def activities(request: Request) -> list[Activity]:
    """The activities of a request, in the order of their moments; there is always one, unless a log had none."""
    events = [event for event in request.counted if not event.automatic and IMPLIED_BY not in event.extra]
    found = [_activity(event) for event in events]
    if not any(ACTIVITY in event.extra for event in events):
        found.insert(0, Activity(OPENED, request.opened, request.header.by))
    return sorted(found, key=lambda one: one.at)


def _activity(event: Event) -> Activity:
    own = event.extra.get(ACTIVITY)
    stage = str(event.__dict__.get("stage", ""))
    if isinstance(own, str):
        columns = event.extra.get(COLUMNS)
        transition = columns.get(TRANSITION, COMPLETE) if isinstance(columns, dict) else COMPLETE
        return Activity(own, event.at, event.by, str(transition), stage)
    name = f"{event.do}: {stage}" if stage and event.do in _WITH_STAGE else event.do
    return Activity(name, event.at, event.by, COMPLETE, stage)
