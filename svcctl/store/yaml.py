"""Reads YAML strictly; the only module that imports ``yaml``.

Size, depth and number of values are capped while reading events one by one, because the C loader recurses and
``"- " * 60000`` ends the process. Aliases, tags and duplicate keys are problems. Scalars stay the text that was
typed: ``no``, ``12:30``, ``017`` and ``1.10`` mean what the schema of the file says they mean.
"""

from __future__ import annotations

import yaml

from svcctl.model.messages import Message
from svcctl.model.problems import Place, Problem
from svcctl.model.source import Map, Seq

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
MAX_VALUES = 30_000

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read(text: str, path: str, line: int = 0) -> tuple[Map | None, list[Problem]]:
    """Reads one YAML mapping.

    Args:
        text: the document; ``line`` is the number of lines that stand before it in ``path``.
        path: the file's name in problems.

    Returns:
        The mapping, or None where it could not be read, and every problem found.
    """
    problems: list[Problem] = []
    if len(text) > MAX_BYTES:
        what = Message("the file is over {n} characters", n=MAX_BYTES)
        return None, [_problem(Place(path), "too-large", what, Message("keep long texts in files beside it"))]
    try:
        value = _Builder(path, line, problems).build(text)
    except yaml.reader.ReaderError:
        problems.append(_unreadable(text, path, line))
        return None, problems
    except yaml.YAMLError as error:
        problems.append(_syntax_problem(error, path, line))
        return None, problems
    if value is None or value == "":
        value = Map(Place(path, line + 1, 1))
    if not isinstance(value, Map):
        problems.append(
            _problem(
                Place(path, line + 1, 1),
                "no-mapping",
                Message("a mapping of keys to values is expected here"),
                Message("write lines like “name: value”"),
            )
        )
        return None, problems
    return value, problems


def _problem(place: Place, code: str, message: Message, remedy: Message) -> Problem:
    return Problem(place, code, message, remedy)


def _unreadable(text: str, path: str, line: int) -> Problem:
    # The reader's own position counts bytes, or stands at the beginning of its buffer.
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    before = text[: found.start()] if found else ""
    place = Place(path, line + before.count("\n") + 1, len(before) - before.rfind("\n"))
    character = f"U+{ord(found.group()):04X}" if found else "?"
    return _problem(
        place,
        "yaml-character",
        Message("the control character {character} cannot stand in YAML", character=character),
        Message("delete it, then git commit the file"),
    )


def _syntax_problem(error: yaml.YAMLError, path: str, line: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    place = Place(path, line + mark.line + 1, mark.column + 1) if mark else Place(path, line + 1, 1)
    return _problem(
        place,
        "yaml-syntax",
        Message("not valid YAML: {what}", what=what),
        Message("mend the line, then git commit the file"),
    )


class _TooMuch(yaml.YAMLError):
    def __init__(self, problem: str, mark: Any) -> None:
        self.problem = problem
        self.problem_mark = mark


class _Builder:
    """Builds places-aware values from parser events with an explicit stack."""

    def __init__(self, path: str, line: int, problems: list[Problem]) -> None:
        self.path, self.line, self.problems = path, line, problems
        self.stack: list[Map | Seq] = []
        self.keys: list[tuple[str, Place] | None] = []
        self.root: Map | Seq | str | None = None
        self.documents = 0
        self.values = 0

    def build(self, text: str) -> Map | Seq | str | None:
        event: Any
        for event in yaml.parse(text, Loader=_Loader):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._tag(event)
                self._put(event.value, event)
            elif kind is yaml.MappingStartEvent:
                self._tag(event)
                self._open(Map(self._place(event)), event)
            elif kind is yaml.SequenceStartEvent:
                self._tag(event)
                self._open(Seq(self._place(event)), event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self.stack.pop()
                self.keys.pop()
            elif kind is yaml.AliasEvent:
                self._report(
                    event,
                    "yaml-alias",
                    Message("aliases (*{name}) are not read", name=event.anchor),
                    Message("write the value out here"),
                )
                self._put("", event)
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    self._report(
                        event,
                        "yaml-documents",
                        Message("a file is one document"),
                        Message("drop the second --- and what follows it"),
                    )
                    break
        return self.root

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self.path, self.line + mark.line + 1, mark.column + 1)

    def _report(self, event: Any, code: str, message: Message, remedy: Message) -> None:
        self.problems.append(_problem(self._place(event), code, message, remedy))

    def _tag(self, event: Any) -> None:
        if event.tag is not None:
            self._report(
                event,
                "yaml-tag",
                Message("tags ({tag}) are not read", tag=event.tag),
                Message("drop the tag; every value is read as it was typed"),
            )

    def _open(self, value: Map | Seq, event: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _TooMuch("nested too deeply", event.start_mark)
        self._put(value, event)
        self.stack.append(value)
        self.keys.append(None)

    def _put(self, value: Map | Seq | str, event: Any) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _TooMuch("too many values", event.start_mark)
        if not self.stack:
            if self.documents == 1:
                self.root = value
            return
        holder = self.stack[-1]
        if isinstance(holder, Seq):
            holder.append(value)
            holder.places.append(self._place(event))
            return
        key = self.keys[-1]
        if key is None:
            self._key(value, event)
            return
        self.keys[-1] = None
        name, place = key
        if name in holder:
            self.problems.append(
                _problem(
                    place,
                    "yaml-duplicate",
                    Message("the key “{key}” stands here a second time", key=name),
                    Message("keep one of the two"),
                )
            )
            return
        holder[name] = value
        holder.places[name] = self._place(event)
        holder.key_places[name] = place

    def _key(self, value: Map | Seq | str, event: Any) -> None:
        if not isinstance(value, str):
            self._report(
                event,
                "yaml-key",
                Message("a key must be a word, not a mapping or a list"),
                Message("put quotes around it"),
            )
            value = ""
        self.keys[-1] = (value, self._place(event))
