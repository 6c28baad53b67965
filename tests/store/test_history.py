"""The desk's history: which commit recorded what."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from svcctl.desk import open_desk
from svcctl.model.events import Noted
from svcctl.model.ids import record_path
from svcctl.model.instants import parse_instant
from svcctl.model.problems import BrokenFiles
from svcctl.recording import Deed
from svcctl.store.history import commits_of, event_commits
from tests.conftest import NOW, Svc, git
from tests.store.conftest import commit, tip_of

Change = Callable[[str], None]


def test_the_commits_of_a_path_oldest_first_with_its_content(repo: Path) -> None:
    first = tip_of(repo)
    second = commit(repo, ("a.txt", b"two\n"))
    commit(repo, ("b.txt", b"other\n"))
    fourth = commit(repo, ("a.txt", "три\n".encode()))
    assert list(commits_of(str(repo), fourth, "a.txt")) == [
        (first, b"one\n"),
        (second, b"two\n"),
        (fourth, "три\n".encode()),
    ]
    assert list(commits_of(str(repo), first, "a.txt")) == [(first, b"one\n")]
    assert list(commits_of(str(repo), fourth, "never.txt")) == []


def test_commits_that_removed_it_are_left_out(repo: Path) -> None:
    first = tip_of(repo)
    commit(repo, ("a.txt", None))
    again = commit(repo, ("a.txt", b"again\n"))
    assert [sha for sha, _ in commits_of(str(repo), again, "a.txt")] == [first, again]


@pytest.mark.parametrize("name", ["-a.txt", "--all", "имя с пробелом.txt", ":(top)a.txt", "a*.txt", 'quo"te.txt'])
def test_a_name_is_a_name_whatever_it_looks_like(repo: Path, name: str) -> None:
    commit(repo, (name, b"x"))
    assert [content for _, content in commits_of(str(repo), tip_of(repo), name)] == [b"x"]


def test_nothing_of_the_environment_leads_elsewhere(
    repo: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tip = tip_of(repo)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path))
    assert [sha for sha, _ in commits_of(str(repo), tip, "a.txt")] == [tip]


def test_no_program_of_the_repositorys_settings_is_run(repo: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand"):
        git(repo, "config", name, f"touch {mark}")
    (repo / ".gitattributes").write_text("*.txt diff=evil\n")
    git(repo, "config", "diff.evil.textconv", f"touch {mark}")
    list(commits_of(str(repo), tip_of(repo), "a.txt"))
    assert not mark.exists()


def test_which_commit_recorded_an_event(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    taken = tip_of(svc.folder)
    svc(f"handoff {request} --to logistics -m x")
    handed = tip_of(svc.folder)
    events = [event["id"] for event in svc.json(f"show {request}")["events"]]
    path = svc.record_path(request).relative_to(svc.folder).as_posix()
    assert event_commits(str(svc.folder), handed, path) == {events[0]: taken, events[1]: handed}
    assert event_commits(str(svc.folder), taken, path) == {events[0]: taken}


def test_several_requests_of_one_commit(svc: Svc) -> None:
    ids = [svc.new("one"), svc.new("two")]
    desk = open_desk(str(svc.folder))
    whole = [desk.find(one) for one in ids]
    now = parse_instant(NOW) + timedelta(minutes=1)
    desk.record(
        desk.reference.team.person("kim"), now, [Deed(one, [Noted(text="x"), Noted(text="y")]) for one in whole]
    )
    for one in whole:
        found = event_commits(desk.root, desk.tree.commit, record_path(one))
        assert list(found.values()) == [desk.tree.commit] * 2
    desk.close()


def test_a_record_that_was_broken_meanwhile_hides_nothing(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    taken = tip_of(svc.folder)
    record = svc.record_path(request)
    path, good = record.relative_to(svc.folder).as_posix(), record.read_bytes()
    for bad in (b"\xff\xfe", b"id: [", good + b'- {"id": 1}\n', good.replace(b'"do": "taken"', b'"do": "t\xff"')):
        svc.write(path, bad)
    svc.write(path, good)
    svc(f"note {request} -m x")
    assert list(event_commits(str(svc.folder), "HEAD", path).values()) == [taken, tip_of(svc.folder)]


def test_reading_history_leaves_the_environment_without_gits_variables(repo: Path) -> None:
    list(commits_of(str(repo), tip_of(repo), "a.txt"))
    assert [name for name in os.environ if name.startswith("GIT_") and "CONFIG" not in name] == ["GIT_PYTHON_REFRESH"]


def test_a_broken_repository_is_told_in_gits_words(repo: Path) -> None:
    tip = git(repo, "rev-parse", "HEAD").strip()
    (repo / ".git" / "shallow").write_bytes(b"garbage \xff\n")
    with pytest.raises(BrokenFiles, match=r"git log failed: .*shallow"):
        list(commits_of(str(repo), tip, "a.txt"))
