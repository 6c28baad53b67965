"""Who may be added to a team, and what a department may become."""

from __future__ import annotations

from svcctl.model.handles import check_handle
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, Usage
from svcctl.model.schema import did_you_mean
from svcctl.model.section import is_word
from svcctl.model.team import Department, Person, Team


def check_person(person: Person, team: Team) -> None:
    """Refuses somebody who cannot be added.

    Raises:
        Usage: the handle, the address or the role has not the form of one.
        Refused: the handle or the address is taken, or there is no such department.
    """
    check_handle(person.handle)
    _check_form(person)
    if person.handle in team.people:
        raise Refused(
            Message("there is a person “{handle}” already", handle=person.handle),
            Message("svcctl team list shows them; change them in team.yaml"),
            code="person-exists",
        )
    if person.handle in team.departments:
        raise _taken(person.handle)
    if person.department and person.department not in team.departments:
        raise _no_department(person.department, team)
    other = team.by_email(person.email) if person.email else None
    if other is not None:
        raise Refused(
            Message("{handle} has the address {email} already", handle=other.handle, email=person.email),
            Message("git's user.email decides who acts, so each person needs an address of their own"),
            code="same-email",
        )


def _check_form(person: Person) -> None:
    if person.email and ("@" not in person.email or not person.email.isprintable() or " " in person.email):
        raise Usage(
            Message("“{email}” is no address", email=person.email),
            Message("give the one that git has: git config user.email"),
            code="email",
        )
    if not is_word(person.role):
        raise _no_word(person.role)


def _no_word(text: str) -> Usage:
    return Usage(
        Message("“{text}” is not one word", text=text), Message("use letters, digits, - and _"), code="no-word"
    )


def _taken(name: str) -> Refused:
    return Refused(
        Message("“{name}” is a name in the team already", name=name),
        Message("people and departments are called by the same words: choose another"),
        code="name-taken",
    )


def _no_department(name: str, team: Team) -> Refused:
    add = Message("svcctl team department {name}", name=name)
    near = did_you_mean(name, team.departments)
    return Refused(
        Message("“{name}” is no department of team.yaml", name=name),
        Message("{near} Or add it first: {add}", near=near, add=add) if near else add,
        code="unknown-department",
    )


def changed_department(name: str, title: str, head: str, team: Team) -> Department:
    """A department as it shall be: a new one, or an old one with another title or head.

    Args:
        title, head: empty where they stay as they are.

    Raises:
        Usage: the name has not the form of one.
        Refused: a person is called so, the head is nobody, or nothing would change.
    """
    if not is_word(name):
        raise _no_word(name)
    if name in team.people:
        raise _taken(name)
    if head and team.person(head).left:
        raise Refused(Message("{person} has left the team", person=head), code="unknown-person")
    before = team.departments.get(name)
    after = (before or Department(name, name))._replace(**{k: v for k, v in (("title", title), ("head", head)) if v})
    if after == before:
        raise Refused(
            Message("the department “{name}” is so already", name=name),
            Message("--title TITLE and --head PERSON change it"),
            code="no-change",
        )
    return after
