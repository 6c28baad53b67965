"""Many records at once: commits of a thousand, all or none of them, finished by the next command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from svcctl.model.events import Noted
from svcctl.model.ids import record_path
from svcctl.model.problems import Refused
from svcctl.model.request import Header
from svcctl.store import bulk, journal
from svcctl.store.fastimport import Commit, FileChange
from svcctl.store.git import Author, Git, Objects
from svcctl.store.tree import Tree
from tests.conftest import git

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
AUTHOR = Author("Anna", "anna@example.com", "1767600000 +0000")
BRANCH = "refs/heads/main"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "desk.yaml").write_text("name: x\n", encoding="utf-8")
    git(folder, "add", "desk.yaml")
    git(folder, "commit", "-qm", "Desk")
    return folder


def record(number: int, case: str = "", log: str = "Helpdesk") -> FileChange:
    request_id = f"R-20260105-{number:06d}"
    header = Header(request_id, "T", "request", AT, "anna", fields={"log": log, "case": case or f"C {number}"})
    note = Noted(id=f"{number:08d}", n=1, prev="", at=AT, by="anna", text="x")
    return bulk.new_record(record_path(request_id), header, [note])


def commits(changes: Sequence[FileChange], first: Sequence[FileChange] = ()) -> list[Commit]:
    return bulk.in_commits(AUTHOR, changes, first, lambda begin, end: f"imported {begin}–{end}\n")


class Writing:
    """Writes to a desk and remembers the progress told."""

    def __init__(self, root: Path) -> None:
        self.git, self.folder, self.steps = Git(str(root)), str(root / ".git" / "svcctl"), 0

    def step(self, count: int) -> None:
        self.steps += count

    def __call__(self, made: Sequence[Commit]) -> bulk.Written:
        return bulk.write(self.git, self.folder, BRANCH, lambda tree: made, self.step)


def present(root: Path, source: str = "Helpdesk") -> bulk.Present:
    objects = Objects(Git(str(root)))
    try:
        return bulk.present(Tree(Git(str(root)), objects, git(root, "rev-parse", "HEAD").strip()), source)
    finally:
        objects.close()


def test_a_thousand_records_a_commit_and_the_first_brings_the_team(root: Path) -> None:
    made = commits([record(number) for number in range(1, 2502)], [FileChange("team.yaml", b"people: {}\n")])
    writing = Writing(root)
    written = writing(made)
    assert written.warnings == []
    assert git(root, "rev-parse", "HEAD").strip() == written.tip
    assert git(root, "log", "--format=%an %s", "--reverse").splitlines()[1:] == [
        "Anna imported 1–1000",
        "Anna imported 1001–2000",
        "Anna imported 2001–2501",
    ]
    assert "team.yaml" in git(root, "show", "--stat", "--format=", "HEAD~2")
    assert writing.steps == 2502
    assert git(root, "status", "--porcelain") == ""
    assert len(list(root.glob("requests/2026/01/05/*.yaml"))) == 2501
    assert not (root / ".git" / "svcctl" / "intent.json").exists()


def test_nothing_to_write_makes_no_commit(root: Path) -> None:
    before = git(root, "rev-parse", "HEAD")
    assert Writing(root)([]).tip == before.strip()
    assert git(root, "rev-parse", "HEAD") == before


def test_the_records_of_a_log_are_found_by_their_case(root: Path) -> None:
    names = ["C 1", "yes", 'a "quoted" – one', "17"]
    changes = [record(number, name) for number, name in enumerate(names, 1)]
    Writing(root)(commits([*changes, record(9, "C 9", "Other")]))
    found = present(root)
    assert list(found.records) == names
    assert found.records["yes"].id == "R-20260105-000002"
    assert found.records["yes"].events == {"00000002"}
    assert found.others == {"Other": {"C 9"}}
    assert len(found.ids) == 5


def test_a_client_that_writes_fields_into_the_text_is_not_taken_for_a_case(root: Path) -> None:
    header = Header("R-20260105-000001", "T", "request", AT, "anna", text="fields:\n  log: Helpdesk\n  case: X")
    Writing(root)(commits([bulk.new_record(record_path(header.id), header, [])]))
    assert present(root).records == {}


def test_a_grown_record_keeps_what_stood_there(root: Path) -> None:
    Writing(root)(commits([record(1)]))
    known = present(root).records["C 1"]
    request = known.request()
    assert request is not None and request.next_stamp() == (2, "00000001")
    more = Noted(id="0000000a", n=2, prev="00000001", at=AT, by="anna", text="y")
    change = bulk.grown_record(known, [more])
    assert change.content == known.content + (more.line() + "\n").encode()
    Writing(root)(commits([change]))
    assert present(root).records["C 1"].events == {"00000001", "0000000a"}


@pytest.mark.parametrize("damage", [b"\xff", b"- no event\n"])
def test_a_broken_record_is_named_and_not_read(root: Path, damage: bytes) -> None:
    change = record(1)
    Writing(root)(commits([change._replace(content=(change.content or b"") + damage), record(2)]))
    known = present(root).records["C 1"]
    assert known.request() is None
    assert known.problems[0].path == change.path
    assert present(root).records["C 2"].request() is not None


def test_uncommitted_edits_are_not_written_over(root: Path) -> None:
    one, two, three = record(1), record(2), record(3)
    Writing(root)(commits([one, two]))
    before = git(root, "rev-parse", "HEAD")
    (root / one.path).write_text("edited", encoding="utf-8")
    (root / two.path).write_text("staged", encoding="utf-8")
    git(root, "add", two.path)
    (root / two.path).write_bytes(two.content or b"")
    (root / three.path).write_text("somebody's", encoding="utf-8")
    for change in (one, two, three):
        with pytest.raises(Refused, match=f"{change.path} has edits that are not committed") as error:
            Writing(root)(commits([change]))
        assert f"git checkout HEAD -- {change.path}" in str(error.value.hint)
    assert git(root, "rev-parse", "HEAD") == before
    assert (root / three.path).read_text(encoding="utf-8") == "somebody's"


def test_a_branch_that_moved_meanwhile_is_looked_at_again(root: Path) -> None:
    seen: list[str] = []

    def prepare(tree: Tree) -> list[Commit]:
        seen.append(tree.commit)
        if len(seen) == 1:
            git(root, "commit", "-q", "--allow-empty", "-m", "meanwhile")
        return commits([record(1)])

    writing = Writing(root)
    bulk.write(writing.git, writing.folder, BRANCH, prepare, writing.step)
    assert len(seen) == 2
    assert git(root, "log", "--format=%s").splitlines() == ["imported 1–1", "meanwhile", "Desk"]
    assert git(root, "status", "--porcelain") == ""


def test_what_could_not_follow_is_finished_by_the_next_command(root: Path) -> None:
    (root / "requests").write_text("in the way", encoding="utf-8")
    written = Writing(root)(commits([record(1), record(2)]))
    assert "imported; but the files in the folder could not follow" in str(written.warnings[0])
    assert git(root, "ls-tree", "-r", "--name-only", "HEAD").count("requests/") == 2
    (root / "requests").unlink()
    again = Writing(root)([])
    assert [str(warning) for warning in again.warnings] == ["finished what an interrupted command had begun: 2 files"]
    assert git(root, "status", "--porcelain") == ""


def test_an_intent_whose_commits_never_came_is_dropped(root: Path) -> None:
    writing = Writing(root)
    writing([])
    tip = git(root, "rev-parse", "HEAD").strip()
    journal.declare(writing.folder, journal.Intent(tip, [record(1).path]))
    assert json.loads((root / ".git/svcctl/intent.json").read_text(encoding="utf-8"))["tip"] == tip
    assert writing([]).warnings == []
    assert not (root / ".git/svcctl/intent.json").exists()


def test_a_path_that_leads_out_of_the_desk_is_refused(root: Path) -> None:
    before = git(root, "rev-parse", "HEAD")
    with pytest.raises(Refused, match="leads out of the desk"):
        Writing(root)(commits([FileChange("../x", b"")]))
    assert git(root, "rev-parse", "HEAD") == before
