"""Working time as a line: sorted arrays of opening and closing instants and the working time before each.

Instants are whole seconds since 1970-01-01T00:00Z. The line is built month by month, only where it is asked about,
and grows in both directions; a question is then a bisection, never a walk over days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta

from svcctl.model.holidays import FIRST_YEAR, LAST_YEAR
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.week import MIDNIGHT, Hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal()
_LAST_DAY = date(LAST_YEAR, 12, 31).toordinal()
_SECOND = timedelta(seconds=1)


class Timeline:
    """The working time of one calendar.

    ``starts``, ``ends``: the intervals, in order and apart from each other; ``sums``: the working seconds before
    each, and of all as its last item; ``days``: the ordinals of the working days, ``closings``: when each closes.
    The working time before an instant is counted from an arbitrary point, so only differences mean something.
    """

    __slots__ = ("_first", "_hours", "_last", "_since", "_until", "_zone", "closings", "days", "ends", "starts", "sums")

    def __init__(self, zone: ZoneInfo, hours: Callable[[int], Hours]) -> None:
        """Args: ``hours`` gives the working intervals of a day (an ordinal), in seconds from its local midnight."""
        self._zone, self._hours = zone, hours
        self._first = self._last = 0
        self._since, self._until = 0, -1
        self._clear(0)

    def done(self, instant: int) -> int:
        """The working seconds before an instant."""
        if not self._since <= instant < self._until:
            self._reach(instant)
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return self.sums[0]
        end = self.ends[index]
        return self.sums[index] + (instant if instant < end else end) - self.starts[index]

    def first_with(self, work: int) -> int:
        """The earliest instant that has so many working seconds before it: a closing instant, not the next opening."""
        while self.sums[0] >= work:
            self._grow_back()
        while self.sums[-1] < work:
            self._grow()
        index = bisect_left(self.sums, work) - 1
        return self.starts[index] + work - self.sums[index]

    def last_with(self, work: int) -> int:
        """The latest instant that has so many working seconds before it: an opening instant, not the last closing."""
        while self.sums[0] > work:
            self._grow_back()
        while self.sums[-1] <= work:
            self._grow()
        index = bisect_right(self.sums, work) - 1
        return self.starts[index] + work - self.sums[index]

    def is_open(self, instant: int) -> bool:
        """Whether the instant is working time; a closing instant is not."""
        self.done(instant)
        index = bisect_right(self.starts, instant) - 1
        return index >= 0 and instant < self.ends[index]

    def between(self, start: int, end: int) -> list[tuple[int, int]]:
        """The working intervals from ``start`` to ``end``, cut at both."""
        self.done(start)
        self.done(end)
        first, last = bisect_right(self.ends, start), bisect_left(self.starts, end)
        found = list(zip(self.starts[first:last], self.ends[first:last], strict=True))
        if found:
            found[0] = (max(found[0][0], start), found[0][1])
            found[-1] = (found[-1][0], min(found[-1][1], end))
        return found

    def closing(self, day: int, count: int, instant: int) -> int:
        """The closing instant of the ``count``-th working day after ``day``, the day of ``instant``."""
        self.done(instant)
        index = bisect_right(self.days, day) + count - 1
        while index >= len(self.days):
            self._grow()
        return self.closings[index]

    def _clear(self, base: int) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.sums: list[int] = [base]
        self.days: list[int] = []
        self.closings: list[int] = []

    def _reach(self, instant: int) -> None:
        day = instant // MIDNIGHT + _EPOCH_DAY
        if not self._last:
            self._first = self._last = _month_of(day)
            self._grow()
        while instant < self._since:
            self._grow_back()
        while instant >= self._until:
            self._grow()

    def _grow(self) -> None:
        """Adds the month after the last."""
        if self._last >= (LAST_YEAR + 1) * 12:
            raise _beyond()
        if self._first == self._last:
            self._since = self._midnight(_first_day(self._first))
            self._append(_first_day(self._first) - 2, _first_day(self._first))
        self._append(_first_day(self._last), _first_day(self._last + 1))
        self._last += 1
        self._until = self._midnight(_first_day(self._last) - 1)

    def _grow_back(self) -> None:
        """Begins the line earlier, at least doubling it; the working time counted so far keeps its meaning."""
        if self._first <= FIRST_YEAR * 12:
            raise _beyond()
        total, last = self.sums[-1], self._last
        span = max(12, last - self._first)
        self._first = max(FIRST_YEAR * 12, (self._first - span) // 12 * 12)
        self._clear(0)
        first_day = _first_day(self._first)
        self._since = self._midnight(first_day)
        self._append(first_day - 2, _first_day(last))
        shift = total - self.sums[-1]
        self.sums = [work + shift for work in self.sums]

    def _append(self, first: int, last: int) -> None:
        """Adds the days from ``first`` up to ``last``."""
        offsets = [self._offset(day) for day in range(first, last + 2)]
        for index, day in enumerate(range(first, last)):
            hours = self._hours(day)
            if not hours:
                continue
            offset = offsets[index]
            if offset == offsets[index + 1] and (hours[-1][1] <= MIDNIGHT or offset == offsets[index + 2]):
                base = (day - _EPOCH_DAY) * MIDNIGHT - offset
                spans = [(base + opening, base + closing) for opening, closing in hours]
            else:
                spans = resolved(day, hours, self._zone)
            if spans:
                self._add_day(day, spans)

    def _add_day(self, day: int, spans: list[tuple[int, int]]) -> None:
        """Adds a day's intervals, uniting what touches or overlaps what the line has."""
        self.days.append(day)
        self.closings.append(spans[-1][1])
        starts, ends, sums = self.starts, self.ends, self.sums
        if ends and spans[0][0] <= ends[-1]:
            spans = self._united(spans)
        for start, end in spans:
            starts.append(start)
            ends.append(end)
            sums.append(sums[-1] + end - start)

    def _united(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Takes from the end of the line what meets the intervals, and returns the union of both."""
        found = list(spans)
        while self.ends and self.ends[-1] >= spans[0][0]:
            found.append((self.starts.pop(), self.ends.pop()))
            self.sums.pop()
        return united(found)

    def _offset(self, day: int) -> int:
        """Seconds by which local time is ahead of UTC at the day's midnight."""
        moment = datetime.fromordinal(day).replace(tzinfo=self._zone)
        return moment.utcoffset() // _SECOND  # type: ignore[operator]

    def _midnight(self, day: int) -> int:
        return (day - _EPOCH_DAY) * MIDNIGHT - self._offset(day)


def resolved(day: int, hours: Hours, zone: ZoneInfo) -> list[tuple[int, int]]:
    """The instants of a day's intervals where clocks may jump, in order and apart from each other.

    Local times in a gap or a fold resolve as ``zoneinfo`` does with fold=0; an interval that lies in a gap as a
    whole, so that nothing of it is left, falls away.
    """
    spans = [(_instant(day, opening, zone), _instant(day, closing, zone)) for opening, closing in hours]
    return united([span for span in spans if span[0] < span[1]])


def united(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The union of intervals, in order; those that touch become one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _instant(day: int, second: int, zone: ZoneInfo) -> int:
    local = datetime.fromordinal(day) + timedelta(seconds=second)
    offset = local.replace(tzinfo=zone).utcoffset()
    return (local - datetime(1970, 1, 1) - offset) // _SECOND  # type: ignore[operator]  # noqa: DTZ001


def _month_of(day: int) -> int:
    """The month of a day, counted from the year 0."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise _beyond()
    moment = date.fromordinal(day)
    return moment.year * 12 + moment.month - 1


def _first_day(month: int) -> int:
    return date(month // 12, month % 12 + 1, 1).toordinal()


def _beyond() -> Refused:
    return Refused(
        Message("working time is computed for the years {first} to {last} only", first=FIRST_YEAR, last=LAST_YEAR),
        Message("check the year and the length of time, and that the calendar has working hours at all"),
        code="calendar-horizon",
    )
