"""Words of a section; its messages are provoked by broken_regulations.txt."""

from __future__ import annotations

import pytest

from svcctl.model.problems import Problem
from svcctl.model.section import Section, is_word


@pytest.mark.parametrize("text", ["sales", "commercial-offer", "answer_by_law", "Логистика", "b2b", "2nd-line"])
def test_words(text: str) -> None:
    assert is_word(text)


@pytest.mark.parametrize("text", ["", "two words", "-x", "a.b", "a/b", "x" * 61, "a\n", "a\u200bb", "$(rm)"])
def test_no_words(text: str) -> None:
    assert not is_word(text)


def test_a_plain_mapping_has_problems_without_places() -> None:
    problems: list[Problem] = []
    section = Section({"a": ["x", "x", "y z"], "b": "5"}, problems)
    assert section.words("a") == ("x",)
    assert section.whole("b", 1, 9, 1) == 5
    assert [(problem.code, str(problem.place)) for problem in problems] == [("twice", ""), ("no-word", "")]
