"""Breaks one system call of one program of a command: svcctl itself, or one of the gits it starts.

``strace --inject`` counts calls by process, so each process is traced alone, and only the one that is asked for: a git
that svcctl starts by putting strace before it (see ``nursery``; ``fast-import.1`` is the first of that verb), a git
that a git starts (``+unpack-objects.1``) by a small script in git's folder of programs that does so. So the N-th call
of each process can be hit, whatever the others do.

How a call is hit:

- ``alone``: the process is killed (SIGKILL) when it makes the call; the call is not made. The others live on.
- ``group``: the process stops after the call, with svcctl waiting for it or being it; then all are killed at once,
  as by a machine that loses its power, but for what the disk had not been told to keep.
- an error number (``ENOSPC``, ``EROFS``): the call fails with it; the program goes on.
"""

from __future__ import annotations

import gc
import io
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from svcctl.cli.main import run
from svcctl.cli.session import Session
from tests.conftest import NOW
from tests.crash.copies import Known
from tests.crash.nursery import dice

GIT = shutil.which("git") or "git"
KILLED = ("rename", "renameat", "renameat2", "link", "linkat", "fsync", "fdatasync", "unlink", "unlinkat")
WRITES = ("write", "pwrite64")
MAKES = ("openat", "mkdir", "mkdirat")
READING = (
    "cat-file",
    "ls-tree",
    "ls-files",
    "rev-parse",
    "rev-list",
    "config",
    "log",
    "diff-tree",
    "merge-base",
    "remote",
)
"""Gits that write nothing but answers into a pipe."""

BESIDE = "-DD -q -y"
"""How strace becomes a process beside the one it traces, which stays the child of whoever started it."""

WRAPPER = """\
#!/bin/sh
skip= verb=
for word do
    if [ "$skip" ]; then skip=; continue; fi
    case $word in -c|-C) skip=1 ;; -*) ;; *) verb=$word; break ;; esac
done
number=1
set -C
while ! { command : >"$BREAK_FOLDER/$verb.$number"; } 2>/dev/null; do number=$((number + 1)); done
if [ "$BREAK_PROGRAM" = "+$verb.$number" ] || [ "$BREAK_PROGRAM" = all ]; then
    exec strace $BREAK_OPTIONS -o "$BREAK_LOG${BREAK_ALL:+.+$verb.$number}" -- GIT "$@"
fi
exec GIT "$@"
"""
# The other side of a push is another machine: it lives on when this one dies.
REMOTE = """\
#!/bin/sh
unset GIT_EXEC_PATH
exec setsid {git} {verb} "$@"
"""


class Point(NamedTuple):
    """The ``number``-th ``call`` of a program of a command."""

    program: str
    call: str
    number: int

    def __str__(self) -> str:
        return f"{self.program}:{self.call}:{self.number}"


class Ended(NamedTuple):
    """How a command ended: its exit code, or minus the signal that killed it; ``hit`` is the broken call.

    ``living``: a git of it lives on.
    """

    code: int
    out: str
    err: str
    hit: str = ""
    living: bool = False


class Bench:
    """Runs commands in desks, whole or broken; ``memory`` is where they are copied to."""

    def __init__(self, folder: Path, memory: Path) -> None:
        self.folder, self.memory = folder, memory
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        self._script("git", WRAPPER.replace("GIT", GIT))
        for verb in ("receive-pack", "upload-pack"):
            self._script(f"git-{verb}", REMOTE.format(git=GIT, verb=verb))
        for name in ("git-remote-http", "git-remote-https"):
            if os.path.exists(f"/usr/lib/git-core/{name}"):
                (self.bin / name).symlink_to(f"/usr/lib/git-core/{name}")
        self.known, self.tidy, self.sound = Known(), Known(), Known()
        # What the tests keep is not looked through for garbage again and again.
        gc.collect()
        gc.freeze()
        self.log = folder / "log"
        self.seen = folder / "seen"
        self.nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parent.parent.parent,
        )

    def close(self) -> None:
        """Ends what starts commands."""
        self.nursery.communicate()

    def _script(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def run(
        self, desk: Path, words: Sequence[str], person: str = "ivanova", now: str = NOW, dice: bool = False
    ) -> Ended:
        """Runs a command to its end; with ``dice`` it draws the ids that it draws when it is broken."""
        self._begin(desk, words, person, now, {}, dice=dice)
        return self._ended()

    def here(self, desk: Path, words: Sequence[str], person: str = "ivanova", now: str = NOW) -> Ended:
        """Runs a command to its end in this process, which costs least; the same ids are drawn by the same words."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(desk)
            patch.setenv("SVCCTL_PERSON", person)
            patch.setenv("SVCCTL_NOW", now)
            patch.setattr(sys, "stdin", io.StringIO())
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setattr(os, "urandom", dice(" ".join(("here", person, now, *words))))
            code = run(Session(), list(words))
        return Ended(code, out.getvalue(), err.getvalue())

    def settle(self) -> None:
        """Waits for whatever a broken command has left to end."""
        self._ask({})
        assert self._line() == "settled"

    def calls(
        self, desk: Path, words: Sequence[str], person: str, now: str, wanted: Sequence[str]
    ) -> dict[str, list[str]]:
        """Runs a command and returns the lines of strace, by program."""
        options = f"-e trace={','.join(wanted)} -e signal=none"
        self._clear()
        environment = self._wrapped("all", options) | {"BREAK_ALL": "1"}
        traced = self._traced("all", options)
        pid = self._begin(desk, words, person, now, environment, stopped=True, dice=True, traced=traced)
        tracer = self._attach(pid, options.split())
        ended = self._ended()
        tracer.communicate()
        self.settle()
        assert ended.code in (0, 5), ended
        found = {"svcctl": self.log.read_text().splitlines()}
        for path in sorted(self.folder.glob("log.*")):
            program = path.name.removeprefix("log.")
            if program.lstrip("+").split(".")[0] not in READING:
                found[program] = path.read_text(errors="replace").splitlines()
        return {
            program: [line for line in lines if "(" in line and not line.startswith(("+", "-"))]
            for program, lines in found.items()
        }

    def broken(self, desk: Path, words: Sequence[str], person: str, now: str, point: Point, how: str) -> Ended:
        """Runs a command with one call broken."""
        fault = {"alone": "signal=SIGKILL", "group": "signal=SIGSTOP"}.get(how, f"error={how}")
        options = f"-e trace={point.call} -e inject={point.call}:{fault}:when={point.number}"
        self._clear()
        if how == "group":
            os.mkfifo(self.log)
        watched = os.open(self.log, os.O_RDONLY | os.O_NONBLOCK) if how == "group" else -1
        own = point.program == "svcctl"
        environment = self._wrapped(point.program, options) if point.program.startswith("+") else {}
        traced = [] if own or environment else self._traced(point.program, options)
        patient = how == "group"
        pid = self._begin(desk, words, person, now, environment, stopped=own, dice=True, patient=patient, traced=traced)
        tracer = self._attach(pid, options.split()) if own else None
        hit = self._kill_when_stopped(watched, pid) if how == "group" else ""
        ended = self._ended()
        if tracer is not None:
            tracer.communicate()
        if how == "group":
            os.close(watched)
        else:
            hit = self._hit(how)
        return ended._replace(hit=hit)

    def _hit(self, how: str) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        mark = "+++ killed by SIGKILL" if how == "alone" else "(INJECTED)"
        if mark not in text:
            return ""
        lines = [line for line in text.splitlines() if "(" in line and not line.startswith("+++")]
        return next((line for line in lines if "(INJECTED)" in line), lines[-1] if lines else "?")

    def _kill_when_stopped(self, watched: int, pid: int) -> str:
        """Kills the command and its gits when the traced one stops; returns the call, empty if it never stops."""
        text = ""
        assert self.nursery.stdout is not None
        answers = self.nursery.stdout.fileno()
        while True:
            ready, _, _ = select.select([watched, answers], [], [], 120)
            assert ready, "the command hangs"
            if watched in ready:
                block = os.read(watched, 65536).decode(errors="replace")
                text += block
                # Whoever is attached to begins with being stopped: what counts comes after a call.
                if re.search(r"^[a-z0-9]+\(.*stopped by SIGSTOP", text, re.DOTALL | re.MULTILINE):
                    os.killpg(pid, signal.SIGKILL)
                    return [line for line in text.splitlines() if "(" in line][-1]
                if not block and answers not in ready:
                    # Nobody has opened it yet, or the traced one has ended.
                    time.sleep(0.001)
            if answers in ready:
                return ""

    def _clear(self) -> None:
        shutil.rmtree(self.seen, ignore_errors=True)
        self.seen.mkdir()
        for path in (self.log, *self.folder.glob("log.*")):
            path.unlink(missing_ok=True)

    def _wrapped(self, program: str, options: str) -> dict[str, str]:
        return {
            "GIT_EXEC_PATH": str(self.bin),
            "BREAK_FOLDER": str(self.seen),
            "BREAK_PROGRAM": program,
            "BREAK_OPTIONS": f"{BESIDE} {options}",
            "BREAK_LOG": str(self.log),
        }

    def _traced(self, program: str, options: str) -> list[str]:
        return [program, str(self.log), "strace", *BESIDE.split(), *options.split()]

    def _attach(self, pid: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
        tracer = subprocess.Popen(["strace", "-y", "-o", self.log, *options, "-p", str(pid)], stderr=subprocess.PIPE)
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        assert b"attached" in said, said
        os.kill(pid, signal.SIGCONT)
        return tracer

    def warm(self, desk: Path, words: Sequence[str], person: str, now: str) -> None:
        """Lets the nursery run a command itself, after which its children run it faster."""
        self._ask(self._asked(desk, words, person, now, {}) | {"warm": True})
        assert self._line() == "warm"

    def _begin(
        self,
        desk: Path,
        words: Sequence[str],
        person: str,
        now: str,
        environment: dict[str, str],
        *,
        stopped: bool = False,
        dice: bool = False,
        patient: bool = False,
        traced: Sequence[str] = (),
    ) -> int:
        chance = " ".join((person, now, *words)) if dice else ""
        how = {"stopped": stopped, "dice": chance, "patient": patient, "traced": list(traced)}
        self._ask(self._asked(desk, words, person, now, environment) | how)
        started = self._line()
        pid = int(started.removeprefix("started "))
        while stopped and "\nState:\tT" not in Path(f"/proc/{pid}/status").read_text():
            time.sleep(0.001)
        return pid

    def _asked(
        self, desk: Path, words: Sequence[str], person: str, now: str, environment: dict[str, str]
    ) -> dict[str, object]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        own = {
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "TZ": "UTC",
            "SVCCTL_PERSON": person,
            "SVCCTL_NOW": now,
        }
        return {
            "words": list(words),
            "environment": {**kept, **own, **environment},
            "folder": str(desk),
            "out": str(self.folder / "out"),
            "err": str(self.folder / "err"),
            "warm": False,
        }

    def _ask(self, asked: dict[str, object]) -> None:
        assert self.nursery.stdin is not None
        self.nursery.stdin.write(json.dumps(asked).encode() + b"\n")
        self.nursery.stdin.flush()

    def _line(self) -> str:
        """One line of the nursery's, byte by byte: whoever waits for it asks the pipe, which no buffer may empty."""
        assert self.nursery.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self.nursery.stdout.fileno(), 1)
            assert byte, "the nursery has died"
            line += byte
        return line.decode().rstrip("\n")

    def _ended(self) -> Ended:
        status, living = map(int, self._line().removeprefix("ended ").split())
        code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
        return Ended(code, (self.folder / "out").read_text(), (self.folder / "err").read_text(), living=bool(living))


def points(calls: dict[str, list[str]], pipes: bool = True) -> list[Point]:
    """The calls of a command's programs that can leave something half-done, from the lines of strace.

    All renames, links, syncs and removals, and all writes to files. Of writes into pipes one after the other the first
    is taken: nothing changes on the disk between them. Gits that only answer are left out for the same reason. Without
    ``pipes`` writes into them are left out: no pipe is ever full as a disk is.
    """
    found: list[Point] = []
    for program, lines in calls.items():
        counts: dict[str, int] = {}
        piped = False
        for line in lines:
            call = line.split("(", 1)[0]
            counts[call] = counts.get(call, 0) + 1
            into_pipe = call in WRITES and "<pipe:" in line.split(",")[0]
            if changes(call, line) and not (into_pipe and (piped or not pipes)):
                found.append(Point(program, call, counts[call]))
                piped = into_pipe
    return found


_CREATES = re.compile(r"O_CREAT|O_TRUNC")


def changes(call: str, line: str) -> bool:
    """Whether a call does something: opening for reading, or removing what is not there, does not."""
    if call == "openat":
        return _CREATES.search(line) is not None and "/dev/null" not in line
    return "ENOENT" not in line and "EEXIST" not in line
