"""The conventions of working time, one test each, and the traps other help desks fell into."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert shown(office.subtract(at("2026-11-20T15:30"), hours(0), [pause])) == "Fri 20 15:30"
    at_opening = (at("2026-11-23T09:00"), None)
    assert shown(office.subtract(at("2026-11-23T09:00"), hours(0), [at_opening])) == "Fri 20 17:00"
    until_close = (at("2026-11-20T16:30"), at("2026-11-20T17:00"))
    assert shown(office.subtract(at("2026-11-20T17:00"), hours(0), [until_close])) == "Fri 20 16:30"


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


# Traps other help desks fell into.


ALWAYS = {"mon-sun": ["00:00-24:00"]}


def test_round_the_clock_loses_no_minute_a_night() -> None:
    always = calendar(week=ALWAYS)
    assert always.add(at("2026-11-20T15:00"), hours(240)) == at("2026-11-30T15:00")
    assert always.between(at("2026-11-01T00:00"), at("2026-12-01T00:00")) == timedelta(days=30)
    assert len(always.segments(at("2026-11-01T00:00"), at("2026-12-01T00:00"))) == 1


def test_a_day_may_close_at_24_00_and_the_next_open_at_00_00() -> None:
    late = calendar(week={"mon": ["18:00-24:00"], "tue": ["00:00-02:00"], "wed": ["20:00-00:00"]})
    assert late.between(at("2026-11-23T00:00"), at("2026-11-26T00:00")) == hours(12)
    assert shown(late.add(at("2026-11-23T18:00"), hours(7))) == "Tue 24 01:00"
    assert late.add_days(at("2026-11-22T18:00"), 1) == at("2026-11-24T00:00")


def test_a_sunday_of_25_hours_is_counted_once_and_whole() -> None:
    always = calendar(week=ALWAYS, zone="Europe/Warsaw")
    assert always.between(at("2026-10-25T00:00", "+02:00"), at("2026-10-26T00:00", "+01:00")) == hours(25)
    assert always.between(at("2026-03-29T00:00", "+01:00"), at("2026-03-30T00:00", "+02:00")) == hours(23)
    due = always.add(at("2026-10-25T00:00", "+02:00"), hours(24))
    assert due.isoformat() == "2026-10-25T23:00:00+01:00"


def test_hours_in_a_fold_begin_and_end_at_its_first_pass() -> None:
    night = calendar(week={"sun": ["01:00-02:30"], "mon": ["09:00-10:00"]}, zone="Europe/Warsaw")
    segments = night.segments(at("2026-10-25T00:00", "+02:00"), at("2026-10-26T00:00", "+01:00"))
    assert [(a.isoformat(), b.isoformat()) for a, b in segments] == [
        ("2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00")
    ]


def test_hours_in_a_gap_are_moved_past_it_or_vanish() -> None:
    spring = (at("2026-03-29T00:00", "+01:00"), at("2026-03-30T00:00", "+02:00"))
    gone = calendar(week={"sun": ["02:00-03:00"], "mon": ["09:00-10:00"]}, zone="Europe/Warsaw")
    assert gone.segments(*spring) == []
    assert gone.add_days(at("2026-03-28T12:00", "+01:00"), 1) == at("2026-03-30T10:00", "+02:00")
    moved = calendar(week={"sun": ["02:15-02:45"]}, zone="Europe/Warsaw")
    assert [a.isoformat() for a, _ in moved.segments(*spring)] == ["2026-03-29T03:15:00+02:00"]


def test_a_zone_that_changes_its_clocks_at_midnight() -> None:
    always = calendar(week=ALWAYS, zone="America/Santiago")
    assert always.between(at("2026-09-05T00:00", "-04:00"), at("2026-09-07T00:00", "-03:00")) == hours(47)


NIGHTS = {"mon-fri": ["22:00-06:00"]}


def test_a_shift_past_midnight_belongs_to_the_day_it_opens() -> None:
    nights = calendar(week=NIGHTS)
    assert nights.is_open(at("2026-11-21T05:59"))  # Friday's shift, on Saturday morning
    assert not nights.is_open(at("2026-11-23T05:59"))
    assert shown(nights.add_days(at("2026-11-19T12:00"), 1)) == "Sat 21 06:00"


def test_the_part_of_a_shift_that_runs_into_a_day_off_is_off() -> None:
    nights = calendar(week=NIGHTS, dates={"2026-11-18": "off"}, table={"2026": {"off": ["2026-11-21"]}})
    assert nights.is_open(at("2026-11-17T23:59"))
    assert not nights.is_open(at("2026-11-18T00:00"))
    assert not nights.is_open(at("2026-11-19T05:00"))  # it would belong to Wednesday, which is off
    assert shown(nights.add_days(at("2026-11-19T12:00"), 1)) == "Sat 21 00:00"


def test_a_shift_runs_over_the_end_of_a_month_and_of_a_year() -> None:
    nights = calendar(week={"mon-sun": ["22:00-06:00"]})
    assert nights.between(at("2026-12-31T12:00"), at("2027-01-01T12:00")) == hours(8)
    assert shown(calendar(week={"mon-sun": ["22:00-06:00"]}).add(at("2027-01-01T01:00"), hours(5))) == "Fri 01 06:00"


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    moments = [at(f"{year}-0{month}-10T11:30") for year in (2026, 2019, 2030, 2024) for month in (3, 1, 9)]
    seasoned, work = calendar(week=NIGHTS | {"sat": ["10:00-12:00"]}), hours(31)
    for moment in moments:
        fresh = calendar(week=NIGHTS | {"sat": ["10:00-12:00"]})
        assert seasoned.add(moment, work) == fresh.add(moment, work)
        assert seasoned.subtract(moment, work) == calendar(week=NIGHTS | {"sat": ["10:00-12:00"]}).subtract(
            moment, work
        )
        assert seasoned.add_days(moment, 4) == fresh.add_days(moment, 4)


def test_a_shift_that_opened_before_the_first_month_asked_about_counts() -> None:
    nights = calendar(week={"mon-sun": ["22:00-06:00"]}, zone="UTC")
    assert nights.is_open(at("2027-01-01T01:00", "+00:00"))
    assert nights.is_open(at("2026-01-01T01:00", "+00:00"))
    assert nights.between(at("2026-01-01T00:00", "+00:00"), at("2026-01-01T12:00", "+00:00")) == hours(6)


def test_a_night_shift_over_a_change_of_the_clocks_counts_real_hours() -> None:
    nights = calendar(week={"sat": ["22:00-06:00"]}, zone="Europe/Warsaw")
    assert nights.between(at("2026-10-24T12:00", "+02:00"), at("2026-10-26T12:00", "+01:00")) == hours(9)
    assert nights.between(at("2026-03-28T12:00", "+01:00"), at("2026-03-30T12:00", "+02:00")) == hours(7)


def test_the_end_of_a_month_is_no_end_of_working_time() -> None:
    assert calendar().between(at("2026-11-30T12:00"), at("2026-12-01T12:00")) == hours(8)


def test_the_closing_before_the_first_month_asked_about_is_found() -> None:
    mondays = calendar(week={"mon": ["09:00-17:00"]})
    assert mondays.subtract(at("2026-11-01T12:00"), hours(0)) == at("2026-10-26T17:00")


def test_going_back_for_years_keeps_count() -> None:
    for years in (1, 3, 20):
        office, work, end = calendar(), hours(2000 * years), at("2026-03-10T11:30")
        start = office.subtract(end, work)
        assert calendar().between(start, end) == work
        assert office.between(start, end) == work
        assert office.add(start, work) == end


# Weeks, dates and tables.


def test_days_of_the_week_may_wrap_around() -> None:
    weekend = calendar(week={"sat-mon": ["10:00-12:00"]})
    assert weekend.between(at("2026-11-20T00:00"), at("2026-11-27T00:00")) == hours(6)
    assert calendar(week={"SUN": "10:00 - 12:00"}).is_open(at("2026-11-22T10:00"))


def test_intervals_may_stand_in_any_order() -> None:
    assert calendar(week={"mon": ["14:00-18:00", "9:00-13:00"]}).next_open(at("2026-11-23T00:00")).hour == 9


def test_a_short_day_closes_an_hour_earlier() -> None:
    office = calendar(dates={"2026-12-30": "short"})
    assert shown(office.add_days(at("2026-12-29T10:00"), 1)) == "Wed 30 17:00"


def test_a_short_day_loses_an_hour_of_work_even_if_its_last_interval_is_shorter() -> None:
    week = {"wed": ["09:00-13:00", "14:00-14:20"], "thu": ["09:00-09:45"]}
    desk = calendar(week=week, dates={"2026-11-18..2026-11-19": "short"})
    assert desk.between(at("2026-11-18T00:00"), at("2026-11-19T00:00")) == timedelta(hours=3, minutes=20)
    assert shown(desk.add_days(at("2026-11-17T10:00"), 1)) == "Wed 18 12:20"
    assert not desk.is_open(at("2026-11-19T09:00"))


def test_a_working_saturday_takes_the_hours_of_the_day_it_was_swapped_with() -> None:
    table = {"2026": {"work": {"2026-11-14": "2026-11-20", "2026-11-21": "mon"}, "short": ["2026-11-21"]}}
    office = calendar(table=table)
    assert shown(office.add_days(at("2026-11-13T10:00"), 1)) == "Sat 14 17:00"
    assert shown(office.add_days(at("2026-11-20T10:00"), 1)) == "Sat 21 17:00"
    own = calendar(table=table, dates={"2026-11-14": "work", "2026-11-21": "short"})
    assert shown(own.add_days(at("2026-11-13T10:00"), 1)) == "Sat 14 17:00"
    assert shown(own.add_days(at("2026-11-20T10:00"), 1)) == "Sat 21 17:00"


def test_a_working_date_nobody_swapped_works_like_the_last_working_day_before_it() -> None:
    office = calendar(dates={"2026-11-14": "work", "2026-11-22": {"like": "mon"}})
    assert shown(office.add_days(at("2026-11-13T10:00"), 1)) == "Sat 14 17:00"
    assert shown(office.add_days(at("2026-11-20T10:00"), 1)) == "Sun 22 18:00"


def test_dates_of_the_calendar_go_before_those_of_its_table() -> None:
    table = {"2026": {"off": ["2026-11-16..2026-11-20"], "short": ["2026-11-23"]}}
    dates = {"2026-11-17": "work", "2026-11-18": ["10:00-11:00"], "2026-11-19": "short", "2026-11-23": "off"}
    office = calendar(table=table, dates=dates)
    found = office.segments(at("2026-11-16T00:00"), at("2026-11-24T00:00"))
    assert [shown(b) for _, b in found] == [
        "Tue 17 13:00",
        "Tue 17 18:00",
        "Wed 18 11:00",
        "Thu 19 13:00",
        "Thu 19 17:00",
    ]


def test_years_without_published_holidays_are_named() -> None:
    office = calendar(table={"2026": {"off": ["2026-11-04"]}})
    assert office.missing_years(at("2026-11-20T10:00"), at("2028-01-11T10:00")) == [2027, 2028]
    assert office.missing_years(at("2026-12-31T23:59"), at("2026-12-31T21:30", "+00:00")) == [2027]
    assert office.covers(at("2026-01-01T00:00"), at("2026-12-31T23:59"))
    assert not office.covers(at("2025-12-31T23:59"), at("2026-12-31T23:59"))
    assert calendar().missing_years(at("2026-11-20T10:00"), at("2028-01-11T10:00")) == []


def test_the_version_is_of_what_a_calendar_means_not_of_how_it_is_written() -> None:
    office = calendar()
    same = calendar(week={"fri": ["9:00-13:00", "14:00-17:00"]} | {"mon-thu": OFFICE["mon-thu"]})
    assert len(office.version) == 8
    assert int(office.version, 16) >= 0
    assert office.version == same.version == calendar().version
    others = [
        calendar(zone="Europe/Minsk"),
        calendar(week=NIGHTS),
        calendar(dates={"2026-11-20": "off"}),
        calendar(dates={"2026-11-20": "short"}),
        calendar(table={"2026": {"off": []}}),
        calendar(table={"2026": {"off": ["2026-11-20"]}, "2027": {}}),
    ]
    assert len({office.version, *(other.version for other in others)}) == 7


def test_the_example_of_the_design_is_read() -> None:
    office = calendar(
        dates={"2026-12-30": "short", "2026-12-31": "off", "2026-11-07": ["10:00-15:00"], "2026-11-14": "work"}
    )
    assert (office.name, office.zone.key, office.holidays) == ("office", "Europe/Moscow", None)
    assert shown(office.add(at("2026-11-06T16:30"), hours(1))) == "Sat 07 10:30"


@given(
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    amount=st.integers(0, 400 * 3600),
    pauses=st.lists(st.tuples(st.integers(-90_000, 900_000), st.integers(0, 200_000)), max_size=3),
)
def test_between_undoes_add_and_subtract_goes_back(start: datetime, amount: int, pauses: list[tuple[int, int]]) -> None:
    office, begun, work = LAWFUL, start.replace(tzinfo=UTC, microsecond=0), timedelta(seconds=amount)
    cuts = [(since, since + timedelta(seconds=n)) for a, n in pauses if (since := begun + timedelta(seconds=a))]
    due = office.add(begun, work, cuts)
    assert office.between(begun, due, cuts) == work
    assert office.add(begun, office.between(begun, due, cuts), cuts) == due
    assert office.between(office.subtract(due, work, cuts), due, cuts) == work
    assert office.subtract(due, work, cuts) >= begun or not work


LAWFUL = calendar(week=OFFICE | {"sat": ["22:00-03:00"]}, zone="Europe/Warsaw")
