"""Messages from and to clients: what stands in the event, what in a file beside it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from svcctl.model.events import Attached, MessageIn, MessageOut
from svcctl.model.problems import Usage
from svcctl.rules.messages import LARGEST_FILE, LONGEST_TEXT, message, safe_name

LONG = "Добрый день! " * 200


def test_a_short_message_stands_in_its_event() -> None:
    events, files = message(MessageIn, "phone", "Где моя арматура?", None)
    assert [event.own_fields() for event in events] == [{"text": "Где моя арматура?", "channel": "phone"}]
    assert type(events[0]) is MessageIn
    assert files == []


def test_the_direction_is_the_event() -> None:
    ((event,), _) = message(MessageOut, "email", "Завтра", None)
    assert type(event) is MessageOut


def test_a_long_body_is_a_file_that_the_event_names() -> None:
    ((event,), files) = message(MessageIn, "email", LONG, None)
    assert isinstance(event, MessageIn)
    assert files == [("body.txt", LONG.encode())]
    assert event.file == "body.txt"
    assert event.text.endswith("…")
    assert LONG.startswith(event.text[:-1])


def test_the_longest_text_that_stays_in_the_record() -> None:
    assert message(MessageIn, "", "x" * LONGEST_TEXT, None)[1] == []
    assert [name for name, _ in message(MessageIn, "", "x" * (LONGEST_TEXT + 1), None)[1]] == ["body.txt"]


def test_an_attachment_has_a_safe_name_and_keeps_its_own() -> None:
    events, files = message(MessageIn, "email", "see", ("чертёж № 5.pdf", b"%PDF"))
    assert files == [("чертёж---5.pdf", b"%PDF")]
    assert isinstance(events[1], Attached)
    assert (events[1].file, events[1].name) == ("чертёж---5.pdf", "чертёж № 5.pdf")


def test_a_long_body_and_an_attachment_of_its_name_are_two_files() -> None:
    events, files = message(MessageIn, "email", LONG, ("body.txt", b"theirs"))
    names = [event.__dict__["file"] for event in events]
    assert dict(files) == {names[0]: LONG.encode(), names[1]: b"theirs"}
    assert len(set(names)) == 2


def test_a_file_that_a_desk_should_not_keep() -> None:
    assert message(MessageIn, "", "x", ("a.bin", b"\0" * LARGEST_FILE))[1]
    with pytest.raises(Usage, match=r"^a\.bin is over 25 MB$") as caught:
        message(MessageIn, "", "x", ("a.bin", b"\0" * (LARGEST_FILE + 1)))
    assert caught.value.code == "large-file"
    assert str(caught.value.hint) == "keep it elsewhere and write its place into the message"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("offer.pdf", "offer.pdf"),
        ("смета_2026-11.xlsx", "смета_2026-11.xlsx"),
        ("../../etc/passwd", "etc-passwd"),
        (".bashrc", "bashrc"),
        ("a b\nc.txt", "a-b-c.txt"),
        ("…", "file"),
        ("", "file"),
        ("a" * 200 + ".pdf", "a" * 156 + ".pdf"),
        ("報告" * 60, "報告" * 26 + "報"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
@example("a" * 150 + "." + "b" * 90)
@example("a." + "b" * 200)
@example("." + "b" * 200)
@example("𠀀" * 80)
@example("0" * 159 + ":0")
def test_a_safe_name_is_one_plain_part_of_a_path(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 160
    assert safe[0] not in ".-"
    assert all(c.isalnum() or c in "._-" for c in safe)
    assert safe_name(safe) == safe
