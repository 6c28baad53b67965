"""One writer at a time: the second waits, gives up in time, and the dead hold nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from svcctl.model.problems import Busy, Refused
from svcctl.store.lock import Lock
from tests.conftest import Svc

HOLD = """
import sys, time
from svcctl.store.lock import Lock
with Lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that has the lock for so long."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_folder_is_made_when_it_is_not_there(tmp_path: Path) -> None:
    with Lock(str(tmp_path / "a" / "b")):
        assert (tmp_path / "a" / "b" / "lock").exists()


def test_the_second_process_waits_for_the_first(tmp_path: Path) -> None:
    process = holder(tmp_path, 0.3)
    began = time.monotonic()
    with Lock(str(tmp_path), wait=20):
        assert time.monotonic() - began > 0.1
    process.communicate()


def test_who_waits_too_long_is_told_to_try_again(tmp_path: Path) -> None:
    process = holder(tmp_path, 30)
    began = time.monotonic()
    with pytest.raises(Busy, match="has been writing to this desk for 0 s") as refusal, Lock(str(tmp_path), wait=0.1):
        pass
    assert 0.1 <= time.monotonic() - began < 5
    assert (refusal.value.exit_code, str(refusal.value.hint)) == (4, "type the command again")
    process.kill()
    process.communicate()


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    process = holder(tmp_path, 60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with Lock(str(tmp_path), wait=0):
        pass


def test_the_lock_is_free_again_after_the_block_and_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), Lock(str(tmp_path), wait=0):
            raise KeyError
    with Lock(str(tmp_path), wait=0):
        pass


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot write") as refusal, Lock(str(tmp_path / "file" / "x")):
        pass
    assert "make the folder writable" in str(refusal.value.hint)


def test_commands_queue_up_and_readers_do_not(svc: Svc) -> None:
    request = svc.new()
    process = holder(svc.folder / ".git" / "svcctl", 1.0)
    began = time.monotonic()
    svc(f"show {request}")
    svc("list")
    assert process.poll() is None
    svc(f"take {request}")
    assert time.monotonic() - began > 0.5
    process.communicate()


def test_commands_at_once_lose_nothing(svc: Svc) -> None:
    request = svc.new()
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "svcctl", "-C", svc.folder, "--as", "ivanova", "note", request, "-m", f"note {n}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        for n in range(6)
    ]
    assert [process.communicate()[1] for process in commands] == [b""] * 6
    events = svc.json(f"show {request}")["events"]
    assert sorted(event["text"] for event in events) == [f"note {n}" for n in range(6)]
    assert [event["n"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event["prev"] for event in events] == ["", *(event["id"] for event in events[:-1])]
    assert svc.git("status", "--porcelain") == ""
