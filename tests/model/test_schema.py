"""The schema's keys: every problem of a mapping at once, each with its place and what was perhaps meant."""

from __future__ import annotations

import doctest

import pytest

from svcctl.model import schema
from svcctl.model.problems import Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.store import yaml


def keys(text: str) -> tuple[Keys, list[Problem]]:
    mapping, broken = yaml.read(text, "f.yaml")
    assert not broken
    problems: list[Problem] = []
    return Keys(mapping, problems), problems


def told(problems: list[Problem]) -> list[tuple[str, str, str]]:
    return [(str(problem.place), problem.code, str(problem.message)) for problem in problems]


def test_the_example_of_the_module() -> None:
    assert doctest.testmod(schema).failed == 0


def test_a_text_stays_as_it_was_typed() -> None:
    taken, problems = keys("a: no\nb: 017\nc: 1.10\nd: 12:30\ne: ''\n")
    assert [taken.text(name) for name in "abcd"] == ["no", "017", "1.10", "12:30"]
    assert (taken.text("e", "default"), taken.text("x", "default")) == ("default", "default")
    assert problems == []


@pytest.mark.parametrize("text", ["b: 1\n", "name:\n", "name: ''\n"])
def test_a_required_text_is_missed(text: str) -> None:
    taken, problems = keys(text)
    taken.text("name", required=True)
    assert [(problem.code, str(problem.message), str(problem.remedy)) for problem in problems] == [
        ("missing", "“name” is missing", "add it to the file")
    ]


def test_a_list_is_no_text_and_a_text_no_mapping() -> None:
    taken, problems = keys("a: [x]\nb: x\nc: [{d: e}]\n")
    assert (taken.text("a"), taken.mapping_of("b"), taken.texts("c")) == ("", {}, ())
    assert told(problems) == [
        ("f.yaml:1:4", "type", "“a” should be one word or sentence"),
        ("f.yaml:2:4", "type", "“b” should be a mapping of keys to values"),
        ("f.yaml:3:4", "type", "“c” should be a list of words"),
    ]


def test_one_word_counts_as_a_list_of_one() -> None:
    taken, problems = keys("a: x\nb: [x, y]\nc:\n")
    assert (taken.texts("a"), taken.texts("b"), taken.texts("c"), taken.texts("d")) == (("x",), ("x", "y"), (), ())
    assert problems == []


def test_a_choice_names_the_nearest_word() -> None:
    taken, problems = keys("lang: englsh\n")
    assert taken.choice("lang", ("english", "polski"), "english") == "english"
    assert told(problems) == [("f.yaml:1:7", "choice", "“lang” cannot be “englsh”")]
    assert str(problems[0].remedy) == "did you mean “english”?"


def test_keys_that_nobody_took_are_unknown_at_their_own_place() -> None:
    taken, problems = keys("name: x\n  \nnmae: y\n")
    taken.text("name")
    taken.done("a client")
    assert told(problems) == [("f.yaml:3:1", "unknown-key", "“nmae” is no key of a client")]
    assert str(problems[0].remedy) == "did you mean “name”?"


def test_anything_but_a_mapping_has_no_keys() -> None:
    problems: list[Problem] = []
    assert Keys(["a"], problems).text("a", "default") == "default"


def test_did_you_mean() -> None:
    assert str(did_you_mean("logistic", ["sales", "logistics"])) == "did you mean “logistics”?"
    assert str(did_you_mean("xyz", ["sales", "customs"])) == "known here: customs, sales"
    assert did_you_mean("xyz", []) is None
    assert str(did_you_mean("xyz", [f"word{n:02}" for n in range(20)])).endswith("word11, …")


def test_of_very_many_unknown_keys_the_first_are_told_and_how_many_more() -> None:
    found, problems = keys("".join(f"k{n}: v\n" for n in range(1_000)))
    found.done("a client")
    assert len(problems) == 201
    assert str(problems[-1].message) == "800 more keys are none of a client"
    assert problems[-1].line == 201
