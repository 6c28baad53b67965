"""The way of an offer to the client: submit, approve, reject, the next revision, the client's answer."""

from __future__ import annotations

from collections.abc import Sequence

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.offering import save
from svcctl.cli.offers import Look, look, offer_files, revision_argument, standing_of
from svcctl.cli.session import Session
from svcctl.model.event import Event
from svcctl.model.events import OfferAccepted, OfferApproved, OfferDeclined, OfferRejected, OfferSubmitted
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offertext import set_values
from svcctl.recording import Deed
from svcctl.render.amounts import money
from svcctl.render.request import holder
from svcctl.rules.drafting import validity
from svcctl.rules.offering import (
    APPROVED,
    SUBMITTED,
    Standing,
    answerable,
    refuse_answer,
    refuse_revision,
    refuse_submission,
    to_approve,
    to_reject,
    waiting_for,
)
from svcctl.rules.offers import ending_rates
from svcctl.rules.offerstages import after_approval, after_rejection, after_submission, refuse_reason
from svcctl.store.offerfiles import OfferFiles

_subject = click.option(
    "--subject", default="", metavar="S", help="Which of several approvals; all of yours if not said."
)
_why = click.option("-m", "--message", "why", required=True, metavar="WHY", help="Why.")
_reason = click.option("--reason", default="", metavar="WORD", help="A short word for statistics.")


class Case(NamedTuple):
    """The newest revision of an offer, and what it lies in."""

    files: OfferFiles
    seen: Look

    @property
    def revision(self) -> str:
        """The revision's name."""
        return self.seen.standing.revision


def _case(session: Session, part: str, revision: str = "") -> Case:
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    return Case(files, look(session, files, request, files.read(request.id, revision)))


def _record(session: Session, case: Case, events: Sequence[Event], what: Message, as_json: bool, dry_run: bool) -> int:
    """Records events about the very content that was read, and prints what came of it."""
    request, file = case.seen.request, case.seen.file
    deed = Deed(request.id, events, based_on=[(file.path, file.text.encode())])
    (after,) = session.desk.record(session.person, session.now, [deed], dry_run)
    seen = look(session, offer_files(session), after, file)
    if as_json:
        session.answer_json(seen.as_json(session.now.date()))
    else:
        session.answer(session.text(_line(session, seen, what, dry_run)))
    return session.report_problems()


def _line(session: Session, seen: Look, what: Message, dry_run: bool) -> Message:
    request = seen.request
    said = Message(
        "{id} offer {revision} {what}: {sum}; {next}",
        id=short(request.id),
        revision=seen.standing.revision,
        what=what,
        sum=money(seen.priced.gross, session.catalog),
        next=_next(seen.standing, holder(request)),
    )
    return Message("{said} (dry run: nothing was written)", said=said) if dry_run else said


def _next(now: Standing, holder: Message) -> Message:
    """What comes next, and who has the request."""
    if now.status == SUBMITTED:
        return Message("{who} to approve; {holder}", who=waiting_for(now), holder=holder)
    return Message("the client can have it; {holder}", holder=holder) if now.status == APPROVED else holder


@command("submit")
@one_id
@dry_run
@json_flag
def submit(session: Session, part: str, dry_run: bool, as_json: bool) -> int:
    """Lay the offer before those who approve it; finishes the stage it was written in.

    Example: svcctl offer submit k7q
    """
    case = _case(session, part)
    request, file = case.seen.request, case.seen.file
    person, day = session.person.handle, session.now.date()
    newest = case.files.revisions(request.id)[-1]
    now = standing_of(session, request, file, newest, person)
    refuse_submission(request, now, file.offer, case.seen.until, day)
    for problem in ending_rates(case.seen.priced, case.seen.until) if case.seen.until else ():
        session.say(problem.message)
    events = [OfferSubmitted(revision=case.revision, content=file.content)]
    more = after_submission(request, session.desk.regulation_of(request), person)
    return _record(session, case, [*events, *more], Message("submitted"), as_json, dry_run)


@command("approve")
@one_id
@_subject
@dry_run
@json_flag
def approve(session: Session, part: str, subject: str, dry_run: bool, as_json: bool) -> int:
    """Approve the offer as it is: any later change asks for it again.

    Example: svcctl offer approve k7q
    """
    case = _case(session, part)
    request, person = case.seen.request, session.person.handle
    mine = to_approve(request, case.seen.standing, person, subject)
    events: list[Event] = [
        OfferApproved(revision=case.revision, content=case.seen.file.content, subject=need.subject) for need in mine
    ]
    events += after_approval(request, mine, person, session.desk.reference.team)
    return _record(session, case, events, Message("approved by {by}", by=person), as_json, dry_run)


@command("reject")
@one_id
@_why
@_reason
@_subject
@dry_run
@json_flag
def reject(session: Session, part: str, why: str, reason: str, subject: str, dry_run: bool, as_json: bool) -> int:
    """Do not approve the offer, and say why; it goes back to whoever wrote it.

    Example: svcctl offer reject k7q -m "the delivery is priced for Kazan, not Perm" --reason price
    """
    case = _case(session, part)
    request, person = case.seen.request, session.person.handle
    need = to_reject(request, case.seen.standing, person, subject)
    regulation = session.desk.regulation_of(request)
    refuse_reason(regulation, need, reason)
    rejected = OfferRejected(revision=case.revision, why=why, reason=reason, subject=need.subject)
    more = after_rejection(request, regulation, need, person, session.desk.reference.team, why, reason)
    return _record(session, case, [rejected, *more], Message("rejected by {by}", by=person), as_json, dry_run)


@command("revise")
@one_id
@click.option("--valid", default="", metavar="TIME", help="14d, 10 working days, or a day; as before if not said.")
@dry_run
@json_flag
def revise(session: Session, part: str, valid: str, dry_run: bool, as_json: bool) -> int:
    """Make the next revision of an offer that was approved or sent; the number stays, the date is today's.

    Example: svcctl offer revise k7q --valid 14d
    """
    case = _case(session, part)
    request, file = case.seen.request, case.seen.file
    refuse_revision(request, case.seen.standing)
    revision = f"r{int(case.revision[1:]) + 1}"
    values = {"revision": revision, "date": session.now.date().isoformat()}
    values |= {key: f'"{text}"' for key, text in validity(valid).items()} if valid else {}
    other = {"validity": "valid_until", "valid_until": "validity"}
    text = set_values(file.text, values, other)
    return save(session, case.files, request, None, revision, text, as_json, dry_run)


@command("accepted")
@one_id
@revision_argument
@click.option("-m", "--message", "note", default="", metavar="NOTE", help="How we know.")
@dry_run
@json_flag
def accepted(session: Session, part: str, revision: str, note: str, dry_run: bool, as_json: bool) -> int:
    """The client accepted the offer.

    Example: svcctl offer accepted k7q -m "by phone, the contract follows"
    """
    case = _answered(session, part, revision, True)
    until = case.seen.until
    if until is not None and until < session.now.date():
        session.say(Message("{revision} was valid until {day}", revision=case.revision, day=until))
    events = [OfferAccepted(revision=case.revision, note=note)]
    return _record(session, case, events, Message("accepted by the client"), as_json, dry_run)


@command("declined")
@one_id
@revision_argument
@_why
@_reason
@dry_run
@json_flag
def declined(session: Session, part: str, revision: str, why: str, reason: str, dry_run: bool, as_json: bool) -> int:
    """The client declined the offer, and why.

    Example: svcctl offer declined k7q -m "2 % dearer than the other supplier" --reason price
    """
    case = _answered(session, part, revision, False)
    events = [OfferDeclined(revision=case.revision, why=why, reason=reason)]
    return _record(session, case, events, Message("declined by the client"), as_json, dry_run)


def _answered(session: Session, part: str, revision: str, accepting: bool) -> Case:
    """The revision that the client's answer is about: the newest that a client can have, or the named one."""
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    if not files.revisions(request.id) or revision:
        files.read(request.id, revision)
    known = [files.read(request.id, name) for name in files.revisions(request.id)]
    standings = [standing_of(session, request, file) for file in known]
    now = answerable(request, standings, revision)
    refuse_answer(request, now, accepting)
    (file,) = [file for file in known if file.offer.revision == now.revision]
    return Case(files, look(session, files, request, file))
