"""Requests that belong together."""

from __future__ import annotations

import click

from svcctl.cli.command import changing, command, one_id
from svcctl.cli.session import Session
from svcctl.model.events import Linked, MergedInto


@command("link")
@one_id
@click.argument("other", metavar="OTHER")
@click.option("--kind", default="related", metavar="WORD", help="How they belong together.")
@changing
def link(session: Session, part: str, other: str, kind: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Link two requests, in both records.

    Example: svcctl link k7q m2x --kind cause
    """
    first, second = session.desk.find(part), session.desk.find(other)
    ends = {first: second, second: first}
    events = {mine: [Linked(to=theirs, kind=kind)] for mine, theirs in ends.items()}
    session.change([first, second], lambda request_id: events[request_id], as_json, dry_run, at_text)


@command("merge")
@one_id
@click.option("--into", required=True, metavar="ID", help="Where work goes on.")
@click.option("-m", "--message", "why", default="", metavar="WHY", help="Why.")
@changing
def merge(session: Session, part: str, into: str, why: str, as_json: bool, dry_run: bool, at_text: str) -> None:
    """Merge a request into another, where work goes on.

    Example: svcctl merge m2x --into k7q -m "the same client called twice"
    """
    target = session.desk.find(into)
    session.change([part], lambda _: [MergedInto(into=target, why=why)], as_json, dry_run, at_text)
