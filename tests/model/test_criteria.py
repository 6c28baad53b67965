"""Reading criteria; what is refused stands in broken_regulations.txt."""

from __future__ import annotations

from typing import Any

from svcctl.model.criteria import Criteria, Example, Formula, Rule, parse_criteria, parse_examples
from svcctl.model.section import Section

DECIDE: dict[str, Any] = {
    "inputs": {"late": "integer >= 0"},
    "policy": "unique",
    "rules": [
        {"when": "late > 90", "then": "decline", "because": "too late"},
        {"when": "otherwise", "then": "review", "because": "somebody must look"},
        {"when": "late == 0", "then": "review", "because": "x"},
    ],
}


def test_criteria() -> None:
    front = Section({"decide": {**DECIDE, "rules": DECIDE["rules"][:2]}}, [])
    criteria = parse_criteria(front, {"amount": Formula("money")})
    assert criteria == Criteria(
        {"amount": Formula("money"), "late": Formula("integer >= 0")},
        "unique",
        (
            Rule(Formula("late > 90"), "decline", "too late"),
            Rule(Formula("otherwise"), "review", "somebody must look"),
        ),
    )
    assert [rule.is_otherwise for rule in criteria.rules] == [False, True]
    assert front.problems == []


def test_outcomes_are_named_once() -> None:
    criteria = parse_criteria(Section({"decide": DECIDE}, []), {})
    assert criteria and criteria.outcomes == ("decline", "review")


def test_examples() -> None:
    criteria = parse_criteria(Section({"decide": DECIDE}, []), {})
    given = [{"given": {"late": "5"}, "then": "review"}, {"given": {}, "then": "needs  data"}]
    front = Section({"examples": given}, [])
    assert parse_examples(front, {"": criteria}, None) == (Example({"late": "5"}, "review"), Example({}, "needs data"))
    assert front.problems == []


def test_no_criteria() -> None:
    assert parse_criteria(Section({}, []), {}) is None
    assert parse_examples(Section({}, []), {}, None) == ()
