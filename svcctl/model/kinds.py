"""Checks what kinds of value meet in an expression, and resolves its names.

Money meets only money of the same currency. An input declared as ``money`` may be in any currency, but once it met
one it stays with it in all formulas of a regulation: currencies are unified, as types are in J. A. Robinson's
unification (JACM 1965), over variables only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from svcctl.model.criteria import Formula
from svcctl.model.expressions import (
    Amount,
    Arithmetic,
    Compare,
    In,
    Literal,
    Name,
    Node,
    Not,
    Sign,
    parse,
    show,
)
from svcctl.model.inputs import CHOICE, DATE, INTEGER, MONEY, NUMBER, ORDERED, YES_NO, Input
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles
from svcctl.model.schema import did_you_mean
from svcctl.model.tokens import fault

_WORD = "word"
_NOUNS = {
    NUMBER: Message("a number"),
    INTEGER: Message("a whole number"),
    MONEY: Message("money"),
    DATE: Message("a date"),
    YES_NO: Message("a condition"),
    CHOICE: Message("a choice"),
    _WORD: Message("a text"),
}
_JOINS = Message("join numbers; money of one currency; money * or / a number; a date + or - whole days")


class Unit:
    """A currency, perhaps not known yet; units that must be the same lead to one another."""

    __slots__ = ("currency", "same")

    def __init__(self, currency: str = "") -> None:
        self.currency = currency
        self.same: Unit | None = None

    def root(self) -> Unit:
        """The unit that stands for all that are the same."""
        unit = self
        while unit.same is not None:
            unit = unit.same
        return unit

    def join(self, other: Unit) -> bool:
        """Makes both the same; False where they are different currencies."""
        mine, theirs = self.root(), other.root()
        if mine is theirs:
            return True
        if mine.currency and theirs.currency:
            return mine.currency == theirs.currency
        if mine.currency:
            mine, theirs = theirs, mine
        mine.same = theirs
        return True


class Kind(NamedTuple):
    """The kind of a value: ``unit`` for money, ``options`` for a choice, ``integer`` is a number without a part."""

    name: str
    unit: Unit | None = None
    options: tuple[str, ...] = ()


_Typed = tuple[Node, Kind]
_CONDITION = Kind(YES_NO)
_PLAIN = Kind(NUMBER)


class Checker:
    """Checks the formulas of one regulation, one after the other, over its inputs."""

    def __init__(self, inputs: Mapping[str, Input]) -> None:
        self.inputs = inputs
        self.units = {name: Unit(one.currency) for name, one in inputs.items() if one.kind == MONEY}
        self.formula = Formula("")

    def condition(self, formula: Formula) -> Node:
        """The resolved tree of a formula that must be a condition.

        Raises:
            BrokenFiles: no expression, an unknown name, or kinds that do not go together; with one located problem.
        """
        self.formula = formula
        node, kind = self.typed(parse(formula))
        if kind.name != YES_NO:
            self.refuse_word(node, kind)
            message = Message("a condition is expected here, not {noun}", noun=_NOUNS[kind.name])
            raise self.wrong(node, message, Message("compare it with something, like late > 90"))
        return node

    def currency(self, name: str) -> str:
        """The currency an input of money turned out to be in; empty where any will do."""
        return self.units[name].root().currency if name in self.units else ""

    def wrong(self, node: Node, message: Message, remedy: Message | None = None, code: str = "kind") -> BrokenFiles:
        return fault(self.formula, node.at, message, remedy, code)

    def typed(self, node: Node) -> _Typed:
        if isinstance(node, Literal):
            return node, self.literal(node)
        if isinstance(node, Name):
            return self.named(node)
        if isinstance(node, Sign):
            operand, kind = self.typed(node.operand)
            self.need(operand, kind, (NUMBER, INTEGER, MONEY), "-")
            return node._replace(operand=operand), kind
        if isinstance(node, Arithmetic):
            return self.arithmetic(node)
        if isinstance(node, Compare):
            return self.comparison(node)
        if isinstance(node, In):
            return self.membership(node)
        if isinstance(node, Not):
            return node._replace(operand=self.truth(node.operand, "not")), _CONDITION
        return node._replace(parts=tuple(self.truth(part, node.op) for part in node.parts)), _CONDITION

    def literal(self, node: Literal) -> Kind:
        value = node.value
        if isinstance(value, bool):
            return _CONDITION
        if isinstance(value, Fraction):
            return Kind(INTEGER if value.denominator == 1 else NUMBER)
        if isinstance(value, Amount):
            return Kind(MONEY, Unit(value.currency))
        return Kind(DATE) if isinstance(value, date) else Kind(_WORD, options=(value,))

    def named(self, node: Name) -> _Typed:
        declared = self.inputs.get(node.name)
        if declared is None:
            return node, Kind(_WORD, options=(node.name,))
        return node, Kind(declared.kind, self.units.get(node.name), declared.options)

    def truth(self, node: Node, op: str) -> Node:
        result, kind = self.typed(node)
        self.need(result, kind, (YES_NO,), op)
        return result

    def need(self, node: Node, kind: Kind, allowed: tuple[str, ...], op: str) -> None:
        if kind.name in allowed:
            return
        self.refuse_word(node, kind)
        raise self.misfit(node, kind, op, allowed)

    def misfit(self, node: Node, kind: Kind, op: str, allowed: tuple[str, ...]) -> BrokenFiles:
        takes = ", ".join(name for name in allowed if name != INTEGER)
        message = Message("“{op}” does not take {noun}", op=op, noun=_NOUNS[kind.name])
        return self.wrong(node, message, Message("it takes: {kinds}", kinds=takes))

    def refuse_word(self, node: Node, kind: Kind) -> None:
        """A word that stands where no choice gives it a meaning is an unknown name."""
        if kind.name != _WORD or not isinstance(node, Name):
            return
        owner = next((one.name for one in self.inputs.values() if node.name in one.options), "")
        remedy = (
            Message("it is a choice of “{owner}”: write {owner} == {word}", owner=owner, word=node.name)
            if owner
            else did_you_mean(node.name, self.inputs) or Message("declare it under inputs:")
        )
        raise self.wrong(node, Message("“{name}” is not an input", name=node.name), remedy, "unknown-name")

    def arithmetic(self, node: Arithmetic) -> _Typed:
        (left, one), (right, other) = self.typed(node.left), self.typed(node.right)
        for side, kind in ((left, one), (right, other)):
            self.need(side, kind, (NUMBER, INTEGER, MONEY, DATE), node.op)
        if node.op in "+-":
            left, one, right, other = self.settled(left, one, right, other)
        kinds = _family(one), _family(other)
        result = self.sum(node, one, other) if node.op in "+-" else self.product(node, one, other)
        if result is None:
            raise self.wrong(
                node,
                Message(
                    "“{op}” does not join {one} and {other}",
                    op=node.op,
                    one=_NOUNS[kinds[0]],
                    other=_NOUNS[kinds[1]],
                ),
                _JOINS,
            )
        return node._replace(left=left, right=right), result

    def sum(self, node: Arithmetic, one: Kind, other: Kind) -> Kind | None:
        kinds = _family(one), _family(other)
        if kinds == (NUMBER, NUMBER):
            return _whole(one, other)
        if kinds == (MONEY, MONEY):
            self.same_unit(node, one, other)
            return one
        if kinds == (DATE, DATE):
            return Kind(INTEGER) if node.op == "-" else None
        if kinds[0] == DATE and other.name == INTEGER:
            return one
        return other if one.name == INTEGER and kinds[1] == DATE and node.op == "+" else None

    def product(self, node: Arithmetic, one: Kind, other: Kind) -> Kind | None:
        kinds = _family(one), _family(other)
        if kinds == (NUMBER, NUMBER):
            return _PLAIN if node.op == "/" else _whole(one, other)
        if kinds == (MONEY, NUMBER):
            return one
        if kinds == (NUMBER, MONEY) and node.op == "*":
            return other
        if kinds == (MONEY, MONEY) and node.op == "/":
            self.same_unit(node, one, other)
            return _PLAIN
        return None

    def settled(self, left: Node, one: Kind, right: Node, other: Kind) -> tuple[Node, Kind, Node, Kind]:
        """Both sides, where a plain 0 beside money is no money at all, in its currency."""
        if one.name == MONEY and _is_zero(right):
            return left, one, Literal(Amount(Fraction(0)), right.at), one
        if other.name == MONEY and _is_zero(left):
            return Literal(Amount(Fraction(0)), left.at), other, right, other
        return left, one, right, other

    def comparison(self, node: Compare) -> _Typed:
        typed = [self.typed(operand) for operand in node.operands]
        for index, op in enumerate(node.ops):
            (left, one), (right, other) = typed[index : index + 2]
            left, one, right, other = self.settled(left, one, right, other)
            typed[index : index + 2] = self.pair(node, op, (left, one), (right, other))
        return node._replace(operands=tuple(operand for operand, _ in typed)), _CONDITION

    def pair(self, node: Node, op: str, left: _Typed, right: _Typed) -> tuple[_Typed, _Typed]:
        """Both sides of one comparison, with words resolved by the choice on the other side."""
        left, right = self.chosen(left, right[1]), self.chosen(right, left[1])
        one, other = left[1], right[1]
        for side in (left, right):
            self.refuse_word(*side)
            if side[1].name == _WORD:
                remedy = Message("declare the input as choice(a, b)")
                raise self.wrong(side[0], Message("a text can be compared only with a choice"), remedy)
        if _family(one) != _family(other):
            remedy = Message("compare values of one kind")
            if {_family(one), _family(other)} == {MONEY, NUMBER}:
                remedy = Message("write the currency too, like 1000 RUB")
            message = Message("{one} is compared with {other}", one=_NOUNS[_family(one)], other=_NOUNS[_family(other)])
            raise self.wrong(node, message, remedy)
        if op not in ("==", "!=", "in") and one.name in (YES_NO, CHOICE):
            raise self.misfit(node, one, op, ORDERED)
        self.same_unit(node, one, other)
        return left, right

    def chosen(self, side: _Typed, other: Kind) -> _Typed:
        node, kind = side
        if kind.name != _WORD or other.name != CHOICE:
            return side
        word = kind.options[0]
        if word not in other.options:
            message = Message("“{word}” is not one of the choices", word=word)
            raise self.wrong(node, message, did_you_mean(word, other.options), "unknown-name")
        return Literal(word, node.at), other

    def same_unit(self, node: Node, one: Kind, other: Kind) -> None:
        if one.unit is None or other.unit is None or one.unit.join(other.unit):
            return
        currencies = one.unit.root().currency, other.unit.root().currency
        message = Message("{one} against {other}", one=currencies[0], other=currencies[1])
        raise self.wrong(node, message, Message("use one currency in all rules"), "unit")

    def membership(self, node: In) -> _Typed:
        operand, kind = self.typed(node.operand)
        items = []
        for item in node.items:
            typed, item_kind = self.typed(item)
            _, one, typed, item_kind = self.settled(operand, kind, typed, item_kind)
            _, (typed, _) = self.pair(item, "in", (operand, one), (typed, item_kind))
            if not _is_constant(typed):
                message = Message("the list after in has only values, no inputs")
                raise self.wrong(item, message, Message("compare them one by one, joined by or"))
            items.append(typed)
        values = [show(item.value) for item in items if isinstance(item, Literal)]
        if len(set(values)) < len(values):
            raise self.wrong(node, Message("a value stands in the list twice"), Message("drop one of them"))
        return node._replace(operand=operand, items=tuple(items)), _CONDITION


def _family(kind: Kind) -> str:
    return NUMBER if kind.name == INTEGER else kind.name


def _whole(one: Kind, other: Kind) -> Kind:
    return one if one.name == other.name else _PLAIN


def _is_zero(node: Node) -> bool:
    return isinstance(node, Literal) and isinstance(node.value, Fraction) and node.value == 0


def _is_constant(node: Node) -> bool:
    return isinstance(node.operand if isinstance(node, Sign) else node, Literal)
