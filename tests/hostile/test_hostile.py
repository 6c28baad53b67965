"""Hostile input: no traceback, no signal, nothing slow, nothing raw on a terminal, nothing run, nothing written."""

from __future__ import annotations

import hashlib
import os
import resource
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import NOW, Figure, Svc
from tests.hostile.corpus import Hostile, everything
from tests.hostile.ground import Ground, make
from tests.hostile.reading import OTHERS, READING, Ran, check, commands, lines, read_all

CORPUS = everything()
EVERY_LINE = ("text in requests",)
NO_CONFIG = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


@pytest.fixture(scope="session")
def made_ground(made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ground") / "desk"
    shutil.copytree(made_desk, folder, symlinks=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        make(folder, Svc(folder, monkeypatch))
    # Few files: the desk is copied for every input.
    subprocess.run(["git", "-C", folder, "gc", "-q", "--prune=now"], check=True, env={**os.environ, **NO_CONFIG})
    shutil.rmtree(folder / ".git" / "hooks")
    shutil.rmtree(folder / ".git" / "svcctl")
    (folder / ".git" / "svcctl").mkdir()
    return folder


@pytest.fixture
def ground(made_ground: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ground:
    world = tmp_path / "world"
    world.mkdir()
    return Ground(world, made_ground, monkeypatch)


def seed(one: Hostile) -> int:
    return int.from_bytes(hashlib.sha256(one.title.encode()).digest()[:4])


def rows_for(one: Hostile) -> list[str]:
    """One line of each reading command; every line where texts of all kinds go through every format."""
    return list(one.lines or lines(seed(one), more=one.category in EVERY_LINE))


def of_each_category() -> list[Hostile]:
    """The first input of each category, and one somewhere in its middle."""
    found: dict[str, list[Hostile]] = {}
    for one in CORPUS:
        found.setdefault(one.category, []).append(one)
    return [one for own in found.values() for one in dict.fromkeys((own[0], own[len(own) // 2]))]


def test_every_command_is_known_to_read_or_not() -> None:
    known = {name.replace(" ", "/") for name in READING} | OTHERS
    assert set(commands()) == known, "name a new command in tests/hostile/reading.py"


def test_the_corpus_has_at_least_300_inputs_each_with_its_name() -> None:
    titles = [one.title for one in CORPUS]
    assert len(titles) == len(set(titles))
    assert len(titles) >= 300
    print(f"{len(titles)} hostile inputs in {len({one.category for one in CORPUS})} categories")


@pytest.mark.parametrize("one", of_each_category()[::2], ids=lambda one: one.title)
def test_an_input_of_each_category_through_some_reading_commands(ground: Ground, one: Hostile) -> None:
    one.arm(ground)
    rows = rows_for(one)
    assert read_all(ground, rows[seed(one) % 7 :: 7], one.now or NOW)


@pytest.mark.long
@pytest.mark.parametrize("one", CORPUS, ids=lambda one: one.title)
def test_every_input_through_every_reading_command(ground: Ground, one: Hostile, figure: Figure) -> None:
    one.arm(ground)
    rows = rows_for(one)
    assert read_all(ground, rows, one.now or NOW) == len(rows)
    figure("hostile inputs", 1)
    figure("hostile inputs, commands that read them", len(rows))


@pytest.mark.long
@pytest.mark.parametrize("one", of_each_category(), ids=lambda one: one.title)
def test_inputs_of_each_category_in_processes_of_their_own(ground: Ground, one: Hostile) -> None:
    """A process can do what a call cannot: end by a signal, or write to its terminal past Python."""
    one.arm(ground)
    before = ground.snapshot()
    rows = rows_for(one)
    for line in rows[seed(one) % 17 :: 17]:
        words = shlex.split(line)
        check(words, in_process(ground, words, one.now or NOW))
    assert ground.snapshot() == before


def in_process(ground: Ground, words: list[str], now: str) -> Ran:
    """Runs svcctl as a person would."""
    own = {"SVCCTL_DESK": str(ground.folder), "SVCCTL_NOW": now, "SVCCTL_PERSON": "ivanova"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", *(word.replace("\0", "") for word in words)],
        capture_output=True,
        timeout=120,
        cwd=ground.world / "cwd",
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **own, **ground.environment},
    )
    spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    assert done.returncode >= 0, f"ended by signal {-done.returncode}"
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode(), spent)
