"""The words of the expression language and their limits; what is refused stands in broken_expressions.tsv."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.criteria import Formula
from svcctl.model.problems import BrokenFiles, Place
from svcctl.model.tokens import MAX_LENGTH, MAX_TOKENS, place_at, tokens


def test_words_and_their_offsets() -> None:
    found = tokens(Formula("сумма >= 1_000.50 RUB, 5% 2026-11-21 'a b'"))
    assert [(token.kind, token.text) for token in found] == [
        ("name", "сумма"),
        ("op", ">="),
        ("number", "1_000.50"),
        ("name", "RUB"),
        ("op", ","),
        ("number", "5"),
        ("op", "%"),
        ("date", "2026-11-21"),
        ("string", "'a b'"),
        ("end", ""),
    ]
    assert [token.at for token in found] == [0, 6, 9, 18, 21, 23, 24, 26, 37, 42]


def test_columns_count_from_where_the_formula_stands() -> None:
    assert place_at(Formula("a", Place("x.md", 7, 12)), 3) == Place("x.md", 7, 15)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a" * (MAX_LENGTH + 1), "the expression is over 1000 characters"),
        ("a+" * MAX_TOKENS + "a", "the expression is over 200 words"),
    ],
)
def test_formulas_are_bounded(text: str, complaint: str) -> None:
    with pytest.raises(BrokenFiles) as caught:
        tokens(Formula(text))
    (problem,) = caught.value.problems
    assert (str(problem.message), str(problem.remedy)) == (complaint, "split it into several rules")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = tokens(Formula(text))
    except BrokenFiles as error:
        assert len(error.problems) == 1
    else:
        assert "".join(token.text for token in found) == "".join(text.split())
