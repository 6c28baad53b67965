"""A program of somebody's choice: what it gets, and how its failures are told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from svcctl.exchange.program import run, words
from svcctl.model.problems import Usage


def test_it_gets_the_document_and_its_arguments_as_they_are(tmp_path: Path) -> None:
    out = tmp_path / "a b;$(c)"
    script = "import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
    command = words(f"{sys.executable} -c \"{script}\" '{out}'")
    assert run(command, "привет") is None
    assert out.read_text(encoding="utf-8") == "привет"


def test_its_failure_is_told_with_its_last_words() -> None:
    script = "import sys; print('first', file=sys.stderr); print('no route', file=sys.stderr); sys.exit(3)"
    assert str(run([sys.executable, "-c", script], "x")) == "it failed with exit code 3: no route"
    assert str(run(["false"], "x")) == "it failed with exit code 1"


def test_one_that_reads_nothing_and_prints_much_is_well() -> None:
    assert run([sys.executable, "-c", "print('x' * 200000)"], "y" * 200_000) is None


def test_one_that_does_not_end_is_ended() -> None:
    assert str(run(["sleep", "10"], "x", seconds=0.05)) == "it did not end within 0.05 s"


def test_one_that_has_gone_is_told() -> None:
    assert str(run(["/no/such/program"], "x")) == "No such file or directory"


@pytest.mark.parametrize("command", ["", "  ", "no-such-program-here x", "'unclosed"])
def test_what_cannot_be_run_is_refused_before_anybody_is_told(command: str) -> None:
    with pytest.raises(Usage, match="cannot be run"):
        words(command)
