"""How long a push takes that a shared repository verifies, on a desk of any size.

    python -m bench.verify_bench DESK [COMMITS]

DESK is a desk with a history, as ``python -m bench.generator FOLDER 100000`` makes one; it is cloned, not changed.
Measures ``git push`` of one deed and of many (300) through the installed hook, and the same two without any hook, and
prints one JSON document: seconds by the wall clock, the best of three.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from svcctl.desk import open_desk
from svcctl.model.events import Noted
from svcctl.recording import Deed

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Europe/Moscow"))
ROOT = Path(__file__).resolve().parents[1]
COMMITS = 300
REPEAT = 3


def environment() -> dict[str, str]:
    """An environment in which no configuration of the machine counts."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "SVCCTL_"))}
    more = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "SVCCTL_NOW": "2026-11-23T10:00"}
    return {**kept, **more, "SVCCTL_PERSON": "ivanova", "PYTHONPATH": str(ROOT)}


def git(folder: Path, *words: str) -> str:
    """Runs git in a folder."""
    done = subprocess.run(["git", "-C", str(folder), *words], env=environment(), check=True, capture_output=True)
    return done.stdout.decode().strip()


def svcctl(folder: Path, *words: str) -> str:
    """Runs svcctl in a folder."""
    command = [sys.executable, "-m", "svcctl", *words]
    return subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True).stdout.decode()


def shared(folder: Path, desk: Path, name: str) -> Path:
    """A bare copy of the desk, with the hook; its objects are the desk's own."""
    place = folder / name
    git(folder, "clone", "--quiet", "--bare", "--shared", str(desk), str(place))
    svcctl(folder, "server", "init", str(place))
    return place


def deeds(folder: Path, count: int) -> None:
    """Notes, one commit each, on requests that are open."""
    desk = open_desk(str(folder))
    team = desk.reference.team
    rows = [path.rpartition("/")[2].removesuffix(".yaml") for path in desk.tree.record_paths()[-max(1, count // 3) :]]
    for number in range(count):
        deed = Deed(rows[number % len(rows)], [Noted(text=f"note {number}")])
        desk.record(team.people["ivanova"], NOW, [deed])
    desk.close()


def pushed(desk: Path, place: Path, old: str) -> float:
    """Seconds that a push takes; the shared repository stands on ``old`` before and after."""
    began = time.perf_counter()
    git(desk, "push", "--quiet", str(place), "HEAD:main")
    spent = time.perf_counter() - began
    git(place, "update-ref", "refs/heads/main", old)
    return round(spent, 3)


def measured(folder: Path, desk: Path, count: int) -> dict[str, object]:
    """What a push of so many commits takes, with the hook and without."""
    verifying, plain = shared(folder, desk, f"verifying-{count}.git"), shared(folder, desk, f"plain-{count}.git")
    (plain / "hooks" / "pre-receive").unlink()
    old = git(desk, "rev-parse", "HEAD")
    deeds(desk, count)
    best = {
        name: min(pushed(desk, place, old) for _ in range(REPEAT))
        for name, place in (("verified_s", verifying), ("plain_s", plain))
    }
    return {"commits": count, **best}


def main(source: str, commits: int = COMMITS) -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        desk = folder / "desk"
        git(folder, "clone", "--quiet", "--shared", source, str(desk))
        records = len(git(desk, "ls-tree", "-r", "--name-only", "HEAD", "--", "requests/").splitlines())
        results = [measured(folder, desk, count) for count in (1, commits)]
    print(json.dumps({"records": records, "pushes": results}))


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in sys.argv[2:3]))
