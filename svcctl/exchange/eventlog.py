"""Event logs of other programs: which case, which activity, who, when.

A log is read from CSV with named columns (``svcctl.exchange.csvlog``) or from XES (IEEE 1849-2023,
https://www.xes-standard.org; ``svcctl.exchange.xes``). Both come to rows of names and values; attributes of a case
have names that begin with ``case:``, as the tools of process mining write them. Nothing of a row is dropped: what has
no column of its own is kept under its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem, Usage
from svcctl.model.schema import did_you_mean

CASE = "case:"
LIFECYCLE = "lifecycle:transition"
_TIME_EXAMPLE = "2026-11-21 15:04:05+03:00"


class Columns(NamedTuple):
    """The names of a log's columns; an empty one is looked for among the usual names."""

    case: str = ""
    activity: str = ""
    resource: str = ""
    time: str = ""


class Row(NamedTuple):
    """One line of a log as it stands there: its line number and its values by column; blank ones are left out."""

    line: int
    values: dict[str, str]


class Rows(NamedTuple):
    """A file as read: the columns in their order, the rows, and the lines that could not be read."""

    names: Sequence[str]
    rows: Sequence[Row]
    problems: list[Problem]


class LogEvent(NamedTuple):
    """One event of a log; ``wall`` is its time as written, without an offset; ``more`` has the other columns."""

    case: str
    activity: str
    resource: str
    at: datetime
    wall: str
    more: dict[str, str]
    line: int


class Case(NamedTuple):
    """What happened to one matter, in the order of time; equal times keep the order of the file."""

    name: str
    attributes: dict[str, str]
    events: Sequence[LogEvent]


class Log(NamedTuple):
    """A log as read: its cases in the order in which they began, and what could not be read."""

    cases: Sequence[Case]
    problems: Sequence[Problem]
    columns: Columns

    @property
    def size(self) -> int:
        """How many events it has."""
        return sum(len(case.events) for case in self.cases)


class Reading(NamedTuple):
    """How to read a log.

    ``wall`` is the zone in which the written times are wall time, whatever offset stands behind them; without it
    offsets count and times without one are taken in ``zone``. ``time_format`` is a pattern of ``strptime``.
    """

    zone: tzinfo
    wall: tzinfo | None = None
    columns: Columns = Columns()
    time_format: str = ""
    encoding: str = ""


def read_log(path: str, reading: Reading) -> Log:
    """Reads a CSV or XES file; what a file is, is told by its first character.

    Raises:
        Usage: there is no such file, or it has no column for the case, the activity or the time.
        BrokenFiles: the file as a whole cannot be read.
    """
    content = _content(path)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        from svcctl.exchange.xes import xes_rows

        rows = xes_rows(content, path)
    else:
        from svcctl.exchange.csvlog import csv_rows

        rows = csv_rows(content, path, reading.encoding)
    return understood(rows, path, reading)


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise Usage(
            Message("cannot read {path}: {why}", path=path, why=error.strerror or error),
            Message("give the name of a CSV or XES file"),
            code="no-file",
        ) from None
    if content[:2] in (b"\x1f\x8b", b"PK"):
        raise BrokenFiles(
            [broken(path, 0, "packed", Message("{path} is packed", path=path), Message("unpack it first"))]
        )
    return content


def broken(path: str, line: int, code: str, message: Message, remedy: Message | None = None) -> Problem:
    """A problem of a line of a log."""
    return Problem(Place(path, line, 1 if line else 0), code, message, remedy)


def understood(rows: Rows, path: str, reading: Reading) -> Log:
    """Rows as cases of events.

    Raises:
        Usage: there is no column for the case, the activity or the time.
    """
    columns = find_columns(rows.names, reading.columns, path)
    problems = list(rows.problems)
    repeated = _repeated(rows, columns)
    events = list(_events(rows.rows, columns, repeated, path, reading, problems))
    problems.sort(key=lambda problem: problem.place.line)
    return Log(_cases(events), problems, columns)


# Columns

_USUAL: dict[str, tuple[str, ...]] = {
    "case": (
        "case:concept:name",
        "case id",
        "caseid",
        "case",
        "case number",
        "ticket id",
        "ticket",
        "ticket number",
        "request id",
        "request",
        "incident id",
        "incident",
        "sr number",
        "обращение",
        "заявка",
        "zgłoszenie",
    ),
    "activity": ("concept:name", "activity", "activity name", "event", "action", "task", "действие", "czynność"),
    "resource": (
        "org:resource",
        "resource",
        "performed by",
        "person",
        "user",
        "agent",
        "employee",
        "assignee",
        "исполнитель",
        "сотрудник",
        "osoba",
    ),
    "time": (
        "time:timestamp",
        "timestamp",
        "complete timestamp",
        "completed",
        "end time",
        "event time",
        "datetime",
        "date time",
        "time",
        "date",
        "время",
        "дата",
        "czas",
        "data",
    ),
}
_OPTIONAL = ("resource",)


def find_columns(names: Sequence[str], wanted: Columns, path: str) -> Columns:
    """The names of the columns that are needed, as they stand in the log; an absent resource stays empty.

    Raises:
        Usage: a column that was asked for, or that is needed, is not there.
    """
    plain = {_plain(name): name for name in reversed(names)}
    return Columns(*(_column(kind, getattr(wanted, kind), names, plain, path) for kind in Columns._fields))


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _column(kind: str, wanted: str, names: Sequence[str], plain: Mapping[str, str], path: str) -> str:
    if wanted:
        if wanted in names or _plain(wanted) in plain:
            return wanted if wanted in names else plain[_plain(wanted)]
        raise Usage(
            Message("{path} has no column “{name}”", path=path, name=wanted),
            did_you_mean(wanted, names),
            code="no-column",
        )
    found = next((plain[name] for name in _USUAL[kind] if name in plain), "")
    if found or kind in _OPTIONAL:
        return found
    raise Usage(
        Message(
            "{path} has no column that looks like the {kind}; its columns: {names}",
            path=path,
            kind=kind,
            names=", ".join(names) or "-",
        ),
        Message("say which it is: --{kind} COLUMN", kind=kind),
        code="no-column",
    )


def _repeated(rows: Rows, columns: Columns) -> frozenset[str]:
    """The columns that say in every row what a column in use says already, and those in use themselves."""
    own = [name for name in columns if name]
    twins = {name for name in rows.names if name not in own and any(_same(rows.rows, name, used) for used in own)}
    return frozenset([*own, *twins])


def _same(rows: Sequence[Row], name: str, used: str) -> bool:
    return bool(rows) and all(row.values.get(name, "") == row.values.get(used, "") for row in rows)


# Events


def _events(
    rows: Iterable[Row],
    columns: Columns,
    repeated: frozenset[str],
    path: str,
    reading: Reading,
    problems: list[Problem],
) -> Iterator[LogEvent]:
    for line, values in rows:
        case, activity = values.get(columns.case, "").strip(), values.get(columns.activity, "").strip()
        text = values.get(columns.time, "").strip()
        instant = read_time(text, reading) if text else None
        if case and activity and instant is not None:
            at, exact = instant
            more = {name: value for name, value in values.items() if name not in repeated}
            if not exact:
                more[columns.time] = text
            wall = at.replace(tzinfo=None).isoformat()
            resource = values.get(columns.resource, "").strip()
            yield LogEvent(case, activity, resource, at, wall, more, line)
        else:
            problems.append(_lacking(path, line, columns, case, activity, text))


def _lacking(path: str, line: int, columns: Columns, case: str, activity: str, text: str) -> Problem:
    empty = columns.case if not case else columns.activity if not activity else columns.time if not text else ""
    if empty:
        return broken(path, line, "empty", Message("“{name}” is empty", name=empty), Message("fill it in"))
    return broken(
        path,
        line,
        "time",
        Message("“{text}” is not a time", text=text),
        Message("write it like {example}, or say how it is written: --time-format PATTERN", example=_TIME_EXAMPLE),
    )


def read_time(text: str, reading: Reading) -> tuple[datetime, bool] | None:
    """A written time to the second, and whether that is all it says; None where it is no time.

    Understood are ISO 8601, the same with slashes, and the day.month.year of Russia and Poland; anything else needs
    ``reading.time_format``.
    """
    try:
        instant = _formatted(text, reading.time_format) if reading.time_format else _usual_time(text)
    except ValueError:
        return None
    if reading.wall is not None:
        instant = instant.replace(tzinfo=reading.wall)
    elif instant.tzinfo is None:
        instant = instant.replace(tzinfo=reading.zone)
    # Instants of one zone compare by their wall time in Python, which is wrong around a change of the clocks.
    fixed = timezone(instant.utcoffset() or timedelta())
    return instant.replace(microsecond=0, tzinfo=fixed), not instant.microsecond


def _formatted(text: str, pattern: str) -> datetime:
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - the zone is given afterwards


def _usual_time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if text[4:5] == "/":
        return datetime.fromisoformat(text.replace("/", "-"))
    day, _, clock = text.partition(" ")
    parts = day.split(".")
    if len(parts) != 3:
        raise ValueError(text)
    return datetime.fromisoformat(f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2} {clock or '00:00'}")


# Cases


def _cases(events: Iterable[LogEvent]) -> list[Case]:
    grouped: dict[str, list[LogEvent]] = {}
    for event in events:
        grouped.setdefault(event.case, []).append(event)
    cases = [_case(name, sorted(own, key=lambda event: event.at)) for name, own in grouped.items()]
    return sorted(cases, key=lambda case: case.events[0].at)


def _case(name: str, events: list[LogEvent]) -> Case:
    attributes: dict[str, str] = {}
    for event in events:
        for key, value in event.more.items():
            if key.startswith(CASE):
                attributes.setdefault(key[len(CASE) :], value)
    return Case(name, attributes, [_without(event, attributes) for event in events])


def _without(event: LogEvent, attributes: Mapping[str, str]) -> LogEvent:
    """The event without what its case says already."""
    more = {
        key: value
        for key, value in event.more.items()
        if not (key.startswith(CASE) and attributes.get(key[len(CASE) :]) == value)
    }
    return event._replace(more=more)
