"""conflicts: deeds that do not count because another clone's did, until somebody has acknowledged them."""

from __future__ import annotations

import click

from svcctl.cli.command import command, listing
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.model.event import Event
    from svcctl.model.request import Request


@command("conflicts")
@click.argument("words", nargs=-1, metavar="[ack ID [EVENT]...]")
@click.option("--mine", is_flag=True, help="Only what you did, or what counts instead of it.")
@listing
def conflicts(session: Session, words: tuple[str, ...], mine: bool, form: str, as_json: bool, output: str) -> int:
    """Deeds that two clones recorded apart and of which one does not count; ack says that you have seen it.

    Without an EVENT all of the request are acknowledged.

    Example: svcctl conflicts
    """
    if words:
        _acknowledge(session, words, as_json)
        return session.report_problems()
    from svcctl.render.conflicts import concerned, conflict_json, conflict_line
    from svcctl.store.index import IN_CONFLICT

    rows = [(request, event) for request in session.desk.requests(IN_CONFLICT) for event in request.conflicts]
    if mine:
        rows = [row for row in rows if session.person.handle in concerned(*row)]
    if as_json or form == "json":
        session.answer_json([conflict_json(*row) for row in rows], output)
    elif form == "table":
        text = "".join(session.text(conflict_line(*row)) + "\n" for row in rows)
        if text or output:
            session.answer(text, output)
    else:
        _table(session, rows, form, output)
    return session.report_problems()


def _table(session: Session, rows: list[tuple[Request, Event]], form: str, output: str) -> None:
    from svcctl.render.conflicts import concerned, winner
    from svcctl.reports.table import Column, Table

    names = ("id", "event", "by", "do", "superseded_by", "tell")
    cells = [
        (request.id, event.id, event.by, event.do, winner(request, event).id, " ".join(concerned(request, event)))
        for request, event in rows
    ]
    columns = tuple(Column(name, Message(name), "text") for name in names)
    session.show(Table(Message("Conflicts"), columns, cells), form, False, output)


def _acknowledge(session: Session, words: tuple[str, ...], as_json: bool) -> None:
    from svcctl.model.events import Acknowledged

    if words[0] != "ack" or len(words) < 2:
        raise click.UsageError("conflicts lists them; conflicts ack ID [EVENT] acknowledges one")

    def events(request_id: str) -> list[Acknowledged]:
        chosen = words[2:] or [event.id for event in session.desk.read(request_id).conflicts]
        if not chosen:
            raise Refused(Message("{id}: nothing is left to acknowledge", id=request_id[-6:]), code="no-conflict")
        return [Acknowledged(event=event) for event in chosen]

    session.change([words[1]], events, as_json)
