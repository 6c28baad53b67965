"""Requests for tests of deadlines: opened on a Monday at ten in Moscow, with events so many hours later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from svcctl.model.calendar import Calendar
from svcctl.model.event import Event
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import parse_team
from svcctl.rules.clocks import Clock, measure

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY = datetime(2026, 11, 23, 10, tzinfo=MOSCOW)
WEEK = {"mon-fri": ["09:00-13:00", "14:00-18:00"]}
ID = "R-20261123-k7qm4d"


def calendar(name: str = "office", week: Any = None, **more: Any) -> Calendar:
    front = {"calendar": name, "timezone": "Europe/Moscow", "week": week or WEEK}
    return Calendar.parse({**front, **more}, {})


OFFICE = calendar()

TEAM = parse_team(
    {
        "departments": {
            "sales": {"title": "Sales", "head": "petrova"},
            "logistics": {"title": "Logistics", "head": "sidorov"},
        },
        "people": {
            "ivanova": {"department": "sales"},
            "petrova": {"department": "sales", "role": "head"},
            "sidorov": {"department": "logistics", "role": "head"},
            "kuznetsov": {"department": "logistics"},
            "orlova": {"role": "director"},
        },
    }
)


def hours(n: float) -> datetime:
    """Real hours after the opening."""
    return (MONDAY.astimezone(UTC) + timedelta(hours=n)).astimezone(MOSCOW)


def regulation(clocks: dict[str, Any] | None = None, **more: Any) -> Regulation:
    front = {"regulation": "r", "version": "1", "title": "R", "owner": "petrova", "applies": {"type": "x"}}
    return parse_regulation({**front, "clocks": clocks or {}, **more})


def request_with(*events: tuple[float, Event], opened: datetime = MONDAY, **header: Any) -> Request:
    """A request of sales with events so many hours after Monday, ten o'clock; by ivanova where they do not say."""
    made = [
        event.stamped(id=event.id or f"e{n}", n=n, prev="", at=hours(after), by=event.by or "ivanova")
        for n, (after, event) in enumerate(events, 1)
    ]
    values = {"regulation": "r@1", "department": "sales", **header}
    return fold(Header(ID, "Rebar", "x", opened, "ivanova", **values), made)


def clocks_of(request: Request, rules: Regulation, now: datetime, office: Calendar = OFFICE) -> dict[str, Clock]:
    """The request's clocks by key."""
    return {clock.run.key: clock for clock in measure(request, rules, lambda *_: office, now)}
