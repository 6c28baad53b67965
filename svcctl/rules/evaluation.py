"""What an expression comes to for given values, some of which may be unknown.

Conditions follow Kleene's strong three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, § 64): what
is unknown stays unknown, unless the rest settles the matter whatever it be.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from svcctl.model.expressions import Amount, Arithmetic, Compare, In, Literal, Logic, Name, Node, Not, Sign, Value
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias


class Unknown(NamedTuple):
    """The missing inputs that would settle it."""

    names: tuple[str, ...]

    def __or__(self, other: object) -> Unknown:
        more = other.names if isinstance(other, Unknown) else ()
        return Unknown(tuple(dict.fromkeys((*self.names, *more))))


Result: TypeAlias = Value | Unknown


class Evaluation:
    """One evaluation over typed values; ``used`` are the inputs that were looked at and known."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self.used: dict[str, Value] = {}

    def condition(self, node: Node, text: str) -> bool | Unknown:
        """Whether a compiled condition holds.

        Raises:
            Refused: it divides by zero, leaves the calendar or compares different currencies; ``text`` is how the
                message calls it (code ``cannot-evaluate``).
        """
        try:
            result = self.result(node)
        except ZeroDivisionError:
            raise _stuck(Message("“{text}” divides by zero", text=text)) from None
        except OverflowError:
            raise _stuck(Message("“{text}” leaves the calendar", text=text)) from None
        except _Mixed as error:
            raise _stuck(
                Message("“{text}” meets {one} and {other}", text=text, one=error.one, other=error.other)
            ) from None
        return result if isinstance(result, Unknown) else bool(result)

    def result(self, node: Node) -> Result:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Name):
            return self.input(node.name)
        if isinstance(node, Sign):
            return _negated(self.result(node.operand))
        if isinstance(node, Arithmetic):
            return _arithmetic(node.op, self.result(node.left), self.result(node.right))
        if isinstance(node, Compare):
            return self.chain(node)
        if isinstance(node, In):
            return self.membership(node)
        if isinstance(node, Not):
            inner = self.result(node.operand)
            return inner if isinstance(inner, Unknown) else not inner
        return self.logic(node)

    def input(self, name: str) -> Result:
        if name not in self.values:
            return Unknown((name,))
        self.used[name] = self.values[name]
        return self.values[name]

    def logic(self, node: Logic) -> Result:
        """The first part that settles it, else unknown if any part is."""
        settling = node.op == "or"
        unknown: Unknown | None = None
        for part in node.parts:
            result = self.result(part)
            if isinstance(result, Unknown):
                unknown = result if unknown is None else unknown | result
            elif result is settling:
                return settling
        return not settling if unknown is None else unknown

    def chain(self, node: Compare) -> Result:
        results = [self.result(operand) for operand in node.operands]
        unknown: Unknown | None = None
        for index, op in enumerate(node.ops):
            left, right = results[index], results[index + 1]
            if isinstance(left, Unknown):
                unknown = left | (unknown or right)
            elif isinstance(right, Unknown):
                unknown = right if unknown is None else unknown | right
            elif not _compare(op, left, right):
                return False
        return True if unknown is None else unknown

    def membership(self, node: In) -> Result:
        value = self.result(node.operand)
        if isinstance(value, Unknown):
            return value
        items = (self.result(item) for item in node.items)
        found = any(not isinstance(item, Unknown) and _compare("==", value, item) for item in items)
        return found is not node.negated


class _Mixed(Exception):
    def __init__(self, one: str, other: str) -> None:
        super().__init__(one, other)
        self.one, self.other = one, other


def _stuck(message: Message) -> Refused:
    return Refused(message, Message("mend the value, or the regulation"), code="cannot-evaluate")


def _negated(value: Result) -> Result:
    if isinstance(value, Amount):
        return Amount(-value.value, value.currency)
    return -value if isinstance(value, Fraction) else value


def _arithmetic(op: str, left: Result, right: Result) -> Result:
    if isinstance(left, Unknown):
        return left | right
    if isinstance(right, Unknown):
        return right
    if isinstance(left, date) or isinstance(right, date):
        return _days(op, left, right)
    if isinstance(left, Amount) or isinstance(right, Amount):
        return _money(op, left, right)
    return _numbers(op, _fraction(left), _fraction(right))


def _numbers(op: str, left: Fraction, right: Fraction) -> Fraction:
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    return left * right if op == "*" else left / right


def _money(op: str, left: Value, right: Value) -> Value:
    result = _numbers(op, _fraction(left), _fraction(right))
    if isinstance(left, Amount) and isinstance(right, Amount):
        currency = _same_currency(left, right)
        return result if op == "/" else Amount(result, currency)
    return Amount(result, left.currency if isinstance(left, Amount) else getattr(right, "currency", ""))


def _days(op: str, left: Value, right: Value) -> Value:
    if isinstance(left, date) and isinstance(right, date):
        return Fraction((left - right).days)
    day, amount = (left, right) if isinstance(left, date) else (right, left)
    assert isinstance(day, date)
    span = timedelta(days=int(_fraction(amount)))
    return day - span if op == "-" else day + span


def _compare(op: str, left: Result, right: Result) -> bool:
    if isinstance(left, Amount) and isinstance(right, Amount):
        _same_currency(left, right)
        left, right = left.value, right.value
    if op in ("==", "!="):
        return (left == right) is (op == "==")
    distance = (left - right).days if isinstance(left, date) and isinstance(right, date) else _gap(left, right)
    if op[0] == "<":
        return distance < 0 or (distance == 0 and op == "<=")
    return distance > 0 or (distance == 0 and op == ">=")


def _gap(left: Result, right: Result) -> Fraction:
    assert isinstance(left, Fraction) and isinstance(right, Fraction)
    return left - right


def _fraction(value: Value) -> Fraction:
    plain = value.value if isinstance(value, Amount) else value
    assert isinstance(plain, Fraction)
    return plain


def _same_currency(left: Amount, right: Amount) -> str:
    if left.currency and right.currency and left.currency != right.currency:
        raise _Mixed(left.currency, right.currency)
    return left.currency or right.currency
