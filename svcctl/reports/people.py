"""report people: who kept what they had taken on, by the same rule for everybody, and what chance alone explains.

Counted are **chances**: things that a person had in their own hands and that turned out well or not. To a period count
those that were decided in it, and deadlines that were missed and still run at its end (or now):

- a promise of theirs, kept in time or not; a hand-off to them, answered in time or not (taken back, it is nobody's);
- a stage that they finished (or own), a request that they resolved (or own), in time or not;
- work that they passed on, accepted or returned; a resolution of theirs that lasted seven days, or was reopened.

What lies with a department is nobody's: picking up is not counted. A person is named for **recognition** where their
share is higher than that of all others by more than chance, for **misses** where it is lower: where the 95 % interval
of E. B. Wilson ("Probable Inference", Journal of the American Statistical Association 22, 1927) does not hold the
others' share. Of fewer than five chances nothing is said. Who asked not to be ranked, who has left and who is not in
the team counts in the sums and is not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import sqrt

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.team import Team
from svcctl.reports.cases import CASE, TIMED, Timed
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry
from svcctl.reports.figures import SHARE, SMALL, Figure, Sample, figure
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import NUMBER, PERCENT, Column, Table

MEASURES = {
    "promises": Message("Promises kept in time"),
    "answered": Message("Hand-offs answered in time"),
    "stages": Message("Stages finished in time"),
    "resolutions": Message("Requests resolved in time"),
    "passed_on": Message("Work passed on and accepted"),
    "lasting": Message("Resolutions that lasted"),
}
RECOGNITION, MISSES, FEW = Message("recognition"), Message("misses"), Message("fewer than five")

_CLOCKS = {"promise": "promises", "accept": "answered", "stage": "stages", "resolve": "resolutions"}
_Z = 1.959964
"""The 97.5th percentile of the normal distribution."""


class Chance(NamedTuple):
    """Something that somebody had in hand, and whether it turned out well."""

    id: str
    measure: str
    person: str
    kept: bool


class Standing(NamedTuple):
    """A person's chances of one measure against everybody else's; shares from 0 to 1, None of nothing."""

    person: str
    measure: str
    chances: Sequence[Chance]
    share: float
    low: float
    high: float
    others: float | None

    @property
    def verdict(self) -> Message | None:
        """What follows by the rule that is the same for all."""
        if len(self.chances) < SMALL:
            return FEW
        if self.others is None or self.low <= self.others <= self.high:
            return None
        return RECOGNITION if self.low > self.others else MISSES


def people(entries: Sequence[Entry], period: Period, previous: Period | None, now: datetime, team: Team) -> Report:
    """The people report of a period; ``entries`` need their clocks as they stand at ``now``."""
    found = chances(entries, period, now, team)
    before = chances(entries, previous, now, team) if previous else None
    figures = _figures(found, before)
    named = {one.handle for one in team.people.values() if one.ranking and not one.left}
    standings = [one for one in compared(found) if one.person in named]
    return Report(
        "people",
        Message("People"),
        period,
        previous,
        figures,
        [_ranking(found, before, named), _standings(standings)],
        [*_unnamed(found, named), *_meaning(standings), *small_notes(figures)],
        _finding(found, standings, period),
    )


# Chances


def chances(entries: Sequence[Entry], period: Period, now: datetime, team: Team) -> list[Chance]:
    """Everybody's chances that count to a period; what a department of the team has in hand is nobody's."""
    start, end = period.seconds
    at = min(end, int(now.timestamp()))
    found: list[Chance] = []
    for entry in entries:
        for clock in entry.fact(TIMED):
            if clock.name in _CLOCKS and clock.counts(start, end, at):
                found.append(_timed(entry.id, clock, end))
        case = entry.fact(CASE)
        for one in case.passings:
            if one.outcome != "recalled" and start <= one.answered < end:
                found.append(Chance(entry.id, "passed_on", one.sender, one.outcome == "accepted"))
        for end_of in case.resolutions:
            if start <= end_of.at < end:
                found.append(Chance(entry.id, "lasting", end_of.by, end_of.lasted))
    return [one for one in found if one.person and (one.person in team.people or one.person not in team.departments)]


def _timed(id: str, clock: Timed, end: int) -> Chance:
    done = clock.stopped is not None and clock.stopped < end
    return Chance(id, _CLOCKS[clock.name], clock.finisher if done else clock.holder, done and clock.met)


# Comparing


def interval(kept: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``n`` (one at least), from 0 to 1."""
    share, square = kept / n, _Z * _Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    # The share lies within, whatever the last digit of a float says.
    return max(min(middle - half, share), 0.0), min(max(middle + half, share), 1.0)


def compared(found: Sequence[Chance]) -> list[Standing]:
    """Everybody's share of each measure against that of all others, by person, in the order of the measures."""
    groups: dict[tuple[str, str], list[Chance]] = {}
    sums = {measure: [0, 0] for measure in MEASURES}
    for one in found:
        groups.setdefault((one.person, one.measure), []).append(one)
        sums[one.measure][0] += one.kept
        sums[one.measure][1] += 1
    order = list(MEASURES)
    keys = sorted(groups, key=lambda key: (key[0], order.index(key[1])))
    return [_standing(person, measure, groups[person, measure], *sums[measure]) for person, measure in keys]


def _standing(person: str, measure: str, own: Sequence[Chance], all_kept: int, every: int) -> Standing:
    n, kept = len(own), sum(one.kept for one in own)
    others = (all_kept - kept) / (every - n) if every > n else None
    return Standing(person, measure, own, kept / n, *interval(kept, n), others)


# Figures and tables


def _figures(found: Sequence[Chance], before: Sequence[Chance] | None) -> list[Figure]:
    def made(name: str, label: Message) -> Figure:
        earlier = None if before is None else _samples(name, before)
        return figure(name, label, SHARE, _samples(name, found), earlier)

    return [made("kept", Message("All of these")), *(made(name, label) for name, label in MEASURES.items())]


def _samples(name: str, found: Sequence[Chance]) -> list[Sample]:
    return [Sample(one.id, int(one.kept), one.person) for one in found if name in ("kept", one.measure)]


def _ranking(found: Sequence[Chance], before: Sequence[Chance] | None, named: set[str]) -> Table:
    """Who may be named, by their share of all chances; those of few stand below, without a rank."""
    groups, earlier = _by_person(found, named), _by_person(before or (), named)
    shares = {person: _share(own) for person, own in groups.items()}
    order = sorted(groups, key=lambda person: (len(groups[person]) < SMALL, -shares[person], person))
    ranked = [shares[person] for person in order if len(groups[person]) >= SMALL]
    rows = []
    for person in order:
        own, share = groups[person], shares[person]
        few = len(own) < SMALL
        rank = None if few else 1 + sum(better > share for better in ranked)
        previous = _share(earlier[person]) if person in earlier else None
        rows.append((person, rank, len(own), sum(not one.kept for one in own), share, previous, FEW if few else None))
    columns = (
        Column("person", Message("person")),
        Column("rank", Message("rank"), NUMBER),
        Column("n", Message("n"), NUMBER),
        Column("missed", Message("missed"), NUMBER),
        Column("share", Message("kept"), PERCENT),
        Column("previous", Message("before"), PERCENT),
        Column("few", ""),
    )
    ids = [_behind(groups[person]) for person in order]
    charts = (Bars(Message("Kept, by person"), ("person",), ("share",), "previous"),)
    return Table(Message("Kept, of all of these"), columns, rows, ids, "ranking", charts=charts)


def _by_person(found: Sequence[Chance], named: set[str]) -> dict[str, list[Chance]]:
    groups: dict[str, list[Chance]] = {}
    for one in found:
        if one.person in named:
            groups.setdefault(one.person, []).append(one)
    return groups


def _share(own: Sequence[Chance]) -> float:
    return sum(one.kept for one in own) / len(own)


def _standings(standings: Sequence[Standing]) -> Table:
    rows = [
        (
            one.person,
            MEASURES[one.measure],
            len(one.chances),
            sum(not chance.kept for chance in one.chances),
            one.share,
            one.low,
            one.high,
            one.others,
            one.verdict,
        )
        for one in standings
    ]
    columns = (
        Column("person", Message("person")),
        Column("measure", Message("what")),
        Column("n", Message("n"), NUMBER),
        Column("missed", Message("missed"), NUMBER),
        Column("share", Message("kept"), PERCENT),
        Column("low", Message("from"), PERCENT),
        Column("high", Message("to"), PERCENT),
        Column("others", Message("all others"), PERCENT),
        Column("verdict", Message("verdict")),
    )
    ids = [_behind(one.chances) for one in standings]
    return Table(Message("Recognition and misses"), columns, rows, ids, "standings")


def _behind(own: Sequence[Chance]) -> list[str]:
    """The requests behind chances, those that turned out badly first."""
    return list(dict.fromkeys(one.id for one in sorted(own, key=lambda one: one.kept)))


# Words


def _unnamed(found: Sequence[Chance], named: set[str]) -> list[Message]:
    count = len({one.person for one in found} - named)
    if not count:
        return []
    return [
        Message.plural(
            "{n} person counts in the sums and is not named: they asked for it, have left, or are not in the team.",
            "{n} people count in the sums and are not named: they asked for it, have left, or are not in the team.",
            count,
        )
    ]


def _meaning(standings: Sequence[Standing]) -> list[Message]:
    if not any(len(one.chances) >= SMALL for one in standings):
        return []
    return [
        Message(
            "A verdict needs five chances and a difference from all others that chance explains in one case of twenty; "
            "who has the harder work, no figure knows."
        )
    ]


def _finding(found: Sequence[Chance], standings: Sequence[Standing], period: Period) -> Message:
    if not found:
        return Message("Nobody had a deadline, a hand-off or a resolution decided in {period}.", period=period.name)
    good = _told([one for one in standings if one.verdict == RECOGNITION])
    bad = _told([one for one in standings if one.verdict == MISSES])
    if good and bad:
        return Message("Recognition: {good}. To talk about: {bad}.", good=good, bad=bad)
    if good:
        return Message("Recognition: {good}.", good=good)
    if bad:
        return Message("To talk about: {bad}.", bad=bad)
    return Message("Nobody differs from the others by more than chance.")


def _told(standings: Sequence[Standing]) -> Message | None:
    told = []
    for one in standings:
        kept = sum(chance.kept for chance in one.chances)
        part = Message(
            "{person} ({what}: {kept} of {n})",
            person=one.person,
            what=MEASURES[one.measure],
            kept=kept,
            n=len(one.chances),
        )
        told.append(part)
    return Message.joined(told, ", ") if told else None
