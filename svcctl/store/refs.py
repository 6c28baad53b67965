"""Moves a branch as git's ``files`` backend does (gitrepository-layout(5)), under locks that are known as svcctl's own.

The new object id is written to the lock of the branch, which then takes the branch's place by a rename: that is the
moment it has happened. ``HEAD`` is locked meanwhile where it stands on the branch, so that nobody switches away.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from errno import ENAMETOOLONG

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles

PRIVATE = "refs/worktree/svcctl"
"""What ``git fast-import`` moves: its commits have to be somewhere. It is removed when the branch has moved."""

_OWN_OF_WORKTREE = ("HEAD", "refs/worktree/", "refs/bisect/", "refs/rewritten/")
_MOST_LINKS = 5
_NOT_IN_NAMES = " ~^:?*[\\\x7f"


class Refs:
    """The branches of a repository; ``folder`` is its git directory, in a linked worktree that of the worktree."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.own = os.path.join(folder, "svcctl")
        self.shared = _shared(folder)

    def path(self, name: str) -> str:
        """The file that a branch has where it is not packed."""
        return os.path.join(self.folder if name.startswith(_OWN_OF_WORKTREE) else self.shared, name)

    def read(self, name: str) -> str:
        """The object id that a branch stands on, empty where there is none."""
        if not is_ref_name(name):
            return ""
        return _first_line(self.path(name)) or self._packed(name)

    def _packed(self, name: str) -> str:
        try:
            with open(os.path.join(self.shared, "packed-refs"), encoding="utf-8", errors="surrogateescape") as file:
                return next((line[: -len(name) - 2] for line in file if line.endswith(f" {name}\n")), "")
        except FileNotFoundError:
            return ""

    def _target(self, name: str) -> str:
        """The branch that a branch is another name of."""
        for _ in range(_MOST_LINKS):
            value = _first_line(self.path(name))
            if not value.startswith("ref: "):
                break
            name = value[5:].strip()
        return name

    def move(self, ref: str, target: str, tip: str, log: str, logs: Callable[[], bool]) -> bool:
        """Moves a branch from ``tip`` (empty: it is not there yet) to ``target``; False where it is not at ``tip``.

        Args:
            log: who, when and why, for the reflog: ``NAME <ADDRESS> <epoch> <+hhmm>\\tWHY``.
            logs: whether a reflog is begun where there is none.

        Raises:
            Busy: another git has a lock.
            BrokenFiles: no branch can have that name.
            OSError: it cannot be written; the branch was not moved.
        """
        from svcctl.store.gitlock import GitLock

        ref = self._target(ref)
        if not is_ref_name(ref):
            raise BrokenFiles(
                message=Message("HEAD names what cannot be a branch: {name}", name=ref),
                hint=Message("git switch main (or the branch you work on), then type the command again"),
                code="no-branch",
            )
        line = f"{tip or '0' * len(target)} {target} {log}\n".encode("utf-8", "surrogateescape")
        names = ["HEAD", ref] if _first_line(self.path("HEAD")) == f"ref: {ref}" else [ref]
        with ExitStack() as stack:
            for name in names[:-1]:
                stack.enter_context(GitLock(self.own, self.path(name)))
            lock = stack.enter_context(GitLock(self.own, self.path(ref), f"{target}\n".encode("ascii")))
            if self.read(ref) != tip:
                return False
            for name in names:
                self._note(name, line, logs)
            lock.replace()
        return True

    def _note(self, name: str, line: bytes, logs: Callable[[], bool]) -> None:
        base = self.folder if name.startswith(_OWN_OF_WORKTREE) else self.shared
        path = os.path.join(base, "logs", name)
        if not os.path.exists(path):
            if not logs():
                return
            os.makedirs(os.path.dirname(path), exist_ok=True)
        # Not through a link: a desk may come from somebody else.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(path, flags, 0o666), "ab", buffering=0) as file:
            begin = file.seek(0, os.SEEK_END)
            try:
                written = file.write(line)
                if written != len(line):
                    raise OSError(28, os.strerror(28), path)
            except OSError:
                file.truncate(begin)
                raise

    def drop_lock(self, name: str) -> None:
        """Removes the lock of a branch that nobody but svcctl moves; the caller knows that none does."""
        try:
            os.unlink(self.path(name) + ".lock")
        except (FileNotFoundError, NotADirectoryError):
            return

    def drop_private(self) -> None:
        """Removes what a ``git fast-import`` has moved, and the lock of one that was killed."""
        self.drop_lock(PRIVATE)
        try:
            os.unlink(self.path(PRIVATE))
        except FileNotFoundError:
            return


def is_ref_name(name: str) -> bool:
    """Whether a branch can be called so (git-check-ref-format(1)); what git refuses would lead out of its folder."""
    parts = name.split("/")
    return (
        parts[0] == "refs"
        and len(parts) > 2
        and not name.endswith(".")
        and not any(part.startswith(".") or part.endswith(".lock") or not part for part in parts)
        and not any(words in name for words in ("..", "@{"))
        and not any(character in _NOT_IN_NAMES or ord(character) < 32 for character in name)
    )


def _first_line(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.readline().rstrip("\n")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, ValueError):
        return ""
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            return ""
        raise


def _shared(folder: str) -> str:
    """The directory that all worktrees of a repository share."""
    shared = _first_line(os.path.join(folder, "commondir"))
    return os.path.normpath(os.path.join(folder, shared)) if shared else folder
