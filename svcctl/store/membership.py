"""People and departments of team.yaml: added, or changed where they stand."""

from __future__ import annotations

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.team import Department, Person, Team, parse_team
from svcctl.rules.membership import changed_department, check_person
from svcctl.store import yaml
from svcctl.store.fastimport import FileChange
from svcctl.store.teamfile import PATH, with_people
from svcctl.store.tree import Tree
from svcctl.store.yamlvalue import with_value

_EMPTY = "departments:\npeople:\n"


def team_text(tree: Tree) -> str:
    """The text of team.yaml; that of an empty team where a desk has none."""
    return tree.text(PATH) or _EMPTY


def read_team(text: str) -> Team:
    """The team that a text says.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    mapping, problems = yaml.read(text, PATH)
    if problems or mapping is None:
        raise BrokenFiles(problems)
    return parse_team(mapping)


def joined(person: Person, tree: Tree) -> list[FileChange]:
    """team.yaml with a person more.

    Raises:
        Refused, Usage: they cannot be added, or the file is written in a way that lines cannot be added to.
        BrokenFiles: the file has problems.
    """
    text = team_text(tree)
    check_person(person, read_team(text))
    return [FileChange(PATH, with_people(text, [person]).encode())]


def with_department(name: str, title: str, head: str, tree: Tree) -> list[FileChange]:
    """team.yaml with a department more, or with another title or head of one; empty words change nothing.

    Raises:
        Refused, Usage: it cannot be so, or the file is written in a way that cannot be changed safely.
        BrokenFiles: the file has problems.
    """
    text = team_text(tree)
    team = read_team(text)
    wanted = changed_department(name, title, head, team)
    if name not in team.departments:
        text = with_people(text, [], [Department(name, name)])
    return [FileChange(PATH, _valued(text, wanted, team).encode())]


def _valued(text: str, wanted: Department, before: Team) -> str:
    old = before.departments.get(wanted.name) or Department(wanted.name, wanted.name)
    expected = Team(before.departments | {wanted.name: wanted}, before.people)
    try:
        for key in ("head", "title"):
            if getattr(wanted, key) != getattr(old, key):
                text = with_value(text, ("departments", wanted.name, key), getattr(wanted, key))
        if read_team(text) == expected:
            return text
    except BrokenFiles:
        pass
    raise Refused(
        Message("cannot change “{name}” in {path} the way it is written", name=wanted.name, path=PATH),
        Message("change it by hand, then: git commit -m WHY {path}", path=PATH),
        code="team-file",
    )
