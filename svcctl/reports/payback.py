"""report payback: after how many working days a change has paid for itself, by the work that it saves.

Compared are the requests last resolved in the period with those of the one before it: **saved** is the mean work on one
of them before less the mean work now (touch, as in ``report flow``), times the requests resolved each working day,
times the rate. The cost over that is the payback in working days of the desk's calendar: the payback period of
investment appraisal, without interest. Other things may have changed too, and the difference may be chance: the 95 %
interval of the difference of two means (B. L. Welch, "The significance of the difference between two means when the
population variances are unequal", Biometrika 29, 1938; normal instead of t) gives the quickest and the slowest payback.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import sqrt

from svcctl.model.calendar import Calendar
from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Usage
from svcctl.reports.facts import Entry
from svcctl.reports.figures import COUNT, SECONDS, SMALL, Figure, Sample, figure
from svcctl.reports.flow import resolved
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, MONEY, NUMBER, Column, Table
from svcctl.reports.timeline import DepartmentOf, Spent, way, whole

_Z = 1.959964
"""The 97.5th percentile of the normal distribution."""

_FARTHEST = 20 * 366
"""So many days ahead a day of payback is looked for; what takes longer never pays back."""


class Terms(NamedTuple):
    """What the change cost, what an hour of work costs, and the calendar in whose working days is counted."""

    cost: Money
    rate: Money
    calendar: Calendar


class Saving(NamedTuple):
    """What a change saves; seconds of work, on one request and on a working day, and the interval of the former.

    ``before`` and ``after`` are seconds of work by request, ``days`` the working days of the period until now.
    """

    before: Sequence[int]
    after: Sequence[int]
    days: Fraction

    @property
    def known(self) -> bool:
        """Whether there is something to compare."""
        return bool(self.before and self.after and self.days)

    @property
    def each(self) -> Fraction:
        """Seconds saved on one request; negative where it takes more work now."""
        return _mean(self.before) - _mean(self.after)

    @property
    def margin(self) -> Fraction | None:
        """Half the 95 % interval of ``each``; None of fewer than two requests on either side."""
        if min(len(self.before), len(self.after)) < 2:
            return None
        return Fraction(_Z * sqrt(_variance(self.before) / len(self.before) + _variance(self.after) / len(self.after)))

    def daily(self, each: Fraction) -> Fraction:
        """Seconds saved on a working day, if a request saves ``each``."""
        return each * len(self.after) / self.days


def payback(
    entries: Sequence[Entry],
    period: Period,
    previous: Period | None,
    now: datetime,
    department_of: DepartmentOf,
    terms: Terms,
) -> Report:
    """The payback report of the period since a change.

    Raises:
        Usage: there is no period to compare with, or the cost and the rate are in different currencies.
    """
    if previous is None:
        raise Usage(
            Message("what a change brought is a comparison"),
            Message("leave --compare none out"),
            code="compare",
        )
    if terms.cost.currency != terms.rate.currency:
        raise Usage(
            Message("the cost is in {one}, the rate in {other}", one=terms.cost.currency, other=terms.rate.currency),
            Message("convert one of them first"),
            code="currency",
        )
    found, before = (_spent(entries, span, now, department_of) for span in (period, previous))
    saving = Saving(
        [spent.touch for _, spent in before],
        [spent.touch for _, spent in found],
        working_days(terms.calendar, period.start, min(period.end, max(now, period.start))),
    )
    figures = _figures(found, before)
    tables = [_saved(saving), _payback(saving, terms, period)] if saving.known else []
    return Report(
        "payback",
        Message("Payback"),
        period,
        previous,
        figures,
        tables,
        [*_notes(saving), *small_notes(figures)],
        _finding(saving, terms, period, previous),
    )


# What is compared


def _spent(
    entries: Sequence[Entry], period: Period, now: datetime, department_of: DepartmentOf
) -> list[tuple[str, Spent]]:
    """The work on each request last resolved in a period."""
    moment = int(now.timestamp())
    found = []
    for entry in resolved(entries, period):
        found.append((entry.id, whole(way(entry, moment, department_of), entry.calendar.line)))
    return found


def working_days(calendar: Calendar, start: datetime, end: datetime) -> Fraction:
    """The working days between two moments; of a day that is cut, as much as of its working time lies between."""
    first, last = int(start.timestamp()), int(end.timestamp())
    done, total = calendar.line.done, Fraction(0)
    day = start.astimezone(calendar.zone).date()
    while (since := _midnight(calendar, day)) < last:
        day += timedelta(days=1)
        until = _midnight(calendar, day)
        if hours := done(until) - done(since):
            total += Fraction(max(done(min(until, last)) - done(max(since, first)), 0), hours)
    return total


def _midnight(calendar: Calendar, day: date) -> int:
    return int(datetime.combine(day, time(), calendar.zone).timestamp())


def _mean(values: Sequence[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def _variance(values: Sequence[int]) -> Fraction:
    """The sample variance."""
    mean = _mean(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0)) / (len(values) - 1)


def days_until_paid(saving: Saving, terms: Terms, each: Fraction) -> Fraction | None:
    """The working days after which the cost has come back, if a request saves ``each``; None if it never does."""
    if not terms.cost.amount:
        return Fraction(0)
    money = _earned(saving, terms, each)
    return Fraction(terms.cost.amount) / money if money > 0 else None


def _earned(saving: Saving, terms: Terms, each: Fraction) -> Fraction:
    """Money saved on a working day."""
    return Fraction(terms.rate.amount) * saving.daily(each) / 3600


def paid_on(terms: Terms, start: datetime, days: Fraction) -> date | None:
    """The day on which so many working days have passed since ``start``; None where it lies too far ahead."""
    day = start.astimezone(terms.calendar.zone).date()
    since = int(start.timestamp())
    done, left = terms.calendar.line.done, days
    for _ in range(_FARTHEST):
        first, after = _midnight(terms.calendar, day), _midnight(terms.calendar, day + timedelta(days=1))
        if hours := done(after) - done(first):
            left -= Fraction(done(after) - done(max(first, since)), hours)
        if left <= 0:
            return day
        day += timedelta(days=1)
    return None


# Figures and tables


def _figures(found: Sequence[tuple[str, Spent]], before: Sequence[tuple[str, Spent]]) -> list[Figure]:
    def touch(of: Sequence[tuple[str, Spent]]) -> list[Sample]:
        return [Sample(name, spent.touch) for name, spent in of]

    def elapsed(of: Sequence[tuple[str, Spent]]) -> list[Sample]:
        return [Sample(name, spent.touch + spent.wait) for name, spent in of]

    return [
        figure("touch", Message("Worked on"), SECONDS, touch(found), touch(before)),
        figure("elapsed", Message("Worked on or lying"), SECONDS, elapsed(found), elapsed(before)),
        figure("resolved", Message("Resolved"), COUNT, touch(found), touch(before)),
    ]


def _saved(saving: Saving) -> Table:
    margin = saving.margin
    columns = (
        Column("n_before", Message("requests before"), NUMBER),
        Column("before", Message("work on each before"), DURATION),
        Column("n", Message("requests now"), NUMBER),
        Column("now", Message("work on each now"), DURATION),
        Column("saved", Message("saved on each"), DURATION),
        Column("low", Message("from"), DURATION),
        Column("high", Message("to"), DURATION),
        Column("days", Message("working days"), NUMBER),
        Column("daily", Message("saved each working day"), DURATION),
    )
    row = (
        len(saving.before),
        round(_mean(saving.before)),
        len(saving.after),
        round(_mean(saving.after)),
        round(saving.each),
        None if margin is None else round(saving.each - margin),
        None if margin is None else round(saving.each + margin),
        _tenth(saving.days),
        round(saving.daily(saving.each)),
    )
    return Table(Message("What it saves"), columns, [row], name="saved")


def _payback(saving: Saving, terms: Terms, period: Period) -> Table:
    margin, each = saving.margin, saving.each
    days = days_until_paid(saving, terms, each)
    quickest = None if margin is None else days_until_paid(saving, terms, each + margin)
    slowest = None if margin is None else days_until_paid(saving, terms, each - margin)
    columns = (
        Column("cost", Message("cost"), MONEY),
        Column("rate", Message("an hour costs"), MONEY),
        Column("daily", Message("saved each working day"), MONEY),
        Column("so_far", Message("saved so far"), MONEY),
        Column("days", Message("paid back after working days"), NUMBER),
        Column("quickest", Message("at the quickest"), NUMBER),
        Column("slowest", Message("at the slowest"), NUMBER),
        Column("on", Message("paid back on")),
    )
    day = None if days is None else paid_on(terms, period.start, days)
    money = _earned(saving, terms, each)
    row = (
        terms.cost,
        terms.rate,
        _money(money, terms),
        _money(money * saving.days, terms),
        *(None if one is None else _tenth(one) for one in (days, quickest, slowest)),
        None if day is None else day.isoformat(),
    )
    return Table(Message("When it has paid for itself"), columns, [row], name="payback")


def _money(amount: Fraction, terms: Terms) -> Money:
    return Money(Decimal(round(amount * 100)).scaleb(-2), terms.cost.currency)


def _tenth(value: Fraction) -> float:
    return round(float(value), 1)


# Words


def _notes(saving: Saving) -> list[Message]:
    if not saving.known:
        return []
    return [
        Message(
            "Saved is work: what was written down, else what people held, a working day each at most. Whatever else "
            "has changed since then is in it too."
        )
    ]


def _finding(saving: Saving, terms: Terms, period: Period, previous: Period) -> Message:
    if not saving.known:
        empty = period if not saving.after else previous
        return Message("Nothing was resolved in {period}, so there is nothing to compare.", period=empty.name)
    days = days_until_paid(saving, terms, saving.each)
    if days is None:
        return Message(
            "A request takes as much work as before, or more: this way {cost} never comes back.", cost=str(terms.cost)
        )
    told = Message(
        "{cost} come back after {days} working days: each working day saves {hours} hours of work.",
        cost=str(terms.cost),
        days=f"{_tenth(days)}",
        hours=f"{float(saving.daily(saving.each)) / 3600:.1f}",
    )
    margin = saving.margin
    if min(len(saving.before), len(saving.after)) < SMALL:
        return Message("{told} So few requests prove nothing.", told=told)
    if margin is not None and saving.each <= margin:
        return Message("{told} The difference may be chance.", told=told)
    return told
