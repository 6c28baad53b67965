"""What the index answers by itself: findings, and requests as lists tell of them.

Of requests that it cannot answer for (events of a clock that is ahead, references that are broken) it names the
records, which are then read as if there were no index.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

from svcctl.model.request import CLOSED as CLOSED_STATUSES
from svcctl.model.request import STATUSES
from svcctl.rules.query import Query, wanted_words
from svcctl.rules.sketch import Following, Held, Sketch
from svcctl.store.index import ALL, CLOSED, LIVE, OPEN, OPEN_ONES, Index, Place, Selection, full, having

if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.model.team import Team
    from svcctl.rules.findings import Finding
    from svcctl.rules.overview import Overview

_UNSETTLED = "(doubt OR settled > ?)"
_WATCHES = """
SELECT substr(r.path, -17), r.title, w.kind, w.clock, w.since, w.due, w.pace, w.base, w.owner, w.department, w.note
FROM watch w JOIN request r USING(num)
WHERE (w.since <= ?1 OR (w.kind = 'overdue' AND w.since <= ?2)) AND NOT r.doubt AND r.settled <= ?1
"""
_SKETCH = (
    "doubt, settled, state, moving, path, oid, title, type, priority, client, channel, controller, status, opener, "
    "opened, ended, next_due, next_clock, next_within, fields, items, waits_for"
)
# json.loads would look at each text's type and encoding.
_decoded: Callable[[str, int], tuple[Any, int]] = vars(json.JSONDecoder())["scan_once"]


class Sketches(NamedTuple):
    """Requests as the index knows them, and the records of those that have to be read."""

    known: list[Sketch]
    unknown: list[Place]


def found(index: Index, now: datetime, soon: datetime, calendar: Callable[[str], Calendar]) -> list[Finding]:
    """What a check finds at a moment, but of the requests that are ``unsettled``.

    Args:
        soon: deadlines until then are due soon.
        calendar: the calendar of a name.
    """
    from svcctl.rules.watch import Watch, found_at

    def position(name: str) -> int:
        line = calendar(name).line
        return line.done(int(now.timestamp())) - line.done(index.anchor)

    moment, horizon = int(now.timestamp()), int(soon.timestamp()) + 1
    read = datetime.fromisoformat
    rows = [
        (id_, title, Watch(kind, clock, since, read(due) if due else None, pace, base, owner, department, note))
        for id_, title, kind, clock, since, due, pace, base, owner, department, note in index.ask(
            _WATCHES, moment, horizon
        )
    ]
    return found_at(rows, now, soon, position)


def unsettled(index: Index, now: datetime) -> list[Place]:
    """The records of the open requests of which only reading them tells how they stand at ``now``, and broken ones."""
    return index.selected(Selection(f"state < 2 AND {_UNSETTLED}", (int(now.timestamp()),)))


def missing_years(index: Index, now: datetime) -> list[tuple[str, int]]:
    """Calendars and years without published holidays that deadlines run into; not of the ``unsettled``."""
    query = f"SELECT DISTINCT calendar, year FROM missing JOIN request USING(num) WHERE NOT {_UNSETTLED}"
    return [(name, year) for name, year in index.ask(query, int(now.timestamp()))]


def sketches(index: Index, now: datetime, calendar: Callable[[str], Calendar], selection: Selection = ALL) -> Sketches:
    """The selected requests in no order.

    Args:
        calendar: the calendar of a name.
    """
    moment, zone = int(now.timestamp()), now.tzinfo
    asked = Sketches([], index.broken())
    held: dict[str, dict[str, Held]] = {}
    rows = index.ask(f"SELECT {_SKETCH} FROM request WHERE {selection.condition}", *selection.values)
    for doubt, settled, state, moving, path, oid, *known in rows:
        if state != CLOSED and (doubt or settled > moment):
            asked.unknown.append(Place(full(path), oid))
            continue
        one = _sketched(held, path, state, moment, zone, *known)
        # A clock that stands still runs out after now, and so after a deadline that has passed.
        if moving and not (one.following and one.following.late):
            one.following = _first(one.following, _decoded(moving, 0)[0], now, calendar)
        asked.known.append(one)
    return asked


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


def counted(index: Index, now: datetime) -> Overview:
    """The desk in a few numbers, but without the requests that are ``unsettled``."""
    from svcctl.rules.overview import Overview

    moment = int(now.timestamp())
    known = f"state < 2 AND NOT {_UNSETTLED}"
    statuses = {status: 0 for status in STATUSES if status not in CLOSED_STATUSES}
    rows = index.ask(f"SELECT status, count(*) FROM request WHERE {known} AND state = 0 GROUP BY status", moment)
    statuses.update(rows)
    handed = index.ask(f"SELECT total(handed) FROM request WHERE {known}", moment)
    watch = f"FROM watch JOIN request USING(num) WHERE kind = 'overdue' AND {known}"
    late = index.ask(f"SELECT count(DISTINCT num) {watch} AND since <= ?", moment, moment)
    begin = datetime.combine(now.date(), time(), now.tzinfo)
    end = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    today = index.ask(
        f"SELECT count(*) {watch} AND clock LIKE 'promise%' AND since > ? AND since <= ?",
        moment,
        int(begin.timestamp()),
        int(end.timestamp()),
    )
    return Overview(statuses, late[0][0], int(handed[0][0]), today[0][0])


def conflicts(index: Index) -> int:
    """How many events were overtaken and not acknowledged."""
    return int(index.ask("SELECT total(conflicts) FROM request WHERE conflicts > 0")[0][0])


def concerning(person: str, team: Team) -> Selection:
    """Requests in which something may be a person's to do; as few others as the index can tell."""
    groups = [name for name in team.departments if team.is_addressed(person, name)]
    items = Selection("items LIKE ?", (f'%"{person}"%',))
    for name in groups:
        # The last word of an item is whom it was handed to, or who has it.
        items |= Selection("items LIKE ?", (f'%"{name}"]%',))
    watched = Selection("num IN (SELECT num FROM watch WHERE owner = ?)", (person,))
    return LIVE & (items | watched | Selection("doubt"))


def is_whole(query: Query) -> bool:
    """Whether the ``selection`` of a query selects just what it asks for."""
    people = query.owner or query.in_hands_of or query.department or query.queue or query.handed_by
    return not (people or query.stage or query.fields or query.text or query.due_before)


def selection(query: Query, now: datetime) -> Selection:
    """The requests that may be what a query asks for; all that are, and as few others as the index can tell."""
    asked = OPEN_ONES if query.open_only else ALL
    for column in ("client", "type", "channel", "priority", "controller"):
        if value := getattr(query, column):
            asked &= Selection(f"{column} = ?", (value,))
    if query.status:
        asked &= Selection(f"status IN ({', '.join('?' * len(query.status))})", query.status)
    if query.opened_by:
        asked &= Selection("opener = ?", (query.opened_by,))
    if query.overdue:
        moment = int(now.timestamp())
        late = "num IN (SELECT num FROM watch WHERE kind = 'overdue' AND since <= ?)"
        asked &= Selection(f"({late} OR doubt OR settled > ?)", (moment, moment))
    if query.text:
        asked &= having(wanted_words(query))
    return asked


def _sketched(
    held: dict[str, dict[str, Held]],
    path: str,
    state: int,
    moment: int,
    zone: tzinfo | None,
    title: str,
    type_: str,
    priority: str,
    client: str,
    channel: str,
    controller: str,
    status: str,
    opener: str,
    opened: int,
    ended: int,
    due: str | None,
    clock: str,
    within: str,
    fields: str,
    items: str,
    waits_for: str | None,
) -> Sketch:
    following = None
    if due:
        at = datetime.fromisoformat(due)
        second = at.timestamp()
        following = Following(clock, at, second < moment, within, second)
    if items not in held:
        # Few combinations of stage, department and owner are shared by all requests.
        held[items] = {item[0]: Held(*item) for item in _decoded(items, 0)[0]}
    return Sketch(
        path[-17:],
        title,
        type_,
        priority,
        client,
        channel,
        controller,
        status,
        opener,
        opened,
        ended,
        state != OPEN,
        following,
        _decoded(fields, 0)[0] if fields else {},
        held[items],
        waits_for,
        zone,
    )
