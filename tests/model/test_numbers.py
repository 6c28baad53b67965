from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from svcctl.model.numbers import decimal_of, read_date, read_decimal
from svcctl.model.problems import Problem
from svcctl.model.schema import Keys


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("1.10", "1.10"),
        ("61 500,00", "61500.00"),
        ("61\u00a0500", "61500"),
        ("1\u202f234\u202f567.8", "1234567.8"),
        ("1234,5", "1234.5"),
        ("-5", "-5"),
        ("\u22125,25", "-5.25"),
    ],
)
def test_numbers_as_people_type_them(text: str, expected: str) -> None:
    assert decimal_of(text) == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,250",
        "1,234.50",
        "1.234,50",
        "1e5",
        "NaN",
        "Infinity",
        "0x10",
        "12 34",
        "1 2345",
        "٣",
        "1.",
        ".5",
        "1_0",
    ],
)
def test_what_is_no_number_or_could_be_two(text: str) -> None:
    assert decimal_of(text) is None


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("ten", "number", "“price” should be a number, not “ten”"),
        ("-1", "negative", "“price” cannot be negative (-1)"),
        ("1.12345", "decimals", "“price” has more than 4 decimals (1.12345)"),
        ("1000", "too-large", "“price” is too large (1000)"),
    ],
)
def test_each_limit_is_a_problem(text: str, code: str, message: str) -> None:
    problems: list[Problem] = []
    assert read_decimal(Keys({"price": text}, problems), "price", text, 4, 1000) is None
    (problem,) = problems
    assert problem.code == code
    assert str(problem.message) == message
    assert problem.remedy is not None


def test_trailing_zeros_are_no_decimals() -> None:
    problems: list[Problem] = []
    assert read_decimal(Keys({}, problems), "price", "1.1000000", 4, 1000) == Decimal("1.1")
    assert not problems


@pytest.mark.parametrize("text", ["21.11.2026", "20261121", "2026-02-30", "2026-W47-1", "tomorrow"])
def test_what_is_no_day(text: str) -> None:
    problems: list[Problem] = []
    assert read_date(Keys({"date": text}, problems), "date") is None
    assert [str(problem.message) for problem in problems] == [f"“date” should be a day, not “{text}”"]


def test_a_day() -> None:
    problems: list[Problem] = []
    assert read_date(Keys({"date": "2026-11-21"}, problems), "date") == date(2026, 11, 21)
    assert read_date(Keys({}, problems), "date") is None
    assert not problems
