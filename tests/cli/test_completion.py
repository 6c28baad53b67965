"""completion: a real bash completes the program's words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Svc

BASH = shutil.which("bash")


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with the program as an installation has it."""
    program = tmp_path / "bin" / "svcctl"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom svcctl.cli.main import main\n\nmain()\n", encoding="utf-8")
    program.chmod(0o755)
    return f"{program.parent}:{os.environ['PATH']}"


@pytest.mark.skipif(BASH is None, reason="there is no bash here")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("svcctl ha", ["handoff"]),
        ("svcctl li", ["link", "list"]),
        ("svcctl regulation li", ["list", "lint"]),
        ("svcctl list --ov", ["--overdue"]),
        ("svcctl list --status wa", ["waiting"]),
        ("svcctl completion z", ["zsh"]),
        ("svcctl nonsense", []),
    ],
)
def test_bash_completes(svc: Svc, path: str, tmp_path: Path, line: str, expected: list[str]) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(svc("completion bash").out, encoding="utf-8")
    words = " ".join(f"'{word}'" for word in line.split())
    ask = (
        f'source "{script}"; COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}}-1)); '
        '_svcctl_completion svcctl; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [str(BASH), "--norc", "-c", ask], capture_output=True, text=True, check=True, env={**os.environ, "PATH": path}
    )
    assert (done.stdout.split(), done.stderr) == (expected, "")


@pytest.mark.parametrize(
    ("shell", "word"), [("bash", "complete -o nosort"), ("zsh", "#compdef svcctl"), ("fish", "complete ")]
)
def test_each_shell_has_its_script(svc: Svc, shell: str, word: str) -> None:
    assert word in svc(f"completion {shell}").out


def test_an_unknown_shell(svc: Svc) -> None:
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in svc("completion tcsh", code=2).err
