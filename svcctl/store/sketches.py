"""Requests as lists tell of them, from the index: sketches, and which requests are worth a look.

As in ``svcctl.store.answers``: of requests that the index cannot answer for it names the records.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache

from svcctl.model.namedtuples import NamedTuple
from svcctl.rules.sketch import Following, Held, Sketch
from svcctl.store.answers import OVERDUE_WATCH, UNSETTLED
from svcctl.store.index import ALL, CLOSED, LIVE, OPEN, OPEN_ONES, Index, Place, Selection, full, having

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.calendar import Calendar
    from svcctl.model.team import Team
    from svcctl.rules.query import Query

# The object is asked for only where the record has to be read: each column of thousands of rows takes its time.
_SKETCH = (
    f"CASE WHEN state < {CLOSED} AND (doubt OR settled > ?) THEN oid END, state <> {OPEN}, moving, path, fields, "
    "items, next_due, next_clock, next_within, title, type, priority, client, channel, controller, status, opener, "
    "opened, ended, waits_for"
)
# json.loads would look at each text's type and encoding.
_decoded: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


class Sketches(NamedTuple):
    """Requests as the index knows them, and the records of those that have to be read."""

    known: list[Sketch]
    unknown: list[Place]


def sketches(index: Index, now: datetime, calendar: Callable[[str], Calendar], selection: Selection = ALL) -> Sketches:
    """The selected requests in no order.

    Args:
        calendar: the calendar of a name.
    """
    moment, zone = int(now.timestamp()), now.tzinfo
    known, unknown = [], index.broken()
    # Few combinations of stage, department and owner are shared by all requests.
    held = cache(_held)
    rows = index.ask(f"SELECT {_SKETCH} FROM request WHERE {selection.condition}", moment, *selection.values)
    for oid, closed, moving, path, fields, items, due, clock, within, *plain in rows:
        if oid:
            unknown.append(Place(full(path), oid))
            continue
        following = _following(clock, due, within, moment) if due else None
        # A clock that stands still runs out after now, and so after a deadline that has passed.
        if moving and not (following and following.late):
            following = _first(following, _decoded(moving, 0)[0], now, calendar)
        known.append(Sketch(path[-17:], closed, following, fields, held(items), zone, *plain))
    return Sketches(known, unknown)


def _following(clock: str, due: str, within: str, moment: int) -> Following:
    at = datetime.fromisoformat(due)
    second = at.timestamp()
    return Following(clock, at, second < moment, within, second)


def _held(items: str) -> dict[str, Held]:
    return {item[0]: Held(*item) for item in _decoded(items, 0)[0]}


def _first(
    following: Following | None, moving: list[list[Any]], now: datetime, calendar: Callable[[str], Calendar]
) -> Following:
    """The first of a deadline and those that move."""
    from svcctl.rules.watch import Moving

    ones = [Moving(*one) for one in moving]
    dues = [one.due(now, calendar(one.calendar)) for one in ones]
    found = [
        Following(one.clock, due, False, str(one.time), due.timestamp()) for one, due in zip(ones, dues, strict=True)
    ]
    return min([following, *found] if following else found, key=lambda one: one.at)


def concerning(person: str, team: Team) -> Selection:
    """Requests in which something may be a person's to do; as few others as the index can tell."""
    groups = [name for name in team.departments if team.is_addressed(person, name)]
    items = Selection("items LIKE ?", (f'%"{person}"%',))
    for name in groups:
        # The last word of an item is whom it was handed to, or who has it.
        items |= Selection("items LIKE ?", (f'%"{name}"]%',))
    watched = Selection("num IN (SELECT num FROM watch JOIN manner USING(manner) WHERE owner = ?)", (person,))
    return LIVE & (items | watched | Selection("doubt"))


def is_whole(query: Query) -> bool:
    """Whether the ``selection`` of a query selects just what it asks for."""
    people = query.owner or query.in_hands_of or query.department or query.queue or query.handed_by
    return not (people or query.stage or query.fields or query.text or query.due_before)


def selection(query: Query, now: datetime) -> Selection:
    """The requests that may be what a query asks for; all that are, and as few others as the index can tell."""
    asked = _late(query, now) if query.overdue else OPEN_ONES if query.open_only else ALL
    for column in ("client", "type", "channel", "priority", "controller"):
        if value := getattr(query, column):
            asked &= Selection(f"{column} = ?", (value,))
    if query.status:
        asked &= Selection(f"status IN ({', '.join('?' * len(query.status))})", query.status)
    if query.opened_by:
        asked &= Selection("opener = ?", (query.opened_by,))
    if query.text:
        from svcctl.rules.query import wanted_words

        asked &= having(wanted_words(query))
    return asked


def _late(query: Query, now: datetime) -> Selection:
    moment = int(now.timestamp())
    late = f"SELECT num FROM watch WHERE {OVERDUE_WATCH} AND since <= ?"
    if not query.open_only:
        return Selection(f"(num IN ({late}) OR doubt OR settled > ?)", (moment, moment))
    # By their numbers: through the index of open requests SQLite would look into each of them. The plus forbids it.
    unsettled = f"SELECT num FROM request WHERE state < 2 AND {UNSETTLED}"
    return Selection(f"+state = {OPEN} AND num IN ({late} UNION ALL {unsettled})", (moment, moment))
