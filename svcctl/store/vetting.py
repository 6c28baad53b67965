"""What a sync verifies: commits that come from another repository, and those that go there.

What was verified, or taken in all the same by a person's word, is remembered as a commit: ``refs/svcctl/verified/…``.
So also what a plain ``git pull`` has brought is verified by the next sync, and nothing is asked twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Busy, Place, Problem, Refused
from svcctl.store.git import Git, Objects

VERIFIED = "refs/svcctl/verified"


class Unverified(BrokenFiles):
    """There are commits that change what their authors may not (exit code 1)."""

    exit_code = 1


class Vetting:
    """The checks of one sync; ``told`` has what was taken in all the same.

    Args:
        ref: our branch.
        remote: the other repository, as people call it.
        accepts: whether commits that break the desk's rules are taken in and pushed.
    """

    def __init__(self, git: Git, objects: Objects, ref: str, remote: str, accepts: bool) -> None:
        self.git, self.objects, self.remote, self.accepts = git, objects, remote, accepts
        self.marker = f"{VERIFIED}/{ref.removeprefix('refs/heads/')}"
        self.told: list[Problem] = []

    def verified(self) -> str:
        """The commit up to which this clone has verified; empty where it never has."""
        found = self.git.refs.read(self.marker)
        return found if found and self.objects.read(found) else ""

    def remember(self, commit: str) -> None:
        """Keeps how far was verified; the caller holds the desk's lock."""
        before = self.git.refs.read(self.marker)
        if before == commit:
            return
        try:
            self.git.refs.move(self.marker, commit, before, "", lambda: False)
        except (Busy, Refused, BrokenFiles, OSError):
            # The next sync verifies it again.
            return

    def coming(self, fetched: str, trusted: str) -> None:
        """Refuses what the other side has if commits of it break the rules.

        Args:
            trusted: what counts as known where this clone has never verified.

        Raises:
            Unverified: with each commit, whose it is, where, what, and what to do.
        """
        known = self.verified() or trusted
        if known == fetched:
            return
        message = Message("{remote} has changes that break this desk's rules", remote=self.remote)
        remedy = Message(
            "{remote} has them, and nothing was changed here. Talk with whoever made them; if they shall count all the "
            "same: svcctl sync --unverified",
            remote=self.remote,
        )
        self._settle(self._found(known, fetched), fetched, lambda _: (message, remedy, "unverified"))

    def going(self, fetched: str, new: str) -> None:
        """Refuses to push if commits that the other side does not have break the rules.

        Args:
            fetched: what the other side has; empty where it has nothing yet.

        Raises:
            Unverified: with each commit, whose it is, where, what, and what to do.
        """

        def refusal(first: str) -> tuple[Message, Message, str]:
            message = Message("{remote} would get changes that break this desk's rules", remote=self.remote)
            return message, _own_remedy(first, bool(fetched), self.remote), "unverified-push"

        self._settle(self._found(fetched, new) if fetched else self._first(new), new, refusal)

    def _found(self, old: str, new: str) -> list[tuple[str, Problem]]:
        from svcctl.store.verify import verify

        try:
            return [(one.commit, one.told()) for one in verify(self.git, self.objects, old, new).findings]
        except BrokenFiles as error:
            # What would say who may is broken there already.
            return [(new, problem) for problem in error.problems or (Problem(Place(), error.code, error.message),)]

    def _first(self, new: str) -> list[tuple[str, Problem]]:
        from svcctl.store.firstpush import first_push
        from svcctl.store.tree import Tree

        return [(new, problem) for problem in first_push(Tree(self.git, self.objects, new))]

    def _settle(
        self,
        found: Sequence[tuple[str, Problem]],
        new: str,
        refusal: Callable[[str], tuple[Message, Message, str]],
    ) -> None:
        problems = [problem for _, problem in found]
        if found and not self.accepts:
            raise Unverified(problems, *refusal(found[0][0]))
        self.told = list(dict.fromkeys([*self.told, *problems]))


def _own_remedy(commit: str, shared: bool, remote: str) -> Message:
    if not shared:
        return Message(
            "nothing was pushed to {remote}. Put it right and commit, or all the same: svcctl sync --unverified",
            remote=remote,
        )
    return Message(
        "nothing was pushed to {remote}, and nothing was changed here. As long as the commit is only here it can be "
        "taken out: git rebase --onto {commit}~1 {commit}; or, if nobody who shares this desk minds: "
        "svcctl sync --unverified",
        remote=remote,
        commit=commit[:10],
    )
