"""Keeps the index up with the desk's commits: what is kept of each request, from its record and the reference data."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from svcctl.model.instants import iso
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import SvcctlError
from svcctl.store.index import (
    CLOSED,
    LIVE,
    OPEN,
    OWING,
    WAIT_SECONDS,
    Index,
    Place,
    Row,
    created,
    discard,
    full,
    index_path,
    settle,
    short,
)
from svcctl.store.tree import REQUESTS, Tree, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.request import Request, WorkItem
    from svcctl.rules.clocks import Clock
    from svcctl.rules.watch import Moving, Watch, World

MANY = 2000
"""From so many records on, all processors work."""

_SOME_DAY = 1_767_225_600

Progress = Callable[[int, int], None]
_RULES = ("desk.yaml", "team.yaml")


class Changed(NamedTuple):
    """What a newer commit means for the index: records to read again (None: gone), other files, and all open ones."""

    records: dict[str, str | None]
    files: list[tuple[str, str | None]]
    rules: bool


def up_to_date(index: Index | None, tree: Tree, folder: str, progress: Progress | None = None) -> Index | None:
    """The index at a tree's commit; made anew where there is none, or nobody knows what has changed since.

    Args:
        folder: svcctl's own folder in the git directory.

    Returns:
        None where the index cannot be written, or others have locked it.
    """
    if index is not None and index.commit == tree.commit:
        return index
    try:
        return (index and _followed(index, tree, progress)) or _made(tree, folder, progress)
    except (sqlite3.Error, OSError):
        return None


def _followed(index: Index, tree: Tree, progress: Progress | None) -> Index | None:
    """The index brought to the tree's commit; None where what has changed cannot be told, and for a commit far off."""
    index.connection.execute("BEGIN IMMEDIATE")
    try:
        index = Index(index.path, index.connection)
        if index.commit != tree.commit:
            changed = _changed(index, tree)
            if changed is None:
                index.connection.execute("ROLLBACK")
                index.close()
                return None
            _apply(index, tree, changed, progress)
            index.reflect(tree.commit)
        index.connection.execute("COMMIT")
    except BaseException:
        if index.connection.in_transaction:
            index.connection.execute("ROLLBACK")
        raise
    return index


def _changed(index: Index, tree: Tree) -> Changed | None:
    try:
        paths = tree.objects.changed(index.commit, tree.commit)
    except SvcctlError:
        return None
    if len(paths) > MANY and len(paths) > index.ask("SELECT count(*) FROM request")[0][0]:
        return None
    changed = Changed({}, [], any(path in _RULES or _is_rule(path) for path in paths))
    for path, blob in paths.items():
        oid = blob.oid if blob else None
        if path.startswith(REQUESTS + "/"):
            if path.endswith(".yaml"):
                changed.records[path] = oid
        elif path.startswith("offers/"):
            record = _record_of_offer(path)
            if record:
                changed.records.setdefault(record, "")
        elif not path.startswith("files/"):
            changed.files.append((path, oid))
    return changed


def _is_rule(path: str) -> bool:
    return path.startswith("calendars/") or (path.startswith("regulations/") and path.endswith(".md"))


def _record_of_offer(path: str) -> str:
    parts = path.split("/")
    return f"{REQUESTS}/{'/'.join(parts[1:5])}.yaml" if len(parts) == 6 else ""


def _apply(index: Index, tree: Tree, changed: Changed, progress: Progress | None) -> None:
    wanted = {place.path: place.oid for place in index.places(LIVE)} if changed.rules else {}
    if changed.rules:
        index.forget_facts()
    for path, oid in changed.records.items():
        if oid is None:
            index.remove(path)
            wanted.pop(path, None)
            continue
        # An offer has changed, and its record need not have.
        wanted[path] = oid or wanted.get(path) or _known(index, path)
    index.put_files(changed.files)
    _put(index, tree, [Place(path, oid) for path, oid in wanted.items() if oid], progress)


def _known(index: Index, path: str) -> str:
    found = index.one("SELECT oid FROM request WHERE path = ?", short(path))
    return found[0] if found else ""


def _made(tree: Tree, folder: str, progress: Progress | None) -> Index | None:
    """A new index; made beside the old one, whose readers keep it."""
    path = index_path(folder)
    index = created(f"{path}.{os.getpid()}.new")
    try:
        records = []
        for entry in tree.entries():
            if entry.path.startswith(REQUESTS + "/"):
                if entry.path.endswith(".yaml"):
                    records.append(Place(entry.path, entry.oid))
            elif not entry.path.startswith(("offers/", "files/")):
                index.put_files([(entry.path, entry.oid)])
        index.meta["anchor"] = str(_anchor(records))
        _put(index, tree, records, progress)
        index.reflect(tree.commit)
        settle(index, path)
    except BaseException:
        index.close()
        discard(index.path)
        raise
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    return Index(path, connection)


def _anchor(records: Sequence[Place]) -> int:
    """A day near those that will be asked about: working time is cheap to count from there."""
    try:
        parts = records[-1].path.split("/")
        return int(datetime(int(parts[1]), int(parts[2]), int(parts[3]), tzinfo=UTC).timestamp())
    except (IndexError, ValueError):
        return _SOME_DAY


def _put(index: Index, tree: Tree, places: Sequence[Place], progress: Progress | None) -> None:
    from svcctl.store.workers import worked

    anchor, done = index.anchor, 0
    root, commit = tree.git.root, tree.commit

    def here() -> Callable[[Sequence[Place]], list[Any]]:
        return _Digest(tree, anchor)

    def apart() -> Callable[[Sequence[Place]], list[Any]]:
        from svcctl.store.git import Git, Objects

        git = Git(root)
        return _Digest(Tree(git, Objects(git), commit, tree.parsed), anchor)

    many = len(places) >= MANY
    for answer in worked(places, apart if many else here, None if many else 1):
        for path, oid, row in answer:
            if row is None:
                index.remove(path)
                index.put_broken([Place(path, oid)])
            else:
                index.connection.execute("DELETE FROM broken WHERE path = ?", (path,))
                index.put([Row(*row)])
        done += len(answer)
        if progress:
            progress(done, len(places))


class _Digest:
    """Makes rows of records, with the reference data of one tree."""

    def __init__(self, tree: Tree, anchor: int) -> None:
        from svcctl.store.reference import Reference

        self.tree, self.reference, self.anchor = tree, Reference(tree), anchor
        self._world: World | None = None

    def __call__(self, places: Sequence[Place]) -> list[Any]:
        """Paths and objects of the records with their rows; None for those that cannot be read."""
        found = self.tree.objects.read_many([place.oid for place in places])
        return [
            (place.path, place.oid, self._row(place, answer[1]) if answer else None)
            for place, answer in zip(places, found, strict=True)
        ]

    def _row(self, place: Place, content: bytes) -> tuple[Any, ...] | None:
        from svcctl.model.request import fold
        from svcctl.rules.query import words_of
        from svcctl.store.records import parse_record

        try:
            record = parse_record(decoded(content, place.path), place.path)
        except SvcctlError:
            return None
        if record.problems or record.header is None:
            return None
        request = fold(record.header, record.events)
        owes = any(promise.open for promise in request.promises)
        state = OPEN if not request.closed else OWING if owes else CLOSED
        watched = self._watched(request) if state != CLOSED else _Watched()
        if full(short(place.path)) != place.path or not place.path.endswith(f"/{request.id}.yaml"):
            watched = _Watched(doubt=True, settled=watched.settled)
        columns = _columns(place, request, state, watched)
        return (
            columns,
            tuple((tuple(watch.manner), watch.kept()) for watch in watched.watches),
            watched.missing,
            words_of(request),
        )

    def world(self) -> World:
        if self._world is None:
            from svcctl.model.duration import parse_duration
            from svcctl.rules.findings import Limits
            from svcctl.rules.watch import World

            reference = self.reference
            settings = reference.settings
            limits = Limits(parse_duration(settings.due_soon), parse_duration(settings.silent_after))
            calendar = reference.calendar(settings.calendar)
            self._world = World(reference.team, limits, calendar, reference.calendar_of, reference.name_of, self.anchor)
        return self._world

    def _watched(self, request: Request) -> _Watched:
        from svcctl.rules.clocks import measure, next_clock
        from svcctl.rules.findings import missing_years
        from svcctl.rules.watch import moves, moving, settled, watches

        at = settled(request)
        try:
            world = self.world()
            regulation = self.reference.regulation(request.regulation)
            clocks = measure(request, regulation, self.reference.calendar_of, at, running=True)
            found = watches(request, clocks, regulation, world, at)
            found.extend(self._offer_end(request))
        except SvcctlError:
            # Whoever reads the request will say what is wrong; it is not for an index to be silent about it.
            return _Watched(doubt=True, settled=int(at.timestamp()))
        following = next_clock([clock for clock in clocks if not moves(clock)])
        drifting = (moving(clock, regulation, world) for clock in clocks if moves(clock))
        missing = tuple(missing_years(clocks))
        return _Watched(False, [one for one in drifting if one], int(at.timestamp()), following, tuple(found), missing)

    def _offer_end(self, request: Request) -> Iterator[Watch]:
        from svcctl.rules.findings import watched_offer
        from svcctl.rules.watch import watched_end

        revision = watched_offer(request)
        if revision:
            from svcctl.store.offerfiles import OfferFiles

            until = OfferFiles(self.tree.git.root, self.reference).last_day(request.id, revision)
            if until:
                yield watched_end(request, revision, until, self.reference.zone)


class _Watched(NamedTuple):
    """What time will bring for a request; ``doubt`` where that has to be found out anew each time."""

    doubt: bool = False
    moving: Sequence[Moving] = ()
    settled: int = 0
    following: Clock | None = None
    watches: tuple[Watch, ...] = ()
    missing: tuple[tuple[str, int], ...] = ()


def _columns(place: Place, request: Request, state: int, watched: _Watched) -> tuple[Any, ...]:
    following = watched.following
    ended = request.closed_at or request.last_event
    wait = request.waiting
    return (
        short(place.path),
        place.oid,
        state,
        watched.doubt,
        json.dumps(watched.moving) if watched.moving else "",
        watched.settled,
        request.status,
        request.title,
        request.type,
        request.priority,
        request.client,
        request.channel,
        request.controller,
        request.header.by,
        int(request.opened.timestamp()),
        int(ended.timestamp()),
        int(max([request.opened.timestamp(), *(event.at.timestamp() for event in request.events)])),
        len(request.conflicts),
        0 if request.closed else sum(item.handoff is not None for item in request.items.values()),
        iso(following.due) if following and following.due else None,
        following.run.key if following else "",
        str(following.run.within) if following and following.run.within else "",
        json.dumps(request.fields, ensure_ascii=False) if request.fields else "",
        json.dumps([_item(item) for item in request.items.values()], ensure_ascii=False),
        wait.for_ if wait is not None else None,
        max((int(moment.timestamp()) for moment, direction in request.messages if direction == "in"), default=0),
    )


def _item(item: WorkItem) -> list[str]:
    """Stage, department and owner; and whom an open hand-off is from and to."""
    row = [item.stage, item.department, item.owner]
    return [*row, item.handoff.from_, item.handoff.to] if item.handoff is not None else row
