"""Deciding by criteria: which rule holds, why, on what data; or what data is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcctl.model.criteria import NEEDS_DATA, Criteria, Formula
from svcctl.model.expressions import Value, names, show
from svcctl.model.formulas import compiled
from svcctl.model.inputs import Input
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.rules.evaluation import Evaluation, Unknown

MATCHED, NOT_MATCHED, NOT_REACHED = "matched", "not matched", "not reached"


class Step(NamedTuple):
    """What became of one rule: ``verdict`` is matched, not matched, needs data or not reached."""

    rule: int
    when: str
    then: str
    because: str
    verdict: str
    missing: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """A decision, or why there is none.

    ``rule`` counts from 1; it is None, and ``then`` and ``because`` empty, where data is ``missing`` or, with nothing
    missing, where no rule covers the case. ``inputs`` are those that were looked at, as text.
    """

    rule: int | None
    then: str
    because: str
    inputs: dict[str, str]
    missing: tuple[str, ...] = ()


def decide(criteria: Criteria, values: Mapping[str, str], currency: str = "") -> Outcome:
    """Decides by a regulation's criteria; what the result does not depend on may be missing.

    With the policy ``first`` rules are tried in order, and only one whose predecessors certainly do not hold can
    decide. With ``unique`` every rule must be certain, and no two may hold.

    Args:
        values: what is known, by name, as it was typed; names that are no inputs are passed over.
        currency: what money without a currency is in.

    Raises:
        Refused: a value that its input cannot have (``bad-input``), a condition that cannot be evaluated
            (``cannot-evaluate``), two rules of a ``unique`` table that both hold (``rules-overlap``).
        BrokenFiles: the criteria themselves have problems.
    """
    evaluation, steps = _run(criteria, values, currency)
    inputs = {name: show(value) for name, value in evaluation.used.items()}
    missing = tuple(dict.fromkeys(name for step in steps for name in step.missing))
    matched = [step for step in steps if step.verdict == MATCHED]
    if criteria.policy == "unique" and len(matched) > 1:
        raise _overlap(matched)
    if missing or not matched:
        return Outcome(None, "", "", inputs, missing)
    return Outcome(matched[0].rule, matched[0].then, matched[0].because, inputs)


def explain(criteria: Criteria, values: Mapping[str, str], currency: str = "") -> tuple[Step, ...]:
    """What became of each rule, in order; arguments and errors as of ``decide``, except overlapping rules."""
    return tuple(_run(criteria, values, currency)[1])


def holds(formula: Formula, declarations: Mapping[str, Formula], values: Mapping[str, str], currency: str = "") -> bool:
    """Whether a single condition holds, for example that of a stage.

    Raises:
        Refused: it depends on an input that is missing (``needs-data``), or as of ``decide``.
    """
    table = compiled(declarations, (formula,))
    asked = {name: table.inputs[name] for name in names(table.nodes[0])}
    evaluation = Evaluation(_read(asked, values, currency))
    result = evaluation.condition(table.nodes[0], formula.text)
    if isinstance(result, Unknown):
        raise needs_data(result.names)
    return result


def needs_data(missing: Sequence[str]) -> Refused:
    """The refusal that names the inputs without which nothing is decided."""
    values = " ".join(f"{name}=…" for name in missing)
    return Refused(
        Message("needs data: {names}", names=", ".join(missing)),
        Message("give them with svcctl set ID {values}", values=values),
        code="needs-data",
    )


def _run(criteria: Criteria, values: Mapping[str, str], currency: str) -> tuple[Evaluation, list[Step]]:
    formulas = [rule.when for rule in criteria.rules if not rule.is_otherwise]
    table = compiled(criteria.inputs, formulas)
    evaluation = Evaluation(_read(table.inputs, values, currency))
    nodes = iter(table.nodes)
    steps: list[Step] = []
    settled = False
    for number, rule in enumerate(criteria.rules, 1):
        verdict, missing = NOT_REACHED, tuple[str, ...]()
        if rule.is_otherwise:
            verdict = _otherwise(steps)
        elif not settled:
            verdict, missing = _verdict(evaluation.condition(next(nodes), rule.when.text))
        if criteria.policy == "first" and verdict == MATCHED:
            settled = True
            verdict = NOT_REACHED if _verdicts(steps) & {NEEDS_DATA} else MATCHED
        steps.append(Step(number, rule.when.text, rule.then, rule.because, verdict, missing))
    return evaluation, steps


def _verdict(result: bool | Unknown) -> tuple[str, tuple[str, ...]]:
    if isinstance(result, Unknown):
        return NEEDS_DATA, result.names
    return (MATCHED if result else NOT_MATCHED), ()


def _verdicts(steps: Sequence[Step]) -> set[str]:
    return {step.verdict for step in steps}


def _otherwise(steps: Sequence[Step]) -> str:
    """``otherwise`` holds where every rule before it certainly does not."""
    return MATCHED if _verdicts(steps) <= {NOT_MATCHED} else NOT_REACHED


def _read(inputs: Mapping[str, Input], values: Mapping[str, str], currency: str) -> dict[str, Value]:
    return {name: one.read(values[name], currency) for name, one in inputs.items() if values.get(name, "").strip()}


def _overlap(matched: Sequence[Step]) -> Refused:
    one, other = matched[:2]
    return Refused(
        Message(
            "rules {one} and {other} both hold: “{first}” and “{second}”",
            one=one.rule,
            other=other.rule,
            first=one.when,
            second=other.when,
        ),
        Message("let the regulation say which one counts: narrow one of them, or use policy: first"),
        code="rules-overlap",
    )
