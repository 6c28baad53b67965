"""Notes, messages, promises and ratings: kept word for word, and promises are settled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Svc


def events(svc: Svc, request: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = svc.json(f"show {request}")["events"]
    return found


def refused(svc: Svc, words: list[str], code: int = 1) -> str:
    head = svc.git("rev-parse", "HEAD")
    complaint = svc(words, code=code).err
    assert svc.git("rev-parse", "HEAD") == head
    assert svc.git("status", "--porcelain") == ""
    return complaint


def test_a_note_is_kept_word_for_word(svc: Svc) -> None:
    request = svc.new()
    svc(["note", request, "-m", "  звонить до полудня\n\n«да»  "])
    svc(["note", request, "-m", "-"], feed="from a pipe\nline two\n")
    assert [event["text"] for event in events(svc, request)] == [
        "  звонить до полудня\n\n«да»  ",
        "from a pipe\nline two",
    ]


def test_one_note_for_several_requests(svc: Svc) -> None:
    first, second = svc.new(), svc.new()
    before = int(svc.git("rev-list", "--count", "HEAD"))
    svc(["note", first, second, "-m", "both"])
    assert int(svc.git("rev-list", "--count", "HEAD")) == before + 1
    assert [events(svc, request)[0]["text"] for request in (first, second)] == ["both", "both"]


def test_a_closed_request_still_takes_notes_and_messages(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"resolve {request} -m done")
    svc(f"note {request} -m later")
    svc(f"message {request} in -m thanks")
    assert svc.json(f"show {request}")["status"] == "resolved"


def test_messages_name_their_direction_and_channel(svc: Svc) -> None:
    request = svc.new()
    svc(f"message {request} in --channel phone -m 'where is it?'")
    svc(f"message {request} out --channel email -m tomorrow", now="2026-11-23T10:20:00+03:00")
    assert [(event["do"], event["channel"], event["text"]) for event in events(svc, request)] == [
        ("message_in", "phone", "where is it?"),
        ("message_out", "email", "tomorrow"),
    ]


def test_an_unknown_channel_or_direction(svc: Svc) -> None:
    request = svc.new()
    complaint = refused(svc, ["message", request, "in", "--channel", "phon", "-m", "x"])
    assert "“phon” is no channel of channels.yaml" in complaint and "did you mean “phone”?" in complaint
    assert "'sideways' is not one of 'in', 'out'" in refused(svc, ["message", request, "sideways", "-m", "x"], code=2)
    assert "Missing option '-m'" in refused(svc, ["message", request, "in"], code=2)


def test_a_message_from_the_client_starts_the_update_clock(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"message {request} in -m hello")
    (clock,) = [clock for clock in svc.json(f"show {request}")["clocks"] if clock["name"] == "update"]
    assert (clock["due"], clock["verdict"]) == ("2026-11-23T15:00:00+03:00", "running")
    svc(f"message {request} out -m hi", now="2026-11-23T15:00:01+03:00")
    (clock,) = [clock for clock in svc.json(f"show {request}")["clocks"] if clock["name"] == "update"]
    assert (clock["verdict"], clock["stopped"]) == ("missed", "2026-11-23T15:00:01+03:00")


def test_a_long_body_is_a_file_beside_the_record(svc: Svc) -> None:
    request = svc.new()
    body = "строка письма\n" * 400
    svc(["message", request, "in", "-m", "-"], feed=body)
    (event,) = events(svc, request)
    assert len(event["text"]) < 300 and event["text"].startswith("строка письма")
    assert event["file"].startswith("files/2026/11/23/R-20261123-")
    assert svc.git("show", f"HEAD:{event['file']}").strip("\n") == body.strip("\n")
    assert (svc.folder / event["file"]).exists()
    assert svc.git("status", "--porcelain") == ""


def test_a_file_that_came_with_a_message_is_kept(svc: Svc, tmp_path: Path) -> None:
    request = svc.new()
    file = tmp_path / "чертёж №1;$(x).pdf"
    file.write_bytes(b"%PDF\0\xff\r\n")
    svc(["message", request, "in", "-m", "see drawing", "--file", str(file)])
    said, attached = events(svc, request)
    assert (said["do"], attached["do"], attached["name"]) == ("message_in", "attached", "чертёж №1;$(x).pdf")
    assert (svc.folder / attached["file"]).read_bytes() == b"%PDF\0\xff\r\n"
    assert attached["file"].split("/")[-1].startswith(attached["id"])
    assert svc.git("status", "--porcelain") == ""
    assert int(svc.git("rev-list", "--count", "HEAD~1..HEAD")) == 1


def test_a_file_that_is_not_there(svc: Svc) -> None:
    request = svc.new()
    complaint = refused(svc, ["message", request, "in", "-m", "x", "--file", "/nowhere/x.pdf"])
    assert "cannot read /nowhere/x.pdf" in complaint


# Promises


def test_a_promise_is_kept(svc: Svc) -> None:
    request = svc.new()
    shown = svc.json(["promise", request, "--at", "tomorrow 15:00", "-m", "the engineer calls"])
    (promise,) = shown["promises"]
    assert (promise["text"], promise["due"], promise["by"], promise["status"]) == (
        "the engineer calls",
        "2026-11-24T15:00:00+03:00",
        "ivanova",
        "open",
    )
    (promise,) = svc.json(f"kept {request}", now="2026-11-24T14:00:00+03:00")["promises"]
    assert (promise["status"], promise["settled"]) == ("kept", "2026-11-24T14:00:00+03:00")


@pytest.mark.parametrize("when", ["завтра 15:00", "jutro 15:00", "tomorrow 15:00", "2026-11-24T15:00", "вт 15:00"])
def test_a_moment_as_people_type_it(svc: Svc, when: str) -> None:
    shown = svc.json(["promise", svc.new(), "--at", when, "-m", "x"])
    assert shown["promises"][0]["due"] == "2026-11-24T15:00:00+03:00"


def test_a_broken_promise_needs_a_reason(svc: Svc) -> None:
    request = svc.new()
    svc(f"promise {request} --at '+4h' -m x")
    assert "Missing option '-m'" in refused(svc, ["broken", request], code=2)
    (promise,) = svc.json(f"broken {request} -m ill")["promises"]
    assert (promise["status"], promise["why"]) == ("broken", "ill")


def test_a_promise_is_settled_once(svc: Svc) -> None:
    request = svc.new()
    assert "no promise is open" in refused(svc, ["kept", request])
    shown = svc.json(f"promise {request} --at +4h -m call")
    svc(f"kept {request}")
    assert "no promise is open" in refused(svc, ["kept", request])
    which = shown["promises"][0]["id"]
    assert "the promise “call” is settled already" in refused(svc, ["broken", request, "--promise", which, "-m", "x"])
    assert "no promise is open" in refused(svc, ["kept", request, "--promise", "zzzzzzzz"])


def test_of_several_promises_the_named_one_or_the_first_due(svc: Svc) -> None:
    request = svc.new()
    svc(f"promise {request} --at '2026-11-25 10:00' -m later")
    shown = svc.json(f"promise {request} --at '2026-11-24 10:00' -m sooner")
    later = next(promise["id"] for promise in shown["promises"] if promise["text"] == "later")
    shown = svc.json(f"kept {request}")
    assert {promise["text"]: promise["status"] for promise in shown["promises"]} == {"later": "open", "sooner": "kept"}
    shown = svc.json(f"broken {request} --promise {later} -m x")
    assert {promise["text"]: promise["status"] for promise in shown["promises"]} == {
        "later": "broken",
        "sooner": "kept",
    }


@pytest.mark.parametrize("when", ["2026-11-23 09:59", "yesterday 15:00", "2026-02-30 10:00", "25:00", "soon", ""])
def test_a_promise_is_for_a_moment_that_comes(svc: Svc, when: str) -> None:
    request = svc.new()
    refused(svc, ["promise", request, "--at", when, "-m", "x"], code=2)


def test_the_clock_of_a_promise(svc: Svc) -> None:
    request = svc.new()
    svc(f"promise {request} --at '2026-11-24 15:00' -m x")

    def verdict(now: str) -> str:
        (clock,) = [clock for clock in svc.json(f"show {request}", now=now)["clocks"] if clock["name"] == "promise"]
        return str(clock["verdict"])

    assert verdict("2026-11-24T15:00:00+03:00") == "running"
    assert verdict("2026-11-24T15:00:01+03:00") == "late"
    svc(f"kept {request}", now="2026-11-24T16:00:00+03:00")
    assert verdict("2026-11-25T10:00:00+03:00") == "missed"


# Ratings


def test_a_rating(svc: Svc) -> None:
    request = svc.new()
    assert svc.json(f"rate {request} 9 -m quick")["score"] == 9
    assert "9/10 quick" in svc(f"show {request}").out
    assert svc.json(f"rate {request} 0")["score"] == 0


@pytest.mark.parametrize(("score", "code"), [("11", 2), ("-1", 2), ("9.5", 2), ("good", 2)])
def test_a_rating_outside_the_scale(svc: Svc, score: str, code: int) -> None:
    refused(svc, ["rate", svc.new(), score], code)


def test_a_rating_of_eleven_says_the_scale(svc: Svc) -> None:
    assert "a rating is a whole number from 0 to 10, not 11" in refused(svc, ["rate", svc.new(), "11"], 2)


def test_what_says_nothing_is_not_written_down(svc: Svc) -> None:
    request = svc.new()
    for words in (["note", request, "-m", " "], ["message", request, "out", "-m", ""], ["cancel", request, "-m", ""]):
        assert "is empty" in refused(svc, words, 2)
