"""Limits of authority in the record: who may write which value, and how a larger one is approved."""

from __future__ import annotations

import pytest

from tests.conftest import Svc

REGULATION = """\
---
regulation: complaint
version: 2
title: Complaint
owner: orlova
applies: {type: complaint}
stages:
- {name: examine, department: sales, needs: [refund]}
authority:
  refund: {specialist: 5000 RUB, head: 50000 RUB}
---
"""


@pytest.fixture
def part(svc: Svc) -> str:
    svc.write("regulations/complaint.md", REGULATION)
    part = svc.new("The pump leaks", "--type", "complaint", "--client", "zoo")
    svc(f"take {part}")
    return part


def test_within_the_limit_a_specialist_decides_alone(svc: Svc, part: str) -> None:
    assert svc.json(f"done {part} --field refund=5000")["fields"]["refund"] == "5000"


@pytest.mark.parametrize("deed", ["done {} --field refund=6000", "set {} refund=6000"])
def test_beyond_it_the_record_stays_as_it_is(svc: Svc, part: str, deed: str) -> None:
    before = svc.git("rev-parse", "HEAD")
    result = svc(deed.format(part), code=1)
    assert result.err == (
        f"svcctl: {part}: refund 6000 RUB is beyond what ivanova decides alone: up to 5000 RUB\n"
        f"  petrova may: svcctl handoff {part} --to petrova -m …;"
        f" then svcctl set {part} refund=… approves it\n"
    )
    assert svc.git("rev-parse", "HEAD") == before


def test_the_head_approves_in_the_record_and_the_specialist_goes_on(svc: Svc, part: str) -> None:
    svc(f"set {part} refund=6000", as_="petrova")
    assert svc.json(f"done {part} --field refund=6000")["stage"] is None
    events = svc.json(f"show {part}")["events"]
    assert [event["by"] for event in events if event.get("values", {}).get("refund")] == ["petrova"]
    assert "is beyond what ivanova decides alone" in svc(f"set {part} refund=6001", code=1).err
    svc(f"set {part} refund=100")


def test_a_request_opened_or_resolved_with_too_much(svc: Svc, part: str) -> None:
    new = ["new", "Leak", "--type", "complaint", "--client", "zoo", "--field", "refund=6000"]
    assert "ID: refund 6000 RUB is beyond" in svc(new, code=1).err
    assert svc.json(new, as_="petrova")["fields"] == {"refund": "6000"}
    svc(f"done {part} --field refund=1")
    assert "is beyond what ivanova" in svc(f"resolve {part} -m paid --field refund=9000", code=1).err
    assert svc.json(f"resolve {part} -m paid --field refund=2 --field iban=x")["fields"] == {"refund": "2", "iban": "x"}


def test_resolve_with_what_is_known_already(svc: Svc, part: str) -> None:
    svc(f"done {part} --field refund=1")
    assert svc.json(f"resolve {part} -m paid --field refund=1")["status"] == "resolved"
    assert svc(f"resolve {part} -m paid --field no", code=2).err
