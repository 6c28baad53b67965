"""Clones of a desk that record deeds apart and meet: branches of one repository, merged as ``sync`` merges them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from svcctl.model.ids import ALPHABET, offer_path, record_path
from svcctl.model.problems import Busy
from svcctl.model.request import Header, Request, fold, order
from svcctl.store.fastimport import Commit, FileChange, import_commits
from svcctl.store.git import Author, Git, Objects
from svcctl.store.records import append_events, dump_record, parse_record
from svcctl.store.sync import Choice, Meeting
from tests.conftest import git
from tests.events import AT, example

PEOPLE = ("ivanova", "petrova", "sidorov", "kim")
OFFER = (
    "offer: {id}\nrevision: {revision}\ndate: 2026-11-23\ncurrency: RUB\nterms: {terms}\nnotes: {notes}\nlines: []\n"
)
TEXTS = ("позвонить", "line\nbreak", 'quotes " and \\', "a: b # c", "\u2028", "no", "{}", "- x")
DEEDS = (
    "taken",
    "handed_off",
    "accepted",
    "returned",
    "noted",
    "noted",
    "set",
    "stage_done",
    "waiting",
    "resumed",
    "resolved",
)


def lines(content: bytes) -> list[str]:
    """A record's event lines."""
    return [line for line in content.decode().split("\n") if line.startswith("- ")]


def read(content: bytes, path: str) -> Request:
    """A record that must have no problem."""
    record = parse_record(content.decode(), path)
    assert record.problems == [], record.problems
    assert record.header is not None
    return fold(record.header, record.events)


class World:
    """A repository with a branch for each clone, and what was ever recorded in any of them."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.dice, self.git = dice, Git(str(folder))
        self.objects = Objects(self.git)
        self.recorded: dict[str, set[str]] = {}
        self.tips: dict[str, str] = {}
        self.merges = self.conflicts = 0
        self.count: Counter[str] = Counter()

    @classmethod
    def begin(cls, folder: Path, clones: int, seed: int) -> World:
        """Clones that have two requests in common."""
        folder.mkdir()
        git(folder, "init", "-q", "-b", "main")
        world = cls(folder, random.Random(seed))
        world.tips["main"] = ""
        for _ in "ab":
            world.open("main")
        for name in "abcd"[:clones]:
            world.tips[name] = world.tips["main"]
            world.git.run("update-ref", f"refs/heads/{name}", world.tips["main"])
        return world

    def end(self) -> None:
        self.objects.close()

    # Deeds

    def _word(self, length: int) -> str:
        return "".join(self.dice.choices(ALPHABET, k=length))

    def write(self, name: str, changes: list[FileChange], merged: tuple[str, ...] = ()) -> None:
        """One commit on a clone's branch."""
        made = Commit(Author(name, f"{name}@x", "1795417200 +0300"), "deed\n", changes, merged)
        self.tips[name], _ = import_commits(self.git, f"refs/heads/{name}", self.tips[name], [made])

    def file(self, name: str, path: str) -> bytes | None:
        found = self.objects.read(f"{self.tips[name]}:{path}")
        return found[1] if found else None

    def records(self, name: str) -> list[str]:
        return [entry.path for entry in self.git.entries(self.tips[name], "requests/")]

    def open(self, name: str, errand: bool = False) -> None:
        """A new request or errand."""
        request_id = f"R-2026112{self.dice.randrange(4)}-{self._word(6)}"
        more = {"controller": "petrova", "due": AT + timedelta(days=2)} if errand else {"department": "sales"}
        header = Header(request_id, self.dice.choice(TEXTS), "errand" if errand else "offer", AT, "ivanova", **more)
        path = record_path(request_id)
        self.recorded[path] = set()
        self.write(name, [FileChange(path, dump_record(header, ()).encode())])
        self.count["errands" if errand else "requests"] += 1

    def deed(self, name: str) -> None:
        """Some events more in one record."""
        path = self.dice.choice(self.records(name))
        content = self.file(name, path) or b""
        for _ in range(self.dice.randrange(1, 4)):
            request = read(content, path)
            n, prev = request.next_stamp()
            do = self.dice.choice(DEEDS)
            event = example(do, id=self._word(8), n=n, prev=prev, at=self._moment(), by=self.dice.choice(PEOPLE))
            if do == "noted":
                event.__dict__["text"] = self.dice.choice(TEXTS)
            event.__dict__["also"] = request.other_heads()
            self.recorded[path].add(event.line())
            content = append_events(content.decode(), [event]).encode()
            self.count["hand-offs" if do == "handed_off" else "other deeds"] += 1
        self.write(name, [FileChange(path, content)])

    def _moment(self) -> datetime:
        return AT + timedelta(seconds=self.dice.randrange(-86_400, 86_400))

    def offer(self, name: str) -> None:
        """An offer: a revision more, or another word in one that is there."""
        request_id = self.dice.choice(self.records(name))[-22:-5]
        path = offer_path(request_id, self.dice.choice(("r1", "r2")))
        content = self.file(name, path)
        revision = path[-7:-5]
        fresh = OFFER.format(id=request_id, revision=revision, terms="prepaid", notes="none")
        text = content.decode() if content else fresh
        kind = self.dice.choice(("terms", "notes"))
        rows = [f"{kind}: by {name} {self._word(3)}" if row.startswith(kind) else row for row in text.split("\n")]
        self.write(name, [FileChange(path, "\n".join(rows).encode())])
        self.count["offers"] += 1

    # Meetings

    def meet(self, name: str, other: str) -> None:
        """A clone takes in what another one has, as ``sync`` does; where offers clash, the other's is taken."""
        tip, fetched = self.tips[name], self.tips[other]
        if tip == fetched:
            return
        meeting = Meeting(self.git, self.objects, tip, fetched, Choice(), self._entropy)
        if meeting.base == fetched:
            return
        self.merges += 1
        if meeting.base == tip:
            self.git.run("update-ref", f"refs/heads/{name}", fetched)
            self.tips[name] = fetched
            return
        try:
            plan = meeting.plan()
        except Busy:
            self.conflicts += 1
            theirs = Choice(theirs=frozenset(path for path in meeting.theirs if not path.startswith("requests/")))
            plan = Meeting(self.git, self.objects, tip, fetched, theirs, self._entropy).plan()
        assert plan.renumbered == {}
        self.write(name, plan.changes, (fetched,))

    def _entropy(self, length: int) -> bytes:
        return self.dice.randbytes(length)

    def both_ways(self, name: str, other: str) -> None:
        """Whoever merges whom, the files are the same, unless something clashes that only a person can settle."""
        if len({self.git.line("merge-base", self.tips[name], self.tips[other]), self.tips[name], self.tips[other]}) < 3:
            return
        trees = []
        before, merges = dict(self.tips), self.merges
        conflicts = self.conflicts
        for one, two in ((name, other), (other, name)):
            self.meet(one, two)
            trees.append(self.tree(one))
            self.tips = dict(before)
            self.git.run("update-ref", f"refs/heads/{one}", before[one])
        clashed, self.merges, self.conflicts = self.conflicts > conflicts, merges, conflicts
        assert clashed or trees[0] == trees[1], (name, other)
        self.count["compared both ways"] += not clashed

    def tree(self, name: str) -> str:
        return self.git.line("rev-parse", f"{self.tips[name]}^{{tree}}")

    def converge(self) -> None:
        """Pairs meet in random order, then in a ring, until all have the same commit."""
        names = [name for name in self.tips if name != "main"]
        for _ in range(len(names)):
            one, other = self.dice.sample(names, 2)
            self.both_ways(one, other)
            self.meet(one, other)
        for one, other in [*pairwise(names)] * 2:
            self.meet(other, one)
            self.meet(one, other)
        for name in names:
            self.meet(name, names[-1])

    def check(self) -> None:
        """All clones alike, byte for byte; every event once, in its own record, in order."""
        names = [name for name in self.tips if name != "main"]
        assert len({self.tree(name) for name in names}) == 1
        name = names[0]
        assert set(self.records(name)) == set(self.recorded)
        for path, wanted in self.recorded.items():
            content = self.file(name, path) or b""
            found = lines(content)
            assert len(found) == len(set(found)), f"doubled in {path}"
            assert set(found) == wanted, f"lost or moved in {path}"
            assert found == [event.line() for event in sorted(read(content, path).events, key=order)]


def play(folder: Path, seed: int) -> World:
    """A whole run: three or four clones, deeds and meetings in any order, then all meet until they are alike."""
    dice = random.Random(seed)
    world = World.begin(folder, dice.choice((3, 4)), seed)
    names = [name for name in world.tips if name != "main"]
    for _ in range(dice.randrange(6, 14)):
        name = dice.choice(names)
        roll = dice.random()
        if roll < 0.45:
            world.deed(name)
        elif roll < 0.55:
            world.open(name, errand=dice.random() < 0.4)
        elif roll < 0.7:
            world.offer(name)
        else:
            world.meet(*dice.sample(names, 2))
    world.converge()
    world.check()
    world.end()
    return world
