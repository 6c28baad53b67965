"""One request in full, and its history with the commits."""

from __future__ import annotations

import json

from tests.conftest import Svc
from tests.events import example


def busy(svc: Svc) -> str:
    """A request to which much has happened."""
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy", "--text", "Нужна арматура\nв Казань")
    svc(f"take {request}")
    svc(f"handoff {request} --to logistics -m 'сколько стоит?'")
    svc(f"return {request} -m 'нет веса'", as_="kuznetsov", now="2026-11-23T10:20:00+03:00")
    svc(["set", request, "weight=20 т"])
    svc(["promise", request, "--at", "tomorrow 15:00", "-m", "звонок"])
    svc(f"worked {request} 25m")
    svc(f"rate {request} 9 -m хорошо")
    return request


def test_what_people_read(svc: Svc) -> None:
    out = svc(f"show {busy(svc)}").out
    for words in (
        "Offer",
        "in_progress, intake: with ivanova",
        "offer (commercial-offer@1)",
        "metallstroy",
        "9/10 хорошо",
        "weight:        20 т",
        "ivanova → logistics 10:00, returned by kuznetsov 10:20: нет веса",
        "Deadlines",
        "stage intake",
        "Promises",
        "Tue 24.11 15:00  звонок (open)",
        "The client's words",
        "  Нужна арматура\n  в Казань",
        "What happened",
        "kuznetsov    returned by kuznetsov: нет веса",
        "25 min written down",
    ):
        assert words in out, words


def test_the_sender_sees_the_fate_of_a_handoff(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    assert "ivanova → logistics 10:00, not accepted yet" in svc(f"show {request}").out
    svc(f"accept {request}", as_="sidorov", now="2026-11-23T11:00:00+03:00")
    assert "ivanova → logistics 10:00, accepted by sidorov 11:00" in svc(f"show {request}").out


def test_json_has_every_event_as_it_stands(svc: Svc) -> None:
    request = busy(svc)
    shown = svc.json(f"show {request}")
    lines = svc.record_path(request).read_text().split("events:\n")[1].splitlines()
    assert shown["events"] == [json.loads(line[2:]) for line in lines]
    for name in "id n prev at by do".split():  # noqa: SIM905
        assert all(name in event for event in shown["events"])


def test_several_requests(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    assert [row["title"] for row in svc.json(f"show {first} {second}")] == ["one", "two"]
    assert svc(f"show {second} {first}").out.index("two") < svc(f"show {second} {first}").out.index("one")
    assert [row["title"] for row in svc.json("show -", feed=f"{first}\n{second}")] == ["one", "two"]


def test_unknown_events_and_keys_are_shown_not_lost(svc: Svc) -> None:
    request = svc.new()
    path = svc.record_path(request)
    line = example("noted", id="zzzzzzzz").line()
    later = line.replace('"noted"', '"teleported"').replace('"text"', '"destination"')
    svc.write(path.relative_to(svc.folder).as_posix(), path.read_text() + later + "\n")
    (event,) = svc.json(f"show {request}")["events"]
    assert (event["do"], event["destination"]) == ("teleported", "звонить до полудня")
    assert "teleported" in svc(f"show {request}").out
    svc(f"take {request}")
    assert later in path.read_text()


def test_a_reader_writes_nothing(svc: Svc) -> None:
    request = busy(svc)
    svc(f"show {request}")
    # The index follows the desk when it is first asked, and then stands still.
    svc("list")
    before = {path: path.stat().st_mtime_ns for path in svc.folder.rglob("*") if path.is_file()}
    for line in (f"show {request}", f"log {request}", "list", "check", "search nowhere", "mine", "whoami"):
        svc(line, err="nothing has" if line == "search nowhere" else "")
    assert {path: path.stat().st_mtime_ns for path in svc.folder.rglob("*") if path.is_file()} == before


def test_what_was_committed_counts_not_what_lies_edited(svc: Svc) -> None:
    request = svc.new("Title")
    path = svc.record_path(request)
    path.write_text(path.read_text().replace("title: Title", "title: Edited"))
    assert svc.json(f"show {request}")["title"] == "Title"
    svc.git("commit", "-qm", "edit", "--", path.relative_to(svc.folder).as_posix())
    assert svc.json(f"show {request}")["title"] == "Edited"


def test_the_desk_as_it_was_known_then(svc: Svc) -> None:
    request = svc.new(now="2026-11-23T09:00:00+03:00")
    svc(f"take {request}", now="2026-11-23T11:00:00+03:00")
    then = svc.json(f"show {request} --as-of 2026-11-23T10:00:00+03:00")
    assert (then["status"], then["events"]) == ("new", [])
    assert svc.json(f"show {request}")["status"] == "in_progress"
    assert svc.json("list --as-of 2026-11-23T08:00:00+03:00") == []


def test_redacted_words_are_not_shown(svc: Svc) -> None:
    request = svc.new()
    svc(f"note {request} -m 'паспорт 4510 123456'")
    (event,) = svc.json(f"show {request}")["events"]
    path = svc.record_path(request)
    line = example("redacted", id="zzzzzzzz", n=2, event=event["id"]).line()
    svc.write(path.relative_to(svc.folder).as_posix(), path.read_text() + line + "\n")
    for out in (
        svc(f"show {request}").out,
        svc(f"show {request} --json").out,
        svc(f"log {request}").out,
        svc(f"log {request} --json").out,
        svc(f"log {request} --format csv").out,
        svc("search 4510", err="nothing has").out,
    ):
        assert "4510" not in out


# Log


def test_the_log_names_the_commit_of_every_event(svc: Svc) -> None:
    request = busy(svc)
    rows = svc.json(f"log {request}")
    assert [{key: row[key] for key in row if key != "commit"} for row in rows] == svc.json(f"show {request}")["events"]
    own = svc.git("log", "--reverse", "--format=%H %s").splitlines()
    opened, taken = [line.split()[0] for line in own if f"{request} opened" in line or f"{request} taken" in line]
    assert [rows[0]["commit"], rows[1]["commit"]] == [opened, taken]
    assert len({row["commit"] for row in rows}) == len(rows), "one commit a deed"


def test_the_log_as_a_diary(svc: Svc) -> None:
    request = busy(svc)
    lines = svc(f"log {request}").out.splitlines()
    first = svc.json(f"log {request}")[0]["commit"]
    assert lines[0].startswith(first[:10])
    assert "handed off to logistics: сколько стоит?" in lines[2]


def test_the_log_of_a_request_to_which_nothing_happened(svc: Svc) -> None:
    request = svc.new()
    assert svc(f"log {request}").out == "nothing yet\n"
    assert svc.json(f"log {request}") == []


def test_the_log_as_csv(svc: Svc) -> None:
    out = svc(f"log {busy(svc)} --format csv").out
    assert out.lstrip("\ufeff").startswith("commit,at,by,do,event")
    assert out.count("\n") == 9


def test_an_event_that_is_not_committed_yet_is_no_event(svc: Svc) -> None:
    request = svc.new()
    path = svc.record_path(request)
    path.write_text(path.read_text() + example("noted", id="zzzzzzzz").line() + "\n")
    assert svc.json(f"log {request}") == []


def test_git_log_reads_like_a_diary(svc: Svc) -> None:
    request = svc.new("КП на арматуру")
    svc(f"take {request}")
    svc(["handoff", request, "--to", "logistics", "-m", "посчитайте доставку"])
    subjects = svc.git("log", "-3", "--format=%s").splitlines()
    assert subjects == [
        f"R-…{request} handed_off ivanova → logistics: посчитайте доставку",
        f"R-…{request} taken ivanova",
        f"R-…{request} opened ivanova: КП на арматуру",
    ]
    added = [line for line in svc.git("log", "-1", "-p").splitlines() if line.startswith(("+", "-"))]
    assert len([line for line in added if not line.startswith(("+++", "---"))]) == 1, "one line for one deed"


def test_redacted_words_show_nowhere(svc: Svc) -> None:
    """Wherever the state keeps what an event said: promises, hand-offs, waits, outcomes, fields."""
    request = svc.new()
    svc(f"take {request}")
    svc(f"promise {request} --at tomorrow", "-m", "secret one")
    svc(f"handoff {request} --to logistics", "-m", "secret two")
    svc(f"return {request}", "-m", "secret three", as_="sidorov")
    svc(["set", request, "passport=secret four", "priority=high"])
    svc(f"wait {request}", "-m", "secret five")
    path = svc.record_path(request)
    lines = path.read_text(encoding="utf-8").splitlines()
    ids = [line.split('"')[3] for line in lines if "secret" in line]
    more = [
        f'- {{"id": "redact0{n}", "n": {20 + n}, "prev": "", "at": "2026-11-23T10:00:00+03:00", "by": "ivanova", '
        f'"do": "redacted", "event": "{event}", "why": "a passport"}}'
        for n, event in enumerate(ids)
    ]
    svc.write(path.relative_to(svc.folder).as_posix(), "\n".join([*lines, *more]) + "\n")
    assert len(ids) == 5
    for line in (f"show {request}", f"show {request} --json", f"log {request}", "check", "list --json", "agenda --all"):
        assert "secret" not in svc(line).out, line
    shown = svc.json(f"show {request}")
    assert (shown["priority"], shown["fields"]["passport"]) == ("high", "[redacted]")
    assert svc("search secret", err="nothing has").out == ""
