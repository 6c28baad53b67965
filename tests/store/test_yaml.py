"""The strict YAML reader: bombs, tricks and surprises of YAML are problems at their places, and nothing is guessed."""

from __future__ import annotations

import time

import pytest
import yaml as stock
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.problems import Problem
from svcctl.model.source import Map, Seq
from svcctl.store.yaml import MAX_BYTES, MAX_DEPTH, read


def told(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(str(problem.place), problem.code) for problem in problems]


def value(text: str) -> Map:
    mapping, problems = read(text, "f.yaml")
    assert mapping is not None and not problems
    return mapping


@pytest.mark.parametrize(
    "scalar",
    "no yes on off y n null ~ true 12:30 017 0o17 0x1F 1_000 1.10 1e5 .inf .nan -0 2026-02-30 <<".split(),  # noqa: SIM905
)
def test_a_scalar_is_what_was_typed(scalar: str) -> None:
    assert value(f"a: {scalar}\n") == {"a": scalar}
    assert value(f"a: [{scalar}]\n") == {"a": [scalar]}
    assert value(f"{scalar}: a\n") == {scalar: "a"}


def test_quotes_and_blocks_are_read_as_yaml_says() -> None:
    text = "a: 'it''s'\nb: \"\\u0416\\n\"\nc: |\n  one\n   two\nd: >\n  folded\n  line\ne:\nf: ''\n"
    assert value(text) == {"a": "it's", "b": "Ж\n", "c": "one\n two\n", "d": "folded line\n", "e": "", "f": ""}


def test_places_count_from_one_in_characters() -> None:
    found = value("имя: Анна\nlist:\n- x\n- ключ: y\n")
    assert (found.place, found.key_places["имя"], found.places["имя"]) == (
        ("f.yaml", 1, 1),
        ("f.yaml", 1, 1),
        ("f.yaml", 1, 6),
    )
    inner = found["list"]
    assert isinstance(inner, Seq)
    assert inner.places == [("f.yaml", 3, 3), ("f.yaml", 4, 3)]
    assert inner[1].places["ключ"] == ("f.yaml", 4, 9)


def test_places_count_the_lines_before_the_text() -> None:
    mapping, problems = read("a: 1\na: 2\n", "x.md", 10)
    assert mapping is not None and mapping.places["a"].line == 11
    assert told(problems) == [("x.md:12:1", "yaml-duplicate")]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n", "{}\n"])
def test_an_empty_file_is_an_empty_mapping(text: str) -> None:
    assert value(text) == {}


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: &x b\nc: *x\n", "2:4", "yaml-alias"),
        ("a: &x [*x]\n", "1:8", "yaml-alias"),
        ("a: {<<: *x}\n", "1:9", "yaml-alias"),
        ("a: !!int 3\n", "1:4", "yaml-tag"),
        ("a: !!python/object/apply:os.system [id]\n", "1:4", "yaml-tag"),
        ("a: ! 3\n", "1:4", "yaml-tag"),
        ("!x\na: 3\n", "1:1", "yaml-tag"),
        ("a: 1\nb: 2\na: 3\n", "3:1", "yaml-duplicate"),
        ("a: {b: 1, b: 2}\n", "1:11", "yaml-duplicate"),
        ("'a': 1\na: 2\n", "2:1", "yaml-duplicate"),
        ("? [1]\n: 2\n", "1:3", "yaml-key"),
        ("a: b\n---\nc: d\n", "2:1", "yaml-documents"),
        ("- a\n", "1:1", "no-mapping"),
        ("just words\n", "1:1", "no-mapping"),
        ("a: b\n\tc: d\n", "2:1", "yaml-syntax"),
        ("a: b: c\n", "1:5", "yaml-syntax"),
        ("a: [1, 2\n", "2:1", "yaml-syntax"),
        ("a: 'x\n", "2:1", "yaml-syntax"),
        ('a: "\\q"\n', "1:5", "yaml-syntax"),
        ("a: @x\n", "1:4", "yaml-syntax"),
        ("a: b\nc: d\0e\n", "2:5", "yaml-character"),
        ("Ж: b\nc: \x1b[2J\n", "2:4", "yaml-character"),
        ("a: \x7f\n", "1:4", "yaml-character"),
        ("a: \ufffe\n", "1:4", "yaml-character"),
    ],
)
def test_a_problem_stands_at_its_line_and_column(text: str, place: str, code: str) -> None:
    _, problems = read(text, "f.yaml")
    assert told(problems) == [(f"f.yaml:{place}", code)]
    assert str(problems[0].message) and str(problems[0].remedy)


def test_what_can_be_read_is_read_beside_a_problem() -> None:
    mapping, problems = read("a: 1\na: 2\nb: !x 3\nc: *d\ne: f\n", "f.yaml")
    assert mapping == {"a": "1", "b": "3", "c": "", "e": "f"}
    assert told(problems) == [
        ("f.yaml:2:1", "yaml-duplicate"),
        ("f.yaml:3:4", "yaml-tag"),
        ("f.yaml:4:4", "yaml-alias"),
    ]


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    assert value("\ufeffa: b\r\nc: |\r\n  x\r\n  y\r\n") == {"a": "b", "c": "x\ny\n"}


@pytest.mark.parametrize("opening", ["- ", "[", "{a: ", "{", "? ", "a:\n", "!x [", "&a [", '{"a":['])
def test_a_bomb_of_depth_is_a_problem_not_a_crash(opening: str) -> None:
    began = time.monotonic()
    mapping, problems = read(opening * 60_000, "f.yaml")
    assert mapping is None or opening == "a:\n"
    assert problems and all(problem.line for problem in problems)
    assert time.monotonic() - began < 5


def test_depth_is_limited_exactly() -> None:
    inner = MAX_DEPTH - 1
    assert value("a: " + "[" * inner + "]" * inner)
    _, problems = read("a: " + "[" * (inner + 1) + "]" * (inner + 1), "f.yaml")
    assert told(problems) == [(f"f.yaml:1:{4 + inner}", "yaml-syntax")]
    assert "nested too deeply" in str(problems[0].message)


def test_a_bomb_of_aliases_is_not_expanded() -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
    _, problems = read("\n".join(rows), "f.yaml")
    assert {problem.code for problem in problems} == {"yaml-alias"}


def test_size_is_limited() -> None:
    assert value("a: " + "x" * (MAX_BYTES - 3))
    mapping, problems = read("a: " + "x" * (MAX_BYTES - 2), "f.yaml")
    assert mapping is None
    assert told(problems) == [("f.yaml", "too-large")]


# The stock writer folds other line ends than a newline; its reader loses them too.
_values = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text("abcно1 #:-", max_size=6), inner)),
    max_leaves=12,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text("abcно1 #:-", max_size=6), _values, max_size=4))
def test_what_stock_yaml_writes_is_read_as_it_was(data: dict[str, object]) -> None:
    mapping, problems = read(stock.safe_dump(data, allow_unicode=True), "f.yaml")
    assert not problems
    assert mapping == data


@given(st.text(max_size=40))
def test_any_text_gives_a_mapping_or_located_problems(text: str) -> None:
    mapping, problems = read(text.encode("utf-8", "replace").decode(), "f.yaml")
    assert mapping is not None or problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in problems)


def test_so_many_values_that_reading_would_take_seconds_are_refused() -> None:
    for text in (
        "a: [" + "[]," * 450_000 + "[]]",
        "a:\n" + "- b\n" * 450_000,
        "".join(f"k{n}: v\n" for n in range(70_000)),
    ):
        mapping, problems = read(text, "x.yaml")
        assert mapping is None
        assert [str(problem.message) for problem in problems] == ["not valid YAML: too many values"]
    mapping, problems = read("".join(f"k{n}: v\n" for n in range(14_000)), "x.yaml")
    assert problems == [] and mapping is not None and len(mapping) == 14_000
