"""Three or four clones that exchange in random pairs: nothing lost, doubled or moved, and all end alike."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.merge.gossip import World, play

RUNS, BLOCKS = 500, 10


def _played(tmp_path: Path, seeds: range) -> tuple[int, int, Counter[str]]:
    merges = conflicts = 0
    count: Counter[str] = Counter()
    for seed in seeds:
        world: World = play(tmp_path / "world", seed)
        merges, conflicts = merges + world.merges, conflicts + world.conflicts
        count += world.count
        shutil.rmtree(tmp_path / "world")
    return merges, conflicts, count


def test_a_few_gossip_runs(tmp_path: Path) -> None:
    merges, _, count = _played(tmp_path, range(2))
    assert merges > 5 and count["hand-offs"] and count["offers"] and count["compared both ways"]


@pytest.mark.long
@pytest.mark.parametrize("block", range(BLOCKS))
def test_five_hundred_gossip_runs(tmp_path: Path, block: int) -> None:
    size = RUNS // BLOCKS
    merges, conflicts, count = _played(tmp_path, range(1000 + block * size, 1000 + (block + 1) * size))
    said = ", ".join(f"{number} {what}" for what, number in sorted(count.items()))
    print(
        f"{size} of {RUNS} gossip runs: {merges} merges, {conflicts} clashes of offers; {said}: 0 lost, doubled, moved"
    )
    assert merges > size * 4
