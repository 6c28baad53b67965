"""Boards on the terminal: fitted to its width in any script, readable when it is narrow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.request import Header, fold
from svcctl.render.board import NARROW, board_text, due_mark
from svcctl.render.widths import columns_of
from svcctl.rules.board import Card, Column

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def card(title: str, holder: str = "ivanova", due: datetime | None = None, late: bool = False) -> Card:
    return Card(fold(Header("R-20261123-k7qm4d", title, "x", NOW, "ivanova"), ()), holder, False, due, late)


def columns(*cards: Card, n: int = 4) -> list[Column]:
    names = ["new", "in_progress", "handed_off", "waiting"]
    return [Column(names[index % 4], list(cards) if not index else []) for index in range(n)]


def test_columns_stand_side_by_side_with_their_counts() -> None:
    found = columns(card("Арматура А500С 12 мм, 20 т", due=NOW + timedelta(hours=2)), card("Звонок", ""))
    assert board_text(found, "status", NOW, 80).splitlines() == [
        "new (2)             in progress (0)     handed off (0)      waiting (0)",
        "------------------  ------------------  ------------------  ------------------",
        "k7qm4d  12:00",
        "Арматура А500С 12…",
        "ivanova",
        "",
        "k7qm4d",
        "Звонок",
    ]


def test_a_narrow_terminal_gets_one_column_under_another() -> None:
    found = columns(card("Арматура А500С 12 мм, 20 т", due=NOW - timedelta(hours=2), late=True), n=2)
    assert board_text(found, "status", NOW, 30).splitlines() == [
        "new (1)",
        "  k7qm4d  ! 08:00  ivanova",
        "    Арматура А500С 12 мм, 20 т",
        "",
        "in progress (0)",
    ]


def test_columns_that_do_not_fit_begin_a_new_row() -> None:
    text = board_text([Column(f"s{n}", [card(f"T{n}")]) for n in range(6)], "stage", NOW, 80)
    heads = [line.split() for line in text.splitlines() if "(1)" in line]
    assert heads == [["s0", "(1)", "s1", "(1)", "s2", "(1)"], ["s3", "(1)", "s4", "(1)", "s5", "(1)"]]


@pytest.mark.parametrize(
    ("due", "late", "mark"),
    [
        (NOW + timedelta(hours=3), False, "13:00"),
        (NOW + timedelta(days=3), False, "26.11"),
        (NOW + timedelta(days=60), False, "22.01.27"),
        (NOW - timedelta(days=1), True, "! 22.11"),
        (None, True, "! late"),
        (None, False, ""),
    ],
)
def test_the_mark_says_when_it_is_due_and_whether_it_is_late(due: datetime | None, late: bool, mark: str) -> None:
    assert due_mark(card("T", due=due, late=late), NOW) == mark


def test_the_column_that_names_the_holder_does_not_repeat_it() -> None:
    assert "ivanova\n" not in board_text([Column("ivanova", [card("T")])], "owner", NOW, 80)


def test_a_hostile_title_stays_one_visible_line() -> None:
    text = board_text(columns(card("\x1b[2J\n\u202eevil")), "status", NOW, 200)
    assert "\x1b" not in text
    assert "\\x1b[2J\\x0a\\u202eevil" in text


WORDS = st.text(st.sampled_from("abcАБВ鉄筋ＡéŁ\u0301عر \t"), max_size=60)


@given(st.lists(WORDS, max_size=6), st.integers(1, 8), st.integers(20, 200))
def test_no_line_is_wider_than_the_terminal(titles: list[str], n: int, width: int) -> None:
    cards = [card(title, title[:9]) for title in titles]
    text = board_text([Column(title, cards) for title in "abcdefgh"[:n]], "stage", NOW, width)
    assert max(map(columns_of, text.splitlines())) <= max(width, 20)
    assert (width < NARROW) == (not any(line.startswith("---") for line in text.splitlines()))
