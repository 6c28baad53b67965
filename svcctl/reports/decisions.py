"""report decisions: how long they take, by which rule they fall, how many go to a person, how many are turned round.

To a period count the decisions that were **made** in it. The time to a decision is working time from the opening of
the request. A decision is **sent to review** where the criteria came to ``review``: a person must decide then. It is a
**reversal** where the same department had decided the same request otherwise before; what comes after a review is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from svcctl.model.event import Event
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, mean, percentile
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, NUMBER, PERCENT, Column, Table

REVIEW = "review"


class Made(NamedTuple):
    """A decision: whose, by which rule of which regulation (0: by nobody's rule), after how many working seconds."""

    id: str
    at: int
    department: str
    regulation: str
    rule: int
    outcome: str
    took: int
    before: str

    @property
    def review(self) -> bool:
        return self.outcome == REVIEW

    @property
    def reversal(self) -> bool:
        return self.before not in ("", REVIEW, self.outcome)


def decisions(entries: Sequence[Entry], period: Period, previous: Period | None) -> Report:
    """The decisions report of a period, compared with another."""
    every = [made for entry in entries for made in entry.fact(MADE)]
    found = _within(every, period)
    before = None if previous is None else _within(every, previous)
    figures = _figures(found, before)
    return Report(
        "decisions",
        Message("Decisions"),
        period,
        previous,
        figures,
        [
            _table("department", Message("By department"), ("department",), found, before),
            _table("rule", Message("By rule"), ("regulation", "rule", "outcome"), found, before),
            _reversals(found),
        ],
        small_notes(figures),
        _finding(found, period),
        Message("How many"),
    )


def _made(entry: Entry) -> Iterator[Made]:
    """The request's decisions; one that all departments come to together is nobody's own and follows only its like."""
    request, line = entry.request, entry.calendar.line
    opened = int(request.opened.timestamp())
    last: dict[str, str] = {}
    for event in request.decisions:
        own = event.__dict__
        department, outcome = str(own.get("department", "")), str(own.get("outcome", ""))
        at = int(event.at.timestamp())
        took = max(line.done(at) - line.done(opened), 0)
        yield Made(
            request.id,
            at,
            department or request.department,
            str(own.get("regulation", "")) or request.regulation,
            _rule(event),
            outcome,
            took,
            last.get(department, ""),
        )
        last[department] = outcome


MADE: Kind[tuple[Made, ...]] = Kind(
    "made", lambda entry: tuple(_made(entry)), lambda rows: tuple([Made(*row) for row in rows])
)
"""The decisions that were made on a request."""


def _rule(event: Event) -> int:
    return int(event.__dict__.get("rule", 0))


def _within(every: Sequence[Made], period: Period) -> list[Made]:
    start, end = period.seconds
    return [made for made in every if start <= made.at < end]


def _figures(found: Sequence[Made], before: Sequence[Made] | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str, sample: Callable[[Made], Sample]) -> Figure:
        earlier = None if before is None else [sample(one) for one in before]
        return figure(name, label, unit, [sample(one) for one in found], earlier)

    return [
        made("decided", Message("Decisions"), COUNT, lambda one: Sample(one.id)),
        made("time_to_decision", Message("Opened to decided"), SECONDS, lambda one: Sample(one.id, one.took)),
        made("to_review", Message("Sent to review"), SHARE, lambda one: Sample(one.id, int(one.review))),
        made("reversed", Message("Reversals"), SHARE, lambda one: Sample(one.id, int(one.reversal))),
    ]


def _grouped(names: Sequence[str], found: Sequence[Made]) -> dict[tuple[object, ...], list[Made]]:
    groups: dict[tuple[object, ...], list[Made]] = {}
    for one in found:
        groups.setdefault(tuple(getattr(one, name) for name in names), []).append(one)
    return groups


def _table(name: str, title: Message, by: Sequence[str], found: Sequence[Made], before: Sequence[Made] | None) -> Table:
    groups, earlier = _grouped(by, found), _grouped(by, before or ())
    order = sorted(groups, key=lambda group: (-len(groups[group]), tuple(map(str, group))))
    rows = []
    for group in order:
        times = sorted(one.took for one in groups[group])
        count = len(times)
        shares = (sum(one.review for one in groups[group]) / count, sum(one.reversal for one in groups[group]) / count)
        numbers = (count, mean(times), percentile(times, 50), percentile(times, 90), *shares)
        rows.append((*(_shown(part) for part in group), *numbers, len(earlier.get(group, ()))))
    columns = (
        *(Column(part, _LABELS[part]) for part in by),
        Column("n", Message("decisions"), NUMBER),
        Column("mean", Message("mean time"), DURATION),
        Column("median", Message("median"), DURATION),
        Column("p90", Message("90th percentile"), DURATION),
        Column("to_review", Message("to review"), PERCENT),
        Column("reversed", Message("reversals"), PERCENT),
        Column("previous", Message("before"), NUMBER),
    )
    ids = [[one.id for one in groups[group]] for group in order]
    charts = (
        Bars(Message("{title}: decisions", title=title), by, ("n",), "previous"),
        Bars(Message("{title}: mean time", title=title), by, ("mean",)),
    )
    return Table(title, columns, rows, ids, f"decisions_by_{name}", charts=charts)


_LABELS = {
    "department": Message("department"),
    "regulation": Message("regulation"),
    "rule": Message("rule"),
    "outcome": Message("outcome"),
}


def _shown(part: object) -> object:
    """A rule's number as people name it; a decision by no rule has none."""
    return str(part) if part else None


def _reversals(found: Sequence[Made]) -> Table:
    turned = [one for one in found if one.reversal]
    columns = (
        Column("id", Message("id")),
        Column("department", Message("department")),
        Column("before", Message("was")),
        Column("outcome", Message("became")),
        Column("took", Message("after the opening"), DURATION),
    )
    rows = [(one.id, one.department or None, one.before, one.outcome, one.took) for one in turned]
    return Table(Message("Reversals"), columns, rows, [[one.id] for one in turned], "reversals")


def _finding(found: Sequence[Made], period: Period) -> Message:
    if not found:
        return Message("No decision was made in {period}.", period=period.name)
    half = percentile(sorted(one.took for one in found), 50) or 0
    return Message.plural(
        "One decision was made in {period}, {hours} working hours after the opening; {review} % went to a person.",
        "{n} decisions were made in {period}, half of them within {hours} working hours; {review} % went to a person.",
        len(found),
        period=period.name,
        hours=f"{half / 3600:.1f}",
        review=round(100 * sum(one.review for one in found) / len(found)),
    )
