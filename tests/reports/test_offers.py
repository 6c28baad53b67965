"""report offers: times against working minutes counted one by one, and every rule of what counts where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.events import (
    Accepted,
    HandedOff,
    OfferAccepted,
    OfferApproved,
    OfferDeclined,
    OfferDrafted,
    OfferRejected,
    OfferSent,
    Redacted,
    Resumed,
    Returned,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.money import Money
from svcctl.model.request import Request, fold
from svcctl.reports.offers import Open, offers, rejections_by_reason
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import ZONE, at, entry, request, rows, worked
from tests.reports.lives import DEPARTMENTS, NOW, requests

HOUR = 3600
WHOLE = parse_period("2026-11", ZONE, NOW)
WEEK = parse_period("2026-W45", ZONE, NOW)
SUMS = {"r1": Money(Decimal(100), "RUB"), "r2": Money(Decimal(90), "RUB"), "r3": Money(Decimal(7), "EUR")}


def made(desk: Sequence[Request], period: Period = WHOLE, pipeline: Sequence[Open] = ()) -> Report:
    found = [entry(one, NOW, None) for one in desk]
    department_of = lambda word: DEPARTMENTS.get(word, "")  # noqa: E731 - as reports take it
    worth = lambda request_id, revision: SUMS.get(revision)  # noqa: E731
    return offers(found, period, period.previous(), NOW, department_of, pipeline, worth)


def value(report: Report, name: str) -> Any:
    return report.figure(name).value


def usual(name: str = "R-1", *more: tuple[datetime, str, Any]) -> Request:
    """Opened Monday 9:00, taken 10:00, handed to logistics 11:00, accepted 12:00, back 15:00, sent 17:00."""
    return request(
        name,
        at("2 9:00"),
        [
            (at("2 10:00"), "anna", Taken(department="sales")),
            (at("2 11:00"), "anna", HandedOff(to="boris", note="delivery?")),
            (at("2 12:00"), "boris", Accepted(department="logistics")),
            (at("2 15:00"), "boris", HandedOff(to="anna", note="42 000")),
            (at("2 15:30"), "anna", Accepted(department="sales")),
            (at("2 16:00"), "anna", OfferDrafted(revision="r1")),
            (at("2 17:00"), "anna", OfferSent(revision="r1")),
            *more,
        ],
        department="sales",
    )


def test_the_time_to_the_first_sending_is_split_into_touch_and_wait_by_department() -> None:
    # What comes after it changes nothing: a later sending, work, a return.
    after = [
        (at("3 9:00"), "anna", Worked(minutes=600)),
        (at("3 10:00"), "anna", HandedOff(to="boris", note="x")),
        (at("3 11:00"), "boris", Returned(why="no")),
        (at("4 12:00"), "anna", OfferSent(revision="r1")),
    ]
    for one in (usual(), usual("R-1", *after)):
        report = made([one])
        # 9-13 and 14-17 are seven working hours; anna had it 10-11 and 15:30-17, boris 12-13 and 14-15.
        assert value(report, "time_to_offer") == 7 * HOUR
        assert (value(report, "touch"), value(report, "wait")) == (int(4.5 * HOUR), int(2.5 * HOUR))
        assert value(report, "time_to_offer_wall") == 8 * HOUR
        assert value(report, "sent") == 1
        assert {row["department"]: (row["touch_s"], row["wait_s"]) for row in rows(report, "time_by_department")} == {
            "sales": (int(2.5 * HOUR), int(1.5 * HOUR)),
            "logistics": (2 * HOUR, HOUR),
        }
        assert str(report.finding) == "An offer took 7.0 working hours in 2026-11, 36 % of them lying."


def test_waiting_for_the_client_is_nobody_s_time() -> None:
    one = request(
        "R-1",
        at("2 9:00"),
        [
            (at("2 10:00"), "anna", Taken()),
            (at("2 11:00"), "anna", Waiting(for_="client")),
            (at("3 11:00"), "anna", Resumed()),
            (at("3 12:00"), "anna", OfferDrafted(revision="r1")),
            (at("3 12:00"), "anna", OfferSent(revision="r1")),
        ],
    )
    report = made([one])
    assert (value(report, "time_to_offer"), value(report, "time_to_offer_wall")) == (3 * HOUR, 3 * HOUR)


def test_it_counts_to_the_period_of_the_first_sending() -> None:
    again = usual("R-1", (at("10 9:00"), "anna", OfferSent(revision="r2")))
    assert value(made([again], WEEK), "sent") == 1
    later = made([again], parse_period("2026-W46", ZONE, NOW))
    assert value(later, "sent") == 0
    assert later.figure("sent").previous == 1
    assert str(made([], WEEK).finding) == "No offer was sent or answered in 2026-W45."


def test_the_last_answer_counts_once_with_its_sum() -> None:
    won = usual(
        "R-1",
        (at("3 9:00"), "anna", OfferDeclined(revision="r1", why="dear", reason="price")),
        (at("4 9:00"), "anna", OfferDrafted(revision="r2")),
        (at("5 9:00"), "anna", OfferAccepted(revision="r2")),
    )
    lost = [
        usual(f"R-{n}", (at("5 9:00"), "anna", OfferDeclined(revision="r1", why="w", reason="price"))) for n in (2, 3)
    ]
    other = usual("R-4", (at("5 9:00"), "anna", OfferDeclined(revision="r3", why="too late")))
    report = made([won, *lost, other])
    assert (value(report, "accepted"), value(report, "declined"), value(report, "win_rate")) == (1, 3, 0.25)
    assert value(report, "revisions") == 1
    found = [(row["answer"], row["reason"], row["n"], row["gross"]) for row in rows(report, "answers_by_reason")]
    assert found == [
        ("accepted", None, 1, {"amount": "90.00", "currency": "RUB"}),
        ("declined", "price", 2, {"amount": "200.00", "currency": "RUB"}),
        ("declined", "too late", 1, {"amount": "7.00", "currency": "EUR"}),
    ]
    by = [(row["revisions"], row["n"], row["accepted"]) for row in rows(report, "answers_by_revisions")]
    # The answer to r3 names a revision that nobody drafted here: it is one of two that this record knows.
    assert by == [(1, 2, 0), (2, 2, 1)]
    assert "Of 4 answers in 2026-11 25 % were yes." in str(report.finding)
    assert value(made([won], WEEK), "win_rate") == 1


def test_refused_approvals_are_counted_by_reason_and_subject() -> None:
    desk = [
        usual(
            "R-1",
            (at("3 9:00"), "petrova", OfferRejected(revision="r1", why="dear", reason="price", subject="approve")),
            (at("3 10:00"), "kim", OfferRejected(revision="r1", why="duty of 2025", subject="duty")),
            (at("3 11:00"), "petrova", OfferApproved(revision="r1", subject="approve")),
        ),
        usual(
            "R-2", (at("3 9:00"), "petrova", OfferRejected(revision="r1", why="x", reason="price", subject="approve"))
        ),
    ]
    report = made(desk)
    assert value(report, "rejections") == 3
    found = [(row["reason"], row["subject"], row["n"]) for row in rows(report, "rejections_by_reason")]
    assert found == [("price", "approve", 2), ("duty of 2025", "duty", 1)]
    assert rejections_by_reason([entry(one, NOW, None) for one in desk], WEEK.previous()).rows == []


def test_redacted_words_are_no_reason() -> None:
    rejected = usual("R-1", (at("3 9:00"), "petrova", OfferRejected(revision="r1", why="a client's secret")))
    secret = rejected.events[-1].id
    redacted = Redacted(event=secret, why="personal").stamped(id="x", n=99, prev="", at=at("4 9:00"), by="petrova")
    report = made([fold(rejected.header, [*rejected.events, redacted])])
    assert [row["reason"] for row in rows(report, "rejections_by_reason")] == [None]


def test_the_pipeline_has_sums_by_status_and_currency_and_the_oldest() -> None:
    rub, eur = SUMS["r1"], SUMS["r3"]
    found = made(
        [], WHOLE, [Open("R-1", "draft", rub, 60), Open("R-2", "draft", rub, None), Open("R-3", "sent", eur, 9)]
    )
    assert [(row["status"], row["n"], row["gross"]["amount"], row["oldest_s"]) for row in rows(found, "pipeline")] == [
        ("draft", 2, "200.00", 60),
        ("sent", 1, "7.00", 9),
    ]
    assert [list(ids) for ids in found.tables[-1].ids] == [["R-1", "R-2"], ["R-3"]]


@given(requests(), st.integers(0, 9))
def test_touch_and_wait_are_the_open_working_time_before_the_sending(of: Request, place: int) -> None:
    events = [event for event in of.events[:place] if event.do not in ("waiting", "resolved", "cancelled", "worked")]
    last = max([of.opened, *(event.at for event in events)])
    moment = last + timedelta(minutes=30)
    sent = OfferSent(revision="r1").stamped(id="sent", n=place + 100, prev="", at=moment, by="anna")
    report = made([fold(of.header, [*events, sent])], parse_period("2026", ZONE, NOW))
    whole = value(report, "touch") + value(report, "wait")
    assert whole == value(report, "time_to_offer")
    if not fold(of.header, events).closed:
        assert whole == worked(of.opened, moment)
