"""Mappings and lists that remember where they stood."""

from __future__ import annotations

from typing import Any

import pytest

from svcctl.model.problems import NOWHERE, Place
from svcctl.model.source import Map, Seq, is_list, is_mapping, key_place, place_of
from svcctl.store.yaml import read

TEXT = """\
name: Zoo
contacts:
  phone: "1"
tags: [a, b]
empty:
"""


@pytest.fixture
def file() -> Map:
    mapping, problems = read(TEXT, "clients/zoo.yaml")
    assert mapping is not None
    assert problems == []
    return mapping


def at(line: int, column: int) -> Place:
    return Place("clients/zoo.yaml", line, column)


def test_a_value_and_its_key_have_places_of_their_own(file: Map) -> None:
    assert (place_of(file, "name"), key_place(file, "name")) == (at(1, 7), at(1, 1))
    assert (place_of(file["contacts"], "phone"), key_place(file["contacts"], "phone")) == (at(3, 10), at(3, 3))


def test_items_of_a_list_have_places(file: Map) -> None:
    assert [place_of(file["tags"], n) for n in (0, 1)] == [at(4, 8), at(4, 11)]


def test_what_is_not_there_stands_where_the_whole_does(file: Map) -> None:
    assert place_of(file, "missing") == key_place(file, "missing") == place_of(file) == at(1, 1)
    assert place_of(file["tags"], 2) == place_of(file["tags"]) == at(4, 7)
    assert place_of(file["tags"], "name") == at(4, 7)
    assert place_of(file, 0) == at(1, 1)


@pytest.mark.parametrize("value", [{"a": "b"}, ["a"], "a", None, Map(), Seq()])
def test_what_came_from_no_file_has_no_place(value: Any) -> None:
    assert place_of(value) == place_of(value, "a") == place_of(value, 0) == key_place(value, "a") == NOWHERE
    assert str(place_of(value)) == ""


def test_they_are_mappings_and_lists_like_any_other(file: Map) -> None:
    assert file == {"name": "Zoo", "contacts": {"phone": "1"}, "tags": ["a", "b"], "empty": ""}
    assert {**file}["tags"] == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "mapping", "sequence"),
    [
        (Map(), True, False),
        ({}, True, False),
        (Seq(), False, True),
        ((), False, True),
        ("ab", False, False),
        (None, False, False),
    ],
)
def test_scalars_are_neither(value: Any, mapping: bool, sequence: bool) -> None:
    assert (is_mapping(value), is_list(value)) == (mapping, sequence)
