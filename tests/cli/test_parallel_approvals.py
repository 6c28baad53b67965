"""Approvals side by side, as a regulation names them: delivery by logistics, duty by customs, the whole by the head."""

from __future__ import annotations

import pytest

from tests.cli.test_approving import approvals, status
from tests.cli.test_offers import offer_file, shop
from tests.conftest import Svc

__all__ = ["shop"]

TENDER = """\
---
regulation: tender
version: 1
title: Tenders
owner: petrova
applies: {type: tender}
calendar: office
stages:
- {name: draft, department: sales}
- {name: delivery, department: logistics, returns_to: draft, with: [duty, approve], reasons: [route, date]}
- {name: duty, department: customs, returns_to: draft, with: [delivery, approve], if: duty > 0}
- {name: approve, role: head, returns_to: draft, with: [delivery, duty]}
decide:
  inputs: {duty: number >= 0}
  rules:
  - {when: otherwise, then: review, because: every tender is looked at}
authority:
  discount: {specialist: 5%, head: 15%}
---
"""
WHO = {"delivery": "kuznetsov", "duty": "nowak", "approve": "petrova"}


@pytest.fixture
def tender(shop: Svc) -> tuple[Svc, str]:
    """A submitted offer that three departments approve side by side."""
    shop.write("regulations/tender.md", TENDER)
    request = shop.new("Тендер", "--type", "tender", "--client", "metallstroy", "--field", "duty=5")
    shop(f"take {request}")
    shop(["offer", "new", request, "--line", "A500C-12;20"])
    shop(f"offer submit {request}")
    return shop, request


def given(shop: Svc, request: str) -> list[str]:
    return [subject for subject, (state, _) in approvals(shop, request).items() if state == "approved"]


@pytest.mark.parametrize("order", [("delivery", "duty", "approve"), ("approve", "duty", "delivery")])
def test_nobody_waits_for_another(tender: tuple[Svc, str], order: tuple[str, ...]) -> None:
    shop, request = tender
    assert set(shop.json(f"show {request}")["stage"].split("+")) == set(WHO)
    for number, subject in enumerate(order, 1):
        assert status(shop, request) == "submitted"
        shop(f"offer approve {request}", as_=WHO[subject])
        assert set(given(shop, request)) == set(order[:number])
        assert approvals(shop, request)[subject] == ("approved", WHO[subject])
    assert status(shop, request) == "approved"
    # With the last approval the last stage is done, too.
    assert shop.json(f"show {request}")["stage"] in (None, "")


def test_an_approval_that_does_not_apply_is_not_asked_for(shop: Svc) -> None:
    shop.write("regulations/tender.md", TENDER)
    request = shop.new("Тендер", "--type", "tender", "--client", "metallstroy", "--field", "duty=0")
    shop(["offer", "new", request, "--line", "A500C-12;20"])
    assert set(approvals(shop, request)) == {"delivery", "approve"}


def test_each_department_approves_its_own_only(tender: tuple[Svc, str]) -> None:
    shop, request = tender
    err = shop(f"offer approve {request} --subject duty", as_="kuznetsov", code=1).err
    assert "nothing in r1 waits for kuznetsov" in err
    assert "nothing in r1 waits for ivanova" in shop(f"offer approve {request}", code=1).err
    shop(f"offer approve {request}", as_="kuznetsov")
    assert given(shop, request) == ["delivery"]
    assert "nothing in r1 waits for sidorov" in shop(f"offer approve {request}", as_="sidorov", code=1).err


def test_a_change_asks_all_who_had_approved_again_and_says_whom(tender: tuple[Svc, str]) -> None:
    shop, request = tender
    shop(f"offer approve {request}", as_="kuznetsov")
    shop(f"offer approve {request}", as_="nowak")
    err = shop(f"offer lines {request} add A500C-16 1", err="the change asks for it again").err
    assert "r1 was approved by kuznetsov, nowak" in err
    assert status(shop, request) == "draft"
    shop(f"offer submit {request}")
    assert given(shop, request) == []
    assert approvals(shop, request)["delivery"] == ("outdated", "kuznetsov")
    assert "approved by kuznetsov" in shop(f"offer show {request}").out
    shop(f"offer approve {request}", as_="kuznetsov")
    assert given(shop, request) == ["delivery"]


@pytest.mark.parametrize(
    "change", ["# a comment\n", "notes: x\n", " \n"], ids=["a comment", "a note", "an invisible blank"]
)
def test_an_approval_holds_for_the_very_bytes(tender: tuple[Svc, str], change: str) -> None:
    shop, request = tender
    for person in WHO.values():
        shop(f"offer approve {request}", as_=person)
    assert status(shop, request) == "approved"
    file = offer_file(shop, request)
    text = file.read_text(encoding="utf-8")
    shop.write(str(file.relative_to(shop.folder)), text.replace('notes: ""\n', "") + change)
    assert status(shop, request) == "draft"
    assert {state for state, _ in approvals(shop, request).values()} == {"outdated"}
    shop.write(str(file.relative_to(shop.folder)), text)
    assert status(shop, request) == "approved"


def test_a_rejection_of_one_sends_the_offer_back_with_a_listed_reason(tender: tuple[Svc, str]) -> None:
    shop, request = tender
    shop(f"offer approve {request}", as_="nowak")
    err = shop(f"offer reject {request} -m no --reason price", as_="kuznetsov", code=1).err
    assert "the regulation has no reason “price” for delivery" in err
    shop(f"accept {request} --stage delivery", as_="kuznetsov")
    shop(f"offer reject {request} -m далеко --reason route", as_="kuznetsov")
    assert status(shop, request) == "rejected"
    returned = shop.json(f"show {request}")["events"][-2:]
    back = next(event for event in returned if event["do"] == "returned")
    assert (back["reason"], back["to_stage"]) == ("route", "draft")
    rows = {table["name"]: table["rows"] for table in shop.json("report rework --period 2026-11")["tables"]}
    assert rows["rejections_by_reason"] == [{"reason": "route", "subject": "delivery", "n": 1}]
    assert rows["returns_by_reason"] == [{"reason": "route", "n": 1}]


def test_a_return_by_hand_takes_the_stage_s_own_reasons(tender: tuple[Svc, str]) -> None:
    shop, request = tender
    shop(f"accept {request} --stage delivery", as_="kuznetsov")
    line = ["return", request, "--stage", "delivery", "-m", "далеко", "--reason"]
    assert "no reason “price”: route, date" in shop([*line, "price"], as_="kuznetsov", code=1).err
    shop([*line, "date"], as_="kuznetsov")
