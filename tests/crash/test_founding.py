"""Commands that make what others work in, killed while they do: typed again, they finish it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOW, Figure, git
from tests.crash.breaking import KILLED, MAKES, WRITES, Bench, Ended, Point, points
from tests.crash.copies import Copy
from tests.crash.recovery import check_clean, check_sound

INIT = ["init", "desk", "--country", "RU"]
SERVER = ["server", "init", "hub.git"]


@contextmanager
def named(what: str) -> Iterator[None]:
    """Says in a failure what was broken."""
    try:
        yield
    except AssertionError as error:
        raise AssertionError(f"{what}\n{error}") from error


@pytest.fixture
def place(bench: Bench, tmp_path: Path) -> Copy:
    """An empty folder, emptied for every break."""
    (tmp_path / "empty").mkdir()
    return Copy(tmp_path / "empty", bench.memory / "founded")


def places(bench: Bench, place: Copy, words: list[str], faults: bool = False) -> list[Point]:
    calls = (*WRITES, *KILLED, *(MAKES if faults else ()))
    return points(bench.calls(place.renew(), words, "ivanova", NOW, calls), pipes=not faults)


def broken(bench: Bench, place: Copy, words: list[str], point: Point, way: str) -> Ended:
    bench.settle()
    return bench.broken(place.renew(), words, "ivanova", NOW, point, way)


def check_founded(bench: Bench, place: Copy, ended: Ended) -> None:
    """The same command makes the desk, or says that it is there already; then it is as it should be."""
    bench.known.verdict(None if ended.living else place.state(), lambda: look(bench, place))


def look(bench: Bench, place: Copy) -> None:
    desk = place.folder / "desk"
    bench.here(place.folder, ["list", "-C", "desk"])
    again = bench.here(place.folder, INIT)
    assert again.code == 0 or (again.code == 1 and "is a desk already" in again.err), again
    new = bench.here(desk, ["new", "First"])
    assert new.code == 0, new
    assert git(desk, "rev-list", "--count", "HEAD").strip() == "2"
    check_clean(bench, desk, place)
    assert not (desk / ".svcctl-new").exists()


@pytest.mark.long
def test_init_killed_at_every_call(bench: Bench, place: Copy, figure: Figure) -> None:
    found = places(bench, place, INIT)
    assert len(found) > 60
    for number, point in enumerate(found):
        way = ("alone", "group")[number % 2]
        ended = broken(bench, place, INIT, point, way)
        with named(f"{point} {way} {ended}"):
            check_founded(bench, place, ended)
        figure("init killed at a call", int(ended.hit != ""))


@pytest.mark.long
def test_init_where_every_call_fails(bench: Bench, place: Copy, figure: Figure) -> None:
    for point in places(bench, place, INIT, faults=True):
        ended = broken(bench, place, INIT, point, "ENOSPC")
        with named(f"{point} {ended}"):
            assert ended.code in (0, 1, 3, 4)
            assert ended.code == 0 or ended.err
            check_founded(bench, place, ended)
        figure("init with a call that fails", int(ended.hit != ""))


@pytest.mark.long
def test_server_init_killed_at_every_call(bench: Bench, place: Copy, figure: Figure) -> None:
    for number, point in enumerate(places(bench, place, SERVER)):
        way = ("alone", "group")[number % 2]
        ended = broken(bench, place, SERVER, point, way)
        with named(f"{point} {way} {ended}"):
            again = bench.here(place.folder, SERVER)
            assert again.code == 0, again
            assert git(place.folder / "hub.git", "config", "receive.denyDeletes") == "true\n"
            assert [path.name for path in place.folder.iterdir()] == ["hub.git"]
            assert list((place.folder / "hub.git").rglob("*.lock")) == []
        figure("server init killed at a call", int(ended.hit != ""))


@pytest.mark.long
def test_a_demo_that_was_killed_is_replaced(bench: Bench, place: Copy, figure: Figure) -> None:
    words = ["demo", "desk"]
    found = places(bench, place, words)
    # A demo is a founding and then commands that are broken one by one elsewhere.
    for point in (*found[1:60:15], found[len(found) // 2]):
        ended = broken(bench, place, words, point, "alone")
        with named(f"{point} {ended}"):
            again = bench.here(place.folder, [*words, "--fresh"])
            assert again.code == 0, again
            check_sound(bench, place.folder / "desk")
            assert git(place.folder / "desk", "status", "--porcelain", "--untracked-files=no") == ""
        figure("demo killed at a call", int(ended.hit != ""))
