"""What can be wrong in a calendar or a holiday table: each problem with its place and its remedy."""

from __future__ import annotations

import pytest

from svcctl.model.calendar import Calendar
from svcctl.model.problems import BrokenFiles, Problem
from svcctl.store.yaml import read

HEAD = "calendar: office\ntimezone: Europe/Moscow\n"
WEEK = HEAD + "week: {mon-fri: [09:00-13:00, 14:00-18:00]}\n"
TABLE = "holidays: own\nyears:\n  2026:\n"


def problems_of(text: str, table: str = "", name: str = "own") -> list[Problem]:
    mapping, unread = read(text, "calendars/office.yaml")
    tables = {}
    if table:
        tables[name], more = read(table, f"calendars/{name}.yaml")
        unread += more
    assert mapping is not None
    assert not unread
    try:
        Calendar.parse(mapping, tables)
    except BrokenFiles as broken:
        return list(broken.problems)
    return []


def only(text: str, table: str = "") -> tuple[str, str, str, str]:
    found = problems_of(text, table)
    assert len(found) == 1, [str(problem.message) for problem in found]
    return str(found[0].place), found[0].code, str(found[0].message), str(found[0].remedy)


# The hours of a week.


def test_overlapping_intervals() -> None:
    assert only(HEAD + "week:\n  mon: [09:00-13:00, 12:00-18:00]\n") == (
        "calendars/office.yaml:4:22",
        "calendar-overlap",
        "“09:00-13:00” and “12:00-18:00” overlap",
        "let one end before the other begins, or make them one",
    )


def test_close_before_open_without_being_overnight() -> None:
    place, code, message, remedy = only(HEAD + "week:\n  fri: [09:00-13:00, 18:00-14:00]\n")
    assert (place, code) == ("calendars/office.yaml:4:22", "calendar-reversed")
    assert message == "“18:00-14:00” closes before it opens"
    assert remedy == "write the earlier time first; a shift past midnight stands last in its day, as 22:00-06:00"
    assert only(HEAD + "week:\n  fri: [13:00-09:00, 14:00-18:00]\n")[1] == "calendar-reversed"


def test_a_shift_past_midnight_that_overlaps_the_next_day() -> None:
    place, code, message, _ = only(HEAD + "week:\n  mon: [22:00-06:00]\n  tue: [05:00-09:00]\n")
    assert (place, code) == ("calendars/office.yaml:4:8", "calendar-overlap")
    assert message == "the shift of mon runs past midnight to 06:00 and overlaps tue, which opens at 05:00"


def test_a_shift_past_midnight_may_meet_the_next_opening() -> None:
    assert problems_of(HEAD + "week:\n  sun: [22:00-06:00]\n  mon: [06:00-09:00]\n") == []


@pytest.mark.parametrize("text", ["25:00", "24:01", "12:60", "9", "9.30", "noon", "-1:00", "９:00"])
def test_times_that_are_no_times_of_day(text: str) -> None:
    if text.startswith("-"):
        assert only(HEAD + f"week:\n  mon: ['{text}-18:00']\n")[1] == "calendar-hours"
        return
    place, code, message, remedy = only(HEAD + f"week:\n  mon: [{text}-18:00]\n")
    assert (place, code, message) == ("calendars/office.yaml:4:9", "calendar-time", f"“{text}” is no time of day")
    assert remedy == "write hours from 00:00 to 24:00 as 09:00-13:00, a shift past midnight as 22:00-06:00"


@pytest.mark.parametrize("text", ["09:00-09:00", "24:00-06:00"])
def test_intervals_without_length(text: str) -> None:
    place, code, message, remedy = only(HEAD + f"week:\n  mon: [{text}]\n")
    assert (place, code, message) == ("calendars/office.yaml:4:9", "calendar-hours", f"“{text}” has no length")
    assert remedy == "write 00:00-24:00 for a whole day, [] for a day that is closed"


@pytest.mark.parametrize("text", ["[09:00]", "[09:00-12:00-18:00]", "[[09:00-18:00]]", "[morning]"])
def test_what_is_no_interval(text: str) -> None:
    place, code, message, _ = only(HEAD + f"week:\n  mon: {text}\n")
    assert (place, code) == ("calendars/office.yaml:4:9", "calendar-hours")
    assert message.endswith("is no interval")


def test_hours_that_are_a_mapping() -> None:
    assert only(HEAD + "week:\n  mon: {from: 09:00}\n")[2] == "a list of hours is expected here"


def test_an_unknown_day_of_the_week() -> None:
    assert only(HEAD + "week:\n  mon: [09:00-18:00]\n  thr: [09:00-18:00]\n") == (
        "calendars/office.yaml:5:3",
        "calendar-day",
        "“thr” is no day of the week",
        "did you mean “thu”?",
    )
    assert only(HEAD + "week:\n  mon: [09:00-18:00]\n  tue-: [09:00-18:00]\n")[1] == "calendar-day"


def test_a_day_that_is_named_twice() -> None:
    place, code, message, remedy = only(HEAD + "week:\n  mon-fri: [09:00-18:00]\n  fri: [09:00-17:00]\n")
    assert (place, code) == ("calendars/office.yaml:5:3", "calendar-day")
    assert message == "fri has its hours here a second time"
    assert remedy == "name each day once"


@pytest.mark.parametrize("week", ["", "week: {}\n", "week: {mon: []}\n"])
def test_an_empty_calendar(week: str) -> None:
    _, code, message, remedy = only(HEAD + week)
    assert (code, message) == ("calendar-empty", "the calendar has no working hours at all")
    assert remedy == "add hours to it, for example mon-fri: [09:00-18:00]"


# The head of the file.


def test_an_unknown_zone() -> None:
    assert only("calendar: c\ntimezone: Europe/Moskow\nweek: {mon: [09:00-18:00]}\n") == (
        "calendars/office.yaml:2:11",
        "calendar-zone",
        "there is no time zone “Europe/Moskow”",
        "did you mean “Europe/Moscow”?",
    )


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "Europe", "UTC+3", "x" * 300])
def test_names_that_are_no_zones(name: str) -> None:
    assert only(f"calendar: c\ntimezone: {name}\nweek: {{mon: [09:00-18:00]}}\n")[1] == "calendar-zone"


def test_a_missing_zone_and_a_missing_name() -> None:
    found = problems_of("week: {mon: [09:00-18:00]}\n")
    assert [str(problem.message) for problem in found] == ["“calendar” is missing", "“timezone” is missing"]


def test_a_misspelt_key() -> None:
    place, code, _, remedy = only(WEEK + "holiday: ru\n")
    assert (place, code, remedy) == ("calendars/office.yaml:4:1", "unknown-key", "did you mean “holidays”?")


def test_a_table_the_desk_does_not_have() -> None:
    place, code, message, remedy = only(WEEK + "holidays: on\n", TABLE + "    off: [2026-01-01]\n")
    assert (place, code) == ("calendars/office.yaml:4:11", "calendar-holidays")
    assert (message, remedy) == ("there is no holiday table “on”", "did you mean “own”?")
    assert "calendars/" in only(WEEK + "holidays: ru\n")[3]


# Dates.


@pytest.mark.parametrize("key", ["2026-02-30", "30.12.2026", "2026-12-31..2026-12-01", "1812-01-01", "2026-W01-1"])
def test_dates_that_do_not_exist(key: str) -> None:
    place, code, message, remedy = only(WEEK + f"dates:\n  {key}: off\n")
    assert (place, code, message) == ("calendars/office.yaml:5:3", "calendar-date", f"“{key}” is no date")
    assert remedy == "write dates as 2026-05-01 and runs of days as 2026-01-01..2026-01-08"


def test_a_date_that_is_named_twice() -> None:
    place, _, message, _ = only(WEEK + "dates:\n  2026-12-28..2026-12-31: off\n  2026-12-30: short\n")
    assert (place, message) == ("calendars/office.yaml:6:3", "“2026-12-30” stands here a second time")


@pytest.mark.parametrize(("word", "remedy"), [("of", "did you mean “off”?"), ("''", "write off, short, work or hours")])
def test_a_word_that_says_nothing_about_a_day(word: str, remedy: str) -> None:
    place, code, _, found = only(WEEK + f"dates:\n  2026-12-30: {word}\n")
    assert (place, code, found) == ("calendars/office.yaml:5:15", "calendar-date", remedy)


def test_a_day_to_work_like_that_is_none() -> None:
    assert only(WEEK + "dates:\n  2026-12-30: {like: frie}\n")[3] == "did you mean “fri”?"
    assert only(WEEK + "dates:\n  2026-12-30: {like: sun}\n")[2] == "sun has no hours to work like"
    assert only(WEEK + "dates:\n  2026-12-30: {as: fri, like: fri}\n")[1] == "unknown-key"
    assert only(WEEK + "dates:\n  2026-12-30: {}\n")[1] == "missing"


def test_hours_of_a_date_are_checked_like_those_of_a_week() -> None:
    place, code, _, _ = only(WEEK + "dates:\n  2026-12-30: [09:00-25:00]\n")
    assert (place, code) == ("calendars/office.yaml:5:16", "calendar-time")


# Holiday tables.


@pytest.mark.parametrize("year", ["20266", "1812", "2200", "next"])
def test_a_holiday_table_of_a_year_that_does_not_exist(year: str) -> None:
    place, code, message, remedy = only(WEEK + "holidays: own\n", f"holidays: own\nyears:\n  {year}: {{off: []}}\n")
    assert (place, code, message) == ("calendars/own.yaml:3:3", "holidays-year", f"“{year}” is no year")
    assert remedy == "write a year from 1900 to 2199"


def test_a_date_of_another_year() -> None:
    place, code, message, _ = only(WEEK + "holidays: own\n", TABLE + "    off: [2026-01-01, 2027-01-02]\n")
    assert (place, code, message) == ("calendars/own.yaml:4:23", "holidays-date", "“2027-01-02” does not lie in 2026")


def test_a_date_of_a_table_that_does_not_exist() -> None:
    assert only(WEEK + "holidays: own\n", TABLE + "    short: [2026-02-29]\n")[2] == "“2026-02-29” is no date"
    assert only(WEEK + "holidays: own\n", TABLE + "    work: {2026-02-29: fri}\n")[2] == "“2026-02-29” is no date"


def test_a_swap_with_nothing() -> None:
    place, code, message, remedy = only(WEEK + "holidays: own\n", TABLE + "    work: {2026-02-28: soon}\n")
    assert (place, code) == ("calendars/own.yaml:4:24", "holidays-date")
    assert message == "“soon” is neither a date nor a day of the week"
    assert remedy == "write the date 2026-02-28 was swapped with, or a day like fri"


def test_a_day_that_is_both_off_and_worked() -> None:
    table = TABLE + "    off: [2026-02-28]\n    work: {2026-02-28: fri}\n"
    assert only(WEEK + "holidays: own\n", table)[2] == "2026-02-28 is both a day off and a working day"


def test_a_year_without_days() -> None:
    table = "holidays: own\nyears:\n  2026: none\n"
    assert only(WEEK + "holidays: own\n", table)[2] == "the year 2026 has no days"


def test_a_misspelt_key_of_a_year() -> None:
    assert only(WEEK + "holidays: own\n", TABLE + "    of: [2026-01-01]\n")[1] == "unknown-key"


# All at once.


def test_every_problem_is_reported_at_once() -> None:
    text = "timezone: Mars/Base\nweek: {mon: [09:00-25:00], tuh: []}\nholidays: own\ndates: {2026-13-01: off}\nx: 1\n"
    found = problems_of(text, "holidays: own\nyears: {2026: {off: [soon]}}\n")
    assert [problem.code for problem in found] == [
        "missing",
        "calendar-zone",
        "calendar-time",
        "calendar-day",
        "holidays-date",
        "calendar-date",
        "unknown-key",
    ]
    assert all(problem.line and problem.remedy for problem in found)


def test_a_plain_mapping_has_problems_without_places() -> None:
    with pytest.raises(BrokenFiles) as broken:
        Calendar.parse({"calendar": "c", "timezone": "UTC", "week": {"mon": ["9-18"]}}, {})
    assert [str(problem.place) for problem in broken.value.problems] == ["", ""]
