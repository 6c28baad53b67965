"""Opening a request: a client's matter, or an errand for a colleague."""

from __future__ import annotations

from typing import NamedTuple

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
@click.option("--every", default="", metavar="WHEN", help="Again and again: mon 09:00, workday 09:00, 1 09:00 …")
@click.option("--until", default="", metavar="DAY", help="The last day of a recurring errand.")
@click.option("--name", default="", metavar="NAME", help="The name of a recurring errand, if not made of its title.")
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
    every: str,
    until: str,
    name: str,
    priority: str,
    text: str,
    field: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Ask a colleague for something, with a controller and a deadline: assign and forget.

    With --every it is asked again and again; `svcctl errands --open-due`, run by cron, opens each when its moment has
    come, and --due counts from that moment.

    Example: svcctl errand "Renew the fire certificate" --to petrov --controller ivanova --due "fri 12:00"
    """
    from svcctl.model.when import require_future

    if every:
        words = _Again(title, to, controller, due, every, until, name, priority, read_text(text), fields(field))
        _again(session, words, dry_run, as_json)
        return
    if until or name:
        raise click.UsageError("--until and --name are for recurring errands: add --every.")
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


class _Again(NamedTuple):
    """A recurring errand as it was typed."""

    title: str
    to: str
    controller: str
    due: str
    every: str
    until: str
    name: str
    priority: str
    text: str
    fields: dict[str, str]


def _again(session: Session, words: _Again, dry_run: bool, as_json: bool) -> None:
    from svcctl.cli.errands import define
    from svcctl.model.handles import check_handle, handle
    from svcctl.model.recurrence import Recurrence, parse_every
    from svcctl.model.when import parse_day
    from svcctl.rules.opening import check_values, refuse_long_title

    refuse_long_title(words.title)
    check_values({"priority": words.priority}, session.desk.reference)
    by, zone = session.person.handle, session.desk.reference.zone
    made = Recurrence(
        check_handle(words.name or handle(words.title) or "errand"),
        words.title,
        words.to,
        parse_every(words.every),
        words.due,
        by,
        session.now,
        words.controller or by,
        parse_day(words.until, session.now, zone) if words.until else None,
        words.priority,
        words.text,
        words.fields,
    )
    define(session, made, dry_run, as_json)
