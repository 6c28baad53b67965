"""The offer's document as plain text and as Markdown: the same texts and figures as every other rendering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from svcctl.render.markdown import escaped
from svcctl.render.offers import Document
from svcctl.render.visible import visible
from svcctl.render.widths import aligned

_RIGHT = frozenset({"n", "quantity", "price", "discount", "vat", "amount"})


def offer_text(document: Document) -> str:
    """The offer for a terminal or a plain e-mail; nothing others wrote in it can move the cursor."""
    parts = ["\n".join(_heading(document)), "\n".join(_parties(document)), _goods(document), _sums(document)]
    parts += ["\n".join(_closing(document))]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(document: Document) -> Iterator[str]:
    words = document["words"]
    if document["draft"]:
        yield f"*** {words['draft']} ***"
    yield _reference(document)
    if document["title"]:
        yield visible(document["title"])


def _reference(document: Document) -> str:
    words = document["words"]
    return f"{words['offer']} {words['number']} {document['number']} {words['dated']} {document['date']}"


def _parties(document: Document) -> Iterator[str]:
    for key in ("seller", "client"):
        party = document[key]
        rows = [*party["identity"], *party["contact"], *(party["bank"] if key == "seller" else ())]
        known = "; ".join(f"{row['label']} {_flat(row['value'])}" for row in rows)
        name = visible(_flat(party["name"])) or "–"
        yield f"{document['words'][key]}: {name}" + (f" ({visible(known)})" if known else "")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _columns(document: Document) -> list[tuple[str, str]]:
    """The columns that are shown, each with its heading."""
    words, shown = document["words"], document["shown"]
    heads = {**words, **document["heads"]}
    names = ["n", "sku", "name", "quantity", "unit", "price", "discount", "vat", "amount"]
    return [(name, heads[name]) for name in names if shown.get(name, True)]


def _rows(document: Document) -> Iterator[list[str]]:
    for line in document["lines"]:
        note = f" ({_flat(line['note'])})" if line["note"] else ""
        yield [_flat(line[name]) + (note if name == "name" else "") for name, _ in _columns(document)]


def _goods(document: Document) -> str:
    columns = _columns(document)
    rows = [[visible(cell) for cell in row] for row in _rows(document)]
    return aligned([heading for _, heading in columns], rows, [name in _RIGHT for name, _ in columns])


def _sums(document: Document) -> str:
    totals: Sequence[Mapping[str, str]] = document["totals"]
    wide = max(len(row["label"]) for row in totals)
    far = max(len(row["value"]) for row in totals)
    rows = [f"{row['label']:<{wide}}  {row['value']:>{far}}".rstrip() for row in totals]
    return "\n".join([*rows, f"{document['words']['in_words']}: {document['in_words']}"])


def _closing(document: Document) -> Iterator[str]:
    for term in document["terms"]:
        yield f"{term['label']}: {visible(_flat(term['text']))}"
    yield from document["small"]
    for way in document["reach"]:
        hours = f" ({way['hours']})" if way["hours"] else ""
        yield visible(f"{way['title']}: {way['address']}{hours}")


def offer_markdown(document: Document) -> str:
    """The offer as Markdown; nothing in it that others wrote is taken for markup."""
    words = document["words"]
    parts = [f"**{escaped(words['draft'])}**"] if document["draft"] else []
    parts.append("# " + escaped(_reference(document)))
    parts += [escaped(_flat(document["title"]))] if document["title"] else []
    parts.append(_listed(_parties(document)))
    parts.append(_markdown_table(document))
    parts.append(_listed(f"{row['label']}: {row['value']}".rstrip(": ") for row in document["totals"]))
    parts.append(f"{escaped(words['in_words'])}: **{escaped(document['in_words'])}**")
    parts.append(_listed(_closing(document)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _listed(rows: Iterable[str]) -> str:
    return "\n".join("- " + escaped(row) for row in rows)


def _markdown_table(document: Document) -> str:
    columns = _columns(document)
    rule = ["---:" if name in _RIGHT else "---" for name, _ in columns]
    rows = [[escaped(heading) for _, heading in columns], rule]
    rows += [[escaped(cell) for cell in row] for row in _rows(document)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
