"""git's index, read and changed without a git where it has its plain form (gitformat-index(5), versions 2 and 3).

A deed changes an entry or two among a hundred thousand. git takes all of them apart and puts them together again, which
takes it several times as long as copying the bytes between them. What is unusual (other versions, extensions but for
the cached trees, merges, flags of any kind) is left to git: ``Elsewhere``. Of what a sparse checkout leaves out the
entries, or those of whole folders, are passed by; whoever asks for one of these is sent to git.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence

from svcctl.model.namedtuples import NamedTuple
from svcctl.store.objectfiles import Elsewhere, digest, plain_file

_HEAD = 12
_STAT = 40
_FLAGS = _STAT + 20
_NAME = _FLAGS + 2
_STEP = 8
_SUM = 20
_LENGTH = 0xFFF
_EXTENDED = 0x4000
"""In version 3: two bytes of more flags stand before the path."""
_SPARSE = b"sdir\0\0\0\0"
"""The extension that says that there may be entries of whole folders (``index.sparse``)."""
_WINDOW = 1 << 20
_TAIL = 1 << 14
_BLOCK = 1 << 17
"""So much is copied at a time: larger blocks would be memory that is asked for, and given back, each time."""

_NODE = re.compile(rb"([^\0]*)\0(-1|\d+) (\d+)\n")
"""A folder in the extension of cached trees: its name, how many entries it has (-1: no longer known), its folders."""


class Staging(NamedTuple):
    """What a path is to have in the index; without an object id it is to be gone."""

    path: str
    oid: str
    mode: str = "100644"


class _Edit(NamedTuple):
    """Bytes in the place of others; the path tells which of two that begin at one place comes first."""

    begin: int
    path: bytes
    end: int
    content: bytes


class GitIndex:
    """The index in a file as it stands; to be closed.

    Raises:
        Elsewhere: it is not in its plain form.
        OSError: it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._file = plain_file(path)
        try:
            self._status = os.fstat(self._file)
            self._size = self._status.st_size - _SUM
            head = self._bytes(0, _HEAD)
            if head[:8] not in (b"DIRC\0\0\0\2", b"DIRC\0\0\0\3") or self._size <= _HEAD:
                raise Elsewhere
            self._count = int.from_bytes(head[8:], "big")
            self._known: dict[bytes, int | None] = {}
            self._sparse = _SPARSE if self._bytes(self._size - len(_SPARSE), self._size) == _SPARSE else b""
            self._end, self._trees = self._extension()
            self._check_end()
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> GitIndex:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def oids(self, paths: Iterable[str]) -> dict[str, str]:
        """The object ids of those of the files that are in the index.

        Raises:
            Elsewhere: one of them has flags, or is in the middle of a merge.
        """
        found = {path: self._entry(_raw(path)) for path in paths}
        return {
            path: self._bytes(begin + _STAT, begin + _FLAGS).hex() for path, begin in found.items() if begin is not None
        }

    def write(self, wanted: Sequence[Staging], target: str) -> None:
        """Writes the index with these entries into a new file.

        The entries have no times of their files, as after ``git update-index --cacheinfo``: git looks into them. The
        new file has the old one's time, so that git still doubts whatever it had reason to doubt.

        Raises:
            Elsewhere: it cannot be told where they belong.
            OSError: it cannot be written; what was written is left.
        """
        edits = sorted(self._edit(one) for one in wanted)
        added = sum(edit.begin == edit.end for edit in edits)
        head = self._bytes(0, _HEAD - 4) + (self._count + added).to_bytes(4, "big")
        trees = _without(self._trees, [edit.path for edit in edits]) if self._trees else b""
        whole = [_Edit(0, b"", _HEAD, head), *edits, _Edit(self._end, b"", self._size, trees + self._sparse)]
        total = digest(self._size)
        with open(target, "xb") as file:
            for part in self._parts(whole):
                total.update(part)
                file.write(part)
            file.write(total.digest())
            os.fchmod(file.fileno(), self._status.st_mode & 0o777)
        os.utime(target, ns=(self._status.st_atime_ns, self._status.st_mtime_ns))

    # The parts of the file

    def _bytes(self, begin: int, end: int) -> bytes:
        found = os.pread(self._file, end - begin, begin)
        if len(found) != end - begin:
            raise Elsewhere
        return found

    def _extension(self) -> tuple[int, bytes]:
        """Where the entries end, and the extension of cached trees behind them, which may be missing."""
        window, size = _TAIL, self._size - len(self._sparse)
        while True:
            begin = max(_HEAD, size - window)
            tail = self._bytes(begin, size)
            at = tail.rfind(b"TREE")
            while at >= 0:
                if at + 8 + int.from_bytes(tail[at + 4 : at + 8], "big") == len(tail):
                    return begin + at, tail[at:]
                at = tail.rfind(b"TREE", 0, at)
            if begin == _HEAD or window >= 16 * _WINDOW:
                return size, b""
            window *= 8

    def _check_end(self) -> None:
        """Whether the entries really end there: one must lead to the next until the very end."""
        begin = max(_HEAD, self._end - _TAIL)
        begin += -(begin - _HEAD) % _STEP
        tail = self._bytes(begin, self._end)
        starts = range(0, min(len(tail), _TAIL // 2), _STEP) if begin > _HEAD else (0,)
        if not any(_leads(tail, start) for start in starts):
            raise Elsewhere

    # Finding entries

    def _last(self, text: bytes, before: int) -> int:
        """Where a text stands last among the entries, -1 where it does not."""
        window = _BLOCK
        while before > _HEAD:
            begin = max(_HEAD, before - window)
            at = self._bytes(begin, min(before + len(text) - 1, self._end)).rfind(text)
            if at >= 0:
                return begin + at
            before, window = begin, _WINDOW
        return -1

    def _first(self, text: bytes) -> Iterator[int]:
        """Where a text stands among the entries."""
        for begin in range(_HEAD, self._end, _WINDOW):
            window = self._bytes(begin, min(begin + _WINDOW + len(text) - 1, self._end))
            at = window.find(text)
            while at >= 0:
                yield begin + at
                at = window.find(text, at + 1)

    def _entry(self, path: bytes) -> int | None:
        """Where a file's entry begins, None where there is none."""
        if path not in self._known:
            self._known[path] = self._found(path)
        return self._known[path]

    def _found(self, path: bytes) -> int | None:
        if not 0 < len(path) < _LENGTH:
            raise Elsewhere
        at = self._last(path + b"\0", self._end)
        while at >= 0:
            begin = at - _NAME
            flags = self._flags(begin)
            if flags == len(path):
                return begin
            if flags & _LENGTH == len(path) or self._is_extended(begin - 2, len(path)):
                raise Elsewhere
            # It is the end of a longer path.
            at = self._last(path + b"\0", at)
        if self._sparse and any(self._last(name + b"/\0", self._end) >= 0 for name in (path, *_folders(path))):
            # It is a folder that has one entry for all that is in it, or belongs in one.
            raise Elsewhere
        return None

    def _is_extended(self, begin: int, length: int) -> bool:
        """Whether an entry with more flags and a path of that length may begin here."""
        flags = self._flags(begin)
        return flags >= 0 and flags & _EXTENDED > 0 and flags & _LENGTH == length

    def _flags(self, begin: int) -> int:
        """The flags of an entry, its path's length in their lowest bits; -1 where no entry can begin."""
        if begin < _HEAD or (begin - _HEAD) % _STEP:
            return -1
        return int.from_bytes(self._bytes(begin + _FLAGS, begin + _NAME), "big")

    def _edit(self, one: Staging) -> _Edit:
        path, oid, mode = _raw(one.path), bytes.fromhex(one.oid), int(one.mode, 8)
        if len(oid) != _SUM:
            raise Elsewhere
        entry = bytes(24) + mode.to_bytes(4, "big") + bytes(12) + oid + len(path).to_bytes(2, "big") + path
        entry += bytes(_STEP - len(entry) % _STEP)
        begin = self._entry(path)
        if begin is not None:
            return _Edit(begin, path, begin + len(entry), entry)
        seat = self._seat(path)
        return _Edit(seat, path, seat, entry)

    def _seat(self, path: bytes) -> int:
        """Where a new entry belongs: names are in the order of their bytes."""
        seat = None
        for begin, name in self._entries(self._beginning(path)):
            if name > path:
                seat = begin if seat is None else seat
                if name.startswith(path + b"/"):
                    raise Elsewhere
                if not name.startswith(path):
                    break
        return self._end if seat is None else seat

    def _beginning(self, path: bytes) -> int:
        """The first entry in the nearest folder of a path of which the index has a file."""
        folder = path.rpartition(b"/")[0]
        while folder:
            for at in self._first(folder + b"/"):
                # Whatever flags it has: what sorts before it belongs before it.
                for begin, is_extended in ((at - _NAME, False), (at - _NAME - 2, True)):
                    flags = self._flags(begin)
                    if flags > 0 and (flags & _EXTENDED > 0) == is_extended and self._is_in(begin, folder + b"/"):
                        return begin
            if self._entry(folder) is not None:
                raise Elsewhere
            folder = folder.rpartition(b"/")[0]
        raise Elsewhere

    def _is_in(self, begin: int, folder: bytes) -> bool:
        """Whether the entry that begins here, if one does, is in a folder."""
        return next(self._entries(begin))[1].startswith(folder)

    def _entries(self, begin: int) -> Iterator[tuple[int, bytes]]:
        """Where entries begin, from one of them on, and their paths."""
        while begin < self._end:
            window, at = self._bytes(begin, min(begin + _TAIL, self._end)), 0
            while (following := _after(window, at)) > 0:
                name = _name(window, at)
                yield begin + at, window[name : window.index(b"\0", name)]
                at = following
            if not at:
                raise Elsewhere
            begin += at

    def _parts(self, edits: Sequence[_Edit]) -> Iterator[bytes]:
        """The bytes of the whole file with the edits, but for its checksum."""
        at = 0
        for edit in edits:
            for begin in range(at, edit.begin, _BLOCK):
                yield self._bytes(begin, min(begin + _BLOCK, edit.begin))
            yield edit.content
            at = edit.end


def _raw(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _name(data: bytes, at: int) -> int:
    """Where the path of the entry that begins here does."""
    flags = int.from_bytes(data[at + _FLAGS : at + _NAME], "big")
    return at + _NAME + 2 * (flags & _EXTENDED > 0)


def _after(data: bytes, at: int) -> int:
    """Where the entry ends that begins here, -1 where none does or not all of it is there."""
    if at + _NAME + 2 >= len(data):
        return -1
    length = int.from_bytes(data[at + _FLAGS : at + _NAME], "big") & _LENGTH
    name = _name(data, at)
    end = at + (name - at + length + _STEP) // _STEP * _STEP
    whole = 0 < length < _LENGTH and end <= len(data) and data.find(b"\0", name, end) == name + length
    return end if whole else -1


def _leads(data: bytes, at: int) -> bool:
    """Whether entries follow one another from here to the very end."""
    while 0 <= at < len(data):
        at = _after(data, at)
    return at == len(data)


def _without(extension: bytes, paths: Iterable[bytes]) -> bytes:
    """The extension of cached trees without what it says of the folders of paths, as git's own cache-tree.c does it.

    Raises:
        Elsewhere: it is not as it should be.
    """
    folders = {b"", *(folder for path in paths for folder in _folders(path))}
    data, parts, kept, at = extension[8:], [], 0, 0
    waiting = [(b"", 1)]
    while waiting:
        parent, left = waiting.pop()
        name, known, inner, end = _node(data, at)
        folder = parent + b"/" + name if parent else name
        if left > 1:
            waiting.append((parent, left - 1))
        if folder not in folders:
            at = _beyond(data, end, inner)
            continue
        if known:
            parts += [data[kept:at], b"%b\0-1 %d\n" % (name, inner)]
            kept = end
        if inner:
            waiting.append((folder, inner))
        at = end
    content = b"".join([*parts, data[kept:]])
    return b"TREE" + len(content).to_bytes(4, "big") + content


def _folders(path: bytes) -> Iterator[bytes]:
    while path := path.rpartition(b"/")[0]:
        yield path


def _node(data: bytes, at: int) -> tuple[bytes, bool, int, int]:
    """A folder's name, whether its tree is known, how many folders are in it, and where it ends."""
    found = _NODE.match(data, at)
    if found is None:
        raise Elsewhere
    known = found[2] != b"-1"
    return found[1], known, int(found[3]), found.end() + _SUM * known


def _beyond(data: bytes, at: int, folders: int) -> int:
    """Where so many folders end, with all in them."""
    match = _NODE.match
    while folders:
        found = match(data, at)
        if found is None:
            raise Elsewhere
        at = found.end() if found[2] == b"-1" else found.end() + _SUM
        folders += int(found[3]) - 1
    return at
