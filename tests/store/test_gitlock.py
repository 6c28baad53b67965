"""git's locks: taken so that whose they are can be seen; a person's own are never removed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from svcctl.model.problems import Busy
from svcctl.store import gitlock
from svcctl.store.gitlock import GitLock, release
from tests.conftest import git


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gitlock, "WAIT_SECONDS", 0.02)


@pytest.fixture
def own(repo: Path) -> str:
    folder = repo / ".git" / "svcctl"
    folder.mkdir()
    return str(folder)


def index(repo: Path) -> str:
    return str(repo / ".git" / "index")


def left(own: str, path: str, content: bytes = b"") -> GitLock:
    """A lock whose holder was killed."""
    lock = GitLock(own, path, content)
    lock.__enter__()
    return lock


def test_git_keeps_away_while_it_is_held(repo: Path, own: str) -> None:
    (repo / "a.txt").write_text("new")
    with GitLock(own, index(repo)):
        assert (repo / ".git" / "index.lock").exists()
        with pytest.raises(Exception, match="128"):
            git(repo, "add", "a.txt")
    assert os.listdir(own) == []
    git(repo, "add", "a.txt")


def test_the_lock_becomes_the_file(repo: Path, own: str) -> None:
    place = str(repo / ".git" / "note")
    with GitLock(own, place, b"content\n") as lock:
        lock.replace()
    assert (repo / ".git" / "note").read_bytes() == b"content\n"
    assert (repo / ".git" / "note").stat().st_nlink == 1
    assert os.listdir(own) == [] and not (repo / ".git" / "note.lock").exists()


def test_a_next_file_is_as_writable_as_the_last(repo: Path, own: str) -> None:
    place = repo / ".git" / "note"
    place.write_text("x")
    place.chmod(0o664)
    with GitLock(own, str(place), b"y\n") as lock:
        lock.replace()
    assert place.stat().st_mode & 0o777 == 0o664


def test_what_a_killed_holder_left_is_released(repo: Path, own: str) -> None:
    left(own, index(repo))
    left(own, str(repo / ".git" / "refs" / "heads" / "a" / "b%c"), b"1234\n")
    release(own)
    assert list((repo / ".git").rglob("*.lock")) == [] and os.listdir(own) == []


@pytest.mark.parametrize("content", [b"", b"svcctl\n", b"DIRC\0\0"])
def test_a_lock_of_another_git_is_never_removed(repo: Path, own: str, content: bytes) -> None:
    place = repo / ".git" / "index.lock"
    place.write_bytes(content)
    before = place.stat()
    with pytest.raises(Busy, match="another git command is at work") as refusal, GitLock(own, index(repo)):
        pass
    assert str(place) in str(refusal.value.hint)
    release(own)
    assert place.stat() == before and os.listdir(own) == []


@pytest.mark.parametrize("content", [b"", b"DIRC\0\0", b"svcct"])
def test_nor_one_that_came_after_ours_was_gone(repo: Path, own: str, content: bytes) -> None:
    lock = left(own, index(repo))
    os.unlink(lock.lock)
    Path(lock.lock).write_bytes(content)
    release(own)
    assert Path(lock.lock).read_bytes() == content and os.listdir(own) == []


def test_a_mark_that_is_half_written_claims_nothing(repo: Path, own: str) -> None:
    """Killed before the link: the mark is empty, and so is the lock that somebody's git has."""
    Path(own, "lock-index").touch()
    (repo / ".git" / "index.lock").touch()
    release(own)
    assert (repo / ".git" / "index.lock").exists() and os.listdir(own) == []


def test_a_mark_is_never_written_into_what_it_was_linked_to(repo: Path, own: str) -> None:
    """Killed after the rename: the mark is the file itself by another name."""
    place = str(repo / ".git" / "note")
    lock = left(own, place, b"first\n")
    lock.replace()
    assert os.stat(lock.mark).st_ino == os.stat(place).st_ino
    with GitLock(own, place, b"second, and longer\n"):
        assert Path(place).read_bytes() == b"first\n"
    assert Path(place).read_bytes() == b"first\n"


def test_one_that_could_not_be_let_go_is_taken_again(repo: Path, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system", path)

    with monkeypatch.context() as patch, GitLock(own, index(repo)):
        patch.setattr(os, "unlink", refuse)
    assert (repo / ".git" / "index.lock").exists()
    with GitLock(own, index(repo)):
        pass
    assert not (repo / ".git" / "index.lock").exists() and os.listdir(own) == []


def test_a_disk_without_links(repo: Path, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    with GitLock(own, index(repo)), pytest.raises(Busy), GitLock(own + "2", index(repo)):
        pass
    left(own, index(repo))
    release(own)
    assert not (repo / ".git" / "index.lock").exists()
    (repo / ".git" / "index.lock").write_bytes(b"")
    release(own)
    assert (repo / ".git" / "index.lock").exists()
