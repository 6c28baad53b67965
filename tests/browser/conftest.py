"""A real browser, and the pages of a desk with half a year of work in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser import showcase

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
PERIOD = "2026-10"


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    if not CHROMIUM:
        pytest.skip("there is no chromium here")
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def browser(driver: Playwright) -> Iterator[Browser]:
    found = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield found
    found.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk; made once, only read."""
    home = tmp_path_factory.mktemp("showcase")
    showcase.make(home / "desk")
    return home / "desk"


def command(desk: Path, *words: str) -> str:
    """What a command prints on the desk."""
    world = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SVCCTL_", "GIT_", "LC_"))},
        "HOME": str(desk.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "LANG": "C.UTF-8",
        "SVCCTL_DESK": str(desk),
        "SVCCTL_NOW": showcase.NOW,
        "SVCCTL_PERSON": "petrova",
    }
    done = subprocess.run(
        [sys.executable, "-m", "svcctl", *words], env=world, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and not done.stderr, f"{words}: {done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def site(desk: Path) -> Path:
    """The site of the desk's October."""
    folder = desk.parent / "site"
    command(desk, "report", "site", "--period", PERIOD, "-o", str(folder))
    return folder
