"""The demo walks the main job: every command ends as its script says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.conftest import Svc, git


def test_the_demo_shows_the_main_job(svc: Svc, tmp_path: Path) -> None:
    out = svc(["demo", str(tmp_path / "walk")]).out
    for shown in (
        "$ svcctl take",
        "already taken by ivanova",
        "logistics started, customs started",
        "returned by sidorov",
        "accepted by kuznetsov",
        "draft started",
        "approve started",
        "promised",
        "late: ",
        "offer r1 drafted",
        "Service, 2026-11",
        "resolved",
    ):
        assert shown in out, shown
    assert "svcctl: this is a bug" not in out
    for name in ("offer", "offer-pl", "offer-en"):
        page = (tmp_path / "walk" / f"{name}.html").read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>") and 'class="draft"' not in page
        assert (tmp_path / "walk" / f"{name}.pdf").read_bytes().startswith(b"%PDF")
    assert len(list((tmp_path / "walk" / "outbox").rglob("*.eml"))) == 3


def test_without_typst_it_makes_html_and_leaves_the_rest_out(svc: Svc, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    out = svc(["demo", str(tmp_path / "walk")]).out
    assert "offer.pdf" not in out and out.count("HTML is attached: PDF needs typst") == 3
    assert sorted(path.name for path in (tmp_path / "walk").glob("offer*.*")) == [
        "offer-en.html",
        "offer-pl.html",
        "offer.html",
    ]


def test_its_diary_is_one_commit_a_deed_by_the_person(svc: Svc, tmp_path: Path) -> None:
    svc(["demo", str(tmp_path / "walk")])
    log = git(tmp_path / "walk", "log", "--format=%an|%s").splitlines()
    assert len(log) > 20
    assert any(line.startswith("Пётр Сидоров|R-…") and "returned sidorov: нет адреса разгрузки" in line for line in log)
    assert git(tmp_path / "walk", "status", "--porcelain", "--", "requests", "offers") == ""
    patch = git(tmp_path / "walk", "log", "-p", "-1", "--skip=1", "--format=%s", "--", "requests")
    added = [line for line in patch.splitlines() if line.startswith("+- {")]
    assert added and not [line for line in patch.splitlines() if line.startswith("-- {")]


def test_a_folder_with_files_is_left_alone_and_only_a_demo_is_replaced(svc: Svc, tmp_path: Path) -> None:
    folder = tmp_path / "walk"
    folder.mkdir()
    (folder / "mine.txt").write_text("keep", encoding="utf-8")
    assert "is not empty" in svc(["demo", str(folder)], code=1).err
    assert "is not empty" in svc(["demo", str(folder), "--fresh"], code=1).err
    assert (folder / "mine.txt").read_text(encoding="utf-8") == "keep"
    (folder / "mine.txt").unlink()
    svc(["demo", str(folder)])
    svc(["demo", str(folder), "--fresh"])
