"""Giving requests and what happened to them to process-mining tools and databases: export xes, csv, ndjson."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator

import click

from svcctl.cli.command import command, field_option
from svcctl.cli.question import fields
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.request import STATUSES, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.reports.period import Period
    from svcctl.rules.query import Query

_FILTERS = (
    ("owner", "PERSON", "Who works on it."),
    ("department", "D", "Whose it is, or was handed to."),
    ("stage", "NAME", "An open stage."),
    ("client", "C", None),
    ("type", "T", None),
    ("channel", "CH", None),
    ("priority", "P", None),
    ("text", "WORDS", "All words stand in one line of it."),
)


def choosing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that choose requests, and -o."""
    function = click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")(function)
    function = field_option(function)
    for name, metavar, text in reversed(_FILTERS):
        function = click.option(f"--{name}", default="", metavar=metavar, help=text)(function)
    statuses = click.option("--status", multiple=True, type=click.Choice(STATUSES), help="As often as needed.")
    return click.option("--period", default="", metavar="PERIOD", help="Opened in it: 2026-11, last-month …")(
        statuses(function)
    )


@command("xes")
@choosing
def xes(session: Session, **options: Any) -> int:
    """The desk as an event log in XES (IEEE 1849-2016), for process-mining tools.

    A case is a request, an event a deed of a person: what was done, when, by whom. All requests, closed ones too, if
    nothing else is asked.

    Example: svcctl export xes --period 2026 -o desk.xes
    """
    from svcctl import __version__
    from svcctl.exchange.xeswriting import xes as written

    reference = session.desk.reference
    creator = f"svcctl {__version__}"
    parts = written(chosen(session, options), reference.settings.name, creator, reference.team.department_of)
    return _give(session, parts, options["output"])


@command("csv")
@choosing
def csv(session: Session, **options: Any) -> int:
    """The desk as an event log in CSV: a line for each deed, with case, activity, timestamp and resource.

    Text that a spreadsheet would take for a formula gets an apostrophe in front.

    Example: svcctl export csv --department sales -o sales.csv
    """
    from svcctl.exchange.csvwriting import eventlog_csv

    parts = eventlog_csv(chosen(session, options), session.desk.reference.team.department_of)
    return _give(session, parts, options["output"])


@command("ndjson")
@choosing
def ndjson(session: Session, **options: Any) -> int:
    """Requests and events as JSON lines, for databases: everything that the records say.

    Example: svcctl export ndjson -o desk.ndjson
    """
    from svcctl.exchange.ndjson import ndjson as written

    return _give(session, written(chosen(session, options)), options["output"])


def chosen(session: Session, options: dict[str, Any]) -> Iterator[Request]:
    """The requests that the options of ``choosing`` ask for, one after the other; what cannot be is refused at once."""
    from svcctl.reports.period import parse_period
    from svcctl.rules.query import Query

    team = session.desk.reference.team
    words = {name: options[name] for name, _, _ in _FILTERS}
    words["owner"] = session.person.handle if words["owner"] == "me" else words["owner"]
    if words["owner"]:
        team.person(words["owner"])
    if words["department"] not in team.departments and words["department"]:
        team.addressee(words["department"])
    query = Query(**words, status=options["status"], fields=fields(options["field"]), everything=True)
    text = options["period"]
    period = parse_period(text, session.desk.reference.zone, session.now) if text else None
    return _matching(session, query, period, options["output"])


def _matching(session: Session, query: Query, period: Period | None, output: str) -> Iterator[Request]:
    from svcctl.rules.query import found_in, matches

    team = session.desk.reference.team
    for request in _shown(session, period, output):
        within = period is None or period.start <= request.opened < period.end
        has_words = not query.text or found_in(request, query.text) is not None
        if within and has_words and matches(query, request, team):
            yield request


def _shown(session: Session, period: Period | None, output: str) -> Iterator[Request]:
    """All requests that may be meant, with a bar on stderr where a person looks at it and nothing else is printed."""
    from svcctl.cli.progress import watched
    from svcctl.store.index import opened_in

    requests = session.desk.requests(opened_in(period.seconds) if period else None)
    if output in ("", "-") and sys.stdout.isatty():
        return requests
    return watched(session, Message("exporting"), requests, lambda: len(session.desk.tree.record_paths()))


def _give(session: Session, parts: Iterable[str], output: str) -> int:
    """Writes the parts as they come, never the whole at once."""
    if not output or output == "-":
        sys.stdout.writelines(parts)
        return session.report_problems()
    try:
        with open(output, "w", encoding="utf-8", newline="") as target:
            target.writelines(parts)
    except OSError as error:
        raise Refused(
            Message("cannot write {path}: {why}", path=output, why=error.strerror or error),
            Message("choose another file for -o"),
            code="not-writable",
        ) from None
    return session.report_problems()
