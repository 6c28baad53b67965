"""The shipped regulations: sound, their examples decide as they say, their prose agrees with their front matter."""

from __future__ import annotations

import os

import pytest

from svcctl.model.clockrules import CLOCKS
from svcctl.model.criteria import NEEDS_DATA
from svcctl.model.regulation import Regulation, parse_regulation, split
from svcctl.rules.criteria import decide
from svcctl.rules.stages import after, first_stages
from svcctl.store import yaml
from svcctl.store.shipped import shipped

FILES = sorted(name for name in os.listdir(shipped("regulations")) if name.endswith(".md"))
DEPARTMENTS = {"", "sales", "logistics", "customs", "service", "finance"}
TYPES = {
    "callback": "callback",
    "commercial-offer": "offer",
    "complaint": "complaint",
    "credit-application": "credit",
    "errand": "errand",
    "internal-request": "internal",
}


def read(name: str) -> Regulation:
    path = os.path.join(shipped("regulations"), name)
    with open(path, encoding="utf-8") as file:
        front, line, body = split(file.read(), path)
    mapping, problems = yaml.read(front, path, line)
    assert mapping is not None and problems == []
    return parse_regulation(mapping, body, strict=True)


def test_one_for_each_type() -> None:
    assert {read(name).name: read(name).applies["type"] for name in FILES} == {
        name: (kind,) for name, kind in TYPES.items()
    }


@pytest.mark.parametrize("name", FILES)
def test_sound_and_ready(name: str) -> None:
    regulation = read(name)
    assert name == f"{regulation.name}.md"
    assert regulation.body.startswith(f"# {regulation.title}\n")
    assert {stage.department for stage in regulation.stages} <= DEPARTMENTS
    assert {stage.role for stage in regulation.stages} <= {"", "head"}
    assert regulation.escalation and {"pickup", "resolve"} <= set(regulation.clocks)
    assert {clock for clock in regulation.clocks if clock not in CLOCKS} <= {"answer_by_law"}


@pytest.mark.parametrize("name", [name for name in FILES if read(name).examples])
def test_examples_decide_as_they_say(name: str) -> None:
    regulation = read(name)
    assert regulation.decide
    reached = set()
    for example in regulation.examples:
        outcome = decide(regulation.decide, example.given)
        assert (outcome.then or NEEDS_DATA) == example.then, example
        reached.add(outcome.rule)
    # An example for each rule and one for missing data.
    assert reached == {None, *range(1, len(regulation.decide.rules) + 1)}


def test_the_offer_goes_through_both_departments_at_once() -> None:
    offer = read("commercial-offer.md")
    assert [stage.name for stage in first_stages(offer, {})] == ["intake"]
    assert [stage.name for stage in after(offer, ["intake"], [], "intake", {})] == ["logistics", "customs"]


@pytest.mark.parametrize(("share", "following"), [("10%", "answer"), ("10.5%", "approve"), ("0", "answer")])
def test_only_a_large_compensation_needs_the_head(share: str, following: str) -> None:
    complaint = read("complaint.md")
    (stage,) = after(complaint, ["listen", "examine"], [], "examine", {"refund_share": share})
    assert stage.name == following


@pytest.mark.parametrize(
    ("decision", "following"), [("review", "review"), ("approve", "answer"), ("decline", "answer")]
)
def test_only_what_the_criteria_leave_open_needs_the_head(decision: str, following: str) -> None:
    credit = read("credit-application.md")
    (stage,) = after(credit, ["intake", "check"], [], "check", {"decision": decision})
    assert stage.name == following
