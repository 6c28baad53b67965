"""What ``svcctl check`` costs in a desk of 5,000 open requests, above what it costs in one that has none.

``python -m bench.check_bench`` times whole processes, each in turn with one in the empty desk, and prints medians. It
is the worst case: no request was ever closed, so that nearly every one is late in two ways, and is printed.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Sequence

from bench.generator import END, SHIPPED, Kind, make
from bench.startup import environment, program, seconds

OPEN = 5000
PAIRS = 7
LIMIT = 0.5
TELLING = ("check", "--remind", "--escalate", "--dry-run")


def both(command: Sequence[str], folder: str) -> tuple[float, float]:
    """Seconds by the wall, and of the processor: on a busy machine only the second means something."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = seconds(command, environment(folder))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(busy: str, empty: str, arguments: Sequence[str]) -> tuple[float, float, float]:
    """Median seconds of a command in the empty desk, and how many more it takes in the other one: wall, processor."""
    pairs = [(both([program(), *arguments], empty), both([program(), *arguments], busy)) for _ in range(PAIRS)]
    wall, processor = (statistics.median(more[kind] - own[kind] for own, more in pairs) for kind in (0, 1))
    return statistics.median(own[0] for own, _ in pairs), wall, processor


def first(busy: str) -> float:
    """Seconds of the first check after everything has changed: nothing of it is parsed yet."""
    for name in os.listdir(f"{busy}/.git/svcctl"):
        path = f"{busy}/.git/svcctl/{name}"
        if os.path.isfile(path) and name != "lock":
            os.unlink(path)
    return seconds([program(), "check"], environment(busy))


def main() -> None:
    with tempfile.TemporaryDirectory() as parent:
        busy, empty = os.path.join(parent, "busy"), os.path.join(parent, "empty")
        make(busy, OPEN, kind=Kind(1.0, SHIPPED))
        make(empty, 0)
        cold = first(busy)
        lines = subprocess.run([program(), "check"], env=environment(busy), capture_output=True, check=True).stdout
        print(f"{OPEN:,} open requests at {END:%Y-%m-%d %H:%M}: check prints {len(lines.splitlines()):,} lines")
        print(f"{'command':<40}{'start-up s':>12}{'above it s':>12}{'processor s':>13}{'limit':>8}   ({PAIRS} pairs)")
        for arguments in (("check",), ("check", "--json"), TELLING):
            start, wall, processor = measure(busy, empty, arguments)
            print(f"{' '.join(arguments):<40}{start:>12.3f}{wall:>12.3f}{processor:>13.3f}{LIMIT:>8}")
        print(f"{'check, nothing parsed yet':<40}{'':>12}{cold:>12.3f}")


if __name__ == "__main__":
    main()
