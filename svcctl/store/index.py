"""The index: what listings, checks and reports ask of a desk's requests, kept in SQLite beside the repository.

Derived and disposable: it lies in the git directory, belongs to one commit and one version of svcctl, and follows the
desk from commit to commit by what ``git diff-tree`` says has changed. Where it cannot be used, the records are read.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping

from svcctl import __version__
from svcctl.model.ids import record_path
from svcctl.model.namedtuples import NamedTuple
from svcctl.store.tree import INDEX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SCHEMA = 8
"""To be raised whenever what is kept, or a rule it follows from, changes."""

APPLICATION = 0x73766331
WAIT_SECONDS = 5.0
OPEN, OWING, CLOSED = 0, 1, 2
"""States: open, closed with a promise still owed, closed."""

_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file(path TEXT PRIMARY KEY, oid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE broken(path TEXT PRIMARY KEY, oid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE request(
  num INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, oid TEXT NOT NULL, state INTEGER NOT NULL,
  doubt INTEGER NOT NULL, moving TEXT NOT NULL, settled INTEGER NOT NULL, status TEXT NOT NULL,
  title TEXT NOT NULL, type TEXT NOT NULL, priority TEXT NOT NULL, client TEXT NOT NULL, channel TEXT NOT NULL,
  controller TEXT NOT NULL, opener TEXT NOT NULL, opened INTEGER NOT NULL, ended INTEGER NOT NULL,
  last INTEGER NOT NULL, conflicts INTEGER NOT NULL, handed INTEGER NOT NULL, next_due TEXT, next_clock TEXT NOT NULL,
  next_within TEXT NOT NULL, fields TEXT NOT NULL, items TEXT NOT NULL, waits_for TEXT, heard INTEGER NOT NULL,
  words INTEGER NOT NULL);
CREATE INDEX request_open ON request(state, doubt, settled) WHERE state < 2;
CREATE INDEX request_tail ON request(substr(path, -6));
CREATE INDEX request_client ON request(client);
CREATE INDEX request_last ON request(last);
CREATE INDEX request_conflicts ON request(conflicts) WHERE conflicts > 0;
CREATE TABLE manner(
  manner INTEGER PRIMARY KEY, kind TEXT NOT NULL, clock TEXT NOT NULL, pace TEXT NOT NULL, owner TEXT NOT NULL,
  department TEXT NOT NULL, UNIQUE(kind, clock, pace, owner, department));
CREATE TABLE watch(
  num INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, settled INTEGER NOT NULL,
  manner INTEGER NOT NULL, since INTEGER NOT NULL, due TEXT, base INTEGER NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY(num, seq)) WITHOUT ROWID;
CREATE TABLE fact(key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE sample(kind INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE missing(num INTEGER NOT NULL, calendar TEXT NOT NULL, year INTEGER NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0, tokenize='trigram');
"""
COLUMNS = [
    "path",
    "oid",
    "state",
    "doubt",
    "moving",
    "settled",
    "status",
    "title",
    "type",
    "priority",
    "client",
    "channel",
    "controller",
    "opener",
    "opened",
    "ended",
    "last",
    "conflicts",
    "handed",
    "next_due",
    "next_clock",
    "next_within",
    "fields",
    "items",
    "waits_for",
    "heard",
]
_PATH, _TITLE, _SETTLED = map(COLUMNS.index, ("path", "title", "settled"))

FACTS = ("case", "timed", "outline", "trace", "deeds", "again", "mined", "made", "rated", "told", "said", "offer")
"""What reports measure of requests; a fact's key is its place here and the request's number."""

FACT_BITS = 40
# By kind first, so that what one report has measured lies together, in full pages.
_FORGET = f"DELETE FROM fact WHERE key IN ({', '.join(f'?1 + {kind << FACT_BITS}' for kind in range(len(FACTS)))})"


class Row(NamedTuple):
    """What is kept of a request, as ``COLUMNS``, with its watches, missing years of calendars, and words."""

    columns: tuple[Any, ...]
    watches: tuple[tuple[tuple[str, ...], tuple[Any, ...]], ...]
    missing: tuple[tuple[str, int], ...]
    words: str


class Place(NamedTuple):
    """Where a record lies: its path and object."""

    path: str
    oid: str


class Selection(NamedTuple):
    """Which requests are worth reading: a condition on the index's columns and its values."""

    condition: str
    values: tuple[object, ...] = ()

    def __and__(self, other: Selection) -> Selection:
        return Selection(f"({self.condition}) AND ({other.condition})", self.values + other.values)

    def __or__(self, other: Selection) -> Selection:
        return Selection(f"({self.condition}) OR ({other.condition})", self.values + other.values)


ALL = Selection("1")
LIVE = Selection("state < 2")
"""Open requests, and closed ones that owe a promise."""

OPEN_ONES = Selection("state < 2 AND state = 0")
# The first term is the one that SQLite has an index for.

IN_CONFLICT = Selection("conflicts > 0")


def opened_in(seconds: tuple[int, int]) -> Selection:
    """Requests that were opened in a stretch of time, in seconds since the epoch; its end does not belong to it."""
    return Selection("opened >= ? AND opened < ?", seconds)


def active_since(second: int) -> Selection:
    """Requests to which something has happened since, and those that are open or owe a promise."""
    return LIVE | Selection("last >= ?", (second,))


class Damaged(Exception):
    """The index turned out to be unusable while it was asked; the same question can be asked again without it."""


class Index:
    """An open index; ``commit`` is what it reflects, empty while it is new."""

    def __init__(self, path: str, connection: sqlite3.Connection) -> None:
        self.path, self.connection = path, connection
        self.meta: dict[str, str] = dict(connection.execute("SELECT key, value FROM meta"))

    @property
    def commit(self) -> str:
        return self.meta.get("commit", "")

    @property
    def anchor(self) -> int:
        """The second from which its working times are counted."""
        return int(self.meta.get("anchor", "0"))

    def close(self) -> None:
        self.connection.close()

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query.

        Raises:
            Damaged: the file cannot be read; it is taken away.
        """
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            if self.connection.in_transaction:
                raise
            self.close()
            if not _is_passing(error):
                discard(self.path)
            raise Damaged(str(error)) from None

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        return next(iter(self.ask(query, *values)), None)

    # Reading

    def oid(self, path: str) -> str | None:
        """The object of a file that is no record, or None."""
        found = self.one("SELECT oid FROM file WHERE path = ?", path)
        return found[0] if found else None

    def paths(self, folder: str) -> list[str]:
        """The paths of the files below a folder that are no records, in order."""
        rows = self.ask("SELECT path FROM file WHERE path >= ? AND path < ? ORDER BY path", folder + "/", folder + "0")
        return [path for (path,) in rows]

    def broken(self) -> list[Place]:
        """The records that have problems."""
        return [Place(*row) for row in self.ask("SELECT path, oid FROM broken ORDER BY path")]

    def places(self, selection: Selection) -> list[Place]:
        """The records of the selected requests, oldest day first."""
        # Of the index that would give this order SQLite would read all, however few are selected: hence the plus.
        order = "path" if selection == ALL else "+path"
        rows = self.ask(
            f"SELECT path, oid FROM request WHERE {selection.condition} ORDER BY {order}", *selection.values
        )
        return [Place(full(path), oid) for path, oid in rows]

    def selected(self, selection: Selection) -> list[Place]:
        """The records of the selected requests and those that have problems, oldest day first."""
        return sorted([*self.places(selection), *self.broken()])

    def ids_with(self, part: str, changed: Mapping[str, object] | None = None) -> tuple[list[str], list[str]]:
        """The ids that have a text in them, and those of them that end with it.

        Where the text is a whole last part that one request has, it is that one.

        Args:
            changed: the files that have changed since the index's commit, by their paths; None is gone.
        """
        low = part.casefold()
        touched = {_name(path): blob for path, blob in (changed or {}).items() if _is_record(path)}
        new = [name for name, blob in touched.items() if blob is not None]
        if len(low) == 6:
            rows = self.ask("SELECT path FROM request WHERE substr(path, -6) = ?", low)
            ends = [name for (path,) in rows if (name := path[-17:]) not in touched]
            ends += [name for name in new if name.casefold().endswith(low)]
            if len(ends) == 1:
                return ends, ends
        pattern = "".join("\\" + one if one in "%_\\" else one for one in part)
        rows = self.ask("SELECT path FROM request WHERE path LIKE ? ESCAPE '\\' ORDER BY path", f"%{pattern}%")
        # A record with problems is found too: whoever asks for it is told of them.
        names = [path[-17:] for (path,) in rows] + [_name(path) for path, _ in self.broken()]
        found = sorted([*(name for name in names if name not in touched), *new])
        found = [name for name in found if low in name.casefold()]
        return found, [name for name in found if name.casefold().endswith(low)]

    # Writing

    def put(self, rows: Iterable[Row]) -> None:
        """Adds requests, or takes the place of what was kept of them."""
        columns = ", ".join(COLUMNS)
        holders = ", ".join("?" * (len(COLUMNS) + 2))
        words = int(self.meta.get("words", "0"))
        for row in rows:
            num = self._removed(row.columns[0])
            # What is kept of words cannot be taken out; a request has the newest of its rows.
            words += 1
            self.connection.execute("INSERT INTO words(rowid, text) VALUES (?, ?)", (words, row.words))
            insert = f"INSERT INTO request(num, words, {columns}) VALUES ({holders})"
            num = self.connection.execute(insert, (num, words, *row.columns)).lastrowid
            if row.watches:
                whose = (row.columns[_PATH][-17:], row.columns[_TITLE], row.columns[_SETTLED])
                watches = [
                    (num, seq, *whose, self._manner(manner), *kept) for seq, (manner, kept) in enumerate(row.watches)
                ]
                self.connection.executemany(f"INSERT INTO watch VALUES ({', '.join('?' * 10)})", watches)
            for calendar, year in row.missing:
                self.connection.execute("INSERT INTO missing VALUES (?,?,?)", (num, calendar, year))
        self.meta["words"] = str(words)

    def _manner(self, manner: tuple[str, ...]) -> int:
        """The number that a manner of watches is kept under; those that no watch has any more stay."""
        self.connection.execute(
            "INSERT OR IGNORE INTO manner(kind, clock, pace, owner, department) VALUES (?, ?, ?, ?, ?)", manner
        )
        where = "kind = ? AND clock = ? AND pace = ? AND owner = ? AND department = ?"
        found = self.one(f"SELECT manner FROM manner WHERE {where}", *manner)
        assert found is not None
        number: int = found[0]
        return number

    def remove(self, path: str) -> None:
        """Forgets a record."""
        self._removed(short(path))
        self.connection.execute("DELETE FROM broken WHERE path = ?", (path,))

    def _removed(self, path: str) -> int | None:
        found = self.one("SELECT num FROM request WHERE path = ?", path)
        if found is None:
            return None
        for table in ("request", "watch", "missing"):
            self.connection.execute(f"DELETE FROM {table} WHERE num = ?", found)
        self.connection.execute(_FORGET, found)
        number: int = found[0]
        return number

    def forget_facts(self) -> None:
        """Forgets what reports have measured: the rules have changed."""
        self.connection.execute("DELETE FROM fact")

    def put_broken(self, places: Iterable[Place]) -> None:
        """Notes records that cannot be read."""
        self.connection.executemany("INSERT OR REPLACE INTO broken VALUES (?, ?)", places)

    def put_files(self, changes: Iterable[tuple[str, str | None]]) -> None:
        """Notes files that are no records; None is gone."""
        for name, oid in changes:
            # A name that is no UTF-8 is none of svcctl's; SQLite keeps no half surrogate pairs.
            path = name.encode("utf-8", "backslashreplace").decode()
            if oid is None:
                self.connection.execute("DELETE FROM file WHERE path = ?", (path,))
            else:
                self.connection.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (path, oid))

    def reflect(self, commit: str, **more: str) -> None:
        """Says which commit it reflects from now on."""
        self.meta.update(more, commit=commit)
        self.connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", self.meta.items())


def _is_record(path: str) -> bool:
    return path.startswith("requests/") and path.endswith(".yaml")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[-1][:-5]


def short(path: str) -> str:
    """A record's path as it is kept: without the folder of all and without its ending."""
    return path[9:-5]


def full(path: str) -> str:
    """A record's path from what is kept of it."""
    return f"requests/{path}.yaml"


def request_id(path: str) -> str | None:
    """The id of the request whose record lies where it should, from the path as it is kept."""
    name = path[-17:]
    return name if record_path(name) == full(path) else None


# The file


def index_path(folder: str) -> str:
    """Where svcctl's index lies, below its own folder in the git directory."""
    return os.path.join(folder, INDEX)


def opened(path: str) -> Index | None:
    """The index, if there is one that this version of svcctl can use; one it cannot is taken away.

    Returns:
        None where there is none, or it is locked, or cannot be read.
    """
    if not os.path.isfile(path):
        return None
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
        index = _usable(path, connection)
        if index is not None:
            return index
    except sqlite3.DatabaseError as error:
        if _is_passing(error):
            if connection is not None:
                connection.close()
            return None
    if connection is not None:
        connection.close()
    discard(path)
    return None


def _usable(path: str, connection: sqlite3.Connection) -> Index | None:
    (mark,) = connection.execute("PRAGMA application_id").fetchone()
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    if (mark, schema) != (APPLICATION, SCHEMA):
        return None
    index = Index(path, connection)
    return index if index.meta.get("version") == __version__ else None


def _is_passing(error: sqlite3.Error) -> bool:
    """Whether nothing is wrong with the file: others have it locked, or it cannot be opened here."""
    return any(word in str(error) for word in ("locked", "unable to open", "readonly", "disk I/O"))


def created(path: str) -> Index:
    """A new index at a path where nothing is; it is not safe against a crash until it is moved into its place.

    Raises:
        sqlite3.Error, OSError: it cannot be written.
    """
    os.makedirs(os.path.dirname(path), exist_ok=True)
    discard(path)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.executescript(_TABLES)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("BEGIN")
    connection.execute("INSERT INTO meta VALUES ('version', ?)", (__version__,))
    return Index(path, connection)


def discard(path: str) -> None:
    """Takes an index away; the next command makes it anew."""
    for ending in ("", "-journal", "-wal", "-shm"):
        try:
            os.unlink(path + ending)
        except OSError:
            continue


def settle(index: Index, path: str) -> None:
    """Writes a new index to the disk and moves it into its place."""
    index.connection.execute("COMMIT")
    index.close()
    descriptor = os.open(index.path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(index.path, path)


def having(words: Iterable[str]) -> Selection:
    """Requests that have all of these somewhere, in the folded form; short ones are left to whoever reads them."""
    threes = dict.fromkeys(word[n : n + 3] for word in words for n in range(len(word) - 2))
    if not threes:
        return ALL
    query = " AND ".join('"' + three.replace('"', '""') + '"' for three in threes)
    return Selection("words IN (SELECT rowid FROM words WHERE words MATCH ?)", (query,))
