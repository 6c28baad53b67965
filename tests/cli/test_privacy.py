"""What a client may ask for: to have their data, and to be forgotten as far as a history can forget."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest

from tests.conftest import Svc

LONG = "Паспорт 4510 123456. " * 150


@pytest.fixture
def request_id(svc: Svc, tmp_path: Path) -> str:
    """A request of the zoo with a long message, which lies in a file, and an attachment."""
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF the scan")
    ident: str = svc.json(["new", "Слон", "--client", "zoo", "--text", "Меня зовут Анна"])["id"]
    svc(["message", ident, "in", "--channel", "phone", "-m", LONG], now="2026-11-23T10:01:00+03:00")
    svc(
        ["message", ident, "in", "--channel", "phone", "-m", "скан", "--file", str(scan)],
        now="2026-11-23T10:02:00+03:00",
    )
    svc(["new", "Other", "--client", "metallstroy"])
    return ident


def test_a_client_gets_everything_the_desk_knows(svc: Svc, request_id: str, tmp_path: Path) -> None:
    target = tmp_path / "zoo.json"
    assert svc(f"client export zoo -o {target}").out == ""
    value = json.loads(target.read_text(encoding="utf-8"))
    assert value["client"]["name"] == "Zoo Łódź"
    assert [request["id"] for request in value["requests"]] == [request_id]
    assert [event["do"] for event in value["requests"][0]["events"]] == ["message_in", "message_in", "attached"]
    contents = sorted(b64decode(file["base64"]) for file in value["files"])
    assert contents[0] == b"%PDF the scan"
    assert contents[1].decode().strip() == LONG.strip()
    assert value["offers"] == []


def test_nothing_of_another_client_is_given_away(svc: Svc, request_id: str) -> None:
    assert "Слон" not in svc("client export metallstroy").out
    assert "nobody" in svc("client export nobody", code=1).err


def test_erasing_takes_their_data_out_of_the_tree_in_one_commit(svc: Svc, request_id: str) -> None:
    before = int(svc.git("rev-list", "--count", "HEAD"))
    erased = svc.json(["client", "erase", "zoo", "-m", "asked on 12.11"])
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    assert not svc.git("ls-files", "files").strip()
    assert svc.json("client show zoo")["name"] == erased["name"]
    assert len(erased["removed"]) == 3
    shown = svc.json(f"show {request_id}")
    assert (shown["client"], shown["title"]) == ("zoo", "Слон")
    assert [event.get("text") for event in shown["events"][:2]] == ["[redacted]", "[redacted]"]
    assert svc("fsck").code == 0


def _found(svc: Svc, text: str) -> bool:
    return any(text in path.read_text(encoding="utf-8") for path in (svc.folder / "clients").iterdir())


def test_it_says_honestly_what_is_left(svc: Svc, request_id: str) -> None:
    out = svc(["client", "erase", "zoo", "-m", "asked"]).out
    assert "3 messages are shown no more; their words stay in the records" in out
    assert f"what was said at the opening stays readable: {request_id}" in out
    assert "the history, every clone and every backup still hold it all" in out
    assert "git filter-repo --invert-paths --path clients/zoo.yaml --path files/" in out
    assert not _found(svc, "Łódź")


def test_a_client_without_requests_is_erased_too(svc: Svc) -> None:
    svc(["client", "erase", "zoo", "-m", "asked"])
    assert svc.json("client show zoo")["name"].startswith("erased-")
    assert svc.git("log", "-1", "--format=%s").strip() == "Client zoo erased: asked"


def test_a_dry_run_erases_nothing(svc: Svc, request_id: str) -> None:
    before = svc.git("rev-parse", "HEAD")
    assert "nothing was written" in svc(["client", "erase", "zoo", "-m", "asked", "--dry-run"]).out
    assert svc.git("rev-parse", "HEAD") == before
    assert svc.json("client show zoo")["name"] == "Zoo Łódź"


def test_erasing_twice_finds_nothing_more_to_hide(svc: Svc, request_id: str) -> None:
    svc(["client", "erase", "zoo", "-m", "asked"])
    assert svc.json(["client", "erase", "zoo", "-m", "again"])["hidden"] == 0


def test_what_the_index_keeps_of_words_goes_too(svc: Svc, request_id: str) -> None:
    assert "Слон" in svc("search Слон").out
    index = svc.folder / ".git" / "svcctl" / "index.sqlite"
    assert index.is_file()
    svc(["client", "erase", "zoo", "-m", "asked"])
    assert not index.exists()
    assert "4510" not in svc("search 4510", err=".*").out
    assert index.is_file()
