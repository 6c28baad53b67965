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


@pytest.mark.parametrize(
    "line", ["check", "list --overdue", "mine", "status", "agenda", "board", "show {id}", "log {id}", "explain {id}"]
)
def test_a_question_is_understood_without_click(svc: Svc, line: str) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    assert "click" not in loaded(svc, *line.format(id=request).split())


def test_help_does_not_import_the_commands(svc: Svc) -> None:
    found = {name for name in loaded(svc, "--help") if name.startswith("svcctl.")}
    assert found <= {
        "svcctl.cli",
        "svcctl.cli.main",
        "svcctl.cli.command",
        "svcctl.cli.program",
        "svcctl.cli.question",
        "svcctl.cli.session",
        "svcctl.cli.verbs",
        "svcctl.model",
        "svcctl.model.messages",
        "svcctl.model.namedtuples",
        "svcctl.model.problems",
    }


@pytest.mark.parametrize("line", ["show {id}", "show {id} --json", "offer show {id}", "whoami"])
def test_to_look_at_a_request_starts_no_git_and_opens_no_index(svc: Svc, line: str) -> None:
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    svc(f"offer new {request} --line Beam;1;t;100", err="before the client")
    words = line.format(id=request).split()
    svc(" ".join(words))
    found = loaded(svc, *words) & {
        "subprocess",
        "sqlite3",
        "signal",
        "locale",
        "selectors",
        "yaml",
        "jinja2",
        "difflib",
    }
    assert found == set(), f"svcctl {line} imports {found}"


def test_the_end_of_a_command_takes_nothing_apart() -> None:
    code = "import atexit; from svcctl.__main__ import main; atexit.register(print, 'taken apart'); main()"
    for before, printed in (("", []), ("import sys; sys.setprofile(lambda *_: None); ", ["taken apart"])):
        done = subprocess.run(
            [sys.executable, "-c", before + code, "--version"], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[0].startswith("svcctl, version")
        assert done.stdout.splitlines()[1:] == printed


def test_looking_for_cycles_begins_late() -> None:
    code = "import gc, svcctl.__main__ as process; process._leave = lambda code: print(code, gc.get_threshold()[0]); "
    done = subprocess.run(
        [sys.executable, "-c", code + "process.main()", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[1:] == ["0 100000"]
