"""Gaps and overlaps of decision tables: found where brute force over a grid finds them, nowhere else."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections.abc import Iterator
from datetime import date
from types import CodeType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.criteria import Criteria, Formula, Rule
from svcctl.model.formulas import compiled
from svcctl.model.inputs import parse_input
from svcctl.rules import coverage as module
from svcctl.rules.coverage import Coverage, coverage
from svcctl.rules.evaluation import Evaluation
from svcctl.rules.partition import domain, runs


def table(inputs: dict[str, str], *rules: str, policy: str = "unique") -> Criteria:
    made = [Rule(Formula(when), f"outcome{number}", "why") for number, when in enumerate(rules, 1)]
    return Criteria({name: Formula(text) for name, text in inputs.items()}, policy, tuple(made))


def gaps(inputs: dict[str, str], *rules: str) -> list[str]:
    return [f"{gap.where} | {gap.shown}" for gap in coverage(table(inputs, *rules)).gaps]


def overlaps(inputs: dict[str, str], *rules: str) -> list[str]:
    return [f"{one.rules} {one.where} | {one.shown}" for one in coverage(table(inputs, *rules)).overlaps]


@pytest.mark.parametrize(
    ("kind", "rules", "expected"),
    [
        ("number", ["x < 0.4", "x > 0.6"], ["0.4 <= x <= 0.6 | x = 0.4"]),
        ("number", ["x <= 0.4", "x >= 0.6"], ["0.4 < x < 0.6 | x = 0.5"]),
        ("number >= 0", ["x <= 0.4"], ["x > 0.4 | x = 1"]),
        ("number >= 0 and <= 1", ["x > 0", "x == 0"], []),
        ("number > 0 and < 1", ["x < 0.5", "x > 0.5"], ["x == 0.5 | x = 0.5"]),
        ("number", ["2 * x + 1 <= 5", "x / 2 - 1 > 1"], ["2 < x <= 4 | x = 3"]),
        ("number", ["1 < x <= 5", "not (x < 7)"], ["(x <= 1 or 5 < x < 7) | x = 0"]),
        ("number", ["x != 5"], ["x == 5 | x = 5"]),
        ("number", ["x in (1, 2)", "x < 1", "x > 2"], ["1 < x < 2 | x = 1.1"]),
        ("number", ["x - x < 1"], []),
        ("integer >= 0", ["x < 3", "x > 4"], ["3 <= x <= 4 | x = 3"]),
        ("integer >= 0", ["x < 3", "x > 3"], ["x == 3 | x = 3"]),
        ("integer", ["x <= 3", "x >= 4"], []),
        ("integer > 0", ["2 * x < 7", "2 * x > 7"], []),
        ("money", ["x < 100 RUB"], ["x >= 100 RUB | x = 100 RUB"]),
        ("money(PLN) >= 0", ["x < 100 PLN", "x > 100.01 PLN"], ["100 PLN <= x <= 100.01 PLN | x = 100 PLN"]),
        ("date", ["x < 2026-01-01", "x > 2026-01-31"], ["2026-01-01 <= x <= 2026-01-31 | x = 2026-01-01"]),
        ("date >= 2026-01-01", ["x - 2026-01-01 > 30"], ["x <= 2026-01-31 | x = 2026-01-01"]),
        ("date", ["x + 30 > 2026-03-01"], ["x <= 2026-01-30 | x = 2026-01-01"]),
        ("yes/no", ["x"], ["x == no | x = no"]),
        ("yes/no", ["x", "x == no"], []),
        ("choice(a, b, c, d)", ["x == a", "x in (b)"], ["x in (c, d) | x = c"]),
        ("choice(a, b)", ["x != a"], ["x == a | x = a"]),
    ],
)
def test_gaps_of_one_input(kind: str, rules: list[str], expected: list[str]) -> None:
    assert gaps({"x": kind}, *rules) == expected


def test_gaps_of_several_inputs_are_joined_to_few() -> None:
    inputs = {"ratio": "number >= 0", "late": "integer >= 0", "known": "yes/no"}
    assert gaps(inputs, "not known", "late > 90", "ratio <= 0.4 and late == 0") == [
        "known == yes and late <= 90 and ratio > 0.4 | known = yes, late = 0, ratio = 1",
        "known == yes and 1 <= late <= 90 and ratio <= 0.4 | known = yes, late = 1, ratio = 0",
    ]


def test_otherwise_leaves_no_gap() -> None:
    assert gaps({"x": "number"}, "x < 0", "otherwise") == []


def test_overlaps_name_both_rules_and_a_case() -> None:
    assert overlaps({"x": "number", "sure": "yes/no"}, "x > 5", "x < 7 and sure", "x > 9 and not sure") == [
        "(1, 2) 5 < x < 7 and sure == yes | x = 6, sure = yes",
        "(1, 3) x > 9 and sure == no | x = 10, sure = no",
    ]


def test_a_rule_that_never_holds() -> None:
    found = coverage(table({"x": "integer >= 0"}, "x > 3 and x < 4", "x < 0", "1 == 2", "x >= 0"))
    assert found.never == (1, 2, 3)
    assert found.gaps == found.overlaps == found.hidden == ()


def test_a_rule_that_is_hidden_by_earlier_ones_together() -> None:
    rules = ("x < 3", "x > 1", "x == 2", "otherwise")
    assert coverage(table({"x": "number"}, *rules, policy="first")).hidden == (3,)
    assert coverage(table({"x": "number"}, *rules)).hidden == ()


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("x > y", "it compares x, y with each other"),
        ("x > 1 and y > 2 * x", "it compares y, x with each other"),
        ("x * x > 4", "it does more than compare “x” with constants"),
        ("not (10 / x > 4)", "it does more than compare “x” with constants"),
        ("x > 1 / 0", "it does more than compare “x” with constants"),
    ],
)
def test_what_is_beyond_it_is_said(rule: str, why: str) -> None:
    found = coverage(table({"x": "number", "y": "number"}, rule, "x > 5", "x > 6"))
    assert [(one.rule, str(one.why)) for one in found.skipped] == [(1, why)]
    assert found.gaps == ()
    assert [one.rules for one in found.overlaps] == [(2, 3)]


def test_a_search_that_grows_too_large_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_STEPS", 3)
    found = coverage(table({"x": "number", "y": "number"}, "x > 1 and y > 1", "x < 0 or y < 0"))
    assert [(one.rule, str(one.why)) for one in found.skipped] == [(0, "the rules make too many combinations")]


def test_a_date_that_leaves_the_calendar_says_so() -> None:
    found = coverage(table({"x": "date"}, "x - 9999999 < 2026-01-01", "x > 2026-01-01"))
    assert [str(one.why) for one in found.skipped] == ["a date leaves the calendar"]


# Against brute force: Python's own evaluation of the rules, at every point of a grid that has one in each piece

GRIDS: dict[str, tuple[str, list[object]]] = {
    "n": ("number >= 0", [quarter / 4 for quarter in range(47)]),
    "i": ("integer >= -2 and <= 7", list(range(-2, 8))),
    "m": ("money(RUB)", [half / 2 for half in range(-2, 12)]),
    "d": ("date >= 2026-01-01 and <= 2026-01-09", [date(2026, 1, day).toordinal() for day in range(1, 10)]),
    "c": ("choice(red, green, blue)", ["red", "green", "blue"]),
    "b": ("yes/no", [True, False]),
}
WORDS = {"red": "red", "green": "green", "blue": "blue", "yes": True, "no": False}


def random_atom(rnd: random.Random, names: str) -> str:
    name = rnd.choice(names)
    op = rnd.choice(["==", "!=", "<", "<=", ">", ">="])
    number = rnd.randint(0, 5)
    if name in "ni":
        left = rnd.choice([name, f"2 * {name}", f"{name} - 1", f"-{name}", f"{name} / 2"])
        low = rnd.randint(-1, 3)
        forms = [f"{left} {op} {number}", f"{low} < {name} <= {number}", f"{name} in ({low}, {low + 2})"]
        return rnd.choice(forms)
    if name == "m":
        return f"m {op} {number} RUB" if number else f"m {op} 0"
    if name == "d":
        return rnd.choice([f"d {op} 2026-01-0{number + 1}", f"d - 2026-01-03 {op} {number}"])
    return rnd.choice(["c == red", "c != green", "c in (red, blue)"]) if name == "c" else rnd.choice(["b", "b == no"])


def random_condition(rnd: random.Random, names: str, depth: int = 2) -> str:
    if not depth or rnd.random() < 0.3:
        return random_atom(rnd, names)
    parts = [random_condition(rnd, names, depth - 1) for _ in range(rnd.randint(2, 3))]
    joined = "(" + rnd.choice([" and ", " or "]).join(parts) + ")"
    return f"not {joined}" if rnd.random() < 0.2 else joined


def plainly(rule: str) -> CodeType:
    """The rule as Python understands it: amounts without currency, dates as their ordinals."""
    text = re.sub(r"2026-01-(\d\d)", lambda day: str(date(2026, 1, int(day[1])).toordinal()), rule)
    return compile(text.replace(" RUB", ""), rule, "eval")


def holding(rules: list[str], names: str) -> Iterator[frozenset[int]]:
    """The numbers of the rules that hold, for each point of the grid."""
    codes = list(enumerate(map(plainly, rules), 1))
    for values in itertools.product(*(GRIDS[name][1] for name in names)):
        known = {**WORDS, **dict(zip(names, values, strict=True))}
        yield frozenset(number for number, code in codes if eval(code, {}, known))


def check_against_brute_force(seed: int) -> None:
    rnd = random.Random(seed)
    names = "".join(rnd.sample("nimdcb", 3))
    rules = [random_condition(rnd, names) for _ in range(rnd.randint(1, 4))]
    criteria = table({name: GRIDS[name][0] for name in names}, *rules, policy=rnd.choice(["unique", "first"]))
    found = coverage(criteria)
    assert found.skipped == ()
    _compare(found, set(holding(rules, names)), len(rules), criteria.policy, rules)
    _examples_show_it(found, criteria)


def _compare(found: Coverage, seen: set[frozenset[int]], count: int, policy: str, rules: list[str]) -> None:
    numbers = range(1, count + 1)
    assert bool(found.gaps) == any(not held for held in seen), rules
    pairs = {pair for held in seen for pair in itertools.combinations(sorted(held), 2)}
    assert {one.rules for one in found.overlaps} == pairs, rules
    never = [n for n in numbers if not any(n in held for held in seen)]
    assert list(found.never) == never, rules
    deciding = {min(held) for held in seen if held}
    hidden = [n for n in numbers if n not in deciding and n not in never] if policy == "first" else []
    assert list(found.hidden) == hidden, rules


def _examples_show_it(found: Coverage, criteria: Criteria) -> None:
    nodes = compiled(criteria.inputs, [rule.when for rule in criteria.rules]).nodes
    declared = {name: parse_input(name, formula) for name, formula in criteria.inputs.items()}
    for region in (*found.gaps, *found.overlaps):
        case = {name: declared[name].read(text) for name, text in region.example.items()}
        held = {number for number, node in enumerate(nodes, 1) if Evaluation(case).result(node) is True}
        assert set(region.rules) <= held if region.rules else not held, region
        if region.where:
            node = compiled(criteria.inputs, [Formula(region.where)]).nodes[0]
            assert Evaluation(case).result(node) is True, region


@pytest.mark.parametrize("seed", range(100))
def test_it_agrees_with_brute_force(seed: int) -> None:
    check_against_brute_force(seed)


@pytest.mark.long
@pytest.mark.parametrize("block", range(9))
def test_it_agrees_with_brute_force_on_many_more(block: int) -> None:
    for seed in range(100 + 100 * block, 200 + 100 * block):
        check_against_brute_force(seed)


@pytest.mark.parametrize(
    ("kind", "conditions"),
    [
        ("number", ["x < 0.4", "2 * x + 1 <= 5", "1 < x <= 5", "x in (1, 2)", "x != 3", "not (x < 7)", "x - x < 1"]),
        ("integer >= 0", ["x < 3", "2 * x < 7", "x in (2, 4)", "x != 0"]),
        ("money", ["x < 100 RUB", "x >= 10.5 RUB and x < 11 RUB"]),
        ("date", ["x < 2026-01-01", "x + 30 > 2026-03-01"]),
        ("yes/no", ["x", "x == no"]),
        ("choice(a, b, c, d)", ["x == a", "x in (b, d)", "x not in (c)", "x != d"]),
    ],
)
def test_a_condition_is_the_same_in_every_run_of_values_that_are_alike(kind: str, conditions: list[str]) -> None:
    found = compiled({"x": Formula(kind)}, [Formula(text) for text in conditions])
    one = domain(found.inputs["x"], found.nodes)
    for node in found.nodes:
        spans = list(one.alike(node))
        assert [index for first, end in spans for index in range(first, end)] == list(range(len(one.values)))
        for first, end in spans:
            assert len({Evaluation({"x": value}).result(node) for value in one.values[first:end]}) == 1


def test_a_condition_is_not_tried_with_the_constants_of_all_the_others() -> None:
    found = compiled({"x": Formula("number")}, [Formula(f"x > {number}") for number in range(500)])
    one = domain(found.inputs["x"], found.nodes)
    assert len(one.values) == 1001
    assert all(len(list(one.alike(node))) == 3 for node in found.nodes[:-1])


@given(st.integers(0, 2**70))
def test_runs_are_the_bits_that_stand_side_by_side(chosen: int) -> None:
    spans = list(runs(chosen))
    assert sum(1 << bit for first, last in spans for bit in range(first, last + 1)) == chosen
    assert all(last + 1 < first for (_, last), (first, _) in itertools.pairwise(spans))


def test_many_rules_are_judged_or_named_as_too_many_at_once() -> None:
    begin = time.process_time()
    few = coverage(table({"a": "number"}, *(f"a > {number}" for number in range(100))))
    assert len(few.overlaps) == 100 * 99 / 2
    many = coverage(table({"a": "number", "b": "number"}, *(f"a > {n} and b < {n}" for n in range(400))))
    assert [str(one.why) for one in many.skipped] == ["the rules make too many combinations"]
    assert time.process_time() - begin < 2
