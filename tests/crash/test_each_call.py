"""Every writing command is killed at every rename, link, sync, write and removal of svcctl and its gits.

Each point is one system call of one process of the command, found by tracing a whole run (see ``breaking``). It is
broken in two ways in turn: the process alone is killed before the call, or everything is killed at once after it.
Whatever was killed:

- the next reader works and says nothing;
- the next writer works, and says at most that it has finished what was interrupted;
- the deed has happened wholly or not at all, and it has if that was said;
- branch, index and folder agree, ``git fsck`` and ``svcctl fsck`` find nothing, and nothing is left to be removed.

What a break leaves is the same for the next command if it is the same on the disk, byte for byte, but for times, the
names of temporary files and the owners of locks: chance is taken out, the same command draws the same ids. So states
that were looked at before are compared, not looked at again (see ``copies``); each tenth is nevertheless.

Left out, because nothing changes on the disk: writes of gits that only answer, and of writes into pipes one after the
other all but the first. Every command is broken at every point that is left, in one of the two ways: the other one at
the next point, and the other way round in the next command, which writes by the same calls. Everything killed after a
call, and the process alone before the next, leave the same where no other process is at work.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Figure
from tests.crash.breaking import Bench
from tests.crash.commands import FOUNDING, WRITING, Case, Stage, reads, table
from tests.crash.recovery import Trial

WAYS = ("alone", "group")


def test_every_command_is_broken_or_only_reads() -> None:
    names = list(table())
    unknown = [name for name in names if not (name in WRITING or name in FOUNDING or reads(name))]
    assert unknown == [], "say in tests/crash/commands.py how these are broken, or that they only read"
    assert [name for name in WRITING if name not in names] == []


def killed(trial: Trial, every: int, first: int, turn: int = 0) -> dict[str, int]:
    """Breaks a command at every ``every``-th point from the ``first``, in both ways in turn; returns how often."""
    done = dict.fromkeys(WAYS, 0)
    found = trial.points()[first::every]
    for number, point in enumerate(found):
        way = WAYS[(number + turn) % 2]
        done[way] += trial.breaks(point, way)
    assert sum(done.values()) >= len(found) * 9 // 10 >= 2, "many calls were not made"
    return done


@pytest.mark.long
@pytest.mark.parametrize(("name", "case"), WRITING.items(), ids=list(WRITING))
def test_killed_at_every_call(
    bench: Bench, stage: Stage, tmp_path: Path, name: str, case: Case, figure: Figure
) -> None:
    trial = Trial(bench, stage, name, case, tmp_path)
    bench.known.since()
    done = killed(trial, 1, 0, list(WRITING).index(name))
    figure("killed at a call, the process alone", done["alone"])
    figure("killed at a call, the whole group", done["group"])
    figure("killed at a call, states that were looked at", bench.known.since())


@pytest.mark.parametrize(("name", "first"), [("note", 0), ("note", 4), ("sync", 3)])
def test_killed_at_some_calls(
    bench: Bench, stage: Stage, tmp_path: Path, name: str, first: int, figure: Figure
) -> None:
    trial = Trial(bench, stage, name, WRITING[name], tmp_path)
    done = killed(trial, 11 if name == "note" else 37, first, first % 3)
    figure("killed at a call, a sample", sum(done.values()))
