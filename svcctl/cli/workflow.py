"""Reports on the work itself: where its time goes, what is done twice, who has too much of it."""

from __future__ import annotations

from svcctl.cli.command import command
from svcctl.cli.reporting import TIMED, TRACE, answer, reporting
from svcctl.cli.session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.model.calendar import Calendar
    from svcctl.model.team import Person
    from svcctl.reports.workload import Desk


@command("flow")
@reporting
def flow(session: Session, **options: Any) -> int:
    """Where the time goes: worked on or lying, by stage, department and person.

    Figures: touch, wait, elapsed, client, touch_total, elapsed_total, flow_efficiency, handover, queued.

    Example: svcctl report flow --period 2026-11
    """
    from svcctl.reports.flow import flow as make

    return answer(session, options, lambda asked: make(*asked, _department_of(session)), facts=(TRACE,))


@command("rework")
@reporting
def rework(session: Session, **options: Any) -> int:
    """What came back, went to and fro or was revised, and the hours that took.

    Figures: returns, stages_again, loops, revisions, reworked, rework_touch, rework_ratio.

    Example: svcctl report rework --period 2026-Q4
    """
    from svcctl.reports.rework import rework as make

    return answer(session, options, lambda asked: make(*asked, _department_of(session)), facts=(TRACE, "again", "said"))


@command("workload")
@reporting
def workload(session: Session, **options: Any) -> int:
    """Who has how much in hand, who is overloaded, and who leaves requests lying though there is time.

    Figures: touch, in_hand_start, arriving, finished, in_hand, late_pickups, silent, overload, neglect.

    Example: svcctl report workload --period last-week
    """
    from svcctl.reports.workload import workload as make

    return answer(session, options, lambda asked: make(*asked, _desk(session)), facts=(TIMED, TRACE, "deeds"))


@command("process")
@reporting
def process(session: Session, **options: Any) -> int:
    """The ways that requests went: activities, repeats, who went on after whom, as process-mining tools count them.

    Figures: throughput (also as …_wall), repeated, handed_over.

    Example: svcctl report process --period 2026-Q4
    """
    from svcctl.reports.process import process as make

    return answer(session, options, lambda asked: make(asked.entries, asked.period, asked.previous), facts=("mined",))


@command("digest")
@reporting
def digest(session: Session, **options: Any) -> int:
    """One page: five numbers, five requests to look at first, one advice.

    Figures: resolution, on_time, arrived, finished, backlog_end.

    Example: svcctl report digest --period last-week
    """
    from svcctl.reports.digest import digest as make

    return answer(
        session, options, lambda asked: make(*asked, _desk(session)), facts=("outline", TIMED, TRACE, "deeds")
    )


def _desk(session: Session) -> Desk:
    """The people, whose calendars count, and when silence is too long."""
    from svcctl.model.duration import parse_duration
    from svcctl.reports.workload import Desk

    reference = session.desk.reference

    def calendar_of(person: Person) -> Calendar:
        own = person.calendar
        return reference.calendar(own) if own else reference.calendar_of(person.department, None)

    return Desk(reference.team, calendar_of, parse_duration(reference.settings.silent_after))


def _department_of(session: Session) -> Any:
    return session.desk.reference.team.department_of
