"""report channels against a recount, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Event, MessageOut, Resolved
from svcctl.model.request import Request
from svcctl.model.settings import Channel
from svcctl.reports.channels import channels
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from tests.reports.desks import MONDAY, ZONE, at, entry, request, rows, table, worked
from tests.reports.lives import NOW

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)
KNOWN = {"phone": Channel("phone", "phone", hours="office hours")}


def made(desk: Sequence[Request], period: Period = WHOLE) -> Report:
    return channels([entry(one, NOW, None) for one in desk], period, period.previous(), KNOWN)


@st.composite
def requests(draw: st.DrawFn, number: int) -> Request:
    opened = MONDAY + timedelta(minutes=draw(st.integers(0, 9000)))
    deeds: list[tuple[datetime, str, Event]] = []
    if draw(st.booleans()):
        deeds.append((opened + timedelta(minutes=draw(st.integers(-30, 3000))), "anna", MessageOut(text="hello")))
    if draw(st.booleans()):
        deeds.append((opened + timedelta(minutes=4000), "anna", Resolved(outcome="ok")))
    return request(f"R-{number}", opened, deeds, channel=draw(st.sampled_from(["", "phone", "email"])))


desks = st.integers(0, 6).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


def is_open(moment: datetime) -> bool:
    return moment.weekday() < 5 and (9 <= moment.hour < 13 or 14 <= moment.hour < 18)


@settings(max_examples=60, deadline=None)
@given(desks)
def test_it_counts_who_came_when_and_was_answered(desk: tuple[Request, ...]) -> None:
    came = [one for one in desk if PERIOD.start <= one.opened < PERIOD.end]
    answered = [one for one in came if one.first_answer is not None]
    report = made(desk, PERIOD)
    assert report.figure("arrived").value == len(came)
    assert report.figure("unanswered").value == len(came) - len(answered)
    assert report.figure("unanswered_open").value == sum(
        one.first_answer is None and one.status != "resolved" for one in came
    )
    times = [worked(one.opened, max(one.first_answer, one.opened)) for one in answered if one.first_answer]
    assert sorted(sample.value for sample in report.figure("first_response").behind) == sorted(times)
    outside = sum(not is_open(one.opened) for one in came)
    assert report.figure("outside").value == (outside / len(came) if came else None)
    for row in rows(report, "arrivals_by_hour"):
        assert row["n"] == sum(one.opened.hour == int(row["hour"][:2]) for one in came)
    for number, row in enumerate(rows(report, "arrivals_by_weekday")):
        assert row["n"] == sum(one.opened.weekday() == number for one in came)
    for row in rows(report, "arrivals_by_channel"):
        assert row["n"] == sum(one.channel == (row["channel"] or "") for one in came)
    earlier = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]


def test_a_channel_is_shown_with_the_hours_it_promises() -> None:
    night = request("R-1", at("3 23:00"), channel="phone")
    day = request("R-2", at("3 10:00"), [(at("3 11:00"), "anna", MessageOut(text="x"))], channel="email")
    report = made([night, day])
    found = {row["channel"]: row for row in rows(report, "arrivals_by_channel")}
    assert (found["phone"]["hours"], found["phone"]["outside"], found["phone"]["unanswered"]) == ("office hours", 1, 1)
    assert (found["email"]["hours"], found["email"]["median_s"], found["email"]["unanswered"]) == (None, HOUR, 0)
    assert table(report, "arrivals_by_hour").ids[23] == ["R-1"]
    assert [row["weekday"] for row in rows(report, "arrivals_by_weekday") if row["n"]] == ["Tuesday"]
    assert str(report.finding) == ("2 requests arrived in 2026-11; 1 of them outside working time, 1 never answered.")


def test_an_hour_is_of_the_desks_zone() -> None:
    warsaw = parse_period("2026-11", ZoneInfo("Europe/Warsaw"), NOW)
    assert table(made([request("R-1", at("3 00:30"))], warsaw), "arrivals_by_hour").ids[22] == ["R-1"]


def test_an_empty_period_is_told_in_words() -> None:
    report = made([])
    assert str(report.finding) == "No request arrived in 2026-11."
    assert all(not one.rows for one in report.tables)


@settings(max_examples=40, deadline=None)
@given(desks)
def test_weekday_against_hour_adds_up_to_both(desk: tuple[Request, ...]) -> None:
    report = made(desk)
    grid = rows(report, "arrivals_by_weekday_and_hour")
    if not report.figure("arrived").n:
        assert grid == []
        return
    hours = [name for name in grid[0] if name != "weekday"]
    days = {row["weekday"]: row["n"] for row in rows(report, "arrivals_by_weekday")}
    assert {row["weekday"]: sum(row[hour] for hour in hours) for row in grid} == days
    came = {f"h{row['hour'][:2]}": row["n"] for row in rows(report, "arrivals_by_hour")}
    assert {hour: sum(row[hour] for row in grid) for hour in hours} == {hour: came[hour] for hour in hours}
    assert sum(came[hour] for hour in hours) == report.figure("arrived").n
