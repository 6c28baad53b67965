"""What a check found, as lines grouped by person or department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from svcctl.model.ids import short
from svcctl.model.messages import Catalog, Message
from svcctl.render.amounts import working
from svcctl.render.request import at_text, key_name, on_day
from svcctl.render.visible import visible
from svcctl.rules.findings import DUE_SOON, OFFERS, OVERDUE, PROMISES, UNACCEPTED, UNTOUCHED, Finding

_SENTENCES = {
    OVERDUE: Message("late: {clock} was due {at}, {late} ago"),
    DUE_SOON: Message("due soon: {clock} {at}, in {late}"),
    UNACCEPTED: Message("hand-off to {who} not accepted, {late} late"),
    OFFERS: Message("offer {what} has ended {at}"),
    UNTOUCHED: Message("nothing has happened for a long time (since before {at})"),
}

_AT, _LATE = "\1", "\2"
"""Stand in a sentence for what differs from line to line: the moment, and how late it is then."""

_TIME = "\0"
"""Stands for the time of day in what is said of a day."""


def findings_text(findings: Sequence[Finding], by: str, now: datetime, catalog: Catalog) -> str:
    """The lines of ``svcctl check``; empty when nothing was found.

    A late promise or acceptance is told once, in its own words.
    """
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.kind == OVERDUE and finding.clock.split(":")[0] in ("promise", "accept"):
            continue
        name = finding.department if by == "department" else finding.owner or finding.department
        groups.setdefault(name, []).append(finding)
    words = _Words(now, catalog)
    lines: list[str] = []
    for name in sorted(groups):
        lines.append(visible(name) if name else Message("nobody").text(catalog))
        lines.extend([f"  {words.line(finding)}" for finding in groups[name]])
    return "\n".join(lines) + "\n" if lines else ""


class _Words:
    """What is said of findings; a desk may have thousands, in few different sentences."""

    def __init__(self, now: datetime, catalog: Catalog) -> None:
        self.now, self.catalog, self.zone = now, catalog, now.tzinfo
        self.patterns = {kind: catalog.gettext(sentence.source) for kind, sentence in _SENTENCES.items()}
        self.sentence = cache(self._sentence)
        self.day = cache(lambda day: on_day(day, now.date(), _TIME).text(catalog))
        self.late = cache(lambda late: working(abs(late), catalog))

    def line(self, finding: Finding) -> str:
        kind, id_, title, clock, due, late, owner, department, note = finding
        if kind == PROMISES:
            said = _promise(finding, self.now, self.catalog).text(self.catalog)
        elif kind in (OVERDUE, DUE_SOON):
            said = self.sentence(kind, clock).replace(_AT, self._at(due), 1).replace(_LATE, self.late(late), 1)
        else:
            who = owner or department
            said = self.patterns[kind].format(who=who, what=note, at=self._at(due), late=self.late(late))
        text = f"{short(id_)}  {title}: {said}"
        return text if text.isprintable() else visible(text)

    def _sentence(self, kind: str, clock: str) -> str:
        """What is said of a deadline, but for what differs from line to line."""
        name = visible(key_name(clock).text(self.catalog))
        return self.patterns[kind].format(clock=name, at=_AT, late=_LATE)

    def _at(self, due: datetime | None) -> str:
        if due is None:
            return "-"
        local = due.astimezone(self.zone)
        return self.day(local.date()).replace(_TIME, f"{local.hour:02}:{local.minute:02}", 1)


def _promise(finding: Finding, now: datetime, catalog: Catalog) -> Message:
    at = at_text(finding.due, now) if finding.due else "-"
    if finding.late > 0:
        late = working(finding.late, catalog)
        return Message("promised for {at}, {late} ago: {text}", at=at, late=late, text=finding.note)
    return Message("promised for {at}: {text}", at=at, text=finding.note)
