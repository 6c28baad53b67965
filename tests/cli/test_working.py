"""The work: stages that pass by themselves, waits that stop the clock, time, changes, and the end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Svc

OFFER = ("--type", "offer", "--client", "metallstroy")


def at(time: str, day: int = 23) -> str:
    """A moment of November 2026; the 23rd is a Monday."""
    return f"2026-11-{day}T{time}:00+03:00"


def clock(shown: dict[str, Any], name: str, of: str | None = None) -> dict[str, Any]:
    (found,) = [one for one in shown["clocks"] if one["name"] == name and (of is None or one["of"] == of)]
    result: dict[str, Any] = found
    return result


def refused(svc: Svc, words: list[str], code: int = 1, **settings: str) -> str:
    head = svc.git("rev-parse", "HEAD")
    complaint = svc(words, code=code, **settings).err
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.git("status", "--porcelain") == ""
    return complaint


@pytest.fixture
def offer(svc: Svc) -> str:
    """An offer whose intake Ivanova has taken."""
    request = svc.new("Offer", *OFFER)
    svc(f"take {request}")
    return request


# Stages


def test_a_whole_commercial_offer(svc: Svc, offer: str) -> None:
    shown = svc.json(["done", offer, "--field", "items=20 т"], now=at("11:00"))
    assert shown["stage"] == "logistics+customs"
    assert {stage["name"]: stage["handoff"]["to"] for stage in shown["stages"]} == {
        "logistics": "logistics",
        "customs": "customs",
    }
    assert shown["status"] == "handed_off"
    assert shown["fields"]["items"] == "20 т"

    svc(f"accept {offer}", as_="kuznetsov", now=at("11:30"))
    svc(f"accept {offer}", as_="nowak", now=at("11:40"))
    shown = svc.json(["done", offer, "--field", "delivery_cost=42000 RUB"], as_="kuznetsov", now=at("13:00"))
    assert shown["stage"] == "customs", "customs works on, and nothing else starts"
    shown = svc.json(["done", offer, "--field", "customs_cost=0"], as_="nowak", now=at("16:00"))
    assert shown["stage"] == "draft"
    assert shown["handoff"]["to"] == "ivanova", "who did the intake gets the draft"

    svc(f"accept {offer}", now=at("16:10"))
    shown = svc.json(f"done {offer}", now=at("17:00"))
    assert (shown["stage"], shown["handoff"]["to"]) == ("approve", "petrova")

    svc(f"accept {offer}", as_="petrova", now=at("17:10"))
    complaint = refused(svc, ["return", offer, "-m", "x", "--reason", "items unclear"], as_="petrova", now=at("17:20"))
    assert "has no reason “items unclear”: price, delivery terms, missing item, wording" in complaint
    shown = svc.json(["return", offer, "-m", "too dear", "--reason", "price"], as_="petrova", now=at("17:20"))
    assert (shown["stage"], shown["handoff"]["to"]) == ("draft", "ivanova")

    svc(f"accept {offer}", now=at("09:10", 24))
    shown = svc.json(f"done {offer}", now=at("10:00", 24))
    assert (shown["stage"], shown["handoff"]["to"]) == ("approve", "petrova")
    svc(f"accept {offer}", as_="petrova", now=at("10:05", 24))
    shown = svc.json(f"done {offer}", as_="petrova", now=at("10:10", 24))
    assert shown["stage"] is None

    shown = svc.json(["resolve", offer, "-m", "offer sent"], as_="petrova", now=at("11:00", 24))
    assert (shown["status"], shown["outcome"], shown["closed"]) == ("resolved", "offer sent", at("11:00", 24))
    assert clock(shown, "resolve")["verdict"] == "met"
    assert clock(shown, "stage", "draft#2")["verdict"] == "met"
    assert svc.git("status", "--porcelain") == ""
    verbs = [event["do"] for event in svc.json(f"show {offer}")["events"]]
    assert verbs.count("stage_started") == 7 and verbs.count("stage_done") == 6 and verbs.count("returned") == 1


def test_a_handoff_is_returned_for_a_reason_of_the_regulation(svc: Svc, offer: str) -> None:
    svc(f"handoff {offer} --to logistics -m x")
    words = ["return", offer, "-m", "which address?", "--reason"]
    assert "has no reason “price”: items unclear" in refused(svc, [*words, "price"], as_="sidorov")
    assert svc.json([*words, "no delivery address"], as_="sidorov")["owner"] == "ivanova"


def test_each_deed_of_the_offer_is_one_commit(svc: Svc, offer: str) -> None:
    before = int(svc.git("rev-list", "--count", "HEAD"))
    svc(["done", offer, "--field", "items=x"])
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1


def test_a_stage_is_done_when_its_values_are_known(svc: Svc, offer: str) -> None:
    complaint = refused(svc, ["done", offer])
    assert "the stage “intake” is done when these are known: items" in complaint
    assert "--field items=…" in complaint
    svc(["set", offer, "items=20 т"])
    assert svc.json(f"done {offer}")["stage"] == "logistics+customs"


def test_a_stage_that_is_left_out_needs_no_values(svc: Svc, offer: str) -> None:
    shown = svc.json(["done", offer, "--skip", "the client sent a list"])
    assert shown["stage"] == "logistics+customs"


def test_of_parallel_stages_one_is_named_where_it_is_not_clear(svc: Svc, offer: str) -> None:
    svc(f"done {offer} --field items=x")
    complaint = refused(svc, ["accept", offer], as_="petrova")
    assert "several stages are open: logistics, customs" in complaint
    assert "--stage logistics" in complaint
    assert "the stage “packing” is not open" in refused(svc, ["accept", offer, "--stage", "packing"], as_="kim")
    assert svc.json(f"accept {offer} --stage customs", as_="kim")["status"] == "in_progress"


def test_done_without_a_stage_or_by_somebody_else(svc: Svc, offer: str) -> None:
    plain = svc.new()
    svc(f"take {plain}")
    complaint = refused(svc, ["done", plain])
    assert "no stage is open" in complaint and "svcctl resolve" in complaint
    assert "already taken by ivanova" in refused(svc, ["done", offer, "--field", "items=x"], as_="kim")
    assert svc.json(f"done {offer} --field items=x", as_="petrova")["stage"] == "logistics+customs", "the head may"


def test_a_stage_handed_on_must_be_accepted_before_it_is_done(svc: Svc, offer: str) -> None:
    svc(f"done {offer} --field items=x")
    complaint = refused(svc, ["done", offer, "--field", "delivery_cost=1"], as_="kuznetsov")
    assert "hand-off to logistics open since 2026-11-23 10:00" in complaint
    assert "allowed now: accept, return" in complaint


def test_somebody_away_is_passed_over(svc: Svc) -> None:
    team = (svc.folder / "team.yaml").read_text()
    away = "role: head, away: [{from: 2026-11-20, to: 2026-11-30, substitute: ivanova}]}"
    svc.write("team.yaml", team.replace("petrova@example.com, department: sales, role: head}",
                                        f"petrova@example.com, department: sales, {away}"))  # fmt: skip
    request = svc.new("Complaint", "--type", "offer", "--client", "zoo")
    svc(f"take {request}", as_="ivanova")
    svc(f"done {request} --field items=x")
    svc(f"accept {request} --stage logistics", as_="kuznetsov")
    svc(f"done {request} --field delivery_cost=1", as_="kuznetsov")
    svc(f"accept {request}", as_="kim")
    svc(f"done {request} --field customs_cost=1", as_="kim")
    svc(f"accept {request}")
    shown = svc.json(f"done {request}")
    assert (shown["stage"], shown["owner"]) == ("approve", "ivanova")


# Waiting


def test_a_wait_stops_the_resolve_clock(svc: Svc, offer: str) -> None:
    before = clock(svc.json(f"show {offer}", now=at("11:00")), "resolve")
    shown = svc.json(f"wait {offer} --for client -m drawings", now=at("11:00"))
    assert shown["status"] == "waiting"
    assert clock(shown, "resolve")["paused"] == at("11:00")
    later = clock(svc.json(f"show {offer}", now=at("17:00")), "resolve")
    assert later["elapsed_s"] == before["elapsed_s"] == 3600
    shown = svc.json(f"resume {offer}", now=at("10:00", 24))
    assert shown["status"] == "in_progress"
    assert clock(shown, "resolve")["paused"] is None
    assert clock(shown, "resolve")["elapsed_s"] == 3600
    assert clock(shown, "resolve")["due"] > before["due"]
    assert clock(svc.json(f"show {offer}", now=at("11:00", 24)), "resolve")["elapsed_s"] == 7200


def test_a_stage_waits_too_and_its_hours_move_on(svc: Svc, offer: str) -> None:
    svc(f"wait {offer} -m x", now=at("11:00"))
    # One of intake's two hours is left, from 10:00 on the next day.
    assert clock(svc.json(f"resume {offer}", now=at("10:00", 24)), "stage")["due"] == at("11:00", 24)


def test_a_wait_that_goes_on_is_not_begun_again(svc: Svc, offer: str) -> None:
    assert "it is not waiting for anybody" in refused(svc, ["resume", offer])
    svc(f"wait {offer} --for customs -m x")
    complaint = refused(svc, ["wait", offer, "-m", "y"])
    assert "waiting for customs since 2026-11-23 10:00 already" in complaint
    assert "resume" in complaint
    assert "Missing option '-m'" in refused(svc, ["wait", offer], code=2)


def test_a_wait_may_say_until_when(svc: Svc, offer: str) -> None:
    shown = svc.json(["wait", offer, "--until", "fri 12:00", "-m", "x"])
    assert shown["waiting"] == {"for": "client", "since": at("10:00"), "why": "x", "until": at("12:00", 27)}
    refused(svc, ["wait", svc.new(), "--until", "2026-02-30", "-m", "x"], code=2)


# Time spent, values


@pytest.mark.parametrize(("text", "seconds"), [("25m", 1500), ("1h", 3600), ("1h30m", 5400), ("2h", 7200)])
def test_time_spent(svc: Svc, text: str, seconds: int) -> None:
    request = svc.new()
    assert svc.json(["worked", request, text])["worked_s"] == seconds
    assert svc.json(["worked", request, "5m"], as_="kim")["worked_s"] == seconds + 300


@pytest.mark.parametrize("text", ["0m", "25h", "soon", "", "-5m", "m", "3d"])
def test_time_that_nobody_spends(svc: Svc, text: str) -> None:
    request = svc.new()
    head = svc.git("rev-parse", "HEAD")
    words = ["worked", request, "--", text] if text.startswith("-") else ["worked", request, text]
    result = svc(words, code=2)
    assert result.err and "bug" not in result.err
    assert svc.git("rev-parse", "HEAD") == head


def test_values_are_set_and_the_old_ones_kept(svc: Svc) -> None:
    request = svc.new("Old title")
    shown = svc.json(["set", request, "title=New = title", "priority=high", "client=zoo", "weight=20 т"])
    assert (shown["title"], shown["priority"], shown["client"]) == ("New = title", "high", "zoo")
    assert shown["fields"] == {"weight": "20 т"}
    (event,) = svc.json(f"show {request}")["events"]
    assert event["old"] == {"title": "Old title", "priority": "normal", "client": "", "weight": ""}
    shown = svc.json(["set", request, "due=2026-11-25T12:00:00+03:00", "weight="])
    assert (shown["due"], shown["fields"]["weight"]) == ("2026-11-25T12:00:00+03:00", "")
    first_lines = svc.record_path(request).read_text().splitlines()[:4]
    assert "title: Old title" in first_lines, "the header is never written again"


@pytest.mark.parametrize(
    ("word", "code", "what"),
    [
        ("client=acme", 1, "there is no client “acme”"),
        ("channel=fax", 1, "“fax” is no channel"),
        ("priority=huge", 1, "“huge” is no priority"),
        ("controller=petrov", 1, "did you mean “petrova”?"),
        ("department=salse", 1, "did you mean “sales”?"),
        ("title=", 1, "a request needs a title"),
        ("title=Old title", 1, "it is so already: title"),
        ("due=2026-02-30T10:00", 2, "2026-02 has 28 days"),
        ("due=whenever", 2, "write it like 2026-11-25 15:00"),
        ("regulation=nothing@7", 3, "no version 7"),
        ("=x", 2, "should be KEY=VALUE"),
    ],
)
def test_values_that_cannot_be(svc: Svc, word: str, code: int, what: str) -> None:
    request = svc.new("Old title")
    assert what in refused(svc, ["set", request, word], code)


def test_set_needs_an_id_and_a_value(svc: Svc) -> None:
    assert "Give an ID and at least one KEY=VALUE" in refused(svc, ["set", svc.new()], code=2)
    assert "Give an ID and at least one KEY=VALUE" in refused(svc, ["set", "a=b"], code=2)


# The end


def test_resolving_stops_the_clocks(svc: Svc) -> None:
    request = svc.new("Question", "--type", "internal")
    svc(f"take {request}")
    shown = svc.json(f"resolve {request} -m answered --code answered", now=at("12:00"))
    assert (shown["status"], shown["outcome"]) == ("resolved", "answered")
    assert {one["verdict"] for one in shown["clocks"]} == {"met"}
    assert clock(shown, "resolve")["stopped"] == at("12:00")
    assert svc.json("list") == []
    assert [row["id"] for row in svc.json("list --status resolved")] == [shown["id"]]


def test_an_open_stage_or_handoff_keeps_it_from_being_resolved(svc: Svc, offer: str) -> None:
    assert "stages are open still: intake" in refused(svc, ["resolve", offer, "-m", "x"])
    plain = svc.new()
    svc(f"handoff {plain} --to logistics -m x")
    assert "hand-off to logistics open since" in refused(svc, ["resolve", plain, "-m", "x"])
    assert "Missing option '-m'" in refused(svc, ["resolve", plain], code=2)


def test_what_is_resolved_is_closed(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"resolve {request} -m done")
    for words in (
        ["take", request],
        ["resolve", request, "-m", "x"],
        ["cancel", request, "-m", "x"],
        ["handoff", request, "--to", "kim", "-m", "x"],
        ["wait", request, "-m", "x"],
        ["promise", request, "--at", "+4h", "-m", "x"],
    ):
        complaint = refused(svc, words)
        assert "it is resolved since 2026-11-23 10:00" in complaint
        assert "allowed now: reopen" in complaint


def test_reopening_lets_the_clock_go_on_where_it_stopped(svc: Svc) -> None:
    request = svc.new("Question", "--type", "internal")
    assert "it is not closed: new" in refused(svc, ["reopen", request])
    svc(f"take {request}")
    svc(f"resolve {request} -m done", now=at("12:00"))
    shown = svc.json(f"reopen {request} -m again", now=at("12:00", 24))
    assert (shown["status"], shown["owner"], shown["closed"]) == ("in_progress", "ivanova", None)
    assert (clock(shown, "resolve")["verdict"], clock(shown, "resolve")["elapsed_s"]) == ("running", 7200)


def test_cancelling_needs_a_reason_and_withdraws_the_handoff(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    assert "Missing option '-m'" in refused(svc, ["cancel", request], code=2)
    shown = svc.json(f"cancel {request} -m 'built already'")
    assert (shown["status"], shown["outcome"], shown["handoff"]) == ("cancelled", "built already", None)
    assert svc.json(f"reopen {request}")["status"] in ("new", "in_progress")


def test_the_verdict_of_a_stopped_clock_is_never_rewritten(svc: Svc) -> None:
    request = svc.new("Question", "--type", "internal")
    svc(f"take {request}", now=at("11:00"))
    shown = svc.json(f"resolve {request} -m done", now=at("12:00"))
    calendar = (svc.folder / "calendars/office.yaml").read_text()
    svc.write("calendars/office.yaml", calendar.replace("09:00", "11:30"))
    text = (svc.folder / "regulations/internal-request.md").read_text()
    svc.write("regulations/internal-request.md", text.replace("pickup:  {within: 2h}", "pickup:  {within: 1m}"))
    again = svc.json(f"show {request}", now=at("12:00", 27))
    assert again["clocks"] == shown["clocks"]


def test_a_request_keeps_the_version_of_its_regulation(svc: Svc) -> None:
    request = svc.new("Question", "--type", "internal")
    before = clock(svc.json(f"show {request}"), "resolve")
    text = (svc.folder / "regulations/internal-request.md").read_text()
    changed = text.replace("version: 1", "version: 2").replace("resolve: {within: 3d", "resolve: {within: 1h")
    svc.write("regulations/internal-request.md", changed)
    assert clock(svc.json(f"show {request}"), "resolve") == before
    shown = svc.json("new Another --type internal")
    assert (shown["regulation"], clock(shown, "resolve")["target"]) == ("internal-request@2", "1h")


def test_several_at_once_or_none(svc: Svc) -> None:
    first, second = svc.new(), svc.new()
    svc(f"cancel {second} -m x")
    complaint = refused(svc, ["resolve", first, second, "-m", "done"])
    assert f"{second}: it is cancelled since" in complaint
    assert svc.json(f"show {first}")["status"] == "new"
