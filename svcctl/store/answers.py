"""What the index answers by itself: what a check finds, and the desk in a few numbers.

Of requests that it cannot answer for (events of a clock that is ahead, references that are broken) it names the
records, which are then read as if there were no index.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from svcctl.store.index import Index, Place, Selection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar
    from svcctl.rules.findings import Finding
    from svcctl.rules.overview import Overview

UNSETTLED = "(doubt OR request.settled > ?)"
# Few combinations of what follows from clock, person and department are shared by all watches.
_MANNERS = "SELECT manner, kind, clock, pace, owner, department FROM manner"
_WATCHES = "SELECT id, title, manner, since, due, base, note FROM watch WHERE since <= ? AND settled <= ?"
OVERDUE_WATCH = "manner IN (SELECT manner FROM manner WHERE kind = 'overdue')"


def found(index: Index, now: datetime, soon: datetime, calendar: Callable[[str], Calendar]) -> list[Finding]:
    """What a check finds at a moment, but of the requests that are ``unsettled``.

    Args:
        soon: deadlines until then are due soon.
        calendar: the calendar of a name.
    """
    from svcctl.rules.watch import Manner, found_at

    def position(name: str) -> int:
        line = calendar(name).line
        return line.done(int(now.timestamp())) - line.done(index.anchor)

    moment, horizon = int(now.timestamp()), int(soon.timestamp()) + 1
    manners = {number: Manner(*rest) for number, *rest in index.ask(_MANNERS)}
    return found_at(index.ask(_WATCHES, max(moment, horizon), moment), manners, now, soon, position)


def unsettled(index: Index, now: datetime) -> list[Place]:
    """The records of the open requests of which only reading them tells how they stand at ``now``, and broken ones."""
    return index.selected(Selection(f"state < 2 AND {UNSETTLED}", (int(now.timestamp()),)))


def missing_years(index: Index, now: datetime) -> list[tuple[str, int]]:
    """Calendars and years without published holidays that deadlines run into; not of the ``unsettled``."""
    query = f"SELECT DISTINCT calendar, year FROM missing JOIN request USING(num) WHERE NOT {UNSETTLED}"
    return [(name, year) for name, year in index.ask(query, int(now.timestamp()))]


def counted(index: Index, now: datetime) -> Overview:
    """The desk in a few numbers, but without the requests that are ``unsettled``."""
    from svcctl.model.request import CLOSED, STATUSES
    from svcctl.rules.overview import Overview

    moment = int(now.timestamp())
    known = f"state < 2 AND NOT {UNSETTLED}"
    statuses = {status: 0 for status in STATUSES if status not in CLOSED}
    rows = index.ask(f"SELECT status, count(*) FROM request WHERE {known} AND state = 0 GROUP BY status", moment)
    statuses.update(rows)
    handed = index.ask(f"SELECT total(handed) FROM request WHERE {known}", moment)
    watch = f"FROM watch JOIN request USING(num) WHERE {OVERDUE_WATCH} AND {known}"
    late = index.ask(f"SELECT count(DISTINCT num) {watch} AND since <= ?", moment, moment)
    begin = datetime.combine(now.date(), time(), now.tzinfo)
    end = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    promises = "SELECT manner FROM manner WHERE clock LIKE 'promise%'"
    today = index.ask(
        f"SELECT count(*) {watch} AND manner IN ({promises}) AND since > ? AND since <= ?",
        moment,
        int(begin.timestamp()),
        int(end.timestamp()),
    )
    return Overview(statuses, late[0][0], int(handed[0][0]), today[0][0])


def conflicts(index: Index) -> int:
    """How many events were overtaken and not acknowledged."""
    return int(index.ask("SELECT total(conflicts) FROM request WHERE conflicts > 0")[0][0])
