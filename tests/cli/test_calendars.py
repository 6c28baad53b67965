"""calendar show, month, add, between: what people and scripts can ask, and every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc


def test_a_month_of_a_holiday_table_is_that_of_a_plain_week(svc: Svc) -> None:
    # Производственный календарь, март 2026: 21 рабочий день, 168 часов при 40-часовой неделе.
    assert svc.json("calendar month ru 2026-03") == {
        "calendar": "ru",
        "month": "2026-03",
        "days": 21,
        "hours": 168,
        "norm_days": 21,
        "norm_hours": 168,
        "work_s": 168 * 3600,
        "short": [],
        "off": ["2026-03-09"],
        "working_weekend": [],
        "in_lieu": [],
    }


def test_a_month_is_a_small_grid_with_the_meaning_of_its_marks(svc: Svc) -> None:
    assert svc("calendar month office 2024-11").out.splitlines() == [
        "office 2024-11: 21 working days, 167 h",
        "",
        "Mon  Tue  Wed  Thu  Fri  Sat  Sun",
        "                      1    2*   3·",
        "  4x   5    6    7    8    9·  10·",
        " 11   12   13   14   15   16·  17·",
        " 18   19   20   21   22   23·  24·",
        " 25   26   27   28   29   30·",
        "",
        "x off  * an hour shorter",
    ]


def test_a_table_that_the_desk_does_not_have_is_taken_from_the_shipped_ones(svc: Svc) -> None:
    shown = svc("calendar month pl 2026-08").out
    assert shown.startswith("pl 2026-08: 21 working days, 168 h\nnorm 160 h: another day off is owed for 2026-08-15\n")


def test_without_words_the_month_is_this_one_of_the_desks_calendar(svc: Svc) -> None:
    assert svc.json("calendar month") == svc.json("calendar month office 2026-11") == svc.json("calendar month 2026-11")


def test_hours_that_are_not_whole_stay_exact(svc: Svc) -> None:
    svc.write("calendars/half.yaml", "calendar: half\ntimezone: Europe/Moscow\nweek:\n  mon: [09:00-11:30]\n")
    shown = svc.json("calendar month half 2026-11")
    assert (shown["days"], shown["hours"], shown["work_s"]) == (5, 12.5, 45000)


def test_a_month_without_published_holidays_says_so(svc: Svc) -> None:
    assert (
        "the holidays of 2031 are not published in calendars/ru.yaml" in svc("calendar month 2031-12", err="2031").err
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ofice 2026-03", "did you mean “office”?"),
        ("../../desk 2026-03", "there is no calendar or holiday table “../../desk”"),
        ("2026-13", "there is no month 2026-13"),
        ("2026-3x", "“2026-3x” is no month"),
        ("office ru", "give one calendar and one month"),
        ("2026-01 2026-02", "give one calendar and one month"),
    ],
)
def test_a_month_that_cannot_be_is_refused(svc: Svc, words: str, said: str) -> None:
    code = 2 if "one" in said or "3x" in words else 1
    assert said in svc(f"calendar month {words}", code=code, err=".").err


def test_show_tells_the_week_and_the_days_that_differ(svc: Svc) -> None:
    shown = svc("calendar show").out
    assert "  Mon–Fri    09:00-13:00, 14:00-18:00\n  Sat–Sun    closed\n" in shown
    assert "holidays of ru, published for 2024–2027" in shown
    assert "  2026-12-31..2027-01-01    off\n" in shown
    assert "  2027-04-30                an hour shorter, 09:00-13:00, 14:00-17:00\n" in shown


def test_show_in_json_has_shifts_past_midnight_and_own_dates(svc: Svc) -> None:
    text = (
        "calendar: night\ntimezone: Europe/Moscow\nweek:\n  fri: [22:00-06:00]\ndates:\n  2026-11-29: [10:00-15:00]\n"
    )
    svc.write("calendars/night.yaml", text)
    shown = svc.json("calendar show night")
    assert shown["week"]["fri"] == ["22:00-06:00"]
    assert shown["dates"] == {"2026-11-29": {"kind": "work", "hours": ["10:00-15:00"]}}
    assert (shown["timezone"], shown["holidays"], shown["years"]) == ("Europe/Moscow", None, [])


def test_add_ends_at_the_closing_instant_and_cuts_pauses_out(svc: Svc) -> None:
    assert svc.json("calendar add 2026-11-20T17:00 1h")["end"] == "2026-11-20T18:00:00+03:00"
    paused = svc.json("calendar add 2026-11-20T17:00 2h --pause 2026-11-23T09:00..2026-11-23T10:00")
    assert paused == {"start": "2026-11-20T17:00:00+03:00", "work_s": 7200, "end": "2026-11-23T11:00:00+03:00"}


def test_add_takes_days_and_wall_clock_and_the_words_of_people(svc: Svc) -> None:
    assert svc("calendar add now 3d").out == "Thu 2026-11-26 18:00\n"
    assert svc("calendar add завтра\\ 15:00 24h!").out == "Wed 2026-11-25 15:00\n"
    assert svc.json("calendar add now 3d")["work_s"] == (7 + 3 * 8) * 3600


def test_add_and_between_agree_in_any_calendar(svc: Svc) -> None:
    svc.write("calendars/wroclaw.yaml", "calendar: wroclaw\ntimezone: Europe/Warsaw\nweek:\n  mon-sun: [00:00-24:00]\n")
    # The night of the change to summer time has one hour less.
    end = svc.json("calendar add 2026-03-28T20:00 12h --calendar wroclaw")["end"]
    assert end == "2026-03-29T09:00:00+02:00"
    assert svc.json(f"calendar between 2026-03-28T20:00 {end} --calendar wroclaw")["work_s"] == 12 * 3600
    assert svc(f"calendar between 2026-03-28T20:00 {end} --calendar wroclaw").out == "12 h\n"


def test_a_term_into_a_year_without_holidays_warns(svc: Svc) -> None:
    result = svc("calendar add 2027-12-30T10:00 3d", err="holidays of 2028 are not published in calendars/ru.yaml")
    assert result.out.startswith("Wed 2028-01-05 18:00")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add now 8", "lacks a unit"),
        ("add nowish 8h", "cannot tell when"),
        ("add now 8h --pause 2026-11-23T11:00", "“2026-11-23T11:00” is no pause"),
        ("add now 8h --pause 2026-11-23T11:00..", "write both ends"),
        ("add now 8h --pause 2026-11-23T11:00..2026-11-23T10:00", "name the earlier moment first"),
        ("between now 2026-11-20T10:00", "name the earlier moment first"),
    ],
)
def test_what_cannot_be_counted_is_refused(svc: Svc, line: str, said: str) -> None:
    assert said in svc(f"calendar {line}", code=2, err=".").err


def test_the_table_is_named_by_every_command_not_by_the_first_alone(svc: Svc) -> None:
    """What was parsed once is kept without its places."""
    for _ in range(3):
        svc("calendar add 2027-12-30T10:00 5d", err="holidays of 2028 are not published in calendars/ru.yaml")


# Importing holidays


def test_a_table_of_another_country_is_printed_or_written(svc: Svc, tmp_path: Path) -> None:
    printed = svc("calendar import DE-BY 2026").out
    assert "holidays: de-by\n" in printed and "- 2026-11-01  # All Saints' Day\n" in printed
    target = tmp_path / "de.yaml"
    assert svc(["calendar", "import", "DE-BY", "2026", "-o", str(target)]).out == ""
    assert target.read_text(encoding="utf-8") == printed


def test_an_imported_table_counts_once_a_calendar_names_it(svc: Svc) -> None:
    done = svc("calendar import DE 2026 --commit", err="use it in a calendar: holidays: de")
    assert done.out == "calendars/de.yaml has 2026 now\n"
    assert svc.git("log", "-1", "--format=%an %s").strip() == "Анна Иванова calendars/de.yaml: holidays of 2026"
    assert svc.git("status", "--porcelain") == ""
    # Labour Day, Ascension and Whit Monday.
    assert svc.json("calendar month de 2026-05")["days"] == 18
    svc("calendar import DE 2027 --commit", err="use it")
    assert "has 2027 already" in svc("calendar import DE 2027 --commit", code=1).err


def test_a_year_joins_the_shipped_table_that_the_desk_goes_by(svc: Svc) -> None:
    svc("calendar import PL 2028 --commit", err="use it")
    text = (svc.folder / "calendars/pl.yaml").read_text(encoding="utf-8")
    assert "  2027:\n" in text and "  2028:\n" in text


def test_one_way_out_of_two(svc: Svc) -> None:
    svc("calendar import DE 2026 --commit -o x", code=2, err="Choose one of -o and --commit")
    assert "knows no country" in svc("calendar import XX 2026", code=2).err
    svc("calendar import DE 26", code=2, err="26")
