"""PM4Py loads what is exported, and finds the throughput times, rework and hand-overs of work that svcctl finds."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from svcctl.exchange.csvwriting import eventlog_csv
from svcctl.exchange.xeswriting import xes
from svcctl.model.request import Request
from svcctl.reports.period import parse_period
from svcctl.reports.process import process
from tests.conftest import Svc
from tests.reports.desks import ZONE, entry
from tests.reports.lives import NOW, requests
from tests.test_real_log import AFTER, LOG

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.skipif(find_spec("pm4py") is None, reason="pm4py is not installed")]


def mined(*paths: Path) -> list[dict[str, Any]]:
    """What PM4Py finds, in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.exchange.mining", *map(str, paths)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[0])
    return found


def agree(theirs: dict[str, Any], report: dict[str, Any], times: Sequence[int]) -> None:
    """Every case's throughput time, every activity, every pair of people; ``times`` in seconds, of each case."""
    tables = {table["name"]: table["rows"] for table in report["tables"]}
    assert theirs["cases"] == report["figures"]["throughput_wall"]["n"]
    assert theirs["events"] == sum(row["n"] for row in tables["activities"])
    assert theirs["throughput"] == sorted(times)
    assert theirs["rework"] == {row["activity"]: row["repeated"] for row in tables["activities"] if row["repeated"]}
    passed = {(one, other): count for one, other, count in theirs["handovers"] if one != other}
    assert passed == {(row["from"], row["to"]): row["n"] for row in tables["handovers_of_work"]}
    every = sum(count for _, _, count in theirs["handovers"])
    share = sum(passed.values()) / every if every else None
    assert report["figures"]["handed_over"]["value"] == (None if share is None else round(share, 4))
    counts = sorted((count for _, count in theirs["variants"]), reverse=True)
    assert [row["requests"] for row in tables["variants"]] == counts[:15]


def of_desk(svc: Svc, period: str) -> tuple[dict[str, Any], list[int]]:
    """The report of a period, and the throughput time of each request behind it."""
    report = svc.json(f"report process --period {period} --compare none")
    behind = svc.json(f"report process --period {period} --compare none --requests throughput_wall")
    return report, [row["throughput_wall_s"] for row in behind["requests"]]


def both(svc: Svc, folder: Path, period: str) -> list[dict[str, Any]]:
    """What PM4Py finds in the desk's two exports."""
    paths = [folder / "desk.xes", folder / "desk.csv"]
    for path in paths:
        svc(["export", path.suffix[1:], "--period", period, "-o", str(path)])
    return mined(*paths)


def test_of_the_demo_desk(svc: Svc, tmp_path: Path) -> None:
    svc(["demo", str(tmp_path / "demo")])
    svc.folder = tmp_path / "demo"
    for theirs in both(svc, tmp_path, "2026-11"):
        agree(theirs, *of_desk(svc, "2026-11"))
        assert theirs["cases"] >= 4 and theirs["handovers"]


some = st.integers(1, 12).flatmap(lambda size: st.tuples(*(requests(number) for number in range(size))))


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(several=st.lists(some, min_size=5, max_size=5))
def test_of_desks_made_at_random(several: list[tuple[Request, ...]], tmp_path: Path) -> None:
    paths = []
    for number, desk in enumerate(several):
        paths += [tmp_path / f"{number}.xes", tmp_path / f"{number}.csv"]
        paths[-2].write_text("".join(xes(desk, "d", "p", lambda word: "")), encoding="utf-8")
        paths[-1].write_text("".join(eventlog_csv(desk, lambda word: "")), encoding="utf-8")
    found = mined(*paths)
    period = parse_period("2026", ZONE, NOW)
    for number, desk in enumerate(several):
        report = process([entry(one, NOW, None) for one in desk], period, None)
        times = [sample.value for sample in report.figure("throughput_wall").behind]
        for theirs in found[2 * number : 2 * number + 2]:
            agree(theirs, report.as_json(), times)


@pytest.mark.skipif(not LOG.is_file(), reason="the real log is not here")
def test_of_the_real_log(svc: Svc, tmp_path: Path) -> None:
    svc(["import", "eventlog", str(LOG), "--timezone", "Europe/Rome"], err="kept as notes")
    svc.now = AFTER
    report, times = of_desk(svc, "2010..2014")
    for theirs in both(svc, tmp_path, "2010..2014"):
        assert (theirs["cases"], theirs["events"]) == (4580, 21_348)
        agree(theirs, report, times)
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = Counter((row["concept:name"], row["time:timestamp"][:19]) for row in csv.DictReader(file))
    with (tmp_path / "desk.csv").open(encoding="utf-8", newline="") as file:
        again = Counter((row["activity"], row["timestamp"][:19].replace("T", " ")) for row in csv.DictReader(file))
    assert again == rows
