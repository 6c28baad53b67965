"""What a file said and where it said it: mappings and lists that remember their places.

The strict YAML reader returns these; every scalar is a ``str`` exactly as typed, the schema gives it a type. The
parsers of the model take any mapping: a plain ``dict`` has no places, so its problems have none either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcctl.model.problems import NOWHERE, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

Value: TypeAlias = "str | Map | Seq"


class Map(dict[str, "Any"]):
    """A mapping of a file; ``places`` has the place of each key's value."""

    __slots__ = ("key_places", "place", "places")

    def __init__(self, place: Place = NOWHERE) -> None:
        super().__init__()
        self.place = place
        self.places: dict[str, Place] = {}
        self.key_places: dict[str, Place] = {}


class Seq(list["Any"]):
    """A list of a file; ``places`` has the place of each item."""

    __slots__ = ("place", "places")

    def __init__(self, place: Place = NOWHERE) -> None:
        super().__init__()
        self.place = place
        self.places: list[Place] = []


def place_of(value: object, key: str | int | None = None) -> Place:
    """Where ``value``, or its item ``key``, stands; an empty place for values that came from no file."""
    if key is None:
        return value.place if isinstance(value, Map | Seq) else Place()
    if isinstance(value, Map) and isinstance(key, str):
        return value.places.get(key, value.place)
    if isinstance(value, Seq) and isinstance(key, int) and key < len(value.places):
        return value.places[key]
    return place_of(value)


def key_place(value: object, key: str) -> Place:
    """Where the key itself stands (for an unknown or misspelt key)."""
    if isinstance(value, Map):
        return value.key_places.get(key, value.place)
    return Place()


def is_mapping(value: object) -> bool:
    """Whether the value is a mapping of a file or a plain one."""
    return isinstance(value, Mapping)


def is_list(value: object) -> bool:
    """Whether the value is a list, not a scalar."""
    return isinstance(value, Sequence) and not isinstance(value, str)
