"""A request: the header it was opened with and the state its events add up to.

The state is never stored. ``fold`` applies events in order; every ``apply`` is total, so a record that two clones
wrote apart still folds to something that can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.forks import Overtaken

CLOSED = frozenset({"resolved", "cancelled", "merged"})
STATUSES = ("new", "in_progress", "handed_off", "waiting", "resolved", "cancelled", "merged")


class Header(NamedTuple):
    """What was written when the request was opened; it never changes."""

    id: str
    title: str
    type: str
    opened: datetime
    by: str
    regulation: str = ""
    client: str = ""
    channel: str = ""
    priority: str = "normal"
    department: str = ""
    controller: str = ""
    due: datetime | None = None
    text: str = ""
    fields: dict[str, str] = {}
    extra: dict[str, object] = {}


class Handoff:
    """One passing of a work item to a person or department, and its fate."""

    __slots__ = (
        "at",
        "closed",
        "event",
        "from_",
        "note",
        "outcome",
        "outcome_by",
        "stage",
        "to",
        "why",
        "within",
    )

    def __init__(self, event: str, stage: str, from_: str, to: str, at: datetime, note: str, within: str) -> None:
        self.event, self.stage, self.from_, self.to = event, stage, from_, to
        self.at, self.note, self.within = at, note, within
        self.closed: datetime | None = None
        self.outcome = ""
        self.outcome_by = ""
        self.why = ""

    def close(self, outcome: str, event: Event, why: str = "") -> None:
        self.closed, self.outcome, self.outcome_by, self.why = event.at, outcome, event.by, why


class Promise:
    """What was promised to a client for a moment."""

    __slots__ = ("broken", "by", "due", "event", "kept", "made", "text", "why")

    def __init__(self, event: str, by: str, made: datetime, due: datetime, text: str) -> None:
        self.event, self.by, self.made, self.due, self.text = event, by, made, due, text
        self.kept: datetime | None = None
        self.broken: datetime | None = None
        self.why = ""

    @property
    def open(self) -> bool:
        return self.kept is None and self.broken is None


class Wait:
    """An interval in which the request waited for somebody."""

    __slots__ = ("end", "for_", "start", "until", "why")

    def __init__(self, start: datetime, for_: str, why: str, until: datetime | None) -> None:
        self.start, self.for_, self.why, self.until = start, for_, why, until
        self.end: datetime | None = None


class WorkItem:
    """The work that somebody has in hand now: a stage of the regulation, or the request as a whole (stage "")."""

    __slots__ = (
        "department",
        "handoff",
        "owner",
        "previous_owner",
        "reached",
        "role",
        "stage",
        "started",
        "touched",
    )

    def __init__(self, stage: str, department: str, owner: str, started: datetime, role: str = "") -> None:
        self.stage, self.department, self.owner, self.role = stage, department, owner, role
        self.started = self.reached = started
        self.handoff: Handoff | None = None
        self.previous_owner = ""
        self.touched: datetime | None = None


class StageRun(NamedTuple):
    """One passage through a stage; ``done`` is None while it runs, ``outcome`` is done, returned or skipped."""

    stage: str
    department: str
    started: datetime
    done: datetime | None
    by: str
    outcome: str


class Change(NamedTuple):
    """A value that was changed later than at the opening."""

    at: datetime
    name: str
    old: str
    new: str


class Request:
    """The state of a request after its events."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.id = header.id
        self.title = header.title
        self.type = header.type
        self.regulation = header.regulation
        self.client = header.client
        self.channel = header.channel
        self.priority = header.priority
        self.controller = header.controller
        self.text = header.text
        self.opened = header.opened
        self.due = header.due
        self.fields: dict[str, str] = dict(header.fields)
        self.events: list[Event] = []
        first = WorkItem("", header.department, "", header.opened)
        self.items: dict[str, WorkItem] = {"": first}
        self.stages_done: list[str] = []
        self.stage_runs: list[StageRun] = []
        self.handoffs: list[Handoff] = []
        self.promises: list[Promise] = []
        self.waits: list[Wait] = []
        self.messages: list[tuple[datetime, str]] = []
        self.takes: list[tuple[datetime, str]] = []
        self.statuses: list[tuple[datetime, str]] = [(header.opened, "new")]
        self.resolutions: list[tuple[datetime, str]] = []
        self.reopenings: list[datetime] = []
        self.changes: list[Change] = []
        self.links: list[tuple[str, str]] = []
        self.told: set[tuple[str, str]] = set()
        self.frozen: dict[str, dict[str, object]] = {}
        self.worked: dict[str, int] = {}
        self.decisions: list[Event] = []
        self.offers: dict[str, str] = {}
        self.redacted: set[str] = set()
        self.forked = False
        self.overtaken: dict[str, Overtaken] = {}
        self.acknowledged: set[str] = set()
        self.attachments: list[tuple[str, str]] = []
        self.picked_up: datetime | None = None
        self.first_answer: datetime | None = None
        self.cancelled: datetime | None = None
        self.merged_into = ""
        self.outcome = ""
        self.score: int | None = None
        self.comment = ""
        self.last_event: datetime = header.opened

    # What follows from the state

    @property
    def closed(self) -> bool:
        """Whether it was resolved, cancelled or merged."""
        return self.cancelled is not None or len(self.resolutions) > len(self.reopenings)

    @property
    def status(self) -> str:
        """One of ``STATUSES``."""
        if self.merged_into:
            return "merged"
        if self.cancelled is not None:
            return "cancelled"
        if len(self.resolutions) > len(self.reopenings):
            return "resolved"
        if self.waits and self.waits[-1].end is None:
            return "waiting"
        # Asked after every event: plain loops are several times as quick as any().
        handed = False
        for item in self.items.values():
            if item.handoff is not None:
                handed = True
            elif item.owner:
                return "in_progress"
        return "handed_off" if handed else "new"

    @property
    def waiting(self) -> Wait | None:
        """The wait that is going on, if any."""
        if self.waits and self.waits[-1].end is None:
            return self.waits[-1]
        return None

    @property
    def waits_for(self) -> str | None:
        """Whom it waits for now, None while it does not wait."""
        wait = self.waiting
        return None if wait is None else wait.for_

    @property
    def opened_by(self) -> str:
        return self.header.by

    @property
    def closed_at(self) -> datetime | None:
        """When the request was resolved, cancelled or merged; None while it is open."""
        if self.cancelled is not None:
            return self.cancelled
        if len(self.resolutions) > len(self.reopenings):
            return self.resolutions[-1][0]
        return None

    @property
    def main_item(self) -> WorkItem:
        """The work item that stands for the request where one answer is wanted: the first that is open."""
        return next(iter(self.items.values()))

    @property
    def owner(self) -> str:
        """Who works on it now; during a hand-off still the sender, until the other side accepts."""
        return next((item.owner for item in self.items.values() if item.owner), "")

    @property
    def department(self) -> str:
        """Whose the request is when nobody took it."""
        return self.main_item.department

    @property
    def handoff(self) -> Handoff | None:
        """The first hand-off that is open."""
        return next((item.handoff for item in self.items.values() if item.handoff), None)

    @property
    def stage(self) -> str:
        """The open stages' names, joined with ``+`` where several run in parallel; empty without stages."""
        return "+".join(name for name in self.items if name)

    def item(self, stage: str) -> WorkItem:
        """The work item of a stage; the main one where the stage is not open (or none is named)."""
        return self.items.get(stage) or self.main_item

    def promise(self, event: str) -> Promise | None:
        """The promise made by an event; with an empty id the one open promise that is due first."""
        if event:
            return next((promise for promise in self.promises if promise.event == event), None)
        still_open = [promise for promise in self.promises if promise.open]
        return min(still_open, key=lambda promise: promise.due) if still_open else None

    def values(self) -> dict[str, str]:
        """Every value a regulation may need: header fields that are set, and the request's own fields."""
        own = {name: value for name in ("client", "channel", "priority", "text") if (value := getattr(self, name))}
        return {**own, **self.fields}

    def next_stamp(self) -> tuple[int, str]:
        """The Lamport counter and predecessor for the next event."""
        if not self.events:
            return 1, ""
        return max(event.n for event in self.events) + 1, self.events[-1].id

    def other_heads(self) -> list[str]:
        """The last events of the other branches, where clones have recorded apart from each other."""
        if not self.forked:
            return []
        from svcctl.model.forks import heads

        return [name for name in heads(self.events) if name != self.events[-1].id]

    @property
    def counted(self) -> list[Event]:
        """The events that have their effect, in order: all but those that were overtaken."""
        if not self.overtaken:
            return self.events
        lost = {name for name, row in self.overtaken.items() if not row.applied}
        return [event for event in self.events if event.id not in lost]

    @property
    def conflicts(self) -> list[Event]:
        """The events that were overtaken and that nobody has acknowledged yet."""
        open_ = self.overtaken.keys() - self.acknowledged
        return [event for event in self.events if event.id in open_] if open_ else []


def order(event: Event) -> tuple[int, datetime, str]:
    """The order of events in a record: Lamport counter first, because wall clocks differ between machines."""
    return event.n, event.at, event.id


def fold(header: Header, events: Iterable[Event]) -> Request:
    """The state after ``events``, which may come in any order; an event that stands twice counts once.

    Where clones recorded apart from each other, ``svcctl.model.forks`` says which events count; the others are kept
    and change nothing.
    """
    request = Request(header)
    made = _each_once(events)
    if len({event.n for event in made}) < len(made):
        from svcctl.model.forks import settle

        request.forked = True
        request.overtaken = settle(made)
    hidden = {event.__dict__.get("event") for event in made if event.do == "redacted"}
    for event in made:
        request.events.append(event)
        lost = request.overtaken.get(event.id)
        if lost is None or lost.applied:
            step(request, event.without_words() if event.id in hidden else event)
        else:
            request.last_event = max(request.last_event, event.at)
    return request


def _each_once(events: Iterable[Event]) -> list[Event]:
    made = sorted(events, key=order)
    if len({event.id for event in made}) == len(made):
        return made
    # Which of several events of one id counts must not hang on the order of their lines.
    made.sort(key=lambda event: (*order(event), event.line()))
    first: dict[str, Event] = {}
    for event in made:
        first.setdefault(event.id, event)
    return list(first.values())


def step(request: Request, event: Event) -> None:
    """Applies one event to the state."""
    event.apply(request)
    for name, verdict in event.clocks.items():
        request.frozen[name] = {**verdict, "stopped": event.at}
    status = request.status
    if status != request.statuses[-1][1]:
        request.statuses.append((event.at, status))
    if event.automatic:
        # That somebody was told of a request is no work on it, even where cron runs in its owner's name.
        return
    for item in request.items.values():
        if item.owner == event.by and item.touched is None:
            item.touched = event.at
            if request.picked_up is None:
                request.picked_up = event.at
    request.last_event = max(request.last_event, event.at)
