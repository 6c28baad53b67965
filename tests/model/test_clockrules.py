"""Clocks and priorities of a regulation; what is refused stands in broken_regulations.txt."""

from __future__ import annotations

from typing import Any

from svcctl.model.clockrules import ClockRule, parse_clocks, parse_priorities, running
from svcctl.model.duration import DAYS, WALL, Duration
from svcctl.model.problems import Problem
from svcctl.model.section import Section


def section(**keys: Any) -> Section:
    return Section(keys, [])


def test_clocks() -> None:
    front = section(
        clocks={
            "pickup": {"within": "30m"},
            "resolve": {"within": "3d", "pause": ["waiting"], "reopen": "keep"},
            "stage": "",
            "follow_up": {"within": "36h!", "start": "offer_sent", "stop": ["offer_accepted", "offer_declined"]},
            "by_law": {"within": "10d!", "start": ["opened"], "stop": ["resolved"]},
        }
    )
    assert parse_clocks(front) == {
        "pickup": ClockRule(Duration(1800)),
        "resolve": ClockRule(Duration(3, DAYS), ("waiting",), "keep"),
        "stage": ClockRule(),
        "follow_up": ClockRule(
            Duration(129600, WALL), start=("offer_sent",), stop=("offer_accepted", "offer_declined")
        ),
        "by_law": ClockRule(Duration(864000, WALL), start=("opened",), stop=("resolved",)),
    }
    assert front.problems == []


def test_priorities() -> None:
    clocks = {"pickup": ClockRule(Duration(1800))}
    front = section(priority={"urgent": {"pickup": "10m", "stage": "2h"}, "low": {}})
    assert parse_priorities(front, clocks) == {"urgent": {"pickup": Duration(600), "stage": Duration(7200)}, "low": {}}
    assert front.problems == []


def test_stages_and_promises_run_undeclared() -> None:
    assert running(["stage", "resolve"]) == ("stage", "resolve", "promise")


def test_an_unknown_clock_is_located_by_its_name() -> None:
    problems: list[Problem] = []
    parse_priorities(Section({"priority": {"urgent": {"pikcup": "10m"}}}, problems), {"pickup": ClockRule()})
    assert [str(problem.remedy) for problem in problems] == ["did you mean “pickup”?"]
