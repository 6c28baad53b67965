"""Compiling formulas: the catalogue of refused expressions, limits, and checking a whole regulation."""

from __future__ import annotations

import csv
import os
import time
from fractions import Fraction

import pytest

from svcctl.model.criteria import Formula
from svcctl.model.expressions import Amount
from svcctl.model.formulas import check_formulas, compiled, limit
from svcctl.model.problems import BrokenFiles, Place
from svcctl.model.regulation import parse_regulation

DECLARATIONS = {
    name: Formula(text)
    for name, text in {
        "amount": "money",
        "debt": "money",
        "ratio": "number",
        "late": "integer",
        "since": "date",
        "agreed": "yes/no",
        "kind": 'choice(a, b, "sole trader")',
    }.items()
}

with open(os.path.join(os.path.dirname(__file__), "broken_expressions.tsv"), encoding="utf-8") as lines:
    BROKEN = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", BROKEN, ids=[row[0] for row in BROKEN])
def test_broken_expressions(row: list[str]) -> None:
    _, text, column, code, message, remedy = row
    with pytest.raises(BrokenFiles) as caught:
        compiled(DECLARATIONS, [Formula(text, Place("x.md", 3, 1))])
    (problem,) = caught.value.problems
    assert str(problem.place) == f"x.md:3:{column}"
    assert [problem.code, str(problem.message), str(problem.remedy)] == [code, message, remedy]


@pytest.mark.parametrize("text", ["9" * 1000, "(" * 1000, "not " * 250, "1+" * 499 + "1", "a." * 500, "-" * 1000])
def test_hostile_sizes_cost_no_time(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(BrokenFiles):
        compiled(DECLARATIONS, [Formula(text)])
    assert time.perf_counter() - started < 0.2


def test_every_formula_is_reported() -> None:
    with pytest.raises(BrokenFiles) as caught:
        compiled({"x": Formula("mony"), **DECLARATIONS}, [Formula("late >"), Formula("ratio"), Formula("late > 1")])
    assert len(caught.value.problems) == 3


def test_inputs_learn_the_currency_of_the_rules() -> None:
    result = compiled(DECLARATIONS, [Formula("amount > debt"), Formula("debt > 5 RUB")])
    assert [result.inputs[name].currency for name in ("amount", "debt")] == ["RUB", "RUB"]


@pytest.mark.parametrize(
    ("text", "value"), [("5%", Fraction(1, 20)), ("3", Fraction(3)), ("50000 RUB", Amount(Fraction(50000), "RUB"))]
)
def test_limits(text: str, value: Fraction | Amount) -> None:
    assert limit(Formula(text)) == value


def test_conditions_of_stages_may_ask_for_the_decision_but_rules_may_not() -> None:
    front = {
        "regulation": "x",
        "version": "1",
        "title": "X",
        "owner": "head",
        "applies": {"type": "credit"},
        "stages": [{"name": "review", "role": "head", "if": "decision == review"}],
        "decide": {
            "inputs": {"late": "integer"},
            "rules": [
                {"when": "decision == review", "then": "approve", "because": "x"},
                {"when": "otherwise", "then": "review", "because": "x"},
            ],
        },
    }
    regulation = parse_regulation(front)
    assert [str(problem.message) for problem in check_formulas(regulation)] == ["“decision” is not an input"]
