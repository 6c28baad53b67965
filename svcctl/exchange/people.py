"""A log's resources as people of the team: who is there already, and who is new."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from svcctl.model.handles import handle as as_handle
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.team import Person, Team

NOBODY = Person("unknown", "nobody named")
_NAMELESS = "person"


class People(NamedTuple):
    """The handle of each resource, and the people who are not in the team yet."""

    handles: dict[str, str]
    new: list[Person]


def people_of(resources: Iterable[str], team: Team, department: str, given: Mapping[str, str]) -> People:
    """The people that the resources of a log are.

    A resource is whoever ``given`` says, else the person of the team with exactly this name, this handle or this
    address, else a new one, whose handle is made of the name; a handle that is taken gets a number. The order of
    ``resources`` decides, so the same log gives the same handles.
    """
    names = {person.name: person.handle for person in reversed(team.people.values())}
    addresses = {person.email.casefold(): person.handle for person in team.people.values() if person.email}
    taken = {*team.people, *team.departments, department, NOBODY.handle}
    handles: dict[str, str] = {}
    new: dict[str, Person] = {}
    for resource in dict.fromkeys(resources):
        address = resource.casefold() if _is_address(resource) else ""
        handle = given.get(resource) or addresses.get(address) or _present(resource, team, names)
        if not handle:
            handle = _free(as_handle(resource.partition("@")[0]) or _NAMELESS, taken)
        if handle not in team.people and handle not in new:
            name = handle if address else resource or NOBODY.name
            new[handle] = Person(handle, name, resource if address else "", department)
        handles[resource] = handle
        taken.add(handle)
        if address:
            addresses.setdefault(address, handle)
    return People(handles, list(new.values()))


def _is_address(resource: str) -> bool:
    name, _, domain = resource.partition("@")
    return bool(name and domain) and " " not in resource


def _present(resource: str, team: Team, names: Mapping[str, str]) -> str:
    if not resource:
        return NOBODY.handle
    # An exported log says of what nobody is named for that nobody did it.
    return names.get(resource) or (resource if resource in team.people or resource == NOBODY.handle else "")


def words_for(person: Person) -> tuple[str, ...]:
    """What team.yaml says of a person already, so that a record need not: handle, name and address."""
    return person.handle, person.name, person.email


def _free(handle: str, taken: Container[str]) -> str:
    name, number = handle, 1
    while name in taken:
        number += 1
        name = f"{handle}-{number}"
    return name
