"""A regulation as people read it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from svcctl.model.clockrules import ClockRule
from svcctl.model.criteria import Criteria
from svcctl.model.messages import ENGLISH, Catalog, Message
from svcctl.model.regulation import Escalation, Regulation, declared_inputs
from svcctl.model.stages import Stage, groups
from svcctl.render.cells import Cells
from svcctl.render.text import table_text
from svcctl.render.visible import visible
from svcctl.reports.table import Column, Table

# JSON


def summary_json(regulation: Regulation) -> dict[str, object]:
    """What ``regulation list`` prints of each."""
    return {
        "name": regulation.name,
        "version": regulation.version,
        "title": regulation.title,
        "applies": {key: list(words) for key, words in regulation.applies.items()},
        "owner": regulation.owner,
        "stages": len(regulation.stages),
        "in_force": str(regulation.in_force) if regulation.in_force else None,
    }


def regulation_json(regulation: Regulation) -> dict[str, object]:
    """The whole regulation; durations and formulas as they are written in it."""
    return {
        **summary_json(regulation),
        "ref": regulation.ref,
        "calendar": regulation.calendar or None,
        "require": list(regulation.require),
        "clocks": [_clock_json(name, rule) for name, rule in regulation.clocks.items()],
        "priority": {
            name: {clock: str(within) for clock, within in times.items()} for name, times in regulation.priority.items()
        },
        "stages": [_stage_json(stage) for stage in regulation.stages],
        "escalation": [_escalation_json(step) for step in regulation.escalation],
        "inputs": {name: formula.text for name, formula in regulation.inputs.items()},
        "decide": _criteria_json(regulation.decide) if regulation.decide else None,
        "decisions": {name: _criteria_json(table) for name, table in regulation.decisions.items()},
        "combine": regulation.combine._asdict() if regulation.combine else None,
        "authority": {
            kind: {role: limit.text for role, limit in limits.items()} for kind, limits in regulation.authority.items()
        },
        "reasons": {kind: list(words) for kind, words in regulation.reasons.items()},
        "examples": [
            {"given": dict(example.given), "then": example.then, "department": example.department or None}
            for example in regulation.examples
        ],
        "changes": [
            {"version": note.version, "from": str(note.since) if note.since else None, "by": note.by, "what": note.what}
            for note in regulation.changes
        ],
        "body": regulation.body,
    }


def _clock_json(name: str, rule: ClockRule) -> dict[str, object]:
    return {
        "name": name,
        "within": str(rule.within) if rule.within else None,
        "pause": list(rule.pause),
        "reopen": rule.reopen,
        "start": list(rule.start),
        "stop": list(rule.stop),
    }


def _stage_json(stage: Stage) -> dict[str, object]:
    return {
        "name": stage.name,
        "title": stage.title or None,
        "department": stage.department or None,
        "role": stage.role or None,
        "within": str(stage.within) if stage.within else None,
        "needs": list(stage.needs),
        "with": list(stage.with_),
        "returns_to": stage.returns_to or None,
        "if": stage.condition.text if stage.condition else None,
        "reasons": list(stage.reasons),
    }


def _escalation_json(step: Escalation) -> dict[str, object]:
    return {"at": str(step.at), "tell": list(step.tell), "assign": step.assign or None, "clocks": list(step.clocks)}


def _criteria_json(criteria: Criteria) -> dict[str, object]:
    return {
        "inputs": {name: formula.text for name, formula in criteria.inputs.items()},
        "policy": criteria.policy,
        "rules": [
            {"rule": number, "when": rule.when.text, "then": rule.then, "because": rule.because}
            for number, rule in enumerate(criteria.rules, 1)
        ],
    }


# For people


def regulation_text(regulation: Regulation, catalog: Catalog = ENGLISH) -> str:
    """The regulation as ``svcctl regulation show`` prints it: its rules as tables, then its prose."""
    tables = (
        _clocks(regulation),
        _priorities(regulation),
        _stages(regulation.stages),
        _escalations(regulation.escalation),
        _inputs(regulation),
        *(_rules(table, department) for department, table in regulation.tables.items()),
        _combining(regulation),
        _limits(regulation),
        _changelog(regulation),
    )
    cells = Cells(catalog, absent="")
    parts = ["\n".join(_head(regulation, catalog))]
    for table in tables:
        if table.rows:
            parts.append(f"{cells.words(table.title)}\n{table_text(table, cells)}")
    body = "\n".join(visible(line) for line in regulation.body.rstrip("\n").split("\n"))
    return "\n\n".join([*parts, body] if body.strip() else parts) + "\n"


def applies_text(applies: Mapping[str, Sequence[str]]) -> str:
    """What a regulation applies to: ``type offer; channel email, phone``."""
    return "; ".join(f"{key} {', '.join(words)}" for key, words in applies.items())


def _head(regulation: Regulation, catalog: Catalog) -> Iterator[str]:
    yield f"{regulation.ref}  {visible(regulation.title)}"
    facts = (
        (Message("applies to"), applies_text(regulation.applies)),
        (Message("owner"), regulation.owner),
        (Message("calendar"), regulation.calendar),
        (
            Message("in force"),
            Message("from {day}", day=regulation.in_force).text(catalog) if regulation.in_force else "",
        ),
        (Message("requires"), ", ".join(regulation.require)),
        *((Message("reasons"), ", ".join(words)) for words in regulation.reasons.values()),
    )
    for label, value in facts:
        if value:
            yield f"  {label.text(catalog) + ':':<14} {visible(value)}"


def _table(title: Message, columns: Mapping[str, Message], rows: Sequence[tuple[object, ...]]) -> Table:
    return Table(title, tuple(Column(name, label) for name, label in columns.items()), rows)


def _clocks(regulation: Regulation) -> Table:
    columns = {
        "clock": Message("clock"),
        "within": Message("within"),
        "pause": Message("stands still while"),
        "reopen": Message("when reopened"),
        "runs": Message("runs"),
    }
    rows = [
        (name, str(rule.within or ""), ", ".join(rule.pause), rule.reopen, _span(rule))
        for name, rule in regulation.clocks.items()
    ]
    return _table(Message("Clocks"), columns, rows)


def _span(rule: ClockRule) -> str:
    return f"{', '.join(rule.start)} → {', '.join(rule.stop)}" if rule.start else ""


def _priorities(regulation: Regulation) -> Table:
    clocks = list(dict.fromkeys(name for times in regulation.priority.values() for name in times))
    columns = {"priority": Message("priority"), **{name: Message("{name}", name=name) for name in clocks}}
    rows = [
        (priority, *(str(times[name]) if name in times else "" for name in clocks))
        for priority, times in regulation.priority.items()
    ]
    return _table(Message("Priorities"), columns, rows)


def _stages(stages: Sequence[Stage]) -> Table:
    columns = {
        "number": Message("no."),
        "stage": Message("stage"),
        "title": Message("title"),
        "who": Message("who answers"),
        "within": Message("within"),
        "needs": Message("needs"),
        "if": Message("if"),
        "returns": Message("returns to"),
    }
    rows = [
        (
            str(number),
            stage.name,
            stage.title,
            _who(stage),
            str(stage.within or ""),
            ", ".join(stage.needs),
            stage.condition.text if stage.condition else "",
            stage.returns_to,
        )
        for number, group in enumerate(groups(stages), 1)
        for stage in group
    ]
    return _table(Message("Stages (those of one number run side by side)"), columns, rows)


def _who(stage: Stage) -> str:
    return " / ".join(filter(None, (stage.department, stage.role)))


def _escalations(steps: Sequence[Escalation]) -> Table:
    columns = {
        "at": Message("at"),
        "tell": Message("tell"),
        "assign": Message("assign to"),
        "clocks": Message("clocks"),
    }
    rows = [
        (str(step.at), ", ".join(step.tell), step.assign, ", ".join(step.clocks) or Message("all")) for step in steps
    ]
    return _table(Message("Escalation"), columns, rows)


def _inputs(regulation: Regulation) -> Table:
    columns = {"input": Message("input"), "kind": Message("what it is")}
    declared = [(name, formula.text) for name, formula in declared_inputs(regulation).items()]
    return _table(Message("Inputs"), columns, declared)


def _rules(criteria: Criteria, department: str) -> Table:
    columns = {
        "rule": Message("rule"),
        "when": Message("when"),
        "then": Message("then"),
        "because": Message("because"),
    }
    rows = [(str(number), rule.when.text, rule.then, rule.because) for number, rule in enumerate(criteria.rules, 1)]
    first = criteria.policy == "first"
    how = Message("the first rule that holds decides") if first else Message("one rule may hold")
    if department:
        return _table(Message("Criteria of {department} ({how})", department=department, how=how), columns, rows)
    return _table(Message("Criteria ({how})", how=how), columns, rows)


def _combining(regulation: Regulation) -> Table:
    columns = {"when": Message("when"), "then": Message("then")}
    rule = regulation.combine
    rows = (
        [
            (Message("any decides {word}", word=rule.any), rule.any),
            (Message("all decide {word}", word=rule.all), rule.all),
            (Message("otherwise"), rule.otherwise),
        ]
        if rule
        else []
    )
    return _table(Message("The departments together"), columns, rows)


def _limits(regulation: Regulation) -> Table:
    columns = {"what": Message("what"), "role": Message("role"), "limit": Message("up to")}
    rows = [(kind, role, limit.text) for kind, limits in regulation.authority.items() for role, limit in limits.items()]
    return _table(Message("Authority"), columns, rows)


def _changelog(regulation: Regulation) -> Table:
    columns = {
        "version": Message("version"),
        "from": Message("from"),
        "by": Message("by"),
        "what": Message("what changed"),
    }
    rows = [(str(note.version), str(note.since or ""), note.by, note.what) for note in regulation.changes]
    return _table(Message("Changes"), columns, rows)
