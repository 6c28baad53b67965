"""Opening a request: which regulation it comes under, what must be known, what its values may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcctl.model.clockrules import PRIORITIES
from svcctl.model.event import Event
from svcctl.model.events import SETTABLE, Assigned, HandedOff, Set
from svcctl.model.instants import parse_instant
from svcctl.model.messages import Message
from svcctl.model.problems import Refused, Usage
from svcctl.model.regulation import Regulation
from svcctl.model.request import Header, Request
from svcctl.model.schema import did_you_mean
from svcctl.model.settings import Channel, Client
from svcctl.model.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object

PLAIN_TYPE = "request"
ERRAND = "errand"
"""Types that need no regulation: a plain request has no clocks, an errand carries its own deadline."""


class Known(Protocol):
    """What values are checked against."""

    @property
    def team(self) -> Team: ...

    def client(self, handle: str) -> Client: ...

    def channel(self, name: str) -> Channel: ...

    def regulation(self, ref: str) -> Regulation | None: ...


def governing(values: Mapping[str, str], regulations: Sequence[Regulation]) -> Regulation | None:
    """The regulation that a request with these header values comes under; the narrowest of several.

    Raises:
        Refused: no regulation has the type, which is not the plain one either.
    """
    covering = [regulation for regulation in regulations if regulation.covers(values)]
    if covering:
        return max(covering, key=lambda regulation: len(regulation.applies))
    types = {name for regulation in regulations for name in regulation.applies.get("type", ())}
    kind = values.get("type", "")
    if kind not in (PLAIN_TYPE, ERRAND) and kind not in types:
        raise Refused(
            Message("no regulation is for the type “{type}”", type=kind),
            did_you_mean(kind, [*types, PLAIN_TYPE]),
            code="unknown-type",
        )
    return None


def check_required(header: Header, regulation: Regulation | None) -> None:
    """Refuses a request that lacks what its regulation requires at the opening.

    Raises:
        Refused: names all that is missing, and the options that give it.
    """
    if regulation is None:
        return
    known = {**header.fields, **{name: getattr(header, name) for name in ("client", "channel", "text", "department")}}
    missing = [name for name in regulation.require if not known.get(name)]
    if missing:
        options = " ".join(_option(name) for name in missing)
        raise Refused(
            Message("{regulation} requires {names}", regulation=regulation.ref, names=", ".join(missing)),
            Message("add {options}", options=options),
            code="missing-values",
        )


def check_authority(header: Header, regulation: Regulation | None, team: Team) -> None:
    """Refuses fields that are beyond what the opener decides alone.

    Raises:
        Refused: as of ``svcctl.rules.permissions.refuse_beyond``.
    """
    if regulation is not None and regulation.authority:
        from svcctl.rules.permissions import refuse_beyond

        refuse_beyond(regulation, header.fields, team.people.get(header.by), team, "ID")


def _option(name: str) -> str:
    if name in ("client", "channel", "text"):
        return f"--{name} …"
    return "--to …" if name == "department" else f"--field {name}=…"


def check_values(values: Mapping[str, str], known: Known) -> None:
    """Refuses header values that cannot be: an unknown client, channel, priority, person or department.

    Raises:
        Refused: the first of them, with what was perhaps meant.
    """
    if values.get("client"):
        known.client(values["client"])
    if values.get("channel"):
        known.channel(values["channel"])
    priority = values.get("priority", "normal")
    if priority not in PRIORITIES:
        raise Refused(
            Message("“{priority}” is no priority", priority=priority),
            did_you_mean(priority, PRIORITIES),
            code="unknown-priority",
        )
    if values.get("controller"):
        known.team.person(values["controller"])
    department = values.get("department")
    if department and department not in known.team.departments:
        raise Refused(
            Message("“{name}” is no department of team.yaml", name=department),
            did_you_mean(department, known.team.departments),
            code="unknown-department",
        )


def change(request: Request, values: Mapping[str, str], known: Known) -> Event:
    """The event that changes values, with what they were.

    Raises:
        Refused: a value that cannot be, or none that differs.
        Usage: a due without a time zone, or a title of several lines.
    """
    current = {name: getattr(request, name) for name in SETTABLE}
    current.update(request.fields, department=request.department, due=request.due.isoformat() if request.due else "")
    if values.get("regulation"):
        values = {**values, "regulation": _version(values["regulation"], known)}
    different = {name: value for name, value in values.items() if current.get(name, "") != value}
    if not different:
        raise Refused(
            Message("it is so already: {names}", names=", ".join(values)),
            Message("svcctl show prints what is known"),
            code="no-change",
        )
    check_values(different, known)
    if different.get("due"):
        parse_instant(different["due"])
    if different.get("title") == "":
        raise Refused(Message("a request needs a title"), code="no-title")
    if "title" in different:
        refuse_long_title(different["title"])
    return Set(values=different, old={name: current.get(name, "") for name in different})


def _version(ref: str, known: Known) -> str:
    """A regulation's name with the version in force, which a request stays bound to, where none was named."""
    found = known.regulation(ref)
    return found.ref if found else ref


def opener_department(team: Team, to: str, by: str, first: str) -> str:
    """Whose a new request is: where it is sent, else the first stage's department, else the opener's."""
    return team.department_of(to) or first or team.department_of(by)


def first_department(regulation: Regulation | None) -> str:
    """The department of a regulation's first stage; empty without stages."""
    return regulation.stages[0].department if regulation and regulation.stages else ""


def first_events(header: Header, to: str, team: Team) -> list[Event]:
    """What happens at once to a new request that is for somebody.

    An errand is handed off, so that its acceptance has a clock; anything else is assigned to the person, or lies in
    the department's queue.
    """
    if not to:
        return []
    if header.type == ERRAND and to != header.by:
        return [HandedOff(to=to)]
    return [Assigned(to=to)] if to in team.people else []


def is_field_name(name: str) -> bool:
    """Whether a field may be called so: one plain word."""
    return len(name) <= 60 and name.replace("-", "_").isidentifier()


def refuse_long_title(title: str) -> None:
    """Refuses an empty title, one of several lines, and one that is a text.

    Raises:
        Usage: says which.
    """
    if not title.strip():
        raise Usage(Message("a request needs a title"), Message('svcctl new "what it is about"'), code="title")
    if "\n" in title or len(title) > 300:
        raise Usage(
            Message("a title is one line of at most 300 characters"),
            Message("put the rest into --text"),
            code="title",
        )
