"""kill -9 at any moment of a writing command: what was said to have happened has, and nothing is half-done.

A writer notes one line after the other and acknowledges each; it is killed at a random moment. Whatever the moment,
the next command works without being helped, also against locks that killed gits have left; every acknowledged note is
in the committed record, at most one more is, and worktree, index and branch agree.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svcctl.model.ids import record_path
from svcctl.store.records import parse_record
from tests.conftest import NOW, Figure, Svc

# One process with everything imported; each line it is given starts a writer, a fork that leads a session of its own.
WRITERS = """
import os, sys
from svcctl.cli.main import run
from svcctl.cli.session import Session
def write(request, kill):
    for number in range(10_000):
        code = run(Session(), ["note", request, "-m", f"kill {kill} note {number}"])
        if code:
            print("exit", code)
sys.stdout.reconfigure(line_buffering=True)
for line in sys.stdin:
    writer = os.fork()
    if writer == 0:
        os.setsid()
        print("started", os.getpid())
        write(*line.split())
    os.waitpid(writer, 0)
    print("ended")
"""


class Writers:
    """Starts writers that note one line after the other, and kills them."""

    def __init__(self, svc: Svc, dice: random.Random) -> None:
        self._dice = dice
        self._process = subprocess.Popen(
            [sys.executable, "-c", WRITERS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "SVCCTL_DESK": str(svc.folder), "SVCCTL_PERSON": "ivanova", "SVCCTL_NOW": NOW},
        )

    def close(self) -> None:
        """Ends the process that starts them."""
        assert self._process.communicate()[0] == ""

    def killed(self, request: str, kill: int, group: bool) -> int:
        """Starts a writer, kills it at a random moment, and returns how many notes it said were done."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(f"{request} {kill}\n")
        self._process.stdin.flush()
        writer = int(self._process.stdout.readline().removeprefix("started "))
        said = [self._process.stdout.readline()]
        time.sleep(self._dice.uniform(0, 0.06))
        (os.killpg if group else os.kill)(writer, signal.SIGKILL)
        while not said[-1].startswith("ended"):
            said.append(self._process.stdout.readline())
            assert said[-1], said
        assert all(line.endswith(" note kept; nobody yet (sales)\n") for line in said[:-1]), said
        return len(said) - 1


def notes(svc: Svc, full_id: str) -> list[str]:
    text = svc.git("show", f"HEAD:{record_path(full_id)}")
    record = parse_record(text, record_path(full_id))
    assert record.problems == []
    assert [event.n for event in record.events] == list(range(1, len(record.events) + 1))
    return [event.__dict__["text"] for event in record.events]


def check_whole(svc: Svc) -> None:
    """Branch, index and worktree agree, and nothing that svcctl makes lies about."""
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    own = svc.folder / ".git" / "svcctl"
    assert not (own / "intent.json").exists()
    assert not list((svc.folder / ".git").rglob("*.lock"))


def rounds(svc: Svc, number: int, seed: int, group: bool, figure: Figure) -> None:
    dice = random.Random(seed)
    full_id = svc.json(["new", "Killed"])["id"]
    expected: list[str] = []
    writers = Writers(svc, dice)
    for kill in range(number):
        acknowledged = writers.killed(full_id, kill, group)
        svc(
            ["note", full_id, "-m", f"after {kill}"],
            err="^(finished what an interrupted command had begun: 1 file\n)?$",
        )
        found = notes(svc, full_id)
        own = [f"kill {kill} note {n}" for n in range(acknowledged + 1)]
        after = [f"after {kill}"]
        assert found in ([*expected, *own[:-1], *after], [*expected, *own, *after])
        expected = found
        check_whole(svc)
    writers.close()
    assert svc.git("fsck", "--strict", "--no-dangling", "--connectivity-only") == ""
    figure(f"killed at random, {'the whole group' if group else 'the command alone'}", number)
    figure("acknowledged before they were killed, and kept", len(expected))
    svc("check", now="2026-11-23T10:05:00+03:00")


@pytest.mark.parametrize("seed", [1, 2])
def test_killing_the_command(svc: Svc, seed: int, figure: Figure) -> None:
    rounds(svc, 6, seed, False, figure)


@pytest.mark.parametrize("seed", [3, 4])
def test_killing_the_command_and_its_gits(svc: Svc, seed: int, figure: Figure) -> None:
    rounds(svc, 6, seed, True, figure)


SLOW_GIT = """\
#!/bin/sh
case " $* " in *" {verb} "*) sleep 0.4 ;; esac
exec {git} "$@"
"""


@pytest.mark.parametrize("verb", ["fast-import", "update-index"])
def test_a_git_that_outlives_its_command_is_waited_for(
    svc: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    request = svc.new()
    # An index of this version is left to git.
    svc.git("update-index", "--index-version", "4")
    real = shutil.which("git")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    slow.write_text(SLOW_GIT.format(git=real, verb=verb))
    slow.chmod(0o755)
    intent = svc.folder / ".git" / "svcctl" / "intent.json"
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{slow.parent}:{os.environ['PATH']}")
        command = subprocess.Popen(
            [sys.executable, "-m", "svcctl", "-C", svc.folder, "--as", "ivanova", "note", request, "-m", "one"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        until = time.monotonic() + 20
        while not intent.exists() and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(0.15)
        command.kill()
        command.communicate()
    svc(f"note {request} -m two", err="^(finished what an interrupted command had begun: 1 file\n)?$")
    # Nobody was told that the first one has happened: it may have, or not.
    assert [event["text"] for event in svc.json(f"show {request}")["events"]] in (["two"], ["one", "two"])
    check_whole(svc)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 20))
@pytest.mark.parametrize("group", [False, True])
def test_killing_it_again_and_again(svc: Svc, seed: int, group: bool, figure: Figure) -> None:
    rounds(svc, 50, seed, group, figure)
