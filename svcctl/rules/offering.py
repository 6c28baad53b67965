"""The life of an offer: where each revision stands, who must approve it, what may be done with it now.

Nothing of this is stored: it follows from the request's events, the regulation and the content of the file. An
approval is bound to a content: a changed file asks for it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

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
from svcctl.model.money import exact_product
from svcctl.model.offer import Offer
from svcctl.model.problems import Place, Refused
from svcctl.model.request import Request

if TYPE_CHECKING:
    from svcctl.model.regulation import Regulation
    from svcctl.model.stages import Stage
    from svcctl.model.team import Person, Team

DRAFT, SUBMITTED, APPROVED, REJECTED = "draft", "submitted", "approved", "rejected"
SENT, ACCEPTED, DECLINED, SUPERSEDED = "sent", "accepted", "declined", "superseded"
STATUSES = (DRAFT, SUBMITTED, APPROVED, REJECTED, SENT, ACCEPTED, DECLINED, SUPERSEDED)
AT_THE_CLIENTS = (SENT, ACCEPTED, DECLINED)
CHANGEABLE = (DRAFT, SUBMITTED, APPROVED, REJECTED)
DISCOUNT = "discount"
_EVENTS = (OfferDrafted, OfferSubmitted, OfferApproved, OfferRejected, OfferSent, OfferAccepted, OfferDeclined)


class Need(NamedTuple):
    """An approval that is asked for: a name for it, the people who may give it, and why."""

    subject: str
    who: tuple[str, ...]
    why: Message


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
    return [event for event in request.events if isinstance(event, _EVENTS) and event.revision == revision]


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


# Who must approve


def needs(offer: Offer, request: Request, regulation: Regulation | None, team: Team, by: str, day: date) -> list[Need]:
    """The approvals that an offer needs by the request's regulation.

    They are: that of each stage which may send its subject back (``returns_to``), by the holder of its role or the
    people of its department; and, for a discount above the authority of whoever made the offer, that of somebody
    whose authority covers it.

    Args:
        by: who made the offer.
        day: people who are away that day are stood in for.

    Raises:
        Refused: a condition of a stage needs a value that is not known yet.
        BrokenFiles: a limit of authority cannot be read.
    """
    found = list(_stage_needs(request, regulation, team, by))
    discount = highest_discount(offer)
    limit = authority(team.people.get(by), regulation) if discount else None
    if limit is not None and discount > limit:
        why = Message("a discount of {discount} % is above {limit} %", discount=_number(discount), limit=_number(limit))
        found.append(Need(DISCOUNT, tuple(_covering(discount, regulation, team, by)), why))
    return [need._replace(who=_present(need.who, team, day)) for need in found]


def _stage_needs(request: Request, regulation: Regulation | None, team: Team, by: str) -> Iterator[Need]:
    for stage in regulation.stages if regulation else ():
        if stage.returns_to and _applies(stage, regulation, request):
            why = Message("{regulation}: {stage}", regulation=request.regulation, stage=stage.title or stage.name)
            yield Need(stage.name, tuple(_answering(stage, team, by)), why)


def _applies(stage: Stage, regulation: Regulation | None, request: Request) -> bool:
    if stage.condition is None or regulation is None:
        return True
    from svcctl.rules.criteria import holds

    return holds(stage.condition, regulation.inputs, request.values())


def _answering(stage: Stage, team: Team, by: str) -> Iterator[str]:
    if stage.role:
        holder = team.with_role(stage.role, stage.department or team.department_of(by))
        yield from (holder,) if holder else ()
        return
    head = team.departments[stage.department].head if stage.department in team.departments else ""
    yield from dict.fromkeys([*filter(None, (head,)), *(person.handle for person in team.members(stage.department))])


def highest_discount(offer: Offer) -> Decimal:
    """The largest discount that any line gets, its own and the whole offer's together, in percent."""
    left = [exact_product(100 - line.discount, 100 - offer.discount, Decimal("0.01")) for line in offer.lines]
    return 100 - min(left) if left else Decimal(0)


def authority(person: Person | None, regulation: Regulation | None) -> Decimal | None:
    """The discount in percent that a person may give alone: their own limit, else that of their role.

    None where neither team nor regulation speaks of discounts; 0 where the regulation does, but not for this role.

    Raises:
        BrokenFiles: the limit cannot be read.
        Refused: it is money, not a share.
    """
    limits = regulation.authority.get(DISCOUNT, {}) if regulation else {}
    own = person.authority.get(DISCOUNT) if person else None
    stated = limits.get(person.role) if person else None
    text = own or (stated.text if stated else "")
    if not text:
        return Decimal(0) if limits else None
    return _percent(text)


def _percent(text: str) -> Decimal:
    from fractions import Fraction

    from svcctl.model.criteria import Formula
    from svcctl.model.formulas import limit

    found = limit(Formula(text, Place("authority")))
    if isinstance(found, Fraction):
        return Decimal(found.numerator * 100) / Decimal(found.denominator)
    raise Refused(
        Message("a limit of discounts is a share, not “{text}”", text=text),
        Message("write it like 5%"),
        code="limit",
    )


def _covering(discount: Decimal, regulation: Regulation | None, team: Team, by: str) -> Iterator[str]:
    """Who may give such a discount: colleagues of the department, its head, and whoever has a limit of their own."""
    department = team.department_of(by)
    head = team.departments[department].head if department in team.departments else ""
    for person in team.people.values():
        limit = authority(person, regulation)
        near = person.department == department or person.handle == head or person.role != "head"
        if not person.left and limit is not None and limit >= discount and (near or DISCOUNT in person.authority):
            yield person.handle


def _present(handles: Sequence[str], team: Team, day: date) -> tuple[str, ...]:
    from svcctl.rules.process import stand_in

    standing_in = (stand_in(handle, team, day) or handle for handle in handles)
    return tuple(dict.fromkeys(standing_in))


def _number(value: Decimal) -> str:
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


# What may be done


def refuse_change(request: Request, now: Standing, latest: str) -> None:
    """Refuses to change a revision that a client has, or that a newer one replaced.

    Raises:
        Refused: says what to do instead.
    """
    if now.revision != latest:
        raise Refused(
            Message("{revision} was replaced by {latest}", revision=now.revision, latest=latest),
            Message("change the newest: svcctl offer edit {id}", id=short(request.id)),
            code="offer-superseded",
        )
    if now.status not in CHANGEABLE:
        raise Refused(
            _already(now),
            Message("svcctl offer revise {id} makes the next revision", id=short(request.id)),
            code=f"offer-{now.status}",
        )


def _already(now: Standing) -> Message:
    at = f"{now.since:%Y-%m-%d %H:%M}" if now.since else "-"
    return Message("{revision} is {status} since {at}", revision=now.revision, status=now.status, at=at)
