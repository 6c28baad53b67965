"""Who has a request: every way it changes hands, and every refusal."""

from __future__ import annotations

from tests.conftest import Svc


def test_taking_makes_one_commit_by_the_person(svc: Svc) -> None:
    before = int(svc.git("rev-list", "--count", "HEAD"))
    request = svc.new()
    svc(f"take {request}")
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 2
    assert svc.git("log", "-1", "--format=%an <%ae> %cn %s").strip() == (
        f"Анна Иванова <ivanova@example.com> Анна Иванова R-…{request} taken ivanova"
    )
    assert svc.git("status", "--porcelain") == ""


def test_a_change_prints_what_happened_who_has_it_and_when_it_is_due(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    assert svc(f"take {request}").out == (f"{request} taken by ivanova; intake: with ivanova; stage intake due 12:00\n")


def test_taken_twice_is_refused_with_what_is_allowed(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    result = svc(f"take {request}", as_="petrova", code=1)
    assert "already taken by ivanova" in result.err
    assert "allowed now: " in result.err
    assert svc.json(f"show {request}")["owner"] == "ivanova"


def test_a_handoff_stays_open_until_it_is_accepted(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    shown = svc.json(f"handoff {request} --to logistics", "-m", "посчитайте доставку")
    assert shown["status"] == "handed_off"
    assert shown["handoff"] == {
        "from": "ivanova",
        "to": "logistics",
        "at": "2026-11-23T10:00:00+03:00",
        "note": "посчитайте доставку",
        "due": "2026-11-23T11:00:00+03:00",
    }
    assert [row["id"] for row in svc.json("list --handed-by me")] == [shown["id"]]
    shown = svc.json(f"accept {request}", as_="kuznetsov")
    assert (shown["status"], shown["owner"], shown["handoff"]) == ("in_progress", "kuznetsov", None)
    assert shown["department"] == "logistics"
    assert svc.json("list --handed-by me") == []


def test_a_returned_handoff_is_the_senders_again_with_the_reason(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"handoff {request} --to logistics -m x")
    shown = svc.json(f"return {request}", "-m", "нет веса", as_="sidorov")
    assert (shown["status"], shown["owner"], shown["department"]) == ("in_progress", "ivanova", "sales")
    assert "returned by sidorov 10:00: нет веса" in svc(f"show {request}").out


def test_a_return_needs_a_reason(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    assert "Missing option '-m'" in svc(f"return {request}", as_="sidorov", code=2).err


def test_only_the_addressee_accepts(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    assert "it was handed to logistics, not to kim" in svc(f"accept {request}", as_="kim", code=1).err
    assert "it was handed to logistics, not to ivanova" in svc(f"return {request} -m no", code=1).err


def test_a_recall_takes_it_back_and_only_the_sender_may(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"handoff {request} --to logistics -m x")
    assert "only ivanova can recall this hand-off" in svc(f"recall {request}", as_="petrova", code=1).err
    assert svc.json(f"recall {request} -m wrong")["owner"] == "ivanova"


def test_nothing_is_accepted_returned_or_recalled_without_a_handoff(svc: Svc) -> None:
    request = svc.new()
    for verb in ("accept", "return -m x", "recall"):
        name, *rest = verb.split()
        assert "no hand-off is open" in svc([name, request, *rest], code=1).err


def test_an_open_handoff_blocks_other_moves(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    for line in (
        f"take {request}",
        f"assign {request} --to petrova",
        f"handoff {request} --to customs",
        f"release {request}",
    ):
        assert "hand-off to logistics open since 2026-11-23 10:00" in svc(line, code=1).err


def test_a_handoff_to_nobody_known_says_who_was_meant(svc: Svc) -> None:
    request = svc.new()
    result = svc(f"handoff {request} --to logistic -m x", code=1)
    assert "“logistic” is neither a person nor a department" in result.err
    assert "did you mean “logistics”?" in result.err


def test_a_handoff_has_its_own_clock_when_asked(svc: Svc) -> None:
    request = svc.new()
    shown = svc.json(f"handoff {request} --to logistics -m x --within 4h")
    assert shown["handoff"]["due"] == "2026-11-23T15:00:00+03:00"
    assert "“soon” is not a duration" in svc(f"handoff {request} --to customs --within soon", code=2).err


def test_assigning_and_releasing(svc: Svc) -> None:
    request = svc.new()
    shown = svc.json(f"assign {request} --to kuznetsov")
    assert (shown["owner"], shown["department"], shown["status"]) == ("kuznetsov", "logistics", "in_progress")
    assert "already taken by kuznetsov" in svc(f"assign {request} --to kuznetsov", code=1).err
    assert "already taken by kuznetsov" in svc(f"release {request}", code=1).err
    shown = svc.json(f"release {request} -m holiday", as_="kuznetsov")
    assert (shown["owner"], shown["status"]) == (None, "new")
    assert "nobody has taken it yet" in svc(f"release {request}", code=1).err


def test_several_ids_are_one_commit_or_nothing(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    head = svc.git("rev-parse", "HEAD")
    svc(f"take {first}", as_="petrova")
    head = svc.git("rev-parse", "HEAD")
    assert "already taken by petrova" in svc(f"take {second} {first}", code=1).err
    assert svc.git("rev-parse", "HEAD") == head
    third = svc.new("three")
    head = svc.git("rev-parse", "HEAD").strip()
    shown = svc.json(f"take {second} {third}")
    assert [row["owner"] for row in shown] == ["ivanova", "ivanova"]
    assert svc.git("rev-parse", "HEAD^").strip() == head


def test_ids_come_from_standard_input(svc: Svc) -> None:
    first, second = svc.new("one"), svc.new("two")
    out = svc("take -", feed=f"{first}\n{second}\n").out
    assert out.count("taken by ivanova") == 2
    assert "no ids came from standard input" in svc("take -", feed="", code=2).err


def test_a_dry_run_writes_nothing(svc: Svc) -> None:
    request = svc.new()
    head = svc.git("rev-parse", "HEAD")
    assert "(dry run: nothing was written)" in svc(f"take {request} --dry-run").out
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.json(f"show {request}")["owner"] is None


def test_what_happened_earlier_is_recorded_with_both_times(svc: Svc) -> None:
    request = svc.new(now="2026-11-23T09:00:00+03:00")
    (event,) = svc.json(f"take {request} --at 09:30") and svc.json(f"show {request}")["events"]
    assert (event["at"], event["rec"]) == ("2026-11-23T09:30:00+03:00", "2026-11-23T10:00:00+03:00")
    assert "has not come yet" in svc(f"release {request} --at 11:00", code=2).err


def test_nothing_happens_to_a_request_before_it_was_opened(svc: Svc) -> None:
    request = svc.new(now="2026-11-23T09:50:00+03:00")
    assert f"{request} was opened later, 2026-11-23 09:50" in svc(f"take {request} --at 09:30", code=1).err


def test_nobody_hands_over_to_themselves(svc: Svc) -> None:
    request = svc.new()
    assert "nobody hands anything over to themselves" in svc(f"handoff {request} --to ivanova -m x", code=1).err
