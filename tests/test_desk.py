"""A desk: finding and reading requests, recording deeds in one commit or not at all."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from svcctl.desk import Desk, open_desk
from svcctl.model.event import Event
from svcctl.model.events import (
    Accepted,
    Assigned,
    Attached,
    HandedOff,
    MessageIn,
    Noted,
    Redacted,
    Resolved,
    Returned,
    Set,
    StageDone,
    Taken,
)
from svcctl.model.ids import record_path
from svcctl.model.instants import iso, parse_instant
from svcctl.model.problems import BrokenFiles, Busy, Refused, Usage
from svcctl.model.request import Header, Request
from svcctl.model.team import Person
from svcctl.recording import Deed, author, name_in
from svcctl.render.request import request_json
from svcctl.store.fastimport import FileChange
from svcctl.store.journal import Intent, declare
from svcctl.store.records import parse_record
from tests.conftest import NOW, Svc, git

AT: datetime = parse_instant(NOW)
HEADER = Header("", "Rebar", "request", AT, "ivanova", department="sales")
OFFER = HEADER._replace(type="offer", client="metallstroy", regulation="commercial-offer@1")


@pytest.fixture
def desk(svc: Svc) -> Iterator[Desk]:
    opened = open_desk(str(svc.folder))
    yield opened
    opened.close()


def person(desk: Desk, handle: str = "ivanova") -> Person:
    return desk.reference.team.person(handle)


def new(desk: Desk, title: str = "Rebar", header: Header = HEADER, *events: Event) -> str:
    return desk.open_request(person(desk), AT, header._replace(title=title), events).id


def deed(desk: Desk, request: str, *events: Event, by: str = "ivanova", minute: int = 0, **options: Any) -> Request:
    """Records events of one request."""
    at = AT + timedelta(minutes=minute)
    return desk.record(person(desk, by), at, [Deed(request, events)], **options)[0]


def with_id(name: str, event: Event) -> Event:
    return event.stamped(id=name, n=0, prev="", at=AT, by="")


def commits(desk: Desk) -> int:
    return int(git(Path(desk.root), "rev-list", "--count", "HEAD"))


def lines(desk: Desk, request: str) -> list[dict[str, Any]]:
    """The events of a record in the worktree, as they stand there."""
    text = (Path(desk.root) / record_path(request)).read_text(encoding="utf-8")
    return [json.loads(line[2:]) for line in text.splitlines() if line.startswith("- {")]


def ids_of(*words: str) -> Callable[[int], bytes]:
    """Entropy that gives these words of Crockford's letters, one after the other, and then counts."""
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    given = iter(words)
    counter = itertools.count()

    def give(length: int) -> bytes:
        word = next(given, None) or f"{next(counter):0{length}}"
        return bytes(alphabet.index(letter) for letter in word)

    return give


# Finding


def test_any_part_of_an_id_finds_it(desk: Desk) -> None:
    desk.entropy = ids_of("k7qm4d", "m2xm2x")
    first, second = new(desk, "one"), new(desk, "two")
    assert (first, second) == ("R-20261123-k7qm4d", "R-20261123-m2xm2x")
    for part in (first, "k7qm4d", "k7q", "m4d", "7QM", " k7q ", "R-20261123-k7", "23-k7"):
        assert desk.find(part) == first
    assert desk.find("r-20261123-M2XM2X") == second


def test_an_end_goes_before_a_middle(desk: Desk) -> None:
    desk.entropy = ids_of("abcxxx", "xxxabc")
    new(desk)
    assert new(desk) == desk.find("abc")


def test_a_part_of_several_lists_them(desk: Desk) -> None:
    desk.entropy = ids_of("abcxxx", "abcyyy")
    new(desk, "one")
    new(desk, "two")
    with pytest.raises(Refused, match=r"^“abc” is part of 2 ids$") as caught:
        desk.find("abc")
    assert caught.value.code == "ambiguous-id"
    assert str(caught.value.hint) == "which one?\n  R-20261123-abcxxx  one\n  R-20261123-abcyyy  two"


def test_of_many_matches_ten_are_listed(svc: Svc, desk: Desk) -> None:
    desk.entropy = ids_of(*(f"abc0{n:02}" for n in range(12)))
    for n in range(12):
        new(desk, f"number {n}")
    svc.write(record_path("R-20261123-abc000"), "id: [")
    again = open_desk(str(svc.folder))
    with pytest.raises(Refused, match=r"^“abc” is part of 12 ids$") as caught:
        again.find("abc")
    listed = str(caught.value.hint).splitlines()
    assert listed[1] == "  R-20261123-abc000  ?"
    assert (len(listed), listed[-2:]) == (12, ["  R-20261123-abc009  number 9", "  …"])
    again.close()


@pytest.mark.parametrize("part", ["k7", "", " a "])
def test_a_part_that_is_too_short(desk: Desk, part: str) -> None:
    with pytest.raises(Refused, match=r"is too short to find a request by$") as caught:
        desk.find(part)
    assert (caught.value.code, str(caught.value.hint)) == ("short-id", "give 3 or more characters of its id")


@pytest.mark.parametrize("part", ["zzz", "R-20261123-zzzzzz", "yaml", "requests", "2026/11"])
def test_what_no_request_has(desk: Desk, part: str) -> None:
    desk.entropy = ids_of("k7qm4d")
    new(desk)
    with pytest.raises(Refused) as caught:
        desk.find(part)
    assert (str(caught.value), caught.value.code) == (f"no request has “{part}” in its id", "no-such-request")
    assert str(caught.value.hint) == "svcctl list shows them; svcctl search TEXT looks in their words"


# Reading


def test_a_request_that_is_not_there(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"no request has “R-20261123-zzzzzz” in its id"):
        desk.read("R-20261123-zzzzzz")


def test_one_broken_record_hides_no_others(svc: Svc, desk: Desk) -> None:
    desk.entropy = ids_of("aaaaaa", "bbbbbb", "cccccc")
    broken, latin, good = new(desk), new(desk), new(desk)
    svc.write(record_path(broken), (svc.folder / record_path(broken)).read_text(encoding="utf-8") + '- {"id": 1}\n')
    svc.write(record_path(latin), b"id: \xff\n")
    again = open_desk(str(svc.folder))
    assert [request.id for request in again.requests()] == [good]
    assert [str(problem.place).split("/")[-1] for problem in again.problems] == [
        "R-20261123-aaaaaa.yaml:9:1",
        "R-20261123-bbbbbb.yaml:1:5",
    ]
    for one in (broken, latin):
        with pytest.raises(BrokenFiles):
            again.read(one)
    again.close()


def test_requests_come_oldest_first(desk: Desk) -> None:
    for day in (2, 0, 1):
        at = AT + timedelta(days=day)
        desk.open_request(person(desk), at, HEADER._replace(opened=at, title=f"day {day}"), ())
    assert [request.title for request in desk.requests()] == ["day 0", "day 1", "day 2"]


def test_a_record_counts_as_it_was_committed(svc: Svc, desk: Desk) -> None:
    request = new(desk)
    with (svc.folder / record_path(request)).open("a", encoding="utf-8") as file:
        file.write(Noted(text="x").stamped(id="aaaaaaaa", n=1, prev="", at=AT, by="kim").line() + "\n")
    assert open_and_read(svc.folder, request).events == []
    svc.git("commit", "-qam", "by hand")
    assert [event.do for event in open_and_read(svc.folder, request).events] == ["noted"]


def open_and_read(folder: Path, request: str) -> Request:
    desk = open_desk(str(folder))
    try:
        return desk.read(request)
    finally:
        desk.close()


def test_a_regulation_that_is_lost_is_a_problem_once_and_no_deadline(desk: Desk) -> None:
    request = desk.read(new(desk))
    request.regulation = "lost@1"
    assert desk.regulation_of(request) is None
    assert desk.clocks(request, AT) == []
    (problem,) = desk.problems
    assert (problem.path, problem.code) == (record_path(request.id), "no-version")
    assert str(problem.message) == "regulation lost has no version 1 in the history"


def test_clocks_are_the_regulations(desk: Desk) -> None:
    request = desk.read(new(desk, header=OFFER))
    assert [clock.run.key for clock in desk.clocks(request, AT)] == ["pickup", "stage:intake", "resolve"]


# Opening a desk


def test_a_desk_is_found_from_any_folder_in_it(svc: Svc) -> None:
    desk = open_desk(str(svc.folder / "regulations"))
    assert desk.root == str(svc.folder)
    desk.close()


def test_where_there_is_no_desk(tmp_path: Path) -> None:
    with pytest.raises(Usage, match=r"^there is no desk in") as caught:
        open_desk(str(tmp_path))
    assert caught.value.code == "no-desk"
    (tmp_path / "desk.yaml").touch()
    with pytest.raises(BrokenFiles, match=r"no git repository"):
        open_desk(str(tmp_path))


def test_a_desk_as_it_was_known_then(desk: Desk) -> None:
    request = new(desk)
    deed(desk, request, Noted(text="x"), minute=5)
    then = open_desk(desk.root, AT + timedelta(minutes=4))
    assert then.read(request).events == []
    then.close()
    with pytest.raises(Usage, match=r"^the desk's history has nothing from before 1999-07-09 10:00$") as caught:
        open_desk(desk.root, AT - timedelta(days=9999))
    assert (caught.value.code, str(caught.value.hint)) == ("as-of", "git log --reverse shows where it begins")


# Recording


def test_deeds_for_several_requests_are_one_commit_by_the_person(desk: Desk) -> None:
    one, two = new(desk, "one"), new(desk, "two")
    before = commits(desk)
    done = desk.record(person(desk, "kim"), AT, [Deed(one, [Taken(), Noted(text="mine")]), Deed(two, [Taken()])])
    assert [(request.id, request.owner) for request in done] == [(one, "kim"), (two, "kim")]
    assert commits(desk) == before + 1
    said = git(Path(desk.root), "log", "-1", "--format=%an <%ae> %aI%n%s%n%b")
    assert said == f"Ким <kim@example.com> 2026-11-23T10:00:00+03:00\n2 requests: taken kim\n{one}\n{two}\n\n"
    assert git(Path(desk.root), "status", "--porcelain") == ""


def test_what_is_returned_is_what_stands_there(desk: Desk) -> None:
    request = new(desk, header=OFFER)
    deeds: list[tuple[str, Event]] = [
        ("ivanova", Taken()),
        ("ivanova", MessageIn(text="?")),
        ("ivanova", StageDone(stage="intake", fields={"items": "20 t"})),
        ("kuznetsov", Accepted(stage="logistics")),
        ("kuznetsov", HandedOff(to="sidorov", stage="logistics", within="2h")),
        ("sidorov", Returned(why="no", stage="logistics")),
        ("kuznetsov", StageDone(stage="logistics", fields={"delivery_cost": "1"})),
        ("nowak", Accepted()),
        ("nowak", StageDone(stage="customs", fields={"customs_cost": "2"})),
    ]
    for minute, (by, event) in enumerate(deeds):
        now = AT + timedelta(minutes=minute)
        done = deed(desk, request, event, by=by, minute=minute)
        again = open_and_read(Path(desk.root), request)
        assert request_json(done, desk.clocks(done, now), now) == request_json(again, desk.clocks(again, now), now)
        assert done.events == again.events
    assert done.stage == "draft"


def test_events_are_stamped_in_a_chain(desk: Desk) -> None:
    request = new(desk)
    deed(desk, request, Taken(), Noted(text="a"))
    deed(desk, request, Noted(text="b"), minute=1)
    events = lines(desk, request)
    assert [event["n"] for event in events] == [1, 2, 3]
    assert [event["prev"] for event in events] == ["", events[0]["id"], events[1]["id"]]
    assert events[2]["at"] == "2026-11-23T10:01:00+03:00"
    assert {event["by"] for event in events} == {"ivanova"}


def test_an_event_with_an_id_keeps_it(desk: Desk) -> None:
    request = new(desk)
    deed(desk, request, with_id("aaaaaaaa", Noted(text="x")))
    assert lines(desk, request)[0]["id"] == "aaaaaaaa"


def test_what_happened_earlier_has_both_times(desk: Desk) -> None:
    request = new(desk)
    deed(desk, request, Noted(text="x"), minute=30, at=AT + timedelta(minutes=10))
    deed(desk, request, Noted(text="x"), minute=30, at=AT + timedelta(minutes=30))
    first, second = lines(desk, request)
    assert (first["at"], first["rec"]) == ("2026-11-23T10:10:00+03:00", "2026-11-23T10:30:00+03:00")
    assert "rec" not in second


def test_a_clock_that_stops_is_frozen_in_the_event_that_stopped_it(desk: Desk) -> None:
    request = new(desk, header=OFFER)
    deed(desk, request, Taken(), minute=40)
    (started, taken) = lines(desk, request)
    assert "clocks" not in started
    assert taken["clocks"]["pickup"]["verdict"] == "missed"
    assert taken["clocks"]["pickup"]["due"] == "2026-11-23T10:30:00+03:00"
    assert taken["clocks"]["pickup"]["regulation"] == "commercial-offer@1"


def test_all_or_nothing(desk: Desk) -> None:
    one, two = new(desk, "one"), new(desk, "two")
    deed(desk, two, Taken())
    before = git(Path(desk.root), "rev-parse", "HEAD")
    with pytest.raises(Refused, match=r"already taken by ivanova"):
        desk.record(person(desk, "kim"), AT, [Deed(one, [Taken()]), Deed(two, [Taken()])])
    with pytest.raises(Refused, match=r"it is resolved since"):
        desk.record(person(desk, "kim"), AT, [Deed(one, [Resolved(outcome="x"), Taken()])])
    assert git(Path(desk.root), "rev-parse", "HEAD") == before
    assert git(Path(desk.root), "status", "--porcelain") == ""
    assert desk.read(one).owner == ""


def test_a_broken_record_is_not_written_to(svc: Svc, desk: Desk) -> None:
    request = new(desk)
    svc.write(record_path(request), "id: [")
    with pytest.raises(BrokenFiles):
        deed(desk, request, Taken())


def test_a_dry_run_tells_what_would_be_and_writes_nothing(desk: Desk) -> None:
    request = new(desk)
    before = git(Path(desk.root), "rev-parse", "HEAD")
    assert deed(desk, request, Taken(), dry_run=True).owner == "ivanova"
    with pytest.raises(Refused):
        deed(desk, request, Accepted(), dry_run=True)
    assert desk.open_request(person(desk), AT, HEADER, (), dry_run=True).id
    desk.write_files(person(desk), AT, "x\n", [FileChange("clients/x.yaml", b"name: X\n")], dry_run=True)
    assert git(Path(desk.root), "rev-parse", "HEAD") == before
    assert git(Path(desk.root), "status", "--porcelain") == ""
    assert desk.read(request).owner == ""


def test_deeds_that_follow_from_the_state_are_asked_for_inside_the_lock(desk: Desk) -> None:
    request = new(desk)
    other = open_desk(desk.root)
    deed(other, request, Noted(text="meanwhile"))
    other.close()

    def deeds() -> Sequence[Deed]:
        return [Deed(request, [Noted(text=f"after {len(desk.read(request).events)}")])]

    desk.record(person(desk), AT, deeds)
    assert [line["text"] for line in lines(desk, request)] == ["meanwhile", "after 1"]
    before = commits(desk)
    assert desk.record(person(desk), AT, list) == []
    assert commits(desk) == before


# When others write


class Meanwhile:
    """Commits something by plain git while deeds are being prepared, so many times."""

    def __init__(self, desk: Desk, times: int, write: Callable[[Path], None]) -> None:
        self.root, self.left, self.write, self.asked = Path(desk.root), times, write, 0

    def happen(self) -> None:
        self.asked += 1
        if self.left:
            self.left -= 1
            self.write(self.root)


def commit_elsewhere(root: Path) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", "pulled")


def test_a_branch_that_moved_meanwhile_is_looked_at_again(desk: Desk) -> None:
    request = new(desk)
    meanwhile = Meanwhile(desk, 2, commit_elsewhere)

    def deeds() -> Sequence[Deed]:
        meanwhile.happen()
        return [Deed(request, [Taken()])]

    (done,) = desk.record(person(desk), AT, deeds)
    assert (done.owner, meanwhile.asked) == ("ivanova", 3)
    said = git(Path(desk.root), "log", "-3", "--format=%s").splitlines()
    assert said == [f"R-…{request[-6:]} taken ivanova", "pulled", "pulled"]
    assert [line["do"] for line in lines(desk, request)] == ["taken"]
    assert git(Path(desk.root), "status", "--porcelain") == ""


def test_what_was_done_meanwhile_is_judged_anew(desk: Desk) -> None:
    request = new(desk)
    path = record_path(request)

    def take(root: Path) -> None:
        line = Taken().stamped(id="aaaaaaaa", n=1, prev="", at=AT, by="kim").line()
        with (root / path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        git(root, "commit", "-qam", "pulled")

    meanwhile = Meanwhile(desk, 1, take)

    def deeds() -> Sequence[Deed]:
        meanwhile.happen()
        return [Deed(request, [Taken()])]

    with pytest.raises(Refused, match=r"already taken by kim"):
        desk.record(person(desk), AT, deeds)
    assert meanwhile.asked == 2


def test_others_who_never_stop_writing(desk: Desk) -> None:
    request = new(desk)
    meanwhile = Meanwhile(desk, 99, commit_elsewhere)

    def deeds() -> Sequence[Deed]:
        meanwhile.happen()
        return [Deed(request, [Taken()])]

    with pytest.raises(Busy, match=r"^others kept writing to this desk$") as caught:
        desk.record(person(desk), AT, deeds)
    assert (meanwhile.asked, str(caught.value.hint)) == (5, "type the command again")
    assert lines(desk, request) == []
    assert deed(desk, request, Taken()).owner == "ivanova"


def test_two_people_who_add_to_one_file_find_both_their_lines(desk: Desk) -> None:
    path = "notes.txt"

    def theirs(root: Path) -> None:
        (root / path).write_text("theirs\n")
        git(root, "add", path)
        git(root, "commit", "-qm", "pulled")

    meanwhile = Meanwhile(desk, 1, theirs)

    def ours() -> Sequence[FileChange]:
        before = desk.tree.content(path) or b""
        meanwhile.happen()
        return [FileChange(path, before + b"ours\n")]

    desk.write_files(person(desk), AT, "add a line\n", ours)
    assert (Path(desk.root) / path).read_text() == "theirs\nours\n"
    assert git(Path(desk.root), "log", "-1", "--format=%an %s") == "Анна Иванова add a line\n"


def test_a_file_that_changed_since_it_was_read_is_not_written_over(desk: Desk) -> None:
    request = new(desk)
    path = "offers/2026/11/23/x/r1.yaml"
    desk.write_files(person(desk), AT, "theirs\n", [FileChange(path, b"1\n")])
    for seen in (None, b"0\n"):
        with pytest.raises(Busy, match=rf"^{path} was changed meanwhile$"):
            desk.record(person(desk), AT, [Deed(request, [Noted(text="x")], [(path, b"2\n")], [(path, seen)])])
    desk.record(person(desk), AT, [Deed(request, [Noted(text="x")], [(path, b"2\n")], [(path, b"1\n")])])
    assert (Path(desk.root) / path).read_bytes() == b"2\n"


def test_uncommitted_edits_are_not_written_over(desk: Desk) -> None:
    request = new(desk)
    with (Path(desk.root) / record_path(request)).open("a") as file:
        file.write("# mine\n")
    with pytest.raises(Refused, match=r"has edits that are not committed$") as caught:
        deed(desk, request, Taken())
    assert caught.value.code == "dirty"
    assert (Path(desk.root) / record_path(request)).read_text().endswith("# mine\n")


def test_on_no_branch_nothing_is_recorded(desk: Desk) -> None:
    request = new(desk)
    git(Path(desk.root), "switch", "-q", "--detach")
    again = open_desk(desk.root)
    with pytest.raises(Refused, match=r"HEAD is detached: a deed would be on no branch$") as caught:
        deed(again, request, Taken())
    assert (caught.value.code, again.read(request).owner) == ("detached-head", "")
    assert str(caught.value.hint) == "git switch main (or the branch you work on), then type the command again"
    again.close()


# Files


def test_a_file_stands_beside_the_record_under_its_events_id(desk: Desk) -> None:
    request = new(desk)
    events = [MessageIn(text="long…", file="body.txt"), Attached(file="план.pdf", name="план.pdf")]
    desk.record(person(desk), AT, [Deed(request, events, [("body.txt", b"long"), ("план.pdf", b"%PDF")])])
    said, attached = lines(desk, request)
    folder = f"files/2026/11/23/{request}"
    assert said["file"] == f"{folder}/{said['id']}-body.txt"
    assert attached["file"] == f"{folder}/{attached['id']}-план.pdf"
    assert (Path(desk.root) / said["file"]).read_bytes() == b"long"
    assert (Path(desk.root) / attached["file"]).read_bytes() == b"%PDF"

    assert git(Path(desk.root), "status", "--porcelain") == ""
    assert [name_in(event) for event in desk.read(request).events] == ["body.txt", "план.pdf"]


def test_a_folder_that_cannot_follow_is_a_warning_and_the_next_deed_mends_it(desk: Desk) -> None:
    request = new(desk)
    in_the_way = Path(desk.root) / "files"
    in_the_way.write_text("a person's own file\n")
    event = Attached(file="a.pdf", name="a.pdf")
    desk.record(person(desk), AT, [Deed(request, [event], [("a.pdf", b"%PDF")])])
    (warning,) = desk.warnings
    assert str(warning).startswith("recorded; but the files in the folder could not follow: ")
    assert [one.do for one in open_and_read(Path(desk.root), request).events] == ["attached"]
    in_the_way.unlink()
    deed(desk, request, Noted(text="x"))
    assert str(desk.warnings[1]).startswith("finished what an interrupted command had begun: ")
    assert (Path(desk.root) / lines(desk, request)[0]["file"]).read_bytes() == b"%PDF"
    assert git(Path(desk.root), "status", "--porcelain") == ""


def test_what_an_interrupted_command_left_is_finished_first(desk: Desk) -> None:
    request = new(desk)
    path, tip = record_path(request), desk.tree.commit
    deed(desk, request, Taken())
    git(Path(desk.root), "restore", "-s", tip, "-SW", "--", path)
    declare(str(Path(desk.root) / ".git" / "svcctl"), Intent(tip, [path]))
    deed(desk, request, Noted(text="x"))
    assert [line["do"] for line in lines(desk, request)] == ["taken", "noted"]
    assert [str(one) for one in desk.warnings] == ["finished what an interrupted command had begun: 1 file"]
    assert git(Path(desk.root), "status", "--porcelain") == ""


# Opening requests


def test_a_new_request_is_one_commit_with_its_first_stages(desk: Desk) -> None:
    before = commits(desk)
    request = desk.open_request(person(desk), AT, OFFER, [Assigned(to="ivanova")])
    assert commits(desk) == before + 1
    assert [line["do"] for line in lines(desk, request.id)] == ["stage_started", "assigned"]
    assert (request.stage, request.owner) == ("intake", "ivanova")
    said = git(Path(desk.root), "log", "-1", "--format=%s%n%b").rstrip()
    assert said == f"R-…{request.id[-6:]} opened ivanova: Rebar\n{request.id}"
    record = parse_record((Path(desk.root) / record_path(request.id)).read_text(encoding="utf-8"), "x")
    assert record.header == OFFER._replace(id=request.id)


def test_an_id_that_is_taken_is_not_given_again(desk: Desk) -> None:
    desk.entropy = ids_of("aaaaaa", "aaaaaa", "bbbbbb")
    assert [new(desk), new(desk)] == ["R-20261123-aaaaaa", "R-20261123-bbbbbb"]


def test_files_that_come_with_a_new_request(desk: Desk) -> None:
    change = FileChange("files/{id}/mail.eml", b"From: x\n")
    request = desk.open_request(person(desk), AT, HEADER, (), [change])
    assert (Path(desk.root) / f"files/2026/11/23/{request.id}/mail.eml").read_bytes() == b"From: x\n"


def test_a_request_as_it_is_asked_for(desk: Desk) -> None:
    request = desk.open_new(person(desk), AT, HEADER._replace(type="offer", client="zoo", department=""))
    assert (request.regulation, request.department, request.stage) == ("commercial-offer@1", "sales", "intake")
    plain = desk.open_new(person(desk, "kim"), AT, HEADER._replace(department=""), to="kuznetsov")
    assert (plain.regulation, plain.department, plain.owner) == ("", "logistics", "kuznetsov")
    errand = desk.open_new(person(desk), AT, HEADER._replace(type="errand"), to="logistics")
    assert errand.handoff is not None
    assert (errand.status, errand.handoff.to) == ("handed_off", "logistics")


def test_a_client_whom_nobody_knows_yet_is_made_in_the_same_commit(desk: Desk) -> None:
    before = commits(desk)
    request = desk.open_new(person(desk), AT, HEADER._replace(client="stroy-servis"))
    assert (request.client, desk.reference.client("stroy-servis").name) == ("stroy-servis", "stroy-servis")
    assert commits(desk) == before + 1
    assert [str(one) for one in desk.remarks] == ["new client stroy-servis"]
    desk.open_new(person(desk), AT, HEADER._replace(client="stroy-servis"))
    assert len(desk.remarks) == 1


@pytest.mark.parametrize(
    ("changes", "to", "said"),
    [
        ({"title": ""}, "", "a request needs a title"),
        ({"type": "ofer"}, "", "no regulation is for the type “ofer”"),
        ({"client": "metalstroy"}, "", "there is no client “metalstroy”"),
        ({"channel": "fone"}, "", "“fone” is no channel of channels.yaml"),
        ({"priority": "asap"}, "", "“asap” is no priority"),
        ({"controller": "petrov"}, "", "nobody called “petrov” is in team.yaml"),
        ({}, "logistic", "“logistic” is neither a person nor a department of team.yaml"),
        ({"type": "offer"}, "", "commercial-offer@1 requires client"),
    ],
)
def test_a_request_that_cannot_be_opened(desk: Desk, changes: dict[str, str], to: str, said: str) -> None:
    before = commits(desk)
    with pytest.raises((Refused, Usage)) as caught:
        desk.open_new(person(desk), AT, HEADER._replace(**changes), to=to)  # type: ignore[arg-type]
    assert str(caught.value) == said
    assert commits(desk) == before


# What a person means


def test_the_stage_a_person_would_finish(desk: Desk) -> None:
    request = new(desk, header=OFFER)
    assert desk.current_stage(request, person(desk)) == "intake"
    with pytest.raises(Refused, match=r": no stage is open$") as caught:
        plain = new(desk)
        desk.current_stage(plain, person(desk))
    assert caught.value.code == "no-stage"
    assert str(caught.value.hint) == f"finish the request: svcctl resolve {plain[-6:]} -m OUTCOME"


def test_where_a_return_goes(desk: Desk) -> None:
    request = new(desk, header=OFFER)
    assert desk.return_stage(request, person(desk)) == ""
    for stage in ("intake", "logistics", "customs", "draft"):
        at = desk.read(request).items[stage]
        by = at.handoff.to if at.handoff and at.handoff.to in desk.reference.team.people else ""
        by = by or at.owner if at.handoff is None else by or desk.reference.team.members(at.handoff.to)[0].handle
        needs = {"intake": "items", "logistics": "delivery_cost", "customs": "customs_cost"}
        fields = {needs[stage]: "1"} if stage in needs else {}
        first: list[Event] = [Accepted(stage=stage)] if at.handoff else []
        deed(desk, request, *first, StageDone(stage=stage, fields=fields), by=by or "ivanova")
    assert desk.return_stage(request, person(desk, "petrova")) == "draft"
    assert desk.return_stage(new(desk), person(desk)) == ""
    other = new(desk, header=OFFER)
    deed(desk, other, Set(values={"regulation": "complaint@1"}))
    assert desk.return_stage(other, person(desk)) == ""


def test_a_change_has_what_was_there(desk: Desk) -> None:
    request = new(desk)
    event = desk.setting(request, {"title": "New", "weight": "20"})
    assert event == Set(values={"title": "New", "weight": "20"}, old={"title": "Rebar", "weight": ""})


# Small things


def test_the_author_of_a_commit() -> None:
    assert tuple(author(Person("kim", "Ким", "kim@example.com"), AT)) == ("Ким", "kim@example.com", "1795417200 +0300")
    assert tuple(author(Person("kim"), AT))[:2] == ("kim", "kim@localhost")


def test_a_redacted_text_is_in_no_form_of_the_log(svc: Svc, desk: Desk) -> None:
    request = new(desk)
    deed(desk, request, with_id("aaaaaaaa", Noted(text="passport 4509")))
    deed(desk, request, Redacted(event="aaaaaaaa", why="personal data"))
    for form in ("table", "plain", "csv", "json", "md", "html"):
        assert "4509" not in svc(f"log {request} --format {form}").out
    assert iso(AT) in svc(f"log {request} --json").out
