"""What two clones did apart and what was overtaken by it changes no figure: such deeds are in the record only."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import HandedOff, OfferAccepted, OfferDeclined, OfferSent, Resolved, Taken
from svcctl.model.request import Header, Request, fold, step
from svcctl.reports.cases import CASE, TIMED
from svcctl.reports.clients import clients
from svcctl.reports.flow import flow
from svcctl.reports.offers import Worth, offers
from svcctl.reports.period import parse_period
from svcctl.reports.rework import rework
from tests.reports.desks import MONDAY, ZONE, entry, rows
from tests.reports.lives import DEPARTMENTS, NOW, PEOPLE, deeds

PERIOD = parse_period("2026-11", ZONE, NOW)
HEADER = Header("R-1", "Rebar", "question", MONDAY, "desk", client="zoo", department="sales")


def department_of(word: str) -> str:
    return DEPARTMENTS.get(word, "")


def apart(*branches: list[tuple[int, str, Event]]) -> Request:
    """A request with what each clone did after the opening: (minutes after it, person, event)."""
    events = []
    for branch, happened in enumerate(branches):
        before = ""
        for n, (minutes, by, event) in enumerate(happened, 1):
            name = f"{branch}{n:07}"
            events.append(event.stamped(id=name, n=n, prev=before, at=MONDAY + timedelta(minutes=minutes), by=by))
            before = name
    return fold(HEADER, events)


def without_overtaken(request: Request) -> Request:
    """The same request, as if what was overtaken had never been done."""
    plain = Request(request.header)
    for event in request.counted:
        step(plain, event)
        plain.events.append(event)
    return plain


def test_a_hand_off_that_was_overtaken_is_none() -> None:
    request = apart(
        [(10, "anna", Taken()), (20, "anna", HandedOff(to="boris"))],
        [(11, "vera", Taken()), (21, "vera", HandedOff(to="anna"))],
    )
    assert sum(event.do == "handed_off" for event in request.events) == 2
    assert entry(request, NOW, None).fact(CASE).handoffs == len(request.handoffs) == 1


def test_whoever_took_it_in_vain_did_not_pick_it_up() -> None:
    request = apart([(10, "anna", Taken()), (20, "anna", Resolved(outcome="ok"))], [(15, "vera", Taken())])
    assert entry(request, NOW, None).fact(CASE).first("owner") == "anna"


def test_an_answer_that_was_overtaken_disappoints_nobody() -> None:
    sent = (5, "anna", OfferSent(revision="r1", to="zoo"))
    yes, no = OfferAccepted(revision="r1"), OfferDeclined(revision="r1", reason="price")
    request = apart([sent, (10, "anna", yes)], [(6, "vera", Taken()), (9, "vera", no)])
    report = offers([entry(request, NOW)], PERIOD, None, NOW, department_of, [], lambda *_: None)
    told = clients([entry(request, NOW)], PERIOD, None, NOW)
    assert report.figure("accepted").n + report.figure("declined").n == 1
    (row,) = rows(told, "value")
    assert (row["accepted"], row["declined"]) == (report.figure("accepted").n, report.figure("declined").n)


turns = st.lists(st.tuples(st.integers(1, 3000), st.sampled_from(PEOPLE), deeds), max_size=6)


@given(turns, turns)
def test_reports_are_those_of_the_record_without_what_was_overtaken(
    one: list[tuple[int, str, Event]], other: list[tuple[int, str, Event]]
) -> None:
    forked = apart(sorted(one, key=lambda turn: turn[0]), sorted(other, key=lambda turn: turn[0]))
    plain = without_overtaken(forked)
    worth: Worth = lambda *_: None  # noqa: E731
    cases = [entry(one, NOW, None) for one in (forked, plain)]
    # That somebody did something ends the silence, even where it was overtaken.
    assert cases[0].fact(CASE)._replace(last=0) == cases[1].fact(CASE)._replace(last=0)
    assert cases[0].fact(TIMED) == cases[1].fact(TIMED)
    for make in (flow, rework):
        reports = [make([entry(one, NOW, None)], PERIOD, None, NOW, department_of) for one in (forked, plain)]
        assert reports[0].as_json() == reports[1].as_json()
    both = [offers([entry(one, NOW, None)], PERIOD, None, NOW, department_of, [], worth) for one in (forked, plain)]
    assert both[0].as_json() == both[1].as_json()
