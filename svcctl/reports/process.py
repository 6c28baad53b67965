"""report process: requests as process-mining tools see them: how long from first to last deed, and who follows whom.

A case is a request **opened in the period**, its events are the deeds of people as ``export xes`` writes them
(``reports.activities``). Throughput time is from the first event to the last one so far; an activity is repeated where
a case has it more than once; work is handed over where two events that follow each other have different people. These
are the definitions of W. van der Aalst, "Process Mining" (2016), and of M. Song and W. van der Aalst, "Towards
comprehensive support for organizational mining" (Decision Support Systems 46, 2008), with which PM4Py counts too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.reports.activities import activities
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars, Matrix
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import RATIO, SECONDS, SHARE, Figure, Sample, figure, percentile
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import NUMBER, PERCENT, WALL, Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_VARIANTS, _LONG = 15, 8


class Mined(NamedTuple):
    """A case: the people of its events in the order of time, and the seconds from the first to the last of these.

    ``variant`` are the names of its activities.
    """

    id: str
    people: tuple[str, ...]
    working: int
    wall: int
    closed: bool
    variant: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How often it has each activity."""
        return Counter(self.variant)

    @property
    def repeated(self) -> bool:
        """Whether it has an activity more than once."""
        return len(set(self.variant)) < len(self.variant)

    @property
    def followers(self) -> list[tuple[str, str]]:
        """The people of every two events that follow each other."""
        return list(pairwise(self.people))


def process(entries: Sequence[Entry], period: Period, previous: Period | None) -> Report:
    """The process report of the requests opened in a period."""
    found, before = mined(entries, period), mined(entries, previous) if previous else None
    figures = _figures(found, before)
    return Report(
        "process",
        Message("Process"),
        period,
        previous,
        figures,
        [_activities(found), _handovers(found), _variants(found)],
        [*_open(found), *small_notes(figures)],
        _finding(found, period),
    )


def mined(entries: Sequence[Entry], period: Period) -> list[Mined]:
    """The cases that began in a period, oldest first."""
    start, end = period.seconds
    return [entry.fact(MINED) for entry in entries if start <= entry.fact(CASE).opened < end]


def _mined(entry: Entry) -> Mined:
    events = activities(entry.request)
    first, last = (int(event.at.timestamp()) for event in (events[0], events[-1]))
    done = entry.calendar.line.done
    variant, people = tuple([event.name for event in events]), tuple([event.by for event in events])
    return Mined(entry.id, people, done(last) - done(first), last - first, entry.request.closed, variant)


def _mined_again(row: list[Any]) -> Mined:
    id, people, working, wall, closed, variant = row
    return Mined(id, tuple(people), working, wall, closed, tuple(variant))


MINED = Kind("mined", _mined, _mined_again)


# Figures and tables


def _figures(found: Sequence[Mined], before: Sequence[Mined] | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str, sample: Callable[[Mined], Sample]) -> Figure:
        earlier = None if before is None else [sample(one) for one in before]
        return figure(name, label, unit, [sample(one) for one in found], earlier)

    def handed(one: Mined) -> Sample:
        pairs = one.followers
        return Sample(one.id, sum(first != second for first, second in pairs), "", len(pairs))

    label = Message("First to last event")
    return [
        made("throughput", label, SECONDS, lambda one: Sample(one.id, one.working)),
        made("throughput_wall", Message("{figure}, wall clock", figure=label), SECONDS, _wall),
        made("repeated", Message("Requests with a repeated activity"), SHARE, _repeated),
        made("handed_over", Message("Steps that another person goes on with"), RATIO, handed),
    ]


def _wall(one: Mined) -> Sample:
    return Sample(one.id, one.wall)


def _repeated(one: Mined) -> Sample:
    return Sample(one.id, int(one.repeated))


def _activities(found: Sequence[Mined]) -> Table:
    behind: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for one in found:
        counts.update(one.counts)
        for name, count in one.counts.items():
            behind.setdefault(name, []).append(one.id)
            again[name] += count > 1
    order = sorted(behind, key=lambda name: (-counts[name], name))
    rows = [(name, counts[name], len(behind[name]), again[name], again[name] / len(behind[name])) for name in order]
    columns = (
        Column("activity", Message("activity")),
        Column("n", Message("times"), NUMBER),
        Column("requests", Message("requests"), NUMBER),
        Column("repeated", Message("more than once in"), NUMBER),
        Column("share", Message("share"), PERCENT),
    )
    ids = [behind[name] for name in order]
    charts = (Bars(Message("Activities, how often"), ("activity",), ("n",)),)
    return Table(Message("Activities"), columns, rows, ids, "activities", charts=charts)


def _handovers(found: Sequence[Mined]) -> Table:
    pairs: dict[tuple[str, str], list[str]] = {}
    for one in found:
        for pair in one.followers:
            if pair[0] != pair[1]:
                pairs.setdefault(pair, []).append(one.id)
    order = sorted(pairs, key=lambda pair: (-len(pairs[pair]), pair))
    columns = (
        Column("from", Message("from")),
        Column("to", Message("to")),
        Column("n", Message("times"), NUMBER),
        Column("requests", Message("requests"), NUMBER),
    )
    rows = [(*pair, len(pairs[pair]), len(set(pairs[pair]))) for pair in order]
    title, ids = Message("Who goes on after whom"), [pairs[pair] for pair in order]
    return Table(title, columns, rows, ids, "handovers_of_work", charts=(Matrix(title, "from", "to", "n"),))


def _variants(found: Sequence[Mined]) -> Table:
    groups: dict[tuple[str, ...], list[Mined]] = {}
    for one in found:
        groups.setdefault(one.variant, []).append(one)
    order = sorted(groups, key=lambda names: (-len(groups[names]), names))[:_MOST_VARIANTS]
    rows = []
    for number, names in enumerate(order, 1):
        cases = groups[names]
        median = percentile(sorted(one.wall for one in cases), 50)
        rows.append((str(number), _way(names), len(cases), len(cases) / len(found), median))
    columns = (
        Column("number", Message("number")),
        Column("variant", Message("way")),
        Column("requests", Message("requests"), NUMBER),
        Column("share", Message("share"), PERCENT),
        Column("median", Message("median, wall clock"), WALL),
    )
    title = Message("The commonest ways of {n}", n=len(groups))
    return Table(title, columns, rows, [[one.id for one in groups[names]] for names in order], "variants")


def _way(names: Sequence[str]) -> str:
    """The way in words; of a long one its beginning and its end."""
    if len(names) > _LONG:
        names = (*names[:4], f"… {len(names) - 6} …", *names[-2:])
    return " → ".join(names)


# Words


def _open(found: Sequence[Mined]) -> list[Message]:
    still = sum(not one.closed for one in found)
    if not still:
        return []
    return [
        Message.plural(
            "{n} of these requests is still open: its time is until its last event so far.",
            "{n} of these requests are still open: their time is until their last event so far.",
            still,
        )
    ]


def _finding(found: Sequence[Mined], period: Period) -> Message:
    if not found:
        return Message("No request was opened in {period}.", period=period.name)
    groups = Counter(one.variant for one in found)
    return Message(
        "{n} requests of {period} went {ways} different ways; the commonest one took {share} % of them.",
        n=len(found),
        period=period.name,
        ways=len(groups),
        share=round(100 * max(groups.values()) / len(found)),
    )
