from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from svcctl.model.pricelist import PriceItem, PriceList, parse_price_list
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.rows import read_rows
from svcctl.store.yaml import read

TEXT = """\
list: rebar
title: Арматура
currency: RUB
from: 2026-11-01
until: 2026-12-31
vat: standard
items:
- {sku: A500C-12, name: Арматура 12 мм, unit: т, price: 61500}
- {sku: A500C-16, name: Арматура 16 мм, unit: т, price: 60900.50, until: 2026-11-30, vat: none}
- {sku: BAR, price: 10, currency: USD}
"""


def prices(text: str = TEXT) -> PriceList:
    mapping, problems = read(text, "prices/rebar.yaml")
    assert mapping is not None and not problems
    return parse_price_list("rebar", mapping)


def test_an_item_takes_what_it_lacks_from_the_list() -> None:
    first, second, third = prices().items.values()
    assert (first.currency, first.vat, first.until) == ("RUB", "standard", date(2026, 12, 31))
    assert (second.vat, second.until, second.price) == ("none", date(2026, 11, 30), Decimal("60900.50"))
    assert (third.name, third.currency) == ("BAR", "USD")
    line = first.line(Decimal(20), Decimal(5))
    assert (line.sku, line.name, line.quantity, line.discount, line.vat) == (
        "A500C-12",
        "Арматура 12 мм",
        20,
        5,
        "standard",
    )


def test_a_code_is_found_whatever_its_case() -> None:
    found = prices().find("a500c-12", date(2026, 11, 21))
    assert isinstance(found, PriceItem) and found.sku == "A500C-12"


@pytest.mark.parametrize(
    ("sku", "day", "code", "message", "remedy"),
    [
        ("A500C-13", "2026-11-21", "unknown-sku", "“A500C-13” is not in the price list rebar", "did you mean “A500C-1"),
        (
            "A500C-16",
            "2026-12-01",
            "expired-price",
            "the price of A500C-16 in rebar stands from 2026-11-01 to 2026-11-30, not on 2026-12-01",
            "renew the price list, or write the price itself",
        ),
        (
            "BAR",
            "2026-10-31",
            "expired-price",
            "the price of BAR in rebar stands from 2026-11-01 to 2026-12-31, not on 2026-10-31",
            "renew the price list, or write the price itself",
        ),
    ],
)
def test_unknown_and_expired_codes(sku: str, day: str, code: str, message: str, remedy: str) -> None:
    found = prices().find(sku, date.fromisoformat(day), Place("lines.csv", 3, 1))
    assert isinstance(found, Problem)
    assert (found.place.line, found.code, str(found.message)) == (3, code, message)
    assert str(found.remedy).startswith(remedy)


def test_rows_of_a_csv_file_make_a_list() -> None:
    rows, problems = read_rows("Артикул;Наименование;Ед.;Цена\nA;Болт;шт.;0,0375\n", "bolts.csv")
    assert not problems
    made = parse_price_list("bolts", {"currency": "PLN", "items": rows})
    assert made.items["A"].price == Decimal("0.0375")
    assert made.items["A"].place.line == 2


def test_every_mistake_is_reported() -> None:
    text = """\
currency: RUR
items:
- {sku: A, price: 1.12345}
- {sku: B, price: -1}
- {price: 1}
- {sku: C}
- {sku: A, price: 1, prise: 2}
- {sku: D, price: 1, currency: EU}
"""
    with pytest.raises(BrokenFiles) as error:
        prices(text)
    assert [f"{found.line} {found.code} {found.message}" for found in error.value.problems] == [
        "1 currency “RUR” is no currency svcctl knows",
        "3 decimals “price” has more than 4 decimals (1.12345)",
        "4 negative “price” cannot be negative (-1)",
        "5 missing “sku” is missing",
        "6 missing “price” is missing",
        "7 unknown-key “prise” is no key of an item of a price list",
        "7 repeated-sku the code “A” stands here a second time",
        "8 currency “EU” is no currency svcctl knows",
    ]


def test_items_must_be_a_list() -> None:
    with pytest.raises(BrokenFiles, match="“items” should be a list"):
        prices("currency: RUB\nitems: none\n")
