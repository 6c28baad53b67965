"""XES files, also hostile ones."""

from __future__ import annotations

import time
from datetime import UTC
from pathlib import Path

import pytest

from svcctl.exchange.cases import event_ids
from svcctl.exchange.eventlog import Reading, Row, read_log
from svcctl.exchange.xes import xes_rows
from svcctl.model.problems import BrokenFiles

XES = """\
<?xml version="1.0" encoding="UTF-8" ?>
<!-- exported -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="UNKNOWN"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="the log itself"/>
  <trace>
    <string key="concept:name" value="Ж-1"/>
    <string key="customer" value="Łódź &amp; sons"/>
    <event>
      <string key="concept:name" value="take"/>
      <string key="org:resource" value="x"/>
      <date key="time:timestamp" value="2026-01-01T10:00:00.000+01:00"/>
      <float key="cost" value="1.10"><string key="currency" value="EUR"/></float>
      <list key="tags"><values><string key="tag" value="a"/><string key="tag" value="b"/></values></list>
    </event>
    <event>
      <string key="concept:name" value="close"/>
      <string key="org:resource" value="x"/>
      <date key="time:timestamp" value="2026-01-02T10:00:00.000+01:00"/>
    </event>
  </trace>
</log>
"""


def test_a_trace_is_a_case_and_everything_an_event_says_is_kept() -> None:
    rows = xes_rows(XES.encode(), "x.xes")
    case = {"case:concept:name": "Ж-1", "case:customer": "Łódź & sons"}
    first, second = rows.rows
    assert first == Row(
        11,
        {
            "concept:name": "take",
            "org:resource": "x",
            "time:timestamp": "2026-01-01T10:00:00.000+01:00",
            "cost": "1.10",
            "cost/currency": "EUR",
            "tags/tag": "a",
            "tags/tag (2)": "b",
            **case,
        },
    )
    assert second.values["case:customer"] == "Łódź & sons"
    assert rows.problems == []


def test_csv_and_xes_of_one_log_are_the_same_events(tmp_path: Path) -> None:
    xes, csv = tmp_path / "log.xes", tmp_path / "log.csv"
    xes.write_text(XES, encoding="utf-8")
    csv.write_text(
        "concept:name,org:resource,time:timestamp,case:concept:name\n"
        "take,x,2026-01-01 10:00:00+01:00,Ж-1\nclose,x,2026-01-02 10:00:00+01:00,Ж-1\n",
        encoding="utf-8",
    )
    one, other = (read_log(str(path), Reading(UTC)).cases[0] for path in (xes, csv))
    assert event_ids("log", one) == event_ids("log", other)
    assert [event.at for event in one.events] == [event.at for event in other.events]


def test_a_case_without_a_name_or_without_events_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    nameless = XES.replace('<string key="concept:name" value="Ж-1"/>', "", 1)
    nameless = nameless.replace("</log>", '<trace><string key="concept:name" value="empty"/></trace>\n</log>')
    named = XES[XES.index("  <trace>") : XES.index("</log>")]
    path.write_text(nameless.replace("</log>", named + "</log>"), encoding="utf-8")
    log = read_log(str(path), Reading(UTC))
    assert log.size == 2
    assert [(p.line, str(p.message)) for p in log.problems] == [
        (11, "“case:concept:name” is empty"),
        (18, "“case:concept:name” is empty"),
        (24, "this trace has no events"),
    ]


def refused(text: str) -> BrokenFiles:
    with pytest.raises(BrokenFiles) as error:
        xes_rows(text.encode(), "x.xes")
    return error.value


def test_a_file_that_is_cut_short_is_refused_with_the_place() -> None:
    error = refused(XES[: XES.index("</trace>")])
    assert "not well-formed XML: no element found" in str(error)
    assert error.problems[0].line == 23
    assert "mismatched tag" in str(refused(XES.replace("</event>", "</trace>", 1)))


def test_a_billion_laughs_are_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE log [<!ENTITY l0 "lol">{entities}]><log><trace><string key="x" value="&l11;"/></trace></log>'
    began = time.perf_counter()
    error = refused(bomb)
    assert "declares the entity “l0”" in str(error)
    assert time.perf_counter() - began < 1


def test_no_file_is_fetched_for_an_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    error = refused(f'<!DOCTYPE log [<!ENTITY s SYSTEM "file://{secret}">]><log>&s;</log>')
    assert "declares the entity “s”" in str(error)


def test_what_is_no_xes_is_refused() -> None:
    assert "begins with <html>" in str(refused("<html><body/></html>"))
    assert "more than 40 deep" in str(refused("<log>" + "<trace>" * 60))
