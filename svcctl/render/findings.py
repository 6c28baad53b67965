"""What a check found, as lines grouped by person or department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from svcctl.model.ids import short
from svcctl.model.messages import Catalog, Message
from svcctl.render.amounts import working
from svcctl.render.request import at_text, key_name
from svcctl.render.visible import visible
from svcctl.rules.findings import DUE_SOON, OFFERS, OVERDUE, PROMISES, UNACCEPTED, UNTOUCHED, Finding

_SENTENCES = {
    OVERDUE: Message("late: {clock} was due {at}, {late} ago"),
    DUE_SOON: Message("due soon: {clock} {at}, in {late}"),
    UNACCEPTED: Message("hand-off to {who} not accepted, {late} late"),
    OFFERS: Message("offer {what} has ended {at}"),
    UNTOUCHED: Message("nothing has happened for a long time (since before {at})"),
}


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
        self.now, self.catalog = now, catalog
        self.patterns = {kind: catalog.gettext(sentence.source) for kind, sentence in _SENTENCES.items()}
        self.clock = cache(lambda key: key_name(key).text(catalog))
        self.at = cache(lambda due: at_text(due, now).text(catalog))
        self.late = cache(lambda late: working(abs(late), catalog))

    def line(self, finding: Finding) -> str:
        promise = finding.kind == PROMISES
        said = _promise(finding, self.now, self.catalog).text(self.catalog) if promise else self._sentence(finding)
        return visible(f"{short(finding.id)}  {finding.title}: {said}")

    def _sentence(self, finding: Finding) -> str:
        return self.patterns[finding.kind].format(
            clock=self.clock(finding.clock),
            what=finding.note,
            at=self.at(finding.due) if finding.due else "-",
            late=self.late(finding.late),
            who=finding.owner or finding.department,
        )


def _promise(finding: Finding, now: datetime, catalog: Catalog) -> Message:
    at = at_text(finding.due, now) if finding.due else "-"
    if finding.late > 0:
        late = working(finding.late, catalog)
        return Message("promised for {at}, {late} ago: {text}", at=at, late=late, text=finding.note)
    return Message("promised for {at}: {text}", at=at, text=finding.note)
