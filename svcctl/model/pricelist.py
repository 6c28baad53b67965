"""Price lists: what a thing costs by the unit, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.numbers import read_date, read_decimal
from svcctl.model.offer import MAX_PRICE, PRICE_PLACES, OfferLine
from svcctl.model.problems import NOWHERE, BrokenFiles, Place, Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import is_list
from svcctl.model.words import CURRENCIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class PriceItem(NamedTuple):
    """One thing of a price list; its days are the list's where it has none itself."""

    sku: str
    name: str
    unit: str
    price: Decimal
    currency: str
    vat: str
    since: date | None
    until: date | None
    place: Place

    def line(self, quantity: Decimal, discount: Decimal = Decimal(0)) -> OfferLine:
        """An offer's line of it."""
        return OfferLine(
            self.name, quantity, self.price, self.currency, self.unit, self.sku, discount, self.vat, places={}
        )


class PriceList(NamedTuple):
    """prices/<name>.yaml."""

    name: str
    currency: str
    items: dict[str, PriceItem]
    title: str = ""

    def find(self, sku: str, day: date, place: Place = NOWHERE) -> PriceItem | Problem:
        """The item of a code on a day.

        Args:
            place: where the code was asked for, for the problem.

        Returns:
            The item; or a problem ``unknown-sku`` with the nearest code, or ``expired-price`` for an item that is
            not valid on that day.
        """
        item = self.items.get(sku) or self._by_case(sku)
        if item is None:
            message = Message("“{sku}” is not in the price list {list}", sku=sku, list=self.name)
            return Problem(place, "unknown-sku", message, did_you_mean(sku, self.items))
        if (item.since and day < item.since) or (item.until and day > item.until):
            message = Message(
                "the price of {sku} in {list} stands from {since} to {until}, not on {day}",
                sku=item.sku,
                list=self.name,
                since=item.since or "…",
                until=item.until or "…",
                day=day,
            )
            return Problem(place, "expired-price", message, Message("renew the price list, or write the price itself"))
        return item

    def _by_case(self, sku: str) -> PriceItem | None:
        folded = sku.casefold()
        return next((item for code, item in self.items.items() if code.casefold() == folded), None)


def parse_price_list(name: str, mapping: Mapping[str, Any]) -> PriceList:
    """Reads a price list: ``currency``, optional ``title``, ``from``, ``until``, ``vat``, and ``items``.

    Args:
        name: the list's name, as of its file.
        mapping: the file, or ``{"currency": …, "items": rows}`` with the rows of a CSV file.

    Raises:
        BrokenFiles: with every problem found: no code, a code twice, an unreadable price, an unknown currency.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    keys.text("list")
    currency = _currency(keys, "")
    since, until = read_date(keys, "from"), read_date(keys, "until")
    base = PriceItem("", "", "", Decimal(0), currency, keys.text("vat"), since, until, Place())
    items: dict[str, PriceItem] = {}
    value = keys.raw("items")
    if value and not is_list(value):
        keys.report("items", "type", Message("“items” should be a list"), Message("begin each with - sku: …"))
        value = []
    for entry in value or []:
        item = _item(entry, base, problems)
        if item.sku in items:
            message = Message("the code “{sku}” stands here a second time", sku=item.sku)
            problems.append(Problem(item.place, "repeated-sku", message, Message("drop one of them")))
        elif item.sku:
            items[item.sku] = item
    title = keys.text("title")
    keys.done("a price list")
    if problems:
        raise BrokenFiles(problems)
    return PriceList(name, currency, items, title)


def _item(entry: Any, base: PriceItem, problems: list[Problem]) -> PriceItem:
    keys = Keys(entry, problems)
    price = read_decimal(keys, "price", keys.text("price", required=True), PRICE_PLACES, MAX_PRICE)
    sku = keys.text("sku", required=True)
    item = PriceItem(
        sku,
        keys.text("name", sku),
        keys.text("unit"),
        price or Decimal(0),
        _currency(keys, base.currency),
        keys.text("vat", base.vat),
        read_date(keys, "from") or base.since,
        read_date(keys, "until") or base.until,
        getattr(entry, "place", Place()),
    )
    keys.done("an item of a price list")
    return item


def _currency(keys: Keys, default: str) -> str:
    """A currency of its own, checked; else the default, which was checked where it stands."""
    currency = keys.text("currency", required=not default)
    if currency and currency not in CURRENCIES:
        message = Message("“{text}” is no currency svcctl knows", text=currency)
        keys.report("currency", "currency", message, did_you_mean(currency.upper(), CURRENCIES))
    return currency or default
