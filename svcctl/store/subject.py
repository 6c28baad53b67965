"""The commit's message: a line of the diary that ``git log`` of a desk is."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.event import Event
from svcctl.model.ids import short

_TEXTS = ("note", "text", "why", "outcome", "skipped", "because", "comment", "name")
_SUBJECT_LENGTH = 160
_JOINERS = "\u200c\u200d"


def event_subject(event: Event) -> str:
    """What happened, by whom and to whom: ``handed_off ivanova → logistics: please price the delivery``."""
    values = event.__dict__
    words = f"{event.do} {event.by}"
    stage = values.get("stage")
    if stage and event.do.startswith("stage_"):
        words += f" {stage}"
    if event.do.startswith("offer_"):
        words += f" {values['revision']}"
    target = values.get("to") or values.get("into") or values.get("for_")
    if target and target != event.by:
        words += f" → {', '.join(target) if isinstance(target, list) else target}"
    said = next((values[name] for name in _TEXTS if values.get(name)), "")
    if event.do == "set":
        said = ", ".join(f"{name}={value}" for name, value in values["values"].items())
    elif event.automatic:
        said = f"{values['clock']} {values['level']}"
    elif event.do == "rated":
        said = f"{values['score']}/10 {said}".rstrip()
    return f"{words}: {said}" if said else words


def commit_message(deeds: Sequence[tuple[str, Sequence[Event]]]) -> str:
    """The message of a commit that records events of one or several requests; the ids stand whole in the body."""
    request_id, events = deeds[0]
    if not events:
        subject = f"R-…{short(request_id)}"
    else:
        subject = f"R-…{short(request_id)} " + "; ".join(event_subject(event) for event in events)
    if len(deeds) > 1:
        subject = (
            f"{len(deeds)} requests: {events[0].do if events else 'opened'} {events[0].by if events else ''}".rstrip()
        )
    body = "\n".join(dict.fromkeys(request_id for request_id, _ in deeds))
    return f"{one_line(subject)}\n\n{body}\n"


def one_line(text: str) -> str:
    """The text on one line of bearable length, without control characters; joiners hold letters and emoji together."""
    flat = " ".join("".join(c if c.isprintable() or c in _JOINERS else " " for c in text).split())
    return flat if len(flat) <= _SUBJECT_LENGTH else flat[: _SUBJECT_LENGTH - 1] + "…"
