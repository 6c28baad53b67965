"""The files of recurring errands, ``errands/NAME.yaml``."""

from __future__ import annotations

from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.model.recurrence import Recurrence, parse_recurrence
from svcctl.store.fastimport import FileChange
from svcctl.store.records import scalar
from svcctl.store.tree import Tree

FOLDER = "errands"


def path_of(name: str) -> str:
    """Where a definition stands in the desk."""
    return f"{FOLDER}/{name}.yaml"


def recurrences(tree: Tree) -> tuple[list[Recurrence], list[Problem]]:
    """All definitions, and what is wrong with those that cannot be read."""
    found: list[Recurrence] = []
    problems: list[Problem] = []
    for name in tree.names(FOLDER, ".yaml"):
        try:
            one = tree.parse(path_of(name), lambda mapping, name=name: parse_recurrence(name, mapping))  # type: ignore[misc]
        except BrokenFiles as error:
            problems.extend(error.problems)
            continue
        if one is not None:
            found.append(one)
    return found, problems


def added(recurrence: Recurrence, tree: Tree) -> list[FileChange]:
    """The file of a new definition.

    Raises:
        Refused: there is one of that name.
    """
    path = path_of(recurrence.name)
    if tree.content(path) is not None:
        raise Refused(
            Message("there is a recurring errand “{name}” already", name=recurrence.name),
            Message("change it in {path}, or give this one another name: --name", path=path),
            code="errand-exists",
        )
    return [FileChange(path, text_of(recurrence).encode())]


def text_of(recurrence: Recurrence) -> str:
    """The text of a definition; reading it back gives the same one."""
    rows = {
        "title": recurrence.title,
        "to": recurrence.to,
        "controller": recurrence.controller,
        "every": str(recurrence.every),
        "due": recurrence.due,
        "by": recurrence.by,
        "since": iso(recurrence.since),
        "until": str(recurrence.until or ""),
        "priority": "" if recurrence.priority == "normal" else recurrence.priority,
        "text": recurrence.text,
    }
    lines = [f"{key}: {scalar(value)}" for key, value in rows.items() if value]
    if recurrence.fields:
        lines.append("fields:")
        lines.extend(f"  {scalar(key)}: {scalar(value)}" for key, value in recurrence.fields.items())
    return "\n".join(lines) + "\n"
