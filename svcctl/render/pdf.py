"""The offer's document as PDF, set by typst; the texts go in as data, so nothing in them is markup.

The fonts are those inside the typst package and the desk's own (``templates/fonts/``), so that every machine makes the
same pages; the machine's fonts help out only where a text needs a script that those lack.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import date

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem, Refused
from svcctl.render.limits import SECONDS, broken, in_child
from svcctl.render.offers import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEMPLATE = "offer/offer.typ"
FONTS = "fonts"
_PACKAGES = "typst"
# Scripts of the fonts inside typst: Latin, Greek, Cyrillic; punctuation, currencies, arrows, mathematics.
_OWN_SCRIPTS = ((0x0000, 0x052F), (0x1C80, 0x1C8F), (0x1E00, 0x2BFF), (0xFB00, 0xFB06))


def offer_pdf(document: Document, directories: Sequence[str], made: date, seconds: int = SECONDS) -> bytes:
    """The offer as PDF; the same document and day give the same bytes.

    Args:
        document: as of ``offer_document``.
        directories: where ``offer/offer.typ`` and ``fonts/`` are looked for, in this order; the last one is svcctl's
            own and trusted, a template of one before it runs in a child process with limits.
        made: the day that is written into the file.
        seconds: of processor time that the child process gets.

    Raises:
        Refused: typst is not installed.
        BrokenFiles: a mistake in the template, a limit exceeded, or a logo that is no picture.
    """
    refuse_missing()
    folder = next((one for one in directories if os.path.isfile(os.path.join(one, TEMPLATE))), directories[-1])
    fonts = [path for one in directories[:-1] if os.path.isdir(path := os.path.join(one, FONTS))]
    data = _data(document, made)
    packages = os.path.join(directories[-1], _PACKAGES)
    job: dict[str, Any] = {"data": data, "folder": folder, "packages": packages, "fonts": fonts}
    job["everything"] = needs_more_fonts(data)
    if folder == directories[-1]:
        return compiled(**job)
    from base64 import b64decode

    return b64decode(in_child(TEMPLATE, "svcctl.render.pdf:compiled_text", job, seconds))


def refuse_missing() -> None:
    """Refuses where typst is not installed.

    Raises:
        Refused: says how to install it.
    """
    try:
        import typst  # noqa: F401
    except ImportError:
        raise Refused(
            Message("PDF needs typst, which is not installed here"),
            Message("pip install 'svcctl[pdf]', or take --format html and print it"),
            code="no-typst",
        ) from None


def _data(document: Document, made: date) -> str:
    """The document as JSON; the logo, which typst cannot decode, as a list of its bytes."""
    from base64 import b64decode

    logo = b64decode(document["logo"].partition(",")[2])
    return json.dumps(
        {**document, "logo": "", "logo-bytes": list(logo), "made": made.timetuple()[:3]}, ensure_ascii=False
    )


def needs_more_fonts(text: str) -> bool:
    """Whether a text has characters of scripts that the fonts inside typst lack."""
    return not text.isascii() and any(
        not any(first <= ord(character) <= last for first, last in _OWN_SCRIPTS) for character in set(text)
    )


def compiled(data: str, folder: str, packages: str, fonts: list[str], everything: bool) -> bytes:
    """Sets the offer in this very process; a template may read files of its own folder only.

    Args:
        data: the document as JSON.
        folder: the template's, ``packages`` svcctl's own folder of typst packages.
        fonts: folders of more fonts; ``everything`` adds the machine's.

    Raises:
        BrokenFiles: as of ``offer_pdf``.
    """
    import typst

    known: Any = typst.Fonts(include_system_fonts=everything, font_paths=fonts)
    try:
        return typst.compile(
            os.path.join(folder, TEMPLATE),
            root=folder,
            font_paths=known,
            sys_inputs={"offer": data},
            package_path=packages,
        )
    except typst.TypstError as error:
        raise _broken(error, folder) from error


def compiled_text(**job: Any) -> str:
    """As ``compiled``, the bytes as base64; what the child process runs."""
    from base64 import b64encode

    return b64encode(compiled(**job)).decode("ascii")


def _broken(error: Any, folder: str) -> BrokenFiles:
    if "decode image" in error.message or "unknown image format" in error.message:
        message = Message("the logo cannot be read: {why}", why=error.message)
        remedy = Message("replace templates/logo.png, .svg or .jpg by a picture that opens")
        return BrokenFiles([Problem(Place("templates"), "logo", message, remedy)], hint=remedy)
    line = _line(error.diagnostic)
    return broken(Place(os.path.join(folder, TEMPLATE), line, 1 if line else 0), "template", _what(error))


def _what(error: Any) -> Message:
    return Message("{what}", what="; ".join([error.message, *error.hints]))


def _line(diagnostic: str) -> int:
    """The line of the template that a diagnostic names as ``offer/offer.typ:3:5``; 0 where it names none."""
    _, found, rest = diagnostic.partition(f"{TEMPLATE}:")
    digits = rest.partition(":")[0]
    return int(digits) if found and digits.isdecimal() else 0
