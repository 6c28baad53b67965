"""Makes the Word template that ships as ``templates/offer/offer.docx``; a desk may change a copy of it in Word.

``python -m svcctl.render.wordtemplate > templates/offer/offer.docx`` writes it anew; a test compares the two. What
stands in braces is Jinja as docxtpl has it: ``{%tr``, ``{%tc``, ``{%p`` take away the row, cell or paragraph that they
are in.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

from docx import Document
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INK, SOFT, ACCENT, RED = "1D2630", "5C6975", "14506E", "B42828"
TINT, LINE = "F2F6F8", "D5DBE1"
FONT = "Arial"
RIGHT, CENTER = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
WIDTH = 175
"""Of the page between its margins, in millimetres."""

_STYLES = {
    "Normal",
    "Heading1",
    "Heading1Char",
    "DefaultParagraphFont",
    "TableNormal",
    "NoList",
    "Footer",
    "FooterChar",
}
# Parts of python-docx's own template that no letter needs, by the last word of their relationship.
_UNUSED = {"thumbnail", "stylesWithEffects", "customXml", "numbering", "webSettings"}

# Columns of the goods: the words of the heading, of a cell, the width in mm, whether it is right-aligned, and when.
_GOODS = (
    ("words.n", "line.n", 9, False, ""),
    ("words.name", "", 58, False, ""),
    ("words.quantity", "line.quantity", 17, True, ""),
    ("words.unit", "line.unit", 13, False, "shown.unit"),
    ("heads.price", "line.price", 24, True, ""),
    ("words.discount", "line.discount or '–'", 18, True, "shown.discount"),
    ("words.vat", "line.vat", 12, True, "shown.vat"),
    ("heads.amount", "line.amount", 24, True, ""),
)


def template() -> bytes:
    """The template's file; the same bytes every time."""
    document = Document()
    _page(document)
    _letterhead(document)
    _title(document)
    _parties(document)
    _say(_paragraph(document, above=10, below=6), "{{ words.greeting }}")
    _goods(document)
    _totals(document)
    _terms(document)
    _signature(document)
    _footer(document)
    _without_unused_styles(document)
    properties = document.core_properties
    properties.author = properties.title = properties.comments = ""
    properties.created = properties.modified = datetime(2026, 1, 1, tzinfo=UTC)
    return _packed(document)


def _packed(document: Any) -> bytes:
    """The document as a zip file whose entries have no times of their own."""
    loose, tight = io.BytesIO(), io.BytesIO()
    for rels in (document.part.package.rels, document.part.rels):
        for name in [name for name, rel in rels.items() if rel.reltype.rpartition("/")[2] in _UNUSED]:
            rels.pop(name)
    document.save(loose)
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(tight, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return tight.getvalue()


def _without_unused_styles(document: Any) -> None:
    """Keeps the styles that stand in the letter: the whole list takes longer to read than the letter to fill."""
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:styleId")) not in _STYLES:
            styles.remove(style)
    latent = styles.find(qn("w:latentStyles"))
    if latent is not None:
        styles.remove(latent)


# Pieces


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(20), Mm(15)
    section.top_margin, section.bottom_margin = Mm(14), Mm(22)
    section.header_distance, section.footer_distance = Mm(7), Mm(9)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(9.5), RGBColor.from_string(INK)
    normal.element.rPr.rFonts.set(qn("w:cs"), FONT)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.bold = FONT, Pt(17), True
    heading.font.color.rgb = RGBColor.from_string(INK)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        heading.element.rPr.rFonts.attrib.pop(qn(f"w:{name}"), None)


def _paragraph(place: Any, above: float = 0, below: float = 0, align: Any = None, keep: bool = False) -> Any:
    made = place.add_paragraph()
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(above), Pt(below)
    made.paragraph_format.alignment, made.paragraph_format.keep_with_next = align, keep
    return made


def _say(paragraph: Any, text: str, size: float = 0, color: str = "", bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if color:
        run.font.color.rgb = RGBColor.from_string(color)
    return paragraph


def _tag(place: Any, text: str) -> None:
    """A paragraph that only steers, and is gone in the document."""
    _say(place.add_paragraph(), text)


def _caption(place: Any, text: str, above: float = 0) -> None:
    run = _paragraph(place, above, 2, keep=True).add_run(text)
    run.font.size, run.font.all_caps, run.font.color.rgb = Pt(7.5), True, RGBColor.from_string(SOFT)


def _table(place: Any, widths: Sequence[float], rows: int = 1, inside: int = 0) -> Any:
    """A table of columns in millimetres; ``inside`` is the room beside the cells' texts, in twentieths of a point."""
    made = place.add_table(rows, len(widths))
    made.alignment, made.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for row in made.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    room = _element("w:tblCellMar")
    for side in ("left", "right"):
        room.append(_element(f"w:{side}", w=inside, type="dxa"))
    # The table begins where the text does, not its cells' texts.
    indent = _element("w:tblInd", w=inside, type="dxa")
    made._tbl.tblPr.insert_element_before(indent, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    made._tbl.tblPr.insert_element_before(room, "w:tblLook")
    return made


def _shared(table: Any) -> None:
    """Lets the columns share the page's width where some of them are taken away."""
    table.autofit = True
    table._tbl.tblPr.first_child_found_in("w:tblW").attrib.update({qn("w:type"): "pct", qn("w:w"): "5000"})


def _element(name: str, **values: object) -> Any:
    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def _borders(element: Any, **sides: tuple[int, str]) -> None:
    """Borders of a cell or paragraph: side = (eighths of a point, colour)."""
    kind = "w:pBdr" if element.tag == qn("w:pPr") else "w:tcBorders"
    made = _element(kind)
    for side, (size, color) in sides.items():
        made.append(_element(f"w:{side}", val="single", sz=size, space=1 if kind == "w:pBdr" else 0, color=color))
    if kind == "w:pBdr":
        element.insert_element_before(made, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    else:
        element.append(made)


def _shade(cell: Any, color: str) -> None:
    cell._tc.get_or_add_tcPr().append(_element("w:shd", val="clear", color="auto", fill=color))


# Parts of the letter


def _letterhead(document: Any) -> None:
    _tag(document, "{%p if draft %}")
    _say(_paragraph(document, 0, 4, CENTER), "{{ words.draft }}", 22, RED, True)
    _tag(document, "{%p endif %}")
    table = _table(document, (26, 84, 65))
    _shared(table)
    picture, left, right = table.rows[0].cells
    for cell in (picture, left, right):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    _say(picture.paragraphs[0], "{{ logo }}")
    _conditional(picture, "logo")
    _say(left.paragraphs[0], "{{ seller.name }}", 15, ACCENT, True)
    _say(right.paragraphs[0], "{%p for row in seller.contact %}")
    _say(_paragraph(right, align=RIGHT), "{{ row.value }}", 8.5, SOFT)
    _tag(right, "{%p endfor %}")
    _say(_paragraph(right, align=RIGHT), " ", 2)
    under = _paragraph(document, 0, 4)
    _say(under, " ", 2)
    _borders(under._p.get_or_add_pPr(), top=(16, ACCENT))


def _title(document: Any) -> None:
    heading = document.add_heading("{{ words.offer }}", 1)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(4), Pt(1)
    _tag(document, "{%p if title %}")
    _say(_paragraph(document, 0, 2), "{{ title }}", 11.5)
    _tag(document, "{%p endif %}")
    reference = _paragraph(document, 0, 8)
    for text, is_bold in (("words.number", False), ("number", True), ("words.dated", False), ("date", True)):
        _say(reference, f"{{{{ {text} }}}} ", 0, "" if is_bold else SOFT, is_bold)


def _parties(document: Any) -> None:
    table = _table(document, (85, 5, 85), inside=160)
    cells = table.rows[0].cells
    for cell, party, label in ((cells[0], "seller", "words.seller"), (cells[2], "client", "words.client")):
        _shade(cell, TINT)
        _borders(cell._tc.get_or_add_tcPr(), left=(18, ACCENT))
        caption = cell.paragraphs[0]
        caption.paragraph_format.space_before = Pt(5)
        _say(caption, f"{{{{ {label} }}}}", 7.5, SOFT).runs[0].font.all_caps = True
        _say(_paragraph(cell, 2, 2), f"{{{{ {party}.name }}}}", 10.5, bold=True)
        rows = f"{party}.identity" if party == "seller" else "client.identity + client.contact"
        _tag(cell, f"{{%p for row in {rows} %}}")
        _labelled(_paragraph(cell, 0, 1), 8.8)
        _tag(cell, "{%p endfor %}")
        _say(_paragraph(cell), " ", 4)


def _labelled(paragraph: Any, size: float) -> None:
    _say(paragraph, "{{ row.label }}: ", size, SOFT)
    _say(paragraph, "{{ row.value }}", size)


def _goods(document: Any) -> None:
    widths = [width for _, _, width, _, _ in _GOODS]
    table = _table(document, widths, 2, inside=80)
    _shared(table)
    head, row = table.rows
    head._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for index, (word, value, _, is_right, _) in enumerate(_GOODS):
        align = RIGHT if is_right else None
        _shade(head.cells[index], ACCENT)
        _cell(head.cells[index], align)
        _say(head.cells[index].paragraphs[0], f"{{{{ {word} }}}}", 8, "FFFFFF", True)
        _borders(row.cells[index]._tc.get_or_add_tcPr(), bottom=(4, LINE))
        _cell(row.cells[index], align)
        _say(row.cells[index].paragraphs[0], f"{{{{ {value} }}}}" if value else "", 9)
    _described(row.cells[1].paragraphs[0])
    _between(table, row, "{%tr for line in lines %}", "{%tr endfor %}")
    conditions = [when for _, _, _, _, when in _GOODS]
    for cells in (head.cells, row.cells):
        for cell, when in zip(cells, conditions, strict=True):
            if when:
                _conditional(cell, when)


def _cell(cell: Any, align: Any, room: float = 2.5) -> None:
    form = cell.paragraphs[0].paragraph_format
    form.alignment, form.space_before, form.space_after = align, Pt(room), Pt(room)


def _described(paragraph: Any) -> None:
    _say(paragraph, "{{ line.name }}", 9)
    _say(paragraph, "{% if line.sku %} {{ line.sku }}{% endif %}", 8, SOFT)
    _say(paragraph, "{% if line.note %}{{ '\\n' }}{{ line.note }}{% endif %}", 8, SOFT)


def _between(table: Any, row: Any, before: str, after: str) -> None:
    """Puts rows that only steer around a row."""
    for text, put in ((before, row._tr.addprevious), (after, row._tr.addnext)):
        made = table.add_row()
        made.cells[0].paragraphs[0].add_run(text)
        put(made._tr)


def _conditional(cell: Any, when: str) -> None:
    """Shows a cell only where a condition holds: docxtpl takes cells with ``{%tc`` away."""
    for text, put in ((f"{{%tc if {when} %}}", cell._tc.addprevious), ("{%tc endif %}", cell._tc.addnext)):
        made = _element("w:tc")
        paragraph, run, words = _element("w:p"), _element("w:r"), _element("w:t")
        words.text = text
        run.append(words)
        paragraph.append(run)
        made.append(paragraph)
        put(made)


def _totals(document: Any) -> None:
    _say(_paragraph(document), " ", 3)
    table = _table(document, (79, 56, 40), 2, inside=80)
    plain, total = table.rows
    for row, size, color, is_bold in ((plain, 9.5, "", False), (total, 12.5, ACCENT, True)):
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        for index, text in ((1, "row.label"), (2, "row.value" if row is plain else "total")):
            cell = row.cells[index]
            if row is total:
                _borders(cell._tc.get_or_add_tcPr(), top=(12, ACCENT))
            _cell(cell, RIGHT if index == 2 else None, 3 if row is total else 1)
            cell.paragraphs[0].paragraph_format.keep_with_next = True
            _say(cell.paragraphs[0], f"{{{{ {text} }}}}", size, color, is_bold)
    _between(table, plain, "{%tr for row in totals %}", "{%tr else %}")
    plain._tr.addprevious(_row_of(table, "{%tr if row.kind != 'total' %}"))
    total._tr.addnext(_row_of(table, "{%tr endfor %}"))
    total._tr.addnext(_row_of(table, "{%tr endif %}"))
    words = _paragraph(document, 6, 2)
    _say(words, "{{ words.in_words }}: ", 0, SOFT)
    _say(words, "{{ in_words }}")
    words._p.get_or_add_pPr().insert_element_before(
        _element("w:shd", val="clear", color="auto", fill=TINT), "w:tabs", "w:spacing", "w:ind", "w:jc"
    )
    _tag(document, "{%p if small %}")
    _say(_paragraph(document, 2), "{{ small | join(' ') }}", 8, SOFT)
    _tag(document, "{%p endif %}")


def _row_of(table: Any, text: str) -> Any:
    made = table.add_row()
    made.cells[0].paragraphs[0].add_run(text)
    return made._tr


def _terms(document: Any) -> None:
    _tag(document, "{%p if terms %}")
    table = _table(document, (85, 5, 85))
    cells = table.rows[0].cells
    for cell, index in ((cells[0], 0), (cells[2], 1)):
        term = f"pair[{index}]"
        _say(cell.paragraphs[0], f"{{%p if pair[{index}:] %}}")
        _caption(cell, f"{{{{ {term}.label }}}}", 6)
        _say(_paragraph(cell), f"{{{{ {term}.text }}}}")
        _tag(cell, "{%p endif %}")
        _say(_paragraph(cell), " ", 2)
    _between(table, table.rows[0], "{%tr for pair in terms | batch(2) %}", "{%tr endfor %}")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p if seller.bank %}")
    _caption(document, "{{ words.bank }}", 6)
    bank = _paragraph(document)
    _say(bank, "{% for row in seller.bank %}", 8.8)
    _labelled(bank, 8.8)
    _say(bank, "{% if not loop.last %}    {% endif %}{% endfor %}", 8.8)
    _tag(document, "{%p endif %}")


def _signature(document: Any) -> None:
    _say(_paragraph(document, 18, keep=True), " ", 4)
    table = _table(document, (65, 50, 60), 2, inside=80)
    upper, lower = (row.cells for row in table.rows)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    for cell, text in zip(upper, ("seller.position or seller.name", "''", "seller.signatory"), strict=True):
        _say(cell.paragraphs[0], f"{{{{ {text} }}}}").paragraph_format.keep_with_next = True
    _borders(upper[1]._tc.get_or_add_tcPr(), bottom=(6, INK))
    lower[1].paragraphs[0].paragraph_format.alignment = CENTER
    _say(lower[1].paragraphs[0], "{{ words.signature }}", 7.5, SOFT)
    _say(lower[2].paragraphs[0], "{{ words.seal }}", 0, SOFT)


def _footer(document: Any) -> None:
    footer = document.sections[0].footer
    line = footer.paragraphs[0]
    _borders(line._p.get_or_add_pPr(), top=(4, LINE))
    _say(line, "{% if reach %}{{ words.reach }}: {% for way in reach %}{{ way.title }} {{ way.address }}", 7.8, SOFT)
    _say(
        line,
        "{% if way.hours %} ({{ way.hours }}){% endif %}{% if not loop.last %}   {% endif %}{% endfor %}",
        7.8,
        SOFT,
    )
    _say(line, "{% else %}{{ seller.name }}{% for row in seller.contact %}   {{ row.value }}{% endfor %}", 7.8, SOFT)
    _say(line, "{% endif %}", 7.8, SOFT)
    pages = footer.add_paragraph()
    pages.paragraph_format.alignment = RIGHT
    _say(pages, "{{ words.number }} {{ number }}   {{ page[0] }}", 7.8, SOFT)
    _field(pages, "PAGE")
    _say(pages, "{{ page[1] }}", 7.8, SOFT)
    _field(pages, "NUMPAGES")


def _field(paragraph: Any, name: str) -> None:
    """A field that Word counts: the page, or how many there are."""
    field = _element("w:fldSimple", instr=name)
    run = _say(paragraph, "1", 7.8, SOFT).runs[-1]
    field.append(run._r)
    paragraph._p.append(field)


if __name__ == "__main__":
    sys.stdout.buffer.write(template())
