"""The domain of an input, cut at the constants that it is compared with.

Within a piece every comparison of the input with a constant comes out the same, so one value stands for all of them:
the partition testing of specification tables (J. B. Goodenough, S. L. Gerhart, IEEE TSE 1(2), 1975), exact for linear
comparisons of one input.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from svcctl.model.expressions import (
    Amount,
    Arithmetic,
    Compare,
    In,
    Literal,
    Name,
    Node,
    Sign,
    Value,
    children,
    show,
)
from svcctl.model.inputs import CHOICE, DATE, INTEGER, MONEY, YES_NO, Bound, Input
from svcctl.model.namedtuples import NamedTuple

_FINEST = 40
_SOME_DAY = date(2026, 1, 1).toordinal()


class Line(NamedTuple):
    """``slope * name + constant``; the name is empty where the slope is nought."""

    name: str
    slope: Fraction
    constant: Fraction


class Piece(NamedTuple):
    """An interval of numbers (dates as their ordinals); an end that is None has no limit.

    A piece of whole numbers includes both its ends; any other is a single point or an open interval.
    """

    low: Fraction | None
    high: Fraction | None

    @property
    def is_point(self) -> bool:
        return self.low is not None and self.low == self.high


class NotLinear(Exception):
    """A comparison that is more than one input against constants."""


class Domain(NamedTuple):
    """An input's values in pieces, in their order; ``values`` has one of each, as the expressions take it.

    ``pieces`` is empty for an input without order, where each value is a piece of its own.
    """

    declared: Input
    values: tuple[Value, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def full(self) -> int:
        """The set of all pieces, a bit each."""
        return (1 << len(self.values)) - 1

    def alike(self, node: Node) -> Iterator[tuple[int, int]]:
        """The runs of values, from and up to, in which a condition on this input alone cannot change.

        It changes where one of its own constants is met, so it need not be tried with every constant of the others.
        """
        count, edges = len(self.values), {0}
        if self.pieces and self.declared.kind != DATE:
            for cut in thresholds(node, self.declared.name):
                edges.add(bisect_left(self.values, cut, key=plain))
                edges.add(bisect_right(self.values, cut, key=plain))
        elif self.declared.kind == CHOICE:
            words = set(_words(node))
            for index, value in enumerate(self.values):
                if value in words:
                    edges |= {index, index + 1}
        else:
            # A date may leave the calendar at either end, and has to be tried to find that out.
            edges.update(range(count))
        ends = sorted(edges | {count})
        yield from pairwise(ends)

    def words(self, chosen: int) -> str:
        """A set of pieces as people write it: ``0.4 < debt_ratio <= 0.6``; empty where it is all of them."""
        if chosen == self.full:
            return ""
        name = self.declared.name
        if not self.pieces:
            words = [show(value) for index, value in enumerate(self.values) if chosen >> index & 1]
            return f"{name} == {words[0]}" if len(words) == 1 else f"{name} in ({', '.join(words)})"
        return " or ".join(self._span(first, last) for first, last in runs(chosen))

    def _span(self, first: int, last: int) -> str:
        name, whole = self.declared.name, self.declared.kind in (INTEGER, DATE)
        low = self.pieces[first].low if first else None
        high = self.pieces[last].high if last < len(self.pieces) - 1 else None
        if low is not None and low == high:
            return f"{name} == {self._shown(low)}"
        left = "" if low is None else self._shown(low)
        right = "" if high is None else self._shown(high)
        above = ">=" if whole or self.pieces[first].is_point else ">"
        below = "<=" if whole or self.pieces[last].is_point else "<"
        if left and right:
            return f"{left} {'<' + above[1:]} {name} {below} {right}"
        return f"{name} {above} {left}" if left else f"{name} {below} {right}"

    def _shown(self, number: Fraction) -> str:
        return show(_value(self.declared, number))


def runs(chosen: int) -> Iterator[tuple[int, int]]:
    """The first and last of each run of bits that stand side by side."""
    begin = 0
    while chosen:
        gap = (chosen & -chosen).bit_length() - 1
        chosen >>= gap
        length = (~chosen & (chosen + 1)).bit_length() - 1
        yield begin + gap, begin + gap + length - 1
        chosen >>= length
        begin += gap + length


def domain(declared: Input, conditions: Iterable[Node]) -> Domain:
    """An input's domain, cut at every constant that the conditions compare it with.

    Raises:
        NotLinear: a condition compares it otherwise.
    """
    if declared.kind == YES_NO:
        return Domain(declared, (True, False))
    if declared.kind == CHOICE:
        return Domain(declared, declared.options)
    cuts = sorted({cut for node in conditions for cut in thresholds(node, declared.name)})
    pieces = _whole(declared, cuts) if declared.kind in (INTEGER, DATE) else _dense(declared, cuts)
    whole = declared.kind in (INTEGER, DATE)
    picked = [inside_whole(declared, piece) if whole else inside(piece) for piece in pieces]
    return Domain(declared, tuple(_value(declared, number) for number in picked), pieces)


def _words(node: Node) -> Iterator[str]:
    """The words that a condition names."""
    if isinstance(node, Literal) and isinstance(node.value, str):
        yield node.value
    for part in children(node):
        yield from _words(part)


def thresholds(node: Node, name: str) -> Iterator[Fraction]:
    """The values of an input at which a condition may change.

    Raises:
        NotLinear: it holds for some values and fails for others by more than linear comparisons with constants.
    """
    if isinstance(node, Compare):
        for left, right in pairwise(node.operands):
            yield from _meeting(left, right, name)
    elif isinstance(node, In):
        for item in node.items:
            yield from _meeting(node.operand, item, name)
    else:
        for part in children(node):
            yield from thresholds(part, name)


def _meeting(left: Node, right: Node, name: str) -> Iterator[Fraction]:
    if not (_is_ordered(left) and _is_ordered(right)):
        yield from (cut for side in (left, right) for cut in thresholds(side, name))
        return
    one, other = linear(left), linear(right)
    if name not in (one.name, other.name):
        return
    if {one.name, other.name} - {name, ""}:
        raise NotLinear
    if one.slope != other.slope:
        yield (other.constant - one.constant) / (one.slope - other.slope)


def _is_ordered(node: Node) -> bool:
    """Whether the node may be a number, money or a date; conditions and words are not."""
    if isinstance(node, Literal):
        return not isinstance(node.value, bool | str)
    return isinstance(node, Name | Sign | Arithmetic)


def linear(node: Node) -> Line:
    """A number, amount or date as a line over one input.

    Raises:
        NotLinear: it is none.
    """
    if isinstance(node, Literal):
        return Line("", Fraction(0), plain(node.value))
    if isinstance(node, Name):
        return Line(node.name, Fraction(1), Fraction(0))
    if isinstance(node, Sign):
        inner = linear(node.operand)
        return Line(inner.name, -inner.slope, -inner.constant)
    if not isinstance(node, Arithmetic):
        raise NotLinear
    return _joined(node.op, linear(node.left), linear(node.right))


def _joined(op: str, left: Line, right: Line) -> Line:
    if op in "+-":
        if left.name and right.name and left.name != right.name:
            raise NotLinear
        sign = 1 if op == "+" else -1
        return _line(left.name or right.name, left.slope + sign * right.slope, left.constant + sign * right.constant)
    if op == "*" and left.name == "":
        left, right = right, left
    if right.name or (op == "/" and right.constant == 0):
        raise NotLinear
    factor = right.constant if op == "*" else 1 / right.constant
    return _line(left.name, left.slope * factor, left.constant * factor)


def _line(name: str, slope: Fraction, constant: Fraction) -> Line:
    return Line(name if slope else "", slope, constant)


def plain(value: Value) -> Fraction:
    """A number for a value that has an order: the amount without its currency, the ordinal of a date.

    Raises:
        NotLinear: a word, or yes or no.
    """
    if isinstance(value, bool | str):
        raise NotLinear
    if isinstance(value, date):
        return Fraction(value.toordinal())
    return value.value if isinstance(value, Amount) else value


def _value(declared: Input, number: Fraction) -> Value:
    if declared.kind == DATE:
        return date.fromordinal(int(number))
    return Amount(number, declared.currency) if declared.kind == MONEY else number


def _dense(declared: Input, cuts: list[Fraction]) -> tuple[Piece, ...]:
    low, high = declared.low, declared.high
    first = plain(low.value) if low else None
    last = plain(high.value) if high else None
    within = [cut for cut in cuts if (first is None or cut > first) and (last is None or cut < last)]
    edges = [first, *within, last]
    pieces = [Piece(first, first)] if low and not low.open else []
    for left, right in pairwise(edges):
        if left is None or left != right:
            pieces.append(Piece(left, right))
        if right is not None and right != last:
            pieces.append(Piece(right, right))
    if high and not high.open and Piece(last, last) not in pieces:
        pieces.append(Piece(last, last))
    return tuple(pieces)


def _whole(declared: Input, cuts: list[Fraction]) -> tuple[Piece, ...]:
    low, high = declared.low, declared.high
    start = None if low is None else _first_whole(low)
    end = None if high is None else _last_whole(high)
    pieces = []
    for cut in cuts:
        pieces.append(Piece(start, Fraction(ceil(cut) - 1)))
        if cut.denominator == 1:
            pieces.append(Piece(cut, cut))
        start = Fraction(floor(cut) + 1) if start is None else max(start, Fraction(floor(cut) + 1))
    pieces.append(Piece(start, end))
    clipped = (_clipped(piece, low, end) for piece in pieces)
    return tuple(piece for piece in clipped if _has_any(piece) and _on_calendar(declared, piece))


def _clipped(piece: Piece, low: Bound | None, end: Fraction | None) -> Piece:
    start = None if low is None else _first_whole(low)
    first = piece.low if start is None else start if piece.low is None else max(piece.low, start)
    last = piece.high if end is None else end if piece.high is None else min(piece.high, end)
    return Piece(first, last)


def _has_any(piece: Piece) -> bool:
    return piece.low is None or piece.high is None or piece.low <= piece.high


def _on_calendar(declared: Input, piece: Piece) -> bool:
    return declared.kind != DATE or 0 < inside_whole(declared, piece) <= date.max.toordinal()


def _first_whole(bound: Bound) -> Fraction:
    number = plain(bound.value)
    return Fraction(floor(number) + 1 if bound.open else ceil(number))


def _last_whole(bound: Bound) -> Fraction:
    number = plain(bound.value)
    return Fraction(ceil(number) - 1 if bound.open else floor(number))


def inside(piece: Piece) -> Fraction:
    """A short number of a point or an open interval: a whole one, else one with the fewest decimal places."""
    if piece.low is not None and piece.low == piece.high:
        return piece.low
    if piece.low is None:
        return Fraction(0) if piece.high is None or piece.high > 0 else Fraction(ceil(piece.high) - 1)
    for places in range(_FINEST):
        scaled = Fraction(floor(piece.low * 10**places) + 1, 10**places)
        if piece.high is None or scaled < piece.high:
            return scaled
    assert piece.high is not None, "without an upper end the first try is inside"
    return (piece.low + piece.high) / 2


def inside_whole(declared: Input, piece: Piece) -> Fraction:
    """A number of a piece of whole numbers: its first, or its last where it has no first."""
    if piece.low is not None:
        return piece.low
    usual = Fraction(_SOME_DAY if declared.kind == DATE else 0)
    return usual if piece.high is None else min(piece.high, usual)
