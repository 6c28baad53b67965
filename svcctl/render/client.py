"""A client as people read them, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.settings import Client
from svcctl.render.visible import visible
from svcctl.reports.table import Column, Table


def client_json(client: Client) -> dict[str, object]:
    """The JSON object of a client."""
    return {
        "handle": client.handle,
        "name": client.name,
        "contacts": dict(client.contacts),
        "requisites": dict(client.requisites),
        "manager": client.manager or None,
        "notes": client.notes or None,
    }


def clients_table(clients: list[Client]) -> Table:
    """Clients as a table: handle, name, how to reach them, who answers for them."""
    columns = (
        Column("handle", Message("handle")),
        Column("name", Message("name")),
        Column("contacts", Message("contacts")),
        Column("manager", Message("manager")),
    )
    rows = [
        (client.handle, client.name, ", ".join(client.contacts.values()), client.manager or None) for client in clients
    ]
    return Table(Message("Clients"), columns, rows, empty=Message("no clients"))


def client_text(client: Client, catalog: Catalog = ENGLISH) -> str:
    """The client as ``svcctl client show`` prints them."""
    return "\n".join([f"{client.handle}  {visible(client.name)}", *_rows(client, catalog)])


def _rows(client: Client, catalog: Catalog) -> Iterator[str]:
    facts = {**client.contacts, **client.requisites}
    for label, value in ((Message("manager"), client.manager), (Message("notes"), client.notes)):
        if value:
            facts[label.text(catalog)] = value
    for name, value in facts.items():
        yield f"  {visible(name) + ':':<14} {visible(value)}"
