"""Reads a record's header without YAML where it is written exactly as svcctl writes it.

Importing the YAML reader costs more than reading a record does, so the writer's own narrow form (one ``key: value``
a line, values plain or JSON strings, one ``fields:`` mapping, one literal ``text: |``) is read here. Anything else,
a hand edit for example, is left to the strict YAML reader; on what is read here both agree (tested).
"""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import count

from svcctl.model.problems import Place
from svcctl.model.source import Map

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PLAIN = r"[^\W_][\w ,.()/+@—–-]*"
_QUOTED = r"\"(?:[^\"\\\n]|\\.)*\""
_MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z)"
_LINE = re.compile(rf"([A-Za-z_][A-Za-z0-9_-]*): (?:({_PLAIN})|({_QUOTED}))")
_INSTANT = re.compile(rf"(?:opened|due): {_MOMENT}")

_KEYS = ("id", "title", "type", "regulation", "client", "channel", "priority", "department", "controller")
_MOMENTS = ("due", "opened")
# All lines of the usual header at once, in the order of the writer; what else stands there is read line by line.
_USUAL = "".join(
    [
        *(rf"(?:{key}: ({_PLAIN}(?<! )|{_QUOTED})\n)?" for key in _KEYS),
        *(rf"(?:{key}: ({_MOMENT})\n)?" for key in _MOMENTS),
        rf"(?:by: ({_PLAIN}(?<! )|{_QUOTED})\n)?",
    ]
)
_SINGLE = 8
"""So many headers are read line by line: making ready to read them at once takes as long as reading a hundred."""

_COUNT = count()
_NAMES = (*_KEYS, *_MOMENTS, "by")
_MOST_KEYS = 1_000


class _Usual(Map):
    """A header that was read at once; where its values stand is found when a problem asks for it."""

    __slots__ = ("_path", "_text")

    def __init__(self, text: str, path: str) -> None:
        # The places are left out, so that asking for one ends in __getattr__.
        self._text, self._path = text, path

    def __getattr__(self, name: str) -> Any:
        if name not in ("place", "places", "key_places"):
            raise AttributeError(name)
        found = _by_lines(self._text, self._path)
        assert found is not None, "what is read at once is read line by line too"
        self.place, self.places, self.key_places = found.place, found.places, found.key_places
        return getattr(self, name)


def read_header(text: str, path: str) -> Map | None:
    """The header's mapping, or None where the text is not in the writer's form.

    Args:
        text: the lines before ``events:``.
        path: the file's name, for the places of later problems.
    """
    if not text.endswith("\n") or not text.replace("\n", "").isprintable():
        return None
    if next(_COUNT) < _SINGLE:
        return _by_lines(text, path)
    return _at_once(text, path) or _by_lines(text, path)


@cache
def _usual() -> re.Pattern[str]:
    return re.compile(_USUAL)


def _at_once(text: str, path: str) -> Map | None:
    usual = _usual().match(text)
    if usual is None or not usual.end():
        return None
    mapping = _Usual(text, path)
    for name, value in zip(_NAMES, usual.groups(), strict=True):
        if value is not None:
            read = _unquoted(value) if value[0] == '"' else value
            if read is None:
                return None
            mapping[name] = read
    rest = text[usual.end() :]
    if rest.startswith("text: |\n"):
        block = _text_of(rest[8:-1].split("\n"))
        if block is None:
            return None
        mapping["text"] = block
    elif rest:
        more = _by_lines(rest, path) if rest.startswith("fields:\n") else None
        if more is None or not mapping.keys().isdisjoint(more):
            return None
        mapping.update(more)
    return mapping


def _by_lines(text: str, path: str) -> Map | None:
    lines = text[:-1].split("\n")
    mapping = Map(Place(path, 1, 1))
    number = 0
    while number < len(lines):
        line = lines[number]
        if line == "text: |":
            number = _block(mapping, lines, number, path)
        elif line == "fields:":
            number = _fields(mapping, lines, number, path)
        else:
            number = number + 1 if _pair(mapping, line, number, 0, path) else -1
        if number < 0 or len(mapping) > _MOST_KEYS:
            # So many keys are no header; the strict reader says how many there may be.
            return None
    return mapping


def _pair(mapping: Map, line: str, number: int, indent: int, path: str) -> bool:
    """Puts one ``key: value`` line into the mapping; False where it is not of the writer's form."""
    found = _LINE.fullmatch(line, indent)
    if found is not None:
        key, plain, quoted = found.groups()
        if plain is not None and plain[-1] == " ":
            return False
        value = plain if plain is not None else _unquoted(quoted)
    elif indent == 0 and _INSTANT.fullmatch(line):
        key, _, value = line.partition(": ")
    else:
        return False
    if value is None or key in mapping:
        return False
    mapping[key] = value
    mapping.key_places[key] = Place(path, number + 1, indent + 1)
    mapping.places[key] = Place(path, number + 1, indent + len(key) + 3)
    return True


def _unquoted(text: str) -> str | None:
    # JSON's escaped slash and surrogate pairs mean other things in YAML.
    if "\\/" in text or "\\ud" in text.lower():
        return None
    try:
        value: str = json.loads(text)
    except ValueError:
        return None
    return value


def _fields(mapping: Map, lines: list[str], number: int, path: str) -> int:
    fields = Map(Place(path, number + 2, 3))
    following = number + 1
    while following < len(lines) and lines[following].startswith("  "):
        if not _pair(fields, lines[following], following, 2, path):
            return -1
        following += 1
    if not fields or "fields" in mapping:
        return -1
    mapping["fields"] = fields
    mapping.key_places["fields"] = Place(path, number + 1, 1)
    mapping.places["fields"] = fields.place
    return following


def _block(mapping: Map, lines: list[str], number: int, path: str) -> int:
    following = number + 1
    while following < len(lines) and (lines[following].startswith("  ") or not lines[following]):
        following += 1
    text = _text_of(lines[number + 1 : following])
    if "text" in mapping or text is None:
        return -1
    mapping["text"] = text
    mapping.key_places["text"] = Place(path, number + 1, 1)
    mapping.places["text"] = Place(path, number + 1, 7)
    return following


def _text_of(rows: list[str]) -> str | None:
    """The text of a literal block, or None where YAML may read it another way."""
    if not rows or not rows[0].strip() or rows[0][2:3] == " " or not rows[-1]:
        return None
    if any((row and not row.startswith("  ")) or row.isspace() or "\t" in row for row in rows):
        return None
    return "".join([row[2:] + "\n" for row in rows])
