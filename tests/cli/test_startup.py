"""What daily commands may import: heavy modules stay out of their processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import Svc

HEAVY = ("git", "jinja2", "tabulate", "yaml", "decimal", "wcwidth", "hashlib", "difflib", "email", "xml", "tempfile")
# What is allowed beside: click asks difflib about every short option, whatever it is.
ALLOWED = {"handoff": {"difflib"}, "note": {"difflib"}, "board": set(), "status": set()}


def loaded(svc: Svc, *words: str) -> set[str]:
    """The modules that a command had imported when it ended."""
    code = (
        "import sys; from svcctl.cli.main import run; from svcctl.cli.session import Session\n"
        f"code = run(Session(), {list(words)!r})\n"
        "print(' '.join(sys.modules), file=sys.stderr); sys.exit(code)"
    )
    world = {**os.environ, "SVCCTL_DESK": str(svc.folder), "SVCCTL_NOW": svc.now, "SVCCTL_PERSON": "ivanova"}
    done = subprocess.run([sys.executable, "-c", code], env=world, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    "line",
    ["--help", "take --help", "show {id}", "handoff {id} --to logistics -m x", "note {id} -m x", "mine", "whoami"],
)
def test_a_daily_command_imports_nothing_heavy(svc: Svc, line: str) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    words = [word.format(id=request) for word in line.split()]
    found = loaded(svc, *words) & set(HEAVY)
    found -= ALLOWED.get(words[0], set())
    if words[0] == "mine":
        found -= {"decimal"}
    assert found == set(), f"svcctl {line} imports {found}"


def test_help_does_not_import_the_commands(svc: Svc) -> None:
    found = {name for name in loaded(svc, "--help") if name.startswith("svcctl.")}
    assert found <= {
        "svcctl.cli",
        "svcctl.cli.main",
        "svcctl.cli.command",
        "svcctl.cli.session",
        "svcctl.model",
        "svcctl.model.messages",
        "svcctl.model.problems",
    }
