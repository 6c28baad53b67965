"""Who signed commits, by SSH keys: git's own verification, started once for all of them."""

from __future__ import annotations

import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from signal import SIGPIPE

from svcctl.model.team import Team
from svcctl.store.git import Git

_PROGRAM = "ssh-keygen"
_GOOD = ("G", "U")


def fingerprint(key: str) -> str:
    """The fingerprint of a public key, as OpenSSH prints it: ``SHA256:`` and the digest in base64 without padding."""
    blob = key.split(" ")[1]
    try:
        digest = sha256(b64decode(blob, validate=True)).digest()
    except ValueError:
        return ""
    return f"SHA256:{b64encode(digest).decode('ascii').rstrip('=')}"


def allowed_signers(teams: Iterable[Team]) -> str:
    """The keys of people as a file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS): for git's namespace only."""
    rows = [
        f'{handle} namespaces="git" {key}'
        for team in teams
        for handle, person in team.people.items()
        if not any(character in handle for character in ' ",*?!')
        for key in person.keys
    ]
    return "".join(f"{row}\n" for row in dict.fromkeys(rows))


def signers(git: Git, commits: Sequence[str], teams: Iterable[Team]) -> dict[str, str]:
    """The fingerprint of the key that signed each commit; empty where the signature is not good.

    Whose key it is, and whether theirs counts, is for the caller: a good signature says no more than that.
    """
    if not commits:
        return {}
    with tempfile.NamedTemporaryFile("w", prefix="svcctl-", suffix=".signers", encoding="utf-8") as file:
        file.write(allowed_signers(teams))
        file.flush()
        # The desk's own configuration names no program here: it may come from somebody else.
        options = ("-c", "gpg.format=ssh", "-c", f"gpg.ssh.program={_PROGRAM}")
        allowed = ("-c", f"gpg.ssh.allowedSignersFile={file.name}", "-c", "gpg.ssh.revocationFile=/dev/null")
        log = ("log", "--no-walk=unsorted", "--stdin", "--format=%H %G? %GF", "--no-show-signature")
        return _looked_at(git, commits, (*options, *allowed, *log))


def _looked_at(git: Git, commits: Sequence[str], command: Sequence[str]) -> dict[str, str]:
    """What git's log says of each commit's signature.

    ssh-keygen does not read what is signed where the signature is none, and git, writing to it, may be killed by the
    broken pipe: then each half is looked at for itself, and the commit that is left has no good signature.
    """
    feed = "".join(f"{name}\n" for name in commits).encode("ascii")
    out = git.run(*command, feed=feed, allowed=(0, -SIGPIPE))
    whole, _, _ = out.decode("ascii", "replace").rpartition("\n")
    rows = [row.split(" ") for row in whole.splitlines()]
    found = {row[0]: row[2] if row[1] in _GOOD and len(row) == 3 else "" for row in rows}
    if found.keys() >= set(commits):
        return found
    if len(commits) == 1:
        return {commits[0]: ""}
    middle = len(commits) // 2
    return _looked_at(git, commits[:middle], command) | _looked_at(git, commits[middle:], command)
