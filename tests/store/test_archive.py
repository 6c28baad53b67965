"""What git is told about archived years, and what svcctl keeps of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import Refused
from svcctl.store import archive
from svcctl.store.git import Git
from tests.conftest import Svc, git

FOLDERS = ["clients", "requests", "requests/2024", "requests/2025", "offers", "offers/2024", "a*b"]


def test_years_are_kept(tmp_path: Path) -> None:
    own = str(tmp_path / "svcctl")
    assert archive.years(own) == frozenset()
    archive.keep(own, [2025, 2023])
    assert (tmp_path / "svcctl" / "archived").read_text() == "2023\n2025\n"
    assert archive.years(own) == {2023, 2025}
    archive.keep(own, [])
    archive.keep(own, [])
    assert list((tmp_path / "svcctl").iterdir()) == []


def test_what_is_no_year_is_not_one(tmp_path: Path) -> None:
    (tmp_path / "archived").write_bytes(b"2024 x 20 \xff\n20255")
    assert archive.years(str(tmp_path)) == {2024}


def test_where_it_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "svcctl").write_text("")
    with pytest.raises(Refused, match="cannot write"):
        archive.keep(str(tmp_path / "svcctl"), [2024])


@pytest.mark.parametrize(
    ("path", "year"),
    [
        ("requests/2024/05/05/R-20240505-aaaaaa.yaml", 2024),
        ("files/2024/x", 2024),
        ("requests/2024", None),
        ("requests/20x4/a", None),
        ("clients/2024/a", None),
        ("desk.yaml", None),
    ],
)
def test_the_year_of_a_path(path: str, year: int | None) -> None:
    assert archive.year_of(path) == year
    assert archive.has_path({2024}, path) == (year == 2024)
    assert not archive.has_path((), path)


def test_the_patterns_are_those_that_git_itself_writes(svc: Svc) -> None:
    plain = [folder for folder in FOLDERS if "*" not in folder]
    rows = archive.cone({2024}, plain, 2026).splitlines()
    assert rows[:2] == ["/*", "!/*/"]
    assert "/requests/2025/" in rows and "/requests/2060/" in rows and "/offers/2025/" in rows
    assert "/regulations/" in rows
    assert not any("2024" in row for row in rows)
    info = svc.folder / ".git" / "info"
    info.mkdir(exist_ok=True)
    folders = [
        row[1:-1].replace("\\", "") for row in rows[2:] if not row.startswith("!") and row[1:-1] not in archive.ROOMS
    ]
    svc.git("sparse-checkout", "set", "--cone", *folders)
    assert sorted((info / "sparse-checkout").read_text().splitlines()) == sorted(rows)


@given(st.sets(st.integers(2000, 2030)), st.lists(st.sampled_from(FOLDERS)), st.integers(2020, 2030))
def test_what_is_not_archived_is_laid_out(archived: set[int], folders: Sequence[str], newest: int) -> None:
    rows = archive.cone(archived, folders, newest).splitlines()
    for year in range(2000, 2031):
        shown = f"/requests/{year}/" in rows
        assert not (shown and year in archived)
        if year >= newest and year not in archived:
            assert shown
    for folder in folders:
        year = archive.year_of(f"{folder}/x")
        assert (f"/{folder}/".replace("*", "\\*") in rows) == (year is None or year not in archived)


def test_settings_are_taken_back(svc: Svc) -> None:
    before = (svc.folder / ".git" / "config").read_bytes()
    here = Git(str(svc.folder))
    archive.tell(here, archive.cone({2024}, ["requests"], 2026))
    assert svc.git("config", "core.sparseCheckout").strip() == "true"
    assert svc.git("config", "index.sparse").strip() == "true"
    archive.tell_all(here)
    archive.tell_all(here)
    assert (svc.folder / ".git" / "config").read_bytes() == before
    assert not (svc.folder / ".git" / "info" / "sparse-checkout").exists()


def test_settings_of_one_working_tree(svc: Svc, tmp_path: Path) -> None:
    svc.git("config", "extensions.worktreeConfig", "true")
    archive.tell(Git(str(svc.folder)), archive.cone({2024}, ["requests"], 2026))
    assert "sparseCheckout = true" in (svc.folder / ".git" / "config.worktree").read_text()
    assert "sparse" not in (svc.folder / ".git" / "config").read_text()


def test_settings_stay_for_another_working_tree(svc: Svc, tmp_path: Path) -> None:
    svc.git("worktree", "add", "-q", str(tmp_path / "other"))
    other, here = Git(str(tmp_path / "other")), Git(str(svc.folder))
    for one in (other, here):
        archive.tell(one, archive.cone({2024}, ["requests"], 2026))
    archive.tell_all(other)
    assert svc.git("config", "core.sparseCheckout").strip() == "true"
    archive.tell_all(here)
    assert "sparse" not in (svc.folder / ".git" / "config").read_text()
    assert git(tmp_path / "other", "status", "--porcelain") == ""


def test_somebody_elses_sparse_checkout_is_left_alone(svc: Svc) -> None:
    here = Git(str(svc.folder))
    archive.refuse_foreign(here)
    svc.git("sparse-checkout", "set", "--cone", "clients")
    with pytest.raises(Refused, match="this folder has a sparse checkout of its own"):
        archive.refuse_foreign(here)
    archive.keep(here.refs.own, [2024])
    archive.refuse_foreign(here)
