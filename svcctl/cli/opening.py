"""Opening a request: a client's matter, or an errand for a colleague."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, field_option, json_flag
from svcctl.cli.holding import reachable
from svcctl.cli.question import fields
from svcctl.cli.session import Session
from svcctl.cli.talking import read_text
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Header

_priority = click.option("--priority", default="normal", metavar="P", help="low, normal, high or urgent.")
_text = click.option("--text", default="", metavar="TEXT", help="The client's words; - reads them.")


@command("new")
@click.argument("title", required=False)
@click.option("--type", "kind", default="request", metavar="T", help="What a regulation applies to: offer, complaint …")
@click.option("--client", default="", metavar="C", help="One of clients/.")
@click.option("--channel", default="", metavar="CH", help="One of channels.yaml.")
@_priority
@click.option("--to", default="", metavar="WHO", help="The person or department it is for.")
@_text
@field_option
@click.option("--batch", default="", metavar="FILE", help="Open what the lines of a file ask for, a JSON object each.")
@click.option("--strict", is_flag=True, help="With --batch: open nothing where a line has a problem.")
@dry_run
@json_flag
def new(
    session: Session,
    title: str | None,
    kind: str,
    client: str,
    channel: str,
    priority: str,
    to: str,
    text: str,
    field: tuple[str, ...],
    batch: str,
    strict: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Open a request; or many, in one commit, with --batch.

    A line of a batch has a title and whatever else is known: type, client, channel, priority, to, text, fields (an
    object of texts), ref (what the other program calls it). The same file again opens nothing twice. Lines that cannot
    be opened are listed and left out; the exit code is 3 then.

    Example: svcctl new "Price for rebar A500C, 20 t" --type offer --client metallstroy --channel phone
    """
    if batch:
        _refuse_values(title, kind, client, channel, priority, to, text, field)
        from svcctl.cli.batch import open_batch

        return open_batch(session, batch, strict, dry_run, as_json)
    if strict:
        raise click.UsageError("--strict is for --batch.")
    if title is None:
        raise click.UsageError("Missing argument 'TITLE': say what it is about, or give --batch FILE.")
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
    return 0


def _refuse_values(title: str | None, kind: str, *others: object) -> None:
    """A batch's lines have their own values; one that was typed beside would be lost."""
    if title is not None or kind != "request" or any(value not in ("", "normal", ()) for value in others):
        raise click.UsageError("With --batch the lines say what is opened: leave TITLE and the other options out.")


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
