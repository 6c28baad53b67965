"""Bars of progress: on a terminal, for long work, and nowhere else."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from svcctl.cli.progress import MANY, watched
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from tests.conftest import Svc


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(svc: Svc, *words: str) -> str:
    """What a command draws on a terminal that is its stderr."""
    ours, theirs = pty.openpty()
    world = {**os.environ, "SVCCTL_DESK": str(svc.folder), "SVCCTL_NOW": svc.now, "SVCCTL_PERSON": "ivanova"}
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", *words], env=world, stdout=subprocess.PIPE, stderr=theirs, check=False
    )
    assert done.returncode == 0
    drawn = os.read(ours, 100_000).decode()
    os.close(theirs)
    os.close(ours)
    return drawn


def test_writing_a_site_shows_how_far_it_is_where_somebody_looks(svc: Svc, tmp_path: Path) -> None:
    svc.new()
    drawn = on_a_terminal(svc, "report", "site", "-o", str(tmp_path / "site"))
    assert "making reports" in drawn and "writing pages" in drawn and "100%" in drawn
    assert svc(f"report site -o {tmp_path / 'site'}").err == ""


@pytest.mark.parametrize(("terminal", "count", "shown"), [(True, MANY, True), (True, MANY - 1, False)])
def test_only_many_requests_are_worth_a_bar(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, count: int, shown: bool
) -> None:
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    items = list(watched(Session(), Message("reading"), iter(range(count)), lambda: count))
    assert items == list(range(count))
    assert ("reading" in stream.getvalue()) == shown


def test_where_nobody_looks_nobody_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    def never() -> int:
        raise AssertionError("counted for nobody")

    assert list(watched(Session(), Message("reading"), iter([1, 2]), never)) == [1, 2]
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
