"""archive: closed years leave the folder and nothing else; everything goes on working without their files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc, git

OLD = "2024-03-04T10:00:00+03:00"
MIDDLE = "2025-03-04T10:00:00+03:00"


@pytest.fixture
def desk(svc: Svc) -> Iterator[Svc]:
    """A desk with two closed years behind it; afterwards nothing lies about in it."""
    letter = svc.folder.parent / "letter.txt"
    letter.write_text("words\n")
    svc.ids = {}  # type: ignore[attr-defined]
    for name, now in (("old", OLD), ("older", OLD), ("middle", MIDDLE)):
        part = svc.new(name, "--client", "metallstroy", now=now)
        svc(f"take {part}", now=now)
        svc(["message", part, "in", "--channel", "email", "-m", "secret words", "--file", str(letter)], now=now)
        svc(f"resolve {part} -m sent", now=now)
        svc.ids[name] = part  # type: ignore[attr-defined]
    svc.ids["now"] = svc.new("now")  # type: ignore[attr-defined]
    yield svc
    whole(svc)


def whole(svc: Svc) -> None:
    """Plain git finds the folder clean, and svcctl finds nothing wrong."""
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    done = subprocess.run(
        ["git", "-C", svc.folder, "fsck", "--strict", "--no-dangling"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert svc("fsck").out.endswith("no problems\n")
    (edits,) = [check for check in svc.json("doctor")["checks"] if check["name"] == "edits"]
    assert edits["status"] == "ok", edits
    for pattern in ("archived.*", "config*", "index", "index.lock", "lock-*", "intent*"):
        assert list((svc.folder / ".git" / "svcctl").glob(pattern)) == []
    assert list((svc.folder / ".git").glob("*.lock")) == []


def of(svc: Svc, name: str) -> str:
    part: str = svc.ids[name]  # type: ignore[attr-defined]
    return part


def laid_out(svc: Svc, year: int) -> int:
    return sum(
        path.is_file() for room in ("requests", "offers", "files") for path in svc.folder.glob(f"{room}/{year}/**/*")
    )


def told(svc: Svc) -> list[str]:
    """What svcctl says of the requests of all years."""
    old = of(svc, "old")
    lines = [f"show {old}", f"log {old}", "list --all", "search secret", "export ndjson", "report flow --period 2024"]
    return [*(svc(line).out for line in lines), svc("verify", code=3).out]


def test_an_archived_year_leaves_the_folder_and_the_index(desk: Svc) -> None:
    head, config = desk.git("rev-parse", "HEAD"), (desk.folder / ".git" / "config").read_bytes()
    before = told(desk)
    result = desk("archive 2024")
    assert result.out == "2024 is archived in this clone: requests 2, files 4\n"
    assert not (desk.folder / "requests" / "2024").exists()
    assert not (desk.folder / "files" / "2024").exists()
    assert laid_out(desk, 2025) == 2
    assert "requests/2024/\n" in desk.git("ls-files", "--sparse")
    assert desk.git("rev-parse", "HEAD") == head
    whole(desk)
    assert told(desk) == before
    assert "secret words" in desk(f"log {of(desk, 'old')}").out
    assert desk("archive 2024 --restore").out == "2024 is laid out again: requests 2, files 4\n"
    assert laid_out(desk, 2024) == 4
    assert (desk.folder / ".git" / "config").read_bytes() == config
    assert "S " not in desk.git("ls-files", "-t")


def test_the_years_of_a_desk(desk: Svc) -> None:
    desk("archive 2024")
    row: dict[str, Any] = {"year": 2024, "requests": 2, "files": 4, "archived": True, "laid_out": 0}
    shown = desk.json("archive --list")
    assert shown[0] == row
    assert [(one["year"], one["archived"]) for one in shown] == [(2024, True), (2025, False), (2026, False)]
    assert "2024         2      4              0  archived" in desk("archive --list").out
    assert desk.json("archive 2024 --restore") == [{**row, "archived": False, "laid_out": 4}]
    assert desk.json("archive 2024") == [row]


def test_a_desk_without_requests_has_no_years(svc: Svc) -> None:
    assert svc("archive --list").out == "the desk has no requests yet\n"


def test_a_dry_run_changes_nothing(desk: Svc) -> None:
    assert desk("archive 2024 --dry-run").out.endswith("files 4 (dry run: nothing was changed)\n")
    assert laid_out(desk, 2024) == 4
    desk("archive 2024")
    assert "is laid out again" in desk("archive 2024 --restore --dry-run").out
    assert laid_out(desk, 2024) == 0


@pytest.mark.parametrize(
    "line", ["rate {id} 9", "reopen {id} -m again", "note {id} -m more", "undo {id}", "link {id} {now}"]
)
def test_a_deed_on_an_archived_request_lays_its_file_out(desk: Svc, line: str) -> None:
    desk("archive 2024 2025")
    desk(line.format(id=of(desk, "old"), now=of(desk, "now")))
    assert laid_out(desk, 2024) == 1
    whole(desk)
    desk(f"note {of(desk, 'old')} -m once-more")
    desk(f"note {of(desk, 'now')} -m other")
    assert laid_out(desk, 2024) == 1
    whole(desk)
    assert laid_out(desk, 2025) == 0


def test_what_was_laid_out_by_a_deed_is_archived_again(desk: Svc) -> None:
    desk("archive 2024")
    desk(f"rate {of(desk, 'old')} 9")
    desk("archive 2024")
    assert laid_out(desk, 2024) == 0


def test_two_archived_requests_at_once_and_one_merged_into_another(desk: Svc) -> None:
    desk("archive 2024 2025")
    desk(f"note {of(desk, 'old')} {of(desk, 'middle')} -m both")
    desk(f"reopen {of(desk, 'older')} -m again")
    desk(f"merge {of(desk, 'older')} --into {of(desk, 'middle')} -m twice", err="")
    assert laid_out(desk, 2024) == 2


def test_personal_data_of_an_archived_year_is_erased(desk: Svc) -> None:
    desk("archive 2024")
    desk('client erase metallstroy -m "asked for it"', as_="petrova", err="(?s).*")
    assert "secret words" not in desk(f"show {of(desk, 'old')}").out
    assert desk.git("ls-files", "files/2024") == ""


def test_new_requests_of_the_years_to_come_are_laid_out(desk: Svc) -> None:
    desk("archive 2024")
    part = desk.new("next", now="2027-01-11T10:00:00+03:00")
    desk.git("checkout", "-q", "-b", "other", "HEAD~1")
    assert not list(desk.folder.glob(f"requests/2027/*/*/*{part}.yaml"))
    desk.git("checkout", "-q", "main")
    assert list(desk.folder.glob(f"requests/2027/*/*/*{part}.yaml"))


# Several clones and working trees


def clone(desk: Svc, tmp_path: Path) -> Svc:
    git(tmp_path, "clone", "-q", str(desk.folder), "clone")
    return Svc(tmp_path / "clone", desk.monkeypatch, "sidorov")


def test_a_colleagues_deed_on_an_archived_request_comes_by_sync(desk: Svc, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(desk.folder), "hub.git")
    desk.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    git(tmp_path, "clone", "-q", "hub.git", "theirs")
    theirs = Svc(tmp_path / "theirs", desk.monkeypatch, "sidorov")
    desk("archive 2024")
    theirs(f"note {of(desk, 'old')} -m theirs")
    theirs("sync", err="(?s).*")
    desk(f"note {of(desk, 'old')} -m ours")
    desk("sync", err="(?s).*")
    whole(desk)
    said = desk(f"log {of(desk, 'old')}").out
    assert "ours" in said and "theirs" in said
    theirs("archive 2024 2025")
    theirs("sync", err="(?s).*")
    whole(theirs)


def test_plain_git_pulls_and_merges(desk: Svc, tmp_path: Path) -> None:
    theirs = clone(desk, tmp_path)
    theirs("archive 2024")
    desk(f"note {of(desk, 'old')} -m ours")
    theirs(f"note {of(desk, 'older')} -m theirs")
    theirs(f"note {of(desk, 'old')} -m both")
    theirs.git("pull", "-q", "--no-rebase", "--no-edit")
    assert theirs.git("status", "--porcelain") == ""
    # git joins the lines in either order.
    theirs("fsck --repair", err="(?s).*")
    whole(theirs)
    said = theirs(f"log {of(desk, 'old')}").out
    assert "ours" in said and "both" in said
    theirs("archive 2024 --restore")
    whole(theirs)
    assert laid_out(theirs, 2024) == 4


def test_a_linked_working_tree_has_its_own_archive(desk: Svc, tmp_path: Path) -> None:
    desk.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Svc(tmp_path / "side", desk.monkeypatch)
    desk("archive 2024")
    assert laid_out(side, 2024) == 4
    assert git(side.folder, "status", "--porcelain") == ""
    side("archive 2025")
    assert (laid_out(side, 2024), laid_out(side, 2025), laid_out(desk, 2025)) == (4, 0, 2)
    side(f"rate {of(desk, 'middle')} 9")
    assert git(side.folder, "status", "--porcelain") == ""
    side("archive 2025 --restore")
    assert git(side.folder, "status", "--porcelain") == ""
    assert laid_out(desk, 2024) == 0


def test_a_persons_own_git_may_end_it(desk: Svc) -> None:
    desk("archive 2024")
    desk.git("sparse-checkout", "disable")
    assert laid_out(desk, 2024) == 4
    desk(f"rate {of(desk, 'old')} 9")
    whole(desk)
    desk("archive 2024 --restore")


def test_a_sparse_checkout_of_a_persons_own_is_no_edit(desk: Svc) -> None:
    desk.git("update-index", "-q", "--refresh")
    desk.git("sparse-checkout", "set", "--cone", "regulations", "clients")
    assert laid_out(desk, 2024) == 0
    desk(f"rate {of(desk, 'old')} 9")
    assert laid_out(desk, 2024) == 1
    whole(desk)
    desk.git("sparse-checkout", "disable")


@pytest.mark.parametrize("line", ["archive 2024", "archive 2024 --restore"])
def test_a_new_folder_that_comes_by_plain_git_is_laid_out_later(desk: Svc, tmp_path: Path, line: str) -> None:
    theirs = clone(desk, tmp_path)
    theirs("archive 2024")
    desk.write("extra/words.txt", "x\n")
    theirs.git("pull", "-q")
    assert not (theirs.folder / "extra").exists()
    (edits,) = [check for check in theirs.json("doctor")["checks"] if check["name"] == "edits"]
    assert edits["status"] == "ok"
    theirs(line)
    assert (theirs.folder / "extra" / "words.txt").read_text() == "x\n"
    assert theirs.git("status", "--porcelain") == ""
    desk.git("rm", "-q", "extra/words.txt")
    desk.git("commit", "-qm", "gone")


# What is refused


def refused(svc: Svc, line: str, code: int = 1) -> str:
    before = laid_out(svc, 2024)
    said = svc(line, code=code).err
    assert laid_out(svc, 2024) == before
    assert not (svc.folder / ".git" / "info" / "sparse-checkout").exists()
    return said


def test_a_year_with_open_requests(desk: Svc) -> None:
    desk(f"reopen {of(desk, 'old')} -m again")
    said = refused(desk, "archive 2024 2025")
    assert said.startswith(f"svcctl: 1 request of 2024 is open or owes a promise: R-20240304-{of(desk, 'old')}\n")
    for number in range(6):
        desk.new(f"n{number}", now=OLD)
    assert refused(desk, "archive 2024").startswith("svcctl: 7 requests of 2024 are open or owe a promise: ")


def test_a_promise_that_is_owed(desk: Svc) -> None:
    part = desk.new("Promised", "--client", "metallstroy", now=MIDDLE)
    desk(f'promise {part} --at "2025-03-05 12:00" -m "the price"', now=MIDDLE)
    desk(f"cancel {part} -m no", now=MIDDLE, err="(?s).*")
    assert f"owes a promise: R-20250304-{part}" in refused(desk, "archive 2025")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("archive 2026", 1, "2026 is not over yet"),
        ("archive 2031", 1, "2031 is not over yet"),
        ("archive 1999", 1, "the desk has nothing of 1999\n  it has 2024, 2025, 2026"),
        ("archive 2024 --restore", 1, "2024 is not archived here"),
        ("archive last", 2, "“last” is no year"),
        ("archive", 2, "Name one or more years, or give --list."),
        ("archive 2024 --list", 2, "Name one or more years, or give --list."),
        ("archive 2024 --as-of 2026-01-01T00:00:00Z", 2, "--as-of reads the past"),
    ],
)
def test_years_that_cannot_be_archived(desk: Svc, line: str, code: int, said: str) -> None:
    desk.git("commit", "-q", "--allow-empty", "-m", "later", "--date", "2025-01-01T00:00:00Z")
    assert said in refused(desk, line, code)


def test_uncommitted_edits(desk: Svc) -> None:
    record = desk.record_path(of(desk, "old"))
    text = record.read_bytes()
    record.write_bytes(text + b"\n")
    assert f"{of(desk, 'old')}.yaml has edits that are not committed" in refused(desk, "archive 2024")
    desk.git("add", "-A")
    assert "has edits that are not committed" in refused(desk, "archive 2024")
    desk.git("reset", "-q", "--hard")
    record.unlink()
    assert "has edits that are not committed" in desk("archive 2024", code=1).err
    record.write_bytes(text)
    (record.parent / "new.txt").write_text("x")
    assert "new.txt has edits that are not committed" in refused(desk, "archive 2024")
    desk.git("add", "-A")
    assert "new.txt has edits that are not committed" in refused(desk, "archive 2024")
    desk.git("reset", "-q", "--hard")


def test_somebody_elses_file_in_the_place_of_an_archived_one(desk: Svc) -> None:
    record = desk.record_path(of(desk, "old"))
    desk("archive 2024")
    record.parent.mkdir(parents=True)
    record.write_text("mine\n")
    assert "has edits that are not committed" in desk("archive 2024 --restore", code=1).err
    assert "has edits that are not committed" in desk(f"rate {of(desk, 'old')} 9", code=1).err
    assert record.read_text() == "mine\n"
    record.unlink()


def test_records_with_problems(desk: Svc) -> None:
    record = desk.record_path(of(desk, "old"))
    text = record.read_bytes()
    desk.write(record.relative_to(desk.folder).as_posix(), b"nothing\n")
    result = desk("archive 2024", code=3)
    assert "nobody knows whether these requests are open: mend them first" in result.err
    desk.write(record.relative_to(desk.folder).as_posix(), text)


def test_what_is_no_plain_file(desk: Svc) -> None:
    link = desk.folder / "files" / "2024" / "link.txt"
    link.symlink_to("../../desk.yaml")
    desk.git("add", "-A")
    desk.git("commit", "-qm", "link")
    assert "files/2024/link.txt is no plain file" in refused(desk, "archive 2024")
    desk.git("rm", "-q", "files/2024/link.txt")
    desk.git("commit", "-qm", "no link")


def test_a_sparse_checkout_of_ones_own(desk: Svc) -> None:
    desk.git("sparse-checkout", "set", "--cone", "requests", "files", "clients")
    assert "this folder has a sparse checkout of its own" in desk("archive 2024", code=1).err
    desk.git("sparse-checkout", "disable")
