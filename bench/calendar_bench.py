"""How fast working time is computed: microseconds a call, and as a multiple of one ``astimezone`` in the same run.

Run it with ``python bench/calendar_bench.py``. Warm calls are repeated and the best of five rounds counts; a cold
start reads the Russian table, parses a calendar and answers its first question, as a daily command does.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from svcctl.model.calendar import Calendar
from svcctl.model.month import month
from svcctl.store.yaml import read

TABLE = os.path.join(os.path.dirname(__file__), "..", "regulations", "calendars", "ru.yaml")
OFFICE = {
    "calendar": "office",
    "timezone": "Europe/Moscow",
    "week": {"mon-thu": ["09:00-13:00", "14:00-18:00"], "fri": ["09:00-13:00", "14:00-17:00"]},
    "holidays": "ru",
    "dates": {"2026-12-30": "short"},
}
MOSCOW, WARSAW = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Warsaw")
START = datetime(2026, 11, 20, 16, 30, tzinfo=MOSCOW)
END = START + timedelta(days=9)
PAUSES = [(START + timedelta(hours=n), START + timedelta(hours=n, minutes=40)) for n in (1, 20, 70)]
CALLS = 20_000


def office() -> Calendar:
    with open(TABLE, encoding="utf-8") as file:
        table, _ = read(file.read(), "ru.yaml")
    return Calendar.parse(OFFICE, {"ru": table})


def best(call: Callable[[], object], calls: int = CALLS) -> float:
    """Microseconds of one call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(calls):
            call()
        rounds.append(time.perf_counter() - begun)
    return min(rounds) / calls * 1e6


def cold_start() -> float:
    """Microseconds to read the table, parse the calendar and add once."""
    return best(lambda: office().add(START, timedelta(hours=20)), 50)


def five_thousand(calendar: Calendar) -> float:
    """Milliseconds for the deadlines of 5,000 requests opened over two years, on a fresh calendar."""
    begun = time.perf_counter()
    for n in range(5000):
        calendar.add(START - timedelta(minutes=n * 210), timedelta(hours=8), PAUSES)
    return (time.perf_counter() - begun) * 1e3


def imported() -> float:
    """Milliseconds by which importing the engine delays an interpreter that has ``click`` already."""
    code = "import click,time;t=time.perf_counter();import svcctl.model.calendar;print(time.perf_counter()-t)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(7)]
    return min(float(run.stdout) for run in runs) * 1e3


def main() -> None:
    calendar, work, day = office(), timedelta(hours=20), timedelta(days=1)
    calendar.add(START, work)
    unit = best(lambda: (START + day).astimezone(WARSAW))
    print(f"{'(start + day).astimezone(zone)':34} {unit:8.2f} µs  1.0 ×")
    for name, call in (
        ("add 20h", lambda: calendar.add(START, work)),
        ("add 20h, 3 pauses", lambda: calendar.add(START, work, PAUSES)),
        ("subtract 20h", lambda: calendar.subtract(END, work)),
        ("between, 9 days", lambda: calendar.between(START, END)),
        ("between, 9 days, 3 pauses", lambda: calendar.between(START, END, PAUSES)),
        ("add_days 3", lambda: calendar.add_days(START, 3)),
        ("is_open", lambda: calendar.is_open(START)),
        ("segments, 9 days", lambda: calendar.segments(START, END)),
        ("month", lambda: month(calendar, 2026, 11)),
    ):
        took = best(call, 2000 if name in ("month", "segments, 9 days") else CALLS)
        print(f"{name:34} {took:8.2f} µs {took / unit:4.1f} ×")
    print(f"{'table + parse + first add':34} {cold_start() / 1e3:8.2f} ms")
    print(f"{'import of the engine after click':34} {imported():8.2f} ms")
    print(f"{'5,000 deadlines, fresh calendar':34} {five_thousand(office()):8.2f} ms")


if __name__ == "__main__":
    main()
