"""Round numbers for an axis: where its lines are drawn, and what stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.reports.table import DURATION, PERCENT, WALL

_MOST = 5
_CLOCK = (60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)
"""Steps of time that people count in, below the round numbers of hours."""


def ticks(low: float, high: float, kind: str) -> list[float]:
    """Two to seven round values from at most ``low`` to at least ``high``, in steps of 1, 2 or 5 by powers of ten.

    Args:
        kind: of the column: durations step in minutes and hours, shares in hundredths, other numbers in whole ones.
    """
    least = 0.01 if kind == PERCENT else 1
    step = _step(max((high - low) / (_MOST - 1), 0), kind, least)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def _step(wanted: float, kind: str, least: float) -> float:
    if kind in (DURATION, WALL):
        found = next((step for step in _CLOCK if step >= wanted), None)
        return found if found is not None else 3600 * _round(wanted / 3600, 1)
    return _round(wanted, least)


def _round(wanted: float, least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below what is wanted."""
    if wanted <= least:
        return least
    power = floor(log10(wanted) + 1e-9)
    unit = float(10**power)
    return float(next(factor * unit for factor in (1, 2, 5, 10) if factor * unit >= wanted - 1e-9))


def rough(value: float, kind: str, catalog: Catalog = ENGLISH) -> str:
    """A value as a label of a chart, short: ``120 h``, ``2.5 h``, ``45 min``, ``83 %``, ``1200``, ``-12.5``."""
    if not value:
        return "0"
    if kind in (DURATION, WALL):
        return _rough_time(value, catalog)
    if kind == PERCENT:
        return f"{_short(100 * value)}\u00a0%"
    return _short(value)


def _rough_time(value: float, catalog: Catalog) -> str:
    if abs(value) < 3600:
        return Message("{m} min", m=_short(value / 60)).text(catalog)
    hours = value / 3600
    return Message("{h} h", h=f"{hours:.0f}" if abs(hours) >= 10 else _short(hours)).text(catalog)


def _short(value: float) -> str:
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text.replace("-", "\u2212")


def span_of(values: Sequence[float], kind: str) -> tuple[float, float]:
    """What an axis must reach: from nothing, or the least value below it, to the largest; shares to the whole."""
    high = max([*values, 1 if kind == PERCENT else 0])
    return min([*values, 0]), high if high or min([*values, 0]) else 1
