"""The index: it follows the desk, answers what reading would tell, and is never needed."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from bench.generator import SHIPPED, Kind, make
from svcctl.desk import Desk, open_desk
from svcctl.store import indexing
from svcctl.store.answers import unsettled
from svcctl.store.index import ALL, COLUMNS, LIVE, SCHEMA, Index, having
from tests.conftest import Svc, git

SOME = ("check --json", "list --all", "search арматур", "status --json")
QUESTIONS = (
    "check --json",
    "check",
    "check --by department",
    "list",
    "list --format csv",
    "list --json",
    "list --all",
    "list --overdue",
    "list --mine",
    "list --queue logistics",
    "list --department sales",
    "list --status waiting",
    "list --status resolved --status cancelled",
    "list --client zoo",
    "list --type offer",
    "list --priority urgent --all",
    "list --due-before 2026-11-30",
    "list --handed-by me",
    "list --text арматур",
    "list --field weight=20",
    "search арматур 12",
    "search k",
    "status --json",
    "agenda --all",
    "board --format md",
    "conflicts --json",
    "client show metallstroy",
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk of some hundred requests with clocks; of one in three something may still come."""
    folder = tmp_path_factory.mktemp("busy") / "desk"
    make(str(folder), 300, kind=Kind(0.3, SHIPPED))
    return folder


@pytest.fixture
def big(busy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Svc:
    shutil.copytree(busy, tmp_path / "big")
    return Svc(tmp_path / "big", monkeypatch, now="2026-11-23T10:00:00+03:00")


def file_of(svc: Svc) -> Path:
    return svc.folder / ".git" / "svcctl" / "index.sqlite"


def without(svc: Svc) -> Svc:
    """A copy of the desk in which no index can be made: a folder stands in its place."""
    folder = svc.folder.parent / "plain"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(svc.folder, folder)
    for name in folder.glob(".git/svcctl/index*"):
        name.unlink()
    (folder / ".git" / "svcctl" / "index.sqlite" / "in the way").mkdir(parents=True)
    return Svc(folder, svc.monkeypatch, svc.person, svc.now)


def same(svc: Svc, *nows: str, questions: Sequence[str] = QUESTIONS) -> None:
    """Every question has the same answer with an index and without."""
    plain = without(svc)
    for question in questions:
        for now in nows or (svc.now,):
            answers = [one(question, now=now, err=".*") for one in (svc, plain)]
            assert answers[0] == answers[1], question
    assert file_of(svc).is_file()
    assert file_of(plain).is_dir()


def indexed(desk: Desk) -> Index:
    found = desk.index()
    assert found is not None
    return found


_WATCH = "seq, kind, clock, since, due, pace, base, owner, department, note"


def held(index: Index) -> list[tuple[object, ...]]:
    """Everything that is kept, whatever the numbers are that it is kept under."""
    columns = ", ".join(f"r.{name}" for name in COLUMNS)
    rows = index.ask(f"SELECT num, {columns} FROM request r ORDER BY path")
    return [
        (
            *row[1:],
            *index.ask(f"SELECT {_WATCH} FROM watch JOIN manner USING(manner) WHERE num = ? ORDER BY seq", row[0]),
            *index.ask("SELECT calendar, year FROM missing WHERE num = ?", row[0]),
        )
        for row in rows
    ]


# It tells what reading would


@pytest.mark.parametrize("now", ["2026-11-20T16:00", "2026-11-27T10:00"])
def test_a_busy_desk_answers_the_same(big: Svc, now: str) -> None:
    same(big, f"{now}:00+03:00")


def test_it_follows_every_deed(svc: Svc) -> None:
    first = svc.new("Арматура 12 мм", "--type", "offer", "--client", "zoo", "--field", "weight=20")
    same(svc, questions=SOME)
    second = svc.new("Цемент", "--client", "metallstroy", "--priority", "urgent")
    svc(f"take {first}", now="2026-11-23T10:05:00+03:00")
    same(svc, "2026-11-23T10:05:00+03:00", "2026-11-24T18:30:00+03:00")
    svc(f"handoff {first} --to logistics -m 'посчитайте'", now="2026-11-23T10:10:00+03:00")
    svc(f"promise {second} --at '2026-11-24 15:00' -m 'звонок'", now="2026-11-23T10:20:00+03:00")
    same(svc, "2026-11-23T11:00:00+03:00", "2026-11-24T12:00:00+03:00", "2026-11-25T12:00:00+03:00")
    svc(f"wait {second} --for client -m чертежи", now="2026-11-23T11:30:00+03:00")
    svc(f"set {first} priority=urgent", now="2026-11-23T11:40:00+03:00")
    same(svc, "2026-11-23T12:00:00+03:00", "2026-11-30T12:00:00+03:00")
    svc(f"cancel {first} -m передумали", now="2026-11-23T12:30:00+03:00")
    svc(f"resolve {second} -m готово", now="2026-11-23T12:40:00+03:00")
    same(svc, "2026-11-23T13:00:00+03:00", "2026-11-25T12:00:00+03:00")


def test_it_follows_random_commits(big: Svc) -> None:
    """Pulled commits, edits of records and removed ones; the index that follows equals one made anew."""
    rng = random.Random(7)
    paths = sorted(path.relative_to(big.folder).as_posix() for path in big.folder.glob("requests/*/*/*/*.yaml"))
    for _ in range(6):
        for path in rng.sample(paths, 5):
            text = (big.folder / path).read_text(encoding="utf-8")
            event = {"id": f"{rng.randrange(10**8):08d}", "n": 90, "prev": "", "at": "2026-11-21T10:00:00+03:00"}
            event |= {"by": "ivanova", "do": "noted", "text": "правка"}
            (big.folder / path).write_text(text + f"- {json.dumps(event, ensure_ascii=False)}\n", encoding="utf-8")
        gone = rng.choice(paths[:-40])
        paths.remove(gone)
        (big.folder / gone).unlink()
        big.git("add", "-A")
        big.git("commit", "-qm", "by hand")
        _follows(big)


def _follows(svc: Svc) -> None:
    svc("list", err=".*")
    desk = open_desk(str(svc.folder))
    followed = held(indexed(desk))
    desk.close()
    file_of(svc).unlink()
    desk = open_desk(str(svc.folder))
    assert held(indexed(desk)) == followed
    desk.close()


def test_calendar_team_and_regulation_change_what_is_kept(big: Svc) -> None:
    big("list")
    office = (big.folder / "calendars/office.yaml").read_text(encoding="utf-8")
    big.write("calendars/office.yaml", office.replace("18:00", "16:00"))
    _follows(big)
    same(big, questions=SOME)
    rules = (big.folder / "regulations/commercial-offer.md").read_text(encoding="utf-8")
    big.write("regulations/commercial-offer.md", rules.replace("resolve: {within: 3d", "resolve: {within: 9d"))
    _follows(big)
    same(big, questions=SOME)
    desk = (big.folder / "desk.yaml").read_text(encoding="utf-8")
    assert "silent_after: 3d" in desk
    big.write("desk.yaml", desk.replace("silent_after: 3d", "silent_after: 9d"))
    _follows(big)
    same(big, questions=SOME)


def test_an_offer_that_ends_is_found(svc: Svc) -> None:
    name = svc.new("Арматура", "--type", "offer", "--client", "metallstroy", "--field", "items=1")
    svc(f"take {name}")
    svc(f"offer new {name}", err=".*")
    svc("check", now="2026-11-24T10:00:00+03:00", err=".*")
    path = next(svc.folder.glob("offers/*/*/*/*/r1.yaml"))
    text = path.read_text(encoding="utf-8")
    assert "validity:" in text
    lines = [line for line in text.splitlines() if not line.startswith("validity:")]
    svc.write(path.relative_to(svc.folder).as_posix(), "\n".join([*lines, "valid_until: 2026-11-25", ""]))
    found = svc.json("check", now="2026-11-27T10:00:00+03:00", err=".*")["offers"]
    assert [one["clock"] for one in found] == ["offer:r1"]
    same(svc, "2026-11-24T10:00:00+03:00", "2026-11-27T10:00:00+03:00")


def test_a_broken_record_is_told_each_time(big: Svc) -> None:
    path = next(big.folder.glob("requests/*/*/*/*.yaml")).relative_to(big.folder).as_posix()
    big("list")
    big.write(path, "id: [\n")
    for _ in range(2):
        for question in ("list", "check", "search x", "status"):
            assert path in big(question, code=3).err
    text = big.git("show", f"HEAD~1:{path}")
    big.write(path, text)
    big("list")


def test_a_missing_regulation_is_told_each_time(svc: Svc) -> None:
    name = svc.new("Арматура", "--type", "offer", "--client", "zoo", "--field", "items=1")
    path = svc.record_path(name).relative_to(svc.folder).as_posix()
    text = (svc.folder / path).read_text(encoding="utf-8")
    svc.write(path, text.replace("regulation: commercial-offer@1", "regulation: gone@7"))
    for _ in range(2):
        assert "gone" in svc("list", code=3, now="2026-11-24T10:00:00+03:00").err
        assert "gone" in svc("check", code=3, now="2026-11-24T10:00:00+03:00").err


# Finding by a part of an id


def test_what_is_open_is_found_without_looking_at_the_closed(big: Svc) -> None:
    """In a desk of years few are open: SQLite must not take the index of all paths for the order that it has."""
    desk = open_desk(str(big.folder))
    index = desk.index()
    assert index is not None
    asked: list[str] = []
    index.connection.set_trace_callback(asked.append)
    now = datetime.fromisoformat(big.now)
    assert unsettled(index, now) == []
    assert sorted(path for path, _ in index.places(LIVE)) == [path for path, _ in index.places(LIVE)]
    index.connection.set_trace_callback(None)
    assert len(asked) == 4
    for query in asked:
        plan = " ".join(row[3] for row in index.connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "request_open" in plan or "broken" in query, plan
    desk.close()


def test_ids_are_found_by_any_part(big: Svc) -> None:
    plain = without(big)
    big("list")
    names = [row["id"] for row in big.json("list --all")]
    assert len(names) == 300
    for name in names[::30]:
        for part in (name, name[-6:], name[-4:], name[-6:-2], name[-6:-2].upper()):
            found = [_shown(one, part) for one in (big, plain)]
            assert found[0] == found[1]
    assert _shown(big, "2026") == _shown(plain, "2026")


def test_what_came_since_is_found_by_its_part(big: Svc) -> None:
    big("list")
    index = big.folder / ".git" / "svcctl" / "index.sqlite"
    before = index.read_bytes()
    new, old = big.new("Later"), big.json("list --all")[0]["id"]
    index.write_bytes(before)
    path = big.record_path(old)
    same_end = path.with_name(path.name.replace(old, old[:2] + "19991231" + old[10:]))
    text = path.read_text(encoding="utf-8").replace(old, same_end.stem)
    big.write(same_end.relative_to(big.folder).as_posix(), text)
    big.git("rm", "-q", "--", big.record_path(new).relative_to(big.folder).as_posix())
    big.git("commit", "-qm", "gone")
    newer = big.new("Later still")
    plain = without(big)
    for part in (newer, new, old[-6:], old[-4:], old, "1999", newer[1:5]):
        assert _shown(big, part) == _shown(plain, part)
    assert _shown(big, newer).endswith(newer)
    assert index.read_bytes() == before


def _shown(svc: Svc, part: str) -> str:
    from svcctl.model.problems import Refused

    desk = open_desk(str(svc.folder))
    try:
        return desk.find(part)
    except Refused as error:
        return f"{error.code} {error}"
    finally:
        desk.close()


@pytest.mark.parametrize("part", ["%%%", "___", "R-2", "\\\\\\", "'''"])
def test_a_part_is_no_pattern(big: Svc, part: str) -> None:
    assert _shown(big, part) == _shown(without(big), part)


# Search


def test_words_are_found_however_they_are_written(svc: Svc) -> None:
    name = svc.new("Żółć и ёлки в Łodzi")
    for words in ("zolc", "ŻÓŁĆ", "елки", "ЁЛКИ", "lodzi", "ołć", "лк", "и"):
        assert name in svc(["search", words]).out, words
    same(svc)


def test_the_full_text_query_leaves_short_words_to_the_reader() -> None:
    assert having(["ab", "c"]) == ALL
    assert having(["abcd"]).values == ('"abc" AND "bcd"',)
    assert having(['a"b']).values == ('"a""b"',)


# It is never needed


def same_after(svc: Svc, harm: bytes | None) -> None:
    svc("list")
    if harm is None:
        file_of(svc).write_bytes(file_of(svc).read_bytes()[:5000])
    else:
        file_of(svc).write_bytes(harm)
    same(svc, questions=SOME)
    with sqlite3.connect(file_of(svc)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("harm", [None, b"", b"no database at all", b"SQLite format 3\0" + bytes(4000)])
def test_a_truncated_or_foreign_file_is_made_anew(big: Svc, harm: bytes | None) -> None:
    same_after(big, harm)


@pytest.mark.parametrize("mark", ["user_version", "application_id"])
def test_another_version_is_made_anew(big: Svc, mark: str) -> None:
    big("list")
    with sqlite3.connect(file_of(big)) as connection:
        connection.execute(f"PRAGMA {mark} = {SCHEMA + 1}")
    same(big, questions=SOME)


def test_the_index_of_another_svcctl_is_made_anew(big: Svc) -> None:
    big("list")
    with sqlite3.connect(file_of(big)) as connection:
        connection.execute("UPDATE meta SET value = '99.0' WHERE key = 'version'")
        connection.execute("DELETE FROM request")
    same(big, questions=SOME)


def test_a_page_that_is_damaged_is_found_when_it_is_read(big: Svc) -> None:
    big("list")
    content = bytearray(file_of(big).read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = bytes(2000)
    file_of(big).write_bytes(bytes(content))
    same(big, questions=SOME)


def test_a_locked_one_is_done_without(big: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    big("list")
    monkeypatch.setattr("svcctl.store.index.WAIT_SECONDS", 0.05)
    monkeypatch.setattr("svcctl.store.indexing.WAIT_SECONDS", 0.05)
    with sqlite3.connect(file_of(big), isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        locked = big("list --json").json
        connection.execute("ROLLBACK")
    assert locked == big("list --json").json


def test_a_rewound_and_a_replaced_branch(svc: Svc) -> None:
    names = [svc.new(f"Арматура {n}") for n in range(4)]
    same(svc, questions=SOME)
    svc.git("reset", "-q", "--hard", "HEAD~2")
    same(svc, questions=SOME)
    assert names[3] not in svc("list").out
    svc.git("reflog", "expire", "--expire=now", "--all")
    svc.git("gc", "-q", "--prune=now")
    other = svc.new("Цемент")
    same(svc, questions=SOME)
    svc.git("checkout", "-q", "--orphan", "other")
    svc.git("commit", "-qm", "Anew")
    svc.git("branch", "-qD", "main")
    svc.git("reflog", "expire", "--expire=now", "--all")
    svc.git("gc", "-q", "--prune=now")
    same(svc, questions=SOME)
    assert other in svc("list").out


def test_the_past_is_read_without_it(svc: Svc) -> None:
    name = svc.new("Арматура")
    svc.write("note.txt", "x")
    svc("list")
    assert name not in svc("--as-of 2026-11-01T10:00 list", code=2).out


def test_many_are_read_by_all_processors(big: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = open_desk(str(big.folder))
    alone = held(indexed(desk))
    desk.close()
    file_of(big).unlink()
    monkeypatch.setattr(indexing, "MANY", 10)
    monkeypatch.setattr("svcctl.store.workers.CHUNK", 7)
    seen: list[tuple[int, int]] = []
    desk = open_desk(str(big.folder))
    desk.progress = lambda done, total: seen.append((done, total))
    assert held(indexed(desk)) == alone
    desk.close()
    assert seen[-1] == (300, 300)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_processes_that_make_and_follow_it_together_agree(big: Svc) -> None:
    environment = {"SVCCTL_NOW": big.now, "SVCCTL_PERSON": "ivanova", "PATH": _path(), "HOME": str(big.folder.parent)}
    command = [sys.executable, "-m", "svcctl", "-C", str(big.folder), "list", "--all", "--json"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) for _ in range(4)
    ]
    answers = [process.communicate() for process in running]
    assert {err for _, err in answers} == {b""}
    assert len({out for out, _ in answers}) == 1
    assert len(json.loads(answers[0][0])) == 300


def _path() -> str:
    import os

    return os.environ["PATH"]


def test_a_clone_makes_its_own(big: Svc, tmp_path: Path) -> None:
    big("list")
    git(tmp_path, "clone", "-q", str(big.folder), "other")
    other = Svc(tmp_path / "other", big.monkeypatch, now=big.now)
    assert not file_of(other).exists()
    assert other("list").out == big("list").out
    assert file_of(other).is_file()


@pytest.fixture(autouse=True)
def no_leftovers(tmp_path: Path) -> Iterator[None]:
    yield
    assert not list(tmp_path.glob("*/.git/svcctl/*.new"))
