"""client list, show, add."""

from __future__ import annotations

import pytest

from tests.conftest import Svc


def test_add_writes_a_file_in_one_commit(svc: Svc) -> None:
    before = int(svc.git("rev-list", "--count", "HEAD"))
    result = svc(
        ["client", "add", "nowak", "--name", "Nowak & Синъ", "--contact", "phone=+48 42", "--requisite", "nip=1"]
    )
    assert result.out == "added the client nowak: Nowak & Синъ\n"
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1
    assert svc.git("log", "-1", "--format=%an %s").strip() == "Анна Иванова Client nowak: Nowak & Синъ"
    assert svc.git("show", "--name-only", "--format=").split() == ["clients/nowak.yaml"]
    assert svc.git("status", "--porcelain") == ""
    text = (svc.folder / "clients/nowak.yaml").read_text(encoding="utf-8")
    assert 'phone: "+48 42"' in text and "# Who of us answers for them" in text
    assert svc("fsck").out.endswith("no problems\n")


def test_add_and_show_as_json(svc: Svc) -> None:
    added = svc.json(["client", "add", "nowak", "--name", "Nowak", "--contact", "email=n@example.com"])
    assert added == {
        "handle": "nowak",
        "name": "Nowak",
        "contacts": {"email": "n@example.com"},
        "requisites": {},
        "manager": None,
        "notes": None,
    }
    request = svc.new("Счёт", "--client", "nowak")
    shown = svc.json("client show nowak")
    assert [one["id"][-6:] for one in shown.pop("requests")] == [request]
    assert shown == added


def test_list(svc: Svc) -> None:
    assert [one["handle"] for one in svc.json("client list")] == ["metallstroy", "zoo"]
    assert "ООО «Металлстрой»" in svc("client list").out
    assert svc("client list --format plain").out.splitlines()[1].split("\t")[:2] == ["zoo", "Zoo Łódź"]


def test_list_shows_the_others_beside_a_broken_one(svc: Svc) -> None:
    svc.write("clients/zoo.yaml", "nmae: Zoo\n")
    result = svc("client list --json", code=3, err="clients/zoo.yaml:1:1: “nmae” is no key of a client")
    assert [one["handle"] for one in result.json] == ["metallstroy"]


def test_show_has_contacts_and_open_requests(svc: Svc) -> None:
    svc.write("clients/zoo.yaml", "name: Zoo Łódź\ncontacts:\n  phone: 12\nmanager: kim\nnotes: calls late\n")
    first, second = svc.new("Клетка", "--client", "zoo"), svc.new("Забор", "--client", "zoo")
    svc(f"cancel {second} -m no")
    text = svc("client show zoo").out
    for part in ("zoo  Zoo Łódź", "phone:         12", "manager:       kim", "calls late", first):
        assert part in text
    assert second not in text
    assert svc("client show metallstroy").out == "metallstroy  ООО «Металлстрой»\n"


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        ("add zoo --name X", 1, "there is a client “zoo” already"),
        ("add Zoo --name X", 2, "“Zoo” cannot be a handle\n  use lower-case Latin letters"),
        ("add ../x --name X", 2, "cannot be a handle"),
        ("add ooo --name ' '", 2, "a client needs a name"),
        ("add ooo", 2, "Missing option '--name'"),
        ("add ooo --name X --contact phone", 2, "“phone” should be KEY=VALUE"),
        ("add ooo --name X --contact phone=1 --contact phone=2", 2, "“phone” is given twice"),
        ("show zo", 1, "there is no client “zo”\n  did you mean “zoo”? Or add it: svcctl client add zo --name NAME"),
        ("show ../desk", 1, "there is no client “../desk”"),
    ],
)
def test_refusals_write_nothing(svc: Svc, arguments: str, code: int, complaint: str) -> None:
    before = svc.git("rev-parse", "HEAD")
    assert complaint in svc(f"client {arguments}", code=code).err
    assert svc.git("rev-parse", "HEAD") == before


def test_a_file_that_is_not_committed_is_not_written_over(svc: Svc) -> None:
    svc.write("clients/own.yaml", "name: Mine\n", commit=False)
    assert "clients/own.yaml has edits that are not committed" in svc("client add own --name Theirs", code=1).err
    assert (svc.folder / "clients/own.yaml").read_text(encoding="utf-8") == "name: Mine\n"
