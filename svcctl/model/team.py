"""The team: departments and people, and who a word on the command line means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem, Refused
from svcctl.model.schema import Keys, did_you_mean
from svcctl.model.source import is_list, is_mapping, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


class Absence(NamedTuple):
    """Days on which a person is away, both included, and who stands in."""

    first: date
    last: date
    substitute: str = ""
    why: str = ""


class Person(NamedTuple):
    """Somebody who works at the desk."""

    handle: str
    name: str = ""
    email: str = ""
    department: str = ""
    role: str = "specialist"
    authority: dict[str, str] = {}
    calendar: str = ""
    away: tuple[Absence, ...] = ()
    left: bool = False
    keys: tuple[str, ...] = ()
    """The public SSH keys that their commits are signed with, as they stand in ``id_ed25519.pub``."""
    ranking: bool = True
    """Whether ``report people`` may name them; it counts everybody alike."""

    def absence(self, day: date) -> Absence | None:
        """The absence that covers the day, if any."""
        return next((span for span in self.away if span.first <= day <= span.last), None)


class Department(NamedTuple):
    """A part of the team that requests are handed to."""

    name: str
    title: str = ""
    head: str = ""
    calendar: str = ""


class Team(NamedTuple):
    """Departments by name and people by handle."""

    departments: dict[str, Department] = {}
    people: dict[str, Person] = {}

    def person(self, handle: str) -> Person:
        """The person of a handle.

        Raises:
            Refused: nobody of that handle is in team.yaml.
        """
        found = self.people.get(handle)
        if found is None:
            raise Refused(
                Message("nobody called “{name}” is in team.yaml", name=handle),
                did_you_mean(handle, self.people),
                code="unknown-person",
            )
        return found

    def by_email(self, email: str) -> Person | None:
        """The person with that address."""
        wanted = email.casefold()
        return next((person for person in self.people.values() if person.email.casefold() == wanted), None)

    def addressee(self, word: str) -> Person | Department:
        """The person or department that a word names; people come first.

        Raises:
            Refused: it names nobody.
        """
        found = self.people.get(word) or self.departments.get(word)
        if found is None:
            raise Refused(
                Message("“{name}” is neither a person nor a department of team.yaml", name=word),
                did_you_mean(word, [*self.people, *self.departments]),
                code="unknown-person",
            )
        return found

    def department_of(self, word: str) -> str:
        """The department that a person or department belongs to; empty for unknown words."""
        if word in self.people:
            return self.people[word].department
        return word if word in self.departments else ""

    def is_addressed(self, handle: str, to: str) -> bool:
        """Whether ``handle`` is the person, or works in the department, that something was handed to."""
        if handle == to:
            return True
        person = self.people.get(handle)
        if person is None:
            return False
        if to in self.departments and to not in self.people:
            return person.department == to or self.departments[to].head == handle
        return False

    def members(self, department: str) -> list[Person]:
        """The people of a department, without those who left."""
        return [person for person in self.people.values() if person.department == department and not person.left]

    def with_role(self, role: str, department: str) -> str:
        """Who holds a role for a department: its head for ``head``, else the only holder; empty if unclear."""
        if role == "head" and department in self.departments and self.departments[department].head:
            return self.departments[department].head
        holders = [person.handle for person in self.people.values() if person.role == role and not person.left]
        own = [handle for handle in holders if self.people[handle].department == department]
        chosen = own or holders
        return chosen[0] if len(chosen) == 1 else ""


def parse_team(mapping: Mapping[str, Any]) -> Team:
    """Reads team.yaml.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    departments = dict(_departments(keys.mapping_of("departments"), problems))
    people = dict(_people(keys.mapping_of("people"), problems))
    keys.done("team.yaml")
    problems.extend(_dangling(mapping, departments, people))
    if problems:
        raise BrokenFiles(problems)
    return Team(departments, people)


def _departments(section: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, Department]]:
    entries = Keys(section, problems)
    for name in section:
        keys = Keys(entries.mapping_of(name), problems)
        department = Department(name, keys.text("title", name), keys.text("head"), keys.text("calendar"))
        keys.done("a department")
        yield name, department


def _people(section: Mapping[str, Any], problems: list[Problem]) -> Iterator[tuple[str, Person]]:
    entries = Keys(section, problems)
    for handle in section:
        keys = Keys(entries.mapping_of(handle), problems)
        person = Person(
            handle,
            keys.text("name", handle),
            keys.text("email"),
            keys.text("department"),
            keys.text("role", "specialist"),
            keys.texts_of("authority"),
            keys.text("calendar"),
            tuple(_absences(keys, problems)),
            keys.choice("left", ("yes", "no", "true", "false"), "no") in ("yes", "true"),
            tuple(_public_keys(keys)),
            keys.choice("ranking", ("on", "off", "yes", "no"), "on") in ("on", "yes"),
        )
        keys.done("a person")
        yield handle, person


def _public_keys(person: Keys) -> Iterator[str]:
    """The public keys, each as type and key; what stands after them is for people."""
    value = person.raw("keys")
    for text in value if is_list(value) else [value] if value else []:
        words = text.split() if isinstance(text, str) else []
        if len(words) >= 2 and words[0].startswith(("ssh-", "ecdsa-", "sk-")) and _BASE64.fullmatch(words[1]):
            yield f"{words[0]} {words[1]}"
            continue
        person.report(
            "keys",
            "key",
            Message("“{text}” is no public SSH key", text=text),
            Message("write keys: [ssh-ed25519 AAAA…], as it stands in ~/.ssh/id_ed25519.pub"),
        )


def _absences(person: Keys, problems: list[Problem]) -> Iterator[Absence]:
    value = person.raw("away")
    if value is None or value == "":
        return
    if not is_list(value) or not all(is_mapping(item) for item in value):
        example = Message("write away: [{from: 2026-12-01, to: 2026-12-14}]")
        person.report("away", "type", Message("“away” should be a list of absences"), example)
        return
    for item in value:
        keys = Keys(item, problems)
        first, last = _day(keys, "from"), _day(keys, "to")
        substitute, why = keys.text("substitute"), keys.text("why")
        keys.done("an absence")
        if first is None or last is None:
            continue
        if last < first:
            keys.report("to", "reversed", Message("the absence ends before it begins"), Message("swap the dates"))
            continue
        yield Absence(first, last, substitute, why)


def _day(keys: Keys, key: str) -> date | None:
    text = keys.text(key, required=True)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        keys.report(
            key,
            "date",
            Message("“{text}” is not a date of the calendar", text=text),
            Message("write it like 2026-11-21"),
        )
        return None


def _dangling(
    mapping: Mapping[str, Any], departments: Mapping[str, Department], people: Mapping[str, Person]
) -> Iterator[Problem]:
    raw_people, raw_departments = mapping.get("people") or {}, mapping.get("departments") or {}
    for person in people.values():
        if person.department and person.department not in departments:
            yield Problem(
                place_of(raw_people.get(person.handle), "department"),
                "unknown-department",
                Message("“{name}” is no department of this file", name=person.department),
                did_you_mean(person.department, departments),
            )
    for department in departments.values():
        if department.head and department.head not in people:
            yield Problem(
                place_of(raw_departments.get(department.name), "head"),
                "unknown-person",
                Message("“{name}” is nobody of this file", name=department.head),
                did_you_mean(department.head, people),
            )
    yield from _clashes(raw_people, people)


def _clashes(raw: Mapping[str, Any], people: Mapping[str, Person]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for person in people.values():
        email = person.email.casefold()
        if email and email in seen:
            yield Problem(
                place_of(raw.get(person.handle), "email"),
                "same-email",
                Message("{other} has the same address", other=seen[email]),
                Message("git's user.email decides who acts, so each person needs an address of their own"),
            )
        seen.setdefault(email, person.handle)
