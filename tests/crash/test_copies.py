"""What the tests of crashes rest on: copies are put back wholly, and only what is alike counts as alike."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import git
from tests.crash.copies import Copy, Known, contents


@pytest.fixture
def copy(made_desk: Path, tmp_path: Path) -> Copy:
    """A copy of a desk."""
    made = Copy(made_desk, tmp_path / "copy")
    made.renew()
    return made


def damaged(folder: Path) -> None:
    """Changes a folder in every way."""
    (folder / "team.yaml").unlink()
    shutil.rmtree(folder / "clients")
    (folder / "clients").write_text("a file where a folder was")
    (folder / "desk.yaml").unlink()
    (folder / "desk.yaml" / "deep").mkdir(parents=True)
    (folder / "desk.yaml" / "deep" / "file").write_text("a folder where a file was")
    (folder / ".gitattributes").chmod(0o600)
    (folder / ".gitignore").unlink(missing_ok=True)
    (folder / ".gitignore").symlink_to("team.yaml")
    with (folder / ".git" / "HEAD").open("r+") as file:
        file.write("RE")


def test_whatever_was_done_to_a_copy_is_put_back(copy: Copy, made_desk: Path) -> None:
    damaged(copy.folder)
    copy.renew()
    assert contents(str(copy.folder)) == contents(str(made_desk))
    assert git(copy.folder, "status", "--porcelain") == ""


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda folder: (folder / "team.yaml").write_text("people: {}\n"),
    "new": lambda folder: (folder / "new").write_text(""),
    "folder": lambda folder: (folder / "new").mkdir(),
    "gone": lambda folder: (folder / "team.yaml").unlink(),
    "mode": lambda folder: (folder / "team.yaml").chmod(0o700),
    "lock": lambda folder: (folder / ".git" / "index.lock").write_text("svcctl 1 2\n"),
    "index": lambda folder: git(folder, "update-index", "--force-remove", "team.yaml"),
    "flag": lambda folder: git(folder, "update-index", "--skip-worktree", "team.yaml"),
    "branch": lambda folder: git(folder, "update-ref", "refs/heads/other", "HEAD"),
    "object": lambda folder: git(folder, "commit-tree", "-m", "x", "HEAD^{tree}"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_another_state(copy: Copy, change: Callable[[Path], object]) -> None:
    before = copy.state()
    change(copy.folder)
    assert copy.state() != before
    copy.renew()
    assert copy.state() == before


def test_times_owners_and_names_by_chance_are_no_other_state(copy: Copy) -> None:
    states = set()
    for number in (111, 222):
        copy.renew()
        own = copy.folder / ".git"
        for path in copy.folder.glob("*.yaml"):
            os.utime(path, (number, number))
        git(copy.folder, "update-index", "-q", "--refresh")
        (own / "HEAD.lock").write_text(f"svcctl {number} {number}{number}\n")
        (own / "objects" / "pack" / f"tmp_pack_x{number}").write_text("half")
        states.add(copy.state())
    assert len(states) == 1


def test_what_is_known_is_looked_at_now_and_then() -> None:
    known, looks = Known(), []
    for _ in range(21):
        assert known.verdict("state", lambda: looks.append(1)) is None
    assert len(looks) == 3
    assert (known.looked, known.met) == (3, 20)
    for _ in range(2):
        known.verdict(None, lambda: looks.append(1))
    assert len(looks) == 5


def test_the_same_bytes_and_another_verdict_are_a_failure() -> None:
    known = Known()
    verdicts = iter(range(20))
    with pytest.raises(AssertionError, match="something else was found"):
        for _ in range(20):
            known.verdict("state", lambda: next(verdicts))
