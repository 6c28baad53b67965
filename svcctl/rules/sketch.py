"""A request as lists tell of it: what it is, who has it, which deadline comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.request import Request
    from svcctl.rules.clocks import Clock


class Following(NamedTuple):
    """The deadline that runs out first: the clock's key, when, whether it is late, its time (``3d``) if any.

    ``at`` is when in seconds since the epoch.
    """

    clock: str
    due: datetime
    late: bool
    within: str
    at: float


class Passing(NamedTuple):
    """An open hand-off: from whom, to whom."""

    from_: str
    to: str


class Held:
    """A work item: its stage, whose it is, and its hand-off if one is open."""

    __slots__ = ("department", "handoff", "owner", "stage")

    def __init__(self, stage: str, department: str, owner: str, from_: str = "", to: str = "") -> None:
        self.stage, self.department, self.owner = stage, department, owner
        self.handoff = Passing(from_, to) if to else None


class Sketch:
    """What a list says of a request; ``opened`` and ``ended`` (closed, or last touched) are seconds since the epoch.

    ``written`` are its ``fields``, or these as JSON, which few lists look into.
    """

    __slots__ = (
        "channel",
        "client",
        "closed",
        "controller",
        "ended",
        "following",
        "id",
        "items",
        "opened",
        "opened_by",
        "priority",
        "status",
        "title",
        "type",
        "waits_for",
        "written",
        "zone",
    )

    def __init__(
        self,
        id_: str,
        closed: bool,
        following: Following | None,
        written: dict[str, str] | str,
        items: dict[str, Held],
        zone: tzinfo | None,
        title: str,
        type_: str,
        priority: str,
        client: str,
        channel: str,
        controller: str,
        status: str,
        opened_by: str,
        opened: int,
        ended: int,
        waits_for: str | None,
    ) -> None:
        self.id, self.title, self.type, self.priority, self.client = id_, title, type_, priority, client
        self.channel, self.controller, self.status, self.opened_by = channel, controller, status, opened_by
        self.opened, self.ended, self.closed, self.following = opened, ended, closed, following
        self.written, self.items, self.waits_for, self.zone = written, items, waits_for, zone

    @property
    def fields(self) -> dict[str, str]:
        if isinstance(self.written, str):
            from json import loads

            self.written = loads(self.written) if self.written else {}
        return self.written

    @property
    def opened_at(self) -> datetime:
        return datetime.fromtimestamp(self.opened, self.zone)

    @property
    def urgency(self) -> tuple[int, float, str]:
        """A sort key: open requests by the deadline that runs out first, those without one, then closed ones."""
        if self.closed:
            return 2, -self.ended, self.id
        if self.following is None:
            return 1, self.opened, self.id
        return 0, self.following.at, self.id


def sketch(request: Request, clocks: Sequence[Clock], zone: tzinfo | None = None) -> Sketch:
    """The sketch of a request that was read; ``zone`` is in which its times are told."""
    from svcctl.rules.clocks import next_clock

    clock = next_clock(clocks)
    following = None
    if clock is not None and clock.due is not None:
        within = str(clock.run.within) if clock.run.within else ""
        following = Following(clock.run.key, clock.due, clock.late, within, clock.due.timestamp())
    items = {}
    for name, item in request.items.items():
        passing = (item.handoff.from_, item.handoff.to) if item.handoff is not None else ()
        items[name] = Held(item.stage, item.department, item.owner, *passing)
    return Sketch(
        request.id,
        request.closed,
        following,
        request.fields,
        items,
        zone or request.opened.tzinfo,
        request.title,
        request.type,
        request.priority,
        request.client,
        request.channel,
        request.controller,
        request.status,
        request.opened_by,
        int(request.opened.timestamp()),
        int((request.closed_at or request.last_event).timestamp()),
        request.waits_for,
    )
