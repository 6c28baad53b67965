"""Plain lines: what is read of them without click is what click reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.cli import question
from svcctl.cli.program import run_by_click
from svcctl.cli.question import Asked, Question, Word, argument, option
from svcctl.cli.session import Session
from svcctl.cli.verbs import TABLE, imported

QUESTIONS = {verb: found for verb, row in TABLE.items() if isinstance(found := imported(verb, row), Question)}
VALUES = ("", "x", "ключ=значение", "-", "--", "-x", "--by=person", "-oX", "3", "0", "me", "table", "json", "stage")
VALUES += ("person", "department", "new", "\udcff", "--help", "-h", "--jso", "agenda", "--no-such")


def find(verb: str) -> Any:
    return imported(verb, TABLE[verb]) if verb in TABLE else None


def words_of(found: Question) -> st.SearchStrategy[list[str]]:
    """Options, mostly with something behind them, and other words, for one question."""
    known = [*question.SHARED, *found.words]
    flags = st.sampled_from([flag for word in known for flag in word.flags])
    values = st.sampled_from([*VALUES, *(choice for word in known for choice in word.choices)])
    pieces = st.one_of(
        st.tuples(flags), st.tuples(flags, values), st.tuples(values), st.tuples(st.text(min_size=1, max_size=3))
    )
    return st.lists(pieces, max_size=5).map(lambda parts: [word for part in parts for word in part])


@st.composite
def lines(draw: st.DrawFn) -> list[str]:
    verb = draw(st.sampled_from(sorted(QUESTIONS)))
    before = draw(words_of(Question("none", lambda session: 0)))
    return [*(before if draw(st.booleans()) else []), verb, *draw(words_of(QUESTIONS[verb]))]


class Heard:
    """What the functions of all questions are called with, in place of an answer."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def __call__(self, session: Session, **values: Any) -> int:
        self.calls.append({**values, "session": session.options, "json errors": session.json_errors})
        return 5


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    own = Heard()
    functions = {verb: found.function for verb, found in QUESTIONS.items()}
    for found in QUESTIONS.values():
        found.function = own
    yield own
    for verb, function in functions.items():
        QUESTIONS[verb].function = function


@given(line=lines())
def test_what_is_read_plainly_is_what_click_reads(heard: Heard, line: list[str]) -> None:
    asked = question.asked(line, find)
    if asked is not None:
        heard.calls.clear()
        assert (asked.answer(Session()), run_by_click(Session(), line)) == (5, 5)
        plain, by_click = heard.calls
        assert plain == by_click


@pytest.mark.parametrize(
    "line",
    [
        "check",
        "check --by department --exit-code",
        "-C /srv/desk --as kim check --json",
        "list --overdue --now 2026-11-20T18:00:00+03:00",
        "list --status new --status waiting --field city=Kazan --format csv -o list.csv",
        "mine",
        "show k7q",
        "show k7q 3fw --json",
        "explain k7q",
        "explain k7q resolve",
        "search rebar Kazan",
        "status --lang pl",
        "agenda --all",
        "board --by stage",
        "log k7q",
    ],
)
def test_lines_of_every_day_are_plain(heard: Heard, line: str) -> None:
    asked = question.asked(line.split(), find)
    assert asked is not None
    heard.calls.clear()
    assert (asked.answer(Session()), run_by_click(Session(), line.split())) == (5, 5)
    assert heard.calls[0] == heard.calls[1]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--help",
        "--version",
        "nothing",
        "take k7q",
        "check --help",
        "check --by=person",
        "check --by nobody",
        "check --by person --by person",
        "check --as",
        "check -- x",
        "list -o-",
        "list -o -",
        "agenda --days 2",
        "show",
        "log",
        "log k7q 3fw",
        "explain k7q resolve pickup",
        "-C",
        "-C -x check",
        "--no-such check",
        "show \udcff",
    ],
)
def test_other_lines_are_left_to_click(line: str) -> None:
    assert question.asked(line.split(" ") if line else [], find) is None


def told(value: list[str], **settings: Any) -> Asked | None:
    one = Question("one", question.json_flag(Word("part", **settings)(lambda session, **values: 0)))
    return one.asked(value)


def test_an_argument_may_have_a_default() -> None:
    assert told([]) is None
    found = told([], default="all")
    assert found is not None and found.values == {"part": "all", "as_json": False}


def test_options_are_named_as_click_names_them() -> None:
    assert [word.key for word in (option("--due-before"), option("-o", "output"), argument("ids"))] == [
        "due_before",
        "output",
        "ids",
    ]


def test_an_answer_without_a_code_is_a_success() -> None:
    assert Asked(Question("one", lambda session: None), {}, {}).answer(Session()) == 0
