"""demo: a desk with a team, and the main job walked through in it, each command before its output."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import sys
from collections.abc import Iterator

import click

from svcctl.cli.command import command
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.store.shipped import shipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.fastimport import FileChange
    from svcctl.store.founding import Founder

NAME = "svcctl demo"
_BEGIN = "2026-11-23T09:00:00+03:00"
_FILES = (
    "team.yaml",
    "channels.yaml",
    "clients/metallstroy.yaml",
    "clients/budowa.yaml",
    "clients/harbour.yaml",
    "prices/metal.yaml",
    "templates/logo.svg",
)


class Line(NamedTuple):
    """A line of the walk: its mark (``##``, ``@``, ``$``, ``$?`` or ``$pdf``) and what stands behind it."""

    mark: str
    text: str


@command("demo")
@click.argument("folder", default="demo-desk", metavar="[DIR]")
@click.option("--fresh", is_flag=True, help="Replace an earlier demo desk of that name.")
def demo(session: Session, folder: str, fresh: bool) -> int:
    """Make a demo desk and walk the main job in it, from a client's call to the month's report.

    Example: svcctl demo
    """
    root = os.path.abspath(folder)
    files = _desk_files()
    if fresh and _is_demo(root, files):
        shutil.rmtree(root)
    _found(root, files)
    failed = Walk(root).run(_lines())
    session.answer("")
    shown = os.path.relpath(root)
    session.answer(session.text(Message("The desk is in {folder}. Its diary: git -C {folder} log -p", folder=shown)))
    made = sorted(name for name in os.listdir(root) if name.startswith("offer") and "." in name)
    names = " ".join(os.path.join(shown, name) for name in made)
    session.answer(session.text(Message("The offers for the clients: {files}", files=names)))
    return 70 if failed else 0


def _is_demo(root: str, files: list[FileChange]) -> bool:
    """Whether a folder has an earlier demo, or what is left of one that was killed at its beginning."""
    from svcctl.store.founding import is_begun

    if is_begun(root, files):
        return True
    try:
        with open(os.path.join(root, "desk.yaml"), encoding="utf-8") as file:
            return f"name: {NAME}\n" in file.read()
    except OSError:
        return False


def _desk_files() -> list[FileChange]:
    """The demo's desk: a Russian one with a team, clients and a seller."""
    from svcctl.store.fastimport import FileChange
    from svcctl.store.founding import country, desk_files

    files = {change.path: change for change in desk_files(NAME, country("RU"), _founder())}
    for path in _FILES:
        files[path] = FileChange(path, _shipped(path.removeprefix("templates/")))
    settings = files["desk.yaml"].content or b""
    files["desk.yaml"] = FileChange("desk.yaml", settings + _shipped("seller.yaml"))
    return list(files.values())


def _founder() -> Founder:
    from svcctl.store.founding import Founder

    return Founder("petrova", "Ольга Петрова", "petrova@example.com")


def _found(root: str, files: list[FileChange]) -> None:
    from svcctl.model.instants import parse_instant
    from svcctl.store.founding import found, founder_author

    if os.path.isdir(root) and os.listdir(root):
        raise Refused(
            Message("{folder} is not empty", folder=root),
            Message("svcctl demo OTHER-FOLDER, or --fresh to replace an earlier demo desk"),
            code="not-empty",
        )
    author = founder_author(_founder(), parse_instant(_BEGIN))
    found(root, files, author, "The demo's desk, team and clients\n")


def _shipped(name: str) -> bytes:
    with open(os.path.join(shipped("templates"), "demo", name), "rb") as file:
        return file.read()


def _lines() -> Iterator[Line]:
    for row in _shipped("walk.txt").decode("utf-8").splitlines():
        mark, _, text = row.partition(" ")
        if mark in ("##", "@", "$", "$?", "$pdf"):
            yield Line(mark, text)


class Walk:
    """Runs the lines of a walk in a desk."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.now = self.person = ""
        self.ids: dict[str, str] = {}

    def run(self, lines: Iterator[Line]) -> int:
        """Prints and runs every line; returns how many commands ended otherwise than expected."""
        failed = 0
        for line in lines:
            if line.mark == "##":
                _print(f"\n# {line.text}")
            elif line.mark == "@":
                self.now, self.person = line.text.split()
                _print(f"# {self.now.replace('T', ' ')}, {self.person}")
            elif line.mark != "$pdf" or _can_print():
                failed += self._command(line.text, refused=line.mark == "$?")
        return failed

    def _command(self, text: str, refused: bool) -> int:
        text, _, name = text.partition(" -> ")
        for known, drawn in self.ids.items():
            text = text.replace("{" + known + "}", drawn)
        _print(f"$ {text}")
        words = shlex.split(text)
        code, out = self._git(words[1:]) if words[0] == "git" else self._svcctl(words[1:])
        _print(out.rstrip("\n"))
        if name:
            self.ids[name] = out.split()[0]
        return int((code != 0) != refused)

    def _svcctl(self, words: list[str]) -> tuple[int, str]:
        from svcctl.cli.main import run

        session = Session()
        session.options.update(directory=self.root, now=self.now, person=self.person)
        out, before = io.StringIO(), (sys.stdout, sys.stderr, os.getcwd())
        sys.stdout = sys.stderr = out
        os.chdir(self.root)
        try:
            return run(session, words), out.getvalue()
        finally:
            sys.stdout, sys.stderr = before[:2]
            os.chdir(before[2])

    def _git(self, words: list[str]) -> tuple[int, str]:
        from svcctl.store.git import Git

        return 0, Git(self.root).run(*words).decode("utf-8", "replace")


def _can_print() -> bool:
    """Whether PDF can be made here; the demo shows the rest without it."""
    from importlib.util import find_spec

    return find_spec("typst") is not None


def _print(text: str) -> None:
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
