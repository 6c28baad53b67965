"""How long ``svcctl regulation lint`` takes over a desk of fifty regulations, gaps and overlaps included.

    python -m bench.lint_bench

The regulations are the shipped credit application under fifty names, each with other thresholds, so that nothing is
compiled once for all. Prints one JSON document: seconds of the whole command, best and worst, and the processor's
share of the best, which does not depend on what else the machine does.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNT = 50
REPEAT = 5


def environment() -> dict[str, str]:
    """An environment in which no configuration of the machine counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SVCCTL_"))}
    more = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "SVCCTL_NOW": "2026-11-23T10:00"}
    return {**kept, **more, "SVCCTL_PERSON": "bench", "PYTHONPATH": str(ROOT)}


def run(folder: Path, *words: str) -> tuple[float, float]:
    """Seconds that a command takes, by the wall clock and of the processor."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "svcctl", *words], cwd=folder, env=environment(), check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent


def fill(desk: Path) -> None:
    """Replaces the desk's regulations by fifty."""
    folder = desk / "regulations"
    text = (folder / "credit-application.md").read_text(encoding="utf-8")
    for path in folder.glob("*.md"):
        path.unlink()
    for number in range(COUNT):
        name = f"credit-{number}"
        own = text.replace("regulation: credit-application", f"regulation: {name}")
        own = own.replace("{type: credit}", f"{{type: {name}}}").replace(
            "overdue_days > 90", f"overdue_days > {90 + number}"
        )
        (folder / f"{name}.md").write_text(own, encoding="utf-8")
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    for words in (["add", "-A"], ["commit", "-qm", "Fifty regulations"]):
        subprocess.run([*git, *words], cwd=desk, env=environment(), check=True)


def main() -> None:
    """Measures a few times and prints the best and the worst."""
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), "init", "desk", "--country", "PL")
        desk = Path(name) / "desk"
        fill(desk)
        runs = [run(desk, "regulation", "lint") for _ in range(REPEAT)]
    seconds = [round(wall, 3) for wall, _ in runs]
    processor = min(round(spent, 3) for _, spent in runs)
    print(json.dumps({"regulations": COUNT, "best_s": min(seconds), "worst_s": max(seconds), "processor_s": processor}))


if __name__ == "__main__":
    main()
