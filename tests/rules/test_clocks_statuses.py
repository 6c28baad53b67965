"""A clock stands still in the statuses that its regulation names, not only while it waits for the client."""

from __future__ import annotations

from svcctl.model.events import Accepted, HandedOff, Resumed, Taken, Waiting
from svcctl.rules.clocks import runs
from svcctl.rules.ledger import ledger
from tests.rules.matters import OFFICE, clocks_of, hours, regulation, request_with


def test_a_clock_may_stand_still_until_somebody_takes_it() -> None:
    rules = regulation({"resolve": {"within": "8h", "pause": ["new"]}})
    (run,) = runs(request_with((1, Taken())), rules)
    assert run.pauses == ((hours(0), hours(1)),)


def test_it_stands_still_while_it_is_handed_off_and_still_is() -> None:
    rules = regulation({"resolve": {"within": "8h", "pause": ["handed_off"]}})
    events = ((0.5, Taken()), (1, HandedOff(to="logistics")))
    (run,) = runs(request_with(*events), rules)
    assert run.pauses == ((hours(1), None),)
    (run,) = runs(request_with(*events, (2, Accepted())), rules)
    assert run.pauses == ((hours(1), hours(2)),)


def test_several_statuses_and_waits_together() -> None:
    rules = regulation({"resolve": {"within": "8h", "pause": ["new", "waiting"]}})
    events = ((1, Taken()), (2, Waiting(for_="client")), (3, Resumed()))
    (run,) = runs(request_with(*events), rules)
    assert run.pauses == ((hours(0), hours(1)), (hours(2), hours(3)))


def test_explain_says_why_it_stood_still() -> None:
    rules = regulation({"resolve": {"within": "8h", "pause": ["new", "handed_off"]}})
    request = request_with((1, Taken()), (2, HandedOff(to="logistics")), (2.5, Accepted()))
    clock = clocks_of(request, rules, hours(3))["resolve"]
    told = ledger(request, clock, lambda _: rules, lambda *_: OFFICE, hours(3))
    reasons = [str(segment.reason) for segment in told.segments if segment.kind == "pause"]
    assert reasons == ["nobody had taken it", "handed off, not accepted"]
