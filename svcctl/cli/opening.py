"""Opening a request: a client's matter, or an errand for a colleague."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, field_option, fields, json_flag
from svcctl.cli.holding import reachable
from svcctl.cli.session import Session
from svcctl.cli.talking import read_text
from svcctl.model.request import Header

_priority = click.option("--priority", default="normal", metavar="P", help="low, normal, high or urgent.")
_text = click.option("--text", default="", metavar="TEXT", help="The client's words; - reads them.")


@command("new")
@click.argument("title")
@click.option("--type", "kind", default="request", metavar="T", help="What a regulation applies to: offer, complaint …")
@click.option("--client", default="", metavar="C", help="One of clients/.")
@click.option("--channel", default="", metavar="CH", help="One of channels.yaml.")
@_priority
@click.option("--to", default="", metavar="WHO", help="The person or department it is for.")
@_text
@field_option
@dry_run
@json_flag
def new(
    session: Session,
    title: str,
    kind: str,
    client: str,
    channel: str,
    priority: str,
    to: str,
    text: str,
    field: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open a request.

    Example: svcctl new "Price for rebar A500C, 20 t" --type offer --client metallstroy --channel phone
    """
    header = Header(
        "",
        title,
        kind,
        session.now,
        session.person.handle,
        client=client,
        channel=channel,
        priority=priority,
        text=read_text(text),
        fields=fields(field),
    )
    to = reachable(session, to)
    request = session.desk.open_new(session.person, session.now, header, to, dry_run=dry_run)
    session.print_changes([request], {request.id: len(request.events)}, as_json, dry_run)


@command("errand")
@click.argument("title")
@click.option("--to", required=True, metavar="WHO", help="The colleague, or the department.")
@click.option("--controller", default="", metavar="WHO", help="Who checks that it is done; you, if not said.")
@click.option("--due", "due", required=True, metavar="WHEN", help="By when: fri 12:00, пт 12:00, +2d …")
@_priority
@_text
@field_option
@dry_run
@json_flag
def errand(
    session: Session,
    title: str,
    to: str,
    controller: str,
    due: str,
    priority: str,
    text: str,
    field: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask a colleague for something, with a controller and a deadline: assign and forget.

    Example: svcctl errand "Renew the fire certificate" --to petrov --controller ivanova --due "fri 12:00"
    """
    from svcctl.model.when import require_future

    moment = session.when(due)
    require_future(moment, session.now)
    header = Header(
        "",
        title,
        "errand",
        session.now,
        session.person.handle,
        priority=priority,
        controller=controller or session.person.handle,
        due=moment,
        text=read_text(text),
        fields=fields(field),
    )
    to = reachable(session, to)
    request = session.desk.open_new(session.person, session.now, header, to, dry_run=dry_run)
    session.print_changes([request], {request.id: len(request.events)}, as_json, dry_run)
