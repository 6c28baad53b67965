"""Plays requests through a regulation as a desk does: fill in, check, apply, let the regulation follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from svcctl.model.event import Event
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold, step
from svcctl.model.team import Team, parse_team
from svcctl.rules.process import following, opening
from svcctl.rules.transitions import check, filled_in
from svcctl.store.reference import parsed_regulation
from svcctl.store.yaml import read
from tests import conftest

MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Moscow"))
SHIPPED = sorted((Path(__file__).parent.parent.parent / "regulations").glob("*.md"))
KNOWN = {"refund_share": "20%", "decision": "review"}
"""Fields that a shipped regulation's conditions ask for; any other field that a stage needs may be anything."""


def team_of(*more: str) -> Team:
    """The team of the tests' desks, with more lines of people."""
    mapping, problems = read(conftest.TEAM + "".join(f"  {line}\n" for line in more), "team.yaml")
    assert mapping is not None and not problems
    return parse_team(mapping)


TEAM = team_of()


def shipped(path: Path) -> Regulation:
    return parsed_regulation(path.read_text(encoding="utf-8"), path.name, strict=True)


def regulation(*stages: Mapping[str, object], **keys: object) -> Regulation:
    front = {"regulation": "r", "version": "1", "title": "R", "owner": "o", "applies": {"type": "x"}}
    return parse_regulation({**front, "stages": list(stages), **keys}, strict=True)


class Player:
    """One request; every event is a minute later than the one before."""

    def __init__(self, rules: Regulation | None, team: Team = TEAM, **header: object) -> None:
        self.rules, self.team = rules, team
        first = Header("R-20261123-k7qm4d", "T", "x", MONDAY, "ivanova", department="sales")
        self.request: Request = fold(first._replace(**header), ())  # type: ignore[arg-type]
        for event in opening(self.request, rules, team) if rules else []:
            self.do("ivanova", event)

    def stamped(self, person: str, event: Event) -> Event:
        """The event as the desk would judge it; raises Refused where no one work item is meant."""
        n, prev = self.request.next_stamp()
        at = MONDAY + timedelta(minutes=n)
        return filled_in(event.stamped(id=f"event{n:03}", n=n, prev=prev, at=at, by=person), self.request, self.team)

    def do(self, person: str, event: Event) -> list[Event]:
        """Records an event and what follows from it; raises Refused, with nothing changed, where it may not happen."""
        queue, recorded = [event], []
        while queue:
            made = self.stamped(person, queue.pop(0))
            check(made, self.request, self.rules, self.team)
            step(self.request, made)
            self.request.events.append(made)
            recorded.append(made)
            queue[:0] = following(self.request, made, self.rules, self.team)
        return recorded

    def worker(self, stage: str) -> str:
        """Somebody who may take over a stage: the person it was handed to, else one of the department."""
        item = self.request.items[stage]
        to = item.handoff.to if item.handoff else item.owner
        if to in self.team.people:
            return to
        return self.team.members(to or item.department)[0].handle

    @property
    def open(self) -> list[str]:
        return [name for name in self.request.items if name]
