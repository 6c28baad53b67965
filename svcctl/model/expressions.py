"""Expressions: what a formula says, as a tree.

Grammar, from loose to tight: ``or``; ``and``; ``not``; comparisons, which may form a chain in one direction
(``0.3 < ratio <= 0.4``), and ``in (a, b)``; ``+ -``; ``* /``; the sign; literals, names and parentheses. The parser
is a top-down operator precedence parser (V. R. Pratt, POPL 1973). Nothing but this list is read, so there is nothing
to forbid.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from svcctl.model.criteria import Formula
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles
from svcctl.model.tokens import Token, fault, tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

MAX_DEPTH = 30
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Amount(NamedTuple):
    """Money, exactly; the currency is empty only for zero, which is the same in every currency."""

    value: Fraction
    currency: str = ""

    def __str__(self) -> str:
        return f"{show(self.value)} {self.currency}".rstrip()


Value: TypeAlias = Fraction | Amount | date | bool | str


class Literal(NamedTuple):
    """A value written in the formula; choice words and texts are ``str``."""

    value: Value
    at: int


class Name(NamedTuple):
    """An input (or, before the names are resolved, a choice word)."""

    name: str
    at: int


class Sign(NamedTuple):
    """A negated number or amount."""

    operand: Node
    at: int


class Arithmetic(NamedTuple):
    """``left op right`` for ``+ - * /``."""

    op: str
    left: Node
    right: Node
    at: int


class Compare(NamedTuple):
    """A chain: ``operands[0] ops[0] operands[1] ops[1] …``, true where every link holds."""

    operands: tuple[Node, ...]
    ops: tuple[str, ...]
    at: int


class In(NamedTuple):
    """Whether the operand is one of the items, or with ``negated`` none of them."""

    operand: Node
    items: tuple[Node, ...]
    negated: bool
    at: int


class Logic(NamedTuple):
    """``and`` or ``or`` of two or more conditions."""

    op: str
    parts: tuple[Node, ...]
    at: int


class Not(NamedTuple):
    """The opposite of a condition."""

    operand: Node
    at: int


Node: TypeAlias = Literal | Name | Sign | Arithmetic | Compare | In | Logic | Not

_POWERS = {"or": 1, "and": 2, **dict.fromkeys((*COMPARISONS, "in", "not"), 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _COMPARE, _SIGN = 3, 4, 7
_FALLING, _RISING = {">", ">="}, {"<", "<="}


def parse(formula: Formula) -> Node:
    """The tree of a formula; names are not resolved and kinds not checked yet.

    Raises:
        BrokenFiles: it is no expression; with one problem, located by its column.
    """
    return _Parser(formula).whole()


def show(value: Value) -> str:
    """A value as people write it: ``1000 RUB``, ``0.05``, ``yes``; a fraction without end as ``1/3``."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Fraction):
        return str(value)
    rest, places = value.denominator, 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, places = rest // prime, places + 1
    if rest != 1:
        return str(value)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return ("-" if value < 0 else "") + whole + ("." + part if part else "")


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a tree's top."""
    if isinstance(node, Literal | Name):
        return ()
    if isinstance(node, Sign | Not):
        return (node.operand,)
    if isinstance(node, Arithmetic):
        return (node.left, node.right)
    if isinstance(node, Compare):
        return node.operands
    return (node.operand, *node.items) if isinstance(node, In) else node.parts


def names(node: Node) -> tuple[str, ...]:
    """The different inputs of a resolved tree, in the order of the formula."""
    if isinstance(node, Name):
        return (node.name,)
    return tuple(dict.fromkeys(name for part in children(node) for name in names(part)))


def number(text: str) -> Fraction:
    """The exact value of a number token."""
    return Fraction(text.replace("_", ""))


class _Parser:
    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.tokens = tokens(formula)
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += token.kind != "end"
        return token

    def fault(self, at: int, message: Message, remedy: Message | None = None) -> BrokenFiles:
        return fault(self.formula, at, message, remedy)

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise self.fault(0, Message("the expression is empty"))
        node = self.expression(0)
        if self.token.kind != "end":
            raise self.unexpected(self.token)
        return node

    def unexpected(self, token: Token) -> BrokenFiles:
        before = self.tokens[self.position - 1]
        if token.text == "(" and before.kind == "name":
            remedy = Message("there are no functions, only inputs and values")
            return self.fault(before.at, Message("“{name}(…)” is not in the language", name=before.text), remedy)
        if token.text == "[":
            return self.fault(token.at, Message("“[” stands only after in: kind in [a, b]"))
        if token.text in (")", "]", ",", "%"):
            return self.fault(token.at, Message("“{text}” does not belong here", text=token.text))
        grouped = Message("write 1000000 or 1_000_000") if token.kind == before.kind == "number" else None
        return self.fault(token.at, Message("an operator is missing before “{text}”", text=token.text), grouped)

    def expression(self, power: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(self.token.at, Message("the expression is nested too deeply"))
        node = self.prefix()
        while (own := self.power()) > power:
            node = self.infix(node, own)
        self.depth -= 1
        return node

    def power(self) -> int:
        token = self.token
        return _POWERS.get(token.text, 0) if token.kind in ("op", "name") else 0

    def prefix(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return self.quantity(token)
        if token.kind == "date":
            return Literal(self.day(token), token.at)
        if token.kind == "string":
            return Literal(token.text[1:-1], token.at)
        if token.kind == "name":
            return self.word(token)
        if token.text == "-":
            return Sign(self.expression(_SIGN), token.at)
        if token.text == "(":
            return self.inside(token)
        if token.kind == "end":
            raise self.fault(token.at, Message("the expression breaks off"))
        raise self.fault(token.at, Message("a value is missing before “{text}”", text=token.text))

    def word(self, token: Token) -> Node:
        if token.text == "not":
            return Not(self.expression(_NOT), token.at)
        if token.text in ("yes", "no"):
            return Literal(token.text == "yes", token.at)
        if token.text in ("true", "false"):
            remedy = Message("write yes or no")
            raise self.fault(token.at, Message("“{text}” is not in the language", text=token.text), remedy)
        if token.text == "otherwise":
            raise self.fault(token.at, Message("“otherwise” stands alone, for all that no other rule decides"))
        if token.text in ("and", "or", "in"):
            raise self.fault(token.at, Message("a value is missing before “{text}”", text=token.text))
        return Name(token.text, token.at)

    def quantity(self, token: Token) -> Node:
        value = number(token.text)
        following = self.token
        if following.text == "%":
            self.take()
            return Literal(value / 100, token.at)
        if following.kind == "name" and is_currency(following.text):
            self.take()
            return Literal(Amount(value, following.text), token.at)
        return Literal(value, token.at)

    def day(self, token: Token) -> date:
        try:
            return date.fromisoformat(token.text)
        except ValueError:
            message = Message("“{text}” is not a date of the calendar", text=token.text)
            raise self.fault(token.at, message, Message("write it like 2026-11-21")) from None

    def inside(self, opening: Token) -> Node:
        node = self.expression(0)
        if self.token.text == ")":
            self.take()
            return node
        if self.token.kind == "end":
            raise self.fault(opening.at, Message("“(” is never closed"))
        raise self.unexpected(self.token)

    def infix(self, left: Node, power: int) -> Node:
        token = self.take()
        if token.text in ("in", "not"):
            return self.membership(left, token)
        if token.text in COMPARISONS:
            return self.chain(left, token)
        right = self.expression(power)
        if token.text not in ("and", "or"):
            return Arithmetic(token.text, left, right, token.at)
        if isinstance(left, Logic) and left.op == token.text:
            return Logic(token.text, (*left.parts, right), left.at)
        return Logic(token.text, (left, right), token.at)

    def chain(self, left: Node, first: Token) -> Node:
        operands, ops, token = [left, self.expression(_COMPARE)], [first.text], first
        while self.token.text in COMPARISONS:
            token = self.take()
            operands.append(self.expression(_COMPARE))
            ops.append(token.text)
        if len(ops) > 1 and not (set(ops) <= _FALLING or set(ops) <= _RISING):
            remedy = Message("join the comparisons with and")
            raise self.fault(token.at, Message("a chain of comparisons goes one way: 1 < x <= 5"), remedy)
        return Compare(tuple(operands), tuple(ops), first.at)

    def membership(self, left: Node, token: Token) -> Node:
        negated = token.text == "not"
        if negated and self.take().text != "in":
            raise self.fault(token.at, Message("an operator is missing before “{text}”", text="not"))
        opening = self.take()
        if opening.text not in ("(", "["):
            raise self.fault(opening.at, Message("a list is missing after in"), Message("write kind in (a, b)"))
        closing = ")" if opening.text == "(" else "]"
        items = [self.expression(_COMPARE)]
        while self.token.text == ",":
            self.take()
            items.append(self.expression(_COMPARE))
        if self.take().text != closing:
            raise self.fault(opening.at, Message("the list after in is never closed"))
        return In(left, tuple(items), negated, token.at)


def is_currency(text: str) -> bool:
    """Whether the word has the form of an ISO 4217 code."""
    return len(text) == 3 and text.isascii() and text.isalpha() and text.isupper()
