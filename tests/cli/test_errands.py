"""Errands: reported done, accepted or returned by the controller, listed for the issuer."""

from __future__ import annotations

import pytest

from tests.conftest import Svc


def errand(svc: Svc, *more: str) -> str:
    """Ivanova asks kim, petrova controls; kim has accepted."""
    words = ["errand", "Renew the certificate", "--to", "kim", "--controller", "petrova", "--due", "fri 12:00", *more]
    part = svc(words).id()
    svc(f"accept {part}", as_="kim")
    return part


@pytest.mark.parametrize("deed", ["resolve {} -m", "done {} -m"])
def test_a_report_goes_before_the_controller_who_closes_it(svc: Svc, deed: str) -> None:
    part = errand(svc)
    out = svc([*deed.format(part).split(), "renewed until 2031"], as_="kim").out
    assert "petrova to accept" in out
    shown = svc.json(f"show {part}")
    assert (shown["status"], shown["handoff"]["to"], shown["handoff"]["note"]) == (
        "handed_off",
        "petrova",
        "renewed until 2031",
    )
    assert shown["fields"] == {"report": "renewed until 2031"}
    assert "resolved" in svc(f"accept {part}", as_="petrova").out
    closed = svc.json(f"show {part}")
    assert (closed["status"], closed["outcome"], closed["events"][-1]["by"]) == (
        "resolved",
        "renewed until 2031",
        "petrova",
    )
    assert [event["do"] for event in closed["events"]] == [
        "handed_off",
        "accepted",
        "set",
        "handed_off",
        "accepted",
        "resolved",
    ]


def test_the_controller_returns_it_with_a_reason(svc: Svc) -> None:
    part = errand(svc)
    svc(f"done {part}", as_="kim")
    returned = svc.json(f"return {part} -m 'where is the paper?'", as_="petrova")
    assert (returned["status"], returned["owner"], returned["handoff"]) == ("in_progress", "kim", None)
    svc(f"done {part} -m 'in the safe'", as_="kim")
    assert svc.json(f"accept {part}", as_="petrova")["outcome"] == "in the safe"


def test_an_errand_that_one_controls_oneself_is_closed_at_once(svc: Svc) -> None:
    part = errand(svc, "--controller", "kim")
    assert svc.json(f"resolve {part} -m done", as_="kim")["status"] == "resolved"
    other = errand(svc)
    svc(f"assign {other} --to petrova", as_="petrova")
    assert svc.json(f"resolve {other} -m 'did it myself'", as_="petrova")["status"] == "resolved"


def test_handing_over_for_help_closes_nothing(svc: Svc) -> None:
    part = errand(svc)
    svc(f"handoff {part} --to petrova -m 'you know the office better'", as_="kim")
    taken = svc.json(f"accept {part}", as_="petrova")
    assert (taken["status"], taken["owner"]) == ("in_progress", "petrova")


def test_accepting_an_errand_for_its_controller_closes_nothing(svc: Svc) -> None:
    words = ["errand", "x", "--to", "petrova", "--controller", "petrova", "--due", "fri 12:00"]
    part = svc(words).id()
    assert svc.json(f"accept {part}", as_="petrova")["status"] == "in_progress"


def test_reopened_it_is_reported_anew(svc: Svc) -> None:
    part = errand(svc)
    svc(f"done {part} -m same", as_="kim")
    svc(f"accept {part}", as_="petrova")
    svc(f"reopen {part} -m 'it is a copy'", as_="petrova")
    svc(f"handoff {part} --to kim -m again", as_="petrova")
    assert svc.json(f"accept {part}", as_="kim")["status"] == "in_progress"
    svc(f"done {part} -m same", as_="kim")
    assert svc.json(f"accept {part}", as_="petrova")["status"] == "resolved"


def test_fields_come_with_the_report(svc: Svc) -> None:
    part = errand(svc)
    assert svc.json(f"done {part} --field number=17 -m ok", as_="kim")["fields"] == {"number": "17", "report": "ok"}


def test_only_who_has_it_reports(svc: Svc) -> None:
    part = errand(svc)
    assert "already taken by kim" in svc(f"done {part} -m x", as_="nowak", code=1).err
    svc(f"done {part} -m x", as_="kim")
    assert "hand-off to petrova open" in svc(f"done {part} -m y", as_="kim", code=1).err
    assert "it was handed to petrova" in svc(f"accept {part}", as_="ivanova", code=1).err


def test_all_of_it_is_listed_for_the_issuer(svc: Svc) -> None:
    one, two = errand(svc), errand(svc)
    svc(f"done {one} -m x", as_="kim")
    svc(f"accept {one}", as_="petrova")
    svc(f"done {two} -m x", as_="kim")
    rows = {row["id"][-6:]: row["status"] for row in svc.json("list --opened-by me --type errand --all")}
    assert rows == {one: "resolved", two: "handed_off"}
    assert [row["id"][-6:] for row in svc.json("list --controller me", as_="petrova")] == [two]
