"""git's own lock files, taken so that afterwards nobody can doubt whose they are.

Where ``index.lock`` stands, git writes no ``index``; the same for ``HEAD`` and every branch. A git that is killed
leaves its lock, and nobody can tell it from that of a git which still runs: a ``git commit`` with its editor open
holds one for minutes. So svcctl has no git take them: it writes a file of its own and links it to the lock's name.
The link is made at once or not at all, and whose lock it is can be seen by it, whatever was killed.
"""

from __future__ import annotations

import errno
import os
import time
from types import TracebackType

from svcctl.model.messages import Message
from svcctl.model.problems import Busy

WAIT_SECONDS = 2.0
_PAUSE_SECONDS = 0.005
_MARK = "lock-"
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


class GitLock:
    """Holds git's lock on a file of the repository for a ``with`` block; the caller holds svcctl's own lock.

    Args:
        own: svcctl's own folder in the git directory.
        path: the file.
        content: what the file has after ``replace``; empty where it is not to be replaced by the lock.
        wait: how long to wait for another git, in seconds; ``WAIT_SECONDS`` if not said.

    Raises on entry:
        Busy: another git held it for so long.
        OSError: it cannot be written.
    """

    def __init__(self, own: str, path: str, content: bytes = b"", wait: float | None = None) -> None:
        self.path, self.content, self.durable = path, content or _own_words(), bool(content)
        self.lock = path + ".lock"
        self.gone = False
        self.wait = WAIT_SECONDS if wait is None else wait
        self.mark = os.path.join(own, _MARK + _name(os.path.relpath(path, os.path.dirname(own))))

    def __enter__(self) -> GitLock:
        _let_go(self.mark, self.lock)
        os.makedirs(os.path.dirname(self.mark), exist_ok=True)
        self._write(self.mark)
        try:
            self._take()
        except BaseException:
            _let_go(self.mark, self.lock)
            raise
        return self

    def _take(self) -> None:
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        deadline = time.monotonic() + self.wait
        while not self._try():
            if time.monotonic() > deadline:
                raise at_work(self.lock)
            time.sleep(_PAUSE_SECONDS)

    def _try(self) -> bool:
        try:
            os.link(self.mark, self.lock)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return self._copy()
        return True

    def _copy(self) -> bool:
        """For a disk without links: the same, but for a moment in which the lock is empty."""
        try:
            self._write(self.lock)
        except FileExistsError:
            return False
        return True

    def _write(self, path: str) -> None:
        """A new file; never one that is there: it may be linked to what git reads."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            with open(descriptor, "wb") as file:
                file.write(self.content)
                if self.durable:
                    file.flush()
                    os.fsync(file.fileno())
            if os.path.exists(self.path):
                # A repository that a group shares: whoever could write the file can write the next one.
                os.chmod(path, os.stat(self.path).st_mode & 0o777)
        except BaseException:
            _unlink(path)
            raise

    def replace(self) -> None:
        """Puts the lock in the place of the file, as git does, and makes that last.

        A disk may keep a rename in its memory for seconds; git leaves it there.
        """
        os.replace(self.lock, self.path)
        self.gone = True
        try:
            _sync_folder(os.path.dirname(self.path))
        except OSError:
            # It has happened, and nothing can be taken back.
            return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self.gone:
                os.unlink(self.lock)
            os.unlink(self.mark)
        except OSError:
            # What was done is done; whoever writes next removes them.
            return


def _own_words() -> bytes:
    """What no other lock has in it."""
    return f"svcctl {os.getpid()} {time.monotonic_ns()}\n".encode("ascii")


def release(own: str) -> None:
    """Removes the locks that a killed svcctl has left, and no others; the caller holds svcctl's own lock."""
    try:
        names = [name for name in os.listdir(own) if name.startswith(_MARK)]
    except FileNotFoundError:
        return
    for name in names:
        mark = os.path.join(own, name)
        lock = os.path.normpath(os.path.join(os.path.dirname(own), _path(name.removeprefix(_MARK)))) + ".lock"
        _let_go(mark, lock)


def _let_go(mark: str, lock: str) -> None:
    """Removes a mark, and first the lock if it is that of the mark: without it nobody could tell any more."""
    if _is_ours(mark, lock):
        os.unlink(lock)
    _unlink(mark)


def _is_ours(mark: str, lock: str) -> bool:
    try:
        mine, theirs = os.stat(mark), os.stat(lock)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if os.path.samestat(mine, theirs):
        return True
    return 0 < mine.st_size == theirs.st_size and _content(mark) == _content(lock)


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def _name(path: str) -> str:
    return path.replace("%", "%25").replace("/", "%2F")


def _path(name: str) -> str:
    return name.replace("%2F", "/").replace("%25", "%")


def at_work(lock: str) -> Busy:
    """The refusal where another git has a lock."""
    return Busy(
        Message("another git command is at work in this desk"),
        Message(
            "try again when it is done; if none is running, delete the file that a killed git left: {lock}", lock=lock
        ),
        code="git-busy",
    )
