"""Stages: the steps of a regulation in the order of its file, some of them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from svcctl.model.criteria import Formula
from svcctl.model.duration import Duration
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import did_you_mean
from svcctl.model.section import Section


class Stage(NamedTuple):
    """A step: who answers for it, for how long, what must be known when it is done.

    ``with_`` names the stages that run beside it, ``returns_to`` the earlier one that its rejection goes back to,
    ``condition`` (``if:``) when it is needed at all, ``reasons`` those a return may give (empty: any).
    """

    name: str
    title: str = ""
    department: str = ""
    role: str = ""
    within: Duration | None = None
    needs: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    returns_to: str = ""
    condition: Formula | None = None
    reasons: tuple[str, ...] = ()


def parse_stages(front: Section) -> tuple[Stage, ...]:
    """Reads ``stages:`` and checks how they hang together; problems go to the section's list."""
    sections = list(front.items("stages"))
    stages = tuple(_stage(section) for section in sections)
    front.problems.extend(_check(stages, sections))
    return stages


def _stage(section: Section) -> Stage:
    condition = section.text("if")
    stage = Stage(
        section.word("name", required=True),
        section.text("title"),
        section.word("department"),
        section.word("role"),
        section.duration("within"),
        section.words("needs"),
        section.words("with"),
        section.word("returns_to"),
        Formula(condition, section.place("if")) if condition else None,
        section.texts("reasons"),
    )
    section.done("a stage")
    return stage


Groups = tuple[tuple[Stage, ...], ...]

_known: tuple[Sequence[Stage], Groups, dict[str, int]] = ((), (), {})
"""The stages that were asked for last: a regulation is asked again at every step of a path through it."""


def groups(stages: Sequence[Stage]) -> Groups:
    """The stages in the order of their start: those of one group run side by side and end together."""
    return _ordered(stages)[0]


def position(stages: Sequence[Stage], name: str) -> int | None:
    """In which of the ``groups`` a stage is, counted from 0; None where there is none of that name."""
    return _ordered(stages)[1].get(name)


def _ordered(stages: Sequence[Stage]) -> tuple[Groups, dict[str, int]]:
    global _known
    if _known[0] is not stages:
        found = _grouped(stages)
        places: dict[str, int] = {}
        for number, group in enumerate(found):
            for stage in group:
                places.setdefault(stage.name, number)
        _known = (stages, found, places)
    return _known[1], _known[2]


def _grouped(stages: Sequence[Stage]) -> Groups:
    result: list[list[Stage]] = []
    for stage in stages:
        if result and stage.name in result[-1][0].with_:
            result[-1].append(stage)
        else:
            result.append([stage])
    return tuple(tuple(group) for group in result)


def _check(stages: tuple[Stage, ...], sections: list[Section]) -> Iterator[Problem]:
    order: dict[str, int] = {}
    for index, (stage, section) in enumerate(zip(stages, sections, strict=True)):
        if stage.name and stage.name in order:
            message = Message("a stage called “{name}” stands above already", name=stage.name)
            yield Problem(section.place("name"), "twice", message, Message("give it another name"))
        order.setdefault(stage.name, index)
        if not stage.department and not stage.role:
            message = Message("nobody answers for the stage “{name}”", name=stage.name)
            yield Problem(section.place(), "no-owner", message, Message("add department: or role:"))
    unknown = [*_unknown_partners(stages, order, sections)]
    if unknown or any(stage.with_ for stage in stages):
        yield from unknown or _check_groups(stages, order, sections)
    for stage, section in zip(stages, sections, strict=True):
        yield from _check_return(order, stage, section.place("returns_to"))


def _unknown_partners(stages: tuple[Stage, ...], order: dict[str, int], sections: list[Section]) -> Iterator[Problem]:
    for stage, section in zip(stages, sections, strict=True):
        for name in stage.with_:
            if name not in order or name == stage.name:
                yield _unknown(section.place("with"), name, [other for other in order if other != stage.name])


def _check_groups(stages: tuple[Stage, ...], order: dict[str, int], sections: list[Section]) -> Iterator[Problem]:
    """Stages that run together must all say so, and stand together, or nobody could tell where they join."""
    for index, stage in enumerate(stages):
        together = _together(stages, stage.name)
        others = [name for name in together if name != stage.name]
        if set(stage.with_) != set(others):
            message = Message("“{name}” does not name all the stages that run with it", name=stage.name)
            remedy = Message("write with: [{names}]", names=", ".join(others))
            yield Problem(sections[index].place("with"), "one-sided", message, remedy)
        positions = [order[name] for name in together]
        if index == positions[0] and positions[-1] - index >= len(positions):
            message = Message("stages that run together must stand together: {names}", names=", ".join(together))
            remedy = Message("move the stages between them before or after them")
            yield Problem(sections[index].place("with"), "no-join", message, remedy)


def _together(stages: tuple[Stage, ...], name: str) -> list[str]:
    """The names of all stages that run with one, by any chain of ``with:``, in the order of the file."""
    found = {name}
    size = 0
    while size < len(found):
        size = len(found)
        for stage in stages:
            if stage.name in found or found & set(stage.with_):
                found |= {stage.name, *stage.with_}
    return [stage.name for stage in stages if stage.name in found]


def _check_return(order: dict[str, int], stage: Stage, place: Place) -> Iterator[Problem]:
    if not stage.returns_to:
        return
    if stage.returns_to not in order:
        yield _unknown(place, stage.returns_to, [name for name in order if name != stage.name])
    elif order[stage.returns_to] >= order.get(stage.name, 0) or stage.returns_to in stage.with_:
        message = Message("“{stage}” can return only to a stage before it", stage=stage.name)
        yield Problem(place, "returns-forward", message, Message("name a stage that stands above it in the file"))


def _unknown(place: Place, name: str, known: list[str]) -> Problem:
    message = Message("“{name}” is no other stage of this regulation", name=name)
    return Problem(place, "unknown-stage", message, did_you_mean(name, known) or Message("add it to stages:"))
