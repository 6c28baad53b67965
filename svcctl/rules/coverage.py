"""What a decision table leaves open and what it decides twice, each with values that show it.

Every input's domain is cut at the constants that the rules compare it with (``svcctl.rules.partition``); a search over
boxes of such pieces then proves or finds. It is exact for rules whose comparisons each have one input and constants,
joined by and, or, not; any other rule is named as not analysed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from svcctl.model.criteria import Criteria, Formula, Rule
from svcctl.model.expressions import Logic, Node, Not, names, show
from svcctl.model.formulas import compiled
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.rules.evaluation import Evaluation
from svcctl.rules.partition import Domain, NotLinear, domain, thresholds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

MAX_STEPS = 20_000
MAX_REGIONS = 200

Box: TypeAlias = tuple[int, ...]


class Region(NamedTuple):
    """Cases that no rule covers, or that the two ``rules`` (counting from 1) both cover.

    ``where`` says which cases in the words of the language, ``example`` has values that are such a case.
    """

    rules: tuple[int, ...]
    where: str
    example: dict[str, str]

    @property
    def shown(self) -> str:
        """The example on one line: ``debt_ratio = 0.5, overdue_days = 1``."""
        return ", ".join(f"{name} = {value}" for name, value in self.example.items())


class Unanalysed(NamedTuple):
    """A rule (0: the table as a whole) that the analysis leaves out, and why."""

    rule: int
    why: Message


class Coverage(NamedTuple):
    """What was found: ``never`` are rules that hold for no values, ``hidden`` those that earlier rules leave nothing.

    Hidden rules are looked for where the first rule that holds decides. ``skipped`` is what was not analysed.
    """

    gaps: tuple[Region, ...] = ()
    overlaps: tuple[Region, ...] = ()
    never: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    skipped: tuple[Unanalysed, ...] = ()


class Atom(NamedTuple):
    """Holds where the input number ``of`` lies in one of the ``pieces`` (a bit each)."""

    of: int
    pieces: int


class Both(NamedTuple):
    """Holds where all parts do; always without parts."""

    parts: tuple[Test, ...]


class Either(NamedTuple):
    """Holds where a part does; never without parts."""

    parts: tuple[Test, ...]


Test: TypeAlias = Atom | Both | Either


class _TooMany(Exception):
    """The search went beyond its steps."""


def coverage(criteria: Criteria) -> Coverage:
    """Gaps, overlaps, and rules that never decide; the same criteria are analysed once in a process.

    Raises:
        BrokenFiles: the criteria themselves have problems.
    """
    return _coverage(tuple(criteria.inputs.items()), criteria.policy, criteria.rules)


@lru_cache(maxsize=256)
def _coverage(inputs: tuple[tuple[str, Formula], ...], policy: str, all_rules: tuple[Rule, ...]) -> Coverage:
    criteria = Criteria(dict(inputs), policy, all_rules)
    rules = [(number, rule) for number, rule in enumerate(criteria.rules, 1) if not rule.is_otherwise]
    table = compiled(criteria.inputs, [rule.when for _, rule in rules])
    skipped = [(n, why) for (n, _), node in zip(rules, table.nodes, strict=True) if (why := _outside(node))]
    left_out = {number for number, _ in skipped}
    nodes = {n: node for (n, _), node in zip(rules, table.nodes, strict=True) if n not in left_out}
    asked = dict.fromkeys(name for node in nodes.values() for name in names(node))
    open_ended = not left_out and len(rules) == len(criteria.rules)
    try:
        space = _Space([domain(table.inputs[name], nodes.values()) for name in asked])
        tests = {number: space.test(node) for number, node in nodes.items()}
        found = _found(space, tests, criteria.policy, open_ended)
    except _TooMany:
        return Coverage(skipped=(Unanalysed(0, Message("the rules make too many combinations")),))
    except OverflowError:
        return Coverage(skipped=(Unanalysed(0, Message("a date leaves the calendar")),))
    return found._replace(skipped=tuple(Unanalysed(number, why) for number, why in skipped))


def _outside(node: Node) -> Message | None:
    """Why a rule is outside what is analysed; None where it is not."""
    if isinstance(node, Logic | Not):
        parts = node.parts if isinstance(node, Logic) else (node.operand,)
        return next((why for part in parts if (why := _outside(part))), None)
    asked = names(node)
    if len(asked) > 1:
        return Message("it compares {names} with each other", names=", ".join(asked))
    try:
        for name in asked:
            list(thresholds(node, name))
    except NotLinear:
        return Message("it does more than compare “{name}” with constants", name=asked[0])
    return None


def _found(space: _Space, tests: Mapping[int, Test], policy: str, open_ended: bool) -> Coverage:
    never = tuple(n for n, test in tests.items() if not space.any(test))
    live = {n: test for n, test in tests.items() if n not in never}
    no_rule = Both(tuple(space.opposite(test) for test in live.values()))
    gaps = [space.region((), box) for box in space.regions(no_rule)] if open_ended else []
    hidden = tuple(_hidden(space, live)) if policy == "first" else ()
    shared = [space.region(pair, box) for pair, box in list(_overlaps(space, live))]
    return Coverage(tuple(gaps), tuple(shared), never, hidden)


def _hidden(space: _Space, tests: Mapping[int, Test]) -> Iterator[int]:
    before: list[Test] = []
    for number, test in tests.items():
        if before and not space.any(Both((*before, test))):
            yield number
        before.append(space.opposite(test))


def _overlaps(space: _Space, tests: Mapping[int, Test]) -> Iterator[tuple[tuple[int, int], Box]]:
    """The first cases that each two rules share."""
    for (number, test), (other, another) in combinations(tests.items(), 2):
        box = space.first(Both((test, another)))
        if box is not None:
            yield (number, other), box


class _Space:
    """The product of the inputs' domains; a box is a set of pieces for each."""

    def __init__(self, domains: Sequence[Domain]) -> None:
        self.domains = domains
        self.index = {one.declared.name: number for number, one in enumerate(domains)}
        self.all: Box = tuple(one.full for one in domains)
        self.steps = 0

    def test(self, node: Node) -> Test:
        """A condition as a test of boxes."""
        if isinstance(node, Logic):
            parts = tuple(self.test(part) for part in node.parts)
            return Both(parts) if node.op == "and" else Either(parts)
        if isinstance(node, Not):
            return self.opposite(self.test(node.operand))
        asked = names(node)
        if not asked:
            return Both(()) if Evaluation({}).result(node) is True else Either(())
        number = self.index[asked[0]]
        one, held = self.domains[number], 0
        for first, end in one.alike(node):
            if Evaluation({asked[0]: one.values[first]}).result(node) is True:
                held |= (1 << end) - (1 << first)
        return Atom(number, held)

    def opposite(self, test: Test) -> Test:
        """The test that holds exactly where the other does not."""
        if isinstance(test, Atom):
            return Atom(test.of, test.pieces ^ self.all[test.of])
        parts = tuple(self.opposite(part) for part in test.parts)
        return Either(parts) if isinstance(test, Both) else Both(parts)

    def boxes(self, test: Test, box: Box) -> Iterator[Box]:
        """Disjoint boxes that together are where a test holds within a box."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise _TooMany
        found = _holds(test, box)
        if found is True:
            yield box
        elif isinstance(found, Atom):
            for pieces in (found.pieces, ~found.pieces):
                yield from self.boxes(test, _with(box, found.of, box[found.of] & pieces))

    def first(self, test: Test) -> Box | None:
        """A box where a test holds; None where it never does."""
        return next(self.boxes(test, self.all), None)

    def any(self, test: Test) -> bool:
        """Whether a test holds anywhere."""
        return self.first(test) is not None

    def regions(self, test: Test) -> list[Box]:
        """Where a test holds, in as few boxes as joining neighbours gives."""
        found: list[Box] = []
        for box in self.boxes(test, self.all):
            found.append(box)
            if len(found) > MAX_REGIONS:
                break
        return _merged(found)

    def region(self, rules: tuple[int, ...], box: Box) -> Region:
        """A box in words, with one case of it."""
        words = [one.words(pieces) for one, pieces in zip(self.domains, box, strict=True)]
        parted = [f"({word})" if " or " in word else word for word in words if word]
        firsts = [(pieces & -pieces).bit_length() - 1 for pieces in box]
        example = {one.declared.name: show(one.values[bit]) for one, bit in zip(self.domains, firsts, strict=True)}
        return Region(rules, " and ".join(parted), example)


def _holds(test: Test, box: Box) -> bool | Atom:
    """Whether a test holds in a whole box, or the part of it on which that depends."""
    if isinstance(test, Atom):
        common = test.pieces & box[test.of]
        return test if common and common != box[test.of] else bool(common)
    settling = isinstance(test, Either)
    undecided: Atom | None = None
    for part in test.parts:
        found = _holds(part, box)
        if found is settling:
            return settling
        if isinstance(found, Atom):
            undecided = undecided or found
    return not settling if undecided is None else undecided


def _with(box: Box, index: int, pieces: int) -> Box:
    return (*box[:index], pieces, *box[index + 1 :])


def _merged(boxes: list[Box]) -> list[Box]:
    """The same cases in fewer boxes: two that differ in one input only are one."""
    result: list[Box] = []
    for box in boxes:
        while (other := next((one for one in result if _neighbours(one, box)), None)) is not None:
            result.remove(other)
            box = tuple(left | right for left, right in zip(other, box, strict=True))
        result.append(box)
    return result


def _neighbours(one: Box, other: Box) -> bool:
    return sum(left != right for left, right in zip(one, other, strict=True)) == 1
