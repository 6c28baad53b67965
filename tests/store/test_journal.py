"""The intent file: what an interrupted command left is finished or dropped, and a person's work is never touched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.model.problems import Refused
from svcctl.store import journal, worktree
from svcctl.store.git import Git, Objects
from svcctl.store.journal import Intent
from tests.conftest import Svc, git
from tests.store.conftest import commit, tip_of


@pytest.fixture
def own(repo: Path) -> Path:
    """The folder that svcctl keeps in the repository."""
    folder = repo / ".git" / "svcctl"
    folder.mkdir()
    return folder


@pytest.fixture
def objects(repo: Path) -> Iterator[Objects]:
    found = Objects(Git(str(repo)))
    yield found
    found.close()


def interrupted(repo: Path, own: Path, *changes: tuple[str, bytes | None]) -> None:
    """Leaves the repository as a command does that dies right after its commit."""
    journal.declare(str(own), Intent(tip_of(repo), [path for path, _ in changes]))
    commit(repo, *changes)


def finish(repo: Path, own: Path) -> str | None:
    intent = journal.pending(str(own))
    assert intent is not None
    said = journal.finish(Git(str(repo)), str(own), intent, tip_of(repo))
    assert journal.pending(str(own)) is None
    return str(said) if said else None


def status(repo: Path) -> str:
    return git(repo, "status", "--porcelain")


def test_an_intent_reads_back(own: Path) -> None:
    assert journal.pending(str(own)) is None
    intent = Intent("abc", ["ёж.yaml", 'a"b\n'])
    journal.declare(str(own), intent)
    assert journal.pending(str(own)) == intent
    journal.forget(str(own))
    assert journal.pending(str(own)) is None
    assert list(own.iterdir()) == []


def test_beside_a_large_index_that_is_still_to_be_freed_the_intent_is_so_too(own: Path) -> None:
    (own / "index.before").touch()
    for tip in ("abc", "def"):
        journal.declare(str(own), Intent(tip, ["a.yaml"]))
        journal.forget(str(own))
        assert journal.pending(str(own)) is None
        assert sorted(path.name for path in own.iterdir()) == ["index.before", "intent.before"]


@pytest.mark.parametrize("text", ["", '{"tip": "ab', "\0\0\0", "[]", "{}", '{"tip": 1, "paths": "x"}', "null"])
def test_half_an_intent_is_none(own: Path, text: str) -> None:
    (own / "intent.json").write_text(text)
    assert journal.pending(str(own)) is None
    assert list(own.iterdir()) == []


def test_an_intent_that_cannot_be_written_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="cannot write"):
        journal.declare(str(tmp_path / "nothing"), Intent("", []))


def test_a_command_that_died_before_its_commit_has_not_happened(repo: Path, own: Path) -> None:
    journal.declare(str(own), Intent(tip_of(repo), ["a.txt"]))
    assert finish(repo, own) is None
    assert (repo / "a.txt").read_text() == "one\n"
    assert status(repo) == ""


def test_a_command_that_died_after_its_commit_has_happened(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("a.txt", b"two\n"), ("deep/b.txt", b"new\n"))
    assert finish(repo, own) == "finished what an interrupted command had begun: 2 files"
    assert (repo / "a.txt").read_text() == "two\n"
    assert (repo / "deep" / "b.txt").read_text() == "new\n"
    assert status(repo) == ""


def test_a_deleted_file_goes(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("a.txt", None), ("b.txt", b""))
    finish(repo, own)
    assert not (repo / "a.txt").exists()
    assert status(repo) == ""


def test_a_command_that_died_while_the_files_followed(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("a.txt", b"two\n"), ("b.txt", b"new\n"))
    (repo / "a.txt").write_text("two\n")
    assert finish(repo, own) is not None
    assert (repo / "b.txt").read_text() == "new\n"
    assert status(repo) == ""


def test_half_a_file_beside_its_place_is_cleared_away(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("a.txt", b"two\n"))
    (repo / f"a.txt{worktree._BESIDE}").write_text("tw")
    finish(repo, own)
    assert status(repo) == ""


def test_the_first_commit_of_all(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    own = tmp_path / ".git" / "svcctl"
    own.mkdir()
    journal.declare(str(own), Intent("", ["x"]))
    commit(tmp_path, ("x", b"y"), tip="")
    finish(tmp_path, own)
    assert (tmp_path / "x").read_bytes() == b"y"
    assert status(tmp_path) == ""


def test_what_a_person_has_edited_since_is_left_alone(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("a.txt", b"two\n"))
    (repo / "a.txt").write_text("mine\n")
    finish(repo, own)
    assert (repo / "a.txt").read_text() == "mine\n"
    assert status(repo) == " M a.txt\n"


def test_what_a_person_has_put_in_the_place_of_a_new_file_is_left_alone(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("b.txt", b"new\n"))
    (repo / "b.txt").write_text("mine\n")
    finish(repo, own)
    assert (repo / "b.txt").read_text() == "mine\n"


def test_a_folder_in_the_way_of_a_file_does_not_stop_the_others(repo: Path, own: Path) -> None:
    interrupted(repo, own, ("b.txt", b"new\n"), ("c.txt", b"new\n"))
    (repo / "b.txt").mkdir()
    (repo / "b.txt" / "mine").write_text("mine\n")
    finish(repo, own)
    assert (repo / "b.txt" / "mine").read_text() == "mine\n"
    assert (repo / "c.txt").read_text() == "new\n"


def test_other_staged_files_stay_staged(repo: Path, own: Path) -> None:
    (repo / "other.txt").write_text("x")
    git(repo, "add", "other.txt")
    interrupted(repo, own, ("a.txt", b"two\n"))
    finish(repo, own)
    assert status(repo) == "A  other.txt\n"


def test_the_next_command_finishes_without_being_asked(svc: Svc) -> None:
    request = svc.new()
    path = svc.record_path(request)
    before, tip = path.read_bytes(), svc.git("rev-parse", "HEAD").strip()
    svc(f"take {request}")
    after = path.read_bytes()
    path.write_bytes(before)
    svc.git("update-index", "--cacheinfo", f"100644,{svc.git('rev-parse', f'{tip}:{relative(svc, path)}').strip()},"
            f"{relative(svc, path)}")  # fmt: skip
    own = svc.folder / ".git" / "svcctl"
    (own / "intent.json").write_text(json.dumps({"tip": tip, "paths": [relative(svc, path)]}))
    svc(f"show {request}")
    assert path.read_bytes() == before, "a reader writes nothing"
    svc(f"note {request} -m next", err="finished what an interrupted command had begun: 1 file")
    assert path.read_bytes().startswith(after)
    assert svc.git("status", "--porcelain") == ""


def relative(svc: Svc, path: Path) -> str:
    return path.relative_to(svc.folder).as_posix()


# Edits that nobody has committed


def test_a_clean_file_may_be_written(repo: Path, objects: Objects) -> None:
    journal.check_clean(Git(str(repo)), objects, tip_of(repo), ["a.txt", "new.txt"])


@pytest.mark.parametrize("case", ["edited", "deleted", "staged", "both", "untracked", "replaced by a folder"])
def test_an_edited_file_is_not_written_over(repo: Path, objects: Objects, case: str) -> None:
    name = "b.txt" if case == "untracked" else "a.txt"
    path = repo / name
    if case in ("edited", "both", "untracked", "staged"):
        path.write_text("mine\n")
    if case in ("staged", "both"):
        git(repo, "add", "a.txt")
    if case == "staged":
        path.write_text("one\n")
    if case in ("deleted", "replaced by a folder"):
        path.unlink()
    if case == "replaced by a folder":
        path.mkdir()
    with pytest.raises(Refused, match=f"{name} has edits that are not committed") as refusal:
        journal.check_clean(Git(str(repo)), objects, tip_of(repo), [name])
    assert f"git commit -m WHY -- {name}" in str(refusal.value.hint)
    assert f"git checkout HEAD -- {name}" in str(refusal.value.hint)
