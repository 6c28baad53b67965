"""Handles: short words made of names in any script, safe as file names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.handles import MAX_LENGTH, check_handle, handle
from svcctl.model.problems import Usage


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("ООО «Металлстрой»", "ooo-metallstroi"),
        ("Пётр Щукин", "petr-shchukin"),
        ("Объект", "obieekt"),
        ("Łódź Żółw", "lodz-zolw"),
        ("O'Brien & Sons, Ltd.", "o-brien-sons-ltd"),
        ("  --x--  ", "x"),
        ("数", ""),
        ("", ""),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_a_name_becomes_a_handle(name: str, made: str) -> None:
    assert handle(name) == made


@given(st.text())
def test_what_is_made_is_a_handle(name: str) -> None:
    made = handle(name)
    assert len(made) <= MAX_LENGTH
    assert not made or check_handle(made) == made


@pytest.mark.parametrize("text", ["", ".", "-x", ".x", "X", "a b", "a/b", "петров", "a" * 41, "a\n", "..", "а-b"])
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="cannot be a handle") as refusal:
        check_handle(text)
    assert "use lower-case Latin letters, digits and hyphens" in str(refusal.value.hint)


@pytest.mark.parametrize("text", ["a", "anna.kim", "x-1", "r2d2"])
def test_these_are_handles(text: str) -> None:
    assert check_handle(text) == text
