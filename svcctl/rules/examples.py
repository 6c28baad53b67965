"""The examples in a regulation, tried: what its criteria decide against what it says they should."""

from __future__ import annotations

from svcctl.model.criteria import NEEDS_DATA, Example
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.rules.criteria import Outcome, decide


class Trial(NamedTuple):
    """One example, tried: ``number`` counts from 1, ``then`` is the outcome or ``needs data``, ``why`` its reason."""

    number: int
    example: Example
    then: str
    why: Message

    @property
    def passed(self) -> bool:
        """Whether the criteria decided as the example says."""
        return self.then == self.example.then


def trials(regulation: Regulation, currency: str = "") -> list[Trial]:
    """Tries every example of a regulation; none where it has no criteria.

    Args:
        currency: what money without a currency is in.

    Raises:
        BrokenFiles: the criteria themselves have problems.
    """
    return [_trial(number, example, regulation, currency) for number, example in enumerate(regulation.examples, 1)]


def _trial(number: int, example: Example, regulation: Regulation, currency: str) -> Trial:
    tables = regulation.tables
    if example.department:
        tables = {example.department: tables[example.department]}
    try:
        found = {name: decide(table, example.given, currency) for name, table in tables.items()}
    except Refused as error:
        return Trial(number, example, "", error.message)
    if regulation.combine is None or example.department:
        return _of_one(number, example, next(iter(found.values())))
    decided = {name: outcome.then for name, outcome in found.items() if outcome.then}
    then = regulation.combine.result(decided, tables)
    if then:
        why = ", ".join(f"{name}: {outcome}" for name, outcome in decided.items())
        return Trial(number, example, then, Message("{why}", why=why))
    return _of_one(number, example, next(outcome for name, outcome in found.items() if name not in decided))


def _of_one(number: int, example: Example, outcome: Outcome) -> Trial:
    if outcome.missing:
        return Trial(number, example, NEEDS_DATA, Message("missing: {names}", names=", ".join(outcome.missing)))
    if outcome.rule is None:
        return Trial(number, example, "", Message("no rule covers it"))
    why = Message("rule {n}: {because}", n=outcome.rule, because=outcome.because)
    return Trial(number, example, outcome.then, why)
