"""A copy of a folder that is put back after every break, and the states that breaks leave, each looked at once."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

_Verdict = TypeVar("_Verdict")
_CHANCE = re.compile(r"(?<=tmp_)(obj|pack|idx|rev)_\w+|(?<=\.)\d+(?=\.(?:tmp|new)$)")
_OWNER = re.compile(rb"svcctl \d+ \d+\n")


class Entry(NamedTuple):
    """A file, folder (a path that ends with a slash, without content) or symbolic link (its target)."""

    mode: int
    content: bytes


def contents(folder: str) -> dict[str, Entry]:
    """All that lies in a folder, by path."""
    found: dict[str, Entry] = {}
    waiting = [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(f"{folder}/{above}") as entries:
            for entry in entries:
                path, mode = above + entry.name, entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    waiting.append(path + "/")
                    found[path + "/"] = Entry(mode, b"")
                elif stat.S_ISLNK(mode):
                    found[path] = Entry(mode, os.fsencode(os.readlink(entry.path)))
                else:
                    found[path] = Entry(mode, read(entry.path))
    return found


def read(path: str) -> bytes:
    """A file's bytes, without Python's buffers."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(descriptor).st_size
        return os.read(descriptor, size) if size else b""
    finally:
        os.close(descriptor)


class Copy:
    """A copy of a folder: compared and put back byte by byte, so nothing that a break has done to it is left."""

    def __init__(self, source: Path, folder: Path) -> None:
        self.folder = folder
        self._place = str(folder)
        self._whole = contents(str(source))
        self._times = {path: os.lstat(source / path).st_mtime_ns for path in self._whole}
        every = sorted((path, *entry) for path, entry in self._whole.items())
        self._source = hashlib.sha256(repr(every).encode()).digest()

    def renew(self) -> Path:
        """Makes the copy what the original is."""
        os.makedirs(self.folder, exist_ok=True)
        found = contents(self._place)
        for path in sorted(found, reverse=True):
            if self._whole.get(path) != found[path]:
                self._remove(path)
        for path in sorted(self._whole):
            if self._whole[path] != found.get(path):
                self._make(path, self._whole[path])
        return self.folder

    def _remove(self, path: str) -> None:
        place = f"{self._place}/{path}"
        if not path.endswith("/"):
            os.unlink(place)
        elif path not in self._whole:
            os.rmdir(place)

    def _make(self, path: str, entry: Entry) -> None:
        place = f"{self._place}/{path}"
        if path.endswith("/"):
            os.makedirs(place, exist_ok=True)
        elif stat.S_ISLNK(entry.mode):
            os.symlink(os.fsdecode(entry.content), place)
            return
        else:
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(descriptor, entry.content)
            os.close(descriptor)
        os.chmod(place, stat.S_IMODE(entry.mode))
        os.utime(place, ns=(self._times[path], self._times[path]))

    def state(self) -> bytes:
        """A digest of the copy, the same for two that differ in nothing but the names of temporary files and times."""
        return self.states("\0")[0]

    def states(self, but: str) -> tuple[bytes, bytes]:
        """The digest of the copy, and that of what has no ``but`` in its path."""
        found = contents(self._place)
        changed = sorted(
            (_CHANCE.sub(r"\1", path), entry.mode, told(entry.content))
            for path, entry in found.items()
            if self._whole.get(path) != entry
        )
        changed += [(path, 0, b"") for path in sorted(self._whole.keys() - found.keys())]
        return self._digest(changed), self._digest([entry for entry in changed if but not in entry[0]])

    def _digest(self, changed: list[tuple[str, int, bytes]]) -> bytes:
        return hashlib.sha256(self._source + repr(changed).encode()).digest()

    def remove(self) -> None:
        """Takes the copy away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def told(content: bytes) -> bytes:
    """A file's content without what the clock and the kernel put in: the owner of a lock, the times in git's index."""
    if content.startswith((b"DIRC\0\0\0\2", b"DIRC\0\0\0\3")):
        return timeless(content)
    return b"svcctl\n" if _OWNER.fullmatch(content) else content


def timeless(index: bytes) -> bytes:
    """git's index (see gitformat-index) without the times, device and inode of its files, and its checksum.

    Whether an entry has them at all stays told: git looks into a file whose entry has none.
    """
    text, place = bytearray(index), 12
    for _ in range(int.from_bytes(index[8:12])):
        if place + 62 > len(index):
            return index
        flags = int.from_bytes(index[place + 60 : place + 62])
        text[place : place + 24] = bytes(23) + bytes([any(index[place : place + 24])])
        place += (62 + (2 if flags & 0x4000 else 0) + (flags & 0xFFF) + 8) // 8 * 8
    return bytes(text[:-20])


class Known:
    """What was found in the states that breaks have left: what has the same bytes needs no second look.

    Every tenth of those that were met before is looked at again, and must be found to be the same.
    """

    def __init__(self) -> None:
        self._verdicts: dict[object, object] = {}
        self.looked, self.met = 0, 0

    def since(self) -> int:
        """How often was looked since this was asked last."""
        looked, self.looked = self.looked, 0
        return looked

    def verdict(self, state: object, look: Callable[[], _Verdict]) -> _Verdict:
        """What ``look`` finds in a state; ``None`` stands for one that may still change, and is always looked at."""
        known = state is not None and state in self._verdicts
        if known:
            self.met += 1
            if self.met % 10:
                return self._verdicts[state]  # type: ignore[return-value]
        self.looked += 1
        found = look()
        if known:
            assert found == self._verdicts[state], "the same bytes, and something else was found"
        elif state is not None:
            self._verdicts[state] = found
        return found
