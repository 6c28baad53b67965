"""Cases of a log become requests: a header, and events whose ids come from what the log says.

An event's id is a hash of the log's name, the case, the written time, the activity, the resource and the lifecycle
transition, and of its number among equal ones. So the same file read again adds nothing, whatever its order, and a
file that has grown adds what is new. The header's fields ``log`` and ``case`` say where a request came from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

from svcctl.exchange.eventlog import LIFECYCLE, Case, LogEvent
from svcctl.exchange.mapping import WAITS_FOR, Meaning
from svcctl.exchange.turns import Turn, events_of
from svcctl.model.event import Event
from svcctl.model.ids import ALPHABET
from svcctl.model.instants import iso
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Header, Request, step
from svcctl.reports.activities import ACTIVITY, COLUMNS, IMPLIED_BY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

LOG_FIELD, CASE_FIELD = "log", "case"

# Transitions of the standard life cycle (IEEE 1849-2023, lifecycle extension) other than complete.
_UNFINISHED = frozenset(
    {"schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort"}
    | {"autoskip", "manualskip", "unknown"}
)


class Rules(NamedTuple):
    """What is the same for all requests of a log.

    ``source`` is the log's name, ``meanings`` are by activity, ``people`` are handles by resource, ``names`` is what
    the team's file calls each of them; ``title`` is the column whose value is the title, empty for the case's name;
    ``now`` is when it is written down.
    """

    source: str
    meanings: Mapping[str, Meaning]
    people: Mapping[str, str]
    names: Mapping[str, Collection[str]]
    now: datetime
    type: str = "request"
    department: str = ""
    regulation: str = ""
    title: str = ""
    resource_column: str = "resource"


class Known(Protocol):
    """A request that an earlier import of the same log has made."""

    @property
    def id(self) -> str: ...

    @property
    def events(self) -> Collection[str]:
        """The ids of its events."""

    def request(self) -> Request | None:
        """Its state; None where its record has problems."""


class Planned(NamedTuple):
    """What is to be written for a case: a new request's header, or none where it exists, and its new events."""

    id: str
    header: Header | None
    events: list[Event]


def planned(case: Case, rules: Rules, known: Known | None, used: Collection[str]) -> Planned | None:
    """What a case adds to the desk; nothing for one that is there already, None where its record cannot be read.

    Args:
        known: the request of an earlier import.
        used: the ids of requests that the desk, or this import, has already.
    """
    ids = event_ids(rules.source, case)
    if known is None:
        header = header_of(case, rules, used)
        return Planned(header.id, header, _happened(Request(header), case, ids, rules))
    if all(event_id in known.events for event_id in ids):
        return Planned(known.id, None, [])
    request = known.request()
    return None if request is None else Planned(known.id, None, _happened(request, case, ids, rules))


# Identity


def word(length: int, *parts: str) -> str:
    """Characters of Crockford base32 that depend on the parts only."""
    digest = blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=length).digest()
    return "".join([ALPHABET[byte & 31] for byte in digest])


def event_ids(source: str, case: Case) -> list[str]:
    """An id for each event of a case, in its order; no two are equal."""
    ids: dict[str, None] = {}
    for event in case.events:
        parts = (source, case.name, event.wall, event.activity, event.resource, event.more.get(LIFECYCLE, ""))
        number = 0
        while (candidate := word(8, *parts, str(number))) in ids:
            number += 1
        ids[candidate] = None
    return list(ids)


def request_id(source: str, case: Case, used: Collection[str]) -> str:
    """The id of a case's request: the day it began and a hash; the next hash where that is used."""
    day = f"{case.events[0].at:%Y%m%d}"
    number = 0
    while (candidate := f"R-{day}-{word(6, source, case.name, str(number))}") in used:
        number += 1
    return candidate


# The header


def header_of(case: Case, rules: Rules, used: Collection[str]) -> Header:
    """The header of a case's request: opened by and at its first event."""
    first = case.events[0]
    fields = {LOG_FIELD: rules.source, CASE_FIELD: case.name}
    for name, value in case.attributes.items():
        fields[name if name not in (LOG_FIELD, CASE_FIELD) else f"case:{name}"] = value
    return Header(
        request_id(rules.source, case, used),
        _title(case, rules.title),
        rules.type,
        first.at,
        rules.people[first.resource],
        regulation=rules.regulation,
        department=rules.department,
        fields=fields,
    )


def _title(case: Case, column: str) -> str:
    plain = column.removeprefix("case:")
    found = case.attributes.get(plain) or next(
        (event.more[column] for event in case.events if column in event.more), ""
    )
    return " ".join(found.split()) or case.name


# The events


def _happened(request: Request, case: Case, ids: Sequence[str], rules: Rules) -> list[Event]:
    """The events that the request does not have yet, stamped and applied to it in the order of the case."""
    there = {event.id for event in request.events}
    people = [rules.people[event.resource] for event in case.events]
    writer = _Writer(request, rules)
    since = request.opened
    for event_id, event, by, after in zip(ids, case.events, people, _followers(people), strict=True):
        if event_id not in there:
            meaning = _meaning(event, rules.meanings[event.activity])
            start = min(since, event.at)
            turn = Turn(request, meaning, event.activity, by, event.at, start, *after, rules.department)
            writer.write(event_id, event, turn)
        since = event.at
    return writer.written


def _followers(people: Sequence[str]) -> list[tuple[str, str]]:
    """For each event who acts next, and who is the next other person to act; empty where nobody does."""
    following, other = "", ""
    found = []
    for person in reversed(people):
        other = following if following != person else other
        found.append((following, other))
        following = person
    return found[::-1]


def _meaning(event: LogEvent, meaning: Meaning) -> Meaning:
    """What the activity means at this point of its life cycle: only a complete one has happened."""
    transition = event.more.get(LIFECYCLE, "").casefold()
    if transition not in _UNFINISHED:
        return meaning
    if transition == "suspend":
        return Meaning("waiting", WAITS_FOR)
    if transition == "start" and meaning.do in ("stage", "taken"):
        return Meaning("stage_start", meaning.of) if meaning.do == "stage" else meaning
    return Meaning("activity")


class _Writer:
    """Stamps events and applies them to a request, one turn after the other."""

    def __init__(self, request: Request, rules: Rules) -> None:
        self.request, self.rules = request, rules
        self.n, self.prev = request.next_stamp()
        self.recorded = iso(rules.now)
        self.written: list[Event] = []

    def write(self, event_id: str, source: LogEvent, turn: Turn) -> None:
        """Writes the events of one turn; the last of them carries the log's own words."""
        for number, event in enumerate(events_of(turn)):
            own = event.__dict__
            own.setdefault("at", turn.at)
            if "extra" in own:
                own["extra"] = {IMPLIED_BY: event_id}
                own["id"] = word(8, event_id, str(number))
            else:
                own["extra"] = _kept(source, turn, self.rules)
                own["id"] = event_id
            own.update(n=self.n, prev=self.prev, by=turn.by, rec=self.recorded)
            self.n, self.prev = self.n + 1, own["id"]
            step(self.request, event)
            self.request.events.append(event)
            self.written.append(event)


def _kept(source: LogEvent, turn: Turn, rules: Rules) -> dict[str, object]:
    """The log's own words: the activity, and the columns that nothing else says."""
    columns = {name: value for name, value in source.more.items() if not _usual(name, value)}
    if source.resource and not _is_called(source.resource, rules.names.get(turn.by, ())):
        columns[rules.resource_column or Rules._field_defaults["resource_column"]] = source.resource
    return {ACTIVITY: source.activity, COLUMNS: columns} if columns else {ACTIVITY: source.activity}


def _is_called(resource: str, names: Collection[str]) -> bool:
    if "@" in resource:
        return resource.casefold() in [name.casefold() for name in names]
    return resource in names


def _usual(name: str, value: str) -> bool:
    """Whether it is what every event means that says nothing else."""
    return name == LIFECYCLE and value.casefold() == "complete"


def count_events(plans: Iterator[Planned] | Sequence[Planned]) -> dict[str, dict[str, int]]:
    """How often each activity became which event."""
    counts: dict[str, dict[str, int]] = {}
    for plan in plans:
        for event in plan.events:
            activity = event.extra.get(ACTIVITY)
            if activity:
                own = counts.setdefault(activity, {})
                own[event.do] = own.get(event.do, 0) + 1
    return counts
