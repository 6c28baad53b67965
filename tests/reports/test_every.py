"""Every report on the desks that break averages: nothing, one request, clocks that go back, people who have gone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings

from svcctl.model.duration import parse_duration
from svcctl.model.events import (
    MessageOut,
    Noted,
    OfferAccepted,
    Rated,
    Reopened,
    Resolved,
    StageStarted,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.request import Request
from svcctl.model.team import Department, Person, Team
from svcctl.render.report import render_report
from svcctl.reports.cases import BY
from svcctl.reports.channels import channels
from svcctl.reports.clients import clients
from svcctl.reports.deadlines import deadlines
from svcctl.reports.decisions import decisions
from svcctl.reports.digest import digest
from svcctl.reports.facts import Entry
from svcctl.reports.flow import flow
from svcctl.reports.nps import nps
from svcctl.reports.offers import offers
from svcctl.reports.payback import Terms, payback
from svcctl.reports.people import people
from svcctl.reports.period import Period, parse_period
from svcctl.reports.process import process
from svcctl.reports.regulations import regulations
from svcctl.reports.report import Report
from svcctl.reports.rework import rework
from svcctl.reports.service import service
from svcctl.reports.workload import Desk, workload
from tests.reports.desks import MONDAY, OFFICE, USUAL, ZONE, at, entry, request
from tests.reports.lives import NOW, desks

TEAM = Team(
    {"sales": Department("sales"), "logistics": Department("logistics")},
    {
        "anna": Person("anna", department="sales"),
        "boris": Person("boris", department="sales", left=True),
        "vera": Person("vera", department="logistics"),
    },
)
LOAD = Desk(TEAM, lambda _: OFFICE, parse_duration("2d"))
TERMS = Terms(Money.of_minor(100, "RUB"), Money.of_minor(1, "RUB"), OFFICE)
OF = TEAM.department_of

Maker = Callable[[Sequence[Entry], Period, Period], Report]
REPORTS: dict[str, Maker] = {
    **{f"service by {by}": lambda e, p, q, by=by: service(e, p, q, NOW, by) for by in BY},  # type: ignore[misc]
    "flow": lambda e, p, q: flow(e, p, q, NOW, OF),
    "process": process,
    "rework": lambda e, p, q: rework(e, p, q, NOW, OF),
    "workload": lambda e, p, q: workload(e, p, q, NOW, LOAD),
    "people": lambda e, p, q: people(e, p, q, NOW, TEAM),
    "payback": lambda e, p, q: payback(e, p, q, NOW, OF, TERMS),
    "deadlines": lambda e, p, q: deadlines(e, p, q, NOW, OF),
    "decisions": decisions,
    "channels": lambda e, p, q: channels(e, p, q, {}),
    "nps": nps,
    "clients": lambda e, p, q: clients(e, p, q, NOW),
    "offers": lambda e, p, q: offers(e, p, q, NOW, OF, [], lambda *_: None),
    "regulations": lambda e, p, q: regulations(e, p, q, NOW, OF, [USUAL]),
    "digest": lambda e, p, q: digest(e, p, q, NOW, LOAD),
}
SCRIPT = "<script>alert(1)</script>"
DESKS: dict[str, list[Request]] = {
    "nothing": [],
    "one that nobody took": [request("R-1", MONDAY, title=SCRIPT, client=SCRIPT, channel=SCRIPT, department="sales")],
    "one that was settled when it came": [request("R-1", MONDAY, [(MONDAY, "anna", Resolved(outcome="ok"))])],
    "clocks that go back": [
        request(
            "R-1",
            at("4 10:00"),
            [
                (at("3 10:00"), "anna", Taken()),
                (at("2 10:00"), "anna", Waiting(for_="client")),
                (at("5 10:00"), "vera", MessageOut(text="x")),
                (at("1 10:00"), "anna", Resolved(outcome="ok")),
            ],
        )
    ],
    "people who have gone or never were": [
        request(
            "R-1",
            MONDAY,
            [
                (at("2 10:00"), "boris", Taken()),
                (at("2 11:00"), "boris", Worked(minutes=30)),
                (at("2 12:00"), "boris", Resolved(outcome="ok")),
                (at("3 10:00"), "ghost", Reopened(why=SCRIPT)),
                (at("3 11:00"), "ghost", StageStarted(stage="draft", department="nowhere", to="nobody")),
            ],
        )
    ],
    "scores that are none": [
        request(
            f"R-{number}",
            MONDAY,
            [(at("2 10:00"), "anna", Resolved(outcome="ok")), (at("3 10:00"), "anna", Rated(score=score))],
        )
        for number, score in enumerate((11, -1))
    ],
    "an answer to an offer that was never sent": [
        request("R-1", MONDAY, [(at("2 10:00"), "anna", OfferAccepted(revision="r9"))], client=SCRIPT)
    ],
    "a request of tomorrow": [request("R-1", NOW + timedelta(days=1), [(NOW, "anna", Noted(text="x"))])],
}
PERIODS = {
    name: parse_period(name, ZONE, NOW)
    for name in ("2026-11", "2025-01", "2026-11-02", "2026-12", "2026-11-02..2026-11-03")
}


def sensible(report: Report) -> None:
    """Numbers that are numbers, words where there are none, and a mark on small samples."""
    value = report.as_json()
    text = json.dumps(value, allow_nan=False)
    assert not re.search(r"\b(None|nan|inf)\b", text, re.IGNORECASE)
    assert report.finding is None or str(report.finding).strip()
    for figure in report.figures:
        if figure.n == 0 and figure.unit in ("s", "share", "ratio", "points"):
            assert figure.value is None and figure.median is None
        if figure.unit in ("share", "ratio") and figure.value is not None:
            assert 0 <= figure.value <= 1
        if figure.small and not figure.name.endswith("_wall") and report.name not in ("workload", "digest"):
            assert any("conclude nothing" in note for note in value["notes"]), figure.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("kind", DESKS)
def test_desks_that_break_averages(name: str, kind: str) -> None:
    for period in PERIODS.values():
        entries = [entry(one, NOW) for one in DESKS[kind]]
        report = REPORTS[name](entries, period, period.previous())
        sensible(report)
        if period.name == "2026-11":
            assert all(render_report(report, form, zone=ZONE) for form in ("plain", "csv", "md"))
            assert SCRIPT not in render_report(report, "html", zone=ZONE)


@settings(max_examples=25)
@given(desks)
def test_desks_made_at_random(desk: tuple[Request, ...]) -> None:
    entries = [entry(one, NOW) for one in desk]
    for make in REPORTS.values():
        sensible(make(entries, PERIODS["2026-11"], PERIODS["2025-01"]))


def test_a_score_of_eleven_is_no_rating() -> None:
    report = REPORTS["nps"]([entry(one, NOW) for one in DESKS["scores that are none"]], *[PERIODS["2026-11"]] * 2)
    assert report.figure("nps").n == 0
    assert str(report.finding) == "No request was rated in 2026-11."


def test_every_report_has_a_title_of_its_own() -> None:
    made = [make([], PERIODS["2026-11"], PERIODS["2025-01"]) for make in REPORTS.values()]
    assert len({report.name for report in made}) == len(REPORTS) - len(BY) + 1
    assert all(isinstance(report.title, Message) for report in made)
