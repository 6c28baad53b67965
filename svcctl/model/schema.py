"""Reads the keys of a mapping by a schema, collecting every problem with its place.

>>> problems = []
>>> keys = Keys({"name": "Metallstroy", "nmae": "x"}, problems)
>>> keys.text("name")
'Metallstroy'
>>> keys.done("a client")
>>> str(problems[0].message)
'“nmae” is no key of a client'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from svcctl.model.messages import Message
from svcctl.model.problems import Problem
from svcctl.model.source import is_list, is_mapping, key_place, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that ``word`` is likely a misspelling of; empty where there is none."""
    from difflib import get_close_matches

    near = get_close_matches(word, sorted(known), 1, 0.6)
    return near[0] if near else ""


def did_you_mean(word: str, known: Iterable[str]) -> Message | None:
    """A remedy that names the nearest known word, or lists the known ones; None where nothing is known."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return Message("did you mean “{name}”?", name=near)
    if not names:
        return None
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return Message("known here: {names}", names=shown)


_MOST_UNKNOWN = 200


class Keys:
    """The keys of one mapping, taken one by one; ``done`` reports those nobody took."""

    def __init__(self, mapping: object, problems: list[Problem]) -> None:
        self.mapping: Mapping[str, Any] = mapping if isinstance(mapping, Mapping) else {}
        self.problems = problems
        self.taken: set[str] = set()

    def report(self, key: str, code: str, message: Message, remedy: Message | None = None) -> None:
        """Notes a problem at the value of ``key``."""
        self.problems.append(Problem(place_of(self.mapping, key), code, message, remedy))

    def text(self, key: str, default: str = "", required: bool = False) -> str:
        """A scalar as it was typed."""
        self.taken.add(key)
        value = self.mapping.get(key)
        if value is None or value == "":
            if required:
                self.report(key, "missing", Message("“{key}” is missing", key=key), Message("add it to the file"))
            return default
        if not isinstance(value, str):
            self.report(key, "type", Message("“{key}” should be one word or sentence", key=key))
            return default
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        """A scalar that must be one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            self.report(
                key,
                "choice",
                Message("“{key}” cannot be “{value}”", key=key, value=value),
                did_you_mean(value, allowed),
            )
            return default
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of scalars; one scalar counts as a list of one."""
        self.taken.add(key)
        value = self.mapping.get(key)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return (value,)
        if not is_list(value) or not all(isinstance(item, str) for item in value):
            self.report(key, "type", Message("“{key}” should be a list of words", key=key))
            return ()
        return tuple(value)

    def mapping_of(self, key: str) -> Mapping[str, Any]:
        """A mapping; empty where the key is absent."""
        self.taken.add(key)
        value = self.mapping.get(key)
        if value is None or value == "":
            return {}
        if not is_mapping(value):
            self.report(key, "type", Message("“{key}” should be a mapping of keys to values", key=key))
            return {}
        result: Mapping[str, Any] = value
        return result

    def texts_of(self, key: str) -> dict[str, str]:
        """A mapping of names to scalars; empty where the key is absent."""
        inner = Keys(self.mapping_of(key), self.problems)
        return {name: inner.text(name) for name in inner.mapping}

    def raw(self, key: str) -> Any:
        """The value as the reader gave it, or None."""
        self.taken.add(key)
        return self.mapping.get(key)

    def done(self, what: str) -> None:
        """Reports every key that was not taken as unknown to ``what`` (for example “a client”)."""
        unknown = [key for key in self.mapping if key not in self.taken]
        for key in unknown[:_MOST_UNKNOWN]:
            self.problems.append(
                Problem(
                    key_place(self.mapping, key),
                    "unknown-key",
                    Message("“{key}” is no key of {what}", key=key, what=what),
                    did_you_mean(key, self.taken),
                )
            )
        if len(unknown) > _MOST_UNKNOWN:
            # Looking for what each was meant to be takes long, and nobody reads so many.
            key = unknown[_MOST_UNKNOWN]
            message = Message("{n} more keys are none of {what}", n=len(unknown) - _MOST_UNKNOWN, what=what)
            self.problems.append(Problem(key_place(self.mapping, key), "unknown-key", message, None))
