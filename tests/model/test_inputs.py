"""Declared inputs, and the values people type for them; broken declarations stand in broken_regulations.txt."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from svcctl.model.criteria import Formula
from svcctl.model.expressions import Amount, Value
from svcctl.model.inputs import Bound, Input, parse_input
from svcctl.model.problems import BrokenFiles, Refused


def declared(text: str) -> Input:
    return parse_input("x", Formula(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("money", Input("x", "money")),
        ("money >= 0", Input("x", "money", Bound(Fraction(0), False))),
        ("money(RUB) > 0", Input("x", "money", Bound(Fraction(0), True), currency="RUB")),
        ("money < 5 PLN", Input("x", "money", None, Bound(Fraction(5), True), currency="PLN")),
        ("number > 0 and <= 1", Input("x", "number", Bound(Fraction(0), True), Bound(Fraction(1), False))),
        ("number <= 50%, >= -1", Input("x", "number", Bound(Fraction(-1), False), Bound(Fraction(1, 2), False))),
        ("integer >= 0", Input("x", "integer", Bound(Fraction(0), False))),
        ("date >= 2026-01-01", Input("x", "date", Bound(date(2026, 1, 1), False))),
        ("yes/no", Input("x", "yes/no")),
        ("choice(a, 'b c')", Input("x", "choice", options=("a", "b c"))),
    ],
)
def test_declarations(text: str, expected: Input) -> None:
    assert declared(text) == expected


@pytest.mark.parametrize("text", ["number > 1 and <= 1", "integer >= 2 and <= 1", "date > 2026-01-02 and < 2026-01-01"])
def test_bounds_that_leave_nothing(text: str) -> None:
    with pytest.raises(BrokenFiles, match="no value is within these bounds"):
        declared(text)


@pytest.mark.parametrize("text", ["yes/maybe", "yes/", "money(RUB", "number 5", "number >=", "number >= -2026-01-01"])
def test_declarations_that_break_off(text: str) -> None:
    with pytest.raises(BrokenFiles) as caught:
        declared(text)
    assert caught.value.problems[0].remedy


@pytest.mark.parametrize(
    ("declaration", "text", "value"),
    [
        ("money", "1000 RUB", Amount(Fraction(1000), "RUB")),
        ("money", "1 000 000.50 rub", Amount(Fraction(2000001, 2), "RUB")),
        ("money", "1\u00a0000RUB", Amount(Fraction(1000), "RUB")),
        ("money", "-5 RUB", Amount(Fraction(-5), "RUB")),
        ("money(RUB)", "5", Amount(Fraction(5), "RUB")),
        ("money", "5", Amount(Fraction(5), "EUR")),
        ("number", " 0.4 ", Fraction(2, 5)),
        ("number", "40%", Fraction(2, 5)),
        ("number", "+1_000", Fraction(1000)),
        ("integer", "12", Fraction(12)),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("yes/no", "Да", True),
        ("yes/no", "nie", False),
        ("choice(a, 'b c')", "b c", "b c"),
    ],
)
def test_values(declaration: str, text: str, value: Value) -> None:
    assert declared(declaration).read(text, "EUR") == value


@pytest.mark.parametrize(
    ("declaration", "text", "complaint", "hint"),
    [
        ("number", "1,5", "“1,5” is no number for “x”", "write it like 0.4 or 40%"),
        ("number", "1e9", "“1e9” is no number for “x”", "write it like 0.4 or 40%"),
        ("number", "nan", "“nan” is no number for “x”", "write it like 0.4 or 40%"),
        ("number", "5 RUB", "“5 RUB” is no number for “x”", "write it like 0.4 or 40%"),
        ("number", "9" * 31, f"“{'9' * 31}” is no number for “x”", "write it like 0.4 or 40%"),
        ("number", "10 00", "“10 00” is no number for “x”", "write it like 0.4 or 40%"),
        ("integer", "1.5", "“1.5” is no whole number for “x”", "write it like 12"),
        ("money", "much", "“much” is no money for “x”", "write it like 1000 RUB"),
        ("money", "5%", "“5%” is no money for “x”", "write it like 1000 RUB"),
        ("money", "5", "“5” has no currency for “x”", "write it like 1000 RUB"),
        ("money(RUB)", "5 PLN", "“x” is in RUB, not in PLN", "convert it first"),
        ("date", "2026-02-30", "“2026-02-30” is no date for “x”", "write it like 2026-11-21"),
        ("date", "20260228", "“20260228” is no date for “x”", "write it like 2026-11-21"),
        ("yes/no", "maybe", "“maybe” is neither yes nor no for “x”", "write yes or no"),
        ("choice(apple, pear)", "aple", "“aple” is no choice for “x”", "did you mean “apple”?"),
        ("number >= 0", "-1", "“x” cannot be -1", "it must be >= 0"),
        ("number > 0", "0", "“x” cannot be 0", "it must be > 0"),
        ("number < 1", "100%", "“x” cannot be 1", "it must be < 1"),
        ("money <= 5", "6 RUB", "“x” cannot be 6 RUB", "it must be <= 5"),
        ("date >= 2026-01-01", "2025-12-31", "“x” cannot be 2025-12-31", "it must be >= 2026-01-01"),
    ],
)
def test_refused_values(declaration: str, text: str, complaint: str, hint: str) -> None:
    with pytest.raises(Refused) as caught:
        declared(declaration).read(text)
    assert (str(caught.value), str(caught.value.hint), caught.value.code) == (complaint, hint, "bad-input")


def test_the_ends_of_a_range_belong_to_it_unless_they_are_open() -> None:
    assert declared("number >= 0 and <= 1").read("0") == 0
    assert declared("number >= 0 and <= 1").read("100%") == 1
