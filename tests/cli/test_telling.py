"""check --remind --escalate on a real desk: what is recorded, delivered, held, and tried again."""

from __future__ import annotations

import json
import shutil
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from tests.conftest import Svc, git

REGULATION = """\
---
regulation: callback
version: 7
title: Call back
owner: petrova
applies: {type: callback}
clocks:
  resolve: {within: 4h, pause: [waiting]}
escalation:
- {at: 50%, tell: [owner]}
- {at: 100%, tell: [owner, head]}
- {at: 150%, tell: [head], assign: head}
---
Call back within four hours.
"""
HALF = "2026-11-23T12:00:00+03:00"
LATE = "2026-11-23T16:00:00+03:00"
EVENING = "2026-11-23T19:00:00+03:00"
MORNING = "2026-11-24T09:00:00+03:00"


@pytest.fixture
def desk(svc: Svc) -> Svc:
    """A desk where a call back is due in four hours of work."""
    svc.write("regulations/callback.md", REGULATION)
    return svc


def matter(desk: Svc, title: str = "Позвонить в «Металлстрой»") -> str:
    request = desk.new(title, "--type", "callback", "--client", "metallstroy")
    desk(f"take {request}")
    return request


def messages(desk: Svc) -> list[Path]:
    return sorted(desk.folder.rglob("*.eml"))


def events(desk: Svc, request: str) -> list[str]:
    found = desk.json(f"show {request}")["events"]
    return [f"{e['clock']} {e['level']} {'+'.join(e['to'])}" for e in found if e["do"] in ("escalated", "reminded")]


# Telling


def test_a_reminder_is_recorded_delivered_and_printed_once(desk: Svc) -> None:
    request = matter(desk)
    line = f"{request}  Позвонить в «Металлстрой»: resolution is due in 2 h (50%) → ivanova\n"
    assert desk("check --remind --escalate", now=HALF).out == line
    assert events(desk, request) == ["resolve 50% ivanova"]
    (path,) = messages(desk)
    assert path.parent == desk.folder / "outbox/2026/11/23" and path.name.endswith("-ivanova.eml")
    assert desk("check --remind --escalate", now=HALF).out == ""
    assert desk("check --remind --escalate", now="2026-11-23T12:59:00+03:00").out == ""
    assert len(messages(desk)) == 1


def test_the_message_says_what_is_late_by_how_much_and_what_to_type(desk: Svc) -> None:
    request = matter(desk)
    desk("check --escalate", now=LATE, as_="orlova")
    path = next(path for path in messages(desk) if "petrova" in path.name)
    mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert mail["Subject"] == f"[{request}] resolution is 1 h late: Позвонить в «Металлстрой»"
    assert str(mail["To"]) == "Ольга Петрова <petrova@example.com>"
    assert "orlova@example.com" in str(mail["From"])
    assert mail.get_content().splitlines() == [
        f"R-20261123-{request}: Позвонить в «Металлстрой»",
        "Client: metallstroy",
        "Priority: normal; with ivanova.",
        "Due Mon 2026-11-23 15:00: the resolution is 1 h late.",
        "The regulation callback@7 wants you to know at 100%.",
        "",
        "What to type:",
        f"  svcctl resolve {request} -m OUTCOME",
        f"  svcctl show {request}",
        f"  svcctl explain {request} resolve",
    ]


def test_all_of_a_run_is_one_commit_of_the_acting_person(desk: Svc) -> None:
    first, second = matter(desk), matter(desk, "Другой")
    before = int(desk.git("rev-list", "--count", "HEAD"))
    desk("check --escalate", now=LATE, as_="orlova")
    assert int(desk.git("rev-list", "--count", "HEAD")) == before + 1
    assert desk.git("log", "-1", "--format=%an %s").strip() == "Orlova 2 requests: escalated orlova"
    assert events(desk, first) == events(desk, second) == ["resolve 100% ivanova+petrova"]
    assert desk.git("status", "--porcelain") == "", "the outbox is no part of the desk"
    assert len(messages(desk)) == 4


def test_work_is_given_to_the_head_who_is_told_so(desk: Svc) -> None:
    request = matter(desk)
    out = desk("check --escalate", now="2026-11-23T17:00:00+03:00").out
    assert out.splitlines() == [
        f"{request}  Позвонить в «Металлстрой»: resolution is 2 h late (150%) → petrova; given to petrova",
        f"{request}  Позвонить в «Металлстрой»: resolution is 2 h late (100%) → ivanova",
    ]
    assert desk.json(f"show {request}")["owner"] == "petrova"
    texts = {path.name.split("-")[1]: path.read_text(encoding="utf-8") for path in messages(desk)}
    assert "It is given to you." in texts["petrova.eml"] and "given to you" not in texts["ivanova.eml"]
    log = desk(f"log {request}").out
    assert "resolve 150%: told petrova" in log


def test_nothing_is_told_outside_working_hours(desk: Svc) -> None:
    request = matter(desk)
    assert desk("check --remind --escalate", now=EVENING).out == ""
    assert events(desk, request) == [] and messages(desk) == []
    dry = desk("check --escalate --dry-run", now=EVENING, err="dry run")
    assert dry.out.splitlines()[0].endswith("→ petrova; given to petrova; held until Tue 24.11 09:00")
    assert [one["held_until"] for one in desk.json("check --escalate", now=EVENING)["held"]] == [MORNING, MORNING]
    assert len(desk("check --remind --escalate", now=MORNING).out.splitlines()) == 2


def test_a_dry_run_says_whom_it_would_tell_and_tells_nobody(desk: Svc) -> None:
    request = matter(desk)
    before = desk.git("rev-parse", "HEAD")
    result = desk("check --remind --dry-run", now=HALF, err="nobody was told")
    assert result.out == f"{request}  Позвонить в «Металлстрой»: resolution is due in 2 h (50%) → ivanova\n"
    assert desk.git("rev-parse", "HEAD") == before and messages(desk) == []


def test_json_has_what_was_found_and_what_was_told(desk: Svc) -> None:
    request = matter(desk)
    value = desk.json("check --remind --escalate", now=LATE)
    assert [one["id"][-6:] for one in value["overdue"]] == [request]
    (told,) = value["told"]
    assert (told["clock"], told["level"], told["to"]) == ("resolve", "100%", ["ivanova", "petrova"])
    assert told["late_s"] == 3600 and value["held"] == value["failed"] == []
    assert told["event"] in desk(f"show {request} --json").out
    assert "told" not in desk.json("check", now=LATE)


def test_reminders_do_not_end_the_silence_of_a_request(desk: Svc) -> None:
    """Nothing has happened since Monday, whatever cron wrote down on Tuesday: after three working days it is told."""
    request = matter(desk)
    assert desk("check --remind --escalate", now="2026-11-24T10:00:00+03:00").out
    (silent,) = desk.json("check", now="2026-11-26T18:00:00+03:00")["untouched"]
    assert silent["id"].endswith(request)


def test_check_alone_tells_nobody(desk: Svc) -> None:
    matter(desk)
    assert "late" in desk("check", now=LATE).out
    assert messages(desk) == []


# Two clones, two runs


def test_two_clones_that_told_the_same_merge_into_one_telling(desk: Svc, tmp_path: Path) -> None:
    request = matter(desk)
    other = Svc(tmp_path / "other", desk.monkeypatch, "orlova")
    shutil.copytree(desk.folder, other.folder, symlinks=True)
    desk(f"note {request} -m 'the other clone does not know this'")
    assert desk("check --escalate", now=LATE).out
    assert other("check --escalate", now="2026-11-23T16:05:00+03:00").out
    desk.git("pull", "-q", "--no-rebase", "--no-edit", str(other.folder), "HEAD")
    assert events(desk, request) == ["resolve 100% ivanova+petrova"]
    assert desk("check --remind --escalate", now="2026-11-23T16:10:00+03:00").out == ""
    desk("fsck", err="event lines stand in it twice")
    desk("fsck --repair", err=".*")
    assert desk("fsck").err == ""


def test_a_run_that_lost_the_race_tells_nobody_again(desk: Svc) -> None:
    """Both runs looked before either wrote: the later one sees inside the lock that it was told."""
    from svcctl.cli.checking import collect
    from svcctl.cli.session import Session
    from svcctl.cli.telling import Wanted, tell

    request = matter(desk)
    session = Session()
    session.options.update(directory=str(desk.folder), person="orlova", now=LATE)
    seen = collect(session, Wanted(escalate=True).kinds)
    assert len(seen.notices) == 1
    assert desk("check --escalate", now=LATE).out
    before = desk.git("rev-parse", "HEAD")
    told = tell(session, seen.notices, Wanted(escalate=True))
    session.close()
    assert told.notices == [] and desk.git("rev-parse", "HEAD") == before
    assert events(desk, request) == ["resolve 100% ivanova+petrova"]


# What goes wrong


def script(folder: Path, body: str) -> str:
    path = folder / "tell.sh"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_a_command_gets_every_message_as_json(desk: Svc, tmp_path: Path) -> None:
    request = matter(desk)
    tell = script(tmp_path, f"cat >> '{tmp_path}/got'; echo >> '{tmp_path}/got'; echo noise")
    out = desk(["check", "--escalate", "--exec", tell], now=LATE).out
    assert "noise" not in out
    got = [json.loads(line) for line in (tmp_path / "got").read_text(encoding="utf-8").splitlines()]
    assert sorted(one["to"]["handle"] for one in got) == ["ivanova", "petrova"]
    assert got[0]["id"].endswith(request) and got[0]["late_s"] == 3600
    assert (desk.folder / got[0]["file"]).exists()


def test_a_command_that_fails_is_told_and_tried_again(desk: Svc, tmp_path: Path) -> None:
    matter(desk)
    failing = script(tmp_path, 'grep -q \'"handle": "ivanova"\' && { echo no route >&2; exit 7; }; exit 0')
    result = desk(["check", "--escalate", "--exec", failing], now=LATE, code=1)
    assert "ivanova was not told by the command: it failed with exit code 7: no route" in result.err
    assert "petrova was not told" not in result.err
    assert len(messages(desk)) == 2
    assert desk(["check", "--escalate", "--exec", failing], now=LATE, code=1).err == result.err
    working = script(tmp_path, f"cat >> '{tmp_path}/got'")
    assert desk(["check", "--escalate", "--exec", working], now=LATE).out == ""
    assert '"handle": "ivanova"' in (tmp_path / "got").read_text(encoding="utf-8")
    assert desk(["check", "--escalate", "--exec", "false"], now=LATE).err == ""


def test_what_was_recorded_and_not_delivered_is_delivered_by_the_next_run(desk: Svc) -> None:
    request = matter(desk)
    (desk.folder / "outbox").write_text("in the way", encoding="utf-8")
    result = desk("check --escalate", now=LATE, code=1)
    assert "cannot write" in result.err
    assert events(desk, request) == ["resolve 100% ivanova+petrova"]
    (desk.folder / "outbox").unlink()
    assert desk("check --escalate", now=LATE).out == ""
    assert len(messages(desk)) == 2


def test_one_request_in_the_way_does_not_silence_the_others(desk: Svc) -> None:
    blocked, other = matter(desk), matter(desk, "Другой")
    path = desk.record_path(blocked)
    path.write_text(path.read_text(encoding="utf-8") + "# a hand edit\n", encoding="utf-8")
    result = desk("check --escalate", now=LATE, code=1)
    assert f"R-20261123-{blocked} was not told" in result.err
    assert result.out.startswith(other)
    assert events(desk, other) == ["resolve 100% ivanova+petrova"]
    assert len(messages(desk)) == 2


def test_a_level_that_reaches_nobody_is_admitted_every_time(desk: Svc) -> None:
    desk.write("regulations/callback.md", REGULATION.replace("tell: [owner, head]", "tell: [directors]"))
    matter(desk)
    for _ in range(2):
        desk("check --escalate", now=LATE, err="the level 100% of resolve tells nobody")
    assert "tells nobody" in desk.json("check --escalate", now=LATE)["warnings"][0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("check --exec cat", "--exec and --dry-run are for telling people"),
        ("check --dry-run", "--exec and --dry-run are for telling people"),
        ("check --remind --as-of 2026-11-23T09:00", "people cannot be told in the past"),
        ("check --remind --exec no-such-program-here", "there is no such program"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Svc, line: str, words: str) -> None:
    assert words in desk(line, code=2).err


def test_a_desk_whose_wait_is_over_is_told_after_it(desk: Svc) -> None:
    """Waiting holds a deadline back without hiding it: the request stays in every list."""
    request = matter(desk)
    desk(f"wait {request} --for client -m чертежи --until 2026-11-24T12:00")
    assert desk("check --remind --escalate", now=LATE).out == ""
    assert request in desk("list").out
    desk(f"resume {request}", now="2026-11-24T09:00:00+03:00")
    assert desk("check --remind --escalate", now="2026-11-24T10:59:00+03:00").out == ""
    assert "50%" in desk("check --remind --escalate", now="2026-11-24T11:00:00+03:00").out


def test_git_lists_who_was_told(desk: Svc) -> None:
    matter(desk)
    desk("check --escalate", now=LATE)
    assert "→ ivanova, petrova: resolve 100%" in git(desk.folder, "log", "-1", "--format=%s")
