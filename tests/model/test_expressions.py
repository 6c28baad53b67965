"""The shape of parsed expressions and the text of values."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.criteria import Formula
from svcctl.model.expressions import (
    MAX_DEPTH,
    Amount,
    Arithmetic,
    Compare,
    In,
    Literal,
    Logic,
    Name,
    Node,
    Not,
    Sign,
    names,
    parse,
    show,
)
from svcctl.model.problems import BrokenFiles


def shape(node: Node) -> str:
    """The tree with every bracket written."""
    if isinstance(node, Literal):
        return show(node.value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Sign):
        return f"(- {shape(node.operand)})"
    if isinstance(node, Not):
        return f"(not {shape(node.operand)})"
    if isinstance(node, Arithmetic):
        return f"({shape(node.left)} {node.op} {shape(node.right)})"
    if isinstance(node, Logic):
        return "(" + f" {node.op} ".join(map(shape, node.parts)) + ")"
    if isinstance(node, In):
        items = ", ".join(map(shape, node.items))
        return f"({shape(node.operand)} {'not ' * node.negated}in [{items}])"
    assert isinstance(node, Compare)
    rest = "".join(f" {op} {shape(one)}" for op, one in zip(node.ops, node.operands[1:], strict=True))
    return f"({shape(node.operands[0])}{rest})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a / b / c", "((a / b) / c)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("-a * b", "((- a) * b)"),
        ("a - -b", "(a - (- b))"),
        ("a or b and not c", "(a or (b and (not c)))"),
        ("a or b or c", "(a or b or c)"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("1 < a <= 5", "(1 < a <= 5)"),
        ("a + 1 > b * 2 and c", "(((a + 1) > (b * 2)) and c)"),
        ("kind in (a, 'b c') or x", "((kind in [a, b c]) or x)"),
        ("kind not in [a]", "(kind not in [a])"),
        ("amount > 1_000_000 RUB", "(amount > 1000000 RUB)"),
        ("share <= 12.5%", "(share <= 0.125)"),
        ("since >= 2026-11-21", "(since >= 2026-11-21)"),
        ("agreed == no", "(agreed == no)"),
        ("просрочка > 90", "(просрочка > 90)"),
    ],
)
def test_precedence(text: str, expected: str) -> None:
    assert shape(parse(Formula(text))) == expected


def test_places_are_kept() -> None:
    node = parse(Formula("a  >  b"))
    assert isinstance(node, Compare)
    assert [node.at, *(operand.at for operand in node.operands)] == [3, 0, 6]


def test_nesting_is_bounded_but_long_sums_are_not_nested() -> None:
    parse(Formula("+".join("a" * 100)))
    parse(Formula("(" * (MAX_DEPTH - 1) + "a" + ")" * (MAX_DEPTH - 1)))
    for text in ("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, "not " * 150 + "a", "-" * 150 + "a", "(" * 199):
        with pytest.raises(BrokenFiles, match="nested too deeply"):
            parse(Formula(text))


def test_an_empty_formula_is_refused() -> None:
    with pytest.raises(BrokenFiles, match="the expression is empty"):
        parse(Formula("  "))


def test_names_of_a_tree() -> None:
    assert names(parse(Formula("a > 1 and not b in (1, 2) or -c + a > 2"))) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(-1, 4), "-0.25"),
        (Fraction(1, 3), "1/3"),
        (Fraction(10**20), "1" + "0" * 20),
        (Amount(Fraction(5, 2), "RUB"), "2.5 RUB"),
        (Amount(Fraction(0)), "0"),
        (True, "yes"),
        (False, "no"),
        (date(2026, 11, 21), "2026-11-21"),
        ("a b", "a b"),
    ],
)
def test_values_are_shown_as_people_write_them(value: Fraction | Amount | bool | date | str, text: str) -> None:
    assert show(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_shown_number_reads_back(number: Fraction) -> None:
    assert Fraction(show(Fraction(number))) == Fraction(number)


@given(st.text(alphabet="ab1( )<=>+-*/%,.'andornoti[]RUB", max_size=40))
def test_any_text_parses_or_is_one_located_problem(text: str) -> None:
    try:
        parse(Formula(text))
    except BrokenFiles as error:
        (problem,) = error.problems
        assert 1 <= problem.column <= len(text) + 1
        assert problem.remedy
