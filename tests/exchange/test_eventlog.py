"""Reading event logs: which columns are meant, when things happened, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from svcctl.exchange.eventlog import Columns, Log, Reading, find_columns, read_log, read_time
from svcctl.model.problems import BrokenFiles, Usage

ROME = ZoneInfo("Europe/Rome")
READING = Reading(UTC)


def log_of(tmp_path: Path, text: str, reading: Reading = READING) -> Log:
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    return read_log(str(path), reading)


def test_the_names_of_process_mining_and_the_usual_ones_are_found() -> None:
    names = ["concept:name", "case:concept:name", "time:timestamp", "org:resource", "Activity"]
    assert find_columns(names, Columns(), "x.csv") == Columns(
        "case:concept:name", "concept:name", "org:resource", "time:timestamp"
    )
    assert find_columns(["Ticket_ID", "Event", "Performed by", "Date"], Columns(), "x.csv") == Columns(
        "Ticket_ID", "Event", "Performed by", "Date"
    )
    assert find_columns(["Заявка", "Действие", "Исполнитель", "Время"], Columns(), "x.csv").resource == "Исполнитель"


def test_a_log_without_people_can_be_read_but_not_one_without_times() -> None:
    assert find_columns(["case", "activity", "time"], Columns(), "x.csv").resource == ""
    with pytest.raises(Usage, match=r"x.csv has no column that looks like the time; its columns: case, activity") as e:
        find_columns(["case", "activity"], Columns(), "x.csv")
    assert str(e.value.hint) == "say which it is: --time COLUMN"


def test_a_column_that_was_asked_for_and_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(Usage, match="has no column “Tiket”") as error:
        find_columns(["Ticket", "Step", "When"], Columns(case="Tiket", activity="Step", time="When"), "x.csv")
    assert str(error.value.hint) == "did you mean “Ticket”?"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2010-01-13 08:40:25+02:00", "2010-01-13T08:40:25+02:00"),
        ("2010-01-13T08:40:25.000Z", "2010-01-13T08:40:25+00:00"),
        ("2010/01/13 08:40:25.000", "2010-01-13T08:40:25+01:00"),
        ("13.01.2010 08:40", "2010-01-13T08:40:00+01:00"),
        ("3.1.2010", "2010-01-03T00:00:00+01:00"),
    ],
)
def test_usual_ways_to_write_a_time(text: str, instant: str) -> None:
    read = read_time(text, Reading(ROME))
    assert read is not None and (read[0].isoformat(), read[1]) == (instant, True)


def test_wall_time_counts_where_a_zone_was_given_whatever_the_offset() -> None:
    winter, summer = (
        read_time(text, Reading(UTC, ROME)) for text in ("2010-01-13 08:40:25+02:00", "2010-07-13 08:40:25+03:00")
    )
    assert winter and winter[0].isoformat() == "2010-01-13T08:40:25+01:00"
    assert summer and summer[0].isoformat() == "2010-07-13T08:40:25+02:00"


def test_a_pattern_says_how_other_times_are_written() -> None:
    read = read_time("11/21/26 3:04 PM", Reading(UTC, time_format="%m/%d/%y %I:%M %p"))
    assert read and read[0] == datetime(2026, 11, 21, 15, 4, tzinfo=UTC)
    assert read_time("11/21/26 3:04 PM", READING) is None
    assert read_time("31.02.2026 10:00", READING) is None


def test_cases_are_in_order_of_time_and_equal_times_in_that_of_the_file(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "case,activity,who,time\n"
        "B,second,x,2026-01-02 10:00\n"
        "A,a1,x,2026-01-01 10:00\n"
        "B,first,x,2026-01-02 09:00\n"
        "A,a2,x,2026-01-01 10:00\n",
    )
    assert [case.name for case in log.cases] == ["A", "B"]
    assert [event.activity for event in log.cases[0].events] == ["a1", "a2"]
    assert [event.activity for event in log.cases[1].events] == ["first", "second"]
    assert log.size == 4


def test_order_is_that_of_instants_in_the_hour_that_the_clocks_skip(tmp_path: Path) -> None:
    """02:30 does not exist on 2026-03-29 in Rome and is read as 03:30 by summer time, later than 03:10."""
    text = "case,activity,time\nA,gap,2026-03-29 02:30\nA,after,2026-03-29 03:10\n"
    (case,) = log_of(tmp_path, text, Reading(UTC, ROME)).cases
    assert [event.activity for event in case.events] == ["after", "gap"]


def test_nothing_is_dropped_but_what_stands_there_twice(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "case:concept:name,concept:name,Activity,org:resource,time:timestamp,case:variant,Cost,Note\n"
        "A,take,take,x,2026-01-01 10:00:00.250,v1,3.50,\n"
        "A,close,close,x,2026-01-01 11:00:00,v1,,done\n",
    )
    (case,) = log.cases
    assert case.attributes == {"variant": "v1"}
    assert [event.more for event in case.events] == [
        {"Cost": "3.50", "time:timestamp": "2026-01-01 10:00:00.250"},
        {"Note": "done"},
    ]


def test_a_case_attribute_that_changes_is_kept_with_the_event(tmp_path: Path) -> None:
    text = "case,activity,time,case:level\nA,x,2026-01-01 10:00,1\nA,y,2026-01-01 11:00,2\n"
    (case,) = log_of(tmp_path, text).cases
    assert case.attributes == {"level": "1"}
    assert [event.more for event in case.events] == [{}, {"case:level": "2"}]


def test_lines_that_say_too_little_are_problems_and_the_others_are_read(tmp_path: Path) -> None:
    log = log_of(
        tmp_path,
        "case,activity,time\n,take,2026-01-01 10:00\nA,,2026-01-01 10:00\nA,take,\nA,take,yesterday\n"
        "A,take,2026-01-01 10:00\n",
    )
    assert log.size == 1
    assert [(problem.line, str(problem.message)) for problem in log.problems] == [
        (2, "“case” is empty"),
        (3, "“activity” is empty"),
        (4, "“time” is empty"),
        (5, "“yesterday” is not a time"),
    ]
    assert "--time-format PATTERN" in str(log.problems[3].remedy)


def test_files_that_are_no_logs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Usage, match=r"cannot read .*absent.csv: No such file"):
        read_log(str(tmp_path / "absent.csv"), READING)
    packed = tmp_path / "log.xes.gz"
    packed.write_bytes(b"\x1f\x8b\x08\x00")
    with pytest.raises(BrokenFiles, match=r"log.xes.gz is packed"):
        read_log(str(packed), READING)
