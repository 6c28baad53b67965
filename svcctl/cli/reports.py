"""Reports on a period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from svcctl.cli.command import command, group, listing
from svcctl.cli.session import Session
from svcctl.reports.cases import BY, Entry

if TYPE_CHECKING:
    from svcctl.reports.report import Report

DEFAULT_PERIOD = "last-30-days"

report = group(
    "report",
    (("Reports", {"service": ("reports", "How quickly clients are served, and as promised or not.")}),),
    "Reports on a period, for those who decide.",
)


def entries(session: Session) -> list[Entry]:
    """Every request with its clocks and its calendar: that of the department it came to, else its regulation's."""
    desk = session.desk
    return [
        Entry(
            request,
            desk.clocks(request, session.now),
            desk.reference.calendar_of(request.header.department, desk.regulation_of(request)),
        )
        for request in desk.requests()
    ]


@command("service")
@click.option(
    "--period",
    "period_text",
    default=DEFAULT_PERIOD,
    metavar="PERIOD",
    help="2026-11, 2026-W47, 2026-Q4, 2026, last-week, last-month, FROM..TO (last-30-days).",
)
@click.option(
    "--by", type=click.Choice(BY), default="department", help="What the tables tell apart (department)."
)
@click.option(
    "--compare", type=click.Choice(["previous", "none"]), default="previous", help="With the period before."
)
@click.option("--requests", "figure", default="", metavar="FIGURE", help="List the requests behind a figure.")
@listing
def service(
    session: Session,
    period_text: str,
    by: str,
    compare: str,
    figure: str,
    form: str,
    as_json: bool,
    output: str,
) -> int:
    """How quickly clients are served, and as promised or not.

    Figures: pickup, first_response, resolution (each also as …_wall), first_contact_resolution, on_time,
    on_time_CLOCK, backlog_start, arrived, reopened, finished, backlog_end.

    Example: svcctl report service --period 2026-11 --by owner
    """
    from svcctl.reports.period import parse_period
    from svcctl.reports.service import service as make

    period = parse_period(period_text, session.desk.reference.zone, session.now)
    previous = period.previous() if compare == "previous" else None
    found = entries(session)
    made = make(found, period, previous, session.now, by)
    form = "json" if as_json else form
    if figure:
        titles = {entry.request.id: entry.request.title for entry in found}
        _print_behind(session, made, figure, titles, form, output)
    else:
        print_report(session, made, form, output)
    return session.report_problems()


def print_report(session: Session, report: Report, form: str, output: str) -> None:
    """Prints a report in the asked format."""
    from svcctl.render.report import render_report

    zone = session.desk.reference.zone
    session.answer(render_report(report, form, session.catalog, zone), output)


def _print_behind(
    session: Session, report: Report, name: str, titles: dict[str, str], form: str, output: str
) -> None:
    """Prints the requests behind a figure of a report."""
    from svcctl.reports.report import behind

    figure = report.figure(name)
    table = behind(figure, titles)
    value = {
        "report": report.name,
        "period": report.period.name,
        "figure": name,
        **figure.as_json(),
        "requests": table.as_json(session.catalog)["rows"],
    }
    session.show(table, form, form == "json", output, value)
