"""Columns as wide as a terminal shows them; the listing's own table looks as tabulate's does."""

from __future__ import annotations

import tabulate
from hypothesis import given
from hypothesis import strategies as st

from svcctl.render.widths import aligned, columns_of, fitted, shortened

cell = st.text("ab ŁжЯ漢字é-1", max_size=8).map(str.strip)
tables = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        st.lists(cell.filter(bool), min_size=n, max_size=n),
        st.lists(st.lists(cell, min_size=n, max_size=n), min_size=1, max_size=5),
        st.lists(st.booleans(), min_size=n, max_size=n),
    )
)


@given(tables)
def test_it_draws_what_tabulate_draws(table: tuple[list[str], list[list[str]], list[bool]]) -> None:
    heading, rows, right = table
    tabulate.MIN_PADDING = 0
    drawn = tabulate.tabulate(
        rows, heading, "simple", disable_numparse=True, colalign=["right" if side else "left" for side in right]
    )
    expected = "\n".join(line.rstrip() for line in drawn.splitlines())
    assert aligned(heading, rows, right).rstrip("\n") == expected.rstrip("\n")


def test_wide_and_combining_characters_are_counted_as_shown() -> None:
    assert [columns_of(text) for text in ("abc", "Łódź", "漢字", "e\u0301")] == [3, 4, 4, 1]


def test_a_cut_text_ends_with_an_ellipsis_and_fits() -> None:
    assert shortened("арматура", 5) == "арма…"
    assert shortened("漢字漢字", 5) == "漢字…"
    assert shortened("short", 5) == "short"


def test_only_columns_that_may_shrink_are_cut() -> None:
    heading, rows = fitted(["id", "title"], [["k7qm4d", "x" * 60]], [False, True], 30)
    assert (heading, rows[0][0]) == (["id", "title"], "k7qm4d")
    assert columns_of(rows[0][1]) == 30 - 2 - 6
