"""undo: a compensating event for every deed that can be taken back, and what to type for the others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Svc


def state(svc: Svc, request: str) -> dict[str, Any]:
    shown = svc.json(f"show {request}")
    names = ("status", "owner", "title", "priority", "fields", "handoff", "waiting", "department")
    return {name: shown[name] for name in names}


UNDONE = (
    ([], "take {id}", "released"),
    (["take {id}"], "release {id} -m x", "taken"),
    (["take {id}"], "assign {id} --to petrova", "assigned"),
    (["take {id}"], "handoff {id} --to logistics -m x", "recalled"),
    (["take {id}", "handoff {id} --to logistics -m x --within 2h"], "recall {id}", "handed_off"),
    (["take {id}"], "wait {id} --for client -m x", "resumed"),
    (["take {id}", "wait {id} --for client -m x"], "resume {id}", "waiting"),
    ([], "set {id} priority=urgent weight=20", "set"),
    (["set {id} title=Before weight=10"], "set {id} title=After weight=20", "set"),
    (["take {id}"], "resolve {id} -m sent", "reopened"),
    (["take {id}"], "cancel {id} -m x", "reopened"),
    (["take {id}", "resolve {id} -m sent"], "reopen {id} -m x", "resolved"),
    (["take {id}", "cancel {id} -m built"], "reopen {id} -m x", "cancelled"),
)


@pytest.mark.parametrize(("before", "deed", "back"), UNDONE, ids=[f"{row[1]}-{len(row[0])}" for row in UNDONE])
def test_a_deed_is_taken_back_by_a_new_event(svc: Svc, before: list[str], deed: str, back: str) -> None:
    request = svc.new()
    for line in before:
        svc(line.format(id=request))
    was = state(svc, request)
    svc(deed.format(id=request))
    undone = svc.json(f"show {request}")["events"][-1]
    svc(f"undo {request}")
    now = state(svc, request)
    was["fields"] = {name: was["fields"].get(name, "") for name in now["fields"]}
    for either in (was, now):
        either["handoff"] = {**either["handoff"], "at": "", "due": ""} if either["handoff"] else None
        either["waiting"] = {**either["waiting"], "since": ""} if either["waiting"] else None
    assert now == was
    last = svc.json(f"show {request}")["events"][-1]
    assert (last["do"], last["undoes"]) == (back, undone["id"])


def test_undo_goes_back_step_by_step(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"set {request} priority=urgent")
    svc(f"undo {request}")
    svc(f"undo {request}")
    assert state(svc, request)["owner"] is None
    refused = svc(f"undo {request}", code=1)
    assert "ivanova has done nothing here that could be undone" in refused.err


def test_one_of_several_events_is_taken_back_by_its_id(svc: Svc) -> None:
    request = svc.new()
    svc(f"set {request} priority=urgent")
    svc(f"take {request}")
    event = svc.json(f"show {request}")["events"][0]["id"]
    svc(f"undo {request} {event}")
    assert svc.json(f"show {request}")["priority"] == "normal"
    assert "was undone already" in svc(f"undo {request} {event}", code=1).err
    assert "there is no event 00000000" in svc(f"undo {request} 00000000", code=1).err


def test_nobody_undoes_what_another_did(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    event = svc.json(f"show {request}")["events"][0]["id"]
    assert "only ivanova can undo what ivanova did" in svc(f"undo {request} {event}", as_="petrova", code=1).err
    assert "petrova has done nothing here" in svc(f"undo {request}", as_="petrova", code=1).err


@pytest.mark.parametrize(
    ("deed", "instead"),
    [
        ("note {id} -m x", "svcctl note {id} -m TEXT"),
        ("promise {id} --at 15:00 -m x", "svcctl broken {id} -m WHY"),
        ("rate {id} 9", "svcctl rate {id} SCORE"),
        ("worked {id} 20m", "svcctl note {id} -m TEXT"),
    ],
)
def test_what_cannot_be_taken_back_says_what_to_type_instead(svc: Svc, deed: str, instead: str) -> None:
    request = svc.new()
    svc(deed.format(id=request))
    refused = svc(f"undo {request}", code=1)
    assert "cannot be undone" in refused.err
    assert instead.format(id=request) in refused.err


def test_an_accepted_hand_off_is_handed_on(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"handoff {request} --to logistics -m x")
    svc(f"accept {request}", as_="sidorov")
    assert f"svcctl handoff {request} --to WHO" in svc(f"undo {request}", as_="sidorov", code=1).err
    refused = svc(f"undo {request}", code=1)
    assert "no hand-off is open" in refused.err


def test_values_that_somebody_has_changed_since_stay(svc: Svc) -> None:
    request = svc.new()
    svc(f"set {request} priority=urgent weight=20")
    svc(f"set {request} weight=30", as_="petrova")
    svc(f"undo {request}")
    shown = svc.json(f"show {request}")
    assert (shown["priority"], shown["fields"]["weight"]) == ("normal", "30")
    svc(f"set {request} weight=40")
    svc(f"set {request} weight=50", as_="petrova")
    assert "somebody has changed it since" in svc(f"undo {request}", code=1).err


def test_an_assignment_of_what_nobody_had_is_taken_back_by_the_head(svc: Svc) -> None:
    request = svc.new()
    svc(f"assign {request} --to ivanova", as_="petrova")
    svc(f"undo {request}", as_="petrova")
    assert state(svc, request)["status"] == "new"
    svc(f"assign {request} --to petrova")
    assert "allowed now: assign" in svc(f"undo {request}", code=1).err


def test_an_assignment_that_went_on_is_not_taken_back(svc: Svc) -> None:
    request = svc.new()
    svc(f"assign {request} --to petrova")
    svc(f"assign {request} --to sidorov", as_="petrova")
    assert "with somebody else by now" in svc(f"undo {request}", code=1).err


def test_a_dry_run_writes_nothing(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    before = svc.git("rev-parse", "HEAD")
    assert "dry run" in svc(f"undo {request} --dry-run").out
    assert svc.git("rev-parse", "HEAD") == before
