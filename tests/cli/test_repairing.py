"""fsck --repair: what loses nothing is put right in one commit by the person; what is ambiguous stays and is named."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc

SAID = r"(?s).*"


def relative(svc: Svc, request: str) -> str:
    return svc.record_path(request).relative_to(svc.folder).as_posix()


@pytest.fixture
def lived(svc: Svc) -> str:
    """The path of a record with some events."""
    request = svc.new("Rebar", "--text", "two\nlines")
    svc(f"take {request}")
    for number in range(3):
        svc(f"note {request} -m {number}")
    return relative(svc, request)


def spoil(svc: Svc, path: str, content: bytes) -> None:
    """Commits a file as it is, whatever .gitattributes says of its line ends."""
    (svc.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (svc.folder / path).write_bytes(content)
    oid = svc.git("hash-object", "-w", "--no-filters", "--", path).strip()
    svc.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{path}")
    svc.git("commit", "-qm", "spoil")


def repaired(svc: Svc, *more: str, **settings: Any) -> list[tuple[str, str]]:
    found = svc.json("fsck --repair", *more, **{"err": SAID, **settings})
    return [(row["path"], row["code"]) for row in found["repaired"]]


def whole(svc: Svc) -> None:
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    assert not (svc.folder / ".git" / "svcctl" / "intent.json").exists()


def events(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n") if line.startswith(b"- ")]


UNTIDY = {
    "line-ends": lambda content: content.replace(b"\n", b"\r\n"),
    "byte-order-mark": lambda content: b"\xef\xbb\xbf" + content,
    "final-newline": lambda content: content.rstrip(b"\n"),
    "repeated-lines": lambda content: content + b"".join(content.splitlines(keepends=True)[-2:]),
    "event-order": lambda content: b"".join(
        [*content.splitlines(keepends=True)[:-3], *reversed(content.splitlines(keepends=True)[-3:])]
    ),
}


@pytest.mark.parametrize("code", UNTIDY)
def test_a_record_is_put_in_order_in_one_commit_by_the_person(svc: Svc, lived: str, code: str) -> None:
    content = (svc.folder / lived).read_bytes()
    shown = svc(f"show {lived[-11:-5]}").out
    spoil(svc, lived, UNTIDY[code](content))
    exit_code = 3 if code == "repeated-lines" else 0
    warned = svc.json("fsck", code=exit_code)["warnings"]
    assert [(row["path"], row["code"], row["remedy"]) for row in warned] == [(lived, code, "svcctl fsck --repair")]
    before = svc.git("rev-parse", "HEAD")
    assert repaired(svc, "--dry-run", code=exit_code) == [(lived, code)]
    assert svc.git("rev-parse", "HEAD") == before
    assert repaired(svc, as_="sidorov") == [(lived, code)]
    assert (svc.folder / lived).read_bytes() == content
    assert svc.git("rev-parse", "HEAD~1") == before
    assert svc.git("log", "-1", "--format=%an|%s").strip() == "Пётр Сидоров|Repair 1 file"
    assert svc.git("log", "-1", "--format=%b").startswith(f"{lived}: ")
    assert svc(f"show {lived[-11:-5]}").out == shown
    assert repaired(svc) == []
    whole(svc)


@pytest.mark.parametrize("path", ["team.yaml", "desk.yaml", "calendars/office.yaml", "regulations/errand.md"])
def test_line_ends_of_other_files(svc: Svc, path: str) -> None:
    content = (svc.folder / path).read_bytes()
    spoil(svc, path, content.replace(b"\n", b"\r\n").rstrip(b"\r\n"))
    assert repaired(svc) == [(path, "line-ends"), (path, "final-newline")]
    assert (svc.folder / path).read_bytes() == content
    whole(svc)


def test_all_at_once_is_one_commit_that_says_what(svc: Svc, lived: str) -> None:
    spoil(svc, "team.yaml", (svc.folder / "team.yaml").read_bytes().replace(b"\n", b"\r\n"))
    spoil(svc, lived, UNTIDY["event-order"]((svc.folder / lived).read_bytes()))
    before = svc.git("rev-parse", "HEAD")
    result = svc("fsck --repair")
    assert result.out.splitlines()[:2] == [
        f"repaired {lived}: its event lines are out of order",
        "repaired team.yaml: its lines end as on another system (CRLF)",
    ]
    assert svc.git("rev-parse", "HEAD~1") == before
    assert svc.git("log", "-1", "--format=%s").strip() == "Repair 2 files"
    whole(svc)


def test_a_dry_run_says_what_would_be_done(svc: Svc, lived: str) -> None:
    spoil(svc, lived, UNTIDY["event-order"]((svc.folder / lived).read_bytes()))
    assert svc("fsck --repair --dry-run", err=SAID).out.startswith(f"would repair {lived}: its event lines are")
    assert "svcctl fsck --repair --dry-run" in svc("fsck --dry-run", code=2).err


# Records in the wrong place


@pytest.mark.parametrize(
    "name", ["requests/2026/11/22/{id}.yaml", "requests/2026/11/23/rebar.yaml", "requests/{id}.yaml"]
)
def test_a_record_in_the_wrong_place_comes_back(svc: Svc, lived: str, name: str) -> None:
    wrong = name.format(id=lived[-22:-5])
    content = (svc.folder / lived).read_bytes()
    (svc.folder / wrong).parent.mkdir(parents=True, exist_ok=True)
    svc.git("mv", lived, wrong)
    svc.git("commit", "-qm", "renamed")
    assert repaired(svc) == [(wrong, "path")]
    assert (svc.folder / lived).read_bytes() == content
    assert not (svc.folder / wrong).exists()
    whole(svc)


def test_a_record_under_the_name_of_another_id_comes_back_if_it_was_there_before(svc: Svc, lived: str) -> None:
    other = lived.replace(lived[-11:-5], "zzzzzz")
    svc.git("mv", lived, other)
    svc.git("commit", "-qm", "renamed")
    assert repaired(svc) == [(other, "path")]
    assert (svc.folder / lived).exists()


def test_an_id_that_was_changed_in_the_header_is_left_to_a_person(svc: Svc, lived: str) -> None:
    content = (svc.folder / lived).read_bytes()
    spoil(svc, lived, content.replace(lived[-11:-5].encode(), b"zzzzzz", 1))
    before = svc.git("rev-parse", "HEAD")
    result = svc("fsck --repair", code=3)
    assert "is not the file's name" in result.out
    assert svc.git("rev-parse", "HEAD") == before


def test_a_copy_goes_if_it_is_the_same_and_stays_if_it_differs(svc: Svc, lived: str) -> None:
    content = (svc.folder / lived).read_bytes()
    same, other = "requests/2026/11/23/same.yaml", "requests/2026/11/23/other.yaml"
    spoil(svc, same, content)
    spoil(svc, other, content.replace(b"Rebar", b"Beams"))
    assert repaired(svc, code=3) == [(same, "path")]
    assert not (svc.folder / same).exists()
    assert (svc.folder / other).exists() and (svc.folder / lived).read_bytes() == content
    assert svc.json("fsck", code=3)["problems"][0]["path"] == other


# What is left alone


AMBIGUOUS = {
    "two events of one id": lambda rows: [*rows, rows[-1].replace(b'"2"', b'"two"')],
    "a line that is no event": lambda rows: [*rows[:-1], b'- {"id": "half', rows[-1]],
    "an event that is lost": lambda rows: [rows[0], *rows[2:]],
    "marks of a conflict": lambda rows: [b"<<<<<<< HEAD", *rows[::-1], b">>>>>>> other"],
}


@pytest.mark.parametrize("case", AMBIGUOUS)
def test_what_is_ambiguous_is_left_and_named(svc: Svc, lived: str, case: str) -> None:
    content = (svc.folder / lived).read_bytes()
    rows = events(svc.folder / lived)
    head = content[: content.index(rows[0])]
    changed = head + b"\n".join([*AMBIGUOUS[case](rows), b""])
    spoil(svc, lived, changed)
    before = svc.git("rev-parse", "HEAD")
    found = svc.json("fsck --repair", code=3)
    assert found["repaired"] == []
    assert lived in {problem["path"] for problem in found["problems"]}
    assert (svc.folder / lived).read_bytes() == changed
    assert svc.git("rev-parse", "HEAD") == before


def test_offers_are_left_as_they_are_because_approvals_are_bound_to_their_bytes(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "zoo")
    svc(f"offer new {request}", err=SAID)
    (path,) = svc.folder.glob("offers/*/*/*/*/r1.yaml")
    name = path.relative_to(svc.folder).as_posix()
    spoil(svc, name, path.read_bytes().replace(b"\n", b"\r\n"))
    assert repaired(svc) == []


def test_edits_that_are_not_committed_are_never_written_over(svc: Svc, lived: str) -> None:
    spoil(svc, lived, UNTIDY["event-order"]((svc.folder / lived).read_bytes()))
    edited = (svc.folder / lived).read_bytes() + b"# mine\n"
    (svc.folder / lived).write_bytes(edited)
    assert "has edits that are not committed" in svc("fsck --repair", code=1).err
    assert (svc.folder / lived).read_bytes() == edited


# The folder


def test_a_folder_that_is_behind_follows_the_commit(svc: Svc, lived: str) -> None:
    content = (svc.folder / lived).read_bytes()
    older = svc.git("show", f"HEAD~2:{lived}").encode()
    (svc.folder / lived).write_bytes(older)
    oid = svc.git("rev-parse", f"HEAD~2:{lived}").strip()
    svc.git("update-index", "--cacheinfo", f"100644,{oid},{lived}")
    before = svc.git("rev-parse", "HEAD")
    assert repaired(svc, "--dry-run") == [(lived, "behind")]
    assert (svc.folder / lived).read_bytes() == older
    assert repaired(svc) == [(lived, "behind")]
    assert (svc.folder / lived).read_bytes() == content
    assert svc.git("rev-parse", "HEAD") == before
    whole(svc)


def test_an_edit_that_is_nowhere_in_the_history_stays(svc: Svc, lived: str) -> None:
    (svc.folder / "team.yaml").write_text("people: {}\n", encoding="utf-8")
    (svc.folder / lived).unlink()
    assert repaired(svc) == []
    assert (svc.folder / "team.yaml").read_text(encoding="utf-8") == "people: {}\n"
    assert not (svc.folder / lived).exists()


def test_what_an_interrupted_command_left_is_finished(svc: Svc, lived: str) -> None:
    tip = svc.git("rev-parse", "HEAD~1").strip()
    (svc.folder / lived).write_bytes(svc.git("show", f"HEAD~1:{lived}").encode())
    intent = svc.folder / ".git" / "svcctl" / "intent.json"
    intent.write_text(f'{{"tip": "{tip}", "paths": ["{lived}"]}}', encoding="utf-8")
    result = svc("fsck --repair", err="finished what an interrupted command had begun: 1 file")
    assert result.out.endswith("no problems\n")
    whole(svc)


# More that fsck finds


def test_revisions_without_files_and_files_without_revisions_before_them(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "zoo")
    svc(f"offer new {request}", err=SAID)
    (path,) = svc.folder.glob("offers/*/*/*/*/r1.yaml")
    os.rename(path, path.with_name("r2.yaml"))
    text = path.with_name("r2.yaml").read_text(encoding="utf-8").replace("revision: r1", "revision: r2")
    svc.git("add", "-A")
    svc.write(path.with_name("r2.yaml").relative_to(svc.folder).as_posix(), text)
    svc.git("commit", "-qam", "x", "--allow-empty")
    found = svc.json("fsck", code=3)["problems"]
    assert [problem["code"] for problem in found] == ["no-revision", "missing-offer"]


def test_an_offer_that_cannot_be_counted(svc: Svc) -> None:
    svc.write(
        "prices/main.yaml", "list: main\ncurrency: RUB\nvat: standard\nitems:\n- {sku: A, name: A, unit: t, price: 9}\n"
    )
    request = svc.new("Offer", "--type", "offer", "--client", "zoo")
    svc(f"offer new {request}", err=SAID)
    svc(f"offer lines {request} add A 2", err=SAID)
    (path,) = svc.folder.glob("offers/*/*/*/*/r1.yaml")
    name = path.relative_to(svc.folder).as_posix()
    text = path.read_text(encoding="utf-8")
    assert svc.json("fsck")["problems"] == []
    svc.write(name, text.replace("quantity: 2", "quantity: 2\n  vat: nonsense"))
    assert [problem["path"] for problem in svc.json("fsck", code=3)["problems"]] == [name]


def test_an_offer_that_was_changed_after_it_was_sent(svc: Svc) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "zoo")
    svc(f"offer new {request}", err=SAID)
    (path,) = svc.folder.glob("offers/*/*/*/*/r1.yaml")
    name = path.relative_to(svc.folder).as_posix()
    record = relative(svc, request)
    row = '- {"id": "sentsent", "n": 90, "prev": "PREV", "at": "2026-11-23T10:00:00+03:00", "by": "ivanova", '
    row += '"do": "offer_sent", "revision": "r1", "content": "00"}\n'
    last = events(svc.folder / record)[-1].split(b'"')[3].decode()
    svc.write(record, (svc.folder / record).read_text(encoding="utf-8") + row.replace("PREV", last))
    (problem,) = svc.json("fsck", code=3)["problems"]
    assert (problem["path"], problem["code"]) == (name, "offer-changed")


# What killed gits have left


def leave(svc: Svc, name: str, hours: float) -> Path:
    path = svc.folder / ".git" / "objects" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"half" * 1000)
    at = time.time() - hours * 3600
    os.utime(path, (at, at))
    return path


def test_half_written_objects_of_a_killed_git_are_named_and_removed_after_a_day(svc: Svc) -> None:
    old = [leave(svc, name, 25) for name in ("tmp_obj_aB3dEf", "0a/tmp_obj_aB3dEf", "pack/tmp_pack_x9YzQ1")]
    said = svc("fsck", err=r"\.git/objects: killed gits have left 3 half-written files here \(12 KiB\)")
    assert said.err.endswith("which nothing reads (svcctl fsck --repair)\n")
    assert [row["code"] for row in svc.json("fsck")["warnings"]] == ["leavings"]
    assert len(repaired(svc, "--dry-run")) == 3 and all(path.exists() for path in old)
    before = svc.git("rev-parse", "HEAD")
    found = svc("fsck --repair")
    assert found.out.count("a killed git has left it half-written") == 3
    assert "repaired .git/objects/pack/tmp_pack_x9YzQ1: " in found.out
    assert not any(path.exists() for path in old)
    assert svc.git("rev-parse", "HEAD") == before
    svc("fsck")


def test_what_may_still_be_written_or_is_no_such_file_is_left_alone(svc: Svc, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "tmp_obj_aB3dEf").write_text("x")
    os.utime(outside / "tmp_obj_aB3dEf", (0, 0))
    objects = svc.folder / ".git" / "objects"
    young = leave(svc, "0a/tmp_obj_young1", 23)
    others = [leave(svc, name, 99) for name in ("pack/tmp_pack_aB3dEf.keep", "info/tmp_obj_aB3dEf", "tmp_obj_aB")]
    shutil.rmtree(objects / "0b", ignore_errors=True)
    (objects / "0b").symlink_to(outside)
    (objects / "0a" / "tmp_obj_aLink1").symlink_to(outside / "tmp_obj_aB3dEf")
    # A moment that somebody gives makes nothing older.
    svc("fsck --repair", now="2036-11-23T10:00:00+03:00", err=SAID)
    assert young.exists() and all(path.exists() for path in others)
    assert (outside / "tmp_obj_aB3dEf").exists() and (objects / "0a" / "tmp_obj_aLink1").is_symlink()
