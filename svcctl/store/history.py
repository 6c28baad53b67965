"""The desk's history, read with GitPython: its import is too slow for a daily command, its reading is convenient."""

from __future__ import annotations

import os
from collections.abc import Iterator

from svcctl.model.event import BadEvent
from svcctl.model.problems import SvcctlError
from svcctl.store.git import KEPT, OPTIONS, Git, failure
from svcctl.store.records import parse_record


def commits_of(root: str, commit: str, path: str) -> Iterator[tuple[str, bytes]]:
    """The commits that touched a path, oldest first, each with the file's content after it.

    Raises:
        BrokenFiles: the repository is broken; the message is git's own.
    """
    _forget_git_variables()
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git import Repo
    from git.exc import GitError

    settings = [OPTIONS[number + 1] for number in range(0, len(OPTIONS), 2)]
    try:
        with Repo(root) as repo:
            repo.git.set_persistent_git_options(c=settings)
            repo.git.update_environment(**Git(root).environment, GIT_LITERAL_PATHSPECS="1")
            for found in repo.iter_commits(commit, paths=path, reverse=True):
                try:
                    blob = found.tree / path
                except KeyError:
                    continue
                yield found.hexsha, blob.data_stream.read()
    except (GitError, ValueError) as error:
        # What is broken in the repository, git says itself.
        raise failure("log", str(getattr(error, "stderr", "") or error).encode("utf-8", "surrogateescape")) from None


def _forget_git_variables() -> None:
    # GitPython adds to the process's environment and takes nothing away: GIT_DIR would lead it elsewhere.
    for name in list(os.environ):
        if name.startswith("GIT_") and name not in (*KEPT, "GIT_PYTHON_REFRESH"):
            del os.environ[name]


def event_commits(root: str, commit: str, path: str) -> dict[str, str]:
    """The commit that recorded each event of a record, by the event's id."""
    found: dict[str, str] = {}
    for sha, content in commits_of(root, commit, path):
        try:
            events = parse_record(content.decode("utf-8", "replace"), path).events
        except (SvcctlError, BadEvent):
            continue
        for event in events:
            found.setdefault(event.id, sha)
    return found
