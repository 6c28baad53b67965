"""Counts an offer: what each line and the whole cost without VAT, the VAT, and with it.

The law that always holds, to the kopeck: net + VAT = gross in every line, for every rate and in the whole, and the
lines add up to the whole. Everything is counted in whole kopecks; the only roundings, all half up, are

1. a line's amount, quantity × price × (1 − line discount);
2. the discount on the whole, taken from the sum of the amounts and divided among the lines by largest remainder;
3. VAT: with ``rounding: line`` in each line, with ``rounding: document`` once for the sum of each rate and then
   divided among its lines by largest remainder.

With ``vat: included`` the amounts contain VAT (VAT = gross × rate / (100 + rate)), with ``on_top`` it is added to them
(VAT = net × rate / 100), with ``none`` there is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.money import EXACT, Money, apportion, exact_product, half_up, in_words
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.offer import Offer, OfferLine
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.vat import NONE, VatRate, VatTable

# What can still be spelt in words; checked on every sum so that no total is ever printed without them.
_TOO_MUCH = 10**17


class PricedLine(NamedTuple):
    """A line with its figures; ``price`` is in the offer's currency, ``amount`` before the discount on the whole."""

    line: OfferLine
    rate: VatRate
    price: Money
    amount: Money
    net: Money
    vat_amount: Money
    gross: Money

    def as_json(self) -> dict[str, object]:
        """The line as ``offer show --json`` prints it: ``discount`` in percent, ``vat`` in percent or ``none``."""
        line = self.line
        return {
            "sku": line.sku or None,
            "name": line.name,
            "quantity": plain(line.quantity),
            "unit": line.unit or None,
            "price": self.price.as_json(exact=True),
            "discount": plain(line.discount),
            "vat": self.rate.label.removesuffix("%"),
            "vat_class": self.rate.name,
            "net": self.net.as_json(),
            "vat_amount": self.vat_amount.as_json(),
            "gross": self.gross.as_json(),
        }


class VatSum(NamedTuple):
    """The lines of one rate together."""

    rate: VatRate
    net: Money
    vat: Money
    gross: Money

    def as_json(self) -> dict[str, object]:
        """The sums as ``offer show --json`` prints them under ``vat_by_rate``."""
        return {
            "vat": self.rate.label.removesuffix("%"),
            "net": self.net.as_json(),
            "vat_amount": self.vat.as_json(),
            "gross": self.gross.as_json(),
        }


class PricedOffer(NamedTuple):
    """An offer with all its figures.

    ``subtotal`` is the sum of the lines' amounts, ``discount`` what the discount on the whole takes off it; both with
    VAT where the offer's prices contain it.
    """

    offer: Offer
    lines: tuple[PricedLine, ...]
    by_rate: tuple[VatSum, ...]
    subtotal: Money
    discount: Money
    net: Money
    vat: Money
    gross: Money

    def in_words(self) -> str:
        """The gross total in the offer's language; kopecks in digits in Russian, as payment documents have them."""
        language = self.offer.language
        minor = "digits" if language == "ru" else "words"
        return in_words(self.gross.amount, self.offer.currency, language, minor)

    def as_json(
        self,
        status: str | None = None,
        approvals: Sequence[object] = (),
        valid_until: date | None = None,
    ) -> dict[str, object]:
        """The stable document of ``offer show --json``.

        Args:
            status: the offer's state by its request's events.
            approvals: JSON-ready approvals, likewise.
            valid_until: the last day of a validity in working days; without it one in calendar days is counted here.
        """
        offer = self.offer
        if valid_until is None and not offer.validity.working:
            valid_until = offer.valid_until()
        return {
            "id": offer.offer,
            "revision": offer.revision,
            "status": status,
            "currency": offer.currency,
            "lines": [line.as_json() for line in self.lines],
            "subtotal": self.subtotal.as_json(),
            "discount": self.discount.as_json(),
            "net": self.net.as_json(),
            "vat": self.vat.as_json(),
            "gross": self.gross.as_json(),
            "vat_by_rate": [sums.as_json() for sums in self.by_rate],
            "in_words": self.in_words(),
            "approvals": list(approvals),
            "valid_until": valid_until.isoformat() if valid_until else None,
        }


def plain(number: Decimal) -> str:
    """A number without exponent or trailing zeros: ``20``, ``1.5``."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def price(offer: Offer, table: VatTable) -> PricedOffer:
    """Counts an offer.

    Args:
        offer: the offer; a line that names no VAT has the country's standard rate, or none with ``vat: none``.
        table: the country's VAT rates; those in force on the offer's ``vat_date``, else its date, apply.

    Raises:
        BrokenFiles: with every problem: a VAT rate unknown or not in force, VAT in an offer without VAT, a sum too
            large to print.
    """
    problems: list[Problem] = []
    rates = [_rate(offer, line, table, problems) for line in offer.lines]
    amounts = [_amount(offer, line) for line in offer.lines]
    if sum(amounts) * 2 >= _TOO_MUCH:
        place = offer.places.get("lines", Place())
        message = Message("the offer's total is too large")
        problems.append(Problem(place, "too-large", message, Message("check the quantities and prices")))
    found = [rate for rate in rates if rate is not None]
    if problems:
        raise BrokenFiles(problems)
    return _sums(offer, found, amounts)


def ending_rates(priced: PricedOffer, until: date) -> list[Problem]:
    """A problem ``vat-ends`` for each rate of the offer that is in force no longer on its last day.

    The rate of the day of delivery counts, so a total may change while the client still decides.
    """
    found = []
    for sums in priced.by_rate:
        rate = sums.rate
        if rate.until and rate.until < until:
            place = priced.offer.places.get("vat_date", priced.offer.places.get("date", Place()))
            message = Message(
                "VAT {rate} ends on {end}, the offer stands until {until}", rate=rate.label, end=rate.until, until=until
            )
            found.append(Problem(place, "vat-ends", message, Message("end the offer earlier, or write vat_date:")))
    return found


def _rate(offer: Offer, line: OfferLine, table: VatTable, problems: list[Problem]) -> VatRate | None:
    word = line.vat or ("standard" if offer.vat != NONE else NONE)
    place = line.places.get("vat", line.places.get("", Place()))
    found = table.find(word, offer.vat_date or offer.date, place)
    if isinstance(found, Problem):
        problems.append(found)
        return None
    if offer.vat == NONE and found.percent is not None:
        message = Message("VAT {rate} in an offer without VAT", rate=found.label)
        remedy = Message("drop it, or write vat: on_top or vat: included for the whole offer")
        problems.append(Problem(place, "vat-mode", message, remedy))
    return found


def _price(offer: Offer, line: OfferLine) -> Money:
    """A unit's price in the offer's currency, rounded where it is converted, because what is printed must count."""
    if line.currency == offer.currency:
        return Money(line.price, offer.currency)
    places = max(2, -int(line.price.as_tuple().exponent))
    converted = exact_product(line.price, offer.exchange[line.currency])
    return Money(EXACT.quantize(converted, Decimal(1).scaleb(-places)), offer.currency)


def _amount(offer: Offer, line: OfferLine) -> int:
    share = EXACT.subtract(Decimal(1), exact_product(line.discount, Decimal("0.01")))
    return Money(exact_product(line.quantity, _price(offer, line).amount, share), offer.currency).minor()


def _discount(subtotal: int, percent: Decimal) -> int:
    numerator, denominator = percent.as_integer_ratio()
    return half_up(subtotal * numerator, 100 * denominator)


def _sums(offer: Offer, rates: list[VatRate], amounts: list[int]) -> PricedOffer:
    currency = offer.currency
    subtotal = sum(amounts)
    discount = _discount(subtotal, offer.discount)
    shares = apportion(subtotal - discount, amounts)
    vats = _vat(offer, rates, shares)
    nets = [share - vat if offer.vat == "included" else share for share, vat in zip(shares, vats, strict=True)]
    lines = tuple(
        PricedLine(
            line,
            rate,
            _price(offer, line),
            Money.of_minor(amount, currency),
            Money.of_minor(net, currency),
            Money.of_minor(vat, currency),
            Money.of_minor(net + vat, currency),
        )
        for line, rate, amount, net, vat in zip(offer.lines, rates, amounts, nets, vats, strict=True)
    )
    return PricedOffer(
        offer,
        lines,
        _by_rate(lines, currency),
        Money.of_minor(subtotal, currency),
        Money.of_minor(discount, currency),
        Money.of_minor(sum(nets), currency),
        Money.of_minor(sum(vats), currency),
        Money.of_minor(sum(nets) + sum(vats), currency),
    )


def _vat(offer: Offer, rates: list[VatRate], shares: list[int]) -> list[int]:
    if offer.rounding == "line":
        return [_vat_of(share, rate, offer.vat) for share, rate in zip(shares, rates, strict=True)]
    result = [0] * len(shares)
    for percent in {rate.percent: rate for rate in rates}:
        mine = [index for index, rate in enumerate(rates) if rate.percent == percent]
        weights = [shares[index] for index in mine]
        whole = _vat_of(sum(weights), rates[mine[0]], offer.vat)
        for index, part in zip(mine, apportion(whole, weights), strict=True):
            result[index] = part
    return result


def _vat_of(amount: int, rate: VatRate, mode: str) -> int:
    """The VAT of an amount in kopecks that contains it or to which it is added."""
    if not rate.percent:
        return 0
    numerator, denominator = rate.percent.as_integer_ratio()
    base = 100 * denominator
    return half_up(amount * numerator, base + numerator if mode == "included" else base)


def _by_rate(lines: tuple[PricedLine, ...], currency: str) -> tuple[VatSum, ...]:
    """The sums of each rate, the highest rate first, "without VAT" last."""
    rates = {line.rate.percent: line.rate for line in lines}
    ordered = sorted(rates, key=lambda percent: Decimal(-1) if percent is None else percent, reverse=True)
    zero = Money(Decimal(0), currency)
    sums = []
    for percent in ordered:
        mine = [line for line in lines if line.rate.percent == percent]
        net = sum((line.net for line in mine), zero)
        vat = sum((line.vat_amount for line in mine), zero)
        sums.append(VatSum(rates[percent], net, vat, net + vat))
    return tuple(sums)
