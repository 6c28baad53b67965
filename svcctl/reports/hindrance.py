"""What most likely holds a desk back, in one line: a first guess that says what it rests on, not a verdict.

Two patterns are told apart, both from a long time *and* a second sign beside it, because either alone has many
causes:

- pick-up is long and requests come faster than they are finished: **too few hands**. A queue that gets more than it
  gives away grows without end, whatever its order, and everything behind it gets longer too; so this is looked at
  first.
- resolution is long and requests are passed on or come back often: **no written criteria, or too little
  communication**. The work itself is not what takes the time then.

What is long is what the desk promised itself: less than ``PROMISED`` of the pick-up (resolve) clocks on time. Where
too few such clocks ran, ``LONG_PICKUP`` and ``LONG_RESOLUTION`` of working time at the median are long.
"""

from __future__ import annotations

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.figures import SMALL, Figure

PROMISED = 0.8
"""A desk that misses more than every fifth deadline cannot be said to keep them."""

LONG_PICKUP = 2 * 3600
"""Half of the clients wait longer than a quarter of an eight-hour day before anybody looks at their matter."""

LONG_RESOLUTION = 24 * 3600
"""Three working days of eight hours: longer than most matters of a small team take to do."""

HIGH_LOAD = 1.1
"""Arrivals per finished request. A tenth more than is finished doubles a backlog of a month's work in ten months."""

MANY_HANDOFFS = 1.5
"""Hand-offs by people per resolved request, beside those of the regulation's stages: one may be the usual way to
the second line; more than one for most requests means that the way is not known in advance."""

MANY_RETURNS = 0.2
"""Every fifth resolved request came back at least once: what must be known before handing on is not agreed."""


class Signs(NamedTuple):
    """What the guess rests on; ``arrived`` has reopened requests too, the last two are per resolved request."""

    pickup: Figure
    pickup_clock: Figure | None
    resolution: Figure
    resolve_clock: Figure | None
    arrived: int
    finished: int
    handoffs: float
    returned: float


def hindrance(signs: Signs) -> Message:
    """The line; where only the first sign of a pattern is there, it says so and names no cause."""
    if max(signs.pickup.n, signs.resolution.n) < SMALL:
        return Message("Too few requests to say what holds them back.")
    slow_start = _long(signs.pickup, signs.pickup_clock, LONG_PICKUP)
    slow_end = _long(signs.resolution, signs.resolve_clock, LONG_RESOLUTION)
    if slow_start and signs.arrived >= HIGH_LOAD * signs.finished:
        return _too_few_hands(signs)
    if slow_end and (signs.handoffs >= MANY_HANDOFFS or signs.returned >= MANY_RETURNS):
        return _passed_around(signs)
    if slow_start:
        return Message("Nothing stands out as the cause: pick-up is long, but as many are finished as come.")
    if slow_end:
        return Message("Nothing stands out as the cause: resolution is long, but few are passed on or returned.")
    return Message("Nothing stands out as holding requests back.")


def _too_few_hands(signs: Signs) -> Message:
    return Message(
        "Most likely held back by too few hands: half of the requests waited {hours} working hours or more to be "
        "picked up, and {arrived} came while {finished} were finished.",
        hours=_hours(signs.pickup),
        arrived=signs.arrived,
        finished=signs.finished,
    )


def _passed_around(signs: Signs) -> Message:
    return Message(
        "Most likely held back by missing criteria or communication: half of the resolved requests took {hours} "
        "working hours or more, with {handoffs} hand-offs each, and {percent} % of them were returned.",
        hours=_hours(signs.resolution),
        handoffs=f"{signs.handoffs:.1f}",
        percent=round(signs.returned * 100),
    )


def _long(figure: Figure, clock: Figure | None, limit: int) -> bool:
    if figure.n < SMALL:
        return False
    if clock is not None and clock.n >= SMALL and clock.value is not None:
        return clock.value < PROMISED
    return figure.median is not None and figure.median > limit


def _hours(figure: Figure) -> str:
    return f"{(figure.median or 0) / 3600:.1f}"
