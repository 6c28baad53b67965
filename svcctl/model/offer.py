"""A commercial offer as its file says it: who offers what to whom, on which terms.

The file holds no state that the request's events hold (submitted, approved, sent) and no sums: those are counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date as Day
from datetime import timedelta
from decimal import Decimal

from svcctl.model.ids import is_request_id
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.numbers import read_date, read_decimal
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import is_list, place_of
from svcctl.model.words import CURRENCIES, LANGUAGES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VAT_MODES = ("included", "on_top", "none")
ROUNDINGS = ("line", "document")
MAX_QUANTITY = 10**9
MAX_PRICE = 10**12
QUANTITY_PLACES = 6
PRICE_PLACES = 4
TAX_IDS = ("inn", "nip", "vat_id", "tax_id", "unp", "bin", "edrpou")


class OfferLine(NamedTuple):
    """One line: what, how much of it, at which price of one unit.

    ``price`` is in ``currency``, which is the offer's unless the offer has an exchange rate for it. ``discount`` is
    in percent. ``vat`` names a class or a rate; empty means the offer's default. ``places`` is where each value stands.
    """

    name: str
    quantity: Decimal
    price: Decimal
    currency: str
    unit: str = ""
    sku: str = ""
    discount: Decimal = Decimal(0)
    vat: str = ""
    note: str = ""
    places: dict[str, Place] = {}


class Validity(NamedTuple):
    """How long an offer stands: up to a day, or a number of calendar or working days after its date."""

    until: Day | None = None
    days: int = 0
    working: bool = False

    def __str__(self) -> str:
        if self.until:
            return self.until.isoformat()
        return f"{self.days} working days" if self.working else f"{self.days} days"


class Offer(NamedTuple):
    """One revision of an offer, as written."""

    offer: str
    revision: str
    date: Day
    currency: str
    language: str
    vat: str
    rounding: str
    seller: dict[str, str]
    client: dict[str, str]
    lines: tuple[OfferLine, ...]
    title: str = ""
    validity: Validity = Validity()
    discount: Decimal = Decimal(0)
    vat_date: Day | None = None
    exchange: dict[str, Decimal] = {}
    delivery: str = ""
    payment: str = ""
    notes: str = ""
    places: dict[str, Place] = {}

    @classmethod
    def parse(cls, mapping: Mapping[str, Any]) -> Offer:
        """Reads an offer's file.

        Raises:
            BrokenFiles: with every problem found, each with its place. What a draft may still lack (requisites,
                lines) is no problem here; ``gaps`` lists it.
        """
        return _parse(mapping)

    @property
    def number(self) -> str:
        """What is printed for the client: the request's id and the revision."""
        return f"{self.offer}-{self.revision}"

    def valid_until(self, working_days: Callable[[Day, int], Day] | None = None) -> Day | None:
        """The last day the offer stands; None where it names none.

        Args:
            working_days: the day that is n working days after another, by a calendar.

        Raises:
            BrokenFiles: the validity is in working days and no calendar was given.
        """
        if self.validity.until or not self.validity.days:
            return self.validity.until
        if not self.validity.working:
            return self.date + timedelta(days=self.validity.days)
        if working_days is None:
            place = self.places.get("validity", Place())
            message = Message("a validity in working days needs a calendar")
            raise BrokenFiles([Problem(place, "calendar", message, Message("write valid_until: and a day"))])
        return working_days(self.date, self.validity.days)

    def gaps(self) -> list[Problem]:
        """What must be filled in before the offer can go to a client: requisites, lines, a validity."""
        found = [_gap(self, "lines", Message("the offer has no lines"))] if not self.lines else []
        if not self.seller.get("name"):
            found.append(_gap(self, "seller", Message("the seller's “{key}” is missing", key="name")))
        if not any(self.seller.get(key) for key in TAX_IDS):
            found.append(_gap(self, "seller", Message("the seller's tax number is missing (inn, nip or vat_id)")))
        if not self.seller.get("address"):
            found.append(_gap(self, "seller", Message("the seller's “{key}” is missing", key="address")))
        if not any(self.seller.get(key) for key in ("phone", "email")):
            found.append(_gap(self, "seller", Message("the seller's phone or email is missing")))
        if not self.client.get("name"):
            found.append(_gap(self, "client", Message("the client's “{key}” is missing", key="name")))
        if self.validity == Validity():
            found.append(_gap(self, "date", Message("the offer does not say how long it is valid")))
        return found


def _gap(offer: Offer, key: str, message: Message) -> Problem:
    remedy = Message("add it to the offer's file") if key != "date" else Message("add validity: 14 days")
    return Problem(offer.places.get(key, offer.places.get("", Place())), "missing-requisite", message, remedy)


def _parse(mapping: Mapping[str, Any]) -> Offer:
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    number, revision = _number(keys), _revision(keys)
    day = _day(keys, "date", required=True)
    currency = _currency(keys, "currency")
    exchange = _exchange(keys, currency)
    offer = Offer(
        offer=number,
        revision=revision,
        date=day or Day.min,
        currency=currency,
        language=keys.choice("language", LANGUAGES, "en"),
        vat=keys.choice("vat", VAT_MODES, "on_top"),
        rounding=keys.choice("rounding", ROUNDINGS, "line"),
        seller=_requisites(keys, "seller"),
        client=_requisites(keys, "client"),
        lines=_lines(keys, currency, exchange),
        title=keys.text("title"),
        validity=_validity(keys, day),
        discount=_percent(keys, "discount"),
        vat_date=read_date(keys, "vat_date"),
        exchange=exchange,
        delivery=keys.text("delivery"),
        payment=keys.text("payment"),
        notes=keys.text("notes"),
        places={"": place_of(mapping), **{key: place_of(mapping, key) for key in mapping}},
    )
    keys.done("an offer")
    if problems:
        raise BrokenFiles(problems)
    return offer


def _number(keys: Keys) -> str:
    number = keys.text("offer", required=True)
    if number and not is_request_id(number):
        message = Message("“{text}” is no request's id", text=number)
        keys.report("offer", "offer-id", message, Message("write the id of the request, like R-20261121-k7qm4d"))
    return number


def _revision(keys: Keys) -> str:
    revision = keys.text("revision", required=True)
    if revision and not (
        revision[0] == "r" and revision[1:].isascii() and revision[1:].isdecimal() and revision[1] != "0"
    ):
        message = Message("“{text}” is no revision", text=revision)
        keys.report("revision", "revision", message, Message("write r1, r2 and so on"))
    return revision


def _currency(keys: Keys, key: str) -> str:
    currency = keys.text(key, required=True)
    if currency and currency not in CURRENCIES:
        message = Message("“{text}” is no currency svcctl knows", text=currency)
        keys.report(key, "currency", message, did_you_mean(currency.upper(), CURRENCIES))
    return currency


def _exchange(keys: Keys, currency: str) -> dict[str, Decimal]:
    """Rates written into the offer: units of its currency for one of the other."""
    rates = {}
    mapping = keys.mapping_of("exchange")
    inner = Keys(mapping, keys.problems)
    for code in mapping:
        if code not in CURRENCIES or code == currency:
            message = Message("“{text}” needs no rate or is unknown", text=code)
            inner.report(code, "currency", message, did_you_mean(code, set(CURRENCIES) - {currency}))
            continue
        rate = read_decimal(inner, code, inner.text(code), 6, 10**6)
        if rate == 0:
            inner.report(code, "number", Message("the rate of {currency} cannot be 0", currency=code))
        elif rate is not None:
            rates[code] = rate
    return rates


def _requisites(keys: Keys, key: str) -> dict[str, str]:
    mapping = keys.mapping_of(key)
    inner = Keys(mapping, keys.problems)
    return {name: text for name in mapping if (text := inner.text(name))}


_WORKING = (
    "wd",
    "working day",
    "working days",
    "рабочих дней",
    "рабочих дня",
    "рабочий день",
    "dni roboczych",
    "dni robocze",
)
_CALENDAR = (
    "d",
    "day",
    "days",
    "дней",
    "дня",
    "день",
    "календарных дней",
    "dni",
    "dzień",
    "dni kalendarzowych",
)


def _day(keys: Keys, key: str, required: bool = False) -> Day | None:
    day = read_date(keys, key, required)
    if day is None or 1900 <= day.year < 3000:
        return day
    # Days are counted from it, and the calendar has an end.
    message = Message("the year of “{key}” is out of range: {day}", key=key, day=day)
    keys.report(key, "date", message, Message("write it like 2026-11-21"))
    return None


def _validity(keys: Keys, day: Day | None) -> Validity:
    until = _day(keys, "valid_until")
    text = keys.text("validity")
    if until and text:
        message = Message("“validity” and “valid_until” stand here both")
        keys.report("validity", "validity", message, Message("keep one of them"))
    if until:
        if day and until < day:
            message = Message("the offer ends on {until}, before its date {day}", until=until, day=day)
            keys.report("valid_until", "validity", message, Message("write a later day"))
        return Validity(until)
    if not text:
        return Validity()
    digits = len(text) - len(text.lstrip("0123456789"))
    unit = " ".join(text[digits:].split()).casefold()
    if not 0 < digits <= 4 or unit not in _WORKING + _CALENDAR or not 0 < int(text[:digits]) <= 3650:
        message = Message("“{text}” is no validity", text=text)
        keys.report("validity", "validity", message, Message("write 14 days, or 10 working days"))
        return Validity()
    return Validity(None, int(text[:digits]), unit in _WORKING)


def _percent(keys: Keys, key: str) -> Decimal:
    text = keys.text(key, "0")
    percent = read_decimal(keys, key, text.strip().removesuffix("%").rstrip(), PRICE_PLACES, 10**6)
    if percent is not None and percent > 100:
        keys.report(key, "discount", Message("a discount of {text} is over 100 %", text=text))
        return Decimal(0)
    return percent or Decimal(0)


def _lines(keys: Keys, currency: str, exchange: dict[str, Decimal]) -> tuple[OfferLine, ...]:
    value = keys.raw("lines")
    if value is None or value == "":
        return ()
    if not is_list(value):
        keys.report("lines", "type", Message("“lines” should be a list"), Message("begin each line with - name: …"))
        return ()
    lines = []
    for index, item in enumerate(value):
        if isinstance(item, Mapping):
            lines.append(_line(item, currency, exchange, keys.problems))
        else:
            message = Message("line {n} of the offer should be a mapping", n=index + 1)
            keys.problems.append(Problem(place_of(value, index), "type", message, Message("begin it with - name: …")))
    return tuple(lines)


def _line(item: Mapping[str, Any], currency: str, exchange: dict[str, Decimal], problems: list[Problem]) -> OfferLine:
    keys = Keys(item, problems)
    price, money = _price(keys, currency, exchange)
    line = OfferLine(
        name=keys.text("name", required=True),
        quantity=_quantity(keys),
        price=price,
        currency=money,
        unit=keys.text("unit"),
        sku=keys.text("sku"),
        discount=_percent(keys, "discount"),
        vat=keys.text("vat"),
        note=keys.text("note"),
        places={"": place_of(item), **{key: place_of(item, key) for key in item}},
    )
    keys.done("a line of an offer")
    return line


def _quantity(keys: Keys) -> Decimal:
    text = keys.text("quantity", required=True)
    quantity = read_decimal(keys, "quantity", text, QUANTITY_PLACES, MAX_QUANTITY)
    if quantity == 0:
        keys.report("quantity", "number", Message("“quantity” cannot be 0"), Message("drop the line instead"))
    return quantity or Decimal(0)


def _price(keys: Keys, currency: str, exchange: dict[str, Decimal]) -> tuple[Decimal, str]:
    """The price and its currency: ``price: 12.50`` or, with an exchange rate in the offer, ``price: 12.50 USD``."""
    text = keys.text("price", required=True)
    named = text[-3:] if len(text) > 3 and text[-3:].isalpha() and text[-3:].isupper() else ""
    price = read_decimal(keys, "price", text.removesuffix(named).strip(), PRICE_PLACES, MAX_PRICE)
    if named and named != currency and named not in exchange:
        message = Message("a price in {named} in an offer in {currency}", named=named, currency=currency)
        keys.report(
            "price",
            "mixed-currencies",
            message,
            Message("convert it, or add exchange: {{{named}: rate}}", named=named),
        )
    return price or Decimal(0), named or currency
