"""A request in full, for people: header, who has it, deadlines, promises, what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from svcctl.model.event import Event
from svcctl.model.messages import Catalog, Message
from svcctl.model.request import Request
from svcctl.render.request import at_text, clock_name, deed, holder
from svcctl.render.visible import visible
from svcctl.rules.clocks import Clock

_TEXTS = ("note", "text", "why", "outcome", "comment", "because", "skipped")
_MARKS = {"running": "", "late": "late", "met": "met", "missed": "missed"}


_FATES = {
    "accepted": Message("accepted by {by} {at}"),
    "returned": Message("returned by {by} {at}"),
    "recalled": Message("recalled by {by} {at}"),
    "withdrawn": Message("withdrawn by {by} {at}"),
}
_PROMISES = {"open": Message("open"), "kept": Message("kept"), "broken": Message("broken")}


def dossier(request: Request, clocks: Sequence[Clock], now: datetime, catalog: Catalog) -> str:
    """The request as ``svcctl show`` prints it."""
    parts = [
        *_head(request, now, catalog),
        *_deadlines(clocks, now, catalog),
        *_promises(request, now, catalog),
        *_words(request, catalog),
        *_history(request, now, catalog),
    ]
    return "\n".join(parts) + "\n"


def _row(label: Message, value: str, catalog: Catalog) -> str:
    return f"  {label.text(catalog) + ':':<14} {visible(value)}"


def _head(request: Request, now: datetime, catalog: Catalog) -> Iterator[str]:
    yield f"{request.id}  {visible(request.title)}"
    held = "" if request.closed else f", {holder(request).text(catalog)}"
    yield _row(Message("status"), request.status + held, catalog)
    facts = (
        (
            Message("type"),
            " ".join(filter(None, (request.type, f"({request.regulation})" if request.regulation else ""))),
        ),
        (Message("client"), request.client),
        (Message("channel"), request.channel),
        (Message("priority"), request.priority if request.priority != "normal" else ""),
        (Message("controller"), request.controller),
        (Message("opened"), f"{at_text(request.opened, now).text(catalog)} {request.header.by}"),
        (Message("outcome"), request.outcome),
        (Message("rating"), f"{request.score}/10 {request.comment}".rstrip() if request.score is not None else ""),
    )
    for label, value in facts:
        if value:
            yield _row(label, value, catalog)
    for name, value in request.fields.items():
        yield _row(Message("{name}", name=visible(name)), value, catalog)
    for kind, other in request.links:
        yield _row(Message("{name}", name=visible(kind)), other, catalog)
    yield from _handoffs(request, now, catalog)


def _handoffs(request: Request, now: datetime, catalog: Catalog) -> Iterator[str]:
    """Every hand-off and its fate, for the sender."""
    for handoff in request.handoffs:
        text = Message(
            "{sender} → {to} {at}, {fate}",
            sender=handoff.from_,
            to=handoff.to,
            at=at_text(handoff.at, now),
            fate=_fate(handoff.outcome, handoff.outcome_by, handoff.closed, handoff.why, now),
        )
        yield _row(Message("hand-off"), text.text(catalog), catalog)


def _fate(outcome: str, by: str, closed: datetime | None, why: str, now: datetime) -> Message:
    if closed is None:
        return Message("not accepted yet")
    pattern = _FATES.get(outcome) or Message("{outcome} by {by} {at}")
    words = Message(pattern.source, outcome=outcome, by=by, at=at_text(closed, now))
    return Message("{words}: {why}", words=words, why=why) if why else words


def _deadlines(clocks: Sequence[Clock], now: datetime, catalog: Catalog) -> Iterator[str]:
    if not clocks:
        return
    yield ""
    yield Message("Deadlines").text(catalog)
    for clock in clocks:
        if clock.due is None:
            continue
        mark = _MARKS.get(clock.verdict, clock.verdict)
        target = f" ({clock.run.within})" if clock.run.within else ""
        name = clock_name(clock).text(catalog)
        due = at_text(clock.due, now).text(catalog)
        line = f"  {name:<22} {due:<18} {Message(mark).text(catalog) if mark else ''}{target}"
        yield visible(line.rstrip())


def _promises(request: Request, now: datetime, catalog: Catalog) -> Iterator[str]:
    if not request.promises:
        return
    yield ""
    yield Message("Promises").text(catalog)
    for promise in request.promises:
        fate = "open" if promise.open else "kept" if promise.kept else "broken"
        why = f": {promise.why}" if promise.why else ""
        due = at_text(promise.due, now).text(catalog)
        yield visible(f"  {promise.event}  {due}  {promise.text} ({_PROMISES[fate].text(catalog)}{why})")


def _words(request: Request, catalog: Catalog) -> Iterator[str]:
    if request.text:
        yield ""
        yield Message("The client's words").text(catalog)
        for line in request.text.splitlines():
            yield "  " + visible(line)


def _history(request: Request, now: datetime, catalog: Catalog) -> Iterator[str]:
    if request.events:
        yield ""
        yield Message("What happened").text(catalog)
    for event in request.events:
        yield "  " + event_line(event, request, now, catalog)


def event_line(event: Event, request: Request, now: datetime, catalog: Catalog) -> str:
    """An event as a line of a diary."""
    words = event_words(event, request, catalog)
    return visible(f"{at_text(event.at, now).text(catalog):<15} {event.by:<12} {words}")


def event_words(event: Event, request: Request, catalog: Catalog) -> str:
    """What an event says happened and what was said with it; of a redacted one only that it was."""
    words = deed(event).text(catalog)
    if event.id in request.redacted:
        words += ": " + Message("[redacted]").text(catalog)
    else:
        words += _said(event)
    lost = request.overtaken.get(event.id)
    if lost is not None:
        by = next(other.by for other in request.events if other.id == lost.by)
        pattern = Message("(overwritten by {by})") if lost.applied else Message("(superseded by {by})")
        words += " " + Message(pattern.source, by=by).text(catalog)
    return words


def _said(event: Event) -> str:
    values = event.__dict__
    said = [str(values[name]) for name in _TEXTS if values.get(name)]
    if event.do == "set" or values.get("fields"):
        pairs = values.get("values") or values.get("fields") or {}
        said.insert(0, ", ".join(f"{name}={value}" for name, value in pairs.items()))
    return ": " + "; ".join(said) if said else ""
