"""Widths on a terminal: wide and combining characters, and tables made to fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.render.widths import NARROWEST, columns_of, fitted, shortened


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("Арматура", 8), ("全角", 4), ("e\u0301", 1), ("می\u200cخواهم", 7), ("", 0)],
)
def test_wide_characters_take_two_columns_and_combining_ones_none(text: str, columns: int) -> None:
    assert columns_of(text) == columns


@given(st.text(alphabet="ab全角e\u0301 ", max_size=30), st.integers(2, 20))
def test_what_is_cut_fits_and_says_that_it_was_cut(text: str, width: int) -> None:
    cut = shortened(text, width)
    assert columns_of(cut) <= width
    assert cut == text if columns_of(text) <= width else cut.endswith("…")


def test_the_widest_words_are_cut_first_and_never_below_the_narrowest() -> None:
    heading, rows = ["a", "b", "n"], [["x" * 30, "y" * 20, "12345"]]
    _, ((a, b, n),) = fitted(heading, rows, [True, True, False], 47)
    assert (len(a), len(b), n) == (19, 19, "12345")
    _, ((a, b, n),) = fitted(heading, rows, [True, True, False], 10)
    assert (len(a), len(b), n) == (NARROWEST, NARROWEST, "12345")
