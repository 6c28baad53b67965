from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.money import Money, apportion, exact_product, format_number, half_up
from svcctl.model.problems import Usage

cents = st.integers(-(10**17), 10**17)


def rub(text: str) -> Money:
    return Money(Decimal(text), "RUB")


@given(cents, cents)
def test_arithmetic_is_exact(one: int, two: int) -> None:
    first, second = Money.of_minor(one, "PLN"), Money.of_minor(two, "PLN")
    assert (first + second).minor() == one + two
    assert (first - second).minor() == one - two
    assert (-first).minor() == -one
    assert (first < second) == (one < two) and (first <= second) == (one <= two) and (first == second) == (one == two)


def test_halves_go_away_from_zero() -> None:
    assert rub("0.005").minor() == 1
    assert rub("-0.005").minor() == -1
    assert rub("0.0049999").minor() == 0
    assert str(rub("2.675").rounded()) == "2.68 RUB"
    assert str(rub("0.333") * 3) == "1.00 RUB"
    assert repr(rub("1.5")) == "Money('1.5', 'RUB')"


def test_json_has_two_decimals_unless_more_are_asked_for() -> None:
    assert rub("1234.5").as_json() == {"amount": "1234.50", "currency": "RUB"}
    assert rub("0.0375").as_json() == {"amount": "0.04", "currency": "RUB"}
    assert rub("0.0375").as_json(exact=True)["amount"] == "0.0375"
    assert rub("7").as_json(exact=True)["amount"] == "7.00"


@pytest.mark.parametrize("operation", ["__add__", "__sub__", "__lt__", "__le__"])
def test_currencies_do_not_mix(operation: str) -> None:
    with pytest.raises(Usage, match=r"1\.00 RUB and 1\.00 USD are different currencies"):
        getattr(rub("1"), operation)(Money(Decimal(1), "USD"))


def test_money_of_two_currencies_is_unequal_and_equal_money_hashes_alike() -> None:
    assert rub("1") != Money(Decimal(1), "USD")
    assert len({rub("1.0"), rub("1.00"), rub("2")}) == 2


def test_the_decimal_context_of_the_thread_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 3
        assert (rub("123456789.01") + rub("0.01")).minor() == 12345678902
        longest = exact_product(Decimal("999999999.999999"), Decimal("999999999999.9999"))
    assert Fraction(longest) * 10**10 == 999999999999999 * 9999999999999999


@given(st.integers(0, 10**18), st.integers(1, 10**9))
def test_half_up_is_the_nearest_whole_number(numerator: int, denominator: int) -> None:
    difference = half_up(numerator, denominator) - Fraction(numerator, denominator)
    assert Fraction(-1, 2) < difference <= Fraction(1, 2)


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.integers(0, 10**13))
def test_parts_add_up_and_are_near_their_share(weights: list[int], total: int) -> None:
    parts = apportion(total, weights)
    if not sum(weights):
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("number", "language", "places", "expected"),
    [
        ("1234567.5", "ru", 2, "1\u00a0234\u00a0567,50"),
        ("1234567.5", "pl", 2, "1\u00a0234\u00a0567,50"),
        ("1234567.5", "en", 2, "1,234,567.50"),
        ("-0.005", "ru", 2, "\u22120,01"),
        ("20.1250", "ru", None, "20,125"),
        ("20.00", "en", None, "20"),
        ("100", "en", None, "100"),
        ("0", "pl", 2, "0,00"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    number: str, language: str, places: int | None, expected: str
) -> None:
    assert format_number(Decimal(number), language, places) == expected
