"""check: silent when all is well, complete when not, and the same whenever it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Svc

OFFER = ("--type", "offer", "--client", "metallstroy")
KINDS = ("overdue", "due_soon", "unaccepted", "promises", "untouched", "offers")


def at(time: str, day: int = 23) -> str:
    """A moment of November 2026; the 23rd is a Monday."""
    return f"2026-11-{day}T{time}+03:00"


def check(svc: Svc, now: str, *words: str, **settings: Any) -> dict[str, Any]:
    found: dict[str, Any] = svc.json(["check", *words], now=now, **settings)
    assert set(found) == {"now", *KINDS, "warnings"}
    assert found["now"] == now
    return found


def kinds(found: dict[str, Any]) -> dict[str, list[str]]:
    """The clocks that were found, by kind."""
    return {kind: [row["clock"] for row in found[kind]] for kind in KINDS if found[kind]}


def test_silent_when_all_is_well(svc: Svc) -> None:
    assert svc("check").out == ""
    request = svc.new()
    svc(f"take {request}")
    result = svc("check --exit-code")
    assert (result.out, result.err) == ("", "")
    assert kinds(check(svc, at("10:00:00"))) == {}


def test_a_late_clock(svc: Svc) -> None:
    request = svc.json(["new", "Offer", *OFFER])["id"]
    assert "pickup" not in kinds(check(svc, at("10:30:00"))).get("overdue", [])
    (found,) = check(svc, at("10:45:00"))["overdue"]
    assert {key: found[key] for key in ("id", "title", "clock", "due", "late_s", "owner", "department")} == {
        "id": request,
        "title": "Offer",
        "clock": "pickup",
        "due": at("10:30:00"),
        "late_s": 900,
        "owner": None,
        "department": "sales",
    }
    text = svc("check", now=at("10:45:00")).out
    assert text.startswith("sales\n") and request[-6:] in text and "late: pick-up was due 10:30, 15 min ago" in text


def test_lateness_counts_working_time(svc: Svc) -> None:
    svc.new("Offer", *OFFER, now=at("17:50:00", 27))
    (found,) = check(svc, at("09:40:00", 30))["overdue"]
    assert (found["due"], found["late_s"]) == (at("09:20:00", 30), 1200)


def test_due_soon_comes_before_late(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER)
    svc(f"take {request}")
    assert kinds(check(svc, at("10:00:00"))) == {"due_soon": ["stage:intake"]}
    (found,) = check(svc, at("11:30:00"))["due_soon"]
    assert (found["due"], found["late_s"], found["owner"]) == (at("12:00:00"), -1800, "ivanova")
    assert kinds(check(svc, at("12:00:00"))) == {"due_soon": ["stage:intake"]}
    assert kinds(check(svc, at("12:00:01"))) == {"overdue": ["stage:intake"]}


def test_what_waits_is_not_due_soon(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER)
    svc(f"take {request}")
    svc(f"wait {request} -m x")
    assert kinds(check(svc, at("11:30:00"))) == {}


def test_a_handoff_that_nobody_accepts(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER)
    svc(f"take {request}")
    svc(f"handoff {request} --to kuznetsov -m x")
    assert check(svc, at("11:00:00"))["unaccepted"] == []
    found = check(svc, at("11:30:00"))
    (row,) = found["unaccepted"]
    assert (row["due"], row["late_s"], row["owner"], row["department"]) == (
        at("11:00:00"),
        1800,
        "kuznetsov",
        "logistics",
    )
    text = svc("check", now=at("11:30:00")).out
    assert text.count("not accepted") == 1, "told once, not as a late clock too"
    assert "kuznetsov\n" in text
    svc(f"accept {request}", as_="kuznetsov", now=at("11:40:00"))
    assert check(svc, at("11:45:00"))["unaccepted"] == []


def test_a_handoff_without_a_clock_is_told_after_a_day(svc: Svc) -> None:
    request = svc.new()
    svc(f"handoff {request} --to logistics -m x")
    assert check(svc, at("10:00:00", 24))["unaccepted"] == []
    (row,) = check(svc, at("10:00:01", 24))["unaccepted"]
    assert (row["owner"], row["department"]) == (None, "logistics")


def test_promises_of_the_day_late_and_broken_ones(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"promise {request} --at 'tomorrow 15:00' -m 'the engineer calls'")
    assert check(svc, at("17:00:00"))["promises"] == [], "not today's"
    (row,) = check(svc, at("09:00:00", 24))["promises"]
    assert (row["due"], row["late_s"], row["owner"]) == (at("15:00:00", 24), -21600, "ivanova")
    (row,) = check(svc, at("15:30:00", 24))["promises"]
    assert row["late_s"] == 1800
    assert svc("check", now=at("15:30:00", 24)).out.count("the engineer calls") == 1
    svc(f"broken {request} -m ill", now=at("15:40:00", 24))
    assert len(check(svc, at("15:45:00", 24))["promises"]) == 1, "the client does not know yet"
    svc(f"message {request} out -m sorry", now=at("15:50:00", 24))
    assert check(svc, at("15:55:00", 24))["promises"] == []


def test_a_kept_promise_is_over_and_a_resolved_request_still_owes_its_promise(svc: Svc) -> None:
    request, other = svc.new(), svc.new()
    for one in (request, other):
        svc(f"take {one}")
        svc(f"promise {one} --at 'today 15:00' -m call")
        svc(f"resolve {one} -m done")
    svc(f"kept {request}", now=at("14:00:00"))
    assert [row["id"][-6:] for row in check(svc, at("15:30:00"))["promises"]] == [other]


def test_a_cancelled_request_owes_nothing(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER)
    svc(f"promise {request} --at 'today 15:00' -m call")
    svc(f"cancel {request} -m x")
    assert kinds(check(svc, at("17:00:00", 30))) == {}


def test_what_nobody_touches(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    assert check(svc, at("18:00:00", 25))["untouched"] == []
    (row,) = check(svc, at("09:00:00", 27))["untouched"]
    assert (row["id"][-6:], row["owner"]) == (request, "ivanova")
    svc(f"note {request} -m x", now=at("10:00:00", 27))
    assert check(svc, at("11:00:00", 27))["untouched"] == []


def test_a_wait_with_a_date_may_be_silent_until_then(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(["wait", request, "--until", "2026-11-30 12:00", "-m", "x"])
    assert check(svc, at("11:00:00", 30))["untouched"] == []
    assert len(check(svc, at("13:00:00", 30))["untouched"]) == 1


def test_a_year_without_published_dates_is_told_with_its_file(svc: Svc) -> None:
    request = svc.new("Question", "--type", "internal", "--priority", "low", now="2027-12-28T10:00:00+03:00")
    svc(f"take {request}", now="2027-12-28T10:00:00+03:00")
    found = svc.json("check", now="2027-12-28T11:00:00+03:00")
    (warning,) = found["warnings"]
    assert "2028" in warning and "calendars/" in warning
    result = svc("check --exit-code", now="2027-12-28T11:00:00+03:00", err="2028")
    assert result.out == ""


def test_findings_are_grouped_by_person_or_department(svc: Svc) -> None:
    request = svc.new("Offer", *OFFER)
    svc(f"take {request}")
    svc.new("Complaint", "--type", "complaint", "--client", "zoo")
    now = at("16:00:00")
    lines = svc("check", now=now).out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["ivanova", "service"]
    lines = svc("check --by department", now=now).out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["sales", "service"]


def test_the_most_late_comes_first(svc: Svc) -> None:
    svc.new("later", *OFFER, now=at("10:30:00"))
    svc.new("earlier", *OFFER, now=at("09:30:00"))
    rows = check(svc, at("12:00:00"))["overdue"]
    assert [row["title"] for row in rows if row["clock"] == "pickup"] == ["earlier", "later"]
    assert [row["late_s"] for row in rows] == sorted((row["late_s"] for row in rows), reverse=True)


def test_the_exit_code_is_for_findings_only_when_asked(svc: Svc) -> None:
    svc.new("Offer", *OFFER)
    svc("check", now=at("12:00:00"))
    assert svc("check --exit-code", now=at("12:00:00"), code=5).out != ""
    assert svc("check --exit-code --json", now=at("12:00:00"), code=5).json["overdue"]


def test_state_decides_not_the_last_run(svc: Svc) -> None:
    svc.new("Offer", *OFFER)
    first = svc("check", now=at("12:00:00"))
    head = svc.git("rev-parse", "HEAD")
    assert svc("check", now=at("12:00:00")) == first
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.git("status", "--porcelain") == ""


@pytest.mark.parametrize("words", [["--by", "owner"], ["--exit_code"], ["extra"]])
def test_what_is_not_understood(svc: Svc, words: list[str]) -> None:
    assert svc(["check", *words], code=2).out == ""
