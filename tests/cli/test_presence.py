"""People who are away are never handed work silently; queues say why they stand as they do."""

from __future__ import annotations

import pytest

from tests.conftest import TEAM, Svc

AWAY = "away: [{from: 2026-11-20, to: 2026-11-30, substitute: SUB}]"


def send_away(svc: Svc, handle: str, substitute: str) -> None:
    text = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    absence = AWAY.replace("SUB", substitute) if substitute else AWAY.replace(", substitute: SUB", "")
    line = next(line for line in text.splitlines() if line.startswith(f"  {handle}:"))
    svc.write("team.yaml", text.replace(line, line.removesuffix("}") + f", {absence}}}"))


@pytest.mark.parametrize("deed", ["handoff {} -m x --to", "assign {} --to"])
def test_it_goes_to_who_stands_in(svc: Svc, deed: str) -> None:
    send_away(svc, "kuznetsov", "sidorov")
    part = svc.new("Freight")
    svc(f"take {part}") if "handoff" in deed else None
    said = svc(deed.format(part) + " kuznetsov", err="kuznetsov is away until 2026-11-30: sidorov stands in")
    assert "sidorov" in said.out and "kuznetsov" not in said.out


@pytest.mark.parametrize("deed", ["handoff {} -m x --to", "assign {} --to"])
def test_nobody_stands_in(svc: Svc, deed: str) -> None:
    send_away(svc, "kuznetsov", "")
    part = svc.new("Freight")
    result = svc(deed.format(part) + " kuznetsov", code=1)
    assert result.err == (
        "svcctl: kuznetsov is away until 2026-11-30 and nobody stands in\n"
        "  hand it to the department: --to logistics; or add --anyway\n"
    )
    assert "kuznetsov" in svc(deed.format(part) + " kuznetsov --anyway", err="away until").out


def test_substitutes_of_substitutes(svc: Svc) -> None:
    send_away(svc, "kuznetsov", "sidorov")
    send_away(svc, "sidorov", "kim")
    part = svc.new("Freight")
    assert svc.json(f"assign {part} --to kuznetsov", err="kim stands in")["owner"] == "kim"
    send_away(svc, "kim", "kuznetsov")
    assert "nobody stands in" in svc(f"handoff {part} --to kuznetsov -m x", code=1, as_="kim").err


def test_new_requests_and_errands_too(svc: Svc) -> None:
    send_away(svc, "kuznetsov", "sidorov")
    assert svc.json("new Freight --to kuznetsov", err="sidorov stands in")["owner"] == "sidorov"
    errand = svc.json("errand Freight --to kuznetsov --due +2d", err="sidorov stands in")
    assert errand["handoff"]["to"] == "sidorov"
    assert svc.json("new Freight --to logistics")["department"] == "logistics"


def test_who_is_back_gets_it(svc: Svc) -> None:
    send_away(svc, "kuznetsov", "sidorov")
    part = svc.new("Freight")
    assert svc.json(f"assign {part} --to kuznetsov", now="2026-12-01T09:30:00+03:00")["owner"] == "kuznetsov"
    assert "kuznetsov" in TEAM


def test_a_queue_is_in_the_order_of_the_deadlines_and_says_why(svc: Svc) -> None:
    later = svc.new("Later", "--type", "complaint", "--client", "zoo")
    urgent = svc.new("Urgent", "--type", "complaint", "--client", "zoo", "--priority", "urgent")
    none = svc.new("Plain", "--to", "service")
    rows = svc.json("list --queue service")
    assert [row["id"][-6:] for row in rows] == [urgent, later, none]
    assert [row["why"] for row in rows] == [
        "pick-up is due 10:15, 15m after it began (urgent)",
        "pick-up is due 11:00, 1h after it began",
        "no deadline runs; opened 10:00",
    ]
    table = svc("list --queue service").out
    assert "why now" in table and "pick-up is due 10:15, 15m after it began (urgent)" in table
    late = svc.json("list --queue service", now="2026-11-23T10:30:00+03:00")
    assert late[0]["why"] == "pick-up was due 10:15, 15m after it began (urgent)"
    assert "why" not in svc.json("list")[0] and "why now" not in svc("list").out
