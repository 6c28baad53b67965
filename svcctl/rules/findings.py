"""What a check finds: late, due soon, not accepted, promised, untouched. State decides, not the last run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import lru_cache

from svcctl.model.instants import elapsed, iso, not_after, seconds
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.duration import Duration
    from svcctl.model.request import Handoff, Promise, Request
    from svcctl.model.team import Team
    from svcctl.rules.clocks import Clock, WorkingTime

OVERDUE, DUE_SOON, UNACCEPTED, PROMISES, UNTOUCHED = "overdue", "due_soon", "unaccepted", "promises", "untouched"
OFFERS = "offers"
KINDS = (OVERDUE, UNACCEPTED, PROMISES, UNTOUCHED, DUE_SOON, OFFERS)
# A hand-off of a request without an acceptance clock is reported after a day and a night.
SILENT_HANDOFF_S = 24 * 3600


class Finding(NamedTuple):
    """One thing somebody should look at.

    ``clock`` is the clock's key, ``late`` seconds beyond ``due`` (negative before it), ``owner`` who should act.
    """

    kind: str
    id: str
    title: str
    clock: str
    due: datetime | None
    late: int
    owner: str
    department: str
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """The finding as ``check --json`` prints it."""
        return {
            "id": self.id,
            "title": self.title,
            "clock": self.clock,
            "due": iso(self.due) if self.due else None,
            "late_s": self.late,
            "owner": self.owner or None,
            "department": self.department or None,
            "note": self.note or None,
        }


class Limits(NamedTuple):
    """From when on something is reported."""

    due_soon: Duration
    silent_after: Duration


def findings(
    request: Request, clocks: Sequence[Clock], calendar: WorkingTime, limits: Limits, team: Team, now: datetime
) -> list[Finding]:
    """Everything a check reports of one request; nothing for closed ones but promises still owed."""
    found: list[Finding] = []
    for clock in clocks:
        if clock.running:
            found.extend(_of_clock(request, clock, calendar, limits, team, now))
    if request.cancelled is not None:
        return found
    found.extend(_promises(request, now))
    if not request.closed:
        found.extend(_handoffs(request, clocks, team, now))
        found.extend(_untouched(request, calendar, limits, now))
    return found


def watched_offer(request: Request) -> str:
    """The revision of an open request's offer that must not run out unnoticed; empty where the client has answered."""
    if request.closed or not request.offers or "accepted" in request.offers.values():
        return ""
    latest = max(request.offers, key=lambda name: (len(name), name))
    return "" if request.offers[latest] == "declined" else latest


def expired_offer(request: Request, revision: str, until: date, now: datetime) -> list[Finding]:
    """A finding where the last day of an offer is over; ``now`` is in the desk's zone, whose days count."""
    end = datetime.combine(until, time(23, 59, 59), now.tzinfo)
    if now.date() <= until:
        return []
    late = elapsed(end, now)
    return [
        Finding(
            OFFERS,
            request.id,
            request.title,
            f"offer:{revision}",
            end,
            late,
            request.owner,
            request.department,
            revision,
        )
    ]


def _of_clock(
    request: Request, clock: Clock, calendar: WorkingTime, limits: Limits, team: Team, now: datetime
) -> Iterable[Finding]:
    if clock.due is None:
        return
    owner, department = responsible(request, clock, team)
    late = -(clock.remaining or 0)
    if clock.late:
        yield Finding(OVERDUE, request.id, request.title, clock.run.key, clock.due, late, owner, department)
    elif clock.run.pauses and clock.run.pauses[-1][1] is None:
        return
    elif not_after(clock.due, _soon(limits.due_soon, now, calendar)):  # type: ignore[arg-type]
        yield Finding(DUE_SOON, request.id, request.title, clock.run.key, clock.due, late, owner, department)


@lru_cache(maxsize=4)
def _soon(within: Duration, now: datetime, calendar: WorkingTime) -> datetime:
    # The same for every request of a check.
    return within.due(now, calendar)


def responsible(request: Request, clock: Clock, team: Team) -> tuple[str, str]:
    """Person and department who must act on a clock: the addressee of an open hand-off, else the owner."""
    run = clock.run
    if run.name == "promise":
        promise = request.promise(run.of)
        return (promise.by if promise else ""), request.department
    if run.name == "update" and request.takes:
        # The client talks to whoever took the matter first, wherever its stages are just now.
        first = request.takes[0][1]
        return first, team.department_of(first)
    item = request.item(run.of.partition("#")[0]) if run.name == "stage" else request.main_item
    handoff = item.handoff
    if run.name == "accept":
        handoff = next((one for one in request.handoffs if one.event == run.of), None)
    if handoff is not None and run.name in ("accept", "stage"):
        return addressed(handoff, team)
    return item.owner, item.department


def addressed(handoff: Handoff, team: Team) -> tuple[str, str]:
    """The person (empty for a department) and the department that a hand-off went to."""
    return (handoff.to if handoff.to in team.people else ""), team.department_of(handoff.to)


def _handoffs(request: Request, clocks: Sequence[Clock], team: Team, now: datetime) -> Iterable[Finding]:
    late_clocks = {clock.run.of: clock for clock in clocks if clock.run.name == "accept" and clock.running}
    for item in request.items.values():
        handoff = item.handoff
        if handoff is None:
            continue
        clock = late_clocks.get(handoff.event)
        age = elapsed(handoff.at, now)
        if (clock is not None and not clock.late) or (clock is None and age <= SILENT_HANDOFF_S):
            continue
        owner, department = addressed(handoff, team)
        due = clock.due if clock else None
        late = -(clock.remaining or 0) if clock else age
        yield Finding(UNACCEPTED, request.id, request.title, "accept", due, late, owner, department, handoff.note)


def _promises(request: Request, now: datetime) -> Iterable[Finding]:
    for promise in request.promises:
        if promise.open and promise.due.date() > now.astimezone(promise.due.tzinfo).date():
            continue
        if promise.kept is not None or (promise.broken is not None and (request.closed or made_good(request, promise))):
            continue
        late = elapsed(promise.due, now)
        note = f"{promise.text} ({promise.why})" if promise.why else promise.text
        yield Finding(
            PROMISES, request.id, request.title, "promise", promise.due, late, promise.by, request.department, note
        )


def made_good(request: Request, broken: Promise) -> bool:
    """A broken promise is settled by telling the client, or by a new promise."""
    since = broken.broken
    if since is None:
        return False
    told = any(at >= since and direction == "out" for at, direction in request.messages)
    return told or any(promise.made >= since for promise in request.promises if promise is not broken)


def _untouched(request: Request, calendar: WorkingTime, limits: Limits, now: datetime) -> Iterable[Finding]:
    wait = request.waiting
    if wait is not None and wait.until is not None and wait.until > now:
        return
    due = limits.silent_after.due(request.last_event, calendar)
    if not_after(due, now):
        late = seconds(calendar.between(due, now))
        item = request.main_item
        yield Finding(UNTOUCHED, request.id, request.title, "silence", due, late, item.owner, item.department)


def missing_years(clocks: Iterable[Clock]) -> list[tuple[str, int]]:
    """Calendars and years without published dates that running clocks' deadlines run into."""
    running = (clock for clock in clocks if clock.running)
    return [(clock.calendar.partition("@")[0], year) for clock in running for year in clock.missing_years]


def calendar_warning(name: str, year: int) -> Message:
    """The warning of a year that a deadline runs into without published dates."""
    return Message(
        "deadlines run into {year}, for which the holidays of calendars/{name}.yaml are not published in the desk",
        year=year,
        name=name,
    )
