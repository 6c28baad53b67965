"""report nps: would clients recommend the desk: promoters (9, 10) less detractors (0 to 6), in points, never by client.

To a period count the requests whose **last** rating was given in it. The 95 % interval is the adjusted Wald one: 3 is
added to n, three quarters each to promoters and detractors, and the normal interval of the difference of two shares is
taken, cut at -100 and 100. Source: B. Rocks, "Interval Estimation for the Net Promoter Score", The American
Statistician 70 (2016); https://measuringu.com/nps-three-confidence-intervals/ on real data. Of groups of fewer than
five only the number of ratings is told, because few ratings are a client's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars, Lines
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import POINTS, SHARE, SMALL, Figure, Sample, figure
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import NUMBER, PERCENT, Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PROMOTER, DETRACTOR = 9, 6
"""From the one up a rating is a promoter's, up to the other a detractor's (F. Reichheld 2003)."""

TREND = 6
"""So many periods are shown, the report's own the last: half a year of months, a month and a half of weeks."""

_Z = 1.959964
"""The 97.5th percentile of the normal distribution."""


class Rating(NamedTuple):
    """The last rating of a request: when it was given, 0 to 10, of what channel and type the request is."""

    id: str
    at: int
    score: int
    channel: str
    type: str

    @property
    def sign(self) -> int:
        """1 of a promoter, -1 of a detractor, else 0."""
        return (self.score >= PROMOTER) - (self.score <= DETRACTOR)


def nps(entries: Sequence[Entry], period: Period, previous: Period | None) -> Report:
    """The NPS report of a period, compared with another."""
    every = [one for entry in entries if (one := entry.fact(RATED).rating) is not None]
    found = within(every, period)
    before = None if previous is None else within(every, previous)
    figures = [
        _points(found, before),
        _rated(entries, period, previous),
    ]
    tables = [_answers(found), _trend(every, period), *(_by(name, found) for name in ("channel", "type"))]
    return Report(
        "nps", Message("NPS"), period, previous, figures, tables, small_notes(figures), _finding(found, before, period)
    )


def rating(request: Request) -> Rating | None:
    """The last rating of a request that is one, 0 to 10; None without any."""
    last = None
    for event in request.events:
        score = event.__dict__.get("score")
        if event.do == "rated" and isinstance(score, int) and 0 <= score <= 10:
            last = Rating(request.id, int(event.at.timestamp()), score, request.channel, request.type)
    return last


class Rated(NamedTuple):
    """Whether a request was rated, and its rating if that is one."""

    rated: bool
    rating: Rating | None


def _rated_again(row: list[Any]) -> Rated:
    return Rated(row[0], None if row[1] is None else Rating(*row[1]))


RATED = Kind("rated", lambda entry: Rated(entry.request.score is not None, rating(entry.request)), _rated_again)


def within(every: Sequence[Rating], period: Period) -> list[Rating]:
    """The ratings given in a period."""
    start, end = period.seconds
    return [one for one in every if start <= one.at < end]


def points(found: Sequence[Rating]) -> float | None:
    """Promoters less detractors, in points from -100 to 100; None of no ratings."""
    return 100 * sum(one.sign for one in found) / len(found) if found else None


def interval(found: Sequence[Rating]) -> tuple[float, float] | None:
    """The 95 % interval in points by the rule above; None of no ratings."""
    if not found:
        return None
    n = len(found) + 3
    promoters = (sum(one.sign > 0 for one in found) + 0.75) / n
    detractors = (sum(one.sign < 0 for one in found) + 0.75) / n
    middle = promoters - detractors
    half = _Z * sqrt((promoters + detractors - middle * middle) / n)
    return max(100 * (middle - half), -100.0), min(100 * (middle + half), 100.0)


# Figures and tables


def _points(found: Sequence[Rating], before: Sequence[Rating] | None) -> Figure:
    earlier = None if before is None else [Sample(one.id, one.sign) for one in before]
    return figure("nps", Message("NPS"), POINTS, [Sample(one.id, one.sign) for one in found], earlier)


def _rated(entries: Sequence[Entry], period: Period, previous: Period | None) -> Figure:
    def samples(span: Period) -> list[Sample]:
        start, end = span.seconds
        cases = ((entry, entry.fact(CASE).resolved) for entry in entries)
        return [
            Sample(entry.id, int(entry.fact(RATED).rated))
            for entry, resolved in cases
            if resolved is not None and start <= resolved < end
        ]

    earlier = None if previous is None else samples(previous)
    return figure("rated", Message("Resolved requests that were rated"), SHARE, samples(period), earlier)


def _values(found: Sequence[Rating]) -> tuple[float | None, float | None, float | None]:
    """Points with their interval; of a small group nothing."""
    if len(found) < SMALL:
        return None, None, None
    low, high = interval(found) or (None, None)
    return _round(points(found)), _round(low), _round(high)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


_VALUES = (
    Column("n", Message("ratings"), NUMBER),
    Column("nps", Message("NPS"), NUMBER),
    Column("low", Message("from"), NUMBER),
    Column("high", Message("to"), NUMBER),
)


def _answers(found: Sequence[Rating]) -> Table:
    kinds = ((1, Message("promoters (9–10)")), (0, Message("passives (7–8)")), (-1, Message("detractors (0–6)")))
    counts = [sum(one.sign == sign for one in found) for sign, _ in kinds]
    rows = [(label, count, count / len(found)) for (_, label), count in zip(kinds, counts, strict=True) if found]
    columns = (
        Column("answer", ""),
        Column("n", Message("ratings"), NUMBER),
        Column("share", Message("share"), PERCENT),
    )
    chart = Bars(Message("Ratings"), ("answer",), ("share",))
    return Table(Message("Ratings"), columns, rows, name="ratings", charts=(chart,))


def _trend(every: Sequence[Rating], period: Period) -> Table:
    spans = [period]
    while len(spans) < TREND:
        spans.insert(0, spans[0].previous())
    found = [(span.name, within(every, span)) for span in spans]
    rows = [(name, len(ratings), *_values(ratings)) for name, ratings in found]
    columns = (Column("period", Message("period")), *_VALUES)
    chart = Lines(Message("NPS with its 95 % interval"), "period", ("nps",), "low", "high")
    shown = rows if any(row[1] for row in rows) else []
    return Table(Message("Trend"), columns, shown, name="trend", charts=(chart,))


def _by(name: str, found: Sequence[Rating]) -> Table:
    label = {"channel": Message("channel"), "type": Message("type")}[name]
    groups: dict[str, list[Rating]] = {}
    for one in found:
        groups.setdefault(getattr(one, name), []).append(one)
    order = sorted(groups, key=lambda group: (-len(groups[group]), group))
    rows = [(group or None, len(groups[group]), *_values(groups[group])) for group in order]
    return Table(Message("By {group}", group=label), (Column(name, label), *_VALUES), rows, name=f"nps_by_{name}")


# Words


def _finding(found: Sequence[Rating], before: Sequence[Rating] | None, period: Period) -> Message:
    span = interval(found)
    if span is None:
        return Message("No request was rated in {period}.", period=period.name)
    if len(found) < SMALL:
        return Message.plural(
            "One rating in {period} is too few to say anything.",
            "{n} ratings in {period} are too few to say anything.",
            len(found),
            period=period.name,
        )
    told = Message(
        "NPS {points} of {n} ratings, 95 % interval {low} to {high}.",
        points=f"{points(found):+.0f}",
        n=len(found),
        low=f"{span[0]:+.0f}",
        high=f"{span[1]:+.0f}",
    )
    other = interval(before or ())
    if other is None or len(before or ()) < SMALL:
        return told
    if span[0] > other[1] or span[1] < other[0]:
        return Message("{told} It differs from the period before by more than chance.", told=told)
    return Message("{told} The difference to the period before may be chance.", told=told)
