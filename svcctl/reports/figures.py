"""Figures of a report: a number, how many things it was made of, and how it was in the period before.

**Mean**: the sum over n, rounded half up to the second. **Percentile** p of n values in ascending order x(0)…x(n-1):
the value at the place h = (n-1)·p/100, between two neighbours on the straight line between them, rounded half up to
the second. That is type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996): PERCENTILE.INC of
spreadsheets, NumPy's default, ``statistics.quantiles(method="inclusive")``. The **median** is the 50th percentile.
Of nothing there is no mean, median or share: they are None.
"""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.money import half_up
from svcctl.model.namedtuples import NamedTuple

SECONDS, SHARE, COUNT = "s", "share", "count"
TOTAL, RATIO, POINTS = "total_s", "ratio", "points"

SMALL = 5
"""Fewer than this tell about themselves, not about the desk: below five the 90th percentile is next to the largest."""


class Sample(NamedTuple):
    """One thing that a figure is made of: the request, its value (seconds; 1 or 0 of a share), and its group.

    Of a ratio, ``value`` is the part and ``whole`` what it is a part of.
    """

    id: str
    value: int = 1
    group: str = ""
    whole: int = 1


class Figure(NamedTuple):
    """A figure.

    ``unit``: ``s`` (seconds; ``value`` is the mean), ``share`` (0 to 1), ``count``, ``total_s`` (seconds; the sum),
    ``ratio`` (the sum of parts over the sum of wholes) or ``points`` (100 times the mean of -1, 0 and 1). ``n`` is how
    many samples it is made of, ``previous`` its value in the period it is compared with, ``behind`` the samples.
    """

    name: str
    label: Message
    unit: str
    value: int | float | None
    n: int
    median: int | None = None
    p90: int | None = None
    previous: int | float | None = None
    behind: tuple[Sample, ...] = ()

    @property
    def small(self) -> bool:
        """Whether it is made of too few samples to be relied on; a count is what it is."""
        return self.unit not in (COUNT, TOTAL) and 0 < self.n < SMALL

    def as_json(self) -> dict[str, object]:
        """``{value, unit, n, median, p90, previous}``; shares to four places."""
        return {
            "value": _short(self.value),
            "unit": self.unit,
            "n": self.n,
            "median": self.median,
            "p90": self.p90,
            "previous": _short(self.previous),
        }


def figure(
    name: str, label: Message, unit: str, samples: Sequence[Sample], before: Sequence[Sample] | None = None
) -> Figure:
    """The figure of samples, compared with those of the period before (None: not compared)."""
    previous = None if before is None else _value(unit, before)
    values = sorted(sample.value for sample in samples) if unit in (SECONDS, TOTAL) else ()
    return Figure(
        name,
        label,
        unit,
        _value(unit, samples),
        len(samples),
        percentile(values, 50),
        percentile(values, 90),
        previous,
        tuple(samples),
    )


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The percentile of values in ascending order, by the rule above; None of no values."""
    if not ordered:
        return None
    place, rest = divmod((len(ordered) - 1) * percent, 100)
    if not rest:
        return ordered[place]
    return ordered[place] + half_up((ordered[place + 1] - ordered[place]) * rest, 100)


def mean(values: Sequence[int]) -> int | None:
    """The mean of values that are not negative, rounded half up; None of no values."""
    return half_up(sum(values), len(values)) if values else None


def _value(unit: str, samples: Sequence[Sample]) -> int | float | None:
    if unit == COUNT:
        return len(samples)
    values = [sample.value for sample in samples]
    if unit == TOTAL:
        return sum(values)
    if unit == SECONDS:
        return mean(values)
    if unit == RATIO:
        parts, wholes = sum(values), sum(sample.whole for sample in samples)
        return parts / wholes if wholes else None
    return (100 if unit == POINTS else 1) * sum(values) / len(values) if values else None


def _short(value: int | float | None) -> int | float | None:
    return round(value, 4) if isinstance(value, float) else value
