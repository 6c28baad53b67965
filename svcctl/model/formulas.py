"""Formulas of a regulation, compiled: checked trees over declared inputs.

Imported only when somebody decides, or checks a regulation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from svcctl.model.criteria import Formula
from svcctl.model.expressions import Amount, Literal, Node, parse
from svcctl.model.inputs import Input, declare
from svcctl.model.kinds import Checker
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.model.regulation import Regulation, declared_inputs
from svcctl.model.tokens import fault


class Compiled(NamedTuple):
    """Inputs, with the currencies that the formulas imply, and the trees of the formulas in their order."""

    inputs: dict[str, Input]
    nodes: tuple[Node, ...]


def compiled(declarations: Mapping[str, Formula], formulas: Sequence[Formula]) -> Compiled:
    """Compiles conditions over declared inputs; the same ones are compiled once in a process.

    Raises:
        BrokenFiles: with the problems of all of them.
    """
    return _compiled(tuple(declarations.items()), tuple(formulas))


@lru_cache(maxsize=256)
def _compiled(declarations: tuple[tuple[str, Formula], ...], formulas: tuple[Formula, ...]) -> Compiled:
    problems: list[Problem] = []
    inputs = declare(dict(declarations), problems)
    checker = Checker(inputs)
    nodes = list(_conditions(checker, formulas, problems))
    if problems:
        raise BrokenFiles(problems)
    return Compiled({name: one._replace(currency=checker.currency(name)) for name, one in inputs.items()}, tuple(nodes))


def _conditions(checker: Checker, formulas: Sequence[Formula], problems: list[Problem]) -> Iterator[Node]:
    for formula in formulas:
        try:
            yield checker.condition(formula)
        except BrokenFiles as error:
            problems.extend(error.problems)


def limit(formula: Formula) -> Fraction | Amount:
    """A limit of somebody's authority: ``5%`` (a number) or ``50000 RUB`` (money).

    Raises:
        BrokenFiles: it is neither.
    """
    node = parse(formula)
    if isinstance(node, Literal) and isinstance(node.value, Fraction | Amount):
        return node.value
    message = Message("“{text}” is no limit", text=formula.text)
    raise fault(formula, 0, message, Message("write a share like 5% or money like 50000 RUB"), "limit")


def check_formulas(regulation: Regulation) -> list[Problem]:
    """Everything wrong in a regulation's formulas: declarations, conditions, rules, limits, examples."""
    problems: list[Problem] = []
    inputs = declare(regulation.inputs, problems)
    checker = Checker(inputs)
    conditions = [stage.condition for stage in regulation.stages if stage.condition]
    list(_conditions(checker, conditions, problems))
    given = declared_inputs(regulation)
    for table in regulation.tables.values():
        checker.inputs = {name: one for name, one in inputs.items() if name in table.inputs and name in given}
        rules = [rule.when for rule in table.rules if rule.when.text and not rule.is_otherwise]
        list(_conditions(checker, rules, problems))
    problems.extend(_limit_problems(regulation))
    known = {name: one._replace(currency=checker.currency(name)) for name, one in inputs.items()}
    problems.extend(_example_problems(regulation, known))
    return problems


def _limit_problems(regulation: Regulation) -> Iterator[Problem]:
    for limits in regulation.authority.values():
        for formula in limits.values():
            try:
                limit(formula)
            except BrokenFiles as error:
                yield from error.problems


def _example_problems(regulation: Regulation, inputs: Mapping[str, Input]) -> Iterator[Problem]:
    for example in regulation.examples:
        for name, text in example.given.items():
            if name not in inputs:
                continue
            try:
                inputs[name].read(text)
            except Refused as error:
                yield Problem(example.place, error.code, error.message, error.hint)
