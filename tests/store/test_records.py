"""A record's text: what is written reads back, stock YAML agrees, and a fault stands at its line and column."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from svcctl.model.events import Event
from svcctl.model.ids import record_path
from svcctl.model.request import Header
from svcctl.store.records import Record, append_events, dump_record, parse_record, scalar
from tests.events import HEADER, ID, any_text, events, example, instants

PATH = record_path(ID)
HEAD = f"""\
id: {ID}
title: КП на арматуру
type: offer
opened: 2026-11-21T10:02:11+03:00
by: ivanova
"""
FIRST = example("taken", id="aaaaaaaa", n=1).line()
SECOND = example("noted", id="bbbbbbbb", n=2).line()

line_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
headers = st.builds(
    Header,
    id=st.just(ID),
    title=line_text,
    type=line_text,
    opened=instants,
    by=line_text,
    regulation=any_text,
    client=any_text,
    channel=any_text,
    priority=line_text,
    department=any_text,
    controller=any_text,
    due=st.one_of(st.none(), instants),
    text=any_text.map(lambda text: text.rstrip("\n")),
    fields=st.dictionaries(line_text, any_text, max_size=3),
    extra=st.just({}),
)


def parsed(text: str) -> Record:
    record = parse_record(text, PATH)
    assert record.problems == []
    return record


def faults(text: str) -> list[tuple[str, str, str]]:
    return [
        (str(problem.place).removeprefix(PATH + ":"), problem.code, str(problem.message))
        for problem in parse_record(text, PATH).problems
    ]


# Round trips


@settings(max_examples=60)
@given(headers, st.lists(events(), max_size=3))
def test_a_record_reads_back_equal(header: Header, made: list[Event]) -> None:
    record = parsed(dump_record(header, made))
    assert record.header == header
    assert record.events == made


@settings(max_examples=60)
@given(headers, st.lists(events(), max_size=2))
def test_stock_yaml_reads_the_same_record(header: Header, made: list[Event]) -> None:
    read = yaml.load(dump_record(header, made), yaml.SafeLoader)
    for name in ("id", "title", "type", "by", "regulation", "client", "channel", "priority", "department"):
        assert read.get(name, "") == getattr(header, name)
    assert read.get("text", "").removesuffix("\n") == header.text
    assert read.get("fields") or header.fields == {}
    assert (read["events"] or []) == [event.as_dict() for event in made]
    assert read["opened"] == header.opened


@given(st.lists(events(), max_size=3), st.lists(events(), min_size=1, max_size=3), st.booleans())
def test_appending_keeps_every_byte_before(before: list[Event], more: list[Event], cut: bool) -> None:
    text = dump_record(HEADER, before)
    text = text[:-1] if cut else text
    longer = append_events(text, more)
    assert longer.startswith(text)
    assert parsed(longer).events == [*before, *more]
    assert longer.count("\n") - text.count("\n") == len(more) + cut


def test_a_record_is_written_as_the_format_says() -> None:
    header = Header(
        ID,
        "КП на арматуру А500С 12 мм, 20 т",
        "offer",
        datetime(2026, 11, 21, 10, 2, 11, tzinfo=timezone(timedelta(hours=3))),
        "ivanova",
        "commercial-offer@3",
        "metallstroy",
        "email",
        "normal",
        "sales",
        text="Добрый день!\n\n  Нужна арматура",
        fields={"weight": "20 т", "no": "1.10"},
    )
    assert dump_record(header, [example("taken", id="4f7x2c9k")]) == (
        """\
id: R-20261121-k7qm4d
title: КП на арматуру А500С 12 мм, 20 т
type: offer
regulation: commercial-offer@3
client: metallstroy
channel: email
priority: normal
department: sales
opened: 2026-11-21T10:02:11+03:00
by: ivanova
fields:
  weight: "20 т"
  "no": "1.10"
text: |
  Добрый день!

    Нужна арматура
events:
- {"id": "4f7x2c9k", "n": 1, "prev": "", "at": "2026-11-21T10:05:40+03:00", "by": "ivanova", "do": "taken", """
        """"stage": "intake", "department": "sales"}
"""
    )


@pytest.mark.parametrize(
    "text",
    [
        *"no No NO yes on off y true false null None ~ 12:30 017 0x1F 1_000 1.10 1e5 .inf 2026-11-21".split(),  # noqa: SIM905
        "",
        " x",
        "x ",
        "- x",
        "# x",
        "x # y",
        "x: y",
        "x:",
        "[x",
        "{x",
        "*x",
        "&x",
        "!x",
        "|",
        ">",
        "%x",
        "@x",
        "`x",
        "'x'",
        '"x"',
        "a\tb",
        "a\nb",
        "\u202ea",
        "---",
        "...",
        "=",
        "<<",
        "x\u00a0y",
        "x\u0085y",
        "é\u0301",
    ],
)
def test_a_value_that_yaml_would_take_for_something_else_is_quoted(text: str) -> None:
    written = scalar(text)
    assert written.startswith('"') and "\n" not in written
    for loader in (yaml.SafeLoader, yaml.BaseLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        assert yaml.load(f"a: {written}\n", loader) == {"a": text}


@pytest.mark.parametrize("text", ["Прайс на арматуру", "Łódź", "سلام", "a/b, c (d)", "e", "nobody", "Yesterday"])
def test_a_value_that_is_plain_in_every_yaml_stays_plain(text: str) -> None:
    assert scalar(text) == text
    assert yaml.safe_load(f"a: {text}\n") == {"a": text}


def test_a_record_saved_by_other_editors_reads_the_same() -> None:
    text = f"{HEAD}text: |\n  one\n  two\nevents:\n{FIRST}\n{SECOND}\n"
    record = parsed(text)
    assert parsed(text.replace("\n", "\r\n")) == record
    assert parsed("\ufeff" + text) == record
    assert parsed(text.replace("events:", "events: # newest last")) == record
    assert parsed(text.replace(FIRST, FIRST + "\n\n")) == record
    assert parsed(f"# a note\n{text}") == record


def test_a_record_without_events_is_whole() -> None:
    assert parsed(HEAD + "events:\n").events == []
    assert parsed(HEAD + "events:").events == []
    assert parsed(HEAD + "events: []\n" + FIRST).events == [example("taken", id="aaaaaaaa", n=1)]


def test_unknown_header_keys_are_kept() -> None:
    header = parsed(HEAD + "mood: good\nevents:\n").header
    assert header is not None and header.extra == {"mood": "good"}


# Faults


@pytest.mark.parametrize(
    ("head", "place", "code", "words"),
    [
        (HEAD.replace("title: КП на арматуру\n", ""), "1:1", "missing", "“title” is missing in the header"),
        (HEAD.replace("offer", ""), "3:6", "missing", "“type” is missing in the header"),
        (HEAD.replace("ivanova", "[ivanova]"), "5:5", "type", "“by” should be a text"),
        (HEAD.replace("-11-21T", "-02-30T"), "4:9", "instant", "day is out of range for month"),
        (HEAD.replace("+03:00", ""), "4:9", "instant", "has no time zone"),
        (HEAD + "due: soon\n", "6:6", "instant", "“soon” is not a date and time"),
        (HEAD.replace("k7qm4d", "aaaaaa"), "1:5", "id", "is not the file's name"),
        (HEAD.replace(ID, "x"), "1:5", "id", "the id “x” is not the file's name"),
        (HEAD + "fields: [a]\n", "6:9", "type", "“fields” should be names with their values"),
        (HEAD + "fields: {a: [b]}\n", "6:9", "type", "“fields” should be names with their values"),
        (HEAD + "title: again\n", "6:1", "yaml-duplicate", "stands here a second time"),
        (HEAD.replace("КП", "[КП"), "3:5", "yaml-syntax", "not valid YAML"),
        (HEAD.replace("КП", "\0КП"), "2:8", "yaml-character", "U+0000"),
    ],
)
def test_a_fault_of_the_header_has_its_place(head: str, place: str, code: str, words: str) -> None:
    record = parse_record(f"{head}events:\n{FIRST}\n", PATH)
    assert [(str(p.place), p.code) for p in record.problems] == [(f"{PATH}:{place}", code)]
    assert words in str(record.problems[0].message)
    assert record.events == [example("taken", id="aaaaaaaa", n=1)]


def test_all_faults_of_a_header_are_told() -> None:
    head = HEAD.replace("КП на арматуру", "").replace("-11-21T", "-02-30T").replace("ivanova", "")
    assert [row[0] for row in faults(head + "events:\n")] == ["2:7", "5:4", "4:9"]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("garbage", 1, "an event is one line"),
        ("<<<<<<< ours", 1, "an event is one line"),
        ("  " + FIRST, 1, "an event is one line"),
        ("- do: taken", 3, "not valid JSON"),
        ("- []", 1, "an event is a JSON object"),
        ('- "taken"', 1, "an event is a JSON object"),
        ("- {}", 1, "an event needs “id”"),
        (FIRST[:-1], len(FIRST), "not valid JSON"),
        (FIRST[:40], None, "not valid JSON"),
        (FIRST + "}", len(FIRST) + 1, "not valid JSON"),
        (FIRST.replace('"n": 1', '"n": nope'), FIRST.index('"n": 1') + 6, "not valid JSON"),
        (FIRST.replace('"n": 1', '"n": NaN'), 1, "NaN is no JSON"),
        (FIRST.replace('"n": 1', '"n": "1"'), 1, "an event needs “n”"),
        (FIRST.replace('"n": 1', '"n": 1, "n": 2'), 1, "a key stands in the event twice"),
        (FIRST.replace('"n": 1', '"n": ' + "1" * 5000), 1, "not valid JSON"),
        (FIRST.replace("-11-21T", "-02-30T"), 1, "day is out of range for month"),
        (FIRST.replace('"intake"', "[]"), 1, "“stage” of “taken” should be str"),
        (FIRST.replace('"intake"', '"\\ud800"'), 1, "not valid JSON"),
        ("- " + "[" * 100_000, 1, "not valid JSON"),
        ("- " + '{"a":' * 20_000, 1, "not valid JSON"),
    ],
)
def test_a_broken_line_does_not_hide_the_others(row: str, column: int | None, words: str) -> None:
    record = parse_record(f"{HEAD}events:\n{row}\n{SECOND}\n", PATH)
    assert record.events == [example("noted", id="bbbbbbbb", n=2)]
    (problem,) = record.problems
    assert (problem.path, problem.line, problem.code) == (PATH, 7, "bad-event")
    assert column is None or problem.column == column
    assert words in str(problem.message)
    assert "git log -L7,7:" in str(problem.remedy)


def test_every_broken_line_is_told() -> None:
    text = f"{HEAD}events:\nx\n{FIRST}\ny\n\n{SECOND}\nz\n"
    assert [row[0] for row in faults(text)] == ["7:1", "9:1", "12:1"]


@pytest.mark.parametrize("end", ["", f"events: [{FIRST[2:]}]\n", "events: {}\n", "eventss:\n"])
def test_events_have_a_line_of_their_own(end: str) -> None:
    found = faults(HEAD + end)
    assert [row[1] for row in found] == ["no-events"]
    assert "has no “events:” line" in found[0][2]


def test_an_empty_record_lacks_everything() -> None:
    assert {row[1] for row in faults("")} == {"missing", "no-events"}


@given(st.text(max_size=60), any_text)
def test_any_text_gives_a_record_or_problems(head: str, tail: str) -> None:
    text: Any = f"{head}\nevents:\n- {tail}".encode("utf-8", "replace").decode()
    record = parse_record(text, PATH)
    assert record.header is not None or record.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in record.problems)


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from('{}[]":,\n\\- x\0')), max_size=4))
def test_a_damaged_record_is_read_or_its_faults_are_told(damage: list[tuple[int, str]]) -> None:
    text = dump_record(HEADER, [example("taken"), example("noted", id="bbbbbbbb", n=2)])
    for at, character in damage:
        text = text[:at] + character + text[at + 1 :]
    record = parse_record(text, PATH)
    assert record.header is not None or record.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in record.problems)
