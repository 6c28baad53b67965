"""Commit first: how a desk is written.

Inside the lock: an intent file, one ``git fast-import`` that makes the commit, the move of the branch (this is the
moment it has happened), then worktree and index follow, then the intent is removed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from svcctl.model.messages import Message
from svcctl.store import journal, worktree
from svcctl.store.fastimport import Commit, FileChange, Moved, import_commits
from svcctl.store.git import Author, Git
from svcctl.store.gitindex import Staging
from svcctl.store.lock import not_writable
from svcctl.store.staging import Prepared, blob_id

PROGRAM = worktree.PROGRAM


def commit(
    git: Git,
    folder: str,
    ref: str,
    tip: str,
    author: Author,
    message: str,
    changes: Sequence[FileChange],
    merged: Sequence[str] = (),
    judge: Callable[[str], None] | None = None,
) -> tuple[str, Message | None]:
    """Commits changes on top of ``tip`` and lets worktree and index follow; the caller holds the lock.

    Args:
        merged: the commit's parents beside ``tip``.
        judge: looks at the commit before the branch moves; where it raises, nothing was changed.

    Returns:
        The new tip, and a warning where the worktree could not follow (the deed is done all the same, and the next
        command tries again).

    Raises:
        Moved: the branch is no longer at ``tip``; nothing was changed.
        Refused: the folder cannot be written; nothing was changed.
    """
    for change in changes:
        worktree.check_inside(git.root, change.path)
    journal.declare(folder, journal.Intent(tip, [change.path for change in changes]))
    with Prepared(git) as index:
        # Signing and judging may take seconds, in which a person's own git would find the index locked.
        is_quick = judge is None and not git.signing_key
        meanwhile = (lambda: index.write(_entries(changes, _coming(changes)))) if is_quick else None
        try:
            new_tip, oids = import_commits(git, ref, tip, [Commit(author, message, changes, merged)], judge, meanwhile)
        except BaseException as error:
            take_back(git, folder, ref, tip, error)
            raise
        return new_tip, _follow(git, folder, changes, oids, index)


def take_back(git: Git, folder: str, ref: str, tip: str, error: BaseException) -> None:
    """Drops the intent where the branch was not moved; whatever else went wrong, the next command sees to it."""
    if isinstance(error, Moved) or git.refs.read(ref) == tip:
        try:
            journal.forget(folder)
        except OSError:
            return


def advance(
    git: Git,
    folder: str,
    ref: str,
    tip: str,
    target: str,
    author: Author,
    changes: Sequence[FileChange],
    oids: dict[str, str],
) -> Message | None:
    """Moves the branch on to a commit that has ``tip`` behind it; worktree and index follow.

    Args:
        changes: what differs between the two, with the ``oids`` of its objects.

    Returns:
        A warning where the worktree could not follow.

    Raises:
        Moved: the branch is no longer at ``tip``; nothing was changed.
    """
    for change in changes:
        worktree.check_inside(git.root, change.path)
    journal.declare(folder, journal.Intent(tip, [change.path for change in changes]))
    try:
        if not git.move(ref, target, tip, author, "svcctl sync"):
            raise Moved()
    except BaseException as error:
        take_back(git, folder, ref, tip, error)
        raise
    return _follow(git, folder, changes, oids)


def _coming(changes: Sequence[FileChange]) -> dict[str, str]:
    """The object ids that the files will have."""
    return {change.path: blob_id(change.content) for change in changes if change.content is not None}


def _entries(changes: Sequence[FileChange], oids: dict[str, str]) -> list[Staging]:
    """What the index is to have of the changes; without an id the file is gone."""
    return [Staging(change.path, oids.get(change.path, ""), change.mode) for change in changes]


def _follow(
    git: Git, folder: str, changes: Sequence[FileChange], oids: dict[str, str], index: Prepared | None = None
) -> Message | None:
    try:
        for change in changes:
            if change.content is None:
                worktree.remove(git.root, change.path)
            else:
                worktree.write(git.root, change.path, change.content, change.mode == PROGRAM)
        entries = _entries(changes, oids)
        if index is None or not index.place(entries):
            git.stage(entries)
        journal.forget(folder)
    except Exception as error:
        why = not_writable(error) if isinstance(error, OSError) else error
        return Message("recorded; but the files in the folder could not follow: {why}", why=why)
    return None
