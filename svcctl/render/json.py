"""JSON documents: any script stays readable, nothing in them moves or hides characters on a terminal."""

from __future__ import annotations

import json

from svcctl.render.visible import visible


def dump(document: object) -> str:
    r"""The document as indented JSON; control, bidi and zero-width characters are JSON's own ``\u`` escapes.

    Raises:
        ValueError: a number that is none (NaN, infinity) is in it.
    """
    return safe(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def safe(text: str) -> str:
    r"""JSON text whose control, bidi and zero-width characters are JSON's own ``\u`` escapes; it says the same."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(character if character == "\n" else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    return character if visible(character) == character else json.dumps(character)[1:-1]
