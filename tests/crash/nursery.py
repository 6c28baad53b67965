"""Starts commands quickly: everything is imported once, each command runs in a fork.

Run as a program. Reads one JSON object a line: ``words``, ``environment``, ``folder``, ``out`` and ``err`` (paths),
``stopped`` (wait for SIGCONT first). Answers ``started PID``, then ``ended STATUS`` as ``os.wait`` gives it. Every
command leads a session of its own, so that it can be killed with all its gits.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import signal
import sys
import traceback

import svcctl.cli
import svcctl.exchange
import svcctl.store


def serve() -> None:
    """Answers until its input ends."""
    for package in (svcctl.store, svcctl.exchange, svcctl.cli):
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    # Not sys.stdin: a command sets that up anew, which cannot be once it was read from.
    for line in os.fdopen(os.dup(0)):
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            born(asked)
        print(f"started {pid}", flush=True)
        print(f"ended {os.waitpid(pid, 0)[1]}", flush=True)


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
    if asked["stopped"]:
        # Where only ancestors may trace (Yama), a process may allow it to others: prctl(PR_SET_PTRACER, ANY).
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
        os.kill(os.getpid(), signal.SIGSTOP)
    from svcctl.cli.main import main

    code = 70
    try:
        main(asked["words"])  # type: ignore[arg-type]
    except SystemExit as end:
        code = int(end.code or 0)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
