"""The person's own cache folder: only where nobody else can have written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from svcctl.store.usercache import cache_folder


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    found = cache_folder({"HOME": str(tmp_path)})
    assert found == str(tmp_path / ".cache" / "svcctl") == cache_folder({"HOME": str(tmp_path)})
    assert os.stat(found).st_mode & 0o777 == 0o700
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path / "x"), "HOME": "/nowhere"}) == str(tmp_path / "x" / "svcctl")


@pytest.mark.parametrize("world", [{}, {"HOME": ""}, {"HOME": "here"}, {"XDG_CACHE_HOME": "here"}])
def test_a_relative_place_is_none(world: dict[str, str]) -> None:
    assert cache_folder(world) is None


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o702])
def test_a_folder_that_others_can_write_into_is_not_taken(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "svcctl"
    folder.mkdir()
    folder.chmod(mode)
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) is None
    folder.chmod(0o755)
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == str(folder)


def test_where_others_could_put_another_in_its_place(tmp_path: Path) -> None:
    base = tmp_path / "shared"
    base.mkdir()
    for mode, expected in ((0o777, None), (0o1777, str(base / "svcctl"))):
        base.chmod(mode)
        assert cache_folder({"XDG_CACHE_HOME": str(base)}) == expected


@pytest.mark.parametrize("kind", ["link", "file", "base is a file"])
def test_what_is_no_folder_of_ours(tmp_path: Path, kind: str) -> None:
    base = tmp_path / "base"
    if kind == "base is a file":
        base.touch()
    else:
        base.mkdir()
    if kind == "link":
        (tmp_path / "real").mkdir(mode=0o700)
        (base / "svcctl").symlink_to(tmp_path / "real")
    elif kind == "file":
        (base / "svcctl").touch()
    assert cache_folder({"XDG_CACHE_HOME": str(base)}) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "svcctl").mkdir(mode=0o700)
    os.chown(tmp_path / "svcctl", 12345, 12345)
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) is None
