"""How daily commands grow with a desk, beside what other programs take for the same work on the same machine.

``python -m bench.scale_bench [N …] [--reports] [--peers]`` makes desks of N requests (1,000 and 100,000), one in twenty
open, and times whole processes, each in turn with ``python -c "import click"``; medians are printed. ``--peers`` adds
Taskwarrior, todoman and hledger (Debian: taskwarrior, todoman, hledger) with as many tasks or entries.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bench.generator import END, SHIPPED, Kind, make
from bench.startup import program

PAIRS = 7
SIZES = (1000, 100_000)
NOW = END + timedelta(hours=1)
LATER = NOW + timedelta(minutes=5)
"""When is read what was written at ``NOW``: nobody lists requests in the very second of the last deed."""
REPORTS = {
    "service": (),
    "flow": (),
    "rework": (),
    "process": (),
    "workload": (),
    "people": (),
    "payback": ("--cost", "100000", "--rate", "1000"),
    "deadlines": (),
    "decisions": (),
    "channels": (),
    "clients": (),
    "nps": (),
    "offers": (),
    "regulations": (),
    "digest": (),
}
REFERENCE = [sys.executable, "-c", "import click"]


def environment(folder: str, now: datetime = NOW) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "SVCCTL_DESK": folder, "SVCCTL_PERSON": "ivanova", "SVCCTL_NOW": now.isoformat()}


def timed(command: Sequence[str], world: dict[str, str], folder: str | None = None) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=world, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def pairs(command: Callable[[int], Sequence[str]], world: dict[str, str]) -> tuple[float, float]:
    """Median seconds, and the median ratio to the reference of the same moment."""
    found = [(timed(command(n), world), timed(REFERENCE, world)) for n in range(PAIRS)]
    return statistics.median(own for own, _ in found), statistics.median(own / other for own, other in found)


def index_of(folder: str) -> str:
    return os.path.join(folder, ".git", "svcctl", "index.sqlite")


def cold(folder: str) -> None:
    """The first listing: everything is read."""
    if os.path.exists(index_of(folder)):
        os.unlink(index_of(folder))
    begin = time.perf_counter()
    memory = memory_of([program(), "list", "--overdue"], folder)
    seconds = time.perf_counter() - begin
    size = os.path.getsize(index_of(folder)) / 1e6
    print(f"  cold index: {seconds:.1f} s, {memory:.0f} MB in the largest process, {size:.1f} MB on disk")


def memory_of(command: Sequence[str], folder: str) -> float:
    """The largest process of a command and of the gits it starts, in MB; asked in a process that had no others."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],stdout=-3,check=True); " + (
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, *command], env=environment(folder), capture_output=True, check=True
    )
    return int(out.stdout) / 1024


def printing(folder: str, words: Sequence[str]) -> float:
    """Seconds of processor time that a command spends on writing its answer down."""
    command = [sys.executable, "-m", "bench.scale_bench", "--stages", *words]
    out = subprocess.run(command, env=environment(folder, LATER), capture_output=True, check=True, text=True)
    return float(out.stderr.split()[-1])


def stages(words: list[str]) -> None:
    """Runs a command in this process and tells on stderr how long drawing and printing took."""
    from svcctl.cli import listing
    from svcctl.cli.main import run
    from svcctl.cli.session import Session
    from svcctl.render import findings

    spent = 0.0

    def watch(room: object, name: str) -> None:
        inner = getattr(room, name)

        def outer(*arguments: object, **named: object) -> object:
            nonlocal spent
            begin = time.process_time()
            try:
                return inner(*arguments, **named)
            finally:
                spent += time.process_time() - begin

        setattr(room, name, outer)

    watch(listing, "requests_table")
    watch(Session, "show")
    watch(findings, "findings_text")
    run(Session(), words)
    print(spent, file=sys.stderr)


def targets(folder: str, *status: str) -> list[tuple[str, str]]:
    """Ids and owners of open requests without a stage, as the command line lists them."""
    words = [word for one in status for word in ("--status", one)]
    out = subprocess.run(
        [program(), "list", *words, "--json"], env=environment(folder), capture_output=True, check=True
    )
    return [(one["id"], one["owner"] or "") for one in json.loads(out.stdout)]


def opened(folder: str) -> str:
    """Opens a request that nobody has taken; its short id."""
    command = [program(), "new", "Прайс на арматуру", "--client", "metallstroy"]
    out = subprocess.run(command, env=environment(folder), capture_output=True, check=True, text=True)
    return out.stdout.split()[0]


def daily(folder: str) -> dict[str, tuple[float, float]]:
    """Median seconds and ratios of the daily commands."""
    mine, new = targets(folder, "in_progress"), [opened(folder) for _ in range(PAIRS)]
    reading: dict[str, Callable[[int], Sequence[str]]] = {
        "check": lambda n: [program(), "check"],
        "list --overdue": lambda n: [program(), "list", "--overdue"],
        "list --mine": lambda n: [program(), "list", "--mine"],
        "search": lambda n: [program(), "search", f"арматуру {10 + n} мм"],
        "show ID": lambda n: [program(), "show", mine[n][0]],
        "show PART": lambda n: [program(), "show", mine[n][0][-6:]],
    }
    writing: dict[str, Callable[[int], Sequence[str]]] = {
        "note ID": lambda n: [program(), "--as", "kim", "note", mine[n][0], "-m", "звонили"],
        "take ID": lambda n: [program(), "take", new[n]],
        "handoff ID": lambda n: [program(), "--as", mine[n][1], "handoff", mine[n][0], "--to", "service", "-m", "x"],
    }
    # The first one takes in what was opened since the index was made.
    timed([program(), "list", "--mine"], environment(folder, LATER))
    read = {name: pairs(command, environment(folder, LATER)) for name, command in reading.items()}
    return {**read, **{name: pairs(command, environment(folder)) for name, command in writing.items()}}


def growth(small: str, folder: str) -> None:
    """What commands take in a desk, in turn with the same in the smallest one; medians of the pairs' ratios."""
    chosen = [(opened(small), opened(folder)) for _ in range(PAIRS)]
    for name, words in {
        "take": ["take"],
        "show": ["show"],
        "handoff": ["--as", "ivanova", "handoff", "--to", "logistics", "-m", "x"],
    }.items():
        found = []
        for ids in chosen:
            pair = zip((small, folder), ids, strict=True)
            found.append([timed([program(), *words, one], environment(place)) for place, one in pair])
        ratio = statistics.median(large / little for little, large in found)
        seconds = " and ".join(f"{statistics.median(times) * 1000:.1f} ms" for times in zip(*found, strict=True))
        print(f"  {name} in turn with the smallest desk: {seconds}, {ratio:.2f} x it", flush=True)


def floor(folder: str) -> tuple[float, float, float]:
    """``git add`` and ``git commit`` of one record in turn with a ``handoff``: median seconds, and of their ratios."""
    paths = subprocess.run(["git", "-C", folder, "ls-files", "requests"], capture_output=True, text=True, check=True)
    chosen = random.Random(3).sample(paths.stdout.split(), PAIRS)
    mine = targets(folder, "in_progress")
    found, own = [], []
    who = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
    for (name, owner), path in zip(mine, chosen, strict=False):
        words = [program(), "--as", owner, "handoff", name, "--to", "logistics", "-m", "x"]
        own.append(timed(words, environment(folder)))
        with open(os.path.join(folder, path), "a", encoding="utf-8") as file:
            file.write("\n")
        world = environment(folder)
        begin = time.perf_counter()
        subprocess.run(["git", "-C", folder, "add", "--", path], env=world, check=True)
        subprocess.run(
            ["git", "-C", folder, *who, "commit", "-qm", "x"], env=world, check=True, stdout=subprocess.DEVNULL
        )
        found.append(time.perf_counter() - begin)
    ratio = statistics.median(ours / theirs for ours, theirs in zip(own, found, strict=True))
    return statistics.median(found), statistics.median(own), ratio


def reports(folder: str) -> None:
    """Seconds of every report: of the last month, and of all years; the first time and then."""
    world = environment(folder)
    for name, more in REPORTS.items():
        told = []
        for period in (f"{NOW:%Y-%m}", "2000..2027"):
            command = [program(), "report", name, "--period", period, *more]
            first = timed(command, world)
            told.append(f"first {first:6.2f} s, then {statistics.median(timed(command, world) for _ in range(3)):5.2f}")
        print(f"  report {name:<12} month: {told[0]}   all years: {told[1]}", flush=True)
    print(f"  index with what they measured: {os.path.getsize(index_of(folder)) / 1e6:.1f} MB")


# The peers


ONE_LINE = (
    "rc.report.overdue.columns=id,priority,due,description.desc,urgency",
    "rc.report.overdue.labels=ID,P,Due,D,U",
)
"""Taskwarrior prints a line for each annotation otherwise, of which svcctl prints none."""


def taskwarrior(folder: str, parent: str) -> None:
    """Taskwarrior on the same tasks: after it has moved the completed ones away, before, and if none were completed.

    Each time the bare tasks, and the tasks with what has happened to them as annotations, which is what the requests
    have too.
    """
    import sqlite3

    rows = sqlite3.connect(index_of(folder)).execute("SELECT path, title, opened, ended, state, next_due FROM request")
    lives = histories(folder)
    rng = random.Random(1)
    tasks = [(row, lives[row[0][-17:]], uuid.UUID(int=rng.getrandbits(128), version=4)) for row in rows.fetchall()]
    for having, is_annotated in (("bare", False), ("with their history", True)):
        pending = [task_line(*task, annotated=is_annotated) for task in tasks if task[0][4] != 2]
        completed = [task_line(*task, annotated=is_annotated) for task in tasks if task[0][4] == 2]
        never = [task_line(*task, annotated=is_annotated, never=True) for task in tasks if task[0][4] == 2]
        for label, first, second in (
            ("after its gc", pending, completed),
            ("before its gc", pending + completed, []),
            ("with as many pending", pending + never, []),
        ):
            one_peer(f"{label}, {having}", first, second, folder, parent)


def histories(folder: str) -> dict[str, list[tuple[int, str]]]:
    """What has happened to each request, by its id: seconds since the epoch and words."""
    out = subprocess.run(
        [program(), "export", "ndjson"], env=environment(folder, LATER), capture_output=True, check=True
    )
    found: dict[str, list[tuple[int, str]]] = {}
    for line in out.stdout.splitlines():
        row = json.loads(line)
        if row["record"] == "request":
            found[row["id"]] = []
        elif row["record"] == "event":
            words = " ".join([row["do"], *(value for value in row["values"].values() if isinstance(value, str))])
            found[row["request"]].append((int(datetime.fromisoformat(row["at"]).timestamp()), words))
    return found


def task_line(
    row: tuple[str, str, int, int, int, str | None],
    life: list[tuple[int, str]],
    name: uuid.UUID,
    *,
    annotated: bool,
    never: bool = False,
) -> str:
    """A request as a line of Taskwarrior's data files; ``never``: as if it were not completed."""
    _, title, opened_at, ended, state, due = row
    parts = [f'description:"{title}"']
    if annotated:
        parts += [f'annotation_{at + number}:"{words}"' for number, (at, words) in enumerate(life)]
    is_done = state == 2 and not never
    if due and not is_done:
        parts.append(f'due:"{int(datetime.fromisoformat(due).timestamp())}"')
    parts += [f'end:"{ended}"'] if is_done else []
    parts += [f'entry:"{opened_at}"', f'status:"{"completed" if is_done else "pending"}"', f'uuid:"{name}"']
    return f"[{' '.join(parts)}]\n"


def one_peer(label: str, pending: list[str], completed: list[str], folder: str, parent: str) -> None:
    """Taskwarrior with these data files, in turn with svcctl."""
    place = os.path.join(parent, "task-" + "".join(letter if letter.isalnum() else "-" for letter in label))
    os.makedirs(place)
    for name, lines in (("pending.data", pending), ("completed.data", completed)):
        with open(os.path.join(place, name), "w", encoding="utf-8") as file:
            file.writelines(lines)
    with open(os.path.join(place, "taskrc"), "w", encoding="utf-8") as file:
        file.write(f"data.location={place}\nconfirmation=no\nhooks=0\ngc={int(bool(completed))}\n")
    world = {**os.environ, "TASKRC": os.path.join(place, "taskrc")}
    command = ["task", *ONE_LINE, "overdue"]
    timed(command, world)
    compare(f"task overdue, {label}", lambda: timed(command, world), folder)


def compare(label: str, peer: Callable[[], float], folder: str) -> None:
    """A peer in turn with ``check`` and ``list --overdue``."""
    world = environment(folder, LATER)
    own: dict[str, list[tuple[float, float]]] = {"check": [], "list --overdue": []}
    for _ in range(PAIRS):
        for name, found in own.items():
            found.append((timed([program(), *name.split()], world), peer()))
    for name, found in own.items():
        ours, theirs = (statistics.median(pair[n] for pair in found) for n in (0, 1))
        ratio = statistics.median(mine / other for mine, other in found)
        print(f"  {label}: {theirs:.3f} s; svcctl {name}: {ours:.3f} s, 1/{1 / ratio:.1f} of it", flush=True)


def hledger(total: int, parent: str) -> None:
    """hledger's balance of as many transactions."""
    path = os.path.join(parent, "journal")
    with open(path, "w", encoding="utf-8") as file:
        for number in range(total):
            day = (END - timedelta(hours=number * 0.35)).date()
            file.write(f"{day} request {number}\n  income:sales  {number % 97} EUR\n  assets:bank\n\n")
    print(f"  hledger balance of {total:,}: {timed(['hledger', '-f', path, 'balance'], dict(os.environ)):.2f} s")


def todoman(total: int, parent: str) -> None:
    """todoman's first listing of so many tasks; later ones come from its cache."""
    place = os.path.join(parent, "todo", "sales")
    os.makedirs(place)
    for number in range(total):
        text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VTODO\nUID:{number}\nSUMMARY:request {number}\n"
        text += (
            f"DUE:{(END - timedelta(hours=number)):%Y%m%dT%H%M%S}\nDTSTAMP:20261101T000000Z\nEND:VTODO\nEND:VCALENDAR\n"
        )
        with open(os.path.join(place, f"{number}.ics"), "w", encoding="utf-8") as file:
            file.write(text)
    settings = os.path.join(parent, "todo.py")
    with open(settings, "w", encoding="utf-8") as file:
        file.write(f'path = "{parent}/todo/*"\ncache_path = "{parent}/todo.sqlite3"\n')
    command = ["todoman", "--config", settings, "list"]
    first, then = (timed(command, dict(os.environ)) for _ in range(2))
    print(f"  todoman list of {total:,}: first {first:.2f} s, then {then:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES)
    parser.add_argument("--reports", action="store_true")
    parser.add_argument("--peers", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as parent:
        first: dict[str, tuple[float, float]] = {}
        for total in sorted(chosen.sizes):
            folder = os.path.join(parent, str(total))
            make(folder, total, kind=Kind(0.05, SHIPPED))
            print(f"{total:,} requests", flush=True)
            cold(folder)
            for name, (own, ratio) in daily(folder).items():
                first.setdefault(name, (own, ratio))
                times = f"{ratio / first[name][1]:.2f} x that of the smallest desk"
                print(f"  {name:<16}{own * 1000:8.1f} ms {ratio:6.2f} x click   {times}", flush=True)
            if total > min(chosen.sizes):
                growth(os.path.join(parent, str(min(chosen.sizes))), folder)
            click = statistics.median(timed(REFERENCE, environment(folder)) for _ in range(PAIRS))
            for words in (["check"], ["list", "--overdue"]):
                own = printing(folder, words)
                print(f"  of {' '.join(words)}, drawing and printing: {own * 1000:.1f} ms = {own / click:.2f} x click")
            for words in (["check"], ["list", "--overdue"], ["show", targets(folder, "in_progress")[0][0]]):
                print(f"  memory of {words[0]}: {memory_of([program(), *words], folder):.0f} MB")
            if chosen.reports:
                reports(folder)
            if chosen.peers:
                peers(folder, total, parent)
            theirs, ours, ratio = floor(folder)
            print(f"  git add + git commit: {theirs * 1000:.1f} ms; handoff {ours * 1000:.1f} ms, {ratio:.2f} of it")


def peers(folder: str, total: int, parent: str) -> None:
    place = os.path.join(parent, f"peers-{total}")
    os.makedirs(place)
    if shutil.which("task"):
        taskwarrior(folder, place)
    if shutil.which("hledger"):
        hledger(total, place)
    if shutil.which("todoman"):
        todoman(min(total, 10_000), place)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stages"]:
        stages(sys.argv[2:])
    else:
        main()
