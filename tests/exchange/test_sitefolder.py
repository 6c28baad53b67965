"""The folder of a site: what is written, kept, deleted and refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from svcctl.exchange.sitefolder import MARK, SiteFolder
from svcctl.model.problems import Refused


@contextmanager
def opened(path: Path) -> Iterator[SiteFolder]:
    folder = SiteFolder(str(path), ("pages",))
    try:
        yield folder
    finally:
        folder.close()


def write(path: Path, *names: str, text: str = "x") -> int:
    """Writes a whole site of these pages; returns how many were deleted."""
    with opened(path) as folder:
        for name in names:
            folder.write(name, text)
        return folder.finish()


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    write(tmp_path / "a" / "site", "index.html", "pages/a.html", text="ż")
    assert (tmp_path / "a" / "site" / "pages" / "a.html").read_text(encoding="utf-8") == "ż"
    assert (tmp_path / "a" / "site" / MARK).is_file()


def test_what_is_not_written_again_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    write(tmp_path, "index.html", "pages/old.html", "pages/same.html")
    (tmp_path / "CNAME").write_text("example.com")
    (tmp_path / "pages" / "notes.txt").write_text("mine")
    (tmp_path / "pages" / "half.html.svcctl-part").write_text("of a run that was interrupted")
    before = (tmp_path / "pages" / "same.html").stat().st_mtime_ns
    assert write(tmp_path, "index.html", "pages/same.html", "pages/new.html") == 2
    assert sorted(os.listdir(tmp_path / "pages")) == ["new.html", "notes.txt", "same.html"]
    assert (tmp_path / "CNAME").is_file()
    assert (tmp_path / "pages" / "same.html").stat().st_mtime_ns == before


def test_it_says_whether_a_page_changed(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        assert folder.write("index.html", "one")
        assert not folder.write("index.html", "one")
        assert folder.write("index.html", "two")


def test_a_folder_of_somebody_else_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "thesis.html").write_text("mine")
    with pytest.raises(Refused, match="files that svcctl did not write"):
        SiteFolder(str(tmp_path), ("pages",))
    assert os.listdir(tmp_path) == ["thesis.html"]


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine")
    with pytest.raises(Refused, match="cannot write"):
        SiteFolder(str(tmp_path / "site"), ("pages",))
    assert (tmp_path / "site").read_text() == "mine"


def test_a_link_to_elsewhere_is_never_followed(tmp_path: Path) -> None:
    elsewhere, site = tmp_path / "elsewhere", tmp_path / "site"
    elsewhere.mkdir()
    (elsewhere / "a.html").write_text("mine")
    write(site, "index.html")
    (site / "pages").rmdir()
    (site / "pages").symlink_to(elsewhere)
    with pytest.raises(Refused, match="cannot write"):
        SiteFolder(str(site), ("pages",))
    (site / "pages").unlink()
    write(site, "pages/a.html")
    (site / "pages" / "a.html").unlink()
    (site / "pages" / "a.html").symlink_to(elsewhere / "a.html")
    (site / "pages" / "b.html.svcctl-part").symlink_to(elsewhere / "a.html")
    write(site, "pages/a.html", "pages/b.html", text="new")
    assert (elsewhere / "a.html").read_text() == "mine"
    assert not (site / "pages" / "a.html").is_symlink()
    assert (site / "pages" / "b.html").read_text() == "new"


@pytest.mark.parametrize("path", ["../a.html", "/a.html", "pages/../a.html", "other/a.html", "a.js", "pages/.a.html"])
def test_a_path_that_is_none_of_the_sites_is_a_mistake(tmp_path: Path, path: str) -> None:
    with opened(tmp_path / "site") as folder, pytest.raises(ValueError, match="a"):
        folder.write(path, "x")
    assert os.listdir(tmp_path) == ["site"]


def test_a_page_that_cannot_be_written_is_refused_by_its_name(tmp_path: Path) -> None:
    with opened(tmp_path) as folder:
        (tmp_path / "pages" / "a.html").mkdir()
        with pytest.raises(Refused, match=r"pages/a\.html"):
            folder.write("pages/a.html", "x")
