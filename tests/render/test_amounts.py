"""Durations, moments, shares and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from svcctl.model.money import Money
from svcctl.render import amounts


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 min"),
        (45, "45 s"),
        (60, "1 min"),
        (90, "2 min"),
        (3599, "1 h"),
        (8100, "2 h 15 min"),
        (111_600, "31 h"),
        (-8100, "\u22122 h 15 min"),
    ],
)
def test_working_time_is_never_told_in_days(seconds: int, text: str) -> None:
    assert amounts.working(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (59, "59 s"),
        (86_369, "23 h 59 min"),
        (86_370, "1 d"),
        (273_600, "3 d 4 h"),
        (86_400 * 2 - 1, "2 d"),
        (-86_400, "\u22121 d"),
    ],
)
def test_time_by_the_wall_is_told_in_days_of_24_hours(seconds: int, text: str) -> None:
    assert amounts.elapsed(seconds) == text


def test_moments_are_told_in_the_zone_that_is_asked_for() -> None:
    instant = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert amounts.moment(instant) == "2026-11-21 12:00"
    assert amounts.moment(instant, ZoneInfo("Europe/Moscow")) == "2026-11-21 15:00"
    assert amounts.moment(instant, weekday=True) == "Sat 2026-11-21 12:00"


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (5 / 6, "83.3"),
        (0.5, "50"),
        (0.99999, "99.9"),
        (0.00001, "0.1"),
        (0.9995, "99.9"),
    ],
)
def test_a_share_is_a_hundred_percent_only_where_it_is_exactly_that(share: float, text: str) -> None:
    assert amounts.percent(share) == f"{text}\u00a0%"


def test_numbers_and_money() -> None:
    assert amounts.number(12345) == "12345"
    assert amounts.number(2.50) == "2.5"
    assert amounts.number(Decimal("3.00")) == "3"
    assert amounts.money(Money(Decimal("1234.5"), "EUR")) == "1,234.50\u00a0EUR"


class Polish:
    """A catalog as gettext makes them: it knows its language."""

    def gettext(self, message: str, /) -> str:
        return {"{h} h {m} min": "{h} godz. {m} min"}.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        return msgid1

    def info(self) -> dict[str, str]:
        return {"language": "pl"}


def test_the_language_decides_words_and_grouping() -> None:
    assert amounts.working(8100, Polish()) == "2 godz. 15 min"
    assert amounts.money(Money(Decimal("1234.5"), "PLN"), Polish()) == "1\u00a0234,50\u00a0PLN"
