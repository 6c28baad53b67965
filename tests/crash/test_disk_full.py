"""A disk that is full, or has become read-only: refused in words, nothing half-done, and reading goes on.

Two ways: strace lets one call fail, and a small disk in memory is really filled, where the tests may mount one. With
strace every write to a file, sync, rename, link, and making of files and folders, of svcctl and its gits, fails once in
every command for want of room (removing needs none); and each eighth call, with removals, because nothing may be
written, each command beginning with another one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Figure, Svc, git
from tests.crash.breaking import Bench, Point
from tests.crash.commands import WRITING, Case, Stage
from tests.crash.recovery import Trial, check_clean

FULL = ("the disk is full", "No space left on device")
NEVER_FULL = ("unlink", "unlinkat")
"""Removing needs no room; on a disk that has become read-only it fails like the rest."""


def failing(trial: Trial, first: int) -> dict[str, int]:
    """Lets every call fail for want of room, and every eighth from the ``first`` because nothing may be written."""
    found = trial.points(faults=True)
    ways = [("ENOSPC", point) for point in found if point.call not in NEVER_FULL]
    ways += [("EROFS", point) for point in found[first % 8 :: 8]]
    done = {"ENOSPC": 0, "EROFS": 0}
    for way, point in ways:
        done[way] += trial.breaks(point, way)
    assert sum(done.values()) >= len(ways) * 9 // 10, "many calls were not made"
    return done


@pytest.mark.long
@pytest.mark.parametrize(("name", "case"), WRITING.items(), ids=list(WRITING))
def test_every_call_fails_once(
    bench: Bench, stage: Stage, tmp_path: Path, name: str, case: Case, figure: Figure
) -> None:
    trial = Trial(bench, stage, name, case, tmp_path)
    bench.known.since()
    done = failing(trial, list(WRITING).index(name))
    figure("a call fails, the disk is full", done["ENOSPC"])
    figure("a call fails, the disk is read-only", done["EROFS"])
    figure("a call fails, states that were looked at", bench.known.since())


@pytest.mark.parametrize(
    "point",
    [
        Point("svcctl", "fsync", 1),
        Point("svcctl", "rename", 2),
        Point("fast-import.1", "fsync", 1),
        Point("+unpack-objects.1", "link", 1),
        Point("svcctl", "write", 6),
    ],
    ids=str,
)
def test_a_call_fails(bench: Bench, stage: Stage, tmp_path: Path, point: Point, figure: Figure) -> None:
    trial = Trial(bench, stage, "note", WRITING["note"], tmp_path)
    assert trial.breaks(point, "ENOSPC"), "the call was not made"
    figure("a call fails, a sample", 1)


# A real disk


def mounted(place: Path, size: str) -> bool:
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "svcctl-test", str(place)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB."""
    place = tmp_path / "disk"
    if not mounted(place, "6m"):
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fills a disk but for so many bytes."""
    rest = disk / "rest"
    with rest.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            file.truncate(max(0, os.path.getsize(rest) - leave))
    return rest


def moved(svc: Svc, disk: Path) -> None:
    svc.git("gc", "-q")
    shutil.copytree(svc.folder, disk / "desk", symlinks=True)
    svc.folder = disk / "desk"


@pytest.mark.parametrize("leave", [0, 8192, 32768, 65536])
def test_a_disk_that_is_really_full(svc: Svc, bench: Bench, disk: Path, leave: int, figure: Figure) -> None:
    request = svc.new()
    moved(svc, disk)
    rest = fill(disk, leave)
    refused = 0
    for number in range(60):
        done = bench.run(svc.folder, ["note", request, "-m", f"note {number} " + "x" * 1500])
        assert done.code in (0, 1, 3, 4) and "bug" not in done.err, done
        listed = bench.run(svc.folder, ["list"])
        assert (listed.code, listed.err) == (0, "") and request in listed.out, listed
        if done.code or done.err:
            refused += 1
            assert any(words in done.err for words in FULL), done
        else:
            assert f"note {number} " in git(svc.folder, "show", "HEAD")
        if refused > 2:
            break
    assert refused, "the disk has never been full"
    rest.unlink()
    after = bench.run(svc.folder, ["note", request, "-m", "there is room"])
    assert after.code == 0 and after.out, after
    check_clean(bench, svc.folder)
    figure("refused on a disk that is really full", refused)


def test_a_read_only_disk_is_read(svc: Svc, bench: Bench, disk: Path) -> None:
    request = svc.new()
    moved(svc, disk)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for words in (["list"], ["show", request], ["check"], ["status"], ["fsck"], ["report", "service"]):
        done = bench.run(svc.folder, words)
        assert (done.code, done.err) == (0, ""), (words, done)
    for words in (["note", request, "-m", "x"], ["new", "Title"], ["client", "add", "a", "--name", "A"]):
        done = bench.run(svc.folder, words)
        assert done.code == 1 and "Read-only file system" in done.err, (words, done)
        assert "make the folder writable for you" in done.err
    subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert bench.run(svc.folder, ["note", request, "-m", "x"]).code == 0
    check_clean(bench, svc.folder)
