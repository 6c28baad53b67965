"""The examples in a regulation, tried: what its criteria decide against what it says they should."""

from __future__ import annotations

from typing import NamedTuple

from svcctl.model.criteria import NEEDS_DATA, Criteria, Example
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.rules.criteria import decide


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
    if regulation.decide is None:
        return []
    criteria = regulation.decide
    return [_trial(number, example, criteria, currency) for number, example in enumerate(regulation.examples, 1)]


def _trial(number: int, example: Example, criteria: Criteria, currency: str) -> Trial:
    try:
        outcome = decide(criteria, example.given, currency)
    except Refused as error:
        return Trial(number, example, "", error.message)
    if outcome.missing:
        return Trial(number, example, NEEDS_DATA, Message("missing: {names}", names=", ".join(outcome.missing)))
    if outcome.rule is None:
        return Trial(number, example, "", Message("no rule covers it"))
    why = Message("rule {n}: {because}", n=outcome.rule, because=outcome.because)
    return Trial(number, example, outcome.then, why)
