"""The offer as text and Markdown: the figures of the document, and nothing others wrote taken for markup."""

from __future__ import annotations

from svcctl.render.offerplain import offer_markdown, offer_text
from svcctl.render.offers import Document, offer_document
from tests.rules.test_offers import offer_of

NASTY = "<b>x</b> | *y* [z](http://example.com) \x1b[2J"


def document(**more: str) -> Document:
    lines = [
        {"name": NASTY, "quantity": "2", "price": "10.50", "unit": "t", "discount": "5", "note": "cut\nto size"},
        {"name": "Труба", "sku": "T_1", "quantity": "1.5", "price": "100", "vat": "10"},
    ]
    priced = offer_of(lines, seller={"name": "ООО «Сталь»", "inn": "7707083893"}, **more)  # type: ignore[arg-type]
    reach = [{"title": "Телефон", "address": "+7 495", "hours": "9–18"}]
    return offer_document(priced, reach=reach, draft=True)


def test_text_has_everything_that_the_document_has() -> None:
    made = document(delivery="FCA\nМосква", notes="x")
    text = offer_text(made)
    for row in made["totals"]:
        assert row["label"] in text
        assert row["value"] in text
    for piece in (made["in_words"], made["words"]["draft"], made["number"], "ИНН 7707083893", "FCA Москва", "+7 495"):
        assert piece in text
    assert "(cut to size)" in text
    assert "\x1b" not in text


def test_markdown_escapes_what_others_wrote() -> None:
    made = document()
    text = offer_markdown(made)
    assert "<b>" not in text
    assert "\\*y\\*" in text
    assert "T\\_1" in text
    table = [row for row in text.splitlines() if row.startswith("|")]
    assert len({row.replace("\\|", "").count("|") for row in table}) == 1
    for row in made["totals"]:
        assert row["value"] in text


def test_an_offer_without_lines() -> None:
    made = offer_document(offer_of([]))
    assert made["in_words"] in offer_text(made)
    assert made["in_words"] in offer_markdown(made)
