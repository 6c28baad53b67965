"""What is due, for whom and on which day: promises, deadlines, hand-offs to accept, waits whose time has come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Handoff, Request
from svcctl.model.team import Team
from svcctl.rules.clocks import Clock
from svcctl.rules.findings import addressed, responsible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar

PROMISE, DEADLINE, HANDOFF, WAIT = "promise", "deadline", "handoff", "wait"
_FAR = 400
"""Days after which nobody looks for another working day."""


class Whose(NamedTuple):
    """Whose agenda it is: a person's or a department's; everybody's where both are empty."""

    person: str = ""
    department: str = ""


class Item(NamedTuple):
    """One thing to be done: ``at`` is None for a hand-off that has no time, ``clock`` empty where none runs.

    ``owner`` and ``department`` are who must act; ``text`` is the promise, the note or the reason of the wait.
    """

    kind: str
    request: Request
    at: datetime | None
    clock: Clock | None
    owner: str
    department: str
    text: str
    late: bool


class Day(NamedTuple):
    """The items of a day; those that are late already have no day."""

    day: date | None
    items: list[Item]


def items(request: Request, clocks: Sequence[Clock], whose: Whose, team: Team, now: datetime) -> Iterator[Item]:
    """Everything of one request that somebody must act on; a clock that stands still is left out until it is late."""
    for item in (*_of_clocks(request, clocks, team), *_handoffs(request, clocks, team), *_waits(request, now)):
        if _concerns(item, whose, team):
            yield item


def _of_clocks(request: Request, clocks: Sequence[Clock], team: Team) -> Iterator[Item]:
    for clock in clocks:
        paused = bool(clock.run.pauses) and clock.run.pauses[-1][1] is None
        if not clock.running or clock.due is None or (paused and not clock.late):
            continue
        owner, department = responsible(request, clock, team)
        kind = {"promise": PROMISE, "accept": HANDOFF}.get(clock.run.name, DEADLINE)
        yield Item(kind, request, clock.due, clock, owner, department, _text(request, clock), clock.late)


def _text(request: Request, clock: Clock) -> str:
    if clock.run.name == "promise":
        promise = request.promise(clock.run.of)
        return promise.text if promise else ""
    if clock.run.name == "accept":
        return next((handoff.note for handoff in request.handoffs if handoff.event == clock.run.of), "")
    return ""


def open_handoffs(request: Request) -> list[Handoff]:
    """The hand-offs that nobody has accepted or returned yet."""
    if request.closed:
        return []
    return [item.handoff for item in request.items.values() if item.handoff is not None]


def _handoffs(request: Request, clocks: Sequence[Clock], team: Team) -> Iterator[Item]:
    """Hand-offs to be accepted for which no clock runs."""
    timed = {clock.run.of for clock in clocks if clock.run.name == "accept"}
    for handoff in open_handoffs(request):
        if handoff.event not in timed:
            owner, department = addressed(handoff, team)
            yield Item(HANDOFF, request, None, None, owner, department, handoff.note, False)


def _waits(request: Request, now: datetime) -> Iterator[Item]:
    wait = request.waiting
    if wait is None or wait.until is None or request.closed:
        return
    until, main = wait.until.astimezone(now.tzinfo), request.main_item
    text = f"{wait.for_}: {wait.why}" if wait.why else wait.for_
    # To look again is no deadline: on the day itself it is due, the day after it is late.
    yield Item(WAIT, request, until, None, main.owner, main.department, text, until.date() < now.date())


def _concerns(item: Item, whose: Whose, team: Team) -> bool:
    if whose.department:
        return whose.department in (item.department, team.department_of(item.owner))
    if not whose.person:
        return True
    if item.owner or item.kind != HANDOFF:
        return item.owner == whose.person
    return team.is_addressed(whose.person, item.department)


# By day


def by_day(found: Iterable[Item], now: datetime, calendar: Calendar, days: int) -> list[Day]:
    """The items of today and the next working days, so many days in all, after what is late already.

    Days off are listed only where something is due on them. Moments are in the zone of ``now``.
    """
    today = now.date()
    wanted = working_days(today, calendar, days)
    late: list[Item] = []
    groups: dict[date, list[Item]] = {day: [] for day in wanted}
    for item in sorted(found, key=_order):
        day = today if item.at is None else item.at.astimezone(now.tzinfo).date()
        if item.late:
            late.append(item)
        elif day <= wanted[-1]:
            groups.setdefault(max(day, today), []).append(item)
    return [Day(None, late), *(Day(day, groups[day]) for day in sorted(groups))]


def _order(item: Item) -> tuple[float, str]:
    return item.at.timestamp() if item.at else 0.0, item.request.id


def working_days(today: date, calendar: Calendar, days: int) -> list[date]:
    """Today, and the working days after it, so many days in all."""
    found, day = [today], today
    while len(found) < days and (day - today).days < _FAR:
        day += timedelta(1)
        if calendar.hours(day.toordinal()):
            found.append(day)
    return found
