"""Makes a desk of any size for measuring: requests in three scripts, worked in office hours, a few owners busier.

``python -m bench.generator FOLDER 1000`` makes a desk of 1,000 requests, one in twenty of them open.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from svcctl.model.event import Event
from svcctl.model.events import Accepted, HandedOff, MessageOut, Noted, Resolved, Taken, Waiting
from svcctl.model.ids import ALPHABET, record_path
from svcctl.model.request import Header
from svcctl.store.fastimport import Commit, FileChange, import_commits
from svcctl.store.founding import Founder, country, desk_files, found, founder_author
from svcctl.store.git import Author, Git
from svcctl.store.records import dump_record

ZONE = ZoneInfo("Europe/Moscow")
END = datetime(2026, 11, 20, 17, tzinfo=ZONE)
OPEN_SHARE = 0.05
PEOPLE = ("ivanova", "petrova", "sidorov", "kim", "nowak")
SHARES = (8, 5, 3, 2, 1)
TITLES = (
    "КП на арматуру А500С {n} мм",
    "Oferta na pręty żebrowane {n} mm",
    "Price for rebar {n} mm",
    "Жалоба на доставку {n}",
)
TEAM = """\
departments:
  sales: {head: petrova}
  logistics: {head: sidorov}
  customs: {head: kim}
  service: {head: petrova}
  finance: {head: petrova}
people:
  ivanova: {name: Анна Иванова, email: ivanova@example.com, department: sales}
  petrova: {name: Ольга Петрова, email: petrova@example.com, department: sales, role: head}
  sidorov: {name: Пётр Сидоров, email: sidorov@example.com, department: logistics, role: head}
  kim: {name: Kim, email: kim@example.com, department: customs, role: head}
  nowak: {name: Zofia Nowak, email: nowak@example.com, department: customs}
"""


def word(rng: random.Random, length: int) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(length))


def history(rng: random.Random, opened: datetime, closed: bool) -> Iterator[tuple[Event, timedelta]]:
    """A plausible life of a request: taken, handed over, answered, resolved; times after the opening.

    Of the open ones two in five wait for the client, and most were touched in the last days.
    """
    yield Taken(), timedelta(minutes=rng.randint(3, 90))
    if rng.random() < 0.6:
        yield HandedOff(to="logistics", note="посчитайте доставку, пожалуйста"), timedelta(hours=2)
        yield Accepted(), timedelta(hours=3)
    if rng.random() < 0.8:
        yield MessageOut(text="the offer follows tomorrow", channel="email"), timedelta(hours=4)
    if closed:
        yield Resolved(outcome="settled"), timedelta(hours=5 + rng.randint(0, 90))
        return
    waits = rng.random() < 0.4
    if waits:
        yield Waiting(for_="client", why="the drawing is to come"), timedelta(hours=5)
    touched = END - timedelta(minutes=rng.randint(1, 4000)) - opened
    if rng.random() < 0.9 and touched > timedelta(hours=6):
        yield Noted(text="звонили, думают"), touched


class Kind(NamedTuple):
    """What the requests are like: how many of them are open, by which regulation each type is measured, hours apart."""

    open_share: float = OPEN_SHARE
    regulations: dict[str, str] = {}
    apart: float = 0.35


SHIPPED = {"offer": "commercial-offer@1", "complaint": "complaint@1", "request": "internal-request@1"}
"""The shipped regulations, which give the requests clocks."""


def record(rng: random.Random, number: int, total: int, kind: Kind = Kind()) -> FileChange:  # noqa: B008
    """One record; the last ones are the open ones."""
    opened = (END - timedelta(hours=(total - number) * kind.apart)).replace(
        hour=rng.randint(9, 16), minute=rng.randint(0, 59)
    )
    request_id = f"R-{opened:%Y%m%d}-{word(rng, 6)}"
    closed = number < total * (1 - kind.open_share)
    title, type_ = rng.choice(TITLES).format(n=rng.randint(6, 40)), rng.choice(("offer", "complaint", "request"))
    # A third of the open ones have a day that was agreed with the client and is to come.
    agreed = not closed and rng.random() < 0.33
    header = Header(
        request_id,
        title,
        type_,
        opened,
        PEOPLE[0],
        kind.regulations.get(type_, ""),
        client="metallstroy",
        channel=rng.choice(("phone", "email")),
        department="sales",
        due=END + timedelta(days=rng.randint(1, 40)) if agreed else None,
        text="Добрый день! Нужна арматура, доставка до Казани.",
    )
    events: list[Event] = []
    for event, after in history(rng, opened, closed):
        if opened + after > END:
            break
        previous = events[-1].id if events else ""
        who = "sidorov" if isinstance(event, Accepted) else rng.choices(PEOPLE, SHARES)[0]
        events.append(event.stamped(id=word(rng, 8), n=len(events) + 1, prev=previous, at=opened + after, by=who))
    return FileChange(record_path(request_id), dump_record(header, events).encode())


def make(folder: str, total: int, seed: int = 1, kind: Kind = Kind()) -> None:  # noqa: B008
    """A desk of ``total`` requests in ``folder``, its worktree and index up to date."""
    founder = Founder("ivanova", "Anna Ivanova", "ivanova@example.com")
    found(folder, desk_files("bench", country("RU"), founder), founder_author(founder, END), "Desk\n")
    git = Git(folder)
    rng = random.Random(seed)
    author = Author("Anna Ivanova", "ivanova@example.com", f"{int(END.timestamp())} +0300")
    files = [FileChange("team.yaml", TEAM.encode()), FileChange("clients/metallstroy.yaml", b"name: Metallstroy\n")]

    def commits() -> Iterator[Commit]:
        yield Commit(author, "Team\n", files)
        for begin in range(0, total, 1000):
            changes = [record(rng, number, total, kind) for number in range(begin, min(begin + 1000, total))]
            yield Commit(author, f"{len(changes)} requests\n", changes)

    import_commits(git, "refs/heads/main", git.line("rev-parse", "HEAD"), list(commits()))
    subprocess.run(["git", "-C", folder, "reset", "--hard", "--quiet"], check=True)


if __name__ == "__main__":
    make(sys.argv[1], int(sys.argv[2]))
