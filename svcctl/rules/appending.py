"""Whether the events that a commit adds to a record may stand there: in their writer's name, in turn, and legal.

The events are judged by the same rules as when they were recorded, on the state that their writer saw: what several
clones recorded apart from each other is legal in each of them (``svcctl.model.forks`` says what counts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from svcctl.model.event import VOCABULARY, Event, Unknown
from svcctl.model.events import (
    Assigned,
    Escalated,
    HandedOff,
    OfferApproved,
    OfferRejected,
    Returned,
    StageDone,
    StageStarted,
)
from svcctl.model.ids import derived_event_id
from svcctl.model.messages import Message
from svcctl.model.problems import SvcctlError
from svcctl.model.recurrence import Recurrence
from svcctl.model.regulation import Regulation
from svcctl.model.request import Header, Request, fold, order, step
from svcctl.model.team import Person, Team
from svcctl.rules.approvals import Need
from svcctl.rules.opening import check_authority
from svcctl.rules.permissions import HEAD
from svcctl.rules.presence import present
from svcctl.rules.process import following, joined, stand_in
from svcctl.rules.recurring import request_id
from svcctl.rules.stages import first_stages
from svcctl.rules.transitions import check
from svcctl.rules.verification import Fault, heads_of, leads, owns

LOG_FIELDS = frozenset(("log", "case"))
"""The fields that a request of an imported event log has."""

_MARKS = frozenset(("activity", "implied_by"))
_DECIDED_HERE = frozenset(("decided", "redacted", "acknowledged", "escalated", "reminded")) | {
    do for do in VOCABULARY if do.startswith("offer_")
}
_OPENING = ("stage_started", "assigned", "handed_off")

_AGAIN = Message("take the commit out, and do it with svcctl")


def header_faults(header: Header, person: Person, regulation: Regulation | None, team: Team) -> Iterator[Fault]:
    """What is wrong with a new request's header.

    Args:
        regulation: the one that it names, None where that is not known.
    """
    if header.by != person.handle:
        yield _in_anothers_name(header.by, person, "by")
    elif header.regulation and regulation is None:
        yield no_version(header.regulation, "regulation")
    else:
        try:
            check_authority(header, regulation, team)
        except SvcctlError as error:
            yield Fault("not-legal", error.message, error.hint or _AGAIN, "fields")


def no_version(ref: str, about: str) -> Fault:
    """The fault of a regulation that nobody has put in force."""
    message = Message("there is no regulation {ref}, now or in the history", ref=ref)
    return Fault("no-version", message, Message("name one that is in force: svcctl regulation list"), about)


def _in_anothers_name(by: str, person: Person, about: str) -> Fault:
    message = Message("{person} wrote it in the name of {by}", person=person.handle, by=by or "?")
    return Fault("not-by-author", message, Message("everybody records their own deeds"), about)


def event_faults(
    header: Header,
    before: Sequence[Event],
    added: Sequence[Event],
    person: Person,
    regulation: Regulation | None,
    team: Team,
    needs: Mapping[str, Sequence[Need]] = MappingProxyType({}),
) -> Iterator[Fault]:
    """What is wrong with the events that a commit adds; after the first of them nothing more can be said.

    Args:
        before: those that its parent has.
        person: the commit's author.
        regulation: the request's, None where it has none or it is not known.
        needs: the approvals that a revision of the request's offer needs, by its name.
    """
    request = fold(header, before)
    expected = _begins_with(request, regulation) if not before else set[str]()
    for event in sorted(added, key=order):
        fault = (
            _not_own(event, person)
            or _out_of_turn(event, request)
            or _not_allowed(event, request, regulation, team)
            or _not_next(event, request, regulation, team, expected)
            or _not_asked(event, needs)
            or _not_escalated(event, request, regulation, team)
        )
        if fault is not None:
            yield fault
            return
        step(request, event)
        request.events.append(event)
        expected |= _leads_to(event, request, regulation, team)


def _not_own(event: Event, person: Person) -> Fault | None:
    return _in_anothers_name(event.by, person, event.id) if event.by != person.handle else None


def _out_of_turn(event: Event, request: Request) -> Fault | None:
    """An event follows the last one that its writer saw, so nobody can put one before what others have done."""
    n, prev = request.next_stamp()
    if (event.n, event.prev, list(event.also)) == (n, prev, request.other_heads()):
        return None
    message = Message(
        "the event says n {n} after “{prev}”, and follows n {right} after “{last}”",
        n=event.n,
        prev=event.prev,
        right=n - 1,
        last=prev,
    )
    return Fault("order", message, _AGAIN, event.id)


def _not_allowed(event: Event, request: Request, regulation: Regulation | None, team: Team) -> Fault | None:
    if isinstance(event, Unknown):
        # Of a later version, whose rules are not known here.
        return None
    try:
        check(event, request, regulation, team)
    except SvcctlError as error:
        return Fault("not-legal", error.message, error.hint or _AGAIN, event.id)
    return None


def _begins_with(request: Request, regulation: Regulation | None) -> set[str]:
    try:
        return {stage.name for stage in first_stages(regulation, request.values())} if regulation else set()
    except SvcctlError:
        return set()


def _leads_to(event: Event, request: Request, regulation: Regulation | None, team: Team) -> set[str]:
    """The stages that an event which was applied lets begin."""
    if not isinstance(event, StageDone | Returned):
        return set()
    try:
        found = following(request, event, regulation, team)
    except SvcctlError:
        return set()
    return {one.stage for one in found if isinstance(one, StageStarted)}


def _not_next(
    event: Event, request: Request, regulation: Regulation | None, team: Team, expected: set[str]
) -> Fault | None:
    """A stage begins where the regulation leads to it, never because somebody says so."""
    if not isinstance(event, StageStarted) or regulation is None or event.stage in expected:
        return None
    try:
        met = joined(request, regulation, team)
    except SvcctlError:
        met = []
    expected |= {one.stage for one in met if isinstance(one, StageStarted)}
    if event.stage in expected:
        return None
    message = Message("the stage “{stage}” was not next", stage=event.stage)
    return Fault("not-next", message, Message("finish what is open: svcctl done"), event.id)


def _not_asked(event: Event, needs: Mapping[str, Sequence[Need]]) -> Fault | None:
    """Approvals are given and refused by those who are asked for them."""
    if not isinstance(event, OfferApproved | OfferRejected):
        return None
    asked = [need for need in needs.get(event.revision, ()) if event.subject in (need.subject, "")]
    if any(event.by in need.who for need in asked):
        return None
    who = ", ".join(dict.fromkeys(handle for need in asked for handle in need.who)) or "-"
    message = Message("{person} is not asked to approve “{subject}”", person=event.by, subject=event.subject)
    return Fault("not-asked", message, Message("it is for: {who}", who=who), event.id)


def _not_escalated(event: Event, request: Request, regulation: Regulation | None, team: Team) -> Fault | None:
    """Work is given away by an escalation only to whom the regulation names."""
    if not isinstance(event, Escalated) or not event.assign:
        return None
    words = [step.assign for step in regulation.escalation if str(step.at) == event.level] if regulation else []
    if any(_means(word, event.assign, request, team, event.at.date()) for word in words if word):
        return None
    message = Message("no escalation of the regulation gives it to {person}", person=event.assign)
    return Fault("not-escalated", message, Message("assign it: svcctl assign ID --to {to}", to=event.assign), event.id)


def _means(word: str, handle: str, request: Request, team: Team, day: date) -> bool:
    """Whether a word of an escalation means a person, or somebody whom they stand in for."""
    for person in team.people.values():
        absence = person.absence(day)
        if person.handle != handle and (absence is None or stand_in(person.handle, team, day) != handle):
            continue
        own = {
            "controller": request.controller,
            "owner": request.owner,
            "department": team.department_of(person.handle),
        }
        if word in own and own[word] == (request.department if word == "department" else person.handle):
            return True
        if owns(person, word, team) or (word == HEAD and leads(person.handle, team)):
            return True
    return False


# Records that are not written in their own author's name


def import_faults(events: Sequence[Event], by: str, person: Person, team: Team) -> Iterator[Fault]:
    """What is wrong with the deeds of an imported event log.

    They are other people's: a head may bring in anybody's, others only those of people who could not speak for
    themselves, because team.yaml has no address of theirs. What is decided here is not imported.
    """
    for event in events:
        if event.do in _DECIDED_HERE:
            message = Message("“{do}” does not come from an event log", do=event.do)
            yield Fault("not-imported", message, _AGAIN, event.id)
            return
    if leads(person.handle, team):
        return
    for handle, about in ((by, "by"), *((event.by, event.id) for event in events)):
        other = team.people.get(handle)
        if handle != person.handle and other is not None and other.email:
            message = Message("{person} brings in deeds of {by}", person=person.handle, by=handle)
            yield Fault("not-by-author", message, Message("a head imports them: {names}", names=heads_of(team)), about)
            return


def are_imported(header: Header, events: Sequence[Event]) -> bool:
    """Whether events came with an event log: it says so of the request, and of each of them."""
    marked = all(not _MARKS.isdisjoint(event.extra) for event in events)
    return header.fields.keys() >= LOG_FIELDS and bool(events) and marked


def occurrence_faults(
    header: Header, events: Sequence[Event], defined: Recurrence | None, regulation: Regulation | None, team: Team
) -> Iterator[Fault]:
    """What is wrong with a request that was opened for a recurring errand, in the name of whoever defined it.

    Args:
        defined: the definition, None where there is none.
    """
    if defined is None:
        message = Message("there is no recurring errand “{name}”", name=header.fields["errand"])
        yield Fault("no-errand", message, Message("it is opened by: svcctl errands --open-due"), "fields")
        return
    definer = team.people.get(defined.by, Person(defined.by))
    if not _is_occurrence(header, events, defined, team):
        message = Message("it is not what the recurring errand “{name}” says", name=defined.name)
        yield Fault("not-errand", message, Message("it is opened by: svcctl errands --open-due"), "title")
        return
    yield from event_faults(header, (), events, definer, regulation, team)


def _is_occurrence(header: Header, events: Sequence[Event], defined: Recurrence, team: Team) -> bool:
    said = (header.by, header.title, header.controller, header.priority, header.text.strip(), header.fields)
    fields = {**defined.fields, "errand": defined.name}
    wanted = (defined.by, defined.title, defined.controller, defined.priority, defined.text.strip(), fields)
    moment = header.opened
    if said != wanted or header.id != request_id(defined, moment) or not _falls_on(defined, moment):
        return False
    ids = [derived_event_id(header.id, str(number)) for number in range(1, len(events) + 1)]
    alike = all(event.by == defined.by and event.at == moment and event.do in _OPENING for event in events)
    given = {event.to for event in events if isinstance(event, Assigned | HandedOff)}
    try:
        wanted_to = {defined.to, present(defined.to, team, moment.date()).to}
    except SvcctlError:
        wanted_to = {defined.to}
    return alike and given <= wanted_to and [event.id for event in sorted(events, key=order)] == ids


def _falls_on(defined: Recurrence, moment: datetime) -> bool:
    """Whether it is a moment of the errand; which days are working days the desk's calendar knows, not this."""
    every, day = defined.every, moment.date()
    in_time = defined.since < moment and (defined.until is None or day <= defined.until)
    return (
        in_time and (moment.hour, moment.minute) == (every.hour, every.minute) and every.falls_on(day, lambda _: True)
    )
