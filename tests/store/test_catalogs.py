"""Messages are looked up in gettext's catalogs; values and plural forms survive the translation."""

from __future__ import annotations

import struct
from pathlib import Path

from svcctl.model.messages import Message
from svcctl.store.catalogs import catalog

POLISH = {
    "": "Content-Type: text/plain; charset=UTF-8\n"
    "Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n",
    "already taken by {owner}": "ma już {owner}",
    "{id}: {why}": "{id} – {why}",
    "{n} request\0{n} requests": "{n} sprawa\0{n} sprawy\0{n} spraw",
}


def write_mo(path: Path, entries: dict[str, str]) -> None:
    """A compiled catalog, as msgfmt writes it (GNU gettext manual, “The Format of GNU MO Files”)."""
    path.parent.mkdir(parents=True)
    pairs = [(source.encode(), target.encode()) for source, target in sorted(entries.items())]
    texts, offsets = b"", []
    start = 28 + 16 * len(pairs)
    for column in (0, 1):
        for pair in pairs:
            offsets.append((len(pair[column]), start + len(texts)))
            texts += pair[column] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    path.write_bytes(head + b"".join(struct.pack("<2I", *offset) for offset in offsets) + texts)


def test_sentences_values_and_plurals_are_translated(tmp_path: Path) -> None:
    write_mo(tmp_path / "pl" / "LC_MESSAGES" / "svcctl.mo", POLISH)
    polish = catalog("pl_PL:en", str(tmp_path))
    why = Message("already taken by {owner}", owner="Ола")
    assert Message("{id}: {why}", id="k7qm4d", why=why).text(polish) == "k7qm4d – ma już Ола"
    forms = [Message.plural("{n} request", "{n} requests", n).text(polish) for n in (1, 3, 5, 22, 25)]
    assert forms == ["1 sprawa", "3 sprawy", "5 spraw", "22 sprawy", "25 spraw"]


def test_a_language_without_a_catalog_is_english(tmp_path: Path) -> None:
    english = catalog("tlh", str(tmp_path))
    assert Message("already taken by {owner}", owner="Ола").text(english) == "already taken by Ола"
    assert Message.plural("{n} request", "{n} requests", 2).text(english) == "2 requests"
