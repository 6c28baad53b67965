"""What must be so after a command was broken, whatever was broken: it has happened wholly or not at all."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import git
from tests.crash.breaking import KILLED, MAKES, WRITES, Bench, Ended, Point, points
from tests.crash.commands import Case, Stage, prepared

FINISHED = re.compile(r"finished what an interrupted command had begun: [0-9]+ files?\n")
TWO_STEPS = ("check", "sync", "offer send")
"""What these record is done before they tell the outside: they may fail after it was recorded."""

Shape = tuple[str, ...]


class Whole(NamedTuple):
    """A whole run: what the history had gained after each of its commits, and what lies outside of it."""

    shapes: list[Shape]
    outside: Shape


def shape(desk: Path, before: str, after: str) -> Shape:
    """What changed between two commits: how, and in what kind of file."""
    rows = git(desk, "diff-tree", "-r", "--no-renames", "--name-status", before, after).splitlines()
    return tuple(sorted(anonymous(row) for row in rows))


def anonymous(text: str) -> str:
    """A path without what chance has chosen in it."""
    text = re.sub(r"R-\d{8}-[a-z0-9]{6}", "R", text)
    return re.sub(r"(?<=/)[a-z0-9]{8}(?=-)", "e", text)


def outside(folder: Path) -> Shape:
    """What a command has done outside of the history: messages, what is shared, and which records are laid out."""
    desk = folder / "desk"
    mails = sorted(anonymous(path.relative_to(desk).as_posix()) for path in desk.glob("outbox/**/*.eml"))
    shared = git(folder / "hub.git", "rev-parse", "main") == git(desk, "rev-parse", "main")
    laid_out = sum(1 for _ in desk.glob("requests/**/*.yaml"))
    return (*mails, "pushed" if shared else "", f"{laid_out} records")


class Trial:
    """A command, broken again and again, each time in a fresh copy of its stage."""

    def __init__(self, bench: Bench, stage: Stage, name: str, case: Case, folder: Path) -> None:
        self.bench, self.name, self.case, self.folder = bench, name, case, folder
        self.stage = prepared(bench, stage, case, folder / "stage")
        self.words = self.stage.words(case.line)
        self.copy = folder / "copy"
        self.before = git(self.stage.folder / "desk", "rev-parse", "main").strip()
        self.whole = self._whole()

    def fresh(self) -> Path:
        """A fresh copy of the desk."""
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.stage.folder, self.copy, symlinks=True)
        return self.copy / "desk"

    def _whole(self) -> Whole:
        desk = self.fresh()
        done = self.bench.run(desk, self.words, self.case.person, self.case.now)
        assert done.code == 0, done
        commits = git(desk, "rev-list", "--reverse", "--first-parent", f"{self.before}..main").split()
        assert bool(commits) == self.case.records, f"{self.name} writes nothing here"
        shapes = [(), *(shape(desk, self.before, commit) for commit in commits)]
        self.complete(desk)
        return Whole(shapes, outside(self.copy))

    def complete(self, desk: Path) -> None:
        """Lets the next run do what is left to do outside of the history."""
        if self.case.outside:
            words = self.stage.words(self.case.outside)
            done = self.bench.run(desk, words, self.case.person, self.case.now)
            assert done.code == 0, done

    def points(self, faults: bool = False) -> list[Point]:
        """Where it can be broken; ``faults``: also where it makes files and folders."""
        calls = (*WRITES, *KILLED, *(MAKES if faults else ()))
        lines = self.bench.calls(self.fresh(), self.words, self.case.person, self.case.now, calls)
        return points(lines, self.case.deep, pipes=not faults)

    def breaks(self, point: Point, how: str) -> bool:
        """Breaks it once and checks everything; returns whether the point was reached."""
        desk = self.fresh()
        ended = self.bench.broken(desk, self.words, self.case.person, self.case.now, point, how)
        said = f"{self.name} {point} {how}: {ended}"
        try:
            self.check(desk, ended, how)
        except AssertionError as error:
            raise AssertionError(f"{said}\n{error}") from error
        return ended.hit != ""

    def check(self, desk: Path, ended: Ended, how: str) -> None:
        """Checks that the desk is whole, with and after the next commands."""
        reader = self.bench.run(desk, ["list"])
        assert (reader.code, reader.err) == (0, ""), reader
        writer = self.bench.run(desk, ["note", self.stage.ids["promised"], "-m", "after"])
        assert writer.code == 0 and (writer.err == "" or FINISHED.fullmatch(writer.err)), writer
        after = git(desk, "rev-parse", "main~1").strip()
        number = int(git(desk, "rev-list", "--first-parent", "--count", f"{self.before}..{after}"))
        assert number < len(self.whole.shapes), "something happened twice"
        assert shape(desk, self.before, after) == self.whole.shapes[number], "half-done"
        self._acknowledged(ended, how, number)
        if self.case.spoilt:
            # Only when it is repaired can svcctl fsck find nothing.
            self.complete(desk)
        check_clean(self.bench, desk)
        if self.case.outside and (number == len(self.whole.shapes) - 1 or self.case.outside == self.case.line):
            self.complete(desk)
            assert outside(self.copy) == self.whole.outside
            assert list((desk / ".git").rglob("*.lock")) == []

    def _acknowledged(self, ended: Ended, how: str, number: int) -> None:
        happened = number == len(self.whole.shapes) - 1
        if ended.out or ended.code == 0:
            assert happened, "it was said to be done, and is lost"
        if how in ("alone", "group"):
            return
        assert ended.code in (0, 1, 3, 4), "no clean refusal"
        assert ended.code == 0 or ended.err, "refused without a word"
        if ended.code and "cannot print the answer" not in ended.err and self.name not in TWO_STEPS:
            assert number == 0, "it was said to be refused, and has happened"


def check_clean(bench: Bench, desk: Path) -> None:
    """Branch, index and folder agree, git and svcctl find nothing wrong, and nothing lies about."""
    assert git(desk, "status", "--porcelain", "--untracked-files=all") == ""
    done = subprocess.run(
        ["git", "-C", desk, "fsck", "--strict", "--no-dangling", "--no-progress"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = bench.run(desk, ["fsck"])
    assert (found.code, found.err) == (0, ""), found
    assert list(left_over(desk)) == []


def left_over(desk: Path) -> Iterator[str]:
    """What svcctl or its gits have left in the git directory that is not meant to stay."""
    own = desk / ".git" / "svcctl"
    for pattern in ("intent.json*", "lock-*", "index", "index.lock", "*.tmp", "sync/lock-*"):
        yield from (path.as_posix() for path in own.glob(pattern))
    for path in (desk / ".git").rglob("*.lock"):
        # What a sync fetches into is locked by syncs only, and the next one sees to it.
        if "svcctl/fetched" not in path.as_posix():
            yield path.as_posix()
    if (desk / ".git" / "refs" / "worktree" / "svcctl").exists():
        yield "refs/worktree/svcctl"
    yield from (path.as_posix() for path in (desk / ".git").glob("fast_import_crash_*"))
    yield from (path.as_posix() for path in desk.rglob("*.svcctl-tmp"))
