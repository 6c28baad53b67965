"""Writes offers as YAML for people: a new draft with comments, and a line added to a file that somebody edited.

Every scalar reads the same in YAML 1.1 and 1.2: what a YAML 1.1 reader could take for something else than text is
written as a JSON string, which both versions read alike (YAML 1.2 specification, chapter 1.3).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from svcctl.model.messages import Message
from svcctl.model.offer import Offer, OfferLine
from svcctl.model.problems import Refused

# Words that a YAML 1.1 reader takes for a truth value or nothing (https://yaml.org/type/bool.html, null.html).
_RESERVED = frozenset(("y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"))
_INDICATORS = frozenset("#:,[]{}&*!|>'\"%@`?<=\\")
_BREAKS = frozenset("\u0085\u2028\u2029\ufeff")


def scalar(text: str) -> str:
    """The text as a YAML scalar on one line: plain where that is safe, else a JSON string."""
    if _is_plain(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(character if _printable(character) else _escaped(character) for character in quoted)


def _is_plain(text: str) -> bool:
    return (
        text[:1].isalpha()
        and text == text.strip()
        and text.casefold() not in _RESERVED
        and not _INDICATORS.intersection(text)
        and all(map(_printable, text))
    )


def _printable(character: str) -> bool:
    return (character.isprintable() or character in "\u00a0\u202f\u2009\u200b") and character not in _BREAKS


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _block(text: str, indent: str) -> str:
    """A longer text as a literal block, which keeps its line breaks; a JSON string where a block could not."""
    lines = text.split("\n")
    tame = len(lines) > 1 and lines[0][:1].strip() and lines[-1].strip()
    if not tame or not all(_printable(character) for line in lines for character in line):
        return " " + scalar(text)
    return " |-\n" + "\n".join(indent + line if line else "" for line in lines)


def dump(offer: Offer) -> str:
    """The file of a new draft, with comments that say what can be written where.

    Reading it back gives the same offer. Empty requisites stand there to be filled in.
    """
    parts = [
        "# A commercial offer. Edit it freely: comments and order stay as they are, sums are counted from it.\n",
        _key("offer", offer.offer),
        _key("revision", offer.revision),
        _key("title", offer.title),
        f"date: {offer.date}\n",
        _validity(offer),
        f"vat_date: {offer.vat_date}\n" if offer.vat_date else "",
        _key("currency", offer.currency),
        _exchange(offer),
        _key("language", offer.language, "en, ru or pl"),
        _key("vat", offer.vat, "on_top: added to the prices; included: the prices contain it; none"),
        _key("rounding", offer.rounding, "line: VAT of each line is rounded; document: VAT of the whole"),
        _requisites("seller", offer.seller),
        _requisites("client", offer.client),
        _lines(offer),
        f"discount: {offer.discount:f}%{' ' * 17}# on the whole, after the lines' own\n",
        _text("delivery", offer.delivery),
        _text("payment", offer.payment),
        _text("notes", offer.notes),
    ]
    return "".join(parts)


def _key(key: str, text: str, comment: str = "") -> str:
    entry = f"{key}: {scalar(text)}" if text else f'{key}: ""'
    return f"{entry:<30}# {comment}\n" if comment else entry + "\n"


def _text(key: str, text: str) -> str:
    return f"{key}:{_block(text, '  ')}\n"


def _validity(offer: Offer) -> str:
    if offer.validity.until:
        return f"valid_until: {offer.validity.until}\n"
    text = f'"{offer.validity}"' if offer.validity.days else '""'
    return f"{'validity: ' + text:<30}# 14 days, 10 working days; or valid_until: 2026-12-31\n"


def _exchange(offer: Offer) -> str:
    if not offer.exchange:
        return ""
    rates = "".join(f"  {code}: {rate:f}\n" for code, rate in offer.exchange.items())
    return f"exchange:                     # {offer.currency} for one of the other currency\n{rates}"


def _requisites(key: str, values: Mapping[str, str]) -> str:
    if not values:
        return f"{key}: {{}}\n"
    return f"{key}:\n" + "".join(f"  {scalar(name)}:{_block(text, '    ')}\n" for name, text in values.items())


def _lines(offer: Offer) -> str:
    if not offer.lines:
        hint = "each begins with - name: and has quantity, unit, price, discount, vat"
        return f"{'lines: []':<30}# {hint}\n"
    return "lines:\n" + "".join(_item(line, "", offer.currency) for line in offer.lines)


def _item(line: OfferLine, indent: str, currency: str) -> str:
    price = f"{line.price:f}" + (f" {line.currency}" if line.currency != currency else "")
    entries = [
        ("sku", scalar(line.sku) if line.sku else ""),
        ("name", scalar(line.name)),
        ("quantity", f"{line.quantity:f}"),
        ("unit", scalar(line.unit) if line.unit else ""),
        ("price", price),
        ("discount", f"{line.discount:f}%" if line.discount else ""),
        ("vat", _vat(line.vat) if line.vat else ""),
        ("note", scalar(line.note) if line.note else ""),
    ]
    rows = [f"{key}: {text}" for key, text in entries if text]
    return f"{indent}- " + f"\n{indent}  ".join(rows) + "\n"


def _vat(word: str) -> str:
    return word if word.isascii() and word.removesuffix("%").isdecimal() else scalar(word)


def add_line(text: str, line: OfferLine, currency: str) -> str:
    """The text of an offer's file with one line more, everything else, comments too, as it was.

    Args:
        text: the file; ``currency`` is the offer's, left out of the line's price.

    Raises:
        Refused: ``lines`` is written in one row (``[{…}]``), where a line cannot be added safely.
    """
    rows = text.split("\n")
    start = next((index for index, row in enumerate(rows) if _starts_lines(row)), None)
    if start is None:
        joint = "" if not text or text.endswith("\n") else "\n"
        return f"{text}{joint}lines:\n{_item(line, '', currency)}"
    value, comment = _after_key(rows[start])
    if value not in ("", "[]"):
        raise Refused(
            Message("the offer's lines stand in one row, so none can be added to them"),
            Message("open the file and write each line on its own: - name: …"),
        )
    if value == "[]":
        rows[start] = "lines:" + comment
        return _inserted(rows, start + 1, _item(line, "", currency))
    end, indent = _extent(rows, start)
    return _inserted(rows, end, _item(line, indent, currency))


def _starts_lines(row: str) -> bool:
    return row.startswith("lines:") and (len(row) == 6 or row[6] in " \t\r")


def _after_key(row: str) -> tuple[str, str]:
    """What follows ``lines:``, and the comment with the space before it."""
    rest = row[6:].rstrip("\r")
    value, mark, comment = rest.partition("#")
    spaces = " " * (len(value) - len(value.rstrip()))
    return value.strip(), (spaces or " ") + mark + comment if mark else ""


def _extent(rows: list[str], start: int) -> tuple[int, str]:
    """The index after the last row of the list's content, and the indent of its items."""
    end, indent = start + 1, ""
    found = False
    for index in range(start + 1, len(rows)):
        row = rows[index]
        bare = row.strip()
        if not bare or bare.startswith("#"):
            continue
        if row[0] not in " \t-":
            break
        if not found and bare.startswith("-"):
            found, indent = True, row[: len(row) - len(row.lstrip())]
        end = index + 1
    return end, indent


def _inserted(rows: list[str], index: int, item: str) -> str:
    ending = "\r" if index and rows[index - 1].endswith("\r") else ""
    new = [row + ending for row in item.rstrip("\n").split("\n")]
    before, after = rows[:index], rows[index:]
    return "\n".join([*before, *new, *(after or [""])])
