"""Files of JSON lines that ask for requests: each line's values, and every problem with its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.exchange.batchfile import LONGEST_LINE, Line, read_lines
from svcctl.model.problems import Place


def only(text: str) -> Line:
    found = read_lines(text, "x.ndjson")
    assert found.problems == []
    (line,) = found.good
    return line


def test_a_line_has_what_a_new_request_has() -> None:
    values = {
        "title": "КП на арматуру",
        "type": "offer",
        "client": "metallstroy",
        "channel": "email",
        "priority": "high",
        "to": "petrova",
        "text": "Добрый день!\n",
        "fields": {"weight": "20 т"},
        "ref": "CRM-17",
    }
    place = Place("x.ndjson", 1, 1)
    assert only(json.dumps(values)) == Line(
        place,
        "КП на арматуру",
        "offer",
        "metallstroy",
        "email",
        "high",
        "petrova",
        "Добрый день!",
        {"weight": "20 т", "ref": "CRM-17"},
        "CRM-17",
    )


def test_a_title_is_enough_and_null_is_nothing() -> None:
    line = only('\ufeff{"title": "x", "client": null}\r\n\n')
    assert (line.type, line.priority, line.client, line.fields) == ("request", "normal", "", {})


def test_a_line_without_a_ref_is_known_by_its_content() -> None:
    first, second = only('{"title": "x", "client": "a"}'), only('{"client":"a","title":"x"}')
    assert first.ref == second.ref
    assert first.ref.startswith("content-")
    assert only('{"title": "y", "client": "a"}').ref != first.ref


def test_the_field_of_that_name_is_the_ref() -> None:
    assert only('{"title": "x", "fields": {"ref": "A"}}').ref == "A"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("[1]", "a line should be a JSON object"),
        ('{"title": "x"', "not valid JSON: Expecting ',' delimiter"),
        ('{"title": "x", "title": "y"}', "a key stands in the object twice"),
        ("[" * 100_000, "not valid JSON: maximum recursion depth exceeded while decoding a JSON array from a unicode"),
        (f'{{"title": {"1" * 5000}}}', "not valid JSON: Exceeds the limit"),
        ('{"title": "' + "x" * LONGEST_LINE + '"}', "a line has at most 1,000,000 characters"),
        ('{"title": "\\ud800"}', "the line is not UTF-8 text"),
        ('{"title": "\udcff"}', "the line is not UTF-8 text"),
        ("{}", "“title” is missing"),
        ('{"title": 3}', "“title” should be one word or sentence"),
        ('{"title": "x", "wieght": "1"}', "“wieght” is no key of a request's line"),
        ('{"title": "x", "fields": []}', "“fields” should be a mapping of keys to values"),
        ('{"title": "x", "fields": {"weight": 20}}', "“weight” should be one word or sentence"),
        ('{"title": "x", "fields": {"two words": "x"}}', "“two words” cannot be a field: it should be one plain word"),
        ('{"title": "x", "ref": "A", "fields": {"ref": "B"}}', "“ref” and the field of that name differ"),
    ],
)
def test_a_line_that_cannot_be_read_hides_no_other(row: str, said: str) -> None:
    found = read_lines(f'{{"title": "first"}}\n{row}\n{{"title": "third"}}\n', "x.ndjson")
    assert [line.title for line in found.good] == ["first", "third"]
    (problem,) = found.problems
    assert (problem.path, problem.line) == ("x.ndjson", 2)
    assert str(problem.message).startswith(said)


def test_all_problems_of_a_line_are_told() -> None:
    found = read_lines('{"titel": "x", "client": 1, "fields": {"a b": 2}}', "x")
    assert [problem.code for problem in found.problems] == ["missing", "type", "type", "field-name", "unknown-key"]
    assert {problem.line for problem in found.problems} == {1}


def test_one_ref_twice() -> None:
    found = read_lines('{"title": "x", "ref": "A"}\n{"title": "y", "ref": "A"}\n{"title": "x"}\n{"title": "x"}', "x")
    assert [line.title for line in found.good] == ["x", "x"]
    said = [f"{problem.line} {problem.message}" for problem in found.problems]
    assert said == ["2 line 1 has the ref “A” already", "4 line 3 says the same"]


@given(st.lists(st.text(max_size=40), max_size=5))
def test_no_text_breaks_the_reader(rows: list[str]) -> None:
    found = read_lines("\n".join(rows), "x")
    assert len(found.good) <= len(rows)


VALUES = st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2))


@given(st.dictionaries(st.sampled_from(["title", "client", "fields", "ref", "to"]), VALUES))
def test_a_line_is_good_or_has_a_problem(value: dict[str, object]) -> None:
    found = read_lines(json.dumps(value), "x")
    assert bool(found.good) != bool(found.problems)
