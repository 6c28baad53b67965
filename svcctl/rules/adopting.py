"""Putting a regulation in force: its next version's number and text, and whom it concerns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from svcctl.model.event import escape
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.regulation import ChangeNote, Regulation
from svcctl.model.team import Team

READ = "regulations/read"


class Audience(NamedTuple):
    """Whom a regulation concerns: the departments and roles it names, and the people they are; sorted by handle."""

    departments: tuple[str, ...]
    roles: tuple[str, ...]
    people: tuple[str, ...]


def audience(regulation: Regulation, team: Team) -> Audience:
    """Whom a regulation concerns: those of its stages, its owner, and whom it escalates to.

    A regulation without stages names nobody who does the work, so it concerns everybody.
    """
    departments = dict.fromkeys(stage.department for stage in regulation.stages if stage.department)
    roles = dict.fromkeys(stage.role for stage in regulation.stages if stage.role)
    if regulation.owner in team.departments:
        departments[regulation.owner] = None
    elif regulation.owner not in team.people:
        roles[regulation.owner] = None
    named = {regulation.owner, *(word for step in regulation.escalation for word in (*step.tell, step.assign))}
    people = [
        person.handle
        for person in team.people.values()
        if not person.left
        and (
            not regulation.stages
            or person.handle in named
            or person.department in departments
            or person.role in roles
            or _heads(person.handle, departments, roles, team)
        )
    ]
    return Audience(tuple(departments), tuple(roles), tuple(sorted(people)))


def _heads(handle: str, departments: dict[str, None], roles: dict[str, None], team: Team) -> bool:
    """Whether the person is the head of a department that is named, or of any where the role of a head is."""
    led = [one.name for one in team.departments.values() if one.head == handle]
    return bool(led) and ("head" in roles or any(name in departments for name in led))


def adopted(text: str, draft: Regulation, newest: Regulation | None, note: ChangeNote) -> str:
    """The draft's file as it is put in force: with its number, its first day, and the changelog of all versions.

    Args:
        text: the draft's file; only these three keys are touched.
        draft: the same, as read.
        newest: the version it replaces; its changelog is kept.
        note: the new line of the changelog; its version and first day are those of the file.
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    notes = {one.version: one for one in (*(newest.changes if newest else ()), *draft.changes, note)}
    for key in ("in_force", "changes"):
        _take_out(lines, key)
    position = _take_out(lines, "version") or _end(lines)
    lines[position:position] = [f"version: {note.version}", f"in_force: {note.since}"]
    end = _end(lines)
    lines[end:end] = ["changes:", *(_line(notes[number]) for number in sorted(notes, reverse=True))]
    return "\n".join(lines)


def _line(note: ChangeNote) -> str:
    since = f", from: {note.since}" if note.since else ""
    by = f", by: {note.by}" if note.by else ""
    return f"- {{version: {note.version}{since}{by}, what: {escape(json.dumps(note.what, ensure_ascii=False))}}}"


def _end(lines: Sequence[str]) -> int:
    """The number of the line that closes the front matter."""
    return next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")


def _take_out(lines: list[str], key: str) -> int:
    """Takes a key of the front matter with all its lines out; returns where it stood, 0 where it was not there."""
    end = _end(lines)
    first = next((number for number in range(1, end) if lines[number].startswith(f"{key}:")), 0)
    if first:
        last = first + 1
        while last < end and (not lines[last].strip() or lines[last][0] in " -"):
            last += 1
        del lines[first:last]
    return first


def next_version(draft: Regulation, newest: Regulation | None) -> int:
    """The number that the draft gets: the one it has if that is new, else the next."""
    return max(draft.version, newest.version + 1) if newest else draft.version


def refuse_first_day(day: date, today: date) -> None:
    """Refuses to put a regulation in force in the past.

    Raises:
        Refused: requests opened since then are bound to another version already.
    """
    if day < today:
        raise Refused(
            Message("{day} is past: what was opened since then is bound to another version", day=day),
            Message("begin today or later: --from {today}", today=today),
            code="past-day",
        )


# Who has read which version


def reading_path(regulation: Regulation) -> str:
    """The file that keeps who has read a version."""
    return f"{READ}/{regulation.ref}.txt"


def readers(text: str) -> dict[str, str]:
    """Who has read it and when, by handle: the first line of each person; a line has an instant and a handle."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        at, _, handle = line.strip().partition(" ")
        if handle:
            found.setdefault(handle, at)
    return found
