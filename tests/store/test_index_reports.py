"""Reports leave out what the index says their periods have nothing to do with, and tell the same."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from bench.generator import SHIPPED, Kind, make
from svcctl.cli.program import program
from tests.cli.test_startup import loaded
from tests.conftest import Svc
from tests.store.test_index import without

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
    assert (svc.folder / ".git" / "svcctl" / "index.sqlite").is_file()


@pytest.mark.parametrize("name", names())
def test_what_was_measured_before_is_as_good(
    name: str, years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(years, tmp_path / "desk")
    now, later = "2026-11-20T18:00:00+03:00", "2026-11-24T11:30:00+03:00"
    svc = Svc(tmp_path / "desk", monkeypatch, now=now)
    questions = [
        f"report {name} {MORE.get(name, '')} --period {period} --json"
        for period in ("2026-11", "2026-10", "2020..2027")
    ]

    def same(plain: Svc, moment: str) -> None:
        for question in questions:
            kept, read = (one(question, now=moment, err=".*") for one in (svc, plain))
            assert (kept.out, kept.err) == (read.out, read.err)

    plain = without(svc)
    # What was measured now is asked again now, earlier than some of it, and when deadlines have passed.
    for moment in (now, now, "2026-11-05T12:00:00+03:00", later):
        same(plain, moment)
    ids = [one["id"] for one in svc.json("list")[:3]]
    svc(f"note {ids[0]} -m 'a deed'")
    svc(f"wait {ids[1]} --for client -m 'a pause'")
    plain = without(svc)
    for moment in (now, later):
        same(plain, moment)
    hours = (svc.folder / "calendars" / "office.yaml").read_text()
    assert "18:00" in hours
    svc.write("calendars/office.yaml", hours.replace("18:00", "17:00"))
    plain = without(svc)
    for moment in (now, later):
        same(plain, moment)


@pytest.mark.parametrize("name", names())
def test_a_report_counts_part_by_part_as_well(
    name: str, years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(years, tmp_path / "desk")
    svc = Svc(tmp_path / "desk", monkeypatch, now="2026-11-20T18:00:00+03:00")
    plain = without(svc)
    # First the month, so that of some requests a part is known when all are asked.
    for period in ("2026-11", "2020..2027"):
        question = f"report {name} {MORE.get(name, '')} --period {period} --json"
        whole = plain(question, err=".*")
        monkeypatch.setattr("svcctl.measuring.HELD", 20)
        parts = svc(question, err=".*")
        assert (parts.out, parts.err) == (whole.out, whole.err)


@pytest.mark.parametrize("name", sorted(set(names()) - {"offers"}))
def test_what_was_measured_is_not_read_again(
    name: str, years: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Offers that wait for an answer are looked at as they stand.
    shutil.copytree(years, tmp_path / "desk")
    svc = Svc(tmp_path / "desk", monkeypatch, now="2026-11-20T18:00:00+03:00")
    words = ["report", name, *shlex.split(MORE.get(name, "")), "--period", "2026-11"]
    reads = "svcctl.store.records"
    assert reads in loaded(svc, *words)
    assert reads not in loaded(svc, *words)
    svc("note " + svc.json("list")[0]["id"] + " -m 'a deed'")
    svc(words, err=".*")
    assert reads not in loaded(svc, *words)
