"""What today's price lists would change in an offer; the offer changes only when somebody says so."""

from __future__ import annotations

from collections.abc import Sequence

import click

from svcctl.cli.command import command, dry_run, json_flag, one_id
from svcctl.cli.offering import checked, save
from svcctl.cli.offers import offer_files, revision_argument
from svcctl.cli.session import Session, problem_line
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.offer import Offer
from svcctl.model.offerfile import scalar
from svcctl.model.offertext import set_line
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.render.amounts import money
from svcctl.render.visible import visible
from svcctl.rules.pricelists import Change, refreshed
from svcctl.rules.pricelists import refresh as changed
from svcctl.store.offerfiles import OfferFile, OfferFiles

FIELDS = ("price", "name", "unit", "vat")


@command("refresh")
@one_id
@revision_argument
@click.option("--only", multiple=True, type=click.Choice(FIELDS), help="Look at these values only.")
@click.option("--apply", "applies", is_flag=True, help="Write it into the offer: a new draft, approvals asked again.")
@dry_run
@json_flag
def refresh(
    session: Session, part: str, revision: str, only: tuple[str, ...], applies: bool, dry_run: bool, as_json: bool
) -> int:
    """Show what today's price lists would change in the offer; --apply writes it.

    Lines without a code of a price list stay as they are.

    Example: svcctl offer refresh k7q --only price --apply
    """
    request = session.desk.read(session.desk.find(part))
    files = offer_files(session)
    before = files.read(request.id, revision)
    changes, problems = changed(before.offer, files.price_lists(), session.now.date())
    changes = [change for change in changes if change.field in (only or FIELDS)]
    if applies and changes:
        _say(session, problems)
        text = _applied(files, before, changes)
        return save(session, files, request, before, before.offer.revision, text, as_json, dry_run)
    totals = _totals(files, before, changes)
    if as_json:
        session.answer_json(_json(before, changes, problems, totals))
        return session.report_problems()
    _say(session, problems)
    for change in changes:
        session.answer(visible(session.text(_sentence(change))))
    session.answer(session.text(_outcome(session, before, changes, totals)))
    return session.report_problems()


def _say(session: Session, problems: Sequence[Problem]) -> None:
    for problem in problems:
        session.say(problem_line(problem))


def _totals(files: OfferFiles, before: OfferFile, changes: Sequence[Change]) -> tuple[Money, Money | None]:
    """What the offer costs, and would cost; None where that cannot be counted: another currency, an unknown rate."""
    now = files.priced(before.offer).gross
    after = refreshed(before.offer, changes)
    if any(line.currency not in (after.currency, *after.exchange) for line in after.lines):
        return now, None
    try:
        return now, files.priced(after).gross
    except BrokenFiles:
        return now, None


def _json(
    before: OfferFile, changes: Sequence[Change], problems: Sequence[Problem], totals: tuple[Money, Money | None]
) -> dict[str, object]:
    return {
        "id": before.offer.offer,
        "revision": before.offer.revision,
        "changes": [change.as_json() for change in changes],
        "problems": [problem.as_json() for problem in problems],
        "gross": totals[0].as_json(),
        "gross_after": totals[1].as_json() if totals[1] else None,
    }


def _sentence(change: Change) -> Message:
    return Message(
        "line {line}, {sku}: {field} {old} → {new}",
        line=change.line,
        sku=change.sku,
        field=Message(change.field),
        old=change.old or "–",
        new=change.new,
    )


def _outcome(
    session: Session, before: OfferFile, changes: Sequence[Change], totals: tuple[Money, Money | None]
) -> Message:
    key = short(before.offer.offer)
    if not changes:
        return Message("{id} offer {revision}: the price lists say the same", id=key, revision=before.offer.revision)
    after = money(totals[1], session.catalog) if totals[1] else "?"
    return Message(
        "{id} offer {revision}: {before} → {after} (svcctl offer refresh {id} --apply)",
        id=key,
        revision=before.offer.revision,
        before=money(totals[0], session.catalog),
        after=after,
    )


def _applied(files: OfferFiles, before: OfferFile, changes: Sequence[Change]) -> str:
    """The offer's text with the changes, everything else as it was.

    Raises:
        Refused: it is written in a way that cannot be changed safely.
        BadOffer: the changed offer has problems: a currency without a rate, a VAT rate that is not in force.
    """
    text, offer = before.text, before.offer
    # From the end on, so that the places of what comes before still hold.
    for change in sorted(changes, key=lambda one: _position(offer, one), reverse=True):
        places = offer.lines[change.line - 1].places
        text = set_line(text, places, change.field, _written(change, offer.currency))
    wanted = refreshed(offer, changes).lines
    new = checked(files, text, offer.offer, offer.revision).offer.lines
    if [line._replace(places={}) for line in new] != [line._replace(places={}) for line in wanted]:
        raise Refused(
            Message("the offer's file cannot be changed safely"),
            Message("svcctl offer edit {id} opens the file", id=short(offer.offer)),
            code="no-row",
        )
    return text


def _position(offer: Offer, change: Change) -> tuple[int, int, bool]:
    """Where a change is made: at its value, or behind the name, before the name itself changes."""
    places = offer.lines[change.line - 1].places
    place = places.get(change.field) or places["name"]
    return place.line, place.column, change.field not in places


def _written(change: Change, currency: str) -> str:
    return change.new.removesuffix(f" {currency}") if change.field == "price" else scalar(change.new)
