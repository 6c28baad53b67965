"""How long something may take, as people write it.

``2h30m`` is working time, ``3d`` working days, ``36h!`` wall clock time.
A working day has no fixed number of hours, so days and hours of working time never mix and never convert.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem, SvcctlError, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class WorkingTime(Protocol):
        """What a deadline needs of a calendar."""

        def add(self, start: datetime, work: timedelta, pauses: Sequence[Pause] = ...) -> datetime: ...

        def add_days(self, start: datetime, days: int, pauses: Sequence[Pause] = ...) -> datetime: ...


Pause = tuple[datetime, datetime]
"""A half-open interval cut out of the timeline; one that is open still ends where its reader stands."""

WORK, DAYS, WALL = "work", "days", "wall"
MAX_DAYS = 3660

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_HOW = Message("write 30m, 8h or 2h30m (working time), 3d (working days) or 36h! (by the wall clock)")
_LEVELS = Message("write 50% or 150% (of the clock's time), -30m (before the deadline) or +4h (after it)")


class Duration(NamedTuple):
    """A length of time: ``amount`` is in seconds, or in days where ``kind`` is ``days``.

    ``kind`` is ``work`` (working time), ``days`` (working days by civil law) or ``wall`` (wall clock).
    """

    amount: int
    kind: str = WORK

    @property
    def seconds(self) -> int | None:
        """The length in seconds; None for working days, whose hours depend on the calendar."""
        return None if self.kind == DAYS else self.amount

    def due(self, start: datetime, calendar: WorkingTime, pauses: Sequence[Pause] = ()) -> datetime:
        """The instant at which a clock of this length, started at ``start``, runs out.

        Args:
            start: an aware instant.
            calendar: whose working time counts; it is not asked for a wall clock duration.
            pauses: half-open intervals that do not count; they may overlap and may begin before ``start``.
        """
        if self.kind == DAYS:
            return calendar.add_days(start, self.amount, pauses)
        if self.kind == WORK:
            return calendar.add(start, timedelta(seconds=self.amount), pauses)
        return _wall_due(start, self.amount, pauses)

    def __str__(self) -> str:
        if self.kind == DAYS:
            return f"{self.amount}d"
        if self.kind == WALL and self.amount % 86400 == 0:
            return f"{self.amount // 86400}d!"
        hours, rest = divmod(self.amount, 3600)
        parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
        text = "".join(f"{n}{unit}" for n, unit in parts if n)
        return text + "!" if self.kind == WALL else text


class Level(NamedTuple):
    """When an escalation speaks: at ``percent`` of the clock's time, or ``offset`` from the deadline.

    ``sign`` is 0 for a percentage, -1 for before and +1 for after the deadline.
    """

    percent: int = 0
    sign: int = 0
    offset: Duration | None = None

    def __str__(self) -> str:
        if self.offset is None:
            return f"{self.percent}%"
        return f"{'-' if self.sign < 0 else '+'}{self.offset}"


def parse_duration(text: str, place: Place | None = None) -> Duration:
    """Reads a duration such as ``30m``, ``2h30m``, ``3d`` or ``36h!``.

    Raises:
        BrokenFiles: it is none; with the problem at ``place``, where it stands in a file.
        Usage: the same without a place, for what a person typed.
    """
    bare, wall = (text[:-1], True) if text.endswith("!") else (text, False)
    parts = _parts(bare)
    if not parts:
        raise _refusal(_complaint(bare), _HOW, place)
    if not wall and "d" in parts and len(parts) > 1:
        raise _refusal(Message("“{text}” mixes working days and hours", text=text), _HOW, place)
    seconds = sum(n * _UNITS[unit] for unit, n in parts.items())
    if not seconds:
        raise _refusal(Message("a duration must be longer than nothing"), _HOW, place)
    if seconds > MAX_DAYS * 86400:
        raise _refusal(Message("“{text}” is longer than {n} days", text=text, n=MAX_DAYS), _HOW, place)
    if "d" in parts and not wall:
        return Duration(parts["d"], DAYS)
    return Duration(seconds, WALL if wall else WORK)


def parse_level(text: str, place: Place | None = None) -> Level:
    """Reads an escalation level: ``50%``, ``150%``, ``-30m`` or ``+4h``; errors as of ``parse_duration``."""
    if text[:1] in ("-", "+"):
        return Level(sign=-1 if text[0] == "-" else 1, offset=parse_duration(text[1:], place))
    digits = text[:-1]
    if not (text.endswith("%") and digits.isascii() and digits.isdigit()):
        raise _refusal(Message("“{text}” is not an escalation level", text=text), _LEVELS, place, "bad-level")
    if len(digits) > 4 or not 1 <= int(digits) <= 1000:
        raise _refusal(Message("an escalation level lies between 1% and 1000%"), _LEVELS, place, "bad-level")
    return Level(percent=int(digits))


def _parts(text: str) -> dict[str, int]:
    """The numbers by their units, which must stand in descending order; empty where it is no duration."""
    parts: dict[str, int] = {}
    left, digits = "dhms", ""
    for char in text:
        if char in "0123456789":
            digits += char
        elif digits and len(digits) < 12 and char in left:
            parts[char] = int(digits)
            left, digits = left[left.index(char) + 1 :], ""
        else:
            return {}
    return {} if digits else parts


def _complaint(text: str) -> Message:
    if text.isascii() and text.isdigit():
        return Message("“{text}” lacks a unit: minutes, hours or days?", text=text)
    return Message("“{text}” is not a duration", text=text)


def _refusal(message: Message, remedy: Message, place: Place | None, code: str = "bad-duration") -> SvcctlError:
    if place is None:
        return Usage(message, remedy, code=code)
    return BrokenFiles([Problem(place, code, message, remedy)])


def _wall_due(start: datetime, seconds: int, pauses: Sequence[Pause]) -> datetime:
    """Elapsed time is real time, so it is counted in UTC: local clocks jump twice a year."""
    begun = start.astimezone(UTC)
    due = begun + timedelta(seconds=seconds)
    counted = begun
    for since, until in sorted(pauses):
        if since >= due:
            break
        paused_from = max(since.astimezone(UTC), counted)
        if until > paused_from:
            due += until.astimezone(UTC) - paused_from
            counted = until.astimezone(UTC)
    return due.astimezone(start.tzinfo)
