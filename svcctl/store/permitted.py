"""Refuses at once what the desk's rules give to others: a head's, or a regulation's owner's.

The same rules judge it again at every push (``svcctl.store.verify``); here their words come before the deed. What is
done to requests has rules of its own, which recording checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.recurrence import parse_recurrence
from svcctl.model.settings import SSH
from svcctl.model.team import Person, Team, parse_team
from svcctl.rules import verification as rules
from svcctl.rules.verification import Fault
from svcctl.store.commitfiles import mapping_of
from svcctl.store.fastimport import FileChange
from svcctl.store.reference import Reference, parsed_regulation
from svcctl.store.tree import Tree

_HEADS = (rules.DESK, rules.ATTRIBUTES)


def refuse_others(person: Person, tree: Tree, changes: Sequence[FileChange]) -> None:
    """Refuses changes of files that are not the person's to make; says who may.

    Args:
        person: who does it; somebody who is not in the team yet may join it, and begin an empty one.

    Raises:
        Refused: with the first thing that is not theirs.
        BrokenFiles: desk.yaml or team.yaml cannot be read.
    """
    team = _team(tree.text("team.yaml") or "") if tree.commit else Team({}, {})
    if not team.people:
        return
    acting = _acting(person, team, changes)
    for change in changes:
        for fault in _faults(acting, tree, team, change):
            raise Refused(fault.message, fault.remedy, code=fault.code)


def _acting(person: Person, team: Team, changes: Sequence[FileChange]) -> Person:
    address = person.email or f"{person.handle}@localhost"
    coming = next((change.content for change in changes if change.path == "team.yaml"), None)
    known = rules.author_of(address, team)
    if known is None and coming is not None:
        known = rules.newcomer(address, team, _team(coming.decode()), team)
    if known is not None:
        return known
    raise Refused(
        Message("nobody in team.yaml has the address {email}", email=address),
        Message(
            "join first: svcctl team add HANDLE --email {email}; or ask {names}",
            email=address,
            names=rules.heads_of(team),
        ),
        code="unknown-person",
    )


def _faults(person: Person, tree: Tree, team: Team, change: FileChange) -> Iterator[Fault]:
    kind, path = rules.room(change.path), change.path
    before, after = tree.text(path) or "", (change.content or b"").decode("utf-8", "replace")
    if rules.tidied(before) == rules.tidied(after) != "":
        return
    if kind == rules.TEAM:
        signed = Reference(tree).settings.sign == SSH
        yield from rules.team_faults(person, team, _team(after), team, signed)
    elif kind in _HEADS:
        yield from rules.head_only(person, team, path)
    elif kind in (rules.REGULATION, rules.ERRAND):
        yield from rules.owner_faults(person, path, _owner(kind, before, path) or _owner(kind, after, path), team)


def owner_in(kind: str, text: str, path: str) -> str:
    """Whose a regulation, or a recurring errand, is by its own words.

    Raises:
        BrokenFiles: it cannot be read.
    """
    if kind == rules.ERRAND:
        return parse_recurrence("", mapping_of(text, path)).by
    return parsed_regulation(text, path).owner


def _owner(kind: str, text: str, path: str) -> str:
    try:
        return owner_in(kind, text, path) if text else ""
    except BrokenFiles:
        return ""


def _team(text: str) -> Team:
    return parse_team(mapping_of(text, "team.yaml")) if text.strip() else Team({}, {})
