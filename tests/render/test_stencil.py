"""Stencils: what Jinja would have printed, without Jinja."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from svcctl.render.offers import Document, logo_address, offer_document
from svcctl.render.stencil import quickly_filled
from svcctl.render.templates import fill, render
from svcctl.store.shipped import shipped
from tests.render.test_offer_document import OFFER, priced

DIRECTORY = shipped("templates")
NASTY = "<script>alert('x')</script> {{ 7*7 }} {% if %} & \"quoted\" \u00a0 #import *x* =1+1"


def document(language: str, **more: object) -> Document:
    country = {"ru": "ru", "pl": "pl", "en": "pl"}[language]
    text = OFFER.replace("language: ru", f"language: {language}").replace("RUB", "PLN" if country == "pl" else "RUB")
    return offer_document(priced(text, country), **more)  # type: ignore[arg-type]


DOCUMENTS = [
    document("ru"),
    document("pl", draft=True),
    document("en", logo=logo_address(b"\x89PNG\r\n12")),
    document("ru", reach=[{"kind": "phone", "address": NASTY, "hours": "9–18"}, {"kind": "email", "address": "a@b"}]),
    {**document("en"), "title": NASTY, "small": [], "terms": []},
    {**document("ru"), "seller": {**document("ru")["seller"], "bank": [], "position": "", "name": NASTY}},
]


def name_of(found: Document) -> str:
    return f"offer/{found['language']}.html.j2"


@pytest.mark.parametrize("found", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_a_stencil_prints_what_jinja_prints(found: Document, tmp_path: Path) -> None:
    expected = fill(name_of(found), found, [DIRECTORY])
    for _ in ("made", "kept"):
        assert quickly_filled(name_of(found), found, DIRECTORY, str(tmp_path)) == expected


@settings(max_examples=60, deadline=None)
@given(texts=some.lists(some.text(max_size=12), min_size=6, max_size=6), empty=some.booleans())
def test_whatever_the_texts_are(texts: list[str], empty: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    cache = tmp_path_factory.getbasetemp() / "stencils"
    cache.mkdir(exist_ok=True)
    found = document("ru")
    line = {**found["lines"][0], "name": texts[0], "note": texts[1], "sku": texts[2]}
    found |= {"title": texts[3], "lines": [] if empty else [line, line], "small": texts[4:], "in_words": texts[5]}
    assert quickly_filled(name_of(found), found, DIRECTORY, str(cache)) == fill(name_of(found), found, [DIRECTORY])


def test_neither_jinja_nor_markupsafe_is_imported_once_it_is_kept(tmp_path: Path) -> None:
    found = document("ru")
    render(name_of(found), found, [DIRECTORY], str(tmp_path))
    code = (
        "import json, sys; from svcctl.render.templates import render\n"
        "name, document, directory, cache = json.load(sys.stdin)\n"
        "render(name, document, [directory], cache)\n"
        "print(*sys.modules)"
    )
    job = json.dumps([name_of(found), found, DIRECTORY, str(tmp_path)])
    done = subprocess.run([sys.executable, "-c", code], input=job, capture_output=True, text=True, check=True)
    assert {"jinja2", "markupsafe", "hashlib"}.isdisjoint(done.stdout.split())


def write(folder: Path, text: str, name: str = "a.html.j2") -> str:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder)


CONTEXT = {
    "text": "<b>",
    "yes": True,
    "rows": [{"name": "one"}, {"name": "two"}],
    "pair": {"name": "N"},
    "nothing": None,
}


@pytest.mark.parametrize(
    "text",
    [
        "{% if yes %}1{% elif text %}2{% else %}3{% endif %}",
        "{% if not yes %}1{% elif text == '<b>' %}2{% else %}3{% endif %}",
        "{% for row in rows + rows %}{{ '' if loop.first else ', ' }}{{ row.name }}{% endfor %}.",
        "{% for one, other in [(pair, text), (pair, 'x')] %}{{ one.name }}{{ other }}{% endfor %}",
        "{% for a in rows %}{% for b in rows %}{{ '' if loop.first else b.name }}{% endfor %};{% endfor %}",
        "{{ [text, '&'] | join(' ') }}{{ nothing or pair.name }}",
        "{% block a %}{{ text }}{% block b %}{{ pair.name }}{% endblock %}{% endblock %}\n",
    ],
)
def test_what_a_stencil_can_do(text: str, tmp_path: Path) -> None:
    directory = write(tmp_path / "t", text)
    expected = fill("a.html.j2", CONTEXT, [directory])
    assert quickly_filled("a.html.j2", CONTEXT, directory, str(tmp_path)) == expected


def test_the_blocks_of_what_is_extended(tmp_path: Path) -> None:
    directory = write(
        tmp_path, "<{% block a %}1{% block c %}2{% endblock %}{% endblock %}{% block b %}3{% endblock %}>"
    )
    write(tmp_path, "{% extends 'a.html.j2' %} lost {% block b %}B{{ text }}{% endblock %}", "b.html.j2")
    write(tmp_path, "{% extends 'b.html.j2' %}{% block c %}C{% include 'd.html.j2' %}{% endblock %}", "c.html.j2")
    write(tmp_path, "{% block a %}D{% endblock %}", "d.html.j2")
    assert quickly_filled("c.html.j2", CONTEXT, directory, str(tmp_path)) == "<1CDB&lt;b&gt;>"
    assert fill("c.html.j2", CONTEXT, [directory]) == "<1CDB&lt;b&gt;>"


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ pair.missing }}",
        "{{ pair.items }}",
        "{{ text.__class__ }}",
        "{{ yes }}",
        "{{ 1 + 1 }}",
        "{{ text | upper }}",
        "{{ text() }}",
        "{{ rows[0] }}",
        "{% set x = 1 %}",
        "{% macro m() %}{% endmacro %}",
        "{% for row in rows if row.name %}{% endfor %}",
        "{% for row in rows %}{% else %}x{% endfor %}",
        "{% for row in rows %}{{ loop.index }}{% endfor %}",
        "{% for row in rows %}{% block a %}{% endblock %}{% endfor %}",
        "{% for one, other in rows %}{% endfor %}",
        "{% include 'nothing.html.j2' %}",
        "{% include 'other/b.html.j2' %}",
        "{% include text %}",
        "{% extends 'nothing.html.j2' %}",
        "{% if %}",
        "{{ super() }}",
        "{{ nothing.name }}",
        "{{ rows | join(',') }}",
    ],
)
def test_whatever_is_beyond_a_stencil_is_left_to_jinja(text: str, tmp_path: Path) -> None:
    directory = write(tmp_path / "t", text)
    write(tmp_path / "t", "{{ text }}", "other/b.html.j2")
    assert quickly_filled("a.html.j2", CONTEXT, directory, str(tmp_path)) is None


def test_a_changed_template_has_a_new_stencil(tmp_path: Path) -> None:
    directory = write(tmp_path / "t", "{% include 'b.html.j2' %}")
    for text in ("one", "three"):
        write(tmp_path / "t", text, "b.html.j2")
        assert quickly_filled("a.html.j2", {}, directory, str(tmp_path)) == text


@pytest.mark.parametrize("kept", ["", "[]", "{}", "null", '{"key": 1, "parts": []}', "\x00", "[" * 100_000])
def test_a_damaged_stencil_is_made_anew(tmp_path: Path, kept: str) -> None:
    directory = write(tmp_path / "t", "{{ text }}")
    (tmp_path / "a.html.j2.json").write_text(kept)
    assert quickly_filled("a.html.j2", {"text": "1"}, directory, str(tmp_path)) == "1"
    assert json.loads((tmp_path / "a.html.j2.json").read_text())["parts"] == [["put", ["name", "text"]]]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    directory = write(tmp_path / "t", "{{ text }}")
    assert quickly_filled("a.html.j2", {"text": "1"}, directory, os.path.join(directory, "nowhere")) == "1"
