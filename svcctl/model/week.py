"""Opening hours as people write them: days of the week, intervals of a day, the hours of a week.

The hours of a day are a tuple of half-open ``(opening, closing)`` pairs in seconds from its local midnight, in
order. A shift past midnight closes after 86,400.
"""

from __future__ import annotations

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import did_you_mean
from svcctl.model.source import is_list, is_mapping, key_place, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Hours: TypeAlias = tuple[tuple[int, int], ...]
"""The working intervals of one day."""

Week: TypeAlias = tuple[Hours, ...]
"""The hours of seven days, Monday first."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT = 86400
"""The closing second of a day, ``24:00``."""

CLOSED: Hours = ()
_HOW = Message("write hours from 00:00 to 24:00 as 09:00-13:00, a shift past midnight as 22:00-06:00")
_ORDER = Message("write the earlier time first; a shift past midnight stands last in its day, as 22:00-06:00")


def parse_week(mapping: object, problems: list[Problem]) -> Week:
    """Reads the hours of a week.

    Args:
        mapping: day or range of days (``mon-thu``, ``sat``, ``fri-mon``) to a list of intervals; absent days are
            closed.
        problems: takes everything that is wrong, with its place.
    """
    week: dict[int, Hours] = {}
    places: dict[int, Place] = {}
    for key, value in mapping.items() if is_mapping(mapping) else ():  # type: ignore[attr-defined]
        days = parse_days(key)
        hours = parse_hours(value, place_of(mapping, key), problems)
        if days is None:
            problems.append(_unknown_day(key, key_place(mapping, key)))
            continue
        for day in days:
            if day in week:
                problems.append(_twice(day, key_place(mapping, key)))
            week[day], places[day] = hours, place_of(mapping, key)
    whole = tuple(week.get(day, CLOSED) for day in range(7))
    for day, place in places.items():
        problems.extend(_runs_into_next(whole, day, place))
    return whole


def parse_days(text: str) -> list[int] | None:
    """The days of the week that ``mon``, ``mon-thu`` or ``sat-mon`` names, Monday being 0; None if it names none."""
    first, dash, last = (part.strip().lower() for part in text.partition("-"))
    if first not in DAYS or (dash and last not in DAYS):
        return None
    start, end = DAYS.index(first), DAYS.index(last if dash else first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def parse_hours(value: Any, place: Place, problems: list[Problem]) -> Hours:
    """Reads the intervals of a day, such as ``[09:00-13:00, 14:00-18:00]``; one text counts as a list of one.

    Returns:
        The intervals in order, touching ones as one; those that are no intervals are left out and reported at
        their own place or, where they have none, at ``place``.
    """
    if not isinstance(value, str) and not is_list(value):
        problems.append(Problem(place, "calendar-hours", Message("a list of hours is expected here"), _HOW))
        return CLOSED
    texts = [value] if isinstance(value, str) else list(value)
    found: list[tuple[int, int, str, Place]] = []
    for index, text in enumerate(texts):
        spot = place if isinstance(value, str) else place_of(value, index)
        interval = _parse_interval(text, spot, problems)
        if interval is not None:
            found.append((*interval, str(text), spot))
    found.sort(key=lambda item: item[:2])
    problems.extend(_disorder(found))
    return _joined([(opening, closing) for opening, closing, _, _ in found])


def shortened(hours: Hours) -> Hours:
    """The hours of a day that closes an hour earlier: an hour of work is taken from the end of the day.

    A last interval of an hour or less vanishes, and what is missing is taken from the one before it (article 95 of
    the Labour Code of Russia shortens the working day by one hour, not its last interval).
    """
    left, cut = list(hours), 3600
    while left and cut:
        opening, closing = left.pop()
        if closing - opening > cut:
            left.append((opening, closing - cut))
            break
        cut -= closing - opening
    return tuple(left)


def clock(second: int) -> str:
    """A second of the day as a person writes it, ``09:00``."""
    return f"{second // 3600:02}:{second // 60 % 60:02}"


def _parse_interval(text: Any, place: Place, problems: list[Problem]) -> tuple[int, int] | None:
    if not isinstance(text, str) or text.count("-") != 1:
        problems.append(Problem(place, "calendar-hours", Message("“{text}” is no interval", text=text), _HOW))
        return None
    first, _, last = text.partition("-")
    opening, closing = _parse_clock(first), _parse_clock(last)
    for part, second in ((first, opening), (last, closing)):
        if second is None:
            what = Message("“{text}” is no time of day", text=part.strip())
            problems.append(Problem(place, "calendar-time", what, _HOW))
    if opening is None or closing is None:
        return None
    if opening in (closing, MIDNIGHT):
        what = Message("“{text}” has no length", text=text)
        remedy = Message("write 00:00-24:00 for a whole day, [] for a day that is closed")
        problems.append(Problem(place, "calendar-hours", what, remedy))
        return None
    return opening, closing if closing > opening else closing + MIDNIGHT


def _parse_clock(text: str) -> int | None:
    hour, colon, minute = text.strip().partition(":")
    if not (colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return None
    if len(hour) > 2 or len(minute) != 2 or int(minute) > 59:
        return None
    second = int(hour) * 3600 + int(minute) * 60
    return second if second <= MIDNIGHT else None


def _joined(intervals: list[tuple[int, int]]) -> Hours:
    joined: list[tuple[int, int]] = []
    for opening, closing in intervals:
        if joined and joined[-1][1] == opening:
            joined[-1] = (joined[-1][0], closing)
        else:
            joined.append((opening, closing))
    return tuple(joined)


def _disorder(found: list[tuple[int, int, str, Place]]) -> list[Problem]:
    """What is wrong between the intervals of one day, which are sorted by opening."""
    problems = []
    for index, (_, closing, text, place) in enumerate(found):
        if closing > MIDNIGHT and (index + 1 < len(found) or closing - MIDNIGHT > found[0][0]):
            what = Message("“{text}” closes before it opens", text=text)
            problems.append(Problem(place, "calendar-reversed", what, _ORDER))
        elif index + 1 < len(found) and closing > found[index + 1][0]:
            what = Message("“{first}” and “{second}” overlap", first=text, second=found[index + 1][2])
            remedy = Message("let one end before the other begins, or make them one")
            problems.append(Problem(found[index + 1][3], "calendar-overlap", what, remedy))
    return problems


def _runs_into_next(week: Week, day: int, place: Place) -> list[Problem]:
    following = week[(day + 1) % 7]
    if not week[day] or not following or week[day][-1][1] - MIDNIGHT <= following[0][0]:
        return []
    what = Message(
        "the shift of {day} runs past midnight to {closing} and overlaps {next}, which opens at {opening}",
        day=DAYS[day],
        closing=clock(week[day][-1][1] - MIDNIGHT),
        next=DAYS[(day + 1) % 7],
        opening=clock(following[0][0]),
    )
    return [Problem(place, "calendar-overlap", what, Message("let the shift end before the next day opens"))]


def _unknown_day(text: str, place: Place) -> Problem:
    remedy = did_you_mean(text, DAYS) or Message("write mon, tue, wed, thu, fri, sat, sun or a range like mon-thu")
    return Problem(place, "calendar-day", Message("“{text}” is no day of the week", text=text), remedy)


def _twice(day: int, place: Place) -> Problem:
    what = Message("{day} has its hours here a second time", day=DAYS[day])
    return Problem(place, "calendar-day", what, Message("name each day once"))
