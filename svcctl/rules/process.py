"""What a regulation makes happen by itself: the next stage starts, and somebody is handed it, at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from svcctl.model.event import Event
from svcctl.model.events import Accepted, Returned, StageDone, StageStarted
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request
from svcctl.model.stages import Stage
from svcctl.model.team import Team
from svcctl.rules.errands import closing
from svcctl.rules.stages import after, first_stages


def opening(request: Request, regulation: Regulation, team: Team) -> list[Event]:
    """The stages a new request starts with; nobody is handed them yet, their departments pick them up."""
    return [
        _started(stage, _department(stage, request, team, request.department), "", "")
        for stage in first_stages(regulation, request.values())
    ]


def following(request: Request, event: Event, regulation: Regulation | None, team: Team) -> list[Event]:
    """What comes of an event that was applied to ``request`` already.

    A stage that the regulation does not have (the request came under another one meanwhile) leads nowhere.

    Raises:
        Refused: a condition of the next stage needs a value that is not known yet.
    """
    if isinstance(event, Accepted):
        return closing(request, event)
    if regulation is None:
        return []
    if isinstance(event, StageDone) and regulation.stage(event.stage):
        open_ = [name for name in request.items if name]
        stages = after(regulation, request.stages_done, open_, event.stage, request.values())
        return [_handed(stage, request, team, event) for stage in stages]
    if isinstance(event, Returned) and event.to_stage not in request.items:
        stage = regulation.stage(event.to_stage)
        return [_handed(stage, request, team, event)] if stage else []
    return []


def joined(request: Request, regulation: Regulation | None, team: Team) -> list[Event]:
    """The stages that should run and that nobody has started.

    Where stages side by side were finished in different clones, neither saw the last of them being finished.

    Raises:
        Refused: a condition of the next stage needs a value that is not known yet.
    """
    if request.closed or any(request.items):
        return []
    ends = [event for event in request.events if isinstance(event, StageDone | Returned) and _counts(event, request)]
    return following(request, ends[-1], regulation, team) if ends and isinstance(ends[-1], StageDone) else []


def _counts(event: Event, request: Request) -> bool:
    return event.id not in request.overtaken and (event.do != "returned" or event.__dict__.get("to_stage", "") != "")


def _handed(stage: Stage, request: Request, team: Team, event: Event) -> Event:
    department = _department(stage, request, team, _last_department(request))
    to = addressee(stage, department, request, team, event.by, event.at.date())
    return _started(stage, department, to, event.by)


def _started(stage: Stage, department: str, to: str, by: str) -> Event:
    return StageStarted(stage=stage.name, department=department, role=stage.role, to=to)


def _last_department(request: Request) -> str:
    for run in reversed(request.stage_runs):
        if run.done is not None:
            return run.department
    return request.department


def _department(stage: Stage, request: Request, team: Team, usual: str) -> str:
    if stage.department:
        return stage.department
    holder = team.with_role(stage.role, usual) if stage.role else ""
    return team.department_of(holder) or usual


def addressee(stage: Stage, department: str, request: Request, team: Team, by: str, day: date) -> str:
    """Who is handed a stage: the holder of its role, whoever did it or worked there before, else the department.

    Whoever has just finished a stage keeps the next one of the own department; nobody hands over to themselves.

    Somebody who is away is passed over for the substitute, and without one for the department.
    """
    own = [by] if team.department_of(by) == department else []
    candidates = (
        [team.with_role(stage.role, department)] if stage.role else [*_earlier(stage, department, request), *own]
    )
    for handle in candidates:
        present = stand_in(handle, team, day)
        if present:
            return present
    return department


def _earlier(stage: Stage, department: str, request: Request) -> Iterator[str]:
    runs = [run for run in reversed(request.stage_runs) if run.by and run.outcome == "done"]
    yield from (run.by for run in runs if run.stage == stage.name)
    yield from (run.by for run in runs if run.department == department)


def stand_in(handle: str, team: Team, day: date) -> str:
    """The person, or the substitute while away; empty where nobody of them is there."""
    seen: set[str] = set()
    while handle and handle not in seen:
        seen.add(handle)
        person = team.people.get(handle)
        if person is None or person.left:
            return ""
        absence = person.absence(day)
        if absence is None:
            return handle
        handle = absence.substitute
    return ""
