"""The files a person sees: refreshed from what was committed, never the other way round."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator

from svcctl.model.messages import Message
from svcctl.model.problems import Refused

PROGRAM = "100755"
"""git's mode of a file that may be run."""

# One writer holds the lock, so one name will do; what a killed one left is swept by the next.
_BESIDE = ".svcctl-tmp"


def read(root: str, path: str) -> bytes | None:
    """A file's content, or None where there is none.

    Raises:
        IsADirectoryError: a folder, link, pipe or device stands in its place, which is not read: it might have no end.
    """
    place = os.path.join(root, path)
    try:
        if not stat.S_ISREG(os.lstat(place).st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), place)
        with open(place, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def stands(root: str, path: str, content: bytes | None) -> bool:
    """Whether the file has this content, or is not there for None; what is no plain file is neither.

    A file that a sparse checkout leaves out need not be there: the folder says nothing else than the commit.
    """
    try:
        found = read(root, path)
    except IsADirectoryError:
        return False
    return found == content or (found is None and is_left_out(root, path))


def is_left_out(root: str, path: str) -> bool:
    """Whether a file is missing in the folder because a sparse checkout leaves it out: its year is archived."""
    from svcctl.store.archive import has_path, years
    from svcctl.store.git import Git, git_folder

    if os.path.lexists(os.path.join(root, path)):
        return False
    folder = git_folder(root)
    if has_path(years(os.path.join(folder, "svcctl")), path):
        return True
    # A person's own sparse checkout may leave out anything; only git knows.
    return os.path.exists(os.path.join(folder, "info", "sparse-checkout")) and bool(Git(root).left_out([path]))


def strange(root: str, path: str) -> Iterator[str]:
    """What is a link, a pipe or a device at a path or below it."""
    place = os.path.join(root, path)
    if os.path.islink(place):
        yield path
        return
    for folder, folders, names in os.walk(place):
        for name in sorted([*folders, *names]):
            found = os.path.join(folder, name)
            mode = os.lstat(found).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                yield os.path.relpath(found, root)


def write(root: str, path: str, content: bytes, program: bool = False) -> None:
    """Replaces a file as a whole: a new file beside it, then a rename. A ``program`` may be run."""
    check_inside(root, path)
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    beside = target + _BESIDE
    try:
        with open(beside, "wb") as file:
            file.write(content)
        if program:
            os.chmod(beside, 0o755)
        os.replace(beside, target)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def sweep(root: str, path: str) -> None:
    """Deletes the half-written file that an interrupted ``write`` may have left beside a path."""
    try:
        os.unlink(os.path.join(root, path) + _BESIDE)
    except (FileNotFoundError, NotADirectoryError):
        return


def remove(root: str, path: str) -> None:
    """Deletes a file if it is there."""
    check_inside(root, path)
    try:
        os.unlink(os.path.join(root, path))
    except FileNotFoundError:
        return


def check_inside(root: str, path: str) -> None:
    """Refuses a path that leaves the desk, by ``..`` or through a symbolic link.

    Raises:
        Refused: it leaves the desk.
    """
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or ".git" in parts or "" in parts:
        raise _outside(path)
    place = root
    for part in parts:
        place = os.path.join(place, part)
        if os.path.islink(place):
            raise _outside(path)


def _outside(path: str) -> Refused:
    return Refused(
        Message("{path} leads out of the desk", path=path),
        Message("replace the symbolic link by a real folder, or mend the name"),
        code="outside",
    )
