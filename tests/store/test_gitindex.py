"""git's index, changed without git: to the byte what git itself writes, or nothing at all."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from svcctl.store.gitindex import GitIndex, Staging
from svcctl.store.objectfiles import Elsewhere
from tests.conftest import git

FOLDERS = ("requests/2025/12/31", "requests/2026/01/02", "requests/2026/11/12", "offers/2026/11/12/R-1", "клиенты", "p")
TRIALS = 150


def hashed(folder: Path, text: str) -> str:
    (folder / ".git" / "content").write_text(text)
    return git(folder, "hash-object", "-w", str(folder / ".git" / "content")).strip()


def put(folder: Path, *rows: str, index: Path | None = None) -> None:
    """Rows of ``git update-index --index-info``."""
    world = {**os.environ, "GIT_INDEX_FILE": str(index)} if index else dict(os.environ)
    feed = "".join(row + "\0" for row in rows).encode()
    subprocess.run(["git", "-C", str(folder), "update-index", "-z", "--index-info"], input=feed, env=world, check=True)


def committed(folder: Path) -> None:
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "so far")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with an empty object, an index of two files and no commit."""
    git(tmp_path, "init", "-q", "-b", "main")
    first = hashed(tmp_path, "first")
    put(tmp_path, f"100644 {first}\trequests/2026/11/12/R-2.yaml", f"100644 {first}\tteam.yaml")
    return tmp_path


def index_of(folder: Path) -> Path:
    return folder / ".git" / "index"


def by_git(folder: Path, wanted: list[Staging]) -> bytes:
    """The index as git writes it."""
    copy = folder / ".git" / "other"
    shutil.copy2(index_of(folder), copy)
    put(folder, *(f"{one.mode} {one.oid}\t{one.path}" for one in wanted), index=copy)
    return copy.read_bytes()


def by_us(folder: Path, wanted: list[Staging]) -> bytes:
    """The index as it is written without git."""
    target = folder / ".git" / "ours"
    target.unlink(missing_ok=True)
    with GitIndex(str(index_of(folder))) as index:
        index.write(wanted, str(target))
    return target.read_bytes()


def drawn(chance: random.Random, most: int) -> list[str]:
    names = [f"{chance.choice(FOLDERS)}/{'x' * chance.randint(1, 30)}{n}.yaml" for n in range(most)]
    return [*names, *chance.sample(["a", "desk.yaml", "team.yaml", "заявка.txt", "zz" * 90], 2)]


def test_random_indexes_are_written_as_git_writes_them(tmp_path: Path) -> None:
    """Changed and added files, in folders that are there and that are not, with the trees of a commit known or not."""
    chance, written, left = random.Random(11), 0, 0
    git(tmp_path, "init", "-q", "-b", "main")
    oids = [hashed(tmp_path, f"content {n}") for n in range(4)]
    for trial in range(TRIALS):
        index_of(tmp_path).unlink(missing_ok=True)
        names = drawn(chance, chance.choice((1, 3, 12, 60)))
        there = chance.sample(names, chance.randint(1, len(names)))
        put(tmp_path, *(f"100644 {chance.choice(oids)}\t{name}" for name in there))
        if trial % 3:
            committed(tmp_path)
        if trial % 3 == 2:
            put(tmp_path, f"100644 {oids[0]}\t{chance.choice(there)}")
        modes = ("100644", "100644", "100755")
        wanted = [Staging(name, chance.choice(oids), chance.choice(modes)) for name in chance.sample(names, 2)]
        try:
            ours = by_us(tmp_path, wanted)
        except Elsewhere:
            assert not {one.path.split("/")[0] for one in wanted} <= {name.split("/")[0] for name in there}
            left += 1
            continue
        assert ours == by_git(tmp_path, wanted), (there, wanted)
        written += 1
    assert written > TRIALS / 2 and left


def test_what_the_index_has_of_files(repo: Path) -> None:
    with GitIndex(str(index_of(repo))) as index:
        found = index.oids(["team.yaml", "requests/2026/11/12/R-2.yaml", "m.yaml", "eam.yaml", "requests/2026/11/12"])
    first = hashed(repo, "first")
    assert found == {"team.yaml": first, "requests/2026/11/12/R-2.yaml": first}


def test_a_path_that_ends_others_is_told_from_them(repo: Path) -> None:
    """Among them one before which stands what could be flags: a ``p`` and a slash are 0x702f, of a path of 47."""
    second, long = hashed(repo, "second"), "y" * 47
    put(repo, *(f"100644 {second}\t{name}" for name in ("docs/team.yaml", "steam.yaml", "team.yamlx")))
    with GitIndex(str(index_of(repo))) as index:
        assert index.oids(["team.yaml"]) == {"team.yaml": hashed(repo, "first")}
    left = 0
    for begin in range(8):
        folder = "d" * begin + "p"
        put(repo, f"100644 {second}\t{folder}/{long}")
        with GitIndex(str(index_of(repo))) as index:
            try:
                assert index.oids([long]) == {}
            except Elsewhere:
                left += 1
        put(repo, f"0 {'0' * 40}\t{folder}/{long}")
    assert left == 1, "one in eight stands where an entry's path could"


def test_large_indexes_with_windows_and_trees(tmp_path: Path) -> None:
    """Over a megabyte: found across windows, summed by the other SHA-1, its cached trees behind it."""
    git(tmp_path, "init", "-q", "-b", "main")
    first, second = hashed(tmp_path, "first"), hashed(tmp_path, "second")
    names = [f"requests/{1990 + n // 800}/{n // 60 % 12 + 1:02}/R-{n:06}.yaml" for n in range(24_000)]
    put(tmp_path, *(f"100644 {first}\t{name}" for name in names))
    committed(tmp_path)
    assert index_of(tmp_path).stat().st_size > 2 * (1 << 20)
    for name in (names[0], names[7], names[-1], *random.Random(3).sample(names, 6)):
        for path in (name, name.replace("R-", "R-n"), name.replace("R-", "A-"), name.replace("/R-", "/31/R-")):
            wanted = [Staging(path, second), Staging("requests/2002/07/R-new.yaml", second)]
            assert by_us(tmp_path, wanted) == by_git(tmp_path, wanted)


def test_the_index_keeps_its_time(repo: Path) -> None:
    """git doubts files that are as new as the index; in a younger one it would believe what it has not looked at."""
    os.utime(index_of(repo), ns=(10**18, 10**18 + 7))
    os.chmod(index_of(repo), 0o664)
    by_us(repo, [Staging("team.yaml", hashed(repo, "second"))])
    status = (repo / ".git" / "ours").stat()
    assert (status.st_mtime_ns, status.st_mode & 0o777) == (10**18 + 7, 0o664)


def odd(repo: Path, what: str) -> None:
    """Makes the index unusual."""
    path, second = "requests/2026/11/12/R-2.yaml", hashed(repo, "second")
    if what == "in conflict":
        put(repo, f"0 {'0' * 40}\t{path}", *(f"100644 {second} {stage}\t{path}" for stage in (1, 2, 3)))
    elif what == "believed unchanged":
        git(repo, "update-index", "--assume-unchanged", path)
    elif what == "left out":
        git(repo, "update-index", "--skip-worktree", path)
    elif what == "to be added":
        put(repo, f"0 {'0' * 40}\t{path}")
        (repo / path).parent.mkdir(parents=True)
        (repo / path).touch()
        git(repo, "add", "-N", path)
    elif what == "version 4":
        git(repo, "update-index", "--index-version", "4")
    elif what == "split":
        git(repo, "update-index", "--split-index")
    elif what == "with untracked files":
        git(repo, "update-index", "--force-untracked-cache")
    elif what == "with its end told":
        git(repo, "-c", "index.threads=2", "-c", "index.recordEndOfIndexEntries=true", "update-index", "--force-write")
    elif what == "with resolved conflicts":
        put(repo, f"0 {'0' * 40}\t{path}", *(f"100644 {second} {stage}\t{path}" for stage in (1, 2, 3)))
        (repo / path).parent.mkdir(parents=True)
        (repo / path).write_text("resolved")
        git(repo, "add", path)


ODD = {
    "in conflict": b"DIRC\0\0\0\2",
    "believed unchanged": b"DIRC\0\0\0\2",
    "left out": b"DIRC\0\0\0\3",
    "to be added": b"DIRC\0\0\0\3",
    "version 4": b"DIRC\0\0\0\4",
    "split": b"link",
    "with untracked files": b"UNTR",
    "with its end told": b"EOIE",
    "with resolved conflicts": b"REUC",
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_unusual_is_left_to_git(repo: Path, what: str) -> None:
    odd(repo, what)
    content = index_of(repo).read_bytes()
    assert ODD[what] in content
    wanted = [Staging("requests/2026/11/12/R-2.yaml", hashed(repo, "third"))]
    with pytest.raises(Elsewhere):
        by_us(repo, wanted)
    assert index_of(repo).read_bytes() == content
    assert not (repo / ".git" / "ours").exists()


def test_entries_with_more_flags_are_passed_by(tmp_path: Path) -> None:
    """Some files are left out by a sparse checkout (version 3) or believed unchanged; others change beside them."""
    chance, written, added = random.Random(5), 0, 0
    git(tmp_path, "init", "-q", "-b", "main")
    oids = [hashed(tmp_path, f"content {n}") for n in range(3)]
    for trial in range(TRIALS):
        index_of(tmp_path).unlink(missing_ok=True)
        names = list(dict.fromkeys(drawn(chance, chance.choice((3, 12, 60)))))
        there = chance.sample(names, chance.randint(2, len(names)))
        put(tmp_path, *(f"100644 {chance.choice(oids)}\t{name}" for name in there))
        if trial % 2:
            committed(tmp_path)
        flagged = set(chance.sample(there, chance.randint(1, len(there))))
        flag = chance.choice(("--skip-worktree", "--assume-unchanged"))
        git(tmp_path, "update-index", flag, "--", *flagged)
        assert index_of(tmp_path).read_bytes()[7] == (3 if flag == "--skip-worktree" else 2)
        wanted = [Staging(name, chance.choice(oids)) for name in chance.sample(names, 2)]
        try:
            ours = by_us(tmp_path, wanted)
        except Elsewhere:
            continue
        assert not flagged & {one.path for one in wanted}, "whoever asks for these is sent to git"
        assert ours == by_git(tmp_path, wanted), (there, flagged, wanted)
        written += 1
        added += any(one.path not in there for one in wanted)
    assert written > TRIALS / 10 and added > TRIALS / 20


@pytest.fixture
def sparse(tmp_path: Path) -> Path:
    """A repository of which two years are not laid out, and have one entry each in the index."""
    git(tmp_path, "init", "-q", "-b", "main")
    first = hashed(tmp_path, "first")
    names = [
        f"requests/{year}/{month:02}/R-{n}.yaml" for year in (2024, 2025, 2026) for month in (1, 2) for n in (1, 2)
    ]
    put(tmp_path, *(f"100644 {first}\t{name}" for name in (*names, "clients/a.yaml", "team.yaml")))
    committed(tmp_path)
    git(tmp_path, "reset", "-q", "--hard")
    git(tmp_path, "sparse-checkout", "set", "--cone", "--sparse-index", "clients", "requests/2026")
    assert "requests/2025/\n" in git(tmp_path, "ls-files", "--sparse")
    assert b"sdir" in index_of(tmp_path).read_bytes()
    return tmp_path


IN_2026 = (
    "requests/2026/01/R-1.yaml",
    "requests/2026/02/R-2.yaml",
    "requests/2026/02/R-0.yaml",
    "requests/2026/03/R-9.yaml",
    "clients/b.yaml",
    "team.yaml",
)


@pytest.mark.parametrize("path", IN_2026)
def test_a_deed_beside_folders_that_are_left_out(sparse: Path, path: str) -> None:
    """git lists, commits and finds the same in what it and we have written."""
    wanted = [Staging(path, hashed(sparse, "second"))]
    ours, theirs = by_us(sparse, wanted), by_git(sparse, wanted)
    told = []
    for content in (ours, theirs):
        index_of(sparse).write_bytes(content)
        asked = (["ls-files", "--sparse", "--stage"], ["ls-files", "-t", "--stage"], ["write-tree"], ["status", "-s"])
        told.append([git(sparse, *words) for words in asked])
        assert git(sparse, "fsck", "--no-dangling").strip() in ("", "notice: HEAD points to an unborn branch (main)")
    assert told[0] == told[1]
    assert path in told[0][0] and "requests/2025/\n" in told[0][0]
    # git goes on with ours: a file of a folder that was left out is laid out again.
    index_of(sparse).write_bytes(ours)
    git(sparse, "sparse-checkout", "disable")
    assert (sparse / "requests/2024/01/R-1.yaml").read_text() == "first"
    assert git(sparse, "diff", "--cached", "--name-only").split() == [path]


@pytest.mark.parametrize(
    "path", ["requests/2025/01/R-1.yaml", "requests/2025/07/R-9.yaml", "requests/2024/R-9.yaml", "requests/2025"]
)
def test_what_is_left_out_is_left_to_git(sparse: Path, path: str) -> None:
    with GitIndex(str(index_of(sparse))) as index, pytest.raises(Elsewhere):
        index.oids([path])
    with pytest.raises(Elsewhere):
        by_us(sparse, [Staging(path, hashed(sparse, "second"))])


def test_what_a_sparse_index_has_of_files(sparse: Path) -> None:
    with GitIndex(str(index_of(sparse))) as index:
        found = index.oids(["team.yaml", "requests/2026/01/R-1.yaml", "requests/2026/01/R-7.yaml", "none.yaml"])
    first = hashed(sparse, "first")
    assert found == {"team.yaml": first, "requests/2026/01/R-1.yaml": first}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("team.yaml/x", id="a file where its folder would be"),
        pytest.param("requests/2026", id="a folder where the file would be"),
        pytest.param("new.yaml", id="a file beside the folders"),
        pytest.param("clients/new.yaml", id="a folder that is new at the top"),
        pytest.param("requests/" + "x" * 5000, id="a long path"),
    ],
)
def test_where_it_belongs_is_left_to_git(repo: Path, path: str) -> None:
    with pytest.raises(Elsewhere):
        by_us(repo, [Staging(path, hashed(repo, "second"))])


def test_every_broken_byte_is_refused_or_copied(repo: Path) -> None:
    """A spoilt index never makes a traceback: what is not understood is git's to judge."""
    committed(repo)
    content, wanted = index_of(repo).read_bytes(), [Staging("team.yaml", hashed(repo, "second"))]
    refused = 0
    for at in range(len(content)):
        index_of(repo).write_bytes(content[:at] + bytes([content[at] ^ 0x81]) + content[at + 1 :])
        try:
            assert len(by_us(repo, wanted)) >= len(content) - 60
        except Elsewhere:
            refused += 1
    assert 20 < refused < len(content)
    taken = []
    for length in range(len(content)):
        index_of(repo).write_bytes(content[:length])
        try:
            by_us(repo, wanted)
        except Elsewhere:
            continue
        taken.append(length)
    # Cut off between two entries it looks whole; git notices by their number, before and after.
    assert len(taken) <= 2


def test_no_link_pipe_or_folder_is_read(repo: Path, tmp_path: Path) -> None:
    index_of(repo).rename(tmp_path / "elsewhere")
    index_of(repo).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError):
        GitIndex(str(index_of(repo)))
    index_of(repo).unlink()
    os.mkfifo(index_of(repo))
    with pytest.raises(Elsewhere):
        GitIndex(str(index_of(repo)))
    index_of(repo).unlink()
    index_of(repo).mkdir()
    with pytest.raises(Elsewhere):
        GitIndex(str(index_of(repo)))


def test_other_hashes_are_left_to_git(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    put(tmp_path, *(f"100644 {hashed(tmp_path, 'x')}\tp/{n}.yaml" for n in range(5)))
    with pytest.raises(Elsewhere):
        by_us(tmp_path, [Staging("p/1.yaml", "0" * 40)])
