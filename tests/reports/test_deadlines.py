"""report deadlines against the clocks themselves, counted anew, and against report service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from hypothesis import given, settings

from svcctl.model.events import Accepted, HandedOff, Noted, Resolved, StageDone, StageStarted, Taken
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request
from svcctl.reports.deadlines import deadlines
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from svcctl.reports.service import service
from svcctl.rules.clocks import Clock
from tests.reports.desks import ZONE, at, entry, regulation, request, rows, worked
from tests.reports.lives import DEPARTMENTS, NOW, desks

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WHOLE = parse_period("2026-11", ZONE, NOW)
STRICT = regulation(pickup="1h", accept="2h", resolve="8h")


def made(
    desk: Sequence[Request], period: Period = WHOLE, rules: Regulation | None = STRICT, now: datetime = NOW
) -> Report:
    found = [entry(one, now, rules) for one in desk]
    return deadlines(found, period, period.previous(), now, lambda word: DEPARTMENTS.get(word, ""))


def missed(desk: Sequence[Request]) -> Iterator[tuple[str, Clock, int]]:
    """Each clock missed in the period, and by how much: counted minute by minute."""
    for one in desk:
        for clock in entry(one, NOW, STRICT).clocks:
            run, due = clock.run, clock.due
            assert due is not None
            if run.stopped is not None and PERIOD.start <= run.stopped < PERIOD.end:
                if clock.verdict == "missed":
                    yield one.id, clock, worked(due, run.stopped)
            elif run.started < PERIOD.end and (run.stopped is None or run.stopped >= PERIOD.end) and due < PERIOD.end:
                yield one.id, clock, worked(due, PERIOD.end)


@settings(max_examples=60, deadline=None)
@given(desks)
def test_it_agrees_with_the_clocks_and_with_the_service_report(desk: tuple[Request, ...]) -> None:
    report = made(desk, PERIOD)
    other = service([entry(one, NOW, STRICT) for one in desk], PERIOD, PERIOD.previous(), NOW)
    for figure in report.figures:
        if figure.name.startswith("on_time"):
            same = other.figure(figure.name)
            assert (figure.value, figure.n, figure.previous) == (same.value, same.n, same.previous)
    late = list(missed(desk))
    assert report.figure("missed").value == len(late)
    assert sorted(sample.value for sample in report.figure("late").behind) == sorted(by for _, _, by in late)


@settings(max_examples=60, deadline=None)
@given(desks)
def test_tables_add_up(desk: tuple[Request, ...]) -> None:
    report, late = made(desk, PERIOD), list(missed(desk))
    for by in ("clock", "regulation", "department"):
        found = rows(report, f"on_time_by_{by}")
        assert sum(row["n"] for row in found) == report.figure("on_time").n
        assert sum(row["missed"] for row in found) == len(late)
    assert sum(row["n"] for row in rows(report, "lateness")) == len(late)
    limits = [HOUR, 4 * HOUR, 8 * HOUR, 24 * HOUR, 40 * HOUR]
    counts = [sum(low < by <= high for _, _, by in late) for low, high in zip([-1, *limits], limits, strict=False)]
    assert [row["n"] for row in rows(report, "lateness")][:5] == (counts if late else [])
    assert sum(row["n"] for row in rows(report, "first_causes")) == len({name for name, _, _ in late})


def slow(name: str, picked: str, resolved: str) -> Request:
    return request(
        name,
        at("2 09:00"),
        [(at(picked), "anna", Taken(department="sales")), (at(resolved), "anna", Resolved(outcome="ok"))],
        department="sales",
    )


def test_the_clock_that_was_missed_first_is_the_cause() -> None:
    both, only_last = slow("R-1", "2 12:00", "4 10:00"), slow("R-2", "2 09:30", "4 10:00")
    report = made([both, only_last, slow("R-3", "2 09:30", "2 12:00")])
    found = [tuple(row.values()) for row in rows(report, "first_causes")]
    assert found == [("pickup", 1, 0.5, 1), ("resolve", 1, 0.5, 0)]
    assert str(report.finding) == "3 of 6 deadlines of 2026-11 were missed."
    assert [row["late_by"] for row in rows(report, "lateness") if row["n"]] == ["up to 4 hours", "up to 24 hours"]


def test_whose_deadline_it_was() -> None:
    handed = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:10"), "anna", Taken(department="sales")),
            (at("2 09:20"), "anna", HandedOff(to="boris")),
            (at("2 15:00"), "boris", Accepted(department="logistics")),
            (at("2 16:00"), "boris", Resolved(outcome="ok")),
        ],
        department="sales",
    )
    found = {row["department"]: (row["n"], row["missed"]) for row in rows(made([handed]), "on_time_by_department")}
    assert found == {"logistics": (2, 1), "sales": (1, 0)}


def test_the_clock_of_a_stage_is_named_with_the_stage_and_belongs_to_its_department() -> None:
    staged = request(
        "R-1",
        at("2 09:00"),
        [
            (at("2 09:00"), "anna", StageStarted(stage="draft", department="logistics", to="anna")),
            (at("2 15:00"), "anna", StageDone(stage="draft")),
        ],
    )
    rules = regulation(stage="1h")
    report = made([staged], WHOLE, rules)
    assert [(row["clock"], row["missed"]) for row in rows(report, "on_time_by_clock")] == [("stage:draft", 1)]
    assert [row["department"] for row in rows(report, "on_time_by_department")] == ["logistics"]


def test_words_for_periods_without_clocks_and_without_misses() -> None:
    assert str(made([]).finding) == "No request has a clock: only requests of a regulation have deadlines."
    quick = slow("R-1", "2 09:30", "2 12:00")
    december = parse_period("2026-12", ZONE, NOW)
    assert str(made([quick], december).finding) == "No clock stopped or ran late in 2026-12."
    assert str(made([quick]).finding) == "All 2 deadlines of 2026-11 were met."
    assert not rows(made([quick]), "lateness")
    plain = request("R-2", at("2 09:00"), [(at("2 09:05"), "anna", Noted(text="x"))])
    assert made([plain], WHOLE, None).figure("on_time").value is None
