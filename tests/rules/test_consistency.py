"""Records against themselves and one another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from svcctl.model.event import Event
from svcctl.model.events import from_dict
from svcctl.model.problems import Place, Problem
from svcctl.model.request import Header
from svcctl.rules.consistency import Index, Seen, check_record, unnamed

ID = "R-20261121-k7qm4d"
OTHER = "R-20261121-8x3m2p"
PATH = f"requests/2026/11/21/{ID}.yaml"
FILE = f"files/2026/11/21/{ID}/aaaaaaa1-drawing.pdf"
HEADER = Header(ID, "Rebar", "offer", datetime(2026, 11, 21, tzinfo=UTC), "ivanova", client="zoo", department="sales")
INDEX = Index(
    {ID, OTHER}, {FILE}, {"zoo"}, {"email"}, {"ivanova", "petrov"}, {"sales", "logistics"}, {"offer@1"}.__contains__
)


def event(id: str, n: int, prev: str, do: str = "noted", **values: Any) -> Event:
    own = {"text": "x"} if do == "noted" and "text" not in values else {}
    at = {"at": f"2026-11-21T10:{n % 60:02}:00+03:00", "by": "ivanova"}
    return from_dict({"id": id, "n": n, "prev": prev, **at, "do": do, **own, **values})


def found(*events: Event, header: Header = HEADER, index: Index = INDEX, seen: Seen | None = None) -> list[Problem]:
    def where(key: str) -> Place:
        return Place(key, 1, 1)

    return check_record(header, events, PATH, where, index, seen or Seen())


def one(*events: Event, **settings: Any) -> tuple[str, str, str]:
    """The only problem: where it was placed, its code and its words."""
    (problem,) = found(*events, **settings)
    assert problem.remedy is not None
    return problem.path, problem.code, str(problem.message)


def test_a_sound_record() -> None:
    assert found(event("aaaaaaa1", 1, "", file=FILE), event("aaaaaaa2", 2, "aaaaaaa1")) == []


def test_two_clones_that_wrote_at_once_are_sound() -> None:
    assert (
        found(
            event("aaaaaaa1", 1, ""),
            event("aaaaaaa2", 2, "aaaaaaa1"),
            event("bbbbbbb1", 2, "aaaaaaa1"),
            event("bbbbbbb2", 3, "bbbbbbb1"),
        )
        == []
    )


def test_an_event_that_stands_twice() -> None:
    twice = event("aaaaaaa1", 1, "")
    assert one(twice, twice) == ("aaaaaaa1", "duplicate-event", "the event aaaaaaa1 stands here 2 times")


def test_two_events_of_one_id() -> None:
    assert one(event("aaaaaaa1", 1, ""), event("aaaaaaa1", 1, "", text="y")) == (
        "aaaaaaa1",
        "duplicate-event",
        "different events have the id aaaaaaa1; only the first one counts",
    )


def test_two_clones_that_told_the_same_are_sound() -> None:
    """What was told has an id that follows from the matter, so both clones' lines are one event."""
    told: dict[str, Any] = {"do": "escalated", "clock": "resolve", "level": "100%", "to": ["petrova"]}
    here = [event("t", 1, "", **told), event("b", 2, "t")]
    there = [event("a", 1, ""), event("t", 2, "a", **told)]
    assert found(*here, *there) == found(*there, *here) == []
    assert found(event("t", 1, "", **told), event("t", 1, "", **{**told, "level": "50%"})) != []


def test_a_copied_record_is_told_from_chance() -> None:
    seen = Seen()
    seen.events["aaaaaaa1"] = ("requests/other.yaml", event("aaaaaaa1", 1, ""))
    assert one(event("aaaaaaa1", 1, ""), event("aaaaaaa2", 2, "aaaaaaa1"), seen=seen) == (
        "aaaaaaa1",
        "duplicate-event",
        "the event aaaaaaa1 stands in requests/other.yaml too",
    )
    seen = Seen()
    seen.events["aaaaaaa1"] = ("requests/other.yaml", event("aaaaaaa1", 1, "", at="2026-01-01T10:00:00+03:00"))
    assert found(event("aaaaaaa1", 1, ""), seen=seen) == []


@pytest.mark.parametrize(
    ("events", "place", "code", "words"),
    [
        (
            [("aaaaaaa2", 2, "aaaaaaa1")],
            "aaaaaaa2",
            "lost-event",
            "the event aaaaaaa1, which aaaaaaa2 followed, is missing",
        ),
        ([("aaaaaaa1", 0, "")], "aaaaaaa1", "order", "the event aaaaaaa1 has n 0, but names no event before it"),
        ([("aaaaaaa1", 5, "")], "aaaaaaa1", "order", "the event aaaaaaa1 has n 5, but names no event before it"),
        (
            [("aaaaaaa1", 1, ""), ("aaaaaaa2", 1, "aaaaaaa1")],
            "aaaaaaa2",
            "order",
            "the event aaaaaaa2 has n 1, no more than the one before it",
        ),
    ],
)
def test_the_order_of_events(events: list[tuple[str, int, str]], place: str, code: str, words: str) -> None:
    assert one(*(event(*values) for values in events)) == (place, code, words)


@pytest.mark.parametrize(
    ("header", "place", "code", "words"),
    [
        ({"by": "ivanov"}, "by", "unknown-person", "team.yaml has nobody called “ivanov”"),
        ({"controller": "boss"}, "controller", "unknown-person", "team.yaml has nobody called “boss”"),
        ({"client": "zo"}, "client", "unknown-client", "the desk has no client “zo”"),
        ({"channel": "fax"}, "channel", "unknown-channel", "the desk has no channel “fax”"),
        ({"department": "sails"}, "department", "unknown-department", "the desk has no department “sails”"),
        (
            {"regulation": "offer@2"},
            "regulation",
            "no-version",
            "there is no regulation offer@2, now or in the history",
        ),
    ],
)
def test_what_the_header_refers_to(header: dict[str, Any], place: str, code: str, words: str) -> None:
    assert one(header=HEADER._replace(**header)) == (place, code, words)


@pytest.mark.parametrize(
    ("do", "values", "code", "words"),
    [
        ("noted", {"by": "gone"}, "unknown-person", "team.yaml has nobody called “gone”"),
        ("handed_off", {"to": "lgistics"}, "unknown-person", "“lgistics” is neither a person nor a department"),
        ("assigned", {"to": "petro"}, "unknown-person", "“petro” is neither a person nor a department"),
        ("set", {"values": {"client": "zo"}}, "unknown-client", "the desk has no client “zo”"),
        ("set", {"values": {"regulation": "x@1"}}, "no-version", "there is no regulation x@1, now or in the history"),
        ("linked", {"to": "R-20261121-000000"}, "no-such-request", "there is no request R-20261121-000000"),
        ("merged_into", {"into": "R-20261121-000000"}, "no-such-request", "there is no request R-20261121-000000"),
        ("noted", {"file": FILE + "x"}, "missing-file", f"the file {FILE}x is missing"),
        (
            "noted",
            {"file": "desk.yaml"},
            "file-outside",
            f"the event aaaaaaa1 names a file outside files/2026/11/21/{ID}/",
        ),
        ("rated", {"score": 11}, "event-value", "rated: a rating is a whole number from 0 to 10, not 11"),
    ],
)
def test_what_an_event_refers_to(do: str, values: dict[str, Any], code: str, words: str) -> None:
    assert one(event("aaaaaaa1", 1, "", do, **values)) == ("aaaaaaa1", code, words)


def test_a_value_that_was_mended_later_is_sound() -> None:
    mended = event("aaaaaaa1", 1, "", "set", values={"client": "zoo"})
    assert found(mended, header=HEADER._replace(client="zo")) == []


def test_a_person_is_named_once_a_record() -> None:
    assert len(found(event("aaaaaaa1", 1, "", by="gone"), event("aaaaaaa2", 2, "aaaaaaa1", by="gone"))) == 1


def test_a_redacted_event_may_have_lost_its_file() -> None:
    redacted = event("aaaaaaa2", 2, "aaaaaaa1", "redacted", event="aaaaaaa1", why="passport")
    assert found(event("aaaaaaa1", 1, "", file=FILE + "x"), redacted) == []


def test_nothing_is_said_of_people_while_the_team_cannot_be_read() -> None:
    index = INDEX._replace(people=None, departments=None, channels=None)
    header = HEADER._replace(by="nobody", channel="fax", department="x")
    assert found(event("aaaaaaa1", 1, "", "handed_off", to="x"), header=header, index=index) == []


def test_a_record_in_the_folder_of_another_day() -> None:
    (problem,) = check_record(HEADER, [], f"requests/2026/11/22/{ID}.yaml", Place, INDEX, Seen())
    assert (problem.code, str(problem.remedy)) == ("path", f"git mv requests/2026/11/22/{ID}.yaml {PATH}")


def test_files_that_no_event_names() -> None:
    seen = Seen()
    seen.named.add(FILE)
    stray = f"files/2026/11/21/{OTHER}/x.pdf"
    assert [problem.path for problem in unnamed({FILE, stray}, seen, ())] == [stray]
    assert list(unnamed({FILE, stray}, seen, {OTHER})) == []
