"""A small desk with something of everything in it, and what a stranger could do to it before sending it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.ids import day_folder, offer_path, record_path
from tests.conftest import Svc, git

OFFER, PLAIN, ERRAND, CLOSED = (f"R-20261123-{short}" for short in ("aaa111", "bbb222", "ccc333", "ddd444"))
CANARY = "canary-was-here"
SECRET = "top secret"
AT = "2026-11-23T09:00:00+03:00"

PRICES = """\
list: main
currency: RUB
vat: standard
items:
- {sku: A500C, name: Rebar A500C, unit: t, price: 58500}
- {sku: B500B, name: Rebar B500B, unit: t, price: 61000.50}
"""
ERRAND_FILE = """\
title: Check the extinguishers
to: kim
every: mon 09:00
due: +4h
by: ivanova
since: 2026-11-20T10:00:00+03:00
"""


def make(folder: Path, svc: Svc) -> None:
    """Fills a fresh desk: an offer with a life behind it, a request two clones fought for, an errand, a closed one."""
    svc.write("prices/main.yaml", PRICES)
    svc.write("errands/extinguishers.yaml", ERRAND_FILE)
    attachment = folder.parent / "drawing.txt"
    attachment.write_text("A500C 12 mm", encoding="utf-8")
    offer = svc.new(
        "Offer of rebar", "--type", "offer", "--client", "metallstroy", "--channel", "email", "--text", "20 t"
    )
    svc(f"take {offer}")
    svc(["message", offer, "in", "-m", "see the drawing", "--file", str(attachment)])
    svc(f"promise {offer} --at +2h -m call")
    svc(f"offer new {offer}", err=".*")
    svc(f"offer lines {offer} add A500C 20", err=".*")
    svc(f"done {offer} --field items=rebar --field amount=1200000")
    plain = svc.new("Plain one", "--client", "zoo", "--to", "logistics")
    svc(f"take {plain}", as_="sidorov")
    svc(f"handoff {plain} --to customs -m look", as_="sidorov")
    svc(f"link {plain} {offer}")
    errand = svc("errand Certificates --to kim --controller petrova --due +1d").id()
    closed = svc.new("Closed one", "--client", "zoo")
    svc(f"take {closed}")
    svc(f"worked {closed} 25m")
    svc(f"resolve {closed} -m shipped")
    svc(f"rate {closed} 9 -m fine")
    _renamed(svc, {offer: OFFER, plain: PLAIN, errand: ERRAND, closed: CLOSED})


def _renamed(svc: Svc, names: dict[str, str]) -> None:
    """Gives the requests ids that inputs can name, and one of them a deed that another clone overtook."""
    full = {svc.record_path(old).stem: new for old, new in names.items()}
    for path in sorted(svc.folder.rglob("*")):
        if path.is_file() and ".git" not in path.parts:
            text = path.read_text(encoding="utf-8")
            for old, new in full.items():
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")
    for path in sorted(svc.folder.rglob("R-*")):
        if ".git" not in path.parts:
            path.rename(path.with_name(full[path.stem] + path.suffix))
    record = svc.folder / record_path(CLOSED)
    event = {"id": "forkfork", "n": 1, "prev": "", "at": AT, "by": "kim", "do": "taken"}
    record.write_text(record.read_text(encoding="utf-8") + f"- {json.dumps(event)}\n", encoding="utf-8")
    svc.git("add", "-A")
    svc.git("commit", "-qm", "Ground")


class Ground:
    """A copy of that desk which an input may spoil; nothing but the desk's own cache may change in ``world``."""

    def __init__(self, world: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.folder = world, world / "desk"
        shutil.copytree(made, self.folder, symlinks=True)
        for name in ("cwd", "outside", "canary"):
            (world / name).mkdir()
        (world / "outside" / "secret.txt").write_text(f"name: {SECRET}\n", encoding="utf-8")
        self.monkeypatch = monkeypatch
        self.environment: dict[str, str] = {}

    # Files

    def path(self, name: str) -> Path:
        return self.folder / name

    def text(self, name: str) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        """Writes a file of the desk and commits it."""
        self.put(name, content)
        self.commit()

    def put(self, name: str, content: str | bytes) -> None:
        """Writes a file of the desk; not committed."""
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        self.path(name).write_bytes(data)

    def replace(self, name: str, old: str, new: str) -> None:
        """Changes a text in a file and commits it."""
        text = self.text(name)
        assert old in text, (name, old)
        self.write(name, text.replace(old, new, 1))

    def link(self, name: str, target: str) -> None:
        """Puts a symbolic link in the place of a file or folder and commits it."""
        place = self.path(name)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(target)
        self.commit()

    def commit(self, message: str = "spoil", **who: str) -> None:
        """Commits all, under whatever name."""
        self.git("add", "-A")
        environment = {**os.environ, **{f"GIT_{key.upper()}": value for key, value in who.items()}}
        ident = {
            "GIT_AUTHOR_NAME": "T",
            "GIT_AUTHOR_EMAIL": "t@x",
            "GIT_COMMITTER_NAME": "T",
            "GIT_COMMITTER_EMAIL": "t@x",
        }
        subprocess.run(
            ["git", "-C", self.folder, "commit", "-q", "--allow-empty", "--allow-empty-message", "-F", "-"],
            input=message.encode("utf-8", "surrogateescape"),
            check=True,
            env={**ident, **environment},
        )

    def git(self, *words: str) -> str:
        return git(self.folder, *words)

    def tree_of(self, *rows: tuple[str, str, bytes]) -> None:
        """Makes HEAD a commit whose root has these entries too (mode, object, name), whatever git thinks of them."""
        rows_now = self.git("ls-tree", "-z", "HEAD").split("\0")
        own = [row.split("\t") for row in rows_now if row]
        entries = [(f[0], f[2], name.encode()) for f, name in ((head.split(" "), name) for head, name in own)]
        raw = b"".join(
            mode.lstrip("0").encode() + b" " + name + b"\0" + bytes.fromhex(oid)
            for mode, oid, name in [*entries, *rows]
        )
        done = subprocess.run(
            ["git", "-C", self.folder, "hash-object", "-t", "tree", "-w", "--stdin", "--literally"],
            input=raw,
            capture_output=True,
            check=True,
        )
        made = self.git("commit-tree", "-m", "tree", "-p", "HEAD", done.stdout.decode().strip()).strip()
        self.git("update-ref", "HEAD", made)

    def blob(self, content: bytes) -> str:
        """Puts an object into the repository."""
        words = ["git", "-C", str(self.folder), "hash-object", "-w", "--stdin"]
        return subprocess.run(words, input=content, capture_output=True, check=True).stdout.decode().strip()

    def configure(self, text: str) -> None:
        """Adds lines to the repository's own configuration."""
        with open(self.folder / ".git" / "config", "a", encoding="utf-8") as file:
            file.write(text)

    # Records

    def header(self, request: str, lines: str, old: str = "") -> None:
        """Adds lines to a record's header, or puts them where ``old`` stands."""
        if old:
            self.replace(record_path(request), old, lines)
        else:
            self.replace(record_path(request), "events:\n", f"{lines}\nevents:\n")

    def event(self, request: str, *rows: dict[str, Any] | str) -> None:
        """Adds event lines to a record: whole lines, or mappings over an envelope that fits."""
        number = self.text(record_path(request)).count("\n- ")
        out = []
        for row in rows:
            number += 1
            own = {"id": f"x{number:07}", "n": number, "prev": "", "at": AT, "by": "ivanova", "do": "noted"}
            out.append(row if isinstance(row, str) else "- " + json.dumps({**own, **row}))
        self.write(record_path(request), self.text(record_path(request)) + "\n".join(out) + "\n")

    # Traps

    def program(self, name: str = "evil") -> str:
        """A program that leaves its mark where it is run."""
        place = self.folder / ".git" / name
        place.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.canary}"\ncat\n', encoding="utf-8")
        place.chmod(0o755)
        return str(place)

    @property
    def canary(self) -> Path:
        """The file that nothing may write."""
        return self.world / "canary" / CANARY

    @property
    def secret(self) -> Path:
        """A file beside the desk that nothing may show."""
        return self.world / "outside" / "secret.txt"

    def snapshot(self) -> dict[str, tuple[int, int, int]]:
        """What there is in the world, but for the desk's cache: mode, size and moment of change by path."""
        out = {}
        own = str(self.folder / ".git" / "svcctl")
        for place, folders, names in os.walk(self.world):
            for name in [*folders, *names]:
                path = os.path.join(place, name)
                if not path.startswith(own):
                    state = os.lstat(path)
                    out[path] = (state.st_mode, state.st_size if name in names else 0, state.st_mtime_ns)
        return out


OFFER_FILE = offer_path(OFFER, "r1")
OFFER_RECORD, PLAIN_RECORD, CLOSED_RECORD = record_path(OFFER), record_path(PLAIN), record_path(CLOSED)
FILES = f"files/{day_folder(OFFER)}/{OFFER}"
