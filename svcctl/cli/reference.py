"""The command reference, made of the commands themselves: ``python -m svcctl.cli.reference`` prints it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from svcctl.cli.command import GLOBAL_OPTIONS, LazyGroup
from svcctl.cli.program import program
from svcctl.model.namedtuples import NamedTuple

PROGRAM = "svcctl"
EXAMPLE = "Example: "
_HEAD = """\
# Commands

Made by `make reference` from the program itself; `svcctl COMMAND --help` prints the same.

ID is any unambiguous part of 3 or more characters of a request's id; where `ID...` stands, `-` reads ids from standard
input. WHEN is a moment as people write it: `2026-11-25 15:00`, `25.11 15:00`, `tomorrow 15:00`, `завтра 15:00`,
`jutro 15:00`, `fri 12:00`, `+4h` (working time), `+3d` (working days). `svcctl --version` prints the version.
"""


class Entry(NamedTuple):
    """A command: its words without the program's name, the heading it stands under, the command and its context."""

    name: str
    section: str
    command: click.Command
    context: click.Context


def entries(group: click.Command = program, parent: click.Context | None = None) -> Iterator[Entry]:
    """Every command and sub-command, in the order of the help; a group stands before its commands."""
    context = parent or click.Context(program, info_name=PROGRAM)
    if not isinstance(group, LazyGroup):
        return
    for section, rows in group.sections:
        for word in rows:
            command = group.get_command(context, word)
            assert command is not None, word
            own = click.Context(command, info_name=word, parent=context)
            yield Entry(own.command_path.removeprefix(f"{PROGRAM} "), section, command, own)
            yield from entries(command, own)


def paragraphs(command: click.Command) -> list[str]:
    """The help text's paragraphs, each on one line."""
    return [" ".join(part.split()) for part in (command.help or "").split("\n\n") if part.strip()]


def examples(command: click.Command) -> list[str]:
    """The command lines that the help text gives as examples."""
    return [text.removeprefix(EXAMPLE) for text in paragraphs(command) if text.startswith(EXAMPLE)]


def reference() -> str:
    """The whole reference as Markdown."""
    parts = [_HEAD, "## Options of every command\n", _options(GLOBAL_OPTIONS, click.Context(program))]
    section = ""
    for entry in entries():
        nested = " " in entry.name
        if not nested and entry.section != section:
            section = entry.section
            parts.append(f"## {section}\n")
        parts.append(_described(entry, "####" if nested else "###"))
    return "\n".join(parts)


def _described(entry: Entry, mark: str) -> str:
    texts = [text for text in paragraphs(entry.command) if not text.startswith(EXAMPLE)]
    rows = [f"{mark} {PROGRAM} {entry.name}\n", *(f"{text}\n" for text in texts)]
    if not isinstance(entry.command, click.Group):
        rows.append(_code([_usage(entry)]))
        rows.append(_options(entry.command.params, entry.context))
        rows.append(_code([f"$ {line}" for line in examples(entry.command)]))
    return "\n".join(row for row in rows if row)


def _usage(entry: Entry) -> str:
    pieces = entry.command.collect_usage_pieces(entry.context)
    return " ".join([PROGRAM, entry.name, *pieces])


def _options(params: list[click.Parameter], context: click.Context) -> str:
    options = [param for param in params if isinstance(param, click.Option)]
    records = [record for option in options if (record := option.get_help_record(context))]
    return "".join(_row(names, text) for names, text in records)


def _row(names: str, text: str) -> str:
    words = " ".join(text.replace("[required]", "(required)").split())
    return f"- `{names}`: {words}\n" if words else f"- `{names}`\n"


def _code(lines: list[str]) -> str:
    return "\n".join(["```", *lines, "```", ""])


if __name__ == "__main__":
    sys.stdout.write(reference())
