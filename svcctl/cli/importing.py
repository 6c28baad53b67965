"""Bringing in what other programs have written: event logs."""

from __future__ import annotations

from collections.abc import Callable

import click

from svcctl.cli.command import command, dry_run, group, json_flag
from svcctl.cli.progress import progress
from svcctl.cli.session import Session, problem_line
from svcctl.model.messages import Message
from svcctl.model.problems import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from svcctl.exchange.mapping import MapFile, Meaning
    from svcctl.imports import LogImport, Outcome
    from svcctl.model.team import Person
    from svcctl.reports.table import Table

import_ = group(
    "import",
    (("Kinds", {"eventlog": ("importing:eventlog", "A log of cases, activities, people and times: CSV or XES.")}),),
    help="Bring in what other programs have written.",
)
_MOST_PROBLEMS = 20


def _option(name: str, metavar: str, text: str) -> Callable[[Callable[..., object]], Callable[..., object]]:
    return click.option(f"--{name}", name.replace("-", "_"), default="", metavar=metavar, help=text)


@command("eventlog")
@click.argument("file", metavar="FILE")
@_option("case", "COLUMN", "The column of the case.")
@_option("activity", "COLUMN", "The column of the activity.")
@_option("resource", "COLUMN", "The column of who did it.")
@_option("time", "COLUMN", "The column of when it was done.")
@_option("title", "COLUMN", "The column of the title; the case's name, if not said.")
@_option("timezone", "ZONE", "The written times are wall time there, whatever offsets they have.")
@_option("time-format", "PATTERN", "How times are written, if not as in ISO 8601: %d/%m/%Y %H:%M …")
@_option("encoding", "NAME", "What a CSV file is encoded in; UTF-8, if not said.")
@_option("source", "NAME", "The log's name, by which it is known again; the file's, if not said.")
@_option("type", "T", "The type of the requests (request).")
@_option("department", "D", "The department of the requests and of new people (imported).")
@_option("regulation", "NAME", "The regulation that the requests are measured by (none).")
@_option("map", "FILE.yaml", "What activities mean, and any of the above, in a file.")
@click.option(
    "--map-activity", multiple=True, metavar="NAME=WORD", help='What an activity means: "Wait=waiting:supplier".'
)
@click.option("--strict", is_flag=True, help="Import nothing if a line cannot be read.")
@dry_run
@json_flag
def eventlog(
    session: Session, file: str, map: str, map_activity: tuple[str, ...], strict: bool, dry_run: bool, as_json: bool,
    **options: str,
) -> int:  # fmt: skip
    """Bring in an event log: its cases become requests, its activities events, its resources people.

    The same file again adds nothing; one that has grown adds what is new. WORD is one of opened, taken, assigned,
    released, handed_off, returned, waiting[:WHOM], resumed, stage:NAME, resolved, closed, cancelled, reopened,
    message_in, message_out, work, activity, noted. Lines that cannot be read are listed and left out; the exit code
    is 3 then.

    Example: svcctl import eventlog helpdesk.csv --timezone Europe/Rome --department support --dry-run
    """
    from svcctl.imports import LogImport, read_wishes

    person, now = session.person, session.now
    task = LogImport(session.desk, file, read_wishes(_wishes(options, map_activity), map))
    if strict:
        task.refuse_problems()
    outcome = _run(session, task, person, now, dry_run)
    _print(session, task, outcome, dry_run, as_json)
    return 3 if outcome.skipped else 0


def _wishes(options: dict[str, str], map_activity: tuple[str, ...]) -> MapFile:
    from svcctl.exchange.eventlog import Columns
    from svcctl.exchange.mapping import MapFile

    columns = Columns(*(options[name] for name in Columns._fields))
    activities = dict(_meaning(text) for text in map_activity)
    return MapFile(columns, activities, {}, *(options[name] for name in MapFile._fields[3:]))


def _meaning(text: str) -> tuple[str, Meaning]:
    from svcctl.exchange.mapping import parse_meaning

    activity, sign, word = text.rpartition("=")
    if not sign or not activity.strip():
        raise Usage(
            Message("“{text}” should be NAME=WORD", text=text),
            Message('write it like --map-activity "Wait=waiting:supplier"'),
            code="no-meaning",
        )
    return activity.strip(), parse_meaning(word)


def _run(session: Session, task: LogImport, person: Person, now: datetime, dry: bool) -> Outcome:
    """Imports; a bar on stderr shows how far it is, where a person looks at it."""
    with progress(session, Message("importing"), 2 * len(task.log.cases)) as done:
        return task.run(person, now, done, dry)


# What is printed


def _print(session: Session, task: LogImport, outcome: Outcome, dry: bool, as_json: bool) -> None:
    for warning in outcome.warnings:
        session.say(warning)
    _say_problems(session, outcome)
    if as_json:
        session.answer_json({"source": task.source, **outcome.as_json(), "dry_run": dry})
        return
    if dry:
        session.show(_table(task, outcome), "table", False, "")
    _say_unrecognised(session, task, outcome)
    session.answer(session.text(_summary(outcome, dry)))


def _say_problems(session: Session, outcome: Outcome) -> None:
    for problem in outcome.skipped[:_MOST_PROBLEMS]:
        session.say(problem_line(problem))
    more = len(outcome.skipped) - _MOST_PROBLEMS
    if more > 0:
        session.say(Message("… and {n} more; --json lists them all", n=more))


def _say_unrecognised(session: Session, task: LogImport, outcome: Outcome) -> None:
    from svcctl.imports import unrecognised

    names = [name for name in unrecognised(task) if name in outcome.activities]
    if names:
        session.say(Message("kept as notes, because their words say nothing more: {names}", names=", ".join(names)))
        session.say(Message('  if they mean more, say so: --map-activity "{name}=WORD"', name=names[0]))


def _table(task: LogImport, outcome: Outcome) -> Table:
    from svcctl.reports.table import Column, Table

    columns = (
        Column("activity", Message("activity")),
        Column("meaning", Message("means")),
        Column("count", Message("count"), "number"),
        Column("events", Message("becomes")),
    )
    rows = [
        (name, _word(task.meanings[name]), sum(counts.values()), _becomes(counts))
        for name, counts in outcome.activities.items()
    ]
    return Table(Message("What the activities become"), columns, rows, empty=Message("nothing new"))


def _word(meaning: Meaning) -> str:
    return f"{meaning.do}:{meaning.of}" if meaning.of else meaning.do


def _becomes(counts: dict[str, int]) -> str:
    return ", ".join(f"{do} {n:,}" for do, n in sorted(counts.items(), key=lambda item: -item[1]))


def _summary(outcome: Outcome, dry: bool) -> Message:
    parts = [
        Message.plural("{n} request", "{n} requests", outcome.requests),
        Message.plural("{n} event", "{n} events", outcome.events),
        Message.plural("{n} person", "{n} people", len(outcome.people)),
    ]
    if not outcome.events:
        what = Message.plural(
            "nothing new: its {n} request is here", "nothing new: all {n} requests are here", outcome.unchanged
        )
    elif dry:
        what = Message("would import {parts}", parts=_joined(parts))
    else:
        what = Message("imported {parts}", parts=_joined(parts))
    notes = []
    if outcome.grown:
        notes.append(Message.plural("{n} request had grown", "{n} requests had grown", outcome.grown))
    if outcome.skipped:
        notes.append(Message.plural("{n} line left out", "{n} lines left out", len(outcome.skipped)))
    return Message("{what} ({notes})", what=what, notes=_joined(notes)) if notes else what


def _joined(parts: list[Message]) -> Message:
    names = [f"part{number}" for number in range(len(parts))]
    pattern = ", ".join(f"{{{name}}}" for name in names)
    return Message(pattern, **dict(zip(names, parts, strict=True)))
