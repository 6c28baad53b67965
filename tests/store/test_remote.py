"""Talk with another repository, and what git needs for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcctl.model.problems import Busy, Refused
from svcctl.store.git import Author, Blob, Git
from svcctl.store.remote import Remote
from tests.conftest import git
from tests.store.conftest import MAIN, tip_of


@pytest.fixture
def pair(repo: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A repository and the bare one it was cloned from."""
    hub = tmp_path / "hub.git"
    git(tmp_path, "clone", "-q", "--bare", str(repo), str(hub))
    git(repo, "remote", "add", "origin", str(hub))
    return repo, hub


def grow(repo: Path, name: str) -> str:
    (repo / name).write_text("x")
    git(repo, "add", name)
    git(repo, "commit", "-qm", name)
    return tip_of(repo)


def test_it_fetches_and_pushes_one_branch(pair: tuple[Path, Path]) -> None:
    repo, hub = pair
    remote = Remote(Git(str(repo)), MAIN)
    assert remote.name == "origin"
    assert remote.fetch() == tip_of(repo)
    tip = grow(repo, "b")
    assert remote.push(tip)
    assert git(hub, "rev-parse", "main").strip() == tip
    assert remote.fetch() == tip


def test_a_branch_that_is_not_there_yet(pair: tuple[Path, Path]) -> None:
    repo, _ = pair
    git(repo, "switch", "-qc", "night")
    assert Remote(Git(str(repo)), "refs/heads/night").fetch() == ""


def test_the_branchs_own_remote_and_name_are_used(pair: tuple[Path, Path]) -> None:
    repo, hub = pair
    git(repo, "remote", "add", "other", str(hub))
    git(repo, "config", "branch.main.remote", "other")
    git(repo, "config", "branch.main.merge", "refs/heads/trunk")
    remote = Remote(Git(str(repo)), MAIN)
    assert (remote.name, remote.theirs) == ("other", "refs/heads/trunk")
    assert Remote(Git(str(repo)), MAIN, "origin").theirs == MAIN


def test_a_push_that_was_overtaken_says_so(pair: tuple[Path, Path], tmp_path: Path) -> None:
    repo, hub = pair
    git(tmp_path, "clone", "-q", str(hub), "third")
    grow(tmp_path / "third", "c")
    git(tmp_path / "third", "push", "-q")
    assert not Remote(Git(str(repo)), MAIN).push(grow(repo, "b"))


def test_what_looks_like_an_option_is_a_name(repo: Path) -> None:
    with pytest.raises(Busy, match="--upload-pack=touch x cannot be reached"):
        Remote(Git(str(repo)), MAIN, "--upload-pack=touch x").fetch()
    assert not (repo / "x").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("core.sshCommand", "touch x"),
        ("core.gitProxy", "touch x"),
        ("credential.https://example.com.helper", "!touch x"),
        ("remote.origin.receivepack", "touch x"),
        ("protocol.ext.allow", "always"),
    ],
)
def test_settings_that_start_programs_are_named(pair: tuple[Path, Path], name: str, value: str) -> None:
    repo, _ = pair
    git(repo, "config", name, value)
    with pytest.raises(Refused, match="has git start programs"):
        Remote(Git(str(repo)), MAIN)
    assert Remote(Git(str(repo)), MAIN, trusted=True).name == "origin"


def test_settings_of_an_included_file_count_too(pair: tuple[Path, Path]) -> None:
    repo, _ = pair
    (repo / ".git" / "more").write_text("[core]\n\tsshCommand = touch x\n")
    git(repo, "config", "include.path", "more")
    with pytest.raises(Refused, match=r"core\.sshcommand"):
        Remote(Git(str(repo)), MAIN)


def test_what_changed_between_two_commits_takes_nothing_for_renamed(repo: Path) -> None:
    before = tip_of(repo)
    git(repo, "mv", "a.txt", "ёж b.txt")
    git(repo, "commit", "-qm", "renamed")
    found = Git(str(repo)).changed(before, tip_of(repo))
    oid = git(repo, "rev-parse", "HEAD:ёж b.txt").strip()
    assert found == {"a.txt": None, "ёж b.txt": Blob(oid, "100644")}
    assert Git(str(repo)).changed(before, before) == {}


def test_a_branch_is_moved_only_from_where_it_was(repo: Path) -> None:
    before = tip_of(repo)
    after = grow(repo, "b")
    desk = Git(str(repo))
    someone = Author("T", "t@example.com", "1795417200 +0300")
    assert not desk.move(MAIN, before, before, someone, "back")
    assert desk.move(MAIN, before, after, someone, "back")
    assert tip_of(repo) == before
    last = git(repo, "reflog", "-n1", "--format=%H %gn <%ge> %gs").strip()
    assert last == f"{before} T <t@example.com> back"
