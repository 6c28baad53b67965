"""What differs between two versions of a regulation, part by part, so that a reader need not compare two files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from svcctl.model.clockrules import ClockRule
from svcctl.model.criteria import Criteria
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.regulation import Regulation, declared_inputs
from svcctl.model.stages import Stage


class Difference(NamedTuple):
    """One thing that is not as it was.

    ``part`` is where it stands (clock, stage, rule …), ``name`` which of them, ``what`` which word of it (empty: the
    whole). ``before`` is None for what is new, ``after`` for what is gone; both are None where only the fact counts,
    as with the prose.
    """

    part: Message
    name: str
    what: str
    before: str | None
    after: str | None

    def as_json(self) -> dict[str, object]:
        """The difference as ``regulation diff --json`` has it."""
        return {
            "part": str(self.part),
            "name": self.name or None,
            "what": self.what or None,
            "before": self.before,
            "after": self.after,
        }

    @property
    def sentence(self) -> Message:
        """The difference in words."""
        subject = Message("{part}", part=self.part)
        if self.name:
            subject = Message("{part} {name}", part=self.part, name=self.name)
        if self.what:
            subject = Message("{subject}, {what}", subject=subject, what=self.what)
        if self.before is None and self.after is None:
            return Message("{subject}: changed", subject=subject)
        if self.before is None:
            return Message("{subject}: new ({after})", subject=subject, after=self.after or "–")
        if self.after is None:
            return Message("{subject}: gone (was {before})", subject=subject, before=self.before or "–")
        return Message("{subject}: {after} instead of {before}", subject=subject, before=self.before, after=self.after)


def differences(old: Regulation, new: Regulation) -> list[Difference]:
    """Everything that the new version says otherwise; versions, changelogs and dates of force do not count."""
    return [
        *_head(old, new),
        *_clocks(old.clocks, new.clocks),
        *_named(Message("priority"), _priorities(old), _priorities(new)),
        *_stages(old.stages, new.stages),
        *_named(Message("escalation"), _escalations(old), _escalations(new)),
        *_named(Message("input"), _inputs(old), _inputs(new)),
        *_rules(old, new),
        *_named(Message("authority"), _limits(old), _limits(new)),
        *_named(Message("reason"), _reasons(old), _reasons(new)),
        *_examples(old, new),
        *_prose(old, new),
    ]


def _head(old: Regulation, new: Regulation) -> Iterator[Difference]:
    yield from _word(Message("title"), old.title, new.title)
    yield from _word(Message("owner"), old.owner, new.owner)
    yield from _word(Message("calendar"), old.calendar, new.calendar)
    yield from _named(Message("applies to"), _applies(old), _applies(new))
    yield from _word(Message("required at the opening"), ", ".join(old.require), ", ".join(new.require))


def _word(part: Message, before: str, after: str, name: str = "", what: str = "") -> Iterator[Difference]:
    if before != after:
        yield Difference(part, name, what, before or None, after or None)


def _named(part: Message, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Difference(part, name, "", before.get(name), after.get(name))


def _applies(regulation: Regulation) -> dict[str, str]:
    return {key: ", ".join(words) for key, words in regulation.applies.items()}


def _priorities(regulation: Regulation) -> dict[str, str]:
    times = regulation.priority.items()
    return {f"{name} {clock}": str(within) for name, clocks in times for clock, within in clocks.items()}


def _escalations(regulation: Regulation) -> dict[str, str]:
    result = {}
    for step in regulation.escalation:
        key = f"{step.at} {', '.join(step.clocks)}".strip()
        result[key] = ", ".join(step.tell) + (f" → {step.assign}" if step.assign else "")
    return result


def _inputs(regulation: Regulation) -> dict[str, str]:
    return {name: formula.text for name, formula in declared_inputs(regulation).items()}


def _limits(regulation: Regulation) -> dict[str, str]:
    return {
        f"{kind} {role}": limit.text for kind, limits in regulation.authority.items() for role, limit in limits.items()
    }


def _reasons(regulation: Regulation) -> dict[str, str]:
    return {word: kind for kind, words in regulation.reasons.items() for word in words}


# Clocks and stages, word by word

_CLOCK: dict[str, Callable[[ClockRule], str]] = {
    "within": lambda rule: str(rule.within or ""),
    "pause": lambda rule: ", ".join(rule.pause),
    "reopen": lambda rule: rule.reopen,
    "change": lambda rule: rule.change,
    "start": lambda rule: ", ".join(rule.start),
    "stop": lambda rule: ", ".join(rule.stop),
}

_STAGE: dict[str, Callable[[Stage], str]] = {
    "title": lambda stage: stage.title,
    "department": lambda stage: stage.department,
    "role": lambda stage: stage.role,
    "within": lambda stage: str(stage.within or ""),
    "needs": lambda stage: ", ".join(stage.needs),
    "with": lambda stage: ", ".join(stage.with_),
    "returns_to": lambda stage: stage.returns_to,
    "if": lambda stage: stage.condition.text if stage.condition else "",
    "reasons": lambda stage: ", ".join(stage.reasons),
}


def _clocks(old: Mapping[str, ClockRule], new: Mapping[str, ClockRule]) -> Iterator[Difference]:
    part = Message("clock")
    for name in dict.fromkeys((*old, *new)):
        if name not in old or name not in new:
            before, after = (str(side[name].within or "") if name in side else None for side in (old, new))
            yield Difference(part, name, "", before, after)
            continue
        for what, read in _CLOCK.items():
            yield from _word(part, read(old[name]), read(new[name]), name, what)


def _stages(old: Sequence[Stage], new: Sequence[Stage]) -> Iterator[Difference]:
    part = Message("stage")
    before, after = ({stage.name: stage for stage in side} for side in (old, new))
    for name in dict.fromkeys((*before, *after)):
        if name not in before or name not in after:
            there, then = (_who(side[name]) if name in side else None for side in (before, after))
            yield Difference(part, name, "", there, then)
            continue
        for what, read in _STAGE.items():
            yield from _word(part, read(before[name]), read(after[name]), name, what)
    ways = [[stage.name for stage in side if stage.name in before and stage.name in after] for side in (old, new)]
    yield from _word(Message("order of stages"), ", ".join(ways[0]), ", ".join(ways[1]))


def _who(stage: Stage) -> str:
    who = " / ".join(word for word in (stage.department, stage.role) if word)
    return f"{who}, {stage.within}" if stage.within else who


# Criteria


def _rules(old: Regulation, new: Regulation) -> Iterator[Difference]:
    for department in dict.fromkeys((*old.tables, *new.tables)):
        yield from _table(old.tables.get(department), new.tables.get(department), department)
    yield from _named(Message("combining"), *(side.combine._asdict() if side.combine else {} for side in (old, new)))


def _table(old: Criteria | None, new: Criteria | None, department: str) -> Iterator[Difference]:
    before, after = _outcomes(old), _outcomes(new)
    of = f"{department}: " if department else ""
    for when in dict.fromkeys((*before, *after)):
        (then, why), (now, because) = before.get(when, (None, None)), after.get(when, (None, None))
        if then != now:
            yield Difference(Message("rule"), of + when, "", then, now)
        elif why != because:
            yield Difference(Message("rule"), of + when, "because", why, because)
    was, is_ = (" | ".join(when for when in side if when in before and when in after) for side in (before, after))
    yield from _word(Message("order of rules"), was, is_, department)
    yield from _word(Message("policy"), old.policy if old else "", new.policy if new else "", department)


def _outcomes(criteria: Criteria | None) -> dict[str, tuple[str | None, str | None]]:
    rules = criteria.rules if criteria else ()
    return {" ".join(rule.when.text.split()): (rule.then, rule.because) for rule in rules}


def _examples(old: Regulation, new: Regulation) -> Iterator[Difference]:
    sides = [{_given(example.given): example.then for example in side.examples} for side in (old, new)]
    yield from _named(Message("example"), *sides)


def _given(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _prose(old: Regulation, new: Regulation) -> Iterator[Difference]:
    if old.body.split() != new.body.split():
        yield Difference(Message("prose"), "", "", None, None)
