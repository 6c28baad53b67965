"""What the index answers by itself: findings, and requests as lists tell of them.

Of requests that it cannot answer for (a deadline that moves while a pause lasts, events of a clock that is ahead,
references that are broken) it names the records, which are then read as if there were no index.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from svcctl.rules.query import Query, wanted_words
from svcctl.rules.sketch import Following, Held, Sketch
from svcctl.store.index import ALL, Index, Place, Selection, having

if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.rules.findings import Finding

_UNSETTLED = "(doubt OR settled > ?)"
_WATCHES = """
SELECT substr(r.path, -17), r.title, w.kind, w.clock, w.since, w.due, w.pace, w.base, w.owner, w.department, w.note
FROM watch w JOIN request r USING(num)
WHERE (w.since <= ?1 OR (w.kind = 'overdue' AND w.since <= ?2)) AND NOT r.doubt AND r.settled <= ?1
"""
_SKETCH = (
    "path, status, title, type, priority, client, channel, controller, opener, opened, ended, state, next_due, "
    "next_clock, next_within, fields, items, waits_for"
)


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
    return list(index.ask(query, int(now.timestamp())))


def sketches(index: Index, now: datetime, zone: tzinfo, selection: Selection = ALL) -> Sketches:
    """The selected requests, oldest day first; open ones whose deadlines move are named by their records."""
    moment = int(now.timestamp())
    moving = Selection("state < 2 AND (doubt OR fluid OR settled > ?)", (moment,))
    where = f"({selection.condition}) AND NOT ({moving.condition})"
    rows = index.ask(f"SELECT {_SKETCH} FROM request WHERE {where} ORDER BY path", *selection.values, *moving.values)
    return Sketches(list(_sketched(rows, moment, zone)), index.selected(selection & moving))


def selection(query: Query, now: datetime) -> Selection:
    """The requests that may be what a query asks for; all that are, and as few others as the index can tell."""
    asked = Selection("state = 0") if query.open_only else ALL
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


def _sketched(rows: Iterator[tuple[str, ...]], moment: int, zone: tzinfo) -> Iterator[Sketch]:
    for path, status, title, type_, priority, client, channel, controller, opener, *rest in rows:
        opened, ended, state, due, clock, within, fields, items, waits_for = rest
        following = None
        if due:
            at = datetime.fromisoformat(due)
            following = Following(clock, at, at.timestamp() < moment, within)
        yield Sketch(
            path[-17:],
            title,
            type_,
            priority,
            client,
            channel,
            controller,
            status,
            opener,
            opened,  # type: ignore[arg-type]
            ended,  # type: ignore[arg-type]
            state != 0,  # type: ignore[comparison-overlap]
            following,
            json.loads(fields) if fields else {},
            {item[0]: Held(*item) for item in json.loads(items)},
            waits_for,
            zone,
        )
