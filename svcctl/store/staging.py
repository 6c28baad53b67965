"""git's index follows a deed: a copy with the deed's entries, which takes the index's place under git's own lock."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack

from svcctl.model.problems import SvcctlError
from svcctl.store.gitindex import GitIndex, Staging
from svcctl.store.gitlock import GitLock
from svcctl.store.objectfiles import Elsewhere, digest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.git import Git

LARGE = 1 << 20
"""Bytes, from which an index takes its time to be freed."""

_FEW = 20
"""So many entries of the index are found one by one; git takes all of it apart for any number."""


class Prepared:
    """The index that a deed is to have, written while git still writes its objects.

    At a hundred thousand files that takes as long as git does, and neither needs the other. It is an offer only:
    where it fails for any reason, ``Git.stage`` does the same after the deed, and says what is wrong.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._held = ExitStack()
        self._wanted: Sequence[Staging] = ()

    def write(self, wanted: Sequence[Staging]) -> None:
        """Takes the index's lock, if it is free, and writes the copy."""
        try:
            self._held.enter_context(GitLock(self._git.refs.own, self._git.index_path, wait=0))
            if written(self._git.index_path, wanted, self._git.index_copy):
                self._wanted = wanted
        except (SvcctlError, OSError):
            pass
        if not self._wanted:
            self._held.close()

    def place(self, wanted: Sequence[Staging]) -> bool:
        """Puts the copy in the index's place, if there is one with just these entries, and lets go of the lock.

        Raises:
            OSError: it cannot be put there.
        """
        is_there = bool(wanted) and wanted == self._wanted
        if is_there:
            take_place(self._git)
        self._held.close()
        return is_there

    def __enter__(self) -> Prepared:
        return self

    def __exit__(self, *_: object) -> None:
        # A copy that has not taken its place is written over by the next.
        self._held.close()


def take_place(git: Git) -> None:
    """Puts the copy of the index in the index's place.

    What stood there, if it is large, keeps another name until the next deed. A disk frees no blocks while it still
    finds room for those of a file just written: at a hundred thousand files that takes a tenth of a deed's time
    (measured on ext4), and the next deed has the old index gone at once.

    Raises:
        OSError: it cannot be put there.
    """
    try:
        if os.stat(git.index_path).st_size > LARGE:
            os.link(git.index_path, git.index_before)
    except OSError:
        # There was no index, or there are no links here, or it is the second deed within one lock: it goes now.
        pass
    os.replace(git.index_copy, git.index_path)


def blob_id(content: bytes) -> str:
    """The id that git gives to a file's content."""
    total = digest(len(content))
    total.update(b"blob %d\0" % len(content))
    total.update(content)
    oid: str = total.hexdigest()
    return oid


def few(paths: Sequence[object]) -> bool:
    """Whether entries are so few that they are quicker found without git."""
    return len(paths) <= _FEW


def plain_index(path: str) -> GitIndex | None:
    """The index, where it can be read without git."""
    try:
        return GitIndex(path)
    except (Elsewhere, OSError):
        return None


def written(index: str, wanted: Sequence[Staging], copy: str) -> bool:
    """Whether the index with these entries could be written into a copy without git.

    Raises:
        OSError: the copy cannot be written.
    """
    plain = plain_index(index) if few(wanted) and all(one.oid for one in wanted) else None
    if plain is None:
        return False
    with plain:
        if os.path.exists(copy):
            os.unlink(copy)
        try:
            plain.write(wanted, copy)
        except Elsewhere:
            return False
    return True
