"""Departments that decide by tables of their own, and how the outcomes become one."""

from __future__ import annotations

import itertools

import pytest

from svcctl.model.criteria import Combine, decision_field
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.rules.coverage import coverage
from svcctl.rules.examples import trials
from svcctl.rules.lint import remarks
from svcctl.rules.regulationdiff import differences
from svcctl.store import yaml

RULE = Combine("decline", "approve", "review")
WORDS = ("approve", "decline", "review")
NAMES = ("law", "money", "risk")


@pytest.mark.parametrize("outcomes", list(itertools.product((*WORDS, ""), repeat=3)))
def test_any_declines_all_approve_else_review(outcomes: tuple[str, ...]) -> None:
    known = {name: word for name, word in zip(NAMES, outcomes, strict=True) if word}
    found = RULE.result(known, NAMES)
    if "decline" in outcomes:
        assert found == "decline", "one is enough, whatever the others come to"
    elif "" in outcomes:
        assert found == ""
    else:
        assert found == ("approve" if set(outcomes) == {"approve"} else "review")


def test_a_combined_outcome_never_changes_when_more_is_decided() -> None:
    for outcomes in itertools.product((*WORDS, ""), repeat=3):
        known = {name: word for name, word in zip(NAMES, outcomes, strict=True) if word}
        found = RULE.result(known, NAMES)
        for name in set(NAMES) - set(known):
            for word in WORDS:
                assert not found or RULE.result({**known, name: word}, NAMES) == found


def test_the_names_of_decisions() -> None:
    assert decision_field("") == "decision"
    assert decision_field("back-office") == "decision_back_office"


FRONT = """\
regulation: credit
version: 1
title: Deciding
owner: finance
applies: {type: credit}
inputs: {amount: money}
decisions:
  finance:
    inputs: {ratio: number >= 0}
    rules:
    - {when: ratio > 60%, then: decline, because: too much debt}
    - {when: amount * 2 > 100 RUB and ratio <= 60%, then: review, because: much}
    - {when: otherwise, then: approve, because: little}
  law:
    inputs: {known: yes/no}
    policy: unique
    rules:
    - {when: known, then: approve, because: identified}
    - {when: not known, then: decline, because: not identified}
combine: {any: decline, all: approve, otherwise: review}
stages:
- {name: look, role: head, if: decision == review or decision_law == decline}
examples:
- {given: {amount: 10 RUB, ratio: 10%, known: "yes"}, then: approve}
- {given: {ratio: 70%}, then: decline}
- {given: {amount: 90 RUB, ratio: 10%, known: "yes"}, then: review}
- {given: {amount: 90 RUB, ratio: 10%}, then: needs data}
- {given: {known: "no"}, department: law, then: decline}
- {given: {amount: 90 RUB, ratio: 10%}, department: finance, then: review}
"""


def read(front: str = FRONT) -> Regulation:
    mapping, problems = yaml.read(front, "credit.md")
    assert mapping is not None and not problems
    return parse_regulation(mapping, strict=True)


def test_the_examples_of_departments_and_of_all_together() -> None:
    tried = trials(read())
    assert [trial.passed for trial in tried] == [True] * 6, [(trial.then, str(trial.why)) for trial in tried]
    assert str(tried[2].why) == "finance: review, law: approve"


def test_conditions_ask_for_what_each_and_what_all_decided() -> None:
    inputs = read().inputs
    assert inputs["decision"].text == 'choice("decline", "approve", "review")'
    assert inputs["decision_law"].text == 'choice("approve", "decline")'


def test_each_table_is_analysed_for_itself() -> None:
    tables = read().tables
    assert [(len(coverage(table).gaps), len(coverage(table).overlaps)) for table in tables.values()] == [(0, 0), (0, 0)]
    assert remarks(read()) == []
    assert [remark.line for remark in remarks(read(FRONT.replace("amount * 2 >", "amount * ratio >")))] == [12]


def test_differences_name_the_department() -> None:
    plain = FRONT[: FRONT.index("examples:")]
    new = read(plain.replace("ratio > 60%, then", "ratio > 50%, then").replace("{any: decline", "{any: review"))
    said = [str(one.sentence) for one in differences(read(plain), new)]
    assert "rule finance: ratio > 60%: gone (was decline)" in said
    assert "combining any: review instead of decline" in said
