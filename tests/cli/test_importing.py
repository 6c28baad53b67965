"""`svcctl import eventlog`: a log becomes a desk's requests, once."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.request import Request, step
from svcctl.store.records import Record, parse_record
from tests.conftest import Svc, git

LOG = """\
case,activity,resource,time,case:customer,cost
C-1,Insert ticket,Anna Nowa,2026-01-05 09:00:00,Zoo,
C-1,Take in charge,Anna Nowa,2026-01-05 09:30:00,Zoo,
C-2,Insert ticket,ivanova,2026-01-05 10:00:00,Metall,3.50
C-1,Wait,Anna Nowa,2026-01-05 10:00:00,Zoo,
C-1,Resolve,Boris,2026-01-06 10:00:00,Zoo,
C-2,Check weight,Boris,2026-01-06 11:00:00,Metall,
"""
NOTES = "kept as notes, because their words say nothing more: Check weight\n"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "jan.csv"
    path.write_text(LOG, encoding="utf-8")
    return path


def importing(svc: Svc, log: Path, *more: str, code: int = 0, err: str = "kept as notes") -> Any:
    return svc(["import", "eventlog", str(log), *more], code=code, err=err)


def records(folder: Path) -> list[Record]:
    return [
        parse_record(path.read_text(encoding="utf-8"), str(path)) for path in sorted(folder.glob("requests/*/*/*/*"))
    ]


def by_case(folder: Path) -> dict[str, Record]:
    return {record.header.fields["case"]: record for record in records(folder) if record.header}


def test_cases_become_requests_activities_events_and_resources_people(svc: Svc, log: Path) -> None:
    result = importing(svc, log)
    assert result.out == "imported 2 requests, 6 events, 2 people\n"
    assert result.err == NOTES + '  if they mean more, say so: --map-activity "Check weight=WORD"\n'
    first = by_case(svc.folder)["C-1"]
    assert first.header is not None and first.problems == []
    assert (first.header.by, first.header.department) == ("anna-nowa", "imported")
    assert first.header.fields == {"log": "jan", "case": "C-1", "customer": "Zoo"}
    assert [(event.do, event.by) for event in first.events] == [
        ("noted", "anna-nowa"),
        ("taken", "anna-nowa"),
        ("waiting", "anna-nowa"),
        ("resolved", "boris"),
    ]
    assert first.events[0].at.isoformat() == "2026-01-05T09:00:00+03:00"
    team = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    assert "  imported: {}\n" in team
    assert team.endswith(
        "  anna-nowa: {name: Anna Nowa, department: imported}\n  boris: {name: Boris, department: imported}\n"
    )


def test_one_commit_by_the_person_and_a_clean_folder(svc: Svc, log: Path) -> None:
    importing(svc, log)
    said = svc.git("log", "-1", "--format=%an <%ae>%n%s%n%b").splitlines()
    assert said[:3] == [
        "Анна Иванова <ivanova@example.com>",
        "imported 2 requests from jan.csv (1–2 of 2)",
        "new: 2, grown: 0, events: 6",
    ]
    assert svc.git("status", "--porcelain") == ""


def test_the_same_file_again_adds_nothing_and_says_so(svc: Svc, log: Path) -> None:
    importing(svc, log)
    before = svc.git("rev-parse", "HEAD")
    assert importing(svc, log, err="").out == "nothing new: all 2 requests are here\n"
    assert svc.git("rev-parse", "HEAD") == before


def test_a_log_that_has_grown_adds_what_is_new(svc: Svc, log: Path) -> None:
    importing(svc, log)
    more = "C-2,Resolve,Cezary,2026-01-07 11:00:00,Metall,\nC-3,Insert ticket,Boris,2026-01-07 12:00:00,Zoo,\n"
    log.write_text(LOG + more, encoding="utf-8")
    result = importing(svc, log, err="")
    assert result.out == "imported 1 request, 2 events, 1 person (1 request had grown)\n"
    assert svc.git("log", "-1", "--format=%s").strip() == "imported 2 requests from jan.csv (1–2 of 2)"
    grown = by_case(svc.folder)["C-2"]
    assert [(event.n, event.do) for event in grown.events] == [(1, "noted"), (2, "noted"), (3, "resolved")]
    assert grown.events[2].prev == grown.events[1].id


def test_what_was_done_in_the_desk_meanwhile_is_respected(svc: Svc, log: Path) -> None:
    importing(svc, log)
    request = by_case(svc.folder)["C-2"].header
    assert request is not None
    svc(f"take {request.id}")
    log.write_text(LOG + "C-2,Take in charge,Boris,2026-01-07 11:00:00,Metall,\n", encoding="utf-8")
    importing(svc, log, err="")
    last = by_case(svc.folder)["C-2"].events[-1]
    assert (last.do, last.__dict__["to"], last.n) == ("assigned", "boris", 4)


def test_a_renamed_log_is_recognised_with_a_warning_and_by_its_source(svc: Svc, log: Path) -> None:
    importing(svc, log)
    renamed = log.rename(log.with_name("feb.csv"))
    said = importing(svc, renamed, "--dry-run").err
    assert "2 of these cases are here already from the log “jan”; if this is the same log, say --source jan" in said
    assert importing(svc, renamed, "--source", "jan", err="").out == "nothing new: all 2 requests are here\n"


def test_a_dry_run_says_what_the_activities_become_and_writes_nothing(svc: Svc, log: Path) -> None:
    before = svc.git("rev-parse", "HEAD")
    result = importing(svc, log, "--dry-run")
    rows = [line.split() for line in result.out.splitlines()]
    assert ["Insert", "ticket", "opened", "2", "noted", "2"] in rows
    assert ["Wait", "waiting:client", "1", "waiting", "1"] in rows
    assert result.out.endswith("would import 2 requests, 6 events, 2 people\n")
    assert svc.git("rev-parse", "HEAD") == before
    assert svc.git("status", "--porcelain") == ""


def test_json(svc: Svc, log: Path) -> None:
    value = importing(svc, log, "--json", err="").json
    assert value == {
        "source": "jan",
        "requests": 2,
        "grown": 0,
        "unchanged": 0,
        "events": 6,
        "log_events": 6,
        "people": ["anna-nowa", "boris"],
        "commits": 1,
        "activities": {
            "Insert ticket": {"noted": 2},
            "Take in charge": {"taken": 1},
            "Wait": {"waiting": 1},
            "Resolve": {"resolved": 1},
            "Check weight": {"noted": 1},
        },
        "skipped": 0,
        "problems": [],
        "warnings": [],
        "dry_run": False,
    }


def test_options_and_a_mapping_file_say_what_things_mean(svc: Svc, log: Path, tmp_path: Path) -> None:
    svc.person = "petrova"
    log.write_text(LOG.replace("case,activity,resource,time", "nr,step,who,when"), encoding="utf-8")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "columns: {case: nr, activity: step, resource: who}\ntimezone: Europe/Rome\ntype: ticket\n"
        "activities: {Check weight: stage:weighing, Wait: noted}\npeople: {Boris: sidorov}\n",
        encoding="utf-8",
    )
    options = ["--time", "when", "--map-activity", "Wait=waiting:supplier", "--department", "service"]
    importing(svc, log, "--map", str(mapping), *options, "--title", "case:customer", err="")
    found = by_case(svc.folder)
    first, second = found["C-1"], found["C-2"]
    assert first.header is not None
    assert (first.header.title, first.header.type, first.header.department) == ("Zoo", "ticket", "service")
    assert first.header.opened.isoformat() == "2026-01-05T09:00:00+01:00"
    assert first.events[2].__dict__["for_"] == "supplier"
    assert [(event.do, event.by) for event in second.events[1:]] == [
        ("stage_started", "sidorov"),
        ("stage_done", "sidorov"),
    ]
    team = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    assert "imported" not in team and "boris" not in team


def test_requests_can_be_measured_by_a_regulation(svc: Svc, log: Path) -> None:
    name = sorted(svc.folder.glob("regulations/*.md"))[0].stem
    importing(svc, log, "--regulation", name)
    header = by_case(svc.folder)["C-1"].header
    assert header is not None and header.regulation.startswith(f"{name}@")
    said = importing(svc, log, "--regulation", name[:-1] + "x", code=1, err="").err
    assert f"there is no regulation “{name[:-1]}x”" in said and f"did you mean “{name}”" in said


def test_lines_that_cannot_be_read_are_listed_and_the_others_imported(svc: Svc, log: Path) -> None:
    log.write_text(LOG + "C-4,Wait,Boris\nC-4,Wait,Boris,soon,Zoo,\n", encoding="utf-8")
    result = importing(svc, log, code=3)
    assert result.out == "imported 2 requests, 6 events, 2 people (2 lines left out)\n"
    assert "jan.csv:8:1: 3 values where the first line names 6 columns" in result.err
    assert "jan.csv:9:1: “soon” is not a time" in result.err


def test_strict_imports_nothing_if_a_line_cannot_be_read(svc: Svc, log: Path) -> None:
    before = svc.git("rev-parse", "HEAD")
    log.write_text(LOG + "C-4,Wait,Boris,soon,Zoo,\n", encoding="utf-8")
    result = importing(svc, log, "--strict", code=3, err="")
    assert "jan.csv:8:1: “soon” is not a time" in result.err
    assert "nothing was imported (--strict)" in result.err
    assert svc.git("rev-parse", "HEAD") == before


def test_only_the_first_problems_are_shown(svc: Svc, log: Path) -> None:
    log.write_text(LOG + "C-4,Wait,Boris,soon,Zoo,\n" * 30, encoding="utf-8")
    result = importing(svc, log, code=3)
    assert result.err.count("is not a time") == 20
    assert "… and 10 more; --json lists them all" in result.err
    assert importing(svc, log, "--json", code=3, err="").json["skipped"] == 30


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--case", "Case ID", "--time", "tme"], 2, "has no column “Case ID”"),
        (["--map-activity", "Wait"], 2, "“Wait” should be NAME=WORD"),
        (["--map-activity", "Wait=pause"], 2, "an activity cannot become “pause”"),
        (["--map-activity", "Wiat=waiting"], 2, "has no activity “Wiat”"),
        (["--timezone", "Europe/Rom"], 2, "there is no time zone “Europe/Rom”"),
        (["--map", "absent.yaml"], 2, "cannot read absent.yaml"),
        (["--department", "two words"], 2, "“two words” is not one word"),
        (["--encoding", "utf-99"], 2, "there is no encoding “utf-99”"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    svc: Svc, log: Path, arguments: list[str], code: int, said: str
) -> None:
    before = svc.git("rev-parse", "HEAD")
    assert said in importing(svc, log, *arguments, code=code, err="").err
    assert svc.git("rev-parse", "HEAD") == before


def test_a_log_without_any_event_is_refused(svc: Svc, log: Path) -> None:
    log.write_text(LOG.splitlines()[0] + "\n", encoding="utf-8")
    assert "jan.csv has no events" in importing(svc, log, code=3, err="").err


def test_a_record_with_problems_is_left_alone_and_named(svc: Svc, log: Path) -> None:
    importing(svc, log)
    (path,) = [path for path in svc.folder.glob("requests/*/*/*/*") if "C-2" in path.read_text(encoding="utf-8")]
    svc.write(str(path.relative_to(svc.folder)), path.read_bytes() + b"- nonsense\n")
    log.write_text(LOG + "C-2,Resolve,Boris,2026-01-07 11:00:00,Metall,\n", encoding="utf-8")
    result = importing(svc, log, code=3, err="")
    assert f"{path.name}:" in result.err and "not valid JSON" in result.err
    assert result.out == "nothing new: its 1 request is here (1 line left out)\n"


def test_no_part_is_written_where_the_team_has_uncommitted_edits(svc: Svc, log: Path) -> None:
    svc.write("team.yaml", (svc.folder / "team.yaml").read_text(encoding="utf-8") + "# mine\n", commit=False)
    assert "team.yaml has edits that are not committed" in importing(svc, log, code=1, err="").err
    assert records(svc.folder) == []


# The real log


def real_log() -> Path:
    """The published log of an Italian software firm's help desk, which lies beside the checkout or is named."""
    beside = Path(__file__).parents[2].parent / "shared" / "data" / "helpdesk-log" / "Helpdesk.csv"
    path = Path(os.environ.get("HELPDESK_LOG", beside))
    if not path.is_file():
        pytest.skip("the help desk log is not here; HELPDESK_LOG names it")
    return path


@pytest.mark.long
def test_a_real_log_is_imported_wholly(svc: Svc) -> None:
    path = real_log()
    value = importing(svc, path, "--timezone", "Europe/Rome", "--json", err="").json
    assert (value["requests"], value["log_events"], len(value["people"]), value["commits"]) == (4580, 21348, 22, 5)
    assert (value["skipped"], value["problems"]) == (0, [])
    kept: Counter[str] = Counter()
    reopened = 0
    for record in records(svc.folder):
        assert record.problems == []
        request = folded_legally(record)
        reopened += len(request.reopenings)
        kept.update(event.extra["activity"] for event in record.events if "activity" in event.extra)
    assert kept.total() == 21348
    assert kept.most_common(5) == [
        ("Take in charge ticket", 5060),
        ("Resolve ticket", 4983),
        ("Assign seriousness", 4938),
        ("Closed", 4574),
        ("Wait", 1463),
    ]
    assert reopened > 100
    subjects = git(svc.folder, "log", "--format=%s", "-5").splitlines()
    assert subjects[0] == "imported 580 requests from Helpdesk.csv (4001–4580 of 4580)"
    assert subjects[4] == "imported 1,000 requests from Helpdesk.csv (1–1000 of 4580)"
    assert git(svc.folder, "status", "--porcelain") == ""
    again = importing(svc, path, "--timezone", "Europe/Rome", "--json", err="").json
    assert (again["requests"], again["events"], again["unchanged"], again["commits"]) == (0, 0, 4580, 0)
    assert len(svc.json("list --status waiting")) == 8
    assert isinstance(json.loads(svc("check --json").out), dict)


def folded_legally(record: Record) -> Request:
    """The request after its events, each of which must be allowed where it stands."""
    assert record.header is not None
    request = Request(record.header)
    for event in record.events:
        assert not [*event.faults(), *event.problems(request)], (record.header.id, event)
        assert event.allowed_when == "any" or (event.allowed_when == "closed") == request.closed
        step(request, event)
        request.events.append(event)
    return request
