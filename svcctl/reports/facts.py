"""What reports ask of a request: facts, each made once, and remembered between reports where nobody's deed or rule
has changed what they follow from.

A fact is a tuple of plain values that follows from a request's events, its calendar and its regulation, whatever the
moment: what is still going on has no end in it. So it can be kept (see ``svcctl.store.facts``) and the request need
not be read again to count it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock

T = TypeVar("T")

# json.loads would look at each text's type and encoding.
_decoded: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


class Kind(Generic[T]):
    """A kind of fact: its name, how it is made of an entry, and how it is made again of its JSON."""

    __slots__ = ("make", "name", "read")

    def __init__(self, name: str, make: Callable[[Entry], T], read: Callable[[list[Any]], T]) -> None:
        self.name, self.make, self.read = name, make, read


class Source(Protocol):
    """Where an entry that was not read yet is read from."""

    def request(self, entry: Entry) -> Request: ...

    def clocks(self, request: Request) -> Sequence[Clock]: ...

    def calendar(self, entry: Entry) -> Calendar: ...

    def unpacked(self, entry: Entry, name: str) -> str: ...


class Entry:
    """A request, its clocks as they stand now, and the calendar in whose working time it is measured.

    Of one that comes from a ``Source`` each is read or measured when it is asked for; ``kept`` are the facts known
    from before, as the source packs them, by their names; ``new`` are the names of those that were not.
    """

    __slots__ = ("_calendar", "_clocks", "_facts", "_request", "_source", "id", "kept", "new", "title")

    def __init__(self, request: Request, clocks: Sequence[Clock], calendar: Calendar) -> None:
        self.id, self.title = request.id, request.title
        self.kept: dict[str, bytes] = {}
        self.new: tuple[str, ...] = ()
        self._facts: dict[str, Any] = {}
        self._source: Source | None = None
        self._request: Request | None = request
        self._clocks: Sequence[Clock] | None = clocks
        self._calendar: Calendar | None = calendar

    @classmethod
    def of(cls, id: str, title: str, source: Source, kept: dict[str, bytes]) -> Entry:
        """The entry of a request that a source can read."""
        entry = cls.__new__(cls)
        entry.id, entry.title, entry.kept, entry._facts, entry._source = id, title, kept, {}, source
        entry.new = ()
        entry._request = entry._clocks = entry._calendar = None
        return entry

    @property
    def request(self) -> Request:
        if self._request is None:
            self._request = self._known_source.request(self)
        return self._request

    @property
    def clocks(self) -> Sequence[Clock]:
        if self._clocks is None:
            self._clocks = self._known_source.clocks(self.request)
        return self._clocks

    @property
    def calendar(self) -> Calendar:
        if self._calendar is None:
            self._calendar = self._known_source.calendar(self)
        return self._calendar

    @property
    def was_read(self) -> bool:
        """Whether its record was read."""
        return self._request is not None

    @property
    def _known_source(self) -> Source:
        assert self._source is not None, "an entry without a source has everything"
        return self._source

    def hold(self, request: Request) -> None:
        """Takes the request that was read for it."""
        self._request = request

    def release(self) -> None:
        """Lets go of the request that was read for it; its facts stay."""
        self._request = self._clocks = None

    def fact(self, kind: Kind[T]) -> T:
        """The request's fact of a kind."""
        found: T | None = self._facts.get(kind.name)
        if found is None:
            found = self._known(kind)
            if found is None:
                found = kind.make(self)
                self.new += (kind.name,)
            self._facts[kind.name] = found
        return found

    def _known(self, kind: Kind[T]) -> T | None:
        if kind.name not in self.kept:
            return None
        try:
            return kind.read(_decoded(self._known_source.unpacked(self, kind.name), 0)[0])
        except (StopIteration, ValueError, TypeError, LookupError):
            # What is kept is damaged: what it followed from is there.
            del self.kept[kind.name]
            return None

    def json(self, name: str) -> str:
        """A fact that is ``new``, as JSON."""
        return _ENCODER.encode(self._facts[name])


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
