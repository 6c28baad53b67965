"""A person's own git beside svcctl: it is never broken, whatever svcctl does or was killed at."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Svc
from tests.crash.breaking import Bench, Point
from tests.crash.commands import WRITING, Stage
from tests.crash.recovery import Trial, check_clean

EDITOR = """\
#!/bin/sh
echo words >"$1"
: >"$READY"
read -r line <"$GO"
"""


def until(condition: Path) -> None:
    deadline = time.monotonic() + 20
    while not condition.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def editing(desk: Path, tmp_path: Path) -> subprocess.Popen[str]:
    """A ``git commit`` whose editor is open: it holds the index's lock. A line of input closes the editor."""
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    os.mkfifo(tmp_path / "go")
    (desk / "desk.yaml").write_text((desk / "desk.yaml").read_text() + "# edited\n")
    world = {**os.environ, "GIT_EDITOR": str(editor), "READY": str(tmp_path / "ready"), "GO": str(tmp_path / "go")}
    who = {f"GIT_{role}_{what}": f"{what}@x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    commit = subprocess.Popen(
        ["git", "-C", desk, "commit", "-qa"], env={**world, **who}, stderr=subprocess.PIPE, text=True
    )
    until(tmp_path / "ready")
    return commit


@pytest.fixture
def writing(svc: Svc, tmp_path: Path) -> subprocess.Popen[str]:
    return editing(svc.folder, tmp_path)


def closed(commit: subprocess.Popen[str], folder: Path) -> tuple[int, str]:
    """Closes the editor and waits for git."""
    (folder / "go").write_text("\n")
    complaint = commit.communicate()[1]
    return commit.returncode, complaint


def test_an_open_editor_keeps_its_lock(svc: Svc, tmp_path: Path, writing: subprocess.Popen[str]) -> None:
    lock = svc.folder / ".git" / "index.lock"
    before = lock.stat()
    made = svc(
        "new First", err="^recorded; but the files in the folder could not follow: another git command is at work"
    )
    assert made.id() in svc("list").out
    refused = svc("new Second", code=4)
    assert "another git command is at work in this desk" in refused.err and str(lock) in refused.err
    assert lock.stat() == before
    code, complaint = closed(writing, tmp_path)
    # svcctl was first: git itself says that the branch is elsewhere, and keeps what was edited.
    assert code == 128 and "cannot lock ref 'HEAD'" in complaint
    assert not lock.exists()
    svc("new Third", err="^finished what an interrupted command had begun: 1 file\n$")
    assert sorted(row["title"] for row in svc.json("list")) == ["First", "Third"]
    assert svc.git("diff", "HEAD", "--name-only").split() == ["desk.yaml"]


def test_an_open_editor_that_only_readers_meet(svc: Svc, tmp_path: Path, writing: subprocess.Popen[str]) -> None:
    svc("fsck")
    svc("status")
    assert closed(writing, tmp_path) == (0, "")
    svc("new First")
    assert svc.git("status", "--porcelain") == ""


def test_a_git_that_came_after_a_kill_keeps_its_lock(bench: Bench, stage: Stage, tmp_path: Path) -> None:
    """All of svcctl is killed while it holds the index's lock; a person deletes that and begins to commit."""
    trial = Trial(bench, stage, "note", WRITING["note"], tmp_path)
    desk = trial.fresh()
    ended = bench.broken(desk, trial.words, "ivanova", trial.case.now, Point("svcctl", "rename", 4), "group")
    lock = desk / ".git" / "index.lock"
    assert ended.hit and lock.read_bytes().startswith(b"svcctl ")
    lock.unlink()
    commit = editing(desk, tmp_path)
    before = lock.stat()
    refused = bench.run(desk, trial.words)
    assert refused.code == 4 and "another git command is at work in this desk" in refused.err
    assert lock.stat() == before
    assert closed(commit, tmp_path) == (0, "")
    done = bench.run(desk, trial.words)
    assert done.code == 0 and done.out, done
    check_clean(bench, desk)


def test_gits_housekeeping_disturbs_nothing(svc: Svc) -> None:
    """Branches are packed and objects swept while deeds are recorded."""
    request = svc.new()
    busy = subprocess.Popen(
        ["sh", "-c", "while :; do git pack-refs --all; git gc -q; done"],
        cwd=svc.folder,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for number in range(12):
            svc(["note", request, "-m", f"note {number}"])
    finally:
        os.killpg(busy.pid, signal.SIGTERM)
        busy.wait()
    assert [event["text"] for event in svc.json(f"show {request}")["events"]] == [f"note {n}" for n in range(12)]
    assert svc.git("fsck", "--strict", "--no-dangling", "--no-progress") == ""
