"""An offer as colleagues look at it: where it stands, what it lacks, who must approve, and the offer itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from svcctl.model.messages import Catalog, Message
from svcctl.model.problems import Problem
from svcctl.model.request import Request
from svcctl.render.amounts import moment, money
from svcctl.render.offerplain import offer_text
from svcctl.render.offers import offer_document
from svcctl.render.visible import visible
from svcctl.rules.offering import Approval, Standing
from svcctl.rules.offers import PricedOffer


def offer_view(
    request: Request,
    priced: PricedOffer,
    now: Standing,
    until: date | None,
    gaps: Sequence[Problem],
    today: date,
    catalog: Catalog,
) -> str:
    """The offer as ``svcctl offer show`` prints it.

    Args:
        until: its last day.
        gaps: what it lacks before a client can have it.
    """
    head = [visible(line.text(catalog)) for line in _head(request, priced, now, until, gaps, today)]
    return "\n".join(head) + "\n\n" + offer_text(offer_document(priced, valid_until=until))


def _head(
    request: Request, priced: PricedOffer, now: Standing, until: date | None, gaps: Sequence[Problem], today: date
) -> Iterator[Message]:
    yield Message("{id} {revision}  {title}", id=request.id, revision=now.revision, title=request.title)
    yield _status(now)
    if until:
        pattern = Message("  valid until:  {day} (expired)") if until < today else Message("  valid until:  {day}")
        yield Message(pattern.source, day=until)
    yield Message("  sum:          {sum}, {net} without VAT", sum=money(priced.gross), net=money(priced.net))
    for approval in now.approvals:
        yield _approval(approval)
    for gap in gaps:
        yield Message("  lacks:        {what}", what=gap.message)


def _status(now: Standing) -> Message:
    if now.since is None:
        return Message("  status:       {status}", status=now.status)
    words = Message("{status} since {at}, {by}", status=now.status, at=moment(now.since), by=now.by)
    if now.why:
        return Message("  status:       {words}: {why}", words=words, why=now.why)
    return Message("  status:       {words}", words=words)


def _approval(approval: Approval) -> Message:
    need = approval.need
    who = ", ".join(need.who) or "?"
    given = {"by": approval.by, "at": moment(approval.at) if approval.at else ""}
    fate = {
        "missing": Message("{who} to approve", who=who),
        "approved": Message("approved by {by} {at}", **given),
        "outdated": Message("approved by {by} {at}, changed since: {who} to approve", who=who, **given),
        "rejected": Message("rejected by {by} {at}: {why}", why=approval.why, **given),
    }[approval.status]
    return Message("  approval:     {subject}: {fate} ({why})", subject=need.subject, fate=fate, why=need.why)
