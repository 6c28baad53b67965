"""report clients: who is new, who comes back, who has been silent for long, and whom the desk may lose.

A client's **sign of life** is a request opened for them or a message from them. **New** are those whose first request
was opened in the period, **returning** those who opened one in it and had one before. **Silent for long** is whose last
sign of life is between 90 and 365 days before the period's end (or now), and who has nothing open. **At risk** is who
gave a sign of life in the 90 days before the end and met with two different disappointments in the period; one is bad
luck. Ratings are none of them: what a client answered is told of all of them only. **Value** are the sums of the
offers whose last answer fell in the period, by currency: amounts of different currencies are never added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.cases import CASE, TIMED
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import COUNT, Figure, Sample, figure
from svcctl.reports.offers import Said, Worth, answers, total
from svcctl.reports.period import Period
from svcctl.reports.report import Report
from svcctl.reports.table import INSTANT, MONEY, NUMBER, WALL, Column, Table

LONG, GONE = 90 * 86400, 365 * 86400
"""A quarter of a year without a word is long; after a year a client has gone, and silence says nothing new."""

SIGNS = {
    "missed": Message("deadline missed"),
    "reopened": Message("reopened"),
    "broken": Message("promise broken"),
    "declined": Message("offer declined"),
}
_COUNTS = {
    "active": Message("Active clients"),
    "new": Message("New"),
    "returning": Message("Returning"),
    "silent": Message("Silent for long"),
    "at_risk": Message("At risk"),
}


class Earlier(NamedTuple):
    """A client's request that was closed long ago: when it was opened, and when they last wrote in it, 0 if never."""

    client: str
    id: str
    opened: int
    heard: int


class Told(NamedTuple):
    """What a client lived through in a request, in seconds since the epoch: when they wrote, and disappointments."""

    heard: tuple[int, ...]
    reopened: tuple[int, ...]
    broken: tuple[int, ...]
    declined: tuple[int, ...]


class Known(NamedTuple):
    """A client at the end of a period; moments in seconds since the epoch.

    ``opened`` are the requests by opening, ``within`` those opened in the period, ``signs`` the disappointments of the
    period with their requests.
    """

    handle: str
    opened: Sequence[tuple[int, str]]
    within: Sequence[str]
    last: int
    open: int
    signs: Mapping[str, Sequence[str]]
    at: int

    @property
    def new(self) -> bool:
        return bool(self.within) and self.opened[0][1] in self.within

    @property
    def silent(self) -> bool:
        return not self.open and LONG < self.at - self.last <= GONE

    @property
    def at_risk(self) -> bool:
        return self.at - self.last <= LONG and len(self.signs) > 1


def clients(
    entries: Sequence[Entry],
    period: Period,
    previous: Period | None,
    now: datetime,
    worth: Worth = lambda *_: None,
    earlier: Sequence[Earlier] = (),
) -> Report:
    """The clients report of a period.

    Args:
        worth: what a revision of a request's offer costs; asked of those that were answered in the two periods.
        earlier: requests that are not among ``entries``, because they were closed before both periods.
    """
    found = known(entries, period, now, earlier)
    before = None if previous is None else known(entries, previous, now, earlier)
    return Report(
        "clients",
        Message("Clients"),
        period,
        previous,
        [_figure(name, found, before) for name in _COUNTS],
        [_risk(found), _silent(found, period), _busiest(found, before), _value(entries, period, previous, worth)],
        _notes(entries, period),
        _finding(found, period),
        Message("How many clients"),
    )


def known(entries: Sequence[Entry], period: Period, now: datetime, earlier: Sequence[Earlier] = ()) -> list[Known]:
    """The clients whom the desk knew by the period's end, in the order of their handles."""
    start, end = period.seconds
    at = min(end, int(now.timestamp()))
    by_client: dict[str, list[Entry]] = {}
    opened: dict[str, list[tuple[int, str]]] = {}
    heard: dict[str, int] = {}
    for one in earlier:
        opened.setdefault(one.client, []).append((one.opened, one.id))
        heard[one.client] = max(heard.get(one.client, 0), one.heard)
    for entry in entries:
        case = entry.fact(CASE)
        if case.client and case.opened < at:
            by_client.setdefault(case.client, []).append(entry)
            opened.setdefault(case.client, []).append((case.opened, entry.id))
    return [
        _known(handle, by_client.get(handle, ()), sorted(opened[handle]), heard.get(handle, 0), start, at)
        for handle in sorted(opened)
    ]


def _known(
    handle: str, entries: Sequence[Entry], opened: Sequence[tuple[int, str]], heard: int, start: int, at: int
) -> Known:
    said = [moment for entry in entries for moment in entry.fact(TOLD).heard if moment < at]
    signs: dict[str, list[str]] = {}
    for entry in entries:
        for sign in _signs(entry, start, at):
            signs.setdefault(sign, []).append(entry.id)
    still = sum(entry.fact(CASE).is_open_at(at) for entry in entries)
    within = [name for moment, name in opened if moment >= start]
    return Known(handle, opened, within, max([opened[-1][0], heard, *said]), still, signs, at)


def _told(entry: Entry) -> Told:
    request = entry.request
    return Told(
        tuple(_epoch(moment) for moment, direction in request.messages if direction == "in"),
        tuple(map(_epoch, request.reopenings)),
        tuple(_epoch(promise.broken) for promise in request.promises if promise.broken),
        tuple(_epoch(event.at) for event in request.counted if event.do == "offer_declined"),
    )


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


TOLD = Kind("told", _told, lambda row: Told(*map(tuple, row)))


def _signs(entry: Entry, start: int, at: int) -> Iterator[str]:
    """The disappointments that a request brought its client in the period, each once."""
    told = entry.fact(TOLD)
    if any(start <= clock.due and clock.missed_before(at) for clock in entry.fact(TIMED)):
        yield "missed"
    for sign, moments in (("reopened", told.reopened), ("broken", told.broken), ("declined", told.declined)):
        if any(start <= moment < at for moment in moments):
            yield sign


# Figures and tables


def _behind(name: str, one: Known) -> str | None:
    """The request that stands for a client in a figure; None where the client is not in it."""
    if name in ("active", "new", "returning"):
        chosen = bool(one.within) and (name == "active" or one.new == (name == "new"))
        return one.within[0] if chosen else None
    if name == "silent":
        return one.opened[-1][1] if one.silent else None
    return next(iter(one.signs.values()))[0] if one.at_risk else None


def _figure(name: str, found: Sequence[Known], before: Sequence[Known] | None) -> Figure:
    def samples(of: Sequence[Known]) -> list[Sample]:
        return [Sample(id) for one in of if (id := _behind(name, one)) is not None]

    return figure(name, _COUNTS[name], COUNT, samples(found), None if before is None else samples(before))


def _risk(found: Sequence[Known]) -> Table:
    risky = sorted((one for one in found if one.at_risk), key=lambda one: (-len(one.signs), one.handle))
    rows = [
        (one.handle, [SIGNS[sign] for sign in SIGNS if sign in one.signs], len(one.within), one.open) for one in risky
    ]
    columns = (
        Column("client", Message("client")),
        Column("signs", Message("what happened")),
        Column("n", Message("requests"), NUMBER),
        Column("open", Message("open"), NUMBER),
    )
    ids = [list(dict.fromkeys(id for group in one.signs.values() for id in group)) for one in risky]
    return Table(Message("At risk"), columns, rows, ids, "at_risk")


def _silent(found: Sequence[Known], period: Period) -> Table:
    zone = period.start.tzinfo
    quiet = sorted((one for one in found if one.silent), key=lambda one: (-len(one.opened), one.last, one.handle))
    rows = [(one.handle, len(one.opened), datetime.fromtimestamp(one.last, zone), one.at - one.last) for one in quiet]
    columns = (
        Column("client", Message("client")),
        Column("n", Message("requests ever"), NUMBER),
        Column("last", Message("last sign of life"), INSTANT),
        Column("silence", Message("ago"), WALL),
    )
    ids = [[name for _, name in one.opened] for one in quiet]
    return Table(Message("Silent for long"), columns, rows, ids, "silent")


def _busiest(found: Sequence[Known], before: Sequence[Known] | None) -> Table:
    active = sorted((one for one in found if one.within), key=lambda one: (-len(one.within), one.handle))
    earlier = {one.handle: len(one.within) for one in before or ()}
    rows = [
        (
            one.handle,
            Message("new") if one.new else Message("returning"),
            len(one.within),
            one.open,
            None if before is None else earlier.get(one.handle, 0),
        )
        for one in active
    ]
    columns = (
        Column("client", Message("client")),
        Column("kind", ""),
        Column("n", Message("requests"), NUMBER),
        Column("open", Message("open"), NUMBER),
        Column("previous", Message("before"), NUMBER),
    )
    chart = Bars(Message("Requests by client"), ("client",), ("n",), "previous")
    return Table(Message("Active clients"), columns, rows, [one.within for one in active], "active", charts=(chart,))


def _value(entries: Sequence[Entry], period: Period, previous: Period | None, worth: Worth) -> Table:
    """What offers came to, by client and currency: accepted, before, declined; the largest sum first."""
    groups = _answered(entries, period, worth)
    before = _answered(entries, previous, worth) if previous else {}
    rows, ids = [], []
    for client, currency in dict.fromkeys([*groups, *before]):
        own = groups.get((client, currency), [])
        yes, no = ([one for one in own if one[0].what == what] for what in ("accepted", "declined"))
        earlier = total([sum_ for said, sum_ in before.get((client, currency), ()) if said.what == "accepted"])
        rows.append((client or None, currency or None, len(yes), _sum(yes), earlier, len(no), _sum(no)))
        ids.append([said.id for said, _ in own])
    order = sorted(range(len(rows)), key=lambda number: _by_value(rows[number]))
    columns = (
        Column("client", Message("client")),
        Column("currency", Message("currency")),
        Column("accepted", Message("accepted"), NUMBER),
        Column("gross", Message("sum"), MONEY),
        Column("previous", Message("before"), MONEY),
        Column("declined", Message("declined"), NUMBER),
        Column("declined_gross", Message("sum declined"), MONEY),
    )
    title = Message("Value from offers")
    return Table(title, columns, [rows[n] for n in order], [ids[n] for n in order], "value")


_Priced = tuple[Said, Money | None]


def _answered(entries: Sequence[Entry], period: Period, worth: Worth) -> dict[tuple[str, str], list[_Priced]]:
    groups: dict[tuple[str, str], list[_Priced]] = {}
    for client, said in answers(entries, period):
        sum_ = worth(said.id, said.revision)
        groups.setdefault((client, sum_.currency if sum_ else ""), []).append((said, sum_))
    return groups


def _sum(own: Sequence[_Priced]) -> Money | None:
    return total([sum_ for _, sum_ in own])


def _by_value(
    row: tuple[str | None, str | None, int, Money | None, Money | None, int, Money | None],
) -> tuple[object, ...]:
    """Currencies apart, the largest sum first, then by name."""
    return row[1] or "", -(row[3].minor() if row[3] else 0), row[0] or ""


# Words


def _notes(entries: Sequence[Entry], period: Period) -> list[Message]:
    start, end = period.seconds
    cases = (entry.fact(CASE) for entry in entries)
    nobody = sum(not case.client and start <= case.opened < end for case in cases)
    if not nobody:
        return []
    return [
        Message.plural(
            "{n} request of this period names no client and is not counted here.",
            "{n} requests of this period name no client and are not counted here.",
            nobody,
        )
    ]


def _finding(found: Sequence[Known], period: Period) -> Message:
    active = [one for one in found if one.within]
    risky = [one.handle for one in found if one.at_risk]
    if not active and not risky:
        return Message("No client opened a request in {period}.", period=period.name)
    told = Message.plural(
        "One client was active in {period}, {new} of them new.",
        "{n} clients were active in {period}, {new} of them new.",
        len(active),
        period=period.name,
        new=sum(one.new for one in active),
    )
    if not risky:
        return told
    return Message("{told} Talk to {names}: more than one thing went wrong.", told=told, names=", ".join(risky))
