"""A change of priority carries the time that has passed, or restarts the clock, as the regulation says."""

from __future__ import annotations

from datetime import datetime

import pytest

from svcctl.model.events import Set
from svcctl.rules.clocks import Clock
from tests.rules.matters import MOSCOW, clocks_of, hours, regulation, request_with

URGENT = Set(values={"priority": "urgent"}, old={"priority": "normal"})


def resolve(change: str) -> Clock:
    clock = {"within": "6h", **({"change": change} if change else {})}
    rules = regulation({"resolve": clock}, priority={"urgent": {"resolve": "2h"}})
    return clocks_of(request_with((1, URGENT)), rules, hours(1.5))["resolve"]


@pytest.mark.parametrize("change", ["", "carry"])
def test_time_is_carried_unless_the_regulation_says_otherwise(change: str) -> None:
    clock = resolve(change)
    assert clock.due == datetime(2026, 11, 23, 12, tzinfo=MOSCOW)
    assert clock.elapsed == 5400


def test_a_clock_may_restart() -> None:
    clock = resolve("restart")
    assert clock.run.started == hours(1)
    assert clock.due == datetime(2026, 11, 23, 13, tzinfo=MOSCOW)
    assert clock.elapsed == 1800


def test_other_changes_restart_nothing() -> None:
    rules = regulation({"resolve": {"within": "6h", "change": "restart"}})
    request = request_with((1, Set(values={"title": "New"}, old={"title": "Rebar"})))
    assert clocks_of(request, rules, hours(2))["resolve"].run.started == hours(0)
