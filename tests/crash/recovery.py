"""What must be so after a command was broken, whatever was broken: it has happened wholly or not at all."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.conftest import git
from tests.crash.breaking import KILLED, MAKES, WRITES, Bench, Ended, Point, points
from tests.crash.commands import Case, Stage, prepared
from tests.crash.copies import Copy

FINISHED = re.compile(r"finished what an interrupted command had begun: [0-9]+ files?\n")
TWO_STEPS = ("check", "sync", "offer send")
"""What these record is done before they tell the outside: they may fail after it was recorded."""

Trees = list[str]
"""The trees of commits one after the other: two that are alike have the same files, byte for byte."""


class Whole(NamedTuple):
    """A whole run: what it has committed, and what lies outside of the history then."""

    trees: Trees
    outside: tuple[str, ...]


def trees(desk: Path, before: str) -> Trees:
    """What was committed since a commit, the oldest first."""
    return git(desk, "log", "--first-parent", "--reverse", "--format=%T", f"{before}..main").split()


def anonymous(text: str) -> str:
    """A path without what chance has chosen in it."""
    return re.sub(r"(?<=/)[a-z0-9]{8}(?=-)", "e", re.sub(r"R-\d{8}-[a-z0-9]{6}", "R", text))


def outside(folder: Path) -> tuple[str, ...]:
    """What a command has done outside of the history: messages, what is shared, and which records are laid out."""
    desk = folder / "desk"
    mails = sorted(anonymous(path.relative_to(desk).as_posix()) for path in desk.glob("outbox/**/*.eml"))
    shared = git(folder / "hub.git", "rev-parse", "main") == git(desk, "rev-parse", "main")
    laid_out = sum(1 for _ in desk.glob("requests/**/*.yaml"))
    return (*mails, "pushed" if shared else "", f"{laid_out} records")


class Trial:
    """A command, broken again and again, each time in a fresh copy of its stage."""

    def __init__(self, bench: Bench, stage: Stage, name: str, case: Case, folder: Path) -> None:
        self.bench, self.name, self.case = bench, name, case
        self.stage = prepared(bench, stage, case, folder / "stage")
        self.words = self.stage.words(case.line)
        # The same place for all commands: then what two of them leave can be the same, byte for byte.
        self.copy = Copy(self.stage.folder, bench.memory / "copy")
        self.before = git(self.stage.folder / "desk", "rev-parse", "main").strip()
        self.whole = self._whole()

    def fresh(self) -> Path:
        """A fresh copy of the desk."""
        self.bench.settle()
        return self.copy.renew() / "desk"

    def _whole(self) -> Whole:
        self.bench.warm(self.fresh(), self.words, self.case.person, self.case.now)
        desk = self.fresh()
        done = self.bench.run(desk, self.words, self.case.person, self.case.now, dice=True)
        assert done.code == 0, done
        committed = trees(desk, self.before)
        assert bool(committed) == self.case.records, f"{self.name} writes nothing here"
        self.complete(desk)
        return Whole(committed, outside(self.copy.folder))

    def complete(self, desk: Path) -> None:
        """Lets the next run do what is left to do outside of the history."""
        if self.case.outside:
            words = self.stage.words(self.case.outside)
            done = self.bench.here(desk, words, self.case.person, self.case.now)
            assert done.code == 0, done

    def points(self, faults: bool = False) -> list[Point]:
        """Where it can be broken; ``faults``: also where it makes files and folders."""
        calls = (*WRITES, *KILLED, *(MAKES if faults else ()))
        lines = self.bench.calls(self.fresh(), self.words, self.case.person, self.case.now, calls)
        return points(lines, pipes=not faults)

    def breaks(self, point: Point, how: str) -> bool:
        """Breaks it once and checks everything; returns whether the point was reached."""
        desk = self.fresh()
        ended = self.bench.broken(desk, self.words, self.case.person, self.case.now, point, how)
        said = f"{self.name} {point} {how}: {ended}"
        try:
            committed = self.bench.known.verdict(self._state(ended), lambda: self.look(desk))
            self.judge(committed, ended, how)
        except AssertionError as error:
            raise AssertionError(f"{said}\n{error}") from error
        return ended.hit != ""

    def _state(self, ended: Ended) -> object:
        """What the command has left, and what there is to look for in it."""
        if ended.living:
            return None
        own = self.name if self.case.outside or self.case.spoilt else ""
        return own, self.before, self.copy.state()

    def look(self, desk: Path) -> Trees:
        """Checks that the desk is whole, with and after the next commands; returns what was committed before them."""
        reader = self.bench.here(desk, ["list"])
        assert (reader.code, reader.err) == (0, ""), reader
        writer = self.bench.here(desk, ["note", self.stage.ids["promised"], "-m", "after"])
        assert writer.code == 0 and (writer.err == "" or FINISHED.fullmatch(writer.err)), writer
        noted = trees(desk, self.before) if self.case.spoilt else []
        if self.case.spoilt:
            # Only when it is repaired can svcctl fsck find nothing.
            self.complete(desk)
        clean = check_clean(self.bench, desk, self.copy, self.before)
        committed = (noted or clean)[:-1]
        if self.case.outside and (committed == self.whole.trees or self.case.outside == self.case.line):
            self.complete(desk)
            assert outside(self.copy.folder) == self.whole.outside
            assert list((desk / ".git").rglob("*.lock")) == []
        return committed

    def judge(self, committed: Trees, ended: Ended, how: str) -> None:
        """Checks that a command has happened wholly or not at all, and as it said."""
        assert committed == self.whole.trees[: len(committed)], "half-done, or something else"
        happened = committed == self.whole.trees
        if ended.out or ended.code == 0:
            assert happened, "it was said to be done, and is lost"
        if how in ("alone", "group"):
            return
        assert ended.code in (0, 1, 3, 4), "no clean refusal"
        assert ended.code == 0 or ended.err, "refused without a word"
        if ended.code and "cannot print the answer" not in ended.err and self.name not in TWO_STEPS:
            assert not committed, "it was said to be refused, and has happened"


def check_clean(bench: Bench, desk: Path, copy: Copy | None = None, before: str = "") -> Trees:
    """Branch, index and folder agree, git and svcctl find nothing wrong, and nothing lies about.

    What was found in the same bytes before is not looked for again. svcctl fsck reads no objects but by git: with the
    same files and branches it has the same to read, where git finds the objects in order.
    """
    state, but_objects = copy.states(".git/objects/") if copy else (None, None)
    committed = bench.tidy.verdict(state and (state, before), lambda: check_tidy(desk, before))
    bench.sound.verdict(but_objects, lambda: check_sound(bench, desk))
    return committed


def check_tidy(desk: Path, before: str = "") -> Trees:
    """Branch, index and folder agree, git finds nothing wrong, and nothing lies about; returns what was committed."""
    assert git(desk, "status", "--porcelain", "--untracked-files=all") == ""
    # Without processes of its own for what svcctl never writes, the graph of commits and the index of several packs.
    switches = ("-c", "core.commitGraph=false", "-c", "core.multiPackIndex=false")
    done = subprocess.run(
        ["git", "-C", desk, *switches, "fsck", "--strict", "--no-dangling", "--no-progress"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(left_over(desk)) == []
    return trees(desk, before) if before else []


def check_sound(bench: Bench, desk: Path) -> None:
    """svcctl fsck finds nothing wrong."""
    found = bench.here(desk, ["fsck"])
    assert (found.code, found.err) == (0, ""), found


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
