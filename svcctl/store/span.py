"""Which commits somebody means: ``A..B``, everything since ``A``, or what no other repository has yet."""

from __future__ import annotations

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import Refused
from svcctl.store.git import Git
from svcctl.store.remote import FETCHED


class Span(NamedTuple):
    """The commits of ``new`` that ``old`` does not have."""

    old: str
    new: str


def span(git: Git, text: str, ref: str) -> Span:
    """The commits that a person means.

    Args:
        text: ``A..B``, ``A`` for everything since it, or nothing: what our branch has beyond the shared repository's,
            as last fetched; where there is none, everything since the desk's first commit.
        ref: our branch.

    Raises:
        Refused: no commit is called so.
    """
    first, dots, last = text.partition("..")
    new = named(git, last or "HEAD")
    if text:
        return Span(named(git, first if first or not dots else "HEAD"), new)
    branch = ref.removeprefix("refs/heads/")
    for known in (f"refs/remotes/origin/{branch}", f"{FETCHED}/{branch}"):
        found = _commit(git, known)
        if found:
            return Span(found, new)
    roots = git.line("rev-list", "--max-parents=0", new).split()
    return Span(roots[-1], new)


def named(git: Git, name: str) -> str:
    """The id of a commit by any name that git knows.

    Raises:
        Refused: there is none.
    """
    found = _commit(git, name)
    if not found:
        raise Refused(
            Message("no commit is called “{name}” here", name=name),
            Message("give what git knows: svcctl verify origin/main..HEAD"),
            code="no-commit",
        )
    return found


def _commit(git: Git, name: str) -> str:
    wanted = f"{name}^{{commit}}"
    return git.line("rev-parse", "--verify", "--quiet", "--end-of-options", wanted, allowed=(0, 1, 128))
