"""Many records at once: one commit a thousand requests, all through one ``git fast-import``.

The protocol is that of ``svcctl.store.transaction``: lock, intent, commit, worktree and index, intent removed. The
branch moves once, after the last commit, so an interrupted import has happened wholly or not at all.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

from svcctl.model.event import Event
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Busy, Problem, Refused, SvcctlError
from svcctl.model.request import Header, Request, fold
from svcctl.store import journal, worktree
from svcctl.store.fastimport import Commit, FileChange, Moved, import_commits
from svcctl.store.git import Author, Git, Objects
from svcctl.store.gitindex import Staging
from svcctl.store.lock import Lock
from svcctl.store.records import append_events, dump_record, parse_record
from svcctl.store.transaction import take_back
from svcctl.store.tree import REQUESTS, Tree, decoded

COMMIT_SIZE = 1000
_TRIES = 5
_EVENT_ID = re.compile(r'^- \{"id": ?"([^"]+)"', re.MULTILINE)
_FIELD = re.compile(r"^  (log|case): (.*)$", re.MULTILINE)

Step = Callable[[int], None]


# What is there


class ImportedRecord:
    """The record of a request that an earlier import of a log made, read only as far as it is asked."""

    def __init__(self, path: str, content: bytes) -> None:
        self.path, self.content = path, content
        self.id = path.rsplit("/", 1)[-1].removesuffix(".yaml")
        self.problems: list[Problem] = []

    @cached_property
    def events(self) -> Collection[str]:
        """The ids of its events."""
        return frozenset(_EVENT_ID.findall(self.content.decode("utf-8", "replace")))

    def request(self) -> Request | None:
        """Its state; None, with ``problems`` filled, where the record has problems."""
        try:
            record = parse_record(decoded(self.content, self.path), self.path)
        except BrokenFiles as error:
            self.problems = list(error.problems)
            return None
        self.problems = record.problems
        if record.problems or record.header is None:
            return None
        return fold(record.header, record.events)


class Present(NamedTuple):
    """The requests of a desk: all ids, the records of one log by case, and the cases of other logs by log."""

    ids: set[str]
    records: dict[str, ImportedRecord]
    others: dict[str, set[str]]


def present(tree: Tree, source: str) -> Present:
    """What a desk has of the log called ``source``; records are told by the fields ``log`` and ``case``."""
    found = Present(set(), {}, {})
    entries = [entry for entry in tree.entries(REQUESTS + "/") if entry.path.endswith(".yaml")]
    for entry, content in tree.contents(entries):
        found.ids.add(entry.path.rsplit("/", 1)[-1].removesuffix(".yaml"))
        origin = _origin(content.decode("utf-8", "replace"))
        if origin.get("log") == source:
            found.records[origin.get("case", "")] = ImportedRecord(entry.path, content)
        elif "log" in origin:
            found.others.setdefault(origin["log"], set()).add(origin.get("case", ""))
    return found


def _origin(text: str) -> dict[str, str]:
    head = text[: text.find("\nevents:") + 1]
    if "\nfields:" not in head:
        return {}
    return {name: _value(value) for name, value in _FIELD.findall(head)}


def _value(text: str) -> str:
    """A value as ``svcctl.store.records.scalar`` writes it."""
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        return text


# What is written


def new_record(path: str, header: Header, events: Sequence[Event]) -> FileChange:
    """The file of a new request."""
    return FileChange(path, dump_record(header, events).encode())


def grown_record(record: ImportedRecord, events: Sequence[Event]) -> FileChange:
    """The file of a request with events added."""
    return FileChange(record.path, append_events(record.content.decode(), events).encode())


def in_commits(
    author: Author,
    changes: Sequence[FileChange],
    first: Sequence[FileChange],
    subject: Callable[[int, int], str],
) -> list[Commit]:
    """The changes as commits of ``COMMIT_SIZE`` records; ``first`` goes with the first of them.

    Args:
        subject: the message for the records numbered from and to, counted from 1.
    """
    commits: list[Commit] = []
    for begin in range(0, len(changes), COMMIT_SIZE):
        part = changes[begin : begin + COMMIT_SIZE]
        message = subject(begin + 1, begin + len(part))
        commits.append(Commit(author, message, [*([] if commits else first), *part]))
    return commits


class Written(NamedTuple):
    """What writing came to: the branch's tip, and what to tell the person."""

    tip: str
    warnings: list[Message]


def write(git: Git, folder: str, branch: str, prepare: Callable[[Tree], Sequence[Commit]], step: Step) -> Written:
    """Writes many commits at once.

    Args:
        folder: svcctl's own folder in the git directory.
        prepare: the commits, made inside the lock of the tree they go on top of; called again if the branch moved.
        step: told how many files the worktree has followed in.

    Raises:
        Refused: a file to be written has edits that are not committed; nothing was written.
        Busy: others kept writing.
    """
    objects = Objects(git)
    warnings: list[Message] = []
    try:
        with Lock(folder, git):
            for _ in range(_TRIES):
                tree = latest(git, objects, folder, warnings)
                commits = prepare(tree)
                if not commits:
                    return Written(tree.commit, warnings)
                try:
                    return _committed(git, objects, folder, branch, tree, commits, step, warnings)
                except Moved:
                    continue
    finally:
        objects.close()
    raise Busy(Message("others kept writing to this desk"), Message("type the command again"))


def latest(git: Git, objects: Objects, folder: str, warnings: list[Message]) -> Tree:
    """The tree of the branch's tip, inside the lock; finishes what an interrupted command left and says so."""
    found = objects.read("HEAD")
    tip = found[0] if found else ""
    intent = journal.pending(folder)
    said = journal.finish(git, folder, intent, tip) if intent is not None else None
    if said is not None:
        warnings.append(said)
    return Tree(git, objects, tip)


def _committed(
    git: Git,
    objects: Objects,
    folder: str,
    branch: str,
    tree: Tree,
    commits: Sequence[Commit],
    step: Step,
    warnings: list[Message],
) -> Written:
    changes = [change for commit in commits for change in commit.changes]
    for change in changes:
        worktree.check_inside(git.root, change.path)
    check_clean(git, tree, [change.path for change in changes])
    journal.declare(folder, journal.Intent(tree.commit, [change.path for change in changes]))
    try:
        tip, oids = import_commits(git, branch, tree.commit, commits)
    except BaseException as error:
        take_back(git, folder, branch, tree.commit, error)
        raise
    try:
        _follow(git, changes, oids, step)
        journal.forget(folder)
    except (OSError, SvcctlError) as error:
        warnings.append(Message("imported; but the files in the folder could not follow: {why}", why=error))
    return Written(tip, warnings)


def _follow(git: Git, changes: Sequence[FileChange], oids: dict[str, str], step: Step) -> None:
    for change in changes:
        if change.content is not None:
            worktree.write(git.root, change.path, change.content)
        step(1)
    git.stage([Staging(change.path, oids.get(change.path, "")) for change in changes])


def check_clean(git: Git, tree: Tree, paths: Sequence[str]) -> None:
    """Refuses to write over uncommitted edits, in the worktree or the index, of any of many files.

    Raises:
        Refused: names the first such file and says how to go on.
    """
    wanted = set(paths)
    committed = {entry.path: entry.oid for entry in tree.entries() if entry.path in wanted}
    staged = {path: oid for path, oid in _staged(git) if path in wanted}
    for path, ours in _worktree_oids(git, tree, paths, committed):
        if staged.get(path, committed.get(path)) == committed.get(path) and ours:
            continue
        raise Refused(
            Message("{path} has edits that are not committed", path=path),
            Message("keep them: git commit -m WHY -- {path}; or drop them: git checkout HEAD -- {path}", path=path),
            code="dirty",
        )


def _staged(git: Git) -> Iterator[tuple[str, str]]:
    for row in git.run("ls-files", "-s", "-z").split(b"\0"):
        if row:
            described, path = row.split(b"\t", 1)
            yield path.decode("utf-8", "surrogateescape"), described.split(b" ")[1].decode("ascii")


def _worktree_oids(git: Git, tree: Tree, paths: Sequence[str], committed: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """For each path whether the worktree has what was committed; a file that nobody committed is an edit."""
    known = [path for path in paths if path in committed]
    contents = tree.objects.read_many([committed[path] for path in known])
    for path, answer in zip(known, contents, strict=True):
        yield path, answer is not None and worktree.stands(git.root, path, answer[1])
    for path in paths:
        if path not in committed:
            yield path, not os.path.lexists(os.path.join(git.root, path))
