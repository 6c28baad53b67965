"""What docs/walkthrough.md says of the real help desk is true: counted from the bare file, without svcctl."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from tests.test_real_log import LOG

PAGE = Path(__file__).parents[1] / "docs" / "walkthrough.md"
TAKEN, WAITS, CLOSED = "Take in charge ticket", "Wait", "Closed"
SETTLED = ("Resolve ticket", "RESOLVED")

pytestmark = [pytest.mark.long, pytest.mark.skipif(not LOG.is_file(), reason="the real log is not here")]


class Line(NamedTuple):
    """A line of the file; equal moments stay in its order."""

    at: datetime
    number: int
    activity: str
    person: str


@pytest.fixture(scope="module")
def cases() -> list[list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    with LOG.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            at = datetime.fromisoformat(row["time:timestamp"][:19])
            found[row["case:concept:name"]].append(Line(at, number, row["concept:name"], row["org:resource"]))
    return [sorted(lines) for lines in found.values()]


@pytest.fixture(scope="module")
def page() -> str:
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def spoken(seconds: float) -> str:
    """Seconds by the wall clock as reports write them: days and hours, or hours and minutes."""
    minutes = round(seconds / 60)
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{days} d {hours} h" if minutes >= 1440 else f"{minutes // 60} h {minutes % 60} min"


def picked_up(cases: Sequence[list[Line]], year: int) -> list[float]:
    found = []
    for lines in cases:
        taken = [line.at for line in lines if line.activity == TAKEN]
        if lines[0].at.year == year and taken:
            found.append((taken[0] - lines[0].at).total_seconds())
    return found


def settled(cases: Sequence[list[Line]], year: int) -> list[float]:
    """From the first line to the last settling that nothing came after, without the time of waiting."""
    found = []
    for lines in cases:
        end, pause, waited, waited_then = None, None, timedelta(), timedelta()
        for line in lines:
            if pause is not None and line.activity != WAITS:
                waited, pause = waited + (line.at - pause), None
            if line.activity == WAITS and pause is None:
                pause = line.at
            if line.activity in SETTLED or (line.activity == CLOSED and end is None):
                end, waited_then = line.at, waited
            elif line.activity in (TAKEN, WAITS):
                end = None
        if end is not None and end.year == year:
            found.append((end - lines[0].at - waited_then).total_seconds())
    return found


def test_half_as_many_and_much_slower(cases: list[list[Line]], page: str) -> None:
    came = Counter(lines[0].at.year for lines in cases)
    assert f"({came[2013]} against {came[2012]:,})" in page and 2 * came[2013] < came[2012]
    for find, words in (
        (picked_up, "half of them waited {after} or longer to be picked up, not {before}"),
        (settled, "settled after {after}, not {before}"),
    ):
        before, after = (spoken(median(find(cases, year))) for year in (2012, 2013))
        assert words.format(before=before, after=after) in page
    assert median(settled(cases, 2013)) > 5 * median(settled(cases, 2012))


def test_two_people_close_what_has_been_settled_for_a_month(cases: list[list[Line]], page: str) -> None:
    lives = [(lines[-1].at - lines[0].at).total_seconds() for lines in cases]
    assert f"Half of all requests live {spoken(median(lives))} or longer" in page
    closed = Counter(line.person for lines in cases for line in lines if line.activity == CLOSED)
    (first, most), (second, more) = closed.most_common(2)
    assert f"Of {closed.total():,} closings, {first} made {most:,} and {second} {more}" in page
    assert most + more > 0.99 * closed.total()
    gaps = []
    for lines in cases:
        ends = [line.at for line in lines if line.activity in SETTLED]
        shut = [line.at for line in lines if line.activity == CLOSED]
        if ends and shut and shut[-1] >= ends[-1]:
            gaps.append((shut[-1] - ends[-1]) / timedelta(days=1))
    assert 25 < median(gaps) < 35, "about a month"


def test_every_fourth_has_something_done_twice(cases: list[list[Line]], page: str) -> None:
    counts = [Counter(line.activity for line in lines) for lines in cases]
    repeated = sum(max(count.values()) > 1 for count in counts)
    assert f"of {len(cases):,} requests {100 * repeated / len(cases):.1f} % have an activity more than once" in page
    again = {name: sum(count[name] > 1 for count in counts) for name in (TAKEN, SETTLED[0])}
    assert f"{again[TAKEN]} requests were taken in charge more than once, and {again[SETTLED[0]]} resolved" in page
    ways = Counter(tuple(line.activity for line in lines) for lines in cases)
    ((way, most),) = ways.most_common(1)
    assert way == ("Assign seriousness", TAKEN, SETTLED[0], CLOSED)
    assert f"{100 * most / len(cases):.0f} of 100 go the straight way" in page
    assert f"{len(ways) - 1} other ways" in page


def test_nothing_else_is_claimed_in_bold(page: str) -> None:
    assert len(re.findall(r"\*\*", page)) == 6
