"""The process itself: how it begins, and how it ends when somebody interrupts it early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
