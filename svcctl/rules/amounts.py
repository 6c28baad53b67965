"""Amounts of time that people write down as spent."""

from __future__ import annotations

from svcctl.model.duration import parse_duration
from svcctl.model.messages import Message
from svcctl.model.problems import Usage


def minutes(text: str) -> int:
    """Whole minutes of a duration such as ``25m`` or ``1h30m``, rounded up.

    Raises:
        Usage: it is none, or is written in days.
    """
    duration = parse_duration(text)
    if "d" in text:
        raise Usage(
            Message("time spent is written in hours and minutes, not in days: “{text}”", text=text),
            Message("write it like 25m or 6h30m"),
            code="bad-duration",
        )
    return -(-duration.amount // 60)
