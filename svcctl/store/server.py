"""A shared repository without a worktree: set up, and what it lets in at a push.

The branch that HEAD names is the desk. Other branches are verified alike, on top of it. Nothing is deleted or moved
back; tags may be added to what is there.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator, Sequence

import svcctl
from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Place, Problem, Refused
from svcctl.store.commits import is_behind
from svcctl.store.firstpush import first_push
from svcctl.store.git import Git, Objects
from svcctl.store.lock import not_writable
from svcctl.store.tree import Tree, current_branch
from svcctl.store.verify import Finding, verify

HOOK = "pre-receive"
_BESIDE = ".svcctl-tmp"
_MADE_BY = "# Made by svcctl server init"
_SETTINGS = {
    "receive.denyNonFastForwards": "true",
    "receive.denyDeletes": "true",
    "receive.fsckObjects": "true",
    "core.logAllRefUpdates": "true",
    # Whatever the server's own configuration says, this repository's hook is the one that runs.
    "core.hooksPath": "hooks",
}
_SCRIPT = """\
#!/bin/sh
{made_by}: lets in pushes that keep the rules of a desk, and no others.
# Where this svcctl is gone, the one on the PATH; where there is none, nothing is let in.
python={python}
if [ -x "$python" ] && [ -e {package} ]; then
  exec "$python" -P -m svcctl hook {hook}
fi
if command -v svcctl >/dev/null 2>&1; then
  exec svcctl hook {hook}
fi
echo "svcctl: no push is taken: svcctl is not installed on this server any more" >&2
echo "  install it, then: svcctl server init $(pwd)" >&2
exit 1
"""


class Update(NamedTuple):
    """What a push wants with a ref: from which object id to which; empty where it is not there."""

    old: str
    new: str
    ref: str


def parse_updates(text: str) -> list[Update]:
    """The updates that git tells a hook, one a line: ``OLD NEW REF``."""
    rows = [line.split(" ", 2) for line in text.splitlines()]
    return [Update(_there(row[0]), _there(row[1]), row[2]) for row in rows if len(row) == 3]


def _there(name: str) -> str:
    return "" if set(name) == {"0"} else name


# At a push


def refused(git: Git, objects: Objects, updates: Sequence[Update]) -> list[Finding]:
    """Why a push is not let in; nothing where it is.

    Raises:
        BrokenFiles: desk.yaml or team.yaml of the branch cannot be read.
    """
    heads = dict(_heads(git))
    return [finding for update in updates for finding in _refused(git, objects, update, heads, updates)]


def _heads(git: Git) -> Iterator[tuple[str, str]]:
    rows = git.run("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads").decode("utf-8", "surrogateescape")
    for row in rows.splitlines():
        oid, _, name = row.partition(" ")
        yield name, oid


def _refused(
    git: Git, objects: Objects, update: Update, heads: dict[str, str], updates: Sequence[Update]
) -> Iterator[Finding]:
    name = update.ref.partition("/")[2].partition("/")[2]
    if not update.new:
        message = Message("{name} is not deleted: what is shared stays", name=name)
        yield _of_ref(update, "deleted-ref", message, Message("push without --delete"))
    elif update.ref.startswith("refs/heads/"):
        yield from _branch(git, objects, update, heads, name)
    elif update.ref.startswith("refs/tags/"):
        yield from _tag(
            git, update, name, [one.new for one in updates if one.new and one.ref.startswith("refs/heads/")]
        )
    else:
        message = Message("{ref} is neither a branch nor a tag", ref=update.ref)
        yield _of_ref(update, "foreign-ref", message, Message("push the branch: svcctl sync"))


def _of_ref(update: Update, code: str, message: Message, remedy: Message) -> Finding:
    return Finding(update.new or update.old, Problem(Place(), code, message, remedy))


def _branch(git: Git, objects: Objects, update: Update, heads: dict[str, str], name: str) -> Iterator[Finding]:
    if update.old and not is_behind(git, update.old, update.new):
        message = Message("{name} would lose commits that others have", name=name)
        yield _of_ref(update, "non-fast-forward", message, Message("without --force: svcctl sync"))
        return
    if not heads:
        yield from (Finding(update.new, problem) for problem in first_push(Tree(git, objects, update.new)))
        return
    trusted = update.old or heads.get(current_branch(git.root)) or next(iter(heads.values()))
    if not update.old and not git.line("merge-base", trusted, update.new, allowed=(0, 1)):
        message = Message("{name} is of another desk: they have no commit in common", name=name)
        yield _of_ref(update, "unrelated", message, Message("clone the desk instead"))
        return
    known = [] if update.old else list(heads.values())
    yield from verify(git, objects, trusted, update.new, known).findings


def _tag(git: Git, update: Update, name: str, coming: Sequence[str]) -> Iterator[Finding]:
    if update.old:
        message = Message("the tag {name} is there already, and stays where it is", name=name)
        yield _of_ref(update, "tag-moved", message, Message("give the new one another name"))
    elif git.run("rev-list", "--max-count=1", update.new, "--not", "--branches", *coming):
        message = Message("the tag {name} brings commits that no branch has", name=name)
        yield _of_ref(update, "tag", message, Message("push the branch first: svcctl sync"))


# Setting it up


def set_up(folder: str, python: str, group: bool = False) -> bool:
    """Makes a shared repository, or sets up one that is there; doing it again changes nothing.

    Args:
        python: the interpreter that the hook runs.
        group: whether everybody of the folder's group may push.

    Returns:
        Whether it was made.

    Raises:
        Refused: the folder has something else in it, or a hook of somebody else's, or cannot be written.
    """
    is_new = not os.path.exists(folder) or not os.listdir(folder)
    if not is_new:
        _check_bare(Git(folder))
        _check_hook(folder)
    try:
        if is_new:
            _make(folder, python, group)
        else:
            if group:
                Git(folder).run("init", "--quiet", "--bare", "--shared=group", "--", ".")
            _settle(folder, python)
    except OSError as error:
        raise not_writable(error) from None
    return is_new


def _make(folder: str, python: str, group: bool) -> None:
    """Makes the repository beside its place and moves it there, so that a half-made one is never met."""
    beside = folder.rstrip("/") + _BESIDE
    shutil.rmtree(beside, ignore_errors=True)
    os.makedirs(beside)
    if os.path.exists(folder):
        # An empty folder that somebody has made ready: for a group, for example.
        shutil.copymode(folder, beside)
        os.chown(beside, -1, os.stat(folder).st_gid)
    Git(beside).run("init", "--quiet", "--bare", "-b", "main", *(["--shared=group"] if group else []), "--", ".")
    _settle(beside, python)
    os.rename(beside, folder)


def _settle(folder: str, python: str) -> None:
    """Writes settings and hook, each file as a whole: a git that is killed would leave the lock of its settings."""
    settings = os.path.join(folder, "config")
    beside = settings + _BESIDE
    shutil.copy2(settings, beside)
    for name, value in _SETTINGS.items():
        Git(folder).run("config", "--file", beside, "--replace-all", name, value)
    os.replace(beside, settings)
    _write_hook(folder, python)


def _check_bare(git: Git) -> None:
    code, said, _ = git.answer("rev-parse", "--is-bare-repository", "--absolute-git-dir")
    if code == 0 and said.splitlines() == ["true", os.path.realpath(git.root)]:
        return
    raise Refused(
        Message("{folder} has files of its own, and is no bare repository", folder=git.root),
        Message("give a new folder: svcctl server init desk.git"),
        code="not-empty",
    )


def _check_hook(folder: str) -> None:
    path = os.path.join(folder, "hooks", HOOK)
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            ours = _MADE_BY in file.read()
    except FileNotFoundError:
        return
    if not ours:
        raise Refused(
            Message("{path} is there already, and not svcctl's", path=path),
            Message("move it away, or call svcctl hook {hook} in it", hook=HOOK),
            code="hook-exists",
        )


def _write_hook(folder: str, python: str) -> None:
    path = os.path.join(folder, "hooks", HOOK)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    beside = path + _BESIDE
    package = shlex.quote(os.path.dirname(os.path.abspath(svcctl.__file__)))
    with open(beside, "w", encoding="utf-8") as file:
        file.write(_SCRIPT.format(made_by=_MADE_BY, python=shlex.quote(python), package=package, hook=HOOK))
    os.chmod(beside, 0o755)
    os.replace(beside, path)
