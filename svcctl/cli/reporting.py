"""What the commands of all reports have in common: their options, and how their answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import click

from svcctl.cli.command import listing
from svcctl.cli.progress import watched
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.measuring import Measuring, Watched
    from svcctl.reports.facts import Entry
    from svcctl.reports.period import Period
    from svcctl.reports.report import Report

DEFAULT_PERIOD = "last-30-days"
WHOLE = -1
CASE, TIMED, TRACE = "case", "timed", "trace"
"""What most reports count: the request's own times, its clocks, its way."""

COMPARISONS = ("previous", "same-last-year", "none")


class Asked(NamedTuple):
    """What a report is made of: every request, the period and the one before it, and when it is asked."""

    entries: Sequence[Entry]
    period: Period
    previous: Period | None
    now: datetime


def reporting(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of every report: --period, --compare, --requests, --format, --json, -o."""
    function = click.option(
        "--requests", "figure", default="", metavar="FIGURE|TABLE:ROW", help="List the requests behind it."
    )(listing(function))
    return period_options(function)


def period_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --period and --compare."""
    function = click.option(
        "--compare", type=click.Choice(COMPARISONS), default="previous", help="With the period before, or a year ago."
    )(function)
    return click.option(
        "--period",
        "period_text",
        default=DEFAULT_PERIOD,
        metavar="PERIOD",
        help="2026-11, 2026-W47, 2026-Q4, 2026, last-week, last-month, FROM..TO (last-30-days).",
    )(function)


def asked(
    session: Session,
    options: dict[str, Any],
    measuring: Measuring,
    facts: Sequence[str] | None = None,
    back: int = WHOLE,
    make: Callable[[Asked], object] | None = None,
) -> Asked:
    """What the options of ``reporting`` ask for.

    Args:
        facts: what it counts of requests, by name; None: anything, so all of them are read.
        back: how many periods before its own a report looks back on, or ``WHOLE``.
        make: makes it; called with a part of the requests at a time where many have to be read for it.

    Raises:
        Usage: there is no such period.
    """
    from svcctl.reports.period import parse_period

    period = parse_period(options["period_text"], session.desk.reference.zone, session.now)
    comparison = {"previous": period.previous, "same-last-year": period.year_before}.get(options["compare"])
    previous = comparison() if comparison else None
    since = None if back == WHOLE else min(_begin(period, previous, back), session.now)
    asked = Asked((), period, previous, session.now)
    counting = (lambda some: make(asked._replace(entries=some))) if make else None
    return asked._replace(entries=measuring.entries(since, facts, _watched(session), counting))


def _watched(session: Session) -> Watched:
    return lambda requests, count: watched(session, Message("reading"), requests, lambda: count)


def _begin(period: Period, previous: Period | None, back: int) -> datetime:
    spans = [period, *([previous] if previous else [])]
    for _ in range(back):
        spans.append(spans[-1].previous())
    return min(span.start for span in spans)


def first_opening(session: Session) -> datetime | None:
    """When the desk's first request was opened; None where only reading all of them could tell, or there is none."""
    index = session.desk.index()
    found = index.one("SELECT min(opened) FROM request") if index is not None else None
    return datetime.fromtimestamp(found[0], session.now.tzinfo) if found and found[0] is not None else None


def answer(
    session: Session,
    options: dict[str, Any],
    make: Callable[[Asked], Report],
    facts: Sequence[str],
    back: int = 1,
) -> int:
    """Makes a report as the options of ``reporting`` say, and prints it or the requests behind one of its figures.

    Args:
        facts: what it counts of requests, by name; another one it asks for is right too, and slow.
        back: how many periods before its own it looks back on, or ``WHOLE`` where it is about all requests ever.

    A site of all reports asks them with the option ``collect``, a function that takes ``make``: nothing is printed.
    """
    if collect := options.get("collect"):
        collect(make)
        return 0
    from svcctl.measuring import Measuring

    measuring = Measuring(session.desk, session.now)
    question = asked(session, options, measuring, (CASE, *facts), back, make)
    made = make(question)
    measuring.keep(question.entries)
    form = "json" if options["as_json"] else options["form"]
    if options["figure"]:
        titles = measuring.titles(question.entries)
        _print_behind(session, made, options["figure"], titles, form, options["output"])
    else:
        print_report(session, made, form, options["output"])
    return session.report_problems()


def print_report(session: Session, report: Report, form: str, output: str) -> None:
    """Prints a report in the asked format."""
    reference = session.desk.reference
    if form == "xlsx":
        from svcctl.render.xlsx import report_xlsx

        session.answer_bytes(report_xlsx(report, session.now, session.catalog, reference.zone), output)
        return
    from svcctl.render.report import render_report

    # A file is read elsewhere, where letters are not the terminal's.
    ascii = session.ascii and output in ("", "-")
    name = reference.settings.name
    session.answer(render_report(report, form, session.catalog, reference.zone, desk=name, ascii=ascii), output)


def _print_behind(session: Session, report: Report, name: str, titles: dict[str, str], form: str, output: str) -> None:
    """Prints the requests behind a figure of a report, or behind the row of a table (``TABLE:ROW``)."""
    from svcctl.reports.report import behind, behind_row

    value: dict[str, Any] = {"report": report.name, "period": report.period.name, "figure": name}
    if ":" in name:
        table = behind_row(report, name, titles)
    else:
        figure = report.figure(name)
        table = behind(figure, titles)
        value |= figure.as_json()
    value["requests"] = table.as_json(session.catalog)["rows"]
    session.show(table, form, form == "json", output, value)
