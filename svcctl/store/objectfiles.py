"""Reads git's objects from its own files, loose or packed, so that a daily command need not start a git.

What is read is right or is not taken: its SHA-1 must be the object's name. Whatever is unusual (an object that is not
here, another hash, links, alternates, a folder of somebody else's) is left to git, which then says what is wrong.
The forms are git's: gitformat-pack(5), and "Git Objects" in Pro Git for the loose ones.
"""

from __future__ import annotations

import os
import stat
import zlib
from collections.abc import Iterator

from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    # The same as hashlib's, without the OpenSSL that hashlib loads.
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:
    from hashlib import sha1

_KINDS = {1: b"commit", 2: b"tree", 3: b"blob"}
_OFFSET_DELTA, _REFERENCE_DELTA = 6, 7
_MOST = 4 * 1024 * 1024
_DEEPEST = 60
_MOST_FOLDERS = 100
_MOST_DIFFERING = 60
_CHUNK = 4096
_FANOUT = 8
_NAMES = _FANOUT + 4 * 256
_LARGE = 1 << 20


class Node(NamedTuple):
    """What a folder has under a name: a file, or another folder."""

    oid: str
    mode: bytes

    @property
    def is_folder(self) -> bool:
        return self.mode == b"40000"


class Elsewhere(Exception):
    """Only git can tell."""


class ObjectFiles:
    """The objects of one repository; ``folder`` is its ``objects``."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._trees: dict[str, dict[bytes, Node]] = {}
        self._roots: dict[str, str] = {}
        self._packs: list[_Pack] | None = None

    def close(self) -> None:
        """Closes the packs."""
        for pack in self._packs or ():
            pack.close()
        self._packs = None

    def read(self, name: str) -> tuple[str, bytes] | None:
        """A file's object id and content, or None where there is no such file.

        Args:
            name: an object id, or ``<commit>:<path>``.

        Raises:
            Elsewhere: the name is another one, or what it names is not found or not as it should be.
        """
        try:
            oid, colon, path = name.partition(":")
            found = self._at(oid, _parts(path)) if colon else oid
            return None if found is None else (found, self._content(found, b"blob"))
        except (OSError, ValueError, IndexError, zlib.error):
            raise Elsewhere from None

    def paths(self, commit: str, folder: str) -> list[str]:
        """The paths of all files below a folder of a commit.

        Raises:
            Elsewhere: as ``read``, or there are many folders.
        """
        try:
            top = self._at(commit, _parts(folder))
            return [] if top is None else [f"{folder}/{path}" for path in self._below(top, [0])]
        except (OSError, ValueError, IndexError, zlib.error):
            raise Elsewhere from None

    def _below(self, tree: str, seen: list[int]) -> Iterator[str]:
        seen[0] += 1
        if seen[0] > _MOST_FOLDERS:
            raise Elsewhere
        for raw, node in self._tree(tree).items():
            name = raw.decode("utf-8", "surrogateescape")
            if node.is_folder:
                yield from (f"{name}/{path}" for path in self._below(node.oid, seen))
            else:
                yield name

    def changed(self, before: str, after: str) -> list[tuple[str, Node | None]]:
        """What files changed between two commits, by their paths; None is gone.

        Raises:
            Elsewhere: as ``read``, or many folders differ.
        """
        try:
            return list(self._differing(self._at(before, []), self._at(after, []), [0]))
        except (OSError, ValueError, IndexError, zlib.error):
            raise Elsewhere from None

    def _differing(self, before: str | None, after: str | None, seen: list[int]) -> Iterator[tuple[str, Node | None]]:
        seen[0] += 1
        if seen[0] > _MOST_DIFFERING:
            raise Elsewhere
        if before == after:
            return
        old, new = self._tree(before) if before else {}, self._tree(after) if after else {}
        for raw in {**old, **new}:
            was, now = old.get(raw), new.get(raw)
            if was == now:
                continue
            name = raw.decode("utf-8", "surrogateescape")
            if was and not was.is_folder and (now is None or now.is_folder):
                yield name, None
            if now and not now.is_folder:
                yield name, now
            ours, theirs = (one.oid if one and one.is_folder else None for one in (was, now))
            if ours or theirs:
                yield from ((f"{name}/{path}", node) for path, node in self._differing(ours, theirs, seen))

    def _at(self, commit: str, parts: list[bytes]) -> str | None:
        found: str | None = self._roots.get(commit)
        if found is None:
            content = self._content(commit, b"commit")
            if not content.startswith(b"tree "):
                raise Elsewhere
            found = self._roots[commit] = content[5:45].decode("ascii")
        for part in parts:
            node = self._tree(found).get(part)
            if node is None:
                return None
            found = node.oid
        return found

    def _tree(self, oid: str) -> dict[bytes, Node]:
        known = self._trees.get(oid)
        if known is None:
            known = self._trees[oid] = _entries(self._content(oid, b"tree"))
        return known

    def _content(self, oid: str, kind: bytes) -> bytes:
        """The content of an object of this kind."""
        if len(oid) != 40 or oid.strip("0123456789abcdef"):
            raise Elsewhere
        whole = self._loose(oid) or self._packed(bytes.fromhex(oid))
        head, _, content = whole.partition(b"\0")
        if head != b"%b %d" % (kind, len(content)) or sha1(whole).hexdigest() != oid:
            raise Elsewhere
        return content

    def _loose(self, oid: str) -> bytes:
        """The object with its head, empty where it is not loose."""
        try:
            file = plain_file(os.path.join(self._folder, oid[:2], oid[2:]))
        except FileNotFoundError:
            return b""
        try:
            return _inflated(file, 0, b"", _MOST)
        finally:
            os.close(file)

    def _packed(self, oid: bytes) -> bytes:
        if self._packs is None:
            folder = os.path.join(self._folder, "pack")
            names = sorted(name for name in os.listdir(folder) if name.endswith(".idx"))
            self._packs = [_Pack(os.path.join(folder, name[:-4])) for name in names]
        for pack in self._packs:
            offset = pack.offset(oid)
            if offset:
                kind, content = pack.object_at(offset, 0)
                return b"%b %d\0%b" % (kind, len(content), content)
        raise Elsewhere


class _Pack:
    """A pack and its index, version 2."""

    def __init__(self, path: str) -> None:
        self._index, self._pack = plain_file(path + ".idx"), -1
        self._path = path + ".pack"
        head = os.pread(self._index, _NAMES, 0)
        if head[:_FANOUT] != b"\xfftOc\x00\x00\x00\x02":
            raise Elsewhere
        self._ends = [0, *(int.from_bytes(head[n : n + 4], "big") for n in range(_FANOUT, _NAMES, 4))]

    def close(self) -> None:
        for file in (self._index, self._pack):
            if file >= 0:
                os.close(file)

    def offset(self, oid: bytes) -> int:
        """Where an object begins, 0 where it is not in this pack."""
        first, end = self._ends[oid[0]], self._ends[oid[0] + 1]
        names = os.pread(self._index, 20 * (end - first), _NAMES + 20 * first)
        place = names.find(oid)
        while place % 20 and place > 0:
            place = names.find(oid, place + 1)
        if place < 0:
            return 0
        offsets = _NAMES + 24 * self._ends[-1]
        found = int.from_bytes(os.pread(self._index, 4, offsets + 4 * (first + place // 20)), "big")
        if found >> 31:
            raise Elsewhere
        return found

    def object_at(self, offset: int, depth: int) -> tuple[bytes, bytes]:
        """The kind and content of the object that begins here."""
        if depth > _DEEPEST:
            raise Elsewhere
        if self._pack < 0:
            self._pack = plain_file(self._path)
        chunk = os.pread(self._pack, _CHUNK, offset)
        kind, size, place = _head(chunk)
        if kind in _KINDS:
            return _KINDS[kind], _inflated(self._pack, offset + len(chunk), chunk[place:], size)
        if kind == _OFFSET_DELTA:
            back, place = _distance(chunk, place)
            base = offset - back
        elif kind == _REFERENCE_DELTA:
            base, place = self.offset(chunk[place : place + 20]), place + 20
        else:
            raise Elsewhere
        if base <= 0:
            raise Elsewhere
        of, content = self.object_at(base, depth + 1)
        return of, _patched(content, _inflated(self._pack, offset + len(chunk), chunk[place:], size))


def digest(size: int) -> Any:
    """A SHA-1 to be fed with so many bytes; for many of them OpenSSL's faster one is worth loading."""
    if size > _LARGE:
        import hashlib

        return hashlib.sha1(usedforsecurity=False)
    return sha1()


def plain_file(path: str) -> int:
    """A plain file, opened for reading; a link or a pipe might lead anywhere, or have no end.

    Raises:
        Elsewhere: it is no plain file.
        OSError: it cannot be opened.
    """
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise Elsewhere
    return file


def _inflated(file: int, offset: int, begun: bytes, most: int) -> bytes:
    """What is compressed in a file: in ``begun``, and then from ``offset``; no longer than ``most``."""
    if most > _MOST:
        raise Elsewhere
    stream, found, chunk = zlib.decompressobj(), b"", begun
    while not stream.eof:
        if not chunk:
            chunk = os.pread(file, _CHUNK, offset)
            offset += len(chunk)
            if not chunk:
                raise Elsewhere
        found += stream.decompress(chunk, most + 1 - len(found))
        if len(found) > most:
            raise Elsewhere
        chunk = stream.unconsumed_tail
    return found


def _head(chunk: bytes) -> tuple[int, int, int]:
    """The kind of a packed object, its size, and how long this head of it is."""
    size, shift, place = chunk[0] & 15, 4, 1
    while chunk[place - 1] & 128:
        size |= (chunk[place] & 127) << shift
        shift, place = shift + 7, place + 1
    return (chunk[0] >> 4) & 7, size, place


def _distance(chunk: bytes, place: int) -> tuple[int, int]:
    """How far back the base of a delta begins, and where the delta goes on."""
    value = chunk[place] & 127
    while chunk[place] & 128:
        place += 1
        value = ((value + 1) << 7) | (chunk[place] & 127)
    return value, place + 1


def _patched(base: bytes, delta: bytes) -> bytes:
    """What a delta makes of its base."""
    size, place = _number(delta, 0)
    if size != len(base):
        raise Elsewhere
    size, place = _number(delta, place)
    parts = []
    while place < len(delta):
        command, place = delta[place], place + 1
        if command & 128:
            begin, place = _some_bytes(delta, place, command & 15)
            length, place = _some_bytes(delta, place, command >> 4 & 7)
            parts.append(base[begin : begin + (length or 0x10000)])
        else:
            parts.append(delta[place : place + command])
            place += command
    made = b"".join(parts)
    if len(made) != size:
        raise Elsewhere
    return made


def _some_bytes(delta: bytes, place: int, which: int) -> tuple[int, int]:
    """A number of which only these bytes stand there, the lowest first, and where the delta goes on."""
    value = shift = 0
    while which:
        if which & 1:
            value, place = value | delta[place] << shift, place + 1
        which, shift = which >> 1, shift + 8
    return value, place


def _number(delta: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte, place = delta[place], place + 1
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            return value, place


def _entries(tree: bytes) -> dict[bytes, Node]:
    """A tree's entries by their names."""
    found, begin = {}, 0
    while begin < len(tree):
        end = tree.index(b"\0", begin)
        mode, _, name = tree[begin:end].partition(b" ")
        found[name] = Node(tree[end + 1 : end + 21].hex(), mode)
        begin = end + 21
    return found


def _parts(path: str) -> list[bytes]:
    parts = path.encode("utf-8", "surrogateescape").split(b"/")
    if any(part in (b"", b".", b"..") for part in parts):
        raise Elsewhere
    return parts
