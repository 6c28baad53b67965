"""Requests that belong together: links in both records, and merging."""

from __future__ import annotations

from tests.conftest import Svc


def refused(svc: Svc, line: str, code: int = 1) -> str:
    head = svc.git("rev-parse", "HEAD")
    complaint = svc(line, code=code).err
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.git("status", "--porcelain") == ""
    return complaint


def test_a_link_stands_in_both_records_by_one_commit(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    before = int(svc.git("rev-list", "--count", "HEAD"))
    both = svc.json(f"link {first} {second} --kind cause")
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1
    assert [row["links"] for row in both] == [
        [{"kind": "cause", "id": both[1]["id"]}],
        [{"kind": "cause", "id": both[0]["id"]}],
    ]
    assert both[1]["id"] in svc(f"show {first}").out


def test_a_link_to_itself_or_a_second_time_is_refused(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    assert "a request cannot be linked with itself" in refused(svc, f"link {first} {first}")
    svc(f"link {first} {second}")
    assert "already" in refused(svc, f"link {first} {second}")
    svc(f"link {first} {second} --kind cause")


def test_a_link_to_nothing(svc: Svc) -> None:
    assert "no request has “zzzzzz” in its id" in refused(svc, f"link {svc.new()} zzzzzz")
    assert "Missing argument 'OTHER'" in refused(svc, f"link {svc.new()}", code=2)


def test_a_closed_request_can_be_linked(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    svc(f"cancel {first} -m x")
    assert len(svc.json(f"link {first} {second}")) == 2


def test_a_merged_request_ends_and_says_where_work_goes_on(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    svc(f"handoff {second} --to logistics -m x")
    target = svc.json(f"show {first}")["id"]
    shown = svc.json(f"merge {second} --into {first} -m 'called twice'")
    assert (shown["status"], shown["handoff"]) == ("merged", None)
    assert target in svc(f"log {second}").out or first in svc(f"log {second}").out
    assert [row["title"] for row in svc.json("list")] == ["one"]
    assert f"it was merged into {target}" in refused(svc, f"reopen {second}")
    assert "it is merged since" in refused(svc, f"take {second}")


def test_merging_into_itself_or_nothing(svc: Svc) -> None:
    request = svc.new()
    assert "a request cannot be merged into itself" in refused(svc, f"merge {request} --into {request}")
    assert "no request has “zzzzzz” in its id" in refused(svc, f"merge {request} --into zzzzzz")
    assert "Missing option '--into'" in refused(svc, f"merge {request}", code=2)
