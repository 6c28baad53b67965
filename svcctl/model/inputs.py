"""Inputs of criteria: named, typed and bounded, as a regulation declares them and as people type their values.

``money``, ``money(RUB)``, ``number``, ``integer``, ``date``, ``yes/no``, ``choice(a, "b c")``; then bounds such as
``>= 0`` or ``> 0 and <= 1``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from svcctl.model.criteria import DECLARATIONS, Formula
from svcctl.model.expressions import Amount, Value, is_currency, number, show
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.model.schema import did_you_mean
from svcctl.model.tokens import MAX_DIGITS, RESERVED, Token, fault, tokens

MONEY, NUMBER, INTEGER, DATE, YES_NO, CHOICE = "money", "number", "integer", "date", "yes/no", "choice"
KINDS = (MONEY, NUMBER, INTEGER, DATE, YES_NO, CHOICE)
ORDERED = (MONEY, NUMBER, INTEGER, DATE)

_NUMBER = re.compile(r"([+-]?)((?:[0-9]{1,3}(?:[ _\u00a0\u202f][0-9]{3})+|[0-9]+)(?:\.[0-9]+)?)\s*(%|[A-Za-z]{3})?")
_YES = ("yes", "true", "да", "tak")
_NO = ("no", "false", "нет", "nie")


class Bound(NamedTuple):
    """An end of an input's range; for money the plain number, in the input's currency."""

    value: Fraction | date
    open: bool


class Input(NamedTuple):
    """A declared input; ``currency`` is empty where money may be in any, ``options`` are a choice's words."""

    name: str
    kind: str
    low: Bound | None = None
    high: Bound | None = None
    options: tuple[str, ...] = ()
    currency: str = ""

    def read(self, text: str, currency: str = "") -> Value:
        """The value that somebody typed for the input.

        Args:
            text: for example ``1 000 000 RUB``, ``0.4``, ``40%``, ``2026-11-21``, ``yes`` or a word of the choice.
            currency: what money without a currency is in, unless the input has a currency of its own.

        Raises:
            Refused: it is no such value, or out of bounds (code ``bad-input``).
        """
        value = _READERS[self.kind](self, text.strip(), currency)
        self._check_bounds(value)
        return value

    def _check_bounds(self, value: Value) -> None:
        plain = value.value if isinstance(value, Amount) else value
        for bound, sign in ((self.low, 1), (self.high, -1)):
            if bound is None or not _beyond(plain, bound, sign):
                continue
            raise self.refusal(
                Message("“{name}” cannot be {value}", name=self.name, value=show(value)),
                Message("it must be {limit}", limit=_limit(bound, sign)),
            )

    def refusal(self, message: Message, hint: Message | None) -> Refused:
        """The exception for a value that the input cannot have."""
        return Refused(message, hint, code="bad-input")


def _beyond(value: object, bound: Bound, sign: int) -> bool:
    if isinstance(value, Fraction) and isinstance(bound.value, Fraction):
        distance = (value - bound.value) * sign
    elif isinstance(value, date) and isinstance(bound.value, date):
        distance = Fraction((value - bound.value).days * sign)
    else:
        return False
    return distance < 0 or (bound.open and distance == 0)


def _limit(bound: Bound, sign: int) -> str:
    op = ("> " if bound.open else ">= ") if sign > 0 else ("< " if bound.open else "<= ")
    return op + show(bound.value)


def _read_number(self: Input, text: str, currency: str) -> Value:
    match = _NUMBER.fullmatch(text)
    if not match or len(match[2]) > MAX_DIGITS or match[3] not in (None, "%"):
        raise self.refusal(_no("{text} is no number for {name}", self, text), Message("write it like 0.4 or 40%"))
    value = _signed(match) / (100 if match[3] else 1)
    if self.kind == INTEGER and value.denominator != 1:
        raise self.refusal(_no("{text} is no whole number for {name}", self, text), Message("write it like 12"))
    return value


def _read_money(self: Input, text: str, currency: str) -> Value:
    match = _NUMBER.fullmatch(text)
    if not match or len(match[2]) > MAX_DIGITS or match[3] == "%":
        raise self.refusal(_no("{text} is no money for {name}", self, text), Message("write it like 1000 RUB"))
    written = (match[3] or self.currency or currency).upper()
    if not written:
        raise self.refusal(_no("{text} has no currency for {name}", self, text), Message("write it like 1000 RUB"))
    if self.currency and written != self.currency:
        raise self.refusal(
            Message("“{name}” is in {currency}, not in {other}", name=self.name, currency=self.currency, other=written),
            Message("convert it first"),
        )
    return Amount(_signed(match), written)


def _read_date(self: Input, text: str, currency: str) -> Value:
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise self.refusal(
            _no("{text} is no date for {name}", self, text), Message("write it like 2026-11-21")
        ) from None


def _read_yes_no(self: Input, text: str, currency: str) -> Value:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise self.refusal(_no("{text} is neither yes nor no for {name}", self, text), Message("write yes or no"))


def _read_choice(self: Input, text: str, currency: str) -> Value:
    if text in self.options:
        return text
    raise self.refusal(_no("{text} is no choice for {name}", self, text), did_you_mean(text, self.options))


def _no(source: str, wanted: Input, text: str) -> Message:
    return Message(source, text=f"“{text}”", name=f"“{wanted.name}”")


def _signed(match: re.Match[str]) -> Fraction:
    digits = "".join(char for char in match[2] if char.isdigit() or char == ".")
    return -number(digits) if match[1] == "-" else number(digits)


_READERS = {
    MONEY: _read_money,
    NUMBER: _read_number,
    INTEGER: _read_number,
    DATE: _read_date,
    YES_NO: _read_yes_no,
    CHOICE: _read_choice,
}


def declare(formulas: Mapping[str, Formula], problems: list[Problem]) -> dict[str, Input]:
    """The inputs of a regulation; those that cannot be understood go to ``problems``."""
    result: dict[str, Input] = {}
    for name, formula in formulas.items():
        try:
            result[name] = parse_input(name, formula)
        except BrokenFiles as error:
            problems.extend(error.problems)
    for declared in result.values():
        for option in declared.options:
            if option in result:
                message = Message("“{word}” is an input and a choice of “{name}” too", word=option, name=declared.name)
                problems.extend(
                    fault(formulas[declared.name], 0, message, Message("rename one of them"), "input-name").problems
                )
    return result


def parse_input(name: str, formula: Formula) -> Input:
    """Reads one declaration.

    Raises:
        BrokenFiles: it is none; with one problem, located by its column.
    """
    return _Declaration(name, formula).read()


class _Declaration:
    def __init__(self, name: str, formula: Formula) -> None:
        self.name, self.formula = name, formula
        self.tokens = tokens(formula)
        self.position = 0

    def read(self) -> Input:
        if self.name in RESERVED or is_currency(self.name):
            message = Message("“{name}” cannot be the name of an input", name=self.name)
            raise self.fault(0, message, Message("it is a word of the language; give it another"))
        kind = self.kind()
        declared = Input(self.name, kind)
        if kind == CHOICE:
            declared = declared._replace(options=self.options())
        elif kind == MONEY and self.peek().text == "(":
            declared = declared._replace(currency=self.own_currency())
        while self.peek().kind != "end":
            declared = self.bounded(declared)
        return self.check(declared)

    def fault(self, at: int, message: Message, remedy: Message | None, code: str = "input-type") -> BrokenFiles:
        return fault(self.formula, at, message, remedy, code)

    def peek(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.peek()
        self.position += token.kind != "end"
        return token

    def expect(self, text: str) -> None:
        token = self.take()
        if token.text != text:
            raise self.fault(token.at, Message("“{text}” is missing here", text=text), DECLARATIONS)

    def kind(self) -> str:
        token = self.take()
        if [token.text, self.peek().text] == ["yes", "/"]:
            self.take()
            self.expect("no")
            return YES_NO
        if token.text not in KINDS:
            message = Message("“{text}” is no type of an input", text=token.text)
            raise self.fault(token.at, message, did_you_mean(token.text, KINDS))
        return token.text

    def own_currency(self) -> str:
        self.expect("(")
        token = self.take()
        if not is_currency(token.text):
            message = Message("“{text}” is no currency", text=token.text)
            raise self.fault(token.at, message, Message("write its three letters, like RUB"))
        self.expect(")")
        return token.text

    def options(self) -> tuple[str, ...]:
        self.expect("(")
        words = [self.option()]
        while self.peek().text == ",":
            self.take()
            words.append(self.option())
            if words[-1] in words[:-1]:
                message = Message("“{word}” stands here twice", word=words[-1])
                raise self.fault(self.tokens[self.position - 1].at, message, Message("drop one of them"))
        self.expect(")")
        return tuple(words)

    def option(self) -> str:
        token = self.take()
        if token.kind == "string" and token.text[1:-1].strip():
            return token.text[1:-1]
        if token.kind != "name" or token.text in RESERVED:
            message = Message("“{text}” cannot be a choice", text=token.text)
            raise self.fault(token.at, message, Message("write words, or texts in quotation marks"))
        return token.text

    def bounded(self, declared: Input) -> Input:
        if self.peek().text in ("and", ",") and (declared.low or declared.high):
            self.take()
        op = self.take()
        if op.text not in ("<", "<=", ">", ">="):
            message = Message("a bound like >= 0 is expected, not “{text}”", text=op.text)
            raise self.fault(op.at, message, Message("write bounds like >= 0 or > 0 and <= 1"))
        if declared.kind not in ORDERED:
            message = Message("an input of type {kind} has no bounds", kind=declared.kind)
            raise self.fault(op.at, message, Message("drop them"))
        low = op.text[0] == ">"
        if declared.low if low else declared.high:
            raise self.fault(op.at, Message("this bound is given twice"), Message("drop one of them"))
        declared, value = self.limit(declared)
        bound = Bound(value, len(op.text) == 1)
        return declared._replace(low=bound) if low else declared._replace(high=bound)

    def limit(self, declared: Input) -> tuple[Input, Fraction | date]:
        negative = self.peek().text == "-" and self.take().text == "-"
        token = self.take()
        if token.kind == "date" and declared.kind == DATE and not negative:
            try:
                return declared, date.fromisoformat(token.text)
            except ValueError:
                message = Message("“{text}” is not a date of the calendar", text=token.text)
                raise self.fault(token.at, message, Message("write it like 2026-11-21")) from None
        if token.kind != "number" or declared.kind == DATE:
            message = Message("“{text}” cannot bound an input of type {kind}", text=token.text, kind=declared.kind)
            raise self.fault(token.at, message, Message("write bounds like >= 0 or > 0 and <= 1"))
        value = -number(token.text) if negative else number(token.text)
        if self.peek().text == "%" and declared.kind == NUMBER:
            self.take()
            value /= 100
        elif is_currency(self.peek().text) and declared.kind == MONEY:
            declared = self.same_currency(declared, self.take())
        return declared, value

    def same_currency(self, declared: Input, token: Token) -> Input:
        if declared.currency not in ("", token.text):
            message = Message("{one} against {other}", one=declared.currency, other=token.text)
            raise self.fault(token.at, message, Message("use one currency"), "unit")
        return declared._replace(currency=token.text)

    def check(self, declared: Input) -> Input:
        low, high = declared.low, declared.high
        if low and high and (_beyond(low.value, high, -1) or (low.open and low.value == high.value)):
            raise self.fault(0, Message("no value is within these bounds"), Message("swap or widen them"))
        return declared
