"""Regulations as files: all that are in force, and drafts that lie anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.model.regulation import Regulation
from svcctl.model.schema import did_you_mean
from svcctl.store import worktree
from svcctl.store.reference import Reference, parsed_regulation
from svcctl.store.tree import Tree, decoded

FOLDER = "regulations"


class Shelf(NamedTuple):
    """Regulations that could be read, and what is wrong with the others."""

    regulations: list[Regulation]
    problems: list[Problem]


def in_force(tree: Tree, strict: bool = False) -> Shelf:
    """All regulations of a commit; ``strict`` compiles their formulas too."""
    shelf = Shelf([], [])
    for path, content in _files(tree):
        _put(shelf, content, path, strict)
    return shelf


def _files(tree: Tree) -> list[tuple[str, bytes]]:
    """The committed regulations, read in one go."""
    depth = FOLDER.count("/") + 1
    entries = [one for one in tree.entries(FOLDER + "/") if one.path.endswith(".md") and one.path.count("/") == depth]
    return sorted((entry.path, content) for entry, content in tree.contents(entries))


def chosen(tree: Tree, names: Sequence[str], files: Sequence[tuple[str, bytes]]) -> Shelf:
    """Some regulations, read strictly: by name as they are in force, and files with their content.

    Raises:
        Refused: nothing is in force under a name.
    """
    shelf = Shelf([], [])
    for name in names:
        content = tree.content(f"{FOLDER}/{name}.md") if "/" not in name else None
        if content is None:
            raise unknown(tree, name)
        _put(shelf, content, f"{FOLDER}/{name}.md", strict=True)
    for path, content in files:
        _put(shelf, content, path, strict=True)
    return shelf


def versions(reference: Reference, name: str) -> list[Regulation]:
    """Every version of a regulation, newest first; of several files with one number the last.

    Raises:
        Refused: there is none of that name.
        BrokenFiles: the newest has problems.
    """
    if not is_known(reference.tree, name):
        raise unknown(reference.tree, name)
    newest = reference.current_regulation(name)
    found: dict[int, Regulation] = {}
    for one in (newest, *reference.past_versions(name)):
        if one is not None:
            found.setdefault(one.version, one)
    return sorted(found.values(), key=lambda one: -one.version)


def edited(tree: Tree) -> list[str]:
    """The paths of regulations in force that read otherwise in the folder: edits that are not committed."""
    return [
        path
        for path, content in _files(tree)
        if not any(worktree.stands(tree.git.root, path, one) for one in (None, content))
    ]


def _put(shelf: Shelf, content: bytes, path: str, strict: bool) -> None:
    try:
        shelf.regulations.append(parsed_regulation(decoded(content, path), path, strict))
    except BrokenFiles as error:
        shelf.problems.extend(error.problems)


def named(reference: Reference, ref: str) -> Regulation:
    """The regulation of a name, or of a name and version (``offer@3``).

    Raises:
        Refused: there is none of that name.
        BrokenFiles: there is no such version, or it has problems.
    """
    found = reference.regulation(ref) if is_known(reference.tree, ref.partition("@")[0]) else None
    if found is None:
        raise unknown(reference.tree, ref.partition("@")[0])
    return found


def is_known(tree: Tree, name: str) -> bool:
    """Whether a regulation of that name is in force, whatever its state."""
    return "/" not in name and tree.content(f"{FOLDER}/{name}.md") is not None


def unknown(tree: Tree, name: str) -> Refused:
    """The refusal of a name that no regulation has."""
    return Refused(
        Message("there is no regulation “{name}”", name=name),
        did_you_mean(name, tree.names(FOLDER, ".md")),
        code="unknown-regulation",
    )
