"""archive is killed at every call: whatever was killed, plain git finds the folder clean, and it can be done again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import NOW, Figure, git
from tests.crash.breaking import KILLED, WRITES, Bench, Ended, Point, points
from tests.crash.copies import Copy
from tests.crash.recovery import check_clean

OLD = "2024-03-04T10:00:00+03:00"
AWAY, BACK = ("archive", "2024"), ("archive", "2024", "--restore")


@pytest.fixture(scope="session")
def old_desk(bench: Bench, made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with a closed year."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        desk = tmp_path_factory.mktemp("old") / "desk"
        shutil.copytree(made_desk, desk, symlinks=True)
        for title in ("one", "two"):
            part = done(bench, desk, ["new", title], OLD).out.split()[0]
            done(bench, desk, ["cancel", part, "-m", "no"], OLD)
        done(bench, desk, ["new", "now"])
        git(desk, "gc", "-q")
        return desk


def done(bench: Bench, desk: Path, words: Sequence[str], now: str = NOW) -> Ended:
    ended = bench.here(desk, words, now=now)
    assert ended.code == 0, ended
    return ended


class Archived:
    """A desk before a command that archives or restores, put back for every break."""

    def __init__(self, bench: Bench, old_desk: Path, folder: Path, words: Sequence[str]) -> None:
        self.bench, self.words = bench, list(words)
        shutil.copytree(old_desk, folder / "desk", symlinks=True)
        if words == BACK:
            done(bench, folder / "desk", AWAY)
        self.copy = Copy(folder / "desk", bench.memory / "archived")

    def fresh(self) -> Path:
        self.bench.settle()
        return self.copy.renew()

    def points(self) -> list[Point]:
        return points(self.bench.calls(self.fresh(), self.words, "ivanova", NOW, (*WRITES, *KILLED)))

    def breaks(self, point: Point, how: str) -> bool:
        """Breaks it once; nothing is lost, both ways lead on, and both end as if nothing had been."""
        desk = self.fresh()
        ended = self.bench.broken(desk, self.words, "ivanova", NOW, point, how)
        try:
            self.bench.known.verdict(None if ended.living else self.copy.state(), lambda: self.look(desk))
        except AssertionError as error:
            raise AssertionError(f"{point} {how}: {ended}\n{error}") from error
        return ended.hit != ""

    def look(self, desk: Path) -> None:
        """Checks that the desk is whole, and goes both ways."""
        # A file that was being written lies half-done beside its place until somebody writes.
        said = [row for row in git(desk, "status", "--porcelain").splitlines() if not row.endswith(".svcctl-tmp")]
        assert said == []
        done(self.bench, desk, ["new", "after"])
        check_clean(self.bench, desk, self.copy)
        done(self.bench, desk, AWAY)
        assert not (desk / "requests" / "2024").exists()
        check_clean(self.bench, desk, self.copy)
        done(self.bench, desk, BACK)
        assert len(list(desk.glob("requests/2024/*/*/*.yaml"))) == 2
        assert "S " not in git(desk, "ls-files", "-t")
        check_clean(self.bench, desk, self.copy)


@pytest.mark.parametrize("words", [AWAY, BACK], ids=["away", "back"])
def test_killed_at_some_calls(bench: Bench, old_desk: Path, tmp_path: Path, words: Sequence[str]) -> None:
    trial = Archived(bench, old_desk, tmp_path, words)
    assert sum([trial.breaks(point, "group") for point in trial.points()[2::17]]) >= 2


@pytest.mark.long
@pytest.mark.parametrize("how", ["alone", "group"])
@pytest.mark.parametrize("words", [AWAY, BACK], ids=["away", "back"])
def test_killed_at_every_call(
    bench: Bench, old_desk: Path, tmp_path: Path, words: Sequence[str], how: str, figure: Figure
) -> None:
    trial = Archived(bench, old_desk, tmp_path, words)
    reached = sum([trial.breaks(point, how) for point in trial.points()])
    assert reached >= 20
    figure("archive killed at a call", reached)
