"""Text that others wrote, made safe for a terminal: what would move, hide or turn characters is shown as an escape.

A title may hold an escape sequence that repaints the screen, a bidi override that reverses a file name (the "Trojan
Source" trick, CVE-2021-42574), or zero-width characters that make two names look alike. Letters of any script stay.
"""

from __future__ import annotations

# Format characters that are seen: number and verse signs of Arabic, Syriac and Kaithi (Unicode, property
# Prepended_Concatenation_Mark).
_SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
_JOINERS = "\u200c\u200d"
_INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")


def visible(text: str, keep: str = "") -> str:
    r"""The text with control, bidi and zero-width characters as ``\x1b``, ``\u202e`` or ``\U000e0041``.

    Zero-width joiners stay inside words and emoji, where they change letters' shapes. Backslashes stay as they are.

    Args:
        keep: control characters that are wanted, for example a newline.
    """
    bare = text
    for character in keep:
        bare = bare.replace(character, "")
    if bare.isprintable():
        return text
    # A space joins nothing, so each word can be looked at for itself.
    return " ".join(word if word.isprintable() else _word(word, keep) for word in text.split(" "))


def _word(text: str, keep: str) -> str:
    return "".join(
        character if character in keep or is_seen(text, index) else _escape(character)
        for index, character in enumerate(text)
    )


def is_seen(text: str, index: int) -> bool:
    """Whether the character at a place of a text can be seen there, and neither moves, hides nor turns others."""
    character = text[index]
    if character.isprintable() or character in _SEEN:
        return True
    if character in _JOINERS:
        return 0 < index < len(text) - 1 and _joins(text[index - 1]) and _joins(text[index + 1])
    return _category(character) not in _INVISIBLE


def _joins(character: str) -> bool:
    """Whether a joiner beside the character is part of a word or an emoji."""
    return _category(character)[0] in "LMS"


def _category(character: str) -> str:
    # Few texts need it, and most commands need none.
    from unicodedata import category

    return category(character)


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
