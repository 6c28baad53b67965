"""Durations, moments, shares, numbers and money as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.render.weekdays import WEEKDAYS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from decimal import Decimal

    from svcctl.model.money import Money

_DAY = 24 * 60


def working(seconds: int, catalog: Catalog = ENGLISH) -> str:
    """Working time: ``45 s``, ``40 min``, ``2 h 15 min``, ``31 h``; minutes are rounded half up.

    Never days: a working day has as many hours as its calendar says, so "3 d" would mean anything.
    """
    if seconds < 0:
        return "\u2212" + working(-seconds, catalog)
    if 0 < seconds < 60:
        return Message("{n} s", n=seconds).text(catalog)
    return _hours((seconds + 30) // 60, catalog)


def elapsed(seconds: int, catalog: Catalog = ENGLISH) -> str:
    """Time by the wall clock: as ``working`` below a day, then in days of 24 hours: ``3 d 4 h``."""
    if seconds < 0:
        return "\u2212" + elapsed(-seconds, catalog)
    if (seconds + 30) // 60 < _DAY:
        return working(seconds, catalog)
    days, hours = divmod((seconds + 1800) // 3600, 24)
    if not hours:
        return Message("{d} d", d=days).text(catalog)
    return Message("{d} d {h} h", d=days, h=hours).text(catalog)


_MINUTES, _HOURS, _BOTH = Message("{m} min"), Message("{h} h"), Message("{h} h {m} min")


def _hours(minutes: int, catalog: Catalog) -> str:
    hours, rest = divmod(minutes, 60)
    pattern = _MINUTES if not hours else _BOTH if rest else _HOURS
    # As Message.text does it, in half the time: tables have thousands.
    return catalog.gettext(pattern.source).format(h=hours, m=rest)


def moment(instant: datetime, zone: tzinfo | None = None, weekday: bool = False, catalog: Catalog = ENGLISH) -> str:
    """``2026-11-21 15:00`` in a zone (the instant's own where none is given); with its weekday ``Sat 2026-11-21…``."""
    local = instant.astimezone(zone) if zone is not None else instant
    # Several times as quick as strftime, and a listing has thousands.
    text = local.isoformat(" ", "minutes")[:16]
    return f"{WEEKDAYS[local.weekday()].text(catalog)} {text}" if weekday else text


def percent(share: float) -> str:
    """``83.3 %`` of a share from 0 to 1; ``100 %`` and ``0 %`` only where it is exactly that."""
    tenths = int(share * 1000 + 0.5)
    if tenths >= 1000 > share * 1000:
        tenths = 999
    if tenths <= 0 < share:
        tenths = 1
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}\u00a0%" if rest else f"{whole}\u00a0%"


def number(value: int | float | Decimal) -> str:
    """A number as it is, fractions to two places at most."""
    if isinstance(value, int):
        return str(value)
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def money(value: Money, catalog: Catalog = ENGLISH) -> str:
    """An amount with its currency, grouped as the language does."""
    from svcctl.model.money import format_number

    return f"{format_number(value.rounded().amount, language(catalog))}\u00a0{value.currency}"


def language(catalog: Catalog) -> str:
    """The two letters of a catalog's language, ``en`` where it says none."""
    info = getattr(catalog, "info", None)
    return str((info() if info else {}).get("language", "") or "en")[:2].lower()
