"""Who answers for what: each stage and clock of a regulation with its department, its role and whom they mean."""

from __future__ import annotations

from collections.abc import Iterator

from svcctl.model.clockrules import ClockRule
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.regulation import Regulation
from svcctl.model.stages import Stage, groups
from svcctl.model.team import Team

STAGE, CLOCK = "stage", "clock"

_HOLDERS = {
    "accept": Message("whoever it is handed to"),
    "update": Message("whoever took it first"),
    "stage": Message("whoever has the stage"),
    "resolve": Message("whoever has it"),
    "promise": Message("whoever promised"),
}


class Duty(NamedTuple):
    """One thing that somebody answers for.

    ``kind`` is stage or clock. ``department`` and ``role`` are the regulation's words; ``person`` is the one person
    they mean now, as far as there is one; ``holder`` says who, where it depends on the request.
    """

    kind: str
    name: str
    title: str
    department: str
    role: str
    person: str
    within: str
    holder: Message | None = None


def duties(regulation: Regulation, team: Team) -> list[Duty]:
    """The stages in their order, then the clocks."""
    return [*_stages(regulation, team), *_clocks(regulation, team)]


def _stages(regulation: Regulation, team: Team) -> Iterator[Duty]:
    before = ""
    for group in groups(regulation.stages):
        for stage in group:
            department = stage.department or before
            usual = regulation.within("stage", stage=stage.name)
            person = _person(stage, department, team)
            within = str(usual or "")
            yield Duty(STAGE, stage.name, stage.title, stage.department, stage.role, person, within)
        before = group[-1].department or before


def _person(stage: Stage, department: str, team: Team) -> str:
    """The holder of the stage's role, else the head of its department, else its only member."""
    if stage.role:
        return team.with_role(stage.role, department)
    known = team.departments.get(department)
    if known is not None and known.head:
        return known.head
    members = team.members(department)
    return members[0].handle if len(members) == 1 else ""


def _clocks(regulation: Regulation, team: Team) -> Iterator[Duty]:
    for name, rule in regulation.clocks.items():
        if rule.within is not None or name == "promise":
            yield _clock(name, rule, regulation, team)


def _clock(name: str, rule: ClockRule, regulation: Regulation, team: Team) -> Duty:
    within = str(rule.within or "")
    first = regulation.stages[0] if regulation.stages else None
    if name == "pickup" and first is not None:
        person = _person(first, first.department, team)
        return Duty(CLOCK, name, "", first.department, first.role, person, within)
    holder = _HOLDERS.get(name, Message("whose it is when it comes in") if name == "pickup" else _HOLDERS["resolve"])
    return Duty(CLOCK, name, "", "", "", "", within, holder)
