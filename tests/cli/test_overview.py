"""status: the desk's part and one's own."""

from __future__ import annotations

from tests.conftest import Svc


def test_an_empty_desk_says_how_to_begin(svc: Svc) -> None:
    lines = svc("status").out.splitlines()
    assert lines[0].endswith("  Mon 2026-11-23 10:00")
    assert lines[1] == '  no open requests; open one: svcctl new "what the client wants"'
    assert lines[2] == "ivanova: 0 in hand, 0 to accept"


def test_the_desk_and_ones_own_day(svc: Svc) -> None:
    request = svc.new("КП на арматуру", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    svc(f"promise {request} --at 2026-11-23T15:00 -m звонок")
    handed = svc.new("Письмо", "--to", "petrova", as_="petrova")
    svc(f"handoff {handed} --to sales -m помогите", as_="petrova")
    svc(f"resolve {svc.new('Готово', '--to', 'ivanova')} -m ok")
    lines = svc("status", now="2026-11-23T13:00:00+03:00").out.splitlines()
    assert lines[1:] == [
        "  2 open requests: 1 in progress, 1 handed off",
        "  late: 1; hand-offs not accepted: 1; promises for today: 1",
        "ivanova: 1 in hand, 1 to accept",
        f"  12:00, late      {request}  stage intake  КП на арматуру",
        f"  15:00            {request}  promise: звонок  КП на арматуру",
        f"  Thu 26.11 18:00  {request}  resolution  КП на арматуру",
    ]


def test_a_promise_on_a_resolved_request_is_still_ones_day(svc: Svc) -> None:
    request = svc.new("Звонок", "--to", "ivanova")
    svc(f"promise {request} --at 2026-11-23T15:00 -m звонок")
    svc(f"resolve {request} -m ok")
    value = svc.json("status")
    assert (value["open"], value["promises_today"], value["you"]["in_hand"]) == (0, 1, 0)
    assert [item["clock"].partition(":")[0] for item in value["you"]["next"]] == ["promise"]


def test_the_json_counts_the_same(svc: Svc) -> None:
    svc.new("Один")
    value = svc.json("status")
    assert value["statuses"] == {"new": 1, "in_progress": 0, "handed_off": 0, "waiting": 0}
    assert (value["open"], value["late"], value["unaccepted"], value["promises_today"]) == (1, 0, 0, 0)
    assert value["you"] == {"person": "ivanova", "in_hand": 0, "handed": 0, "next": []}


def test_a_stranger_sees_the_desk_and_how_to_say_who_they_are(svc: Svc) -> None:
    svc.person = ""
    lines = svc("status").out.splitlines()
    assert lines[1].startswith("  no open requests")
    assert lines[2].startswith("who are you? git has no user.email here (svcctl --as HANDLE …")
    assert len(lines) == 3
    assert svc.json("status")["you"] is None
    assert "did you mean “ivanova”?" in svc("status", as_="ivanowa").out


def test_a_strangers_name_moves_no_terminal(svc: Svc) -> None:
    assert r"nobody called “\x1b[2J” is in team.yaml" in svc("status", as_="\x1b[2J").out
