"""What PM4Py finds in an event log, as JSON: python -m tests.exchange.mining FILE…

PM4Py (https://processintelligence.solutions/pm4py) is under the AGPL: it runs in a process of its own, for tests only,
and nothing of svcctl imports it.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def mined(path: str) -> dict[str, Any]:
    """Throughput times in seconds, rework and hand-over-of-work counts, variants of a log in XES or CSV."""
    import pandas
    import pm4py
    from pm4py.algo.organizational_mining.sna import algorithm as sna

    if path.endswith(".csv"):
        frame = pandas.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame.rename(columns={"resource": "org:resource"})
        log = pm4py.format_dataframe(frame, case_id="case_id", activity_key="activity", timestamp_key="timestamp")
    else:
        log = pm4py.read_xes(path)
        log = pm4py.format_dataframe(log)
    ways = pm4py.get_variants(log)
    pairs = sum(len(way) - 1 for way in log.groupby("case:concept:name")["org:resource"].agg(tuple))
    work = sna.apply(log, variant=sna.Variants.HANDOVER_PANDAS).connections if pairs else {}
    return {
        "cases": int(log["case:concept:name"].nunique()),
        "events": len(log),
        "throughput": sorted(pm4py.get_all_case_durations(log)),
        "rework": pm4py.get_rework_cases_per_activity(log),
        "handovers": [[*pair, round(share * pairs)] for pair, share in sorted(work.items())],
        "variants": sorted([[*way], count] for way, count in ways.items()),
    }


if __name__ == "__main__":
    print(json.dumps([mined(path) for path in sys.argv[1:]]))
