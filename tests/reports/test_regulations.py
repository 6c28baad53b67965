"""report regulations against a recount, and which versions it lists."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Resolved, Set, Taken
from svcctl.model.request import Request
from svcctl.reports.deadlines import deadlines
from svcctl.reports.period import Period, parse_period
from svcctl.reports.regulations import Reading, regulations
from svcctl.reports.report import Report
from tests.reports.desks import USUAL, ZONE, at, entry, request, rows
from tests.reports.lives import DEPARTMENTS, NOW, desks

PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)


def department_of(word: str) -> str:
    return DEPARTMENTS.get(word, "")


def made(desk: Sequence[Request], period: Period = WHOLE) -> Report:
    found = [entry(one, NOW, USUAL if one.regulation else None) for one in desk]
    return regulations(found, period, period.previous(), NOW, department_of, [USUAL])


@settings(max_examples=50, deadline=None)
@given(desks, st.integers(0, 4))
def test_requests_and_clocks_are_counted_once_in_their_version(desk: tuple[Request, ...], bare: int) -> None:
    for one in desk[:bare]:
        one.regulation = ""
    report = made(desk, PERIOD)
    came = [one for one in desk if PERIOD.start <= one.opened < PERIOD.end]
    table = rows(report, "versions")
    assert sum(row["arrived"] for row in table) == len(came)
    assert report.figure("regulated").n == len(came)
    assert sum(sample.value for sample in report.figure("regulated").behind) == sum(
        bool(one.regulation) for one in came
    )
    found = [entry(one, NOW, USUAL if one.regulation else None) for one in desk]
    other = deadlines(found, PERIOD, None, NOW, department_of).figure("on_time")
    assert report.figure("on_time").n == other.n == sum(row["n"] for row in table)
    earlier = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]


def test_a_version_of_today_is_listed_without_requests_and_an_older_one_with_them() -> None:
    older = request("R-1", at("2 09:00"), regulation="usual@0")
    report = made([older])
    found = [(row["regulation"], row["state"], row["arrived"], row["open"]) for row in rows(report, "versions")]
    assert found == [("usual@0", "older", 1, 1), ("usual@1", "in force", 0, 0)]
    assert [sample.id for sample in report.figure("older").behind] == ["R-1"]
    assert str(report.finding) == "0 of 1 requests of 2026-11 came under no regulation. Nothing came under usual@1."


def test_a_request_that_was_moved_to_a_version_counts_there() -> None:
    moved = request(
        "R-1",
        at("2 09:00"),
        [(at("2 10:00"), "anna", Taken()), (at("2 11:00"), "anna", Set(values={"regulation": "usual@1"}))],
        regulation="usual@0",
    )
    assert made([moved]).figure("older").value == 0


def test_words_for_an_empty_period_and_requests_without_a_regulation() -> None:
    assert str(made([]).finding) == "No request arrived in 2026-11."
    bare = request("R-1", at("2 09:00"), [(at("2 10:00"), "anna", Resolved(outcome="ok"))], regulation="")
    assert str(made([bare]).finding).startswith("1 of 1 requests of 2026-11 came under no regulation.")


def read_by(*readings: Reading, period: Period = WHOLE) -> tuple[list[dict[str, object]], list[str]]:
    report = regulations([], period, None, NOW, department_of, [USUAL], readings)
    return rows(report, "readers"), [str(note) for note in report.notes]


def test_who_has_read_a_version_and_who_has_not() -> None:
    table, notes = read_by(
        Reading("usual@1", "vera", at("3 10:00")),
        Reading("usual@1", "anna", at("4 10:00")),
        Reading("usual@1", "boris", None),
        Reading("other@2", "boris", None),
    )
    assert [tuple(row.values()) for row in table] == [
        ("other@2", 1, 0, 0.0, [], ["boris"]),
        ("usual@1", 3, 2, 2 / 3, ["anna", "vera"], ["boris"]),
    ]
    assert notes[0].startswith("1 person has not read all")


def test_what_was_read_after_the_period_was_not_read_in_it() -> None:
    first = parse_period("2026-11-02..2026-11-03", ZONE, NOW)
    table, _ = read_by(Reading("usual@1", "anna", at("4 10:00")), period=first)
    assert table[0]["unread_by"] == ["anna"]
    table, _ = read_by(Reading("usual@1", "anna", at("30 10:00")))
    assert table[0]["unread_by"] == ["anna"], "it has not come yet"


def test_where_nobody_is_concerned_there_is_no_table_and_no_note() -> None:
    assert read_by() == ([], [])
