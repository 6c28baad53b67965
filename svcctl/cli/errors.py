"""Errors as sentences: on stderr, in the person's language, as JSON where JSON was asked for."""

from __future__ import annotations

import json
import sys

from svcctl.cli.session import Session, problem_line
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, SvcctlError
from svcctl.render.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    import click

_MOST_PROBLEMS = 50


def print_error(session: Session, error: SvcctlError) -> None:
    """Says what was refused and what to type next; lists every problem of broken files."""
    if session.json_errors:
        _print_json(session, type(error).__name__, error.code, error.message, error.hint, error)
        return
    problems = error.problems if isinstance(error, BrokenFiles) else ()
    if problems:
        for problem in problems[:_MOST_PROBLEMS]:
            session.say(problem_line(problem))
        if len(problems) > _MOST_PROBLEMS:
            session.say(Message("… and {n} more: svcctl fsck", n=len(problems) - _MOST_PROBLEMS))
    else:
        session.say(Message("svcctl: {what}", what=error.message))
    if error.hint:
        session.say(Message("  {hint}", hint=error.hint))


def _print_json(
    session: Session,
    kind: str,
    code: str,
    message: Message,
    hint: Message | None,
    error: Exception,
) -> None:
    value: dict[str, object] = {
        "error": kind,
        "code": code,
        "message": session.text(message),
        "hint": session.text(hint) if hint else None,
    }
    if isinstance(error, BrokenFiles):
        value["problems"] = [problem.as_json() for problem in error.problems]
    sys.stderr.write(json.dumps(value, ensure_ascii=False) + "\n")


def print_usage(session: Session, error: click.ClickException) -> None:
    """Says what of the command line was not understood; a group without a command gets its help."""
    if type(error).__name__ == "NoArgsIsHelpError":  # click has had it since 8.2
        sys.stderr.write(error.format_message() + "\n")
        return
    words = visible(error.format_message())
    context: click.Context | None = getattr(error, "ctx", None)
    asked = f"{context.command_path} --help" if context else "svcctl --help"
    if session.json_errors or "--json" in sys.argv:
        value = {"error": "Usage", "code": "usage", "message": words, "hint": asked}
        sys.stderr.write(json.dumps(value, ensure_ascii=False) + "\n")
        return
    session.say(Message("svcctl: {what}", what=words))
    session.say(Message("  {asked} says how", asked=asked))


def print_bug(session: Session, error: Exception) -> None:
    """Admits a bug."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_name}, line {where.tb_lineno}" if where else "?"
    session.say(
        Message(
            "svcctl: this is a bug in svcctl: {kind}: {what} ({place})",
            kind=type(error).__name__,
            what=error,
            place=place,
        )
    )
    session.say(Message("  nothing was half-written; the same command with --debug shows where it happened"))
