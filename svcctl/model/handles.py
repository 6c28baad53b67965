"""Handles: the short words that people and clients are called by on the command line and in file names."""

from __future__ import annotations

from svcctl.model.messages import Message
from svcctl.model.problems import Usage

# The usual passport-like romanisation (ICAO Doc 9303, part 3) of Russian, and Polish letters without their marks.
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыэюяіїєґў"
_ROMANISED = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch ie y e iu ia i i ie g u"
_LETTERS = dict(zip(_CYRILLIC, _ROMANISED.split(), strict=True)) | dict(zip("ąćęłńóśźż", "acelnoszz", strict=True))
_LETTERS["ь"] = ""
MAX_LENGTH = 40


def handle(text: str) -> str:
    """A handle made of a name: ``ООО «Металлстрой»`` becomes ``ooo-metallstroi``; empty where nothing is left."""
    out = []
    for character in text.casefold():
        character = _LETTERS.get(character, character)
        plain = character.isascii() and character.isalnum()
        out.append(character if plain or len(character) != 1 else "-")
    words = "".join(out).split("-")
    return "-".join(word for word in words if word)[:MAX_LENGTH].strip("-")


def check_handle(text: str) -> str:
    """The handle itself if it is one.

    Raises:
        Usage: it has other characters than lower-case Latin letters, digits, dots and hyphens.
    """
    plain = text.replace("-", "").replace(".", "").replace("_", "")
    if not plain.isalnum() or not text.isascii() or text != text.lower() or len(text) > MAX_LENGTH or text[0] in "-.":
        raise Usage(
            Message("“{text}” cannot be a handle", text=text),
            Message(
                "use lower-case Latin letters, digits and hyphens, for example {near}", near=handle(text) or "petrov"
            ),
            code="handle",
        )
    return text
