"""Runs the program of a person's choice with a document on its standard input; never through a shell."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import Usage

SECONDS = 60


def words(command: str) -> list[str]:
    """The command as a list of arguments.

    Raises:
        Usage: it cannot be read, is empty, or there is no such program.
    """
    try:
        found = shlex.split(command)
    except ValueError as error:
        raise _no_command(command, Message("{why}", why=error)) from None
    if not found or shutil.which(found[0]) is None:
        raise _no_command(command, Message("there is no such program"))
    return found


def _no_command(command: str, why: Message) -> Usage:
    return Usage(
        Message("“{command}” cannot be run: {why}", command=command, why=why),
        Message("give a program and its arguments: --exec '/usr/local/bin/tell --channel ops'"),
        code="exec",
    )


def run(command: Sequence[str], document: str, seconds: float = SECONDS) -> Message | None:
    """Runs a program with a document on its standard input; says why it failed, None where it did not.

    What it prints is dropped but for the last line of its complaints.
    """
    try:
        done = subprocess.run(
            list(command),
            input=document.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Message("it did not end within {n} s", n=seconds)
    except OSError as error:
        return Message("{why}", why=error.strerror or error)
    if done.returncode == 0:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if not lines:
        return Message("it failed with exit code {code}", code=done.returncode)
    return Message("it failed with exit code {code}: {words}", code=done.returncode, words=lines[-1])
