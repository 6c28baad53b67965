"""Batches beside other writers, and killed ones: every line is opened once."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime

import pytest

from svcctl.batch import Batch, known_refs
from svcctl.desk import Desk, open_desk
from svcctl.exchange.batchfile import read_lines
from tests.conftest import NOW, Svc

AT = datetime.fromisoformat(NOW)
ROWS = "".join(json.dumps({"title": f"n{n}", "client": "romashka", "ref": f"R{n}"}) + "\n" for n in range(30))


@pytest.fixture
def desk(svc: Svc) -> Iterator[Desk]:
    opened = open_desk(str(svc.folder))
    yield opened
    opened.close()


def batch(desk: Desk, steps: list[int]) -> Batch:
    return Batch(desk, read_lines(ROWS, "x"), desk.reference.team.person("ivanova"), AT, steps.append)


def test_somebody_who_was_quicker_is_seen_inside_the_lock(svc: Svc, desk: Desk) -> None:
    late = batch(desk, [])
    svc("new --batch -", feed=ROWS.splitlines(keepends=True)[0], err="new client")
    opened = late.open()
    assert (len(opened.requests), opened.known, opened.remarks) == (29, 1, [])
    assert known_refs(desk) == {f"R{n}" for n in range(30)}


def test_steps_are_two_a_line(desk: Desk) -> None:
    steps: list[int] = []
    batch(desk, steps).open()
    # The client's file is one more.
    assert sum(steps) == 2 * 30 + 1


def test_two_batches_at_once_open_every_line_once(svc: Svc) -> None:
    world = {"SVCCTL_DESK": str(svc.folder), "SVCCTL_NOW": NOW, "SVCCTL_PERSON": "ivanova"}
    words = ["env", *(f"{name}={value}" for name, value in world.items()), sys.executable, "-m", "svcctl"]
    running = [subprocess.Popen([*words, "new", "--batch", "-"], stdin=subprocess.PIPE) for _ in range(2)]
    for process in running:
        assert process.stdin is not None
        process.stdin.write(ROWS.encode())
        process.stdin.close()
    assert [process.wait() for process in running] == [0, 0]
    assert sorted(one["title"] for one in svc.json("list --all")) == sorted(f"n{n}" for n in range(30))


@pytest.mark.long
@pytest.mark.parametrize("after", [0.05, 0.15, 0.25, 0.35, 0.45, 0.6])
def test_a_batch_that_was_killed_is_whole_or_nothing(svc: Svc, after: float) -> None:
    world = {"SVCCTL_DESK": str(svc.folder), "SVCCTL_NOW": NOW, "SVCCTL_PERSON": "ivanova"}
    words = ["env", *(f"{name}={value}" for name, value in world.items()), sys.executable, "-m", "svcctl"]
    process = subprocess.Popen([*words, "new", "--batch", "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(ROWS.encode())
    process.stdin.close()
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(svc.json("list --all")) in (0, 30)
    svc("new --batch -", feed=ROWS, err="(?s).*")
    svc("new after", err="(?s).*")
    assert len(svc.json("list --all")) == 31
    assert svc.git("status", "--porcelain") == ""
