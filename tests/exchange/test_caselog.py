"""Event logs out and in: what is exported is well-formed, safe, and read back as the same cases."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.exchange.cases import Rules, planned
from svcctl.exchange.csvwriting import HEADER, eventlog_csv, guarded, unguarded
from svcctl.exchange.eventlog import Log, Reading, read_log
from svcctl.exchange.mapping import meanings
from svcctl.exchange.ndjson import event_row, ndjson, request_row
from svcctl.exchange.people import people_of
from svcctl.exchange.xeswriting import xes
from svcctl.model.event import REDACTED
from svcctl.model.events import Noted, Redacted, Resolved, Taken, Worked
from svcctl.model.request import Request, fold
from svcctl.model.team import Department, Person, Team
from svcctl.reports.activities import activities
from tests.reports.desks import MONDAY, at, request
from tests.reports.lives import DEPARTMENTS, desks

DESK = Team({"imported": Department("imported")}, {"ivanova": Person("ivanova", "Anna")})
NAMESPACE = "{http://www.xes-standard.org/}"


def department_of(word: str) -> str:
    return DEPARTMENTS.get(word, "")


def written(form: str, desk: tuple[Request, ...]) -> str:
    if form == "csv":
        return "".join(eventlog_csv(desk, department_of))
    return "".join(xes(desk, "desk", "svcctl", department_of))


def read(text: str) -> Log:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_text(text, encoding="utf-8", newline="")
        return read_log(str(path), Reading(UTC))


def imported(log: Log) -> Iterator[tuple[str, Request, dict[str, str]]]:
    """The requests that an import into a fresh desk makes of a log: the case, the request, resources by handle."""
    resources = [event.resource for case in log.cases for event in case.events]
    found = people_of(resources, DESK, "imported", {})
    names = {handle: resource for resource, handle in found.handles.items()}
    activities = {event.activity: 1 for case in log.cases for event in case.events}
    known = {handle: (handle, name, "") for handle, name in names.items()}
    rules = Rules(
        "log", meanings({}, activities, "log"), found.handles, known, datetime.now(UTC), department="imported"
    )
    for case in log.cases:
        plan = planned(case, rules, None, ())
        assert plan is not None and plan.header is not None
        yield case.name, fold(plan.header, plan.events), names


def told(of: Request, names: dict[str, str] | None = None) -> list[tuple[str, datetime, str]]:
    return [(one.name, one.at, names[one.by] if names else one.by) for one in activities(of)]


@pytest.mark.parametrize("form", ["xes", "csv"])
@given(desk=desks.filter(bool))
def test_what_is_exported_is_imported_as_the_same_cases(form: str, desk: tuple[Request, ...]) -> None:
    log = read(written(form, desk))
    assert not log.problems
    found = {case: told(of, names) for case, of, names in imported(log)}
    assert found == {of.id: told(of) for of in desk}


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp")), min_size=1).filter(
    lambda text: text == text.strip()
)


@pytest.mark.parametrize("form", ["xes", "csv"])
@given(names=st.lists(st.tuples(words, st.sampled_from(["", "anna", "Value 2", "=cmd()", "unknown"])), min_size=1))
def test_the_words_of_a_log_survive_being_imported_exported_and_imported(
    form: str, names: list[tuple[str, str]]
) -> None:
    out = io.StringIO()
    rows = [("c", name, f"2026-11-02 09:{minute % 60:02}", who) for minute, (name, who) in enumerate(names)]
    csv.writer(out).writerows([("case id", "activity", "timestamp", "resource"), *map(_all_guarded, rows)])
    (first,) = (of for _, of, _ in imported(read(out.getvalue())))
    ((_, second, handles),) = imported(read(written(form, (first,))))
    assert told(second, handles) == told(first)
    assert sorted(one.name for one in activities(second)) == sorted(name for name, _ in names)


def _all_guarded(row: tuple[str, ...]) -> list[str]:
    return [guarded(text) for text in row]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp"))))
def test_guarding_is_undone_exactly_and_leaves_no_formula(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(tuple("=+-@＝＋－＠"))


def test_hostile_titles_are_text_everywhere() -> None:
    one = request("R-1", MONDAY, title="<script>alert(1)</script> & \"'\x1b[31m\n=1+1", client="=HYPERLINK(1)")
    tree = ElementTree.fromstring(written("xes", (one,)))
    title = tree.find(f"{NAMESPACE}trace/{NAMESPACE}string[@key='title']")
    assert title is not None and title.get("value") == "<script>alert(1)</script> & \"'\\x1b[31m\n=1+1"
    (row,) = csv.DictReader(io.StringIO(written("csv", (one,))))
    assert tuple(row) == HEADER
    assert row["case:client"] == "'=HYPERLINK(1)"
    assert "\x1b" not in row["case:title"] and "<script>" in row["case:title"]
    assert "\x1b" not in "".join(ndjson((one,)))


def test_the_xes_names_its_extensions_and_its_globals() -> None:
    one = request("R-1", MONDAY, [(at("2 9:10"), "anna", Taken())])
    tree = ElementTree.fromstring(written("xes", (one,)))
    assert tree.tag == f"{NAMESPACE}log" and tree.get("xes.version") == "1849-2016"
    order = [child.tag.removeprefix(NAMESPACE) for child in tree]
    assert order == [*["extension"] * 4, "global", "global", "classifier", "classifier", "string", "string", "trace"]
    prefixes = [child.get("prefix") for child in tree.iter(f"{NAMESPACE}extension")]
    assert prefixes == ["concept", "time", "org", "lifecycle"]
    globals_ = {
        child.get("key")
        for scope in tree.iter(f"{NAMESPACE}global")
        if scope.get("scope") == "event"
        for child in scope
    }
    for event in tree.iter(f"{NAMESPACE}event"):
        assert globals_ <= {child.get("key") for child in event}
    last = list(tree.iter(f"{NAMESPACE}event"))[-1]
    assert {child.get("key"): child.get("value") for child in last} == {
        "concept:name": "taken",
        "time:timestamp": "2026-11-02T09:10:00+03:00",
        "org:resource": "anna",
        "org:group": "sales",
        "lifecycle:transition": "complete",
    }


def test_a_log_without_requests_is_a_log() -> None:
    assert ElementTree.fromstring(written("xes", ())).find(f"{NAMESPACE}trace") is None
    assert written("csv", ()) == ",".join(HEADER) + "\n"
    assert "".join(ndjson(())) == ""


def test_nothing_is_made_before_it_is_asked_for() -> None:
    asked = []

    def endless() -> Iterator[Request]:
        number = 0
        while True:
            asked.append(number)
            yield request(f"R-{number}", MONDAY)
            number += 1

    for parts in (xes(endless(), "d", "p", department_of), eventlog_csv(endless(), department_of), ndjson(endless())):
        asked.clear()
        for _ in range(4):
            next(parts)
        assert len(asked) <= 4


def test_lines_of_json_have_the_request_and_its_events_without_redacted_words() -> None:
    one = request(
        "R-1",
        MONDAY,
        [
            (at("2 9:10"), "anna", Taken()),
            (at("2 9:20"), "anna", Noted(text="secret")),
            (at("2 9:30"), "anna", Worked(minutes=25)),
            (at("2 9:40"), "anna", Redacted(event="R-1-2", why="asked")),
            (at("2 9:50"), "anna", Resolved(outcome="ok")),
        ],
    )
    row = request_row(one)
    assert (row["status"], row["worked_s"], row["picked_up"]) == ("resolved", 1500, "2026-11-02T09:10:00+03:00")
    assert row["closed"] == "2026-11-02T09:50:00+03:00" and row["first_answer"] is None
    noted = event_row(one, one.events[1])
    assert noted["values"] == {"text": REDACTED} and noted["request"] == "R-1" and noted["counts"] is True
    assert len("".join(ndjson((one,))).splitlines()) == 6
