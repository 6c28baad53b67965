"""A client's file, as svcctl writes a new one: with comments that say what can stand where."""

from __future__ import annotations

from collections.abc import Mapping

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.settings import Client, parse_client
from svcctl.store import yaml
from svcctl.store.fastimport import FileChange
from svcctl.store.founding import template
from svcctl.store.records import scalar
from svcctl.store.tree import Tree


def client_path(handle: str) -> str:
    """Where a client's file stands in the desk."""
    return f"clients/{handle}.yaml"


def client_file(client: Client) -> str:
    """The text of a new client's file; reading it back gives the same client.

    Raises:
        BrokenFiles: the client has values that no file can hold.
    """
    words = {
        "name": scalar(client.name),
        "contacts": _rows(client.contacts, "  # phone: …"),
        "requisites": _rows(client.requisites, "  # address: …"),
    }
    text = template("client.yaml", words)
    mapping, problems = yaml.read(text, client_path(client.handle))
    if problems or mapping is None or parse_client(client.handle, mapping) != client:
        raise BrokenFiles(problems, Message("a client with these values cannot be written down"))
    return text


def _rows(values: Mapping[str, str], none: str) -> str:
    return "\n".join(f"  {scalar(key)}: {scalar(value)}" for key, value in values.items()) or none


def added(client: Client, tree: Tree) -> list[FileChange]:
    """The file of a new client.

    Raises:
        Refused: the desk has a client of that handle.
    """
    path = client_path(client.handle)
    if tree.content(path) is not None:
        raise Refused(
            Message("there is a client “{handle}” already", handle=client.handle),
            Message("svcctl client show {handle}; change them in {path}", handle=client.handle, path=path),
            code="client-exists",
        )
    return [FileChange(path, client_file(client).encode())]
