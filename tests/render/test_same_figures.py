"""One data model, the same figures in all: what people read in HTML, PDF, DOCX, Markdown and text of random offers.

The totals that are looked for are counted anew with fractions, not taken from the document.
"""

from __future__ import annotations

import random
import re

import pytest

from svcctl.model.offer import Offer
from svcctl.model.words import LANGUAGES
from svcctl.render.offerplain import offer_markdown, offer_text
from svcctl.render.offers import Document, offer_document, offer_html
from svcctl.rules.offers import price
from svcctl.store.shipped import shipped
from tests.render.test_docx import docx
from tests.render.test_docx import text as docx_text
from tests.render.test_offer_document import Page
from tests.render.test_pdf import pages, pdf
from tests.rules.test_offers import RU, fraction_totals, random_offer

SEPARATORS = {"ru": (" ", ","), "pl": (" ", ","), "en": (",", ".")}


def written(kopecks: int, language: str) -> str:
    """An amount as people write it, made here once more: groups of three, two decimals."""
    group, point = SEPARATORS[language]
    whole = f"{kopecks // 100:,}".replace(",", group)
    return f"{whole}{point}{kopecks % 100:02}"


def random_one(source: random.Random) -> Offer:
    language, currency = source.choice(LANGUAGES), source.choice(["RUB", "PLN", "EUR", "USD"])
    offer = random_offer(source)
    lines = tuple(line._replace(currency=currency) for line in offer.lines)
    client = {"name": "Zażółć & Щука <b>", "inn": "1"}
    return offer._replace(language=language, currency=currency, lines=lines, seller=client, client=client)


def readings(document: Document) -> dict[str, str]:
    """What a reader sees in each format, blanks made one."""
    texts = {
        "html": Page(offer_html(document, [shipped("templates")])).text,
        "pdf": " ".join(pages(pdf(document))),
        "docx": docx_text(docx(document)),
        "md": re.sub(r"\\(.)", r"\1", offer_markdown(document)).replace("**", ""),
        "text": offer_text(document),
    }
    return {form: " ".join(text.replace("\u202f", " ").split()) for form, text in texts.items()}


def check(offer: Offer) -> None:
    subtotal, discount, net, vat, by_rate = fraction_totals(offer)
    document = offer_document(price(offer, RU))
    words = document["words"]
    wanted = [words["total"]]
    if offer.discount:
        wanted += [f"{words['subtotal']}: {written(subtotal, offer.language)}", written(discount, offer.language)]
    if offer.vat == "on_top" and any(rate is not None for rate in by_rate):
        wanted.append(f"{words['net']}: {written(net, offer.language)}")
    taxes = [written(tax, offer.language) for rate, tax in by_rate.items() if rate is not None]
    total = written(net + vat, offer.language)
    for form, text in readings(document).items():
        for piece in wanted:
            # Text and Markdown have a colon after a label, the others a column.
            assert " ".join(piece.replace(": ", " ").split()) in text.replace(": ", " "), (form, piece, offer)
        # A line may break behind a hyphen of a number's words.
        assert "".join(document["in_words"].split()) in text.replace(" ", ""), (form, offer)
        for tax in taxes:
            assert tax in text, (form, tax, offer)
        assert total in text.partition(words["total"])[2], (form, total, offer)


@pytest.mark.parametrize("seed", range(6))
def test_every_format_shows_the_same_totals(seed: int) -> None:
    check(random_one(random.Random(seed)))


@pytest.mark.long
def test_every_format_shows_the_same_totals_of_many_offers() -> None:
    source = random.Random(20261121)
    for _ in range(150):
        check(random_one(source))
