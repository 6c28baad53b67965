"""How long each report over a whole log takes, as the person who asks for it waits: the command from start to end.

    python -m bench.reports_bench FILE

FILE is a help desk's event log (4,580 requests in four years). Its requests are bound to a regulation with a pick-up
and a resolution clock, so that every report has something to count. The first run of each warms the cache and is not
counted. The yardstick is ``python -c "import click"``, timed before each. Prints one JSON document: seconds of the best
and the worst run, and the best one in yardsticks, which differs little between machines.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.simulate_bench import desk_of, environment, run

REPEAT = 5
REPORTS = (
    "service",
    "flow",
    "rework",
    "process",
    "workload",
    "people",
    "payback",
    "deadlines",
    "decisions",
    "channels",
    "clients",
    "nps",
    "offers",
    "regulations",
    "digest",
)
PERIODS = ("2012", "2010..2013")
MORE = {"payback": ("--cost", "100000", "--rate", "100")}


def measured(desk: Path, report: str, period: str) -> dict[str, float]:
    """The times of one report over one period, each run beside the yardstick."""
    command = ("report", report, "--period", period, "--json", *MORE.get(report, ()))
    run(desk, *command)
    click, seconds = [], []
    for _ in range(REPEAT):
        click.append(yardstick())
        seconds.append(run(desk, *command)[0])
    ratio = round(min(seconds) / min(click), 1)
    return {"best_s": round(min(seconds), 2), "worst_s": round(max(seconds), 2), "times_click": ratio}


def yardstick() -> float:
    """Seconds that the least Python program with a command line takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import click"], env=environment(), check=True)
    return time.perf_counter() - began


def main() -> None:
    """Measures every report over a year and over the whole log, and the site of all of them."""
    if len(sys.argv) != 2:
        sys.exit("say which log: python -m bench.reports_bench FILE")
    result = {}
    with tempfile.TemporaryDirectory() as name:
        desk = desk_of(Path(sys.argv[1]).resolve(), Path(name))
        for report in REPORTS:
            for period in PERIODS:
                result[f"{report} {period}"] = measured(desk, report, period)
        site = ("report", "site", "--period", PERIODS[-1], "-o", str(Path(name) / "site"))
        for label in ("site, new", "site, again"):
            result[label] = {"s": round(run(desk, *site)[0], 2)}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
