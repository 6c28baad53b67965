"""Commits as they were made: who signed for them, and what each changed against each of its parents.

However many commits there are, git is started three times: one lists them, one gives their objects, one compares.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from svcctl.model.namedtuples import NamedTuple
from svcctl.store.git import Blob, Git, Objects

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The tree without any file: git knows it without having it."""

_WHO = re.compile(r"(.*?) ?<([^<>]*)> -?\d+ [+-]\d{4}")
_HEADER = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40})")
_SSH = "-----BEGIN SSH SIGNATURE-----"


class Made(NamedTuple):
    """A commit: addresses are empty where it does not say whose it is; ``signed`` is whether by an SSH key."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    committer: str
    signed: bool

    @property
    def short(self) -> str:
        """What people call it by."""
        return self.id[:10]


class Change(NamedTuple):
    """What a path was and is; None where it was or is not there."""

    before: Blob | None
    after: Blob | None


Changes = Mapping[str, Change]


def commits(git: Git, objects: Objects, new: str, known: Sequence[str]) -> list[Made]:
    """The commits of ``new`` that none of ``known`` has, parents before children."""
    words = git.run("rev-list", "--topo-order", "--reverse", new, "--not", *known).decode("ascii").split()
    return [made(name, objects) for name in words]


def made(name: str, objects: Objects) -> Made:
    """A commit by its id."""
    found = objects.read(name)
    text = found[1].decode("utf-8", "replace") if found else ""
    rows = text.partition("\n\n")[0].split("\n")
    named = {key: [row[len(key) + 1 :] for row in rows if row.startswith(f"{key} ")] for key in _KEYS}
    signatures = named["gpgsig"]
    return Made(
        name,
        _one(named["tree"]) or EMPTY_TREE,
        tuple(named["parent"]),
        _address(_one(named["author"])),
        _address(_one(named["committer"])),
        len(signatures) == 1 and signatures[0] == _SSH,
    )


_KEYS = ("tree", "parent", "author", "committer", "gpgsig")


def _one(rows: Sequence[str]) -> str:
    """The value of a key that may stand there once only."""
    return rows[0] if len(rows) == 1 else ""


def _address(row: str) -> str:
    found = _WHO.fullmatch(row)
    return found[2].strip() if found else ""


def compared(git: Git, objects: Objects, made_: Sequence[Made]) -> Iterator[tuple[Made, list[Changes]]]:
    """Each commit with what it changed against each of its parents; against nothing where it has none."""
    trees = {one.id: one.tree for one in made_}
    pairs: list[tuple[str, str]] = []
    for one in made_:
        for parent in one.parents or ("",):
            if parent and parent not in trees:
                trees[parent] = made(parent, objects).tree
            pairs.append((trees[parent] if parent else EMPTY_TREE, one.tree))
    differences = _differences(git, pairs)
    for one in made_:
        yield one, [next(differences) for _ in one.parents or ("",)]


def _differences(git: Git, pairs: Sequence[tuple[str, str]]) -> Iterator[Changes]:
    """What differs between each two trees, in the order asked."""
    options = ("-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules=none")
    feed = "".join(f"{before} {after}\n" for before, after in pairs).encode("ascii")
    out = git.run("diff-tree", "--stdin", *options, feed=feed).decode("utf-8", "surrogateescape")
    at = 0
    for pair in pairs:
        head = _HEADER.match(out, at)
        assert head is not None and head.groups() == pair, "git compares what it was asked, in order"
        at, found = head.end() + 1, {}
        while out.startswith(":", at):
            middle = out.index("\0", at)
            end = out.index("\0", middle + 1)
            found[out[middle + 1 : end]] = _change(out[at + 1 : middle])
            at = end + 1
        yield found


def _change(described: str) -> Change:
    old_mode, new_mode, old, new, _ = described.split(" ")
    return Change(
        Blob(old, old_mode) if old_mode != "000000" else None, Blob(new, new_mode) if new_mode != "000000" else None
    )


def is_behind(git: Git, old: str, new: str) -> bool:
    """Whether everything of ``old`` is in ``new``."""
    process = git.start("merge-base", "--is-ancestor", old, new)
    process.communicate()
    return process.returncode == 0
