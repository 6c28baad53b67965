"""The trader: “urgent” meant something else in every department.

Warehouse and transport each get through two orders a day, before and after. Before, the warehouse begins with the
heaviest and transport with the nearest; after, both follow the order of the queue that the tool shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.scenarios.office import AFTER, BEFORE, Office, working_days

TEAM = """\
departments: {sales: {head: anna}, warehouse: {head: boris}, transport: {head: vera}}
people:
  anna:  {email: anna@example.com, department: sales, role: head}
  boris: {email: boris@example.com, department: warehouse, role: head}
  vera:  {email: vera@example.com, department: transport, role: head}
"""

FRONT = """\
---
regulation: order
version: 1
title: Orders from stock
owner: anna
applies: {{type: order}}
calendar: office
clocks:
  resolve: {{within: 10d}}
{priority}stages:
- {{name: pack,    department: warehouse}}
- {{name: deliver, department: transport}}
---
"""
WITHOUT = FRONT.format(priority="")
WITH = FRONT.format(priority="priority:\n  urgent: {resolve: 2d}\n")

# Weight in tonnes, distance in km, and whether the client's production stands.
ORDERS = [(20, 900, "normal"), (1, 700, "urgent"), (18, 40, "normal"), (15, 60, "normal"), (2, 800, "urgent"),
          (12, 80, "normal"), (10, 100, "normal"), (9, 120, "normal")]  # fmt: skip
A_DAY = 2


def heaviest(office: Office, waiting: Sequence[str]) -> list[str]:
    return sorted(waiting, key=lambda part: -field(office, part, "weight"))


def nearest(office: Office, waiting: Sequence[str]) -> list[str]:
    return sorted(waiting, key=lambda part: field(office, part, "distance"))


def field(office: Office, part: str, name: str) -> int:
    return int(office.svc.json(f"show {part}")["fields"][name])


def as_shown(office: Office, waiting: Sequence[str]) -> list[str]:
    return list(waiting)


def queue(office: Office, department: str) -> list[str]:
    return [row["id"][-6:] for row in office.svc.json(f"list --queue {department}")]


def month(office: Office, name: str, *taste: Callable[[Office, Sequence[str]], list[str]]) -> None:
    days = working_days(name, 16)
    office.at(days[0], "09:00")
    for weight, distance, priority in ORDERS:
        fields = ["--field", f"weight={weight}", "--field", f"distance={distance}"]
        office.svc(["new", f"{weight} t", "--type", "order", "--priority", priority, *fields])
    for day in days:
        for department, person, order in zip(("warehouse", "transport"), ("boris", "vera"), taste, strict=True):
            office.at(day, "10:00" if person == "boris" else "16:00")
            chosen = order(office, queue(office, department))[:A_DAY]
            office.do(person, "take" if person == "boris" else "accept", chosen)
            office.do(person, "done", chosen)
            if person == "vera":
                office.do(person, "resolve", chosen, "-m", "delivered")


@pytest.mark.long
def test_one_priority_for_all_brings_the_urgent_ones_in_time(svc: Svc, tmp_path: Path) -> None:
    office = Office(svc, TEAM, WITHOUT, "anna")
    month(office, BEFORE, heaviest, nearest)
    office.adopt(WITH, tmp_path, "urgent is two days, in every department")
    office.at("2026-09-30", "18:00")
    replayed = svc.json(f"regulation simulate order@2 --period {BEFORE}")
    (resolve,) = [clock for clock in replayed["clocks"] if clock["clock"] == "resolve"]
    assert len(resolve["late_only_after"]) == 2, "both urgent ones came late, and no report had said so"
    assert resolve["before"]["share"] == 1 and resolve["after"]["share"] == 0.75

    month(office, AFTER, as_shown, as_shown)
    deadlines = office.figures("deadlines")
    assert deadlines["on_time_resolve"]["value"] == 1
    urgent = [row for row in svc.json("list --all --priority urgent") if row["opened"].startswith(AFTER)]
    assert {clock["verdict"] for row in urgent for clock in row["clocks"] if clock["name"] == "resolve"} == {"met"}


@pytest.mark.long
def test_the_queue_says_why_the_urgent_one_comes_first(svc: Svc) -> None:
    office = Office(svc, TEAM, WITH, "anna")
    office.at("2026-10-01", "09:00")
    svc(["new", "18 t", "--type", "order"])
    svc(["new", "1 t", "--type", "order", "--priority", "urgent"])
    rows = svc.json("list --queue transport") + svc.json("list --queue warehouse")
    assert [row["title"] for row in rows] == ["1 t", "18 t"]
    assert rows[0]["why"] == "resolution is due Mon 05.10 18:00, 2d after it began (urgent)"
