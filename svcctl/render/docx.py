"""The offer's document as a Word file: a template that anybody can change in Word, filled by docxtpl.

The texts go in escaped, by a sandboxed Jinja; a desk's own template runs in a child process with limits.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused
from svcctl.render.limits import SECONDS, broken, in_child, stopped
from svcctl.render.offers import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from jinja2.environment import Environment

TEMPLATE = "offer/offer.docx"
_LOGO_HEIGHT = 12  # millimetres, as the width
_LOGO_WIDTH = 22
_EMU_PER_TWIP = 635
# Pictures that Word shows everywhere; the rest is left out.
_PICTURES = ("data:image/png;", "data:image/jpeg;")


def offer_docx(
    document: Document, directories: Sequence[str], cache: str | None = None, seconds: int = SECONDS
) -> bytes:
    """The offer as a Word file.

    Args:
        document: as of ``offer_document``; an SVG logo is left out.
        directories: where ``offer/offer.docx`` is looked for, in this order; the last one is svcctl's own and
            trusted, a template of one before it runs in a child process with limits.
        cache: a private directory for compiled templates, which must exist; None compiles anew.
        seconds: of processor time that the child process gets.

    Raises:
        Refused: docxtpl is not installed.
        BrokenFiles: a mistake in the template, a limit exceeded, or a logo that is no picture.
    """
    refuse_missing()
    folder = next((one for one in directories if os.path.isfile(os.path.join(one, TEMPLATE))), directories[-1])
    path = os.path.join(folder, TEMPLATE)
    if folder == directories[-1]:
        return filled(document, path, cache)
    from base64 import b64decode

    return b64decode(
        in_child(TEMPLATE, "svcctl.render.docx:filled_text", {"document": document, "path": path}, seconds)
    )


def refuse_missing() -> None:
    """Refuses where docxtpl is not installed.

    Raises:
        Refused: says how to install it.
    """
    from importlib.util import find_spec

    if find_spec("docxtpl") is None:
        raise Refused(
            Message("DOCX needs docxtpl, which is not installed here"),
            Message("pip install 'svcctl[docx]', or take --format html"),
            code="no-docxtpl",
        )


def filled(document: Document, path: str, cache: str | None = None) -> bytes:
    """Fills the template in this very process; errors as of ``offer_docx``."""
    from io import BytesIO

    import jinja2
    from docxtpl import DocxTemplate  # type: ignore[import-untyped]

    made = BytesIO()
    try:
        template = DocxTemplate(path)
        template.render({**document, **_more(document, template)}, _environment(cache), autoescape=True)
        _share_widths(template.docx)
        _named(template.docx.core_properties, document)
        template.save(made)
    except MemoryError as error:
        raise stopped(TEMPLATE, Message("it needs too much memory")) from error
    except jinja2.TemplateSyntaxError as error:
        raise broken(Place(path), "template", Message("{what}", what=error.message)) from error
    except BrokenFiles:
        raise
    except Exception as error:  # A template can raise anything that an expression can.
        raise broken(Place(path), "template", Message("{what}", what=f"{error}" or type(error).__name__)) from error
    return made.getvalue()


def filled_text(document: Document, path: str) -> str:
    """As ``filled``, the bytes as base64; what the child process runs."""
    from base64 import b64encode

    return b64encode(filled(document, path)).decode("ascii")


def _environment(cache: str | None) -> Environment:
    """A sandbox that keeps what it compiles: docxtpl hands it whole templates as text, under no name."""
    from hashlib import sha256

    from jinja2 import DictLoader, FileSystemBytecodeCache, StrictUndefined, Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Keeping(ImmutableSandboxedEnvironment):
        def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
            name = sha256(str(source).encode()).hexdigest()
            self.loader = DictLoader({name: str(source)})
            return self.get_template(name, globals=globals)

    kept = FileSystemBytecodeCache(cache) if cache else None
    return Keeping(autoescape=True, undefined=StrictUndefined, bytecode_cache=kept)


def _more(document: Document, template: Any) -> dict[str, Any]:
    """What a Word file needs beside the document: the logo as a picture, the page's number in its pieces."""
    before, _, rest = document["words"]["page"].partition("{n}")
    return {"logo": _logo(document["logo"], template), "page": [before, *rest.split("{total}")]}


def _logo(address: str, template: Any) -> Any:
    if not address.startswith(_PICTURES):
        return ""
    from base64 import b64decode
    from io import BytesIO

    from docx.image.image import Image
    from docx.shared import Mm
    from docxtpl import InlineImage

    content = b64decode(address.partition(",")[2])
    try:
        picture = Image.from_blob(content)
    except Exception as error:  # Whatever is wrong with a picture, its reader says it in its own way.
        remedy = Message("replace templates/logo.png, .svg or .jpg by a picture that opens")
        message = Message("the logo cannot be read: {why}", why=f"{error}" or type(error).__name__)
        raise BrokenFiles([Problem(Place("templates"), "logo", message, remedy)], hint=remedy) from error
    wide = picture.px_width * _LOGO_HEIGHT > picture.px_height * _LOGO_WIDTH
    size = {"width": Mm(_LOGO_WIDTH)} if wide else {"height": Mm(_LOGO_HEIGHT)}
    return InlineImage(template, BytesIO(content), **size)


def _share_widths(word: Any) -> None:
    """In tables of the page's whole width, gives the width of columns that were taken away to the widest one.

    docxtpl drops the last columns of the grid, whichever were taken away; the cells know their own widths. Tables
    with merged cells or cells without a width stay as they are.
    """
    from docx.oxml.ns import qn

    section = word.sections[0]
    whole = (section.page_width - section.left_margin - section.right_margin) // _EMU_PER_TWIP
    for table in word.tables:
        width = table._tbl.tblPr.find(qn("w:tblW"))
        cells = [row.xpath("w:tc/w:tcPr/w:tcW") for row in table._tbl.tr_lst]
        is_whole = width is not None and width.get(qn("w:type")) == "pct"
        if not is_whole or not cells or any(len(row) != len(table._tbl.tblGrid) for row in cells):
            continue
        own = [int(one.get(qn("w:w"), "0")) for one in cells[0]]
        widest = own.index(max(own))
        own[widest] += max(0, whole - sum(own))
        for column, size in zip(table._tbl.tblGrid, own, strict=True):
            column.set(qn("w:w"), str(size))
        for row in cells:
            row[widest].set(qn("w:w"), str(own[widest]))


def _named(properties: Any, document: Document) -> None:
    """What file browsers show; Word allows 255 characters."""
    words = document["words"]
    properties.title = f"{words['offer']} {words['number']} {document['number']}"[:255]
    properties.author = document["seller"]["name"][:255]
    properties.language = document["language"]
