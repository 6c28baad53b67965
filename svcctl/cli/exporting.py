"""Giving what a desk knows to other programs: the kinds of it, and a calendar feed."""

from __future__ import annotations

import click

from svcctl import __version__
from svcctl.cli.command import command, group
from svcctl.cli.session import Session

export = group(
    "export",
    (
        (
            "Kinds",
            {
                "ics": ("exporting", "A calendar feed of what is due: promises, deadlines, hand-offs."),
                "xes": ("eventlogs", "An event log for process-mining tools, in XES."),
                "csv": ("eventlogs", "An event log in CSV: case, activity, timestamp, resource."),
                "ndjson": ("eventlogs", "Requests and events as JSON lines, for databases."),
            },
        ),
    ),
    help="Give what the desk knows to other programs.",
)


@command("ics")
@click.option("--person", "other", default="", metavar="PERSON", help="Somebody else's.")
@click.option("--department", default="", metavar="D", help="A department's.")
@click.option("--all", "everybody", is_flag=True, help="Everybody's.")
@click.option("-o", "output", metavar="FILE", default="", help="Write it to a file.")
def ics(session: Session, other: str, department: str, everybody: bool, output: str) -> int:
    """What is due as a calendar feed (iCalendar): promises, deadlines, hand-offs to accept, waits to look at.

    Put the file where your calendar program can subscribe to it. Each deadline keeps its identity when it moves. What
    has no moment, such as a hand-off that no clock watches, is left out.

    Example: svcctl export ics -o /var/www/desk/ivanova.ics
    """
    from svcctl.cli.agenda import collect, whose
    from svcctl.exchange.ics import feed

    of = whose(session, other, department, everybody)
    name = session.desk.reference.settings.name
    title = " – ".join(part for part in (name, of.person or of.department) if part)
    session.answer(feed(title, collect(session, of), __version__, session.catalog), output)
    return session.report_problems()
