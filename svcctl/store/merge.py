"""Three-way merge of request records, by the identity of events; pure bytes.

An event's line is never changed, so both sides' lines are kept as they were written, in the record's order. The result
depends only on the three records: not on which side is ours, nor on the order of several merges.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from svcctl.model.instants import parse_instant
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage
from svcctl.store.records import EVENTS_LINE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NO_MOMENT = datetime.max.replace(tzinfo=UTC)
_AUTOMATIC = ("escalated", "reminded")

Key = tuple[int, int, datetime, str, str]


class Differs(Exception):
    """Two records cannot be joined; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Parts(NamedTuple):
    """A record's text taken apart: its header, and its events' lines with their places in the order.

    A line that is no event has an empty id and stands at the end.
    """

    header: str
    rows: dict[str, Key]

    def ids(self) -> set[str]:
        """The ids of its events."""
        return {key[3] for key in self.rows.values() if key[3]}

    def joined(self) -> bytes:
        """The record again, its lines in order."""
        rows = sorted(self.rows, key=lambda row: self.rows[row])
        return "\n".join([self.header + "events:", *rows, ""]).encode("utf-8", "surrogateescape")


def take_apart(content: bytes) -> Parts:
    """Takes a record apart; line ends of other systems, and lines that stand twice, are made one.

    Raises:
        Differs: it has no line where its events begin.
    """
    text = content.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    found = EVENTS_LINE.search(text)
    if found is None:
        raise Differs(Message("it has no “events:” line of its own"))
    begin = found.start() + 1
    end = text.find("\n", begin)
    tail = text[end + 1 :] if end >= 0 else ""
    rows = {row: _key(row) for row in tail.split("\n") if row.strip()}
    return Parts(text[:begin], _told_once(rows))


def _key(row: str) -> Key:
    """An event's place in the order ``(n, at, id)``."""
    try:
        event: Any = json.loads(row.removeprefix("- "))
        n, moment, name = event["n"], event["at"], event["id"]
        if type(n) is int and type(moment) is str and type(name) is str:
            return 0, n, parse_instant(moment).astimezone(UTC), name, row
    except (ValueError, TypeError, KeyError, Usage, RecursionError):
        pass
    return 1, 0, _NO_MOMENT, "", row


def _told_once(rows: dict[str, Key]) -> dict[str, Key]:
    """Of lines by which several clones told of the same clock, which have one id, the first."""
    first: dict[str, Key] = {}
    for key in rows.values():
        if key[3] and (key[3] not in first or key < first[key[3]]):
            first[key[3]] = key
    return {row: key for row, key in rows.items() if first.get(key[3], key) == key or not _is_automatic(row)}


def _is_automatic(row: str) -> bool:
    return json.loads(row.removeprefix("- ")).get("do") in _AUTOMATIC


def merge_records(base: bytes | None, ours: bytes, theirs: bytes) -> bytes:
    """The record with the events of both sides.

    Args:
        base: the record both sides come from, if there was one.

    Raises:
        Differs: the headers were changed differently, or one of them is no record.
    """
    old = take_apart(base) if base is not None else Parts("", {})
    one, other = take_apart(ours), take_apart(theirs)
    header = _header(old.header, one.header, other.header)
    gone = _edited(old, one, other) | _edited(old, other, one)
    rows = {row: key for row, key in {**one.rows, **other.rows}.items() if row not in gone}
    return Parts(header, _told_once(rows)).joined()


def _header(base: str, ours: str, theirs: str) -> str:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    for here, there in zip(ours.split("\n"), theirs.split("\n"), strict=False):
        if here != there:
            raise Differs(Message("its header says “{here}” here and “{there}” there", here=here, there=there))
    raise Differs(Message("one side has more in its header"))


def _edited(base: Parts, side: Parts, other: Parts) -> set[str]:
    """Lines that a side has written anew, against the rules, while the other still has them as they were."""
    anew = {key[3] for row, key in side.rows.items() if row not in base.rows and key[3]}
    changed = {row for row, key in base.rows.items() if key[3] in anew and row not in side.rows}
    return {row for row in changed if row in other.rows}


def repaired(content: bytes) -> bytes:
    """The record as svcctl would have merged it, where git's union of lines has joined two of them.

    Raises:
        Differs: it is no record.
    """
    return take_apart(content).joined()


def gained(before: bytes | None, after: bytes | None) -> int:
    """How many deeds a record has more than it had: its events, and its opening."""
    return len(_ids(after) - _ids(before)) + (before is None and after is not None)


def _ids(content: bytes | None) -> set[str]:
    try:
        return take_apart(content).ids() if content is not None else set()
    except Differs:
        return set()
