"""Errands that come again: how often, for whom, and at which moments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Problem, Usage
from svcctl.model.section import Section
from svcctl.model.when import weekday_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

WEEK, WORKDAY, DAY, MONTH = "week", "workday", "day", "month"
_KINDS = {
    WORKDAY: "workday workdays рабочий рабочие будни roboczy robocze",
    DAY: "day daily день ежедневно dzien dzień codziennie",
}
_LAST = ("last", "последний", "ostatni")
_HOW = Message("write it like mon 09:00, mon,thu 14:30, workday 09:00, day 08:00, 1 09:00 or last 16:00 (of the month)")
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST_OF_MONTH = 32


class Every(NamedTuple):
    """How often: ``kind`` is week, workday, day or month; ``days`` are weekdays from 0 (Monday), or days of the month.

    Of a month that lacks the day it is the last one; ``LAST_OF_MONTH`` is the last day of every month.
    """

    kind: str
    days: tuple[int, ...]
    hour: int
    minute: int

    def __str__(self) -> str:
        at = f"{self.hour:02}:{self.minute:02}"
        if self.kind == WEEK:
            return f"{','.join(_NAMES[day] for day in self.days)} {at}"
        if self.kind == MONTH:
            return f"{','.join('last' if day == LAST_OF_MONTH else str(day) for day in self.days)} {at}"
        return f"{self.kind} {at}"

    def falls_on(self, day: date, is_open: Callable[[date], bool]) -> bool:
        """Whether a day has an occurrence; ``is_open`` says which are working days."""
        if self.kind == WEEK:
            return day.weekday() in self.days
        if self.kind == WORKDAY:
            return is_open(day)
        if self.kind == DAY:
            return True
        is_last = (day + timedelta(days=1)).day == 1
        return day.day in self.days or (is_last and any(wanted > day.day for wanted in self.days))


class Recurrence(NamedTuple):
    """A recurring errand, as ``errands/NAME.yaml`` defines it.

    ``due`` is by when each is to be done, in the words of ``--due``, counted from its occurrence; ``since`` the moment
    after which occurrences count, ``until`` the last day of them.
    """

    name: str
    title: str
    to: str
    every: Every
    due: str
    by: str
    since: datetime
    controller: str
    until: date | None = None
    priority: str = "normal"
    text: str = ""
    fields: dict[str, str] = {}

    def occurrences(
        self, after: datetime, until: datetime, zone: tzinfo, is_open: Callable[[date], bool]
    ) -> Iterator[datetime]:
        """The moments of the errand after one instant, up to and with another, in order."""
        day = max(after, self.since).astimezone(zone).date()
        while day <= until.astimezone(zone).date() and (self.until is None or day <= self.until):
            if self.every.falls_on(day, is_open):
                at = datetime.combine(day, time(self.every.hour, self.every.minute), zone)
                if max(after, self.since) < at <= until:
                    yield at
            day += timedelta(days=1)


def parse_every(text: str) -> Every:
    """Reads how often: ``mon 09:00``, ``mon,thu 14:30``, ``workday 09:00``, ``1,15 09:00``, ``last 16:00``.

    Raises:
        Usage: it is not understood.
    """
    found = re.fullmatch(r"(.+?)\s+([01]?\d|2[0-3]):([0-5]\d)", text.strip().casefold())
    words = found[1].replace(",", " ").split() if found else []
    kinds = {kind for kind, known in _KINDS.items() for word in words if word in known.split()}
    if found and len(words) == 1 and kinds:
        return Every(kinds.pop(), (), int(found[2]), int(found[3]))
    days = [_day(word) for word in words]
    named = {kind for kind, _ in days}
    if not found or len(named) != 1 or "" in named:
        raise Usage(Message("“{text}” does not say how often", text=text), _HOW, code="every")
    return Every(named.pop(), tuple(sorted({number for _, number in days})), int(found[2]), int(found[3]))


def _day(word: str) -> tuple[str, int]:
    weekday = weekday_of(word)
    if weekday is not None:
        return WEEK, weekday
    if word in _LAST:
        return MONTH, LAST_OF_MONTH
    if word.isascii() and word.isdigit() and len(word) < 3 and 1 <= int(word) <= 31:
        return MONTH, int(word)
    return "", 0


def parse_recurrence(name: str, mapping: Mapping[str, Any]) -> Recurrence:
    """Reads ``errands/NAME.yaml``.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    from svcctl.model.problems import BrokenFiles

    problems: list[Problem] = []
    keys = Section(mapping, problems)
    every, since = _every(keys), _since(keys)
    by = keys.word("by", required=True)
    made = Recurrence(
        name,
        keys.text("title", required=True),
        keys.word("to", required=True),
        every or Every(DAY, (), 0, 0),
        keys.text("due", required=True),
        by,
        since or datetime.min,  # noqa: DTZ901 - a problem is raised then
        keys.word("controller") or by,
        keys.day("until"),
        keys.choice("priority", ("low", "normal", "high", "urgent"), "normal"),
        keys.text("text"),
        keys.texts_of("fields"),
    )
    keys.done("a recurring errand")
    if problems:
        raise BrokenFiles(problems)
    return made


def _every(keys: Section) -> Every | None:
    text = keys.text("every", required=True)
    try:
        return parse_every(text) if text else None
    except Usage as error:
        keys.report("every", error.code, error.message, error.hint)
        return None


def _since(keys: Section) -> datetime | None:
    from svcctl.model.instants import parse_instant

    text = keys.text("since", required=True)
    try:
        return parse_instant(text) if text else None
    except Usage as error:
        keys.report("since", error.code, error.message, error.hint)
        return None
