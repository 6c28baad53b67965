"""Bad input: one clear message with its place and the next command, the documented exit code, and nothing written."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import NOW, Result, Svc, git

WRITERS = ("take {id}", "note {id} -m x", "handoff {id} --to kim -m x", "resolve {id} -m x")


def as_anybody() -> None:
    """Gives up root's right to write where nobody may (capabilities 1 and 2, prctl 24: capabilities(7))."""
    if os.geteuid() == 0:
        for capability in (1, 2):
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def shell(folder: Path, *words: str, **environment: str) -> Result:
    """Runs svcctl as a process of its own, without a person unless the environment names one."""
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", "-C", folder, *words],
        capture_output=True,
        preexec_fn=as_anybody,
        cwd="/",
        env={**os.environ, "SVCCTL_NOW": NOW, "PYTHONDONTWRITEBYTECODE": "1", **environment},
    )
    result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
    assert "Traceback" not in result.err and "bug in svcctl" not in result.err, result.err
    return result


def state(folder: Path) -> tuple[str, str]:
    return git(folder, "rev-parse", "HEAD"), git(folder, "status", "--porcelain", "--untracked-files=all")


def refused(svc: Svc, line: str | list[str], code: int, *words: str, **settings: str) -> str:
    """The complaint of a command that must write nothing: it has all these words."""
    before = state(svc.folder)
    result = svc(line, code=code, **settings)
    assert state(svc.folder) == before
    assert not (svc.folder / ".git" / "svcctl" / "intent.json").exists()
    assert "Traceback" not in result.err
    for word in words:
        assert word in result.err, result.err
    return result.err


def relative(svc: Svc, request: str) -> str:
    return svc.record_path(request).relative_to(svc.folder).as_posix()


# Records


BROKEN = {
    "not YAML": ("title: Broken", "title: [Broken", "{path}:3:5: not valid YAML"),
    "a key twice": (
        "type: request",
        "type: request\ntype: offer",
        "{path}:4:1: the key “type” stands here a second time",
    ),
    "an alias": ("title: Broken", "title: *x", "{path}:2:8: aliases (*x) are not read"),
    "a field is missing": ("title: Broken\n", "", "{path}:1:1: “title” is missing in the header"),
    "a field is empty": ("by: ivanova", "by:", "{path}:7:4: “by” is missing in the header"),
    "no such date": (
        "opened: 2026-11-23",
        "opened: 2026-02-30",
        "{path}:6:9: “2026-02-30T10:00:00+03:00” is not a date",
    ),
    "no offset": ("10:00:00+03:00\nby", "10:00:00\nby", "{path}:6:9: “2026-11-23T10:00:00” has no time zone"),
    "another id": ("id: R-2026", "id: R-2025", "{path}:1:5: the id “R-20251123-"),
    "an event is cut": ('"do": "noted"', '"do": "no', "{path}:9:"),
    "an event at no such date": (
        '"at": "2026-11-23',
        '"at": "2026-02-30',
        "{path}:9:1: “2026-02-30T10:00:00+03:00” is not",
    ),
    "an event lacks its text": ('"text": "one"', '"test": "one"', "{path}:9:1: “noted” lacks “text”"),
    "an event is no line": ("- {", "-\n  {", "{path}:9:1: an event is one line"),
    "a merge left its marks": ("events:\n", "events:\n<<<<<<< HEAD\n", "{path}:9:1: an event is one line"),
    "no events line": ("events:\n", "", "has no “events:” line of its own"),
    "a NUL": ("Broken", "Bro\0ken", "{path}:2:11: the control character U+0000"),
    "empty": (None, "", "“title” is missing"),
    "not UTF-8": ("Broken", "\udcff\udcfe", "{path}:2:8: the file is not UTF-8 here"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_record_is_told_at_its_place_and_hides_no_other(svc: Svc, case: str) -> None:
    old, new, complaint = BROKEN[case]
    good, broken = svc.new("Good"), svc.new("Broken")
    svc(f"note {broken} -m one")
    path = relative(svc, broken)
    text = svc.record_path(broken).read_text()
    assert old is None or old in text
    changed = new if old is None else text.replace(old, new, 1)
    svc.write(path, changed.encode("utf-8", "surrogateescape"))
    words = complaint.format(path=path)

    for line in (f"show {broken}", f"log {broken}", *(line.format(id=broken) for line in WRITERS)):
        refused(svc, line, 3, words)
    for line in ("list", "mine", "search Good", "check"):
        result = svc(line, code=3)
        assert words in result.err
        assert result.err.count(words) == 1
    assert "Good" in svc("list", code=3).out
    assert [row["title"] for row in svc("list --json", code=3).json] == ["Good"]
    svc(f"take {good}")
    svc("new Another")


def test_every_problem_of_a_record_is_told(svc: Svc) -> None:
    request = svc.new("Broken")
    text = svc.record_path(request).read_text()
    changed = text.replace("opened: 2026-11-23", "opened: 2026-02-30").replace("by: ivanova", "by:")
    svc.write(relative(svc, request), changed + "- garbage\n- {}\n")
    complaint = refused(svc, f"show {request}", 3)
    assert [line.split(": ")[0].rsplit(":", 2)[1] for line in complaint.splitlines()] == ["7", "6", "9", "10"]
    result = svc(f"show {request} --json", code=3)
    error = json.loads(result.err)
    assert len(error["problems"]) == 4
    assert set(error["problems"][0]) == {"path", "line", "column", "code", "message", "remedy"}


def test_a_broken_record_among_the_findings_of_check(svc: Svc) -> None:
    svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    broken = svc.new("Broken")
    svc.write(relative(svc, broken), "title: [\n")
    result = svc("check --json --exit-code", code=3, now="2026-11-23T12:00:00+03:00")
    assert [row["title"] for row in result.json["overdue"]][:1] == ["Offer"]
    assert any(relative(svc, broken) in warning for warning in result.json["warnings"])


def test_a_link_in_the_place_of_a_record_is_not_followed(svc: Svc) -> None:
    svc.new("Good")
    link = svc.folder / "requests/2026/11/23/R-20261123-aaaaaa.yaml"
    link.symlink_to("/etc/passwd")
    svc.git("add", "-A")
    svc.git("commit", "-qm", "link")
    result = svc("list", code=3)
    assert "Good" in result.out and "root:" not in result.out + result.err
    refused(svc, "take aaaaaa", 3)


def test_a_record_that_somebody_is_editing_is_not_written_over(svc: Svc) -> None:
    request, other = svc.new("Mine"), svc.new("Other")
    path = svc.record_path(request)
    path.write_text(path.read_text().replace("title: Mine", "title: Edited"))
    hint = f"git commit -m WHY -- {relative(svc, request)}"
    for line in WRITERS[:3]:
        refused(svc, line.format(id=request), 1, f"{relative(svc, request)} has edits that are not committed", hint)
    svc.git("add", "-A")
    refused(svc, f"take {request}", 1, hint)
    svc(f"show {request}")
    svc(f"take {other}")
    assert "Edited" in path.read_text()
    path.unlink()
    refused(svc, f"take {request}", 1, "git checkout HEAD --")


def test_an_edit_of_another_file_is_nobodys_business(svc: Svc) -> None:
    (svc.folder / "team.yaml").write_text("broken: [")
    (svc.folder / "notes.txt").write_text("x")
    before = svc.git("status", "--porcelain")
    request = svc.new()
    svc(f"take {request}")
    assert svc.git("status", "--porcelain") == before


# Reference files


REFERENCE = [
    ("team.yaml", "people:\n  ivanova: {department: [}\n", "take {id}", "team.yaml:2:26: not valid YAML"),
    (
        "team.yaml",
        "people:\n  ivanova: {departmnt: sales}\n",
        "list",
        "team.yaml:2:13: “departmnt” is no key of a person",
    ),
    ("team.yaml", "people:\n  ivanova: {department: salse}\n", "check", "“salse” is no department of this file"),
    (
        "team.yaml",
        "people:\n  ivanova: {away: [{from: 2026-02-30, to: 2026-03-01}]}\n",
        "take {id}",
        "team.yaml:2:27: “2026-02-30” is not a date of the calendar (write it like 2026-11-21)",
    ),
    ("team.yaml", b"\xff\xfe", "show {id}", "team.yaml:1:1: the file is not UTF-8 here"),
    ("desk.yaml", "name: x\nformat: 2\n", "take {id}", "desk.yaml:2:9: this desk has format 2"),
    ("desk.yaml", "lang: ru\n", "list", "“name” is missing"),
    ("desk.yaml", "name: x\ntimezone: Europe/Moskow\n", "take {id}", "Europe/Moskow"),
    ("desk.yaml", "name: x\ncalendar: offise\n", "check", "calendars/offise.yaml is not in the desk's commits"),
    ("desk.yaml", "name: x\nname: y\n", "new Title", "desk.yaml:2:1: the key “name” stands here a second time"),
    (
        "channels.yaml",
        "phone: {knd: x}\n",
        "new Title --channel phone",
        "channels.yaml:1:9: “knd” is no key of a channel",
    ),
    ("clients/zoo.yaml", "nme: Zoo\n", "new Title --client zoo", "clients/zoo.yaml:1:1: “nme” is no key of a client"),
    (
        "clients/zoo.yaml",
        "- a\n",
        "new Title --client zoo",
        "clients/zoo.yaml:1:1: a mapping of keys to values is expected",
    ),
    ("calendars/office.yaml", "calendar: office\nweek: {mon: [25:00-26:00]}\n", "check", "calendars/office.yaml:2:"),
    ("regulations/complaint.md", "no front matter\n", "new T --type complaint", "regulations/complaint.md:1"),
    ("regulations/complaint.md", "---\nregulation: [\n---\n", "new T --type complaint", "regulations/complaint.md:"),
]


@pytest.mark.parametrize(("path", "text", "line", "complaint"), REFERENCE)
def test_a_broken_reference_file_is_told_at_its_place(
    svc: Svc, path: str, text: str | bytes, line: str, complaint: str
) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc.write(path, text)
    before = state(svc.folder)
    result = svc(line.format(id=request), code=3)
    assert complaint in result.err, result.err
    assert "Traceback" not in result.err
    assert state(svc.folder) == before


def test_a_reference_file_that_is_gone(svc: Svc) -> None:
    request = svc.new()
    for name in ("team.yaml", "calendars/office.yaml"):
        svc.git("rm", "-q", name)
        svc.git("commit", "-qm", "gone")
        refused(svc, "check", 3, f"{name} is not in the desk's commits")
        svc.git("reset", "-q", "--hard", "HEAD^")
    svc(f"take {request}")


def test_a_regulation_that_is_gone_hides_no_request(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    text = (svc.folder / "regulations/commercial-offer.md").read_text()
    svc.write("regulations/commercial-offer.md", text.replace("version: 1", "version: 2"))
    svc(f"show {request}")
    path = svc.record_path(request)
    svc.write(relative(svc, request), path.read_text().replace("commercial-offer@1", "commercial-offer@9"))
    result = svc("list", code=3)
    assert "Offer" in result.out
    assert "regulation commercial-offer has no version 9 in the history" in result.err
    refused(svc, f"take {request}", 3, "has no version 9 in the history", "git log -- regulations/commercial-offer.md")


# People


def test_an_unknown_person_may_do_nothing(svc: Svc) -> None:
    request = svc.new()
    for line in (*(line.format(id=request) for line in WRITERS), "new Title", "whoami", "mine", "list --mine"):
        refused(svc, line, 1, "nobody called “petrov” is in team.yaml", "did you mean “petrova”?", as_="petrov")


def test_somebody_who_left_may_do_nothing(svc: Svc) -> None:
    svc.write(
        "team.yaml",
        (svc.folder / "team.yaml").read_text().replace("department: sales}", "department: sales, left: yes}"),
    )
    refused(svc, "new Title", 1, "ivanova has left the team")
    refused(
        svc, ["handoff", svc.new(as_="petrova"), "--to", "ivanova", "-m", "x"], 1, "ivanova has left", as_="petrova"
    )


def test_git_without_an_address(svc: Svc) -> None:
    request = svc.new()
    before = state(svc.folder)
    result = shell(svc.folder, "take", request)
    assert result.code == 1
    assert "who are you? git has no user.email here" in result.err
    assert (
        "svcctl --as HANDLE" in result.err and "SVCCTL_PERSON" in result.err and "git config user.email" in result.err
    )
    assert shell(svc.folder, "list").code == 0
    assert shell(svc.folder, "show", request).code == 0
    assert state(svc.folder) == before
    svc.git("config", "user.email", "PETROVA@example.com")
    assert shell(svc.folder, "take", request).code == 0
    assert svc.json(f"show {request}")["owner"] == "petrova"


def test_an_address_that_nobody_has(svc: Svc) -> None:
    svc.git("config", "user.email", "stranger@example.com")
    result = shell(svc.folder, "new", "Title")
    assert result.code == 1
    assert "nobody in team.yaml has the address stranger@example.com" in result.err
    assert "svcctl team add HANDLE --email stranger@example.com" in result.err


# Dates


@pytest.mark.parametrize("words", [["--now", "2026-02-30T10:00"], ["--now", "soon"], ["--as-of", "2026-13-01"]])
def test_a_moment_that_does_not_exist(svc: Svc, words: list[str]) -> None:
    refused(svc, ["check", *words], 2, words[1], "write it like 2026-11-21T15:00")


@pytest.mark.parametrize("when", ["2026-02-30 10:00", "30.02 10:00", "2026-11-24 25:00", "32.13"])
def test_a_date_that_does_not_exist(svc: Svc, when: str) -> None:
    request = svc.new()
    for line in (
        ["promise", request, "--at", when, "-m", "x"],
        ["wait", request, "--until", when, "-m", "x"],
        ["errand", "x", "--to", "kim", "--due", when],
        ["list", "--due-before", when],
        ["take", request, "--at", when],
        ["set", request, f"due={when}"],
    ):
        refused(svc, line, 2, when)


# The repository


def test_outside_of_a_desk(tmp_path: Path) -> None:
    result = shell(tmp_path, "list", SVCCTL_PERSON="ivanova")
    assert (result.code, result.out) == (2, "")
    assert f"there is no desk in {tmp_path}" in result.err and "svcctl init DIR" in result.err
    assert shell(tmp_path / "nowhere", "list").code == 2


def test_a_desk_that_is_no_repository(svc: Svc) -> None:
    request = svc.new()
    shutil.rmtree(svc.folder / ".git")
    before = sorted(path.name for path in svc.folder.rglob("*"))
    for line in ("list", "check", f"show {request}", f"take {request}", "new Title"):
        result = svc(line, code=3)
        assert "this desk is no git repository" in result.err and "git init" in result.err
        assert result.out == ""
    assert sorted(path.name for path in svc.folder.rglob("*")) == before


@pytest.mark.parametrize("damage", ["HEAD", "objects", "refs"])
def test_a_damaged_repository(svc: Svc, damage: str) -> None:
    request = svc.new()
    place = svc.folder / ".git" / damage
    place.unlink() if place.is_file() else shutil.rmtree(place)
    for line in ("list", f"take {request}"):
        result = svc(line, code=3)
        assert result.err and "bug" not in result.err


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "desk.yaml").write_text("name: x\n")
    for words in (["list"], ["new", "Title"], ["check"]):
        result = shell(tmp_path, *words, SVCCTL_PERSON="ivanova")
        assert result.code == 3
        assert "is not in the desk's commits" in result.err


def test_a_detached_head_is_read_but_not_written(svc: Svc) -> None:
    request = svc.new()
    svc.git("checkout", "-q", "--detach")
    for line in (*(line.format(id=request) for line in WRITERS), "new Title"):
        refused(svc, line, 1, "the desk's HEAD is detached", "git switch main")
    svc(f"show {request}")
    svc("list")
    svc("check")
    svc.git("switch", "-q", "main")
    svc(f"take {request}")


def test_another_git_at_work(svc: Svc) -> None:
    request = svc.new()
    lock = svc.folder / ".git" / "refs" / "heads" / "main.lock"
    lock.touch()
    before = state(svc.folder)
    result = svc(f"take {request}", code=4)
    assert "another git command is at work in this desk" in result.err and "try again" in result.err
    assert state(svc.folder) == before
    lock.unlink()
    svc(f"take {request}")
    assert svc.git("status", "--porcelain") == ""


def test_no_git_on_the_path(svc: Svc, tmp_path: Path) -> None:
    request = svc.new()
    before = state(svc.folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (["list"], ["take", request], ["check"], ["init", str(tmp_path / "new")]):
        result = shell(svc.folder, *words, PATH=str(empty), SVCCTL_PERSON="ivanova")
        assert (result.code, result.out) == (3, "")
        assert "there is no git on the PATH" in result.err and "apt install git" in result.err
    assert state(svc.folder) == before
    assert not (tmp_path / "new").exists()


@pytest.fixture
def locked(svc: Svc) -> Iterator[Path]:
    """A desk whose files and folders cannot be written."""
    svc.new("Title")
    places = [svc.folder, *svc.folder.rglob("*")]
    for path in places:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield svc.folder
    for path in places:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_read_only_folder(locked: Path, svc: Svc) -> None:
    request = svc.json("list")[0]["id"]
    for words in (["take", request], ["new", "Another"], ["note", request, "-m", "x"]):
        result = shell(locked, *words, SVCCTL_PERSON="ivanova")
        assert (result.code, result.out) == (1, "")
        assert "cannot write" in result.err and "make the folder writable for you" in result.err
    for words in (["list"], ["show", request], ["check"], ["log", request]):
        result = shell(locked, *words, SVCCTL_PERSON="ivanova")
        assert (result.code, result.err) == (0, ""), words
    assert not list(locked.rglob("*.tmp")) and not (locked / ".git" / "svcctl" / "intent.json").exists()


def test_a_read_only_object_store_is_told_before_it_has_happened(locked: Path, svc: Svc) -> None:
    request = svc.json("list")[0]["id"]
    # svcctl's own folder can be written, git's cannot.
    for path in (locked / ".git" / "svcctl", *(locked / ".git" / "svcctl").iterdir()):
        path.chmod(0o755)
    result = shell(locked, "take", request, SVCCTL_PERSON="ivanova")
    assert result.code == 1
    assert "cannot write here" in result.err and "make the folder writable for you" in result.err


def test_folders_that_cannot_follow_leave_the_deed_done(svc: Svc) -> None:
    request = svc.new()
    folder = svc.record_path(request).parent
    folder.chmod(0o555)
    result = shell(svc.folder, "take", request, SVCCTL_PERSON="ivanova")
    folder.chmod(0o755)
    assert result.code == 0
    assert "recorded; but the files in the folder could not follow" in result.err
    svc(f"note {request} -m x", err="finished what an interrupted command had begun: 1 file")
    assert [event["do"] for event in svc.json(f"show {request}")["events"]] == ["taken", "noted"]
    assert svc.git("status", "--porcelain") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_a_desk_of_somebody_else(svc: Svc) -> None:
    for path in [svc.folder, *svc.folder.rglob("*")]:
        os.chown(path, 65534, 65534)
    result = shell(svc.folder, "list", SVCCTL_PERSON="ivanova")
    assert result.code == 3
    assert "git refuses this folder" in result.err and "safe.directory" in result.err


def test_a_closed_pipe_is_no_error(svc: Svc) -> None:
    for _ in range(3):
        svc.new("x" * 300)
    command = subprocess.Popen(
        [sys.executable, "-m", "svcctl", "-C", svc.folder, "list", "--format", "plain"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None and command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    assert command.wait() == 0
    command.stderr.close()
