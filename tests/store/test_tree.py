"""Finding a desk, and reading the files of a commit whatever lies edited beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles, Usage
from svcctl.store.git import Git, Objects, git_folder
from svcctl.store.tree import Tree, current_branch, decoded, find_root, tip
from tests.conftest import git
from tests.store.conftest import MAIN, commit, tip_of


@pytest.fixture
def tree(repo: Path) -> Iterator[Tree]:
    """The tree of a commit with a few files of a desk."""
    tip = commit(
        repo,
        ("desk.yaml", b"name: x\n"),
        ("broken.yaml", b"a: [\n"),
        ("latin.yaml", "name: x\ntitle: ł - ".encode() + b"\xb3\n"),
        ("clients/zoo.yaml", b""),
        ("clients/metall stroy.yaml", b""),
        ("clients/readme.txt", b""),
        ("requests/2026/11/21/R-20261121-k7qm4d.yaml", b""),
        ("requests/2026/01/02/R-20260102-aaaaaa.yaml", b""),
        ("requests/notes.md", b""),
    )
    objects = Objects(Git(str(repo)))
    yield Tree(Git(str(repo)), objects, tip)
    objects.close()


def test_a_desk_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").touch()
    inner = tmp_path / "requests" / "2026"
    inner.mkdir(parents=True)
    assert find_root(str(inner)) == str(tmp_path)
    assert find_root(str(tmp_path / "not there yet")) == str(tmp_path)


def test_where_there_is_no_desk_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Usage, match=f"there is no desk in {tmp_path}") as refusal:
        find_root(str(tmp_path))
    assert "svcctl init DIR" in str(refusal.value.hint) and "SVCCTL_DESK" in str(refusal.value.hint)


def test_a_folder_called_desk_yaml_is_no_desk(tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").mkdir()
    with pytest.raises(Usage):
        find_root(str(tmp_path))


def test_the_repository_of_a_desk(repo: Path, tmp_path: Path) -> None:
    assert git_folder(str(repo)) == str(repo / ".git")
    git(repo, "worktree", "add", "-q", "-b", "other", str(tmp_path / "second"))
    folder = git_folder(str(tmp_path / "second"))
    assert folder == str(repo / ".git" / "worktrees" / "second")
    assert current_branch(folder) == "refs/heads/other"


@pytest.mark.parametrize("pointer", [None, "", "gitdir", "somewhere/else\n"])
def test_a_desk_without_its_repository(tmp_path: Path, pointer: str | None) -> None:
    if pointer is not None:
        (tmp_path / ".git").write_text(pointer)
    with pytest.raises(BrokenFiles, match="no git repository") as refusal:
        git_folder(str(tmp_path))
    assert "git init" in str(refusal.value.hint)


def test_the_current_branch(repo: Path) -> None:
    folder = git_folder(str(repo))
    assert current_branch(folder) == MAIN
    git(repo, "checkout", "-q", "--orphan", "тема/one")
    assert current_branch(folder) == "refs/heads/тема/one"
    git(repo, "checkout", "-q", "-f", "--detach", "main")
    assert current_branch(folder) == ""
    (repo / ".git" / "HEAD").unlink()
    with pytest.raises(BrokenFiles, match="no git repository"):
        current_branch(folder)


def test_files_are_read_from_the_commit(tree: Tree, repo: Path) -> None:
    (repo / "desk.yaml").write_text("name: edited\n")
    assert tree.content("desk.yaml") == b"name: x\n"
    assert tree.text("desk.yaml") == "name: x\n"
    assert tree.yaml("desk.yaml") == {"name": "x"}
    assert (tree.content("nothing"), tree.text("nothing"), tree.yaml("nothing")) == (None, None, None)


def test_problems_of_a_file_name_it(tree: Tree) -> None:
    with pytest.raises(BrokenFiles) as refusal:
        tree.yaml("broken.yaml")
    assert str(refusal.value.problems[0].place) == "broken.yaml:2:1"


def test_what_is_not_utf_8_is_told_with_its_place(tree: Tree) -> None:
    with pytest.raises(BrokenFiles, match="not UTF-8") as refusal:
        tree.text("latin.yaml")
    problem = refusal.value.problems[0]
    assert (problem.path, problem.line, str(problem.remedy)) == ("latin.yaml", 2, "save it as UTF-8 and commit it")
    assert problem.column == len("title: ł - ") + 1


def test_text_is_decoded() -> None:
    assert decoded("ёж\n".encode(), "f") == "ёж\n"


def test_names_of_a_folder(tree: Tree) -> None:
    assert tree.names("clients", ".yaml") == ["metall stroy", "zoo"]
    assert tree.names("nothing", ".yaml") == []


def test_records_come_by_day(tree: Tree) -> None:
    assert tree.record_paths() == [
        "requests/2026/01/02/R-20260102-aaaaaa.yaml",
        "requests/2026/11/21/R-20261121-k7qm4d.yaml",
    ]


def test_contents_come_in_the_order_asked(tree: Tree) -> None:
    entries = list(tree.entries("clients/", "desk.yaml"))
    assert [(entry.path, content) for entry, content in tree.contents(entries)] == [
        ("clients/metall stroy.yaml", b""),
        ("clients/readme.txt", b""),
        ("clients/zoo.yaml", b""),
        ("desk.yaml", b"name: x\n"),
    ]


def test_a_desk_without_commits_has_no_files(repo: Path) -> None:
    objects = Objects(Git(str(repo)))
    empty = Tree(Git(str(repo)), objects, "")
    assert (empty.content("a.txt"), list(empty.entries()), empty.record_paths()) == (None, [], [])
    objects.close()
    assert tip_of(repo)


@pytest.mark.parametrize(
    "head", [b"\xff\xfe\0" * 1000, b"ref: refs/heads/" + b"x" * 100_000, b"ref: refs/heads/a\0b", b""]
)
def test_a_head_that_is_none_names_no_commit(repo: Path, head: bytes) -> None:
    (repo / ".git" / "HEAD").write_bytes(head)
    assert tip(Git(str(repo)), str(repo / ".git")) == ""


@pytest.mark.parametrize("pointer", [b"gitdir: ../\0x\n", b"\xff\xfe", b"gitdir: " + b"x/" * 10_000])
def test_a_pointer_to_no_repository(tmp_path: Path, pointer: bytes) -> None:
    (tmp_path / ".git").write_bytes(pointer)
    with pytest.raises(BrokenFiles, match="no git repository"):
        current_branch(git_folder(str(tmp_path)))
