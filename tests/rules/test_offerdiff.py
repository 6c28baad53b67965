"""What a revision changes, in sentences."""

from __future__ import annotations

from datetime import date
from typing import Any

from svcctl.rules.offerdiff import changes
from svcctl.rules.offers import PricedOffer
from tests.rules.test_offers import offer_of

ROD: dict[str, str] = {"name": "Rod", "sku": "R-1", "quantity": "20", "unit": "t", "price": "100"}
SAW: dict[str, str] = {"name": "Sawing", "quantity": "1", "price": "5"}


def said(old: PricedOffer, new: PricedOffer, *days: date | None) -> list[str]:
    first, second = days or (None, None)
    return [str(change.sentence()) for change in changes(old, new, first, second)]


def offer(*lines: dict[str, str], **head: Any) -> PricedOffer:
    return offer_of([dict(line) for line in lines], **head)


def test_nothing() -> None:
    assert said(offer(ROD, SAW), offer(ROD, SAW)) == []
    assert said(offer(ROD, SAW), offer(SAW, ROD)) == []


def test_every_value_of_a_line() -> None:
    new = {**ROD, "name": "Rod 12", "quantity": "25", "price": "98.5", "discount": "2", "vat": "10", "note": "cut"}
    sentences = said(offer(ROD), offer(new))
    assert sentences[:6] == [
        "Rod 12: name: Rod 12 (was Rod)",
        "Rod 12: quantity: 25 t (was 20 t)",
        "Rod 12: price: 98.50 RUB (was 100.00 RUB)",
        "Rod 12: discount: 2 % (new)",
        "Rod 12: VAT: 10% (was 22%)",
        "Rod 12: note: cut (new)",
    ]
    assert sentences[-1] == "sum with VAT: 2654.58 RUB (was 2440.00 RUB)"


def test_lines_that_came_and_went() -> None:
    assert said(offer(ROD), offer(SAW))[:2] == [
        "Sawing: new, 1 × 5.00 RUB",
        "Rod: no longer offered (20 t × 100.00 RUB)",
    ]


def test_two_lines_alike_are_told_apart_by_their_order() -> None:
    second = {**SAW, "price": "7"}
    sentences = said(offer(SAW, SAW), offer(SAW, second))
    assert sentences[0] == "Sawing: price: 7.00 RUB (was 5.00 RUB)"
    assert said(offer(SAW, SAW), offer(SAW))[0] == "Sawing: no longer offered (1 × 5.00 RUB)"


def test_terms() -> None:
    old = offer(SAW, title="Rods", delivery="FCA", payment="", discount="3%")
    new = offer(SAW, title="Rods and saws", delivery="", payment="prepaid", vat="included")
    sentences = said(old, new, date(2026, 12, 1), date(2026, 12, 24))
    assert sentences[:6] == [
        "subject: Rods and saws (was Rods)",
        "VAT: contained in the prices (was on top of the prices)",
        "discount: none (was 3 %)",
        "valid until: 2026-12-24 (was 2026-12-01)",
        "delivery: none (was FCA)",
        "payment: prepaid (new)",
    ]


def test_json_has_the_same() -> None:
    first = changes(offer(ROD), offer(ROD, SAW), None, None)[0].as_json()
    assert first == {"line": "Sawing", "field": "added", "old": None, "new": "1 × 5.00 RUB"}
