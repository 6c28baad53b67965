"""How a regulation's stages follow an offer: what submitting, approving and rejecting it finishes or sends back."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.event import Event
from svcctl.model.events import Accepted, Returned, StageDone
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.request import Request
from svcctl.model.schema import did_you_mean
from svcctl.rules.approvals import Need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation
    from svcctl.model.team import Team


def after_submission(request: Request, regulation: Regulation | None, person: str) -> list[Event]:
    """Finishes the stage that the offer was written in, where the submitter has it and an approval comes next."""
    for stage in regulation.stages if regulation else ():
        item = request.items.get(stage.returns_to) if stage.returns_to else None
        written = regulation.stage(stage.returns_to) if regulation and item else None
        if item is None or written is None or item.owner != person or item.handoff is not None:
            continue
        if all(request.values().get(name) for name in written.needs):
            return [StageDone(stage=written.name)]
    return []


def after_approval(request: Request, approved: Sequence[Need], person: str, team: Team) -> list[Event]:
    """Finishes the stages that the approvals were, where the approver has them or was handed them."""
    events: list[Event] = []
    for need in approved:
        if _in_hand(request, need.subject, person, team):
            handed = request.items[need.subject].handoff is not None
            events += [Accepted(stage=need.subject)] if handed else []
            events.append(StageDone(stage=need.subject))
    return events


def after_rejection(
    request: Request, regulation: Regulation | None, need: Need, person: str, team: Team, why: str, reason: str
) -> list[Event]:
    """Sends the stage that the approval is back to where the regulation says, where the approver has it."""
    stage = regulation.stage(need.subject) if regulation else None
    if stage is None or not stage.returns_to or not _in_hand(request, stage.name, person, team):
        return []
    return [Returned(why=why, reason=reason, stage=stage.name, to_stage=stage.returns_to)]


def _in_hand(request: Request, stage: str, person: str, team: Team) -> bool:
    item = request.items.get(stage)
    if item is None:
        return False
    return item.owner == person if item.handoff is None else team.is_addressed(person, item.handoff.to)


def refuse_reason(regulation: Regulation | None, need: Need, reason: str) -> None:
    """Refuses a reason that the approval's stage does not list.

    Raises:
        Refused: names those it lists.
    """
    stage = regulation.stage(need.subject) if regulation else None
    if reason and stage and stage.reasons and reason not in stage.reasons:
        raise Refused(
            Message("the regulation has no reason “{reason}” for {stage}", reason=reason, stage=stage.name),
            did_you_mean(reason, stage.reasons),
            code="reason",
        )
