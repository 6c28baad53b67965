"""What a daily command costs beside ``python -c "import click"``, in a desk of 1,000 requests.

``python -m bench.startup`` installs nothing and imports nothing of what it measures: whole processes are timed, each
command in turn with its reference, and the medians of the pairs' ratios are printed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from bench.generator import END, make

PAIRS = 15
REQUESTS = 1000
LIMITS = {"--help": 1.5, "show": 2.0, "handoff": 2.5}


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begin


def cost(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    """Seconds by the clock, and of processor time, its children's with it, which a busy machine moves less."""
    begin = time.perf_counter()
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime


def environment(folder: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "SVCCTL_DESK": folder, "SVCCTL_PERSON": "ivanova", "SVCCTL_NOW": END.isoformat()}


def open_ones(folder: str) -> list[tuple[str, str]]:
    """Ids and owners of requests that somebody works on, as the command line lists them."""
    command = [program(), "list", "--status", "in_progress", "--json"]
    out = subprocess.run(command, check=True, env=environment(folder), capture_output=True, text=True).stdout
    return [(request["id"], request["owner"]) for request in json.loads(out)]


def program() -> str:
    return os.path.join(os.path.dirname(sys.executable), "svcctl")


def measure(folder: str) -> dict[str, tuple[float, float, float]]:
    """Median milliseconds, and median ratios to the reference by the clock and in processor time, by command."""
    world = environment(folder)
    reference = [sys.executable, "-c", "import click"]
    targets = open_ones(folder)
    assert len(targets) >= PAIRS, "the desk has too few requests to hand off"
    commands = {
        "--help": lambda n: [program(), "--help"],
        "show": lambda n: [program(), "show", targets[0][0]],
        "list --mine": lambda n: [program(), "list", "--mine"],
        "check": lambda n: [program(), "check"],
        "handoff": lambda n: [program(), "--as", targets[n][1], "handoff", targets[n][0], "--to", "service", "-m", "x"],
    }
    times: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {name: [] for name in commands}
    for number in range(PAIRS):
        for name, command in commands.items():
            times[name].append((cost(command(number), world), cost(reference, world)))
    return {name: (statistics.median(own[0] for own, _ in pairs), *ratios(pairs)) for name, pairs in times.items()}


def ratios(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> tuple[float, float]:
    """The median ratio of pairs of costs, by the clock and in processor time."""
    clock, processor = (statistics.median(own[n] / other[n] for own, other in pairs) for n in (0, 1))
    return clock, processor


def main() -> None:
    with tempfile.TemporaryDirectory() as parent:
        folder = os.path.join(parent, "desk")
        make(folder, REQUESTS)
        results = measure(folder)
    print(
        f"{'command':<14}{'ms':>8}{'x click':>10}{'processor':>11}{'limit':>8}   ({PAIRS} pairs, {REQUESTS:,} requests)"
    )
    for name, (own, ratio, processor) in results.items():
        limit = LIMITS.get(name)
        print(f"{name:<14}{own * 1000:>8.1f}{ratio:>10.2f}{processor:>11.2f}{limit if limit else '':>8}")


if __name__ == "__main__":
    main()
