"""What people are told when a clock runs out: a line for the terminal, a message for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from svcctl.model.ids import short
from svcctl.model.instants import iso
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.team import Person
from svcctl.render.amounts import elapsed, moment, working
from svcctl.render.request import at_text, holder, key_name
from svcctl.render.visible import visible
from svcctl.rules.escalation import Notice

_DEEDS = {
    "pickup": ("take {id}",),
    "accept": ("accept {id}", "return {id} -m WHY"),
    "update": ("message {id} out --channel CHANNEL -m TEXT",),
    "stage": ("done {id} --stage {stage}",),
    "resolve": ("resolve {id} -m OUTCOME",),
    "promise": ("kept {id}", "broken {id} -m WHY"),
}


def notice_line(notice: Notice, now: datetime, catalog: Catalog = ENGLISH) -> str:
    """One line of ``check --escalate``: what is how late, who was told, who has it now."""
    words = [f"{short(notice.request.id)}  {notice.request.title}: {standing(notice, catalog).text(catalog)}"]
    words.append(f"({notice.level}) → {', '.join(notice.to)}")
    if notice.assign:
        words.append(Message("given to {person}", person=notice.assign).text(catalog))
    if notice.held is not None:
        words.append(Message("held until {at}", at=at_text(notice.held, now)).text(catalog))
    return visible("; ".join([" ".join(words[:2]), *words[2:]]))


def standing(notice: Notice, catalog: Catalog = ENGLISH) -> Message:
    """How the clock stands: late, due now, or due in a while.

    A deadline at the end of a day is past the next morning, though no working time has gone by since.
    """
    name, left = key_name(notice.clock.run.key), notice.clock.remaining or 0
    if left == 0 and notice.clock.late and notice.clock.due is not None:
        return Message("{clock} was due {at}", clock=name, at=moment(notice.clock.due, weekday=True, catalog=catalog))
    if left < 0:
        return Message("{clock} is {late} late", clock=name, late=_amount(notice, -left, catalog))
    if left == 0:
        return Message("{clock} is due now", clock=name)
    return Message("{clock} is due in {left}", clock=name, left=_amount(notice, left, catalog))


def _amount(notice: Notice, seconds: int, catalog: Catalog) -> str:
    # Fixed moments come and go by the wall clock, terms in working time.
    return (elapsed if notice.clock.run.fixed is not None else working)(seconds, catalog)


def delivery(
    notice: Notice, person: Person, sender: tuple[str, str], now: datetime, catalog: Catalog = ENGLISH
) -> dict[str, object]:
    """The message to one person as the JSON that ``--exec`` gets.

    Args:
        sender: name and address of who tells.
    """
    name, address = sender
    return {
        **notice.as_json(),
        "at": iso(now),
        "to": {"handle": person.handle, "name": person.name, "email": person.email},
        "from": {"name": name, "email": address},
        "subject": visible(subject(notice, catalog)),
        "text": visible(text(notice, person, catalog), keep="\n"),
    }


def subject(notice: Notice, catalog: Catalog = ENGLISH) -> str:
    """``[k7qm4d] resolution is 2 h late: 20 t of rebar``."""
    return f"[{short(notice.request.id)}] {standing(notice, catalog).text(catalog)}: {notice.request.title}"


def text(notice: Notice, person: Person, catalog: Catalog = ENGLISH) -> str:
    """What is late, by how much, whose it is, and what to type."""
    parts = ["\n".join(line.text(catalog) for line in _lines(notice, person, catalog))]
    commands = "\n".join(f"  svcctl {command}" for command in _commands(notice))
    parts.append(f"{Message('What to type:').text(catalog)}\n{commands}")
    return "\n\n".join(parts) + "\n"


def _lines(notice: Notice, person: Person, catalog: Catalog) -> Iterator[Message]:
    request, clock = notice.request, notice.clock
    yield Message("{id}: {title}", id=request.id, title=request.title)
    if request.client:
        yield Message("Client: {client}", client=request.client)
    yield Message("Priority: {priority}; {holder}.", priority=request.priority, holder=holder(request))
    due = clock.due or clock.run.started
    yield Message(
        "Due {at}: the {standing}.", at=moment(due, weekday=True, catalog=catalog), standing=standing(notice, catalog)
    )
    promise = request.promise(clock.run.of) if clock.run.name == "promise" else None
    if promise is not None:
        yield Message("Promised by {person}: {text}", person=promise.by, text=promise.text)
    if notice.assign:
        yield (
            Message("It is given to you.")
            if notice.assign == person.handle
            else Message("It is given to {person}.", person=notice.assign)
        )
    yield Message(
        "The regulation {regulation} wants you to know at {level}.", regulation=request.regulation, level=notice.level
    )


def _commands(notice: Notice) -> Iterator[str]:
    key, name = short(notice.request.id), notice.clock.run.name
    stage = notice.clock.run.of.partition("#")[0]
    # Whoever was given it has taken it already: to work on it, or to pass it on.
    patterns = ("assign {id} --to WHO",) if name == "pickup" and notice.assign else _DEEDS.get(name, ())
    for pattern in patterns:
        yield pattern.format(id=key, stage=stage)
    yield f"show {key}"
    yield f"explain {key} {notice.clock.run.key}"
