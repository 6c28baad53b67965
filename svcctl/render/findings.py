"""What a check found, as lines grouped by person or department."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

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
    lines: list[str] = []
    for name in sorted(groups):
        lines.append(visible(name) if name else Message("nobody").text(catalog))
        lines.extend(f"  {_line(finding, now, catalog)}" for finding in groups[name])
    return "\n".join(lines) + "\n" if lines else ""


def _line(finding: Finding, now: datetime, catalog: Catalog) -> str:
    words = _promise(finding, now, catalog) if finding.kind == PROMISES else _sentence(finding, now, catalog)
    return visible(f"{short(finding.id)}  {finding.title}: {words.text(catalog)}")


def _sentence(finding: Finding, now: datetime, catalog: Catalog) -> Message:
    return Message(
        _SENTENCES[finding.kind].source,
        clock=key_name(finding.clock),
        what=finding.note,
        at=at_text(finding.due, now) if finding.due else "-",
        late=working(abs(finding.late), catalog),
        who=finding.owner or finding.department,
    )


def _promise(finding: Finding, now: datetime, catalog: Catalog) -> Message:
    at = at_text(finding.due, now) if finding.due else "-"
    if finding.late > 0:
        late = working(finding.late, catalog)
        return Message("promised for {at}, {late} ago: {text}", at=at, late=late, text=finding.note)
    return Message("promised for {at}: {text}", at=at, text=finding.note)
