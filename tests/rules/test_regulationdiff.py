"""Differences between versions of a regulation: each found, in words, none without a change."""

from __future__ import annotations

import pytest

from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.rules.regulationdiff import differences
from svcctl.store import yaml

FRONT = """\
regulation: credit
version: 1
title: Deciding
owner: finance
applies: {type: credit}
calendar: office
require: [client]
clocks:
  pickup: {within: 30m}
  resolve: {within: 3d, pause: [waiting]}
priority:
  urgent: {pickup: 10m}
stages:
- {name: intake, department: sales, needs: [amount]}
- {name: check, role: head, within: 2h, needs: [decision], if: amount > 10 RUB}
escalation:
- {at: 100%, tell: [owner, head], assign: head}
decide:
  inputs: {amount: money}
  rules:
  - {when: amount > 100 RUB, then: review, because: much}
  - {when: otherwise, then: approve, because: little}
examples:
- {given: {amount: 5 RUB}, then: approve}
authority:
  discount: {specialist: 5%}
reasons:
  return: [papers unreadable]
"""


def read(front: str, body: str = "") -> Regulation:
    mapping, problems = yaml.read(front, "x.md")
    assert mapping is not None and not problems
    return parse_regulation(mapping, body, strict=True)


def said(old: str, new: str) -> list[str]:
    assert old in FRONT
    return [str(one.sentence) for one in differences(read(FRONT), read(FRONT.replace(old, new)))]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Deciding", "title: Decision", ["title: Decision instead of Deciding"]),
        ("owner: finance", "owner: sales", ["owner: sales instead of finance"]),
        ("calendar: office\n", "", ["calendar: gone (was office)"]),
        ("{type: credit}", "{type: [credit, loan]}", ["applies to type: credit, loan instead of credit"]),
        ("{type: credit}", "{type: credit, channel: email}", ["applies to channel: new (email)"]),
        ("require: [client]\n", "", ["required at the opening: gone (was client)"]),
        ("pickup: {within: 30m}", "pickup: {within: 15m}", ["clock pickup, within: 15m instead of 30m"]),
        ("pause: [waiting]", "reopen: keep", ["clock resolve, pause: gone (was waiting)"]),
        ("  resolve: {within: 3d, pause: [waiting]}\n", "  accept: {within: 1h}\n", ["clock resolve: gone (was 3d)"]),
        ("urgent: {pickup: 10m}", "urgent: {resolve: 1d}", ["priority urgent pickup: gone (was 10m)"]),
        ("within: 2h, needs", "within: 4h, needs", ["stage check, within: 4h instead of 2h"]),
        ("amount > 10 RUB}", "amount > 20 RUB}", ["stage check, if: amount > 20 RUB instead of amount > 10 RUB"]),
        ("- {name: check, role", "- {name: look, role", ["stage check: gone (was head, 2h)"]),
        ("[owner, head], assign", "[owner], assign", ["escalation 100%: owner → head instead of owner, head → head"]),
        ("{amount: money}", "{amount: money >= 0}", ["input amount: money >= 0 instead of money"]),
        ("100 RUB, then: review", "100 RUB, then: decline", ["rule amount > 100 RUB: decline instead of review"]),
        ("because: much", "because: a lot", ["rule amount > 100 RUB, because: a lot instead of much"]),
        ("amount > 100 RUB", "amount > 200 RUB", ["rule amount > 100 RUB: gone (was review)"]),
        ("  rules:\n", "  policy: unique\n  rules:\n", ["policy: unique instead of first"]),
        ("{amount: 5 RUB}", "{amount: 6 RUB}", ["example amount = 5 RUB: gone (was approve)"]),
        ("specialist: 5%", "specialist: 7%", ["authority discount specialist: 7% instead of 5%"]),
        ("papers unreadable", "papers missing", ["reason papers unreadable: gone (was return)"]),
    ],
)
def test_each_difference_in_words(old: str, new: str, expected: list[str]) -> None:
    assert said(old, new)[: len(expected)] == expected


def test_what_is_new() -> None:
    assert said("- {name: check, role", "- {name: look, role")[1] == "stage look: new (head, 2h)"
    assert (
        said("  resolve: {within: 3d, pause: [waiting]}\n", "  accept: {within: 1h}\n")[1] == "clock accept: new (1h)"
    )


def test_the_order_of_stages_and_rules() -> None:
    stages = "- {name: intake, department: sales, needs: [amount]}\n"
    moved = (
        FRONT.replace(stages, "").replace("escalation:", stages + "escalation:").replace(", if: amount > 10 RUB", "")
    )
    plain = FRONT.replace(", if: amount > 10 RUB", "")
    (one,) = differences(read(plain), read(moved))
    assert str(one.sentence) == "order of stages: check, intake instead of intake, check"
    rule = "  - {when: amount > 100 RUB, then: review, because: much}\n"
    more = FRONT.replace(rule, rule + "  - {when: amount > 200 RUB, then: decline, because: most}\n")
    turned = FRONT.replace(rule, "  - {when: amount > 200 RUB, then: decline, because: most}\n" + rule)
    (one,) = differences(read(more), read(turned))
    assert (one.before, one.after) == (
        "amount > 100 RUB | amount > 200 RUB | otherwise",
        "amount > 200 RUB | amount > 100 RUB | otherwise",
    )


def test_prose_is_yes_or_no_and_spaces_do_not_count() -> None:
    (one,) = differences(read(FRONT, "Be kind."), read(FRONT, "Be quick."))
    assert str(one.sentence) == "prose: changed"
    assert one.as_json() == {"part": "prose", "name": None, "what": None, "before": None, "after": None}
    assert differences(read(FRONT, "Be\nkind."), read(FRONT, "Be  kind.\n")) == []


def test_a_version_alone_is_no_difference() -> None:
    assert differences(read(FRONT), read(FRONT.replace("version: 1", "version: 2"))) == []
