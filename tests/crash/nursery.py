"""Starts commands quickly: everything is imported once, each command runs in a fork.

Run as a program. Reads one JSON object a line:

- ``words``, ``environment``, ``folder``, ``out`` and ``err`` (paths): the command;
- ``stopped``: it waits for SIGCONT first;
- ``dice``: what chance is made of; the same text, the same ids; real chance if empty;
- ``patient``: all of it will be killed, and may have a moment to die;
- ``traced``: which of the gits that it starts, or all; a file; the strace to put before them, which writes that file;
- ``warm``: the command is run by this process itself.

Answers ``started PID``, then ``ended STATUS LIVING``: the status as ``os.wait`` gives it, and whether gits of the
command live on; or ``warm``. The object ``{}`` waits until no such git lives, and answers ``settled``. Every command
leads a session of its own, so that it can be killed with all its gits.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import importlib
import io
import json
import os
import pkgutil
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import svcctl.cli
import svcctl.exchange
import svcctl.store
from svcctl.cli.main import main, run
from svcctl.cli.session import Session

_SUBREAPER, _TRACER = 36, 0x59616D61
"""Of prctl(2): orphans become children of this process; who may trace this one."""


def serve() -> None:
    """Answers until its input ends."""
    # No more: the larger a process is, the longer a fork of it takes.
    for package in (svcctl.store, svcctl.exchange, svcctl.cli):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    gc.freeze()
    # Not sys.stdin: a command sets that up anew, which cannot be once it was read from.
    for line in os.fdopen(os.dup(0)):
        asked = json.loads(line)
        if not asked:
            while living():
                time.sleep(0.001)
            print("settled", flush=True)
            continue
        if asked["warm"]:
            warm(asked)
            print("warm", flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            born(asked)
        print(f"started {pid}", flush=True)
        status = os.waitpid(pid, 0)[1]
        print(f"ended {status} {int(left(bool(asked['patient'])))}", flush=True)


def warm(asked: dict[str, Any]) -> None:
    """Runs a command here, so that forks find parsed and compiled what it needs."""
    kept = dict(os.environ)
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        run(Session(), asked["words"])
    os.chdir("/")
    os.environ.clear()
    os.environ.update(kept)
    gc.collect()
    gc.freeze()


def living() -> bool:
    """Whether a process that a command has left behind lives; buries those that do not."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def left(patient: bool) -> bool:
    """Whether anything lives on."""
    for _ in range(5 if patient else 0):
        if not living():
            return False
        time.sleep(0.0005)
    return living()


def dice(seed: str) -> Callable[[int], bytes]:
    """Bytes that look like chance, the same for the same seed."""
    thrown = 0

    def throw(size: int) -> bytes:
        nonlocal thrown
        thrown += 1
        return hashlib.shake_128(f"{seed} {thrown}".encode()).digest(size)

    return throw


def trace(program: str, log: str, *strace: str) -> None:
    """Puts strace before gits that this process will start."""
    started: Counter[str] = Counter()

    class Traced(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, arguments: Sequence[str], **named: Any) -> None:
            if arguments[0] == "git":
                verb = verb_of(arguments)
                started[verb] += 1
                name = f"{verb}.{started[verb]}"
                if program == name:
                    arguments = [*strace, "-o", log, "--", *arguments]
                elif program == "all":
                    arguments = [*strace, "-o", f"{log}.{name}", "--", *arguments]
            super().__init__(arguments, **named)

    subprocess.Popen = Traced  # type: ignore[assignment,misc]


def verb_of(arguments: Sequence[str]) -> str:
    """The verb of a git's command line."""
    words = iter(arguments[1:])
    for word in words:
        if word in ("-c", "-C"):
            next(words)
        elif not word.startswith("-"):
            return word
    return ""


def born(asked: dict[str, object]) -> None:
    """Becomes the command."""
    os.setsid()
    for number, path in ((0, os.devnull), (1, str(asked["out"])), (2, str(asked["err"]))):
        descriptor = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[call-overload]
    os.chdir(str(asked["folder"]))
    if asked["traced"]:
        trace(*asked["traced"])  # type: ignore[misc]
    if asked["dice"]:
        os.urandom = dice(str(asked["dice"]))
    if asked["stopped"]:
        # Where only ancestors may trace (Yama), a process may allow it to others.
        ctypes.CDLL(None).prctl(_TRACER, ctypes.c_ulong(-1), 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
    code = 70
    try:
        code = main(asked["words"])  # type: ignore[arg-type]
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
