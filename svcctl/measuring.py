"""Requests for reports: those that a period has to do with, with what was measured of them before."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from svcctl.model.problems import BrokenFiles, SvcctlError
from svcctl.model.request import Request
from svcctl.reports.cases import CASE, OUTLINE, TIMED, Timed
from svcctl.reports.facts import Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.calendar import Calendar
    from svcctl.rules.clocks import Clock
    from svcctl.store.facts import Fact, Known, Packing
    from svcctl.store.index import Index, Place, Selection

Watched = Callable[[Iterator[Request], int], Iterator[Request]]
"""Lets somebody watch how requests are read, of which there are so many."""

Counting = Callable[[Sequence[Entry]], object]
"""Asks entries for all that a report asks of them."""

_AHEAD = 512
HELD = 4096
"""So many requests are held at once where a report says what it counts of them."""


def _unwatched(requests: Iterator[Request], count: int) -> Iterator[Request]:
    return requests


class Measuring:
    """Reads a desk's requests for reports as of a moment, and keeps what these measure."""

    def __init__(self, desk: Desk, now: datetime) -> None:
        self.desk, self.now = desk, now
        self._known: dict[Entry, Known] = {}
        self._lacking: set[Entry] = set()
        self._unread: list[Entry] = []
        self._places: dict[Entry, int] = {}
        self._ahead = 1
        self._packing: Packing | None = None
        self._calendars: dict[tuple[str, str], Calendar] = {}

    def entries(
        self,
        since: datetime | None,
        names: Sequence[str] | None,
        watched: Watched,
        counting: Counting | None = None,
    ) -> list[Entry]:
        """The desk's requests, oldest first.

        Args:
            since: leave out what was closed before, where nothing has happened to it later; None: every request.
            names: the facts that will be asked of them; where all are known, a request is not read. None: read all.
            counting: asks these facts of some entries. Where there are many, it is called with ``HELD`` of them as
                often as it takes, so that no more requests are held; None: all that are read are.
        """
        from svcctl.store.index import ALL, active_since

        index = self.desk.index()
        if index is None:
            paths = len(self.desk.tree.record_paths())
            return [self._entry(request) for request in watched(self.desk.requests(), paths)]
        selection = ALL if since is None else active_since(int(since.timestamp()))
        return self._from(index, selection, names, watched, counting)

    def _entry(self, request: Request) -> Entry:
        entry = Entry.of(request.id, request.title, self, {})
        entry.hold(request)
        return entry

    def _from(
        self,
        index: Index,
        selection: Selection,
        names: Sequence[str] | None,
        watched: Watched,
        counting: Counting | None,
    ) -> list[Entry]:
        from svcctl.store.facts import Packing, known

        found, new = [], []
        self._packing = Packing(index)
        for one in known(index, selection, names or (), self.now):
            entry = Entry.of(one.place.path[-22:-5], one.title, self, one.facts)
            self._known[entry] = one
            found.append(entry)
            if not one.facts:
                new.append(entry)
            elif len(one.facts) < len(names or ()):
                self._places[entry] = len(self._unread)
                self._unread.append(entry)
        partly = list(self._unread)
        read = self._counted(self._read(new, index.broken(), watched), counting)
        broken = set(new).difference(read)
        self._count_partly(partly, counting)
        return [entry for entry in found if entry not in broken]

    def _counted(self, entries: Iterable[Entry], counting: Counting | None) -> Iterator[Entry]:
        """The entries; whenever there are ``HELD`` they are asked what a report will ask, and their requests let go."""
        held: list[Entry] = []
        for entry in entries:
            yield entry
            held.append(entry)
            if counting is not None and len(held) == HELD:
                self._count(held, counting)
                held = []

    def _count_partly(self, entries: Iterable[Entry], counting: Counting | None) -> None:
        """The same for entries of which some facts are known, as long as they have to be read for what is not.

        What a report asks of a request depends on the request, so of most it never needs what they lack; those that
        lack the same are alike in that.
        """
        alike: dict[tuple[str, ...], list[Entry]] = {}
        for entry in entries if counting is not None else ():
            alike.setdefault(tuple(entry.kept), []).append(entry)
        for ones in alike.values():
            for begin in range(0, len(ones) - HELD + 1, HELD):
                if counting is not None and not self._count(ones[begin : begin + HELD], counting):
                    break

    def _count(self, entries: Sequence[Entry], counting: Counting) -> bool:
        """Asks entries what a report will ask, and lets their requests go; whether one had to be read."""
        # What is refused of some may be right of all; if it is not, the report itself will say so.
        with suppress(SvcctlError):
            counting(entries)
        was_read = any(entry.was_read for entry in entries)
        self._let_go(entries)
        return was_read

    def _let_go(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if entry not in self._places:
                self._places[entry] = len(self._unread)
                self._unread.append(entry)
            if entry.was_read and self._lacks_regulation(entry.request):
                self._lacking.add(entry)
            entry.release()

    def _read(
        self, entries: Sequence[Entry], others: Sequence[Place] = (), watched: Watched = _unwatched
    ) -> Iterator[Entry]:
        """Reads the records of entries; what is wrong with those that cannot be read goes to the desk's problems."""
        by_id: dict[str, list[Entry]] = {}
        for entry in entries:
            by_id.setdefault(entry.id, []).append(entry)
        places = sorted([*(self._known[entry].place for entry in entries), *others])
        for request in watched(self.desk.read_all(places), len(places)):
            same = by_id.get(request.id)
            if same:
                entry = same.pop(0)
                entry.hold(request)
                yield entry

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keeps what reports have measured of these, for those that come later."""
        index = self.desk.index()
        facts = list(self._made(entries))
        if index is not None and facts:
            from svcctl.store.facts import keep

            keep(index, facts)

    def _made(self, entries: Iterable[Entry]) -> Iterator[Fact]:
        from svcctl.store.facts import Fact

        for entry in entries:
            one = self._known.get(entry) if entry.new else None
            if one is None or not one.settled or entry in self._lacking:
                continue
            if entry.was_read and self._lacks_regulation(entry.request):
                continue
            for name in entry.new:
                # Deadlines that move are put right in the clocks; what follows from the clocks is not kept of these.
                if not (one.moving and name == OUTLINE.name):
                    yield Fact(one.num, one.place.oid, name, entry.json(name))

    def _moved(self, timed: str, moving: str) -> str:
        """The clocks of a request, as JSON, with the deadlines that move as they stand now."""
        from svcctl.rules.watch import Moving

        calendar = self.desk.reference.calendar
        ones = [Moving(*one) for one in json.loads(moving)]
        dues = {one.clock: int(one.due(self.now, calendar(one.calendar)).timestamp()) for one in ones}
        clocks = [Timed(*row) for row in json.loads(timed)]
        return json.dumps([clock._replace(due=dues.get(clock.run, clock.due)) for clock in clocks])

    def _lacks_regulation(self, request: Request) -> bool:
        """Whether its regulation is missing, which every report has to say."""
        return bool(request.regulation) and self.desk.regulation_of(request) is None

    def titles(self, entries: Iterable[Entry]) -> dict[str, str]:
        """The titles of requests by their ids: of these, and of those that were left out."""
        index = self.desk.index()
        if index is not None:
            from svcctl.store.facts import titles

            return titles(index)
        return {entry.id: entry.title for entry in entries}

    def closed(self) -> list[tuple[str, str, int, int]]:
        """Clients' closed requests as the index knows them; see ``svcctl.store.facts.closed``. None without one."""
        index = self.desk.index()
        if index is None:
            return []
        from svcctl.store.facts import closed

        return closed(index)

    # What entries ask for

    def request(self, entry: Entry) -> Request:
        """The request, with the next ones that lack something: who asks for one asks for those soon."""
        place = self._places.get(entry)
        if place is not None:
            deque(self._read([one for one in self._unread[place : place + self._ahead] if not one.was_read]), 0)
            self._ahead = min(2 * self._ahead, _AHEAD)
        return entry.request if entry.was_read else self.desk.read(entry.id)

    def unpacked(self, entry: Entry, name: str) -> str:
        """The JSON of a fact that is known of it."""
        assert self._packing is not None
        text, moving = self._packing.unpacked(name, entry.kept[name]), self._known[entry].moving
        return self._moved(text, moving) if moving and name == TIMED.name else text

    def clocks(self, request: Request) -> Sequence[Clock]:
        """Its clocks as they stand now."""
        return self.desk.clocks(request, self.now)

    def calendar(self, entry: Entry) -> Calendar:
        """The calendar of the department that it was opened for, else the regulation's."""
        reference = self.desk.reference
        if entry.was_read:
            request = entry.request
            return reference.calendar_of(request.header.department, self.desk.regulation_of(request))
        case = entry.fact(CASE)
        key = case.home, case.regulation
        if key not in self._calendars:
            try:
                regulation = reference.regulation(case.regulation)
            except BrokenFiles:
                regulation = None
            self._calendars[key] = reference.calendar_of(case.home, regulation)
        return self._calendars[key]
