"""Totals of offers: the law lines + VAT = total, and an independent computation with fractions."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

import pytest

from svcctl.model.money import Money
from svcctl.model.offer import Offer, OfferLine
from svcctl.model.problems import BrokenFiles
from svcctl.model.vat import VatTable, parse_vat
from svcctl.rules.offers import PricedOffer, ending_rates, price

RU = parse_vat(
    {
        "vat": "ru",
        "classes": {
            "standard": [
                {"rate": "20", "from": "2019-01-01", "until": "2025-12-31"},
                {"rate": "22", "from": "2026-01-01"},
            ],
            "reduced": {"rate": "10", "from": "2004-01-01"},
            "odd": {"rate": "7.25", "from": "2004-01-01"},
            "zero": {"rate": "0", "from": "2001-01-01"},
            "none": {"rate": "none", "from": "2001-01-01"},
        },
    }
)
RATES = {
    "standard": Fraction(22),
    "": Fraction(22),
    "reduced": Fraction(10),
    "odd": Fraction(29, 4),
    "zero": Fraction(0),
}


def offer_of(lines: list[dict[str, str]], table: VatTable = RU, **more: str) -> PricedOffer:
    head = {"offer": "R-20261121-k7qm4d", "revision": "r1", "date": "2026-11-21", "currency": "RUB", "language": "ru"}
    numbered = [{"name": f"line {index}", **line} for index, line in enumerate(lines, 1)]
    return price(Offer.parse({**head, "lines": numbered, **more}), table)


def amounts(priced: PricedOffer) -> tuple[str, str, str]:
    return str(priced.net.amount), str(priced.vat.amount), str(priced.gross.amount)


def test_vat_on_top() -> None:
    priced = offer_of([{"quantity": "3", "price": "10.10"}])
    assert amounts(priced) == ("30.30", "6.67", "36.97")


def test_vat_included() -> None:
    priced = offer_of([{"quantity": "1", "price": "122"}], vat="included")
    assert amounts(priced) == ("100.00", "22.00", "122.00")


def test_no_vat() -> None:
    priced = offer_of([{"quantity": "2", "price": "50"}], vat="none")
    assert amounts(priced) == ("100.00", "0.00", "100.00")
    assert priced.lines[0].rate.percent is None


def test_line_and_document_rounding_differ_by_the_roundings() -> None:
    lines = [{"quantity": "1", "price": "0.07"}] * 3
    assert amounts(offer_of(lines, rounding="line")) == ("0.21", "0.06", "0.27")
    assert amounts(offer_of(lines, rounding="document")) == ("0.21", "0.05", "0.26")


def test_discounts_by_line_and_on_the_whole() -> None:
    lines = [{"quantity": "1", "price": "100", "discount": "10%"}, {"quantity": "1", "price": "0.01"}]
    priced = offer_of(lines, discount="3%")
    assert [str(line.amount) for line in priced.lines] == ["90.00 RUB", "0.01 RUB"]
    assert (str(priced.subtotal), str(priced.discount), str(priced.net)) == ("90.01 RUB", "2.70 RUB", "87.31 RUB")


def test_everything_free() -> None:
    priced = offer_of([{"quantity": "5", "price": "0"}, {"quantity": "1", "price": "9", "discount": "100"}])
    assert amounts(priced) == ("0.00", "0.00", "0.00")
    assert priced.in_words() == "ноль рублей 00 копеек"
    assert amounts(offer_of([])) == ("0.00", "0.00", "0.00")


def test_last_year_s_offer_has_last_year_s_rate_unless_it_delivers_this_year() -> None:
    lines = [{"quantity": "1", "price": "100"}]
    assert str(offer_of(lines, date="2025-12-20").vat) == "20.00 RUB"
    assert str(offer_of(lines, date="2025-12-20", vat_date="2026-01-15").vat) == "22.00 RUB"


def test_a_price_in_another_currency_is_converted_and_rounded_once() -> None:
    priced = offer_of([{"quantity": "3", "price": "10.55 USD"}], exchange={"USD": "92.4125"})  # type: ignore[arg-type]
    assert str(priced.lines[0].price) == "974.95 RUB"
    assert str(priced.net) == "2924.85 RUB"
    fine = offer_of([{"quantity": "250", "price": "0.0375 USD"}], exchange={"USD": "0.8624"})  # type: ignore[arg-type]
    assert fine.lines[0].as_json()["price"] == {"amount": "0.0323", "currency": "RUB"}


def test_json_has_the_keys_of_the_api() -> None:
    priced = offer_of(
        [
            {"quantity": "20.50", "price": "0.035", "discount": "5%", "sku": "A-1", "unit": "kg", "vat": "10"},
            {"quantity": "1", "price": "1", "vat": "none"},
        ],
        validity="14 days",
    )
    document = priced.as_json(status="draft", approvals=[{"by": "petrova"}])
    assert document["lines"] == [
        {
            "sku": "A-1",
            "name": "line 1",
            "quantity": "20.5",
            "unit": "kg",
            "price": {"amount": "0.035", "currency": "RUB"},
            "discount": "5",
            "vat": "10",
            "vat_class": "reduced",
            "net": {"amount": "0.68", "currency": "RUB"},
            "vat_amount": {"amount": "0.07", "currency": "RUB"},
            "gross": {"amount": "0.75", "currency": "RUB"},
        },
        {
            "sku": None,
            "name": "line 2",
            "quantity": "1",
            "unit": None,
            "price": {"amount": "1.00", "currency": "RUB"},
            "discount": "0",
            "vat": "none",
            "vat_class": "none",
            "net": {"amount": "1.00", "currency": "RUB"},
            "vat_amount": {"amount": "0.00", "currency": "RUB"},
            "gross": {"amount": "1.00", "currency": "RUB"},
        },
    ]
    assert {key: document[key] for key in ("id", "revision", "status", "currency", "in_words", "valid_until")} == {
        "id": "R-20261121-k7qm4d",
        "revision": "r1",
        "status": "draft",
        "currency": "RUB",
        "in_words": "один рубль 75 копеек",
        "valid_until": "2026-12-05",
    }
    assert document["approvals"] == [{"by": "petrova"}]
    assert [entry["vat"] for entry in document["vat_by_rate"]] == ["10", "none"]  # type: ignore[attr-defined]
    assert offer_of([], validity="10 working days").as_json()["valid_until"] is None


@pytest.mark.parametrize(
    ("lines", "more", "expected"),
    [
        (
            [{"quantity": "1", "price": "1", "vat": "20%"}],
            {},
            [
                "vat-date VAT 20% is not in force on 2026-11-21 (2019-01-01 to 2025-12-31)"
                " | on that day the standard rate is 22%"
            ],
        ),
        (
            [{"quantity": "1", "price": "1", "vat": "reducd"}],
            {},
            ["vat-class “reducd” is no class of VAT | did you mean “reduced”?"],
        ),
        (
            [{"quantity": "1", "price": "1", "vat": "22"}],
            {"vat": "none"},
            [
                "vat-mode VAT 22% in an offer without VAT"
                " | drop it, or write vat: on_top or vat: included for the whole offer"
            ],
        ),
        (
            [{"quantity": "999999999", "price": "999999999999"}] * 2,
            {},
            ["too-large the offer's total is too large | check the quantities and prices"],
        ),
        ([{"quantity": "1", "price": "1", "vat": "x"}, {"quantity": "1", "price": "1", "vat": "9"}], {}, 2),
    ],
)
def test_what_cannot_be_counted(lines: list[dict[str, str]], more: dict[str, str], expected: list[str] | int) -> None:
    with pytest.raises(BrokenFiles) as error:
        offer_of(lines, **more)
    found = [f"{problem.code} {problem.message} | {problem.remedy}" for problem in error.value.problems]
    assert (len(found) if isinstance(expected, int) else found) == expected


def test_the_largest_total_can_still_be_spelt() -> None:
    priced = offer_of([{"quantity": "1", "price": "499999999999.99", "vat": "reduced"}] * 900)
    assert priced.in_words().endswith("копеек")


def test_the_decimal_context_of_the_thread_does_not_matter() -> None:
    lines = [{"quantity": "20.125", "price": "61500.0001", "discount": "5.55%"}]
    expected = amounts(offer_of(lines, discount="3.33%"))
    with localcontext() as context:
        context.prec = 4
        assert amounts(offer_of(lines, discount="3.33%")) == expected


def test_a_rate_that_ends_before_the_offer_does_is_said() -> None:
    priced = offer_of(
        [{"quantity": "1", "price": "100"}, {"quantity": "1", "price": "1", "vat": "10"}], date="2025-12-20"
    )
    assert [f"{found.code} {found.message}" for found in ending_rates(priced, date(2026, 1, 10))] == [
        "vat-ends VAT 20% ends on 2025-12-31, the offer stands until 2026-01-10"
    ]
    assert ending_rates(priced, date(2025, 12, 31)) == []


# --- an independent computation ---------------------------------------------------------------------------------


def up(value: Fraction) -> int:
    """Half up, in kopecks."""
    return floor(value * 100 + Fraction(1, 2))


def fraction_totals(offer: Offer) -> tuple[int, int, int, int, dict[Fraction | None, int]]:
    """Subtotal, discount, net, VAT and VAT by rate in kopecks, from the definitions in the module's docstring."""
    shown = [
        up(Fraction(line.quantity) * Fraction(line.price) * (1 - Fraction(line.discount) / 100)) for line in offer.lines
    ]
    subtotal = sum(shown)
    discount = floor(Fraction(subtotal) * Fraction(offer.discount) / 100 + Fraction(1, 2))
    left = subtotal - discount
    exact = [Fraction(amount * left, subtotal) if subtotal else Fraction(0) for amount in shown]
    shares = [floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda index: (shares[index] - exact[index], index))
    for index in order[: left - sum(shares)]:
        shares[index] += 1
    groups: dict[Fraction | None, list[int]] = defaultdict(list)
    for line, share in zip(offer.lines, shares, strict=True):
        rate = None if offer.vat == "none" or line.vat == "none" else RATES[line.vat]
        groups[rate].append(share)

    def vat(amount: int, rate: Fraction | None) -> int:
        base = (100 + (rate or 0)) if offer.vat == "included" else 100
        return floor(Fraction(amount) * (rate or 0) / base + Fraction(1, 2))

    by_rate = {
        rate: sum(vat(share, rate) for share in mine) if offer.rounding == "line" else vat(sum(mine), rate)
        for rate, mine in groups.items()
    }
    tax = sum(by_rate.values())
    net = left - tax if offer.vat == "included" else left
    return subtotal, discount, net, tax, by_rate


def random_offer(source: random.Random) -> Offer:
    mode = source.choice(["included", "on_top", "none"])
    lines = tuple(
        OfferLine(
            name="x",
            quantity=Decimal(source.choice([1, 3, source.randint(1, 10**6)])).scaleb(-source.randint(0, 6)),
            price=Decimal(source.choice([0, 1, source.randint(1, 10**6)])).scaleb(-source.randint(0, 4)),
            currency="RUB",
            discount=source.choice([Decimal(0), Decimal(source.randint(0, 10000)).scaleb(-2)]),
            vat=source.choice(["", "none"] if mode == "none" else [*RATES, "none"]),
        )
        for _ in range(source.randint(1, 12))
    )
    base = Offer.parse({"offer": "R-20261121-k7qm4d", "revision": "r1", "date": "2026-11-21", "currency": "RUB"})
    return base._replace(
        lines=lines,
        vat=mode,
        rounding=source.choice(["line", "document"]),
        discount=source.choice([Decimal(0), Decimal(source.randint(0, 10000)).scaleb(-2)]),
    )


def check(offer: Offer) -> None:
    priced = price(offer, RU)
    subtotal, discount, net, vat, by_rate = fraction_totals(offer)
    assert (priced.subtotal.minor(), priced.discount.minor()) == (subtotal, discount)
    assert (priced.net.minor(), priced.vat.minor(), priced.gross.minor()) == (net, vat, net + vat)
    assert {sums.rate.percent and Fraction(sums.rate.percent): sums.vat.minor() for sums in priced.by_rate} == {
        rate and Fraction(rate): tax for rate, tax in by_rate.items()
    }
    zero = Money(Decimal(0), "RUB")
    assert sum((line.net for line in priced.lines), zero) == priced.net
    assert sum((line.vat_amount for line in priced.lines), zero) == priced.vat
    assert sum((line.gross for line in priced.lines), zero) == priced.gross
    for part in (*priced.lines, *priced.by_rate):
        tax = part.vat_amount if hasattr(part, "vat_amount") else part.vat
        assert part.net + tax == part.gross and not part.net < zero and not tax < zero


def test_random_offers_equal_the_fractions() -> None:
    source = random.Random(20261121)
    for _ in range(300):
        check(random_offer(source))


@pytest.mark.long
def test_ten_thousand_random_offers_equal_the_fractions() -> None:
    source = random.Random(7)
    for _ in range(10_000):
        check(random_offer(source))


def test_a_thousand_lines() -> None:
    source = random.Random(1)
    base = random_offer(source)
    lines = tuple(line for _ in range(1000) for line in random_offer(source).lines)[:1000]
    check(base._replace(vat="on_top", lines=lines, rounding="document", discount=Decimal("3.3")))
