"""Reports on a period."""

from __future__ import annotations

import click

from svcctl.cli.command import command, group
from svcctl.cli.reporting import TIMED, answer, print_report, reporting
from svcctl.cli.session import Session
from svcctl.reports.cases import BY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["print_report", "report", "service"]

report = group(
    "report",
    (
        (
            "Reports",
            {
                "digest": ("workflow", "One page: five numbers, five requests, one advice."),
                "service": ("reports", "How quickly clients are served, and as promised or not."),
                "flow": ("workflow", "Where the time goes: worked on or lying, and with whom."),
                "deadlines": ("outcomes", "Which deadlines were met, and what was missed first."),
                "decisions": ("outcomes", "How long decisions take, and by which rules they fall."),
                "channels": ("outcomes", "When and how clients come, and how soon they are answered."),
                "nps": ("outcomes", "Would clients recommend us: in points, with its interval."),
                "offers": ("offerreport", "How long offers take, and what clients answer."),
                "clients": ("outcomes", "Who is new, who comes back, and whom we may lose."),
                "regulations": ("outcomes", "Which versions are in force, and how often each is met."),
                "workload": ("workflow", "Who is overloaded, and who leaves requests lying."),
                "people": ("outcomes", "Who kept what they had taken on: recognition and misses by one rule."),
                "payback": ("payback", "After how many working days a change has paid for itself."),
                "rework": ("workflow", "What came back or went to and fro, and what that cost."),
                "process": ("workflow", "The ways that requests went, and who went on after whom."),
            },
        ),
        ("All of them", {"site": ("site", "Every report as pages, with links down to each request.")}),
    ),
    "Reports on a period, for those who decide.",
)


@command("service")
@click.option("--by", type=click.Choice(BY), default="department", help="What the tables tell apart (department).")
@reporting
def service(session: Session, by: str, **options: Any) -> int:
    """How quickly clients are served, and as promised or not.

    Figures: pickup, first_response, resolution (each also as …_wall), first_contact_resolution, on_time,
    on_time_CLOCK, backlog_start, arrived, reopened, finished, backlog_end.

    Example: svcctl report service --period 2026-11 --by owner
    """
    from svcctl.cli.reporting import first_opening
    from svcctl.reports.service import service as make
    from svcctl.reports.trend import STEPS

    return answer(
        session, options, lambda asked: make(*asked, by, first_opening(session)), back=STEPS, facts=("outline", TIMED)
    )
