"""Rows of an XES file (IEEE 1849-2023): a trace is a case, its attributes get the prefix ``case:``.

Read with expat as a stream. Entity declarations are refused before anything is expanded, external ones are never
fetched. Attributes inside attributes and lists get the names of both, joined by a slash.
"""

from __future__ import annotations

from xml.parsers import expat

from svcctl.exchange.eventlog import CASE, Row, Rows, broken
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem

_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id", "list", "container"})
_SKIPPED = frozenset({"global", "classifier", "extension"})
_DEEPEST = 40


def xes_rows(content: bytes, path: str) -> Rows:
    """The rows of an XES file, one an event.

    Raises:
        BrokenFiles: it is not well-formed XML, declares entities, or is no XES.
    """
    reader = _Reader(path)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        place = Place(path, error.lineno, error.offset + 1)
        message = Message("not well-formed XML: {why}", why=expat.ErrorString(error.code))
        raise BrokenFiles(
            [Problem(place, "xml", message, Message("get the file again: it is cut short or damaged"))]
        ) from None
    return Rows(list(reader.names), reader.rows, reader.problems)


class _Reader:
    """Expat's handlers: what is open now, and the rows so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.rows: list[Row] = []
        self.names: dict[str, None] = {}
        self.problems: list[Problem] = []
        self.open: list[str] = []
        self.keys: list[str] = []
        self.skipping = 0
        self.case: dict[str, str] = {}
        self.event: dict[str, str] | None = None
        self.line = 0
        self.first_of_case = 0
        self.case_line = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _refuse(self, code: str, message: Message, remedy: Message | None = None) -> BrokenFiles:
        return BrokenFiles([broken(self.path, self.parser.CurrentLineNumber, code, message, remedy)])

    def _entity(self, name: str, *_: object) -> None:
        raise self._refuse(
            "xml-entity",
            Message("the file declares the entity “{name}”; an event log needs none", name=name),
            Message("do not trust this file; export the log anew"),
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit(" ", 1)[-1]
        self.open.append(tag)
        if len(self.open) > _DEEPEST:
            raise self._refuse("xml-depth", Message("elements stand more than {n} deep", n=_DEEPEST))
        if len(self.open) == 1 and tag != "log":
            raise self._refuse(
                "no-xes", Message("the file begins with <{tag}>, not with <log>", tag=tag), Message("is it XES?")
            )
        if self.skipping or tag in _SKIPPED:
            self.skipping += 1
        elif tag == "trace":
            self.case, self.case_line = {}, self.parser.CurrentLineNumber
            self.first_of_case = len(self.rows)
        elif tag == "event":
            self.event, self.line = {}, self.parser.CurrentLineNumber
        elif tag in _ATTRIBUTES:
            self._attribute(attributes)

    def _attribute(self, attributes: dict[str, str]) -> None:
        self.keys.append(attributes.get("key", ""))
        holder = self.event if self.event is not None else self.case
        value = attributes.get("value", "")
        if value and ("trace" in self.open or self.event is not None):
            key = "/".join(key for key in self.keys if key)
            name = _free(key if self.event is not None else CASE + key, holder)
            holder[name] = value
            self.names[name] = None

    def _end(self, name: str) -> None:
        tag = self.open.pop()
        if self.skipping:
            self.skipping -= 1
        elif tag == "event" and self.event is not None:
            self.rows.append(Row(self.line, self.event))
            self.event = None
        elif tag == "trace":
            self._end_trace()
        elif tag in _ATTRIBUTES:
            self.keys.pop()

    def _end_trace(self) -> None:
        own = self.rows[self.first_of_case :]
        for row in own:
            row.values.update(self.case)
        if not own:
            self.problems.append(
                broken(self.path, self.case_line, "no-events", Message("this trace has no events"), None)
            )
        self.case = {}


def _free(key: str, holder: dict[str, str]) -> str:
    """The key, numbered where a list repeats it."""
    name, number = key, 1
    while name in holder:
        number += 1
        name = f"{key} ({number})"
    return name
