"""The conventions of working time, one test each, and the traps other help desks fell into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from svcctl.model.calendar import Calendar
from svcctl.model.problems import Refused, Usage

OFFICE = {"mon-thu": ["09:00-13:00", "14:00-18:00"], "fri": ["09:00-13:00", "14:00-17:00"]}


def calendar(
    week: dict[str, Any] | None = None,
    zone: str = "Europe/Moscow",
    dates: dict[str, Any] | None = None,
    table: dict[str, Any] | None = None,
) -> Calendar:
    mapping: dict[str, Any] = {"calendar": "office", "timezone": zone, "week": OFFICE if week is None else week}
    mapping |= {"dates": dates} if dates else {}
    mapping |= {"holidays": "own"} if table else {}
    return Calendar.parse(mapping, {"own": {"holidays": "own", "years": table}} if table else {})


def at(text: str, zone: str = "+03:00") -> datetime:
    return datetime.fromisoformat(f"{text}{zone}")


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


def shown(instant: datetime | None) -> str:
    assert instant is not None
    return instant.strftime("%a %d %H:%M") if not instant.second else instant.strftime("%a %d %H:%M:%S")


# 20 November 2026 is a Friday.


def test_an_amount_that_exhausts_an_interval_ends_at_its_closing_instant() -> None:
    office = calendar()
    assert shown(office.add(at("2026-11-20T16:00"), hours(1))) == "Fri 20 17:00"
    assert shown(office.add(at("2026-11-20T12:00"), hours(1))) == "Fri 20 13:00"


def test_one_second_more_ends_after_the_next_opening() -> None:
    assert shown(calendar().add(at("2026-11-20T16:00"), timedelta(seconds=3601))) == "Mon 23 09:00:01"


def test_zero_outside_hours_rolls_to_the_next_opening() -> None:
    office = calendar()
    assert shown(office.add(at("2026-11-21T12:00"), hours(0))) == "Mon 23 09:00"
    assert shown(office.add(at("2026-11-20T17:00"), hours(0))) == "Mon 23 09:00"
    assert shown(office.add(at("2026-11-20T16:59"), hours(0))) == "Fri 20 16:59"


def test_results_stand_in_the_zone_of_the_calendar() -> None:
    due = calendar().add(datetime(2026, 11, 20, 12, tzinfo=UTC), hours(1))
    assert due.isoformat() == "2026-11-20T16:00:00+03:00"


def test_fractions_of_a_second_are_dropped() -> None:
    due = calendar().add(at("2026-11-20T15:00:00.999999"), timedelta(minutes=1, microseconds=7))
    assert due.isoformat() == "2026-11-20T15:01:00+03:00"


def test_the_lunch_break_is_no_working_time() -> None:
    assert calendar().between(at("2026-11-20T12:30"), at("2026-11-20T14:30")) == hours(1)


def test_subtract_is_the_mirror_of_add() -> None:
    office = calendar()
    assert shown(office.subtract(at("2026-11-23T10:00"), hours(2))) == "Fri 20 16:00"
    assert shown(office.subtract(at("2026-11-23T10:00"), hours(1))) == "Mon 23 09:00"
    assert shown(office.subtract(at("2026-11-22T10:00"), hours(0))) == "Fri 20 17:00"
    assert shown(office.subtract(at("2026-11-20T17:00"), hours(0))) == "Fri 20 17:00"
    assert shown(office.subtract(at("2026-11-23T09:00"), hours(0))) == "Mon 23 09:00"


def test_the_day_of_the_start_does_not_count() -> None:
    office = calendar()
    assert shown(office.add_days(at("2026-11-18T00:00"), 1)) == "Thu 19 18:00"
    assert shown(office.add_days(at("2026-11-18T23:59"), 1)) == "Thu 19 18:00"
    assert shown(office.add_days(at("2026-11-18T10:00"), 3)) == "Mon 23 18:00"
    assert shown(office.add_days(at("2026-11-21T10:00"), 1)) == "Mon 23 18:00"


def test_segments_are_cut_at_both_ends() -> None:
    found = calendar().segments(at("2026-11-20T12:00"), at("2026-11-23T10:00"))
    assert [(shown(a), shown(b)) for a, b in found] == [
        ("Fri 20 12:00", "Fri 20 13:00"),
        ("Fri 20 14:00", "Fri 20 17:00"),
        ("Mon 23 09:00", "Mon 23 10:00"),
    ]
    assert calendar().segments(at("2026-11-21T12:00"), at("2026-11-22T10:00")) == []


def test_a_closing_instant_is_not_open() -> None:
    office = calendar()
    assert office.is_open(at("2026-11-20T09:00"))
    assert not office.is_open(at("2026-11-20T17:00"))
    assert not office.is_open(at("2026-11-20T13:30"))
    assert shown(office.next_open(at("2026-11-20T13:30"))) == "Fri 20 14:00"
    assert shown(office.next_open(at("2026-11-20T14:30"))) == "Fri 20 14:30"


# Pauses.


def test_a_pause_is_cut_out_of_the_timeline_not_added_to_the_start() -> None:
    # Paused over the weekend: 65 hours by the wall, of which 1 hour is working time.
    pause = (at("2026-11-20T16:00"), at("2026-11-23T09:00"))
    assert shown(calendar().add(at("2026-11-20T15:00"), hours(2), [pause])) == "Mon 23 10:00"


def test_a_pause_after_the_deadline_changes_nothing() -> None:
    pause = (at("2026-11-20T16:00"), at("2026-11-20T16:30"))
    assert shown(calendar().add(at("2026-11-20T15:00"), hours(1), [pause])) == "Fri 20 16:00"


def test_pauses_may_overlap_and_begin_before_the_clock() -> None:
    pauses = [
        (at("2026-11-20T15:00"), at("2026-11-20T15:30")),
        (at("2026-11-19T12:00"), at("2026-11-20T10:00")),
        (at("2026-11-20T15:20"), at("2026-11-20T15:40")),
    ]
    office = calendar()
    start = at("2026-11-20T09:30")
    assert shown(office.add(start, hours(5), pauses)) == "Fri 20 16:40"
    assert office.between(start, at("2026-11-20T16:40"), pauses) == hours(5)
    assert office.subtract(at("2026-11-20T16:40"), hours(5), pauses) == at("2026-11-20T10:00")


def test_a_pause_shorter_than_a_minute_counts_by_the_second() -> None:
    pause = (at("2026-11-20T15:00:10"), at("2026-11-20T15:00:37"))
    assert shown(calendar().add(at("2026-11-20T15:00"), hours(1), [pause])) == "Fri 20 16:00:27"


def test_an_open_pause_that_swallows_the_deadline_leaves_none() -> None:
    office = calendar()
    pause = (at("2026-11-20T15:00"), None)
    assert office.add(at("2026-11-20T14:00"), hours(2), [pause]) is None
    assert office.add_days(at("2026-11-19T14:00"), 3, [pause]) is None
    assert office.add(at("2026-11-20T14:00"), hours(1), [pause]) == at("2026-11-20T15:00")
    assert office.between(at("2026-11-20T14:00"), at("2026-11-24T18:00"), [pause]) == hours(1)
    assert office.subtract(at("2026-11-24T18:00"), hours(1), [pause]) == at("2026-11-20T14:00")


def test_zero_in_a_pause_rolls_to_its_end() -> None:
    office = calendar()
    pause = (at("2026-11-20T15:00"), at("2026-11-20T15:30"))
    assert shown(office.add(at("2026-11-20T15:00"), hours(0), [pause])) == "Fri 20 15:30"
    assert shown(office.subtract(at("2026-11-20T15:10"), hours(0), [pause])) == "Fri 20 15:00"


def test_a_pause_moves_a_term_of_days_by_the_working_time_it_cuts_out() -> None:
    office = calendar()
    day = (at("2026-11-16T12:00"), at("2026-11-17T12:00"))
    assert shown(office.add_days(at("2026-11-16T10:00"), 2, [day])) == "Thu 19 18:00"
    ten_minutes = (at("2026-11-16T12:00"), at("2026-11-16T12:10"))
    assert shown(office.add_days(at("2026-11-16T10:00"), 2, [ten_minutes])) == "Thu 19 09:10"


# What is refused.


def test_naive_instants_are_refused_with_the_remedy() -> None:
    office, aware, naive = calendar(), at("2026-11-20T15:00"), datetime(2026, 11, 20, 15)  # noqa: DTZ001
    for call in (
        lambda: office.add(naive, hours(1)),
        lambda: office.subtract(naive, hours(1)),
        lambda: office.between(aware, naive),
        lambda: office.add_days(naive, 1),
        lambda: office.is_open(naive),
        lambda: office.add(aware, hours(1), [(naive, None)]),
    ):
        with pytest.raises(Usage, match="has no time zone") as caught:
            call()
        assert "+03:00" in str(caught.value.hint)


def test_a_reversed_range_is_an_error() -> None:
    office, early, late = calendar(), at("2026-11-20T15:00"), at("2026-11-20T15:01")
    for call in (
        lambda: office.between(late, early),
        lambda: office.segments(late, early),
        lambda: office.add(early, hours(1), [(late, early)]),
    ):
        with pytest.raises(Usage, match=r"2026-11-20T15:00:00\+03:00 is before 2026-11-20T15:01:00"):
            call()


def test_a_negative_amount_is_an_error() -> None:
    office, start = calendar(), at("2026-11-20T15:00")
    for call in (lambda: office.add(start, hours(-1)), lambda: office.subtract(start, hours(-1))):
        with pytest.raises(Usage, match="less than no working time"):
            call()
    for days in (0, -1):
        with pytest.raises(Usage, match="has no deadline"):
            office.add_days(start, days)


def test_absurd_amounts_end_at_a_horizon_and_never_loop() -> None:
    office, start = calendar(), at("2026-11-20T15:00")
    with pytest.raises(Refused, match="more than fifty years"):
        office.add(start, timedelta.max)
    for call in (
        lambda: office.add(start, timedelta(days=50 * 365)),
        lambda: office.subtract(start, timedelta(days=50 * 365)),
        lambda: office.add_days(start, 10**9),
        lambda: office.is_open(datetime.max.replace(tzinfo=UTC)),
        lambda: office.is_open(datetime.min.replace(tzinfo=UTC)),
    ):
        with pytest.raises(Refused, match="for the years 1900 to 2199"):
            call()


def test_a_calendar_of_a_few_dates_ends_at_the_horizon() -> None:
    fair = calendar(week={}, dates={"2026-11-21": ["10:00-16:00"]})
    assert shown(fair.add(at("2026-11-20T15:00"), hours(6))) == "Sat 21 16:00"
    with pytest.raises(Refused, match="for the years 1900 to 2199"):
        fair.add(at("2026-11-20T15:00"), hours(7))
