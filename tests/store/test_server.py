"""A shared repository takes honest pushes and no forged ones; real pushes, through the hook that was installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.store.git import Git, Objects
from svcctl.store.verify import verify
from tests.conftest import Svc
from tests.store.forgeries import FORGERIES, WRONG, misplace
from tests.store.pushing import Clone, Stage, git_as, prepare


@pytest.fixture(scope="module")
def stage(made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A desk in a shared repository that verifies, made once; tests spoil copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        yield prepare(made_desk, tmp_path_factory.mktemp("server") / "stage", patch)


def told(stage: Stage, tmp_path: Path, name: str) -> None:
    """A forged push is refused with its reason, and nothing of it is kept."""
    forge, words = FORGERIES[name]
    mine = stage.copy(tmp_path / "mine")
    what = forge(mine) or ()
    before = mine.tips()
    done = mine.push(*what)
    said = "\n".join(line.removeprefix("remote: ").rstrip() for line in done.stderr.splitlines())
    assert done.returncode != 0, f"{name} was taken"
    assert words in said, said
    assert mine.tips() == before


def test_a_forged_push_is_refused(stage: Stage, tmp_path: Path) -> None:
    told(stage, tmp_path, "a_note_in_anothers_name")


@pytest.mark.long
def test_forged_pushes_are_refused(stage: Stage, tmp_path: Path) -> None:
    for number, name in enumerate(FORGERIES):
        told(stage, tmp_path / str(number), name)
    print(f"{len(FORGERIES)} forged pushes refused")
    assert len(FORGERIES) >= 60


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found(stage: Stage, tmp_path: Path, name: str) -> None:
    """The same without a push: each is judged in the clone where it was made."""
    forge, words = FORGERIES[name]
    mine = stage.copy(tmp_path / "mine")
    if forge(mine):
        # Of the branch itself, which only the shared repository can tell.
        return
    git = Git(str(mine.desk))
    objects = Objects(git)
    try:
        shared = mine.git("ls-remote", "origin", "refs/heads/main").split()[0]
        found = verify(git, objects, shared, git.line("rev-parse", "HEAD")).findings
    finally:
        objects.close()
    lines = [str(finding.line()) for finding in found]
    assert any(words in line for line in lines), lines
    assert len(lines) < 4, "what was said once is said again"


@pytest.mark.parametrize("wrong", [WRONG, "requests/lost.yaml", "requests/2026/11/23/R-20261123-zzzzzz.yaml"])
def test_a_record_that_goes_to_its_place_as_it_is_is_taken(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    mine = stage.copy(tmp_path / "mine")
    place = wrong.format(id=mine.ids["own"])
    right = misplace(mine, place)
    before = mine.read(place)
    Svc(mine.desk, monkeypatch, person="kuznetsov")("fsck --repair", err=r"(?s).*")
    assert mine.read(right) == before and not (mine.desk / place).exists()
    done = mine.push()
    assert done.returncode == 0, done.stderr
    assert mine.git("ls-tree", "-r", "--name-only", "origin/main", "requests").count(mine.ids["own"]) == 1


def test_a_copy_that_goes_is_taken(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = stage.copy(tmp_path / "mine")
    right = mine.path("own")
    text = mine.read(right)
    place = misplace(mine, "requests/copy.yaml") and "requests/copy.yaml"
    mine.write(right, text)
    mine.commit()
    git_as(mine.hub, "ivanova", "fetch", "-q", "../desk", "+HEAD:refs/heads/main")
    Svc(mine.desk, monkeypatch)("fsck --repair", err=r"(?s).*")
    assert not (mine.desk / place).exists()
    assert mine.push().returncode == 0


def test_a_record_that_came_to_its_place_is_merged(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = stage.copy(tmp_path / "mine")
    right = misplace(mine, WRONG.format(id=mine.ids["own"]))
    git_as(tmp_path, "kim", "clone", "-q", str(mine.hub), "other")
    other = Clone(tmp_path / "other", monkeypatch, person="kim")
    other.new("Meanwhile")
    desk = Svc(mine.desk, monkeypatch)
    desk("fsck --repair", err=r"(?s).*")
    desk("sync")
    other("sync")
    desk("sync")
    assert (other.folder / right).exists()
    desk(["note", mine.ids["own"], "-m", "found again"])
    desk("sync")
