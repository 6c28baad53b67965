"""A section of a regulation's front matter: the keys of a mapping, with the words and durations regulations use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from svcctl.model.duration import Duration, parse_duration
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import is_list, is_mapping, key_place, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LONGEST_WORD = 60


def is_word(text: str) -> bool:
    """Whether the text is one word of letters, digits, ``-`` and ``_``: what a command line can name unquoted."""
    return 0 < len(text) <= LONGEST_WORD and text.replace("-", "a").replace("_", "a").isalnum() and text[0] != "-"


class Section(Keys):
    """Keys taken one by one, as of ``Keys``; every problem goes to one list."""

    def place(self, key: str | None = None) -> Place:
        """Where the value of ``key``, or the section itself, stands."""
        return place_of(self.mapping, key)

    def word(self, key: str, required: bool = False) -> str:
        """A scalar that is one word; empty where it is absent or none."""
        value = self.text(key, required=required)
        if value and not is_word(value):
            self._no_word(self.place(key), value)
            return ""
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of different words; those that are none are reported and left out."""
        values = self.texts(key)
        raw = self.mapping.get(key)
        seen: list[str] = []
        for index, value in enumerate(values):
            place = place_of(raw, index) if is_list(raw) else self.place(key)
            if not is_word(value):
                self._no_word(place, value)
            elif value in seen:
                message = Message("“{word}” stands here twice", word=value)
                self.problems.append(Problem(place, "twice", message, Message("drop one of them")))
            else:
                seen.append(value)
        return tuple(seen)

    def _no_word(self, place: Place, value: str) -> None:
        self.problems.append(
            Problem(
                place,
                "no-word",
                Message("“{text}” is not one word", text=value),
                Message("use letters, digits, - and _, up to {n} of them", n=LONGEST_WORD),
            )
        )

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """A whole number between ``low`` and ``high``, both included."""
        value = self.text(key, required=True)
        if not value:
            return default
        if value.isascii() and value.isdigit() and len(value) < 10 and low <= int(value) <= high:
            return int(value)
        message = Message("“{key}” should be a whole number, {low} to {high}", key=key, low=low, high=high)
        self.report(key, "whole", message, Message("write {key}: {low}", key=key, low=low))
        return default

    def duration(self, key: str) -> Duration | None:
        """A duration such as ``2h`` or ``3d``; None where it is absent or none."""
        value = self.text(key)
        if not value:
            return None
        try:
            return parse_duration(value, self.place(key))
        except BrokenFiles as error:
            self.problems.extend(error.problems)
            return None

    def day(self, key: str) -> date | None:
        """A date such as ``2026-12-01``; None where it is absent or none."""
        value = self.text(key)
        if not value:
            return None
        try:
            if len(value) != len("2026-12-01"):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            message = Message("“{text}” is not a date of the calendar", text=value)
            self.report(key, "date", message, Message("write it like 2026-12-01"))
            return None

    def entries(self, key: str) -> Iterator[tuple[str, Place, Section]]:
        """The sections of a mapping of mappings, each with its name and where the name stands."""
        mapping = self.mapping_of(key)
        for name, value in mapping.items():
            if self._is_section(place_of(mapping, name), value):
                yield name, key_place(mapping, name), Section({} if value == "" else value, self.problems)

    def items(self, key: str) -> Iterator[Section]:
        """The sections of a list of mappings."""
        self.taken.add(key)
        value = self.mapping.get(key)
        if value is None or value == "":
            return
        if not is_list(value):
            self.report(key, "type", Message("“{key}” should be a list", key=key), Message("begin each item with -"))
            return
        for index, item in enumerate(value):
            if self._is_section(place_of(value, index), item):
                yield Section(item, self.problems)

    def _is_section(self, place: Place, value: Any) -> bool:
        if is_mapping(value) or value == "":
            return True
        message = Message("a mapping of keys to values is expected here")
        self.problems.append(Problem(place, "type", message, Message("write key: value pairs")))
        return False

    def known(self, key: str, word: str, allowed: tuple[str, ...], place: Place) -> bool:
        """Whether the word is one of ``allowed``; reported at ``place`` where it is not."""
        if word in allowed:
            return True
        self.problems.append(
            Problem(
                place,
                "choice",
                Message("“{key}” cannot be “{value}”", key=key, value=word),
                did_you_mean(word, allowed),
            )
        )
        return False
