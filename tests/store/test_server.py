"""A shared repository takes honest pushes and no forged ones; real pushes, through the hook that was installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.store.git import Git, Objects
from svcctl.store.verify import verify
from tests.store.forgeries import FORGERIES
from tests.store.pushing import Stage, prepare


@pytest.fixture(scope="module")
def stage(made_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A desk in a shared repository that verifies, made once; tests spoil copies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        yield prepare(made_desk, tmp_path_factory.mktemp("server") / "stage", patch)


def told(stage: Stage, tmp_path: Path, name: str) -> None:
    """A forged push is refused with its reason, and nothing of it is kept."""
    forge, words = FORGERIES[name]
    mine = stage.copy(tmp_path / "mine")
    what = forge(mine) or ()
    before = mine.tips()
    done = mine.push(*what)
    said = "\n".join(line.removeprefix("remote: ").rstrip() for line in done.stderr.splitlines())
    assert done.returncode != 0, f"{name} was taken"
    assert words in said, said
    assert mine.tips() == before


def test_a_forged_push_is_refused(stage: Stage, tmp_path: Path) -> None:
    told(stage, tmp_path, "a_note_in_anothers_name")


@pytest.mark.long
def test_forged_pushes_are_refused(stage: Stage, tmp_path: Path) -> None:
    for number, name in enumerate(FORGERIES):
        told(stage, tmp_path / str(number), name)
    print(f"{len(FORGERIES)} forged pushes refused")
    assert len(FORGERIES) >= 60


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found(stage: Stage, tmp_path: Path, name: str) -> None:
    """The same without a push: each is judged in the clone where it was made."""
    forge, words = FORGERIES[name]
    mine = stage.copy(tmp_path / "mine")
    if forge(mine):
        # Of the branch itself, which only the shared repository can tell.
        return
    git = Git(str(mine.desk))
    objects = Objects(git)
    try:
        shared = mine.git("ls-remote", "origin", "refs/heads/main").split()[0]
        found = verify(git, objects, shared, git.line("rev-parse", "HEAD")).findings
    finally:
        objects.close()
    lines = [str(finding.line()) for finding in found]
    assert any(words in line for line in lines), lines
    assert len(lines) < 4, "what was said once is said again"
