"""Reads a record's header without YAML where it is written exactly as svcctl writes it.

Importing the YAML reader costs more than reading a record does, so the writer's own narrow form (one ``key: value``
a line, values plain or JSON strings, one ``fields:`` mapping, one literal ``text: |``) is read here. Anything else,
a hand edit for example, is left to the strict YAML reader; on what is read here both agree (tested).
"""

from __future__ import annotations

import json
import re

from svcctl.model.problems import Place
from svcctl.model.source import Map

_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*): (?:([^\W_][\w ,.()/+@—–-]*)|(\"(?:[^\"\\]|\\.)*\"))")
_INSTANT = re.compile(r"(?:opened|due): \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[+-]\d\d:\d\d|Z)")


def read_header(text: str, path: str) -> Map | None:
    """The header's mapping, or None where the text is not in the writer's form.

    Args:
        text: the lines before ``events:``.
        path: the file's name, for the places of later problems.
    """
    if not text.endswith("\n") or not text.replace("\n", "").isprintable():
        return None
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
        if number < 0:
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
    rows = lines[number + 1 : following]
    if "text" in mapping or not rows or not rows[0].strip() or rows[0][2] == " " or not rows[-1]:
        return -1
    if any(row.isspace() for row in rows) or any("\t" in row for row in rows):
        return -1
    mapping["text"] = "".join(row[2:] + "\n" for row in rows)
    mapping.key_places["text"] = Place(path, number + 1, 1)
    mapping.places["text"] = Place(path, number + 1, 7)
    return following
