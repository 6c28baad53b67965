"""Looks at the machine and at a desk's repository for what makes trouble later; changes nothing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, SvcctlError
from svcctl.store import worktree
from svcctl.store.git import Git
from svcctl.store.reference import Reference
from svcctl.store.tree import Tree, current_branch

OLDEST_GIT = (2, 31)
OLDEST_PYTHON = (3, 11)
PACKAGES = {
    "click": "8.1.7",
    "pyyaml": "6.0.1",
    "jinja2": "3.1.6",
    "tabulate": "0.9",
    "gitpython": "3.1.60",
    "tzdata": "2025.2",
}
"""What svcctl needs, each with its oldest version (GitPython before 3.1.60 has open advisories)."""

_MOST_NAMED = 5
_DRIFT = timedelta(days=1)
_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "shallow.lock")
# Settings of a repository that make plain git commands run a program; svcctl's own git does not heed them.
_PROGRAMS = (
    r"^(core\.(fsmonitor|sshcommand|editor|pager|gitproxy)|diff\.external|filter\..*\.(clean|smudge|process)"
    r"|diff\..*\.(command|textconv)|merge\..*\.driver|credential\..*helper|gpg\..*program|alias\..*)$"
)


class Check(NamedTuple):
    """One thing that was looked at: whether it is in order, what was found, and what to do if it is not."""

    name: str
    ok: bool
    found: Message
    todo: Message | None = None

    def as_json(self) -> dict[str, object]:
        """The check as ``doctor --json`` prints it."""
        return {
            "name": self.name,
            "status": "ok" if self.ok else "look",
            "found": str(self.found),
            "todo": str(self.todo) if self.todo else None,
        }


def machine(locale: str) -> list[Check]:
    """Checks what needs no desk.

    Args:
        locale: the locale that the environment asks for, for example ``ru_RU.UTF-8``; empty where it asks for none.
    """
    return [tried("git", _git), _python(), _packages(), _encoding(locale)]


def desk(reference: Reference, folder: str, now: datetime) -> list[Check]:
    """Checks a desk and its repository.

    Args:
        folder: the repository's own folder.
        now: the moment that the last commit is compared with.
    """
    tree, common = reference.tree, _common(folder)
    checks: tuple[tuple[str, Callable[[], Check]], ...] = (
        ("files", lambda: _files(reference)),
        ("branch", lambda: _branch(tree, folder)),
        ("clock", lambda: _clock(tree, now)),
        ("leftovers", lambda: _leftovers(folder)),
        ("edits", lambda: _edits(tree)),
        ("hooks", lambda: _hooks(tree.git, common)),
        ("programs", lambda: _programs(tree.git)),
        ("merging", lambda: _merging(tree.git)),
        ("history", lambda: _history(common)),
        ("writing", lambda: _writing(tree.git.root, folder)),
    )
    return [tried(name, check) for name, check in checks]


def tried(name: str, check: Callable[[], Check], otherwise: Message | None = None) -> Check:
    """A check; where it is refused, for example because git fails, that is what was found.

    Args:
        otherwise: what to do where the refusal does not say.
    """
    try:
        return check()
    except BrokenFiles as error:
        if not error.problems:
            return Check(name, False, error.message, error.hint or otherwise)
        place, message = error.problems[0].place, error.message
        found = Message("{place}: {what}", place=place, what=message)
        return Check(name, False, found, Message("svcctl fsck lists every problem"))
    except SvcctlError as error:
        return Check(name, False, error.message, error.hint or otherwise)


# The machine


def _git() -> Check:
    text = Git(".").line("--version")
    version = _numbers(text)
    ok = version >= OLDEST_GIT
    todo = Message("install git {oldest} or newer", oldest=_dotted(OLDEST_GIT))
    return Check("git", ok, Message("{version}", version=text), None if ok else todo)


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of the first version in a text: ``git version 2.39.5 (Apple)`` gives 2, 39, 5."""
    word = next((word for word in text.split() if word[:1].isdigit()), "0")
    return tuple(int(part) for part in word.split(".") if part.isdecimal())


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in version)


def _python() -> Check:
    found = sys.version_info[:3]
    ok = found >= OLDEST_PYTHON
    todo = Message("install Python {oldest} or newer", oldest=_dotted(OLDEST_PYTHON))
    return Check("python", ok, Message("Python {version}", version=_dotted(found)), None if ok else todo)


def _packages() -> Check:
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    wanted = []
    for name, oldest in PACKAGES.items():
        try:
            old = _numbers(version(name)) < _numbers(oldest)
        except PackageNotFoundError:
            old = True
        if old:
            wanted.append(f"'{name}>={oldest}'")
    if wanted:
        found = Message.plural("{n} package is missing or too old", "{n} packages are missing or too old", len(wanted))
        return Check("packages", False, found, Message("pip install {names}", names=" ".join(wanted)))
    if find_spec("yaml._yaml") is None:
        return Check(
            "packages", False, Message("PyYAML reads slowly: its C part is missing"), Message("pip install -U pyyaml")
        )
    return Check("packages", True, Message("all there: {names}", names=", ".join(PACKAGES)))


def _encoding(locale: str) -> Check:
    encoding = sys.getfilesystemencoding()
    ok = encoding.replace("-", "").casefold() == "utf8"
    found = Message("{encoding}, locale {locale}", encoding=encoding, locale=locale or "C")
    todo = Message("names in other scripts may be garbled: export LC_ALL=C.UTF-8")
    return Check("encoding", ok, found, None if ok else todo)


# The desk


def _common(folder: str) -> str:
    """The folder that a linked worktree shares with the others; the same one elsewhere."""
    try:
        with open(os.path.join(folder, "commondir"), encoding="utf-8") as file:
            return os.path.normpath(os.path.join(folder, file.read().strip()))
    except OSError:
        return folder


def _files(reference: Reference) -> Check:
    name = reference.settings.name
    people = len(reference.team.people)
    found = Message.plural("{name}: {n} person in team.yaml", "{name}: {n} people in team.yaml", people, name=name)
    todo = Message("svcctl team add HANDLE --name NAME --email ADDRESS")
    return Check("files", people > 0, found, None if people else todo)


def _branch(tree: Tree, folder: str) -> Check:
    branch = current_branch(folder)
    if not branch:
        return Check(
            "branch",
            False,
            Message("HEAD is detached: nothing can be recorded"),
            Message("git switch main (or the branch you work on)"),
        )
    name = branch.removeprefix("refs/heads/")
    if not tree.commit:
        todo = Message("git add -A && git commit -m Desk")
        return Check("branch", False, Message("{name} has no commit yet", name=name), todo)
    return Check("branch", True, Message("{name}", name=name))


def _clock(tree: Tree, now: datetime) -> Check:
    if not tree.commit:
        return Check("clock", True, Message("no commit to compare with"))
    last = datetime.fromtimestamp(int(tree.git.line("log", "-1", "--format=%ct", tree.commit)), UTC)
    if last - now <= _DRIFT:
        shown = last.astimezone(now.tzinfo)
        return Check("clock", True, Message("the last commit is of {at}", at=f"{shown:%Y-%m-%d %H:%M}"))
    days = (last - now).days
    found = Message.plural(
        "the last commit is {n} day in the future", "the last commit is {n} days in the future", days
    )
    todo = Message("set this machine's clock, or that of whoever made it: git log -1")
    return Check("clock", False, found, todo)


def _leftovers(folder: str) -> Check:
    if os.path.exists(os.path.join(folder, "svcctl", "intent.json")):
        found = Message("a command was interrupted after it was recorded")
        return Check("leftovers", False, found, Message("nothing to do: the next command that writes finishes it"))
    left = sorted(_stale(folder))
    if not left:
        return Check("leftovers", True, Message("none"))
    todo = Message("if no git command is running: rm {names}", names=" ".join(left))
    return Check("leftovers", False, Message("left by a git command that was killed: {names}", names=_some(left)), todo)


def _stale(folder: str) -> Iterator[str]:
    for name in sorted(os.listdir(folder)):
        if name in _LOCKS or name.startswith("fast_import_crash_"):
            yield os.path.join(folder, name)
    for place, _, names in os.walk(os.path.join(folder, "refs")):
        yield from (os.path.join(place, name) for name in names if name.endswith(".lock"))


def _some(names: list[str]) -> str:
    more = f", … ({len(names)})" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _edits(tree: Tree) -> Check:
    edited = sorted({*changed(tree), *_untracked(tree.git)})
    if not edited:
        return Check("edits", True, Message("every file is as it was committed"))
    found = Message.plural(
        "{n} file is not committed: {names}", "{n} files are not committed: {names}", len(edited), names=_some(edited)
    )
    todo = Message("a hand edit counts once it is committed: git add -A && git commit -m WHY")
    return Check("edits", False, found, todo)


def changed(tree: Tree) -> Iterator[str]:
    """Files that differ from the commit, in the index or the folder.

    Compared here: ``git status`` would run the filters of the repository's settings.
    """
    entries = list(tree.entries())
    staged, left_out = tree.git.staged(()), tree.git.left_out()
    yield from staged.keys() - {entry.path for entry in entries}
    for entry, content in tree.contents(entries):
        found = _in_folder(tree.git.root, entry.path)
        stands = found == content or (found is None and entry.path in left_out)
        if staged.get(entry.path) != entry.oid or not stands:
            yield entry.path


def _in_folder(root: str, path: str) -> bytes | None:
    place = os.path.join(root, path)
    try:
        return os.fsencode(os.readlink(place)) if os.path.islink(place) else worktree.read(root, path)
    except OSError:
        return None


def _untracked(git: Git) -> Iterator[str]:
    out = git.run("ls-files", "--others", "--exclude-standard", "-z")
    yield from (path.decode("utf-8", "surrogateescape") for path in out.split(b"\0") if path)


def _hooks(git: Git, folder: str) -> Check:
    elsewhere = git.line("config", "--local", "--get", "core.hooksPath", allowed=(0, 1))
    place = os.path.join(git.root, elsewhere) if elsewhere else os.path.join(folder, "hooks")
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    active = [name for name in names if not name.endswith(".sample") and os.access(os.path.join(place, name), os.X_OK)]
    if not active:
        return Check("hooks", True, Message("none"))
    found = Message("plain git commands run {names}; svcctl does not", names=_some(active))
    return Check("hooks", False, found, Message("read them, and delete what is not yours: {place}", place=place))


def _programs(git: Git) -> Check:
    names = git.line("config", "--local", "--name-only", "--get-regexp", _PROGRAMS, allowed=(0, 1)).split()
    if not names:
        return Check("programs", True, Message("none in the repository's settings"))
    found = Message("plain git commands run what these settings say: {names}", names=_some(sorted(set(names))))
    todo = Message("read them: git config --local --list; what is not yours: git config --unset NAME")
    return Check("programs", False, found, todo)


def _merging(git: Git) -> Check:
    out = git.line("check-attr", "merge", "--", "requests/2026/01/01/R-20260101-000000.yaml")
    if out.endswith(": union"):
        return Check("merging", True, Message("records of two clones join by themselves"))
    todo = Message("add this line to .gitattributes, and commit it: requests/**/*.yaml merge=union")
    return Check("merging", False, Message("records that two clones changed will conflict"), todo)


def _history(folder: str) -> Check:
    if os.path.exists(os.path.join(folder, "shallow")):
        found = Message("a shallow clone: older versions of regulations are missing")
        return Check("history", False, found, Message("git fetch --unshallow"))
    return Check("history", True, Message("whole"))


def _writing(root: str, folder: str) -> Check:
    closed = [place for place in (root, folder) if not os.access(place, os.W_OK)]
    if closed:
        found = Message("you cannot write {names}", names=", ".join(closed))
        return Check("writing", False, found, Message("make the folder writable for you"))
    return Check("writing", True, Message("you can"))
