"""Cases as requests: the header, ids that depend on the log only, logs that grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from svcctl.exchange.cases import Planned, Rules, count_events, event_ids, planned, request_id
from svcctl.exchange.eventlog import Case, LogEvent
from svcctl.exchange.mapping import parse_meaning
from svcctl.model.ids import is_request_id
from svcctl.model.request import Request, fold
from svcctl.store.records import dump_record, parse_record

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def event(number: int, activity: str, person: str = "Anna A.", **more: str) -> LogEvent:
    at = START + timedelta(hours=number)
    return LogEvent("C-7", activity, person, at, at.replace(tzinfo=None).isoformat(), more, number + 2)


RULES = Rules(
    "Helpdesk",
    {name: parse_meaning(name) for name in ("taken", "resolved", "noted", "waiting", "closed")},
    {"Anna A.": "anna", "Boris": "boris", "": "unknown"},
    {"anna": ("anna", "Anna A.", "a@example.com"), "boris": ("boris", "Boris B."), "unknown": ()},
    datetime(2026, 11, 21, 12, tzinfo=UTC),
    type="ticket",
    department="support",
    regulation="callback@2",
)
CASE = Case("C-7", {"variant": "v 1", "log": "x"}, [event(0, "taken"), event(1, "resolved", "Boris", Cost="3.50")])


class Made:
    """The request that an earlier import has made."""

    def __init__(self, plan: Planned) -> None:
        assert plan.header is not None
        self.id, self.header, self.written = plan.id, plan.header, plan.events

    @property
    def events(self) -> frozenset[str]:
        return frozenset(event.id for event in self.written)

    def request(self) -> Request:
        return fold(self.header, self.written)


def plan_of(case: Case, known: Made | None = None, rules: Rules = RULES) -> Planned:
    plan = planned(case, rules, known, ())
    assert plan is not None
    return plan


def test_the_header_says_what_the_log_says() -> None:
    header = plan_of(CASE).header
    assert header is not None
    assert is_request_id(header.id) and header.id.startswith("R-20260105-")
    assert (header.title, header.type, header.by, header.opened) == ("C-7", "ticket", "anna", START)
    assert (header.department, header.regulation) == ("support", "callback@2")
    assert header.fields == {"log": "Helpdesk", "case": "C-7", "variant": "v 1", "case:log": "x"}


def test_a_column_can_give_the_title() -> None:
    titled = CASE._replace(attributes={"subject": "Printer\n is out"})
    for column in ("subject", "case:subject"):
        header = plan_of(titled, rules=RULES._replace(title=column)).header
        assert header is not None and header.title == "Printer is out"
    header = plan_of(CASE, rules=RULES._replace(title="Cost")).header
    assert header is not None and header.title == "3.50"


def test_an_event_keeps_the_logs_own_words() -> None:
    taken, resolved = plan_of(CASE).events
    assert (taken.do, taken.by, taken.at, taken.rec) == ("taken", "anna", START, "2026-11-21T12:00:00+00:00")
    assert taken.extra == {"activity": "taken"}
    assert resolved.extra == {"activity": "resolved", "columns": {"Cost": "3.50", "resource": "Boris"}}


def test_an_address_that_the_team_has_does_not_spread_into_records() -> None:
    rules = RULES._replace(people={"A@Example.com": "anna"})
    plan = plan_of(CASE._replace(events=[event(0, "taken", "A@Example.com")]), rules=rules)
    assert plan.events[0].extra == {"activity": "taken"}


def test_columns_cannot_take_the_place_of_an_events_own_fields() -> None:
    nasty = CASE._replace(events=[event(0, "noted", id="x", text="y", do="z", note="w")])
    plan = plan_of(nasty)
    assert plan.header is not None
    record = parse_record(dump_record(plan.header, plan.events), f"requests/2026/01/05/{plan.id}.yaml")
    assert record.problems == []
    assert record.events[0].extra["columns"] == {"id": "x", "text": "y", "do": "z", "note": "w"}


def test_ids_depend_on_what_the_log_says_only() -> None:
    assert event_ids("Helpdesk", CASE) == event_ids("Helpdesk", CASE._replace(attributes={}))
    # These ids stand in people's desks: another way to make them would import every log a second time.
    assert event_ids("Helpdesk", CASE) == ["8pp0qpfq", "ns8qd5j8"]
    assert request_id("Helpdesk", CASE, ()) == "R-20260105-w54r3c"
    assert set(event_ids("Helpdesk", CASE)).isdisjoint(event_ids("Other", CASE))
    moved = CASE._replace(events=[event(0, "noted"), *CASE.events])
    assert event_ids("Helpdesk", moved)[1:] == event_ids("Helpdesk", CASE)


def test_equal_events_have_ids_of_their_own() -> None:
    twice = CASE._replace(events=[event(0, "taken"), event(0, "taken")])
    first, second = event_ids("Helpdesk", twice)
    assert first != second
    assert event_ids("Helpdesk", CASE._replace(events=[event(0, "taken")])) == [first]


def test_a_request_id_that_is_used_gives_way_to_the_next_and_always_the_same() -> None:
    first = request_id("Helpdesk", CASE, ())
    second = request_id("Helpdesk", CASE, {first})
    assert second[:11] == first[:11] and second != first
    assert request_id("Helpdesk", CASE, {first}) == second


def test_the_same_case_again_adds_nothing() -> None:
    plan = plan_of(CASE)
    assert plan_of(CASE, Made(plan)) == Planned(plan.id, None, [])


def test_a_record_that_cannot_be_read_is_left_alone() -> None:
    class Broken(Made):
        def request(self) -> None:  # type: ignore[override]
            return None

    grown = CASE._replace(events=[*CASE.events, event(2, "closed")])
    assert planned(grown, RULES, Broken(plan_of(CASE)), ()) is None


def test_what_each_activity_became_is_counted() -> None:
    case = CASE._replace(events=[event(0, "taken"), event(1, "taken"), event(2, "resolved"), event(3, "taken")])
    assert count_events([plan_of(case)]) == {"taken": {"taken": 1, "noted": 2}, "resolved": {"resolved": 1}}


rows = st.lists(
    st.tuples(st.sampled_from(["taken", "resolved", "noted", "waiting", "closed"]), st.sampled_from(["Anna A.", ""])),
    min_size=1,
    max_size=12,
)


@given(rows, st.data())
def test_a_log_that_grows_anywhere_loses_nothing_and_adds_nothing_twice(
    steps: list[tuple[str, str]], data: st.DataObject
) -> None:
    events = [event(number // 2, activity, person) for number, (activity, person) in enumerate(steps)]
    kept = data.draw(st.lists(st.booleans(), min_size=len(events), max_size=len(events)).filter(any))
    whole = CASE._replace(events=events)
    part = CASE._replace(events=[one for one, keep in zip(events, kept, strict=True) if keep])
    first = plan_of(part)
    second = plan_of(whole, Made(first))
    assert second.id == first.id and second.header is None
    assert first.header is not None
    grown = fold(first.header, [*first.events, *second.events])
    assert [one.n for one in grown.events] == list(range(1, len(grown.events) + 1))
    assert sorted(one.id for one in grown.events if "activity" in one.extra) == sorted(event_ids("Helpdesk", whole))
