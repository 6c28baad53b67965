"""fsck: every file of the desk."""

from __future__ import annotations

import time

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session, problem_line
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.fsck import Findings
    from svcctl.store.repair import Repair

PROBLEMS_EXIT = 3


@command("fsck")
@click.option("--repair", is_flag=True, help="First put right what can be without losing anything, in one commit.")
@click.option("--dry-run", is_flag=True, help="Only say what --repair would put right.")
@json_flag
def fsck(session: Session, repair: bool, dry_run: bool, as_json: bool) -> int:
    """Check every committed file of the desk: each alone, then against the others.

    All problems are listed, each with its place and what to do; the exit code is 3 when there are any. Files that
    svcctl has no use for are only mentioned.

    --repair mends line ends, lines that stand twice, the order of events, records in the wrong place, and files of the
    folder that are behind the last commit, and removes half-written objects that a killed git has left over a day
    ago. What could mean two things is left for a person.

    Example: svcctl fsck --repair --dry-run
    """
    from svcctl.store.fsck import fsck as check
    from svcctl.store.leavings import leavings, named, removed

    if dry_run and not repair:
        raise click.UsageError("--dry-run says what --repair would do: svcctl fsck --repair --dry-run")
    desk = session.desk
    left = leavings(desk.git, time.time())
    repaired = [*desk.repair(session.person, session.now, dry_run), *removed(desk.git, left, dry_run)] if repair else []
    found = check(desk.reference)
    found = found._replace(warnings=[*found.warnings, *named(leavings(desk.git, time.time()))])
    if as_json:
        _print_json(session, found, repaired)
    else:
        _print(session, found, repaired, dry_run)
    for warning in session.desk.warnings:
        session.say(warning)
    return PROBLEMS_EXIT if found.problems else 0


def _print_json(session: Session, found: Findings, repaired: list[Repair]) -> None:
    session.answer_json(
        {
            "checked": found.checked,
            "problems": [problem.as_json() for problem in found.problems],
            "warnings": [warning.as_json() for warning in found.warnings],
            "repaired": [repair.as_json() for repair in repaired],
        }
    )


def _print(session: Session, found: Findings, repaired: list[Repair], dry_run: bool) -> None:
    from svcctl.render.visible import visible

    pattern = Message("would repair {path}: {what}") if dry_run else Message("repaired {path}: {what}")
    for repair in repaired:
        message = Message(pattern.source, path=repair.path, what=repair.message)
        session.answer(visible(session.text(message)))
    for warning in found.warnings:
        session.say(problem_line(warning))
    for problem in found.problems:
        session.answer(visible(session.text(problem_line(problem))))
    session.answer(session.text(_summary(found.checked, len(found.problems))))


def _summary(files: int, problems: int) -> Message:
    checked = Message.plural("checked {n} file", "checked {n} files", files)
    result = Message.plural("{n} problem", "{n} problems", problems) if problems else Message("no problems")
    return Message("{checked}: {result}", checked=checked, result=result)
