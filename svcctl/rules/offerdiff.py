"""What one revision of an offer changes against another, in words that a client understands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import OfferLine
from svcctl.rules.offers import PricedLine, PricedOffer, plain


class Change(NamedTuple):
    """One change: of a line (``what`` is its name) or of the whole (``what`` is empty).

    ``field`` is the name of what changed, or ``added`` or ``removed`` for a line; ``old`` and ``new`` are written out.
    """

    what: str
    field: str
    old: str
    new: str

    def as_json(self) -> dict[str, object]:
        """The change as ``offer diff --json`` prints it."""
        return {"line": self.what or None, "field": self.field, "old": self.old or None, "new": self.new or None}

    def sentence(self) -> Message:
        """The change as a sentence."""
        if self.field == "added":
            return Message("{what}: new, {new}", what=self.what, new=self.new)
        if self.field == "removed":
            return Message("{what}: no longer offered ({old})", what=self.what, old=self.old)
        change = self._change()
        return Message("{what}: {change}", what=self.what, change=change) if self.what else change

    def _change(self) -> Message:
        field = _FIELDS[self.field]
        if not self.old:
            return Message("{field}: {new} (new)", field=field, new=self.new)
        if not self.new:
            return Message("{field}: none (was {old})", field=field, old=self.old)
        return Message("{field}: {new} (was {old})", field=field, new=self.new, old=self.old)


_FIELDS = {
    "name": Message("name"),
    "quantity": Message("quantity"),
    "price": Message("price"),
    "discount": Message("discount"),
    "vat": Message("VAT"),
    "note": Message("note"),
    "amount": Message("amount"),
    "title": Message("subject"),
    "currency": Message("currency"),
    "vat_mode": Message("VAT"),
    "valid_until": Message("valid until"),
    "delivery": Message("delivery"),
    "payment": Message("payment"),
    "notes": Message("notes"),
    "net": Message("sum without VAT"),
    "vat_sum": Message("VAT in all"),
    "gross": Message("sum with VAT"),
}
_MODES = {"on_top": "on top of the prices", "included": "contained in the prices", "none": "none"}


def changes(old: PricedOffer, new: PricedOffer, old_until: date | None, new_until: date | None) -> list[Change]:
    """What ``new`` changes: line by line in the order of the new offer, what is gone, then terms and sums.

    Lines belong together by their code, else by their name; of several alike the first to the first.

    Args:
        old_until: the last days of the two, where they have one.
    """
    return [*_lines(old, new), *_terms(old, new, old_until, new_until), *_sums(old, new)]


def _key(line: OfferLine) -> str:
    return line.sku or line.name


def _lines(old: PricedOffer, new: PricedOffer) -> Iterator[Change]:
    waiting: dict[str, list[PricedLine]] = defaultdict(list)
    for priced in old.lines:
        waiting[_key(priced.line)].append(priced)
    for priced in new.lines:
        before = waiting[_key(priced.line)]
        if before:
            yield from _line(before.pop(0), priced)
        else:
            yield Change(priced.line.name, "added", "", _whole(priced))
    for priced in old.lines:
        if any(priced is left for left in waiting[_key(priced.line)]):
            yield Change(priced.line.name, "removed", _whole(priced), "")


def _line(old: PricedLine, new: PricedLine) -> Iterator[Change]:
    for field, before, after in zip(_LINE, _cells(old), _cells(new), strict=True):
        if before != after:
            yield Change(new.line.name, field, before, after)


_LINE = ("name", "quantity", "price", "discount", "vat", "note")


def _cells(priced: PricedLine) -> tuple[str, ...]:
    line = priced.line
    return (line.name, _quantity(line), str(_price(priced)), _percent(line.discount), priced.rate.label, line.note)


def _quantity(line: OfferLine) -> str:
    return f"{plain(line.quantity)} {line.unit}".rstrip()


def _price(priced: PricedLine) -> str:
    money = priced.price.as_json(exact=True)
    return f"{money['amount']} {money['currency']}"


def _percent(discount: Decimal) -> str:
    return f"{plain(discount)} %" if discount else ""


def _whole(priced: PricedLine) -> str:
    return f"{_quantity(priced.line)} × {_price(priced)}"


def _terms(old: PricedOffer, new: PricedOffer, old_until: date | None, new_until: date | None) -> Iterator[Change]:
    before, after = old.offer, new.offer
    pairs = [
        ("title", before.title, after.title),
        ("currency", before.currency, after.currency),
        ("vat_mode", _MODES[before.vat], _MODES[after.vat]),
        ("discount", _percent(before.discount), _percent(after.discount)),
        ("valid_until", str(old_until or ""), str(new_until or "")),
        ("delivery", before.delivery, after.delivery),
        ("payment", before.payment, after.payment),
        ("notes", before.notes, after.notes),
    ]
    return (Change("", field, was, now) for field, was, now in pairs if was != now)


def _sums(old: PricedOffer, new: PricedOffer) -> Iterator[Change]:
    pairs = (("net", old.net, new.net), ("vat_sum", old.vat, new.vat), ("gross", old.gross, new.gross))
    return (Change("", field, str(was), str(now)) for field, was, now in pairs if was != now)
