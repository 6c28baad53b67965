"""Examples of regulations, tried."""

from __future__ import annotations

import pytest

from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.rules.examples import trials
from svcctl.store import yaml

FRONT = """\
regulation: credit
version: 1
title: Deciding
owner: finance
applies: {type: credit}
decide:
  inputs: {amount: money > 0, late: integer >= 0}
  rules:
  - {when: late > 90, then: decline, because: late}
  - {when: amount < 100 RUB, then: approve, because: little}
examples:
- given: {amount: 50 RUB, late: 0}
  then: approve
- given: {late: 91}
  then: decline
- given: {amount: 50, late: 0}
  then: approve
- given: {amount: 50 RUB}
  then: needs data
"""


def read(front: str) -> Regulation:
    mapping, _ = yaml.read(front, "regulations/credit.md")
    assert mapping is not None
    return parse_regulation(mapping)


def test_all_as_expected() -> None:
    tried = trials(read(FRONT), "RUB")
    assert [(trial.number, trial.then, trial.passed) for trial in tried] == [
        (1, "approve", True),
        (2, "decline", True),
        (3, "approve", True),
        (4, "needs data", True),
    ]
    assert str(tried[1].why) == "rule 1: late"
    assert str(tried[3].why) == "missing: late"


@pytest.mark.parametrize(
    ("given", "then", "why"),
    [
        ("{amount: 50 RUB, late: 91}", "decline", "rule 1: late"),
        ("{amount: 500 RUB, late: 0}", "", "no rule covers it"),
        ("{amount: -1 RUB, late: 0}", "", "“amount” cannot be -1 RUB"),
        ("{late: 0}", "needs data", "missing: amount"),
    ],
)
def test_an_example_that_fails_says_why(given: str, then: str, why: str) -> None:
    trial = trials(read(FRONT.replace("{amount: 50 RUB, late: 0}", given)), "RUB")[0]
    assert (trial.then, str(trial.why), trial.passed) == (then, why, False)


def test_no_criteria_no_examples() -> None:
    assert trials(read(FRONT[: FRONT.index("decide:")])) == []
