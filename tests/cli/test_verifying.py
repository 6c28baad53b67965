"""verify: ranges, exit codes, words and JSON; server init and its hook as a person meets them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svcctl.cli.main import run
from svcctl.cli.session import Session
from svcctl.model.ids import record_path
from svcctl.model.problems import Refused
from svcctl.store.git import Git
from tests.conftest import Svc, git
from tests.store.pushing import Clone, git_as

FOUNDED = "HEAD~1"


@pytest.fixture
def clone(svc: Svc) -> Clone:
    return Clone(svc.folder, svc.monkeypatch)


def test_a_range_is_what_git_calls_it(clone: Clone) -> None:
    for number in range(3):
        clone.new(f"Request {number}")
    assert clone("verify HEAD~2..HEAD").out == "verified 2 commits: no problems\n"
    assert clone("verify HEAD~1").out == "verified 1 commit: no problems\n"
    assert clone("verify HEAD..").out == "verified 0 commits: no problems\n"
    assert clone("verify ..HEAD~1").out == "verified 0 commits: no problems\n"
    assert clone.json("verify HEAD~1")["old"] == clone.git("rev-parse", "HEAD~1").strip()
    refused = clone("verify nowhere..HEAD", code=1)
    assert "no commit is called “nowhere” here" in refused.err
    assert "no commit is called “--output=x” here" in clone(["verify", "--", "--output=x"], code=1).err


def test_a_range_needs_no_branch(clone: Clone) -> None:
    clone.new("One")
    clone.git("checkout", "-q", "--detach")
    assert clone("verify HEAD~1..HEAD").out == "verified 1 commit: no problems\n"
    assert "HEAD is detached" in clone("verify", code=1).err


def test_without_a_range_it_is_what_nobody_else_has(clone: Clone, tmp_path: Path) -> None:
    # The fixture's own second commit is by nobody of the team.
    everything = clone("verify", code=3).out
    assert "nobody in team.yaml has its author's address, t@example.com" in everything
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "hub.git")
    clone.new("One")
    clone(f"sync {tmp_path / 'hub.git'}")
    clone(f"sync {tmp_path / 'hub.git'}")
    clone.new("Two")
    assert clone("verify").out == "verified 1 commit: no problems\n"
    clone.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    clone.new("Three")
    clone("sync")
    assert clone("verify").out == "verified 0 commits: no problems\n"


def test_every_problem_has_its_commit_place_and_remedy(clone: Clone) -> None:
    clone.write("regulations/callback.md", (clone.folder / "regulations/callback.md").read_text() + "\nMore.\n")
    short = clone.git("rev-parse", "--short=10", "HEAD").strip()
    told = clone("verify HEAD~1", code=3).out
    assert told == (
        f"{short} regulations/callback.md: ivanova may not change regulations/callback.md: it is service's "
        "(ask service, or a head: petrova, sidorov, kim, orlova, smirnov)\nverified 1 commit: 1 problem\n"
    )
    found = clone.json("verify HEAD~1", code=3)["problems"]
    assert [(row["commit"][:10], row["path"], row["code"]) for row in found] == [
        (short, "regulations/callback.md", "not-owner")
    ]


def test_where_nobody_heads_anything_everybody_does(clone: Clone) -> None:
    people = "people:\n  ivanova: {email: ivanova@example.com}\n  kim: {email: kim@example.com}\n"
    clone.write("team.yaml", people)
    clone.write("desk.yaml", (clone.folder / "desk.yaml").read_text() + "# changed\n")
    assert clone("verify HEAD~1").code == 0


def test_a_person_without_an_address_is_their_handle_here(clone: Clone) -> None:
    clone.write("team.yaml", "people:\n  ivanova: {role: head}\n  kim: {email: ivanova@localhost}\n")
    clone.new("One")
    assert clone.git("log", "-1", "--format=%ae") == "ivanova@localhost\n"
    assert clone("verify HEAD~1").code == 0


def test_a_desk_whose_team_cannot_be_read_is_told(clone: Clone) -> None:
    clone.write("team.yaml", "colour: red\n")
    clone.git("commit", "-q", "--allow-empty", "-m", "Nothing")
    assert "“colour” is no key of team.yaml" in clone("verify HEAD~1", code=3).err


def test_a_record_in_the_wrong_folder_may_be_put_where_it_belongs(clone: Clone) -> None:
    right = record_path(clone.json(["new", "Rebar"])["id"])
    wrong, text = right.replace("/23/", "/24/"), (clone.folder / right).read_text()
    for old, new, code in ((right, wrong, 3), (wrong, right, 0)):
        clone.git("rm", "-q", "--cached", old)
        (clone.folder / old).unlink()
        clone.write(new, text)
        clone("verify HEAD~1", code=code)
        clone.person = "kim"


# The shared repository


def served(svc: Svc, folder: Path) -> Path:
    svc(f"server init {folder}")
    svc.git("push", "-q", str(folder), "main")
    svc.git("remote", "add", "origin", str(folder))
    return folder


def test_setting_up_says_what_comes_next_and_can_be_repeated(svc: Svc, tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "desk.git"
    made = svc(["server", "init", str(folder)]).out
    assert made.splitlines() == [
        f"made the shared repository {folder}",
        f"next, in the desk: git remote add origin {folder} && svcctl sync",
        f"then, each colleague: git clone {folder} desk",
    ]
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert svc(["server", "init", str(folder)]).out.startswith(f"set up the shared repository {folder}\n")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    for name in ("receive.denyNonFastForwards", "receive.denyDeletes", "receive.fsckObjects"):
        assert git(folder, "config", name) == "true\n"
    svc(["server", "init", "--group", str(folder)])
    assert git(folder, "config", "core.sharedRepository") in ("1\n", "group\n")


def test_what_is_there_already_is_left_alone(svc: Svc, tmp_path: Path) -> None:
    assert "has files of its own, and is no bare repository" in svc(f"server init {svc.folder}", code=1).err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x\n")
    assert "svcctl server init desk.git" in svc(f"server init {tmp_path / 'full'}", code=1).err
    git(tmp_path, "clone", "-q", "--bare", str(svc.folder), "old.git")
    hook = tmp_path / "old.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    refused = svc(f"server init {tmp_path / 'old.git'}", code=1)
    assert f"{hook} is there already, and not svcctl's" in refused.err
    assert "call svcctl hook pre-receive in it" in refused.err
    hook.unlink()
    svc(f"server init {tmp_path / 'old.git'}")
    assert "svcctl hook" not in hook.read_text().partition("exec")[0]


def test_a_folder_that_cannot_be_written(svc: Svc, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x\n")
    assert svc(f"server init {tmp_path / 'file' / 'hub.git'}", code=1).err.startswith("svcctl: ")


def test_the_configuration_of_the_server_cannot_take_the_hook_away(svc: Svc, tmp_path: Path) -> None:
    hub = served(svc, tmp_path / "hub.git")
    settings = tmp_path / "settings"
    settings.write_text("[core]\n\thooksPath = /nowhere\n")
    svc.write("README.md", "by a stranger\n")
    world = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)}
    done = subprocess.run(
        ["git", "-C", str(svc.folder), "push", "-q", str(hub), "main"], env=world, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"nobody in team.yaml has its author's address" in done.stderr


def test_a_server_that_takes_no_bare_repository_it_finds(svc: Svc, tmp_path: Path) -> None:
    hub = served(svc, tmp_path / "hub.git")
    settings = tmp_path / "settings"
    settings.write_text("[safe]\n\tbareRepository = explicit\n")
    svc.new("One")
    world = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings)}
    subprocess.run(["git", "-C", str(svc.folder), "push", "-q", str(hub), "main"], env=world, check=True)


def test_where_svcctl_is_gone_nothing_is_taken(svc: Svc, tmp_path: Path) -> None:
    hub = served(svc, tmp_path / "hub.git")
    hook = hub / "hooks" / "pre-receive"
    hook.write_text(hook.read_text().replace(os.path.abspath(sys.executable), "/nowhere/python"))
    svc.new("One")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("git", "sh", "pwd"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = subprocess.run(
        ["git", "-C", str(svc.folder), "push", "-q", str(hub), "main"],
        env={**os.environ, "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no push is taken: svcctl is not installed on this server any more" in done.stderr
    assert f"svcctl server init {hub}" in done.stderr


def test_sync_says_why_the_server_does_not_take_it(svc: Svc, tmp_path: Path) -> None:
    served(svc, tmp_path / "hub.git")
    clone = Clone(svc.folder, svc.monkeypatch)
    clone.write("desk.yaml", (svc.folder / "desk.yaml").read_text() + "# mine\n")
    refused = svc("sync --unverified", code=1)
    assert "ivanova may not change desk.yaml: only a head may (ask one of them: petrova" in refused.err
    assert "origin does not take the push" in refused.err


def test_the_first_push_has_to_be_a_desk(svc: Svc, tmp_path: Path) -> None:
    hub = tmp_path / "hub.git"
    svc(f"server init {hub}")
    git(tmp_path, "init", "-q", "-b", "main", "other")
    other = tmp_path / "other"
    (other / "link").symlink_to("/etc/passwd")
    (other / "team.yaml").write_text("colour: red\n")
    broken = other / "requests/2026/11/23/R-20261123-zzzzzz.yaml"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"\xff\n")
    (broken.parent / "R-20261123-yyyyyy.yaml").write_text("id: R-20261123-yyyyyy\n")
    git_as(other, "kim", "add", "-A")
    git_as(other, "kim", "commit", "-qm", "x")
    words = ["git", "-C", str(other), "push", "-q", str(hub), "main"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    for said in (
        "link: a symbolic link may lead out of the desk",
        "zzzzzz.yaml:1:1: the file is not UTF-8 here",
        "yyyyyy.yaml",
        "desk.yaml: desk.yaml is not in the push",
        "“colour” is no key of team.yaml",
    ):
        assert said in done.stderr, done.stderr
    assert git(hub, "for-each-ref") == ""
    for number in range(30):
        (other / f"more{number}").write_text("x\n")
    git_as(other, "kim", "add", "-A")
    git_as(other, "kim", "commit", "-qm", "x")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "more: svcctl verify" in done.stderr


def test_the_hook_looks_into_gits_own_quarantine_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "hub.git")
    hub = tmp_path / "hub.git"
    for place in ("/tmp", str(tmp_path), "objects/nowhere", "objects/../refs", "."):
        with pytest.raises(Refused, match="is no quarantine of this repository"):
            Git(str(hub)).look_into_quarantine(place)
    (hub / "objects" / "incoming-x").mkdir()
    own = Git(str(hub))
    monkeypatch.setenv("GIT_ALTERNATE_OBJECT_DIRECTORIES", "/etc")
    monkeypatch.setenv("GIT_DIR", "/etc")
    own.look_into_quarantine("objects/incoming-x")
    assert own.environment["GIT_OBJECT_DIRECTORY"] == str(hub / "objects" / "incoming-x")
    assert own.environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] == str(hub / "objects")
    assert own.environment["GIT_DIR"] == str(hub)
    monkeypatch.chdir(hub)
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.setenv("GIT_QUARANTINE_PATH", "/etc")
    assert run(Session(), ["hook", "pre-receive"]) == 1
