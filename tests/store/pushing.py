"""Clones whose people also use plain git, as themselves; and commits that svcctl would never make."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.ids import record_path
from tests.conftest import TEAM, Svc, git

PRICES = "currency: RUB\nitems:\n- {sku: A-12, name: Rebar, unit: t, price: 61500}\n"
SELLER = "seller:\n  name: Steel\n  inn: '7707083893'\n  address: Moskva\n  phone: '+7 495 000-00-00'\n"
DISMISSED = "  gone: {name: Gone, email: gone@example.com, department: sales, left: yes}\n"
LOG = "case,activity,resource,time\nC-1,Insert ticket,Anna Nowa,2026-01-05 09:00:00\n"


def git_as(folder: Path, handle: str, *arguments: str, committer: str = "", feed: str | None = None) -> str:
    """Plain git by somebody of the team; ``handle`` may be a whole address."""
    address, other = (name if "@" in name else f"{name}@example.com" for name in (handle, committer or handle))
    who = {"GIT_AUTHOR_NAME": handle, "GIT_AUTHOR_EMAIL": address, "GIT_COMMITTER_NAME": handle}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        input=feed,
        check=True,
        env={**os.environ, **who, "GIT_COMMITTER_EMAIL": other},
    )
    return done.stdout


@dataclass
class Clone(Svc):
    """A clone whose hand edits are committed by its own person."""

    def git(self, *arguments: str) -> str:
        return git_as(self.folder, self.person, *arguments)


class Stage:
    """A desk with something to forge, and the repository it is shared through."""

    def __init__(self, folder: Path, ids: dict[str, str]) -> None:
        self.folder, self.ids = folder, ids

    @property
    def desk(self) -> Path:
        """The clone that a push comes from."""
        return self.folder / "desk"

    @property
    def hub(self) -> Path:
        """The shared repository."""
        return self.folder / "hub.git"

    def copy(self, folder: Path) -> Stage:
        """The same, to be spoilt."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return Stage(folder, self.ids)

    def git(self, *arguments: str, by: str = "ivanova", committer: str = "", feed: str | None = None) -> str:
        return git_as(self.desk, by, *arguments, committer=committer, feed=feed).strip("\n")

    # Files

    def path(self, name: str) -> str:
        """A request's record, by the name it has in ``ids``."""
        return record_path(self.ids[name])

    def read(self, path: str) -> str:
        return (self.desk / path).read_text(encoding="utf-8")

    def write(self, path: str, text: str | bytes) -> None:
        place = self.desk / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text, text
        self.write(path, text.replace(old, new, 1))

    def commit(self, by: str = "ivanova", committer: str = "") -> None:
        self.git("add", "-A", by=by)
        self.git("commit", "-qm", "forged", by=by, committer=committer)

    # Events

    def events(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(row[2:]) for row in self.read(self.path(name)).splitlines() if row.startswith("- ")]

    def event(self, name: str, do: str, by: str = "ivanova", **fields: Any) -> None:
        """Adds an event that is in turn, whatever it says."""
        events = self.events(name)
        number = max((event["n"] for event in events), default=0)
        prev = events[-1]["id"] if events else ""
        made = {"id": f"zz{number:06}", "n": number + 1, "prev": prev, "at": "2026-11-23T12:00:00+03:00", "by": by}
        self.append(name, {**made, "do": do, **fields})

    def append(self, name: str, event: dict[str, Any]) -> None:
        path = self.path(name)
        self.write(path, self.read(path) + f"- {json.dumps(event, ensure_ascii=False)}\n")

    # Pushing

    def push(self, *what: str) -> subprocess.CompletedProcess[str]:
        """A real push, through the installed hook."""
        words = ["git", "-C", str(self.desk), "push", "-q", "origin", *(what or ("HEAD:main",))]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    def tips(self) -> str:
        """Everything that the shared repository has."""
        return git(self.hub, "for-each-ref")


def play(svc: Svc, ids: dict[str, str], line: str) -> None:
    """Runs ``name: person command`` or ``person command``; the name is that of the request it opens."""
    found = re.match(r"(?:(\w+): )?(\w+) (.*)", line)
    assert found is not None
    name, person, words = found.groups()
    done = svc(words.format(**ids), as_=person, err=".*")
    if name:
        ids[name] = svc.json(f"show {done.id()}")["id"]


SETUP = """\
own: ivanova new Own --client zoo
ivanova take {own}
ivanova note {own} -m "the first note"
theirs: sidorov new Theirs
sidorov take {theirs}
handed: ivanova new Handed
ivanova take {handed}
ivanova handoff {handed} --to logistics -m "yours"
closed: ivanova new Closed
ivanova take {closed}
ivanova resolve {closed} -m done
staged: ivanova new Rebar --type offer --client metallstroy
ivanova take {staged}
complaint: ivanova new Broken --type complaint --client zoo
offered: ivanova new Offer --type offer --client metallstroy
ivanova take {offered}
ivanova offer new {offered} --line "A-12;20" --valid 14d
ivanova offer submit {offered}
attached: ivanova new Attached
ivanova message {attached} in --channel email -m "the drawing" --file {drawing}
petrova regulation ack callback
petrova errand "Count the stock" --to logistics --controller petrova --every "mon 09:00" --due "fri 12:00" --name stock
"""


def prepare(made_desk: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A desk with a history, in a shared repository that verifies."""
    folder.mkdir()
    desk = folder / "desk"
    shutil.copytree(made_desk, desk, symlinks=True)
    svc = Svc(desk, monkeypatch)
    svc.write("team.yaml", TEAM + DISMISSED)
    svc.write("prices/metal.yaml", PRICES)
    svc.write("desk.yaml", (desk / "desk.yaml").read_text() + SELLER)
    drawing = folder / "drawing.txt"
    drawing.write_text("a drawing\n")
    ids = {"drawing": str(drawing)}
    for line in SETUP.splitlines():
        play(svc, ids, line)
    svc(f"server init {folder / 'hub.git'}")
    svc.git("remote", "add", "origin", "../hub.git")
    svc.git("push", "-q", "origin", "main")
    svc.git("tag", "before")
    return Stage(folder, ids)


Forgery = Callable[[Stage], tuple[str, ...] | None]
