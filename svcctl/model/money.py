"""Money: a decimal amount that never leaves its currency, rounded half up to the hundredth."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from svcctl.model.messages import Message
from svcctl.model.problems import Usage
from svcctl.model.words import CURRENCIES, in_words

__all__ = ["CURRENCIES", "EXACT", "Money", "apportion", "exact_product", "format_number", "half_up", "in_words"]

# Wide enough for the longest quantity times the longest price: nothing is lost before the one rounding.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_CENT = Decimal("0.01")


class Money:
    """An amount in a currency. Amounts of different currencies are never added or compared."""

    __slots__ = ("amount", "currency")

    def __init__(self, amount: Decimal, currency: str) -> None:
        self.amount = amount
        self.currency = currency

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """The money of a whole number of kopecks, groszy or cents."""
        return cls(EXACT.scaleb(Decimal(minor), -2), currency)

    def minor(self) -> int:
        """The amount in kopecks, groszy or cents, rounded half up."""
        return int(EXACT.scaleb(EXACT.quantize(self.amount, _CENT), 2))

    def rounded(self) -> Money:
        """The money rounded half up (away from zero) to the hundredth."""
        return Money(EXACT.quantize(self.amount, _CENT), self.currency)

    def as_json(self, exact: bool = False) -> dict[str, str]:
        """``{"amount": "1234.50", "currency": "RUB"}``, the stable form of every document.

        Args:
            exact: keep decimals beyond the second, as a unit's price may have them.
        """
        rounded = self.rounded().amount
        amount = self.amount if exact and self.amount != rounded else rounded
        return {"amount": f"{amount:f}", "currency": self.currency}

    def __add__(self, other: Money) -> Money:
        return Money(EXACT.add(self.amount, self._same(other)), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(EXACT.subtract(self.amount, self._same(other)), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(EXACT.multiply(self.amount, Decimal(factor)), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.amount == other.amount and self.currency == other.currency

    def __hash__(self) -> int:
        return hash((self.amount, self.currency))

    def __str__(self) -> str:
        return f"{self.rounded().amount:f} {self.currency}"

    def __repr__(self) -> str:
        return f"Money({str(self.amount)!r}, {self.currency!r})"

    def _same(self, other: Money) -> Decimal:
        if self.currency != other.currency:
            raise Usage(
                Message("{one} and {two} are different currencies", one=str(self), two=str(other)),
                Message("convert one of them with a written rate first"),
            )
        return other.amount


def exact_product(*factors: Decimal) -> Decimal:
    """The product of the factors with nothing rounded (up to 60 digits), whatever the thread's decimal context."""
    result = Decimal(1)
    for factor in factors:
        result = EXACT.multiply(result, factor)
    return result


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number to a quotient that is not negative; halves go up."""
    return (2 * numerator + denominator) // (2 * denominator)


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Divides a whole number in proportion to weights so that the parts add up to it exactly.

    Args:
        total: what is divided, not negative (kopecks).
        weights: not negative; where all are 0 every part is 0, and then ``total`` must be 0 too.

    Returns:
        One part a weight, each less than 1 away from its exact share (the largest remainder method; of equal
        remainders the earlier weight gets the unit).
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


_GROUPS = {"ru": ("\u00a0", ","), "pl": ("\u00a0", ","), "en": (",", ".")}


def format_number(number: Decimal, language: str, places: int | None = 2) -> str:
    """A number as people of a language write it: ``1 234 567,50`` in Russian and Polish, ``1,234,567.50`` in English.

    Args:
        places: digits after the point, rounded half up; None keeps what is there less trailing zeros.
    """
    group, point = _GROUPS.get(language, _GROUPS["en"])
    if places is not None:
        number = EXACT.quantize(number, Decimal(1).scaleb(-places))
    whole, _, rest = f"{number.copy_abs():f}".partition(".")
    if places is None:
        rest = rest.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", group)
    sign = "\u2212" if number < 0 else ""
    return sign + grouped + (point + rest if rest else "")
