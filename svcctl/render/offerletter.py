"""The letter that an offer goes to a client with: its subject and text, in the offer's language."""

from __future__ import annotations

from collections.abc import Iterator

from svcctl.render.offers import Document
from svcctl.render.visible import visible


def letter_subject(document: Document) -> str:
    """``Коммерческое предложение № R-20261121-k7qm4d-r1 от 21 ноября 2026 г.``."""
    words = document["words"]
    return visible(f"{words['offer']} {words['number']} {document['number']} {words['dated']} {document['date']}")


def letter_text(document: Document, own: str, sender: str) -> str:
    """The letter.

    Args:
        document: the offer, as of ``offer_document``.
        own: what the sender wrote, instead of the sentence about the offer; empty for that sentence.
        sender: the name of who sends it.
    """
    return visible("\n\n".join(_paragraphs(document, own, sender)) + "\n", keep="\n")


def _paragraphs(document: Document, own: str, sender: str) -> Iterator[str]:
    words = document["words"]
    yield words["hello"]
    yield own.strip() or _enclosed(document)
    yield words["amount_total"].format(total=document["total"])
    yield from (term["text"] for term in document["terms"] if term["key"] == "validity")
    contact = [row["value"] for row in document["seller"]["contact"]]
    yield "\n".join(filter(None, (words["regards"], sender, document["seller"]["name"], ", ".join(contact))))


def _enclosed(document: Document) -> str:
    pattern = document["words"]["enclosed" if document["title"] else "enclosed_untitled"]
    return str(pattern).format(number=document["number"], title=document["title"].rstrip(". "))
