"""Talk with another repository: which one, fetch its branch, push ours."""

from __future__ import annotations

import re

from svcctl.model.messages import Message
from svcctl.model.problems import Busy, Refused
from svcctl.store.git import Git

FETCHED = "refs/svcctl/fetched"
_RUNS_PROGRAMS = re.compile(
    r"core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper"
    r"|remote\..*\.(uploadpack|receivepack|vcs|proxy)|http\.(.*\.)?proxy|protocol\..*",
)
_MOVED = (
    "[rejected]",
    "fetch first",
    "non-fast-forward",
    "cannot lock ref",
    "failed to update ref",
    "incorrect old value",
)


class Remote:
    """Another repository and the branch of it that ours is shared through.

    Args:
        name: a remote's name, address or folder; empty: the branch's own, else ``origin``, else the only one.
        trusted: whether the repository's own configuration may name programs that git starts on the way.

    Raises:
        Refused: there is none, or several; or the configuration names programs.
    """

    def __init__(self, git: Git, ref: str, name: str = "", trusted: bool = False) -> None:
        self.git, self.ref = git, ref
        branch = ref.removeprefix("refs/heads/")
        upstream = git.config(f"branch.{branch}.remote")
        self.name = name or upstream or _only_remote(git)
        own = git.config(f"branch.{branch}.merge") if self.name == upstream else ""
        self.theirs = own or ref
        if not trusted:
            _refuse_programs(git)

    def fetch(self) -> str:
        """Fetches the branch; its tip, or empty where the other repository has no such branch yet.

        Raises:
            Busy: it cannot be reached; nothing was changed.
        """
        target = f"{FETCHED}/{self.ref.removeprefix('refs/heads/')}"
        refspec = f"+{self.theirs}:{target}"
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-gc")
        code, _, complaint = self.git.answer("fetch", *options, "--", self.name, refspec)
        if code == 0:
            return self.git.line("rev-parse", "--verify", target)
        if "couldn't find remote ref" in complaint:
            return ""
        raise self._unreachable(complaint)

    def push(self, tip: str) -> bool:
        """Pushes the tip; False where somebody else has pushed meanwhile.

        Raises:
            Busy: it cannot be reached.
            Refused: it does not take the push.
        """
        refspec = f"{tip}:{self.theirs}"
        code, out, complaint = self.git.answer("push", "--porcelain", "--no-verify", "--", self.name, refspec)
        said = out + complaint
        if code == 0:
            return True
        if "[remote rejected]" in said and "cannot lock ref" not in said and "incorrect old value" not in said:
            raise Refused(
                Message("{remote} does not take the push: {why}", remote=self.name, why=_refusal(said)),
                Message("what was pulled is merged here; nothing was pushed"),
                code="push-refused",
            )
        if any(word in said for word in _MOVED):
            return False
        raise self._unreachable(complaint)

    def _unreachable(self, complaint: str) -> Busy:
        lines = [line for line in complaint.splitlines() if line.startswith(("fatal:", "error:", "ssh:"))]
        why = (lines or complaint.splitlines() or ["git said nothing"])[0]
        return Busy(
            Message("{remote} cannot be reached: {why}", remote=self.name, why=why),
            Message("your deeds are safe here; svcctl sync again later, or git remote -v to see the address"),
            code="unreachable",
        )


def _only_remote(git: Git) -> str:
    names = git.line("remote").split("\n")
    if "origin" in names:
        return "origin"
    if names == [""]:
        raise Refused(
            Message("this desk knows no other repository to sync with"),
            Message("git remote add origin ADDRESS, then svcctl sync; or svcctl sync ADDRESS"),
            code="no-remote",
        )
    if len(names) > 1:
        raise Refused(
            Message("there are several remotes: {names}", names=", ".join(names)),
            Message("svcctl sync {name}", name=names[0]),
            code="which-remote",
        )
    return names[0]


def _refuse_programs(git: Git) -> None:
    """A desk may come from somebody else, and with it the programs its configuration has git start."""
    found = sorted({name for name in git.own_settings() if _RUNS_PROGRAMS.fullmatch(name)})
    if found:
        raise Refused(
            Message("this desk's .git/config has git start programs: {names}", names=", ".join(found)),
            Message("if you have set them: svcctl sync --trust-config; or move them to git config --global"),
            code="config",
        )


def _refusal(said: str) -> str:
    lines = [line.strip() for line in said.splitlines()]
    remote = [line.removeprefix("remote:").strip() for line in lines if line.startswith("remote:")]
    summary = [line for line in lines if "[remote rejected]" in line]
    words = [word for word in remote if word] or summary
    return "; ".join(words[:3])
