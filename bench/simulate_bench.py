"""How long ``svcctl regulation simulate`` takes over every request of an event log.

    python -m bench.simulate_bench ../shared/data/helpdesk-log/Helpdesk.csv

The log is imported under a plain regulation, so that each request is measured twice: by it and by a stricter draft.
Prints one JSON document: seconds of the whole command, best and worst, and what would change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPEAT = 3
WHOLE = "2010-01-01..2014-12-31"
REGULATION = """\
---
regulation: helpdesk
version: {version}
title: Helpdesk tickets
owner: bench
applies: {{type: request}}
calendar: office
clocks:
  pickup:  {{within: {pickup}}}
  resolve: {{within: {resolve}, pause: [waiting]}}
---
"""


def environment() -> dict[str, str]:
    """An environment in which no configuration of the machine counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SVCCTL_"))}
    more = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "SVCCTL_NOW": "2026-11-23T10:00"}
    return {**kept, **more, "SVCCTL_PERSON": "bench", "PYTHONPATH": str(ROOT)}


def run(folder: Path, *words: str) -> tuple[float, str]:
    """Seconds that a command of svcctl takes, and what it printed."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "svcctl", *words]
    done = subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return time.perf_counter() - began, done.stdout


def desk_of(log: Path, folder: Path) -> Path:
    """A desk with the log's requests, bound to a regulation of its own."""
    run(folder, "init", "desk", "--country", "PL")
    desk = folder / "desk"
    text = REGULATION.format(version=1, pickup="4h", resolve="20d")
    (desk / "regulations" / "helpdesk.md").write_text(text, encoding="utf-8")
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    for words in (["add", "regulations"], ["commit", "-qm", "Helpdesk"]):
        subprocess.run([*git, *words], cwd=desk, env=environment(), check=True)
    run(desk, "import", "eventlog", str(log), "--timezone", "Europe/Rome", "--regulation", "helpdesk")
    return desk


def main() -> None:
    """Measures a few times and prints the best and the worst."""
    if len(sys.argv) != 2:
        sys.exit("say which log: python -m bench.simulate_bench FILE")
    log = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        desk = desk_of(log, Path(name))
        draft = Path(name) / "draft.md"
        draft.write_text(REGULATION.format(version=2, pickup="2h", resolve="10d"), encoding="utf-8")
        command = ("regulation", "simulate", str(draft), "--period", WHOLE, "--json")
        runs = [run(desk, *command) for _ in range(REPEAT)]
    found = json.loads(runs[0][1])
    seconds = [round(spent, 2) for spent, _ in runs]
    shares = {one["clock"]: [one["before"]["share"], one["after"]["share"]] for one in found["clocks"]}
    result = {"requests": found["requests"], "best_s": min(seconds), "worst_s": max(seconds), "on_time": shares}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
