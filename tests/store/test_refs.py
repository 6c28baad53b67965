"""Branches are moved as git moves them: git reads what is written, wherever the branch is kept."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles
from svcctl.store.git import Author, Git
from svcctl.store.refs import Refs, is_ref_name
from tests.conftest import Svc, git
from tests.store.conftest import MAIN, commit, tip_of

LOG = "Anna <anna@example.com> 1795417200 +0300\twhy"


def refs(repo: Path) -> Refs:
    return Refs(str(repo / ".git"))


def other(repo: Path) -> str:
    return git(repo, "commit-tree", "-m", "other", "-p", "HEAD", "HEAD^{tree}").strip()


def test_it_moves_only_from_where_the_branch_is(repo: Path) -> None:
    tip, new = tip_of(repo), other(repo)
    assert not refs(repo).move(MAIN, new, new, LOG, lambda: True)
    assert not refs(repo).move(MAIN, new, "", LOG, lambda: True)
    assert tip_of(repo) == tip
    assert refs(repo).move(MAIN, new, tip, LOG, lambda: True)
    assert tip_of(repo) == new == refs(repo).read(MAIN)
    assert list((repo / ".git").rglob("*.lock")) == []


def test_a_packed_branch(repo: Path) -> None:
    tip, new = tip_of(repo), other(repo)
    git(repo, "branch", "long/main", "HEAD")
    git(repo, "tag", "-am", "x", "v1")
    git(repo, "pack-refs", "--all")
    assert not (repo / ".git" / MAIN).exists()
    assert refs(repo).read(MAIN) == tip and refs(repo).read("refs/heads/none") == ""
    assert refs(repo).read("refs/heads/long/main") == tip and refs(repo).read("main") == ""
    assert refs(repo).move(MAIN, new, tip, LOG, lambda: True)
    assert tip_of(repo) == new
    git(repo, "pack-refs", "--all")
    assert tip_of(repo) == new == refs(repo).read(MAIN)


def test_a_branch_that_is_not_there_yet(repo: Path) -> None:
    new = other(repo)
    assert refs(repo).move("refs/heads/a/b", new, "", LOG, lambda: True)
    assert git(repo, "rev-parse", "a/b").strip() == new
    assert git(repo, "reflog", "-n1", "--format=%gs", "a/b") == "why\n"


def test_another_name_of_a_branch(repo: Path) -> None:
    tip, new = tip_of(repo), other(repo)
    git(repo, "symbolic-ref", "refs/heads/alias", MAIN)
    assert refs(repo).move("refs/heads/alias", new, tip, LOG, lambda: True)
    assert tip_of(repo) == new
    assert git(repo, "symbolic-ref", "refs/heads/alias").strip() == MAIN


def test_the_reflogs_say_who_and_why(repo: Path) -> None:
    tip, new = tip_of(repo), other(repo)
    refs(repo).move(MAIN, new, tip, LOG, lambda: True)
    for name in ("HEAD", "main"):
        said = git(repo, "reflog", "-n1", "--date=iso", "--format=%H %gd %gn <%ge> %gs", name).strip()
        assert said == f"{new} {name}@{{2026-11-23 10:00:00 +0300}} Anna <anna@example.com> why"
    assert git(repo, "rev-parse", "HEAD@{1}").strip() == tip
    git(repo, "fsck", "--strict")


def test_only_the_branch_of_head_is_in_its_log(repo: Path) -> None:
    before = git(repo, "reflog", "HEAD")
    refs(repo).move("refs/heads/side", other(repo), "", LOG, lambda: True)
    assert git(repo, "reflog", "HEAD") == before


def test_no_log_is_begun_where_none_is_wanted(repo: Path) -> None:
    git(repo, "config", "core.logAllRefUpdates", "false")
    author = Author("Anna", "anna@example.com", "1795417200 +0300")
    assert Git(str(repo)).move("refs/heads/side", other(repo), "", author, "why")
    assert not (repo / ".git" / "logs" / "refs" / "heads" / "side").exists()


def test_a_log_that_cannot_be_written_moves_nothing(repo: Path) -> None:
    tip = tip_of(repo)
    (repo / ".git" / "logs" / MAIN).unlink()
    (repo / ".git" / "logs" / MAIN).mkdir()
    with pytest.raises(IsADirectoryError):
        refs(repo).move(MAIN, other(repo), tip, LOG, lambda: True)
    assert tip_of(repo) == tip and list((repo / ".git").rglob("*.lock")) == []


def test_a_log_that_is_a_link_is_not_followed(repo: Path) -> None:
    tip, outside = tip_of(repo), repo.parent / "outside"
    outside.write_text("")
    (repo / ".git" / "logs" / "HEAD").unlink()
    (repo / ".git" / "logs" / "HEAD").symlink_to(outside)
    with pytest.raises(OSError, match="symbolic links"):
        refs(repo).move(MAIN, other(repo), tip, LOG, lambda: True)
    assert tip_of(repo) == tip and outside.read_text() == ""


@pytest.mark.parametrize(
    "name",
    [MAIN, "refs/heads/ёж", "refs/heads/a.b/c", "refs/heads/a@b", "refs/heads/{x}", "refs/heads/-", "refs/heads/@"]
    + ["HEAD", "main", "refs/heads/", "refs/heads//x", "refs/heads/a.lock/b", "refs/heads/.a"]
    + [
        "refs/heads/../../../x",
        "refs/heads/a..b",
        "refs/heads/a.",
        "refs/heads/a b",
        "refs/heads/a@{b",
        "/refs/heads/a",
    ]
    + ["refs/heads/" + character for character in "~^:?*[\\\x7f\t\n"],
)
def test_names_of_branches_are_judged_as_git_does(repo: Path, name: str) -> None:
    judged = subprocess.run(["git", "check-ref-format", name], check=False).returncode == 0
    assert is_ref_name(name) == (judged and name.startswith("refs/"))


def test_a_name_that_leads_out_is_refused(repo: Path) -> None:
    name = "refs/heads/../../../outside"
    assert refs(repo).read(name) == ""
    with pytest.raises(BrokenFiles, match="HEAD names what cannot be a branch"):
        refs(repo).move(name, other(repo), "", LOG, lambda: True)
    assert [path.name for path in repo.parent.iterdir()] == ["repo"]


def test_a_linked_worktree_has_its_own_head(svc: Svc, tmp_path: Path) -> None:
    svc.git("worktree", "add", "-q", "-b", "trial", str(tmp_path / "trial"))
    before = svc.git("rev-parse", "main")
    there = Svc(tmp_path / "trial", svc.monkeypatch)
    request = there.new("On the trial branch")
    there(f"take {request}")
    assert svc.git("rev-parse", "main") == before
    assert svc.git("rev-parse", "trial") == there.git("rev-parse", "HEAD")
    assert there.git("reflog", "-n1", "--format=%gs", "HEAD").startswith(f"R-…{request} taken")
    assert there.git("status", "--porcelain") == "" == svc.git("status", "--porcelain")
    svc.new("On main")
    assert [row["title"] for row in svc.json("list")] == ["On main"]


def test_a_commit_under_a_person_is_in_their_history(repo: Path) -> None:
    before = tip_of(repo)
    commit(repo, ("x", b"1"))
    assert git(repo, "rev-parse", "HEAD@{1}").strip() == before
    assert git(repo, "for-each-ref", "--format=%(refname)").split() == [MAIN]
