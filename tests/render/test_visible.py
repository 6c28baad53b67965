"""Nothing that moves, hides or turns characters reaches a terminal; letters of any script do."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.render.visible import is_seen, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", r"\x1b[2J"),
        ("a\nb\tc\r", r"a\x0ab\x09c\x0d"),
        ("\x7f\x9b", r"\x7f\x9b"),
        ("invoice\u202egpj.exe", r"invoice\u202egpj.exe"),
        ("\u2066x\u2069\u200e\u200f\u061c", r"\u2066x\u2069\u200e\u200f\u061c"),
        ("\ufefftitle", r"\ufefftitle"),
        ("pe\u200btrov", r"pe\u200btrov"),
        ("soft\xadhyphen", r"soft\xadhyphen"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\ud800", r"\ud800"),
        ("hidden\U000e0041", r"hidden\U000e0041"),
        ("\u200dx", r"\u200dx"),
        ("x\u200c", r"x\u200c"),
        ("x \u200d y", r"x \u200d y"),
    ],
)
def test_what_cannot_be_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "КП на арматуру А500С\u00a012\u00a0мм",
        "Zażółć gęślą jaźń",
        "می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d💻 👍🏽 ❤️\u200d🔥",
        "全角\u3000スペース",
        "\u0600١٢٣",
        r"C:\x1b",
    ],
)
def test_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


def test_wanted_control_characters_are_kept() -> None:
    assert visible("a\nb\x00", keep="\n") == "a\nb\\x00"


@given(st.text())
def test_nothing_dangerous_is_left_and_showing_twice_changes_nothing(text: str) -> None:
    shown = visible(text)
    left = {character for character in shown if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")}
    turning = {character for character in shown if unicodedata.bidirectional(character) in _TURNING}
    assert not left | turning
    assert visible(shown) == shown


_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI", "BN")


def test_joiners_are_the_only_neutral_characters_that_stay() -> None:
    assert "BN" in {unicodedata.bidirectional(character) for character in visible("می\u200cخواهم")}


@given(
    st.text(st.sampled_from("aя \u200d\u200c\u202e\n\t\x1b👩🔬\u0301"), max_size=12),
    st.sampled_from(["", "\n", "\n\t"]),
)
def test_a_text_is_its_characters_one_after_another(text: str, keep: str) -> None:
    def shown(index: int) -> str:
        character = text[index]
        return character if character in keep or is_seen(text, index) else escaped(character)

    def escaped(character: str) -> str:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    assert visible(text, keep) == "".join(shown(index) for index in range(len(text)))
