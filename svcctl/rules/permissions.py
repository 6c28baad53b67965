"""How far each role decides alone: limits of amounts and shares, and who may go beyond somebody's.

A regulation's ``authority:`` has limits by kind and role, ``authority:`` of a person in team.yaml their own. A kind is
the name of a request's field (``refund``): whoever writes a value beyond their limit into a record is refused, so a
value that stands in one was written by somebody who may. That is the approval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from svcctl.model.criteria import Formula
from svcctl.model.expressions import Amount, Value, show
from svcctl.model.formulas import limit
from svcctl.model.inputs import MONEY, NUMBER, Input, parse_input
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.model.team import Person, Team

HEAD = "head"


def limit_of(regulation: Regulation, kind: str, person: Person, team: Team) -> Fraction | Amount | None:
    """Up to where a person decides alone; None where they do not at all.

    Their own limit in team.yaml counts before that of their role; whoever heads a department has the head's too.

    Raises:
        BrokenFiles: a limit cannot be read.
    """
    own = person.authority.get(kind)
    if own:
        return limit(Formula(own))
    stated = regulation.authority.get(kind, {})
    leads = any(department.head == person.handle for department in team.departments.values())
    roles = dict.fromkeys((person.role, HEAD) if leads else (person.role,))
    found = [limit(stated[role]) for role in roles if role in stated]
    return max(found, key=_number, default=None)


def allowed(regulation: Regulation, kind: str, value: Value, person: Person, team: Team) -> bool:
    """Whether a person may decide on a value alone; a kind without limits is anybody's.

    Raises:
        BrokenFiles: a limit cannot be read.
    """
    if kind not in regulation.authority:
        return True
    most = limit_of(regulation, kind, person, team)
    return most is not None and _unit(most) in ("", _unit(value)) and _number(value) <= _number(most)


def refuse_beyond(
    regulation: Regulation, values: Mapping[str, str], person: Person | None, team: Team, subject: str
) -> None:
    """Refuses values of a request's fields that are beyond what a person decides alone.

    Args:
        values: as they were typed, by name; money without a currency is in that of the limits.
        subject: how the message and the command in its hint call the request.

    Raises:
        Refused: names the limit and who may (``beyond-authority``); or a value is no amount or share (``bad-input``).
        BrokenFiles: a limit cannot be read.
    """
    for kind in regulation.authority:
        if person is None or not values.get(kind, "").strip():
            continue
        value = _read(regulation, kind, values[kind])
        if not allowed(regulation, kind, value, person, team):
            raise _refusal(regulation, kind, value, person, team, subject)


def _read(regulation: Regulation, kind: str, text: str) -> Value:
    """The value of a field, read as its input is declared, else as its limits are."""
    first = next(iter(regulation.authority[kind].values()), None)
    found = limit(first) if first else Fraction(0)
    currency = found.currency if isinstance(found, Amount) else ""
    if kind in regulation.inputs:
        return parse_input(kind, regulation.inputs[kind]).read(text, currency)
    return Input(kind, MONEY if isinstance(found, Amount) else NUMBER).read(text, currency)


def _refusal(regulation: Regulation, kind: str, value: Value, person: Person, team: Team, subject: str) -> Refused:
    most = limit_of(regulation, kind, person, team)
    up_to = Message("nothing") if most is None else Message("up to {limit}", limit=_shown(most))
    message = Message(
        "{subject}: {kind} {value} is beyond what {person} decides alone: {limit}",
        subject=subject,
        kind=kind,
        value=_shown(value),
        person=person.handle,
        limit=up_to,
    )
    others = list(_who_may(regulation, kind, value, person, team))
    remedy = Message(
        "nobody in team.yaml may: the owner of {ref}, {owner}, has to say", ref=regulation.ref, owner=regulation.owner
    )
    if others:
        remedy = Message(
            "{names} may: svcctl handoff {subject} --to {first} -m …; then svcctl set {subject} {kind}=… approves it",
            names=", ".join(others),
            subject=subject,
            first=others[0],
            kind=kind,
        )
    return Refused(message, remedy, code="beyond-authority")


def _who_may(regulation: Regulation, kind: str, value: Value, person: Person, team: Team) -> Iterator[str]:
    """Who may decide on a value: those of the person's department, else whoever may."""
    others = [one for one in team.people.values() if not one.left and one.handle != person.handle]
    able = [one for one in others if allowed(regulation, kind, value, one, team)]
    head = team.departments[person.department].head if person.department in team.departments else ""
    near = [one for one in able if one.department == person.department or one.handle == head]
    yield from (one.handle for one in near or able)


def _shown(value: Value) -> str:
    return f"{show(value * 100)} %" if isinstance(value, Fraction) and 0 < value < 1 else show(value)


def _number(value: Value) -> Fraction:
    plain = value.value if isinstance(value, Amount) else value
    return plain if isinstance(plain, Fraction) else Fraction(0)


def _unit(value: Value) -> str:
    return value.currency if isinstance(value, Amount) else ""
