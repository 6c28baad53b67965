"""A commit's tree: what a desk's files are, whatever lies edited in the worktree."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Usage
from svcctl.model.source import Map
from svcctl.store.git import Entry, Git, Objects, not_a_repository
from svcctl.store.git import git_folder as git_folder
from svcctl.store.parsed import Parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from svcctl.store.index import Index

    T = TypeVar("T")

REQUESTS = "requests"
INDEX = "index.sqlite"
"""The index's name; asked for here, so that where there is none SQLite is not imported to say so."""
_LONGEST_HEAD = 4096


def find_root(start: str) -> str:
    """The nearest folder, from ``start`` upwards, that has a desk.yaml.

    Raises:
        Usage: there is none.
    """
    place = os.path.abspath(start)
    while not os.path.isfile(os.path.join(place, "desk.yaml")):
        parent = os.path.dirname(place)
        if parent == place:
            raise Usage(
                Message("there is no desk in {folder} or above it", folder=start),
                Message("make one: svcctl init DIR; or say where it is: svcctl -C DIR, or SVCCTL_DESK"),
                code="no-desk",
            )
        place = parent
    return place


def current_branch(folder: str) -> str:
    """The branch that HEAD names, for example ``refs/heads/main``; empty where HEAD is detached."""
    try:
        with open(os.path.join(folder, "HEAD"), encoding="utf-8", errors="replace") as file:
            head = file.read(_LONGEST_HEAD).strip()
    except (OSError, ValueError):
        raise not_a_repository() from None
    return head[5:] if head.startswith("ref: ") else ""


def tip(git: Git, folder: str) -> str:
    """The commit that HEAD names, read from git's own files; empty where only git can tell, or there is none yet.

    Args:
        folder: the repository's own folder.
    """
    branch = current_branch(folder)
    found = git.refs.read(branch) if branch.startswith("refs/heads/") else ""
    return found if len(found) in (40, 64) and not found.strip("0123456789abcdef") else ""


class Tree:
    """The files of one commit; an empty commit name is a desk without any commit yet."""

    def __init__(self, git: Git, objects: Objects, commit: str, parsed: Parsed | None = None) -> None:
        self.git, self.objects, self.commit, self.parsed = git, objects, commit, parsed
        self.index: Index | None = None
        """Knows this commit's files without asking git, once somebody has opened it."""
        self._unreadable: dict[str, BrokenFiles] = {}

    def file(self, path: str) -> tuple[str, bytes] | None:
        """A file's object id and content, or None."""
        return self.objects.read(f"{self.commit}:{path}") if self.commit else None

    def content(self, path: str) -> bytes | None:
        """A file's content, or None."""
        found = self.file(path)
        return found[1] if found else None

    def text(self, path: str) -> str | None:
        """A file's content as text, or None.

        Raises:
            BrokenFiles: it is not UTF-8.
        """
        content = self.content(path)
        return None if content is None else decoded(content, path)

    def yaml(self, path: str) -> Map | None:
        """A YAML file's mapping with its places, read anew, or None where there is no such file.

        Raises:
            BrokenFiles: with every problem of the file.
        """
        from svcctl.store import yaml

        text = self.text(path)
        if text is None:
            return None
        mapping, problems = yaml.read(text, path)
        if problems or mapping is None:
            raise BrokenFiles(problems)
        return mapping

    def parse(self, path: str, parse: Callable[[Mapping[str, Any]], T]) -> T | None:
        """What ``parse`` makes of a YAML file's mapping, or None where there is no such file.

        Raises:
            BrokenFiles: with every problem of the file.
        """
        if self.index is not None:
            oid = self.index.oid(path)
            kept = self.parsed.get(oid) if oid and self.parsed else None
            if oid is None or kept is not None:
                return parse(kept) if kept is not None else None
        found = self.file(path)
        return None if found is None else self.mapped(found[0], lambda: decoded(found[1], path), path, 0, parse)

    def mapped(
        self, oid: str, text: Callable[[], str], path: str, line: int, parse: Callable[[Mapping[str, Any]], T]
    ) -> T:
        """What ``parse`` makes of YAML that stands below ``line`` lines in the object ``oid``.

        The mapping comes from what was read before where that is kept.

        Raises:
            BrokenFiles: with every problem of the file.
        """
        kept = self.parsed.get(oid) if self.parsed else None
        if kept is not None:
            return parse(kept)
        if oid in self._unreadable:
            raise self._unreadable[oid]
        from svcctl.store import yaml

        mapping, problems = yaml.read(text(), path, line)
        if problems or mapping is None:
            self._unreadable[oid] = BrokenFiles(problems)
            raise self._unreadable[oid]
        result = parse(mapping)
        if self.parsed:
            self.parsed.put(oid, mapping)
        return result

    def entries(self, *prefixes: str) -> Iterator[Entry]:
        """The files below the prefixes."""
        return self.git.entries(self.commit, *prefixes) if self.commit else iter(())

    def names(self, folder: str, ending: str) -> list[str]:
        """The files' names in a folder, without their ending."""
        if self.index is not None:
            paths = self.index.paths(folder)
        else:
            paths = [entry.path for entry in self.entries(folder + "/")]
        return sorted(path[len(folder) + 1 : -len(ending)] for path in paths if path.endswith(ending))

    def record_paths(self) -> list[str]:
        """The paths of all request records, oldest day first."""
        if not self.commit:
            return []
        paths = self.objects.paths(self.commit, REQUESTS)
        if paths is None:
            names = ("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit, "--", REQUESTS + "/")
            paths = self.git.run(*names).decode("utf-8", "surrogateescape").split("\0")
        return [path for path in paths if path.endswith(".yaml")]

    def contents(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, bytes]]:
        """The content of many files, in their order."""
        found = self.objects.read_many([entry.oid for entry in entries])
        for entry, answer in zip(entries, found, strict=True):
            if answer is not None:
                yield entry, answer[1]


def decoded(content: bytes, path: str) -> str:
    """The text of a file.

    Raises:
        BrokenFiles: it is not UTF-8; names the line.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = len(content[content.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8")) + 1
        raise BrokenFiles(
            [
                Problem(
                    Place(path, line, column),
                    "encoding",
                    Message("the file is not UTF-8 here"),
                    Message("save it as UTF-8 and commit it"),
                )
            ]
        ) from None
