"""The vocabulary: every event is read, written and kept as it stands, whatever text it carries."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model import event as event_module
from svcctl.model.event import escape
from svcctl.model.events import VOCABULARY, BadEvent, Event, Unknown, from_dict
from svcctl.model.request import fold
from tests.events import AT, EXAMPLES, HEADER, any_text, events, example

FORMAT_1 = """
taken assigned released handed_off accepted returned recalled noted message_in message_out promised promise_kept
promise_broken waiting resumed stage_started stage_done decided set worked resolved reopened cancelled linked
merged_into rated escalated reminded offer_drafted offer_submitted offer_approved offer_rejected offer_sent
offer_accepted offer_declined attached acknowledged redacted
"""
"""The words of format 1: records of ten years from now are still read by them."""

LINE = {"id": "4f7x2c9k", "n": 1, "prev": "", "at": "2026-11-21T10:05:40+03:00", "by": "ivanova", "do": "taken"}


def read(line: str) -> Event:
    assert line.startswith("- ") and "\n" not in line
    return from_dict(json.loads(line[2:]))


def test_the_vocabulary_is_that_of_format_1() -> None:
    assert sorted(VOCABULARY) == sorted(FORMAT_1.split())


def test_every_word_has_an_example() -> None:
    assert sorted(EXAMPLES) == sorted(VOCABULARY)


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_an_example_names_every_field_of_its_word(do: str) -> None:
    assert set(EXAMPLES[do]) == set(VOCABULARY[do].names)


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_a_line_reads_back_equal(do: str) -> None:
    event = example(do)
    again = read(event.line())
    assert type(again) is type(event)
    assert again == event
    assert again.line() == event.line()


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_the_envelope_comes_first_in_a_fixed_order(do: str) -> None:
    assert list(json.loads(example(do).line()[2:]))[:6] == ["id", "n", "prev", "at", "by", "do"]


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_every_word_is_applied_to_a_new_request_without_complaint(do: str) -> None:
    assert fold(HEADER, [example(do)]).events[0].do == do


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_each_required_field_is_missed(do: str) -> None:
    whole = example(do).as_dict()
    for field in VOCABULARY[do].required:
        name = field.rstrip("_")
        data = {key: value for key, value in whole.items() if key != name}
        with pytest.raises(BadEvent, match=f"“{do}” lacks “{name}”"):
            from_dict(data)


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_each_field_of_the_wrong_type_is_named(do: str) -> None:
    whole = example(do).as_dict()
    for field in VOCABULARY[do].names:
        name = field.rstrip("_")
        for wrong in (None, 1.5, True, [1], {"a": 1}):
            with pytest.raises(BadEvent, match=f"“{name}” of “{do}” should be"):
                from_dict({**whole, name: wrong})


@pytest.mark.parametrize("field", ["id", "n", "prev", "at", "by", "do"])
def test_the_envelope_is_required(field: str) -> None:
    with pytest.raises(BadEvent, match=f"an event needs “{field}”"):
        from_dict({key: value for key, value in LINE.items() if key != field})
    with pytest.raises(BadEvent, match=f"an event needs “{field}”"):
        from_dict({**LINE, field: None})


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("rec", 5), ("clocks", []), ("clocks", {"resolve": 1}), ("clocks", {"resolve": {"elapsed_s": "long"}})],
)
def test_the_rest_of_the_envelope_has_its_types(field: str, wrong: Any) -> None:
    with pytest.raises(BadEvent, match=f"“{field}” is not what it should be"):
        from_dict({**LINE, field: wrong})


@pytest.mark.parametrize(
    ("at", "why"),
    [
        ("2026-02-30T10:00:00+03:00", "day is out of range"),
        ("2026-11-21T10:00:00", "has no time zone"),
        ("soon", "is not a date and time"),
        ("0001-01-01T00:00:00+03:00", "is not a date and time"),
    ],
)
def test_an_event_happened_at_a_moment_that_exists(at: str, why: str) -> None:
    with pytest.raises(BadEvent, match=why):
        from_dict({**LINE, "at": at})


def test_unknown_words_are_kept_without_effect() -> None:
    data = {**LINE, "do": "teleported", "to": "mars", "crew": ["a", {"b": None}], "mass": 1.5}
    event = from_dict(data)
    assert isinstance(event, Unknown)
    assert event.as_dict() == data
    request = fold(HEADER, [event])
    assert (request.events, request.status, request.owner) == ([event], "new", "")


def test_unknown_keys_are_kept() -> None:
    data = {**LINE, "mood": "good", "more": {"deep": [1, 2, None]}}
    event = from_dict(data)
    assert event.as_dict() == data
    assert fold(HEADER, [event]).owner == "ivanova"


def test_verdicts_and_the_writing_time_are_kept() -> None:
    clocks = {
        "pickup": {
            "verdict": "met",
            "due": "2026-11-21T10:30:00+03:00",
            "elapsed_s": 60,
            "remaining_s": 1440,
            "calendar": "office@1",
            "regulation": "commercial-offer@1",
        }
    }
    data = {**LINE, "rec": "2026-11-21T12:00:00+03:00", "clocks": clocks}
    event = from_dict(data)
    assert event.as_dict() == data
    assert fold(HEADER, [event]).frozen["pickup"]["verdict"] == "met"


def test_empty_fields_are_not_written() -> None:
    line = VOCABULARY["taken"](id="4f7x2c9k", n=1, at=AT, by="ivanova", stage="").line()
    assert list(json.loads(line[2:])) == ["id", "n", "prev", "at", "by", "do"]


@given(events())
def test_any_event_reads_back_equal(event: Event) -> None:
    again = read(event.line())
    assert again == event
    assert again.line() == event.line()


@given(events())
def test_stock_yaml_reads_the_same_line(event: Event) -> None:
    line = event.line()
    assert yaml.safe_load(line) == [json.loads(line[2:])] == [event.as_dict()]


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "12:30",
        "017",
        "1.10",
        "null",
        "~",
        "<<",
        "=",
        "{a: b}",
        "# note",
        "a: b",
        "'\"\\/",
        "\x00\x1b[2J\x7f\x85\u2028\u2029\ufeff",
        "\u202etxt.exe",
        "سلام",
        "שלום",
        "Łódź",
        "数",
        "👩‍👩‍👧",
        "\U0001f1f5\U0001f1f1",
        "\ufffe\uffff\U0010ffff",
        "\xa0\u3000 \t",
        "line\nbreak\r\n",
        " - ",
        "--- \n...",
    ],
)
def test_hostile_text_survives_json_and_yaml(text: str) -> None:
    event = example("noted", text=text)
    line = event.line()
    assert read(line).as_dict()["text"] == text
    assert yaml.safe_load(line)[0]["text"] == text
    assert getattr(yaml, "CSafeLoader", None) is None or yaml.load(line, yaml.CSafeLoader)[0]["text"] == text


def test_letters_stay_readable_and_what_is_not_printable_is_escaped() -> None:
    assert escape("Łódź Казань 数 👩") == "Łódź Казань 数 👩"
    assert escape("\u202e\u2028\ufeff\x85") == "\\u202e\\u2028\\ufeff\\u0085"


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(), any_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(any_text, inner, max_size=3)),
    max_leaves=6,
)


@given(
    st.sampled_from(sorted(VOCABULARY)),
    st.dictionaries(st.sampled_from(["to", "stage", "text", "due", "n", "at", "do"]), _json),
)
def test_reading_any_object_gives_an_event_or_a_reason(do: str, changes: dict[str, Any]) -> None:
    try:
        event = from_dict({**example(do).as_dict(), **changes})
    except BadEvent as error:
        assert str(error.message)
    else:
        assert isinstance(event, Event)


@given(events())
def test_the_quick_way_reads_what_the_whole_way_reads(event: Event) -> None:
    data = event.as_dict()
    quick = event_module._simple_event(data)
    whole = event_module._any_event(data)
    assert quick is None or (type(quick), quick.__dict__) == (type(whole), whole.__dict__)


def test_the_quick_way_reads_the_daily_events() -> None:
    daily = ("taken", "handed_off", "accepted", "noted", "message_out", "promised", "resolved", "stage_started")
    assert all(event_module._simple_event(example(do).as_dict()) is not None for do in daily)


@pytest.mark.parametrize("do", [None, 1, [], {}, "x" * 10])
def test_a_name_that_is_none_is_no_quick_one(do: object) -> None:
    assert event_module._simple_event({**example("taken").as_dict(), "do": do}) is None


@given(
    st.sampled_from(sorted(VOCABULARY)),
    st.dictionaries(
        st.sampled_from(["activity", "columns", "extra", "rec", "for", "note", "clocks", "x"]),
        st.one_of(st.text(), st.integers(), st.dictionaries(st.text(), st.text())),
    ),
)
def test_the_quick_way_to_read_an_event_reads_what_the_careful_one_reads(do: str, more: dict[str, Any]) -> None:
    data = {**example(do).as_dict(), **more}
    quick = event_module._simple_event(data)
    if quick is not None:
        careful = event_module._any_event(data)
        assert quick.__dict__ == careful.__dict__
        assert quick.line() == careful.line()
