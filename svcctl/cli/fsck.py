"""fsck: every file of the desk."""

from __future__ import annotations

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session, problem_line
from svcctl.model.messages import Message

PROBLEMS_EXIT = 3


@command("fsck")
@json_flag
def fsck(session: Session, as_json: bool) -> int:
    """Check every committed file of the desk: each alone, then against the others.

    All problems are listed, each with its place and what to do; the exit code is 3 when there are any. Files that
    svcctl has no use for are only mentioned.

    Example: svcctl fsck --json
    """
    from svcctl.render.visible import visible
    from svcctl.store.fsck import fsck as check

    found = check(session.desk.reference)
    if as_json:
        session.answer_json(
            {
                "checked": found.checked,
                "problems": [problem.as_json() for problem in found.problems],
                "warnings": [warning.as_json() for warning in found.warnings],
            }
        )
        return PROBLEMS_EXIT if found.problems else 0
    for warning in found.warnings:
        session.say(problem_line(warning))
    for problem in found.problems:
        session.answer(visible(session.text(problem_line(problem))))
    session.answer(session.text(_summary(found.checked, len(found.problems))))
    return PROBLEMS_EXIT if found.problems else 0


def _summary(files: int, problems: int) -> Message:
    checked = Message.plural("checked {n} file", "checked {n} files", files)
    result = Message.plural("{n} problem", "{n} problems", problems) if problems else Message("no problems")
    return Message("{checked}: {result}", checked=checked, result=result)
