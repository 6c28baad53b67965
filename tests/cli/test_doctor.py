"""doctor: every trouble it knows, provoked on a real desk."""

from __future__ import annotations

import configparser
import os
import re
import shutil
from pathlib import Path

import pytest

from svcctl.store.doctor import PACKAGES
from tests.conftest import Svc, git

NAMES = [
    "git", "python", "packages", "encoding", "desk", "identity", "files", "branch", "clock", "leftovers", "edits",
    "hooks", "programs", "merging", "history", "writing",
]  # fmt: skip


def look(svc: Svc) -> dict[str, tuple[str, str]]:
    """What is to be looked at, by name: what was found, and what to do."""
    value = svc.json("doctor --exit-code", code=5)
    bad = {check["name"]: (check["found"], check["todo"]) for check in value["checks"] if check["status"] == "look"}
    assert value["look"] == len(bad)
    assert all(todo for _, todo in bad.values())
    return bad


def only(svc: Svc, name: str) -> tuple[str, str]:
    bad = look(svc)
    assert list(bad) == [name]
    return bad[name]


def test_a_desk_in_order(svc: Svc) -> None:
    value = svc.json("doctor --exit-code")
    assert [check["name"] for check in value["checks"]] == NAMES
    assert value["look"] == 0
    lines = svc("doctor").out.splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", name] for name in NAMES]
    assert "ivanova (by SVCCTL_PERSON)" in lines[5]


def test_outside_a_desk(svc: Svc, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    git(tmp_path, "config", "--file", str(tmp_path / "conf"), "user.email", "x@example.com")
    svc.environment["GIT_CONFIG_GLOBAL"] = str(tmp_path / "conf")
    text = svc(["-C", str(empty), "doctor"]).out
    assert "look  desk        there is no desk in" in text
    assert "make one: svcctl init DIR" in text
    assert "ok    identity    x@example.com (git user.email)" in text
    assert svc(["-C", str(empty), "doctor", "--exit-code"], code=5)


def test_outside_a_desk_without_an_identity(svc: Svc, tmp_path: Path) -> None:
    assert "look  identity    git has no user.email" in svc(["-C", str(tmp_path), "doctor"]).out


def test_no_git(svc: Svc, tmp_path: Path) -> None:
    svc.environment["PATH"] = str(tmp_path / "nothing")
    bad = look(svc)
    assert bad["git"] == ("there is no git on the PATH", "install git (apt install git), or put it on the PATH")
    assert "desk" not in bad, "what is looked at is read without git"


def test_an_old_git(svc: Svc, tmp_path: Path) -> None:
    program = tmp_path / "old" / "git"
    program.parent.mkdir()
    real = shutil.which("git")
    program.write_text(
        '#!/bin/sh\nfor word; do [ "$word" = --version ] && echo "git version 2.25.1 (Apple Git-1)" && exit; done\n'
        f'exec {real} "$@"\n'
    )
    program.chmod(0o755)
    svc.environment["PATH"] = f"{program.parent}:{os.environ['PATH']}"
    assert only(svc, "git") == ("git version 2.25.1 (Apple Git-1)", "install git 2.31 or newer")


def test_an_unknown_person(svc: Svc) -> None:
    svc.person = "nobody"
    assert only(svc, "identity")[0] == "nobody called “nobody” is in team.yaml"


def test_a_detached_head(svc: Svc) -> None:
    svc.git("checkout", "-q", "--detach")
    assert only(svc, "branch") == (
        "HEAD is detached: nothing can be recorded",
        "git switch main (or the branch you work on)",
    )


def test_a_clock_that_is_wrong(svc: Svc) -> None:
    svc.now = "2026-01-05T10:00:00+03:00"
    found, _ = only(svc, "clock")
    assert re.fullmatch(r"the last commit is \d+ days in the future", found)


def test_what_an_interrupted_command_left(svc: Svc) -> None:
    own = svc.folder / ".git/svcctl"
    own.mkdir(exist_ok=True)
    (own / "intent.json").write_text('{"tip": "x", "paths": []}')
    assert only(svc, "leftovers")[1] == "nothing to do: the next command that writes finishes it"
    (own / "intent.json").unlink()
    (svc.folder / ".git/refs/heads/main.lock").write_text("")
    found, todo = only(svc, "leftovers")
    assert found == f"left by a git command that was killed: {svc.folder}/.git/refs/heads/main.lock"
    assert todo.endswith("main.lock")


def test_edits_of_every_kind(svc: Svc) -> None:
    svc.write("desk.yaml", (svc.folder / "desk.yaml").read_bytes() + b"# x\n", commit=False)
    svc.write("clients/новый.yaml", "name: x\n", commit=False)
    (svc.folder / "clients/zoo.yaml").unlink()
    svc.write("clients/staged.yaml", "name: y\n", commit=False)
    svc.git("add", "clients/staged.yaml")
    found, todo = only(svc, "edits")
    assert found == "4 files are not committed: clients/staged.yaml, clients/zoo.yaml, clients/новый.yaml, desk.yaml"
    assert "git add -A && git commit -m WHY" in todo


def test_hooks_that_plain_git_would_run(svc: Svc) -> None:
    hook = svc.folder / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    assert svc.json("doctor")["look"] == 0
    hook.chmod(0o755)
    assert only(svc, "hooks")[0] == "plain git commands run post-commit; svcctl does not"
    hook.unlink()
    (svc.folder / "my").mkdir()
    (svc.folder / "my/pre-push").write_text("#!/bin/sh\n")
    (svc.folder / "my/pre-push").chmod(0o755)
    svc.git("config", "core.hooksPath", "my")
    assert "pre-push" in look(svc)["hooks"][0]


def test_settings_that_run_programs_are_named_and_not_run(svc: Svc) -> None:
    trap = svc.folder / "trap.sh"
    svc.git("config", "filter.x.clean", f"touch {svc.folder}/sprung; cat")
    svc.git("config", "core.fsmonitor", f"{trap}")
    trap.write_text(f"#!/bin/sh\ntouch {svc.folder}/sprung\n")
    trap.chmod(0o755)
    (svc.folder / ".git/info/attributes").write_text("* filter=x\n")
    os.utime(svc.folder / "desk.yaml", (1, 1))
    bad = look(svc)
    assert bad["programs"][0].endswith("core.fsmonitor, filter.x.clean")
    assert bad["edits"][0] == "1 file is not committed: trap.sh"
    assert not (svc.folder / "sprung").exists()


def test_records_that_would_conflict(svc: Svc) -> None:
    svc.git("rm", "-q", ".gitattributes")
    svc.git("commit", "-qm", "x")
    assert only(svc, "merging")[1].endswith("requests/**/*.yaml merge=union")


def test_a_shallow_clone(svc: Svc, tmp_path: Path) -> None:
    svc.new()
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{svc.folder}", str(tmp_path / "shallow"))
    svc.folder = tmp_path / "shallow"
    assert only(svc, "history")[1] == "git fetch --unshallow"


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(svc: Svc) -> None:
    svc.folder.chmod(0o500)
    try:
        assert look(svc)["writing"][0] == f"you cannot write {svc.folder}"
    finally:
        svc.folder.chmod(0o700)


def test_files_that_cannot_be_read(svc: Svc) -> None:
    svc.write("desk.yaml", "name: [\n")
    bad = look(svc)
    assert bad["files"][0].startswith("desk.yaml:2:1: not valid YAML")
    assert bad["files"][1] == "svcctl fsck lists every problem"
    assert "clock" not in bad


def test_a_team_of_nobody(svc: Svc) -> None:
    svc.write("team.yaml", "people:\n")
    assert look(svc)["files"][0].endswith("0 people in team.yaml")


def test_a_linked_worktree(svc: Svc, tmp_path: Path) -> None:
    svc.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "linked"))
    svc.folder = tmp_path / "linked"
    assert svc.json("doctor")["look"] == 0


def test_an_ordinary_locale_is_in_order(svc: Svc) -> None:
    svc.environment["LC_ALL"] = "C"
    (check,) = [check for check in svc.json("doctor")["checks"] if check["name"] == "encoding"]
    assert (check["status"], check["found"]) == ("ok", "utf-8, locale C")


def test_the_packages_are_those_of_the_project() -> None:
    parser = configparser.ConfigParser()
    parser.read(Path(__file__).parents[2] / "setup.cfg")
    wanted = dict(line.split(">=") for line in parser["options"]["install_requires"].split())
    assert {name.partition("[")[0]: oldest for name, oldest in wanted.items()} == PACKAGES


def test_a_pipe_in_the_place_of_a_file_does_not_hold_it_up(svc: Svc) -> None:
    (svc.folder / "team.yaml").unlink()
    os.mkfifo(svc.folder / "team.yaml")
    assert look(svc)["edits"][0] == "1 file is not committed: team.yaml"
