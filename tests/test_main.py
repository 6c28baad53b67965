"""The process itself: how it begins, and how it ends when somebody interrupts it early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Svc, git

INTERRUPTED = """
import sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from svcctl.__main__ import main
main()
"""


def test_an_interruption_while_it_is_imported_is_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "\n")


def test_a_new_desk_says_who_you_are_where_git_does_not(tmp_path: Path) -> None:
    world = {name: value for name, value in os.environ.items() if name not in ("USER", "LOGNAME")}
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", "init", "desk"],
        cwd=tmp_path,
        env={**world, "USER": "ola", "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "next: cd desk && export SVCCTL_PERSON=ola && svcctl new" in done.stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("line", "code"), [("status", 0), ("take {id}", 0), ("take nothing", 1), ("take --no-such", 2)]
)
def test_closed_streams_lead_nowhere(svc: Svc, closed: str, line: str, code: int) -> None:
    request = svc.new()
    world = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "SVCCTL_PERSON": "ivanova"}
    words = [sys.executable, "-m", "svcctl", "-C", str(svc.folder), *line.format(id=request).split()]
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *words]
    done = subprocess.run(shell, capture_output=True, text=True, env=world, check=False)
    assert done.returncode == code, done
    assert "Traceback" not in done.stderr and "bug" not in done.stderr
    assert (done.stdout != "") == (code == 0 and ">&-" not in closed.split())
    assert git(svc.folder, "status", "--porcelain") == ""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("line", ["new Title", "list", "list --help", "show {id}"])
def test_an_answer_that_cannot_be_printed_says_so(svc: Svc, line: str) -> None:
    request = svc.new()
    world = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "SVCCTL_PERSON": "ivanova"}
    words = [sys.executable, "-m", "svcctl", "-C", str(svc.folder), *line.format(id=request).split()]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, env=world, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("svcctl: cannot print the answer: No space left on device\n")
    assert len(svc.json("list")) == (2 if line.startswith("new") else 1)
