"""The desk in a few numbers, and somebody's own day in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import CLOSED, STATUSES, Request
from svcctl.model.team import Team
from svcctl.rules.agenda import Item, Whose, items, open_handoffs
from svcctl.rules.clocks import Clock, is_overdue

_NEXT = 3


class Overview(NamedTuple):
    """Open requests by status, and how many of them are late, wait for acceptance, or have a promise for today."""

    statuses: dict[str, int]
    late: int
    unaccepted: int
    promises_today: int

    def together(self, other: Overview) -> Overview:
        """The numbers of two parts of a desk."""
        statuses = {name: count + other.statuses[name] for name, count in self.statuses.items()}
        sums = (mine + more for mine, more in zip(self[1:], other[1:], strict=True))
        return Overview(statuses, *sums)

    @property
    def open(self) -> int:
        """How many requests are open."""
        return sum(self.statuses.values())


class Own(NamedTuple):
    """Somebody's day: what is in hand, what was handed to them or their department, what is due next."""

    person: str
    in_hand: int
    handed: int
    next: list[Item]


Measured = tuple[Request, Sequence[Clock]]


def overview(rows: Iterable[Measured], now: datetime) -> Overview:
    """Counts requests: the open ones, and closed ones with a promise that is still owed."""
    statuses = {status: 0 for status in STATUSES if status not in CLOSED}
    late = unaccepted = promises = 0
    for request, clocks in rows:
        if not request.closed:
            statuses[request.status] += 1
        late += is_overdue(clocks)
        unaccepted += len(open_handoffs(request))
        promises += sum(_is_today(clock, now) for clock in clocks)
    return Overview(statuses, late, unaccepted, promises)


def _is_today(clock: Clock, now: datetime) -> bool:
    if clock.run.name != "promise" or not clock.running or clock.due is None:
        return False
    return clock.due.astimezone(now.tzinfo).date() == now.date()


def own(rows: Iterable[Measured], person: str, team: Team, now: datetime) -> Own:
    """The day of a person (a handle)."""
    in_hand = handed = 0
    due: list[Item] = []
    for request, clocks in rows:
        if not request.closed:
            in_hand += any(item.owner == person and item.handoff is None for item in request.items.values())
        handed += sum(team.is_addressed(person, handoff.to) for handoff in open_handoffs(request))
        due.extend(item for item in items(request, clocks, Whose(person), team, now) if item.clock is not None)
    due.sort(key=lambda item: item.at.timestamp() if item.at else 0.0)
    return Own(person, in_hand, handed, due[:_NEXT])
