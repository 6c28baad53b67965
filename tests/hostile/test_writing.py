"""What people type into commands that write: nothing of it forges a commit, leads out of the desk, or is run."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import Svc
from tests.hostile.corpus_texts import TEXTS
from tests.hostile.ground import CANARY

FORGED = "x\n\nSigned-off-by: Petrova <petrova@example.com>\nCo-authored-by: Kim <kim@example.com>"
SAID = r"(?s).*"


def trailers(svc: Svc) -> str:
    """What git takes for trailers in the last commit's message."""
    message = svc.git("log", "-1", "--format=%B")
    words = ["git", "interpret-trailers", "--parse"]
    return subprocess.run(words, input=message, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "line",
    [
        ["note", "ID", "-m", FORGED],
        ["message", "ID", "in", "-m", FORGED],
        ["promise", "ID", "--at", "+2h", "-m", FORGED],
        ["wait", "ID", "--for", "client", "-m", FORGED],
        ["set", "ID", f"place={FORGED}"],
        ["handoff", "ID", "--to", "logistics", "-m", FORGED],
        ["cancel", "ID", "-m", FORGED],
        ["new", "title", "--text", FORGED],
        ["client", "add", "forger", "--name", FORGED.replace("\n", " ")],
    ],
    ids=lambda line: line[0],
)
def test_no_text_becomes_a_trailer_of_its_commit(svc: Svc, line: list[str]) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc([request if word == "ID" else word for word in line], err=SAID)
    assert trailers(svc) == ""
    assert svc.git("log", "-1", "--format=%an <%ae>").strip() == "Анна Иванова <ivanova@example.com>"


NAMES = [
    name if number % 8 == 0 else pytest.param(name, marks=pytest.mark.long) for number, name in enumerate(sorted(TEXTS))
]


@pytest.mark.parametrize("name", NAMES)
def test_any_text_is_noted_as_it_was_typed_and_nothing_of_it_is_run(svc: Svc, name: str) -> None:
    text = TEXTS[name].replace("\0", "")[:20_000]
    request = svc.new()
    svc(["note", request, "-m", text or "x"], err=SAID)
    noted = svc.json(f"show {request}")["events"][-1]
    assert noted["do"] == "noted"
    assert noted["text"].strip() == text.strip() or noted["file"]
    assert svc.json("fsck")["problems"] == []
    assert svc.git("status", "--porcelain") == ""
    assert not list(svc.folder.parent.rglob(CANARY))
    subject = svc.git("log", "-1", "--format=%s").rstrip("\n")
    assert subject.isprintable() or not set(subject) & set("\x1b\x9b\x9d\x07\r\u202e")


@pytest.mark.parametrize(
    "handle", ["іvanova", "ivаnova", "ｉvanova", "ivanova\u200b", "Ivanova", "ivanova ", "--all", "../x", "."]
)
def test_a_handle_that_looks_like_anothers_is_no_handle(svc: Svc, handle: str) -> None:
    before = svc.git("rev-parse", "HEAD")
    for line in (["team", "add", handle], ["client", "add", handle, "--name", "x"]):
        assert svc(["--as", "petrova", *line], code=2).err
    assert svc(["--as", handle, "note", svc.new(), "-m", "x"], code=1).err or not handle.strip()
    assert svc.git("rev-parse", "HEAD~1") == before


@pytest.mark.parametrize("now", ["2026-11-22T10:00:00+03:00", "2026-11-24T10:00:00+03:00"])
def test_a_clock_that_is_off_by_a_day_loses_and_reorders_nothing(svc: Svc, now: str) -> None:
    request = svc.new()
    svc(f"take {request}", now=now, err=SAID)
    svc(f"note {request} -m after")
    events = svc.json(f"show {request}")["events"]
    assert [event["do"] for event in events[-2:]] == ["taken", "noted"]
    assert [event["n"] for event in events] == sorted(event["n"] for event in events)
    assert svc.json("fsck")["problems"] == []


@pytest.mark.parametrize("at", ["10000-01-01T10:00", "9999-12-31T23:59", "0001-01-01", "99999-11-23", "+99999999999d"])
def test_moments_beyond_the_calendar_are_refused(svc: Svc, at: str) -> None:
    request = svc.new()
    before = svc.git("rev-parse", "HEAD")
    assert svc(["promise", request, "--at", at, "-m", "x"], code=2).err
    assert svc(["errand", "x", "--to", "kim", "--due", at], code=2).err
    assert svc.git("rev-parse", "HEAD") == before


@pytest.mark.parametrize("name", ["../../x", "--output=x", "a\nb", "\x1b[2J", "x" * 250, ".git", "-rf"])
def test_names_of_attached_files_stay_in_the_desk(svc: Svc, name: str) -> None:
    place = svc.folder.parent / "own" / "deep" / "er"
    place.mkdir(parents=True)
    (place / name.replace("/", "_")).write_text("x", encoding="utf-8")
    request = svc.new()
    svc(["message", request, "in", "-m", "see", "--file", str(place / name.replace("/", "_"))], err=SAID)
    (kept,) = svc.folder.glob("files/*/*/*/*/*")
    assert kept.resolve().is_relative_to(svc.folder.resolve())
    assert svc.json("fsck")["problems"] == []
    assert svc.git("status", "--porcelain") == ""
