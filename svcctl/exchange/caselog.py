"""Requests as an event log for other programs: which values a case and its events have, the same in every format.

Words of people (messages, notes, reasons) are in none of them; of a request its title is. ``svcctl.exchange.eventlog``
reads what is written here.
"""

from __future__ import annotations

from collections.abc import Callable

from svcctl.model.instants import iso
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.request import Request
from svcctl.reports.activities import Activity, activities

DepartmentOf = Callable[[str], str]

CASE_VALUES = ("title", "type", "client", "channel", "priority", "department", "status")


class LoggedEvent(NamedTuple):
    """An event as it is written: the time ISO 8601 with offset, to the second; absent values are empty."""

    activity: str
    timestamp: str
    resource: str
    transition: str
    stage: str
    group: str


def case_values(request: Request) -> dict[str, str]:
    """What is told of a case, by the names of ``CASE_VALUES``."""
    return {name: str(getattr(request, name)) for name in CASE_VALUES}


def logged(request: Request, department_of: DepartmentOf) -> list[LoggedEvent]:
    """The events of a case in the order of time.

    Args:
        department_of: the department of a person, their group; empty for people who are not in the team.
    """
    return [_logged(one, department_of) for one in activities(request)]


def _logged(one: Activity, department_of: DepartmentOf) -> LoggedEvent:
    return LoggedEvent(one.name, iso(one.at), one.by, one.transition, one.stage, department_of(one.by))
