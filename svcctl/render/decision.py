"""A decision as people read it, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from svcctl.model.criteria import NEEDS_DATA
from svcctl.model.ids import short
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.request import Request
from svcctl.render.request import at_text, clock_name, holder
from svcctl.render.visible import visible
from svcctl.reports.table import Column, Table
from svcctl.rules.clocks import Clock, next_clock
from svcctl.rules.criteria import MATCHED, NOT_MATCHED, NOT_REACHED, Step
from svcctl.rules.deciding import Decision, Review

_VERDICTS = {
    MATCHED: Message("matched"),
    NOT_MATCHED: Message("not matched"),
    NOT_REACHED: Message("not reached"),
    NEEDS_DATA: Message("needs data"),
}


def decision_line(
    request: Request,
    made: Decision,
    reviewed: Review | None,
    clocks: Sequence[Clock],
    now: datetime,
    catalog: Catalog = ENGLISH,
) -> str:
    """One line: what was decided and why, who reviews it, who has the request, what is due next."""
    parts = [_decided(request, made), *_together(made)]
    if reviewed is not None:
        parts.append(Message("{who} reviews it in the stage {stage}", who=reviewed.who, stage=reviewed.stage))
    parts.append(holder(request))
    following = next_clock(clocks)
    if following is not None and following.due is not None:
        pattern = Message("{clock} was due {at}") if following.late else Message("{clock} due {at}")
        parts.append(Message(pattern.source, clock=clock_name(following), at=at_text(following.due, now)))
    return visible("; ".join(part.text(catalog) for part in parts))


def _decided(request: Request, made: Decision) -> Message:
    pattern = Message("{id} decided: {outcome} (rule {rule}: {because})")
    if made.department:
        pattern = Message("{id} decided by {department}: {outcome} (rule {rule}: {because})")
    return Message(
        pattern.source,
        id=short(request.id),
        department=made.department,
        outcome=made.outcome.then,
        rule=made.outcome.rule,
        because=made.outcome.because,
    )


def _together(made: Decision) -> list[Message]:
    if made.together:
        return [Message("together: {outcome}", outcome=made.together)]
    return [Message("{names} to decide", names=", ".join(made.open))] if made.open else []


def decision_json(made: Decision, reviewed: Review | None, explained: bool) -> dict[str, object]:
    """The decision, or what is missing for it; ``rules`` are there where an explanation was asked for."""
    value: dict[str, object] = {
        "outcome": made.outcome.then or None,
        "rule": made.outcome.rule,
        "because": made.outcome.because or None,
        "inputs": dict(made.outcome.inputs),
        "missing": list(made.outcome.missing),
        "regulation": made.regulation.ref,
        "department": made.department or None,
        "together": made.final or None,
        "open": list(made.open),
        "review": {"stage": reviewed.stage, "who": reviewed.who} if reviewed else None,
    }
    if explained:
        value["rules"] = [_step_json(step, made) for step in made.steps]
    return value


def _step_json(step: Step, made: Decision) -> dict[str, object]:
    return {
        "rule": step.rule,
        "when": step.when,
        "given": {name: text or None for name, text in made.given(step).items()},
        "verdict": step.verdict,
        "missing": list(step.missing),
        "then": step.then,
        "because": step.because,
    }


def explanation(made: Decision) -> Table:
    """Every rule with what is known of its inputs, and what became of it."""
    columns = (
        Column("rule", Message("rule"), "number"),
        Column("when", Message("when")),
        Column("given", Message("given")),
        Column("verdict", Message("verdict")),
        Column("then", Message("then")),
        Column("because", Message("because")),
    )
    rows = [
        (step.rule, step.when, _given(step, made), _VERDICTS[step.verdict], step.then, step.because)
        for step in made.steps
    ]
    return Table(Message("Criteria"), columns, rows)


def _given(step: Step, made: Decision) -> str:
    return ", ".join(f"{name} = {text or '?'}" for name, text in made.given(step).items())
