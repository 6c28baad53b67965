"""Limits by role: who decides alone on what, and who may beyond it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from svcctl.model.expressions import Amount
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.team import Department, Person, Team
from svcctl.rules.permissions import allowed, limit_of, refuse_beyond
from svcctl.store import yaml

TEAM = Team(
    {"sales": Department("sales", head="anna"), "law": Department("law", head="boris")},
    {
        "anna": Person("anna", department="sales", role="head"),
        "igor": Person("igor", department="sales"),
        "rita": Person("rita", department="sales", authority={"refund": "7000 RUB"}),
        "boris": Person("boris", department="law", role="specialist"),
        "trainee": Person("trainee", department="sales", role="trainee"),
        "director": Person("director", role="director"),
        "gone": Person("gone", department="sales", role="director", left=True),
    },
)
FRONT = """\
regulation: complaint
version: 1
title: Complaint
owner: anna
applies: {type: complaint}
authority:
  refund: {specialist: 5000 RUB, head: 50000 RUB, director: 1000000 RUB}
  discount: {specialist: 5%, head: 15%}
"""


def read(front: str = FRONT) -> Regulation:
    mapping, problems = yaml.read(front, "complaint.md")
    assert mapping is not None and not problems
    return parse_regulation(mapping, strict=True)


def rub(value: int) -> Amount:
    return Amount(Fraction(value), "RUB")


@pytest.mark.parametrize(
    ("person", "most"),
    [("igor", 5000), ("anna", 50000), ("rita", 7000), ("boris", 50000), ("director", 1000000), ("trainee", None)],
)
def test_the_own_limit_then_that_of_the_role_or_of_a_head(person: str, most: int | None) -> None:
    regulation, one = read(), TEAM.people[person]
    assert limit_of(regulation, "refund", one, TEAM) == (None if most is None else rub(most))
    if most is not None:
        assert allowed(regulation, "refund", rub(most), one, TEAM)
    assert not allowed(regulation, "refund", rub((most or 0) + 1), one, TEAM)


def test_a_kind_that_nothing_limits_is_anybodys() -> None:
    assert allowed(read(), "weight", Fraction(10**9), TEAM.people["trainee"], TEAM)


def test_another_currency_is_beyond_every_limit() -> None:
    assert not allowed(read(), "refund", Amount(Fraction(1), "PLN"), TEAM.people["director"], TEAM)


def refusal(person: str, regulation: Regulation | None = None, **values: str) -> str:
    with pytest.raises(Refused) as caught:
        refuse_beyond(regulation or read(), values, TEAM.people[person], TEAM, "k7qm4d")
    return f"{caught.value.code}: {caught.value.message} | {caught.value.hint}"


@pytest.mark.parametrize(
    ("person", "values", "expected"),
    [
        (
            "igor",
            {"refund": "5000.01"},
            "beyond-authority: k7qm4d: refund 5000.01 RUB is beyond what igor decides alone: up to 5000 RUB | anna, "
            "rita may: svcctl handoff k7qm4d --to anna -m …; then svcctl set k7qm4d refund=… approves it",
        ),
        (
            "igor",
            {"refund": "60 000 RUB"},
            "beyond-authority: k7qm4d: refund 60000 RUB is beyond what igor decides alone: up to 5000 RUB | director "
            "may: svcctl handoff k7qm4d --to director -m …; then svcctl set k7qm4d refund=… approves it",
        ),
        (
            "trainee",
            {"discount": "1%"},
            "beyond-authority: k7qm4d: discount 1 % is beyond what trainee decides alone: nothing | anna, igor, rita "
            "may: svcctl handoff k7qm4d --to anna -m …; then svcctl set k7qm4d discount=… approves it",
        ),
        (
            "director",
            {"refund": "1000001 RUB"},
            "beyond-authority: k7qm4d: refund 1000001 RUB is beyond what director decides alone: up to 1000000 RUB | "
            "nobody in team.yaml may: the owner of complaint@1, anna, has to say",
        ),
        ("igor", {"refund": "much"}, "bad-input: “much” is no money for “refund” | write it like 1000 RUB"),
    ],
)
def test_a_refusal_names_the_limit_and_who_may(person: str, values: dict[str, str], expected: str) -> None:
    assert refusal(person, **values) == expected


def test_values_within_limits_and_other_fields_pass() -> None:
    values = {"refund": "5000", "discount": "5%", "weight": "20 t", "note": ""}
    refuse_beyond(read(), values, TEAM.people["igor"], TEAM, "x")
    refuse_beyond(read(), {"refund": ""}, TEAM.people["trainee"], TEAM, "x")
    refuse_beyond(read(), {"refund": "9999999"}, None, TEAM, "x")


def test_a_declared_input_is_read_as_it_is_declared() -> None:
    regulation = read(FRONT + "inputs: {refund: money(RUB) >= 0}\n")
    assert "cannot be -1 RUB" in refusal("igor", regulation, refund="-1")
    assert "is in RUB, not in PLN" in refusal("igor", regulation, refund="1 PLN")
