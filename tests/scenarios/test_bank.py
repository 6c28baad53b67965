"""The bank: applicants who waited while several departments looked at each application without criteria.

Each department gets to an application two working days after it has come, before and after. Before, whatever is not
plain goes to and fro between them; a client who has no answer after ten working days goes elsewhere.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.scenarios.office import AFTER, BEFORE, Office, share, working_days

TEAM = """\
departments: {front: {head: anna}, scoring: {head: boris}, security: {head: vera}}
people:
  anna:  {email: anna@example.com, department: front, role: head}
  boris: {email: boris@example.com, department: scoring, role: head}
  vera:  {email: vera@example.com, department: security, role: head}
  gleb:  {email: gleb@example.com, department: scoring, role: board}
"""

WITHOUT = """\
---
regulation: credit
version: 1
title: Credit applications
owner: front
applies: {type: credit}
calendar: office
clocks:
  resolve: {within: 10d}
stages:
- {name: intake,   department: front}
- {name: scoring,  department: scoring}
- {name: security, department: security, returns_to: scoring}
- {name: answer,   department: front}
---
"""

WITH = """\
---
regulation: credit
version: 1
title: Credit applications
owner: front
applies: {type: credit}
calendar: office
clocks:
  resolve: {within: 10d}
stages:
- {name: intake,   department: front, needs: [ratio, known]}
- {name: scoring,  department: scoring,  with: security, needs: [decision_scoring]}
- {name: security, department: security, with: scoring,  needs: [decision_security]}
- {name: board,    role: board, if: decision == review, needs: [opinion]}
- {name: answer,   department: front}
decisions:
  scoring:
    inputs: {ratio: number >= 0}
    rules:
    - {when: ratio <= 40%, then: approve, because: debts stay within 40 % of the income}
    - {when: ratio > 60%,  then: decline, because: debts would take more than 60 % of the income}
    - {when: otherwise,    then: review,  because: neither clearly within nor clearly outside}
  security:
    inputs: {known: yes/no}
    rules:
    - {when: known,     then: approve, because: identity established}
    - {when: otherwise, then: decline, because: identity not established}
combine: {any: decline, all: approve, otherwise: review}
---
"""

# Three of ten are plain: debts low, identity known.
APPLICANTS = [(25, "yes"), (30, "yes"), (35, "yes"), *((45 + n, "yes") for n in range(5)), (70, "yes"), (38, "no")]


def apply(office: Office, day: date) -> dict[str, tuple[int, str]]:
    office.at(day, "10:00")
    found = {}
    for number, (ratio, known) in enumerate(APPLICANTS):
        fields = ["--field", f"ratio={ratio}%", "--field", f"known={known}"]
        found[office.svc(["new", f"Loan {number}", "--type", "credit", *fields]).id()] = (ratio, known)
    office.do("anna", "take", found)
    office.do("anna", "done", found)
    return found


def without_criteria(office: Office) -> None:
    days = working_days(BEFORE, 14)
    everybody = apply(office, days[0])
    plain = [part for part, (ratio, known) in everybody.items() if ratio <= 40 and known == "yes"]
    doubtful = [part for part in everybody if part not in plain]
    for step, (person, verb) in enumerate([("boris", "done"), ("vera", ""), ("boris", "done"), ("vera", "done")]):
        waiting = everybody if step < 2 else doubtful
        office.at(days[2 * (step + 1)], "11:00")
        office.do(person, "accept", waiting)
        if verb:
            office.do(person, verb, waiting)
        else:
            office.do(person, "done", plain)
            office.do(person, "return", doubtful, "-m", "what do you think of the debts?")
    office.at(days[6], "12:00")
    office.do("anna", "accept", plain)
    office.do("anna", "done", plain)
    office.do("anna", "resolve", plain, "-m", "approved")
    office.at(days[11], "10:00")
    office.do("anna", "cancel", doubtful, "-m", "took a loan elsewhere")


def with_criteria(office: Office) -> None:
    days = working_days(AFTER, 14)
    everybody = apply(office, days[0])
    office.at(days[2], "11:00")
    for person, stage in (("boris", "scoring"), ("vera", "security")):
        office.do(person, "accept", everybody, "--stage", stage)
        for part in everybody:
            office.svc(["decide", part, "--stage", stage], as_=person)
        office.do(person, "done", everybody, "--stage", stage)
    stages = {row["id"][-6:]: row["stage"] for row in office.svc.json("list")}
    office.at(days[4], "11:00")
    office.do("gleb", "accept", [part for part, stage in stages.items() if stage == "board"])
    office.do("gleb", "done", [part for part, stage in stages.items() if stage == "board"], "--field", "opinion=seen")
    office.at(days[6], "11:00")
    office.do("anna", "accept", everybody)
    office.do("anna", "done", everybody)
    office.do("anna", "resolve", everybody, "-m", "answered")


@pytest.mark.long
def test_criteria_keep_the_applicants(svc: Svc, tmp_path: Path) -> None:
    office = Office(svc, TEAM, WITHOUT, "anna")
    without_criteria(office)
    assert share(office.statuses(BEFORE), "cancelled") == 0.7, "seven of ten applicants are lost"

    office.adopt(WITH, tmp_path, "each department decides by its own criteria, side by side")
    with_criteria(office)
    assert share(office.statuses(AFTER), "cancelled") == 0
    assert sorted({row["fields"]["decision"] for row in svc.json("list --all") if row["opened"][:7] == AFTER}) == [
        "approve",
        "decline",
        "review",
    ]

    deadlines = office.figures("deadlines")
    assert deadlines["on_time_resolve"]["previous"] == 0.3
    assert deadlines["on_time_resolve"]["value"] == 1
    decisions = office.figures("decisions")
    assert (decisions["decided"]["previous"], decisions["decided"]["value"] > 0) == (0, True)
    assert office.figures("rework")["returns"]["previous"] == 7
    assert office.figures("rework")["returns"]["value"] == 0


@pytest.mark.long
def test_what_the_version_changed_is_in_the_history_and_in_words(svc: Svc, tmp_path: Path) -> None:
    office = Office(svc, TEAM, WITHOUT, "anna")
    office.adopt(WITH, tmp_path, "each department decides by its own criteria, side by side")
    diary = svc.git("log", "-p", "-1", "--", "regulations/")
    assert "+decisions:" in diary and "side by side" in diary
    said = svc("regulation diff credit").out
    assert "stage board: new (board)" in said and "rule scoring: ratio <= 40%: new (approve)" in said
