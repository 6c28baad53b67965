"""git's objects, read from its own files: the same as git reads, or not at all."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from svcctl.store.git import Git, Objects
from svcctl.store.objectfiles import Elsewhere, ObjectFiles
from tests.conftest import Svc, git

WORDS = ("steel", "beam", "price", "delivery", "customs", "offer", "approval", "deadline")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose files change a little from commit to commit, so that packs hold long chains of deltas."""
    folder = tmp_path_factory.mktemp("made")
    git(folder, "init", "-q", "-b", "main")
    chance = random.Random(5)
    lines = [" ".join(chance.choices(WORDS, k=9)) + f" {n}" for n in range(400)]
    for turn in range(9):
        lines[chance.randrange(400)] = f"turn {turn}"
        (folder / "requests" / "2026").mkdir(parents=True, exist_ok=True)
        (folder / "requests" / "2026" / "заявка 1.yaml").write_text("\n".join(lines))
        (folder / "noise.bin").write_bytes(chance.randbytes(20_000))
        (folder / "empty").touch()
        committed(folder)
    return folder


def committed(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "turn")


@pytest.fixture
def repo(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may spoil."""
    shutil.copytree(made, tmp_path / "repo")
    return tmp_path / "repo"


def agree(repo: Path) -> int:
    """Checks every file of every commit against git; how many objects were compared."""
    found, asked = ObjectFiles(str(repo / ".git" / "objects")), Objects(Git(str(repo)))
    names = []
    for commit in git(repo, "rev-list", "main").split():
        names += [f"{commit}:{path}" for path in ("requests/2026/заявка 1.yaml", "noise.bin", "empty", "none")]
    for name, expected in zip(names, asked.read_many(names), strict=True):
        assert found.read(name) == expected
        assert expected is None or found.read(expected[0]) == expected
    found.close()
    asked.close()
    return len(names)


def test_loose_objects(repo: Path) -> None:
    assert agree(repo) == 36


@pytest.mark.parametrize("by_offset", ["true", "false"])
def test_packed_objects_with_deltas_of_both_kinds(repo: Path, by_offset: str) -> None:
    git(repo, "-c", f"repack.useDeltaBaseOffset={by_offset}", "repack", "-adfq", "--depth=50", "--window=50")
    git(repo, "prune-packed")
    deepest = git(repo, "verify-pack", "-v", str(next((repo / ".git" / "objects" / "pack").glob("*.idx"))))
    assert "chain length = 5" in deepest
    assert agree(repo) == 36


def test_several_packs_and_what_came_later(repo: Path) -> None:
    for turn in range(2):
        git(repo, "repack", "-dq")
        (repo / "empty").write_text(f"{turn}")
        committed(repo)
    assert len(list((repo / ".git" / "objects" / "pack").glob("*.idx"))) == 2
    assert agree(repo) == 44


def test_what_a_commit_has_not_is_none(repo: Path) -> None:
    tip = git(repo, "rev-parse", "main").strip()
    found = ObjectFiles(str(repo / ".git" / "objects"))
    assert found.read(f"{tip}:nothing") is None
    assert found.read(f"{tip}:requests/2027/nothing") is None
    assert found.paths(tip, "requests") == ["requests/2026/заявка 1.yaml"]
    assert found.paths(tip, "nothing") == []


@pytest.mark.parametrize(
    "name",
    [
        "HEAD",
        "main",
        "HEAD:empty",
        "0123",
        *("{tip}" + rest for rest in ("", ":", ":requests", ":a//b", ":../x", ":empty/x", "^:empty", "01")),
    ],
)
def test_other_names_are_left_to_git(repo: Path, name: str) -> None:
    tip = git(repo, "rev-parse", "main").strip()
    with pytest.raises(Elsewhere):
        ObjectFiles(str(repo / ".git" / "objects")).read(name.format(tip=tip))


def loose(repo: Path, name: str) -> Path:
    oid = git(repo, "rev-parse", name).strip()
    return repo / ".git" / "objects" / oid[:2] / oid[2:]


def spoilt(repo: Path, how: str) -> None:
    path = loose(repo, "main:empty")
    other = loose(repo, "main:noise.bin").read_bytes()
    path.unlink()
    if how == "another object":
        path.write_bytes(other)
    elif how == "no object":
        path.write_bytes(b"not compressed at all")
    elif how == "cut short":
        path.write_bytes(other[:30])
    elif how == "a pipe":
        os.mkfifo(path)
    elif how == "a link":
        path.symlink_to(loose(repo, "main:noise.bin"))
    elif how == "a folder":
        path.mkdir()


@pytest.mark.parametrize("how", ["gone", "another object", "no object", "cut short", "a pipe", "a link", "a folder"])
def test_a_spoilt_object_is_never_taken(repo: Path, how: str) -> None:
    tip = git(repo, "rev-parse", "main").strip()
    spoilt(repo, how)
    with pytest.raises(Elsewhere):
        ObjectFiles(str(repo / ".git" / "objects")).read(f"{tip}:empty")


def test_no_byte_of_a_pack_can_be_changed_unnoticed(repo: Path) -> None:
    git(repo, "repack", "-adfq")
    pack = next((repo / ".git" / "objects" / "pack").glob("*.pack"))
    tip, content = git(repo, "rev-parse", "main~5").strip(), pack.read_bytes()
    name = f"{tip}:requests/2026/заявка 1.yaml"
    right = ObjectFiles(str(repo / ".git" / "objects")).read(name)
    chance = random.Random(7)
    pack.chmod(0o644)
    for _ in range(200):
        changed = bytearray(content)
        changed[chance.randrange(12, len(changed))] ^= 1 << chance.randrange(8)
        pack.write_bytes(changed)
        found = ObjectFiles(str(repo / ".git" / "objects"))
        try:
            assert found.read(name) == right
        except Elsewhere:
            pass
        finally:
            found.close()


def test_a_desk_is_read_without_a_git_process(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    tip = git(svc.folder, "rev-parse", "HEAD").strip()
    monkeypatch.setattr(Git, "start", lambda *_, **__: pytest.fail("git was started"))
    objects = Objects(Git(str(svc.folder)))
    found = objects.read(f"{tip}:desk.yaml")
    assert found is not None and found[1] == (svc.folder / "desk.yaml").read_bytes()
    objects.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_somebody_else_is_left_to_git(svc: Svc) -> None:
    from svcctl.model.problems import BrokenFiles

    tip = git(svc.folder, "rev-parse", "HEAD").strip()
    os.chown(svc.folder, 12345, 12345)
    objects = Objects(Git(str(svc.folder)))
    with pytest.raises(BrokenFiles, match="belongs to somebody else"):
        objects.read(f"{tip}:desk.yaml")
    objects.close()


def grown(folder: Path, chance: random.Random) -> None:
    """A commit in which files come, change, go, and are folders where there were files."""
    for _ in range(chance.randint(1, 4)):
        place = folder.joinpath(*chance.choices(("a", "b", "c", "журнал"), k=chance.randint(1, 3)))
        if place.is_dir():
            shutil.rmtree(place)
        elif place.exists() and chance.random() < 0.4:
            place.unlink()
        elif not any(above.is_file() for above in place.parents):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(str(chance.random()))
            place.chmod(chance.choice((0o644, 0o755)))
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "turn", "--allow-empty")


def test_what_changed_is_told_as_git_tells_it(tmp_path: Path) -> None:
    folder = tmp_path / "grown"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    chance = random.Random(8)
    for turn in range(40):
        grown(folder, chance)
        if turn == 20:
            git(folder, "gc", "-q")
    commits = git(folder, "rev-list", "main").split()
    found, theirs = ObjectFiles(str(folder / ".git" / "objects")), Git(str(folder))
    for _ in range(120):
        before, after = chance.choices(commits, k=2)
        told = {path: node and (node.oid, node.mode.decode()) for path, node in found.changed(before, after)}
        assert told == {path: blob and (blob.oid, blob.mode) for path, blob in theirs.changed(before, after).items()}
    found.close()


def test_large_changes_are_left_to_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    commits = []
    for text in ("before", "after"):
        for number in range(100):
            (tmp_path / f"{number}").mkdir(exist_ok=True)
            (tmp_path / f"{number}" / "file").write_text(text)
        committed(tmp_path)
        commits.append(git(tmp_path, "rev-parse", "HEAD").strip())
    with pytest.raises(Elsewhere):
        ObjectFiles(str(tmp_path / ".git" / "objects")).changed(*commits)
    asked = Objects(Git(str(tmp_path)))
    assert asked.changed(*commits) == Git(str(tmp_path)).changed(*commits)
    assert len(asked.changed(*commits)) == 100
    asked.close()
