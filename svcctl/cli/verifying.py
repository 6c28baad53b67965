"""verify: whether commits change only what their authors may."""

from __future__ import annotations

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.messages import Message

PROBLEMS_EXIT = 3


@command("verify")
@click.argument("text", metavar="[RANGE]", default="")
@json_flag
def verify(session: Session, text: str, as_json: bool) -> int:
    """Check that commits change only what their authors may, each in their own name.

    RANGE is A..B, or A for everything since it; without it what is not shared yet, or all there is. The team and the
    owners of regulations are those of A. A shared repository checks the same at every push: svcctl server init.

    Example: svcctl verify origin/main..HEAD
    """
    from svcctl.store.span import span
    from svcctl.store.verify import verify as check

    desk = session.desk
    # A job of CI has often no branch, and always a range.
    chosen = span(desk.git, text, "" if text else desk.branch)
    found = check(desk.git, desk.objects, chosen.old, chosen.new)
    if as_json:
        problems = [finding.as_json() for finding in found.findings]
        session.answer_json({"old": chosen.old, "new": chosen.new, "commits": found.commits, "problems": problems})
        return PROBLEMS_EXIT if problems else 0
    from svcctl.render.visible import visible

    for finding in found.findings:
        session.answer(visible(session.text(finding.line())))
    session.answer(session.text(_summary(found.commits, len(found.findings))))
    return PROBLEMS_EXIT if found.findings else 0


def _summary(commits: int, problems: int) -> Message:
    verified = Message.plural("verified {n} commit", "verified {n} commits", commits)
    result = Message.plural("{n} problem", "{n} problems", problems) if problems else Message("no problems")
    return Message("{verified}: {result}", verified=verified, result=result)
