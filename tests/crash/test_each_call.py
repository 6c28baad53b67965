"""Every writing command is killed at every rename, link, sync, write and removal of svcctl and its gits.

Each point is one system call of one process of the command, found by tracing a whole run (see ``breaking``). It is
broken in two ways in turn: the process alone is killed before the call, or everything is killed at once after it.
Whatever was killed:

- the next reader works and says nothing;
- the next writer works, and says at most that it has finished what was interrupted;
- the deed has happened wholly or not at all, and it has if that was said;
- branch, index and folder agree, ``git fsck`` and ``svcctl fsck`` find nothing, and nothing is left to be removed.

Left out, because nothing changes on the disk: writes of gits that only answer, and of writes into pipes one after the
other all but the first. The commands marked ``deep`` are broken at every point that is left. The others write by the
very same calls, one record or one file: each is broken at every other point, the one command at the even ones and the
next at the odd ones, each way in turn, so that every call is broken by some twenty of them; and of git's own writing of
objects, which is the same program and not reached by anything yet, only at the first and last call of each kind.
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


def killed(trial: Trial, every: int, first: int) -> dict[str, int]:
    """Breaks a command at every ``every``-th point from the ``first``, in both ways in turn; returns how often."""
    done = dict.fromkeys(WAYS, 0)
    for turn, point in enumerate(trial.points()[first % every :: every]):
        way = WAYS[(turn + first) % 2]
        done[way] += trial.breaks(point, way)
    return done


@pytest.mark.long
@pytest.mark.parametrize(("name", "case"), WRITING.items(), ids=list(WRITING))
def test_killed_at_every_call(
    bench: Bench, stage: Stage, tmp_path: Path, name: str, case: Case, figure: Figure
) -> None:
    trial = Trial(bench, stage, name, case, tmp_path)
    number = list(WRITING).index(name)
    done = killed(trial, 1 if case.deep else 2, number + number // 2)
    assert sum(done.values()) >= 20
    figure("killed at a call, the process alone", done["alone"])
    figure("killed at a call, the whole group", done["group"])


@pytest.mark.parametrize(("name", "first"), [("note", 0), ("note", 4), ("sync", 3)])
def test_killed_at_some_calls(
    bench: Bench, stage: Stage, tmp_path: Path, name: str, first: int, figure: Figure
) -> None:
    trial = Trial(bench, stage, name, WRITING[name], tmp_path)
    done = killed(trial, 11 if name == "note" else 37, first)
    assert sum(done.values()) >= 3
    figure("killed at a call, a sample", sum(done.values()))
