"""An event: one thing that happened, one line of a record, never changed or removed.

The base class of the vocabulary (``svcctl.model.events``), how a line is read and how it is written. An event of a
name that is not known here is kept and shown (``Unknown``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from svcctl.model.instants import iso, parse_instant
from svcctl.model.messages import Message
from svcctl.model.problems import Usage
from svcctl.model.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, dataclass_transform
else:

    def dataclass_transform(**_):
        return lambda made: made


VOCABULARY: dict[str, type[Event]] = {}
ENVELOPE = ("id", "n", "prev", "at", "by", "do", "rec", "also", "clocks")
_ENVELOPE = frozenset(ENVELOPE)
_SCALARS: dict[str, type] = {"str": str, "int": int}
_SIMPLE: dict[str, type] = {"id": str, "n": int, "prev": str, "at": str, "by": str, "do": str}
_TYPES: dict[str, Any] = {"str": str, "int": int, "dict[str, str]": dict, "list[str]": list}


REDACTED = "[redacted]"
WORDS = frozenset(
    ("note", "text", "why", "comment", "outcome", "because", "skipped", "name", "values", "old", "fields", "inputs")
)
"""The fields that may hold somebody's words, which a redaction hides."""
_NO_WORDS = frozenset(("type", "channel", "priority", "regulation", "controller", "department", "due"))
"""Values that are no words of anybody's, and that deadlines hang on."""


class BadEvent(ValueError):
    """An event line that cannot be understood; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Event:
    """One thing that happened.

    The envelope: ``id``, ``n`` (Lamport counter), ``prev`` (the last event its writer saw), ``at`` (when it
    happened), ``by`` (a person's handle), ``rec`` (when it was written down, if later), ``also`` (after a merge, the
    last events of the other branches its writer saw), ``clocks`` (verdicts of the clocks that it stopped, frozen).
    Subclasses add their own fields; ``extra`` keeps the keys nobody knows.
    ``automatic`` ones are nobody's work: they neither pick a request up nor end its silence.
    """

    # A hand-made dataclass: forty frozen dataclasses cost 20 ms to create, these cost one.
    do: ClassVar[str] = ""
    names: ClassVar[dict[str, str]] = {}
    required: ClassVar[frozenset[str]] = frozenset()
    simple: ClassVar[dict[str, type]] = {}
    needed: ClassVar[frozenset[str]] = frozenset()
    allowed_when: ClassVar[str] = "open"
    automatic: ClassVar[bool] = False

    id: str = ""
    n: int = 0
    prev: str = ""
    at: datetime = datetime.min  # noqa: DTZ901 - replaced when the event is stamped
    by: str = ""
    rec: str = ""
    also: Sequence[str] = ()
    clocks: dict[str, dict[str, Any]] = {}
    extra: dict[str, Any] = {}

    def __init_subclass__(cls, do: str = "", when: str = "open") -> None:
        cls.do = do
        cls.allowed_when = when
        annotations: dict[str, str] = cls.__annotations__
        cls.names = {name: kind for name, kind in annotations.items() if not kind.startswith("ClassVar")}
        cls.required = frozenset(name for name in cls.names if name not in cls.__dict__)
        scalars = {name: _SCALARS[kind] for name, kind in cls.names.items() if kind in _SCALARS}
        cls.simple = {**_SIMPLE, "rec": str, **scalars}
        cls.needed = cls.required | _SIMPLE.keys()
        if do:
            VOCABULARY[do] = cls

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and self.as_dict() == other.as_dict()

    def __hash__(self) -> int:
        return hash(self.id)

    def __repr__(self) -> str:
        return f"<{self.do} {self.as_dict()}>"

    def own_fields(self) -> dict[str, Any]:
        """The fields that differ from their defaults, in the order of the class."""
        return {name: self.__dict__[name] for name in self.names if self._is_set(name)}

    def _is_set(self, name: str) -> bool:
        return name in self.__dict__ and (name in self.required or self.__dict__[name] != getattr(type(self), name))

    def as_dict(self) -> dict[str, Any]:
        """The event as it stands in the record, ready for ``json.dumps``."""
        out: dict[str, Any] = {
            "id": self.id,
            "n": self.n,
            "prev": self.prev,
            "at": iso(self.at),
            "by": self.by,
            "do": self.do,
        }
        if self.rec:
            out["rec"] = self.rec
        if self.also:
            out["also"] = list(self.also)
        out.update((name.rstrip("_"), value) for name, value in self.own_fields().items())
        if self.clocks:
            out["clocks"] = self.clocks
        out.update(self.extra)
        return out

    def line(self) -> str:
        """The event's line in the record: ``- {…}`` without the newline, valid JSON and valid YAML."""
        return "- " + escape(json.dumps(self.as_dict(), ensure_ascii=False))

    def stamped(
        self, *, id: str, n: int, prev: str, at: datetime, by: str, rec: str = "", also: Sequence[str] = ()
    ) -> Event:
        """A copy with its envelope filled in."""
        copy = type(self)(**self.__dict__)
        copy.__dict__.update(id=id, n=n, prev=prev, at=at, by=by)
        if rec:
            copy.__dict__["rec"] = rec
        if also:
            copy.__dict__["also"] = also
        return copy

    def with_id(self, id: str) -> Event:
        """A copy with an id of its own, for an event that two clones may record apart from each other."""
        copy = type(self)(**self.__dict__)
        copy.__dict__["id"] = id
        return copy

    def with_clocks(self, clocks: dict[str, dict[str, Any]]) -> Event:
        """A copy that carries the verdicts of the clocks it stops."""
        copy = type(self)(**self.__dict__)
        copy.__dict__["clocks"] = clocks
        return copy

    def without_words(self) -> Event:
        """A copy that says the same happened, but not in which words."""
        copy = type(self)(**self.__dict__)
        copy.__dict__.update(_hidden(copy.__dict__))
        copy.__dict__["extra"] = {**self.extra, **_hidden(self.extra)}
        return copy

    def faults(self) -> Iterator[Message]:
        """What is wrong with the event's own values, whatever the request's state."""
        return iter(())

    def problems(self, request: Request) -> Iterator[Message]:
        """Why the event may not happen to the request now; ``by`` and ``at`` are filled in already."""
        return iter(())

    def apply(self, request: Request) -> None:
        """Changes the state; must not fail, whatever the state."""


def _hidden(values: dict[str, Any]) -> dict[str, Any]:
    """The words among an event's values, hidden."""
    found: dict[str, Any] = {}
    for name in WORDS & values.keys():
        words = values[name]
        if isinstance(words, dict):
            found[name] = {key: value if key in _NO_WORDS else REDACTED for key, value in words.items()}
        elif words:
            found[name] = REDACTED
    return found


class Unknown(Event):
    """An event of a later version, or of another program: kept and shown, without effect."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)


def escape(text: str) -> str:
    """Escapes what YAML calls non-printable, and lone surrogates, so that one line is JSON and YAML at once."""
    if text.isprintable():
        return text
    return "".join(character if _plain(character) else _escaped(character) for character in text)


def _plain(character: str) -> bool:
    # Spaces of other widths are printable in YAML; line separators are not. Beyond the basic plane JSON's escapes
    # are pairs of surrogates, which YAML reads as two characters, so those stay as they are.
    code = ord(character)
    return (
        character.isprintable()
        or code > 0xFFFF
        or (code >= 0xA0 and code not in (0x2028, 0x2029) and character.isspace())
    )


def _escaped(character: str) -> str:
    code = ord(character)
    # Half a character, from a broken argument or file: no file in UTF-8 can hold it.
    return f"\\u{0xFFFD if 0xD800 <= code <= 0xDFFF else code:04x}"


def from_dict(data: dict[str, Any]) -> Event:
    """The event of a record's line.

    Raises:
        BadEvent: a field is missing or of the wrong type.
    """
    return _simple_event(data) or _any_event(data)


def _simple_event(data: dict[str, Any]) -> Event | None:
    """A known event all of whose fields are simple and as they should be: nearly every event of a desk."""
    do = data.get("do")
    kind = VOCABULARY.get(do) if type(do) is str else None
    if kind is None:
        return None
    simple, names = kind.simple, kind.names
    extra = {}
    for key, value in data.items():
        if simple.get(key) is not type(value):
            if key in names or key in _ENVELOPE or key + "_" in names:
                return None
            # What nobody knows: an imported event has its log's words so.
            extra[key] = value
    if not kind.needed <= data.keys():
        return None
    try:
        at = parse_instant(data["at"])
    except Usage:
        return None
    event = kind(**data) if not extra else kind(**{key: data[key] for key in data if key not in extra}, extra=extra)
    del event.__dict__["do"]
    event.__dict__["at"] = at
    return event


def _any_event(data: dict[str, Any]) -> Event:
    envelope = _read_envelope(data)
    name = data["do"]
    kind = VOCABULARY.get(name)
    if kind is None:
        event: Event = Unknown(**envelope, extra={k: v for k, v in data.items() if k not in ENVELOPE})
        event.__dict__["do"] = name
        return event
    own: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in data.items():
        if key in _ENVELOPE:
            continue
        field = key if key in kind.names else key + "_"
        if field in kind.names:
            own[field] = _checked(name, key, value, kind.names[field])
        else:
            extra[key] = value
    missing = kind.required - own.keys()
    if missing:
        raise BadEvent(Message("“{do}” lacks “{field}”", do=name, field=min(missing).rstrip("_")))
    if extra:
        own["extra"] = extra
    return kind(**envelope, **own)


_NEEDED: tuple[tuple[str, type], ...] = (("id", str), ("n", int), ("prev", str), ("by", str), ("do", str), ("at", str))
_OPTIONAL: tuple[tuple[str, type], ...] = (("rec", str), ("also", list), ("clocks", dict))


def _read_envelope(data: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, kind in _NEEDED:
        value = data.get(key)
        if type(value) is not kind:
            raise BadEvent(Message("an event needs “{field}”", field=key))
        out[key] = value
    del out["do"]
    try:
        out["at"] = parse_instant(out["at"])
    except Usage as error:
        raise BadEvent(error.message) from None
    for key, kind in _OPTIONAL:
        if key in data:
            value = data[key]
            if type(value) is not kind or not _OPTIONAL_HOLDS[key](value):
                raise BadEvent(Message("“{field}” is not what it should be", field=key))
            out[key] = value
    return out


_OPTIONAL_HOLDS: dict[str, Callable[[Any], bool]] = {
    "rec": lambda value: True,
    "also": lambda value: all(type(name) is str for name in value),
    "clocks": lambda value: all(_is_verdict(verdict) for verdict in value.values()),
}


_VERDICT: dict[str, tuple[type, ...]] = {
    "verdict": (str,),
    "due": (str, type(None)),
    "elapsed_s": (int,),
    "remaining_s": (int, type(None)),
    "target": (str, type(None)),
    "calendar": (str,),
    "regulation": (str,),
}


def _is_verdict(value: Any) -> bool:
    if type(value) is not dict or not all(type(value[key]) in _VERDICT[key] for key in value if key in _VERDICT):
        return False
    try:
        return not value.get("due") or parse_instant(value["due"]) is not None
    except Usage:
        return False


def _checked(do: str, key: str, value: Any, kind: str) -> Any:
    if not _fits(value, kind):
        raise BadEvent(Message("“{field}” of “{do}” should be {kind}", field=key, do=do, kind=kind))
    return value


def _fits(value: Any, kind: str) -> bool:
    if type(value) is not _TYPES[kind]:
        return False
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(type(item) is str for item in items)
