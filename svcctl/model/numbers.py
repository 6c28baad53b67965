"""Numbers and days as people type them into a file: ``61 500,00``, ``1.250``, ``2026-11-21``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from svcctl.model.messages import Message
from svcctl.model.schema import Keys

_SPACES = " \u00a0\u202f\u2009"
_GROUPED = frozenset("0123456789" + _SPACES)


def decimal_of(text: str) -> Decimal | None:
    """The number of a text, or None where it is none.

    Digits may be grouped by spaces, the fraction follows a point or a comma. No exponents, no ``NaN``. A comma
    before exactly three digits (``1,250``) could mean either 1.25 or 1250, so it is none.
    """
    sign, digits = ("-", text[1:]) if text[:1] in ("-", "\u2212") else ("", text)
    point = "," if "," in digits else "."
    whole, _, fraction = digits.partition(point)
    if not _is_whole(whole) or (point in digits and not (fraction.isascii() and fraction.isdecimal())):
        return None
    if point == "," and len(fraction) == 3:
        return None
    bare = "".join(character for character in whole if character not in _SPACES)
    return Decimal(f"{sign}{bare}.{fraction}" if fraction else sign + bare)


def _is_whole(text: str) -> bool:
    """Digits, or a first group of one to three digits and further ones of exactly three."""
    if not text or not set(text) <= _GROUPED:
        return False
    groups = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").split(" ")
    return len(groups) == 1 or (1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]))


def read_decimal(keys: Keys, key: str, text: str, places: int, below: int) -> Decimal | None:
    """The number in ``text``, the value of ``key``: not negative, at most ``places`` decimals, below ``below``.

    Returns:
        The number; None where there is a problem, which ``keys`` then has, or where ``text`` is empty.
    """
    if not text:
        return None
    number = decimal_of(text)
    code, message, remedy = _fault(number, key, text, places, below)
    if message is None:
        return number
    keys.report(key, code, message, remedy)
    return None


def _fault(
    number: Decimal | None, key: str, text: str, places: int, below: int
) -> tuple[str, Message | None, Message | None]:
    """The code, the sentence and the remedy of what is wrong with a number; no sentence where nothing is."""
    if number is None:
        message = Message("“{key}” should be a number, not “{text}”", key=key, text=text)
        return "number", message, Message("write it like 1234.50 (a point, no thousands commas)")
    if number < 0:
        message = Message("“{key}” cannot be negative ({text})", key=key, text=text)
        is_money = key in ("price", "discount")
        remedy = Message("write a discount as discount: 5%") if is_money else Message("write it without the minus")
        return "negative", message, remedy
    if _decimals(number) > places:
        message = Message.plural(
            "“{key}” has more than {n} decimal ({text})",
            "“{key}” has more than {n} decimals ({text})",
            places,
            key=key,
            text=text,
        )
        return "decimals", message, Message("round it, or sell by a larger unit (1000 pieces)")
    if number >= below:
        limit = f"{below:,}".replace(",", " ")
        message = Message("“{key}” is too large ({text})", key=key, text=text)
        return "too-large", message, Message("it must be below {limit}", limit=limit)
    return "", None, None


def _decimals(number: Decimal) -> int:
    _, _, fraction = f"{number:f}".partition(".")
    return len(fraction.rstrip("0"))


def read_date(keys: Keys, key: str, required: bool = False) -> date | None:
    """The day (``2026-11-21``) that ``key`` holds; None where it is absent or, with a problem noted, no day."""
    text = keys.text(key, required=required)
    if not text:
        return None
    try:
        if len(text) != 10 or text[4] != "-" or text[7] != "-":
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        message = Message("“{key}” should be a day, not “{text}”", key=key, text=text)
        keys.report(key, "date", message, Message("write it like 2026-11-21"))
        return None
