"""docs/commands.md is what the commands say of themselves; each has help, an example that parses, a mention."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from svcctl.cli.program import program
from svcctl.cli.reference import PROGRAM, Entry, entries, examples, paragraphs, reference
from svcctl.cli.session import Session

ROOT = Path(__file__).parent.parent.parent
ENTRIES = list(entries())
COMMANDS = [entry for entry in ENTRIES if not isinstance(entry.command, click.Group)]


def name_of(entry: Entry) -> str:
    return entry.name


def test_the_reference_in_docs_is_the_programs_own() -> None:
    kept = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert kept == reference(), "the commands have changed: make reference"


def test_the_module_prints_the_reference() -> None:
    words = [sys.executable, "-m", "svcctl.cli.reference"]
    printed = subprocess.run(words, cwd=ROOT, capture_output=True, check=True, env={"LANG": "C.UTF-8"})
    assert printed.stdout.decode() == reference()


def test_groups_and_their_commands_are_all_there() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))
    assert {"take", "offer", "offer new", "regulation lint", "import eventlog"} <= set(names)
    assert names.index("offer") < names.index("offer new")


@pytest.mark.parametrize("entry", ENTRIES, ids=name_of)
def test_every_command_has_a_help_text(entry: Entry) -> None:
    first = paragraphs(entry.command)[0]
    assert first[0].isupper() and first[-1] in ".!:…", first


@pytest.mark.parametrize("entry", COMMANDS, ids=name_of)
def test_every_command_has_one_example_that_it_understands(entry: Entry) -> None:
    (line,) = examples(entry.command)
    words = shlex.split(line)
    path = entry.name.split()
    assert words[: len(path) + 1] == [PROGRAM, *path], line
    parent = click.Context(program, info_name=PROGRAM, obj=Session())
    entry.command.make_context(path[-1], words[len(path) + 1 :], parent=parent)


@pytest.mark.parametrize("entry", COMMANDS, ids=name_of)
def test_every_command_is_in_a_guide(entry: Entry) -> None:
    guides = [ROOT / "docs" / name for name in ("guide.md", "offers.md", "regulations.md", "deadlines.md")]
    told = "\n".join(guide.read_text(encoding="utf-8") for guide in guides if guide.exists())
    assert re.search(rf"\b{PROGRAM} (--\S+ \S+ )*{re.escape(entry.name)}\b", told), (
        f"say in docs/guide.md what “{PROGRAM} {entry.name}” is for"
    )
