"""Commits, made by one ``git fast-import`` (git-fast-import(1)), and the move of a branch to them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence

from svcctl.model.namedtuples import NamedTuple
from svcctl.store.git import PIPE, Author, Git, clean_name, failure
from svcctl.store.refs import PRIVATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO


class FileChange(NamedTuple):
    """New content for a path; None deletes it."""

    path: str
    content: bytes | None
    mode: str = "100644"


class Commit(NamedTuple):
    """A commit to be made; ``merged`` are its parents beside the one it is made on."""

    author: Author
    message: str
    changes: Sequence[FileChange]
    merged: Sequence[str] = ()


def import_commits(
    git: Git,
    ref: str,
    tip: str,
    commits: Sequence[Commit],
    judge: Callable[[str], None] | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> tuple[str, dict[str, str]]:
    """Makes commits on top of ``tip`` with one ``git fast-import``, and moves ``ref`` to the last of them.

    Where the desk's commits are signed, they are made anew with their signatures before the branch moves.

    Args:
        judge: looks at the last commit before the branch moves; where it raises, nothing was changed.
        meanwhile: is called while git writes the objects.

    Returns:
        The new tip and the object ids of the files written by the last commit that touched each.

    Raises:
        Moved: the branch is no longer at ``tip``; nothing was changed.
    """
    _drop_private(git)
    try:
        new_tip, oids = _imported(git, tip, commits, meanwhile)
        if git.signing_key:
            from svcctl.store.signing import signed

            new_tip = signed(git, new_tip, tip, commits)
        if judge is not None:
            judge(new_tip)
        if not git.move(ref, new_tip, tip, commits[-1].author, commits[-1].message.partition("\n")[0]):
            raise Moved()
    finally:
        _drop_private(git)
    return new_tip, oids


def _drop_private(git: Git) -> None:
    """Removes the branch that fast-import has moved; where that cannot be now, whoever writes next does it."""
    try:
        git.refs.drop_private()
    except OSError:
        return


def _imported(
    git: Git, tip: str, commits: Sequence[Commit], meanwhile: Callable[[], None] | None
) -> tuple[str, dict[str, str]]:
    process = git.start("fast-import", "--quiet", "--done", "--date-format=raw", stdin=PIPE)
    assert process.stdin is not None and process.stdout is not None
    marked: dict[str, int] = {}
    answers: list[str] = []
    try:
        _feed(process.stdin, PRIVATE, tip, commits, marked)
        _ask(process.stdin, process.stdout, [*marked.values(), _LAST_COMMIT], answers, meanwhile)
        _, complaint = process.communicate()
    except BrokenPipeError:
        _, complaint = process.communicate()
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        _drop_report(git, process.pid)
        raise failure("fast-import", complaint, process.returncode)
    return answers[-1], dict(zip(marked, answers, strict=False))


def _drop_report(git: Git, pid: int) -> None:
    """fast-import writes down how it failed, in a file that nobody would delete."""
    try:
        os.unlink(os.path.join(git.refs.folder, f"fast_import_crash_{pid}"))
    except FileNotFoundError:
        return


def _feed(stdin: IO[bytes], ref: str, tip: str, commits: Iterable[Commit], marked: dict[str, int]) -> None:
    mark = 0
    parent = tip
    for commit in commits:
        for change in commit.changes:
            if change.content is not None:
                mark += 1
                marked[change.path] = mark
                stdin.write(b"blob\nmark :%d\ndata %d\n%b\n" % (mark, len(change.content), change.content))
        stdin.write(_commit_head(ref, commit))
        if parent:
            stdin.write(f"from {parent}\n".encode("ascii"))
            parent = ""
        for other in commit.merged:
            stdin.write(f"merge {other}\n".encode("ascii"))
        for change in commit.changes:
            stdin.write(_file_command(change, marked))
    stdin.flush()


def _ask(
    stdin: IO[bytes],
    stdout: IO[bytes],
    marks: Sequence[int],
    answers: list[str],
    meanwhile: Callable[[], None] | None,
    block: int = 256,
) -> None:
    """Asks for the object ids of marks, in blocks, so that neither side waits for the other's pipe; ends the import."""
    for begin in range(0, len(marks), block):
        asked = marks[begin : begin + block]
        is_last = begin + block >= len(marks)
        stdin.write(b"".join(b"get-mark :%d\n" % mark for mark in asked) + (b"done\n" if is_last else b""))
        stdin.flush()
        if is_last and meanwhile is not None:
            meanwhile()
        answers.extend(stdout.readline().decode("ascii").rstrip("\n") for _ in asked)


_LAST_COMMIT = 1_000_000_000


def _commit_head(ref: str, commit: Commit) -> bytes:
    who = f"{clean_name(commit.author.name)} <{clean_name(commit.author.email)}> {commit.author.when}"
    message = commit.message.encode("utf-8", "replace")
    return b"commit %b\nmark :%d\nauthor %b\ncommitter %b\ndata %d\n%b\n" % (
        ref.encode("utf-8"),
        _LAST_COMMIT,
        who.encode("utf-8", "replace"),
        who.encode("utf-8", "replace"),
        len(message),
        message,
    )


def _file_command(change: FileChange, marked: dict[str, int]) -> bytes:
    path = quote_path(change.path)
    if change.content is None:
        return b"D %b\n" % path
    return b"M %b :%d %b\n" % (change.mode.encode("ascii"), marked[change.path], path)


def quote_path(path: str) -> bytes:
    """A path in fast-import's quoted form."""
    raw = path.encode("utf-8", "surrogateescape")
    escaped = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
    return b'"%b"' % escaped


class Moved(Exception):
    """The branch was moved by somebody else between reading and writing."""
