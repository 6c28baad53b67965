"""Names, titles and texts in any script, under any locale, and nothing that moves a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import NOW, Svc

TITLES = [
    "Прайс на арматуру ёж",
    "Zażółć gęślą jaźń",
    "طلب عرض سعر",
    "בקשה",
    "見積もり",
    "👩‍👩‍👧 🇵🇱 ½ “quoted” — dash",
    "no",
    "12:30",
    "[x]: {y} # z",
    "'\"\\",
    "Å\u030a e\u0301",
]


def shell(svc: Svc, *words: str | bytes, feed: bytes = b"", code: int = 0, **environment: str) -> tuple[str, str]:
    """Runs svcctl as a process of its own, with the C locale."""
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", *words],
        input=feed,
        capture_output=True,
        env={
            **os.environ,
            "LC_ALL": "C",
            "LANG": "C",
            "SVCCTL_DESK": str(svc.folder),
            "SVCCTL_PERSON": svc.person,
            "SVCCTL_NOW": NOW,
            **environment,
        },
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == code, err
    assert "Traceback" not in err
    return out, err


@pytest.mark.parametrize("title", TITLES)
def test_a_title_in_any_script_comes_back_as_it_was(svc: Svc, title: str) -> None:
    request = svc.new(title)
    assert svc.json(f"show {request}")["title"] == title
    assert title in svc("list --format csv").out.replace('""', '"')
    assert svc.git("log", "-1", "--format=%s").strip() == f"R-…{request} opened ivanova: {title}"


def test_the_c_locale_changes_nothing(svc: Svc) -> None:
    words = "Зажёг 見積もり 👍 سلام"
    out, _ = shell(svc, "new", words, "--text", words, "--field", f"вес={words}", "--json")
    shown = json.loads(out)
    assert (shown["title"], shown["text"], shown["fields"]) == (words, words, {"вес": words})
    request = shown["id"][-6:]
    shell(svc, "note", request, "-m", "-", feed=f"{words}\n".encode())
    shell(svc, "message", request, "in", "-m", words)
    out, _ = shell(svc, "show", request)
    assert out.count(words) == 5
    out, _ = shell(svc, "list")
    assert words in out
    out, _ = shell(svc, "search", "ЗАЖЕГ")
    assert words in out


def test_the_ascii_encoding_asked_for_by_the_environment_does_not_break_output(svc: Svc) -> None:
    request = svc.new("Прайс")
    out, _ = shell(svc, "show", request, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "Прайс" in out


def test_an_answer_in_a_file_is_utf_8(svc: Svc) -> None:
    svc.new("Прайс")
    shell(svc, "list", "--format", "csv", "-o", str(svc.folder.parent / "out.csv"))
    assert "Прайс" in (svc.folder.parent / "out.csv").read_bytes().decode("utf-8-sig")


@pytest.mark.parametrize("words", [["new"], ["new", "Title", "--text"], ["new", "Title", "--field"]])
def test_bytes_that_are_no_text_are_refused(svc: Svc, words: list[str]) -> None:
    head = svc.git("rev-parse", "HEAD")
    value = "k=цена".encode("cp1251")
    _, err = shell(svc, *words, value, code=2)
    assert "is not UTF-8 text" in err
    assert svc.git("rev-parse", "HEAD") == head


def test_standard_input_that_is_no_text_is_refused(svc: Svc) -> None:
    request = svc.new()
    head = svc.git("rev-parse", "HEAD")
    _, err = shell(svc, "note", request, "-m", "-", feed="цена".encode("cp1251"), code=2)
    assert "not UTF-8" in err and "iconv" in err
    assert svc.git("rev-parse", "HEAD") == head


HOSTILE = "\x1b[2J\x1b]0;pwned\x07 \u202egpj.exe \u200b\u2066x\r"


def test_control_characters_are_shown_escaped(svc: Svc) -> None:
    request = svc.new(f"Title {HOSTILE} end")
    svc(["note", request, "-m", HOSTILE])
    svc(["set", request, f"weight={HOSTILE}"])
    shown = [
        svc(f"show {request}").out,
        svc(f"log {request}").out,
        svc("list").out,
        svc("list --format plain").out,
        svc("list --format md").out,
        svc("search pwned").out,
        svc("mine --format plain", now="2026-11-23T10:00", as_="petrova", err="no requests").out,
        svc(f"take {request}").out,
        svc("check", now="2026-12-23T10:00:00+03:00").out,
    ]
    for text in shown:
        assert not set(text) & set("\x1b\x07\u202e\u200b\u2066\r"), repr(text)
    assert "\\x1b[2J" in shown[0] and "\\u202e" in shown[0]


def test_json_keeps_control_characters_as_they_are(svc: Svc) -> None:
    title = f"Title {HOSTILE} end"
    request = svc.new(title)
    assert svc.json(f"show {request}")["title"] == title


def test_the_diary_of_git_stays_on_one_line(svc: Svc) -> None:
    request = svc.new("Title")
    svc(["note", request, "-m", "one\ntwo\x1b[2J\u2028three"])
    subject = svc.git("log", "-1", "--format=%s").rstrip("\n")
    assert subject == f"R-…{request} noted ivanova: one two [2J three"


def test_a_title_is_one_line_of_bearable_length(svc: Svc) -> None:
    for title in ("", "  ", "one\ntwo", "x" * 301):
        svc(["new", title], code=2)
    svc.new("я" * 300)


def test_an_error_repeats_hostile_words_safely(svc: Svc) -> None:
    result = svc(["handoff", svc.new(), "--to", "\x1b[2Jx"], code=1)
    assert "\x1b" not in result.err and "\\x1b" in result.err
    result = svc(["\x1b[2Jx"], code=2)
    assert "\x1b" not in result.err
