"""report clients against a recount, and its rules one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import (
    Event,
    MessageIn,
    OfferAccepted,
    OfferDeclined,
    PromiseBroken,
    Promised,
    Rated,
    Reopened,
    Resolved,
    Taken,
)
from svcctl.model.instants import iso
from svcctl.model.money import Money
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


# Value from offers

WORTH = {"r1": Money(Decimal("100.50"), "RUB"), "r2": Money(Decimal(7), "PLN"), "r3": Money(Decimal("0.01"), "RUB")}


def worth(request_id: str, revision: str) -> Money | None:
    return WORTH.get(revision)


@st.composite
def answered(draw: st.DrawFn, number: int) -> Request:
    deeds: list[tuple[datetime, str, Event]] = []
    for kind in draw(st.lists(st.sampled_from([OfferAccepted, OfferDeclined]), max_size=2)):
        moment = at("2 09:00") + timedelta(days=draw(st.integers(0, 5)), hours=len(deeds))
        deeds.append((moment, "anna", kind(revision=draw(st.sampled_from(["r1", "r2", "r3", "lost"])))))
    return request(f"R-{number}", at("2 09:00"), deeds, client=draw(st.sampled_from(["", "ada", "bob"])))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 6).flatmap(lambda size: st.tuples(*(answered(number) for number in range(size)))))
def test_value_is_the_sum_of_the_offers_answered_last_in_the_period(desk: tuple[Request, ...]) -> None:
    report = clients([entry(one, NOW, None) for one in desk], PERIOD, PERIOD.previous(), NOW, worth)
    expected: dict[tuple[str | None, str | None], list[Any]] = {}
    for one in desk:
        last = one.events[-1] if one.events else None
        if last is None:
            continue
        money = WORTH.get(last.__dict__["revision"])
        row = expected.setdefault((one.client or None, money.currency if money else None), [0, 0, 0, 0, 0])
        kopecks = money.minor() if money else 0
        if PERIOD.start <= last.at < PERIOD.end:
            yes = last.do == "offer_accepted"
            row[0 if yes else 3] += 1
            row[1 if yes else 4] += kopecks
        elif PERIOD.previous().start <= last.at < PERIOD.start:
            row[2] += kopecks * (last.do == "offer_accepted")
        else:
            row.append("elsewhen")
    found = {
        (row["client"], row["currency"]): [
            row["accepted"], minor(row["gross"]), minor(row["previous"]), row["declined"], minor(row["declined_gross"])
        ]
        for row in rows(report, "value")
    }  # fmt: skip
    assert {key: row for key, row in found.items() if any(row)} == {
        key: row[:5] for key, row in expected.items() if any(row[:5])
    }
    shown = [row["currency"] or "" for row in rows(report, "value")]
    assert shown == sorted(shown)


def minor(money: dict[str, str] | None) -> int:
    return int(Decimal(money["amount"]) * 100) if money else 0


def test_sums_of_two_currencies_stay_apart_and_an_unreadable_offer_is_counted_without_a_sum() -> None:
    yes = [(at("2 10:00"), "anna", OfferAccepted(revision=name)) for name in ("r1", "r2", "lost")]
    desk = [request(f"R-{n}", at("2 09:00"), [deed], client="ada") for n, deed in enumerate(yes)]
    report = clients([entry(one, NOW, None) for one in desk], WHOLE, None, NOW, worth)
    assert [tuple(row.values())[:4] for row in rows(report, "value")] == [
        ("ada", None, 1, None),
        ("ada", "PLN", 1, {"amount": "7.00", "currency": "PLN"}),
        ("ada", "RUB", 1, {"amount": "100.50", "currency": "RUB"}),
    ]


def test_without_answers_there_is_no_value() -> None:
    assert rows(made([request("R-1", at("2 09:00"), client="ada")]), "value") == []
