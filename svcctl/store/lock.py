"""One writer at a time: an advisory lock on a file in the git directory."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable
from types import TracebackType

from svcctl.model.messages import Message
from svcctl.model.problems import Busy, Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.git import Git

WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.01


class Lock:
    """Holds the desk's lock for a ``with`` block.

    The programs that ``git`` starts meanwhile hold it too: should this process be killed, the next writer waits for
    what it has left running, so that it sees whether the branch was moved.

    Args:
        sweep: removes what a killed holder has left, ``git.sweep`` if not said: nobody else has the lock now, nor has
            any git that one of them has started.

    Raises on entry:
        Busy: somebody else held it for ``wait`` seconds.
        Refused: the folder cannot be written.
    """

    def __init__(
        self,
        folder: str,
        git: Git | None = None,
        wait: float = WAIT_SECONDS,
        sweep: Callable[[], None] | None = None,
    ) -> None:
        self.folder, self.git, self.wait = folder, git, wait
        self.sweep = sweep or (git.sweep if git is not None else None)
        self._descriptor = -1

    def __enter__(self) -> Lock:
        try:
            os.makedirs(self.folder, exist_ok=True)
            path = os.path.join(self.folder, "lock")
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise not_writable(error) from None
        deadline = time.monotonic() + self.wait
        while not self._try():
            if time.monotonic() > deadline:
                os.close(self._descriptor)
                raise Busy(
                    Message("somebody else has been writing to this desk for {seconds:.0f} s", seconds=self.wait),
                    Message("type the command again"),
                    code="locked",
                )
            time.sleep(_PAUSE_SECONDS)
        if self.git is not None:
            self.git.inherited = (self._descriptor,)
        self._tidy()
        return self

    def _tidy(self) -> None:
        try:
            if self.sweep is not None:
                self.sweep()
        except BaseException as error:
            self.__exit__(type(error), error, None)
            if isinstance(error, OSError):
                raise not_writable(error) from None
            raise

    def _try(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.git is not None:
            self.git.inherited = ()
        os.close(self._descriptor)


def not_writable(error: OSError) -> Refused:
    """The refusal for a folder that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(str(error.filename or error.strerror))
    return Refused(
        Message("cannot write {path}: {why}", path=error.filename or "", why=error.strerror or error),
        Message("make the folder writable for you, then type the command again"),
        code="not-writable",
    )


def disk_full(where: str) -> Refused:
    """The refusal where the disk is full; ``where`` is the file, or git's words."""
    return Refused(
        Message("the disk is full: {where}", where=where),
        Message("make room on it, then type the command again"),
        code="disk-full",
    )
