"""Deciding a request by the criteria of its regulation: what comes out, what it is recorded as, who reviews it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from svcctl.model.criteria import DECISION, OTHERWISE, Criteria, Formula, decision_field
from svcctl.model.event import Event
from svcctl.model.events import Decided
from svcctl.model.ids import short
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation
from svcctl.model.request import Request
from svcctl.model.schema import did_you_mean
from svcctl.model.stages import Stage
from svcctl.model.team import Team
from svcctl.rules.criteria import Outcome, Step, decide, explain


class Decision(NamedTuple):
    """What the criteria come to for a request.

    ``values`` is what is known, ``new`` what was given now and differs from what the record has. Where departments
    decide by tables of their own, ``department`` is whose this is, ``together`` what all of them come to (empty while
    that is open), and ``open`` are those that have not decided.
    """

    regulation: Regulation
    criteria: Criteria
    outcome: Outcome
    steps: tuple[Step, ...]
    values: dict[str, str]
    new: dict[str, str]
    department: str = ""
    together: str = ""
    open: tuple[str, ...] = ()

    @property
    def final(self) -> str:
        """What the request is decided by: the outcome of all departments where several decide; empty while open."""
        return self.together if self.department else self.outcome.then

    def events(self, request: Request, stage: str) -> list[Event]:
        """The decision as events: the department's own, and what all come to, once that is new.

        Args:
            request: as it stands before.
            stage: the open stage that the decision belongs to, if any.
        """
        own = self._event(stage)
        if not self.together or request.fields.get(DECISION) == self.together:
            return [own]
        known = {**_outcomes(request, self.regulation), self.department: self.outcome.then}
        because = ", ".join(f"{department}: {outcome}" for department, outcome in known.items())
        ref = self.regulation.ref
        return [own, Decided(outcome=self.together, because=because, inputs=known, regulation=ref, stage=stage)]

    def _event(self, stage: str) -> Decided:
        rule = self.outcome.rule
        assert rule is not None, "refuse_undecided comes first"
        return Decided(
            department=self.department,
            outcome=self.outcome.then,
            because=self.outcome.because,
            rule=rule,
            inputs=self.outcome.inputs,
            regulation=self.regulation.ref,
            stage=stage,
        )

    def given(self, step: Step) -> dict[str, str]:
        """The inputs that a rule looks at, with what is known of them; empty where nothing is."""
        from svcctl.model.expressions import names, parse

        if step.when.strip() == OTHERWISE:
            return {}
        asked = names(parse(Formula(step.when)))
        return {name: self.values.get(name, "") for name in asked if name in self.criteria.inputs}


def decision(
    request: Request,
    regulation: Regulation | None,
    given: Mapping[str, str],
    currency: str,
    departments: Sequence[str] = (),
) -> Decision:
    """Decides a request by its regulation, on what its record has and what is given now.

    Args:
        departments: whose table counts where departments have their own, the first that has one.
        given: more inputs, by name, as they were typed; they go before those of the record.
        currency: what money without a currency is in.

    Raises:
        Refused: there are no criteria (``no-criteria``), a given name is no input (``unknown-input``), or as of
            ``svcctl.rules.criteria.decide``.
    """
    if regulation is None or not regulation.tables:
        raise _no_criteria(request, regulation)
    department = _department(request, regulation, departments)
    criteria = regulation.tables[department]
    for name in given:
        if name not in criteria.inputs:
            raise Refused(
                Message("“{name}” is no input of the criteria of {regulation}", name=name, regulation=regulation.ref),
                did_you_mean(name, criteria.inputs),
                code="unknown-input",
            )
    values = {**request.values(), **given}
    new = {name: text for name, text in given.items() if request.values().get(name, "") != text}
    outcome = decide(criteria, values, currency)
    made = Decision(regulation, criteria, outcome, explain(criteria, values, currency), values, new, department)
    return _combined(made, request) if regulation.combine else made


def deciding_departments(
    request: Request, regulation: Regulation | None, person: str, team: Team, stage: str = ""
) -> list[str]:
    """The departments that a person may decide for: those of the stages in hand, their own, those they head.

    The one of ``stage`` comes first.
    """
    steps = {one.name: one.department for one in regulation.stages} if regulation else {}
    held = [steps.get(item.stage) or item.department for item in request.items.values() if item.owner == person]
    led = [department.name for department in team.departments.values() if department.head == person]
    found = list(dict.fromkeys((*held, team.department_of(person), *led)))
    return sorted(found, key=lambda name: name != steps.get(stage))


def _department(request: Request, regulation: Regulation, departments: Sequence[str]) -> str:
    found = next((name for name in ("", *departments) if name in regulation.tables), None)
    if found is None:
        raise Refused(
            Message(
                "{id}: {department} has no criteria in {ref}",
                id=short(request.id),
                department=departments[0] if departments and departments[0] else "-",
                ref=regulation.ref,
            ),
            Message("decided by {names}", names=", ".join(regulation.tables)),
            code="no-criteria",
        )
    return found


def _combined(made: Decision, request: Request) -> Decision:
    """The decision with what it brings all departments to."""
    assert made.regulation.combine is not None
    known = _outcomes(request, made.regulation)
    if made.outcome.then:
        known[made.department] = made.outcome.then
    tables = made.regulation.tables
    together = made.regulation.combine.result(known, tables)
    return made._replace(together=together, open=tuple(name for name in tables if name not in known))


def _outcomes(request: Request, regulation: Regulation) -> dict[str, str]:
    """What the departments have decided so far."""
    fields = {name: request.fields.get(decision_field(name), "") for name in regulation.tables}
    return {name: outcome for name, outcome in fields.items() if outcome}


def _no_criteria(request: Request, regulation: Regulation | None) -> Refused:
    if regulation is None:
        return Refused(
            Message("{id}: no regulation says how to decide it", id=short(request.id)),
            Message("write down what was decided: svcctl note {id} -m …", id=short(request.id)),
            code="no-criteria",
        )
    return Refused(
        Message("{id}: the regulation {ref} has no criteria", id=short(request.id), ref=regulation.ref),
        Message("criteria stand below decide: in regulations/{name}.md", name=regulation.name),
        code="no-criteria",
    )


def refuse_undecided(request: Request, made: Decision) -> None:
    """Refuses where data is missing, no rule covers the case, or it was decided just so already.

    Raises:
        Refused: what is missing, and the command that gives it (``needs-data``); ``no-rule``; ``no-change``.
    """
    if made.outcome.missing:
        raise _needs_data(request, made)
    if made.outcome.rule is None:
        raise Refused(
            Message("{id}: no rule of {ref} covers it", id=short(request.id), ref=made.regulation.ref),
            Message(
                "svcctl decide {id} --explain shows why; a rule with “when: otherwise” would cover it (ask {owner})",
                id=short(request.id),
                owner=made.regulation.owner,
            ),
            code="no-rule",
        )
    last = _last(request, made.department)
    if last is not None and not made.new and _same(last, made, request):
        raise Refused(
            Message(
                "{id}: decided so already on {at}: {outcome}",
                id=short(request.id),
                at=f"{last.at:%Y-%m-%d %H:%M}",
                outcome=last.outcome,
            ),
            Message("new data decides anew: svcctl decide {id} --field …=…", id=short(request.id)),
            code="no-change",
        )


def _needs_data(request: Request, made: Decision) -> Refused:
    missing = made.outcome.missing
    kinds = ", ".join(f"{name} ({made.criteria.inputs[name].text})" for name in missing)
    fields = " ".join(f"--field {name}=…" for name in missing)
    return Refused(
        Message("{id}: needs data: {kinds}", id=short(request.id), kinds=kinds),
        Message("svcctl decide {id} {fields}", id=short(request.id), fields=fields),
        code="needs-data",
    )


def _last(request: Request, department: str) -> Decided | None:
    decided = (event for event in reversed(request.decisions) if isinstance(event, Decided))
    return next((event for event in decided if event.department == department), None)


def _same(last: Decided, made: Decision, request: Request) -> bool:
    ours = (made.outcome.then, made.outcome.rule, made.outcome.inputs, made.regulation.ref)
    return (last.outcome, last.rule, last.inputs, last.regulation) == ours and (
        request.fields.get(decision_field(made.department)) == last.outcome
    )


class Review(NamedTuple):
    """Who takes a decision further: the stage, and the person, role or department that answers for it."""

    stage: str
    who: str


def review(made: Decision, request: Request, team: Team) -> Review | None:
    """Who reviews: the first stage that is there because of this very outcome; None where the regulation has none.

    A stage's condition says so by asking for the decision, for example ``if: decision == review``.
    """
    if not made.final:
        return None
    values = {**made.values, DECISION: made.final}
    for stage in made.regulation.stages:
        if stage.name not in request.stages_done and _follows(stage, made.regulation, values):
            return Review(stage.name, _who(stage, stage.department or request.department, team))
    return None


def _who(stage: Stage, department: str, team: Team) -> str:
    holder = team.with_role(stage.role, department) if stage.role else ""
    return f"{stage.role} ({holder})" if holder else stage.role or stage.department


def _follows(stage: Stage, regulation: Regulation, values: Mapping[str, str]) -> bool:
    from svcctl.model.expressions import names, parse
    from svcctl.rules.criteria import holds

    if stage.condition is None or DECISION not in names(parse(stage.condition)):
        return False
    try:
        return holds(stage.condition, regulation.inputs, values)
    except Refused:
        return False
