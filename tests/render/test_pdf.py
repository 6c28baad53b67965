from __future__ import annotations

import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.render.offers import Document, logo_address, offer_document
from svcctl.render.pdf import needs_more_fonts, offer_pdf
from svcctl.store.shipped import shipped
from tests.render.test_offer_document import OFFER, priced

DAY = date(2026, 11, 21)
REACH = [
    {"title": "Телефон", "address": "+7 495 1", "hours": "9–18"},
    {"title": "Чат", "address": "@sever", "hours": ""},
]
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def pdf(document: Document, own: Path | None = None, seconds: int = 10) -> bytes:
    folders = [str(own or "/no/such/folder"), shipped("templates")]
    return offer_pdf(document, folders, DAY, seconds)


def pages(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def problem(document: Document, own: Path | None = None, seconds: int = 10) -> Problem:
    with pytest.raises(BrokenFiles) as error:
        pdf(document, own, seconds)
    (found,) = error.value.problems
    assert found.remedy is not None
    return found


def desk(folder: Path, template: str) -> Path:
    (folder / "offer").mkdir()
    (folder / "offer" / "offer.typ").write_text(template, encoding="utf-8")
    return folder


def test_the_page_has_everything_that_the_document_has() -> None:
    document = offer_document(priced(), reach=REACH)
    (text,) = pages(pdf(document))
    for row in document["totals"]:
        assert " ".join((document["total"] if row["kind"] == "total" else row["value"]).split()) in text
    for line in document["lines"]:
        assert line["name"] in text and " ".join(line["amount"].split()) in text
    for words in (document["number"], document["in_words"], "Северный", "Лицензия: 42", "А. Петрова", "стр. 1 из 1"):
        assert " ".join(words.split()).replace("Северный", "ООО «Север»") in text
    assert "Телефон +7 495 1 (9–18)" in text
    assert "ПРОЕКТ" not in text


@pytest.mark.parametrize("language", ["ru", "pl", "en"])
def test_every_language_has_its_words_and_letters(language: str) -> None:
    text = OFFER.replace("language: ru", f"language: {language}").replace("Металлстрой", "Łódź Żółć № ₽ €")
    document = offer_document(priced(text))
    (page,) = pages(pdf(document))
    assert document["words"]["offer"] in page and "Łódź Żółć № ₽ €" in page
    assert " ".join(document["in_words"].split()) in page
    reader = PdfReader(io.BytesIO(pdf(document)))
    assert reader.trailer["/Root"]["/Lang"] == language  # type: ignore[index]


def test_the_same_offer_gives_the_same_bytes_and_says_what_it_is() -> None:
    content = pdf(offer_document(priced()))
    assert pdf(offer_document(priced())) == content
    told = PdfReader(io.BytesIO(content)).metadata
    assert told is not None
    assert (told.title, told.author) == ("Коммерческое предложение № R-20261121-k7qm4d-r2", "ООО «Север»")
    assert told.creation_date is not None and told.creation_date.date() == DAY


def test_a_draft_says_so() -> None:
    assert "ПРОЕКТ" in pages(pdf(offer_document(priced(), draft=True)))[0]


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/cetz:0.3.0"',
        '#read("/etc/passwd") #panic("x")',
        "*bold* _slanted_ $x^2$ = heading `raw` @label <label> \\ // comment /* x */",
        "<script>alert(1)</script> {{ 7*7 }} {% raw %}",
        "=HYPERLINK(0) ] } ) \" ' #{ #[",
    ],
)
def test_what_a_client_writes_is_text_and_never_markup(hostile: str) -> None:
    text = OFFER.replace("name: Арматура", f"name: {json.dumps(hostile)}").replace(
        "title: Арматура", f"title: {json.dumps(hostile)}"
    )
    (page,) = pages(pdf(offer_document(priced(text.replace('notes: ""', f"notes: {json.dumps(hostile)}")))))
    bare = page.replace(" ", "").replace("\u200b", "")
    assert bare.count(hostile.replace(" ", "")) == 3


@pytest.mark.long
def test_a_thousand_lines_have_numbered_pages_with_the_ways_to_reach_us_on_each() -> None:
    more = "".join(f"- {{name: Болт {n}, quantity: {n}, price: 0.{n % 90 + 10}}}\n" for n in range(1, 999))
    document = offer_document(priced(OFFER.replace("discount: 3%\n", more)), reach=REACH)
    found = pages(pdf(document))
    assert len(found) > 20
    for number, text in enumerate(found, 1):
        assert f"стр. {number} из {len(found)}" in text and "@sever" in text and document["number"] in text
    assert all("Наименование" in text for text in found[:-2])
    assert " ".join(document["total"].split()) in found[-2] + found[-1]
    assert "Болт 998" in " ".join(found)


def test_words_without_a_space_stay_on_the_page() -> None:
    long = "Ж" * 300
    text = OFFER.replace("name: Арматура", f"name: {long}").replace("name: Металлстрой", f"name: {long}")
    found = "".join(pages(pdf(offer_document(priced(text.replace("unit: т", f"unit: {long[:40]}"))))))
    assert found.count("Ж") == 640
    # No row is wider than the page: pieces of the word are many.
    assert all(len(piece) <= 60 for piece in found.split(" ") if piece.startswith("Ж"))


@pytest.mark.parametrize("logo", [PIXEL, b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'])
def test_a_logo_is_on_the_first_page(logo: bytes) -> None:
    plain = pdf(offer_document(priced()))
    assert pdf(offer_document(priced(), logo=logo_address(logo))) != plain


def test_a_logo_that_is_no_picture() -> None:
    found = problem(offer_document(priced(), logo=logo_address(PIXEL[:20])))
    assert (found.code, found.path) == ("logo", "templates")
    assert str(found.message).startswith("the logo cannot be read: ")


def test_scripts_that_typst_has_no_fonts_for_are_noticed() -> None:
    assert not needs_more_fonts("Łódź, Ёлка, ΑΩ, №, ₽ € zł – “x” → ≤ \u00a0\u202f")
    assert needs_more_fonts("宝钢") and needs_more_fonts("עברית") and needs_more_fonts("🏗")
    text = OFFER.replace("name: Металлстрой", "name: 宝钢集团")
    assert pdf(offer_document(priced(text))).startswith(b"%PDF")


def test_typst_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Refused) as error:
        pdf(offer_document(priced()))
    assert (error.value.code, str(error.value.message)) == ("no-typst", "PDF needs typst, which is not installed here")
    assert "pip install 'svcctl[pdf]'" in str(error.value.hint)


# A desk's own template


def test_a_desk_s_template_may_use_the_shipped_letter_and_its_own_fonts(tmp_path: Path) -> None:
    own = desk(tmp_path, '#import "@svcctl/offer:1.0.0": letter\n#letter(accent: rgb("#7a1f1f"))\n')
    (tmp_path / "fonts").mkdir()
    document = offer_document(priced())
    assert pages(pdf(document, own)) == pages(pdf(document))
    assert pdf(document, own) != pdf(document)


@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("ok\n#nothing()", 2, "unknown variable: nothing"),
        ("#json(bytes(sys.inputs.offer)).colour", 1, "dictionary does not contain key"),
        ('#read("/etc/passwd")', 1, "file not found"),
        ('#read("../../../../../etc/passwd")', 1, "project root"),
        ('#import "@preview/cetz:0.3.0"', 1, "failed to download package"),
        ("#while true { }", 1, "condition is always true"),
        ("#let f(n) = f(n + 1)\n#f(0)", 1, "maximum function call depth exceeded"),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, template: str, line: int, message: str) -> None:
    found = problem(offer_document(priced()), desk(tmp_path, template))
    assert (found.code, found.line) == ("template", line)
    assert message in str(found.message)
    assert found.path.endswith("offer/offer.typ")


@pytest.mark.parametrize(
    ("template", "seconds", "reason"),
    [
        ("#for a in range(99999) { for b in range(9999) { str(a) } }", 1, "it ran for more than 1 second"),
        ("#range(90000000).len()", 9, "it needs too much memory"),
    ],
)
def test_a_template_cannot_take_the_machine(tmp_path: Path, template: str, seconds: int, reason: str) -> None:
    found = problem(offer_document(priced()), desk(tmp_path, template), seconds)
    assert (found.code, str(found.message)) == (
        "template-limit",
        f"the template “offer/offer.typ” was stopped: {reason}",
    )
