"""Commit first: what is done, what is not, and who is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from svcctl.model.problems import Busy, Refused
from svcctl.store import journal, transaction
from svcctl.store.fastimport import FileChange, Moved
from svcctl.store.git import Git
from tests.conftest import git
from tests.store.conftest import AUTHOR, MAIN, commit, tip_of


@pytest.fixture
def own(repo: Path) -> Path:
    """The folder that svcctl keeps in the repository."""
    folder = repo / ".git" / "svcctl"
    folder.mkdir()
    return folder


def write(repo: Path, *changes: tuple[str, bytes | None], tip: str = "") -> str | None:
    """Commits changes; returns the warning."""
    made = [FileChange(path, content) for path, content in changes]
    own = str(repo / ".git" / "svcctl")
    new, warning = transaction.commit(Git(str(repo)), own, MAIN, tip or tip_of(repo), AUTHOR, "m\n", made)
    assert new == tip_of(repo)
    return str(warning) if warning else None


def status(repo: Path) -> str:
    return git(repo, "status", "--porcelain")


def test_commit_worktree_and_index_agree(repo: Path, own: Path) -> None:
    before = tip_of(repo)
    assert write(repo, ("a.txt", None), ("b/ёж.txt", b"new\r\n\xff"), ("c.txt", b"")) is None
    assert git(repo, "rev-parse", "HEAD^").strip() == before
    assert (repo / "b" / "ёж.txt").read_bytes() == b"new\r\n\xff"
    assert not (repo / "a.txt").exists()
    assert status(repo) == ""
    assert os.listdir(own) == []


def test_other_work_is_never_swept_in(repo: Path, own: Path) -> None:
    (repo / "staged.txt").write_text("s")
    git(repo, "add", "staged.txt")
    (repo / "a.txt").write_text("edited\n")
    (repo / "loose.txt").write_text("l")
    write(repo, ("b.txt", b"new"))
    assert git(repo, "show", "--name-only", "--format=").split() == ["b.txt"]
    assert sorted(status(repo).splitlines()) == [" M a.txt", "?? loose.txt", "A  staged.txt"]


def test_a_branch_that_has_moved_leaves_nothing_behind(repo: Path, own: Path) -> None:
    old = tip_of(repo)
    new = commit(repo, ("a.txt", b"theirs\n"))
    with pytest.raises(Moved):
        write(repo, ("b.txt", b"mine"), tip=old)
    assert tip_of(repo) == new
    assert not (repo / "b.txt").exists()
    assert os.listdir(own) == []


@pytest.mark.parametrize("path", ["../x", "/tmp/x", ".git/config", "link/x", "a/../b"])
def test_a_path_that_leaves_the_desk_is_refused_before_anything_happens(repo: Path, own: Path, path: str) -> None:
    (repo / "link").symlink_to(repo.parent)
    before = tip_of(repo)
    with pytest.raises(Refused, match="leads out of the desk"):
        write(repo, ("b.txt", b"x"), (path, b"x"))
    assert tip_of(repo) == before
    assert os.listdir(own) == []
    assert not (repo / "b.txt").exists()


def test_when_the_files_cannot_follow_the_deed_is_done_all_the_same(repo: Path, own: Path) -> None:
    (repo / "b.txt").mkdir()
    warning = write(repo, ("b.txt", b"new\n"), ("c.txt", b"new\n"))
    assert warning is not None and "recorded; but the files in the folder could not follow" in warning
    assert git(repo, "show", "HEAD:b.txt") == "new\n"
    intent = journal.pending(str(own))
    assert intent is not None and list(intent.paths) == ["b.txt", "c.txt"]
    (repo / "b.txt").rmdir()
    journal.finish(Git(str(repo)), str(own), intent, tip_of(repo))
    assert (repo / "b.txt").read_text() == (repo / "c.txt").read_text() == "new\n"
    assert status(repo) == ""


def test_when_git_is_busy_nothing_has_happened(repo: Path, own: Path) -> None:
    (repo / ".git" / "refs" / "heads" / "main.lock").touch()
    before = tip_of(repo)
    with pytest.raises(Busy):
        write(repo, ("b.txt", b"new\n"))
    assert tip_of(repo) == before
    assert not (repo / "b.txt").exists()
    (repo / ".git" / "refs" / "heads" / "main.lock").unlink()
    intent = journal.pending(str(own))
    if intent is not None:
        assert journal.finish(Git(str(repo)), str(own), intent, before) is None
    write(repo, ("b.txt", b"new\n"))
    assert status(repo) == ""


def test_an_index_that_is_locked_is_caught_up_with_later(repo: Path, own: Path) -> None:
    (repo / ".git" / "index.lock").touch()
    warning = write(repo, ("b.txt", b"new\n"))
    assert warning is not None and "another git command is at work" in warning
    (repo / ".git" / "index.lock").unlink()
    intent = journal.pending(str(own))
    assert intent is not None
    journal.finish(Git(str(repo)), str(own), intent, tip_of(repo))
    assert status(repo) == ""


def test_a_folder_that_cannot_be_written_changes_nothing(repo: Path) -> None:
    (repo / ".git" / "svcctl").write_text("a file in the way")
    before = tip_of(repo)
    with pytest.raises(Refused, match="cannot write"):
        write(repo, ("b.txt", b"x"))
    assert tip_of(repo) == before


def test_a_commit_of_very_many_files_does_not_wait_for_itself(repo: Path, own: Path) -> None:
    rows = [(f"many/{number}.txt", b"%d" % number) for number in range(9000)]
    assert write(repo, *rows) is None
    assert len(git(repo, "ls-tree", "-r", "--name-only", "HEAD", "many/").split()) == 9000
    assert status(repo) == ""
