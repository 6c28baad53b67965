"""The desk in a few lines, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from svcctl.model.ids import short
from svcctl.model.instants import iso
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.agenda import item_json, item_time, what
from svcctl.render.amounts import moment
from svcctl.render.visible import visible
from svcctl.render.widths import columns_of, shortened
from svcctl.rules.overview import Overview, Own

STATUS_NAMES = {
    "new": Message("new"),
    "in_progress": Message("in progress"),
    "handed_off": Message("handed off"),
    "waiting": Message("waiting"),
    "resolved": Message("resolved"),
    "cancelled": Message("cancelled"),
    "merged": Message("merged"),
}
"""The statuses of requests for people."""


def overview_json(name: str, found: Overview, you: Own | None, now: datetime) -> dict[str, object]:
    """What ``status --json`` prints; ``you`` is null where nobody is known to act."""
    return {
        "desk": name,
        "now": iso(now),
        "open": found.open,
        "statuses": found.statuses,
        "late": found.late,
        "unaccepted": found.unaccepted,
        "promises_today": found.promises_today,
        "you": None
        if you is None
        else {
            "person": you.person,
            "in_hand": you.in_hand,
            "handed": you.handed,
            "next": [item_json(item) for item in you.next],
        },
    }


def desk_text(name: str, found: Overview, now: datetime, catalog: Catalog = ENGLISH) -> str:
    """The desk's part of ``svcctl status``."""
    head = visible(f"{name}  {moment(now, weekday=True, catalog=catalog)}")
    if not found.open:
        words = Message('no open requests; open one: svcctl new "what the client wants"')
        return f"{head}\n  {words.text(catalog)}"
    statuses = ", ".join(
        f"{count} {STATUS_NAMES[status].text(catalog)}" for status, count in found.statuses.items() if count
    )
    return "\n".join([head, f"  {_open(found, statuses).text(catalog)}", f"  {_worries(found).text(catalog)}"])


def _open(found: Overview, statuses: str) -> Message:
    one, many = "{n} open request: {statuses}", "{n} open requests: {statuses}"
    return Message.plural(one, many, found.open, statuses=statuses)


def _worries(found: Overview) -> Message:
    return Message(
        "late: {late}; hand-offs not accepted: {unaccepted}; promises for today: {promises}",
        late=found.late,
        unaccepted=found.unaccepted,
        promises=found.promises_today,
    )


def own_text(you: Own, now: datetime, catalog: Catalog = ENGLISH, width: int | None = None) -> str:
    """A person's part of ``svcctl status``; ``width`` are the columns of the terminal, None cuts nothing."""
    words = Message("{in_hand} in hand, {handed} to accept", in_hand=you.in_hand, handed=you.handed)
    return "\n".join([visible(f"{you.person}: {words.text(catalog)}"), *_next(you, now, catalog, width)])


def _next(you: Own, now: datetime, catalog: Catalog, width: int | None) -> Iterator[str]:
    times = [_time(item_time(item, now, catalog), item.late, catalog) for item in you.next]
    room = max(map(columns_of, times), default=0)
    for item, time in zip(you.next, times, strict=True):
        gap = " " * (room - columns_of(time))
        line = f"  {time}{gap}  {short(item.request.id)}  {what(item).text(catalog)}  {item.request.title}"
        yield shortened(visible(line), width) if width else visible(line)


def _time(time: str, late: bool, catalog: Catalog) -> str:
    return Message("{time}, late", time=time).text(catalog) if late else time
