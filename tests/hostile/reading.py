"""Every command that reads, how it is run on a hostile desk, and what may never come of it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from html.parser import HTMLParser
from types import FrameType
from typing import NamedTuple

from svcctl.cli.main import run
from svcctl.cli.program import program
from svcctl.cli.session import Session
from svcctl.cli.verbs import SECTIONS
from svcctl.render.visible import visible
from tests.conftest import NOW
from tests.hostile.ground import CLOSED, ERRAND, OFFER, PLAIN, SECRET, Ground

SECONDS = 2.0
"""Processor time that a command may take, its git processes with it."""
_HANGS = 20
_MOST_TOLD = 4
_LISTING = ("plain", "csv", "json", "md", "html")

# Command to lines; the words after | are formats of which one is tried beside the first line, another for each input.
READING: dict[str, tuple[str, ...]] = {
    "status": ("status", "status --json"),
    "whoami": ("whoami",),
    "doctor": ("doctor", "doctor --json"),
    "errands": ("errands |",),
    "list": ("list --all |", "list --overdue --queue sales", "list --text rebar --json"),
    "mine": ("mine |",),
    "board": ("board --all |",),
    "agenda": ("agenda --all |",),
    "search": ("search rebar |",),
    "show": (f"show {OFFER} {PLAIN}", f"show {CLOSED} {ERRAND} --json", "show aaa111"),
    "log": (f"log {OFFER} |", f"log {PLAIN}"),
    "explain": (f"explain {OFFER} |", f"explain {CLOSED} pickup"),
    "check": ("check --exit-code", "check --json", "check --remind --escalate --dry-run"),
    "report digest": ("report digest |",),
    "report service": ("report service |",),
    "report flow": ("report flow |",),
    "report deadlines": ("report deadlines |",),
    "report decisions": ("report decisions |",),
    "report channels": ("report channels |",),
    "report nps": ("report nps |",),
    "report offers": ("report offers |",),
    "report clients": ("report clients |",),
    "report regulations": ("report regulations |",),
    "report workload": ("report workload |",),
    "report rework": ("report rework |",),
    "report payback": ("report payback --cost 120000 --rate 1500 --since 2026-10-01 |",),
    "report people": ("report people |",),
    "report process": ("report process |",),
    "offer show": (f"offer show {OFFER}", f"offer show {OFFER} --json"),
    "offer list": ("offer list |",),
    "offer lines": (f"offer lines {OFFER} list",),
    "offer refresh": (f"offer refresh {OFFER}",),
    "offer render": (f"offer render {OFFER} -o - --format html|md text",),
    "offer diff": (f"offer diff {OFFER} r1 r1",),
    "regulation list": ("regulation list |",),
    "regulation show": ("regulation show commercial-offer", "regulation show commercial-offer --json"),
    "regulation map": ("regulation map |csv md html svg json",),
    "regulation lint": ("regulation lint", "regulation lint --json"),
    "regulation test": ("regulation test",),
    "regulation diff": ("regulation diff commercial-offer 1 1",),
    "regulation simulate": ("regulation simulate commercial-offer --period 2026-11 |plain md html json",),
    "regulation read": ("regulation read |",),
    "calendar show": ("calendar show", "calendar show --json"),
    "calendar month": ("calendar month office 2026-11",),
    "calendar add": ("calendar add 2026-11-23T10:00 3d",),
    "calendar between": ("calendar between 2026-11-01T10:00 2026-11-23T11:00",),
    "client list": ("client list |",),
    "client show": ("client show zoo",),
    "client export": ("client export metallstroy",),
    "team list": ("team list |",),
    "export ics": ("export ics --all",),
    "export csv": ("export csv",),
    "export ndjson": ("export ndjson",),
    "export xes": ("export xes",),
    "conflicts": ("conflicts |",),
    "verify": ("verify", "verify --json"),
    "fsck": ("fsck", "fsck --json"),
    "completion": ("completion bash",),
}
# Those that change something, talk with another machine, or read a file that is named to them.
OTHERS = frozenset(
    (
        "archive",
        "init",
        "demo",
        "new",
        "errand",
        "note",
        "message",
        "promise",
        "kept",
        "broken",
        "rate",
        "take",
        "release",
        "assign",
        "handoff",
        "accept",
        "return",
        "recall",
        "done",
        "decide",
        "wait",
        "resume",
        "worked",
        "set",
        "resolve",
        "reopen",
        "cancel",
        "link",
        "undo",
        "merge",
        "sync",
        "offer/new",
        "offer/edit",
        "offer/revise",
        "offer/submit",
        "offer/approve",
        "offer/reject",
        "offer/send",
        "offer/accepted",
        "offer/declined",
        "regulation/adopt",
        "regulation/ack",
        "calendar/import",
        "client/add",
        "client/erase",
        "team/add",
        "team/department",
        "import/eventlog",
        "report/site",
        "server/init",
        "hook/pre-receive",
    )
)


def commands() -> Iterator[str]:
    """Every command of the program, those of groups with a slash."""
    for _, rows in SECTIONS:
        for name in rows:
            found = program.get_command(None, name)  # type: ignore[arg-type]
            inner = getattr(found, "table", None)
            yield from (f"{name}/{one}" for one in inner) if inner else (name,)


def lines(seed: int, more: bool = False) -> Iterator[str]:
    """The command lines that an input is tried with: one of each command, another one and format for each ``seed``.

    Args:
        more: every line of each command, those that list in the table's format and in another.
    """
    for number, rows in enumerate(READING.values()):
        ways = [way for row in rows for way in _ways(row)]
        if more:
            yield from dict.fromkeys([row.partition("|")[0].strip() for row in rows])
        if not more or len(ways) > len(rows):
            yield ways[(seed + number) % len(ways)]


def _ways(row: str) -> list[str]:
    line, mark, forms = row.partition("|")
    bare = line.replace(" --format html", "").strip()
    return [line.strip(), *(f"{bare} --format {form}" for form in (forms.split() or _LISTING) if mark)]


class Ran(NamedTuple):
    """What one command line did, and the processor seconds it and its children took."""

    code: int
    out: str
    err: str
    seconds: float


class Hung(BaseException):
    """A command that did not come back; no handler of the program's may catch it."""


def _alarm(signum: int, frame: FrameType | None) -> None:
    raise Hung


def ran(ground: Ground, words: Sequence[str], now: str = NOW, feed: str = "") -> Ran:
    """Runs svcctl in this process, with the ground as its desk and a folder beside it as the current one."""
    out, complaint = io.StringIO(), io.StringIO()
    signal.signal(signal.SIGALRM, _alarm)
    with ground.monkeypatch.context() as patch:
        patch.chdir(ground.world / "cwd")
        settings = {"SVCCTL_DESK": str(ground.folder), "SVCCTL_NOW": now, "SVCCTL_PERSON": "ivanova"}
        for name, value in {**settings, **ground.environment}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", complaint)
        patch.setattr(sys, "stdin", io.StringIO(feed))
        before = _spent()
        signal.alarm(_HANGS)
        try:
            code = run(Session(), list(words))
        finally:
            signal.alarm(0)
    return Ran(code, out.getvalue(), complaint.getvalue(), _spent() - before)


def _spent() -> float:
    spent = os.times()
    return spent.user + spent.children_user


def read_all(ground: Ground, rows: Iterable[str], now: str = NOW) -> int:
    """Runs command lines and checks each, and that the world is as it was; returns how many were run."""
    before = ground.snapshot()
    count, wrong = 0, []
    for line in rows:
        words = shlex.split(line)
        try:
            check(words, ran(ground, words, now))
        except (AssertionError, Hung) as error:
            wrong.append(f"{line}: {error}")
        count += 1
        if len(wrong) == _MOST_TOLD:
            break
    wrong += [f"changed: {path}" for path in _differences(before, ground.snapshot())]
    assert not wrong, f"{len(wrong)} of {count}\n" + "\n".join(wrong)
    return count


def _differences(before: dict[str, tuple[int, int, int]], after: dict[str, tuple[int, int, int]]) -> list[str]:
    return [path for path in {**before, **after} if before.get(path) != after.get(path)]


# What may never come of it


def check(words: Sequence[str], done: Ran) -> None:
    """No bug, in time, nothing raw on a terminal, nothing that a browser or spreadsheet would run."""
    told = f"svcctl {' '.join(words)[:300]}: exit {done.code}\n{done.out[-1500:]}\n{done.err[-3000:]}"
    assert done.code in (0, 1, 2, 3, 4, 5), told
    assert "Traceback" not in done.err and "bug in svcctl" not in done.err, told
    assert done.seconds < SECONDS, f"{done.seconds:.1f} s: {told[:2000]}"
    form = words[list(words).index("--format") + 1] if "--format" in words else ""
    assert visible(done.err, keep="\n") == done.err, told
    assert SECRET not in done.out + done.err, told
    if form == "html" or form == "svg":
        _check_page(done.out, told)
    elif words[:2] != ["export", "ics"]:
        assert visible(done.out, keep="\n\t") == done.out, told
    if (form == "json" or "--json" in words or words[:2] == ["client", "export"]) and done.out:
        json.loads(done.out)
    if form == "csv":
        _check_cells(done.out, told)
    if form == "md" and "render" not in words:
        assert not re.search(r"(?<!\\)<(script|img|svg|iframe)|(?<!\\)\]\((?i:javascript|data):", done.out), told
    if words[:2] == ["export", "ics"]:
        _check_feed(done.out, told)


def _check_cells(text: str, told: str) -> None:
    # The limit is one for the whole process: whoever sets it sets it back.
    before = csv.field_size_limit(len(text) + 1)
    rows = list(csv.reader(io.StringIO(text)))
    csv.field_size_limit(before)
    for row in rows:
        for cell in row:
            number = re.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?%?", cell, re.ASCII)
            assert not cell.startswith(tuple("=+-@\t\r＝＋－＠")) or number, (cell, told)


def _check_feed(text: str, told: str) -> None:
    """RFC 5545: no line was begun by what somebody typed."""
    assert text.count("BEGIN:VEVENT") == len(re.findall(r"(?m)^UID:", text)), told
    for line in filter(None, re.split(r"\r\n(?![ \t])", text)):
        assert re.match(r"[A-Z-]+[:;]", line), (line, told)
        assert visible(re.sub(r"\r\n[ \t]", "", line)).replace("\\\\", "") == re.sub(r"\r\n[ \t]", "", line).replace(
            "\\\\", ""
        ), told
    assert not re.search(r"(?m)^(BEGIN:VALARM|ATTACH)", text), told


def _check_page(text: str, told: str) -> None:
    parser = _Page()
    parser.feed(text)
    parser.close()
    assert not parser.found, (parser.found, told[:300])
    assert visible(text, keep="\n\t") == text, told


_FETCHING = ("src", "srcset", "xlink:href", "action", "background")


class _Page(HTMLParser):
    """Looks for what a browser would run or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "iframe", "object", "embed", "base", "foreignobject"):
            self.found.append(tag)
        for name, value in attrs:
            text = (value or "").strip().casefold()
            runs = text.startswith(("javascript:", "vbscript:", "data:text"))
            fetches = (name in _FETCHING or (tag, name) == ("link", "href")) and not text.startswith(
                ("data:image/", "data:,", "#")
            )
            if name.startswith("on") or runs or fetches:
                self.found.append(f"{tag} {name}={value}")
