"""An agenda as people read it, and as JSON by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from svcctl.model.ids import short
from svcctl.model.instants import iso_or_none
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.request import at_text, clock_name
from svcctl.render.visible import visible
from svcctl.render.weekdays import WEEKDAYS
from svcctl.render.widths import columns_of, shortened
from svcctl.reports.table import Column, Table
from svcctl.rules.agenda import HANDOFF, WAIT, Day, Item


def what(item: Item) -> Message:
    """What is due, in a few words."""
    if item.kind == WAIT:
        return Message("look again, waiting for {text}", text=item.text)
    if item.kind == HANDOFF:
        return Message("accept: {text}", text=item.text) if item.text else Message("accept")
    name = clock_name(item.clock) if item.clock else Message("deadline")
    return Message("{name}: {text}", name=name, text=item.text) if item.text else name


def agenda_json(days: Sequence[Day]) -> list[dict[str, object]]:
    """A list of ``{day, late, items}``; what is late comes first and has no day."""
    return [
        {
            "day": day.day.isoformat() if day.day else None,
            "late": day.day is None,
            "items": [item_json(item) for item in day.items],
        }
        for day in days
    ]


def item_json(item: Item) -> dict[str, object]:
    """One thing that is due."""
    return {
        "id": item.request.id,
        "title": item.request.title,
        "kind": item.kind,
        "clock": item.clock.run.key if item.clock else None,
        "due": iso_or_none(item.at),
        "late": item.late,
        "owner": item.owner or None,
        "department": item.department or None,
        "text": item.text or None,
    }


def agenda_text(
    days: Sequence[Day], now: datetime, catalog: Catalog = ENGLISH, with_owner: bool = False, width: int | None = None
) -> str:
    """The agenda as ``svcctl agenda`` prints it; days on which nothing is due are left out.

    Args:
        with_owner: say whose each item is.
        width: columns of the terminal; None cuts nothing.
    """
    lines: list[str] = []
    for day in days:
        if day.items:
            lines += [*([""] if lines else []), _heading(day, now, catalog)]
            lines += _lines(day, now, catalog, with_owner, width)
    return "\n".join(lines)


def _heading(day: Day, now: datetime, catalog: Catalog) -> str:
    if day.day is None:
        return Message("late").text(catalog)
    name = f"{WEEKDAYS[day.day.weekday()].text(catalog)} {day.day:%d.%m}"
    return Message("today, {day}", day=name).text(catalog) if day.day == now.date() else name


def _lines(day: Day, now: datetime, catalog: Catalog, with_owner: bool, width: int | None) -> Iterator[str]:
    times = [item_time(item, now, catalog, day.day is not None) for item in day.items]
    room = max(columns_of(time) for time in times)
    for item, time in zip(day.items, times, strict=True):
        who = f" ({item.owner or item.department or '–'})" if with_owner else ""
        words = f"{what(item).text(catalog)}{who}  {item.request.title}"
        line = visible(f"  {time:<{room}}  {short(item.request.id)}  {words}")
        yield shortened(line, width) if width else line


def item_time(item: Item, now: datetime, catalog: Catalog, same_day: bool = False) -> str:
    """When an item is due: the time alone where its day is known."""
    if item.at is None:
        return "–"
    return f"{item.at.astimezone(now.tzinfo):%H:%M}" if same_day else at_text(item.at, now).text(catalog)


def agenda_table(days: Sequence[Day], title: Message | str = "") -> Table:
    """The agenda as rows, for the formats that other programs read."""
    columns = (
        Column("day", Message("day")),
        Column("due", Message("due"), "instant"),
        Column("kind", Message("kind")),
        Column("what", Message("what")),
        Column("id", Message("id")),
        Column("title", Message("title")),
        Column("owner", Message("who")),
    )
    rows = [
        (
            str(day.day) if day.day else Message("late"),
            item.at,
            item.kind,
            what(item),
            short(item.request.id),
            item.request.title,
            item.owner or item.department,
        )
        for day in days
        for item in day.items
    ]
    return Table(title, columns, rows)
