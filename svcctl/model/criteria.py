"""Criteria: the table by which a matter is decided, and the examples that show what it should decide.

Formulas stay text here; they are compiled only when somebody decides or checks the regulation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.model.schema import did_you_mean
from svcctl.model.section import Section, is_word
from svcctl.model.source import is_mapping, key_place, place_of

OTHERWISE = "otherwise"
NEEDS_DATA = "needs data"
DECLARATIONS = Message("write money, number, integer, date, yes/no or choice(a, b), and bounds like >= 0")
POLICIES = ("first", "unique")
DECISION = "decision"
"""The input that holds what the criteria decided; conditions of stages may ask for it."""


class Formula(NamedTuple):
    """A piece of the expression language as it stands in a file."""

    text: str
    place: Place = Place()

    def __str__(self) -> str:
        return self.text


class Rule(NamedTuple):
    """One line of a decision table: when it holds, what follows, and why."""

    when: Formula
    then: str
    because: str

    @property
    def is_otherwise(self) -> bool:
        """Whether the rule holds where no other does."""
        return self.when.text.strip() == OTHERWISE


class Criteria(NamedTuple):
    """A decision table; ``inputs`` has a declaration such as ``money >= 0`` for each name."""

    inputs: dict[str, Formula]
    policy: str
    rules: tuple[Rule, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The different results, in the order of the rules."""
        return tuple(dict.fromkeys(rule.then for rule in self.rules if rule.then))


class Combine(NamedTuple):
    """How the outcomes of several departments become one.

    ``any`` is the outcome that counts as soon as one department comes to it, ``all`` the one that counts where all
    do, ``otherwise`` what it is else.
    """

    any: str
    all: str
    otherwise: str

    def result(self, outcomes: Mapping[str, str], departments: Collection[str]) -> str:
        """The combined outcome; empty while it depends on a department that has not decided.

        Args:
            outcomes: what was decided so far, by department.
            departments: all that decide.
        """
        known = [outcomes[name] for name in departments if name in outcomes]
        if self.any in known:
            return self.any
        if len(known) < len(departments):
            return ""
        return self.all if all(outcome == self.all for outcome in known) else self.otherwise


class Example(NamedTuple):
    """What the criteria should decide for given inputs; ``then`` may be ``needs data``.

    ``department`` names one of several tables; empty means the outcome of all together.
    """

    given: dict[str, str]
    then: str
    place: Place = Place()
    department: str = ""


def decision_field(department: str) -> str:
    """The name under which a request keeps a decision, and conditions ask for it: a department's own, or the last."""
    return f"{DECISION}_{department.replace('-', '_')}" if department else DECISION


def parse_inputs(section: Section) -> dict[str, Formula]:
    """Reads ``inputs:``: declarations by name; problems go to the section's list."""
    mapping = section.mapping_of("inputs")
    result = {}
    for name, value in mapping.items():
        place = place_of(mapping, name)
        if not (is_word(name) and name[0].isalpha() and "-" not in name):
            message = Message("“{name}” cannot be the name of an input", name=name)
            remedy = Message("begin with a letter; use letters, digits and _")
            section.problems.append(Problem(key_place(mapping, name), "input-name", message, remedy))
        elif not isinstance(value, str) or not value:
            message = Message("the input “{name}” needs a type", name=name)
            section.problems.append(Problem(place, "input-type", message, DECLARATIONS))
        else:
            result[name] = Formula(value, place)
    return result


def parse_criteria(front: Section, shared: Mapping[str, Formula]) -> Criteria | None:
    """Reads ``decide:``; ``shared`` are the inputs the whole regulation declares."""
    if "decide" not in front.mapping:
        return None
    return _table(front, "decide", Section(front.mapping_of("decide"), front.problems), shared)


def parse_decisions(front: Section, shared: Mapping[str, Formula]) -> dict[str, Criteria]:
    """Reads ``decisions:``, a table for each department that decides by its own criteria."""
    mapping = front.mapping_of("decisions")
    tables = {}
    for name, place, section in front.entries("decisions"):
        tables[name] = _table(Section(mapping, front.problems), name, section, shared)
        if "decide" in front.mapping:
            message = Message("“decide” and “decisions” both say how it is decided")
            front.problems.append(Problem(place, "twice", message, Message("keep one of them")))
    return tables


def parse_combine(front: Section, tables: Mapping[str, Criteria]) -> Combine | None:
    """Reads ``combine:``, which several tables need and one has no use for."""
    section = Section(front.mapping_of("combine"), front.problems)
    if not tables:
        if section.mapping:
            message = Message("there is nothing to combine")
            front.report("combine", "no-criteria", message, Message("add decisions: with a table for each department"))
        return None
    if not section.mapping:
        remedy = Message("add combine: {any: decline, all: approve, otherwise: review}")
        front.report("decisions", "no-combine", Message("nothing says how the decisions become one"), remedy)
        return None
    combine = Combine(*(section.word(key, required=True) for key in Combine._fields))
    section.done("combine")
    outcomes = tuple(dict.fromkeys(outcome for table in tables.values() for outcome in table.outcomes))
    for key, word in (("any", combine.any), ("all", combine.all)):
        if word:
            section.known(key, word, outcomes, section.place(key))
    return combine


def _table(front: Section, key: str, section: Section, shared: Mapping[str, Formula]) -> Criteria:
    own = parse_inputs(section)
    _refuse_redeclared(section, own, shared)
    criteria = Criteria(
        {**shared, **own},
        section.choice("policy", POLICIES, "first"),
        tuple(_rule(item) for item in section.items("rules")),
    )
    section.done(key)
    if is_mapping(front.mapping[key]) and not section.mapping.get("rules"):
        message = Message("“{key}” has no rules", key=key)
        front.report(key, "no-rules", message, Message("add rules: or drop it"))
    section.problems.extend(_check_rules(section, criteria.rules))
    return criteria


def _refuse_redeclared(section: Section, own: Mapping[str, Formula], shared: Mapping[str, Formula]) -> None:
    mapping = section.mapping_of("inputs")
    for name in own:
        if name in shared:
            message = Message("the input “{name}” is declared twice", name=name)
            section.problems.append(Problem(key_place(mapping, name), "twice", message, Message("drop one of them")))


def _rule(item: Section) -> Rule:
    when = Formula(item.text("when", required=True), item.place("when"))
    rule = Rule(when, item.word("then", required=True), item.text("because", required=True))
    item.done("a rule")
    return rule


def _check_rules(section: Section, rules: tuple[Rule, ...]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, rule in enumerate(rules, 1):
        text = " ".join(rule.when.text.split())
        if text and text in first:
            message = Message("rule {n} asks the same as rule {first}", n=number, first=first[text])
            yield Problem(rule.when.place, "same-rule", message, Message("drop one of them"))
        first.setdefault(text, number)
        if rule.is_otherwise and number < len(rules):
            yield Problem(
                rule.when.place,
                "otherwise-last",
                Message("“otherwise” must be the last rule: those after it are never reached"),
                Message("move it to the end"),
            )


def parse_examples(front: Section, tables: Mapping[str, Criteria], combine: Combine | None) -> tuple[Example, ...]:
    """Reads ``examples:``: inputs and the outcome they should have."""
    if not tables:
        if "examples" in front.mapping:
            front.report(
                "examples", "no-criteria", Message("examples need criteria"), Message("add decide: or drop them")
            )
        front.raw("examples")
        return ()
    return tuple(_example(item, tables, combine) for item in front.items("examples"))


def _example(item: Section, tables: Mapping[str, Criteria], combine: Combine | None) -> Example:
    given, place = item.mapping_of("given"), item.place("given")
    department = item.word("department")
    if department:
        item.known("department", department, tuple(tables), item.place("department"))
    asked = [tables[department]] if department in tables else list(tables.values())
    inputs = tuple(dict.fromkeys(name for table in asked for name in table.inputs))
    for name, value in given.items():
        if name not in inputs:
            _report(item, key_place(given, name), "unknown-input", name, inputs)
        elif not isinstance(value, str):
            message = Message("“{key}” should be one word or sentence", key=name)
            item.problems.append(Problem(place, "type", message, Message("give one value")))
    then = " ".join(item.text("then", required=True).split())
    outcomes = tuple(dict.fromkeys(combine)) if combine and not department else asked[0].outcomes
    if then and then not in (*outcomes, NEEDS_DATA):
        _report(item, item.place("then"), "unknown-outcome", then, (*outcomes, NEEDS_DATA))
    item.done("an example")
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    return Example(texts, then, item.place(), department)


def _report(item: Section, place: Place, code: str, word: str, known: tuple[str, ...]) -> None:
    what = Message("input") if code == "unknown-input" else Message("outcome")
    message = Message("“{name}” is no {what} of these criteria", name=word, what=what)
    item.problems.append(Problem(place, code, message, did_you_mean(word, known)))
