"""The files a person sees: replaced as a whole, and never outside the desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from svcctl.model.problems import Refused
from svcctl.store import worktree

ESCAPES = [
    "../x",
    "a/../../x",
    "a/..",
    "/etc/passwd",
    "",
    "a//b",
    "a/",
    ".git/config",
    "a/.git/hooks/pre-commit",
    ".git",
]


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_that_leaves_the_desk_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "desk"
    (root / "a").mkdir(parents=True)
    for act in (
        lambda: worktree.check_inside(str(root), path),
        lambda: worktree.write(str(root), path, b"x"),
        lambda: worktree.remove(str(root), path),
    ):
        with pytest.raises(Refused, match="leads out of the desk") as refusal:
            act()
        assert str(refusal.value.hint)
    assert sorted(os.listdir(tmp_path)) == ["desk"]
    assert os.listdir(root) == ["a"] and os.listdir(root / "a") == []


@pytest.mark.parametrize("path", ["link", "link/x", "a/link/x", "file"])
def test_a_symbolic_link_is_not_followed(tmp_path: Path, path: str) -> None:
    root, outside = tmp_path / "desk", tmp_path / "outside"
    (root / "a").mkdir(parents=True)
    outside.mkdir()
    (outside / "x").write_text("theirs")
    (root / "link").symlink_to(outside)
    (root / "a" / "link").symlink_to(outside)
    (root / "file").symlink_to(outside / "x")
    with pytest.raises(Refused, match="leads out of the desk"):
        worktree.write(str(root), path, b"mine")
    with pytest.raises(Refused, match="leads out of the desk"):
        worktree.remove(str(root), path)
    assert (outside / "x").read_text() == "theirs"
    assert os.listdir(outside) == ["x"]


def test_the_desk_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "desk").symlink_to(tmp_path / "real")
    worktree.write(str(tmp_path / "desk"), "a/b.txt", b"x")
    assert (tmp_path / "real" / "a" / "b.txt").read_bytes() == b"x"


@pytest.mark.parametrize("path", ["a.txt", "deep/er/ёж …/b.txt", ".gitattributes", "a..b", ".gitx/c"])
def test_a_file_is_written_read_and_removed(tmp_path: Path, path: str) -> None:
    root = str(tmp_path)
    assert worktree.read(root, path) is None
    for content in (b"one\n", b"\0\r\n\xff", b""):
        worktree.write(root, path, content)
        assert worktree.read(root, path) == content
    worktree.remove(root, path)
    assert worktree.read(root, path) is None
    worktree.remove(root, path)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old")
    os.link(tmp_path / "a", tmp_path / "b")
    with open(tmp_path / "a") as reader:
        worktree.write(str(tmp_path), "a", b"new")
        assert reader.read() == "old"
    assert (tmp_path / "b").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]


def test_a_failure_leaves_nothing_beside(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError):
        worktree.write(str(tmp_path), "a", b"new")
    assert os.listdir(tmp_path) == ["a"]


def test_what_is_no_file_reads_as_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert worktree.read(str(tmp_path), "file/below") is None
    assert worktree.read(str(tmp_path), "nothing/below") is None


def test_links_pipes_and_devices_are_not_read(tmp_path: Path) -> None:
    root = str(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "endless", "folder"):
        with pytest.raises(IsADirectoryError):
            worktree.read(root, name)
        assert not worktree.stands(root, name, None) and not worktree.stands(root, name, b"")
    assert worktree.stands(root, "nothing", None)


def test_what_is_strange_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "t" / "sub").mkdir(parents=True)
    (tmp_path / "t" / "plain").touch()
    os.mkfifo(tmp_path / "t" / "sub" / "pipe")
    (tmp_path / "t" / "out").symlink_to("/etc")
    (tmp_path / "u").symlink_to("t")
    assert sorted(worktree.strange(str(tmp_path), "t")) == ["t/out", "t/sub/pipe"]
    assert list(worktree.strange(str(tmp_path), "u")) == ["u"]
    assert list(worktree.strange(str(tmp_path), "nothing")) == []
