"""Reports on what came out: deadlines, decisions, channels, recommendations, clients."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.cli.command import command
from svcctl.cli.reporting import TIMED, Asked, answer, reporting
from svcctl.cli.session import Session
from svcctl.model.problems import Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime, tzinfo
    from typing import Any

    from svcctl.model.regulation import Regulation
    from svcctl.reports.clients import Earlier
    from svcctl.reports.regulations import Reading


@command("deadlines")
@reporting
def deadlines(session: Session, **options: Any) -> int:
    """Which deadlines were met, how late the others were, and which was missed first.

    Figures: on_time, on_time_CLOCK, late, missed, running_late.

    Example: svcctl report deadlines --period 2026-11
    """
    from svcctl.reports.deadlines import deadlines as make

    department_of = session.desk.reference.team.department_of
    return answer(session, options, lambda asked: make(*asked, department_of), facts=(TIMED,))


@command("decisions")
@reporting
def decisions(session: Session, **options: Any) -> int:
    """How long decisions take, by which rules they fall, how many go to a person or are turned round.

    Figures: decided, time_to_decision, to_review, reversed.

    Example: svcctl report decisions --period 2026-Q4
    """
    from svcctl.reports.decisions import decisions as make

    return answer(session, options, lambda asked: make(asked.entries, asked.period, asked.previous), facts=("made",))


@command("channels")
@reporting
def channels(session: Session, **options: Any) -> int:
    """When and how clients come, and how soon they are answered.

    Figures: first_response, outside, arrived, unanswered, unanswered_open.

    Example: svcctl report channels --period 2026-11
    """
    from svcctl.reports.channels import channels as make

    reference = session.desk.reference
    return answer(
        session, options, lambda asked: make(asked.entries, asked.period, asked.previous, reference.channels), facts=()
    )


@command("nps")
@reporting
def nps(session: Session, **options: Any) -> int:
    """Would clients recommend us: in points, with its interval and its trend, never by client.

    Figures: nps, rated.

    Example: svcctl report nps --period 2026-Q4
    """
    from svcctl.reports.nps import nps as make

    return answer(session, options, lambda asked: make(asked.entries, asked.period, asked.previous), facts=("rated",))


@command("clients")
@reporting
def clients(session: Session, **options: Any) -> int:
    """Who is new, who comes back, who has been silent for long, whom we may lose, and what offers came to.

    Figures: active, new, returning, silent, at_risk.

    Example: svcctl report clients --period 2026-Q4
    """
    from svcctl.cli.offerreport import worth_in
    from svcctl.reports.clients import clients as make

    return answer(
        session,
        options,
        lambda asked: make(*asked, worth_in(session), _earlier(session, asked)),
        facts=(TIMED, "told", "said"),
    )


def _earlier(session: Session, asked: Asked) -> list[Earlier]:
    """The closed requests that the question left out."""
    from svcctl.measuring import Measuring
    from svcctl.reports.clients import Earlier

    there = {entry.id for entry in asked.entries}
    rows = Measuring(session.desk, session.now).closed()
    return [Earlier(client, id, opened, heard) for client, id, opened, heard in rows if id not in there]


@command("people")
@reporting
def people(session: Session, **options: Any) -> int:
    """Who kept what they had taken on: recognition and misses, by the same rule for everybody.

    Named are people whom chance does not explain; whoever has `ranking: off` in team.yaml is counted and not named.

    Figures: kept, promises, answered, stages, resolutions, passed_on, lasting.

    Example: svcctl report people --period 2026-Q4
    """
    from svcctl.reports.people import people as make

    return answer(session, options, lambda asked: make(*asked, session.desk.reference.team), facts=(TIMED,))


@command("regulations")
@reporting
def regulations(session: Session, **options: Any) -> int:
    """Which versions are in force, who has read them, how many requests each has, and how often each is met.

    Figures: regulated, older, on_time.

    Example: svcctl report regulations --period 2026-11
    """
    from svcctl.reports.regulations import regulations as make

    reference = session.desk.reference
    department_of = reference.team.department_of
    in_force = reference.regulations(session.now.date())
    readings = _readings(session, in_force)
    return answer(session, options, lambda asked: make(*asked, department_of, in_force, readings), facts=(TIMED,))


def _readings(session: Session, in_force: Sequence[Regulation]) -> list[Reading]:
    """Whom each version concerns, and when they have read it."""
    from svcctl.reports.regulations import Reading
    from svcctl.rules.adopting import audience, readers, reading_path

    reference, tree = session.desk.reference, session.desk.tree
    found = []
    for one in in_force:
        known = readers(tree.text(reading_path(one)) or "")
        for handle in audience(one, reference.team).people:
            found.append(Reading(one.ref, handle, _moment(known.get(handle, ""), reference.zone)))
    return found


def _moment(text: str, zone: tzinfo) -> datetime | None:
    """When it was read; a line without a moment, which fsck finds, says nothing."""
    from svcctl.model.instants import parse_instant

    try:
        return parse_instant(text, zone)
    except Usage:
        return None
