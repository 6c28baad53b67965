"""Merging records: nothing lost, doubled or moved, and the same result whoever merges with whom."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from svcctl.model.event import VOCABULARY
from svcctl.model.events import Event
from svcctl.model.ids import ALPHABET, record_path
from svcctl.model.request import Request, fold, order
from svcctl.store.merge import Differs, gained, merge_records, repaired, take_apart
from svcctl.store.records import append_events, dump_record, parse_record
from tests.conftest import git
from tests.events import AT, HEADER, example
from tests.model.test_request import state

PATH = record_path(HEADER.id)
TEXTS = ("позвонить", "line\nbreak", "emoji 🚀", 'quotes " and \\', "a: b # c", "  blanks ", "\u2028", "no")


def read(content: bytes) -> Request:
    text = content.decode()
    record = parse_record(text, record_path(text.partition("\n")[0].removeprefix("id: ")))
    assert record.problems == []
    assert record.header is not None
    return fold(record.header, record.events)


def grown(content: bytes, dice: random.Random, most: int = 5) -> bytes:
    """The record with more events, as a clone would add them."""
    request = read(content)
    for _ in range(dice.randrange(most + 1)):
        n, prev = request.next_stamp()
        do = dice.choice(("taken", "handed_off", "noted", "set", "resolved", "waiting", "accepted", "stage_done"))
        name = "".join(dice.choices(ALPHABET, k=8))
        at = AT.replace(minute=dice.randrange(60), second=dice.randrange(60))
        event = example(do, id=name, n=n, prev=prev, at=at, by=dice.choice(("ivanova", "petrova")))
        if do == "noted":
            event.__dict__["text"] = dice.choice(TEXTS)
        event.__dict__["also"] = request.other_heads()
        content = append_events(content.decode(), [event]).encode()
        request = read(content)
    return content


def triple(seed: int) -> tuple[bytes, bytes, bytes, bytes]:
    """A record and three that grew from it apart."""
    dice = random.Random(seed)
    base = grown(dump_record(HEADER, ()).encode(), dice)
    return base, grown(base, dice), grown(base, dice), grown(base, dice)


def lines(content: bytes) -> list[str]:
    return [line for line in content.decode().split("\n") if line.startswith("- ")]


def check_pair(seed: int) -> None:
    base, a, b, _ = triple(seed)
    merged = merge_records(base, a, b)
    assert merged == merge_records(base, b, a)
    assert sorted(lines(merged)) == sorted({*lines(a), *lines(b)})
    assert len(lines(merged)) == len(lines(a)) + len(lines(b)) - len(lines(base))
    for side in (a, b):
        assert [line for line in lines(merged) if line in lines(side)] == lines(side)
    assert lines(merged) == [event.line() for event in sorted(read(merged).events, key=order)]
    assert merge_records(base, merged, a) == merged
    assert merge_records(a, merged, b) == merged
    assert merge_records(base, a, a) == a


@pytest.mark.parametrize("block", range(4))
def test_random_pairs_lose_double_and_move_nothing(block: int) -> None:
    for seed in range(block * 50, block * 50 + 50):
        check_pair(seed)


@pytest.mark.long
def test_two_thousand_random_pairs() -> None:
    for seed in range(1000, 3000):
        check_pair(seed)


@pytest.mark.parametrize("block", range(4))
def test_three_clones_end_alike_in_whatever_order_they_meet(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        base, a, b, c = triple(seed)
        first = merge_records(base, merge_records(base, a, b), c)
        assert first == merge_records(base, a, merge_records(base, b, c))
        assert first == merge_records(base, merge_records(base, c, a), b)
        assert state(read(first)) == state(read(merge_records(base, merge_records(base, b, c), a)))


@pytest.mark.parametrize("seed", range(12))
def test_what_gits_union_joined_reads_the_same_after_repair(seed: int, tmp_path: Path) -> None:
    base, a, b, _ = triple(seed)
    names = []
    for name, content in (("a", a), ("base", base), ("b", b)):
        (tmp_path / name).write_bytes(content)
        names.append(str(tmp_path / name))
    union = subprocess.run(["git", "merge-file", "-p", "--union", *names], check=True, capture_output=True).stdout
    merged = merge_records(base, a, b)
    assert repaired(union) == merged
    assert state(read(union)) == state(read(merged))


def test_line_ends_of_other_systems_double_nothing() -> None:
    base, a, b, _ = triple(7)
    foreign = a.replace(b"\n", b"\r\n")
    assert merge_records(base, foreign, b) == merge_records(base, a, b)
    doubled = a + b"".join(line.encode() + b"\r\n" for line in lines(a))
    assert repaired(doubled) == a


def test_a_header_that_one_side_mended_is_taken() -> None:
    base, a, b, _ = triple(3)
    mended = a.replace("КП на арматуру".encode(), "КП на швеллер".encode())
    assert "швеллер" in merge_records(base, mended, b).decode()
    assert merge_records(base, mended, b) == merge_records(base, b, mended)


def test_headers_that_differ_are_a_conflict_with_both_values() -> None:
    base, a, b, _ = triple(3)
    here = a.replace("КП на арматуру".encode(), b"Rebar")
    there = b.replace("КП на арматуру".encode(), b"Beams")
    with pytest.raises(Differs, match="its header says “title: Rebar” here and “title: Beams” there"):
        merge_records(base, here, there)
    with pytest.raises(Differs, match="one side has more"):
        merge_records(b"x: y\nevents:\n", b"id: 1\nevents:\n", b"id: 1\n\nevents:\n")


def test_what_is_no_record_is_not_merged() -> None:
    base, a, _, _ = triple(3)
    with pytest.raises(Differs, match="it has no “events:” line of its own"):
        merge_records(base, a, b"id: x\n")


def test_a_line_that_is_no_event_is_kept_at_the_end() -> None:
    base, a, b, _ = triple(5)
    broken = a + b'- {"id": "half\n'
    assert merge_records(base, broken, b) == merge_records(base, a, b) + b'- {"id": "half\n'
    odd = a + b'- {"id": 7, "n": 1, "at": "2026-11-21T10:00:00+03:00"}\n'
    assert merge_records(base, odd, b).endswith(b'+03:00"}\n')


def test_what_two_clones_told_of_one_clock_is_one_line() -> None:
    base = dump_record(HEADER, ()).encode()
    told = [example("reminded", id="samesame", n=n, by=by) for n, by in ((1, "ivanova"), (3, "petrova"))]
    a, b = (append_events(base.decode(), [event]).encode() for event in told)
    assert lines(merge_records(base, a, b)) == [told[0].line()]
    assert merge_records(base, a, b) == merge_records(base, b, a)


def test_two_different_events_of_one_id_are_both_kept_for_fsck_to_tell() -> None:
    base = dump_record(HEADER, ()).encode()
    made = [example("noted", id="samesame", n=1, text=text) for text in ("one", "two")]
    a, b = (append_events(base.decode(), [event]).encode() for event in made)
    assert len(lines(merge_records(base, a, b))) == 2


def test_a_line_that_one_side_wrote_anew_replaces_the_old_one() -> None:
    event = example("noted", text="passport 4510 123456")
    base = dump_record(HEADER, [event]).encode()
    erased = base.replace(b"passport 4510 123456", b"[erased]")
    merged = merge_records(base, erased, append_events(base.decode(), [example("taken", id="aaaaaaaa", n=2)]).encode())
    assert b"passport" not in merged
    assert len(lines(merged)) == 2


def test_it_counts_what_a_record_gained() -> None:
    base, a, _, _ = triple(1)
    assert gained(base, a) == len(lines(a)) - len(lines(base))
    assert gained(None, a) == len(lines(a)) + 1, "the opening is a deed too"
    assert gained(a, None) == gained(a, b"no record") == 0


def test_an_empty_list_of_events_may_be_written_out() -> None:
    base = dump_record(HEADER, ()).encode()
    event: Event = VOCABULARY["noted"](text="x").stamped(id="aaaaaaaa", n=1, prev="", at=AT, by="kim")
    merged = merge_records(
        base, base.replace(b"events:", b"events: []"), append_events(base.decode(), [event]).encode()
    )
    assert read(merged).events == [event]
    assert take_apart(merged).ids() == {"aaaaaaaa"}


def test_a_bare_pull_reads_as_if_svcctl_had_merged(tmp_path: Path) -> None:
    """Real git, with the attributes of a desk and nothing configured."""
    base, a, b, _ = triple(11)
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    git(one, "init", "-q", "-b", "main")
    (one / ".gitattributes").write_text("*.yaml text eol=lf\nrequests/**/*.yaml merge=union\n")
    _save(one, base)
    git(tmp_path, "clone", "-q", str(one), str(two))
    _save(two, b)
    _save(one, a)
    git(one, "pull", "-q", "--no-rebase", "--no-edit", str(two), "main")
    found = (one / PATH).read_bytes()
    assert repaired(found) == merge_records(base, a, b)
    assert state(read(found)) == state(read(merge_records(base, a, b)))


def _save(folder: Path, content: bytes) -> None:
    (folder / PATH).parent.mkdir(parents=True, exist_ok=True)
    (folder / PATH).write_bytes(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "m")


@pytest.mark.parametrize("at", ["7", "null", "[]", '"never"'])
def test_a_line_whose_moment_is_none_stays_where_it_is(at: str) -> None:
    row = f'- {{"id": "aaaaaaaa", "n": 1, "at": {at}}}'
    assert list(take_apart(f"id: x\nevents:\n{row}\n".encode()).rows) == [row]
