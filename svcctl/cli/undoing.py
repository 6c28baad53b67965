"""undo: take back one's own deed."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.session import Session


@command("undo")
@one_id
@click.argument("event", metavar="[EVENT]", default="")
@dry_run
@json_flag
def undo(session: Session, part: str, event: str, dry_run: bool, as_json: bool) -> None:
    """Take back your last deed in a request, by a new event; what happened stays in the record.

    EVENT is the id of another one of your events (svcctl show ID --json).

    Example: svcctl undo k7q
    """
    from svcctl.model.event import Event
    from svcctl.recording import Deed
    from svcctl.rules.undo import compensation, last_own, named

    request_id = session.desk.find(part)
    person = session.person.handle
    before = len(session.desk.read(request_id).events)

    def back() -> list[Deed]:
        request = session.desk.read(request_id)
        chosen: Event = named(request, person, event) if event else last_own(request, person)
        return [Deed(request_id, [compensation(request, chosen)])]

    requests = session.desk.record(session.person, session.now, back, dry_run)
    session.print_changes(requests, {request_id: before}, as_json, dry_run)
