"""report workload against a recomputation from prefixes of the records, and its two verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.duration import parse_duration
from svcctl.model.events import Assigned, HandedOff, MessageOut, Noted, Resolved, Taken, Waiting, Worked
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request, fold
from svcctl.model.team import Absence, Department, Person, Team
from svcctl.reports.period import Period, parse_period
from svcctl.reports.report import Report
from svcctl.reports.workload import Desk, available, workload
from tests.reports.desks import OFFICE, USUAL, ZONE, at, entry, regulation, request, rows, working_minutes
from tests.reports.lives import DEPARTMENTS, NOW, desks, lying, moments, wrote

HOUR = 3600
PERIOD = parse_period("2026-11-04..2026-11-06", ZONE, NOW)
WEEK = parse_period("2026-W45", ZONE, NOW)
TEAM = Team(
    {"sales": Department("sales"), "logistics": Department("logistics")},
    {
        "anna": Person("anna", department="sales"),
        "boris": Person("boris", department="logistics"),
        "vera": Person("vera"),
    },
)


def desk_of(team: Team = TEAM) -> Desk:
    return Desk(team, lambda person: OFFICE, parse_duration("2d"))


def made(
    desk: Sequence[Request], period: Period = PERIOD, rules: Regulation | None = None, now: datetime = NOW
) -> Report:
    found = [entry(one, now, rules) for one in desk]
    return workload(found, period, period.previous(), now, desk_of())


def holds(of: Request) -> list[tuple[str, datetime, datetime | None]]:
    """Person, since, until of every hold, from the folded prefixes of each stage."""
    at_ = [*moments(of), NOW]
    found: list[tuple[str, datetime, datetime | None]] = []
    states = [fold(of.header, of.events[:n]) for n in range(len(of.events) + 1)]
    for stage in {name for state in states for name in state.items}:
        open_now: tuple[str, datetime] | None = None
        for n, state in enumerate(states):
            if at_[n] == at_[n + 1] and n < len(states) - 1:
                continue
            person = (lying(state, stage) or ("", "", ""))[1]
            if open_now and open_now[0] != person:
                found.append((*open_now, at_[n]))
                open_now = None
            if person and not open_now:
                open_now = (person, at_[n])
        if open_now:
            found.append((*open_now, None))
    return found


@settings(max_examples=60, deadline=None)
@given(desks)
def test_what_came_was_finished_and_is_in_hand(desk: tuple[Request, ...]) -> None:
    report, start, end = made(desk), PERIOD.start, PERIOD.end
    found = [hold for one in desk for hold in holds(one)]
    for row in rows(report, "people"):
        own = [hold[1:] for hold in found if hold[0] == row["person"]]
        assert row["in_hand_start"] == sum(s < start and (e is None or e >= start) for s, e in own)
        assert row["arriving"] == sum(start <= s < end for s, e in own)
        assert row["finished"] == sum(e is not None and start <= e < end for s, e in own)
        assert row["in_hand"] == sum(s < end and (e is None or e >= end) for s, e in own)
        had, came, finished, left = (
            int(str(row[name])) for name in ("in_hand_start", "arriving", "finished", "in_hand")
        )
        assert had + came - finished == left
    assert report.figure("arriving").value == sum(start <= since < end for _, since, _ in found)
    earlier = made(desk, PERIOD.previous())
    assert [figure.previous for figure in report.figures] == [figure.value for figure in earlier.figures]


@settings(max_examples=40, deadline=None)
@given(desks)
def test_work_that_was_written_down_counts_where_it_was_done(desk: tuple[Request, ...]) -> None:
    report = made([one for one in desk if one.worked])
    wanted: dict[str, int] = {}
    for one in desk:
        for work in wrote(one):
            if PERIOD.start <= work.at < PERIOD.end and work.at <= NOW:
                wanted[work.person] = wanted.get(work.person, 0) + 60 * work.minutes
    found = {str(row["person"]): int(str(row["touch_s"])) for row in rows(report, "people")}
    assert all(found.get(person, 0) >= seconds for person, seconds in wanted.items())
    everybody = [one for one in desk if set(one.worked) >= {"anna", "boris", "vera"}]
    assert sum(int(str(row["touch_s"])) for row in rows(made(everybody), "people")) == sum(
        60 * work.minutes for one in everybody for work in wrote(one) if PERIOD.start <= work.at < PERIOD.end
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), max_size=3))
def test_available_is_the_calendar_without_absences(away: list[tuple[int, int]]) -> None:
    spans = tuple(Absence(date(2026, 11, first), date(2026, 11, first + days)) for first, days in away)
    team = Team({}, {"anna": Person("anna", away=spans)})
    off = {first + day for first, days in away for day in range(days + 1)}
    minutes = [minute for minute in working_minutes(WEEK.start, WEEK.end) if minute // 1440 + 1 not in off]
    assert available(desk_of(team), "anna", WEEK, NOW) == 60 * len(minutes)


def test_only_the_part_of_a_period_that_is_over_is_available() -> None:
    month = parse_period("2026-11", ZONE, NOW)
    assert available(desk_of(), "anna", month, at("3 13:00")) == 12 * HOUR
    assert available(desk_of(), "anna", parse_period("2026-12", ZONE, NOW), NOW) == 0
    assert available(desk_of(), "somebody", month, NOW) is None


def worked_a_lot(name: str, person: str, hours: int, done: bool) -> Request:
    last = Resolved(outcome="ok") if done else Noted(text="x")
    deeds = [
        (at("2 09:00"), person, Taken()),
        (at("3 09:00"), person, Worked(minutes=hours * 60)),
        (at("6 17:00"), person, last),
    ]
    return request(name, at("2 09:00"), deeds)


def verdicts(report: Report) -> dict[object, object]:
    return {row["person"]: row["verdict"] for row in rows(report, "people")}


def test_overloaded_is_too_much_work_and_a_growing_queue_not_one_of_them() -> None:
    both = made([worked_a_lot(f"R-{n}", "anna", 21, False) for n in range(2)], WEEK)
    assert verdicts(both) == {"anna": "overloaded"}
    assert [(row["person"], row["load"]) for row in rows(both, "people")] == [("anna", 42 / 40)]
    assert {sample.id for sample in both.figure("overload").behind} == {"R-0", "R-1"}
    assert str(both.finding) == "Overloaded: anna."
    finished = made([worked_a_lot(f"R-{n}", "anna", 21, True) for n in range(2)], WEEK)
    little = made([worked_a_lot(f"R-{n}", "anna", 2, False) for n in range(2)], WEEK)
    assert verdicts(finished) == verdicts(little) == {"anna": None}
    assert str(little.finding).startswith("Nobody is overloaded, and nobody with time to spare")


def silent(person: str) -> Request:
    return request("R-s", at("2 09:00"), [(at("2 10:00"), person, Taken())])


def test_neglect_is_time_to_spare_and_requests_left_lying_not_one_of_them() -> None:
    report = made([silent("boris")], WEEK)
    assert verdicts(report) == {"boris": "neglect"}
    assert [tuple(row.values()) for row in rows(report, "signs")] == [("boris", "neglect", "R-s", "silent")]
    assert report.figure("neglect").value == report.figure("silent").value == 1
    busy = made([silent("boris"), worked_a_lot("R-1", "boris", 20, True)], WEEK)
    assert busy.figure("silent").value == 1
    assert verdicts(busy) == {"boris": None}
    assert "Time to spare, but requests left lying: boris." in str(report.finding)
    two = made([silent("boris"), *(worked_a_lot(f"R-{n}", "anna", 21, False) for n in range(2))], WEEK)
    assert str(two.finding) == "Overloaded: anna. Time to spare, but requests left lying: boris."


def test_waiting_for_the_client_is_not_silence() -> None:
    waiting = request("R-1", at("2 09:00"), [(at("2 10:00"), "anna", Waiting(for_="client"))])
    taken = request(
        "R-2", at("2 09:00"), [(at("2 10:00"), "anna", Taken()), (at("2 10:00"), "anna", Waiting(for_="client"))]
    )
    answered = request(
        "R-3", at("2 09:00"), [(at("2 10:00"), "anna", Taken()), (at("6 10:00"), "anna", MessageOut(text="x"))]
    )
    assert made([waiting, taken, answered], WEEK).figure("silent").value == 0


def test_a_pickup_is_late_with_whom_it_lay_at_the_deadline() -> None:
    assigned = request(
        "R-1",
        at("2 09:00"),
        [(at("2 09:10"), "boss", Assigned(to="boris")), (at("2 12:00"), "boris", Noted(text="x"))],
    )
    nobodys = request("R-2", at("2 09:00"), [(at("2 12:00"), "anna", Taken())])
    report = made([assigned, nobodys], WEEK, USUAL)
    assert [sample.id for sample in report.figure("late_pickups").behind] == ["R-1"]
    handed = request("R-3", at("2 09:00"), [(at("2 09:10"), "anna", HandedOff(to="vera"))])
    accept = made([handed], WEEK, regulation(accept="1h"))
    assert [sample.id for sample in accept.figure("late_pickups").behind] == ["R-3"]
    assert verdicts(accept)["vera"] == "neglect"


def test_what_one_more_person_would_change() -> None:
    report = made([worked_a_lot(f"R-{n}", "anna", 10, True) for n in range(2)], WEEK)
    (row,) = rows(report, "queues")
    # One person, half busy: the wait is as long as the work. With two, a quarter busy each: 1/15 of it.
    assert (row["department"], row["people"], row["load"], row["work_s"]) == ("sales", 1, 0.5, 10 * HOUR)
    assert (row["wait_s"], row["wait_one_more_s"]) == (10 * HOUR, 2400)
    assert any("M/M/c" in str(note) for note in report.notes)


def test_words_for_an_empty_period_and_for_hand_offs() -> None:
    assert str(made([]).finding) == "Nobody had anything in hand in 2026-11-04..2026-11-06."
    assert not made([]).notes
    assert set(DEPARTMENTS) >= set(TEAM.departments)
