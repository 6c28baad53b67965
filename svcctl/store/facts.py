"""What reports have measured of requests, kept in the index until a deed or a rule changes it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.store.index import FACT_BITS, FACTS, Index, Place, Selection, full


class Known(NamedTuple):
    """A request's number in the index, its record, and the facts that are known of it, as JSON by their names.

    ``settled``: nothing in it is ahead of the moment, and nothing is in doubt. ``moving`` are the deadlines that move
    on while their clocks stand still, as JSON of ``svcctl.rules.watch.Moving``; ``facts`` are packed (see ``Packing``).
    """

    num: int
    place: Place
    title: str
    settled: bool
    moving: str
    facts: dict[str, bytes]


class Fact(NamedTuple):
    """What was measured of a request: a name and JSON."""

    num: int
    oid: str
    name: str
    data: str


class Packing:
    """Packs facts: each is compressed with a few others of its kind as the sample of what is usual there."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._samples: dict[int, bytes] = dict(index.ask("SELECT kind, data FROM sample"))

    def unpacked(self, name: str, data: bytes) -> str:
        """The JSON of a packed fact.

        Raises:
            ValueError: it is damaged.
        """
        machine = zlib.decompressobj(-zlib.MAX_WBITS, self._samples.get(_KINDS[name], b""))
        try:
            return machine.decompress(data).decode()
        except zlib.error as error:
            raise ValueError(str(error)) from None

    def packed(self, kind: int, data: str) -> bytes:
        """A fact's JSON, packed; needs a sample of its kind."""
        machine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=self._samples[kind])
        return machine.compress(data.encode()) + machine.flush()

    def learn(self, facts: Sequence[tuple[int, int, str, str]]) -> None:
        """Takes the first facts of each new kind as its sample."""
        first: dict[int, list[str]] = {}
        for kind, _, data, _ in facts:
            own = first.setdefault(kind, [])
            if len(own) < _SAMPLED:
                own.append(data)
        for kind in first.keys() - self._samples.keys():
            sample = "".join(first[kind]).encode()
            self.index.connection.execute("INSERT INTO sample VALUES (?, ?)", (kind, sample))
            self._samples[kind] = sample


_SAMPLED = 12
_KINDS = {name: kind for kind, name in enumerate(FACTS)}


def known(index: Index, selection: Selection, names: Sequence[str], now: datetime) -> list[Known]:
    """The selected requests with the facts of these names, oldest day first; of the unsettled none are known."""
    kinds = [FACTS.index(name) for name in names]
    columns = "".join(f", f{kind}.data" for kind in kinds)
    joins = "".join(f" LEFT JOIN fact f{kind} ON f{kind}.key = r.num + {kind << FACT_BITS}" for kind in kinds)
    query = (
        f"SELECT r.num, r.path, r.oid, r.title, doubt OR last > ?, moving{columns} FROM request r{joins} "
        f"WHERE {selection.condition} ORDER BY r.path"
    )
    found = []
    for num, path, oid, title, doubtful, moving, *packed in index.ask(query, int(now.timestamp()), *selection.values):
        pairs = zip(names, packed, strict=True)
        facts = {} if doubtful else {name: data for name, data in pairs if data is not None}
        found.append(Known(num, Place(full(path), oid), title, not doubtful, moving, facts))
    return found


def keep(index: Index, facts: Iterable[Fact]) -> None:
    """Keeps what was measured; of requests that have changed meanwhile, and where it cannot be written, nothing."""
    rows = sorted((FACTS.index(fact.name), fact.num, fact.data, fact.oid) for fact in facts)
    connection = index.connection
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (commit,) = connection.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
            if commit == index.commit:
                _write(index, rows)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error:
        # The next report measures it anew.
        return


def _write(index: Index, rows: Sequence[tuple[int, int, str, str]]) -> None:
    packing = Packing(index)
    packing.learn(rows)
    index.connection.executemany(
        f"INSERT OR REPLACE INTO fact SELECT num + (? << {FACT_BITS}), ? FROM request WHERE num = ? AND oid = ?",
        ((kind, packing.packed(kind, data), num, oid) for kind, num, data, oid in rows),
    )


def closed(index: Index) -> list[tuple[str, str, int, int]]:
    """The clients' requests that are closed and owe nothing: client, id, when opened, when the client last wrote."""
    return index.ask("SELECT client, substr(path, -17), opened, heard FROM request WHERE client != '' AND state = 2")


def titles(index: Index) -> dict[str, str]:
    """The titles of all requests, by id."""
    return dict(index.ask("SELECT substr(path, -17), title FROM request"))
