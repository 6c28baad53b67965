"""A real help desk's log becomes a desk that can be listed, checked and reported on.

The log (M. Polato, doi 10.4121/uuid:0c60edf1-6f83-4e75-9367-4c63b3e9d5bb) is not part of the project; the test looks
for it in HELPDESK_LOG or beside the checkout, and is left out where it is not.
"""

from __future__ import annotations

import csv
import os
import time
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.conftest import Svc

BESIDE = Path(__file__).parent.parent.parent / "shared" / "data" / "helpdesk-log" / "Helpdesk.csv"
LOG = Path(os.environ.get("HELPDESK_LOG") or BESIDE)
AFTER = "2014-01-06T10:00:00+01:00"

pytestmark = [pytest.mark.long, pytest.mark.skipif(not LOG.is_file(), reason="the real log is not here")]


@pytest.fixture
def imported(svc: Svc) -> Svc:
    svc(["import", "eventlog", str(LOG), "--timezone", "Europe/Rome"], err="kept as notes")
    svc.now = AFTER
    return svc


def test_every_case_and_event_is_there(imported: Svc) -> None:
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    expected = Counter((row["case:concept:name"], row["concept:name"]) for row in rows)
    requests = imported.json("list --all")
    found: Counter[tuple[str, str]] = Counter()
    for shown in imported.json(["show", *(request["id"] for request in requests)]):
        activities = [event["activity"] for event in shown["events"] if "activity" in event]
        found.update((shown["fields"]["case"], activity) for activity in activities)
    assert len(requests) == 4580
    assert sum(found.values()) == len(rows) == 21_348
    assert found == expected


def settled_in(year: str) -> int:
    """Cases whose last resolution lies in the year and was not followed by more work, counted from the log itself."""
    cases: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
    with LOG.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            cases[row["case:concept:name"]].append((row["time:timestamp"][:19], number, row["concept:name"]))
    settled = 0
    for events in cases.values():
        resolved = ""
        for moment, _, activity in sorted(events):
            if activity in ("Resolve ticket", "RESOLVED") or (activity == "Closed" and not resolved):
                resolved = moment
            elif activity in ("Take in charge ticket", "Wait"):
                resolved = ""
        settled += resolved.startswith(year)
    return settled


def test_it_is_listed_checked_and_reported(imported: Svc) -> None:
    waiting = imported.json("list --status waiting")
    assert waiting and all(request["status"] == "waiting" for request in waiting)
    found = imported.json("check")
    assert {finding["id"] for finding in found["untouched"]} <= {r["id"] for r in imported.json("list")}
    assert found["untouched"]
    assert imported("check --exit-code", code=5).out
    report = imported.json("report service --period 2013")
    figures = report["figures"]
    assert figures["resolution"]["n"] == settled_in("2013")
    assert 0 < figures["resolution"]["median"] < figures["resolution"]["p90"]
    assert figures["backlog_start"]["value"] + figures["arrived"]["value"] > 0
    assert imported("report service --period 2013 --format md").out.startswith("# ")


def test_the_whole_site_is_written_in_half_a_minute(imported: Svc, tmp_path: Path) -> None:
    site = tmp_path / "site"
    began = time.monotonic()
    told = imported(f"report site --period 2013 -o {site}").out
    assert time.monotonic() - began <= 30
    pages = [path for path in site.rglob("*") if path.suffix == ".html"]
    assert f"{len(pages)} pages, {len(pages)} new or changed" in told
    assert len(list((site / "requests").glob("R-*.html"))) == 4580
    assert " 0 new or changed" in imported(f"report site --period 2013 -o {site}").out


def test_a_second_import_adds_nothing(imported: Svc) -> None:
    head = imported.git("rev-parse", "HEAD")
    again = imported(["import", "eventlog", str(LOG), "--timezone", "Europe/Rome"])
    assert again.out == "nothing new: all 4580 requests are here\n"
    assert imported.git("rev-parse", "HEAD") == head


def test_exported_and_imported_anew_it_is_the_log_it_was(imported: Svc, tmp_path: Path) -> None:
    from tests.cli.test_eventlogs import deeds, fresh

    target = tmp_path / "desk.xes"
    imported(["export", "xes", "-o", str(target)])
    other = fresh(imported, "other")
    other(["import", "eventlog", str(target)], err="kept as notes")
    team = {person["handle"]: person["name"] for person in imported.json("team list")["people"]}
    again = Counter(
        (activity, at[:19].replace("T", " "), team[person])
        for (_, activity, at, person), count in deeds(other("export csv").out).items()
        for _ in range(count)
    )
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert again == Counter((row["concept:name"], row["time:timestamp"][:19], row["org:resource"]) for row in rows)
    assert len(other.json("list --all")) == 4580
