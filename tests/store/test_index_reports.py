"""Reports leave out what the index says their periods have nothing to do with, and tell the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.generator import SHIPPED, Kind, make
from svcctl.cli.main import program
from tests.conftest import Svc
from tests.store.test_index import without

OF_ALL_TIME = {"clients"}
MORE = {"payback": "--cost '1000 RUB' --rate '500 RUB'"}


def names() -> list[str]:
    import click

    group = program.get_command(click.Context(program), "report")
    assert isinstance(group, click.Group)
    return sorted(set(group.list_commands(click.Context(group))) - {"site"})


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk of three months: its requests lie eight hours apart."""
    folder = tmp_path_factory.mktemp("years") / "desk"
    make(str(folder), 260, kind=Kind(0.1, SHIPPED, 8.0))
    return folder


@pytest.mark.parametrize("name", names())
def test_every_report_tells_the_same(name: str, years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(years, tmp_path / "desk")
    svc = Svc(tmp_path / "desk", monkeypatch, now="2026-11-20T18:00:00+03:00")
    plain = without(svc)
    for period in ("2026-11", "last-week", "2026-10"):
        question = f"report {name} {MORE.get(name, '')} --period {period} --json"
        answers = [one(question, err=".*") for one in (svc, plain)]
        assert answers[0].out == answers[1].out
        assert answers[0].err == answers[1].err
    assert (svc.folder / ".git" / "svcctl" / "index.sqlite").is_file() or name in OF_ALL_TIME
