"""What people type for a moment: each form in three languages, each refusal, and two laws.

Now is Friday, 20 November 2026, 15:00 in Moscow, unless a test says otherwise.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model import holidays, when
from svcctl.model.calendar import Calendar
from svcctl.model.problems import Usage
from svcctl.model.when import parse_day, parse_when, require_future

MOSCOW = ZoneInfo("Europe/Moscow")
WARSAW = ZoneInfo("Europe/Warsaw")
NOW = datetime(2026, 11, 20, 15, tzinfo=MOSCOW)


def _calendar(**week: list[str]) -> Calendar:
    days = {name.replace("_", "-"): hours for name, hours in week.items()}
    return Calendar.parse({"calendar": "office", "timezone": "Europe/Moscow", "week": days}, {})


OFFICE = _calendar(mon_thu=["09:00-18:00"], fri=["09:00-17:00"])


def shown(text: str, now: datetime = NOW, calendar: Calendar | None = OFFICE) -> str:
    return f"{parse_when(text, now, MOSCOW, calendar):%a %Y-%m-%d %H:%M}"


def refusal(text: str, now: datetime = NOW, calendar: Calendar | None = OFFICE) -> str:
    """The refusal of a text: what and hint."""
    with pytest.raises(Usage) as caught:
        parse_when(text, now, MOSCOW, calendar)
    assert caught.value.code == "when"
    assert caught.value.hint
    return f"{caught.value} | {caught.value.hint}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-25T15:00", "Wed 2026-11-25 15:00"),
        ("2026-11-25 15:00", "Wed 2026-11-25 15:00"),
        ("2026-11-25T15:00:59.9", "Wed 2026-11-25 15:00"),
        ("2026-11-25T15:00+01:00", "Wed 2026-11-25 17:00"),
        ("2026-11-25 15:00 +0100", "Wed 2026-11-25 17:00"),
        ("2026-11-25T12:00Z", "Wed 2026-11-25 15:00"),
        ("2026-11-25T24:00Z", "Thu 2026-11-26 03:00"),
        ("2026.11.25 15:00", "Wed 2026-11-25 15:00"),
        ("25.11 15:00", "Wed 2026-11-25 15:00"),
        ("25.11. в 15:00", "Wed 2026-11-25 15:00"),
        ("25.11.2026 15.30", "Wed 2026-11-25 15:30"),
        ("25.11.2026 г. в 15-30", "Wed 2026-11-25 15:30"),
        ("25.11.26 15:00", "Wed 2026-11-25 15:00"),
        ("25 ноября в 15:00", "Wed 2026-11-25 15:00"),
        ("25 listopada 2026 r., godz. 15:00", "Wed 2026-11-25 15:00"),
        ("Nov 25th, 3pm", "Wed 2026-11-25 15:00"),
        ("15:00 25.11", "Wed 2026-11-25 15:00"),
        ("today 17:30", "Fri 2026-11-20 17:30"),
        ("tomorrow 15:00", "Sat 2026-11-21 15:00"),
        ("Tomorrow at 3 PM", "Sat 2026-11-21 15:00"),
        ("the day after tomorrow 9:05", "Sun 2026-11-22 09:05"),
        ("yesterday 12:00", "Thu 2026-11-19 12:00"),
        ("завтра 15:00", "Sat 2026-11-21 15:00"),
        ("завтра в 15", "Sat 2026-11-21 15:00"),
        ("завтра 15 часов", "Sat 2026-11-21 15:00"),
        ("сегодня до 18:00", "Fri 2026-11-20 18:00"),
        ("послезавтра 10:00", "Sun 2026-11-22 10:00"),
        ("jutro o 15", "Sat 2026-11-21 15:00"),
        ("jutro o godz. 15:00", "Sat 2026-11-21 15:00"),
        ("pojutrze 12am", "Sun 2026-11-22 00:00"),
        ("dziś 16:00", "Fri 2026-11-20 16:00"),
        ("dzisiaj 16:00", "Fri 2026-11-20 16:00"),
        ("17:00", "Fri 2026-11-20 17:00"),
        ("15:00", "Fri 2026-11-20 15:00"),
        ("24:00", "Sat 2026-11-21 00:00"),
        ("tomorrow noon", "Sat 2026-11-21 12:00"),
        ("завтра в полдень", "Sat 2026-11-21 12:00"),
        ("jutro w południe", "Sat 2026-11-21 12:00"),
        ("now", "Fri 2026-11-20 15:00"),
    ],
)
def test_days_and_times(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    "text",
    ["wed 12:00", "Wednesday 12:00", "next wed noon", "12pm on wed", "ср 12:00", "в среду 12:00", "к среде в 12"],
)
def test_a_weekday_in_english_and_russian(text: str) -> None:
    assert shown(text) == "Wed 2026-11-25 12:00"


@pytest.mark.parametrize(
    "text",
    [
        "śr 12:00",
        "w środę o 12:00",
        "w srode 12:00",
        "W ŚRODĘ 12:00",
        "do środy 12.00",
        "ср 25.11 12:00",
        "wed, 25.11, 12:00",
    ],
)
def test_a_weekday_in_polish_and_beside_its_date(text: str) -> None:
    assert shown(text) == "Wed 2026-11-25 12:00"


@pytest.mark.parametrize(
    "text",
    ["fri 12:00", "fri 15:00", "пт 12:00", "в пятницу 12:00", "pt 12:00", "w piątek 12:00", "PIATEK 12:00", "next fri"],
)
def test_the_weekday_of_today_is_a_week_ahead_where_the_time_has_come(text: str) -> None:
    assert shown(text).startswith("Fri 2026-11-27")


def test_the_weekday_of_today_is_today_where_the_time_is_still_to_come() -> None:
    assert shown("fri 15:01") == "Fri 2026-11-20 15:01"
    assert shown("fri 24:00") == "Sat 2026-11-21 00:00"
    assert shown("friday") == "Fri 2026-11-27 17:00"


def test_next_is_the_week_after_this_one_and_this_the_present_one() -> None:
    monday = datetime(2026, 11, 16, 10, tzinfo=MOSCOW)
    assert shown("fri 12:00", monday) == "Fri 2026-11-20 12:00"
    assert shown("next fri 12:00", monday) == "Fri 2026-11-27 12:00"
    assert shown("в следующую пятницу 12:00", monday) == "Fri 2026-11-27 12:00"
    assert shown("w przyszły piątek 12:00", monday) == "Fri 2026-11-27 12:00"
    assert shown("в эту пятницу 12:00") == "Fri 2026-11-20 12:00"
    assert shown("this mon 12:00") == "Mon 2026-11-16 12:00"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("+1h", "Fri 2026-11-20 16:00"),
        ("+4h", "Mon 2026-11-23 11:00"),
        ("+30m", "Fri 2026-11-20 15:30"),
        ("+2h30m", "Mon 2026-11-23 09:30"),
        ("+2ч30м", "Mon 2026-11-23 09:30"),
        ("+ 2 h", "Fri 2026-11-20 17:00"),
        ("in 2 hours", "Fri 2026-11-20 17:00"),
        ("in an hour", "Fri 2026-11-20 16:00"),
        ("in half an hour", "Fri 2026-11-20 15:30"),
        ("in 2 working hours", "Fri 2026-11-20 17:00"),
        ("через 2 часа", "Fri 2026-11-20 17:00"),
        ("через час", "Fri 2026-11-20 16:00"),
        ("через полчаса", "Fri 2026-11-20 15:30"),
        ("через полтора часа", "Fri 2026-11-20 16:30"),
        ("через 1 час 30 мин.", "Fri 2026-11-20 16:30"),
        ("za 2 godziny", "Fri 2026-11-20 17:00"),
        ("za pół godziny", "Fri 2026-11-20 15:30"),
        ("+3d", "Wed 2026-11-25 18:00"),
        ("in 3 working days", "Wed 2026-11-25 18:00"),
        ("через 3 рабочих дня", "Wed 2026-11-25 18:00"),
        ("za 3 dni robocze", "Wed 2026-11-25 18:00"),
        ("+3d 15:00", "Wed 2026-11-25 15:00"),
        ("через 3 дня в 15:00", "Wed 2026-11-25 15:00"),
        ("+36h!", "Sun 2026-11-22 03:00"),
        ("+2d!", "Sun 2026-11-22 15:00"),
        ("+1w", "Fri 2026-11-27 17:00"),
        ("через неделю в 12:00", "Fri 2026-11-27 12:00"),
        ("za tydzień", "Fri 2026-11-27 17:00"),
    ],
)
def test_lengths_from_now_count_in_the_calendar(text: str, moment: str) -> None:
    assert shown(text) == moment


def test_working_time_is_what_the_calendar_says() -> None:
    assert parse_when("+7h", NOW, MOSCOW, OFFICE) == OFFICE.add(NOW, timedelta(hours=7))
    assert parse_when("+7d", NOW, MOSCOW, OFFICE) == OFFICE.add_days(NOW, 7)


def test_without_a_calendar_every_day_is_open_and_closes_at_six() -> None:
    assert shown("+4h", calendar=None) == "Fri 2026-11-20 19:00"
    assert shown("+3d", calendar=None) == "Mon 2026-11-23 18:00"
    assert shown("+3d 15:00", calendar=None) == "Mon 2026-11-23 15:00"
    assert shown("+1w", calendar=None) == "Fri 2026-11-27 18:00"
    assert shown("tomorrow", calendar=None) == "Sat 2026-11-21 18:00"


def test_a_day_without_a_time_is_its_closing_instant() -> None:
    assert shown("2026-11-25") == "Wed 2026-11-25 18:00"
    assert shown("today") == "Fri 2026-11-20 17:00"
    assert shown("до пятницы") == "Fri 2026-11-27 17:00"


def test_a_shift_past_midnight_closes_on_the_day_after() -> None:
    assert shown("25.11", calendar=_calendar(wed=["22:00-06:00"])) == "Thu 2026-11-26 06:00"


def test_a_day_off_needs_a_time() -> None:
    said = refusal("tomorrow")
    assert "2026-11-21 is a day off in the calendar office" in said
    assert "the next working day is 2026-11-23; or add a time, like 2026-11-21 12:00" in said


@pytest.mark.parametrize(
    ("text", "day"),
    [("05.01", "2027-01-05"), ("19.11", "2026-11-19"), ("20.05.2026", "2026-05-20"), ("1 июня", "2026-06-01")],
)
def test_a_date_without_a_year_is_the_one_nearest_to_today(text: str, day: str) -> None:
    assert f"{parse_when(text, NOW, MOSCOW):%Y-%m-%d}" == day


def test_a_leap_day_is_found_in_its_year_only() -> None:
    assert shown("29.02 12:00", datetime(2027, 11, 1, tzinfo=MOSCOW)) == "Tue 2028-02-29 12:00"
    assert "2027-02 has 28 days, no 29" in refusal("29.02 12:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no day and no time is named"),
        ("31.02", "2027-02 has 28 days, no 31"),
        ("2026-13-01", "there is no month 13"),
        ("15.30", "write 15:30 for a time"),
        ("0.5", "2027-05 has 31 days, no 0"),
        ("0226-11-25", "between 1900 and 2199"),
        ("25/11", "write the day first and dots, like 25.11"),
        ("11/25/2026", "read day first by some, month first by others"),
        ("25-11-2026", "read day first by some, month first by others"),
        ("14:59", "14:59 has passed today | say which day: tomorrow 14:59, or today 14:59 for what has been"),
        ("noon", "12:00 has passed today"),
        ("24:01", "a day has no 24:01 | write 15:00; 24:00 is the end of the day"),
        ("tomorrow 15:60", "a day has no 15:60"),
        ("tomorrow 12:30:60", "a day has no 12:30:60"),
        ("завтра в 25", "a day has no 25:00"),
        ("13pm", "there is no 13 pm"),
        ("tomorrow midnight", "midnight belongs to two days | write today 24:00 or tomorrow 00:00"),
        ("2026-11-25 15:00+25:00", "there is no offset +25:00 | write it like +03:00"),
        ("tomorrow 15", "“15” was not understood"),
        ("tomorrow at", "“at” was not understood"),
        ("next 15:00", "“15:00” was not understood"),
        ("tomorrow friday", "2026-11-21 is another day of the week | drop one of the two"),
        ("fri 26.11 12:00", "2026-11-26 is another day of the week"),
        ("fri 12.11", "“12.11” may be a date or a time | write 12:11 for the time"),
        ("15:00 16:00", "it names two days or two times"),
        ("25.11 26.12.2026", "it names two days or two times"),
        ("tomorow 15:00", "did you mean “tomorrow”?"),
        ("пятнцу", "did you mean “пятницу”?"),
        ("poniedzalek", "did you mean “poniedzialek”?"),
        ("in 2 huors", "did you mean “hours”?"),
        ("4h", "did you mean +4h? write it like"),
        ("2 часа", "“2” was not understood | write it like 2026-11-25 15:00"),
        ("soonish", "“soonish” was not understood | write it like 2026-11-25 15:00"),
        ("+4", "“4” lacks a unit: minutes, hours or days?"),
        ("+", "is not a duration"),
        ("+h", "is not a duration"),
        ("+1.5h", "“1.5h” is not a duration"),
        ("+1d2h", "“1d2h” mixes working days and hours"),
        ("+4h 15:00", "“4h” from now has its own time of day"),
        ("+3d tomorrow", "“tomorrow” was not understood"),
        ("+1w2d", "“1w2d” mixes weeks and something else"),
        ("+0w", "weeks count from 1 to 522"),
        ("+9999w", "weeks count from 1 to 522"),
        ("+9999d", "is longer than 3660 days"),
        ("12:00 " * 50, "it is too long"),
    ],
)
def test_what_is_refused(text: str, said: str) -> None:
    assert said in refusal(text)


def test_a_refusal_repeats_what_was_typed_and_gives_examples() -> None:
    assert refusal("soonish").startswith("cannot tell when “soonish” is: ")
    assert "tomorrow 15:00, fri 12:00, +4h (working time)" in refusal("soonish")


def test_a_calendar_that_runs_out_of_days_is_a_refusal_too() -> None:
    days = {"calendar": "office", "timezone": "Europe/Moscow", "week": {}, "dates": {"2026-11-23": ["09:00-10:00"]}}
    once = Calendar.parse(days, {})
    assert "years 1900 to 2199 only" in refusal("+4h", calendar=once)
    assert "the calendar has no such working day" in refusal("+2d 12:00", calendar=once)


def test_the_years_are_those_of_calendars() -> None:
    assert (when.FIRST_YEAR, when.LAST_YEAR) == (holidays.FIRST_YEAR, holidays.LAST_YEAR)


def test_spaces_case_and_diacritics_do_not_matter() -> None:
    assert shown("\u00a0ЗАВТРА\u202f15:00 ") == shown("завтра 15:00")
    assert shown("w s\u0301rode\u0328 12:00") == shown("w środę 12:00")
    assert shown("25\u00a0мая 12:00") == shown("25 мая 12:00")


def test_times_the_clocks_skip_or_repeat_resolve_as_of_zoneinfo() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=WARSAW)
    skipped = parse_when("2026-03-29 02:30", now, WARSAW)
    assert skipped.isoformat() == "2026-03-29T03:30:00+02:00"
    assert parse_when("2026-10-25 02:30", now, WARSAW).isoformat() == "2026-10-25T02:30:00+02:00"
    assert parse_when("2026-10-25T02:30+01:00", now, WARSAW).isoformat() == "2026-10-25T02:30:00+01:00"


def test_wall_clock_hours_are_real_hours() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=WARSAW)
    assert parse_when("+24h!", before, WARSAW).isoformat() == "2026-03-29T13:00:00+02:00"


def test_in_the_repeated_hour_a_time_that_has_passed_is_refused() -> None:
    again = datetime(2026, 10, 25, 2, 15, tzinfo=WARSAW, fold=1)
    with pytest.raises(Usage, match="02:30 has passed today"):
        parse_when("02:30", again, WARSAW)


def test_now_may_stand_in_another_zone() -> None:
    late = datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert shown("today 17:00", late) == "Sat 2026-11-21 17:00"
    assert parse_when("now", late, MOSCOW).isoformat() == "2026-11-21T01:00:00+03:00"


def test_require_future() -> None:
    assert require_future(NOW + timedelta(seconds=1), NOW) == NOW + timedelta(seconds=1)
    for moment in (NOW, NOW - timedelta(hours=3)):
        with pytest.raises(Usage, match=f"{moment:%Y-%m-%d %H:%M} has already passed") as caught:
            require_future(moment, NOW)
        assert caught.value.code == "past"
        assert "+4h or tomorrow 15:00" in str(caught.value.hint)


def test_require_future_compares_instants_in_the_repeated_hour() -> None:
    first = datetime(2026, 10, 25, 2, 50, tzinfo=WARSAW)
    second = datetime(2026, 10, 25, 2, 10, tzinfo=WARSAW, fold=1)
    assert require_future(second, first) == second
    with pytest.raises(Usage):
        require_future(first, second)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-11-25", 25), ("25.11", 25), ("tomorrow", 21), ("завтра", 21), ("fri", 27), ("+1w", 27), ("w środę", 25)],
)
def test_days(text: str, day: int) -> None:
    assert parse_day(text, NOW, MOSCOW) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no day is named"),
        ("2026-11-25 15:00", "a day is wanted, without a time"),
        ("2026-11-31", "2026-11 has 30 days, no 31"),
        ("+3d", "only weeks count from today to a day"),
        ("tomorow", "did you mean “tomorrow”?"),
    ],
)
def test_what_is_no_day(text: str, said: str) -> None:
    with pytest.raises(Usage) as caught:
        parse_day(text, NOW, MOSCOW)
    assert caught.value.code == "when"
    assert said in f"{caught.value} | {caught.value.hint}"


zones = st.one_of(
    st.sampled_from([MOSCOW, WARSAW, ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    st.integers(-86399, 86399).map(lambda seconds: timezone(timedelta(seconds=seconds))),
)
instants = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=zones).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0).astimezone(UTC).astimezone(moment.tzinfo)
)


@given(instants, zones)
def test_an_iso_instant_round_trips(moment: datetime, zone: tzinfo) -> None:
    for separator in "T ":
        read = parse_when(moment.isoformat(separator), NOW, zone, OFFICE)
        assert read.astimezone(UTC) == moment.astimezone(UTC)
        assert read.tzinfo is zone


PIECES = """+ in через next fri в 15 15:00 24:00 3pm 12.30 31.02 25/11 2026-11-25 29 feb мая noon tomorrow завтра at
4h 2 w d ! +4h +3d +1w +99999999h 0 часа godziny the . - T Z +03:00 +99:99 ½ ١٢ ß 2199-12-31 1900-01-01 am this now"""
pieces = st.lists(st.sampled_from(PIECES.split()), max_size=6)
texts = st.one_of(st.text(max_size=30), pieces.map(" ".join), pieces.map("".join))


@given(texts, st.sampled_from([OFFICE, None]))
def test_any_text_is_a_moment_or_a_refusal(text: str, calendar: Calendar | None) -> None:
    try:
        moment = parse_when(text, NOW, MOSCOW, calendar)
    except Usage as error:
        assert error.code == "when"
        assert str(error) and str(error.hint)
    else:
        assert moment.tzinfo is MOSCOW
        assert not moment.microsecond


@given(texts)
def test_any_text_is_a_day_or_a_refusal(text: str) -> None:
    try:
        assert isinstance(parse_day(text, NOW, MOSCOW), date)
    except Usage as error:
        assert error.code == "when"
