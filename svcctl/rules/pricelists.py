"""Offers and price lists: lines made from codes, and what a changed list would change in an offer that exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import Offer, OfferLine
from svcctl.model.pricelist import PriceItem, PriceList
from svcctl.model.problems import NOWHERE, Place, Problem
from svcctl.model.rows import merged
from svcctl.model.schema import did_you_mean
from svcctl.model.source import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

Row: TypeAlias = "dict[str, str]"


class Change(NamedTuple):
    """What the price list now says of a line (counted from 1): ``field`` is name, unit, price or vat."""

    line: int
    sku: str
    field: str
    old: str
    new: str

    def as_json(self) -> dict[str, object]:
        """The change as ``offer refresh --json`` prints it."""
        return {**self._asdict(), "old": self.old or None}


def find_item(lists: Sequence[PriceList], sku: str, day: date, place: Place = NOWHERE) -> PriceItem | Problem:
    """The item of a code in the first list that has it; problems as of ``PriceList.find``, over all lists."""
    problems = []
    for prices in lists:
        found = prices.find(sku, day, place)
        if isinstance(found, PriceItem):
            return found
        problems.append(found)
    expired = [problem for problem in problems if problem.code == "expired-price"]
    if expired or len(problems) == 1:
        return (expired or problems)[0]
    known = {code for prices in lists for code in prices.items}
    message = Message("“{sku}” is in no price list", sku=sku)
    return Problem(place, "unknown-sku", message, did_you_mean(sku, known))


def filled(rows: Sequence[Row], lists: Sequence[PriceList], day: date) -> tuple[list[Row], list[Problem]]:
    """Lines of an offer from rows that may name only a code and a quantity.

    Args:
        rows: mappings as of ``read_rows``; what a row says itself stands, the rest comes from the price lists.
        day: the day whose prices apply.

    Returns:
        Mappings that ``Offer.parse`` takes as ``lines``; and a problem for every code that is unknown or expired and
        whose row has no price of its own.
    """
    lines, problems = [], []
    for row in rows:
        sku = row.get("sku", "")
        found = find_item(lists, sku, day, place_of(row, "sku")) if sku else None
        if isinstance(found, Problem) and not ("price" in row and "name" in row):
            problems.append(found)
        own = _with_currency(row)
        lines.append(_with_item(own, found) if isinstance(found, PriceItem) else own)
    return lines, problems


def _with_currency(row: Row) -> Row:
    """The row with a currency of its own written after its price, where an offer's line has it."""
    if "currency" not in row:
        return row
    result = merged({}, row) if "price" not in row else merged({"price": f"{row['price']} {row['currency']}"}, row)
    del result["currency"]
    return result


def _with_item(row: Row, item: PriceItem) -> Row:
    price = f"{item.price:f} {item.currency}"
    more = {"name": item.name, "unit": item.unit, "price": price, "vat": item.vat}
    result = merged(row, {key: text for key, text in more.items() if text})
    result["sku"] = item.sku
    return result


def refresh(offer: Offer, lists: Sequence[PriceList], day: date) -> tuple[list[Change], list[Problem]]:
    """What today's price lists would change in the offer; the offer itself never changes by it.

    Returns:
        The changes; and a problem for each line whose code is no longer known or no longer valid.
    """
    changes: list[Change] = []
    problems: list[Problem] = []
    for number, line in enumerate(offer.lines, 1):
        if not line.sku:
            continue
        found = find_item(lists, line.sku, day, line.places.get("sku", Place()))
        if isinstance(found, Problem):
            problems.append(found)
        else:
            changes += _changes(number, line, found)
    return changes, problems


def refreshed(offer: Offer, changes: Sequence[Change]) -> Offer:
    """The offer with changes of its lines."""
    lines = list(offer.lines)
    for change in changes:
        lines[change.line - 1] = _changed(lines[change.line - 1], change)
    return offer._replace(lines=tuple(lines))


def _changed(line: OfferLine, change: Change) -> OfferLine:
    if change.field == "price":
        price, _, currency = change.new.rpartition(" ")
        return line._replace(price=Decimal(price), currency=currency)
    if change.field == "name":
        return line._replace(name=change.new)
    return line._replace(unit=change.new) if change.field == "unit" else line._replace(vat=change.new)


def _changes(number: int, line: OfferLine, item: PriceItem) -> list[Change]:
    pairs = [
        ("name", line.name, item.name),
        ("unit", line.unit, item.unit),
        ("price", _price(line.price, line.currency), _price(item.price, item.currency)),
        ("vat", line.vat, item.vat),
    ]
    return [Change(number, item.sku, field, old, new) for field, old, new in pairs if new and old != new]


def _price(price: Decimal, currency: str) -> str:
    return f"{Money(price, currency).as_json(exact=True)['amount']} {currency}"
