"""Two revisions of an offer side by side."""

from __future__ import annotations

import click

from svcctl.cli.command import command, json_flag, one_id
from svcctl.cli.offers import offer_files
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.render.visible import visible
from svcctl.rules.offerdiff import changes


@command("diff")
@one_id
@click.argument("old", default="", metavar="[OLD]")
@click.argument("new", default="", metavar="[NEW]")
@json_flag
def diff(session: Session, part: str, old: str, new: str, as_json: bool) -> int:
    """What one revision changes against another, in words for the client; the last two unless named.

    Example: svcctl offer diff k7q r1 r2
    """
    request_id = session.desk.find(part)
    files = offer_files(session)
    known = files.revisions(request_id)
    after = files.read(request_id, new)
    before = files.read(request_id, old or _one_before(request_id, after.offer.revision, known))
    first, second = files.priced(before.offer), files.priced(after.offer)
    found = changes(first, second, files.valid_until(before.offer), files.valid_until(after.offer))
    if as_json:
        ends = {"from": before.offer.revision, "to": after.offer.revision}
        session.answer_json({"id": request_id, **ends, "changes": [change.as_json() for change in found]})
    else:
        lines = [visible(session.text(change.sentence())) for change in found]
        session.answer("\n".join(lines or [session.text(Message("nothing that the client would see"))]))
    return session.report_problems()


def _one_before(request_id: str, revision: str, known: list[str]) -> str:
    if revision == known[0]:
        raise Refused(
            Message("there is no revision before {revision}", revision=revision),
            Message("svcctl offer revise {id} makes the next one", id=request_id[-6:]),
            code="no-revision",
        )
    return known[known.index(revision) - 1]
