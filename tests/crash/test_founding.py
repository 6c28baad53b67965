"""Commands that make what others work in, killed while they do: typed again, they finish it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import NOW, Figure, git
from tests.crash.breaking import KILLED, MAKES, WRITES, Bench, Ended, Point, points
from tests.crash.recovery import check_clean

INIT = ["init", "desk", "--country", "RU"]
SERVER = ["server", "init", "hub.git"]


def places(bench: Bench, folder: Path, words: list[str], faults: bool = False) -> list[Point]:
    folder.mkdir()
    calls = (*WRITES, *KILLED, *(MAKES if faults else ()))
    found = points(bench.calls(folder, words, "ivanova", NOW, calls), deep=False, pipes=not faults)
    shutil.rmtree(folder)
    return found


def broken(bench: Bench, folder: Path, words: list[str], point: Point, way: str) -> Ended:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return bench.broken(folder, words, "ivanova", NOW, point, way)


def check_founded(bench: Bench, folder: Path, point: Point, way: str) -> None:
    """The same command makes the desk, or says that it is there already; then it is as it should be."""
    desk = folder / "desk"
    bench.run(folder, ["list", "-C", "desk"])
    again = bench.run(folder, INIT)
    made = again.code == 0 or (again.code == 1 and "is a desk already" in again.err)
    assert made, (point, way, again)
    new = bench.run(desk, ["new", "First"])
    assert new.code == 0, (point, way, new)
    assert git(desk, "rev-list", "--count", "HEAD").strip() == "2", (point, way)
    check_clean(bench, desk)
    assert not (desk / ".svcctl-new").exists()


@pytest.mark.long
def test_init_killed_at_every_call(bench: Bench, tmp_path: Path, figure: Figure) -> None:
    folder = tmp_path / "work"
    found = places(bench, folder, INIT)
    assert len(found) > 60
    for number, point in enumerate(found):
        way = ("alone", "group")[number % 2]
        ended = broken(bench, folder, INIT, point, way)
        check_founded(bench, folder, point, way)
        figure("init killed at a call", int(ended.hit != ""))


@pytest.mark.long
def test_init_where_a_call_fails(bench: Bench, tmp_path: Path, figure: Figure) -> None:
    folder = tmp_path / "work"
    for point in places(bench, folder, INIT, faults=True)[::2]:
        ended = broken(bench, folder, INIT, point, "ENOSPC")
        assert ended.code in (0, 1, 3, 4), (point, ended)
        assert ended.code == 0 or ended.err, (point, ended)
        check_founded(bench, folder, point, "ENOSPC")
        figure("init with a call that fails", int(ended.hit != ""))


@pytest.mark.long
def test_server_init_killed_at_every_call(bench: Bench, tmp_path: Path, figure: Figure) -> None:
    folder = tmp_path / "work"
    for number, point in enumerate(places(bench, folder, SERVER)):
        way = ("alone", "group")[number % 2]
        ended = broken(bench, folder, SERVER, point, way)
        again = bench.run(folder, SERVER)
        assert again.code == 0, (point, way, again)
        assert git(folder / "hub.git", "config", "receive.denyDeletes") == "true\n"
        assert [path.name for path in folder.iterdir()] == ["hub.git"], (point, way)
        assert list((folder / "hub.git").rglob("*.lock")) == [], (point, way)
        figure("server init killed at a call", int(ended.hit != ""))


@pytest.mark.long
def test_a_demo_that_was_killed_is_replaced(bench: Bench, tmp_path: Path, figure: Figure) -> None:
    folder = tmp_path / "work"
    found = places(bench, folder, ["demo", "desk"])
    # A demo is a founding and then commands that are broken one by one elsewhere.
    for point in (*found[1:60:15], found[len(found) // 2]):
        ended = broken(bench, folder, ["demo", "desk"], point, "alone")
        again = bench.run(folder, ["demo", "desk", "--fresh"])
        assert again.code == 0, (point, again)
        found = bench.run(folder / "desk", ["fsck"])
        assert (found.code, found.err) == (0, ""), (point, found)
        assert git(folder / "desk", "status", "--porcelain", "--untracked-files=no") == ""
        figure("demo killed at a call", int(ended.hit != ""))
