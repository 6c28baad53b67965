"""Many writers in one clone at once, and a reader who never waits: every deed is kept, nobody sees a lock."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tests.conftest import NOW, Figure, Svc
from tests.crash.test_kill import check_whole

WRITER = """
import sys
from svcctl.cli.main import run
from svcctl.cli.session import Session
requests, writer, deeds = sys.argv[1].split(","), sys.argv[2], int(sys.argv[3])
for number in range(deeds):
    code = run(Session(), ["note", requests[number % len(requests)], "-m", f"{writer} note {number}"])
    if code:
        sys.exit(code)
"""
READER = """
import sys
from svcctl.cli.main import run
from svcctl.cli.session import Session
rounds = 0
while True:
    for words in (["list"], ["show", sys.argv[1]], ["check"]):
        code = run(Session(), words)
        if code:
            sys.exit(code)
    rounds += 1
    sys.stderr.flush()
    open(sys.argv[2], "w").write(str(rounds))
"""


def start(svc: Svc, program: str, *arguments: str) -> subprocess.Popen[str]:
    own = {"SVCCTL_DESK": str(svc.folder), "SVCCTL_PERSON": "ivanova", "SVCCTL_NOW": NOW}
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **own},
    )


def write_at_once(svc: Svc, writers: int, deeds: int, figure: Figure) -> None:
    """Lets writers note in requests that they share, beside a reader; checks that all is kept."""
    requests = [svc.json(["new", f"Shared {number}"])["id"] for number in range(4)]
    rounds = svc.folder.parent / "rounds"
    reader = start(svc, READER, requests[0], str(rounds))
    began = time.monotonic()
    at_work = [start(svc, WRITER, ",".join(requests), f"w{n}", str(deeds)) for n in range(writers)]
    said = [(writer.communicate()[1], writer.returncode) for writer in at_work]
    took = time.monotonic() - began
    assert reader.poll() is None, reader.communicate()
    reader.kill()
    assert reader.communicate()[1] == ""
    assert said == [("", 0)] * writers
    found = []
    for request in requests:
        events = svc.json(f"show {request}")["events"]
        assert [event["n"] for event in events] == list(range(1, len(events) + 1))
        assert [event["prev"] for event in events] == ["", *(event["id"] for event in events[:-1])]
        found.extend(event["text"] for event in events)
    assert sorted(found) == sorted(f"w{writer} note {number}" for writer in range(writers) for number in range(deeds))
    check_whole(svc)
    figure("deeds of writers at once, all kept", len(found))
    figure("readings beside them", 3 * int(rounds.read_text()))
    figure("seconds that the writers took", round(took))


def test_writers_at_once(svc: Svc, figure: Figure) -> None:
    write_at_once(svc, 4, 5, figure)


@pytest.mark.long
def test_sixteen_writers_of_a_hundred_deeds(svc: Svc, figure: Figure) -> None:
    write_at_once(svc, 16, 100, figure)
