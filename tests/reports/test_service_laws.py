"""The service report against a slow recomputation, over random small desks with whatever can happen in them.

The oracle reads the events again: it folds every prefix of a record anew, counts working time minute by minute and
takes its statistics from the standard library.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import (
    Accepted,
    Assigned,
    Cancelled,
    Event,
    HandedOff,
    MergedInto,
    MessageOut,
    Noted,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Taken,
    Waiting,
)
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request, fold
from svcctl.reports.cases import open_spans
from svcctl.reports.facts import Entry
from svcctl.reports.figures import Figure
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from svcctl.reports.service import service
from tests.reports.desks import MONDAY, USUAL, ZONE, entry, request, worked

NOW = MONDAY + timedelta(days=14)
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
PEOPLE = ("anna", "boris", "vera")

deeds = st.sampled_from(
    [
        Taken(),
        Taken(department="logistics"),
        Assigned(to="boris"),
        HandedOff(to="vera"),
        Accepted(),
        Returned(why="no"),
        MessageOut(text="hello"),
        Noted(text="x"),
        Waiting(for_="client"),
        Waiting(for_="supplier"),
        Resumed(),
        Resolved(outcome="ok"),
        Resolved(outcome="ok"),
        Reopened(why="no"),
        Reopened(why="no"),
        Cancelled(why="no"),
        MergedInto(into="R-x"),
    ]
)


@st.composite
def requests(draw: st.DrawFn, number: int = 0, least: int = 0) -> Request:
    """A request with up to eight deeds, each at least so many minutes after the one before."""
    steps = st.tuples(st.integers(least, 1500), st.sampled_from(PEOPLE), deeds)
    opened = MONDAY + timedelta(minutes=draw(st.integers(0, 6000)))
    moment, happened = opened, []
    for minutes, by, event in draw(st.lists(steps, max_size=8)):
        moment += timedelta(minutes=minutes)
        happened.append((moment, by, event))
    channel, department = draw(st.sampled_from(["", "phone"])), draw(st.sampled_from(["", "sales"]))
    return request(f"R-{number}", opened, happened, channel=channel, department=department)


def of_size(least: int) -> st.SearchStrategy[tuple[Request, ...]]:
    return st.integers(0, 5).flatmap(lambda size: st.tuples(*(requests(number, least) for number in range(size))))


desks = of_size(0)
# Moments go back now and then, as other machines' clocks do.
skewed_desks = of_size(-40)


def made(
    desk: Sequence[Request], by: str = "department", period: Period = PERIOD, rules: Regulation | None = USUAL
) -> Report:
    return service([entry(one, NOW, rules) for one in desk], period, period.previous(), NOW, by)


# The oracle


def during(moment: datetime | None, period: Period = PERIOD) -> bool:
    return moment is not None and period.start <= moment < period.end


def prefixes(of: Request) -> Iterator[tuple[Event, Request, Request]]:
    """Each event with the request as it was before and after it."""
    for n, event in enumerate(of.events):
        yield event, fold(of.header, of.events[:n]), fold(of.header, of.events[: n + 1])


def last_resolved(of: Request) -> tuple[datetime, str] | None:
    if of.status != "resolved":
        return None
    found = [
        (event.at, event.by)
        for event, before, _ in prefixes(of)
        if event.do == "resolved" and before.status != "resolved"
    ]
    return found[-1]


def moves(of: Request) -> list[tuple[datetime, bool]]:
    """When the request was closed (True) or reopened (False), by moments that never go back."""
    reached, found = of.opened, []
    for event, before, after in prefixes(of):
        if event.do in ("resolved", "cancelled", "merged_into", "reopened"):
            reached = max(reached, event.at)
        if before.closed != after.closed:
            found.append((reached, after.closed))
    return found


def is_open_before(of: Request, moment: datetime) -> bool:
    closed = [is_closed for at, is_closed in moves(of) if at < moment]
    return of.opened < moment and not (closed and closed[-1])


def first_contact(of: Request) -> bool:
    early = [
        event
        for event, before, _ in prefixes(of)
        if event.do == "reopened"
        and before.status == "resolved"
        and event.at - before.resolutions[-1][0] <= timedelta(days=7)
    ]
    first = next((event.by for event, before, after in prefixes(of) if after.picked_up and not before.picked_up), None)
    found = last_resolved(of)
    assert found is not None
    handed = any(event.do == "handed_off" for event in of.events)
    return not handed and not early and found[1] == (first or found[1])


def time_of(of: Request, end: datetime) -> int:
    return worked(of.opened, end) if end > of.opened else 0


def resolution(of: Request, end: datetime) -> int:
    waits = [(max(wait.start, of.opened), min(wait.end or end, end)) for wait in of.waits if wait.for_ == "client"]
    return worked(of.opened, end, waits) if end > of.opened else 0


def agrees(figure: Figure, values: Sequence[int]) -> bool:
    if not values:
        return (figure.n, figure.value, figure.median, figure.p90) == (0, None, None, None)
    exact = [Fraction(value) for value in values]
    p90 = statistics.quantiles(exact, n=10, method="inclusive")[8] if len(exact) > 1 else exact[0]
    wanted = [
        (figure.value, statistics.mean(exact)),
        (figure.median, statistics.median(exact)),
        (figure.p90, p90),
    ]
    return figure.n == len(values) and all(abs(Fraction(got or 0) - want) <= Fraction(1, 2) for got, want in wanted)


def is_share(figure: Figure, outcomes: Sequence[bool]) -> bool:
    return figure.value == (sum(outcomes) / len(outcomes) if outcomes else None) and figure.n == len(outcomes)


# The laws


@settings(max_examples=60, deadline=None)
@given(skewed_desks)
def test_times_and_first_contact_are_what_the_events_say(desk: tuple[Request, ...]) -> None:
    report = made(desk, rules=None)
    came = [one for one in desk if during(one.opened)]
    done = [(one, found[0]) for one in desk if (found := last_resolved(one)) and during(found[0])]
    assert agrees(report.figure("pickup"), [time_of(one, one.picked_up) for one in came if one.picked_up])
    assert agrees(report.figure("first_response"), [time_of(one, one.first_answer) for one in came if one.first_answer])
    assert agrees(report.figure("resolution"), [resolution(one, end) for one, end in done])
    assert is_share(report.figure("first_contact_resolution"), [first_contact(one) for one, _ in done])


@settings(max_examples=60, deadline=None)
@given(skewed_desks)
def test_the_backlog_is_what_the_events_say_and_adds_up(desk: tuple[Request, ...]) -> None:
    report = made(desk, rules=None)
    changes = [(at, closed) for one in desk for at, closed in moves(one)]
    counts = {
        "backlog_start": sum(is_open_before(one, PERIOD.start) for one in desk),
        "arrived": sum(during(one.opened) for one in desk),
        "reopened": sum(during(at) and not closed for at, closed in changes),
        "finished": sum(during(at) and closed for at, closed in changes),
        "backlog_end": sum(is_open_before(one, PERIOD.end) for one in desk),
    }
    assert {name: report.figure(name).value for name in counts} == counts
    assert (
        counts["backlog_start"] + counts["arrived"] + counts["reopened"] - counts["finished"] == counts["backlog_end"]
    )


@settings(max_examples=60, deadline=None)
@given(desks)
def test_on_time_is_what_the_clocks_say(desk: tuple[Request, ...]) -> None:
    outcomes: dict[str, list[bool]] = {"on_time": [], "on_time_pickup": [], "on_time_resolve": []}
    for one in desk:
        for clock in entry(one, NOW).clocks:
            run = clock.run
            at_the_end = run.started < PERIOD.end and (run.stopped is None or run.stopped >= PERIOD.end)
            late = at_the_end and clock.due is not None and clock.due < PERIOD.end
            if during(run.stopped) or late:
                for name in ("on_time", f"on_time_{run.name}"):
                    outcomes[name].append(during(run.stopped) and clock.verdict == "met")
    report = made(desk)
    for figure in report.figures:
        if figure.name in outcomes:
            assert is_share(figure, outcomes[figure.name])


@settings(max_examples=40, deadline=None)
@given(desks, st.sampled_from(["department", "owner", "type", "channel"]))
def test_the_groups_add_up_to_the_whole(desk: tuple[Request, ...], by: str) -> None:
    report = made(desk, by)
    tables = {table.name: table for table in report.tables}
    for name in ("pickup", "first_response", "resolution"):
        assert sum(_number(row[1]) for row in tables[f"{name}_by_{by}"].rows) == report.figure(name).n
    backlog = [
        report.figure(name).value for name in ("backlog_start", "arrived", "reopened", "finished", "backlog_end")
    ]
    rows = tables[f"backlog_by_{by}"].rows
    assert [sum(_number(row[place]) for row in rows) for place in range(1, 6)] == backlog
    for row in rows:
        start, arrived, reopened, finished, end = map(_number, row[1:])
        assert start + arrived + reopened - finished == end


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


@settings(max_examples=30, deadline=None)
@given(desks)
def test_before_is_the_report_of_the_period_before(desk: tuple[Request, ...]) -> None:
    report, earlier = made(desk), made(desk, period=PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]


@settings(max_examples=30, deadline=None)
@given(desks)
def test_every_figure_is_made_of_the_requests_it_lists(desk: tuple[Request, ...]) -> None:
    ids = {one.id for one in desk}
    for figure in made(desk).figures:
        assert len(figure.behind) == figure.n
        assert {sample.id for sample in figure.behind} <= ids


@settings(max_examples=60, deadline=None)
@given(requests(least=-40))
def test_a_request_is_open_in_spans_that_end_as_the_record_does(one: Request) -> None:
    spans: list[Any] = [moment for span in open_spans(one) for moment in span]
    known = [moment for moment in spans if moment is not None]
    assert known == sorted(known)
    assert (spans[-1] is None) == (not one.closed)


@settings(max_examples=30, deadline=None)
@given(desks)
def test_the_order_of_the_requests_changes_nothing(desk: tuple[Request, ...]) -> None:
    there, back = made(desk), made(desk[::-1])
    assert [figure.as_json() for figure in there.figures] == [figure.as_json() for figure in back.figures]
    assert [list(table.rows) for table in there.tables] == [list(table.rows) for table in back.tables]


def test_an_entry_needs_no_clocks_for_its_times() -> None:
    one = request("R-1", PERIOD.start + timedelta(hours=9), [(PERIOD.start + timedelta(hours=10), "anna", Taken())])
    report = service([Entry(one, (), entry(one, NOW).calendar)], PERIOD, None, NOW)
    assert report.figure("pickup").value == 3600


@settings(max_examples=40, deadline=None)
@given(desks)
def test_the_last_row_of_the_trend_is_the_report_itself(desk: tuple[Request, ...]) -> None:
    entries = [entry(one, NOW) for one in desk]
    report = service(entries, PERIOD, None, NOW)
    trend = next(table for table in report.tables if table.name == "trend")
    names = [column.name for column in trend.columns]
    for row in trend.rows[-1:]:
        shown = dict(zip(names, row, strict=True))
        assert shown["period"] == PERIOD.name
        for name in ("arrived", "finished", "backlog_end", "on_time"):
            assert shown[name] == report.figure(name).value
        resolution = report.figure("resolution")
        assert (shown["resolution_median"], shown["resolution_p90"]) == (resolution.median, resolution.p90)
    if not trend.rows:
        assert not any(report.figure(name).value for name in ("arrived", "finished", "backlog_end"))
    others = [service(entries, parse_period(str(row[0]), ZONE, NOW), None, NOW) for row in trend.rows[:-1]]
    assert [row[1] for row in trend.rows[:-1]] == [other.figure("arrived").value for other in others]
