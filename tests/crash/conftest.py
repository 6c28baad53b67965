"""What commands are broken on: made once, copied for every break."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.breaking import Bench
from tests.crash.commands import Stage, built


def cannot_trace() -> str:
    """Why strace cannot be used here, empty where it can."""
    if not shutil.which("strace"):
        return "strace is missing: apt install strace"
    tried = subprocess.run(["strace", "-D", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return tried.stderr if tried.returncode else ""


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Where commands are run."""
    why = cannot_trace()
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    made = Bench(tmp_path_factory.mktemp("bench"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def stage(bench: Bench, made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A desk in which every writing command has something to do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        return built(bench, made_desk, tmp_path_factory.mktemp("stage") / "stage")
