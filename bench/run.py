"""Runs every benchmark, one after the other: ``make bench``."""

from __future__ import annotations

import os
import subprocess
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))


def main() -> None:
    names = sorted(name for name in os.listdir(FOLDER) if name.endswith("_bench.py") or name == "startup.py")
    log = os.environ.get("HELPDESK_LOG") or os.path.join(
        FOLDER, "..", "..", "shared", "data", "helpdesk-log", "Helpdesk.csv"
    )
    for name in names:
        module = f"bench.{name.removesuffix('.py')}"
        needs_log = name in ("import_bench.py", "reports_bench.py", "simulate_bench.py")
        if needs_log and not os.path.exists(log):
            print(f"\n== {module}: left out, HELPDESK_LOG names no file", flush=True)
            continue
        print(f"\n== {module}", flush=True)
        subprocess.run([sys.executable, "-m", module, *([log] if needs_log else [])], check=True)


if __name__ == "__main__":
    main()
