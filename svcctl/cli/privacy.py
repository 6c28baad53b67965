"""client erase and client export: what a client may ask for."""

from __future__ import annotations

import click

from svcctl.cli.command import command, dry_run, json_flag
from svcctl.cli.session import Session
from svcctl.model.messages import Message

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.desk import Desk
    from svcctl.model.request import Request
    from svcctl.recording import Deed
    from svcctl.rules.privacy import Erasure

_handle = click.argument("handle", metavar="HANDLE")


@command("erase")
@_handle
@click.option("-m", "--message", "why", required=True, metavar="WHY", help="Why, for example who asked and when.")
@dry_run
@json_flag
def erase(session: Session, handle: str, why: str, dry_run: bool, as_json: bool) -> int:
    """Take a client's personal data out of the desk; their requests stay, under a pseudonym.

    The contact data and attached files are removed, messages are shown no more. What history and clones still hold is
    told, with the commands that purge it.

    Example: svcctl client erase zoo -m "asked for it on 12 November"
    """
    from svcctl.model.ids import new_event_id
    from svcctl.rules.privacy import erasures

    desk = session.desk
    desk.reference.client(handle)
    pseudonym = f"erased-{new_event_id(desk.entropy)}"
    requests = _requests(desk, handle)
    found = erasures(requests, why)
    present = [row._replace(files=[path for path in row.files if desk.tree.content(path) is not None]) for row in found]
    if not dry_run:
        _write(session, handle, pseudonym, present, why)
    removed = [f"clients/{handle}.yaml", *(path for row in present for path in row.files)]
    hidden = sum(len(row.events) for row in present)
    if as_json:
        value = {"client": handle, "name": pseudonym, "requests": [request.id for request in requests]}
        session.answer_json(
            {**value, "removed": removed, "hidden": hidden, "purge": _purge(handle, pseudonym, removed)}
        )
    else:
        lines = [session.text(line) for line in _told(handle, pseudonym, requests, removed, hidden)]
        lines.extend([session.text(Message("(dry run: nothing was written)"))] if dry_run else [])
        session.answer("\n".join(lines))
    return session.report_problems()


def _requests(desk: Desk, handle: str) -> list[Request]:
    from svcctl.rules.privacy import concerns

    return [request for request in desk.requests() if concerns(request, handle)]


def _write(session: Session, handle: str, pseudonym: str, found: list[Erasure], why: str) -> None:
    from svcctl.model.settings import Client
    from svcctl.recording import Deed
    from svcctl.store.clientfile import client_file, client_path
    from svcctl.store.fastimport import FileChange

    desk = session.desk
    card = client_path(handle), client_file(Client(handle, pseudonym)).encode()
    deeds: list[Deed] = [
        Deed(row.request, row.events, [(path, None) for path in row.files]) for row in found if row.events
    ]
    # What the index keeps of words cannot be taken out of it one by one; the next listing makes it anew.
    desk.forget_index()
    if not deeds:
        desk.write_files(session.person, session.now, f"Client {handle} erased: {why}", [FileChange(*card)])
        return
    deeds[0] = deeds[0]._replace(files=[*deeds[0].files, card])
    desk.record(session.person, session.now, deeds)


def _purge(handle: str, pseudonym: str, removed: list[str]) -> list[str]:
    paths = " ".join(f"--path {path}" for path in removed)
    return [
        f"git filter-repo --invert-paths {paths}",
        f"svcctl client add {handle} --name {pseudonym}",
        "git push --force",
    ]


def _told(handle: str, pseudonym: str, requests: list[Request], removed: list[str], hidden: int) -> list[Message]:
    texts = [request.id for request in requests if request.text]
    lines = [
        Message("{handle} is {name} now; removed {files}", handle=handle, name=pseudonym, files=", ".join(removed)),
        Message.plural(
            "{n} message is shown no more; its words stay in the record",
            "{n} messages are shown no more; their words stay in the records",
            hidden,
        ),
    ]
    if texts:
        lines.append(Message("what was said at the opening stays readable: {ids}", ids=", ".join(texts)))
    lines.append(Message("offers that were made out to them stay, as the books need them: offers/"))
    lines.append(Message("the history, every clone and every backup still hold it all. To purge it from a clone:"))
    lines.extend(Message("  {line}", line=line) for line in _purge(handle, pseudonym, removed))
    lines.append(Message("then everybody else deletes their clone and clones anew; the messages' words stay even so"))
    return lines


@command("export")
@_handle
@click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")
def export(session: Session, handle: str, output: str) -> int:
    """Everything the desk knows of a client, as JSON: contacts, requests with all events, offers, files (base64).

    Example: svcctl client export zoo -o zoo.json
    """
    from svcctl.model.instants import iso
    from svcctl.render.client import client_json
    from svcctl.render.request import event_json, request_json

    desk = session.desk
    client = desk.reference.client(handle)
    requests = _requests(desk, handle)
    values = [
        {
            **request_json(request, desk.clocks(request, session.now), session.now),
            "events": [event_json(e) for e in request.events],
        }
        for request in requests
    ]
    document = {
        "client": client_json(client),
        "exported": iso(session.now),
        "requests": values,
        "offers": [_offer(desk, path) for request in requests for path in _paths(desk, "offers", request.id)],
        "files": [_file(desk, path) for request in requests for path in _paths(desk, "files", request.id)],
    }
    session.answer_json(document, output)
    return session.report_problems()


def _paths(desk: Desk, room: str, request_id: str) -> list[str]:
    from svcctl.model.ids import day_folder

    return [entry.path for entry in desk.tree.entries(f"{room}/{day_folder(request_id)}/{request_id}/")]


def _offer(desk: Desk, path: str) -> dict[str, object]:
    return {"path": path, "text": (desk.tree.content(path) or b"").decode("utf-8", "replace")}


def _file(desk: Desk, path: str) -> dict[str, object]:
    from base64 import b64encode

    return {"path": path, "base64": b64encode(desk.tree.content(path) or b"").decode("ascii")}
