from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pytest
from docx import Document as Word

from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.render.docx import offer_docx
from svcctl.render.offers import Document, logo_address, offer_document
from svcctl.render.wordtemplate import template
from svcctl.store.shipped import shipped
from tests.render.test_offer_document import OFFER, priced
from tests.render.test_pdf import PIXEL, REACH


def docx(document: Document, own: Path | None = None, seconds: int = 10) -> bytes:
    return offer_docx(document, [str(own or "/no/such/folder"), shipped("templates")], seconds=seconds)


def cells(content: bytes) -> list[list[str]]:
    """The texts of every table, row by row."""
    word = Word(io.BytesIO(content))
    return [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]


def text(content: bytes) -> str:
    """Everything that a reader sees: paragraphs, tables, the foot of the page."""
    word = Word(io.BytesIO(content))
    footer = word.sections[0].footer
    paragraphs = [paragraph.text for part in (word, footer) for paragraph in part.paragraphs]
    fields = footer._element.xpath("string()")
    return " ".join(" ".join([*paragraphs, *(cell for row in cells(content) for cell in row), fields]).split())


def problem(document: Document, own: Path | None = None, seconds: int = 10) -> Problem:
    with pytest.raises(BrokenFiles) as error:
        docx(document, own, seconds)
    (found,) = error.value.problems
    assert found.remedy is not None
    return found


def desk(folder: Path, *paragraphs: str) -> Path:
    word = Word()
    for paragraph in paragraphs:
        word.add_paragraph(paragraph)
    (folder / "offer").mkdir()
    word.save(str(folder / "offer" / "offer.docx"))
    return folder


def test_the_file_has_everything_that_the_document_has() -> None:
    document = offer_document(priced(), reach=REACH)
    content = docx(document)
    rows = cells(content)
    for row in document["totals"]:
        assert ["", row["label"], document["total"] if row["kind"] == "total" else row["value"]] in rows
    first, second = document["lines"]
    assert [first["n"], "Арматура A5\nс сертификатом", "20,125", "т", "61\u00a0500,00", first["discount"]] in [
        row[:6] for row in rows
    ]
    assert [second["n"], "Доставка", "1", "", "0,035", "–", "без НДС", second["amount"]] in rows
    seen = text(content)
    for words in (document["number"], document["in_words"], "ООО «Север»", "Лицензия: 42", "А. Петрова", "Р/с: 407"):
        assert " ".join(words.split()) in seen
    assert "Телефон +7 495 1 (9–18) Чат @sever" in seen
    assert "стр. 1 из 1" in seen and "ПРОЕКТ" not in seen and "{" not in seen


@pytest.mark.parametrize("language", ["ru", "pl", "en"])
def test_every_language_has_its_words(language: str) -> None:
    document = offer_document(priced(OFFER.replace("language: ru", f"language: {language}")))
    content = docx(document)
    assert document["words"]["offer"] in text(content)
    assert document["words"]["page"].format(n=1, total=1) in text(content)
    told = Word(io.BytesIO(content)).core_properties
    assert (told.language, told.author) == (language, "ООО «Север»")
    assert told.title.endswith("R-20261121-k7qm4d-r2")


def test_columns_that_nothing_stands_in_are_left_out_and_the_name_gets_their_width() -> None:
    bare = OFFER.replace("unit: т, ", "").replace("discount: 5%, ", "").replace("vat: on_top", "vat: none")
    document = offer_document(priced(bare))
    content = docx(document)
    words = document["words"]
    heads = [words["n"], words["name"], words["quantity"], document["heads"]["price"], document["heads"]["amount"]]
    assert heads in cells(content)
    (goods,) = (table for table in Word(io.BytesIO(content)).tables if table.rows[0].cells[0].text == words["n"])
    widths = [cell.width or 0 for cell in goods.rows[0].cells]
    assert sum(widths) == pytest.approx(175 * 36000, rel=0.01)
    assert [column.width for column in goods.columns] == widths == [cell.width for cell in goods.rows[1].cells]
    assert max(widths) == widths[1]


def test_a_draft_says_so() -> None:
    assert "ПРОЕКТ" in text(docx(offer_document(priced(), draft=True)))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script> {{ 7*7 }} {% raw %} {%tr for x in y %}",
        "</w:t></w:r></w:p> & &amp; <w:tbl>",
        '#import "@preview/cetz:0.3.0" =HYPERLINK("http://x") \' "',
        "{{ words.__class__ }} {# gone? #} {%p endfor %}",
    ],
)
def test_what_a_client_writes_is_text_and_never_markup(hostile: str) -> None:
    quoted = json.dumps(hostile)
    own = OFFER.replace("name: Арматура", f"name: {quoted}").replace("title: Арматура", f"title: {quoted}")
    own = own.replace("name: ООО «Север»", f"name: {quoted}").replace('notes: ""', f"notes: {quoted}")
    content = docx(offer_document(priced(own)))
    assert text(content).count(" ".join(hostile.split())) >= 5
    assert Word(io.BytesIO(content)).core_properties.author == hostile


def test_lines_of_a_text_stay_lines() -> None:
    found = [cell for row in cells(docx(offer_document(priced()))) for cell in row]
    assert any("до склада\nв Казани" in cell for cell in found)


def test_a_thousand_lines() -> None:
    more = "".join(f"- {{name: Болт {n}, quantity: {n}, price: 0.{n % 90 + 10}}}\n" for n in range(1, 999))
    document = offer_document(priced(OFFER.replace("discount: 3%\n", more)))
    content = docx(document)
    seen = Word(io.BytesIO(content))
    assert max(len(table.rows) for table in seen.tables) == 1001
    assert " ".join(document["total"].split()) in " ".join(seen.tables[3].rows[-1].cells[2].text.split())


def test_a_logo_is_a_picture_in_the_file_and_svg_is_left_out() -> None:
    def pictures(content: bytes) -> int:
        return len(Word(io.BytesIO(content)).inline_shapes)

    assert pictures(docx(offer_document(priced(), logo=logo_address(PIXEL)))) == 1
    assert pictures(docx(offer_document(priced(), logo=logo_address(b"<svg/>")))) == 0
    assert pictures(docx(offer_document(priced()))) == 0


def test_a_logo_that_is_no_picture() -> None:
    found = problem(offer_document(priced(), logo=logo_address(PIXEL[:20])))
    assert (found.code, found.path) == ("logo", "templates")
    assert str(found.message).startswith("the logo cannot be read: ")


def test_docxtpl_is_asked_for_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    with pytest.raises(Refused) as error:
        docx(offer_document(priced()))
    assert (error.value.code, str(error.value.message)) == (
        "no-docxtpl",
        "DOCX needs docxtpl, which is not installed here",
    )
    assert "pip install 'svcctl[docx]'" in str(error.value.hint)


def test_the_shipped_template_is_what_its_module_makes() -> None:
    path = Path(shipped("templates")) / "offer" / "offer.docx"
    with zipfile.ZipFile(path) as shipped_one, zipfile.ZipFile(io.BytesIO(template())) as made:
        parts = [name for name in made.namelist() if name.startswith(("word/document", "word/footer"))]
        assert len(parts) == 2
        assert [shipped_one.read(name) for name in parts] == [made.read(name) for name in parts]


def test_compiled_templates_can_be_kept(tmp_path: Path) -> None:
    folders = [shipped("templates")]
    first, second = (
        offer_docx(offer_document(priced(OFFER.replace("Металлстрой", name))), folders, str(tmp_path))
        for name in ("Первый", "Второй")
    )
    assert list(tmp_path.iterdir())
    assert "Первый" in text(first) and "Второй" in text(second) and "Первый" not in text(second)


# A desk's own template


def test_a_desk_s_template_made_in_word(tmp_path: Path) -> None:
    own = desk(tmp_path, "Offer {{ number }}", "{%p for line in lines %}", "{{ line.name }}", "{%p endfor %}")
    content = docx(offer_document(priced()), own)
    found = [paragraph.text for paragraph in Word(io.BytesIO(content)).paragraphs]
    assert found == ["Offer R-20261121-k7qm4d-r2", "Арматура", "Доставка"]


@pytest.mark.parametrize(
    ("paragraph", "message"),
    [
        ("{{ nmae }}", "'nmae' is undefined"),
        ("{% if %}", "Expected an expression"),
        ("{{ number.__class__.__mro__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ range(1000000) | list }}", "Range too big"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, paragraph: str, message: str) -> None:
    found = problem(offer_document(priced()), desk(tmp_path, paragraph))
    assert found.code == "template" and message in str(found.message)
    assert found.path.endswith("offer/offer.docx")


def test_a_file_that_is_no_word_file(tmp_path: Path) -> None:
    (tmp_path / "offer").mkdir()
    (tmp_path / "offer" / "offer.docx").write_bytes(b"PK nothing")
    assert problem(offer_document(priced()), tmp_path).code == "template"


@pytest.mark.parametrize(
    ("paragraph", "seconds", "reason"),
    [
        (
            "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
            2,
            "it ran for more than 2 seconds",
        ),
        ("{{ 'x' * 10 ** 10 }}", 9, "it needs too much memory"),
    ],
)
def test_a_template_cannot_take_the_machine(tmp_path: Path, paragraph: str, seconds: int, reason: str) -> None:
    found = problem(offer_document(priced()), desk(tmp_path, paragraph), seconds)
    assert (found.code, str(found.message)) == (
        "template-limit",
        f"the template “offer/offer.docx” was stopped: {reason}",
    )
