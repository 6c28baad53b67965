"""Which requests a listing is about: filters, search, and the order by urgency."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.calendar import Calendar
from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Cancelled,
    HandedOff,
    MessageIn,
    Noted,
    Promised,
    Redacted,
    Resolved,
    Set,
    StageDone,
    StageStarted,
    Taken,
    Waiting,
)
from svcctl.model.instants import iso
from svcctl.model.regulation import parse_regulation
from svcctl.model.request import CLOSED, STATUSES, Header, Request, fold
from svcctl.model.team import parse_team
from svcctl.rules.clocks import Clock, measure
from svcctl.rules.query import Query, fold_text, found_in, has_words, in_time, matches
from svcctl.rules.sketch import sketch
from tests.events import events

MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Moscow"))
OFFICE = Calendar.parse(
    {"calendar": "office", "timezone": "Europe/Moscow", "week": {"mon-fri": ["09:00-18:00"]}},
    {},
)
TEAM = parse_team(
    {
        "departments": {"sales": {}, "logistics": {}},
        "people": {"ivanova": {"department": "sales"}, "sidorov": {"department": "logistics"}},
    }
)
RULES = parse_regulation(
    {
        "regulation": "r",
        "version": "1",
        "title": "R",
        "owner": "o",
        "applies": {"type": "x"},
        "clocks": {"resolve": {"within": "8h"}},
    }
)


def opened(*happened: Event, **header: Any) -> Request:
    first = Header("R-20261123-k7qm4d", "КП на арматуру", "offer", MONDAY, "ivanova", department="sales")
    stamped = [
        event.stamped(id=f"e{n}", n=n, prev="", at=MONDAY, by=event.by or "ivanova")
        for n, event in enumerate(happened, 1)
    ]
    return fold(first._replace(**header), stamped)


def by(person: str, event: Event) -> Event:
    return event.stamped(id="", n=0, prev="", at=MONDAY, by=person)


def clocks(request: Request, hours: float = 0, timed: bool = True) -> list[Clock]:
    return measure(request, RULES if timed else None, lambda *_: OFFICE, MONDAY + timedelta(hours=hours))


def is_listed(request: Request, **asked: Any) -> bool:
    query = Query(**asked)
    return matches(query, request, TEAM) and has_words(query, request)


# Statuses


def test_open_ones_are_listed_unless_others_are_asked_for() -> None:
    new, done, gone = opened(), opened(Resolved(outcome="ok")), opened(Cancelled(why="no"))
    assert [is_listed(one) for one in (new, done, gone)] == [True, False, False]
    assert [is_listed(one, everything=True) for one in (new, done, gone)] == [True, True, True]
    assert [is_listed(one, status=("resolved",)) for one in (new, done, gone)] == [False, True, False]
    assert [is_listed(one, status=("new", "cancelled")) for one in (new, done, gone)] == [True, False, True]
    assert Query().open_only
    assert not Query(status=("new",)).open_only
    assert not Query(everything=True).open_only


# Values


@pytest.mark.parametrize("name", ["client", "type", "channel", "priority", "controller"])
def test_header_values_as_they_are_now(name: str) -> None:
    request = opened(**{name: "before"})
    assert is_listed(request, **{name: "before"})
    assert not is_listed(request, **{name: "after"})
    changed = opened(Set(values={name: "after"}), **{name: "before"})
    assert is_listed(changed, **{name: "after"})
    assert not is_listed(changed, **{name: "before"})


def test_fields_must_all_be_so() -> None:
    request = opened(Set(values={"weight": "20"}), fields={"colour": "red"})
    assert is_listed(request, fields={"weight": "20", "colour": "red"})
    assert not is_listed(request, fields={"weight": "20", "colour": "blue"})
    assert not is_listed(request, fields={"length": ""})


def test_any_open_stage() -> None:
    request = opened(StageStarted(stage="a"), StageStarted(stage="b"), StageStarted(stage="c"), StageDone(stage="c"))
    assert [is_listed(request, stage=name) for name in "abcd"] == [True, True, False, False]
    assert not is_listed(opened(), stage="a")


# People


def test_the_owner_of_any_work_item() -> None:
    request = opened(
        StageStarted(stage="a", department="sales"),
        StageStarted(stage="b", department="logistics"),
        by("sidorov", Taken(stage="b")),
    )
    assert is_listed(request, owner="sidorov")
    assert not is_listed(request, owner="ivanova")


def test_during_a_hand_off_it_is_in_the_hands_of_the_addressee() -> None:
    request = opened(Taken(), HandedOff(to="sidorov"))
    assert is_listed(request, owner="ivanova")
    assert is_listed(request, in_hands_of="sidorov")
    assert not is_listed(request, in_hands_of="ivanova")
    assert is_listed(request, handed_by="ivanova")
    assert not is_listed(request, handed_by="sidorov")
    accepted = opened(Taken(), HandedOff(to="sidorov"), by("sidorov", Accepted()))
    assert not is_listed(accepted, handed_by="ivanova")
    assert is_listed(accepted, in_hands_of="sidorov")


def test_what_was_handed_to_a_department_is_in_nobodys_hands() -> None:
    request = opened(Taken(), HandedOff(to="logistics"))
    assert not is_listed(request, in_hands_of="sidorov")
    assert not is_listed(request, in_hands_of="ivanova")


def test_who_opened_it() -> None:
    assert is_listed(opened(by("sidorov", Taken())), opened_by="ivanova")
    assert not is_listed(opened(by("sidorov", Taken())), opened_by="sidorov")


@pytest.mark.parametrize(
    ("happened", "department", "queue"),
    [
        ([], ["sales"], ["sales"]),
        ([Taken()], ["sales"], []),
        ([Taken(), HandedOff(to="logistics")], ["logistics"], ["logistics"]),
        ([Taken(), HandedOff(to="sidorov")], ["logistics"], ["logistics"]),
        ([HandedOff(to="sidorov"), by("sidorov", Accepted(department="logistics"))], ["logistics"], []),
        (
            [StageStarted(stage="a", department="sales"), StageStarted(stage="b", department="logistics")],
            ["sales", "logistics"],
            ["sales", "logistics"],
        ),
    ],
)
def test_a_departments_requests_and_its_queue(happened: list[Event], department: list[str], queue: list[str]) -> None:
    request = opened(*happened)
    assert [name for name in ("sales", "logistics") if is_listed(request, department=name)] == department
    assert [name for name in ("sales", "logistics") if is_listed(request, queue=name)] == queue


# Words


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("АРМАТУРУ кп", "КП на арматуру"),
        ("k7qm4d", "R-20261123-k7qm4d zoo"),
        ("ZOO", "R-20261123-k7qm4d zoo"),
        ("елка", "Нужна ёлка"),
        ("ЁЛКА", "Нужна ёлка"),
        ("до обеда", "звонить до обеда"),
        ("weight=20", "weight=20"),
        ("strasse", "Straße"),
    ],
)
def test_where_words_stand(words: str, line: str) -> None:
    note = Noted(text="Straße\nзвонить до обеда")
    request = opened(note, client="zoo", text="Добрый день\nНужна ёлка", fields={"weight": "20"})
    assert found_in(request, words) == line
    assert is_listed(request, text=words)


def test_all_words_must_stand_in_one_line() -> None:
    request = opened(text="one two\nthree")
    assert found_in(request, "two one") == "one two"
    assert found_in(request, "two three") is None
    assert not is_listed(request, text="two three")


def test_what_was_redacted_is_not_found() -> None:
    said = MessageIn(text="passport 4509")
    assert found_in(opened(said), "4509") == "passport 4509"
    assert found_in(opened(said, Redacted(event="e1", why="personal data")), "4509") is None


@given(st.text(max_size=20))
def test_folding_is_done_once(text: str) -> None:
    assert fold_text(fold_text(text)) == fold_text(text)


# Deadlines


def test_only_deadlines_cost_clocks() -> None:
    assert not Query(owner="ivanova", text="x").needs_clocks
    assert Query(overdue=True).needs_clocks
    assert Query(due_before=MONDAY).needs_clocks


def test_overdue_is_after_the_deadline() -> None:
    request = opened()
    assert [in_time(Query(overdue=True), clocks(request, hours)) for hours in (7, 8, 8.1)] == [False, False, True]
    assert not in_time(Query(overdue=True), clocks(request, 100, timed=False))
    assert in_time(Query(), [])


def test_due_before_a_moment() -> None:
    request = opened()
    at = [MONDAY + timedelta(hours=hours) for hours in (7, 8, 9)]
    assert [in_time(Query(due_before=moment), clocks(request)) for moment in at] == [False, True, True]
    assert not in_time(Query(due_before=at[2]), clocks(request, timed=False))
    assert not in_time(Query(due_before=at[2]), clocks(opened(Resolved(outcome="ok"))))
    assert in_time(Query(due_before=at[2], overdue=True), clocks(request, 10))
    assert not in_time(Query(due_before=at[0], overdue=True), clocks(request, 10))


# The order


def test_the_first_deadline_first_then_those_without_then_closed_ones() -> None:
    promise = Promised(due=iso(MONDAY + timedelta(hours=1)), text="call")
    soon, later = opened(promise, id="R-20261123-aaaaaa"), opened(id="R-20261123-bbbbbb")
    older = opened(id="R-20261122-cccccc", opened=MONDAY - timedelta(days=1))
    plain = opened(Waiting(for_="client"), id="R-20261123-dddddd")
    ended = opened(Resolved(outcome="ok"), id="R-20261123-eeeeee")
    keys = {
        "soon": sketch(soon, clocks(soon)).urgency,
        "later": sketch(later, clocks(later)).urgency,
        "older": sketch(older, clocks(older, timed=False)).urgency,
        "plain": sketch(plain, clocks(plain, timed=False)).urgency,
        "ended": sketch(ended, clocks(ended)).urgency,
    }
    assert sorted(keys, key=lambda name: keys[name]) == ["soon", "later", "older", "plain", "ended"]


def test_the_last_one_closed_comes_first_among_the_closed() -> None:
    def closed(name: str, hours: float) -> Request:
        end = Resolved(outcome="ok").stamped(id="e1", n=1, prev="", at=MONDAY + timedelta(hours=hours), by="ivanova")
        return fold(opened(id=f"R-20261123-{name}").header, [end])

    first, last = closed("aaaaaa", 1), closed("bbbbbb", 2)
    assert sketch(last, []).urgency < sketch(first, []).urgency


@st.composite
def requests(draw: st.DrawFn) -> Request:
    name = draw(st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=6, max_size=6))
    header = opened(
        id=f"R-20261123-{name}",
        client=draw(st.sampled_from(["", "zoo"])),
        priority=draw(st.sampled_from(["normal", "urgent"])),
        fields={"weight": draw(st.sampled_from(["", "20"]))},
    ).header
    return fold(header, draw(st.lists(events(), max_size=6)))


@settings(max_examples=40)
@given(st.lists(requests(), max_size=4, unique_by=lambda one: one.id), st.randoms(use_true_random=False))
def test_urgency_is_a_total_order(drawn: list[Request], random: Any) -> None:
    keys = {request.id: sketch(request, clocks(request, 1, timed=bool(request.client))).urgency for request in drawn}
    assert len(set(keys.values())) == len(drawn)
    shuffled = random.sample(drawn, len(drawn))
    in_order = [request.id for request in sorted(drawn, key=lambda one: keys[one.id])]
    assert [request.id for request in sorted(shuffled, key=lambda one: keys[one.id])] == in_order
    closed = [request.closed for request in sorted(drawn, key=lambda one: keys[one.id])]
    assert closed == sorted(closed)


_FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "owner": st.sampled_from(["ivanova", "sidorov"]),
    "in_hands_of": st.sampled_from(["ivanova", "sidorov"]),
    "department": st.sampled_from(["sales", "logistics"]),
    "queue": st.sampled_from(["sales", "logistics"]),
    "status": st.lists(st.sampled_from(STATUSES), min_size=1).map(tuple),
    "stage": st.sampled_from(["intake", "draft"]),
    "client": st.just("zoo"),
    "priority": st.sampled_from(["normal", "urgent"]),
    "opened_by": st.sampled_from(["ivanova", "sidorov"]),
    "handed_by": st.sampled_from(["ivanova", "petrova"]),
    "text": st.sampled_from(["арматуру", "zoo", "e"]),
    "fields": st.just({"weight": "20"}),
}
_ASKED: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({}, optional=_FILTERS)


@given(requests(), _ASKED, st.sets(st.sampled_from(sorted(_FILTERS))))
def test_filters_compose(request: Request, asked: dict[str, Any], part: set[str]) -> None:
    """Asking for two things lists what asking for each of them lists."""
    some = {name: value for name, value in asked.items() if name in part}
    rest = {name: value for name, value in asked.items() if name not in part}
    both = is_listed(request, **asked, everything=True)
    assert both == (is_listed(request, **some, everything=True) and is_listed(request, **rest, everything=True))
    assert is_listed(request, **asked) == (both and ("status" in asked or request.status not in CLOSED))
