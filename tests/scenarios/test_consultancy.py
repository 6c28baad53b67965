"""The consultancy: drafts of a new department that came back again and again.

The partner names one thing at a time that a draft lacks. Before, the researcher hands over what there is; after, the
stage is not done until all of it is known, so the researcher gets it first, which costs a day more.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.scenarios.office import AFTER, BEFORE, Office, working_days

TEAM = """\
departments: {sales: {head: anna}, research: {head: rita}, partners: {head: paul}}
people:
  anna: {email: anna@example.com, department: sales, role: head}
  rita: {email: rita@example.com, department: research, role: head}
  paul: {email: paul@example.com, department: partners, role: partner}
"""

FRONT = """\
---
regulation: study
version: 1
title: Studies for clients
owner: anna
applies: {{type: study}}
calendar: office
clocks:
  resolve: {{within: 8d}}
stages:
- {{name: draft,  department: research{needs}}}
- {{name: review, role: partner, returns_to: draft, reasons: [sources, method, budget]}}
- {{name: hand,   department: sales}}
---
"""
WITHOUT = FRONT.format(needs="")
WITH = FRONT.format(needs=", needs: [sources, method, budget]")
WANTED = ("sources", "method", "budget")
STUDIES = 4


def month(office: Office, name: str) -> None:
    days = iter(working_days(name, 20))
    studies = open_studies(office, next(days))
    office.do("rita", "take", studies)
    while any(open_stage(office, part) in ("draft", "review") for part in studies):
        drafts(office, studies, next(days))
        review(office, studies, next(days))
    office.at(next(days), "15:00")
    office.do("anna", "accept", studies)
    office.do("anna", "done", studies)
    office.do("anna", "resolve", studies, "-m", "the client has it")


def open_studies(office: Office, day: date) -> list[str]:
    office.at(day, "10:00")
    return [office.svc(["new", f"Study {number}", "--type", "study"]).id() for number in range(STUDIES)]


def open_stage(office: Office, part: str) -> str:
    return str(office.svc.json(f"show {part}")["stage"])


def drafts(office: Office, studies: list[str], day: date) -> None:
    """The researcher hands over the draft; where that is refused, gets what is missing and hands over next day."""
    office.at(day, "12:00")
    for part in studies:
        shown = office.svc.json(f"show {part}")
        if shown["stage"] != "draft":
            continue
        if shown["handoff"]:
            office.do("rita", "accept", [part])
        told = [event["reason"] for event in shown["events"] if event["do"] == "returned"]
        fields = [word for name in told for word in ("--field", f"{name}=in the annex")]
        if not allowed(office, part, fields):
            office.do("rita", "done", [part], *(w for name in WANTED for w in ("--field", f"{name}=in the annex")))


def allowed(office: Office, part: str, fields: list[str]) -> bool:
    """Whether the tool takes the draft as it is."""
    needed = office.svc.json("regulation show study")["stages"][0]["needs"]
    words = ["done", part, *fields]
    if needed:
        assert "is done when these are known" in office.svc(words, as_="rita", code=1).err
        return False
    office.svc(words, as_="rita")
    return True


def review(office: Office, studies: list[str], day: date) -> None:
    """The partner sends a draft back for the first thing it lacks."""
    office.at(day, "12:00")
    for part in studies:
        shown = office.svc.json(f"show {part}")
        if shown["stage"] != "review":
            continue
        office.do("paul", "accept", [part])
        lacking = next((name for name in WANTED if name not in shown["fields"]), "")
        if lacking:
            office.do("paul", "return", [part], "-m", f"where are the {lacking}?", "--reason", lacking)
        else:
            office.do("paul", "done", [part])


@pytest.mark.long
def test_what_must_be_known_ends_the_returns(svc: Svc, tmp_path: Path) -> None:
    office = Office(svc, TEAM, WITHOUT, "anna")
    month(office, BEFORE)
    office.adopt(WITH, tmp_path, "a draft is done when sources, method and budget are known")
    month(office, AFTER)

    rework = office.figures("rework")
    assert rework["returns"]["previous"] == len(WANTED) * STUDIES
    assert rework["returns"]["value"] == 0
    assert rework["reworked"]["previous"] == 1 and rework["reworked"]["value"] == 0
    service = office.figures("service")
    assert service["resolution"]["value"] < service["resolution"]["previous"] / 2
    deadlines = office.figures("deadlines")
    assert (deadlines["on_time_resolve"]["previous"], deadlines["on_time_resolve"]["value"]) == (0, 1)
