"""The index that is written while git writes a deed's objects: in its place after the deed, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from svcctl.store import staging
from svcctl.store.git import Git
from svcctl.store.gitindex import Staging
from svcctl.store.gitlock import GitLock
from svcctl.store.staging import Prepared, blob_id
from tests.conftest import Svc, git

RECORD = "requests/2026/11/23/R-20261123-aaaaaa.yaml"


@pytest.fixture
def desk(svc: Svc) -> Git:
    svc.write(RECORD, "first")
    (svc.folder / ".git" / "svcctl").mkdir(exist_ok=True)
    return Git(str(svc.folder))


def content(desk: Git, text: str) -> str:
    place = Path(desk.root) / ".git" / "content"
    place.write_text(text)
    return git(Path(desk.root), "hash-object", "-w", str(place)).strip()


def staged(desk: Git) -> str:
    return git(Path(desk.root), "show", f":{RECORD}")


def locks(desk: Git) -> list[Path]:
    return [*Path(desk.root).glob(".git/*.lock"), *Path(desk.root).glob(".git/svcctl/lock-*")]


def test_it_takes_the_place_of_the_index_when_it_is_told_to(desk: Git) -> None:
    with Prepared(desk) as index:
        wanted = [Staging(RECORD, content(desk, "second"))]
        index.write(wanted)
        assert staged(desk) == "first"
        assert len(locks(desk)) == 2, "nobody else may write the index until then"
        assert index.place(wanted)
        assert staged(desk) == "second"
        assert locks(desk) == []


def test_it_is_dropped_where_the_deed_is_not_done(desk: Git) -> None:
    with Prepared(desk) as index:
        index.write([Staging(RECORD, content(desk, "second"))])
    assert staged(desk) == "first"
    assert locks(desk) == []
    desk.stage([Staging(RECORD, content(desk, "third"))])
    assert staged(desk) == "third", "the copy that was left is in nobody's way"


def test_a_git_of_a_person_is_not_waited_for(desk: Git) -> None:
    lock = Path(desk.root) / ".git" / "index.lock"
    lock.touch()
    with Prepared(desk) as index:
        wanted = [Staging(RECORD, content(desk, "second"))]
        index.write(wanted)
        assert not index.place(wanted)
    assert lock.exists() and staged(desk) == "first"


def replaced(desk: Git, text: str) -> None:
    with Prepared(desk) as index:
        wanted = [Staging(RECORD, content(desk, text))]
        index.write(wanted)
        assert index.place(wanted)


def test_a_large_index_goes_with_the_next_deed(desk: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "LARGE", 10)
    index, before = Path(desk.index_path), Path(desk.index_before)
    number, old = index.stat().st_ino, index.read_bytes()
    replaced(desk, "second")
    assert (before.stat().st_ino, before.read_bytes()) == (number, old)
    assert staged(desk) == "second"
    replaced(desk, "third")
    assert before.read_bytes() == old, "within one lock the first stays"
    desk.stage([Staging(RECORD, content(desk, "fourth"))])
    assert staged(desk) == "fourth"
    desk.sweep()
    assert not before.exists()
    desk.stage([Staging(RECORD, content(desk, "fifth"))])
    assert before.exists() and staged(desk) == "fifth"


def test_a_small_index_goes_at_once(desk: Git) -> None:
    replaced(desk, "second")
    assert not Path(desk.index_before).exists()


def test_a_deed_in_a_large_desk_leaves_the_index_before_until_the_next(
    svc: Svc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "LARGE", 10)
    own = svc.folder / ".git" / "svcctl"
    first, second = svc.new("one"), svc.new("two")
    kept = (own / "index.before").read_bytes()
    svc(f"take {first}")
    assert (own / "index.before").read_bytes() != kept
    svc(f"take {second}")
    assert git(svc.folder, "status", "--porcelain") == ""
    assert git(svc.folder, "fsck", "--strict") == ""
    assert not (own / "intent.json").exists() and (own / "intent.before").exists()
    monkeypatch.undo()
    svc(f"note {first} -m x")
    assert not list(own.glob("*.before"))


def test_what_is_unusual_is_left_to_git(desk: Git) -> None:
    git(Path(desk.root), "update-index", "--index-version", "4")
    with Prepared(desk) as index:
        wanted = [Staging(RECORD, content(desk, "second"))]
        index.write(wanted)
        assert locks(desk) == [], "whoever does it afterwards takes the lock"
        assert not index.place(wanted)
    desk.stage([Staging(RECORD, content(desk, "second"))])
    assert staged(desk) == "second"


def test_what_is_gone_is_left_to_git(desk: Git) -> None:
    with Prepared(desk) as index:
        index.write([Staging(RECORD, "")])
        assert not index.place([Staging(RECORD, "")])


def test_it_is_used_for_what_was_written_only(desk: Git) -> None:
    """The ids of its files are counted here; git has the last word on them."""
    with Prepared(desk) as index:
        index.write([Staging(RECORD, blob_id(b"second"))])
        assert not index.place([Staging(RECORD, content(desk, "third"))])
    assert staged(desk) == "first" and locks(desk) == []
    assert blob_id(b"second") == content(desk, "second")


def test_a_lock_is_waited_for_as_long_as_is_said(desk: Git) -> None:
    from svcctl.model.problems import Busy

    (Path(desk.root) / ".git" / "index.lock").touch()
    with pytest.raises(Busy), GitLock(desk.refs.own, desk.index_path, wait=0):
        pass
    assert [path.name for path in locks(desk)] == ["index.lock"]
