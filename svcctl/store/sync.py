"""Brings two clones of a desk together: what both sides did, in one merge commit, without git's merge of a worktree.

Paths that one side changed are taken as they are; records that both changed are merged by the identity of events,
other files by field or by line. Where that cannot be done nothing is changed, and the reasons are told. Nothing is
taken for a renamed file: that would move events from one record into another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from svcctl.model.ids import Entropy, is_request_id, new_request_id, record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Busy, Problem, Refused
from svcctl.store.fastimport import FileChange, Moved
from svcctl.store.git import Author, Blob, Git, Objects
from svcctl.store.journal import check_clean
from svcctl.store.lock import Lock
from svcctl.store.merge import Differs, gained, merge_records, repaired, take_apart
from svcctl.store.remote import Remote
from svcctl.store.subject import one_line
from svcctl.store.threeway import conflict_text, merge_files
from svcctl.store.transaction import PROGRAM, advance, commit
from svcctl.store.tree import REQUESTS
from svcctl.store.vetting import Vetting

_PLAIN = ("100644", PROGRAM)
_TRIES = 8
_AT_ONCE = 500
_MOST_NAMED = 50


class Choice(NamedTuple):
    """Whose version a person wants of files that cannot be joined: paths.

    ``unverified`` takes in, and pushes, commits that break the desk's rules.
    """

    mine: frozenset[str] = frozenset()
    theirs: frozenset[str] = frozenset()
    unverified: bool = False


class Plan(NamedTuple):
    """What has to be written here so that both sides' work is in it."""

    changes: list[FileChange]
    oids: dict[str, str]
    fast: bool
    pulled: int
    touched: list[str]
    """Ids of the requests that came or were merged."""
    both: list[str]
    """Ids of those that both sides had changed."""
    renumbered: dict[str, str]
    repaired: int


class Meeting:
    """Two commits of a desk that have to become one.

    Args:
        tip, fetched: our commit and theirs.
        choice: whose version is wanted of files that cannot be joined.
        entropy: for the new id of a request whose id another one has too.

    Raises:
        Refused: they have no commit in common.
    """

    def __init__(self, git: Git, objects: Objects, tip: str, fetched: str, choice: Choice, entropy: Entropy) -> None:
        self.git, self.objects, self.choice, self.entropy = git, objects, choice, entropy
        self.tip, self.fetched = tip, fetched
        self.base = git.line("merge-base", tip, fetched, allowed=(0, 1))
        if not self.base:
            raise Refused(
                Message("the other repository is not this desk: they have no commit in common"),
                Message("clone the desk instead: git clone ADDRESS"),
                code="unrelated",
            )
        self.ours = git.changed(self.base, tip)
        self.theirs = git.changed(self.base, fetched)
        self.folders = {folder for path, blob in self.ours.items() if blob is not None for folder in _above(path)}
        self.rewritten: dict[str, bytes | None] = {}
        self.reasons: list[Message] = []

    def plan(self) -> Plan:
        """What has to be written.

        Raises:
            Busy: both sides changed what cannot be joined; says what, with both values.
        """
        renumbered = self._renumber()
        fast = self.base == self.tip
        changes = [*self._pulled()] if fast else [*self._merged(), *self._own_rewritten()]
        mended = 0 if fast else self._repair(changes)
        if self.reasons:
            raise Busy(
                Message.plural(
                    "{n} file was changed on both sides and cannot be joined; nothing was changed here:\n  {rows}",
                    "{n} files were changed on both sides and cannot be joined; nothing was changed here:\n  {rows}",
                    len(self.reasons),
                    rows=tuple(self.reasons),
                ),
                Message(
                    "say whose to keep: svcctl sync --mine PATH, or --theirs PATH; or edit, commit, and sync again"
                ),
                code="conflict",
            )
        oids = {path: blob.oid for path, blob in self.theirs.items() if blob is not None}
        touched = [path[-22:-5] for path in self.theirs if _is_record(path)]
        both = [path[-22:-5] for path in self.theirs if _is_record(path) and path in self.ours]
        return Plan(changes, oids, fast, self._count(self.theirs, self.fetched), touched, both, renumbered, mended)

    def pushed(self) -> int:
        """How many deeds of ours the other side does not have."""
        return sum(
            gained(self._at(self.fetched, path), self._at(self.tip, path)) for path in self.ours if _is_record(path)
        )

    def _count(self, changed: dict[str, Blob | None], commit: str) -> int:
        return sum(gained(self._at(self.tip, path), self._at(commit, path)) for path in changed if _is_record(path))

    def _at(self, commit: str, path: str) -> bytes | None:
        found = self.objects.read(f"{commit}:{path}")
        return found[1] if found else None

    def _mine(self, path: str) -> bytes | None:
        """Our content of a path, after what was renumbered."""
        return self.rewritten[path] if path in self.rewritten else self._at(self.tip, path)

    # Paths that one side changed

    def _pulled(self) -> Iterator[FileChange]:
        for path, blob in self.theirs.items():
            yield from self._taken(path, blob)

    def _taken(self, path: str, blob: Blob | None) -> Iterator[FileChange]:
        if blob is None:
            yield FileChange(path, None)
        elif blob.mode not in _PLAIN:
            self._clash(path, Message("it is a symbolic link or another repository, which a desk does not have"))
        elif self._in_the_way(path):
            self._clash(path, Message("it is a file on one side and a folder on the other"))
        else:
            yield FileChange(path, self._at(self.fetched, path), blob.mode)

    def _in_the_way(self, path: str) -> bool:
        return path in self.folders or any(self.ours.get(folder) is not None for folder in _above(path))

    def _clash(self, path: str, *reasons: Message) -> None:
        self.reasons.append(conflict_text(path, reasons))

    # Paths that both sides changed

    def _merged(self) -> Iterator[FileChange]:
        for path, blob in self.theirs.items():
            if path not in self.ours and path not in self.rewritten:
                yield from self._taken(path, blob)
            elif self.ours.get(path) != blob or path in self.rewritten:
                yield from self._joined(path, blob)

    def _joined(self, path: str, blob: Blob | None) -> Iterator[FileChange]:
        mine = self._mine(path)
        theirs = self._at(self.fetched, path) if blob is not None else None
        mode = blob.mode if blob is not None else "100644"
        if path in self.choice.theirs or mine == theirs:
            if theirs != self._at(self.tip, path):
                yield FileChange(path, theirs, mode)
        elif path in self.choice.mine:
            return
        elif mine is None or theirs is None:
            yield from self._gone(path, mine, theirs)
        elif mode not in _PLAIN:
            self._clash(path, Message("it is a symbolic link or another repository, which a desk does not have"))
        else:
            content = self._content(path, mine, theirs)
            if content is not None and content != self._at(self.tip, path):
                yield FileChange(path, content, mode)

    def _gone(self, path: str, mine: bytes | None, theirs: bytes | None) -> Iterator[FileChange]:
        if _is_record(path):
            # Somebody still records deeds in it: a record is never removed under their hands.
            if mine is None:
                yield FileChange(path, theirs)
        elif mine is None:
            self._clash(path, Message("it was deleted here and changed there"))
        else:
            self._clash(path, Message("it was changed here and deleted there"))

    def _content(self, path: str, mine: bytes, theirs: bytes) -> bytes | None:
        base = self._at(self.base, path)
        if not _is_record(path):
            content, reasons = merge_files(path, base, mine, theirs, self.git.join_lines)
            if content is None:
                self._clash(path, *reasons)
            return content
        try:
            return merge_records(base, mine, theirs)
        except Differs as error:
            self._clash(path, error.message)
            return None

    def _repair(self, changes: list[FileChange]) -> int:
        """Puts records right that git's union has joined here; returns how many."""
        planned = {change.path for change in changes}
        mended = 0
        for path, blob in self.ours.items():
            if blob is None or path in planned or not _is_record(path) or path in self.rewritten:
                continue
            content = self._at(self.tip, path) or b""
            try:
                right = repaired(content)
            except Differs:
                continue
            if right != content:
                changes.append(FileChange(path, right))
                mended += 1
        return mended

    # Two requests of one id

    def _renumber(self) -> dict[str, str]:
        """Gives our request a new id where both sides opened different ones under the same."""
        out: dict[str, str] = {}
        for path, blob in self.theirs.items():
            mine = self.ours.get(path)
            both = _is_record(path) and blob is not None and mine is not None and mine.oid != blob.oid
            if both and self._at(self.base, path) is None and self._are_two(path):
                out[path[-22:-5]] = self._fresh(path[-22:-5])
        for old, new in out.items():
            self._move(old, new)
        return out

    def _are_two(self, path: str) -> bool:
        try:
            one, other = (take_apart(self._at(commit, path) or b"") for commit in (self.tip, self.fetched))
        except Differs:
            return False
        return one.header != other.header and not one.ids() & other.ids()

    def _fresh(self, old: str) -> str:
        while True:
            new = new_request_id(date(int(old[2:6]), int(old[6:8]), int(old[8:10])), self.entropy)
            if all(self._at(commit, record_path(new)) is None for commit in (self.tip, self.fetched)):
                return new

    def _move(self, old: str, new: str) -> None:
        """Moves our request to another id: its record, its files, and what we have linked with it."""
        for path in [path for path, blob in self.ours.items() if blob is not None]:
            content = self._mine(path) or b""
            right = path.replace(old, new)
            if right != path:
                if path not in self.theirs:
                    self.rewritten[path] = None
                else:
                    self.rewritten[path] = self._at(self.fetched, path)
                text = content.replace(old.encode(), new.encode()) if path.endswith(".yaml") else content
                self.rewritten[right] = text
            elif _is_record(path) and old.encode() in content:
                self.rewritten[path] = self._relinked(path, content, old, new)

    def _relinked(self, path: str, content: bytes, old: str, new: str) -> bytes:
        known = {*(self._at(self.base, path) or b"").split(b"\n"), *(self._at(self.fetched, path) or b"").split(b"\n")}
        rows = (row if row in known else row.replace(old.encode(), new.encode()) for row in content.split(b"\n"))
        return b"\n".join(rows)

    def _own_rewritten(self) -> Iterator[FileChange]:
        for path, content in self.rewritten.items():
            if path not in self.theirs and content != self._at(self.tip, path):
                yield FileChange(path, content)


def _above(path: str) -> Iterator[str]:
    """The folders that a path lies in."""
    parts = path.split("/")
    return ("/".join(parts[:end]) for end in range(1, len(parts)))


def _is_record(path: str) -> bool:
    return path.startswith(REQUESTS + "/") and path.endswith(".yaml") and is_request_id(path[-22:-5])


class Synced(NamedTuple):
    """What came of a sync: deeds pulled and pushed, the requests that came, and those that both sides had changed.

    ``renumbered`` has the new ids of our requests whose id another one had too, ``repaired`` counts records that git
    had merged and that were put in order. ``unverified`` is what breaks the rules and was taken in all the same.
    """

    remote: str
    tip: str
    pulled: int = 0
    pushed: int = 0
    touched: tuple[str, ...] = ()
    both: tuple[str, ...] = ()
    renumbered: dict[str, str] = {}
    repaired: int = 0
    unverified: tuple[Problem, ...] = ()
    warning: Message | None = None


class Here(NamedTuple):
    """Our side of a sync.

    ``refresh`` looks at the branch again, inside the lock, finishes what an interrupted command left, and returns the
    tip. ``dry_run`` plans, and writes and pushes nothing.
    """

    git: Git
    objects: Objects
    folder: str
    ref: str
    author: Author
    entropy: Entropy
    refresh: Callable[[], str]
    choice: Choice
    dry_run: bool


def synchronise(here: Here, remote: Remote) -> Synced:
    """Fetches, merges and pushes, again if somebody else pushes meanwhile; the lock is held for the merge only.

    Raises:
        Busy: the other side cannot be reached, others kept pushing, or files cannot be joined.
        Refused: the other side does not take the push, or a file that has to follow has edits.
    """
    vetting = Vetting(here.git, here.objects, here.ref, remote.name, here.choice.unverified)
    done = Synced(remote.name, "")
    for _ in range(_TRIES):
        fetched = remote.fetch()
        with Lock(here.folder, here.git):
            if fetched:
                remote.remember(fetched, here.author)
            try:
                done = _met(here, done, fetched, vetting)
            except Moved:
                continue
            if fetched and not here.dry_run:
                vetting.remember(fetched)
        if here.dry_run or done.tip == fetched:
            return done
        if remote.push(done.tip):
            with Lock(here.folder, here.git):
                remote.remember(done.tip, here.author)
                vetting.remember(done.tip)
            return done
    raise Busy(
        Message("others kept pushing to {remote}", remote=remote.name),
        Message("what was pulled is merged here; type the command again"),
    )


def _met(here: Here, done: Synced, fetched: str, vetting: Vetting) -> Synced:
    """Brings our branch to where both sides' work is in it; the caller holds the lock."""
    tip = here.refresh()
    if not fetched:
        vetting.going("", tip)
        now = done._replace(tip=tip, pushed=_all_deeds(here, tip))
    elif tip == fetched:
        vetting.coming(fetched, tip)
        now = done._replace(tip=tip, pushed=0)
    else:
        now = _joined(here, done, Meeting(here.git, here.objects, tip, fetched, here.choice, here.entropy), vetting)
    return now._replace(unverified=tuple(vetting.told))


def _joined(here: Here, done: Synced, meeting: Meeting, vetting: Vetting) -> Synced:
    # What our branch has already by a plain git pull was looked at by nobody, unless this clone has verified before.
    vetting.coming(meeting.fetched, meeting.tip if meeting.base != meeting.fetched else meeting.fetched)
    plan = meeting.plan()
    now = done._replace(
        tip=meeting.tip,
        pulled=done.pulled + plan.pulled,
        pushed=meeting.pushed(),
        touched=tuple(dict.fromkeys([*done.touched, *plan.touched])),
        both=tuple(dict.fromkeys([*done.both, *plan.both])),
        renumbered={**done.renumbered, **plan.renumbered},
        repaired=done.repaired + plan.repaired,
    )
    if here.dry_run and not plan.fast:
        vetting.going(meeting.fetched, meeting.tip)
    return now if here.dry_run else _written(here, now, meeting, plan, vetting)


def _written(here: Here, done: Synced, meeting: Meeting, plan: Plan, vetting: Vetting) -> Synced:
    tip, fetched = meeting.tip, meeting.fetched
    for begin in range(0, len(plan.changes), _AT_ONCE):
        paths = [change.path for change in plan.changes[begin : begin + _AT_ONCE]]
        check_clean(here.git, here.objects, tip, paths)
    if plan.fast:
        warning = advance(here.git, here.folder, here.ref, tip, fetched, here.author, plan.changes, plan.oids)
        return done._replace(tip=fetched, warning=warning)
    merged = [] if meeting.base == fetched else [fetched]
    if not plan.changes and not merged:
        vetting.going(fetched, tip)
        return done

    def judge(new: str) -> None:
        vetting.going(fetched, new)

    message = _message(done, bool(merged))
    tip, warning = commit(here.git, here.folder, here.ref, tip, here.author, message, plan.changes, merged, judge)
    return done._replace(tip=tip, warning=warning)


def _message(done: Synced, merged: bool) -> str:
    if not merged:
        return f"Put {done.repaired} merged records in order\n"
    lines = [one_line(f"Merge {done.remote}: {done.pulled} deeds"), ""]
    lines.extend(f"{old} is {new} now: another request had its id" for old, new in done.renumbered.items())
    return "\n".join([*lines, *done.touched[:_MOST_NAMED], ""])


def _all_deeds(here: Here, tip: str) -> int:
    entries = [entry for entry in here.git.entries(tip, REQUESTS + "/") if _is_record(entry.path)]
    contents = here.objects.read_many([entry.oid for entry in entries])
    return sum(gained(None, found[1]) for found in contents if found)
