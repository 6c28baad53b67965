"""How long importing an event log takes, and where the time goes.

    python bench/import_bench.py ../shared/data/helpdesk-log/Helpdesk.csv --timezone Europe/Rome

Without a file a log of 4,580 made-up cases is imported. Beside each figure stands what git itself needs to write the
same files (``git checkout``): the import cannot be faster than that. Prints one JSON document.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import random
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = 4580
NOW = "2026-11-23T10:00:00+01:00"
SEED = 20261121


def made_up_log(path: Path, cases: int) -> None:
    """Writes a log of as many cases, about five events each, in random but repeatable times."""
    random.seed(SEED)
    rows = ["case,activity,resource,time"]
    for number in range(cases):
        at = datetime(2024, 1, 1, 9) + timedelta(minutes=number * 17)  # noqa: DTZ001 - logs have wall times
        steps = ["Insert ticket", "Take in charge", *random.choices(["Wait", "Check", "Take in charge"], k=1)]
        for activity in [*steps, "Resolve", "Closed"]:
            at += timedelta(minutes=random.randint(1, 600))
            rows.append(f"C-{number},{activity},Person {random.randint(1, 20)},{at}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def environment() -> dict[str, str]:
    """An environment in which no configuration of the machine counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SVCCTL_"))}
    more = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "SVCCTL_NOW": NOW}
    return {**kept, **more, "SVCCTL_PERSON": "bench", "PYTHONPATH": str(ROOT)}


def timed(command: list[str], folder: Path) -> tuple[float, str]:
    """Seconds that a command takes, and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True, text=True)
    return round(time.perf_counter() - began, 2), done.stdout


def measure(folder: Path, command: list[str]) -> dict[str, float]:
    """One import into a new desk, the same again, and git's own writing of the files."""
    svcctl = [sys.executable, "-m", "svcctl"]
    timed([*svcctl, "init", "desk", "--country", "PL"], folder)
    desk = folder / "desk"
    first, out = timed([*svcctl, *command, "--json"], desk)
    again, _ = timed([*svcctl, *command, "--json"], desk)
    value = json.loads(out)
    shutil.rmtree(desk / "requests")
    git, _ = timed(["git", "checkout", "-q", "HEAD", "--", "requests"], desk)
    counts = {name: value[name] for name in ("requests", "events", "log_events", "commits")}
    return {"import_s": first, "again_s": again, "git_checkout_s": git, **counts}


def profile(folder: Path, command: list[str], rows: int) -> list[str]:
    """Where the time of one import goes, the dearest functions first."""
    timed([sys.executable, "-m", "svcctl", "init", "profiled", "--country", "PL"], folder)
    stats = folder / "stats"
    runner = f"import sys; from svcctl.cli.main import main; sys.argv = {['svcctl', *command]!r}; main()"
    script = folder / "run.py"
    script.write_text(runner, encoding="utf-8")
    timed([sys.executable, "-m", cProfile.__name__, "-o", str(stats), str(script)], folder / "profiled")
    found = pstats.Stats(str(stats)).stats  # type: ignore[attr-defined]
    dearest = sorted(found.items(), key=lambda item: -item[1][2])[:rows]
    return [f"{own[2]:.2f} s  {Path(place[0]).name}:{place[1]} {place[2]}" for place, own in dearest]


def main() -> None:
    """Measures as often as asked and prints the best and the worst."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("file", nargs="?", help="a CSV or XES file")
    parser.add_argument("--timezone", default="Europe/Rome")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--profile", type=int, default=0, metavar="N", help="show the N dearest functions")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = Path(options.file).resolve() if options.file else folder / "log.csv"
        if not options.file:
            made_up_log(log, CASES)
        command = ["import", "eventlog", str(log), "--timezone", options.timezone]
        runs = []
        for number in range(options.repeat):
            place = folder / str(number)
            place.mkdir()
            runs.append(measure(place, command))
        best = min(runs, key=lambda run: run["import_s"])
        result: dict[str, object] = {"best": best, "worst_s": max(run["import_s"] for run in runs)}
        if options.profile:
            result["profile"] = profile(folder, command, options.profile)
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
