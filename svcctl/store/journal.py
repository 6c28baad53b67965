"""The intent file: what a command was about to do, so that the next one can finish it.

Commit first: the commit decides whether it has happened. The intent only says which worktree files and index
entries have to follow, so finishing means making these equal the branch, and dropping means doing nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.store import worktree
from svcctl.store.git import INDEX_BEFORE, INTENT_BEFORE, Git, Objects
from svcctl.store.lock import not_writable


class Intent(NamedTuple):
    """The branch tip before the commit and the paths it touches."""

    tip: str
    paths: Sequence[str]


def _path(folder: str) -> str:
    return os.path.join(folder, "intent.json")


def declare(folder: str, intent: Intent) -> None:
    """Writes the intent, durably, before anything else is changed."""
    beside = _path(folder) + ".tmp"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            json.dump({"tip": intent.tip, "paths": list(intent.paths)}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, _path(folder))
    except OSError as error:
        raise not_writable(error) from None


def forget(folder: str) -> None:
    """Takes the intent back: the worktree has followed.

    Where a large index is freed only by the next deed, so is the intent, for the same reason: see
    ``staging.take_place``.
    """
    if os.path.exists(os.path.join(folder, INDEX_BEFORE)):
        os.replace(_path(folder), os.path.join(folder, INTENT_BEFORE))
    else:
        os.unlink(_path(folder))


def pending(folder: str) -> Intent | None:
    """The intent that an interrupted command left, if any; a half-written one counts as none."""
    try:
        with open(_path(folder), encoding="utf-8") as file:
            data = json.load(file)
        if not isinstance(data["tip"], str) or not isinstance(data["paths"], list):
            raise ValueError
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        forget(folder)
        return None
    return Intent(data["tip"], data["paths"])


def finish(git: Git, folder: str, intent: Intent, tip: str) -> Message | None:
    """Finishes or drops what an interrupted command left; says what it did, None if there was nothing to do.

    A worktree file that a person has changed since is left alone.
    """
    done = 0
    if tip != intent.tip:
        objects = Objects(git)
        try:
            done = _follow(git, objects, intent, tip)
        finally:
            objects.close()
    try:
        forget(folder)
    except OSError as error:
        raise not_writable(error) from None
    if tip == intent.tip:
        return None
    return Message.plural(
        "finished what an interrupted command had begun: {n} file",
        "finished what an interrupted command had begun: {n} files",
        done,
    )


def _follow(git: Git, objects: Objects, intent: Intent, tip: str) -> int:
    from svcctl.store.gitindex import Staging

    staged: list[Staging] = []
    modes = _modes(git, intent, tip)
    for path in intent.paths:
        before = objects.read(f"{intent.tip}:{path}") if intent.tip else None
        after = objects.read(f"{tip}:{path}")
        worktree.sweep(git.root, path)
        if worktree.stands(git.root, path, before[1] if before else None):
            _replace(git.root, path, after[1] if after else None, modes.get(path) == worktree.PROGRAM)
        staged.append(Staging(path, after[0] if after else "", modes.get(path, "100644")))
    if staged:
        git.stage(staged)
    return len(staged)


def _modes(git: Git, intent: Intent, tip: str) -> dict[str, str]:
    """The modes of the files that came with the commit."""
    if not intent.tip:
        return {entry.path: entry.mode for entry in git.entries(tip)}
    return {path: blob.mode for path, blob in git.changed(intent.tip, tip).items() if blob is not None}


def _replace(root: str, path: str, content: bytes | None, program: bool) -> None:
    try:
        if content is None:
            worktree.remove(root, path)
        else:
            worktree.write(root, path, content, program)
    except (FileExistsError, NotADirectoryError):
        # Somebody has put a file where a folder was: theirs stays, as an edit that is not committed.
        return
    except OSError as error:
        raise not_writable(error) from None


def check_clean(git: Git, objects: Objects, tip: str, paths: Sequence[str]) -> None:
    """Refuses to write over uncommitted edits, in the worktree or the index.

    Raises:
        Refused: names the file and says how to go on.
    """
    staged = git.staged_files(paths)
    for path in paths:
        committed = objects.read(f"{tip}:{path}") if tip else None
        unstaged = path not in staged or committed is None or staged[path] == committed[0]
        if unstaged and worktree.stands(git.root, path, committed[1] if committed else None):
            continue
        raise Refused(
            Message("{path} has edits that are not committed", path=path),
            Message("keep them: git commit -m WHY -- {path}; or drop them: git checkout HEAD -- {path}", path=path),
            code="dirty",
        )
