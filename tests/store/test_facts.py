"""What reports have measured: kept, packed, forgotten when a deed or a rule changes it, never needed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.desk import Desk, open_desk
from svcctl.measuring import Measuring
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.request import Request
from svcctl.reports.cases import CASE, DEEDS, OUTLINE, TIMED
from svcctl.reports.clients import TOLD
from svcctl.reports.decisions import MADE
from svcctl.reports.facts import Entry, Kind
from svcctl.reports.nps import RATED
from svcctl.reports.offers import SAID
from svcctl.reports.process import MINED
from svcctl.reports.rework import AGAIN
from svcctl.reports.timeline import way
from svcctl.store.facts import Fact, Packing, keep, known
from svcctl.store.index import ALL, FACTS, Index
from tests.conftest import Svc

KINDS: list[Kind[object]] = [CASE, TIMED, OUTLINE, DEEDS, AGAIN, MINED, MADE, RATED, TOLD, SAID]  # type: ignore[list-item]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def unwatched(requests: Iterator[Request], count: int) -> Iterator[Request]:
    return requests


def asked(svc: Svc, later: int = 0) -> tuple[Desk, Measuring, list[Entry]]:
    desk = open_desk(str(svc.folder))
    measuring = Measuring(desk, datetime.fromisoformat(svc.now) + timedelta(seconds=later))
    return desk, measuring, measuring.entries(None, [kind.name for kind in KINDS], unwatched)


def measured(svc: Svc, later: int = 0) -> list[str]:
    """Every fact of every request, as plain values, which are kept then."""
    desk, measuring, entries = asked(svc, later)
    facts = [json.dumps([entry.fact(kind) for kind in KINDS]) for entry in entries]
    measuring.keep(entries)
    desk.close()
    return facts


def were_read(svc: Svc) -> list[bool]:
    desk, _, entries = asked(svc)
    for entry in entries:
        for kind in KINDS:
            entry.fact(kind)
    desk.close()
    return [entry.was_read for entry in entries]


def kept(svc: Svc) -> int:
    connection = sqlite3.connect(svc.folder / ".git" / "svcctl" / "index.sqlite")
    (count,) = connection.execute("SELECT count(*) FROM fact").fetchone()
    connection.close()
    return int(count)


@pytest.fixture
def worked(svc: Svc) -> Svc:
    """Three requests with something of everything."""
    first = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"take {first}")
    svc(f"promise {first} --at 'tomorrow 12:00' -m price")
    second = svc.new("Question", "--client", "metallstroy")
    svc(f"take {second}")
    svc(f"resolve {second} -m answered")
    svc(f"rate {second} 9")
    third = svc.new("Complaint", "--type", "complaint", "--client", "metallstroy")
    svc(f"note {third} -m seen")
    return svc


def test_every_kind_has_its_place() -> None:
    assert {kind.name for kind in KINDS} | {"trace", "offer"} == set(FACTS)


def test_what_is_kept_is_what_was_measured(worked: Svc) -> None:
    first = measured(worked)
    assert len(first) == 3 and kept(worked) == 3 * len(KINDS)
    assert were_read(worked) == [False, False, False]
    assert measured(worked) == first


def test_a_deed_forgets_what_was_measured_of_its_request(worked: Svc) -> None:
    measured(worked)
    worked("note " + worked.json("list")[0]["id"] + " -m 'a deed'")
    assert sorted(were_read(worked)) == [False, False, True]


def test_a_rule_forgets_everything(worked: Svc) -> None:
    measured(worked)
    team = (worked.folder / "team.yaml").read_text()
    worked.write("team.yaml", team + "# more\n")
    assert were_read(worked) == [True, True, True]


def test_another_file_forgets_nothing(worked: Svc) -> None:
    measured(worked)
    worked.write("clients/extra.yaml", "name: Extra\n")
    assert were_read(worked) == [False, False, False]


def test_the_future_is_not_kept(worked: Svc) -> None:
    # Asked earlier than its events, a request is measured and forgotten.
    measured(worked, later=-3600)
    assert kept(worked) == 0


def test_a_missing_regulation_is_told_each_time(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    path = svc.record_path(request)
    text = path.read_text()
    assert "regulation: " in text
    lines = ["regulation: gone@7" if line.startswith("regulation: ") else line for line in text.split("\n")]
    svc.write(path.relative_to(svc.folder).as_posix(), "\n".join(lines))
    said = [svc("report deadlines", code=3, err=".*").err for _ in range(2)]
    assert "regulation gone has no version 7" in said[0] and said[0] == said[1]
    # So it is where a part of the requests is let go of before all are counted.
    monkeypatch.setattr("svcctl.measuring.HELD", 1)
    assert [svc("report deadlines", code=3, err=".*").err for _ in range(2)] == said


def test_where_many_are_read_few_are_held(worked: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = measured(worked)
    worked.write("team.yaml", (worked.folder / "team.yaml").read_text() + "# more\n")
    monkeypatch.setattr("svcctl.measuring.HELD", 2)
    desk = open_desk(str(worked.folder))
    measuring = Measuring(desk, datetime.fromisoformat(worked.now))
    parts: list[list[bool]] = []

    def counting(some: Sequence[Entry]) -> None:
        parts.append([entry.was_read for entry in some])
        for entry in some:
            # One fact is left, and asked later, when they are no longer held.
            facts = [entry.fact(kind) for kind in KINDS[:-1]]
            assert len(facts) == len(KINDS) - 1

    names = [kind.name for kind in KINDS]
    entries = measuring.entries(None, names, unwatched, counting)
    assert parts == [[True, True]]
    assert [entry.was_read for entry in entries] == [False, False, True]
    assert [json.dumps([entry.fact(kind) for kind in KINDS]) for entry in entries] == plain
    measuring.keep(entries)
    desk.close()
    assert were_read(worked) == [False, False, False]
    assert kept(worked) == 3 * len(KINDS)


@pytest.mark.parametrize(("wanted", "parts"), [(1, 1), (2, 3)])
def test_what_lacks_a_fact_that_no_report_asks_for_is_not_counted_twice(
    worked: Svc, monkeypatch: pytest.MonkeyPatch, wanted: int, parts: int
) -> None:
    first = Measuring(desk := open_desk(str(worked.folder)), datetime.fromisoformat(worked.now))
    entries = first.entries(None, [KINDS[0].name], unwatched)
    assert [entry.fact(KINDS[0]) is None for entry in entries] == [False] * 3
    first.keep(entries)
    desk.close()
    monkeypatch.setattr("svcctl.measuring.HELD", 1)
    seen: list[Entry] = []

    def counting(some: Sequence[Entry]) -> None:
        seen.extend(some)
        assert all(entry.fact(kind) is not None for entry in some for kind in KINDS[:wanted])

    desk = open_desk(str(worked.folder))
    names = [kind.name for kind in KINDS[:2]]
    Measuring(desk, datetime.fromisoformat(worked.now)).entries(None, names, unwatched, counting)
    desk.close()
    assert len(seen) == parts


def test_a_report_that_refuses_some_may_be_right_of_all(worked: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("svcctl.measuring.HELD", 1)
    desk = open_desk(str(worked.folder))

    def counting(some: Sequence[Entry]) -> None:
        raise Refused(Message("too few"))

    measuring = Measuring(desk, datetime.fromisoformat(worked.now))
    entries = measuring.entries(None, [kind.name for kind in KINDS], unwatched, counting)
    facts = [json.dumps([entry.fact(kind) for kind in KINDS]) for entry in entries]
    desk.close()
    assert facts == measured(worked)


def test_damage_is_measured_anew(worked: Svc) -> None:
    first = measured(worked)
    connection = sqlite3.connect(worked.folder / ".git" / "svcctl" / "index.sqlite")
    connection.execute("UPDATE fact SET data = substr(data, 3)")
    connection.commit()
    connection.close()
    assert measured(worked) == first


@pytest.fixture
def index(worked: Svc) -> Iterator[Index]:
    desk = open_desk(str(worked.folder))
    found = desk.index()
    assert found is not None
    yield found
    desk.close()


def test_a_request_that_has_changed_meanwhile_is_not_kept(worked: Svc, index: Index) -> None:
    one, other, _ = known(index, ALL, (), datetime.fromisoformat(worked.now))
    keep(index, [Fact(one.num, one.place.oid, "case", "[1]"), Fact(other.num, "0" * 40, "case", "[2]")])
    assert kept(worked) == 1


def test_nothing_is_kept_of_another_commit(worked: Svc, index: Index) -> None:
    one = known(index, ALL, (), datetime.fromisoformat(worked.now))[0]
    worked("note " + worked.json("list")[0]["id"] + " -m 'a deed'")
    worked("list")
    keep(index, [Fact(one.num, one.place.oid, "case", "[1]")])
    assert kept(worked) == 0


def test_where_nothing_can_be_written_reports_go_on(worked: Svc) -> None:
    first = worked("report service --period 2026-11").out
    connection = sqlite3.connect(worked.folder / ".git" / "svcctl" / "index.sqlite")
    connection.execute("DELETE FROM fact")
    connection.execute("CREATE TRIGGER no BEFORE INSERT ON fact BEGIN SELECT RAISE(ABORT, 'no'); END")
    connection.commit()
    connection.close()
    assert worked("report service --period 2026-11").out == first
    assert kept(worked) == 0


@given(st.lists(TEXTS, min_size=1), TEXTS)
def test_packing_loses_nothing(usual: list[str], data: str) -> None:
    connection = memory()
    index = Index(":memory:", connection)
    packing = Packing(index)
    packing.learn([(0, number, text, "") for number, text in enumerate(usual)])
    assert packing.unpacked("case", packing.packed(0, data)) == data
    assert Packing(index).unpacked("case", packing.packed(0, data)) == data
    connection.close()


def memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE meta(key TEXT, value TEXT)")
    connection.execute("CREATE TABLE sample(kind INTEGER PRIMARY KEY, data BLOB)")
    return connection


def test_the_way_is_kept(worked: Svc, tmp_path: Path) -> None:
    found = []
    for later in (0, 0, 90_000):
        desk, measuring, entries = asked(worked, later)
        moment = int(measuring.now.timestamp())
        found.append([way(entry, moment, desk.reference.team.department_of) for entry in entries])
        read = [Entry(entry.request, entry.clocks, entry.calendar) for entry in entries]
        assert found[-1] == [way(entry, moment, desk.reference.team.department_of) for entry in read]
        measuring.keep(entries)
        desk.close()
    assert found[0] == found[1] != found[2]
