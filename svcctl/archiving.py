"""Archives closed years of a desk, and lays them out again.

Nothing is committed. Every step leaves a folder that plain git finds clean, so that it may be killed anywhere: before
files go, the index says that they may be missing; before it says that they may not, they are back.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Refused, Usage
from svcctl.store import archive, bulk, journal, worktree
from svcctl.store.index import LIVE
from svcctl.store.lock import Lock
from svcctl.store.tree import REQUESTS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.request import Request
    from svcctl.store.git import Entry

_MOST_NAMED = 5
_PLAIN = ("100644", worktree.PROGRAM)

Step = Callable[[int], None]


class Year(NamedTuple):
    """A year of a desk: how many requests and files the commit has of it, and how many files the folder has."""

    year: int
    requests: int
    files: int
    archived: bool
    laid_out: int

    def as_json(self) -> dict[str, object]:
        """The year as ``archive --json`` prints it."""
        return self._asdict()


def all_years(desk: Desk) -> list[Year]:
    """The years of a desk, oldest first."""
    requests: Counter[int] = Counter()
    files: Counter[int] = Counter()
    laid_out: Counter[int] = Counter()
    for entry in _entries(desk):
        year = archive.year_of(entry.path)
        if year is None:
            continue
        files[year] += 1
        requests[year] += _is_record(entry.path)
        laid_out[year] += os.path.lexists(os.path.join(desk.root, entry.path))
    archived = archive.years(desk.git.refs.own)
    return [Year(year, requests[year], files[year], year in archived, laid_out[year]) for year in sorted(files)]


def _entries(desk: Desk, years: Collection[int] = ()) -> Iterator[Entry]:
    """The committed files of some years, of all where none are named."""
    folders = [f"{room}/{year}/" for year in sorted(years) for room in archive.ROOMS]
    return desk.tree.entries(*(folders or [f"{room}/" for room in archive.ROOMS]))


def _is_record(path: str) -> bool:
    return path.startswith(REQUESTS + "/") and path.endswith(".yaml")


class Archiving:
    """Puts years away in one clone, or lays them out again.

    Args:
        step: told of each file that is looked at, and of each that goes or comes.
    """

    def __init__(self, desk: Desk, step: Step) -> None:
        self.desk, self.git, self.step = desk, desk.git, step
        self.own = desk.git.refs.own

    def put_away(self, years: Collection[int], now: datetime, dry_run: bool = False) -> None:
        """Takes closed years out of the folder; they stay in the commits.

        Raises:
            Refused: a year is not over, has open requests or uncommitted edits, or the desk has nothing of it.
            BrokenFiles: a year has records with problems.
        """
        with Lock(self.own, self.git):
            self._look()
            archive.refuse_foreign(self.git)
            for year in sorted(years):
                self._refuse_year(year, now)
            self._refuse_open(years)
            entries = self._clean(years)
            if dry_run:
                return
            archived = archive.years(self.own) | set(years)
            archive.keep(self.own, archived)
            self._tell(archived, now)
            self._mark("--skip-worktree", [entry.path for entry, _ in entries])
            self._remove(entries)
            # Whole folders that are not laid out become one entry each of a small index.
            self.git.rewrite_index("sparse-checkout", "reapply")

    def lay_out(self, years: Collection[int], now: datetime, dry_run: bool = False) -> None:
        """Brings archived years back into the folder.

        Raises:
            Refused: a year is not archived, or something else stands in the place of its files.
        """
        with Lock(self.own, self.git):
            self._look()
            archived = archive.years(self.own)
            for year in sorted(years):
                if year not in archived:
                    raise _not_archived(year)
            entries = self._clean(years)
            if dry_run:
                return
            paths = [entry.path for entry, _ in entries]
            # Where this is killed, the next command that writes lays them out.
            journal.declare(self.own, journal.Intent("", paths))
            self._write(entries)
            self._mark("--no-skip-worktree", paths)
            journal.forget(self.own)
            left = archived - set(years)
            self._tell(left, now)
            # Folders that have come since the years were archived are laid out too.
            self.git.rewrite_index("sparse-checkout", "reapply")
            if not left:
                archive.tell_all(self.git)
            archive.keep(self.own, left)

    def _look(self) -> None:
        """Stands on the branch's tip, inside the lock."""
        tree = bulk.latest(self.git, self.desk.objects, self.own, self.desk.warnings)
        self.desk.stand_on(tree.commit)

    # What is refused

    def _refuse_year(self, year: int, now: datetime) -> None:
        if year >= now.year:
            raise Refused(
                Message("{year} is not over yet", year=year),
                Message("archive a year that is: svcctl archive {year}", year=now.year - 1),
                code="year-not-over",
            )
        if next(_entries(self.desk, [year]), None) is None:
            known = [str(one.year) for one in all_years(self.desk)]
            raise Refused(
                Message("the desk has nothing of {year}", year=year),
                Message("it has {years}", years=", ".join(known)) if known else None,
                code="no-such-year",
            )

    def _refuse_open(self, years: Collection[int]) -> None:
        folders = [f"{REQUESTS}/{year}/" for year in sorted(years)]
        found = [one for one in self.desk.requests(LIVE) if int(one.id[2:6]) in years and _is_open(one)]
        broken = [problem for problem in self.desk.problems if problem.path.startswith(tuple(folders))]
        if broken:
            raise BrokenFiles(broken, hint=Message("nobody knows whether these requests are open: mend them first"))
        if found:
            ids = ", ".join(one.id for one in found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
            raise Refused(
                Message.plural(
                    "{n} request of {years} is open or owes a promise: {ids}",
                    "{n} requests of {years} are open or owe a promise: {ids}",
                    len(found),
                    years=", ".join(str(year) for year in sorted({int(one.id[2:6]) for one in found})),
                    ids=ids,
                ),
                Message("close them first: svcctl show {id}", id=found[0].id),
                code="open-requests",
            )

    def _clean(self, years: Collection[int]) -> list[tuple[Entry, tuple[int, int] | None]]:
        """The committed files of the years, each with the time and size of the one in the folder.

        Raises:
            Refused: one has edits that are not committed, or is not committed at all.
        """
        entries = list(_entries(self.desk, years))
        folders = [f"{room}/{year}" for year in sorted(years) for room in archive.ROOMS]
        staged = self.git.staged(folders)
        new = self.git.run("ls-files", "--others", "--exclude-standard", "-z", "--", *folders).split(b"\0")
        added = [path.decode("utf-8", "surrogateescape") for path in new if path]
        added.extend(sorted(staged.keys() - {entry.path for entry in entries}))
        if added:
            raise _edited(added[0])
        found = []
        for entry, content in self.desk.tree.contents(entries):
            self.step(1)
            if entry.mode not in _PLAIN:
                raise Refused(
                    Message("{path} is no plain file", path=entry.path),
                    Message("svcctl fsck says what to do about it"),
                    code="no-plain-file",
                )
            if staged.get(entry.path) != entry.oid or not worktree.stands(self.desk.root, entry.path, content):
                raise _edited(entry.path)
            found.append((entry, _stamp(self.desk.root, entry.path)))
        return found

    # What is done

    def _tell(self, archived: Collection[int], now: datetime) -> None:
        folders = self._folders()
        rooms = [f"{room}/" for room in archive.ROOMS if room in folders]
        folders.extend(self._folders(*rooms) if rooms else ())
        archive.tell(self.git, archive.cone(archived, folders, now.year))

    def _folders(self, *inside: str) -> list[str]:
        """The folders right in some folders of the commit, or at its top."""
        out = self.git.run("ls-tree", "-d", "-z", "--name-only", "--full-tree", self.desk.tree.commit, "--", *inside)
        return [name.decode("utf-8", "surrogateescape") for name in out.split(b"\0") if name]

    def _mark(self, how: str, paths: Sequence[str]) -> None:
        feed = b"".join(path.encode("utf-8", "surrogateescape") + b"\0" for path in paths)
        self.git.rewrite_index("update-index", how, "-z", "--stdin", feed=feed)

    def _remove(self, entries: Sequence[tuple[Entry, tuple[int, int] | None]]) -> None:
        folders: set[str] = set()
        for entry, stamp in entries:
            self.step(1)
            # What somebody has written since it was looked at is theirs.
            if stamp is not None and _stamp(self.desk.root, entry.path) == stamp:
                worktree.remove(self.desk.root, entry.path)
            parts = entry.path.split("/")
            folders.update("/".join(parts[:depth]) for depth in range(2, len(parts)))
        for folder in sorted(folders, key=len, reverse=True):
            try:
                os.rmdir(os.path.join(self.desk.root, folder))
            except OSError:
                # It has something else in it, or is gone.
                continue

    def _write(self, entries: Sequence[tuple[Entry, tuple[int, int] | None]]) -> None:
        missing = [entry for entry, stamp in entries if stamp is None]
        self.step(len(entries) - len(missing))
        for entry, content in self.desk.tree.contents(missing):
            worktree.write(self.desk.root, entry.path, content, entry.mode == worktree.PROGRAM)
            self.step(1)


def _stamp(root: str, path: str) -> tuple[int, int] | None:
    try:
        found = os.lstat(os.path.join(root, path))
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _is_open(request: Request) -> bool:
    return not request.closed or any(promise.open for promise in request.promises)


def _edited(path: str) -> Refused:
    return Refused(
        Message("{path} has edits that are not committed", path=path),
        Message("keep them: git add -- {path} && git commit -m WHY -- {path}; or take them away", path=path),
        code="dirty",
    )


def _not_archived(year: int) -> Refused:
    return Refused(
        Message("{year} is not archived here", year=year),
        Message("svcctl archive --list shows what is"),
        code="not-archived",
    )


def parse_years(words: Sequence[str]) -> list[int]:
    """Years as a person typed them.

    Raises:
        Usage: a word is no year.
    """
    for word in words:
        if len(word) != 4 or not word.isascii() or not word.isdecimal():
            raise Usage(
                Message("“{text}” is no year", text=word),
                Message("write it like 2025: svcctl archive 2025"),
                code="year",
            )
    return sorted({int(word) for word in words})
