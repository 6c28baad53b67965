from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from svcctl.model.offer import Offer, Validity
from svcctl.model.problems import BrokenFiles
from svcctl.store.yaml import read

GOOD = """\
# our first offer to them
offer: R-20261121-k7qm4d
revision: r1
title: Арматура
date: 2026-11-21
validity: 14 days
currency: RUB
language: ru
vat: on_top
rounding: line
seller: {name: ООО «Север», inn: "7701234567", address: Москва, phone: "+7 495 1"}
client: {name: Металлстрой}
lines:
- name: Арматура А500С   # as always
  quantity: 20.125
  unit: т
  price: 61 500,00
  discount: 5%
  vat: standard
discount: 3%
"""


def parse(text: str) -> Offer:
    mapping, problems = read(text, "r1.yaml")
    assert mapping is not None and not problems
    return Offer.parse(mapping)


def complaints(text: str) -> list[str]:
    """Each problem as ``line:column code message | remedy``."""
    with pytest.raises(BrokenFiles) as error:
        parse(text)
    return [
        f"{found.line}:{found.column} {found.code} {found.message} | {found.remedy}" for found in error.value.problems
    ]


def test_an_offer_reads_as_written() -> None:
    offer = parse(GOOD)
    assert offer.number == "R-20261121-k7qm4d-r1"
    assert (offer.date, offer.currency, offer.language, offer.vat, offer.rounding) == (
        date(2026, 11, 21),
        "RUB",
        "ru",
        "on_top",
        "line",
    )
    (line,) = offer.lines
    assert (line.quantity, line.price, line.discount) == (Decimal("20.125"), Decimal(61500), Decimal(5))
    assert offer.discount == 3
    assert offer.client == {"name": "Металлстрой"}
    assert offer.gaps() == []
    assert line.places["vat"].line == 19


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "quantity: 20.125",
            "quantity: -2",
            "15:13 negative “quantity” cannot be negative (-2) | write it without the minus",
        ),
        ("quantity: 20.125", "quantity: 0", "15:13 number “quantity” cannot be 0 | drop the line instead"),
        (
            "quantity: 20.125",
            "quantity: many",
            "15:13 number “quantity” should be a number, not “many” | "
            "write it like 1234.50 (a point, no thousands commas)",
        ),
        ("  quantity: 20.125\n", "", "14:3 missing “quantity” is missing | add it to the file"),
        (
            "price: 61 500,00",
            "price: 1.12345",
            "17:10 decimals “price” has more than 4 decimals (1.12345) | "
            "round it, or sell by a larger unit (1000 pieces)",
        ),
        (
            "price: 61 500,00",
            "price: 100 USD",
            "17:10 mixed-currencies a price in USD in an offer in RUB | convert it, or add exchange: {USD: rate}",
        ),
        (
            "price: 61 500,00",
            "price: 1000000000000",
            "17:10 too-large “price” is too large (1000000000000) | it must be below 1 000 000 000 000",
        ),
        (
            "price: 61 500,00",
            "price: ten",
            "17:10 number “price” should be a number, not “ten” | write it like 1234.50 (a point, no thousands commas)",
        ),
        ("discount: 5%", "discount: 105%", "18:13 discount a discount of 105% is over 100 % | None"),
        (
            "discount: 3%",
            "discount: -3%",
            "20:11 negative “discount” cannot be negative (-3) | write a discount as discount: 5%",
        ),
        ("unit: т", "unti: т", "16:3 unknown-key “unti” is no key of a line of an offer | did you mean “unit”?"),
        ("rounding: line", "rounding: lines", "10:11 choice “rounding” cannot be “lines” | did you mean “line”?"),
        ("vat: on_top", "vat: ontop", "9:6 choice “vat” cannot be “ontop” | did you mean “on_top”?"),
        ("language: ru", "language: de", "8:11 choice “language” cannot be “de” | known here: en, pl, ru"),
        ("currency: RUB", "currency: RUR", "7:11 currency “RUR” is no currency svcctl knows | did you mean “RUB”?"),
        (
            "validity: 14 days",
            "validity: a fortnight",
            "6:11 validity “a fortnight” is no validity | write 14 days, or 10 working days",
        ),
        (
            "validity: 14 days",
            "validity: 14 days\nvalid_until: 2026-12-05",
            "6:11 validity “validity” and “valid_until” stand here both | keep one of them",
        ),
        (
            "validity: 14 days",
            "valid_until: 2026-11-20",
            "6:14 validity the offer ends on 2026-11-20, before its date 2026-11-21 | write a later day",
        ),
        (
            "offer: R-20261121-k7qm4d",
            "offer: K-17",
            "2:8 offer-id “K-17” is no request's id | write the id of the request, like R-20261121-k7qm4d",
        ),
        ("revision: r1", "revision: 1", "3:11 revision “1” is no revision | write r1, r2 and so on"),
        ("revision: r1", "revision: r0", "3:11 revision “r0” is no revision | write r1, r2 and so on"),
        (
            "client: {name: Металлстрой}",
            "client: Металлстрой",
            "12:9 type “client” should be a mapping of keys to values | None",
        ),
        (
            "date: 2026-11-21",
            "date: 21.11.2026",
            "5:7 date “date” should be a day, not “21.11.2026” | write it like 2026-11-21",
        ),
        ("title: Арматура", "totle: Арматура", "4:1 unknown-key “totle” is no key of an offer | did you mean “title”?"),
        ("title: Арматура", "exchange: {USD: 0}", "4:17 number the rate of USD cannot be 0 | None"),
        (
            "title: Арматура",
            "exchange: {USB: 1}",
            "4:17 currency “USB” needs no rate or is unknown | did you mean “USD”?",
        ),
    ],
)
def test_each_mistake_has_its_place_and_remedy(old: str, new: str, complaint: str) -> None:
    assert old in GOOD
    assert complaints(GOOD.replace(old, new, 1)) == [complaint]


def test_all_mistakes_are_reported_at_once() -> None:
    text = GOOD.replace("20.125", "-1").replace("61 500,00", "x").replace("14 days", "soon").replace("3%", "300%")
    assert [complaint.split()[1] for complaint in complaints(text)] == ["number", "negative", "validity", "discount"]


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("lines: Арматура", "1:8 type “lines” should be a list | begin each line with - name: …"),
        ("lines:\n- Арматура", "2:3 type line 1 of the offer should be a mapping | begin it with - name: …"),
    ],
)
def test_lines_that_are_none(lines: str, complaint: str) -> None:
    head = "{lines}\noffer: R-20261121-k7qm4d\nrevision: r1\ndate: 2026-11-21\ncurrency: RUB\n"
    assert complaints(head.replace("{lines}", lines)) == [complaint]


def test_a_price_in_another_currency_needs_a_rate() -> None:
    text = GOOD.replace("61 500,00", "100.5 USD").replace("discount: 3%", "exchange: {USD: 92.4125}")
    offer = parse(text)
    assert (offer.lines[0].price, offer.lines[0].currency) == (Decimal("100.5"), "USD")
    assert offer.exchange == {"USD": Decimal("92.4125")}
    assert parse(GOOD.replace("61 500,00", "100.5 RUB")).lines[0].currency == "RUB"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14d", Validity(None, 14)),
        ("14 days", Validity(None, 14)),
        ("1 day", Validity(None, 1)),
        ("14 дней", Validity(None, 14)),
        ("14 dni", Validity(None, 14)),
        ("10 working days", Validity(None, 10, True)),
        ("10wd", Validity(None, 10, True)),
        ("10 рабочих дней", Validity(None, 10, True)),
        ("10 dni roboczych", Validity(None, 10, True)),
    ],
)
def test_validity_in_calendar_and_in_working_days(text: str, expected: Validity) -> None:
    assert parse(GOOD.replace("14 days", text)).validity == expected


@pytest.mark.parametrize("text", ["0 days", "-3 days", "99999 days", "3651 days", "3 weeks", "14"])
def test_what_is_no_validity(text: str) -> None:
    assert [complaint.split()[1] for complaint in complaints(GOOD.replace("14 days", text))] == ["validity"]


def test_the_last_day() -> None:
    offer = parse(GOOD)
    assert offer.valid_until() == date(2026, 12, 5)
    assert parse(GOOD.replace("validity: 14 days", "valid_until: 2026-12-31")).valid_until() == date(2026, 12, 31)
    assert parse(GOOD.replace("validity: 14 days\n", "")).valid_until() is None


def test_working_days_come_from_the_calendar_that_is_given() -> None:
    offer = parse(GOOD.replace("14 days", "10 working days"))
    assert offer.valid_until(lambda day, days: day.replace(day=day.day - days)) == date(2026, 11, 11)
    with pytest.raises(BrokenFiles, match="a validity in working days needs a calendar") as error:
        offer.valid_until()
    assert error.value.problems[0].line == 6


def test_gaps_are_what_must_still_be_filled_in() -> None:
    text = (
        "offer: R-20261121-k7qm4d\nrevision: r1\ndate: 2026-11-21\ncurrency: RUB\n"
        'seller: {inn: ""}\nclient: {}\nlines: []\n'
    )
    gaps = parse(text).gaps()
    assert [(gap.line, gap.code, str(gap.message)) for gap in gaps] == [
        (7, "missing-requisite", "the offer has no lines"),
        (5, "missing-requisite", "the seller's “name” is missing"),
        (5, "missing-requisite", "the seller's tax number is missing (inn, nip or vat_id)"),
        (5, "missing-requisite", "the seller's “address” is missing"),
        (5, "missing-requisite", "the seller's phone or email is missing"),
        (6, "missing-requisite", "the client's “name” is missing"),
        (3, "missing-requisite", "the offer does not say how long it is valid"),
    ]
    assert all(gap.remedy for gap in gaps)


def test_a_missing_name_of_a_line_and_missing_heads() -> None:
    assert complaints("lines:\n- {quantity: 1, price: 1}\n") == [
        "1:1 missing “offer” is missing | add it to the file",
        "1:1 missing “revision” is missing | add it to the file",
        "1:1 missing “date” is missing | add it to the file",
        "1:1 missing “currency” is missing | add it to the file",
        "2:3 missing “name” is missing | add it to the file",
    ]


def test_a_thousand_lines() -> None:
    more = "- {name: Болт, quantity: 1, price: 0.01}\n" * 999
    assert len(parse(GOOD.replace("discount: 3%\n", "").rstrip("\n") + "\n" + more).lines) == 1000


def test_a_plain_mapping_without_places_is_read_too() -> None:
    mapping = {"offer": "R-20261121-k7qm4d", "revision": "r2", "date": "2026-11-21", "currency": "PLN"}
    assert Offer.parse(mapping).lines == ()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar_are_refused(day: str) -> None:
    text = re.sub(r"(?m)^date: .*$", f"date: {day}", GOOD)
    assert text != GOOD
    with pytest.raises(BrokenFiles) as refusal:
        parse(text)
    assert "the year of “date” is out of range" in str(refusal.value.problems[0].message)
