"""Adds people and departments to team.yaml as a person would: lines in its blocks, everything else as it was."""

from __future__ import annotations

import json
from collections.abc import Sequence

from svcctl.model.event import escape
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.source import Map
from svcctl.model.team import Department, Person, Team, parse_team
from svcctl.store import yaml
from svcctl.store.records import scalar

PATH = "team.yaml"


def with_people(text: str, people: Sequence[Person], departments: Sequence[Department] = ()) -> str:
    """The text of team.yaml with these people and departments added; comments and quoting survive.

    Raises:
        BrokenFiles: the file has problems.
        Refused: the file is written in a way that lines cannot be added to.
    """
    before = _team(text)
    wanted = Team(
        before.departments | {department.name: department for department in departments},
        before.people | {person.handle: person for person in people},
    )
    try:
        changed = _added(
            text, "departments", [(d.name, _described(title=_unlike(d.title, d.name))) for d in departments]
        )
        changed = _added(changed, "people", [(person.handle, _person(person)) for person in people])
        understood = _team(changed) == wanted
    except BrokenFiles:
        understood = False
    if not understood:
        raise Refused(
            Message("cannot add people to {path} the way it is written", path=PATH),
            Message("write “departments:” and “people:” on lines of their own, with one entry a line below"),
            code="team-file",
        )
    return changed


def _team(text: str) -> Team:
    return parse_team(_mapping(text))


def _mapping(text: str) -> Map:
    mapping, problems = yaml.read(text, PATH)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return mapping


def _unlike(title: str, name: str) -> str:
    return title if title != name else ""


def _person(person: Person) -> str:
    name = _unlike(person.name, person.handle)
    role = "" if person.role == Person._field_defaults["role"] else person.role
    return _described(name=name, email=person.email, department=person.department, role=role)


def _described(**values: str) -> str:
    # Quoted wherever a comma or a bracket would end the value within the braces.
    return ", ".join(f"{key}: {_quoted(value)}" for key, value in values.items() if value)


def _quoted(value: str) -> str:
    return escape(json.dumps(value, ensure_ascii=False)) if "," in value else scalar(value)


def _added(text: str, section: str, entries: Sequence[tuple[str, str]]) -> str:
    if not entries:
        return text
    mapping = _mapping(text)
    if section not in mapping:
        return f"{_ended(text)}{section}:\n{_block(entries, '  ')}"
    lines = _ended(text).splitlines(keepends=True)
    place, key = mapping.places[section], mapping.key_places[section]
    own = mapping[section]
    if place.line and lines[place.line - 1][place.column - 1 : place.column] == "{":
        return _in_braces(lines, place.line, place.column, entries, bool(own))
    first = own.key_places[next(iter(own))].column if isinstance(own, Map) and own else 3
    return _below(lines, key.line, _block(entries, " " * (first - 1)))


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _block(entries: Sequence[tuple[str, str]], indent: str) -> str:
    return "".join(f"{indent}{scalar(name)}: {{{described}}}\n" for name, described in entries)


def _in_braces(lines: list[str], line: int, column: int, entries: Sequence[tuple[str, str]], more: bool) -> str:
    rows = ", ".join(f"{scalar(name)}: {{{described}}}" for name, described in entries)
    row = lines[line - 1]
    lines[line - 1] = row[:column] + rows + (", " if more else "") + row[column:]
    return "".join(lines)


def _below(lines: list[str], line: int, block: str) -> str:
    """The block at the end of the section whose key stands on ``line``, before what follows it."""
    end = line
    for number in range(line, len(lines)):
        if lines[number].strip() and not lines[number].startswith((" ", "#")):
            break
        if lines[number].startswith(" ") and lines[number].strip():
            end = number + 1
    return "".join([*lines[:end], block, *lines[end:]])
