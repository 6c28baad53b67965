"""An offer as the client gets it: HTML, PDF, DOCX, Markdown, text."""

from __future__ import annotations

import os
import sys

import click

from svcctl.cli.command import command, one_id
from svcctl.cli.offers import Look, look, read, revision_argument
from svcctl.cli.session import Session, write_output
from svcctl.rules.offering import APPROVED, AT_THE_CLIENTS
from svcctl.store.offerfiles import OfferFiles
from svcctl.store.usercache import cache_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.render.offers import Document

ENDINGS = {"html": "html", "pdf": "pdf", "docx": "docx", "md": "md", "text": "txt"}


@command("render")
@one_id
@revision_argument
@click.option("--format", "form", type=click.Choice(list(ENDINGS)), help="As FILE's name ends, else html.")
@click.option("-o", "output", metavar="FILE", default="", help="Where to write it; - prints it.")
def render(session: Session, part: str, revision: str, form: str | None, output: str) -> int:
    """The offer as the client gets it; HTML opens from disk and asks no network.

    Writes offer-<id>-<revision>.html into the current folder unless told otherwise, and prints its name. PDF needs
    pip install 'svcctl[pdf]', DOCX pip install 'svcctl[docx]'.

    Example: svcctl offer render k7q -o offer.pdf
    """
    files, request, file = read(session, part, revision)
    form = form or _form_of(output)
    content = rendered(session, files, look(session, files, request, file), form)
    path = output or f"offer-{request.id}-{file.offer.revision}.{ENDINGS[form]}"
    if isinstance(content, str):
        session.answer(content, path)
    elif path != "-":
        write_output(path, content)
    else:
        sys.stdout.buffer.write(content)
    if path != "-":
        session.answer(os.path.abspath(path))
    return session.report_problems()


def _form_of(path: str) -> str:
    ending = path.rpartition(".")[2].lower()
    return next((form for form, own in ENDINGS.items() if own == ending), "html")


def rendered(session: Session, files: OfferFiles, seen: Look, form: str) -> str | bytes:
    """The document of a revision: text, or bytes of PDF and DOCX.

    Args:
        form: one of ``ENDINGS``.

    Raises:
        Refused: what the format needs is not installed.
        BrokenFiles: a template has problems.
    """
    from svcctl.render.offers import offer_html

    document = document_of(files, seen)
    folders, made = files.template_folders(), seen.file.offer.date
    if form == "html":
        return offer_html(document, folders, cache_folder(os.environ))
    if form == "pdf":
        from svcctl.render.pdf import offer_pdf

        return offer_pdf(document, folders, made)
    if form == "docx":
        from svcctl.render.docx import offer_docx

        return offer_docx(document, folders, cache_folder(os.environ))
    from svcctl.render.offerplain import offer_markdown, offer_text

    return offer_markdown(document) if form == "md" else offer_text(document)


def document_of(files: OfferFiles, seen: Look) -> Document:
    """The document of a revision, which every format prints as it is."""
    from svcctl.render.offers import logo_address, offer_document

    return offer_document(
        seen.priced,
        reach=files.reach(),
        valid_until=seen.until,
        logo=logo_address(files.logo()),
        draft=seen.standing.status not in (APPROVED, *AT_THE_CLIENTS),
    )
