"""report clients against a recount, and its rules one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import (
    Event,
    MessageIn,
    OfferDeclined,
    PromiseBroken,
    Promised,
    Rated,
    Reopened,
    Resolved,
    Taken,
)
from svcctl.model.instants import iso
from svcctl.model.request import Request
from svcctl.reports.clients import clients
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, USUAL, ZONE, at, entry, request, rows

NOW = MONDAY + timedelta(days=14)
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def made(desk: Sequence[Request], period: Period = WHOLE, rules: Any = None, now: datetime = NOW) -> Report:
    return clients([entry(one, now, rules) for one in desk], period, period.previous(), now)


@st.composite
def requests(draw: st.DrawFn, number: int) -> Request:
    opened = MONDAY - timedelta(days=draw(st.integers(0, 400))) + timedelta(days=draw(st.integers(0, 6)), hours=1)
    deeds: list[tuple[datetime, str, Event]] = []
    if draw(st.booleans()):
        deeds.append((opened + timedelta(days=draw(st.integers(0, 200))), "anna", MessageIn(text="hello")))
    if draw(st.booleans()):
        deeds.append((opened + timedelta(days=draw(st.integers(0, 200))), "anna", Resolved(outcome="ok")))
    return request(f"R-{number}", opened, deeds, client=draw(st.sampled_from(["", "ada", "bob"])))


desks = st.integers(0, 6).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


@settings(max_examples=80, deadline=None)
@given(desks)
def test_it_counts_clients_by_their_requests(desk: tuple[Request, ...]) -> None:
    counts = dict.fromkeys(("active", "new", "returning", "silent"), 0)
    for client in ("ada", "bob"):
        own = [one for one in desk if one.client == client and one.opened < PERIOD.end]
        if not own:
            continue
        came = [one for one in own if one.opened >= PERIOD.start]
        counts["active"] += bool(came)
        counts["new"] += len(came) == len(own)
        counts["returning"] += 0 < len(came) < len(own)
        life = [one.opened for one in own] + [
            event.at for one in own for event in one.events if event.do == "message_in" and event.at < PERIOD.end
        ]
        ends = [max((event.at for event in one.events if event.do == "resolved"), default=None) for one in own]
        has_open = any(end is None or end >= PERIOD.end for end in ends)
        silence = PERIOD.end - max(life)
        counts["silent"] += not has_open and timedelta(days=90) < silence <= timedelta(days=365)
    report = made(desk, PERIOD)
    assert {name: report.figure(name).value for name in counts} == counts
    earlier = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]
    assert len(rows(report, "active")) == counts["active"] and len(rows(report, "silent")) == counts["silent"]


def disappointed(*deeds: tuple[datetime, str, Event]) -> Request:
    return request("R-1", at("2 09:00"), deeds, client="ada")


REOPENED = ((at("2 10:00"), "anna", Resolved(outcome="ok")), (at("2 11:00"), "anna", Reopened(why="no")))


def test_one_disappointment_is_bad_luck_and_two_of_one_kind_are_one() -> None:
    twice = [request(f"R-{n}", at("2 09:00"), [*REOPENED], client="ada") for n in range(2)]
    assert made(twice).figure("at_risk").value == 0
    both = disappointed(*REOPENED, (at("3 10:00"), "anna", OfferDeclined(revision="r1", why="dear")))
    report = made([both])
    assert [tuple(row.values()) for row in rows(report, "at_risk")] == [("ada", ["reopened", "offer declined"], 1, 1)]
    assert "Talk to ada" in str(report.finding)


def test_missed_deadlines_and_broken_promises_disappoint_and_ratings_do_not() -> None:
    late = disappointed(
        (at("3 10:00"), "anna", Taken()),
        (at("3 11:00"), "anna", Promised(due=iso(at("3 12:00")), text="call")),
        (at("3 13:00"), "anna", PromiseBroken(why="ill")),
    )
    assert rows(made([late], WHOLE, USUAL), "at_risk")[0]["signs"] == ["deadline missed", "promise broken"]
    rated = disappointed(*REOPENED, (at("3 10:00"), "anna", Rated(score=0)))
    assert made([rated]).figure("at_risk").value == 0


def test_words_and_what_is_left_out() -> None:
    assert str(made([]).finding) == "No client opened a request in 2026-11."
    report = made([request("R-1", at("2 09:00"))])
    assert str(report.notes[0]) == "1 request of this period names no client and is not counted here."
    assert str(made([request("R-1", at("2 09:00"), client="ada")]).finding) == (
        "One client was active in 2026-11, 1 of them new."
    )
