"""The console blocks of README.md and docs/ are executed, and print what they say they print.

A block is run by a real shell, each ``$ `` line in turn, in a folder of its own that all blocks of a file share. Ids
are drawn anew at every run: a six-character id in a block stands for whatever id was drawn, but always for the same
one. A comment ``<!-- run: SVCCTL_NOW=… SVCCTL_PERSON=… -->`` before a block sets the clock and the person from there
on; ``<!-- not run -->`` leaves a block out, and has to say why after a colon. A page that needs the real help desk's
log says so: ``<!-- needs: Helpdesk.csv -->``; it is left out where that is not.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.test_real_log import LOG

ROOT = Path(__file__).parent.parent
FILES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"(?:<!-- (?P<how>[^>]*?) -->\n)?```console\n(?P<body>.*?)```", re.DOTALL)
_LETTERS = "[0-9a-hjkmnp-tv-z]"
_ID = (
    rf"(?<![\w.-])(?=[a-z]*\d)(?=\d*[a-z]){_LETTERS}{{6}}(?![\w-])"
    rf"|(?<=R-\d{{8}}-){_LETTERS}{{6}}|(?<=R-…){_LETTERS}{{6}}"
)
_HASH = r"(?<!\w)[0-9a-f]{7,40}(?!\w)"
_EVENT = r"(?<!\w)(?=\w*\d)[0-9a-z]{8}(?![\w-])"
_TOKEN = re.compile(rf"(?P<id>{_ID})|(?P<hash>{_HASH})|(?P<event>{_EVENT})")


class Step(NamedTuple):
    """A command of a block, the line it stands on, and the output that is expected."""

    line: int
    command: str
    expected: list[str]


def steps(body: str, first_line: int) -> Iterator[Step]:
    command, start, expected = "", 0, []
    for number, row in enumerate(body.splitlines(), first_line):
        if row.startswith("$ "):
            if command:
                yield Step(start, command, expected)
            command, start, expected = row[2:], number, []
        elif row.startswith("> ") and not expected:
            command += "\n" + row[2:]
        else:
            expected.append(row)
    if command:
        yield Step(start, command, expected)


class Shell:
    """Runs commands as a reader would, with svcctl on the PATH and a pinned world."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ids: dict[str, str] = {}
        program = folder / "bin" / "svcctl"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m svcctl "$@"\n')
        program.chmod(0o755)
        self.home = folder / "home"
        self.home.mkdir()
        self.environment = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.home),
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "GIT_PAGER": "cat",
            "COLUMNS": "100",
        }
        (self.home / ".gitconfig").write_text("[user]\n\tname = Anna Ivanova\n\temail = ivanova@example.com\n")

    def run(self, command: str) -> str:
        # `cd` lasts for the following commands, as at a reader's prompt.
        script = f"{self.real(command)}\ncode=$?\npwd > '{self.home}/pwd'\nexit $code"
        where = self.home / "pwd"
        cwd = where.read_text().strip() if where.exists() else str(self.folder)
        done = subprocess.run(
            ["bash", "-c", script], cwd=cwd, env=self.environment, capture_output=True, text=True, timeout=120
        )
        return done.stdout + done.stderr

    def real(self, text: str) -> str:
        """The text with the ids of the documents replaced by the ones that were drawn."""
        for written, drawn in self.ids.items():
            text = text.replace(written, drawn)
            if len(written) == 6:
                text = re.sub(rf"(?<![\w-]){written[:3]}(?![\w-])", drawn[:3], text)
        return text

    def matches(self, expected: str, actual: str) -> bool:
        """Whether a line is what was expected, ids taken as variables."""
        pattern, names, position = "", [], 0
        for found in _TOKEN.finditer(expected):
            pattern += re.escape(expected[position : found.start()])
            written = found.group()
            if found.lastgroup == "id" and written in self.ids:
                pattern += re.escape(self.ids[written])
            elif found.lastgroup == "id":
                pattern += "([0-9a-hjkmnp-tv-z]{6})"
                names.append(written)
            else:
                pattern += f"[0-9a-z]{{{len(written)}}}"
            position = found.end()
        pattern += re.escape(expected[position:])
        hit = re.fullmatch(pattern.replace(re.escape("[…]"), ".*"), actual)
        if hit:
            self.ids.update(zip(names, hit.groups(), strict=True))
        return hit is not None


def check(shell: Shell, step: Step, where: str) -> None:
    out = shell.run(step.command)
    actual = [line.rstrip() for line in out.rstrip("\n").splitlines()] if out.strip() else []
    expected = [line.rstrip() for line in step.expected]
    while expected and not expected[-1]:
        expected.pop()
    position = 0
    for number, line in enumerate(expected):
        if line == "[…]":
            rest = expected[number + 1 :]
            position = max(position, len(actual) - len(rest))
            continue
        assert position < len(actual), f"{where}: “{step.command}” printed less than\n{line}\n\nit printed:\n{out}"
        assert shell.matches(line, actual[position]), (
            f"{where}: “{step.command}”\nexpected: {line}\nprinted:  {actual[position]}\n\nin all:\n{out}"
        )
        position += 1
    assert position == len(actual), f"{where}: “{step.command}” printed more:\n" + "\n".join(actual[position:])


NEEDS_LOG = "<!-- needs: Helpdesk.csv -->"


def pages() -> Iterator[object]:
    for path in FILES:
        long = [pytest.mark.long] if NEEDS_LOG in path.read_text(encoding="utf-8") else []
        yield pytest.param(path, id=path.name, marks=long)


@pytest.mark.parametrize("path", [*pages()])
def test_console_blocks_print_what_they_say(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if NEEDS_LOG in text:
        if not LOG.is_file():
            pytest.skip("the real log is not here")
        (tmp_path / LOG.name).symlink_to(LOG)
    shell = Shell(tmp_path)
    for block in _BLOCK.finditer(text):
        how = block["how"] or ""
        if how.startswith("not run:"):
            continue
        if how.startswith("run:"):
            shell.environment.update(word.split("=", 1) for word in how[4:].split())
        line = text.count("\n", 0, block.start("body")) + 1
        for step in steps(block["body"], line):
            check(shell, step, f"{path.name}:{step.line}")


def test_the_readme_has_a_quick_start() -> None:
    blocks = [block["body"] for block in _BLOCK.finditer((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert sum(body.count("$ svcctl") for body in blocks) >= 10


def test_there_is_a_shell() -> None:
    assert shutil.which("bash")
