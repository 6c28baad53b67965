"""Deciding: policies, missing data, explanations, refusals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.criteria import Criteria, Formula, Rule
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.rules.criteria import Outcome, decide, explain, holds

INPUTS = {
    "amount": Formula("money > 0"),
    "debt_ratio": Formula("number >= 0"),
    "overdue_days": Formula("integer >= 0"),
}


def table(*rules: tuple[str, str], policy: str = "first") -> Criteria:
    return Criteria(INPUTS, policy, tuple(Rule(Formula(when), then, f"because {when}") for when, then in rules))


LOAN = table(
    ("overdue_days > 90", "decline"),
    ("debt_ratio <= 0.4 and overdue_days == 0", "approve"),
    ("otherwise", "review"),
)


@pytest.mark.parametrize(
    ("values", "rule", "then", "missing"),
    [
        ({"overdue_days": "91"}, 1, "decline", ()),
        ({"overdue_days": "0", "debt_ratio": "40%"}, 2, "approve", ()),
        ({"overdue_days": "0", "debt_ratio": "41%"}, 3, "review", ()),
        ({"overdue_days": "5"}, 3, "review", ()),
        ({"overdue_days": "0"}, None, "", ("debt_ratio",)),
        ({"debt_ratio": "0.5"}, None, "", ("overdue_days",)),
        ({"debt_ratio": "0.1"}, None, "", ("overdue_days",)),
        ({}, None, "", ("overdue_days", "debt_ratio")),
        ({"overdue_days": "", "debt_ratio": " "}, None, "", ("overdue_days", "debt_ratio")),
    ],
)
def test_first(values: dict[str, str], rule: int | None, then: str, missing: tuple[str, ...]) -> None:
    outcome = decide(LOAN, values)
    assert (outcome.rule, outcome.then, outcome.missing) == (rule, then, missing)


def test_an_outcome_says_why_and_on_what() -> None:
    values = {"overdue_days": "0", "debt_ratio": "40%", "amount": "5 RUB", "unrelated": "x"}
    assert decide(LOAN, values) == Outcome(
        2, "approve", "because debt_ratio <= 0.4 and overdue_days == 0", {"overdue_days": "0", "debt_ratio": "0.4"}
    )


def test_a_later_rule_never_decides_past_one_that_is_unknown() -> None:
    criteria = table(("debt_ratio > 1", "decline"), ("overdue_days == 0", "approve"))
    outcome = decide(criteria, {"overdue_days": "0"})
    assert (outcome.rule, outcome.missing) == (None, ("debt_ratio",))
    verdicts = [step.verdict for step in explain(criteria, {"overdue_days": "0"})]
    assert verdicts == ["needs data", "not reached"]


def test_data_that_only_later_rules_need_is_not_asked_for() -> None:
    criteria = table(("debt_ratio > 1", "decline"), ("overdue_days == 0", "approve"), ("amount > 5 RUB", "review"))
    assert decide(criteria, {"overdue_days": "0"}).missing == ("debt_ratio",)


def test_a_case_that_no_rule_covers() -> None:
    assert decide(table(("overdue_days > 90", "decline")), {"overdue_days": "5"}) == Outcome(
        None, "", "", {"overdue_days": "5"}
    )


UNIQUE = table(
    ("overdue_days > 90", "decline"),
    ("debt_ratio > 60%", "decline"),
    ("otherwise", "review"),
    policy="unique",
)


@pytest.mark.parametrize(
    ("values", "rule", "missing"),
    [
        ({"overdue_days": "91", "debt_ratio": "0"}, 1, ()),
        ({"overdue_days": "0", "debt_ratio": "70%"}, 2, ()),
        ({"overdue_days": "0", "debt_ratio": "0"}, 3, ()),
        ({"overdue_days": "91"}, None, ("debt_ratio",)),
        ({"overdue_days": "0"}, None, ("debt_ratio",)),
    ],
)
def test_unique(values: dict[str, str], rule: int | None, missing: tuple[str, ...]) -> None:
    outcome = decide(UNIQUE, values)
    assert (outcome.rule, outcome.missing) == (rule, missing)


def test_unique_refuses_two_rules_and_names_both() -> None:
    values = {"overdue_days": "91", "debt_ratio": "70%"}
    with pytest.raises(Refused) as caught:
        decide(UNIQUE, values)
    assert str(caught.value) == "rules 1 and 2 both hold: “overdue_days > 90” and “debt_ratio > 60%”"
    assert caught.value.code == "rules-overlap"
    assert "policy: first" in str(caught.value.hint)
    assert [step.verdict for step in explain(UNIQUE, values)] == ["matched", "matched", "not reached"]


@pytest.mark.parametrize(
    ("values", "verdicts"),
    [
        ({"overdue_days": "91"}, ["matched", "not reached", "not reached"]),
        ({"overdue_days": "5"}, ["not matched", "not matched", "matched"]),
        ({"overdue_days": "0"}, ["not matched", "needs data", "not reached"]),
    ],
)
def test_explanations(values: dict[str, str], verdicts: list[str]) -> None:
    steps = explain(LOAN, values)
    assert [step.verdict for step in steps] == verdicts
    assert (steps[0].rule, steps[0].when, steps[0].then) == (1, "overdue_days > 90", "decline")
    assert [step.missing for step in steps if step.verdict == "needs data"] in ([], [("debt_ratio",)])


def test_values_that_cannot_be_are_refused_even_where_they_would_not_matter() -> None:
    with pytest.raises(Refused, match="“debt_ratio” cannot be -1"):
        decide(LOAN, {"overdue_days": "91", "debt_ratio": "-1"})


def test_money_without_a_currency_takes_that_of_the_desk() -> None:
    criteria = table(("amount > 100 RUB", "decline"), ("otherwise", "approve"))
    assert decide(criteria, {"amount": "101"}).rule == 1
    with pytest.raises(Refused, match="“amount” is in RUB, not in PLN"):
        decide(criteria, {"amount": "101 PLN"})
    free = table(("amount > 0", "decline"))
    assert decide(free, {"amount": "1"}, currency="PLN").inputs == {"amount": "1 PLN"}
    with pytest.raises(Refused, match="has no currency"):
        decide(free, {"amount": "1"})


def test_broken_criteria_are_problems() -> None:
    with pytest.raises(BrokenFiles) as caught:
        decide(table(("overdue > 1", "x"), ("amount > 5", "y")), {})
    assert [problem.code for problem in caught.value.problems] == ["unknown-name", "kind"]


def test_a_single_condition() -> None:
    assert holds(Formula("amount > 5 RUB"), INPUTS, {"amount": "6 RUB"})
    assert not holds(Formula("amount > 5 RUB"), INPUTS, {"amount": "5"})
    with pytest.raises(Refused, match="needs data: amount, debt_ratio"):
        holds(Formula("amount > 5 RUB or debt_ratio > 1"), INPUTS, {})


rules = st.lists(
    st.tuples(
        st.sampled_from(["overdue_days", "debt_ratio"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.integers(0, 3).map(str),
        st.sampled_from(["a", "b"]),
    ),
    min_size=1,
    max_size=4,
)


@given(rules, st.booleans(), st.integers(0, 3), st.integers(0, 3))
def test_first_is_the_first_that_holds(
    drawn: list[tuple[str, str, str, str]], otherwise: bool, days: int, ratio: int
) -> None:
    criteria = table(*((" ".join(row[:3]), row[3]) for row in drawn), *([("otherwise", "c")] if otherwise else []))
    known = {"overdue_days": days, "debt_ratio": ratio}
    hits = [n for n, row in enumerate(drawn, 1) if eval(" ".join(row[:3]), {}, known)]
    expected = hits[0] if hits else (len(drawn) + 1 if otherwise else None)
    values = {name: str(value) for name, value in known.items()}
    assert decide(criteria, values).rule == expected
    for name in known:
        partial = decide(criteria, {other: text for other, text in values.items() if other != name})
        assert partial.rule in (expected, None)
