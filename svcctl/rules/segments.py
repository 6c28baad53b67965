"""The time of a clock cut into segments that lie end to end: work, pause, closed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise

from svcctl.model.duration import DAYS, WALL
from svcctl.model.instants import seconds
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.timeline import resolved
from svcctl.rules.clocks import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.calendar import Calendar

WORK, PAUSE, CLOSED = "work", "pause", "closed"

Paused = tuple[tuple[datetime, datetime], Message]
_Second = int


class Segment(NamedTuple):
    """A stretch of time of one kind; ``counted`` are the seconds of it that count, ``reason`` may be absent."""

    start: datetime
    end: datetime
    kind: str
    reason: Message | None
    counted: int


class _Cut(NamedTuple):
    """A segment in seconds of the epoch: clocks that jump make local times no measure."""

    start: _Second
    end: _Second
    kind: str
    reason: Message | None


def segments(
    run: Run, due: datetime | None, end: datetime, calendar: Calendar, pauses: Sequence[Paused]
) -> list[Segment]:
    """The time from the start of a run to its deadline, or to ``end`` where that is later.

    Segments are cut at the deadline and at ``end``; those of a term in working days also at the closing instant of
    each counted day.

    Args:
        end: where the clock stands: when it stopped, or now; not before the start.
        pauses: intervals that do not count, and why.
    """
    first = _second(run.started)
    marks = {_second(end)} | ({_second(due)} if due is not None else set())
    days = _Days(run, calendar, [pause for pause, _ in pauses]) if _in_days(run) else None
    if days is not None:
        marks.update(days.instants)
    last = max(_second(end), first, _second(due) if due is not None else first)
    cuts = _cut(first, last, marks, _working(run, first, last, calendar), pauses)
    return [_segment(cut, counted, calendar, days, due, end) for cut, counted in _counted(_joined(cuts, marks))]


def _in_days(run: Run) -> bool:
    return run.fixed is None and run.within is not None and run.within.kind == DAYS


def _second(instant: datetime) -> _Second:
    return int(instant.timestamp())


def _working(run: Run, first: _Second, last: _Second, calendar: Calendar) -> list[tuple[_Second, _Second]]:
    if run.within is not None and run.within.kind == WALL and run.fixed is None:
        return [(first, last)]
    return calendar.line.between(first, last)


def _cut(
    first: _Second,
    last: _Second,
    marks: set[_Second],
    working: Sequence[tuple[_Second, _Second]],
    pauses: Sequence[Paused],
) -> Iterator[_Cut]:
    """The smallest pieces between any two things that happen."""
    cuts = [(_second(since), _second(until), reason) for (since, until), reason in pauses]
    points = {first, last, *marks}
    points.update(point for span in working for point in span)
    points.update(point for since, until, _ in cuts for point in (since, until))
    openings = [opening for opening, _ in working]
    for start, end in pairwise(sorted(point for point in points if first <= point <= last)):
        reason = next((reason for since, until, reason in cuts if since <= start and end <= until), None)
        index = bisect_right(openings, start) - 1
        is_open = index >= 0 and start < working[index][1]
        yield _Cut(start, end, PAUSE if reason else WORK if is_open else CLOSED, reason)


def _joined(cuts: Iterator[_Cut], marks: set[_Second]) -> Iterator[_Cut]:
    """Pieces of one kind and reason as one, unless something ends between them."""
    before: _Cut | None = None
    for cut in cuts:
        if before is None:
            before = cut
        elif before[2:] == cut[2:] and cut.start not in marks:
            before = before._replace(end=cut.end)
        else:
            yield before
            before = cut
    if before is not None:
        yield before


def _counted(cuts: Iterator[_Cut]) -> Iterator[tuple[_Cut, int]]:
    """Each piece with what was counted up to its end."""
    total = 0
    for cut in cuts:
        total += cut.end - cut.start if cut.kind == WORK else 0
        yield cut, total


def _segment(
    cut: _Cut, counted: int, calendar: Calendar, days: _Days | None, due: datetime | None, end: datetime
) -> Segment:
    reason = cut.reason
    if cut.kind == CLOSED:
        reason = _closed_reason(cut, calendar)
    elif cut.kind == WORK:
        reason = _work_reason(cut, counted, days, due, end)
    start, stop = (datetime.fromtimestamp(second, calendar.zone) for second in (cut.start, cut.end))
    return Segment(start, stop, cut.kind, reason, cut.end - cut.start if cut.kind == WORK else 0)


def _work_reason(cut: _Cut, counted: int, days: _Days | None, due: datetime | None, end: datetime) -> Message | None:
    if due is not None and cut.start >= _second(due):
        return Message("late")
    left = cut.start >= _second(end)
    if days is not None:
        words = days.label(counted)
        return Message("{words}, still left", words=words) if left else words
    return Message("still left") if left else None


def _closed_reason(cut: _Cut, calendar: Calendar) -> Message:
    """Why nobody works: the days off in it by name, a short day, or just no working hours."""
    first, last = (datetime.fromtimestamp(second, calendar.zone).toordinal() for second in (cut.start, cut.end))
    off = [
        number for number in range(first, last + 1) if calendar.week[(number - 1) % 7] and not calendar.hours(number)
    ]
    if off:
        return Message("days off: {days}", days=_spans(off))
    if first in calendar.dates.short:
        return Message("outside working hours, after a short day")
    return Message("outside working hours")


def _spans(numbers: Sequence[int]) -> str:
    """Runs of days: ``2026-12-31..2027-01-01, 2027-01-04``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts = [[date.fromordinal(number).isoformat() for number in (run[0], run[-1])] for run in runs]
    return ", ".join(first if first == last else f"{first}..{last}" for first, last in texts)


class _Days:
    """The working days of a term: how much time has been counted when each closes, and when that is."""

    __slots__ = ("instants", "n", "sums")

    def __init__(self, run: Run, calendar: Calendar, pauses: Sequence[tuple[datetime, datetime]]) -> None:
        assert run.within is not None
        self.n = run.within.amount
        closings = [calendar.add_days(run.started, day) for day in range(1, self.n + 1)]
        ends = [_first_opening(run.started, calendar), *closings]
        works = [calendar.between(run.started, end) for end in ends]
        self.sums = [seconds(work) for work in works]
        self.instants = {_second(calendar.add(run.started, work, pauses)) for work in works if work}

    def label(self, counted: int) -> Message:
        """Which working day it is when so many seconds have been counted."""
        day = bisect_left(self.sums, counted)
        if day == 0:
            return Message("the day of the start, which does not count")
        return Message("working day {day} of {n}", day=day, n=self.n)


def _first_opening(start: datetime, calendar: Calendar) -> datetime:
    """When the first working day after that of ``start`` opens."""
    day = start.astimezone(calendar.zone).toordinal() + 1
    while not (spans := resolved(day, calendar.hours(day), calendar.zone)):
        day += 1
    return datetime.fromtimestamp(spans[0][0], calendar.zone)
