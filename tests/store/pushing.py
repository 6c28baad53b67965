"""Clones whose people also use plain git, as themselves; and commits that git would never make by itself."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Svc


def git_as(folder: Path, handle: str, *arguments: str, feed: str = "", committer: str = "") -> str:
    """Plain git by somebody of the team."""
    who = {"GIT_AUTHOR_NAME": handle, "GIT_AUTHOR_EMAIL": f"{handle}@example.com"}
    who |= {"GIT_COMMITTER_NAME": handle, "GIT_COMMITTER_EMAIL": f"{committer or handle}@example.com"}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        capture_output=True,
        text=True,
        input=feed,
        check=True,
        env={**os.environ, **who},
    )
    return done.stdout


@dataclass
class Clone(Svc):
    """A clone whose hand edits are committed by its own person."""

    def git(self, *arguments: str) -> str:
        return git_as(self.folder, self.person, *arguments)
