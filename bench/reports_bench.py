"""How long each report over a whole log takes, as the person who asks for it waits: the command from start to end.

    python -m bench.reports_bench FILE

FILE is a help desk's event log (4,580 requests in four years). Its requests are bound to a regulation with a pick-up
and a resolution clock, so that every report has something to count. The first run of each warms the cache and is not
counted. Prints one JSON document.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from bench.simulate_bench import desk_of, run

REPEAT = 5
REPORTS = (
    "service",
    "flow",
    "rework",
    "workload",
    "deadlines",
    "decisions",
    "channels",
    "clients",
    "nps",
    "regulations",
    "digest",
)
PERIODS = ("2012", "2010..2013")


def main() -> None:
    """Measures every report over a year and over the whole log, and the site of all of them."""
    if len(sys.argv) != 2:
        sys.exit("say which log: python -m bench.reports_bench FILE")
    result = {}
    with tempfile.TemporaryDirectory() as name:
        desk = desk_of(Path(sys.argv[1]).resolve(), Path(name))
        for report in REPORTS:
            for period in PERIODS:
                command = ("report", report, "--period", period, "--json")
                run(desk, *command)
                seconds = [run(desk, *command)[0] for _ in range(REPEAT)]
                result[f"{report} {period}"] = {"best_s": round(min(seconds), 2), "worst_s": round(max(seconds), 2)}
        site = ("report", "site", "--period", PERIODS[-1], "-o", str(Path(name) / "site"))
        for label in ("site, new", "site, again"):
            result[label] = {"s": round(run(desk, *site)[0], 2)}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
