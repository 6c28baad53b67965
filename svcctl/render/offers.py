"""The document of an offer: one mapping of ready texts that every rendering (HTML, PDF, DOCX) prints as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from svcctl.model.money import Money, format_number
from svcctl.model.vat import VatRate
from svcctl.render.offerwords import (
    BANK,
    CHANNELS,
    CONTACT,
    IDENTITY,
    REQUISITES,
    SIGNATURE,
    SYMBOLS,
    WORDS,
    percent_text,
    written_date,
)
from svcctl.render.templates import OWN_SECONDS, render
from svcctl.render.visible import is_seen
from svcctl.rules.offers import PricedLine, PricedOffer, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


Document = dict[str, "Any"]


def offer_html(document: Document, directories: Sequence[str], cache: str | None = None) -> str:
    """The offer as one HTML page that opens from disk and prints on A4; arguments and errors as of ``render``."""
    seconds = OWN_SECONDS + len(document["lines"]) // 500
    return render(f"offer/{document['language']}.html.j2", document, directories, cache, seconds)


_IMAGES = ((b"\x89PNG\r\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"<svg", "svg+xml"), (b"<?xml", "svg+xml"))


def logo_address(content: bytes) -> str:
    """The ``data:`` address of a PNG, JPEG or SVG image, which puts it into the page; empty for anything else."""
    from base64 import b64encode

    kind = next((kind for start, kind in _IMAGES if content.lstrip().startswith(start)), "")
    return f"data:image/{kind};base64,{b64encode(content).decode('ascii')}" if kind else ""


def offer_document(
    priced: PricedOffer,
    *,
    reach: Sequence[Mapping[str, str]] = (),
    valid_until: date | None = None,
    logo: str = "",
    draft: bool = False,
) -> Document:
    """Everything an offer's document shows, written out in its language.

    Args:
        priced: the counted offer.
        reach: the ways a client reaches us, each with ``title`` (else ``kind``), ``address`` and ``hours``.
        valid_until: the last day of a validity in working days; one in calendar days is counted here.
        logo: a ``data:image/…`` address (see ``logo_address``); anything else is left out: the page asks nobody.
        draft: the offer is not approved yet, which is printed across it.

    Returns:
        Texts, truth values and lists and mappings of them; nothing in it is markup.
    """
    offer, language = priced.offer, priced.offer.language
    if valid_until is None and not offer.validity.working:
        valid_until = offer.valid_until()
    return {
        **_heading(priced),
        **_table(priced),
        "valid_until": written_date(valid_until, language) if valid_until else "",
        "terms": _terms(priced, valid_until),
        "reach": [_way(way, language) for way in reach],
        "logo": logo if logo.startswith("data:image/") else "",
        "draft": draft,
    }


def _way(way: Mapping[str, str], language: str) -> dict[str, str]:
    kind = way.get("kind", "")
    title = way.get("title", "") or CHANNELS[language].get(kind, kind)
    return {"title": _clean(title), "address": _clean(way.get("address", "")), "hours": _clean(way.get("hours", ""))}


def _heading(priced: PricedOffer) -> Document:
    offer, language = priced.offer, priced.offer.language
    return {
        "language": language,
        "words": dict(WORDS[language]),
        "number": offer.number,
        "title": _clean(offer.title),
        "date": written_date(offer.date, language),
        "seller": _party(offer.seller, language),
        "client": _party(offer.client, language),
    }


def _table(priced: PricedOffer) -> Document:
    offer, language = priced.offer, priced.offer.language
    return {
        "heads": _heads(priced),
        "shown": {
            "sku": any(line.sku for line in offer.lines),
            "unit": any(line.unit for line in offer.lines),
            "discount": any(line.discount for line in offer.lines),
            "vat": offer.vat != "none",
        },
        "lines": [_line(index, line, language) for index, line in enumerate(priced.lines, 1)],
        "totals": _totals(priced),
        "total": _with_currency(priced.gross, language),
        "in_words": _sentence(priced.in_words()),
        "small": _small_print(priced),
    }


def _clean(text: str) -> str:
    """The text without what no document format can hold, and without what would hide or turn characters.

    Who approves an offer sees the text as it was typed; the client's copy must not read otherwise.
    """
    if text.isprintable():
        return text
    plain = text.translate(_LINE_ENDS)
    return "".join(
        character
        for index, character in enumerate(plain)
        if _can_stand(character) and (character in "\n\t" or is_seen(plain, index))
    )


_LINE_ENDS = dict.fromkeys(map(ord, "\x85\u2028\u2029"), "\n")


def _can_stand(character: str) -> bool:
    """Whether XML 1.0 and fonts know such a character: production [2] without the controls of C1."""
    if character < "\xa0":
        return " " <= character < "\x7f" or character in "\n\t"
    return not "\ud800" <= character <= "\udfff" and character not in "\ufffe\uffff"


def _sentence(words: str) -> str:
    """Words with a capital first; kopecks in digits stay on one line with their noun."""
    before, _, last = words.rpartition(" ")
    return words[:1].upper() + (f"{before}\u00a0{last}" if before[-1:].isdigit() else words)[1:]


def _party(requisites: Mapping[str, str], language: str) -> Document:
    labels = REQUISITES[language]
    known = (*IDENTITY, *CONTACT, *BANK, *SIGNATURE, "name")
    others = [key for key in requisites if key not in known]

    def rows(keys: Sequence[str]) -> list[dict[str, str]]:
        return [
            {"key": key, "label": _clean(labels.get(key, key)), "value": _clean(requisites[key])}
            for key in keys
            if requisites.get(key)
        ]

    return {
        "name": _clean(requisites.get("name", "")),
        "identity": rows((*IDENTITY, *others)),
        "contact": rows(CONTACT),
        "bank": rows(BANK),
        "signatory": _clean(requisites.get("signatory", "")),
        "position": _clean(requisites.get("position", "")),
    }


def _heads(priced: PricedOffer) -> dict[str, str]:
    """The heads of the columns whose meaning depends on the VAT mode."""
    words, offer = WORDS[priced.offer.language], priced.offer
    suffix = {"on_top": words["without_vat"], "included": words["with_vat"], "none": ""}[offer.vat]
    unit = _symbol(offer.currency, offer.language)
    return {key: f"{words[key]} {suffix}".strip() + f",\u00a0{unit}" for key in ("price", "amount")}


def _symbol(currency: str, language: str) -> str:
    return currency if language == "en" else SYMBOLS.get(currency, currency)


def _with_currency(money: Money, language: str) -> str:
    number = format_number(money.amount, language)
    symbol = _symbol(money.currency, language)
    return f"{symbol}\u00a0{number}" if language == "en" else f"{number}\u00a0{symbol}"


def _vat_label(rate: VatRate, language: str) -> str:
    if rate.percent is None:
        return {"ru": "без НДС", "pl": "zw.", "en": "exempt"}[language]
    return percent_text(plain(rate.percent), language)


def _line(index: int, priced: PricedLine, language: str) -> dict[str, str]:
    line = priced.line
    unit_price = priced.price.amount
    return {
        "n": str(index),
        "sku": _clean(line.sku),
        "name": _clean(line.name),
        "note": _clean(line.note),
        "quantity": format_number(line.quantity, language, None),
        "unit": _clean(line.unit),
        "price": format_number(unit_price, language, 2 if unit_price == priced.price.rounded().amount else None),
        "discount": percent_text(plain(line.discount), language) if line.discount else "",
        "vat": _vat_label(priced.rate, language),
        "amount": format_number(priced.amount.amount, language),
    }


def _totals(priced: PricedOffer) -> list[dict[str, str]]:
    """The rows under the table, each with ``kind`` (sum, discount, vat, total), ``label`` and ``value``."""
    offer, words = priced.offer, WORDS[priced.offer.language]
    rows = []
    if offer.discount:
        label = f"{words['discount']} {percent_text(plain(offer.discount), offer.language)}"
        rows += [_row("sum", words["subtotal"], priced.subtotal, offer.language)]
        rows += [_row("discount", label, -priced.discount, offer.language)]
    total = _row("total", words["total"], priced.gross, offer.language)
    if offer.vat == "included":
        return [*rows, total, *_vat_rows(priced, words["included_rate"])]
    if all(sums.rate.percent is None for sums in priced.by_rate):
        return [*rows, total, {"kind": "vat", "label": words["no_vat"], "value": ""}]
    return [*rows, _row("sum", words["net"], priced.net, offer.language), *_vat_rows(priced, words["vat_rate"]), total]


def _vat_rows(priced: PricedOffer, label: str) -> list[dict[str, str]]:
    language = priced.offer.language
    rows = []
    for sums in priced.by_rate:
        if sums.rate.percent is None:
            rows.append(_row("vat", WORDS[language]["untaxed"], sums.net, language))
        else:
            rows.append(_row("vat", label.format(rate=_vat_label(sums.rate, language)), sums.vat, language))
    return rows


def _row(kind: str, label: str, money: Money, language: str) -> dict[str, str]:
    return {"kind": kind, "label": label, "value": format_number(money.amount, language)}


def _terms(priced: PricedOffer, valid_until: date | None) -> list[dict[str, str]]:
    """Validity, delivery, payment and notes, as far as the offer has them."""
    offer, words = priced.offer, WORDS[priced.offer.language]
    validity = words["valid_until"].format(day=written_date(valid_until, offer.language)) if valid_until else ""
    texts = {"delivery": offer.delivery, "payment": offer.payment, "validity": validity, "notes": offer.notes}
    return [{"key": key, "label": words[key], "text": _clean(text)} for key, text in texts.items() if text.strip()]


def _small_print(priced: PricedOffer) -> list[str]:
    """How the figures came about: where VAT was rounded, at which rates prices were converted."""
    offer, words = priced.offer, WORDS[priced.offer.language]
    notes = [words[f"rounding_{offer.rounding}"]] if priced.vat.amount else []
    used = sorted({line.currency for line in offer.lines} - {offer.currency})
    for currency in used:
        rate = format_number(offer.exchange[currency], offer.language, None)
        notes.append(words["exchange"].format(currency=currency, rate=rate, base=offer.currency))
    return notes
