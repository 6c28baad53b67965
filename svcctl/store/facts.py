"""What reports have measured of requests, kept in the index until a deed or a rule changes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from svcctl.store.index import Index, Place, Selection, full


class Known(NamedTuple):
    """A request's number in the index, its record, and the facts that are known of it, as JSON by their names.

    ``settled``: nothing in it is ahead of the moment, and nothing is in doubt. ``moving`` are the deadlines that move
    on while their clocks stand still, as JSON of ``svcctl.rules.watch.Moving``.
    """

    num: int
    place: Place
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
        f"SELECT r.num, r.path, r.oid, doubt OR last > ?, moving{columns} FROM request r{joins} "
        f"WHERE {selection.condition} ORDER BY r.path"
    )
    found = []
    for num, path, oid, open_, moving, *texts in index.ask(query, int(now.timestamp()), *names, *selection.values):
        facts = {} if open_ else {name: text for name, text in zip(names, texts, strict=True) if text is not None}
        found.append(Known(num, Place(full(path), oid), not open_, moving, facts))
    return found


def keep(index: Index, facts: Iterable[Fact]) -> None:
    """Keeps what was measured; of requests that have changed meanwhile, and where it cannot be written, nothing."""
    write = "INSERT OR REPLACE INTO fact SELECT num, ?, ? FROM request WHERE num = ? AND oid = ?"
    connection = index.connection
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (commit,) = connection.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
            if commit == index.commit:
                connection.executemany(write, ((fact.name, fact.data, fact.num, fact.oid) for fact in facts))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error:
        # The next report measures it anew.
        return


def closed(index: Index) -> list[tuple[str, str, int, int]]:
    """The clients' requests that are closed and owe nothing: client, id, when opened, when the client last wrote."""
    return index.ask("SELECT client, substr(path, -17), opened, heard FROM request WHERE client != '' AND state = 2")


def titles(index: Index) -> dict[str, str]:
    """The titles of all requests, by id."""
    return dict(index.ask("SELECT substr(path, -17), title FROM request"))
