"""An office of people who act as cases from practice tell: by the day, each department at its own pace.

Nothing here knows what a report should say. People do what they can with the tool they have; what it refuses or puts
first makes the difference between the months.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.conftest import Svc

MOSCOW = timezone(timedelta(hours=3))
BEFORE, AFTER = "2026-09", "2026-10"


def working_days(month: str, count: int) -> list[date]:
    """The first working days of September or October 2026, which have no holidays in Russia."""
    day, found = date.fromisoformat(f"{month}-01"), list[date]()
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day += timedelta(days=1)
    return found


class Office:
    """A desk, and the moment and person of the next command."""

    def __init__(self, svc: Svc, team: str, regulation: str, opener: str) -> None:
        self.svc, self.opener = svc, opener
        self.at("2026-08-31", "09:00")
        svc.person = opener
        for path in (svc.folder / "regulations").glob("*.md"):
            path.unlink()
        (svc.folder / "team.yaml").write_text(team, encoding="utf-8")
        (svc.folder / "regulations" / f"{name_of(regulation)}.md").write_text(regulation, encoding="utf-8")
        svc.git("add", "-A")
        svc.git("commit", "-qm", "The office as it works today")

    def at(self, day: str | date, time: str) -> None:
        """Sets the clock."""
        self.svc.now = datetime.fromisoformat(f"{day}T{time}:00").replace(tzinfo=MOSCOW).isoformat()

    def do(self, person: str, verb: str, parts: Iterable[str], *more: str) -> None:
        """One person's deed for several requests."""
        if ids := list(parts):
            self.svc([verb, *ids, *more], as_=person, err=".*")

    def adopt(self, regulation: str, folder: Path, why: str) -> None:
        """Puts the new version in force from October."""
        path = folder / "new.md"
        path.write_text(regulation, encoding="utf-8")
        self.at("2026-09-30", "17:00")
        self.svc(["regulation", "adopt", str(path), "--from", "2026-10-01", "-m", why], as_=self.opener)

    def figures(self, report: str) -> dict[str, Any]:
        """The figures of October beside those of September."""
        self.at("2026-10-31", "18:00")
        found: dict[str, Any] = self.svc.json(["report", report, "--period", AFTER, "--compare", "previous"])["figures"]
        return found

    def statuses(self, month: str) -> list[str]:
        """How the month's requests ended."""
        rows = self.svc.json("list --all")
        return [row["status"] for row in rows if row["opened"].startswith(month)]


def name_of(regulation: str) -> str:
    """The name in a regulation's text."""
    return regulation.split("regulation: ", 1)[1].split("\n", 1)[0]


def share(statuses: Sequence[str], wanted: str) -> float:
    """The part of the requests that ended so."""
    return statuses.count(wanted) / len(statuses)
