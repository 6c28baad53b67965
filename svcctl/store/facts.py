"""What reports have measured of requests, kept in the index until a deed or a rule changes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from svcctl.store.index import FACTS, Index, Place, Selection, full

_EACH, _LEAST = 1400, 64 << 20
"""As many bytes as an index may take for each request, and may take in any case; more is not kept."""

_ROW = 16


class Known(NamedTuple):
    """A request's number in the index, its record, and the facts that are known of it, as JSON by their names.

    ``settled``: nothing in it is ahead of the moment, and nothing is in doubt. ``moving`` are the deadlines that move
    on while their clocks stand still, as JSON of ``svcctl.rules.watch.Moving``.
    """

    num: int
    place: Place
    title: str
    settled: bool
    moving: str
    facts: dict[str, str]


class Fact(NamedTuple):
    """What was measured of a request: a name and JSON."""

    num: int
    oid: str
    name: str
    data: str


def known(index: Index, selection: Selection, names: Sequence[str], now: datetime) -> list[Known]:
    """The selected requests with the facts of these names, oldest day first; of the unsettled none are known."""
    columns = "".join(f", f{number}.data" for number in range(len(names)))
    joins = "".join(
        f" LEFT JOIN fact f{number} ON f{number}.num = r.num AND f{number}.kind = ?" for number in range(len(names))
    )
    query = (
        f"SELECT r.num, r.path, r.oid, r.title, doubt OR last > ?, moving{columns} FROM request r{joins} "
        f"WHERE {selection.condition} ORDER BY r.path"
    )
    found = []
    values = (int(now.timestamp()), *map(FACTS.index, names), *selection.values)
    for num, path, oid, title, doubtful, moving, *texts in index.ask(query, *values):
        pairs = zip(names, texts, strict=True)
        facts = {} if doubtful else {name: text for name, text in pairs if text is not None}
        found.append(Known(num, Place(full(path), oid), title, not doubtful, moving, facts))
    return found


def keep(index: Index, facts: Iterable[Fact]) -> None:
    """Keeps what was measured; of requests that have changed meanwhile, and where it cannot be written, nothing."""
    write = "INSERT OR REPLACE INTO fact SELECT num, ?, ? FROM request WHERE num = ? AND oid = ?"
    rows = sorted((FACTS.index(fact.name), fact.num, fact.data, fact.oid) for fact in facts)
    connection = index.connection
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (commit,) = connection.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
            if commit == index.commit:
                connection.executemany(write, ((kind, data, num, oid) for kind, num, data, oid in _room(index, rows)))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error:
        # The next report measures it anew.
        return


def _room(index: Index, rows: Sequence[tuple[int, int, str, str]]) -> Sequence[tuple[int, int, str, str]]:
    """Those of the rows for which there is room in the index."""
    pages, size = (index.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    (requests,) = index.connection.execute("SELECT count(*) FROM request").fetchone()
    left = max(_LEAST, requests * _EACH) - pages * size
    for number, (_, _, data, _) in enumerate(rows):
        left -= len(data) + _ROW
        if left < 0:
            return rows[:number]
    return rows


def closed(index: Index) -> list[tuple[str, str, int, int]]:
    """The clients' requests that are closed and owe nothing: client, id, when opened, when the client last wrote."""
    return index.ask("SELECT client, substr(path, -17), opened, heard FROM request WHERE client != '' AND state = 2")


def titles(index: Index) -> dict[str, str]:
    """The titles of all requests, by id."""
    return dict(index.ask("SELECT substr(path, -17), title FROM request"))
