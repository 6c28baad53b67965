"""Instants: aware datetimes to the second, written as ISO 8601 with an offset."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from svcctl.model.messages import Message
from svcctl.model.problems import Usage


def parse_instant(text: str, zone: tzinfo | None = None) -> datetime:
    """Reads an ISO 8601 instant; one without an offset is taken in ``zone``, or refused where there is none.

    Raises:
        Usage: not an instant, or a date that does not exist.
    """
    try:
        instant = datetime.fromisoformat(text.strip())
        if not 1900 <= instant.year < 3000:
            # Another zone's clock need not have the first and last days of the calendar; nobody means these years.
            raise ValueError("the year is out of range")
    except ValueError as error:
        raise Usage(
            Message("“{text}” is not a date and time: {why}", text=text, why=error),
            Message("write it like 2026-11-21T15:00 or 2026-11-21T15:00+03:00"),
            code="instant",
        ) from None
    if instant.tzinfo is None:
        if zone is None:
            raise Usage(
                Message("“{text}” has no time zone", text=text),
                Message("write the offset, like 2026-11-21T15:00:00+03:00"),
                code="instant",
            )
        instant = instant.replace(tzinfo=zone)
    return instant.replace(microsecond=0) if instant.microsecond else instant


def iso(instant: datetime) -> str:
    """The instant as it stands in files and JSON, for example ``2026-11-21T10:02:11+03:00``."""
    return instant.isoformat(timespec="seconds")


def iso_or_none(instant: datetime | None) -> str | None:
    """``iso`` of an instant that may be absent."""
    return None if instant is None else iso(instant)


def seconds(amount: timedelta) -> int:
    """Whole seconds of an amount of time."""
    return amount.days * 86400 + amount.seconds


def elapsed(start: datetime, end: datetime) -> int:
    """Real seconds from ``start`` to ``end``.

    Python subtracts and compares datetimes of one zone by the wall clock, which is an hour off across a DST change.
    """
    return int(end.timestamp() - start.timestamp())


def not_after(first: datetime, second: datetime) -> bool:
    """Whether ``first`` is no later than ``second`` in real time."""
    return first.timestamp() <= second.timestamp()
