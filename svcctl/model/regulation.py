"""A regulation: what must happen to a kind of request, by whom, by when, and decided how.

Its file is Markdown: front matter between ``---`` lines for the desk, prose below for people. Reading one stands on
the path of every command that prints a deadline, so formulas stay text until somebody decides (``strict`` compiles
them at once, for whoever checks a regulation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from svcctl.model.clockrules import ClockRule, known_clock, parse_clocks, parse_priorities, running
from svcctl.model.criteria import (
    DECISION,
    Combine,
    Criteria,
    Example,
    Formula,
    decision_field,
    parse_combine,
    parse_criteria,
    parse_decisions,
    parse_examples,
    parse_inputs,
)
from svcctl.model.duration import Duration, Level, parse_level
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.section import Section
from svcctl.model.source import is_mapping
from svcctl.model.stages import Stage, parse_stages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FENCE = "---"
APPLIES = ("type", "client", "channel", "department", "priority")
RETURN = "return"


class Escalation(NamedTuple):
    """Whom to tell at a level of a clock, and who gets the request then.

    ``tell`` has the words owner, head, controller, department, a role or a person's handle; ``assign`` is empty or
    one of them. ``clocks`` are the clocks it is for; empty means all.
    """

    at: Level
    tell: tuple[str, ...] = ()
    assign: str = ""
    clocks: tuple[str, ...] = ()


class ChangeNote(NamedTuple):
    """A line of a regulation's changelog: which version says what otherwise, since when, and who put it in force."""

    version: int
    since: date | None
    by: str
    what: str


class Regulation(NamedTuple):
    """A version of a regulation; absent words are empty. ``source`` is the front matter, with its places.

    ``in_force`` is the first day of the version, None for one that is in force as soon as it is committed.
    """

    name: str
    version: int
    title: str
    owner: str
    applies: dict[str, tuple[str, ...]]
    calendar: str = ""
    require: tuple[str, ...] = ()
    clocks: dict[str, ClockRule] = {}
    priority: dict[str, dict[str, Duration]] = {}
    stages: tuple[Stage, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    inputs: dict[str, Formula] = {}
    decide: Criteria | None = None
    authority: dict[str, dict[str, Formula]] = {}
    reasons: dict[str, tuple[str, ...]] = {}
    examples: tuple[Example, ...] = ()
    body: str = ""
    source: Mapping[str, Any] = {}
    in_force: date | None = None
    changes: tuple[ChangeNote, ...] = ()
    decisions: dict[str, Criteria] = {}
    combine: Combine | None = None

    @property
    def tables(self) -> dict[str, Criteria]:
        """Every decision table by its department; the one that all share has the empty name."""
        return {"": self.decide} if self.decide else self.decisions

    @property
    def ref(self) -> str:
        """Name and version as requests keep them, for example ``commercial-offer@3``."""
        return f"{self.name}@{self.version}"

    def stage(self, name: str) -> Stage | None:
        """The stage of that name."""
        return next((stage for stage in self.stages if stage.name == name), None)

    def covers(self, values: Mapping[str, str]) -> bool:
        """Whether the regulation applies to a request with these header values (``type``, ``client`` …)."""
        return all(values.get(key, "") in allowed for key, allowed in self.applies.items())

    def within(self, clock: str, priority: str = "", stage: str = "") -> Duration | None:
        """How long a clock may run for a priority; None where the regulation sets no time.

        For the clock ``stage``, give the name of the stage: its own time counts unless the priority has one.
        """
        urgent = self.priority.get(priority, {}).get(clock)
        if urgent is not None:
            return urgent
        step = self.stage(stage) if clock == "stage" else None
        if step is not None and step.within is not None:
            return step.within
        rule = self.clocks.get(clock)
        return rule.within if rule else None


def split(text: str, path: str = "") -> tuple[str, int, str]:
    """Parts a regulation's file.

    Returns:
        The front matter's text, the number of lines before it, and the body.

    Raises:
        BrokenFiles: there is no front matter, or its end is missing.
    """
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() != FENCE:
        message = Message("the file has no front matter")
        raise BrokenFiles(
            [Problem(Place(path, 1, 1), "no-front", message, Message("begin it with a line of three dashes"))]
        )
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), 0)
    if not end:
        message = Message("the front matter has no end")
        raise BrokenFiles(
            [Problem(Place(path, 1, 1), "no-front-end", message, Message("close it with a line of three dashes"))]
        )
    return "\n".join(lines[1:end]) + "\n", 1, "\n".join(lines[end + 1 :]).strip("\r\n") + "\n"


def parse_regulation(front: Mapping[str, Any], body: str = "", strict: bool = False) -> Regulation:
    """Reads a regulation's front matter.

    Args:
        front: what the strict YAML reader returned (or a plain mapping, whose problems have no places).
        body: the prose below it.
        strict: also compile every formula.

    Raises:
        BrokenFiles: with every problem of the front matter.
    """
    problems: list[Problem] = []
    section = Section(front, problems)
    regulation = _read(section, body)
    section.done("a regulation")
    if strict:
        from svcctl.model.formulas import check_formulas

        problems.extend(check_formulas(regulation))
    if problems:
        raise BrokenFiles(problems)
    return regulation


def _read(front: Section, body: str) -> Regulation:
    clocks = parse_clocks(front)
    shared = parse_inputs(front)
    criteria = parse_criteria(front, shared)
    decisions = parse_decisions(front, shared)
    combine = parse_combine(front, decisions)
    tables = {"": criteria} if criteria else decisions
    return Regulation(
        name=front.word("regulation", required=True),
        version=front.whole("version", 1, 99999, 1),
        title=front.text("title", required=True),
        owner=front.word("owner", required=True),
        applies=_applies(front),
        calendar=front.word("calendar"),
        require=front.words("require"),
        clocks=clocks,
        priority=parse_priorities(front, clocks),
        stages=parse_stages(front),
        escalation=_escalation(front, clocks),
        inputs=_inputs(front, shared, tables, combine),
        decide=criteria,
        authority=_authority(front),
        reasons=_reasons(front),
        examples=parse_examples(front, tables, combine),
        body=body,
        source=front.mapping,
        in_force=front.day("in_force"),
        changes=_changes(front),
        decisions=decisions,
        combine=combine,
    )


def _changes(front: Section) -> tuple[ChangeNote, ...]:
    notes = []
    for item in front.items("changes"):
        version = item.whole("version", 1, 99999, 1)
        notes.append(ChangeNote(version, item.day("from"), item.word("by"), item.text("what", required=True)))
        item.done("a change")
    return tuple(notes)


def _applies(front: Section) -> dict[str, tuple[str, ...]]:
    section = Section(front.mapping_of("applies"), front.problems)
    result = {key: words for key in APPLIES if (words := section.words(key))}
    section.done("applies")
    if not section.mapping.get("type") and is_mapping(front.mapping.get("applies", {})):
        message = Message("the regulation does not say what it applies to")
        front.report("applies", "applies", message, Message("add applies: {type: offer}"))
    return result


def _inputs(
    front: Section, shared: Mapping[str, Formula], tables: Mapping[str, Criteria], combine: Combine | None
) -> dict[str, Formula]:
    """What conditions of stages may ask for: the declared inputs and, where there are criteria, what they decide."""
    result = dict(shared)
    for table in tables.values():
        for name, formula in table.inputs.items():
            if name in result and result[name].text != formula.text:
                message = Message("“{name}” is declared otherwise by another department", name=name)
                remedy = Message("declare it once, under inputs: of the regulation")
                front.problems.append(Problem(formula.place, "twice", message, remedy))
            result.setdefault(name, formula)
    for name, outcomes, key in _decided(tables, combine):
        if name in result:
            message = Message("“{name}” is what the criteria decide, not one of their inputs", name=name)
            remedy = Message("give it another name")
            front.problems.append(Problem(result[name].place, "input-name", message, remedy))
        words = ", ".join(f'"{word}"' for word in outcomes)
        result[name] = Formula(f"choice({words})", front.place(key))
    return result


def _decided(tables: Mapping[str, Criteria], combine: Combine | None) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """The names of what is decided, with the outcomes there may be and the key that says so."""
    for department, table in tables.items():
        if table.outcomes:
            yield decision_field(department), table.outcomes, "decisions" if department else "decide"
    if combine and all(combine) and "" not in tables:
        yield DECISION, tuple(dict.fromkeys(combine)), "combine"


def declared_inputs(regulation: Regulation) -> dict[str, Formula]:
    """The inputs that somebody gives, without those that are decided."""
    decided = {DECISION, *map(decision_field, regulation.tables)}
    return {name: formula for name, formula in regulation.inputs.items() if name not in decided}


def _escalation(front: Section, clocks: Mapping[str, ClockRule]) -> tuple[Escalation, ...]:
    result: list[Escalation] = []
    for section in front.items("escalation"):
        step = _step(section, clocks)
        if step is None:
            continue
        if any(other.at == step.at and other.clocks == step.clocks for other in result):
            message = Message("the level {at} stands above already", at=str(step.at))
            section.report("at", "twice", message, Message("join the two, or give them different clocks"))
        result.append(step)
    return tuple(result)


def _step(section: Section, clocks: Mapping[str, ClockRule]) -> Escalation | None:
    text = section.text("at", required=True)
    tell, assign, names = section.words("tell"), section.word("assign"), section.words("clocks")
    section.done("an escalation")
    for name in names:
        known_clock(section, name, running(clocks), section.place("clocks"))
    if not tell and not assign:
        message = Message("the escalation tells nobody")
        section.problems.append(Problem(section.place(), "no-tell", message, Message("add tell: [owner]")))
    try:
        return Escalation(parse_level(text, section.place("at")), tell, assign, names) if text else None
    except BrokenFiles as error:
        section.problems.extend(error.problems)
        return None


def _authority(front: Section) -> dict[str, dict[str, Formula]]:
    """Limits by kind and role, as text: ``5%`` or ``50000 RUB``."""
    result = {}
    for kind, _, section in front.entries("authority"):
        limits = {role: section.text(role, required=True) for role in section.mapping}
        result[kind] = {role: Formula(text, section.place(role)) for role, text in limits.items() if text}
    return result


def _reasons(front: Section) -> dict[str, tuple[str, ...]]:
    section = Section(front.mapping_of("reasons"), front.problems)
    reasons = section.texts(RETURN)
    section.done("reasons")
    return {RETURN: reasons} if reasons else {}
