"""check: what is late, due soon, or dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from svcctl.cli.command import command, json_flag
from svcctl.cli.session import Session
from svcctl.model.duration import parse_duration
from svcctl.model.instants import iso
from svcctl.model.messages import Message
from svcctl.rules.findings import KINDS, Finding, Limits, calendar_warnings, findings

if TYPE_CHECKING:
    from svcctl.rules.clocks import Clock

FINDINGS_EXIT = 5


@command("check")
@click.option("--by", type=click.Choice(["person", "department"]), default="person", help="How to group.")
@click.option("--exit-code", is_flag=True, help="Exit with 5 when something was found.")
@json_flag
def check(session: Session, by: str, exit_code: bool, as_json: bool) -> int:
    """What is late, due soon, not accepted, promised, untouched. Silent when all is well: made for cron.

    Example: svcctl check --exit-code
    """
    found, warnings = collect(session)
    if as_json:
        _print_json(session, found, warnings)
    else:
        from svcctl.render.findings import findings_text

        text = findings_text(found, by, session.now, session.catalog)
        if text:
            session.answer(text)
        for warning in warnings:
            session.say(warning)
    broken = session.report_problems()
    return broken or (FINDINGS_EXIT if exit_code and found else 0)


def collect(session: Session) -> tuple[list[Finding], list[Message]]:
    """Every finding of the desk, most late first within its kind, and the calendars' warnings."""
    desk = session.desk
    settings = desk.reference.settings
    limits = Limits(parse_duration(settings.due_soon), parse_duration(settings.silent_after))
    calendar = desk.reference.calendar(settings.calendar)
    found: list[Finding] = []
    clocks: list[Clock] = []
    for request in desk.requests():
        if request.closed and not any(promise.open for promise in request.promises):
            continue
        own = desk.clocks(request, session.now)
        clocks.extend(own)
        found.extend(findings(request, own, calendar, limits, desk.reference.team, session.now))
    found.sort(key=lambda finding: (KINDS.index(finding.kind), -finding.late))
    return found, calendar_warnings(clocks)


def _print_json(session: Session, found: list[Finding], warnings: list[Message]) -> None:
    value: dict[str, object] = {"now": iso(session.now)}
    for kind in KINDS:
        value[kind] = [finding.as_json() for finding in found if finding.kind == kind]
    problems = [f"{problem.place}: {problem.message}" for problem in session.desk.problems]
    value["warnings"] = [session.text(warning) for warning in warnings] + problems
    session.answer_json(value)
