"""What kinds of value may meet; the refusals stand in broken_expressions.tsv."""

from __future__ import annotations

from fractions import Fraction

import pytest

from svcctl.model.criteria import Formula
from svcctl.model.expressions import Amount, Compare, Literal
from svcctl.model.inputs import declare
from svcctl.model.kinds import Checker
from svcctl.model.problems import BrokenFiles

DECLARATIONS = {
    "amount": "money",
    "debt": "money",
    "fee": "money(EUR)",
    "ratio": "number",
    "late": "integer",
    "since": "date",
    "agreed": "yes/no",
    "kind": "choice(a, b, 'sole trader')",
    "other": "choice(b, c)",
}


def checker() -> Checker:
    return Checker(declare({name: Formula(text) for name, text in DECLARATIONS.items()}, []))


@pytest.mark.parametrize(
    "text",
    [
        "amount + debt > 0",
        "0 < amount",
        "amount - 0 > 0 - debt",
        "amount / debt > 2.5",
        "amount * 5% + amount * late <= 3 * debt / 2",
        "-amount < 5 RUB",
        "since + 30 > 2026-01-01 + late * 2",
        "30 + since > since - late",
        "since - 2026-01-01 > 90 and (since - since) / 7 > ratio",
        "agreed and not agreed or agreed == yes",
        "kind == a or kind != 'sole trader' or b == kind",
        "kind == other",
        "kind in (a, 'sole trader') and kind not in [b]",
        "late in (1, -1, 5) or since in (2026-01-01)",
        "0 < ratio <= 40%",
        "amount in (0, 5 RUB)",
    ],
)
def test_kinds_that_go_together(text: str) -> None:
    checker().condition(Formula(text))


def test_a_currency_once_met_stays_in_all_formulas() -> None:
    one = checker()
    one.condition(Formula("amount > debt"))
    assert one.currency("amount") == one.currency("debt") == ""
    one.condition(Formula("debt > 5 RUB"))
    assert one.currency("amount") == "RUB"
    with pytest.raises(BrokenFiles, match="RUB against EUR"):
        one.condition(Formula("amount > fee"))
    assert one.currency("late") == ""


def test_words_and_nought_become_values() -> None:
    node = checker().condition(Formula("kind == a"))
    assert isinstance(node, Compare)
    assert node.operands[1] == Literal("a", 8)
    node = checker().condition(Formula("amount > 0"))
    assert isinstance(node, Compare)
    assert node.operands[1] == Literal(Amount(Fraction(0)), 9)
