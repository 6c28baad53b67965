"""The life of an offer: where each revision stands, who must approve it, what may be done with it now.

Nothing of this is stored: it follows from the request's events, the regulation and the content of the file. An
approval is bound to a content: a changed file asks for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from svcctl.model.event import Event
from svcctl.model.events import (
    OfferAccepted,
    OfferApproved,
    OfferDeclined,
    OfferDrafted,
    OfferRejected,
    OfferSent,
    OfferSubmitted,
)
from svcctl.model.ids import short
from svcctl.model.instants import iso_or_none
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import Offer
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused
from svcctl.model.request import Request
from svcctl.rules.approvals import Need

DRAFT, SUBMITTED, APPROVED, REJECTED = "draft", "submitted", "approved", "rejected"
SENT, ACCEPTED, DECLINED, SUPERSEDED = "sent", "accepted", "declined", "superseded"
STATUSES = (DRAFT, SUBMITTED, APPROVED, REJECTED, SENT, ACCEPTED, DECLINED, SUPERSEDED)
AT_THE_CLIENTS = (SENT, ACCEPTED, DECLINED)
CHANGEABLE = (DRAFT, SUBMITTED, APPROVED, REJECTED)
_EVENTS = (OfferDrafted, OfferSubmitted, OfferApproved, OfferRejected, OfferSent, OfferAccepted, OfferDeclined)


class Approval(NamedTuple):
    """What came of a need: ``status`` is missing, approved, outdated (given to another content) or rejected."""

    need: Need
    status: str = "missing"
    by: str = ""
    at: datetime | None = None
    why: str = ""

    def as_json(self) -> dict[str, object]:
        """The approval as ``offer show --json`` prints it."""
        return {
            "subject": self.need.subject,
            "who": list(self.need.who),
            "status": self.status,
            "by": self.by or None,
            "at": iso_or_none(self.at),
            "why": self.why or None,
        }


class Standing(NamedTuple):
    """Where a revision stands: one of ``STATUSES``, since when, by whom, why, and its approvals."""

    revision: str
    status: str = DRAFT
    since: datetime | None = None
    by: str = ""
    why: str = ""
    approvals: tuple[Approval, ...] = ()

    @property
    def missing(self) -> list[Approval]:
        """The approvals that have not been given to this content."""
        return [approval for approval in self.approvals if approval.status != APPROVED]


def offer_events(request: Request, revision: str) -> list[Event]:
    """The events of a revision, in order."""
    return [event for event in request.counted if isinstance(event, _EVENTS) and event.revision == revision]


def begun(request: Request, revision: str) -> datetime | None:
    """When a revision was first drafted; None where no event says so."""
    return next((event.at for event in offer_events(request, revision)), None)


def maker(request: Request, revision: str) -> str:
    """Whose offer a revision is: who submitted it last, else who drafted it last; empty where no event says so."""
    for kind in (OfferSubmitted, OfferDrafted):
        for event in reversed(offer_events(request, revision)):
            if isinstance(event, kind):
                return event.by
    return ""


def standing(request: Request, revision: str, content: str, needs: Sequence[Need] = (), latest: str = "") -> Standing:
    """Where a revision stands.

    Args:
        content: the fingerprint of its file as it is now.
        needs: the approvals it needs.
        latest: the newest revision; an older one is superseded unless the client answered it.
    """
    events = offer_events(request, revision)
    status, last, bound = DRAFT, None, ""
    for event in events:
        status, last = _next_status(status, event), event
        bound = event.content if isinstance(event, OfferSubmitted) else bound
    approvals = tuple(_approval(need, events, content) for need in needs)
    if status == SUBMITTED:
        status = _judged(bound == content, approvals)
    if latest and revision != latest and status not in (ACCEPTED, DECLINED):
        status = SUPERSEDED
    why = str(last.__dict__.get("why", "")) if last else ""
    return Standing(revision, status, last.at if last else None, last.by if last else "", why, approvals)


def _next_status(status: str, event: Event) -> str:
    if isinstance(event, OfferDrafted):
        return DRAFT if status in CHANGEABLE else status
    if isinstance(event, OfferApproved):
        return status
    for kind, result in (
        (OfferSubmitted, SUBMITTED),
        (OfferRejected, REJECTED),
        (OfferSent, SENT),
        (OfferAccepted, ACCEPTED),
    ):
        if isinstance(event, kind):
            return result
    return DECLINED


def _judged(unchanged: bool, approvals: Sequence[Approval]) -> str:
    if not unchanged:
        return DRAFT
    return APPROVED if all(approval.status == APPROVED for approval in approvals) else SUBMITTED


def _approval(need: Need, events: Sequence[Event], content: str) -> Approval:
    found = Approval(need)
    for event in events:
        if isinstance(event, OfferApproved) and event.subject == need.subject:
            status = APPROVED if event.content == content else "outdated"
            found = Approval(need, status, event.by, event.at)
        elif isinstance(event, OfferRejected) and event.subject in (need.subject, ""):
            found = Approval(need, REJECTED, event.by, event.at, event.why)
        elif isinstance(event, OfferSubmitted) and found.status == REJECTED:
            found = Approval(need)
    return found


# What may be done


def refuse_change(request: Request, now: Standing, latest: str) -> None:
    """Refuses to change a revision that a client has, or that a newer one replaced.

    Raises:
        Refused: says what to do instead.
    """
    if now.revision != latest:
        raise _superseded(request, now, latest)
    if now.status not in CHANGEABLE:
        raise Refused(
            _already(now),
            Message("svcctl offer revise {id} makes the next revision", id=short(request.id)),
            code=f"offer-{now.status}",
        )


def _superseded(request: Request, now: Standing, latest: str) -> Refused:
    return Refused(
        Message("{revision} was replaced by {latest}", revision=now.revision, latest=latest),
        Message("name {latest}, or none: svcctl offer show {id}", latest=latest, id=short(request.id)),
        code="offer-superseded",
    )


def _already(now: Standing) -> Message:
    at = f"{now.since:%Y-%m-%d %H:%M}" if now.since else "-"
    return Message("{revision} is {status} since {at}", revision=now.revision, status=now.status, at=at)


class Incomplete(BrokenFiles):
    """The offer lacks something that it needs before others see it (exit code 1): all of it."""

    exit_code = 1
    code = "offer-incomplete"


def refuse_submission(request: Request, now: Standing, offer: Offer, until: date | None, today: date) -> None:
    """Refuses to submit what is submitted already, lacks something, has ended, or nobody could approve.

    Raises:
        Refused: it is not its turn, or nobody's authority covers it.
        Incomplete: with everything that is missing.
    """
    if now.status not in (DRAFT, REJECTED):
        raise _not_now(request, now, Message("waiting for: {who}", who=waiting_for(now)))
    _refuse_incomplete(request, offer, until, today)
    for approval in now.approvals:
        if not approval.need.who:
            raise Refused(
                Message(
                    "nobody may give the approval “{subject}” ({why})",
                    subject=approval.need.subject,
                    why=approval.need.why,
                ),
                Message("give somebody the authority in team.yaml or the regulation, or change the offer"),
                code="no-authority",
            )


def _refuse_incomplete(request: Request, offer: Offer, until: date | None, today: date) -> None:
    problems = offer.gaps()
    if until is not None and until < today:
        place = offer.places.get("validity", offer.places.get("valid_until", Place()))
        message = Message("the offer ended on {day}", day=until)
        problems.append(Problem(place, "expired", message, Message("write a new date and validity")))
    if problems:
        raise Incomplete(problems, hint=Message("svcctl offer edit {id}", id=short(request.id)))


def refuse_sending(request: Request, now: Standing, offer: Offer, until: date | None, today: date) -> None:
    """Refuses to send a client what is not approved, lacks something or has ended.

    A draft that nobody has to approve can be sent as it is; what was sent can be sent again.

    Raises:
        Refused: it is not its turn.
        Incomplete: with everything that is missing.
    """
    free = now.status == DRAFT and not now.approvals
    if not free and now.status not in (APPROVED, SENT):
        waits = now.status == SUBMITTED
        hint = Message("waiting for: {who}", who=waiting_for(now)) if waits else _how_to_submit(request, now)
        raise _not_now(request, now, hint)
    _refuse_incomplete(request, offer, until, today)


def waiting_for(now: Standing) -> str:
    """The people whose approval is missing: ``petrova; kim or sidorov``; a dash where nobody's is."""
    groups = dict.fromkeys(" / ".join(approval.need.who) or "?" for approval in now.missing)
    return "; ".join(groups) or "\u2013"


def to_approve(request: Request, now: Standing, person: str, subject: str = "") -> list[Need]:
    """What a person approves in a submitted revision: all that waits for them, or one subject.

    Raises:
        Refused: it is not submitted, or nothing in it waits for this person.
    """
    if now.status != SUBMITTED:
        raise _not_now(request, now, _how_to_submit(request, now))
    waiting = [approval.need for approval in now.missing if subject in ("", approval.need.subject)]
    mine = [need for need in waiting if person in need.who]
    if mine:
        return mine
    raise _not_yours(request, now, person)


def to_reject(request: Request, now: Standing, person: str, subject: str = "") -> Need:
    """What a person rejects in a submitted or approved revision.

    Raises:
        Refused: it is neither, or the person has no say in it.
    """
    if now.status not in (SUBMITTED, APPROVED):
        raise _not_now(request, now, _how_to_submit(request, now))
    needed = [approval.need for approval in now.approvals if subject in ("", approval.need.subject)]
    mine = [need for need in needed if person in need.who]
    if mine:
        return mine[0]
    raise _not_yours(request, now, person)


def _not_yours(request: Request, now: Standing, person: str) -> Refused:
    return Refused(
        Message(
            "{id}: nothing in {revision} waits for {person}", id=short(request.id), revision=now.revision, person=person
        ),
        Message("waiting for: {who}", who=waiting_for(now)),
        code="not-yours",
    )


def _how_to_submit(request: Request, now: Standing) -> Message:
    if now.status in (DRAFT, REJECTED):
        return Message("svcctl offer submit {id}", id=short(request.id))
    return Message("svcctl offer show {id}", id=short(request.id))


def _not_now(request: Request, now: Standing, hint: Message) -> Refused:
    message = Message("{id}: {what}", id=short(request.id), what=_already(now))
    return Refused(message, hint, code=f"offer-{now.status}")


def refuse_revision(request: Request, now: Standing) -> None:
    """Refuses a next revision where the newest can still be changed.

    Raises:
        Refused: it is no further than submitted.
    """
    if now.status in (DRAFT, SUBMITTED, REJECTED):
        raise _not_now(request, now, Message("change it: svcctl offer edit {id}", id=short(request.id)))


def refuse_answer(request: Request, now: Standing, accepting: bool) -> None:
    """Refuses a client's answer to what no client can have, or has answered so already.

    Raises:
        Refused: the revision is not approved, or the answer is there.
    """
    allowed = (APPROVED, SENT, DECLINED) if accepting else (APPROVED, SENT, ACCEPTED)
    if now.status not in allowed:
        raise _not_now(request, now, _how_to_submit(request, now))


def answerable(request: Request, standings: Sequence[Standing], revision: str = "") -> Standing:
    """The revision that a client's answer is about: the newest that was approved or sent, else the newest.

    Args:
        standings: of all revisions, oldest first, each for itself.
        revision: the one that is meant, where somebody said so.

    Raises:
        Refused: it is an older one than the client can have.
    """
    reached = [now for now in standings if now.status in (APPROVED, *AT_THE_CLIENTS)]
    valid = (reached or list(standings))[-1]
    meant = next((now for now in standings if now.revision == revision), valid)
    if meant in reached and meant != valid:
        raise _superseded(request, meant, valid.revision)
    return meant
