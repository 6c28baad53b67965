"""What killed gits have left among the objects: half-written files that nothing reads, and that only take room."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.store.git import Git
from svcctl.store.repair import Repair

AGE = 24 * 3600
"""Seconds after which no git still writes such a file; a younger one may be somebody's work."""

_NAME = re.compile(r"tmp_(obj|pack|idx|rev|bitmap|mtimes)_[A-Za-z0-9]{6}")
_FOLDER = re.compile(r"[0-9a-f]{2}|pack")
_KIB = 1024


class Leaving(NamedTuple):
    """A file by its path in the repository's folder, and its size in bytes."""

    path: str
    size: int


def leavings(git: Git, now: float) -> list[Leaving]:
    """The half-written files that are older than a day, by the machine's own clock.

    Args:
        now: seconds since the epoch; never a moment that somebody gave, or a git that runs would lose its file.
    """
    objects = os.path.join(git.refs.shared, "objects")
    return sorted(_in_folders(objects, now - AGE)) if not os.path.islink(objects) else []


def _in_folders(objects: str, latest: float) -> Iterator[Leaving]:
    for folder in ("", *filter(_FOLDER.fullmatch, _names(objects))):
        place = os.path.join(objects, folder)
        # Not through a link: a desk may come from somebody else.
        for name in filter(_NAME.fullmatch, _names(place) if not os.path.islink(place) else ()):
            try:
                found = os.lstat(os.path.join(place, name))
            except OSError:
                continue
            if stat.S_ISREG(found.st_mode) and found.st_mtime < latest:
                yield Leaving(os.path.join("objects", folder, name), found.st_size)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def named(found: list[Leaving]) -> Iterator[Problem]:
    """One line about all of them; none where there are none."""
    if found:
        size = -(-sum(one.size for one in found) // _KIB)
        message = Message.plural(
            "a killed git has left {n} half-written file here ({size} KiB), which nothing reads",
            "killed gits have left {n} half-written files here ({size} KiB), which nothing reads",
            len(found),
            size=size,
        )
        yield Problem(Place(".git/objects"), "leavings", message, Message("svcctl fsck --repair"))


def removed(git: Git, found: list[Leaving], dry_run: bool) -> list[Repair]:
    """Removes the files; one that cannot be removed stays."""
    done = []
    for one in found:
        try:
            if not dry_run:
                os.unlink(os.path.join(git.refs.shared, one.path))
        except OSError:
            continue
        done.append(Repair(f".git/{one.path}", "leavings", Message("a killed git has left it half-written")))
    return done
