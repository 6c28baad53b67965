"""What a regulation says of its clocks: how long each may run, what pauses it, what a reopening does to it."""

from __future__ import annotations

from collections.abc import Iterable

from svcctl.model.duration import Duration
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import did_you_mean
from svcctl.model.section import Section
from svcctl.model.source import is_list, key_place, place_of

CLOCKS = ("pickup", "accept", "update", "stage", "resolve", "promise")
"""The clocks that start and stop by themselves; any other declares its events."""

REOPEN = ("resume", "restart", "keep")
CHANGE = ("carry", "restart")
PAUSES = ("new", "in_progress", "handed_off", "waiting")
PRIORITIES = ("low", "normal", "high", "urgent")
OPENED = "opened"

_OWN_LENGTH = ("stage", "promise")


class ClockRule(NamedTuple):
    """One clock of a regulation.

    ``within`` is None for a stage clock whose stages say it and for promises, which have a moment of their own.
    ``pause`` names the statuses in which the clock stands still. ``start`` and ``stop`` are the events (or
    ``opened``) that start and stop a clock of the regulation's own; they are empty for those of ``CLOCKS``.
    ``change`` says what a change of priority or regulation does to the time that has passed: ``carry`` it, or
    ``restart`` the clock.
    """

    within: Duration | None = None
    pause: tuple[str, ...] = ()
    reopen: str = "resume"
    start: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    change: str = "carry"


def parse_clocks(front: Section) -> dict[str, ClockRule]:
    """Reads ``clocks:``; problems go to the section's list."""
    return {name: _clock(name, place, section) for name, place, section in front.entries("clocks")}


def _clock(name: str, place: Place, section: Section) -> ClockRule:
    rule = ClockRule(
        section.duration("within"),
        _words_of(section, "pause", PAUSES),
        section.choice("reopen", REOPEN, "resume"),
        _words_of(section, "start", _events(section, "start")),
        _words_of(section, "stop", _events(section, "stop")),
        section.choice("change", CHANGE, "carry"),
    )
    section.done("a clock")
    if "within" not in section.mapping and name not in _OWN_LENGTH:
        _report(
            section,
            place,
            "no-within",
            Message("the clock “{name}” says no time", name=name),
            Message("add within: 4h"),
        )
    if name in CLOCKS:
        _refuse_events(name, section)
    elif not ("start" in section.mapping and "stop" in section.mapping):
        _own_clock_without_events(name, place, section)
    return rule


def _words_of(section: Section, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words, raw = section.words(key), section.mapping.get(key)
    places = {word: place_of(raw, i) for i, word in enumerate(raw)} if is_list(raw) else {}  # type: ignore[arg-type]
    return tuple(w for w in words if section.known(key, w, allowed, places.get(w, section.place(key))))


def _events(section: Section, key: str) -> tuple[str, ...]:
    """The events that may start or stop a clock; the vocabulary is read only where a regulation has such a clock."""
    if key not in section.mapping:
        return ()
    from svcctl.model.events import VOCABULARY

    return (OPENED, *VOCABULARY)


def _refuse_events(name: str, section: Section) -> None:
    for key in ("start", "stop"):
        if key in section.mapping:
            _report(
                section,
                key_place(section.mapping, key),
                "own-clock",
                Message("the clock “{name}” starts and stops by itself", name=name),
                Message("leave out “{key}”, or give the clock a name of its own", key=key),
            )


def _own_clock_without_events(name: str, place: Place, section: Section) -> None:
    _report(
        section,
        place,
        "own-clock",
        Message("the clock “{name}” needs the events that start and stop it", name=name),
        Message(
            "add start: [offer_sent] and stop: [offer_accepted]; {clocks}",
            clocks=did_you_mean(name, CLOCKS),
        ),
    )


def _report(section: Section, place: Place, code: str, message: Message, remedy: Message) -> None:
    section.problems.append(Problem(place, code, message, remedy))


def running(clocks: Iterable[str]) -> tuple[str, ...]:
    """The clocks that can run under a regulation: those it declares, and stages and promises in any case."""
    return tuple(dict.fromkeys((*clocks, *_OWN_LENGTH)))


def parse_priorities(front: Section, clocks: dict[str, ClockRule]) -> dict[str, dict[str, Duration]]:
    """Reads ``priority:``, the clocks that run otherwise for requests of a priority."""
    result = {}
    for priority, place, section in front.entries("priority"):
        front.known("priority", priority, PRIORITIES, place)
        times = {}
        for name in section.mapping:
            within = section.duration(name)
            if known_clock(section, name, (*clocks, "stage"), key_place(section.mapping, name)) and within:
                times[name] = within
        result[priority] = times
    return result


def known_clock(section: Section, name: str, clocks: Iterable[str], place: Place) -> bool:
    """Whether the name is one of ``clocks``; reported at ``place`` where it is not."""
    if name in clocks:
        return True
    message = Message("“{name}” is no clock of this regulation", name=name)
    section.problems.append(Problem(place, "unknown-clock", message, did_you_mean(name, clocks)))
    return False
