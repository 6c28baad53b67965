"""The periods of a trend: the months of a year; else the period itself after those of the same kind before it."""

from __future__ import annotations

from datetime import date, datetime

from svcctl.reports.period import MONTH, YEAR, Period, period_of

STEPS = 12
"""A year of months, a quarter of weeks: long enough to tell a trend from a whim, short enough for a page's width."""


def steps(period: Period, since: datetime | None, until: datetime) -> list[Period]:
    """The periods of a trend in their order.

    Args:
        since: nothing happened before it, so periods that had ended by then are left out; None of nothing at all.
        until: periods that begin after it are left out.
    """
    if since is None:
        return []
    found = _months(period) if period.unit == YEAR else _before(period)
    return [span for span in found if span.end > since and span.start <= until]


def _months(period: Period) -> list[Period]:
    zone = period.start.tzinfo
    assert zone is not None
    return [period_of(MONTH, date(period.start.year, month, 1), zone) for month in range(1, 13)]


def _before(period: Period) -> list[Period]:
    spans = [period]
    while len(spans) < STEPS:
        spans.insert(0, spans[0].previous())
    return spans
