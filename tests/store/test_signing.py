"""Signed desks: every commit that svcctl makes is signed, in the same order, and git agrees."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from svcctl.store.git import Git
from svcctl.store.signatures import allowed_signers, fingerprint, signers
from tests.conftest import NOW, TEAM, Svc, git


def make_key(folder: Path, name: str) -> str:
    """A fresh key; returns its public half as team.yaml has it."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)],
        check=True,
        capture_output=True,
    )
    return " ".join((folder / f"{name}.pub").read_text().split()[:2])


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """Public keys of three people; the private ones lie beside them in ``tmp_path / "keys"``."""
    folder = tmp_path / "keys"
    folder.mkdir()
    return {name: make_key(folder, name) for name in ("ivanova", "petrova", "sidorov")}


def sign_as(svc: Svc, tmp_path: Path, name: str) -> None:
    svc.person = name
    svc.git("config", "user.signingkey", str(tmp_path / "keys" / f"{name}.pub"))


@pytest.fixture
def signed(svc: Svc, keys: dict[str, str], tmp_path: Path) -> Svc:
    """A desk whose commits are signed."""
    team = TEAM
    for name, key in keys.items():
        team = team.replace(f"email: {name}@example.com,", f"email: {name}@example.com, keys: [{key}],")
    svc.write("team.yaml", team)
    svc.write("desk.yaml", (svc.folder / "desk.yaml").read_text() + "sign: ssh\n")
    sign_as(svc, tmp_path, "ivanova")
    return svc


def by_git(svc: Svc, keys: dict[str, str], tmp_path: Path) -> list[str]:
    """What git itself says of the branch's commits, newest first: G and whose key."""
    file = tmp_path / "allowed"
    file.write_text("".join(f'{name} namespaces="git" {key}\n' for name, key in keys.items()))
    return svc.git("-c", f"gpg.ssh.allowedSignersFile={file}", "log", "--format=%G? %GS").splitlines()


def test_every_commit_is_signed_by_its_author(signed: Svc, keys: dict[str, str], tmp_path: Path) -> None:
    request = signed.new("Rebar")
    signed(f"take {request}")
    sign_as(signed, tmp_path, "sidorov")
    signed("client add school --name School")
    assert by_git(signed, keys, tmp_path)[:4] == ["G sidorov", "G ivanova", "G ivanova", "N "]
    assert signed("verify HEAD~3").out == "verified 3 commits: no problems\n"
    assert signed.git("status", "--porcelain") == ""
    assert signed.git("for-each-ref", "--format=%(refname)") == "refs/heads/main\n"
    assert signed.git("log", "-1", "--format=%an %ae %cn %ce %s") == (
        "Пётр Сидоров sidorov@example.com Пётр Сидоров sidorov@example.com Client school: School\n"
    )
    assert signed.git("log", "-1", "--format=%ai|%ci", "HEAD~1") == (
        "2026-11-23 10:00:00 +0300|2026-11-23 10:00:00 +0300\n"
    )


def test_an_import_of_many_commits_is_signed_throughout(
    signed: Svc, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("svcctl.store.bulk.COMMIT_SIZE", 2)
    log = tmp_path / "log.csv"
    rows = [f"{case},start,2026-11-0{case + 1}T10:00:00+03:00,Nobody{case}\n" for case in range(5)]
    log.write_text("case,activity,time,resource\n" + "".join(rows))
    signed(["import", "eventlog", str(log), "--case", "case", "--activity", "activity", "--time", "time"], err=".*")
    assert by_git(signed, keys, tmp_path)[:4] == ["G ivanova"] * 3 + ["N "]
    assert signed("verify HEAD~3").out == "verified 3 commits: no problems\n"
    assert len(signed.json("list")) == 5


def test_without_a_key_nothing_is_written(signed: Svc) -> None:
    before = signed.git("rev-parse", "HEAD")
    signed.git("config", "--unset", "user.signingkey")
    refused = signed(["new", "Rebar"], code=1)
    assert "this desk's commits are signed (desk.yaml: sign: ssh), and git has no user.signingkey here" in refused.err
    assert "git config --global user.signingkey" in refused.err
    signed.git("config", "user.signingkey", "/nowhere/key.pub")
    refused = signed(["new", "Rebar"], code=1)
    assert "git cannot sign: " in refused.err
    assert "ssh-keygen -Y sign" in refused.err
    assert signed.git("rev-parse", "HEAD") == before
    assert not (signed.folder / ".git" / "svcctl" / "intent.json").exists()
    assert signed.git("for-each-ref", "--format=%(refname)") == "refs/heads/main\n"


def test_the_desk_names_no_program_to_sign_with(signed: Svc, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    script = tmp_path / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for name in ("gpg.ssh.program", "gpg.program", "gpg.ssh.defaultKeyCommand"):
        signed.git("config", name, str(script))
    signed.new("Rebar")
    signed("verify HEAD~1")
    assert not trap.exists()


def test_two_clones_meet_in_signed_merges(
    signed: Svc, keys: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tmp_path / "hub.git"
    git(tmp_path, "clone", "-q", "--bare", str(signed.folder), str(hub))
    clones = []
    for name in ("ivanova", "sidorov"):
        git(tmp_path, "clone", "-q", f"file://{hub}", name)
        clones.append(Svc(tmp_path / name, monkeypatch))
        sign_as(clones[-1], tmp_path, name)
        clones[-1].new(f"By {name}")
    clones[0]("sync")
    clones[1]("sync")
    clones[0]("sync")
    assert clones[0].git("rev-list", "--merges", "--count", "HEAD") == "1\n"
    assert by_git(clones[0], keys, tmp_path)[:3].count("G sidorov") == 2
    assert clones[0]("verify HEAD~1").code == 0


def test_a_signature_says_whose_key_it_is_by(signed: Svc, keys: dict[str, str]) -> None:
    signed.new("Rebar")
    head = signed.git("rev-parse", "HEAD").strip()
    found = signers(Git(str(signed.folder)), [head], [])
    assert found == {head: fingerprint(keys["ivanova"])}
    assert signers(Git(str(signed.folder)), [], []) == {}
    assert fingerprint("ssh-ed25519 A") == ""


def test_who_signs_nothing_spoils_no_other_signature(signed: Svc, keys: dict[str, str]) -> None:
    # What is signed is more than a pipe holds: git, which writes it to a reader that has ended, is killed.
    for title in ("Rebar", "Beams", "Plates"):
        signed.new(title)
    good = signed.git("rev-list", "-3", "HEAD").split()
    head, signature, rest = signed.git("cat-file", "commit", "HEAD").partition("SSH SIGNATURE-----\n ")
    text = head + signature + "AAAA" * 16 + rest[rest.index("\n") :] + "x" * 300_000 + "\n"
    made = subprocess.run(
        ["git", "-C", signed.folder, "hash-object", "-t", "commit", "-w", "--stdin"],
        input=text,
        capture_output=True,
        text=True,
        check=True,
    )
    bad = made.stdout.strip()
    own = fingerprint(keys["ivanova"])
    for order in ([bad], [bad, *good], [*good, bad], [good[0], bad, *good[1:]]):
        assert signers(Git(str(signed.folder)), order, []) == {name: "" if name == bad else own for name in order}


def test_allowed_signers_are_one_line_a_key() -> None:
    from svcctl.model.team import Person, Team

    team = Team({}, {"a": Person("a", keys=("ssh-x A", "ssh-x B")), 'b" *': Person("b", keys=("ssh-x C",))})
    assert allowed_signers([team, team]) == 'a namespaces="git" ssh-x A\na namespaces="git" ssh-x B\n'


def test_killed_while_signing_nothing_has_happened(signed: Svc, tmp_path: Path) -> None:
    real = shutil.which("git")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    # The command dies once the signed commit is made, before the branch moves.
    kill = f'case " $* " in *" commit-tree "*) {real} "$@"; kill -9 $PPID; exit 0 ;; esac\n'
    slow.write_text(f'#!/bin/sh\n{kill}exec {real} "$@"\n')
    slow.chmod(0o755)
    before = signed.git("rev-parse", "HEAD")
    command = [sys.executable, "-m", "svcctl", "-C", str(signed.folder), "--as", "ivanova", "--now", NOW, "new", "One"]
    world = {**os.environ, "PATH": f"{slow.parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, env=world, check=False)
    assert done.returncode == -9
    assert signed.git("rev-parse", "HEAD") == before
    signed.new("Two")
    assert [row["title"] for row in signed.json("list")] == ["Two"]
    assert signed.git("status", "--porcelain") == ""
    assert signed.git("for-each-ref", "--format=%(refname)") == "refs/heads/main\n"
