"""Where a command line is run, and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import errno
import os
import sys

from svcctl.cli import question
from svcctl.cli.session import Session, unprinted
from svcctl.cli.verbs import TABLE, imported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def main(arguments: list[str] | None = None) -> int:
    """Runs the program, with everything printed, and returns the process's exit code."""
    _open_closed()
    _speak_utf8()
    session = Session()
    code = 0
    try:
        code = run(session, arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone (svcctl list | head): nothing is wrong.
        _print_no_more()
        code = 0
    except OSError as error:
        _print_no_more()
        code = code or _refused(session, unprinted(error))
    return code


def _print_no_more() -> None:
    """What is still to be printed goes nowhere: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_closed() -> None:
    """What cron or a shell (``>&-``) has closed leads nowhere: else a file would be opened under its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (it stays open to the end)


def _speak_utf8() -> None:
    """Data has any script, whatever the locale says."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="surrogateescape" if stream is sys.stdin else "backslashreplace"
            )


def run(session: Session, arguments: list[str] | None = None) -> int:
    """Runs one command line and returns the exit code."""
    try:
        return _run(session, arguments)
    finally:
        session.close()


def _run(session: Session, arguments: list[str] | None) -> int:
    from svcctl.model.problems import SvcctlError

    try:
        return _answered(session, sys.argv[1:] if arguments is None else arguments)
    except SvcctlError as error:
        if session.options.get("debug"):
            raise
        return _refused(session, error)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:
        raise
    except Exception as error:
        if _may_be_asked_again(session, error):
            return _run(session, arguments)
        if session.options.get("debug"):
            raise
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return _refused(session, _no_room(error))
        return _bug(session, error)


def _answered(session: Session, line: list[str]) -> int:
    asked = question.asked(line, lambda verb: imported(verb, TABLE[verb]) if verb in TABLE else None)
    if asked is not None:
        try:
            return asked.answer(session)
        except Exception as error:
            # Words that contradict each other: click says of what command they are.
            if not (click := sys.modules.get("click")) or not isinstance(error, click.ClickException):
                raise
    from svcctl.cli.program import run_by_click

    return run_by_click(session, line)


def _no_room(error: OSError) -> Any:
    """The refusal of a disk that is full or read-only, wherever it was met; without a name it is our own output."""
    from svcctl.store.lock import not_writable

    return not_writable(error) if error.filename else unprinted(error)


def _may_be_asked_again(session: Session, error: Exception) -> bool:
    """Whether the index was damaged; it is asked before anything is written or printed, and is made anew."""
    from svcctl.store.index import Damaged

    if not isinstance(error, Damaged) or session.was_asked_again:
        return False
    session.close()
    session.begin_anew()
    return True


def _refused(session: Session, error: Any) -> int:
    from svcctl.cli.errors import print_error

    print_error(session, error)
    code: int = error.exit_code
    return code


def _bug(session: Session, error: Exception) -> int:
    from svcctl.cli.errors import print_bug

    print_bug(session, error)
    return 70
