"""Requests as a CSV event log (RFC 4180): a line for each event, with case, activity, time and resource.

A spreadsheet takes a cell that begins with = + - @ (or a wide form of these, a tab, a line end) for a formula, even a
quoted one, so text that does is given an apostrophe in front (OWASP, "CSV Injection"); so is text that has apostrophes
before such a character already. ``unguarded`` takes exactly that one away again. Control characters are written as
``\\x1b`` or the like, because CSV is looked at in terminals too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from svcctl.exchange.caselog import CASE_VALUES, DepartmentOf, case_values, logged
from svcctl.model.request import Request
from svcctl.render.visible import visible

HEADER = (
    "case_id",
    "activity",
    "timestamp",
    "resource",
    "lifecycle:transition",
    "stage",
    "org:group",
    *(f"case:{name}" for name in CASE_VALUES),
)
_FORMULA = re.compile("'*[=+\\-@\t\n＝＋－＠]")
_GUARDED = re.compile("'+[=+\\-@\t\n＝＋－＠]")


def eventlog_csv(requests: Iterable[Request], department_of: DepartmentOf) -> Iterator[str]:
    """The file in parts: the line of names, then the lines of each request."""
    yield _lines([HEADER])
    for request in requests:
        case = [guarded(value) for value in case_values(request).values()]
        events = logged(request, department_of)
        yield _lines(
            (request.id, guarded(one.activity), one.timestamp, *map(guarded, (one.resource, *one[3:])), *case)
            for one in events
        )


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def guarded(text: str) -> str:
    """A text that no spreadsheet runs and no terminal obeys."""
    if text.isalnum():
        return text
    shown = visible(text, keep="\n\t")
    return "'" + shown if _FORMULA.match(shown) else shown


def unguarded(text: str) -> str:
    """The text that was guarded; any other is left as it is."""
    return text[1:] if _GUARDED.match(text) else text
