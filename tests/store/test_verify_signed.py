"""Signed desks: whose a commit is, no key of nobody's, no signature of another."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import TEAM, Svc, git
from tests.store.pushing import Clone, git_as
from tests.store.test_signing import make_key, sign_as


@pytest.fixture
def signed(svc: Svc, tmp_path: Path) -> Clone:
    """A desk whose commits are signed, in a shared repository; mallory has a key that no team has."""
    folder = tmp_path / "keys"
    folder.mkdir()
    team = TEAM
    for name in ("ivanova", "petrova", "mallory"):
        key = make_key(folder, name)
        team = team.replace(f"email: {name}@example.com,", f"email: {name}@example.com, keys: [{key}],")
    clone = Clone(svc.folder, svc.monkeypatch)
    clone.git("config", "gpg.format", "ssh")
    clone.write("team.yaml", team)
    clone.write("desk.yaml", (svc.folder / "desk.yaml").read_text() + "sign: ssh\n")
    sign_as(clone, tmp_path, "ivanova")
    clone(f"server init {tmp_path / 'hub.git'}")
    clone.git("push", "-q", str(tmp_path / "hub.git"), "main")
    clone.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    return clone


def hand_edit(clone: Clone, key: str, by: str = "ivanova", sign: bool = True) -> str:
    """A commit by plain git; returns its id."""
    path = clone.folder.parent / "keys" / f"{key}.pub"
    (clone.folder / "README.md").write_text(f"{key} {by} {sign}\n")
    git_as(clone.folder, by, "add", "README.md")
    git_as(clone.folder, by, "-c", f"user.signingkey={path}", "commit", "-qm", "edit", *(["-S"] if sign else []))
    return clone.git("rev-parse", "HEAD").strip()


def refused(clone: Clone, words: str) -> None:
    done = subprocess.run(
        ["git", "-C", str(clone.folder), "push", "-q", "origin", "HEAD:main"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert words in done.stderr, done.stderr
    assert words in clone("verify HEAD~1", code=3).out
    clone.git("reset", "-q", "--hard", "HEAD~1")


def test_what_its_author_signed_is_taken(signed: Clone, tmp_path: Path) -> None:
    signed.new("Rebar")
    signed("sync")
    hand_edit(signed, "ivanova")
    signed("sync")
    sign_as(signed, tmp_path, "petrova")
    signed.new("By petrova")
    signed("sync")
    assert git(tmp_path / "hub.git", "rev-list", "--count", "main") == signed.git("rev-list", "--count", "HEAD")


def test_what_is_not_signed_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova", sign=False)
    refused(signed, "it is not signed, and this desk's commits are (desk.yaml: sign: ssh)")


def test_anothers_signature_is_refused(signed: Clone) -> None:
    hand_edit(signed, "petrova", by="ivanova")
    refused(signed, "its signature is not by a key of ivanova (but SHA256:")


def test_anothers_name_under_ones_own_signature_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova", by="petrova")
    refused(signed, "its signature is not by a key of petrova (but SHA256:")


def test_a_key_that_no_team_has_is_refused(signed: Clone) -> None:
    hand_edit(signed, "mallory", by="ivanova")
    refused(signed, "its signature is not by a key of ivanova (but SHA256:")


def test_somebody_without_a_key_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova", by="kim")
    refused(signed, "its signature is not by a key of kim (but SHA256:")


def altered(clone: Clone, old: str, new: str, count: int = 1) -> None:
    """The last commit with other words, and the signature it had."""
    text = clone.git("cat-file", "commit", "HEAD")
    assert old in text
    made = git_as(
        clone.folder,
        "ivanova",
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--stdin",
        feed=text.replace(old, new, count),
    )
    clone.git("reset", "-q", "--hard", made.strip())


def test_a_signature_of_something_else_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova")
    altered(signed, "\nedit\n", "\nanother\n")
    refused(signed, "its signature is not good")


def test_a_signature_that_is_no_signature_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova")
    text = signed.git("cat-file", "commit", "HEAD")
    line = text.split("SSH SIGNATURE-----\n ")[1].split("\n")[0]
    altered(signed, line, "AAAA" * 16)
    refused(signed, "its signature is not good")


def test_a_signature_of_another_kind_is_refused(signed: Clone) -> None:
    hand_edit(signed, "ivanova")
    altered(signed, "SSH SIGNATURE", "PGP SIGNATURE", 2)
    refused(signed, "it is not signed")


def test_a_signature_made_for_a_file_is_refused(signed: Clone, tmp_path: Path) -> None:
    # The key signed the very bytes of the commit, but as a file: a signature for one thing counts for no other.
    head = hand_edit(signed, "ivanova", sign=False)
    payload = tmp_path / "payload"
    payload.write_text(signed.git("cat-file", "commit", head))
    key = str(tmp_path / "keys" / "ivanova")
    subprocess.run(["ssh-keygen", "-q", "-Y", "sign", "-n", "file", "-f", key, str(payload)], check=True)
    signature = "\n ".join((tmp_path / "payload.sig").read_text().rstrip("\n").split("\n"))
    altered(signed, "\n\nedit", f"\ngpgsig {signature}\n\nedit")
    refused(signed, "its signature is not good")


def test_a_newcomer_who_adds_their_own_key_is_refused(signed: Clone, tmp_path: Path) -> None:
    key = " ".join((tmp_path / "keys" / "mallory.pub").read_text().split()[:2])
    team = (signed.folder / "team.yaml").read_text()
    (signed.folder / "team.yaml").write_text(team + f"  mallory: {{email: mallory@example.com, keys: [{key}]}}\n")
    path = tmp_path / "keys" / "mallory.pub"
    git_as(signed.folder, "mallory", "-c", f"user.signingkey={path}", "commit", "-qaS", "-m", "me")
    refused(signed, "only a head may give mallory role, authority or keys")


def test_a_head_adds_a_newcomers_key_who_signs_in_the_same_push(signed: Clone, tmp_path: Path) -> None:
    key = " ".join((tmp_path / "keys" / "mallory.pub").read_text().split()[:2])
    sign_as(signed, tmp_path, "petrova")
    signed("team add mallory --name M --email mallory@example.com --department sales")
    team = (signed.folder / "team.yaml").read_text()
    (signed.folder / "team.yaml").write_text(
        team.replace("email: mallory@example.com,", f"email: mallory@example.com, keys: [{key}],")
    )
    signed.git("commit", "-qaS", "-m", "Her key")
    sign_as(signed, tmp_path, "mallory")
    signed.new("By mallory")
    signed("sync")


def test_ones_key_is_ones_own_to_change_while_the_old_one_signs(signed: Clone, tmp_path: Path) -> None:
    old, new = (
        " ".join((tmp_path / "keys" / f"{name}.pub").read_text().split()[:2]) for name in ("ivanova", "mallory")
    )
    team = (signed.folder / "team.yaml").read_text()
    (signed.folder / "team.yaml").write_text(team.replace(old, new))
    signed.git("commit", "-qaS", "-m", "My new key")
    signed("sync")
    refused_after = hand_edit(signed, "ivanova")
    assert refused_after
    refused(signed, "its signature is not by a key of ivanova")
    hand_edit(signed, "mallory")
    signed("sync")


def test_the_desk_names_no_program_to_verify_with(signed: Clone, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    signed.new("Rebar")
    for name in ("gpg.ssh.program", "gpg.program", "gpg.openpgp.program", "gpg.x509.program"):
        signed.git("config", name, str(script))
    assert signed("verify HEAD~1").out == "verified 1 commit: no problems\n"
    hand = signed.git("cat-file", "commit", "HEAD").replace("SSH SIGNATURE", "PGP SIGNATURE")
    made = git_as(signed.folder, "ivanova", "hash-object", "-t", "commit", "-w", "--stdin", feed=hand).strip()
    signed.git("reset", "-q", "--hard", made)
    signed("verify HEAD~1", code=3)
    assert not trap.exists()
