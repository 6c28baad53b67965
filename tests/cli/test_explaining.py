"""explain: the ledger of a real desk's deadlines, in every format, and every refusal."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise
from typing import Any

from tests.conftest import NOW, Svc


def offer(svc: Svc, title: str = "КП на арматуру") -> str:
    request = svc.new(title, "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    return request


def summed(value: dict[str, Any]) -> int:
    """What was counted up to the deadline."""
    return sum(segment["counted_s"] for segment in value["segments"] if segment["to"] <= value["due"])


def test_explain_prints_what_counted_what_paused_and_what_moved(svc: Svc) -> None:
    request = offer(svc)
    svc(f"wait {request} --for client -m чертежи", now="2026-11-23T12:00:00+03:00")
    svc(f"resume {request}", now="2026-11-24T10:00:00+03:00")
    shown = svc(f"explain {request} resolve", now="2026-11-24T11:00:00+03:00").out.splitlines()
    assert shown[0] == f"{request} КП на арматуру"
    assert shown[3] == "resolution: 3d from Mon 2026-11-23 10:00"
    assert shown[4] == "due Fri 2026-11-27 16:00: 28 h left"
    assert shown[5].startswith("calendar office@") and shown[5].endswith(", regulation commercial-offer@1")
    assert "Mon 2026-11-23 12:00  Tue 2026-11-24 10:00  pause            waiting for client: чертежи" in shown
    assert "Tue 2026-11-24 10:00  Thu 2026-11-26 18:00  Fri 2026-11-27 16:00  waited for client: чертежи" in shown
    assert any(line.startswith("100%   Fri 2026-11-27 16:00  owner, head, controller") for line in shown)


def test_the_json_is_the_stable_one_and_its_sum_is_the_target(svc: Svc) -> None:
    request = offer(svc)
    value = svc.json(f"explain {request} stage:intake", now="2026-11-23T11:00:00+03:00")
    assert value["segments"] == [
        {
            "from": "2026-11-23T10:00:00+03:00",
            "to": "2026-11-23T11:00:00+03:00",
            "kind": "work",
            "reason": None,
            "counted_s": 3600,
        },
        {
            "from": "2026-11-23T11:00:00+03:00",
            "to": "2026-11-23T12:00:00+03:00",
            "kind": "work",
            "reason": "still left",
            "counted_s": 3600,
        },
    ]
    assert (value["clock"], value["target_s"], value["due"]) == ("stage:intake", 7200, "2026-11-23T12:00:00+03:00")
    assert value["id"].endswith(request)
    assert summed(value) == value["target_s"]
    assert value["moves"] == []


def test_every_clock_of_a_busy_request_adds_up(svc: Svc) -> None:
    request = offer(svc)
    svc(f"message {request} in -m вопрос", now="2026-11-23T10:30:00+03:00")
    svc(f"promise {request} --at 2026-11-23T15:00 -m перезвоним", now="2026-11-23T10:31:07+03:00")
    svc(f"done {request} --field items=x", now="2026-11-23T11:00:00+03:00")
    svc(f"wait {request} -m чертежи", now="2026-11-23T11:10:03+03:00")
    svc(f"set {request} priority=urgent", now="2026-11-23T16:00:00+03:00")
    clocks = svc.json(f"show {request}", now="2026-11-24T12:00:00+03:00")["clocks"]
    keys = [f"{clock['name']}:{clock['of']}" if clock["of"] else clock["name"] for clock in clocks]
    assert {key.partition(":")[0] for key in keys} == {"pickup", "accept", "update", "stage", "resolve", "promise"}
    for key in keys:
        value = svc.json(f"explain {request} {key}", now="2026-11-24T12:00:00+03:00")
        assert value["target_s"] is None or summed(value) == value["target_s"], key
        assert all(before["to"] == after["from"] for before, after in pairwise(value["segments"])), key


def test_without_a_clock_it_is_the_one_due_next(svc: Svc) -> None:
    assert svc.json(f"explain {offer(svc)}")["clock"] == "stage:intake"


def test_an_unknown_clock_is_refused_with_the_known_ones(svc: Svc) -> None:
    result = svc(f"explain {offer(svc)} stage:draft", code=1, err="its clocks: stage:intake, resolve, pickup")
    assert "has no clock “stage:draft”" in result.err


def test_a_request_without_clocks_says_how_to_get_one(svc: Svc) -> None:
    request = svc.new("Записка")
    assert f"svcctl set {request} due=" in svc(f"explain {request}", code=1, err="no clock runs").err
    svc(f"set {request} due=2026-11-24T12:00:00+03:00")
    assert svc.json(f"explain {request}")["due"] == "2026-11-24T12:00:00+03:00"


def test_a_frozen_verdict_is_explained_in_the_calendar_it_was_given_by(svc: Svc) -> None:
    request = offer(svc)
    svc(f"done {request} --field items=x", now="2026-11-23T11:00:00+03:00")
    before = svc.json(f"explain {request} stage:intake", now="2026-11-25T11:00:00+03:00")
    calendar = (svc.folder / "calendars/office.yaml").read_text(encoding="utf-8").replace("09:00", "11:30")
    svc.write("calendars/office.yaml", calendar)
    assert svc.json(f"explain {request} stage:intake", now="2026-11-25T11:00:00+03:00") == before
    assert summed(before) == before["target_s"] == 7200


def test_as_of_shows_the_deadline_as_it_was_known_then(svc: Svc) -> None:
    request = offer(svc)
    svc(f"set {request} priority=urgent", now="2026-11-23T16:00:00+03:00")
    then = svc.json(f"explain {request} resolve --as-of 2026-11-23T15:00:00+03:00")
    assert (then["target"], then["moves"]) == ("3d", [])
    now = svc.json(f"explain {request} resolve", now="2026-11-23T17:00:00+03:00")
    assert (now["target"], now["moves"][0]["why"]) == ("1d", "priority normal → urgent")


def test_every_format(svc: Svc) -> None:
    request = offer(svc, "عرض سعر | <b>鉄筋</b>")
    assert svc(f"explain {request} --format md").out.startswith(f"# {request} عرض سعر \\| \\<b\\>鉄筋\\</b\\>\n")
    assert "&lt;b&gt;鉄筋" in svc(f"explain {request} --format html").out
    assert svc(f"explain {request} --format csv").out.splitlines()[0].endswith("from,to,kind,counted,reason")
    assert f"{request} عرض سعر" in svc(f"explain {request} --format plain").out
    svc(f"explain {request} --format md -o {svc.folder}/x.md")
    assert (svc.folder / "x.md").read_text(encoding="utf-8").startswith("# ")


def test_it_works_in_a_locale_without_utf_8(svc: Svc) -> None:
    request = offer(svc)
    for line in (["explain", request], ["calendar", "show"]):
        done = subprocess.run(
            [sys.executable, "-m", "svcctl", "-C", str(svc.folder), "--now", NOW, *line],
            capture_output=True,
            env={**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
    assert "КП на арматуру" in svc(f"explain {request}").out
