"""A desk with half a year of work in it, the same every time: for looking at reports, and for what people type.

Sales opens, logistics and customs are asked, some of it comes back, the client is waited for, half of them rate.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Decided,
    HandedOff,
    MessageOut,
    Rated,
    Reopened,
    Resolved,
    Resumed,
    Returned,
    Taken,
    Waiting,
    Worked,
)
from svcctl.model.ids import ALPHABET, record_path
from svcctl.model.request import Header
from svcctl.store.fastimport import Commit, FileChange, import_commits
from svcctl.store.founding import Founder, country, desk_files, found, founder_author
from svcctl.store.git import Author, Git
from svcctl.store.records import dump_record

ZONE = ZoneInfo("Europe/Moscow")
NOW = "2026-11-20T17:00:00+03:00"
FIRST = datetime(2026, 5, 4, tzinfo=ZONE)
COUNT = 420
HOSTILE = ("<script>document.title='x'</script>", '=HYPERLINK("http://example.com")', "Zażółć & <b>gęślą</b> 'jaźń'")
TITLES = ("Rebar A500C {n} mm", "Арматура {n} мм, доставка в Казань", "Pręty żebrowane {n} mm", "Late delivery {n}")
CLIENTS = ("metallstroy", "budowa", "zoo", "volga", "baltic", "tatarstan")
HOURS = (9, 9, 10, 10, 10, 11, 11, 12, 14, 14, 15, 15, 16, 17, 19)
TEAM = """\
departments:
  sales: {head: petrova}
  logistics: {head: sidorov}
  customs: {head: kim}
people:
  ivanova: {name: Anna Ivanova, email: ivanova@example.com, department: sales}
  petrova: {name: Olga Petrova, email: petrova@example.com, department: sales, role: head}
  lis: {name: Marek Lis, email: lis@example.com, department: sales}
  sidorov: {name: Pyotr Sidorov, email: sidorov@example.com, department: logistics, role: head}
  orlova: {name: Orlova, email: orlova@example.com, department: logistics}
  kim: {name: Kim, email: kim@example.com, department: customs, role: head}
  nowak: {name: Zofia Nowak, email: nowak@example.com, department: customs}
"""
SALES, OTHERS = ("ivanova", "ivanova", "petrova", "lis"), ("sidorov", "sidorov", "orlova", "kim", "nowak")
WHY = ("no weight given", "no weight given", "address missing", "wrong incoterms")


class _Life:
    """The events of one request so far, and the moment and person of the next."""

    def __init__(self, rng: random.Random, opened: datetime) -> None:
        self.rng, self.at = rng, opened
        self.events: list[Event] = []

    def pass_time(self, hours: float) -> None:
        """A random time of this mean goes by; nights and weekends are skipped."""
        self.at += timedelta(minutes=5 + int(self.rng.expovariate(1 / (hours * 60))))
        if self.at.hour >= 18 or self.at.hour < 9:
            self.at = self.at.replace(hour=9, minute=self.rng.randint(0, 50)) + timedelta(days=self.at.hour >= 18)
        while self.at.weekday() > 4:
            self.at += timedelta(days=1)

    def add(self, event: Event, by: str, hours: float) -> None:
        self.pass_time(hours)
        previous = self.events[-1].id if self.events else ""
        stamp = word(self.rng, 8)
        self.events.append(event.stamped(id=stamp, n=len(self.events) + 1, prev=previous, at=self.at, by=by))


def word(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(length))


def live(life: _Life, kind: str) -> None:
    """One request from taking to rating."""
    rng = life.rng
    owner = rng.choice(SALES)
    life.add(Taken(), owner, 2.5)
    if rng.random() < 0.75:
        life.add(MessageOut(text="We are looking into it.", channel="email"), owner, 3)
    if kind == "complaint":
        outcome = rng.choice(("approve", "approve", "reject", "review"))
        life.add(Decided(outcome=outcome, rule=rng.randint(1, 3), department="sales"), owner, 4)
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        owner = hand_over(life, owner)
    if rng.random() < 0.3:
        life.add(Waiting(for_="client", why="the address"), owner, 1)
        life.add(Resumed(), owner, 20)
    if rng.random() < 0.6:
        life.add(Worked(minutes=rng.randint(2, 20) * 10), owner, 2)
    life.add(Resolved(outcome="settled"), owner, 6)
    if rng.random() < 0.06:
        life.add(Reopened(why="one pallet was missing"), owner, 20)
        life.add(Resolved(outcome="settled"), owner, 9)
    if rng.random() < 0.5:
        life.add(Rated(score=rng.choice((10, 9, 9, 9, 8, 8, 7, 6, 3))), owner, 10)


def hand_over(life: _Life, owner: str) -> str:
    rng = life.rng
    other = rng.choice([name for name in (*OTHERS, *SALES[1:]) if name != owner])
    life.add(HandedOff(to=other, note="please reckon the freight"), owner, 2)
    if rng.random() < 0.2:
        life.add(Returned(why=rng.choice(WHY)), other, 6)
        life.add(HandedOff(to=other, note="now with the weight"), owner, 1)
    slow = 14.0 if other in ("kim", "nowak") else 3.0
    life.add(Accepted(), other, slow)
    return other


def record(rng: random.Random, number: int) -> FileChange:
    days, place = divmod(number, 3)
    opened = FIRST + timedelta(days=days * 201 // (COUNT // 3))
    opened += timedelta(days=(7 - opened.weekday()) if opened.weekday() > 4 and place else 0)
    opened = opened.replace(hour=rng.choice(HOURS), minute=rng.randint(0, 59))
    kind = rng.choice(("offer", "offer", "complaint"))
    title = HOSTILE[number % 3] if number % 97 == 0 else rng.choice(TITLES).format(n=rng.randint(6, 40))
    regulation = {"offer": "commercial-offer@1", "complaint": "complaint@1"}[kind]
    header = Header(
        f"R-{opened:%Y%m%d}-{word(rng, 6)}",
        title,
        kind,
        opened,
        "ivanova",
        regulation,
        client=rng.choice(CLIENTS),
        channel=rng.choice(("phone", "email", "email")),
        department="sales",
        text="Good morning!\nWe need 20 t of it by Friday.",
    )
    life = _Life(rng, opened)
    live(life, kind)
    until = datetime.fromisoformat(NOW)
    kept = [event for event in life.events if event.at < until]
    return FileChange(record_path(header.id), dump_record(header, kept).encode())


def make(folder: Path) -> None:
    """Makes the desk in a folder that is not there yet."""
    now = datetime.fromisoformat(NOW)
    founder = Founder("ivanova", "Anna Ivanova", "ivanova@example.com")
    found(str(folder), desk_files("Metallstroy", country("RU"), founder), founder_author(founder, now), "Desk\n")
    git = Git(str(folder))
    rng = random.Random(7)
    author = Author("Anna Ivanova", "ivanova@example.com", f"{int(now.timestamp())} +0300")

    clients = [FileChange(f"clients/{name}.yaml", f"name: {name.title()}\n".encode()) for name in CLIENTS]
    commits = [
        Commit(author, "Team\n", [FileChange("team.yaml", TEAM.encode()), *clients]),
        Commit(author, "Requests\n", [record(rng, number) for number in range(COUNT)]),
    ]
    import_commits(git, "refs/heads/main", git.line("rev-parse", "HEAD"), commits)
