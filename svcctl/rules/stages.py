"""Which stage comes next: the process of a regulation as pure questions.

Stages run in the order of the file. Those that name each other in ``with:`` start together, and the next ones start
when the last of them is done. A stage whose ``if:`` does not hold is passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice

from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.model.schema import did_you_mean
from svcctl.model.stages import Stage, groups, position


def first_stages(regulation: Regulation, fields: Mapping[str, str]) -> tuple[Stage, ...]:
    """The stages that start when a request is opened; none where the regulation has none that is needed.

    Args:
        fields: what is known of the request, by name, as it was typed.

    Raises:
        Refused: a condition needs a value that is not known yet (code ``needs-data``).
    """
    return _next(regulation, 0, fields)


def after(
    regulation: Regulation,
    finished: Collection[str],
    open_: Collection[str],
    done: str,
    fields: Mapping[str, str],
) -> tuple[Stage, ...]:
    """The stages that start once the stage ``done`` is done or skipped.

    None start while a stage beside it is open, or one above it, which a return has begun again: that one leads here
    once more. One beside it that never ran, but is needed by what is known now, starts before the join. After a
    return, stages that were finished before run again.

    Args:
        finished: names of the stages that were ever finished or skipped.
        open_: names of the stages that run now; whether ``done`` is among them makes no difference.
        fields: what is known of the request, by name, as it was typed.

    Raises:
        Refused: no such stage, or a condition needs a value that is not known yet (code ``needs-data``).
    """
    ordered = groups(regulation.stages)
    here = _position(regulation, done)
    if open_ and any(stage.name in open_ for group in ordered[:here] for stage in group):
        return ()
    beside = [stage for stage in ordered[here] if stage.name != done]
    missed = [stage for stage in beside if stage.name not in finished and stage.name not in open_]
    late = tuple(stage for stage in missed if _needed(regulation, stage, fields))
    if late or any(stage.name in open_ for stage in beside):
        return late
    return tuple(s for s in _next(regulation, here + 1, fields) if s.name not in open_)


def returned(regulation: Regulation, stage: str) -> Stage | None:
    """The stage that a rejection at ``stage`` goes back to; None where the regulation names none.

    Raises:
        Refused: no such stage.
    """
    step = next(s for s in groups(regulation.stages)[_position(regulation, stage)] if s.name == stage)
    return regulation.stage(step.returns_to) if step.returns_to else None


def _next(regulation: Regulation, first: int, fields: Mapping[str, str]) -> tuple[Stage, ...]:
    for group in islice(groups(regulation.stages), first, None):
        needed = tuple(stage for stage in group if _needed(regulation, stage, fields))
        if needed:
            return needed
    return ()


def _needed(regulation: Regulation, stage: Stage, fields: Mapping[str, str]) -> bool:
    if stage.condition is None:
        return True
    from svcctl.rules.criteria import holds

    return holds(stage.condition, regulation.inputs, fields)


def _position(regulation: Regulation, name: str) -> int:
    found = position(regulation.stages, name)
    if found is not None:
        return found
    raise Refused(
        Message("the regulation has no stage “{name}”", name=name),
        did_you_mean(name, [stage.name for stage in regulation.stages]),
        code="unknown-stage",
    )
