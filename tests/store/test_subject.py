"""The commit's message: a line of the diary that ``git log`` of a desk is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.events import VOCABULARY, Event
from svcctl.model.ids import short
from svcctl.store.subject import commit_message, event_subject, one_line
from tests.events import EXAMPLES, ID, any_text, events, example

OTHER = "R-20261121-m2xm2x"


@pytest.mark.parametrize(
    ("do", "changes", "subject"),
    [
        ("taken", {}, "taken ivanova"),
        ("assigned", {"note": ""}, "assigned ivanova → kuznetsov"),
        ("handed_off", {}, "handed_off ivanova → logistics: посчитайте доставку до Казани"),
        ("returned", {}, "returned ivanova: нет веса"),
        ("message_in", {}, "message_in ivanova: Где моя арматура?"),
        ("waiting", {}, "waiting ivanova → client: нет чертежей"),
        ("stage_started", {}, "stage_started ivanova logistics → sidorov"),
        ("stage_started", {"to": "ivanova"}, "stage_started ivanova logistics"),
        ("stage_done", {}, "stage_done ivanova intake: ясно"),
        ("stage_done", {"note": ""}, "stage_done ivanova intake: не нужно"),
        ("decided", {}, "decided ivanova: approve"),
        ("decided", {"because": ""}, "decided ivanova: approve"),
        ("set", {}, "set ivanova: priority=urgent"),
        ("set", {"values": {"a": "1", "b": ""}}, "set ivanova: a=1, b="),
        ("worked", {}, "worked ivanova: звонки"),
        ("resolved", {}, "resolved ivanova: КП отправлено"),
        ("linked", {}, f"linked ivanova → {OTHER}"),
        ("merged_into", {}, f"merged_into ivanova → {OTHER}: то же самое"),
        ("rated", {}, "rated ivanova: 9/10 быстро"),
        ("escalated", {}, "escalated ivanova → petrova, sidorov: resolve 100%"),
        ("rated", {"comment": "", "score": 0}, "rated ivanova: 0/10"),
        ("offer_rejected", {}, "offer_rejected ivanova r1: дорого"),
        ("offer_sent", {}, "offer_sent ivanova r1"),
        ("attached", {}, "attached ivanova: чертёж.pdf"),
        ("redacted", {}, "redacted ivanova: паспортные данные"),
    ],
)
def test_what_happened_by_whom_and_to_whom(do: str, changes: dict[str, Any], subject: str) -> None:
    assert event_subject(example(do, **changes)) == subject


@pytest.mark.parametrize("do", sorted(VOCABULARY))
def test_every_word_of_the_vocabulary_says_who(do: str) -> None:
    assert event_subject(example(do)).startswith(f"{do} ivanova")
    assert set(EXAMPLES) == set(VOCABULARY)


@given(events())
def test_any_event_has_a_message_git_can_keep(event: Event) -> None:
    message = commit_message([(ID, [event])])
    subject, empty, body = message.removesuffix("\n").split("\n")
    assert (empty, body) == ("", ID)
    assert subject.startswith(f"R-…k7qm4d {event.do}")
    assert len(subject) <= 160
    message.encode()


def test_several_events_of_a_request_stand_in_their_order() -> None:
    done = example("stage_done", note="")
    started = example("stage_started", to="", by="ivanova")
    assert commit_message([(ID, [done, started])]) == (
        f"R-…k7qm4d stage_done ivanova intake: не нужно; stage_started ivanova logistics\n\n{ID}\n"
    )


def test_several_requests_are_counted_and_named_whole_in_the_body() -> None:
    taken = example("taken")
    assert commit_message([(ID, [taken]), (OTHER, [taken])]) == f"2 requests: taken ivanova\n\n{ID}\n{OTHER}\n"


def test_a_request_without_events_was_opened() -> None:
    assert commit_message([(ID, [])]) == f"R-…{short(ID)}\n\n{ID}\n"
    assert commit_message([(ID, []), (OTHER, [])]).splitlines()[0] == "2 requests: opened"


def test_one_line_keeps_what_holds_letters_together() -> None:
    assert one_line("می\u200cخواهم 👩\u200d🔧") == "می\u200cخواهم 👩\u200d🔧"
    assert one_line("a\tb\r\n\n c\x1b[31m\u202ed") == "a b c [31m d"


def test_one_line_is_cut_with_an_ellipsis() -> None:
    assert one_line("x" * 160) == "x" * 160
    assert one_line("x" * 161) == "x" * 159 + "…"


@given(st.one_of(any_text, st.text(max_size=400)))
def test_one_line_is_one_printable_line(text: str) -> None:
    line = one_line(text)
    assert len(line) <= 160
    assert all(c.isprintable() or c in "\u200c\u200d" for c in line)
    assert one_line(line) == line
