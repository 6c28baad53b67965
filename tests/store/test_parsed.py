"""What was read before: kept by object id, thrown away at will."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from svcctl import __version__
from svcctl.store.parsed import Parsed
from tests.conftest import Svc

OID = "a" * 40


def kept(folder: Path) -> Any:
    return json.loads((folder / "parsed.json").read_text(encoding="utf-8"))


def test_what_was_put_is_there_at_once_and_for_the_next_command(tmp_path: Path) -> None:
    parsed = Parsed(str(tmp_path / "svcctl"))
    assert parsed.get(OID) is None
    parsed.put(OID, {"name": "Деск", "tags": ["a"], "week": {"mon": "09:00"}})
    assert parsed.get(OID) == {"name": "Деск", "tags": ["a"], "week": {"mon": "09:00"}}
    parsed.save()
    assert Parsed(str(tmp_path / "svcctl")).get(OID) == parsed.get(OID)
    assert kept(tmp_path / "svcctl")["version"] == __version__
    assert os.listdir(tmp_path / "svcctl") == ["parsed.json"]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    Parsed(str(tmp_path / "svcctl")).save()
    assert os.listdir(tmp_path) == []


def test_what_is_kept_is_not_kept_again(tmp_path: Path) -> None:
    first = Parsed(str(tmp_path))
    first.put(OID, {"a": "1"})
    first.save()
    second = Parsed(str(tmp_path))
    second.put(OID, {"a": "1"})
    (tmp_path / "parsed.json").unlink()
    second.save()
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"version": "0"}',
        json.dumps({"version": __version__, "mappings": {OID: "text"}}).encode(),
        json.dumps({"version": __version__, "mappings": {OID: [1]}}).encode(),
        json.dumps({"version": __version__}).encode(),
        json.dumps({"version": __version__, "mappings": [OID]}).encode(),
        json.dumps({"version": "of another svcctl", "mappings": {OID: {"a": "1"}}}).encode(),
    ],
)
def test_a_file_that_cannot_be_used_counts_as_none_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "parsed.json").write_bytes(content)
    parsed = Parsed(str(tmp_path))
    assert parsed.get(OID) is None
    parsed.put(OID, {"a": "2"})
    parsed.save()
    assert Parsed(str(tmp_path)).get(OID) == {"a": "2"}


def test_the_newest_hundred_are_kept(tmp_path: Path) -> None:
    for start in (0, 60):
        parsed = Parsed(str(tmp_path))
        for number in range(start, start + 60):
            parsed.put(f"{number:040}", {"n": str(number)})
        parsed.save()
    assert [mapping["n"] for mapping in kept(tmp_path)["mappings"].values()] == [str(n) for n in range(20, 120)]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "svcctl").write_text("a file in the folder's place")
    parsed = Parsed(str(tmp_path / "svcctl"))
    parsed.put(OID, {"a": "1"})
    parsed.save()
    assert parsed.get(OID) == {"a": "1"}


def test_a_desk_reads_anew_what_changed_and_what_has_problems(svc: Svc) -> None:
    svc("list", err="no requests")
    assert kept(svc.folder / ".git" / "svcctl")["mappings"]
    team = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    svc.write("team.yaml", team + "  noone: {department: nowhere}\n")
    for _ in range(2):
        assert "team.yaml:16:23: “nowhere” is no department of this file" in svc("mine", code=3).err
    svc.write("team.yaml", team)
    svc("mine", err="no requests")
