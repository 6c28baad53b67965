"""How long each report over a whole log takes, as the person who asks for it waits: the command from start to end.

    python -m bench.reports_bench FILE

FILE is a help desk's event log (4,580 requests in four years). Its requests are bound to a regulation with a pick-up
and a resolution clock, so that every report has something to count. The first run of each warms the cache and is not
counted. The yardstick is ``python -c "import click"``, run before each. Prints one JSON document: seconds of the best
and the worst run; processor seconds of the best one, git's included, and how many yardsticks these are. Where others
use the machine too, only the last two tell anything.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.simulate_bench import desk_of, run

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
    click, busy, seconds = [], [], []
    for _ in range(REPEAT):
        click.append(_busy(lambda: subprocess.run([sys.executable, "-c", "import click"], check=True)))
        busy.append(_busy(lambda: seconds.append(run(desk, *command)[0])))
    return {
        "best_s": round(min(seconds), 2),
        "worst_s": round(max(seconds), 2),
        "cpu_s": round(min(busy), 2),
        "times_click": round(min(busy) / min(click), 1),
    }


def _busy(work: Callable[[], object]) -> float:
    """Processor seconds of the processes that were started and ended meanwhile."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


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
