"""What commands are broken on: made once, copied for every break."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
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


def memory() -> str | None:
    """A disk in memory, where there is one with some room: what is broken is put back thousands of times."""
    place = "/dev/shm"
    with contextlib.suppress(OSError):
        if os.access(place, os.W_OK) and shutil.disk_usage(place).free > 40_000_000:
            return place
    return None


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Where commands are run."""
    why = cannot_trace()
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)
    with tempfile.TemporaryDirectory(prefix="svcctl-crash-", dir=memory()) as copies:
        made = Bench(tmp_path_factory.mktemp("bench"), Path(copies))
        yield made
        made.close()


@pytest.fixture(scope="session")
def stage(bench: Bench, made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A desk in which every writing command has something to do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        return built(bench, made_desk, tmp_path_factory.mktemp("stage") / "stage")
