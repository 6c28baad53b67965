"""export xes, csv and ndjson on a real desk, and the way back: import eventlog."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import NOW, Svc

Deed = tuple[str, str, str, str]


@pytest.fixture
def busy(svc: Svc) -> Svc:
    """A desk with an offer on its way, a hand-off with an answer, and a hostile title."""
    first = svc.new("КП на арматуру", "--type", "offer", "--client", "metallstroy", "--channel", "phone")
    svc(f"take {first}", now="2026-11-23T10:10:00+03:00")
    svc(f"done {first} --field items=rebar", now="2026-11-23T11:10:00+03:00")
    second = svc.new('=cmd|"<script>', "--client", "zoo", now="2026-12-01T09:00:00+03:00")
    svc(f"take {second}", now="2026-12-01T09:05:00+03:00")
    svc(f"handoff {second} --to kuznetsov -m ответьте", now="2026-12-01T09:10:00+03:00")
    svc(f"accept {second}", as_="kuznetsov", now="2026-12-01T09:30:00+03:00")
    svc(f"resolve {second} -m ok", as_="kuznetsov", now="2026-12-01T10:00:00+03:00")
    svc.now = "2026-12-02T10:00:00+03:00"
    return svc


def deeds(text: str) -> Counter[Deed]:
    """The case (by its own name where it was imported), activity, moment and person of each line."""
    names = ("case_id", "activity", "timestamp", "resource")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return Counter((row[names[0]], row[names[1]], row[names[2]], row[names[3]]) for row in rows)


def fresh(svc: Svc, name: str) -> Svc:
    """A desk of nobody's, beside the other one."""
    folder = svc.folder.parent / name
    command = [sys.executable, "-m", "svcctl", "--as", "clerk", "--now", NOW, "init", str(folder), "--country", "RU"]
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **quiet})
    return Svc(folder, svc.monkeypatch, person="clerk", now=svc.now)


@pytest.mark.parametrize("form", ["xes", "csv"])
def test_a_fresh_desk_has_the_same_cases(busy: Svc, form: str, tmp_path: Path) -> None:
    target = tmp_path / f"desk.{form}"
    assert busy(["export", form, "-o", str(target)]).out == ""
    other = fresh(busy, "other")
    other(["import", "eventlog", str(target), "--source", "other"], err="kept as notes")
    cases = {one["id"]: one["fields"]["case"] for one in other.json("list --all")}
    again = deeds(other("export csv").out)
    known = Counter({(cases[case], *rest): count for (case, *rest), count in again.items()})  # type: ignore[misc]
    assert known == deeds(busy("export csv").out)
    second = other(["import", "eventlog", str(target), "--source", "other"])
    assert second.out.startswith("nothing new")


def test_options_choose_requests(busy: Svc) -> None:
    every = {case for case, *_ in deeds(busy("export csv").out)}
    assert len(every) == 2
    for options, count in (
        ("--period 2026-11", 1),
        ("--period 2026-12", 1),
        ("--period 2025", 0),
        ("--status resolved", 1),
        ("--client zoo --type request", 1),
        ("--department customs", 1),
        ("--owner kuznetsov", 1),
        ("--text арматуру", 1),
        ("--field items=rebar", 1),
        ("--field items=other", 0),
    ):
        assert len({case for case, *_ in deeds(busy(f"export csv {options}").out)}) == count, options


def test_what_cannot_be_is_refused(busy: Svc) -> None:
    busy("export csv --department saels", code=1, err="did you mean “sales”")
    busy("export xes --period 2026-13", code=2, err="2026-13 is not a month")
    busy("export xes -o /nowhere/desk.xes", code=1, err="cannot write /nowhere/desk.xes")
    busy("export ndjson --status done", code=2, err="done")


def test_formulas_and_tags_are_text(busy: Svc) -> None:
    assert '\'=cmd|""<script>' in busy("export csv").out
    assert "value='=cmd|\"&lt;script&gt;'" in busy("export xes").out
    titles = [json.loads(line).get("title") for line in busy("export ndjson").out.splitlines()]
    assert '=cmd|"<script>' in titles


def test_a_broken_record_never_hides_the_others(busy: Svc) -> None:
    busy.write("requests/2026/11/23/R-20261123-aaaaaa.yaml", "id: [")
    assert len({case for case, *_ in deeds(busy("export csv", code=3, err="aaaaaa").out)}) == 2


def test_the_desk_as_it_was_known(busy: Svc) -> None:
    lines = busy("export ndjson --as-of 2026-11-23T10:05:00+03:00").out.splitlines()
    assert [json.loads(line)["record"] for line in lines][:1] == ["request"]
    assert not any(json.loads(line).get("do") == "taken" for line in lines)
