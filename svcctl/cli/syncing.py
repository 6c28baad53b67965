"""Several machines: sync, and what could not count on both."""

from __future__ import annotations

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session, problem_line
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.request import Request
    from svcctl.store.sync import Synced

Lost = tuple["Request", "Event"]


@command("sync")
@click.argument("remote", metavar="[REMOTE]", default="")
@click.option("--mine", multiple=True, metavar="PATH", help="Keep this machine's version of a file.")
@click.option("--theirs", multiple=True, metavar="PATH", help="Take the other side's version of a file.")
@click.option("--trust-config", is_flag=True, help="Let this desk's own git configuration start programs.")
@click.option("--unverified", is_flag=True, help="Take in and push commits that svcctl verify refuses.")
@click.option("--quiet", is_flag=True, help="Say nothing unless somebody should know (for cron).")
@click.option("--dry-run", is_flag=True, help="Fetch and say what would come; write nothing here or there.")
@json_flag
def sync(
    session: Session,
    remote: str,
    mine: tuple[str, ...],
    theirs: tuple[str, ...],
    trust_config: bool,
    unverified: bool,
    quiet: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring this clone and another repository together: fetch, merge, push.

    REMOTE is a git remote's name, an address or a folder; without it the branch's own remote, else origin. What comes
    and what would be pushed is verified first, as by svcctl verify.

    Example: svcctl sync
    """
    from svcctl.store.remote import Remote
    from svcctl.store.sync import Choice

    desk = session.desk
    other = Remote(desk.git, desk.branch, remote, trust_config)
    choice = Choice(frozenset(mine), frozenset(theirs), unverified)
    done = desk.sync(session.person, session.now, other, choice, dry_run)
    lost = [] if dry_run else _lost(session, done)
    if as_json:
        session.answer_json(_json(done, lost))
    elif not quiet:
        session.answer(session.text(_line(done, lost, dry_run)))
    for problem in done.unverified:
        session.say(Message("not by the rules: {problem}", problem=problem_line(problem)))
    for message in _talk(done, lost):
        session.say(message)
    return session.report_problems()


def _lost(session: Session, done: Synced) -> list[Lost]:
    """What was overtaken, and is not acknowledged, in the requests that came."""
    from svcctl.model.problems import BrokenFiles, Refused

    found: list[Lost] = []
    for request_id in done.touched:
        try:
            request = session.desk.read(request_id)
        except (BrokenFiles, Refused):
            # svcctl fsck tells of it; here it would hide what came.
            continue
        found.extend((request, event) for event in request.conflicts)
    return found


def _line(done: Synced, lost: list[Lost], dry_run: bool) -> Message:
    pulled = Message.plural("{n} deed", "{n} deeds", done.pulled)
    pushed = Message.plural("{n} deed", "{n} deeds", done.pushed)
    if dry_run:
        return Message(
            "would pull {pulled}, push {pushed} ({remote})", pulled=pulled, pushed=pushed, remote=done.remote
        )
    conflicts = Message.plural("{n} conflict", "{n} conflicts", len(lost))
    return Message(
        "pulled {pulled}, pushed {pushed}, {conflicts} ({remote})",
        pulled=pulled,
        pushed=pushed,
        conflicts=conflicts,
        remote=done.remote,
    )


def _talk(done: Synced, lost: list[Lost]) -> list[Message]:
    from svcctl.render.conflicts import conflict_line

    said = [
        Message("{old} is {new} now: another request had its id", old=old, new=new)
        for old, new in done.renumbered.items()
    ]
    if done.repaired:
        said.append(
            Message.plural(
                "put {n} record in order that git had merged",
                "put {n} records in order that git had merged",
                done.repaired,
            )
        )
    return [*said, *(conflict_line(request, event) for request, event in lost)]


def _json(done: Synced, lost: list[Lost]) -> dict[str, object]:
    from svcctl.render.conflicts import conflict_json

    return {
        "remote": done.remote,
        "commit": done.tip,
        "pulled": done.pulled,
        "pushed": done.pushed,
        "conflicts": [conflict_json(request, event) for request, event in lost],
        "renumbered": done.renumbered,
        "repaired": done.repaired,
        "problems": [problem.as_json() for problem in done.unverified],
    }
