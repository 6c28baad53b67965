"""Clients: list, show, add."""

from __future__ import annotations

from collections.abc import Callable

import click

from svcctl.cli.command import command, group, json_flag, listing
from svcctl.cli.question import fields
from svcctl.cli.session import Session
from svcctl.model.handles import check_handle
from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.cli.listing import Row
    from svcctl.model.settings import Client

client = group(
    "client",
    (
        (
            "Clients",
            {
                "list": ("clients:list_", "All clients."),
                "show": ("clients:show", "A client, and what is open for them."),
                "add": ("clients:add", "Add a client."),
                "export": ("privacy:export", "Everything the desk knows of a client, as JSON."),
                "erase": ("privacy:erase", "Take a client's personal data out of the desk."),
            },
        ),
    ),
    help="Clients: who they are and how to reach them.",
)


@command("list")
@listing
def list_(session: Session, form: str, as_json: bool, output: str) -> int:
    """All clients, with how to reach them.

    Example: svcctl client list
    """
    from svcctl.render.client import client_json, clients_table

    reference = session.desk.reference
    found: list[Client] = []
    for handle in reference.clients():
        try:
            found.append(reference.client(handle))
        except BrokenFiles as error:
            session.desk.problems.extend(error.problems)
    session.show(clients_table(found), form, as_json, output, [client_json(one) for one in found])
    return session.report_problems()


@command("show")
@click.argument("handle", metavar="HANDLE")
@json_flag
def show(session: Session, handle: str, as_json: bool) -> int:
    """A client: contacts, requisites, and their requests that are open.

    Example: svcctl client show metallstroy
    """
    from svcctl.cli.listing import select
    from svcctl.render.client import client_json, client_text
    from svcctl.render.request import request_json
    from svcctl.rules.query import Query

    found = session.desk.reference.client(handle)
    rows = select(session, Query(client=handle))
    if as_json:
        requests = [request_json(row.request, row.clocks, session.now) for row in rows]
        session.answer_json({**client_json(found), "requests": requests})
    else:
        session.answer(client_text(found, session.catalog))
        _print_requests(session, rows)
    return session.report_problems()


def _print_requests(session: Session, rows: list[Row]) -> None:
    from svcctl.cli.listing import requests_table
    from svcctl.rules.sketch import sketch

    if rows:
        session.answer("")
        sketches = [sketch(row.request, row.clocks) for row in rows]
        session.show(requests_table(session, sketches, ""), "table", False, "")


@command("add")
@click.argument("handle", metavar="HANDLE")
@click.option("--name", required=True, metavar="NAME", help="The name as it stands in offers.")
@click.option("--contact", multiple=True, metavar="KIND=VALUE", help="phone=…, email=…, as often as needed.")
@click.option("--requisite", multiple=True, metavar="K=V", help="inn=…, nip=…, address=…, as often as needed.")
@json_flag
def add(
    session: Session, handle: str, name: str, contact: tuple[str, ...], requisite: tuple[str, ...], as_json: bool
) -> None:
    """Add a client, in one commit.

    Example: svcctl client add zoo --name "Zoo Łódź" --contact phone="+48 42 000 00 00" --requisite nip=7250000000
    """
    from svcctl.model.settings import Client
    from svcctl.render.client import client_json
    from svcctl.store.clientfile import added

    if not name.strip():
        raise Usage(Message("a client needs a name"), Message("--name NAME"), code="name")
    new = Client(check_handle(handle), name.strip(), _each_once(contact), _each_once(requisite))
    desk = session.desk
    message = f"Client {new.handle}: {new.name}"
    desk.write_files(session.person, session.now, message, lambda: added(new, desk.tree))
    done = Message("added the client {handle}: {name}", handle=new.handle, name=new.name)
    print_added(session, as_json, lambda: client_json(new), done)


def _each_once(words: tuple[str, ...]) -> dict[str, str]:
    """The values by key.

    Raises:
        Usage: a key comes twice, and one value would be lost.
    """
    values = fields(words)
    if len(values) < len(words):
        names = [word.partition("=")[0] for word in words]
        twice = next(name for name in names if names.count(name) > 1)
        raise Usage(
            Message("“{key}” is given twice", key=twice),
            Message("call the second one {key}2: {key}2=…", key=twice),
            code="twice",
        )
    return values


def print_added(session: Session, as_json: bool, value: Callable[[], object], done: Message) -> None:
    """Prints what was added, and says what the desk has to say of it."""
    from svcctl.render.visible import visible

    if as_json:
        session.answer_json(value())
    else:
        session.answer(visible(session.text(done)))
    for warning in session.desk.warnings:
        session.say(warning)
