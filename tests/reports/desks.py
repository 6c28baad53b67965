"""Small desks for the tests of reports: requests made of real events, a real calendar, real clocks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from svcctl.model.calendar import Calendar
from svcctl.model.event import Event
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.reports.facts import Entry
from svcctl.reports.report import Report
from svcctl.reports.table import Table
from svcctl.rules.clocks import measure

ZONE = ZoneInfo("Europe/Moscow")
OFFICE = Calendar.parse(
    {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-13:00", "14:00-18:00"]}},
    {},
)
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)


def regulation(**clocks: Any) -> Regulation:
    """A regulation of these clocks, each in its short form: ``pickup="30m"``."""
    rules = {name: {"within": within} for name, within in clocks.items()}
    return parse_regulation(
        {
            "regulation": "usual",
            "version": "1",
            "title": "Usual",
            "owner": "petrova",
            "applies": {"type": "question"},
            "clocks": rules,
        },
        "",
    )


USUAL = regulation(pickup="1h", resolve="8h")


def at(text: str) -> datetime:
    """A moment of November 2026: ``"2 10:30"`` is the second, half past ten."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return datetime(2026, 11, int(day), int(hour), int(minute), tzinfo=ZONE)


def request(name: str, opened: datetime, deeds: Sequence[tuple[datetime, str, Event]] = (), **header: Any) -> Request:
    """A request opened then, with events as (moment, person, event)."""
    values: dict[str, Any] = {
        "title": name,
        "type": "question",
        "by": "desk",
        "regulation": "usual@1",
    } | header
    events = [
        event.stamped(id=f"{name}-{n}", n=n, prev="", at=moment, by=by)
        for n, (moment, by, event) in enumerate(deeds, 1)
    ]
    return fold(Header(id=name, opened=opened, **values), events)


def entry(of: Request, now: datetime, rules: Regulation | None = USUAL) -> Entry:
    """The request with its clocks as they stand then."""
    return Entry(of, measure(of, rules, lambda department, regulation: OFFICE, now), OFFICE)


# Every minute of November and December 2026 in Moscow, 1 where the office works: no calendar code has made them.
_FIRST = datetime(2026, 11, 1, tzinfo=ZONE)
_MINUTES = bytearray(
    day.weekday() < 5 and (9 <= minute // 60 < 13 or 14 <= minute // 60 < 18)
    for day in (_FIRST + timedelta(days=number) for number in range(61))
    for minute in range(24 * 60)
)


def _minute(moment: datetime) -> int:
    return int((moment - _FIRST).total_seconds()) // 60


def worked(start: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]] = ()) -> int:
    """The office's working seconds between two moments, counted minute by minute."""
    minutes = bytearray(_MINUTES)
    for since, until in pauses:
        minutes[_minute(since) : _minute(until)] = bytes(max(_minute(until) - _minute(since), 0))
    return 60 * sum(minutes[_minute(start) : _minute(end)])


_OPEN = [minute for minute, works in enumerate(_MINUTES) if works]


def working_minutes(start: datetime, end: datetime) -> list[int]:
    """The office's working minutes between two moments, counted from the first of November."""
    return _OPEN[bisect_left(_OPEN, _minute(start)) : bisect_left(_OPEN, max(_minute(end), _minute(start)))]


def table(report: Report, name: str) -> Table:
    """The table of a name."""
    return next(one for one in report.tables if one.name == name)


def rows(report: Report, name: str) -> list[dict[str, Any]]:
    """The rows of a table as its JSON has them; none where the report left the table out."""
    return [row for one in report.as_json()["tables"] if one["name"] == name for row in one["rows"]]  # type: ignore[attr-defined]
