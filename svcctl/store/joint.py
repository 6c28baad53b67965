"""What a merge commit made of its parents' work: everything of both, nothing beside it.

Records have the events of all parents. Files that only some people may change are what joining both sides' changes
gives. A request that was renumbered, because the other side had its id too, is recognised by its content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from svcctl.model.ids import is_request_id, record_path
from svcctl.model.messages import Message
from svcctl.rules import verification as rules
from svcctl.rules.verification import Fault
from svcctl.store.commits import Changes, Made
from svcctl.store.git import Blob, Git, Objects
from svcctl.store.merge import Differs, Parts, merge_records, take_apart
from svcctl.store.threeway import merge_files

_BEGIN, _END = -22, -5
_ID = re.compile(rb"(?m)^(?:\xef\xbb\xbf)?id: *(R-[0-9a-z-]+)\s*$")
_AGAIN = Message("take the merge out, and merge again with: svcctl sync")


class Joint:
    """A merge commit; ``changes`` has what it changed against each of its parents, ``tip`` is what others have."""

    def __init__(self, git: Git, objects: Objects, tip: str, made: Made, changes: Sequence[Changes]) -> None:
        self.git, self.objects, self.tip, self.made, self.changes = git, objects, tip, made, changes
        self.paths = sorted({path for one in changes for path in one})
        self.renumbered = dict(self._renumbered())

    def after(self, path: str) -> Blob | None:
        """What the merge has at a path."""
        return next(one[path].after for one in self.changes if path in one)

    def sides(self, path: str) -> list[Blob | None]:
        """What each parent has at a path."""
        after = self.after(path)
        return [one[path].before if path in one else after for one in self.changes]

    def _content(self, blob: Blob | None) -> bytes | None:
        found = self.objects.read(blob.oid) if blob is not None else None
        return found[1] if found else None

    # Records

    def record_faults(self, path: str) -> Iterator[Fault]:
        """What a record of the merge has too much or too little."""
        after = self._content(self.after(path))
        sides = [content for side in self.sides(path) if (content := self._content(side)) is not None]
        if after is None:
            if not self._is_elsewhere(path, sides):
                message = Message("the record is in a parent of this merge, and not in it")
                yield Fault("deleted", message, _AGAIN)
        elif path[_BEGIN:_END] in self.renumbered.values() and not sides:
            return
        elif not sides:
            message = Message("the record is in no parent of this merge")
            yield Fault("merge-adds", message, Message("open requests before merging, with: svcctl new"))
        elif after not in sides or not all(after.startswith(side) for side in sides):
            yield from self._union(path, sides, after)

    def _is_elsewhere(self, path: str, sides: Sequence[bytes]) -> bool:
        """Whether a side has put the record where its id belongs, and the merge has all of it there."""
        place = place_of(sides[0])
        found = self.objects.read(f"{self.made.id}:{place}") if place and place != path else None
        return found is not None and None in self.sides(path) and all(found[1].startswith(side) for side in sides)

    def _union(self, path: str, sides: Sequence[bytes], after: bytes) -> Iterator[Fault]:
        try:
            found = take_apart(after)
            wanted = self._joined(path, sides)
        except Differs as error:
            yield Fault("header", error.message, _AGAIN)
            return
        if found.header != wanted.header:
            yield Fault("header", Message("the header is that of no parent"), _AGAIN)
        has, should = ({self._as_it_was(row): key[3] for row, key in one.rows.items()} for one in (found, wanted))
        for row, name in should.items():
            if row not in has:
                message = Message("the event {id} is in a parent of this merge, and not in it", id=name or row[:40])
                yield Fault("merge-loses", message, _AGAIN, name)
        for row, name in has.items():
            if row not in should:
                message = Message("the event {id} is in no parent of this merge", id=name or row[:40])
                yield Fault("merge-adds", message, Message("record deeds before or after merging"), name)

    def _joined(self, path: str, sides: Sequence[bytes]) -> Parts:
        """The record with the lines of all sides."""
        if path[_BEGIN:_END] in self.renumbered:
            # Two requests: the one that kept the id, and the one that is elsewhere now.
            kept = [side for side in sides if side not in self._moved_contents(path)]
            sides = kept or sides
        joined = sides[0]
        for side in sides[1:]:
            joined = merge_records(None, joined, side)
        return take_apart(joined)

    def _as_it_was(self, row: str) -> str:
        """A line with the old ids of requests that were renumbered."""
        for old, new in self.renumbered.items():
            row = row.replace(new, old)
        return row

    # Requests that were renumbered

    def _renumbered(self) -> Iterator[tuple[str, str]]:
        """The old and new ids of requests of one side that moved, because the other side had their id too."""
        records = [path for path in self.paths if rules.room(path) == rules.RECORD]
        clashes = [path for path in records if len({blob.oid for blob in self.sides(path) if blob}) > 1]
        fresh = [path for path in records if self.after(path) is not None and not any(self.sides(path))]
        for path in fresh:
            new = path[_BEGIN:_END]
            content = self._content(self.after(path)) or b""
            for clash in clashes:
                old = clash[_BEGIN:_END].encode()
                contents = [self._content(side) or b"" for side in self.sides(clash)]
                own = [one for one in contents if one.replace(old, new.encode()) == content]
                if own and any(_is_other(one, own[0]) for one in contents) and not self._is_shared(clash, own[0]):
                    yield clash[_BEGIN:_END], new
                    break

    def _is_shared(self, path: str, content: bytes) -> bool:
        """Whether others have the request already: then it is not the one that gets a new id."""
        found = self.objects.read(f"{self.tip}:{path}")
        return found is not None and not _is_other(found[1], content)

    def _moved_contents(self, path: str) -> list[bytes]:
        old = path[_BEGIN:_END]
        new = self.renumbered[old]
        moved = next((one for one in self.paths if one[_BEGIN:_END] == new), "")
        content = self._content(self.after(moved)) or b"" if moved else b""
        return [content.replace(new.encode(), old.encode())]

    def is_moved(self, path: str) -> bool:
        """Whether a file went with its request, which was renumbered."""
        for old, new in self.renumbered.items():
            other = path.replace(old, new) if old in path else path.replace(new, old)
            if other in self.paths and other != path:
                mine, theirs = [*self.sides(path), self.after(path)], [*self.sides(other), self.after(other)]
                return any(blob is not None and blob in theirs for blob in mine)
        return False

    # Files that not everybody may change

    def line_faults(self, path: str) -> Iterator[Fault]:
        """What a list of readers has too much or too little."""
        has = set((self._content(self.after(path)) or b"").splitlines())
        should = {row for side in self.sides(path) for row in (self._content(side) or b"").splitlines()}
        for row in sorted(has ^ should):
            line = row.decode("utf-8", "replace")
            message = Message("the merge adds or loses the line “{line}”", line=line)
            yield Fault("readers", message, _AGAIN)

    def follows(self, path: str) -> bool:
        """Whether a file of the merge is what joining both sides' changes gives."""
        after, sides = self.after(path), self.sides(path)
        if len(sides) != 2:
            return after in sides and len(set(sides)) == 1
        return any(self._follows_from(base, path, sides, after) for base in self._bases())

    def _bases(self) -> list[str]:
        return self.git.line("merge-base", "--all", *self.made.parents, allowed=(0, 1)).split()

    def _follows_from(self, base: str, path: str, sides: Sequence[Blob | None], after: Blob | None) -> bool:
        ours, theirs = sides
        found = self.objects.read(f"{base}:{path}")
        before = found[0] if found else ""
        if ours is not None and theirs is not None and ours.oid != theirs.oid and before not in (ours.oid, theirs.oid):
            return self._joins(path, found[1] if found else None, ours, theirs, after)
        changed = [side for side in sides if (side.oid if side else "") != before]
        return after in (changed or sides)

    def _joins(self, path: str, base: bytes | None, ours: Blob, theirs: Blob, after: Blob | None) -> bool:
        contents = [self._content(side) or b"" for side in (ours, theirs)]
        wanted = self._content(after)
        for one, other in (contents, contents[::-1]):
            if wanted is not None and merge_files(path, base, one, other, self.git.join_lines)[0] == wanted:
                return True
        return False


def may_be_a_record(path: str) -> bool:
    """Whether a file lies among the records, in its place or not."""
    return path.startswith("requests/") and path.endswith(".yaml")


def place_of(content: bytes) -> str:
    """Where a record belongs by the id in its header; empty where it has none."""
    found = _ID.search(content.partition(b"\nevents:")[0])
    name = found[1].decode("ascii", "replace") if found else ""
    return record_path(name) if is_request_id(name) else ""


def _is_other(one: bytes, other: bytes) -> bool:
    """Whether two records of one id are two requests."""
    try:
        return take_apart(one).header != take_apart(other).header
    except Differs:
        return False
