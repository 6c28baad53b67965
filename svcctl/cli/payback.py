"""report payback: what a change cost, what it saves, and when it has paid for itself."""

from __future__ import annotations

from datetime import date

import click

from svcctl.cli.command import command
from svcctl.cli.reporting import TRACE, answer, reporting
from svcctl.cli.session import Session
from svcctl.model.messages import Message
from svcctl.model.money import Money
from svcctl.model.problems import Usage
from svcctl.reports.payback import Terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command("payback")
@click.option("--cost", required=True, metavar="MONEY", help="What the change cost: 120000 RUB.")
@click.option("--rate", required=True, metavar="MONEY", help="What an hour of work costs: 1500 RUB.")
@click.option("--since", default="", metavar="DATE", help="The day of the change, instead of --period.")
@reporting
def payback(session: Session, cost: str, rate: str, since: str, **options: Any) -> int:
    """After how many working days a change has paid for itself, by the work that it saves.

    With --since, the time from that day until today is compared with as many days before it; else the period with the
    one before. Money without a currency is in the desk's.

    Figures: touch, elapsed, resolved.

    Example: svcctl report payback --cost "120000 RUB" --rate "1500 RUB" --since 2026-10-01
    """
    from svcctl.reports.payback import payback as make

    reference = session.desk.reference
    settings = reference.settings
    terms = Terms(
        _money("cost", cost, settings.currency, free=True),
        _money("rate", rate, settings.currency, free=False),
        reference.calendar(settings.calendar),
    )
    if since:
        options["period_text"] = _since(session, since)
    department_of = reference.team.department_of
    return answer(session, options, lambda asked: make(*asked, department_of, terms), facts=(TRACE,))


def _money(name: str, text: str, currency: str, free: bool) -> Money:
    """A sum that is not negative; nothing only where it may be."""
    from decimal import Decimal
    from fractions import Fraction

    from svcctl.model.expressions import Amount
    from svcctl.model.inputs import Bound, Input

    found = Input(name, "money", low=Bound(Fraction(0), open=not free)).read(text, currency)
    assert isinstance(found, Amount)
    return Money(Decimal(found.value.numerator) / Decimal(found.value.denominator), found.currency)


def _since(session: Session, text: str) -> str:
    """The days from one until today, as a period is written."""
    source = click.get_current_context().get_parameter_source("period_text")
    if source is click.core.ParameterSource.COMMANDLINE:
        raise Usage(Message("--since says the period already"), Message("leave --period out"), code="period")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Usage(
            Message("“{text}” is not a date of the calendar", text=text),
            Message("write it like 2026-11-21"),
            code="period",
        ) from None
    today = session.now.date()
    if day > today:
        raise Usage(
            Message("{day} has not come yet", day=text),
            Message("what it brought can be told afterwards"),
            code="future",
        )
    return f"{day}..{today}"
