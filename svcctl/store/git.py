"""Everything that runs git.

Arguments are lists; ``GIT_*`` of the environment is dropped except for the person's choice of configuration files;
hooks, fsmonitor, external diffs and attributes of the desk's own configuration are switched off, because a desk may
come from somebody else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Busy, Refused, SvcctlError
from svcctl.store.refs import Refs

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from typing import IO

    from svcctl.store.gitindex import Staging
    from svcctl.store.objectfiles import ObjectFiles

OPTIONS = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsync=committed",
    "-c",
    "core.quotePath=false",
    "-c",
    "diff.external=",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.mailmap=false",
    "-c",
    "mailmap.file=",
    "-c",
    "blame.ignoreRevsFile=",
    "-c",
    "core.attributesFile=/dev/null",
    "-c",
    "i18n.logOutputEncoding=UTF-8",
    "-c",
    "core.useReplaceRefs=false",
    "-c",
    "protocol.ext.allow=never",
)
KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH_COMMAND", "GIT_EXEC_PATH")


PIPE = -1
"""``subprocess.PIPE``: that module is imported only where a git is started."""

_FULL = ("No space left", "Out of diskspace", "Disk quota exceeded")
INDEX_BEFORE, INTENT_BEFORE = "index.before", "intent.before"
"""What a deed in a large desk leaves for the next to free."""

_LEFT = ("index", "index.lock", "config", "config.lock", "intent.json.tmp", INDEX_BEFORE, INTENT_BEFORE)


class Author(NamedTuple):
    """Who a commit is by and when (``when`` is git's raw form, ``<epoch> <+hhmm>``)."""

    name: str
    email: str
    when: str


class Blob(NamedTuple):
    """What a path has in a commit: an object and its mode (``100644`` is a plain file)."""

    oid: str
    mode: str


class Entry(NamedTuple):
    """A file of a commit's tree."""

    path: str
    oid: str
    mode: str


class Git:
    """git in one repository."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.inherited: tuple[int, ...] = ()
        """File descriptors that every git process keeps open, see ``Lock``."""
        self.signing_key = ""
        """What commits are signed with, as git's ``user.signingkey`` says it; empty where they are not signed."""
        self._environment: dict[str, str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every git process."""
        if self._environment is None:
            kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in KEPT}
            kept.update(LC_ALL="C", GIT_OPTIONAL_LOCKS="0", GIT_TERMINAL_PROMPT="0")
            self._environment = kept
        return self._environment

    def look_into_quarantine(self, folder: str) -> None:
        """Reads objects that a push has brought and that are not taken in yet: what a server's hook is for.

        Only the folder's name comes from outside, and it must lie right in the repository's own ``objects``.

        Raises:
            Refused: it does not.
        """
        objects = os.path.realpath(os.path.join(self.root, "objects"))
        place = os.path.realpath(os.path.join(self.root, folder))
        if os.path.dirname(place) != objects or not os.path.isdir(place):
            raise Refused(
                Message("{folder} is no quarantine of this repository", folder=folder),
                Message("git calls the hook itself: svcctl server init DIR sets it up"),
                code="quarantine",
            )
        # The repository is named: a server may have git take no bare one that it only finds (safe.bareRepository).
        own = {"GIT_DIR": os.path.dirname(objects), "GIT_QUARANTINE_PATH": place, "GIT_OBJECT_DIRECTORY": place}
        self._environment = {**self.environment, **own, "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}

    @cached_property
    def refs(self) -> Refs:
        """The repository's branches."""
        return Refs(git_folder(self.root))

    def sweep(self) -> None:
        """Removes what a killed svcctl and its gits have left, and what the deed before was done with.

        The caller holds svcctl's own lock.

        Raises:
            OSError: it cannot be removed.
        """
        from svcctl.store.gitlock import release

        release(self.refs.own)
        self.refs.drop_private()
        for name in os.listdir(self.refs.own):
            if name in _LEFT or _is_of_the_dead(name):
                os.unlink(os.path.join(self.refs.own, name))

    def start(
        self,
        *arguments: str,
        stdin: int | None = None,
        settings: Sequence[str] = (),
        index: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Starts git with its output in a pipe; its complaints are kept with it.

        ``settings`` are names of configuration values that are empty for this run, whatever the desk says; ``index``
        is a file that is used instead of the repository's index; ``environment`` is added for this run. Without
        ``stdin`` there is nothing to read for it.
        """
        import subprocess

        try:
            return subprocess.Popen(
                ["git", "-C", self.root, *OPTIONS, *arguments],
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._world(settings, index, environment or {}),
                # A reader outlives the lock, and nobody has to wait for it.
                pass_fds=() if arguments[0] == "cat-file" else self.inherited,
            )
        except FileNotFoundError:
            raise no_git() from None

    def _world(self, settings: Sequence[str], index: str, environment: Mapping[str, str]) -> dict[str, str]:
        own = {"GIT_INDEX_FILE": index} if index else {}
        return {**self.environment, **_emptied(settings), **own, **environment}

    def run(
        self,
        *arguments: str,
        feed: bytes | None = None,
        allowed: Sequence[int] = (0,),
        settings: Sequence[str] = (),
        index: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """Runs git to its end and returns what it printed.

        Raises:
            SvcctlError: git failed; the message is git's own.
        """
        process = self.start(
            *arguments, stdin=None if feed is None else PIPE, settings=settings, index=index, environment=environment
        )
        out, complaint = process.communicate(feed)
        if process.returncode not in allowed:
            raise failure(arguments[0], complaint, process.returncode)
        return out

    def line(self, *arguments: str, allowed: Sequence[int] = (0,)) -> str:
        """What git printed, without the end of the line."""
        return self.run(*arguments, allowed=allowed).decode("utf-8", "replace").rstrip("\n")

    def config(self, name: str) -> str:
        """A value of git's configuration, empty where it is not set."""
        return self.line("config", "--get", name, allowed=(0, 1))

    def entries(self, commit: str, *prefixes: str) -> Iterator[Entry]:
        """The files below the prefixes in a commit's tree."""
        for row in self.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", *prefixes).split(b"\0"):
            if row:
                described, path = row.split(b"\t", 1)
                mode, _, oid = described.decode("ascii").split(" ")
                yield Entry(path.decode("utf-8", "surrogateescape"), oid, mode)

    def staged(self, paths: Sequence[str]) -> dict[str, str]:
        """The object ids that the index has for the paths."""
        found = {}
        for row in self.run("ls-files", "-s", "-z", "--", *paths).split(b"\0"):
            if row:
                described, path = row.split(b"\t", 1)
                found[path.decode("utf-8", "surrogateescape")] = described.split(b" ")[1].decode("ascii")
        return found

    def staged_files(self, paths: Sequence[str]) -> dict[str, str]:
        """The same for a few files, none of which stands for a folder: mostly without a git."""
        from svcctl.store.objectfiles import Elsewhere
        from svcctl.store.staging import few, plain_index

        index = plain_index(self.index_path) if few(paths) else None
        if index is not None:
            with index:
                try:
                    return index.oids(paths)
                except (Elsewhere, OSError):
                    pass
        return self.staged(paths)

    def left_out(self, paths: Sequence[str] = ()) -> set[str]:
        """Those of the paths, or of all, that a sparse checkout does not lay out (git's ``skip-worktree``)."""
        rows = self.run("ls-files", "-t", "-z", "--", *paths).split(b"\0")
        return {row[2:].decode("utf-8", "surrogateescape") for row in rows if row.startswith(b"S ")}

    def stage(self, wanted: Sequence[Staging]) -> None:
        """Sets these entries of the index; one without an object id is taken out.

        Raises:
            Busy: another git has the index's lock.
            Refused: it cannot be written.
        """
        from svcctl.store.staging import written

        rows = [f"{one.mode if one.oid else 0} {one.oid or '0' * 40}\t{one.path}\0" for one in wanted]
        feed = "".join(rows).encode("utf-8", "surrogateescape")
        with self._new_index() as (index, copy):
            if not written(index, wanted, copy):
                self._write_index(index, copy, ["update-index", "-z", "--index-info"], feed)

    def rewrite_index(self, *arguments: str, feed: bytes | None = None) -> None:
        """Lets git write a copy of the index, which takes the index's place.

        Raises:
            Busy: another git has the index's lock.
            Refused: it cannot be written.
        """
        with self._new_index() as (index, copy):
            self._write_index(index, copy, arguments, feed)

    @contextmanager
    def _new_index(self) -> Iterator[tuple[str, str]]:
        """The index's path, and that of a copy which takes its place under a lock that is known as svcctl's."""
        from svcctl.store.gitlock import GitLock
        from svcctl.store.lock import not_writable
        from svcctl.store.staging import take_place

        try:
            with GitLock(self.refs.own, self.index_path):
                yield self.index_path, self.index_copy
                take_place(self)
        except OSError as error:
            raise not_writable(error) from None

    @property
    def index_path(self) -> str:
        return os.path.join(self.refs.folder, "index")

    @property
    def index_before(self) -> str:
        """What the index was before the last deed, until the next."""
        return os.path.join(self.refs.own, INDEX_BEFORE)

    @property
    def index_copy(self) -> str:
        """Where a new index is written, under the lock of the old one."""
        return os.path.join(self.refs.own, "index")

    def _write_index(self, index: str, copy: str, arguments: Sequence[str], feed: bytes | None) -> None:
        _copy_index(index, copy)
        self.run(*arguments, feed=feed, settings=self._filters(), index=copy)

    def changed(self, before: str, after: str) -> dict[str, Blob | None]:
        """What changed between two commits, by paths; None is gone. Nothing is taken for a renamed file."""
        out = self.run("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", before, after)
        words = out.split(b"\0")
        found: dict[str, Blob | None] = {}
        for described, path in zip(words[::2], words[1::2], strict=False):
            _, mode, _, oid, status = described.decode("ascii").split(" ")
            found[path.decode("utf-8", "surrogateescape")] = None if status == "D" else Blob(oid, mode)
        return found

    def move(self, ref: str, target: str, tip: str, author: Author, why: str) -> bool:
        """Moves a branch from ``tip`` to ``target``; False where it is no longer there.

        Raises:
            Busy: another git has a lock.
            Refused: it cannot be written; the branch was not moved.
        """
        log = f"{clean_name(author.name)} <{clean_name(author.email)}> {author.when}\t{why}"
        try:
            return self.refs.move(ref, target, tip, log, lambda: self.config("core.logAllRefUpdates") != "false")
        except OSError as error:
            from svcctl.store.lock import not_writable

            raise not_writable(error) from None

    def answer(self, *arguments: str) -> tuple[int, str, str]:
        """Runs git and returns its exit code, what it printed, and its complaints; for talk with other machines."""
        process = self.start(*arguments)
        out, complaint = process.communicate()
        return process.returncode, out.decode("utf-8", "replace"), complaint.decode("utf-8", "replace")

    def own_settings(self) -> list[str]:
        """The names of the settings in the repository's own configuration, with what it includes."""
        out = self.run("config", "--local", "--includes", "--null", "--name-only", "--list")
        return [name for name in out.decode("utf-8", "replace").split("\0") if name]

    def join_lines(self, ours: bytes, base: bytes, theirs: bytes, both: bool) -> bytes | None:
        """A text with the changes of both sides, line by line; None where they clash, or it is no text.

        ``both`` keeps the lines of both sides where they clash.
        """
        import tempfile

        with tempfile.TemporaryDirectory(prefix="svcctl-") as folder:
            names = []
            for name, content in (("ours", ours), ("base", base), ("theirs", theirs)):
                names.append(os.path.join(folder, name))
                with open(names[-1], "wb") as file:
                    file.write(content)
            process = self.start("merge-file", "-p", *(["--union"] if both else []), *names)
            out, _ = process.communicate()
        return out if process.returncode == 0 else None

    def _filters(self) -> list[str]:
        """The names of every filter's settings: git starts filters when it doubts an entry of the index.

        Asking git costs as much as reading a record, so it is asked only where the desk's configuration has, or
        takes in, a filter; one of the person's own configuration is their own program.
        """
        if not self._mentions_filters():
            return []
        out = self.run("config", "-z", "--name-only", "--get-regexp", r"^filter\.", allowed=(0, 1))
        return [name for name in out.decode("utf-8", "surrogateescape").split("\0") if name]

    def _mentions_filters(self) -> bool:
        try:
            with open(os.path.join(self.root, ".git", "config"), encoding="utf-8", errors="replace") as file:
                text = file.read().casefold()
        except OSError:
            # A linked worktree has a file there that points elsewhere.
            return True
        return "filter" in text or "include" in text or "worktreeconfig" in text


def _is_of_the_dead(name: str) -> bool:
    """Whether a file is half-written by a process that is no more: ``parsed.json.4711.tmp``."""
    stem, _, ending = name.rpartition(".")
    pid = stem.rpartition(".")[2]
    if ending not in ("tmp", "new") or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _copy_index(index: str, copy: str) -> None:
    """Copies the index with its time, by which git knows which files it has to look into."""
    import shutil

    for old in (copy, copy + ".lock"):
        if os.path.exists(old):
            os.unlink(old)
    if os.path.exists(index):
        shutil.copy2(index, copy)


def _emptied(names: Sequence[str]) -> dict[str, str]:
    """An environment that makes configuration values empty; in ``-c`` a name may have no equals sign."""
    out = {"GIT_CONFIG_COUNT": str(len(names))} if names else {}
    for number, name in enumerate(names):
        out[f"GIT_CONFIG_KEY_{number}"] = name
        out[f"GIT_CONFIG_VALUE_{number}"] = ""
    return out


class Objects:
    """Reads objects: a few from git's own files, others through one ``git cat-file --batch`` process.

    The process is started when the first object is asked for that only git can find, or when many are.
    """

    def __init__(self, git: Git) -> None:
        self._git = git
        self._read = 0
        self._started: subprocess.Popen[bytes] | None = None
        self._failure: SvcctlError | None = None

    @property
    def _process(self) -> subprocess.Popen[bytes]:
        if self._started is None:
            self._started = self._git.start("cat-file", "--batch", stdin=PIPE)
        return self._started

    @cached_property
    def _files(self) -> ObjectFiles | None:
        """The repository's own files; None where git might refuse to read them for us."""
        from svcctl.store.objectfiles import ObjectFiles

        try:
            folder = self._git.refs.shared
            is_ours = all(os.stat(place).st_uid == os.geteuid() for place in (self._git.root, folder))
        except (SvcctlError, OSError):
            return None
        return ObjectFiles(os.path.join(folder, "objects")) if is_ours else None

    def read(self, name: str) -> tuple[str, bytes] | None:
        """An object's id and content by its name (an id, ``HEAD``, ``<commit>:<path>``), or None."""
        if self._started is None and self._read < _FEW and self._files is not None:
            from svcctl.store.objectfiles import Elsewhere

            self._read += 1
            try:
                return self._files.read(name)
            except Elsewhere:
                pass
        return next(self.read_many([name]))

    def paths(self, commit: str, folder: str) -> list[str] | None:
        """The paths of all files below a folder of a commit, where they are quick to tell; else None."""
        from svcctl.store.objectfiles import Elsewhere

        try:
            return self._files.paths(commit, folder) if self._files is not None else None
        except Elsewhere:
            return None

    def changed(self, before: str, after: str) -> dict[str, Blob | None]:
        """What changed between two commits, as ``Git.changed``; where it is little, no git is started."""
        from svcctl.store.objectfiles import Elsewhere

        try:
            found = self._files.changed(before, after) if self._files is not None else None
        except Elsewhere:
            found = None
        if found is None:
            return self._git.changed(before, after)
        return {path: Blob(node.oid, node.mode.decode("ascii")) if node else None for path, node in found}

    def read_many(self, names: Sequence[str], block: int = 256) -> Iterator[tuple[str, bytes] | None]:
        """Objects in the order asked; asks in blocks, so that neither side waits for the other's pipe."""
        stdin, stdout = self._pipes()
        for begin in range(0, len(names), block):
            asked = list(names[begin : begin + block])
            if any("\n" in name for name in asked):
                raise Refused(Message("a file's name has a line break in it"))
            try:
                stdin.write("".join(name + "\n" for name in asked).encode("utf-8", "surrogateescape"))
                stdin.flush()
            except BrokenPipeError:
                raise self._died() from None
            # The whole block is read before anything is given out: whoever asks for something else between two
            # answers must not be given the rest of these.
            yield from [self._answer(stdout) for _ in asked]

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._failure is not None:
            raise self._failure
        assert self._process.stdin is not None and self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def _answer(self, stdout: IO[bytes]) -> tuple[str, bytes] | None:
        head = stdout.readline().rstrip(b"\n")
        if not head:
            raise self._died()
        parts = head.rsplit(b" ", 2)
        if len(parts) != 3 or not parts[2].isdigit():
            return None
        content = stdout.read(int(parts[2]))
        stdout.read(1)
        return parts[0].decode("ascii"), content

    def _died(self) -> SvcctlError:
        self._process.kill()
        _, complaint = self._process.communicate()
        self._failure = failure("cat-file", complaint)
        return self._failure

    def close(self) -> None:
        """Ends the process."""
        if self._files is not None:
            self._files.close()
        if self._started is None or self._failure is not None:
            return
        stdin, stdout = self._pipes()
        stdin.close()
        stdout.close()
        if self._process.stderr:
            self._process.stderr.close()
        self._process.wait()


_FEW = 100
"""As many objects are read without git: starting it costs as much as reading these."""


def no_git() -> SvcctlError:
    """The refusal where git is not installed."""
    return BrokenFiles(
        message=Message("there is no git on the PATH"),
        hint=Message("install git (apt install git), or put it on the PATH"),
        code="no-git",
    )


def failure(command: str, complaint: bytes, code: int = 1) -> SvcctlError:
    """git's own words as a refusal with the remedy where one is known; ``code`` is its exit code."""
    text = complaint.decode("utf-8", "replace").strip() or ("it was killed" if code < 0 else "it said nothing")
    lines = text.splitlines()
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0])
    if "dubious ownership" in text:
        return BrokenFiles(
            message=Message("git refuses this folder: it belongs to somebody else"),
            hint=Message("if you trust it: git config --global --add safe.directory FOLDER"),
            code="foreign-folder",
        )
    if "not a git repository" in text:
        return not_a_repository()
    if any(words in text for words in _FULL):
        from svcctl.store.lock import disk_full

        return disk_full(first)
    if "Permission denied" in text or "Read-only file system" in text:
        return Refused(
            Message("git cannot write here: {line}", line=first),
            Message("make the folder writable for you, then type the command again"),
            code="not-writable",
        )
    if "cannot lock ref" in text or ".lock': File exists" in text:
        return Busy(
            Message("another git command is at work in this desk"),
            Message(
                "try again when it is done; if none is running, delete the .lock file that git names: {line}",
                line=first,
            ),
            code="git-busy",
        )
    return BrokenFiles(
        message=Message("git {command} failed: {line}", command=command, line=first),
        hint=Message("svcctl doctor looks for the cause"),
        code="git",
    )


def not_a_repository() -> SvcctlError:
    """The refusal where a desk has lost its git repository."""
    return BrokenFiles(
        message=Message("this desk is no git repository"),
        hint=Message("git init && git add -A && git commit -m Desk, or clone the desk again"),
        code="no-repository",
    )


def git_folder(root: str) -> str:
    """The repository's own folder; follows the file that a linked worktree has instead.

    Raises:
        BrokenFiles: the desk is no git repository.
    """
    place = os.path.join(root, ".git")
    if os.path.isdir(place):
        return place
    try:
        with open(place, encoding="utf-8") as file:
            pointer = file.read()
    except (OSError, ValueError):
        raise not_a_repository() from None
    if not pointer.startswith("gitdir: "):
        raise not_a_repository()
    return os.path.normpath(os.path.join(root, pointer[8:].strip()))


def clean_name(text: str) -> str:
    """A name or address without the characters that mean something in a commit's author line."""
    return "".join(character for character in text if character not in "<>\n\r\0").strip() or "unknown"
