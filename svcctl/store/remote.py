"""Talk with another repository: which one, fetch its branch, push ours."""

from __future__ import annotations

import re
from functools import cached_property

from svcctl.model.messages import Message
from svcctl.model.problems import Busy, Refused
from svcctl.store.git import Author, Git
from svcctl.store.lock import Lock

FETCHED = "refs/svcctl/fetched"
_RUNS_PROGRAMS = re.compile(
    r"core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper"
    r"|remote\..*\.(uploadpack|receivepack|vcs|proxy)|http\.(.*\.)?proxy|protocol\..*",
)
_SPECIAL = frozenset(("receivepack", "proxy", "vcs", "mirror"))
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
        refspec = f"+{self.theirs}:{self._fetched}"
        # git itself would move the branch's picture of the other side (--refmap), under a lock that a kill leaves.
        options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-gc")
        with self._alone():
            code, _, complaint = self.git.answer("fetch", *options, "--refmap=", "--", self.name, refspec)
            if code == 0:
                return self.git.line("rev-parse", "--verify", self._fetched)
        if "couldn't find remote ref" in complaint:
            return ""
        raise self._unreachable(complaint)

    @property
    def _fetched(self) -> str:
        return f"{FETCHED}/{self.ref.removeprefix('refs/heads/')}"

    def _alone(self) -> Lock:
        """Lets no other sync of this clone talk meanwhile, so that a lock of what is fetched is a dead git's."""
        return Lock(f"{self.git.refs.own}/sync", self.git, sweep=lambda: self.git.refs.drop_lock(self._fetched))

    def push(self, tip: str) -> bool:
        """Pushes the tip; False where somebody else has pushed meanwhile.

        Raises:
            Busy: it cannot be reached.
            Refused: it does not take the push.
        """
        refspec = f"{tip}:{self.theirs}"
        with self._alone():
            code, out, complaint = self.git.answer("push", "--porcelain", "--no-verify", "--", self._address, refspec)
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

    @cached_property
    def _settings(self) -> dict[str, list[str]]:
        """What git's configuration says of the remote, by the last word of each name."""
        out = self.git.run("config", "-z", "--get-regexp", r"^remote\.", allowed=(0, 1)).decode("utf-8", "replace")
        found: dict[str, list[str]] = {}
        for name, _, value in (row.partition("\n") for row in out.split("\0")):
            whose, _, word = name.rpartition(".")
            if whose == f"remote.{self.name}":
                found.setdefault(word, []).append(value)
        return found

    @property
    def _address(self) -> str:
        """Where to push: the address rather than the name, so that git leaves its picture of the other side alone."""
        addresses = self._settings.get("pushurl") or self._settings.get("url") or []
        return addresses[0] if len(addresses) == 1 and not _SPECIAL & self._settings.keys() else self.name

    def remember(self, tip: str, author: Author) -> None:
        """Moves the picture of the other side's branch, as ``git fetch`` does; the caller holds the desk's lock."""
        for refspec in self._settings.get("fetch", ()):
            name = _pictured(refspec, self.theirs)
            before = self.git.refs.read(name) if name else tip
            if before == tip:
                continue
            try:
                self.git.move(name, tip, before, author, "svcctl sync")
            except (Busy, Refused):
                # Somebody fetches just now, and will see the same.
                return

    def _unreachable(self, complaint: str) -> Busy:
        lines = [line for line in complaint.splitlines() if line.startswith(("fatal:", "error:", "ssh:"))]
        why = (lines or complaint.splitlines() or ["git said nothing"])[0]
        return Busy(
            Message("{remote} cannot be reached: {why}", remote=self.name, why=why),
            Message("your deeds are safe here; svcctl sync again later, or git remote -v to see the address"),
            code="unreachable",
        )


def _pictured(refspec: str, ref: str) -> str:
    """The branch here that a refspec keeps a branch there in, if any."""
    source, _, target = refspec.removeprefix("+").partition(":")
    head, star, tail = source.partition("*")
    if not star:
        return target if source == ref else ""
    inside = len(ref) > len(head) + len(tail) and ref.startswith(head) and ref.endswith(tail)
    return target.replace("*", ref[len(head) : len(ref) - len(tail)]) if inside else ""


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
