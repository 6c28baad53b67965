"""Sending an offer to the client: a ready e-mail in the outbox, and the event that says so."""

from __future__ import annotations

import os
from base64 import b64encode

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.offers import Look, look, offer_files, revision_argument
from svcctl.cli.rendering import ENDINGS, document_of, rendered
from svcctl.cli.session import Session
from svcctl.model.event import Event
from svcctl.model.events import MessageOut, OfferSent, OfferSubmitted
from svcctl.model.ids import new_event_id, short
from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused, Usage
from svcctl.recording import Deed
from svcctl.render.amounts import money
from svcctl.render.request import holder
from svcctl.rules.offering import APPROVED, DRAFT, refuse_sending

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.exchange.outbox import Outbox
    from svcctl.model.request import Request

EMAIL = "email"
_TYPES = {
    "html": 'text/html; charset="utf-8"',
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class Letter(NamedTuple):
    """What goes to the client: to whom, through which channel, the delivery; None where it goes by another way."""

    to: str
    channel: str
    event: str
    delivery: dict[str, object] | None


@command("send")
@one_id
@revision_argument
@click.option("--to", "address", default="", metavar="ADDRESS", help="The client's, if not said.")
@click.option("--format", "form", type=click.Choice(list(_TYPES)), help="What is attached; pdf where it can be made.")
@click.option("--channel", default="", metavar="CH", help="How it went, if not by this e-mail: nothing is written.")
@click.option("-m", "--message", "text", default="", metavar="TEXT", help="Your words instead of the usual sentence.")
@dry_run
@json_flag
def send(
    session: Session,
    part: str,
    revision: str,
    address: str,
    form: str | None,
    channel: str,
    text: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Put a ready e-mail with the offer into outbox/, and record that the client was sent it.

    Only an approved offer goes out, or one that nobody has to approve. A mail program of your choice sends what lies
    in outbox/. With --channel of another kind (chat, visit) the sending is only recorded.

    Example: svcctl offer send k7q --to buyer@example.com
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    seen = look(session, files, request, files.read(request.id, revision))
    refuse_sending(request, seen.standing, seen.file.offer, seen.until, session.now.date())
    letter = _letter(session, seen, address, form, channel, text)
    after = _record(session, seen, letter, dry_run)
    _answer(session, look(session, offer_files(session), after, seen.file), letter, as_json, dry_run)
    return session.report_problems()


def _letter(session: Session, seen: Look, address: str, form: str | None, channel: str, text: str) -> Letter:
    event = new_event_id(session.desk.entropy)
    known = session.desk.reference.channels
    if channel and (session.desk.reference.channel(channel).kind != EMAIL):
        if address or form or text:
            raise Usage(
                Message("--to, --format and -m are for an e-mail, and “{channel}” is none", channel=channel),
                Message("leave them out, or leave out --channel"),
                code="no-email",
            )
        return Letter("", channel, event, None)
    channel = channel or next((name for name, one in known.items() if one.kind == EMAIL), EMAIL)
    to = _address(seen, address)
    return Letter(to, channel, event, _delivery(session, seen, to, _form(session, form), text, event))


def _address(seen: Look, address: str) -> str:
    """To whom: the address that was typed, else that of the client in the offer.

    Raises:
        Usage: it is no address.
        Refused: there is none.
    """
    from svcctl.exchange.outbox import is_address

    found = address or seen.file.offer.client.get(EMAIL, "")
    if not found:
        raise Refused(
            Message("{id}: the client of the offer has no e-mail address", id=short(seen.request.id)),
            Message("say it: --to ADDRESS; or write it into the offer: client: {email: ADDRESS}"),
            code="no-address",
        )
    if not is_address(found):
        raise Usage(
            Message("“{address}” is no e-mail address", address=found),
            Message("write it like buyer@example.com"),
            code="address",
        )
    return found


def _form(session: Session, form: str | None) -> str:
    """What is attached: what was asked for, else PDF, else HTML with a word about it."""
    if form:
        return form
    from svcctl.render.pdf import refuse_missing

    try:
        refuse_missing()
    except Refused as error:
        session.say(Message("HTML is attached: {why} (pip install 'svcctl[pdf]')", why=error.message))
        return "html"
    return "pdf"


def _delivery(session: Session, seen: Look, to: str, form: str, text: str, event: str) -> dict[str, object]:
    from svcctl.render.offerletter import letter_subject, letter_text

    files = offer_files(session)
    final = seen._replace(standing=seen.standing._replace(status=APPROVED))
    content = rendered(session, files, final, form)
    document, person, client = document_of(files, final), session.person, seen.file.offer.client
    attachment = b64encode(content.encode() if isinstance(content, str) else content).decode("ascii")
    return {
        "event": event,
        "id": seen.request.id,
        "at": iso(session.now),
        "to": {"handle": seen.request.client or "client", "name": client.get("name", ""), "email": to},
        "from": {"name": person.name, "email": person.email},
        "subject": letter_subject(document),
        "text": letter_text(document, text, person.name),
        "attachments": [{"name": f"{document['number']}.{ENDINGS[form]}", "type": _TYPES[form], "content": attachment}],
        "personal": True,
    }


def _record(session: Session, seen: Look, letter: Letter, dry_run: bool) -> Request:
    """Prepares the letter, records it, writes it: one that is not recorded is never written."""
    from svcctl.exchange.outbox import Outbox

    outbox = Outbox(session.desk.root, os.path.join(session.desk.folder, "svcctl"))
    if dry_run or letter.delivery is None:
        return session.desk.record(session.person, session.now, [_deed(session, seen, letter)], dry_run)[0]
    with outbox.held():
        (after,) = session.desk.record(session.person, session.now, lambda: [_judged(session, seen, letter, outbox)])
        for failure in outbox.deliver(lambda request_id, event: _has(session, request_id, event)):
            session.say(failure)
    return after


def _judged(session: Session, seen: Look, letter: Letter, outbox: Outbox) -> Deed:
    """The deed as the request stands inside the desk's lock: somebody may have rejected or revised it meanwhile."""
    request, files = session.desk.read(seen.request.id), offer_files(session)
    now = look(session, files, request, files.read(request.id, seen.standing.revision))
    refuse_sending(request, now.standing, now.file.offer, now.until, session.now.date())
    if letter.delivery is not None:
        outbox.prepare([letter.delivery], with_command=False)
    return _deed(session, now._replace(file=seen.file), letter)


def _deed(session: Session, seen: Look, letter: Letter) -> Deed:
    """The events, about the very content that was read: a draft that needs no approval is submitted by sending it."""
    file, revision = seen.file, seen.standing.revision
    events: list[Event] = []
    if seen.standing.status == DRAFT:
        events.append(OfferSubmitted(revision=revision, content=file.content))
    sent = OfferSent(revision=revision, channel=letter.channel, content=file.content)
    events.append(sent.with_id(letter.event))
    # No address here: personal data stays in clients/ and the offer's file.
    events.append(
        MessageOut(text=session.text(Message("offer {number}", number=file.offer.number)), channel=letter.channel)
    )
    return Deed(seen.request.id, events, based_on=[(file.path, file.text.encode())])


def _has(session: Session, request_id: str, event: str) -> bool | None:
    from svcctl.model.problems import BrokenFiles

    try:
        return any(one.id == event for one in session.desk.read(request_id).events)
    except BrokenFiles:
        return None
    except Refused:
        return False


def _answer(session: Session, seen: Look, letter: Letter, as_json: bool, dry_run: bool) -> None:
    from svcctl.exchange.outbox import message_path

    path = message_path(letter.delivery) if letter.delivery else ""
    if as_json:
        sent = {"to": letter.to or None, "channel": letter.channel, "file": path or None}
        session.answer_json({**seen.as_json(session.now.date()), "sent": sent})
        return
    session.answer(session.text(_line(session, seen, letter, path, dry_run)))


def _line(session: Session, seen: Look, letter: Letter, path: str, dry_run: bool) -> Message:
    how = (
        Message("to {address}: {path}", address=letter.to, path=path)
        if path
        else Message("by {channel}", channel=letter.channel)
    )
    said = Message(
        "{id} offer {revision} sent {how}; {sum}; {holder}",
        id=short(seen.request.id),
        revision=seen.standing.revision,
        how=how,
        sum=money(seen.priced.gross, session.catalog),
        holder=holder(seen.request),
    )
    return Message("{said} (dry run: nothing was written)", said=said) if dry_run else said
