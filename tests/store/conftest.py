"""A repository for tests of the store: real git, one commit, an author of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcctl.store.fastimport import Commit, FileChange, import_commits
from svcctl.store.git import Author, Git
from tests.conftest import git

AUTHOR = Author("Анна Иванова", "ivanova@example.com", "1795417200 +0300")
MAIN = "refs/heads/main"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository whose one commit has the file ``a.txt``."""
    folder = tmp_path / "repo"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    git(folder, "add", "a.txt")
    git(folder, "commit", "-qm", "first")
    return folder


def tip_of(folder: Path) -> str:
    return git(folder, "rev-parse", "HEAD").strip()


def commit(folder: Path, *changes: tuple[str, bytes | None], tip: str | None = None, message: str = "m") -> str:
    """Commits changes as svcctl does, without letting the worktree follow."""
    made = Commit(AUTHOR, message, [FileChange(path, content) for path, content in changes])
    return import_commits(Git(str(folder)), MAIN, tip_of(folder) if tip is None else tip, [made])[0]
