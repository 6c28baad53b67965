"""The short names of the days of the week, Monday first."""

from __future__ import annotations

from svcctl.model.messages import Message

WEEKDAYS = (
    Message("Mon"),
    Message("Tue"),
    Message("Wed"),
    Message("Thu"),
    Message("Fri"),
    Message("Sat"),
    Message("Sun"),
)
