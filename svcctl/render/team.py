"""The team as people read it, and as JSON."""

from __future__ import annotations

from datetime import date

from svcctl.model.messages import Message
from svcctl.model.team import Department, Person, Team
from svcctl.reports.table import Column, Table


def person_json(person: Person, day: date) -> dict[str, object]:
    """The JSON object of a person; ``absent`` says whether they are away on ``day``."""
    return {
        "handle": person.handle,
        "name": person.name,
        "email": person.email or None,
        "department": person.department or None,
        "role": person.role,
        "authority": dict(person.authority),
        "calendar": person.calendar or None,
        "absent": person.absence(day) is not None,
        "away": [
            {
                "from": span.first.isoformat(),
                "to": span.last.isoformat(),
                "substitute": span.substitute or None,
                "why": span.why or None,
            }
            for span in person.away
        ],
        "left": person.left,
        "ranking": person.ranking,
    }


def department_json(department: Department, team: Team) -> dict[str, object]:
    """The JSON object of a department, with the handles of those who work there."""
    return {
        "name": department.name,
        "title": department.title,
        "head": department.head or None,
        "calendar": department.calendar or None,
        "members": [person.handle for person in team.members(department.name)],
    }


def team_json(team: Team, day: date) -> dict[str, object]:
    """Departments and people."""
    return {
        "departments": [department_json(department, team) for department in team.departments.values()],
        "people": [person_json(person, day) for person in team.people.values()],
    }


def departments_table(team: Team) -> Table:
    """Departments with their heads and members."""
    columns = (
        Column("department", Message("department")),
        Column("title", Message("title")),
        Column("head", Message("head")),
        Column("members", Message("members")),
    )
    rows = [
        (one.name, one.title, one.head or None, [person.handle for person in team.members(one.name)])
        for one in team.departments.values()
    ]
    return Table(Message("Departments"), columns, rows)


def people_table(team: Team, day: date) -> Table:
    """People, and who is away on ``day``."""
    columns = (
        Column("handle", Message("handle")),
        Column("name", Message("name")),
        Column("department", Message("department")),
        Column("role", Message("role")),
        Column("email", Message("email")),
        Column("away", Message("away")),
    )
    rows = [
        (one.handle, one.name, one.department or None, one.role, one.email or None, _away(one, day))
        for one in team.people.values()
    ]
    return Table(Message("People"), columns, rows)


def _away(person: Person, day: date) -> Message | None:
    if person.left:
        return Message("has left")
    span = person.absence(day)
    if span is None:
        return None
    until = Message("until {day}", day=span.last.isoformat())
    return Message("{until}: {who} stands in", until=until, who=span.substitute) if span.substitute else until
