"""Plain ``git pull`` in clones where nothing was configured but what the tree has; svcctl puts right what it left."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from svcctl.model.ids import ALPHABET, record_path
from svcctl.store.merge import merge_records, repaired
from svcctl.store.records import dump_record
from tests.conftest import Svc, git
from tests.events import HEADER
from tests.merge.gossip import lines
from tests.store.test_merge import grown

MERGES, A_PULL = 500, 25
SAID = r"(?s).*"

Records = dict[str, bytes]


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(ALPHABET, k=6))


def _record(dice: random.Random) -> tuple[str, bytes]:
    request_id = f"R-2026112{dice.randrange(9)}-{_word(dice)}"
    header = HEADER._replace(id=request_id, title=f"Request {_word(dice)}")
    return record_path(request_id), grown(dump_record(header, ()).encode(), dice)


def _grown(records: Records, dice: random.Random) -> Records:
    """What a clone makes of them: more events in most, and two new requests."""
    old = {path: grown(content, dice) if dice.random() < 0.9 else content for path, content in records.items()}
    return old | dict(_record(dice) for _ in "ab")


def _save(folder: Path, records: Records) -> None:
    for path, content in records.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "deeds")


def _found(folder: Path) -> Records:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.glob("requests/*/*/*/*.yaml"))}


def _expected(base: Records, a: Records, b: Records) -> Records:
    return {
        path: merge_records(base.get(path), a.get(path, b.get(path, b"")), b.get(path, a.get(path, b"")))
        for path in sorted({*a, *b})
    }


class Pair:
    """Two clones of one bare repository, each with deeds of its own."""

    def __init__(self, desk: Path, folder: Path, seed: int, size: int = A_PULL) -> None:
        dice = random.Random(seed)
        origin = folder / "origin"
        shutil.copytree(desk, origin, symlinks=True)
        self.base = dict(_record(dice) for _ in range(size))
        _save(origin, self.base)
        self.hub = folder / "hub.git"
        git(folder, "clone", "-q", "--bare", str(origin), str(self.hub))
        self.a, self.b = _grown(self.base, dice), _grown(self.base, dice)
        self.clones = []
        for name, records in (("a", self.a), ("b", self.b)):
            git(folder, "clone", "-q", f"file://{self.hub}", name)
            _save(folder / name, records)
            self.clones.append(folder / name)

    def pulled(self) -> list[Records]:
        """What plain ``git pull`` makes of it, in the one direction and the other."""
        found = []
        for here, there in (self.clones, self.clones[::-1]):
            tip = git(here, "rev-parse", "HEAD").strip()
            git(here, "pull", "-q", "--no-rebase", "--no-edit", str(there), "main")
            found.append(_found(here))
            if here == self.clones[0]:
                git(here, "branch", "joined")
                git(here, "reset", "-q", "--hard", tip)
        git(self.clones[0], "reset", "-q", "--hard", "joined")
        return found


def _check(pair: Pair) -> int:
    """Nothing lost, doubled or moved; the same after repair whoever pulled. Returns how many records were joined."""
    expected = _expected(pair.base, pair.a, pair.b)
    one, other = pair.pulled()
    for path, content in expected.items():
        wanted = {*lines(pair.a.get(path, b"")), *lines(pair.b.get(path, b""))}
        for found in (one[path], other[path]):
            assert set(lines(found)) == wanted, f"lost or moved in {path}"
            assert len(lines(found)) == len(wanted), f"doubled in {path}"
            assert repaired(found) == content, path
    assert one.keys() == other.keys() == expected.keys()
    return sum(path in pair.base and pair.a[path] != pair.base[path] != pair.b[path] for path in expected)


def _synced(pair: Pair, svc: Svc) -> None:
    """The next syncs put the lines in order, push them, and both clones are alike."""
    for number in (0, 1, 0):
        svc.folder = pair.clones[number]
        svc("sync --unverified", err=SAID)
    expected = _expected(pair.base, pair.a, pair.b)
    assert _found(pair.clones[0]) == _found(pair.clones[1]) == expected
    assert len({git(clone, "rev-parse", "HEAD^{tree}") for clone in pair.clones}) == 1
    for clone in pair.clones:
        assert git(clone, "status", "--porcelain") == ""


def test_a_bare_pull_loses_nothing_and_the_next_sync_puts_it_in_order(
    svc: Svc, made_desk: Path, tmp_path: Path
) -> None:
    pair = Pair(made_desk, tmp_path, 1, 8)
    assert _check(pair) > 4
    _synced(pair, svc)


@pytest.mark.long
@pytest.mark.parametrize("block", range(4))
def test_five_hundred_merges_in_unconfigured_clones(svc: Svc, made_desk: Path, tmp_path: Path, block: int) -> None:
    joined = seed = 0
    while joined < MERGES // 4:
        folder = tmp_path / str(seed)
        folder.mkdir()
        pair = Pair(made_desk, folder, 100 * (block + 1) + seed)
        joined += _check(pair)
        _synced(pair, svc)
        shutil.rmtree(folder)
        seed += 1
    print(f"{joined} of {MERGES} records merged by plain git pull, in {seed} pulls each way: 0 lost, doubled, moved")
