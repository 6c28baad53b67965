from __future__ import annotations

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from svcctl.model.offer import Offer
from svcctl.model.vat import parse_vat
from svcctl.render.offers import Document, logo_address, offer_document, offer_html
from svcctl.rules.offers import PricedOffer, price
from svcctl.store.shipped import shipped
from svcctl.store.yaml import read

NBSP = "\u00a0"
OFFER = """\
offer: R-20261121-k7qm4d
revision: r2
title: Арматура
date: 2026-11-21
validity: 14 days
currency: RUB
language: ru
vat: on_top
rounding: document
seller: {name: ООО «Север», inn: "7701234567", address: Москва, phone: "+7 495 1", bank: Сбербанк, account: "407",
  signatory: А. Петрова, position: Директор, Лицензия: "42"}
client: {name: Металлстрой, inn: "1655012345", phone: "+7 843 2"}
lines:
- {sku: A5, name: Арматура, quantity: 20.125, unit: т, price: 61500, discount: 5%, note: с сертификатом}
- {name: Доставка, quantity: 1, price: 0.035, vat: none}
discount: 3%
delivery: |
  до склада
  в Казани
payment: 50 %
notes: ""
"""


def priced(text: str = OFFER, country: str = "ru") -> PricedOffer:
    mapping, problems = read(text, "r2.yaml")
    assert mapping is not None and not problems, problems
    path = Path(shipped("regulations")) / "vat" / f"{country}.yaml"
    rates, _ = read(path.read_text(encoding="utf-8"), path.name)
    assert rates is not None
    return price(Offer.parse(mapping), parse_vat(rates))


class Page(HTMLParser):
    """The visible text of a page, and every address that its tags name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in ("src", "href", "action", "data", "srcset")]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] not in ("style", "title"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page(document: Document) -> Page:
    return Page(offer_html(document, [shipped("templates")]))


def test_the_document_has_every_figure_written_out() -> None:
    document = offer_document(priced())
    assert document["number"] == "R-20261121-k7qm4d-r2"
    assert document["date"] == "21 ноября 2026 г.".replace(" ", NBSP)
    assert document["heads"] == {"price": f"Цена без НДС,{NBSP}₽", "amount": f"Сумма без НДС,{NBSP}₽"}
    assert document["lines"] == [
        {
            "n": "1",
            "sku": "A5",
            "name": "Арматура",
            "note": "с сертификатом",
            "quantity": "20,125",
            "unit": "т",
            "price": f"61{NBSP}500,00",
            "discount": "5\u202f%",
            "vat": "22\u202f%",
            "amount": f"1{NBSP}175{NBSP}803,13",
        },
        {
            "n": "2",
            "sku": "",
            "name": "Доставка",
            "note": "",
            "quantity": "1",
            "unit": "",
            "price": "0,035",
            "discount": "",
            "vat": "без НДС",
            "amount": "0,04",
        },
    ]
    assert [(row["kind"], row["label"], row["value"].replace(NBSP, " ")) for row in document["totals"]] == [
        ("sum", "Сумма", "1 175 803,17"),
        ("discount", "Скидка 3\u202f%", "−35 274,10"),
        ("sum", "Итого без НДС", "1 140 529,07"),
        ("vat", "НДС 22\u202f%", "250 916,39"),
        ("vat", "из них без НДС", "0,04"),
        ("total", "Всего к оплате", "1 391 445,46"),
    ]
    assert document["total"] == f"1{NBSP}391{NBSP}445,46{NBSP}₽"
    assert document["in_words"].startswith("Один миллион триста девяносто одна тысяча четыреста сорок пять рублей 46")
    assert [term["label"] for term in document["terms"]] == ["Поставка", "Оплата", "Срок действия"]
    assert document["terms"][2]["text"].startswith("Предложение действует до 5")
    assert document["small"] == ["НДС рассчитан от суммы строк каждой ставки и округлён до сотых один раз."]
    assert [row["label"] for row in document["seller"]["identity"]] == ["ИНН", "Адрес", "Лицензия"]
    assert [row["label"] for row in document["seller"]["bank"]] == ["Банк", "Р/с"]


def test_vat_included_and_no_vat_have_their_own_totals() -> None:
    included = offer_document(priced(OFFER.replace("vat: on_top", "vat: included")))
    assert [row["label"] for row in included["totals"]][2:] == [
        "Всего к оплате",
        "в том числе НДС 22\u202f%",
        "из них без НДС",
    ]
    assert included["heads"]["price"] == f"Цена с НДС,{NBSP}₽"
    without = offer_document(priced(OFFER.replace("vat: on_top", "vat: none")))
    assert [(row["label"], row["value"] != "") for row in without["totals"]][2:] == [
        ("Всего к оплате", True),
        ("Без НДС", False),
    ]
    assert without["shown"]["vat"] is False and without["small"] == []
    assert without["heads"]["price"] == f"Цена,{NBSP}₽"


@pytest.mark.parametrize(
    ("language", "currency", "country", "expected"),
    [
        (
            "ru",
            "RUB",
            "ru",
            ["Коммерческое предложение", "Всего к оплате", "Сумма прописью", "Поставщик", "20,125", "22 %"],
        ),
        ("pl", "PLN", "pl", ["Oferta handlowa", "Razem do zapłaty", "Słownie", "Sprzedawca", "20,125", "23 %", "zw."]),
        ("en", "EUR", "pl", ["Commercial offer", "Total to pay", "In words", "Seller", "20.125", "23%", "exempt"]),
    ],
)
def test_the_page_shows_what_the_document_says(language: str, currency: str, country: str, expected: list[str]) -> None:
    text = OFFER.replace("language: ru", f"language: {language}").replace("RUB", currency)
    document = offer_document(
        priced(text, country), reach=[{"title": "Telegram", "address": "@north", "hours": "9-18"}]
    )
    shown = page(document).text
    for piece in [*expected, document["total"], document["in_words"], document["number"], "Telegram @north (9-18)"]:
        assert " ".join(piece.split()) in shown
    for line in document["lines"]:
        assert all(" ".join(line[key].split()) in shown for key in ("name", "quantity", "price", "amount", "vat"))
    for row in document["totals"][:-1]:
        assert " ".join(f"{row['label']} {row['value']}".split()) in shown
    for row in document["seller"]["identity"] + document["seller"]["bank"] + document["client"]["contact"]:
        assert f"{row['label']} {row['value']}" in shown


HOSTILE = "<script>alert(1)</script>{{ 7*7 }}{% raw %}<img src=x onerror=alert(1)>\\\"'"


def test_a_client_s_text_is_text() -> None:
    text = OFFER.replace("name: Металлстрой", "name: " + '"' + HOSTILE.replace('"', '\\"').replace("\\\\", "\\") + '"')
    text = text.replace("note: с сертификатом", "note: '<b onmouseover=x>{{ words }}</b>'")
    text = text.replace('notes: ""', "notes: '#import \"x\" =cmd|'' </style></table>'")
    shown = page(offer_document(priced(text)))
    assert "<script>alert(1)</script>{{ 7*7 }}{% raw %}" in shown.text
    assert "<b onmouseover=x>{{ words }}</b>" in shown.text
    assert "</style></table>" in shown.text
    assert not {"script", "img"} & set(shown.tags)


def test_control_characters_are_left_out() -> None:
    document = offer_document(
        priced(OFFER.replace("name: Металлстрой", 'name: "Me\\0tall\\x1b[31m\\x7f\\uFFFF\\u009b"'))
    )
    assert document["client"]["name"] == "Metall[31m"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("invoice \\u202efdp.exe", "invoice fdp.exe"),
        ("pay\\u200bpal \\u2060x\\ufeff adm\\u00adin", "paypal x admin"),
        ("a\\u2066b\\u2069 c\\U000e0041", "ab c"),
        ("one\\u2028two\\x85three", "one\ntwo\nthree"),
        ("\\U0001f469\\u200d\\U0001f469 a\\xa0b", "\U0001f469\u200d\U0001f469 a\xa0b"),
    ],
)
def test_what_turns_or_hides_characters_is_left_out(typed: str, printed: str) -> None:
    document = offer_document(priced(OFFER.replace("name: Металлстрой", f'name: "{typed}"')))
    assert document["client"]["name"] == printed


def test_the_page_asks_nobody_for_anything() -> None:
    document = offer_document(priced(), logo="data:image/png;base64,AAAA")
    html = offer_html(document, [shipped("templates")])
    assert Page(html).addresses == ["data:image/png;base64,AAAA"]
    assert not re.search(r"https?://|@import|url\(|<link|<script|<iframe", html)
    assert "Content-Security-Policy" in html


@pytest.mark.parametrize("logo", ["https://example.com/logo.png", "file:///etc/passwd", "logo.png", "javascript:x"])
def test_a_logo_from_elsewhere_is_left_out(logo: str) -> None:
    assert page(offer_document(priced(), logo=logo)).addresses == []


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"\x89PNG\r\n\x1a\n...", "data:image/png;base64,iVBORw0KGgouLi4="),
        (b"\xff\xd8\xff\xe0", "data:image/jpeg;base64,"),
        (b"\n<svg xmlns='x'/>", "data:image/svg+xml;base64,"),
        (b"#!/bin/sh", ""),
        (b"", ""),
    ],
)
def test_a_logo_goes_into_the_page(content: bytes, start: str) -> None:
    address = logo_address(content)
    assert address.startswith(start) and bool(address) == bool(start)


def test_a_draft_says_so() -> None:
    assert "ПРОЕКТ" in page(offer_document(priced(), draft=True)).text
    assert "ПРОЕКТ" not in page(offer_document(priced())).text


def test_working_days_are_given_by_the_caller() -> None:
    working = priced(OFFER.replace("14 days", "10 working days"))
    assert offer_document(working)["valid_until"] == ""
    assert offer_document(working, valid_until=date(2026, 12, 4))["valid_until"].startswith("4\u00a0декабря")


def test_a_converted_price_names_its_rate() -> None:
    text = OFFER.replace("price: 61500", "price: 10.5 USD").replace('notes: ""', "exchange: {USD: 92.4125}")
    document = offer_document(priced(text))
    assert document["lines"][0]["price"] == "970,33"
    assert document["small"][1] == "Пересчёт по курсу, записанному в предложении: 1 USD = 92,4125 RUB."


def test_a_desk_overrides_a_part(tmp_path: Path) -> None:
    (tmp_path / "offer").mkdir()
    (tmp_path / "offer" / "terms.html.j2").write_text("<p>наши условия: {{ terms | length }}</p>", encoding="utf-8")
    html = offer_html(offer_document(priced()), [str(tmp_path), shipped("templates")])
    assert "наши условия: 3" in html and "Коммерческое предложение" in html


def test_a_thousand_lines() -> None:
    more = "".join(f"- {{name: Болт {n}, quantity: {n}, price: 0.{n % 90 + 10}}}\n" for n in range(998))
    document = offer_document(priced(OFFER.replace("discount: 3%\n", more.replace("quantity: 0,", "quantity: 1,"))))
    html = offer_html(document, [shipped("templates")])
    assert html.count('<tr>\n      <td class="n">') == 1000


@pytest.mark.parametrize(("language", "word"), [("ru", "Телефон"), ("pl", "Telefon"), ("en", "Phone")])
def test_a_way_without_a_title_is_called_by_its_kind(language: str, word: str) -> None:
    ways = [{"title": "", "kind": "phone", "address": "1"}, {"title": "", "kind": "pigeon", "address": "2"}]
    document = offer_document(priced(OFFER.replace("language: ru", f"language: {language}")), reach=ways)
    assert [way["title"] for way in document["reach"]] == [word, "pigeon"]


def test_kopecks_in_digits_stay_with_their_noun() -> None:
    assert offer_document(priced())["in_words"].endswith("46\u00a0копеек")
    english = offer_document(priced(OFFER.replace("language: ru", "language: en")))["in_words"]
    assert "\u00a0" not in english
