"""Everything the program says goes through the reader's catalog: help, answers, refusals."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.cli.main import run
from svcctl.cli.session import Session
from svcctl.store.catalogs import catalog
from tests.conftest import Svc
from tests.store.test_catalogs import write_mo

POLISH = {
    "": "Content-Type: text/plain; charset=UTF-8\n",
    "Take what nobody has.": "Weź to, czego nikt nie ma.",
    "Take what nobody has.\n\nExample: svcctl take k7q": "Weź to, czego nikt nie ma.\n\nNp.: svcctl take k7q",
    "Print JSON.": "Wypisz JSON.",
    "Options": "Opcje",
    "Who has it": "Kto to ma",
    "{id}: {why}": "{id} – {why}",
    "already taken by {owner}": "ma to już {owner}",
    "taken by {by}": "wziął {by}",
    "Mon": "pn",
    "{weekday} {date}": "{weekday}, {date}",
}


class Polish:
    """Runs commands for somebody who reads Polish."""

    def __init__(self, svc: Svc, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.svc, self.folder, self.monkeypatch = svc, folder, monkeypatch

    def __call__(self, *words: str) -> str:
        session = Session()
        session.__dict__["catalog"] = catalog("pl", str(self.folder))
        session.options.update(directory=str(self.svc.folder), person="ivanova", now=self.svc.now)
        out = io.StringIO()
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", out)
            run(session, list(words))
        return out.getvalue()


@pytest.fixture
def polish(svc: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Polish]:
    write_mo(tmp_path / "locale" / "pl" / "LC_MESSAGES" / "svcctl.mo", POLISH)
    yield Polish(svc, tmp_path / "locale", monkeypatch)


def test_help_is_translated(polish: Polish) -> None:
    shown = polish("take", "--help")
    assert "Weź to, czego nikt nie ma." in shown
    assert "Opcje:" in shown and "Wypisz JSON." in shown
    overview = polish("--help")
    assert "Kto to ma:" in overview and "Weź to, czego nikt nie ma." in overview


def test_answers_and_refusals_are_translated(polish: Polish) -> None:
    request = polish.svc.new()
    assert polish("take", request).startswith(f"{request} wziął ivanova; ")
    assert f"{request} – ma to już ivanova" in polish("take", request)
    polish.svc.now = "2026-11-24T10:00:00+03:00"
    assert "pn, 23.11 10:00" in polish("show", request)


def test_a_language_without_a_catalog_is_english(svc: Svc) -> None:
    request = svc.new()
    assert svc(f"--lang ru take {request}").out.startswith(f"{request} taken by ivanova; ")
    svc.environment["LANGUAGE"] = "pl_PL:ru"
    assert "already taken by ivanova" in svc(f"take {request}", code=1).err
