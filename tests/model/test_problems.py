"""Problems and refusals: places people can click, stable JSON, exit codes of the design."""

from __future__ import annotations

import pytest

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Busy, Place, Problem, Refused, SvcctlError, Usage

PROBLEM = Problem(Place("team.yaml", 3, 7), "type", Message("wrong"), Message("right it"))


@pytest.mark.parametrize(
    ("place", "text"), [(Place("f", 3, 7), "f:3:7"), (Place("f"), "f"), (Place("f", 0, 9), "f"), (Place(), "")]
)
def test_a_place_as_editors_and_compilers_write_it(place: Place, text: str) -> None:
    assert str(place) == text


def test_a_problem_as_json() -> None:
    assert PROBLEM.as_json() == {
        "path": "team.yaml",
        "line": 3,
        "column": 7,
        "code": "type",
        "message": "wrong",
        "remedy": "right it",
    }
    assert PROBLEM._replace(remedy=None).as_json()["remedy"] is None


@pytest.mark.parametrize(("kind", "code"), [(Refused, 1), (Usage, 2), (BrokenFiles, 3), (Busy, 4)])
def test_the_exit_codes_of_the_design(kind: type[SvcctlError], code: int) -> None:
    assert kind.exit_code == code


def test_broken_files_speak_with_their_first_problem() -> None:
    error = BrokenFiles([PROBLEM, PROBLEM._replace(code="other")])
    assert (str(error), error.code, len(error.problems)) == ("wrong", "type", 2)
    assert str(BrokenFiles()) == "the desk's files have problems"
    assert BrokenFiles(message=Message("x"), code="no-git").code == "no-git"


def test_a_refusal_has_a_sentence_a_hint_and_a_code() -> None:
    error = Refused(Message("not yours"), Message("ask"), code="mine")
    assert (str(error), str(error.hint), error.code) == ("not yours", "ask", "mine")
    assert Refused(Message("x")).code == "refused"
