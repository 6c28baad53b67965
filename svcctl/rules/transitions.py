"""Who may do what to a request now, and what is allowed instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    HandedOff,
    Recalled,
    Released,
    Resolved,
    Returned,
    Set,
    StageDone,
    Taken,
)
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, Usage
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request, WorkItem
from svcctl.model.team import Person, Team


def choose_item(request: Request, person: str, team: Team, stage: str = "") -> WorkItem:
    """The work item that a person means: the named stage, the only one, their own, or their department's.

    Raises:
        Refused: the stage is not open, or several are and none of them is clearly meant.
    """
    items = list(request.items.values())
    if stage:
        if stage in request.items:
            return request.items[stage]
        raise Refused(
            Message("{id}: the stage “{stage}” is not open", id=short(request.id), stage=stage),
            Message("open now: {stages}", stages=request.stage or "-"),
            code="stage-not-open",
        )
    if len(items) == 1:
        return items[0]
    for wanted in (_owned_by, _handed_to, _in_department_of):
        chosen = [item for item in items if wanted(item, person, team)]
        if len(chosen) == 1:
            return chosen[0]
    raise Refused(
        Message("{id}: several stages are open: {stages}", id=short(request.id), stages=", ".join(request.items)),
        Message("say which: --stage {stage}", stage=next(iter(request.items))),
        code="which-stage",
    )


def _owned_by(item: WorkItem, person: str, team: Team) -> bool:
    return item.owner == person and item.handoff is None


def _handed_to(item: WorkItem, person: str, team: Team) -> bool:
    return item.handoff is not None and team.is_addressed(person, item.handoff.to)


def _in_department_of(item: WorkItem, person: str, team: Team) -> bool:
    return item.department != "" and item.department == team.department_of(person)


def check(event: Event, request: Request, regulation: Regulation | None, team: Team) -> None:
    """Refuses an event that may not happen to the request now.

    Raises:
        Usage: its own values cannot be, whatever the request.
        Refused: why not, and what is allowed now; or a value is beyond what the person decides alone.
    """
    for fault in (*event.faults(), *_empty(event)):
        raise Usage(Message("{id}: {why}", id=short(request.id), why=fault), code="event-value")
    reasons = list(_wrong_state(event, request))
    if not reasons:
        reasons = [*event.problems(request), *_not_theirs(event, request, team)]
    if not reasons:
        reasons = [*_not_ready(event, request, regulation), *_unknown_addressee(event, team)]
    if reasons:
        raise Refused(
            Message("{id}: {why}", id=short(request.id), why=reasons[0]),
            allowed_now(request, event.by, team, event.at.date(), regulation),
            code=f"not-{event.do.replace('_', '-')}",
        )
    if regulation is not None and regulation.authority and isinstance(event, Set | StageDone):
        from svcctl.rules.permissions import refuse_beyond

        given = event.values if isinstance(event, Set) else event.fields
        # What stands there already was written by somebody who may.
        values = {name: value for name, value in given.items() if request.fields.get(name) != value}
        refuse_beyond(regulation, values, team.people.get(event.by), team, short(request.id))


def _empty(event: Event) -> Iterator[Message]:
    """A field that an event cannot do without says something."""
    for name in event.names:
        if name in event.required and isinstance(event.__dict__.get(name), str) and not event.__dict__[name].strip():
            yield Message("“{field}” of {do} is empty", field=name.rstrip("_"), do=event.do)


def _wrong_state(event: Event, request: Request) -> Iterator[Message]:
    if event.allowed_when == "open" and request.closed:
        at = request.closed_at
        yield Message("it is {status} since {at}", status=request.status, at=f"{at:%Y-%m-%d %H:%M}" if at else "-")
    elif event.allowed_when == "closed" and not request.closed:
        yield Message("it is not closed: {status}", status=request.status)


def _not_theirs(event: Event, request: Request, team: Team) -> Iterator[Message]:
    if isinstance(event, Accepted | Returned):
        item = request.item(event.stage)
        to = item.handoff.to if item.handoff else item.owner
        if to and not _is_theirs(to, event.by, team, event.at.date()):
            yield Message("it was handed to {to}, not to {person}", to=to, person=event.by)
    elif isinstance(event, Released | HandedOff | StageDone):
        item = request.item(event.stage)
        if isinstance(event, HandedOff) and event.to == event.by:
            yield Message("that is you: nobody hands anything over to themselves")
        if item.owner and item.owner != event.by and not _is_head_of(event.by, item, team):
            yield Message("already taken by {owner}", owner=item.owner)


def _is_theirs(to: str, handle: str, team: Team, day: date) -> bool:
    """Whether what is with ``to`` is a person's: their own, their department's, or of whom they stand in for."""
    if team.is_addressed(handle, to):
        return True
    person = team.people.get(to)
    absence = person.absence(day) if person else None
    return absence is not None and absence.substitute == handle


def _is_head_of(handle: str, item: WorkItem, team: Team) -> bool:
    department = team.departments.get(item.department)
    return department is not None and department.head == handle


def _unknown_addressee(event: Event, team: Team) -> Iterator[Message]:
    if isinstance(event, HandedOff):
        found = team.addressee(event.to)
        if isinstance(found, Person) and found.left:
            yield Message("{person} has left", person=found.handle)
    elif isinstance(event, Assigned) and team.person(event.to).left:
        yield Message("{person} has left", person=event.to)


def _not_ready(event: Event, request: Request, regulation: Regulation | None) -> Iterator[Message]:
    if regulation is None:
        return
    if isinstance(event, StageDone) and not event.skipped:
        stage = regulation.stage(event.stage)
        known = {**request.values(), **event.fields}
        missing = [name for name in stage.needs if not known.get(name)] if stage else []
        if missing:
            fields = " ".join(f"--field {name}=…" for name in missing)
            yield Message(
                "the stage “{stage}” is done when these are known: {names} ({fields})",
                stage=event.stage,
                names=", ".join(missing),
                fields=fields,
            )
    elif isinstance(event, Resolved):
        left = [name for name in request.items if name]
        if left:
            yield Message("stages are open still: {stages}", stages=", ".join(left))
    elif isinstance(event, Returned):
        stage = regulation.stage(event.stage) if event.to_stage else None
        allowed = stage.reasons if stage else regulation.reasons.get("return", ())
        if allowed and event.reason and event.reason not in allowed:
            yield Message(
                "the regulation has no reason “{reason}”: {allowed}", reason=event.reason, allowed=", ".join(allowed)
            )


def allowed_now(request: Request, person: str, team: Team, day: date, regulation: Regulation | None = None) -> Message:
    """The verbs that make sense for a person now, as the hint of a refusal."""
    verbs = allowed_verbs(request, person, team, day, regulation)
    return Message("allowed now: {verbs}", verbs=", ".join(verbs))


def allowed_verbs(
    request: Request, person: str, team: Team, day: date, regulation: Regulation | None = None
) -> list[str]:
    """The command line's verbs that a request accepts from a person on a day."""
    status = request.status
    if status == "merged":
        return ["note", "link"]
    if status in ("resolved", "cancelled"):
        return ["reopen", "note", "message", "rate", "link"]
    verbs: list[str] = []
    for item in request.items.values():
        stage = regulation.stage(item.stage) if regulation else None
        found = _item_verbs(item, person, team, day, stage is not None and stage.returns_to != "")
        verbs.extend(verb for verb in found if verb not in verbs)
    verbs.append("resume" if status == "waiting" else "wait")
    return [*verbs, "note", "message", "promise", "set", "cancel"]


def _item_verbs(item: WorkItem, person: str, team: Team, day: date, goes_back: bool) -> list[str]:
    if item.handoff is not None:
        own = ["recall"] if item.handoff.from_ == person else []
        return ["accept", "return", *own] if _is_theirs(item.handoff.to, person, team, day) else own
    back = ["return"] if goes_back and (not item.owner or _is_theirs(item.owner, person, team, day)) else []
    if not item.owner:
        return ["take", "assign", "handoff", *back]
    if item.owner == person or _is_head_of(person, item, team):
        return [*(["done"] if item.stage else ["resolve"]), *back, "handoff", "release", "assign"]
    return ["assign", *back]


def filled_in(event: Event, request: Request, team: Team) -> Event:
    """The event with what only the team knows: the stage it concerns and the department it brings it to."""
    if not isinstance(event, Taken | Accepted | Assigned | Released | HandedOff | Recalled | Returned | StageDone):
        return event
    item = choose_item(request, event.by, team, event.stage)
    values = dict(event.__dict__)
    if item.stage:
        values["stage"] = item.stage
    if isinstance(event, Taken | Accepted):
        values["department"] = _joined(item, event.by, team)
    elif isinstance(event, Assigned):
        values["department"] = _joined(item, event.to, team)
    return type(event)(**values)


def _joined(item: WorkItem, person: str, team: Team) -> str:
    """The department to write down: only where it changes."""
    own = team.department_of(person)
    return own if own and own != item.department else ""
