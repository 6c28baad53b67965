"""A request record as text: a YAML header, then one JSON line per event.

The header goes through the strict YAML reader, each event line through ``json``. The writer quotes a header value
wherever YAML 1.1 or 1.2 would read a plain one as anything but this text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime

from svcctl.model.event import BadEvent, Event, escape
from svcctl.model.events import from_dict
from svcctl.model.ids import is_request_id
from svcctl.model.instants import iso, parse_instant
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem, Usage
from svcctl.model.request import Header
from svcctl.model.source import Map, place_of
from svcctl.store.header import read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_HEADER_TEXTS = (
    "id",
    "title",
    "type",
    "regulation",
    "client",
    "channel",
    "priority",
    "department",
    "controller",
    "due",
    "opened",
    "by",
    "text",
)
_REQUIRED = ("id", "title", "type", "opened", "by")
_PLAIN = re.compile(r"[^\W\d_][\w ,.()/+@—–-]*", re.UNICODE)
_WORDS = frozenset(("yes", "no", "on", "off", "true", "false", "null", "none", "y", "n"))
EVENTS_LINE = re.compile(r"\nevents:[ \t]*(?:\[\][ \t]*)?(?:#.*)?\r?(?=\n|\Z)")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Record(NamedTuple):
    """A record as read: header and events, and what is wrong with it."""

    header: Header | None
    events: list[Event]
    problems: list[Problem]


def parse_record(text: str, path: str) -> Record:
    """Reads a record's text; every problem is listed, with its place in ``path``."""
    head, tail, line = _split(text)
    mapping, problems = _mapping(head, path)
    header = _header(mapping, path, problems) if mapping is not None else None
    events = []
    if tail is None:
        problems.append(
            Problem(
                Place(path, line, 1),
                "no-events",
                Message("the record has no “events:” line of its own"),
                Message("restore it: git checkout HEAD~1 -- {path}", path=path),
            )
        )
    else:
        events = list(_events(tail, path, line, problems))
    return Record(header, events, problems)


def _mapping(head: str, path: str) -> tuple[Map | None, list[Problem]]:
    mapping = read_header(head, path)
    if mapping is not None:
        return mapping, []
    from svcctl.store import yaml

    return yaml.read(head, path)


def _split(text: str) -> tuple[str, str | None, int]:
    """The header, what follows the ``events:`` line, and that line's number."""
    found = EVENTS_LINE.search(text)
    if found is None:
        return text, None, text.count("\n") + 1
    at = found.start()
    end = text.find("\n", at + 1)
    line = text.count("\n", 0, at + 1) + 1
    return text[: at + 1], text[end + 1 :] if end >= 0 else "", line


def _events(tail: str, path: str, line: int, problems: list[Problem]) -> Iterable[Event]:
    for number, row in enumerate(tail.split("\n"), line + 1):
        if not row.strip():
            continue
        try:
            if not row.startswith("- "):
                raise BadEvent(Message("an event is one line, “- ” and a JSON object"))
            data = _EVENT.decode(row[2:])
            if not isinstance(data, dict):
                raise BadEvent(Message("an event is a JSON object"))
            if "\\u" in row:
                # Half a surrogate pair is valid JSON, but no text that could be printed; this raises ValueError.
                json.dumps(data, ensure_ascii=False).encode()
            yield from_dict(data)
        except BadEvent as error:
            problems.append(_event_problem(path, number, 1, error.message))
        except json.JSONDecodeError as error:
            problems.append(
                _event_problem(path, number, error.colno + 2, Message("not valid JSON: {what}", what=error.msg))
            )
        except (RecursionError, ValueError) as error:
            problems.append(_event_problem(path, number, 1, Message("not valid JSON: {what}", what=error)))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadEvent(Message("a key stands in the event twice"))
    return found


def _no_constant(name: str) -> None:
    raise BadEvent(Message("{name} is no JSON", name=name))


# json.loads would make a decoder for every line.
_EVENT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _event_problem(path: str, line: int, column: int, message: Message) -> Problem:
    remedy = Message("see who wrote it: git log -L{line},{line}:{path}", line=line, path=path)
    return Problem(Place(path, line, column), "bad-event", message, remedy)


def _header(mapping: Map, path: str, problems: list[Problem]) -> Header | None:
    values = {name: _header_text(mapping, name, problems) for name in _HEADER_TEXTS}
    _check_id(mapping, values["id"], path, problems)
    opened = _instant(mapping, "opened", values["opened"], problems)
    due = _instant(mapping, "due", values["due"], problems) if values["due"] else None
    fields = _fields(mapping, problems)
    if opened is None:
        return None
    extra = {key: value for key, value in mapping.items() if key not in _HEADER_TEXTS and key != "fields"}
    return Header(
        values["id"],
        values["title"],
        values["type"],
        opened,
        values["by"],
        values["regulation"],
        values["client"],
        values["channel"],
        values["priority"] or "normal",
        values["department"],
        values["controller"],
        due,
        values["text"].rstrip("\n"),
        fields,
        extra,
    )


def _header_text(mapping: Map, name: str, problems: list[Problem]) -> str:
    value: object = mapping.get(name, "")
    if type(value) is str and value:
        return value
    if not isinstance(value, str):
        problems.append(Problem(place_of(mapping, name), "type", Message("“{key}” should be a text", key=name)))
        return ""
    if not value and name in _REQUIRED:
        problems.append(
            Problem(
                place_of(mapping, name),
                "missing",
                Message("“{key}” is missing in the header", key=name),
                Message("put it back from the history: git log -p -- the file"),
            )
        )
    return value


def _check_id(mapping: Map, value: str, path: str, problems: list[Problem]) -> None:
    if value and (not is_request_id(value) or not path.endswith(f"{value}.yaml")):
        problems.append(
            Problem(
                place_of(mapping, "id"),
                "id",
                Message("the id “{id}” is not the file's name", id=value),
                Message("an id never changes: put back what the file's name says"),
            )
        )


def _instant(mapping: Map, name: str, text: str, problems: list[Problem]) -> datetime | None:
    if not text:
        return None
    try:
        return parse_instant(text)
    except Usage as error:
        problems.append(Problem(place_of(mapping, name), "instant", error.message, error.hint))
        return None


def _fields(mapping: Map, problems: list[Problem]) -> dict[str, str]:
    value = mapping.get("fields", "")
    if value == "":
        return {}
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        problems.append(
            Problem(place_of(mapping, "fields"), "type", Message("“fields” should be names with their values"))
        )
        return {}
    return dict(value)


# Writing


def dump_record(header: Header, events: Iterable[Event]) -> str:
    """The text of a new record."""
    rows = [f"{name}: {value}" for name, value in _rows(header)]
    if header.fields:
        rows.append("fields:")
        rows.extend(f"  {_key(name)}: {scalar(value)}" for name, value in header.fields.items())
    if header.text:
        rows.append(_text_block(header.text))
    rows.append("events:")
    return "\n".join([*rows, *(event.line() for event in events), ""])


def _rows(header: Header) -> Iterable[tuple[str, str]]:
    yield "id", header.id
    yield "title", scalar(header.title)
    for name in ("type", "regulation", "client", "channel", "priority", "department", "controller"):
        value = getattr(header, name)
        if value:
            yield name, scalar(value)
    if header.due is not None:
        yield "due", iso(header.due)
    yield "opened", iso(header.opened)
    yield "by", scalar(header.by)


def append_events(text: str, events: Iterable[Event]) -> str:
    """The record's text with events added at its end; nothing before them changes."""
    gap = "" if text.endswith("\n") else "\n"
    return text + gap + "".join(event.line() + "\n" for event in events)


def scalar(text: str) -> str:
    """A one-line YAML scalar that YAML 1.1 and 1.2 both read as exactly this text."""
    if _PLAIN.fullmatch(text) and text[-1] != " " and text.casefold() not in _WORDS:
        return text
    return escape(json.dumps(text, ensure_ascii=False))


def _key(name: str) -> str:
    return name if _KEY.fullmatch(name) and name.casefold() not in _WORDS else scalar(name)


def _text_block(text: str) -> str:
    plain = all(line == escape(line) for line in text.split("\n"))
    if not plain or text[0] in " \n\t" or text.endswith("\n") or "\t" in text:
        return "text: " + escape(json.dumps(text, ensure_ascii=False))
    return "text: |\n" + "\n".join(f"  {line}" if line else "" for line in text.split("\n"))
