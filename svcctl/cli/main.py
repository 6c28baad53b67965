"""The program: its table of commands, and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

import click

from svcctl import __version__
from svcctl.cli.command import LazyGroup
from svcctl.cli.session import Session, unprinted

SECTIONS = (
    (
        "Begin",
        {
            "init": ("beginning", "Make a desk."),
            "demo": ("demo", "Make a demo desk and walk the main job."),
            "status": ("overview", "The desk in a few lines, and your own day in it."),
            "whoami": ("beginning", "Who acts, and why."),
            "doctor": ("doctor", "Look for what is wrong with this machine and desk."),
        },
    ),
    (
        "A client's matter",
        {
            "new": ("opening", "Open a request."),
            "errand": ("opening", "Ask a colleague for something, with a controller and a deadline."),
            "errands": ("errands", "Recurring errands; open what is due of them."),
            "note": ("talking", "Write something down for colleagues."),
            "message": ("talking", "Keep a message from or to the client."),
            "promise": ("talking", "Promise the client something for a moment."),
            "kept": ("talking", "A promise was kept."),
            "broken": ("talking", "A promise was not kept, and why."),
            "rate": ("talking", "Keep the client's rating, 0 to 10."),
        },
    ),
    (
        "Who has it",
        {
            "take": ("holding", "Take what nobody has."),
            "release": ("holding", "Give it back to the department."),
            "assign": ("holding", "Tell a colleague to work on it."),
            "handoff": ("holding", "Pass it to a person or department, who accept or return it."),
            "accept": ("holding", "Accept a hand-off."),
            "return": ("holding:return_", "Return a hand-off, and why."),
            "recall": ("holding", "Take back a hand-off that is not accepted yet."),
        },
    ),
    (
        "The work",
        {
            "done": ("working", "Finish the current stage; the next one starts."),
            "decide": ("deciding", "Decide by the regulation's criteria."),
            "wait": ("working", "Wait for somebody outside; clocks that allow it stand still."),
            "resume": ("working", "The wait is over."),
            "worked": ("working", "Write down time spent."),
            "set": ("working:set_", "Change a title, priority, client, or any field."),
            "resolve": ("working", "The matter is settled."),
            "reopen": ("working", "It was not settled after all."),
            "cancel": ("working", "It will not be done, and why."),
            "link": ("linking", "Link two requests."),
            "undo": ("undoing", "Take back your last deed in a request."),
            "merge": ("linking", "Merge a request into another."),
        },
    ),
    (
        "Look",
        {
            "list": ("listing:list_", "List requests by any filter."),
            "mine": ("listing", "What is in your hands."),
            "board": ("board", "A board by status or stage."),
            "agenda": ("agenda", "What is due today and on the next working days."),
            "search": ("listing", "Look for words in titles, texts and notes."),
            "show": ("showing", "A request as it stands."),
            "log": ("showing", "What happened to a request, with the commits."),
            "explain": ("explaining", "A deadline, segment by segment."),
            "check": ("checking", "What is late, due soon, or dropped; silent when all is well."),
        },
    ),
    (
        "The desk",
        {
            "report": ("reports", "Reports on a period."),
            "offer": ("offers", "Commercial offers."),
            "regulation": ("regulations", "Regulations: list, show, lint."),
            "calendar": ("calendars", "Working time: show, month, add, between, import."),
            "client": ("clients", "Clients: list, add, show."),
            "team": ("team", "People and departments: list, add."),
            "import": ("importing:import_", "Bring in an event log."),
            "export": ("exporting", "A calendar feed of what is due."),
            "sync": ("syncing", "Bring this clone and another repository together."),
            "conflicts": ("conflicts", "Deeds that do not count because another clone's did."),
            "verify": ("verifying", "Check that commits change only what their authors may."),
            "server": ("server", "A shared repository that verifies every push."),
            "hook": ("server:hook", "What git runs in a shared repository."),
            "fsck": ("fsck", "Check every file of the desk."),
            "archive": ("archiving", "Take closed years out of the folder; they stay in the commits."),
            "completion": ("completion", "Shell completion for bash, zsh, fish."),
        },
    ),
)


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class Program(LazyGroup):
    """The top group."""


def print_version(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """``--version``; click's own looks for translations of its words, which are not ours, at every start."""
    if is_asked and not ctx.resilient_parsing:
        click.echo(f"svcctl, version {__version__}")
        ctx.exit()


@click.group(
    cls=Program,
    sections=SECTIONS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
    help="Show the version and exit.",
)
@click.pass_context
def program(ctx: click.Context) -> None:
    """A plain-text service desk in a git repository.

    Requests, hand-offs and deadlines as YAML files; every deed is a commit. An ID is any unambiguous part of 3 or
    more characters of a request's id.
    """


def main(arguments: list[str] | None = None) -> None:
    """Runs the program and ends the process with its exit code."""
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
    sys.exit(code)


def _print_no_more() -> None:
    """What is still to be printed goes nowhere: Python would try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
        value: Any = program.main(args=arguments, standalone_mode=False, obj=session)
        return value if isinstance(value, int) else 0
    except SvcctlError as error:
        if session.options.get("debug"):
            raise
        return _refused(session, error)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        return _misunderstood(session, error)
    except (KeyboardInterrupt, click.Abort):
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:
        raise
    except SystemExit:
        # Outside of its standalone mode click leaves by itself only where the reader of a pipe has gone.
        raise BrokenPipeError from None
    except Exception as error:
        if _may_be_asked_again(session, error):
            return _run(session, arguments)
        if session.options.get("debug"):
            raise
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return _refused(session, _no_room(error))
        return _bug(session, error)


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


def _misunderstood(session: Session, error: click.ClickException) -> int:
    from svcctl.cli.errors import print_usage

    print_usage(session, error)
    return 2


def _bug(session: Session, error: Exception) -> int:
    from svcctl.cli.errors import print_bug

    print_bug(session, error)
    return 70
