"""What a commit may change in a desk, and who may: paths, the team, regulations, errands, readers.

Pure: the store reads the commits (``svcctl.store.verify``), this says what is wrong with them. Roles are those of the
team in force before the commits came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from svcctl.model.ids import is_request_id, record_path
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.team import Department, Person, Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    T = TypeVar("T")

PLAIN, PROGRAM, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
_SENIOR = ("head", "director")


class Fault(NamedTuple):
    """What is not allowed: a stable code, what, what to do instead, and the event or key that it is about."""

    code: str
    message: Message
    remedy: Message
    about: str = ""


# Paths

RECORD, OFFER, ATTACHMENT, REGULATION, READERS, ERRAND = (
    "requests",
    "offers",
    "files",
    "regulations",
    "readers",
    "errands",
)
TEAM, DESK, ATTRIBUTES, FREE = "team", "desk", "attributes", "free"

_ROOMS = (
    (DESK, r"desk\.yaml"),
    (TEAM, r"team\.yaml"),
    (ATTRIBUTES, r"\.gitattributes"),
    (RECORD, r"requests/\d{4}/\d\d/\d\d/[^/]+\.yaml"),
    (OFFER, r"offers/\d{4}/\d\d/\d\d/[^/]+/[^/]+\.yaml"),
    (ATTACHMENT, r"files/\d{4}/\d\d/\d\d/[^/]+/[^/]+"),
    (REGULATION, r"regulations/[^/]+\.md"),
    (READERS, r"regulations/read/[^/]+@\d+\.txt"),
    (ERRAND, r"errands/[^/]+\.yaml"),
    (FREE, r"channels\.yaml|(calendars|clients|vat)/[^/]+\.yaml|prices/[^/]+\.(yaml|csv)|templates/.+"),
    # Of git, editors and forges, and words for people: svcctl does not read them.
    ("apart", r"\.[^/]+(/.*)?|README[^/]*|LICENSE[^/]*|docs/.*"),
)
_PATTERNS = tuple((room, re.compile(pattern, re.DOTALL)) for room, pattern in _ROOMS)
_GITS_OWN = frozenset((".git", "git~1", ".gitmodules"))


def room(path: str) -> str:
    """Which kind of file a path is; empty for one that a desk has no room for."""
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(path)), "")


def path_faults(path: str, mode: str, before: str) -> Iterator[Fault]:
    """What is wrong with a path or its mode, whatever the content.

    Args:
        mode: git's mode of the new file.
        before: that of the file it replaces; empty where there was none.
    """
    if mode == LINK:
        yield Fault("link", Message("a symbolic link may lead out of the desk"), _put_file)
    elif mode == SUBMODULE:
        yield Fault("submodule", Message("another repository has no place in a desk"), _put_file)
    elif mode == PROGRAM and before != PROGRAM and room(path) != "apart":
        yield Fault("program", Message("the file may be run as a program"), Message("chmod -x {path}", path=path))
    elif mode not in (PLAIN, PROGRAM):
        yield Fault("mode", Message("the file has the mode {mode}", mode=mode), Message("chmod 644 {path}", path=path))
    if not before:
        yield from _name_faults(path)


_put_file = Message("put the file itself here, or leave it out")


def _name_faults(path: str) -> Iterator[Fault]:
    parts = path.split("/")
    if any(part.casefold() in _GITS_OWN or part in ("", ".", "..") for part in parts):
        yield Fault("path", Message("the path is one of git's own, or leads out of the desk"), _leave_out)
    elif any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in path):
        yield Fault("path", Message("the path has characters that cannot be seen, or is not UTF-8"), _leave_out)
    elif not room(path) or (room(path) == RECORD and not is_record(path)):
        yield Fault("foreign-path", Message("a desk has no room for this file"), Message("move it to docs/"))


_leave_out = Message("give it another name")


def is_record(path: str) -> bool:
    """Whether a path is where a request's record has to be."""
    name = path[-22:-5]
    return is_request_id(name) and path == record_path(name)


def tidied(text: str) -> str:
    """A file's text as it is written here: without a byte order mark, lines ended as everywhere in a desk."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return lines if not lines or lines.endswith("\n") else lines + "\n"


# People


def author_of(address: str, team: Team) -> Person | None:
    """The person whom a commit's address means; who has none is ``HANDLE@localhost``."""
    handle = address.removesuffix("@localhost")
    person = team.people.get(handle) if handle != address else None
    return person if person is not None and not person.email else team.by_email(address) if address else None


def leads(handle: str, team: Team) -> bool:
    """Whether a person heads a department or has the role of a head or director; everybody where nobody does."""
    person = team.people.get(handle)
    if any(department.head == handle for department in team.departments.values()):
        return True
    if person is not None and person.role in _SENIOR:
        return True
    heads = any(one.head in team.people for one in team.departments.values())
    return not heads and not any(one.role in _SENIOR for one in team.people.values())


def heads_of(team: Team) -> str:
    """Who could do what only heads may, as a hint names them."""
    names = [one.handle for one in team.people.values() if not one.left and leads(one.handle, team)]
    return ", ".join(names[:5]) or "-"


def owns(person: Person, owner: str, team: Team) -> bool:
    """Whether a regulation's owner means the person: by handle, by department, or by role."""
    if owner == person.handle or (owner == person.role and owner not in team.people):
        return True
    return owner in team.departments and team.is_addressed(person.handle, owner)


def head_only(person: Person, team: Team, what: str) -> Iterator[Fault]:
    """A fault where somebody changes what only heads may."""
    if not leads(person.handle, team):
        message = Message("{person} may not change {what}: only a head may", person=person.handle, what=what)
        yield Fault("not-head", message, Message("ask one of them: {names}", names=heads_of(team)))


def owner_faults(person: Person, path: str, owner: str, team: Team) -> Iterator[Fault]:
    """A fault where somebody changes a regulation, or a recurring errand, that is not theirs."""
    if owns(person, owner, team) or leads(person.handle, team):
        return
    message = Message("{person} may not change {path}: it is {owner}'s", person=person.handle, path=path, owner=owner)
    remedy = Message("ask {owner}, or a head: {names}", owner=owner, names=heads_of(team))
    yield Fault("not-owner", message, remedy)


# The team


def team_faults(person: Person, before: Team, after: Team, team: Team, signed: bool) -> Iterator[Fault]:
    """What of a change of team.yaml somebody may not make.

    Everybody adds colleagues of the usual role and departments, and says of themselves how they are called and when
    they are away; the rest is for heads.

    Args:
        before, after: the file of the commit's parent, and its own.
        team: the team in force, whose roles count.
        signed: whether commits are signed in this desk, so that keys say who somebody is.
    """
    for name in sorted({*after.people} & {*after.departments} - ({*before.people} & {*before.departments})):
        message = Message("“{name}” is both a person and a department", name=name)
        yield Fault("team", message, Message("choose another word for one of them"))
    if leads(person.handle, team):
        return
    for why in (*_departments(before, after), *_people(person.handle, before, after, signed)):
        yield Fault("not-head", why, Message("ask a head to do it: {names}", names=heads_of(team)))


def _departments(before: Team, after: Team) -> Iterator[Message]:
    for name in dict.fromkeys([*before.departments, *after.departments]):
        old, new = before.departments.get(name), after.departments.get(name)
        if old != new and (old is not None or new is None or new.head):
            yield Message("only a head may change the department {name}, or who heads it", name=name)


def _people(own: str, before: Team, after: Team, signed: bool) -> Iterator[Message]:
    for handle in dict.fromkeys([*before.people, *after.people]):
        old, new = before.people.get(handle), after.people.get(handle)
        if new is None:
            yield Message("only a head may take {person} out", person=handle)
        elif old is None:
            if new.role != Person._field_defaults["role"] or new.authority or (signed and new.keys):
                what = "role, authority or keys" if signed else "role or authority"
                yield Message("only a head may give {person} {what}", person=handle, what=what)
        elif _beyond_own(new, old) or (new != old and handle != own):
            yield Message("only a head may change what team.yaml says of {person}", person=handle)


def _beyond_own(new: Person, old: Person) -> bool:
    """Whether more was changed than what people say of themselves."""
    return _powers(new) != _powers(old)


def _powers(person: Person) -> tuple[object, ...]:
    return person.handle, person.department, person.role, person.authority, person.left


def changed_team(team: Team, before: Team, after: Team) -> Team:
    """The team in force with what a commit changed of it."""
    people: dict[str, Person] = dict(team.people)
    departments: dict[str, Department] = dict(team.departments)
    _take_over(people, before.people, after.people)
    _take_over(departments, before.departments, after.departments)
    return Team(departments, people)


def _take_over(into: dict[str, T], before: Mapping[str, T], after: Mapping[str, T]) -> None:
    for name in dict.fromkeys([*before, *after]):
        if name not in after:
            into.pop(name, None)
        elif before.get(name) != after[name]:
            into[name] = after[name]


def newcomer(address: str, before: Team, after: Team, team: Team) -> Person | None:
    """Who joins with a commit of their own, as a plain member of the team; None where nobody does."""
    person = author_of(address, after)
    if person is None or person.handle in before.people or person.handle in team.people:
        return None
    return person if author_of(address, team) is None else None


def both_teams(team: Team, before: Team) -> Team:
    """The team in force, with those whom the writer of an older commit knew, so that late deeds can be told.

    Roles, limits and heads are those in force. Who has left, or is not there any more, was there then.
    """
    people = dict(before.people)
    for handle, person in team.people.items():
        then = before.people.get(handle)
        left = person.left and (then is None or then.left)
        people[handle] = person._replace(left=left, away=(*person.away, *(then.away if then else ())))
    gone = {name: one._replace(head="") for name, one in before.departments.items()}
    return Team({**gone, **team.departments}, people)


# Lists of readers


def reader_faults(person: Person, before: str, after: str) -> Iterator[Fault]:
    """What of a list of who has read a regulation somebody may not write: only their own line."""
    old, new = before.splitlines(), after.splitlines()
    gone = [line for line in old if line not in new]
    added = [line for line in new if line not in old]
    if gone:
        message = Message("“{line}” was taken out", line=gone[0])
        yield Fault("readers", message, Message("put the line back: what was read stays read"))
    for line in added:
        handle = line.strip().partition(" ")[2]
        if line.strip() and handle != person.handle:
            message = Message("{person} says that {other} has read it", person=person.handle, other=handle or "?")
            yield Fault("not-by-author", message, Message("everybody says it themselves: svcctl regulation ack"))
