"""What a regulation takes for granted of its desk: people, departments, calendars, and that somebody asks for data.

Whether it is sound in itself is the parser's question (``parse_regulation``, strictly); this is whether it fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from svcctl.model.clockrules import PRIORITIES
from svcctl.model.criteria import DECISION, Criteria, Formula, Rule, decision_field
from svcctl.model.duration import Duration
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem
from svcctl.model.regulation import Regulation
from svcctl.model.schema import did_you_mean
from svcctl.model.source import is_list, key_place, place_of
from svcctl.model.stages import Stage, groups
from svcctl.model.team import Team

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from svcctl.rules.coverage import Coverage, Region

FOLDER = "regulations/"
HEAD = "head"
ADDRESSEES = ("owner", HEAD, "controller", "department")
"""Words of an escalation that mean whoever it is at the time."""

MOST_GAPS = 5
_ALWAYS_KNOWN = frozenset({"priority"})


class Known(NamedTuple):
    """What the words of a regulation may refer to."""

    team: Team
    calendars: Collection[str]
    channels: Collection[str]
    clients: Collection[str]


def lint(regulation: Regulation, others: Sequence[Regulation], known: Known) -> list[Problem]:
    """What is wrong with a regulation in a desk.

    Args:
        regulation: one that was read strictly, without problems of its own.
        others: those in force beside it; one of the same name is the version it replaces.
    """
    found = [
        *_name(regulation),
        *_owner(regulation, known.team),
        *_calendar(regulation, known.calendars),
        *_applies(regulation, known),
        *_overlaps(regulation, others),
        *_stages(regulation, known.team),
        *_tables(regulation, known.team),
        *_escalation(regulation, known.team),
        *_authority(regulation, known.team),
        *_not_asked(regulation),
        *_criteria(regulation),
        *_conditions(regulation),
        *_never_started(regulation),
        *_too_long(regulation),
    ]
    return sorted(found, key=lambda problem: problem.place)


def remarks(regulation: Regulation) -> list[Problem]:
    """What a check of a regulation's criteria leaves out, and where only the order of the rules decides."""
    from svcctl.rules.coverage import coverage

    said: list[Problem] = []
    for department, criteria in regulation.tables.items():
        found = coverage(criteria)
        said.extend(_not_analysed(criteria, found, _section(regulation, department)))
        said.extend(_by_order(criteria, found) if criteria.policy == "first" else ())
    return said


def _name(regulation: Regulation) -> Iterator[Problem]:
    """Requests keep ``name@version``, and the name leads to the file."""
    path = place_of(regulation.source).path
    stem = path.removeprefix(FOLDER).removesuffix(".md")
    if path.startswith(FOLDER) and stem != regulation.name:
        message = Message("the regulation “{name}” is not the file's name", name=regulation.name)
        remedy = Message("write regulation: {stem}, or rename the file", stem=stem)
        yield Problem(place_of(regulation.source, "regulation"), "name", message, remedy)


def _owner(regulation: Regulation, team: Team) -> Iterator[Problem]:
    known = {*_present(team), *team.departments, *_roles(team)}
    if regulation.owner not in known:
        message = Message(
            "nobody answers for the type {types}: “{owner}” is no person, department or role of team.yaml",
            types=", ".join(regulation.applies.get("type", ())),
            owner=regulation.owner,
        )
        place = place_of(regulation.source, "owner")
        yield Problem(place, "no-owner", message, did_you_mean(regulation.owner, known))


def _calendar(regulation: Regulation, calendars: Collection[str]) -> Iterator[Problem]:
    if regulation.calendar and regulation.calendar not in calendars:
        message = Message("there is no calendar “{name}”", name=regulation.calendar)
        remedy = did_you_mean(regulation.calendar, calendars)
        yield Problem(place_of(regulation.source, "calendar"), "unknown-calendar", message, remedy)


def _applies(regulation: Regulation, known: Known) -> Iterator[Problem]:
    section = regulation.source.get("applies", {})
    allowed: dict[str, Collection[str]] = {
        "client": known.clients,
        "channel": known.channels,
        "department": known.team.departments,
        "priority": PRIORITIES,
    }
    for key, words in regulation.applies.items():
        for index, word in enumerate(words):
            if key in allowed and word not in allowed[key]:
                message = Message("the desk has no {key} “{name}”", key=key, name=word)
                place = _word_place(section, key, index)
                yield Problem(place, f"unknown-{key}", message, did_you_mean(word, allowed[key]))


def _overlaps(regulation: Regulation, others: Sequence[Regulation]) -> Iterator[Problem]:
    for other in others:
        if other.name != regulation.name and _ambiguous(regulation.applies, other.applies):
            message = Message(
                "“{name}” applies to the same requests: {values}",
                name=other.name,
                values=_both(regulation.applies, other.applies),
            )
            remedy = Message("narrow one of them: the regulation with more conditions goes before")
            yield Problem(place_of(regulation.source, "applies"), "overlap", message, remedy)


def _ambiguous(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether some request comes under both, and neither is the narrower one."""
    return len(one) == len(other) and all(set(one[key]) & set(other[key]) for key in one.keys() & other.keys())


def _both(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> str:
    """The values of a request that comes under both, for example ``type offer, channel email``."""
    values = []
    for key in (*one, *(key for key in other if key not in one)):
        words = [word for word in one.get(key, other.get(key, ())) if word in other.get(key, one.get(key, ()))]
        values.append(f"{key} {words[0]}")
    return ", ".join(values)


def _stages(regulation: Regulation, team: Team) -> Iterator[Problem]:
    sections = regulation.source.get("stages") or ()
    for stage, section in zip(regulation.stages, sections, strict=False):
        if stage.department:
            yield from _department(stage, place_of(section, "department"), team)
        if stage.role and stage.role not in _roles(team):
            yield _no_holder(stage.role, place_of(section, "role"), _roles(team))


def _tables(regulation: Regulation, team: Team) -> Iterator[Problem]:
    """A table of a department that nobody is in decides nothing."""
    for name in regulation.decisions:
        if name not in team.departments:
            message = Message("“{name}” is no department of team.yaml", name=name)
            place = key_place(regulation.source.get("decisions"), name)
            yield Problem(place, "unknown-department", message, did_you_mean(name, team.departments))


def _department(stage: Stage, place: Place, team: Team) -> Iterator[Problem]:
    department = team.departments.get(stage.department)
    if department is None:
        message = Message("“{name}” is no department of team.yaml", name=stage.department)
        add = Message("svcctl team department {name}", name=stage.department)
        near = did_you_mean(stage.department, team.departments)
        remedy = Message("{near} Or add it: {add}", near=near, add=add) if near else add
        yield Problem(place, "unknown-department", message, remedy)
    elif not department.head and not team.members(stage.department):
        message = Message("nobody works in the department “{name}”", name=stage.department)
        remedy = Message("svcctl team add HANDLE --department {name}", name=stage.department)
        yield Problem(place, "empty-department", message, remedy)


def _no_holder(role: str, place: Place, roles: Collection[str]) -> Problem:
    message = Message("nobody in team.yaml has the role “{role}”", role=role)
    return Problem(place, "unknown-role", message, did_you_mean(role, roles))


def _escalation(regulation: Regulation, team: Team) -> Iterator[Problem]:
    sections = regulation.source.get("escalation") or ()
    known = {*ADDRESSEES, *_roles(team), *_present(team)}
    for step, section in zip(regulation.escalation, sections, strict=False):
        places = [(word, _word_place(section, "tell", index)) for index, word in enumerate(step.tell)]
        if step.assign:
            places.append((step.assign, place_of(section, "assign")))
        for word, place in places:
            if word not in known:
                message = Message("“{name}” is no person or role of team.yaml", name=word)
                yield Problem(place, "unknown-person", message, did_you_mean(word, known))


def _authority(regulation: Regulation, team: Team) -> Iterator[Problem]:
    """Limits may stand there for roles that nobody has yet, but a head and specialists are in every desk's words."""
    known = {*_roles(team), HEAD, "specialist"}
    for kind, limits in regulation.authority.items():
        for role, limit in limits.items():
            if role not in known:
                message = Message("“{kind}” has a limit for the role “{role}”, which nobody has", kind=kind, role=role)
                yield Problem(limit.place, "unknown-role", message, did_you_mean(role, known))


# Data that somebody must ask for


def _not_asked(regulation: Regulation) -> Iterator[Problem]:
    if not regulation.stages:
        return
    asked = _ALWAYS_KNOWN | set(regulation.require)
    for group in groups(regulation.stages):
        for stage in group:
            if stage.condition is not None:
                yield from _unknown_in(regulation, stage, stage.condition, asked)
        asked = asked.union(*(stage.needs for stage in group))
        if regulation.combine and {decision_field(name) for name in regulation.decisions} <= asked:
            asked |= {DECISION}
    for criteria in regulation.tables.values():
        for name, formula in criteria.inputs.items():
            if name not in asked:
                message = Message("the criteria need “{name}”, but no stage asks for it", name=name)
                remedy = Message("add it to needs: of a stage, or to require:")
                yield Problem(formula.place, "not-asked", message, remedy)


def _unknown_in(regulation: Regulation, stage: Stage, condition: Formula, asked: Collection[str]) -> Iterator[Problem]:
    from svcctl.model.expressions import names, parse

    for name in names(parse(condition)):
        if name in regulation.inputs and name not in asked:
            message = Message(
                "“{stage}” depends on “{name}”, which nothing before it asks for", stage=stage.name, name=name
            )
            remedy = Message("add it to needs: of a stage before, or to require:")
            yield Problem(condition.place, "not-asked", message, remedy)


# Criteria that leave something open, or decide it twice


def _criteria(regulation: Regulation) -> Iterator[Problem]:
    from svcctl.rules.coverage import coverage

    for department, criteria in regulation.tables.items():
        yield from _gaps(_section(regulation, department), coverage(criteria))
        yield from _of_rules(criteria, coverage(criteria))


def _section(regulation: Regulation, department: str) -> Any:
    """Where the table of a department, or the one that all share, stands."""
    if department:
        return (regulation.source.get("decisions") or {}).get(department, {})
    return regulation.source.get("decide") or {}


def _of_rules(criteria: Criteria, found: Coverage) -> Iterator[Problem]:
    if criteria.policy == "unique":
        yield from (_overlap(criteria, one) for one in found.overlaps)
    for number in found.never:
        message = Message("rule {n} holds for no values", n=number)
        yield Problem(_place(criteria, number), "never-holds", message, Message("mend it, or drop it"))
    for number in found.hidden:
        message = Message("rule {n} is never reached: the rules before it cover all its cases", n=number)
        yield Problem(_place(criteria, number), "hidden-rule", message, Message("move it up, or drop it"))


def _gaps(section: Any, found: Coverage) -> Iterator[Problem]:
    place = place_of(section, "rules")
    for gap in found.gaps[:MOST_GAPS]:
        message = Message("no rule covers the case {case}", case=gap.shown or "-")
        if gap.where:
            message = Message("no rule covers {where}, for example {case}", where=gap.where, case=gap.shown)
        yield Problem(place, "gap", message, Message("add a rule for it, or a last one with when: otherwise"))


def _overlap(criteria: Criteria, region: Region) -> Problem:
    one, other = region.rules
    message = Message("rules {one} and {other} both cover the case {case}", one=one, other=other, case=region.shown)
    remedy = Message("narrow one of them, or use policy: first")
    return Problem(_place(criteria, other), "rules-overlap", message, remedy)


def _by_order(criteria: Criteria, found: Coverage) -> Iterator[Problem]:
    """Cases that two rules decide differently, so that moving one of them would change decisions."""
    for region in found.overlaps:
        one, other = region.rules
        if criteria.rules[one - 1].then != criteria.rules[other - 1].then:
            message = Message(
                "rules {one} and {other} both cover the case {case}: rule {one}, the first, decides",
                one=one,
                other=other,
                case=region.shown,
            )
            yield Problem(_place(criteria, other), "order-decides", message)


def _not_analysed(criteria: Criteria, found: Coverage, section: Any) -> Iterator[Problem]:
    for rule, why in found.skipped:
        if rule:
            message = Message("rule {n} was not analysed for gaps and overlaps: {why}", n=rule, why=why)
            yield Problem(_place(criteria, rule), "not-analysed", message)
        else:
            message = Message("the criteria were not analysed for gaps and overlaps: {why}", why=why)
            yield Problem(place_of(section), "not-analysed", message)


def _place(criteria: Criteria, rule: int) -> Place:
    return criteria.rules[rule - 1].when.place


def _conditions(regulation: Regulation) -> Iterator[Problem]:
    """A stage whose condition no values fulfil is never reached."""
    from svcctl.rules.coverage import coverage

    for stage in regulation.stages:
        if stage.condition is not None:
            alone = Criteria(regulation.inputs, "unique", (Rule(stage.condition, stage.name, ""),))
            if coverage(alone).never:
                message = Message(
                    "the stage “{name}” is never reached: its condition holds for no values", name=stage.name
                )
                yield Problem(stage.condition.place, "unreachable", message, Message("mend it, or drop the stage"))


# Clocks that never run


def _never_started(regulation: Regulation) -> Iterator[Problem]:
    clocks = regulation.source.get("clocks") or {}
    if "stage" in regulation.clocks and not regulation.stages:
        message = Message("the clock “stage” never starts: the regulation has no stages")
        yield Problem(key_place(clocks, "stage"), "never-starts", message, Message("add stages:, or drop the clock"))
    for name, rule in regulation.clocks.items():
        if rule.start and not any(_happens(event, regulation) for event in rule.start):
            message = Message(
                "the clock “{name}” never starts: nothing here makes {events} happen",
                name=name,
                events=", ".join(rule.start),
            )
            remedy = Message("let it start by another event")
            yield Problem(place_of(clocks.get(name), "start"), "never-starts", message, remedy)


def _happens(event: str, regulation: Regulation) -> bool:
    if event in ("stage_started", "stage_done"):
        return bool(regulation.stages)
    return event != "decided" or bool(regulation.tables)


# Times that no calendar can make meet


def _too_long(regulation: Regulation) -> Iterator[Problem]:
    """The stages that always run must fit into the time of the whole, in whatever calendar.

    Working days and hours are never compared, so each kind of time is added up for itself.
    """
    total = regulation.within("resolve")
    if total is None:
        return
    times = [_longest(group, regulation, total.kind) for group in groups(regulation.stages)]
    if sum(times) > total.amount:
        message = Message(
            "the stages take {stages} one after another, but the clock “resolve” allows {total}",
            stages=Duration(sum(times), total.kind),
            total=total,
        )
        place = place_of((regulation.source.get("clocks") or {}).get("resolve"), "within")
        yield Problem(place, "too-long", message, Message("give the whole more time, or the stages less"))


def _longest(group: Sequence[Stage], regulation: Regulation, kind: str) -> int:
    """The longest time in a group of stages that run side by side, of those that always run."""
    always = [regulation.within("stage", stage=stage.name) for stage in group if stage.condition is None]
    return max((within.amount for within in always if within is not None and within.kind == kind), default=0)


# Words of the team


def _present(team: Team) -> set[str]:
    return {person.handle for person in team.people.values() if not person.left}


def _roles(team: Team) -> set[str]:
    """The roles that somebody has."""
    roles = {team.people[handle].role for handle in _present(team)}
    return roles | {HEAD} if any(department.head for department in team.departments.values()) else roles


def _word_place(section: Any, key: str, index: int) -> Place:
    """Where a word of a list stands; a single word counts as a list of one."""
    value = section.get(key)
    return place_of(value, index) if is_list(value) else place_of(section, key)
