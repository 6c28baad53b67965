"""report offers: how long an offer takes and where it lies, how often it is revised, what clients answer, what is open.

**Time to offer** is that of requests whose offer was **first sent in the period**, from their opening to that sending,
split into touch and wait as in ``report flow``; waiting for the client is neither. **Revisions** and **rejections**
count to the period they were made in, **answers** to that of the client's last answer. The pipeline is as of now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from svcctl.model.event import Event
from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request, step
from svcctl.model.timeline import united
from svcctl.reports.cases import CASE
from svcctl.reports.chart import Bars
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.figures import COUNT, SECONDS, SHARE, Figure, Sample, figure, mean
from svcctl.reports.period import Period
from svcctl.reports.report import Report, small_notes
from svcctl.reports.table import DURATION, MONEY, NUMBER, PERCENT, WALL, Column, Table
from svcctl.reports.timeline import FOR_CLIENT, DepartmentOf, Spent, course, spent, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Worth = Callable[[str, str], Money | None]
"""What a revision of a request's offer (its id, ``r1``) costs in all; None where that cannot be counted."""

_ANSWERS = {"offer_accepted": "accepted", "offer_declined": "declined"}


class Open(NamedTuple):
    """An offer that nobody has answered: its status as ``offer list`` has it, its sum, and its age in seconds."""

    id: str
    status: str
    gross: Money
    age: int | None


class Sent(NamedTuple):
    """The first sending of a request's offer, and the time until then: as a whole, by department, by the wall clock."""

    id: str
    at: int
    all: Spent
    departments: dict[str, Spent]
    wall: int


class Said(NamedTuple):
    """Something that was said of an offer: by a client (``accepted``, ``declined``) or an approver (``rejected``)."""

    id: str
    at: int
    what: str
    revision: str
    reason: str
    subject: str = ""


class Life(NamedTuple):
    """What the report looks at of one request; ``revised`` are the moments at which later revisions were begun."""

    id: str
    sent: Sent | None
    answer: Said | None
    rejections: tuple[Said, ...]
    revised: tuple[int, ...]
    revisions: int


def offers(
    entries: Sequence[Entry],
    period: Period,
    previous: Period | None,
    now: datetime,
    department_of: DepartmentOf,
    pipeline: Sequence[Open],
    worth: Worth,
) -> Report:
    """The report on the offers of a period, compared with another.

    Args:
        department_of: a person's department.
        pipeline: the offers that wait for an answer now.
        worth: what a revision costs; asked only of those that were answered in the period.
    """
    lives = [life for entry in entries for life in _lives(entry, department_of)]
    figures = _figures(lives, period, previous)
    answered = [life for life in lives if life.answer and _within(life.answer.at, period)]
    return Report(
        "offers",
        Message("Offers"),
        period,
        previous,
        figures,
        [
            _departments([life.sent for life in lives if life.sent and _within(life.sent.at, period)]),
            _answers([life.answer for life in answered if life.answer], worth),
            _revisions(answered),
            rejections_by_reason(entries, period),
            _pipeline(pipeline),
        ],
        small_notes(figures),
        _finding(figures, period),
    )


def answers(entries: Sequence[Entry], period: Period) -> list[tuple[str, Said]]:
    """The clients' last answers that were given in a period, each with its client."""
    found = []
    for entry in entries:
        said = [one for one in entry.fact(SAID) if one.what in _ANSWERS.values()]
        if said and _within(said[-1].at, period):
            found.append((entry.fact(CASE).client, said[-1]))
    return found


def _within(at: int, period: Period) -> bool:
    start, end = period.seconds
    return start <= at < end


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


# What happened to a request's offer


def _lives(entry: Entry, department_of: DepartmentOf) -> tuple[Life, ...]:
    """The life of its offer, if it has one."""

    def lived(of: Entry) -> tuple[Life, ...]:
        return (_life(of, department_of),) if of.request.offers else ()

    return entry.fact(Kind("offer", lived, lambda rows: tuple([_life_again(*row) for row in rows])))


def _life_again(
    id: str, sent: list[Any] | None, answer: list[Any] | None, rejections: list[Any], revised: list[int], revisions: int
) -> Life:
    return Life(
        id,
        None if sent is None else _sent_again(*sent),
        None if answer is None else Said(*answer),
        tuple([Said(*one) for one in rejections]),
        tuple(revised),
        revisions,
    )


def _sent_again(id: str, at: int, all: list[int], departments: dict[str, list[int]], wall: int) -> Sent:
    return Sent(id, at, Spent(*all), {name: Spent(*one) for name, one in departments.items()}, wall)


def _life(entry: Entry, department_of: DepartmentOf) -> Life:
    request = entry.request
    answers = [said for said in _said(request) if said.what in _ANSWERS.values()]
    begun: dict[str, int] = {}
    for event in request.counted:
        if event.do == "offer_drafted":
            begun.setdefault(str(event.__dict__.get("revision", "")), _epoch(event.at))
    later = tuple(at for name, at in begun.items() if name != "r1")
    return Life(
        request.id,
        _sent(entry, department_of),
        answers[-1] if answers else None,
        tuple(said for said in _said(request) if said.what == "rejected"),
        later,
        len(request.offers),
    )


def _sent(entry: Entry, department_of: DepartmentOf) -> Sent | None:
    request, line = entry.request, entry.calendar.line
    events = request.counted
    index = next((n for n, event in enumerate(events) if event.do == "offer_sent"), None)
    if index is None:
        return None
    # Nothing that was done after the sending belongs to the time before it.
    until = Request(request.header)
    for event in events[: index + 1]:
        step(until, event)
        until.events.append(event)
    at = max(_epoch(events[index].at), _epoch(request.opened))
    way = course(until, line, at, department_of)
    client = sum(
        end - start for start, end in united([(one.start, one.end) for one in way.stretches if one.kind == FOR_CLIENT])
    )
    return Sent(request.id, at, whole(way, line), spent(way, line, "department"), at - _epoch(request.opened) - client)


def _said(request: Request) -> Iterator[Said]:
    for event in request.counted:
        what = _ANSWERS.get(event.do) or ("rejected" if event.do == "offer_rejected" else "")
        if what:
            own = event.__dict__
            revision, subject = str(own.get("revision", "")), str(own.get("subject", ""))
            yield Said(request.id, _epoch(event.at), what, revision, _reason(request, event), subject)


SAID: Kind[tuple[Said, ...]] = Kind(
    "said", lambda entry: tuple(_said(entry.request)), lambda rows: tuple([Said(*row) for row in rows])
)
"""What clients and approvers said of a request's offers."""


def _reason(request: Request, event: Event) -> str:
    """The short word for statistics, else the words themselves, unless they were redacted."""
    own = event.__dict__
    return "" if event.id in request.redacted else str(own.get("reason") or own.get("why") or "")


# Figures


def _figures(lives: Sequence[Life], period: Period, previous: Period | None) -> list[Figure]:
    def made(name: str, label: Message, unit: str, choose: Callable[[Period], list[Sample]]) -> Figure:
        return figure(name, label, unit, choose(period), choose(previous) if previous else None)

    def timed(of: Callable[[Sent], int]) -> Callable[[Period], list[Sample]]:
        sent = [life.sent for life in lives if life.sent]
        return lambda span: [Sample(one.id, of(one)) for one in sent if _within(one.at, span)]

    def answered(what: str) -> Callable[[Period], list[Sample]]:
        return lambda span: [sample for sample in _won(lives, span) if sample.value == (what == "accepted")]

    return [
        made("time_to_offer", Message("Time to offer"), SECONDS, timed(lambda one: one.all.touch + one.all.wait)),
        made("time_to_offer_wall", Message("Time to offer"), SECONDS, timed(lambda one: one.wall)),
        made("touch", Message("Worked on"), SECONDS, timed(lambda one: one.all.touch)),
        made("wait", Message("Lying"), SECONDS, timed(lambda one: one.all.wait)),
        made("sent", Message("Offers sent"), COUNT, timed(lambda one: 1)),
        made("revisions", Message("Offers revised"), COUNT, lambda span: _revised(lives, span)),
        made("rejections", Message("Approvals refused"), COUNT, lambda span: _rejected(lives, span)),
        made("accepted", Message("Accepted"), COUNT, answered("accepted")),
        made("declined", Message("Declined"), COUNT, answered("declined")),
        made("win_rate", Message("Win rate"), SHARE, lambda span: _won(lives, span)),
    ]


def _won(lives: Sequence[Life], span: Period) -> list[Sample]:
    answers = [life.answer for life in lives if life.answer]
    return [Sample(one.id, int(one.what == "accepted")) for one in answers if _within(one.at, span)]


def _revised(lives: Sequence[Life], span: Period) -> list[Sample]:
    return [Sample(life.id) for life in lives for at in life.revised if _within(at, span)]


def _rejected(lives: Sequence[Life], span: Period) -> list[Sample]:
    return [Sample(life.id) for life in lives for one in life.rejections if _within(one.at, span)]


# Tables


def _departments(sent: Sequence[Sent]) -> Table:
    groups: dict[str, list[Sent]] = {}
    for one in sent:
        for name in one.departments:
            groups.setdefault(name, []).append(one)
    rows = []
    for name in sorted(groups):
        touch = mean([one.departments[name].touch for one in groups[name]])
        wait = mean([one.departments[name].wait for one in groups[name]])
        rows.append((name or None, len(groups[name]), touch, wait))
    columns = (
        Column("department", Message("department")),
        Column("n", Message("offers"), NUMBER),
        Column("touch", Message("worked on"), DURATION),
        Column("wait", Message("lying"), DURATION),
    )
    ids = [[one.id for one in groups[name]] for name in sorted(groups)]
    title = Message("Until the offer was sent, by department (means)")
    chart = Bars(title, ("department",), ("touch", "wait"))
    return Table(title, columns, rows, ids, "time_by_department", charts=(chart,))


def _answers(answers: Sequence[Said], worth: Worth) -> Table:
    groups: dict[tuple[str, str, str], list[tuple[Said, Money | None]]] = {}
    for one in answers:
        sum_ = worth(one.id, one.revision)
        groups.setdefault((one.what, one.reason, sum_.currency if sum_ else ""), []).append((one, sum_))
    order = sorted(groups, key=lambda key: (key[0], -len(groups[key]), key[1:]))
    rows = [
        (what, reason or None, len(own), total([sum_ for _, sum_ in own]))
        for what, reason, currency in order
        for own in [groups[what, reason, currency]]
    ]
    columns = (
        Column("answer", Message("answer")),
        Column("reason", Message("reason")),
        Column("n", Message("offers"), NUMBER),
        Column("gross", Message("sum"), MONEY),
    )
    ids = [[one.id for one, _ in groups[key]] for key in order]
    chart = Bars(Message("Answers by reason"), ("answer", "reason"), ("n",))
    return Table(Message("What clients answered"), columns, rows, ids, "answers_by_reason", charts=(chart,))


def total(sums: Sequence[Money | None]) -> Money | None:
    """The sum of money of one currency; None of nothing known."""
    known = [one for one in sums if one is not None]
    return sum(known[1:], known[0]) if known else None


def _revisions(answered: Sequence[Life]) -> Table:
    groups: dict[int, list[Life]] = {}
    for life in answered:
        groups.setdefault(life.revisions, []).append(life)
    rows = []
    for n in sorted(groups):
        won = sum(life.answer is not None and life.answer.what == "accepted" for life in groups[n])
        rows.append((n, len(groups[n]), won, won / len(groups[n])))
    columns = (
        Column("revisions", Message("revisions"), NUMBER),
        Column("n", Message("offers"), NUMBER),
        Column("accepted", Message("accepted"), NUMBER),
        Column("win_rate", Message("win rate"), PERCENT),
    )
    ids = [[life.id for life in groups[n]] for n in sorted(groups)]
    return Table(Message("Answers by how many revisions it took"), columns, rows, ids, "answers_by_revisions")


def rejections_by_reason(entries: Sequence[Entry], period: Period) -> Table:
    """The approvals that were refused in a period, by reason and by what was to be approved, the usual ones first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        for one in entry.fact(SAID):
            if one.what == "rejected" and _within(one.at, period):
                groups.setdefault((one.reason, one.subject), []).append(one.id)
    order = sorted(groups, key=lambda key: (-len(groups[key]), key))
    columns = (
        Column("reason", Message("reason")),
        Column("subject", Message("approval")),
        Column("n", Message("times"), NUMBER),
    )
    rows = [(reason or None, subject or None, len(groups[reason, subject])) for reason, subject in order]
    title = Message("Approvals of offers refused, by reason")
    chart = Bars(title, ("reason", "subject"), ("n",))
    return Table(title, columns, rows, [groups[key] for key in order], "rejections_by_reason", charts=(chart,))


def _pipeline(pipeline: Sequence[Open]) -> Table:
    groups: dict[tuple[str, str], list[Open]] = {}
    for one in pipeline:
        groups.setdefault((one.status, one.gross.currency), []).append(one)
    rows = []
    for status, currency in groups:
        own = groups[status, currency]
        oldest = max((one.age for one in own if one.age is not None), default=None)
        rows.append((status, len(own), total([one.gross for one in own]), oldest))
    columns = (
        Column("status", Message("status")),
        Column("n", Message("offers"), NUMBER),
        Column("gross", Message("sum"), MONEY),
        Column("oldest", Message("oldest"), WALL),
    )
    ids = [[one.id for one in own] for own in groups.values()]
    chart = Bars(Message("Offers without an answer now"), ("status",), ("n",))
    return Table(Message("Offers without an answer now"), columns, rows, ids, "pipeline", charts=(chart,))


# Words


def _finding(figures: Sequence[Figure], period: Period) -> Message:
    values = {figure.name: figure for figure in figures}
    time, wait, won = (values[name] for name in ("time_to_offer", "wait", "win_rate"))
    if not time.n and not won.n:
        return Message("No offer was sent or answered in {period}.", period=period.name)
    if not time.n:
        return _rate(won, period)
    share = round(100 * (wait.value or 0) / time.value) if time.value else 0
    hours = f"{(time.value or 0) / 3600:.1f}"
    took = Message(
        "An offer took {hours} working hours in {period}, {percent} % of them lying.",
        hours=hours,
        period=period.name,
        percent=share,
    )
    return Message("{first} {second}", first=took, second=_rate(won, period)) if won.n else took


def _rate(won: Figure, period: Period) -> Message:
    percent = round(100 * (won.value or 0))
    return Message.plural(
        "Of {n} answer in {period} {percent} % was yes.",
        "Of {n} answers in {period} {percent} % were yes.",
        won.n,
        period=period.name,
        percent=percent,
    )
