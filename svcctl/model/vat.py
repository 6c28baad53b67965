"""Value added tax: the rates of a country with the dates they are in force.

"Without VAT" is a class without a rate, not the rate of 0 %: the document says so, and the totals keep them apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.numbers import decimal_of, read_date
from svcctl.model.problems import NOWHERE, BrokenFiles, Place, Problem
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NONE = "none"


class VatRate(NamedTuple):
    """A rate of a class and the days it is in force, both inclusive; ``percent`` is None for "without VAT"."""

    name: str
    percent: Decimal | None
    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the rate is in force on a day."""
        return self.since <= day and (self.until is None or day <= self.until)

    @property
    def label(self) -> str:
        """``22%``, or ``none`` where there is no VAT."""
        return NONE if self.percent is None else f"{self.percent.normalize():f}%"


class VatTable(NamedTuple):
    """The rates of one country; ``also`` has other names that people give its classes."""

    country: str
    rates: tuple[VatRate, ...]
    also: dict[str, str]

    def on(self, day: date) -> tuple[VatRate, ...]:
        """The rates in force on a day."""
        return tuple(rate for rate in self.rates if rate.covers(day))

    def find(self, word: str, day: date, place: Place = NOWHERE) -> VatRate | Problem:
        """The rate that a line of an offer names.

        Args:
            word: a class (``standard``), one of its other names, or a rate (``22``, ``22%``).
            day: the day whose rates apply.
            place: where the word stands, for the problem.

        Returns:
            The rate; or a problem ``vat-class`` for an unknown word, ``vat-rate`` for a rate the country does not
            have, ``vat-date`` for one that is not in force on that day, naming the one that is.
        """
        cleaned = word.strip().removesuffix("%").strip().casefold()
        name = self.also.get(cleaned, cleaned)
        percent = decimal_of(cleaned)
        named = [rate for rate in self.rates if rate.name == name]
        if not named and percent is not None:
            named = [rate for rate in self.rates if rate.percent == percent]
        for rate in named:
            if rate.covers(day):
                return rate
        if named:
            return self._not_in_force(named[-1], day, place)
        return self._unknown(word, percent, day, place)

    def _not_in_force(self, rate: VatRate, day: date, place: Place) -> Problem:
        right = next((other for other in self.on(day) if other.name == rate.name), None)
        message = Message(
            "VAT {rate} is not in force on {day} ({since} to {until})",
            rate=rate.label,
            day=day,
            since=rate.since,
            until=rate.until or "…",
        )
        if right is None:
            return Problem(place, "vat-date", message, self._known(day))
        remedy = Message("on that day the {name} rate is {rate}", name=right.name, rate=right.label)
        return Problem(place, "vat-date", message, remedy)

    def _unknown(self, word: str, percent: Decimal | None, day: date, place: Place) -> Problem:
        if percent is not None:
            message = Message("{country} has no VAT rate of {word}", country=self.country.upper(), word=word)
            return Problem(place, "vat-rate", message, self._known(day))
        message = Message("“{word}” is no class of VAT", word=word)
        return Problem(
            place, "vat-class", message, did_you_mean(word, {*(rate.name for rate in self.rates), *self.also})
        )

    def _known(self, day: date) -> Message:
        known = ", ".join(f"{rate.name} {rate.label}" if rate.percent is not None else NONE for rate in self.on(day))
        return Message("on {day} there are: {known}", day=day, known=known)


def parse_vat(mapping: Mapping[str, Any]) -> VatTable:
    """Reads a table of VAT rates (``regulations/vat/ru.yaml``).

    Raises:
        BrokenFiles: with every problem of the file: an unreadable rate or date, two rates of a class on one day.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    rates: list[VatRate] = []
    for name, value in keys.mapping_of("classes").items():
        rates += _class_rates(name, value, problems)
    also = {word.casefold(): str(name) for word, name in keys.mapping_of("also").items()}
    table = VatTable(keys.text("vat", required=True), tuple(rates), also)
    keys.texts("sources")
    keys.done("a table of VAT rates")
    if problems:
        raise BrokenFiles(problems)
    return table


def _class_rates(name: str, value: Any, problems: list[Problem]) -> list[VatRate]:
    rates: list[VatRate] = []
    for item in value if isinstance(value, list) else [value]:
        keys = Keys(item, problems)
        since, until = read_date(keys, "from", required=True), read_date(keys, "until")
        text = keys.text("rate", required=True)
        percent = None if text == NONE else decimal_of(text)
        if text and text != NONE and (percent is None or not 0 <= percent <= 100):
            keys.report(
                "rate",
                "vat-rate",
                Message("“{text}” is no rate of VAT", text=text),
                Message("write 22 or none"),
            )
        if since is None:
            continue
        if rates and (rates[-1].until is None or rates[-1].until >= since):
            message = Message("two rates of “{name}” on {day}", name=name, day=since)
            problems.append(Problem(place_of(item), "vat-overlap", message, Message("end the earlier one with until:")))
        keys.done("a VAT rate")
        rates.append(VatRate(name, percent, since, until))
    return rates
