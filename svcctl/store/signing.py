"""Signs commits with an SSH key of the person's own, through git (``commit-tree -S``).

The objects are written first and the branch is moved last, as for commits that are not signed: only the commit objects
are made anew, with their signatures.
"""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.messages import Message
from svcctl.model.problems import Refused, SvcctlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from svcctl.store.fastimport import Commit
    from svcctl.store.git import Git

_PROGRAM = "ssh-keygen"


def prepare(git: Git) -> None:
    """Has the commits made from here on signed with the key of the person at the keyboard: git's ``user.signingkey``.

    Raises:
        Refused: there is none.
    """
    git.signing_key = git.signing_key or git.config("user.signingkey")
    if not git.signing_key:
        raise Refused(
            Message("this desk's commits are signed (desk.yaml: sign: ssh), and git has no user.signingkey here"),
            Message("git config --global user.signingkey ~/.ssh/id_ed25519.pub; a head adds the key to team.yaml"),
            code="no-key",
        )


def signed(git: Git, draft: str, tip: str, commits: Sequence[Commit]) -> str:
    """Makes commits once more, signed.

    Args:
        draft: the last of the commits without signatures.
        tip: what the first of them was made on; empty where it has nothing before it.
        commits: what they are, oldest first.

    Returns:
        The last of the signed ones.

    Raises:
        Refused: git could not sign.
    """
    drafts = git.line("rev-list", "--first-parent", "--reverse", f"--max-count={len(commits)}", draft).split()
    options = _options(git)
    for name, commit in zip(drafts, commits, strict=True):
        parents = [word for parent in filter(None, (tip, *commit.merged)) for word in ("-p", parent)]
        tip = _one(git, [*options, "commit-tree", "-S", *parents, f"{name}^{{tree}}"], commit)
    return tip


def _options(git: Git) -> list[str]:
    # A program of the person's own configuration is theirs; the desk's may come from somebody else.
    program = next((own for scope in ("--global", "--system") if (own := _of(git, scope))), _PROGRAM)
    settings = {
        "gpg.format": "ssh",
        "gpg.ssh.program": program,
        "user.signingkey": git.signing_key,
        "i18n.commitEncoding": "UTF-8",
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _of(git: Git, scope: str) -> str:
    return git.line("config", scope, "--get", "gpg.ssh.program", allowed=(0, 1))


def _one(git: Git, arguments: Sequence[str], commit: Commit) -> str:
    from svcctl.store.git import clean_name

    who = {"NAME": clean_name(commit.author.name), "EMAIL": clean_name(commit.author.email)}
    who["DATE"] = f"@{commit.author.when}"
    environment = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    try:
        out = git.run(*arguments, feed=commit.message.encode("utf-8", "replace"), environment=environment)
    except SvcctlError as error:
        raise Refused(
            Message("git cannot sign: {why}", why=error.message.values.get("line", error.message)),
            Message("git config user.signingkey names the key; try it: ssh-keygen -Y sign -n git -f KEY FILE"),
            code="not-signed",
        ) from None
    return out.decode("ascii").strip()
