"""The vocabulary: everything that can happen to a request, one small class each.

A class names its fields with their types, says in ``problems`` why it may not happen now, and in ``apply`` what it
does to the state.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from svcctl.model.event import VOCABULARY, BadEvent, Event, Unknown, from_dict
from svcctl.model.instants import parse_instant
from svcctl.model.messages import Message
from svcctl.model.problems import Usage
from svcctl.model.request import Change, Handoff, Promise, Request, StageRun, Wait, WorkItem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

__all__ = ["VOCABULARY", "BadEvent", "Event", "Unknown", "from_dict"]

# Why an event may not happen


def _held(item: WorkItem) -> Message:
    """Who has the work item now, as the end of a refusal."""
    if item.handoff is not None:
        return Message("hand-off to {to} open since {at}", to=item.handoff.to, at=f"{item.handoff.at:%Y-%m-%d %H:%M}")
    if item.owner:
        return Message("already taken by {owner}", owner=item.owner)
    return Message("nobody has taken it yet")


def _no_handoff(request: Request, stage: str) -> Iterator[Message]:
    if (item := request.item(stage)).handoff is not None:
        yield _held(item)


def _needs_handoff(request: Request, stage: str) -> Iterator[Message]:
    if (item := request.item(stage)).handoff is None:
        yield Message("no hand-off is open: {held}", held=_held(item))


# Who has it


class Taken(Event, do="taken"):
    """Somebody took what nobody had."""

    stage: str = ""
    department: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        item = request.item(self.stage)
        if item.handoff is not None or item.owner:
            yield _held(item)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        item.owner = self.by
        item.touched = self.at
        item.department = self.department or item.department
        request.takes.append((self.at, self.by))
        request.picked_up = request.picked_up or self.at


class Assigned(Event, do="assigned"):
    """Somebody was told to work on it."""

    to: str
    stage: str = ""
    department: str = ""
    note: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _no_handoff(request, self.stage)
        if request.item(self.stage).owner == self.to:
            yield Message("already taken by {owner}", owner=self.to)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        item.previous_owner, item.owner, item.touched = item.owner, self.to, None
        item.department = self.department or item.department
        item.reached = self.at


class Released(Event, do="released"):
    """The owner gave it back to the department."""

    stage: str = ""
    note: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _no_handoff(request, self.stage)
        if not request.item(self.stage).owner:
            yield Message("nobody has taken it yet")

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        item.previous_owner, item.owner = item.owner, ""


class HandedOff(Event, do="handed_off"):
    """It was passed to a person or a department, who accept or return it."""

    to: str
    note: str = ""
    within: str = ""
    stage: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _no_handoff(request, self.stage)
        if request.item(self.stage).owner == self.to:
            yield Message("already taken by {owner}", owner=self.to)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        if item.handoff is not None:
            item.handoff.close("superseded", self)
        item.handoff = Handoff(self.id, item.stage, self.by, self.to, self.at, self.note, self.within)
        item.owner = item.owner or self.by
        request.handoffs.append(item.handoff)


class Accepted(Event, do="accepted"):
    """The other side of a hand-off took it over."""

    stage: str = ""
    department: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _needs_handoff(request, self.stage)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        if item.handoff is not None:
            item.handoff.close("accepted", self)
        item.handoff = None
        item.previous_owner, item.owner, item.touched = item.owner, self.by, self.at
        item.department = self.department or item.department
        item.reached = self.at
        request.takes.append((self.at, self.by))
        request.picked_up = request.picked_up or self.at


class Returned(Event, do="returned"):
    """The other side of a hand-off gave it back and said why; or a stage sent its subject back to another."""

    why: str
    reason: str = ""
    stage: str = ""
    to_stage: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if not self.to_stage:
            yield from _needs_handoff(request, self.stage)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        if item.handoff is not None:
            item.handoff.close("returned", self, self.why)
            item.owner = item.handoff.from_
            item.handoff = None
            item.reached = self.at
        if self.to_stage:
            _finish_stage(request, item, self, "returned")


class Recalled(Event, do="recalled"):
    """The sender of a hand-off took it back before the other side answered."""

    why: str = ""
    stage: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _needs_handoff(request, self.stage)
        handoff = request.item(self.stage).handoff
        if handoff is not None and handoff.from_ != self.by:
            yield Message("only {sender} can recall this hand-off", sender=handoff.from_)

    def apply(self, request: Request) -> None:
        item = request.item(self.stage)
        if item.handoff is not None:
            item.handoff.close("recalled", self, self.why)
            item.owner = item.handoff.from_
        item.handoff = None


# What was said


class Noted(Event, do="noted", when="any"):
    """Somebody wrote something down for colleagues."""

    text: str
    file: str = ""


class MessageIn(Event, do="message_in", when="any"):
    """The client said something."""

    text: str
    channel: str = ""
    file: str = ""

    def apply(self, request: Request) -> None:
        request.messages.append((self.at, "in"))


class MessageOut(Event, do="message_out", when="any"):
    """The client was told something."""

    text: str
    channel: str = ""
    file: str = ""

    def apply(self, request: Request) -> None:
        request.messages.append((self.at, "out"))
        request.first_answer = request.first_answer or self.at


class Promised(Event, do="promised"):
    """Something was promised to the client for a moment."""

    due: str
    text: str

    def faults(self) -> Iterator[Message]:
        yield from _bad_instant("due", self.due)

    def apply(self, request: Request) -> None:
        if not any(_bad_instant("due", self.due)):
            request.promises.append(Promise(self.id, self.by, self.at, parse_instant(self.due), self.text))


def _bad_instant(name: str, text: str) -> Iterator[Message]:
    try:
        parse_instant(text)
    except Usage as error:
        yield Message("{name}: {why}", name=name, why=error.message)


class PromiseKept(Event, do="promise_kept", when="any"):
    """A promise was kept."""

    promise: str = ""
    note: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _open_promise(request, self.promise)

    def apply(self, request: Request) -> None:
        promise = request.promise(self.promise)
        if promise is not None and promise.open:
            promise.kept = self.at


class PromiseBroken(Event, do="promise_broken", when="any"):
    """A promise was not kept, and why."""

    why: str
    promise: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        yield from _open_promise(request, self.promise)

    def apply(self, request: Request) -> None:
        promise = request.promise(self.promise)
        if promise is not None and promise.open:
            promise.broken, promise.why = self.at, self.why


def _open_promise(request: Request, event: str) -> Iterator[Message]:
    promise = request.promise(event)
    if promise is None:
        yield Message("no promise is open")
    elif not promise.open:
        yield Message("the promise “{text}” is settled already", text=promise.text)


class Waiting(Event, do="waiting"):
    """The work stands still until somebody outside has done something."""

    for_: str
    why: str = ""
    until: str = ""

    def faults(self) -> Iterator[Message]:
        if self.until:
            yield from _bad_instant("until", self.until)

    def problems(self, request: Request) -> Iterator[Message]:
        wait = request.waiting
        if wait is not None:
            yield Message("waiting for {whom} since {at} already", whom=wait.for_, at=f"{wait.start:%Y-%m-%d %H:%M}")

    def apply(self, request: Request) -> None:
        if request.waiting is None:
            until = parse_instant(self.until) if self.until and not any(self.faults()) else None
            request.waits.append(Wait(self.at, self.for_, self.why, until))


class Resumed(Event, do="resumed"):
    """The wait is over."""

    why: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if request.waiting is None:
            yield Message("it is not waiting for anybody")

    def apply(self, request: Request) -> None:
        _end_wait(request, self.at)


def _end_wait(request: Request, at: datetime) -> None:
    if request.waiting is not None:
        request.waiting.end = at


# Stages and decisions


class StageStarted(Event, do="stage_started"):
    """A stage of the regulation began; with ``to`` it is a hand-off that is open until accepted or returned."""

    stage: str
    department: str = ""
    role: str = ""
    to: str = ""
    within: str = ""

    def apply(self, request: Request) -> None:
        before = request.items.pop("", None)
        department = self.department or (before.department if before else "")
        item = WorkItem(self.stage, department, "", self.at, self.role)
        request.items[self.stage] = item
        request.stage_runs.append(StageRun(self.stage, department, self.at, None, "", ""))
        if self.stage in request.stages_done:
            request.stages_done.remove(self.stage)
        if self.to == self.by:
            item.owner, item.touched = self.by, self.at
        elif self.to:
            item.owner = self.by
            item.handoff = Handoff(self.id, self.stage, self.by, self.to, self.at, "", self.within)
            request.handoffs.append(item.handoff)
        elif before is not None and before.owner:
            item.owner = before.owner


class StageDone(Event, do="stage_done"):
    """A stage was finished; ``fields`` is what became known, ``skipped`` says why it was left out."""

    stage: str
    fields: dict[str, str] = {}
    note: str = ""
    skipped: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if self.stage not in request.items:
            yield Message("the stage “{stage}” is not open", stage=self.stage)
        else:
            yield from _no_handoff(request, self.stage)

    def apply(self, request: Request) -> None:
        request.fields.update(self.fields)
        request.picked_up = request.picked_up or self.at
        item = request.items.get(self.stage)
        if item is not None:
            _finish_stage(request, item, self, "skipped" if self.skipped else "done")
            request.stages_done.append(self.stage)


def _finish_stage(request: Request, item: WorkItem, event: Event, outcome: str) -> None:
    runs = request.stage_runs
    for index in range(len(runs) - 1, -1, -1):
        if runs[index].stage == item.stage and runs[index].done is None:
            runs[index] = runs[index]._replace(done=event.at, by=event.by, outcome=outcome)
            break
    request.items.pop(item.stage, None)
    if not request.items:
        request.items[""] = WorkItem("", item.department, item.owner or event.by, event.at)


class Decided(Event, do="decided"):
    """A decision by the regulation's criteria, or by a person where they ask for one.

    With ``department`` it is that department's own, by its own table; ``decision`` is what all of them come to.
    """

    outcome: str
    because: str = ""
    rule: int = 0
    inputs: dict[str, str] = {}
    regulation: str = ""
    stage: str = ""
    department: str = ""

    def apply(self, request: Request) -> None:
        from svcctl.model.criteria import decision_field

        request.decisions.append(self)
        request.fields[decision_field(self.department)] = self.outcome


class Set(Event, do="set", when="any"):
    """Values were changed: header values by their names, anything else as the request's own fields."""

    values: dict[str, str]
    old: dict[str, str] = {}

    def apply(self, request: Request) -> None:
        for name, value in self.values.items():
            _set_value(request, name, value, self.at)


SETTABLE = ("title", "type", "client", "channel", "priority", "controller", "regulation")


def _set_value(request: Request, name: str, value: str, at: datetime) -> None:
    if name in SETTABLE:
        request.changes.append(Change(at, name, getattr(request, name), value))
        setattr(request, name, value)
    elif name == "department":
        request.changes.append(Change(at, name, request.main_item.department, value))
        request.main_item.department = value
    elif name == "due":
        if not value or not any(_bad_instant("due", value)):
            request.due = parse_instant(value) if value else None
    else:
        request.changes.append(Change(at, name, request.fields.get(name, ""), value))
        request.fields[name] = value


class Worked(Event, do="worked", when="any"):
    """Somebody spent time on it."""

    minutes: int
    note: str = ""

    def faults(self) -> Iterator[Message]:
        if not 0 < self.minutes <= 24 * 60:
            yield Message("worked time is more than nothing and at most a day")

    def apply(self, request: Request) -> None:
        request.worked[self.by] = request.worked.get(self.by, 0) + self.minutes


# The end


class Resolved(Event, do="resolved"):
    """The matter is settled."""

    outcome: str
    code: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        for item in request.items.values():
            if item.handoff is not None:
                yield _held(item)

    def apply(self, request: Request) -> None:
        if request.status != "resolved":
            request.resolutions.append((self.at, self.by))
        request.outcome = self.outcome
        _end_wait(request, self.at)


class Reopened(Event, do="reopened", when="closed"):
    """It was not settled after all."""

    why: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if request.status == "merged":
            yield Message("it was merged into {id}: go on there", id=request.merged_into)

    def apply(self, request: Request) -> None:
        if request.status == "cancelled":
            request.cancelled = None
        elif request.status == "resolved":
            request.reopenings.append(self.at)


class Cancelled(Event, do="cancelled"):
    """It will not be done, and why."""

    why: str

    def apply(self, request: Request) -> None:
        request.cancelled = self.at
        request.outcome = self.why
        _withdraw_handoffs(request, self)
        _end_wait(request, self.at)


def _withdraw_handoffs(request: Request, event: Event) -> None:
    for item in request.items.values():
        if item.handoff is not None:
            item.handoff.close("withdrawn", event)
            item.handoff = None


class Linked(Event, do="linked", when="any"):
    """It has to do with another request."""

    to: str
    kind: str = "related"

    def problems(self, request: Request) -> Iterator[Message]:
        if self.to == request.id:
            yield Message("a request cannot be linked with itself")
        elif (self.kind, self.to) in request.links:
            yield Message("linked with {id} already", id=self.to)

    def apply(self, request: Request) -> None:
        if (self.kind, self.to) not in request.links:
            request.links.append((self.kind, self.to))


class MergedInto(Event, do="merged_into"):
    """It is the same matter as another request, where work goes on."""

    into: str
    why: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if self.into == request.id:
            yield Message("a request cannot be merged into itself")

    def apply(self, request: Request) -> None:
        if request.cancelled is None:
            request.merged_into = self.into
            request.cancelled = self.at
            _withdraw_handoffs(request, self)
            _end_wait(request, self.at)


class Rated(Event, do="rated", when="any"):
    """The client's answer to “would you recommend us”, 0 to 10."""

    score: int
    comment: str = ""

    def faults(self) -> Iterator[Message]:
        if not 0 <= self.score <= 10:
            yield Message("a rating is a whole number from 0 to 10, not {score}", score=self.score)

    def apply(self, request: Request) -> None:
        if 0 <= self.score <= 10:
            request.score, request.comment = self.score, self.comment


# Deadlines


class Escalated(Event, do="escalated", when="any"):
    """Somebody was told that a clock is running out, or has; ``assign`` got the work that the clock is about."""

    automatic: ClassVar[bool] = True
    clock: str
    level: str
    to: list[str]
    assign: str = ""

    def apply(self, request: Request) -> None:
        request.told.add((self.clock, self.level))
        item = _item_of(request, self.clock)
        if not self.assign or request.closed or item is None:
            return
        if item.handoff is not None:
            # It is open until somebody accepts or returns it: now that is the one it was given to.
            item.handoff.to = self.assign
        elif item.owner != self.assign:
            item.previous_owner, item.owner, item.touched = item.owner, self.assign, None
            item.reached = self.at


def _item_of(request: Request, clock: str) -> WorkItem | None:
    """The work item that a clock's key is about; None where it is done already."""
    name, _, of = clock.partition(":")
    if name == "stage":
        return request.items.get(of.partition("#")[0])
    if name == "accept":
        found = (item for item in request.items.values() if item.handoff is not None and item.handoff.event == of)
        return next(found, None)
    return request.main_item


class Reminded(Event, do="reminded", when="any"):
    """Somebody was reminded of a clock."""

    automatic: ClassVar[bool] = True
    clock: str
    level: str
    to: list[str]

    def apply(self, request: Request) -> None:
        request.told.add((self.clock, self.level))


# Offers


class _OfferEvent(Event):
    """What the events of offers have in common: the revision and the status they bring it to."""

    brings: ClassVar[str] = ""
    revision: str

    def apply(self, request: Request) -> None:
        request.offers[self.revision] = self.brings


class OfferDrafted(_OfferEvent, do="offer_drafted"):
    """A revision of the offer was begun or changed."""

    brings: ClassVar[str] = "drafted"
    revision: str
    content: str = ""


class OfferSubmitted(_OfferEvent, do="offer_submitted"):
    """A revision was laid before those who approve it."""

    brings: ClassVar[str] = "submitted"
    revision: str
    content: str = ""


class OfferApproved(_OfferEvent, do="offer_approved"):
    """One of those who approve did."""

    brings: ClassVar[str] = "approved"
    revision: str
    content: str = ""
    subject: str = ""


class OfferRejected(_OfferEvent, do="offer_rejected"):
    """One of those who approve did not, and why."""

    brings: ClassVar[str] = "rejected"
    revision: str
    why: str
    reason: str = ""
    subject: str = ""


class OfferSent(_OfferEvent, do="offer_sent"):
    """The client was sent the revision."""

    brings: ClassVar[str] = "sent"
    revision: str
    channel: str = ""
    content: str = ""


class OfferAccepted(_OfferEvent, do="offer_accepted", when="any"):
    """The client accepted the revision."""

    brings: ClassVar[str] = "accepted"
    revision: str
    note: str = ""


class OfferDeclined(_OfferEvent, do="offer_declined", when="any"):
    """The client declined the revision, and why."""

    brings: ClassVar[str] = "declined"
    revision: str
    why: str
    reason: str = ""


# The record itself


class Attached(Event, do="attached", when="any"):
    """A file was put beside the record."""

    file: str
    name: str

    def apply(self, request: Request) -> None:
        request.attachments.append((self.name, self.file))


class Acknowledged(Event, do="acknowledged", when="any"):
    """Somebody has seen that an event of theirs was overtaken."""

    event: str
    note: str = ""

    def problems(self, request: Request) -> Iterator[Message]:
        if self.event not in request.overtaken:
            yield Message("the event {id} was not overtaken", id=self.event)
        elif self.event in request.acknowledged:
            yield Message("the event {id} is acknowledged already", id=self.event)

    def apply(self, request: Request) -> None:
        request.acknowledged.add(self.event)


class Redacted(Event, do="redacted", when="any"):
    """The text of an event is shown no more, and why."""

    event: str
    why: str

    def problems(self, request: Request) -> Iterator[Message]:
        if not any(event.id == self.event for event in request.events):
            yield Message("there is no event {id} in this request", id=self.event)

    def apply(self, request: Request) -> None:
        request.redacted.add(self.event)
