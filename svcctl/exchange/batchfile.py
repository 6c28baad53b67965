"""Requests that another program asks for: a file of JSON lines (NDJSON), one object a request."""

from __future__ import annotations

import json
from collections.abc import Iterator

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import NOWHERE, Place, Problem
from svcctl.model.schema import Keys
from svcctl.model.source import Map
from svcctl.rules.opening import PLAIN_TYPE, is_field_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_LINE = 1_000_000
"""Characters; a longer line is nobody's request."""

REF = "ref"
"""The field that keeps the outside's own name of a request, by which it is known again."""


class Line(NamedTuple):
    """What one line asks for; ``ref`` is the outside's own name of it."""

    place: Place
    title: str
    type: str
    client: str
    channel: str
    priority: str
    to: str
    text: str
    fields: dict[str, str]
    ref: str


class Lines(NamedTuple):
    """The lines that can be read, and what is wrong with the others."""

    good: list[Line]
    problems: list[Problem]


def read_lines(text: str, name: str) -> Lines:
    """Reads a file of JSON lines; a line with a problem hides none of the others.

    Args:
        text: bytes that are no UTF-8 stand in it as half surrogate pairs.
        name: how the file is called in problems.
    """
    found = Lines([], [])
    refs: dict[str, int] = {}
    for number, row in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not row.strip():
            continue
        place = Place(name, number, 1)
        problems: list[Problem] = []
        line = _line(row, place, problems)
        if line is not None and not problems:
            first = refs.setdefault(line.ref, number)
            problems.extend(_again(line, first) if first != number else ())
        found.problems.extend(problems)
        if line is not None and not problems:
            found.good.append(line)
    return found


def _again(line: Line, first: int) -> Iterator[Problem]:
    if line.fields.get(REF):
        message = Message("line {n} has the ref “{ref}” already", n=first, ref=line.ref)
    else:
        message = Message("line {n} says the same", n=first)
    yield Problem(line.place, "same-ref", message, Message("give each request a ref of its own, or leave one out"))


class _NotJson(Exception):
    """Valid for Python's reader, but no JSON object with each key once."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def _line(row: str, place: Place, problems: list[Problem]) -> Line | None:
    try:
        return _meant(_object(row, place), problems)
    except _NotJson as error:
        problems.append(_not_json(place, error.message))
    except json.JSONDecodeError as error:
        problems.append(
            _not_json(place._replace(column=error.colno), Message("not valid JSON: {what}", what=error.msg))
        )
    except UnicodeEncodeError:
        message = Message("the line is not UTF-8 text")
        problems.append(
            Problem(place, "encoding", message, Message("convert it first: iconv -f WINDOWS-1251 -t UTF-8"))
        )
    except (RecursionError, ValueError) as error:
        problems.append(_not_json(place, Message("not valid JSON: {what}", what=error)))
    return None


def _not_json(place: Place, message: Message) -> Problem:
    return Problem(place, "bad-line", message, Message('a line is one JSON object: {"title": "…", "client": "…"}'))


def _object(row: str, place: Place) -> Map:
    if len(row) > LONGEST_LINE:
        raise _NotJson(Message("a line has at most {n:,} characters", n=LONGEST_LINE))
    value = _JSON.decode(row.strip())
    if not isinstance(value, dict):
        raise _NotJson(Message("a line should be a JSON object"))
    # Half a surrogate pair is valid JSON, but no text that a file could hold.
    json.dumps(value, ensure_ascii=False).encode()
    found = Map(place)
    found.update(value)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJson(Message("a key stands in the object twice"))
    return found


_JSON = json.JSONDecoder(object_pairs_hook=_unique)


def _meant(value: Map, problems: list[Problem]) -> Line:
    keys = Keys(value, problems)
    title = keys.text("title", required=True)
    kind = keys.text("type", PLAIN_TYPE)
    values = [keys.text(name) for name in ("client", "channel")]
    priority = keys.text("priority", "normal")
    to, text, ref = keys.text("to"), keys.text("text"), keys.text(REF)
    fields = _fields(keys, value)
    keys.done("a request's line")
    if ref and fields.setdefault(REF, ref) != ref:
        problems.append(_two_refs(value.place))
    ref = fields.get(REF, "") or _derived(value)
    return Line(value.place, title, kind, values[0], values[1], priority, to, text.strip("\n"), fields, ref)


def _two_refs(place: Place) -> Problem:
    message = Message("“ref” and the field of that name differ")
    return Problem(place, "two-refs", message, Message("leave one of them out"))


def _fields(keys: Keys, value: Map) -> dict[str, str]:
    before = len(keys.problems)
    fields = keys.texts_of("fields")
    for number, problem in enumerate(keys.problems[before:], before):
        # What stands in a plain mapping has no place of its own.
        if problem.place == NOWHERE:
            keys.problems[number] = problem._replace(place=value.place)
    for name in fields:
        if not is_field_name(name):
            keys.report(
                "fields", "field-name", Message("“{name}” cannot be a field: it should be one plain word", name=name)
            )
    return fields


def _derived(value: Map) -> str:
    """The name of a request that has none: the same for the same content, however its keys are ordered."""
    from hashlib import sha256

    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"content-{sha256(canonical.encode()).hexdigest()[:16]}"
