"""Decisions of requests: who reviews them, and when they are refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request, fold
from svcctl.model.team import Department, Person, Team
from svcctl.rules.deciding import Review, decision, refuse_undecided, review

TEAM = Team(
    {"sales": Department("sales", head="petrova")},
    {"petrova": Person("petrova", department="sales", role="head"), "kim": Person("kim", role="lawyer")},
)


def regulation(*stages: dict[str, Any]) -> Regulation:
    return parse_regulation(
        {
            "regulation": "credit",
            "version": "2",
            "title": "Deciding",
            "owner": "finance",
            "applies": {"type": "credit"},
            "stages": list(stages),
            "decide": {
                "inputs": {"amount": "money"},
                "rules": [
                    {"when": "amount > 100 RUB", "then": "review", "because": "much"},
                    {"when": "amount > 50 RUB", "then": "approve", "because": "little"},
                ],
            },
        }
    )


def request(**fields: str) -> Request:
    header = Header("R-20261121-k7qm4d", "x", "credit", datetime(2026, 11, 21, tzinfo=UTC), "kim", department="sales")
    return fold(header._replace(fields=fields), ())


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ({"role": "head", "if": "decision == review"}, Review("look", "head (petrova)")),
        ({"role": "lawyer", "if": "decision == review"}, Review("look", "lawyer (kim)")),
        ({"department": "sales", "if": "decision == review"}, Review("look", "sales")),
        ({"role": "notary", "if": "decision == review"}, Review("look", "notary")),
        ({"role": "head", "if": "decision == approve"}, None),
        ({"role": "head", "if": "amount > 10 RUB"}, None),
        ({"role": "head"}, None),
    ],
)
def test_who_reviews_is_whose_stage_asks_for_the_decision(stage: dict[str, Any], expected: Review | None) -> None:
    made = decision(request(amount="200 RUB"), regulation({"name": "look", **stage}), {}, "RUB")
    assert review(made, request(), TEAM) == expected


def test_a_review_that_is_done_is_not_announced() -> None:
    made = decision(
        request(), regulation({"name": "look", "role": "head", "if": "decision == review"}), {"amount": "200"}, "RUB"
    )
    done = request()
    done.stages_done.append("look")
    assert review(made, done, TEAM) is None


def test_given_values_go_before_those_of_the_record() -> None:
    made = decision(request(amount="200 RUB"), regulation(), {"amount": "60 RUB"}, "RUB")
    assert (made.outcome.then, made.new) == ("approve", {"amount": "60 RUB"})
    assert decision(request(amount="60"), regulation(), {"amount": "60"}, "RUB").new == {}


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({}, "needs-data", "k7qm4d: needs data: amount (money)"),
        ({"amount": "5 RUB"}, "no-rule", "k7qm4d: no rule of credit@2 covers it"),
    ],
)
def test_what_is_not_decided(fields: dict[str, str], code: str, words: str) -> None:
    made = decision(request(**fields), regulation(), {}, "RUB")
    with pytest.raises(Refused) as caught:
        refuse_undecided(request(**fields), made)
    assert (caught.value.code, str(caught.value.message)) == (code, words)


def test_what_a_rule_looks_at() -> None:
    made = decision(request(amount="60 RUB"), regulation(), {}, "RUB")
    assert [made.given(step) for step in made.steps] == [{"amount": "60 RUB"}, {"amount": "60 RUB"}]
