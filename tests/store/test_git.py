"""git as svcctl runs it: any name and content goes in and comes out, and nothing of a hostile desk is executed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles, Busy, Refused
from svcctl.store.fastimport import Commit, FileChange, Moved, import_commits
from svcctl.store.git import Author, Git, Objects, clean_name, failure
from svcctl.store.gitindex import Staging
from svcctl.store.history import commits_of
from tests.conftest import Svc, git
from tests.store.conftest import AUTHOR, MAIN, commit, tip_of

NAMES = [
    "plain.yaml",
    "with space.yaml",
    " leading",
    "trailing ",
    'quo"te',
    "back\\slash",
    "back\\\\two",
    "tab\there",
    "ёж/Łódź/数.yaml",
    "-dash",
    "--option=x",
    ":(glob)*",
    "*?[a]",
    "a:b",
    "#hash",
    "'",
    "deep/" * 20 + "x",
    "\udcff\udcfe.bin",
]


@pytest.fixture
def objects(repo: Path) -> Iterator[Objects]:
    found = Objects(Git(str(repo)))
    yield found
    found.close()


@pytest.mark.parametrize("name", NAMES)
def test_any_name_goes_in_and_comes_out(repo: Path, objects: Objects, name: str) -> None:
    content = b"\0\xff\r\n" + name.encode("utf-8", "surrogateescape")
    tip = commit(repo, (name, content))
    found = objects.read(f"{tip}:{name}")
    assert found is not None and found[1] == content
    run = Git(str(repo))
    assert [entry.path for entry in run.entries(tip)] == sorted([name, "a.txt"], key=os.fsencode)
    run.stage([Staging(name, found[0])])
    assert run.staged([f":(literal){name}" if name.startswith(":") else name]) == {name: found[0]}
    run.stage([Staging(name, "")])
    assert run.staged(["."]).keys() == {"a.txt"}


def test_a_line_break_in_a_name_is_kept_apart_from_the_next_question(objects: Objects) -> None:
    with pytest.raises(Refused, match="line break"):
        objects.read("HEAD:a\nb")
    found = objects.read("HEAD:a.txt")
    assert found is not None and found[1] == b"one\n"


def test_a_name_with_a_line_break_is_written_as_it_is(repo: Path) -> None:
    tip = commit(repo, ("a\nb", b"x"))
    assert git(repo, "ls-tree", "-z", "--name-only", tip).split("\0") == ["a\nb", "a.txt", ""]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Анна <x@y>", "Анна x@y"),
        ("a\nauthor b <c> 0 +0000", "aauthor b c 0 +0000"),
        ("", "unknown"),
        (" < > ", "unknown"),
        ("\0a", "a"),
    ],
)
def test_an_authors_name_cannot_forge_a_header(repo: Path, name: str, clean: str) -> None:
    assert clean_name(name) == clean
    made = Commit(Author(name, name, "1795417200 +0300"), "m", [FileChange("x", b"x")])
    import_commits(Git(str(repo)), MAIN, tip_of(repo), [made])
    assert git(repo, "log", "-1", "--format=%an|%ae|%cn|%ai").strip() == (
        f"{clean}|{clean}|{clean}|2026-11-23 10:00:00 +0300"
    )


def test_a_message_may_say_anything(repo: Path) -> None:
    message = 'from :1\nM 100644 :1 "x"\ndone\ndata <<EOF\nёж 👍\n'
    tip = commit(repo, ("x", b"commit refs/heads/evil\n"), message=message)
    assert git(repo, "log", "-1", "--format=%B", tip).strip() == message.strip()
    assert git(repo, "for-each-ref", "--format=%(refname)").split() == [MAIN]


def test_several_commits_are_one_run(repo: Path) -> None:
    tip = tip_of(repo)
    made = [Commit(AUTHOR, f"m{n}", [FileChange("n", b"%d" % n), FileChange(f"f{n}", b"")]) for n in range(5)]
    new, oids = import_commits(Git(str(repo)), MAIN, tip, made)
    assert git(repo, "rev-list", "--count", f"{tip}..{new}").strip() == "5"
    assert tip_of(repo) == new
    assert oids["n"] == git(repo, "rev-parse", "HEAD:n").strip()
    assert sorted(oids) == ["f0", "f1", "f2", "f3", "f4", "n"]


def test_the_first_commit_of_a_branch(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main")
    assert commit(tmp_path, ("x", b"y"), tip="") == tip_of(tmp_path)


def test_a_file_is_deleted(repo: Path) -> None:
    tip = commit(repo, ("a.txt", None), ("b.txt", b""))
    assert git(repo, "ls-tree", "--name-only", tip).split() == ["b.txt"]


def test_a_branch_that_has_moved_is_left_alone(repo: Path) -> None:
    old = tip_of(repo)
    new = commit(repo, ("x", b"1"))
    with pytest.raises(Moved):
        commit(repo, ("x", b"2"), tip=old)
    assert tip_of(repo) == new
    assert git(repo, "fsck", "--strict", "--no-dangling") == ""


# What git says when it refuses


def test_without_git_it_says_what_to_install(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo))
    with pytest.raises(BrokenFiles, match="there is no git on the PATH") as refusal:
        Git(str(repo)).run("version")
    assert "apt install git" in str(refusal.value.hint)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(BrokenFiles, match="no git repository") as refusal:
        Git(str(tmp_path)).run("rev-parse", "HEAD")
    assert "git init" in str(refusal.value.hint)
    asked = Objects(Git(str(tmp_path)))
    for _ in "ab":
        with pytest.raises(BrokenFiles, match="no git repository"):
            asked.read("HEAD")
    asked.close()


def test_another_git_at_work_means_try_again(repo: Path) -> None:
    (repo / ".git" / "index.lock").touch()
    with pytest.raises(Busy, match="another git command is at work") as refusal:
        Git(str(repo)).stage([Staging("a.txt", "")])
    assert ".git/index.lock" in str(refusal.value.hint)


def test_a_locked_branch_means_try_again(repo: Path) -> None:
    (repo / ".git" / "refs" / "heads" / "main.lock").touch()
    tip = tip_of(repo)
    with pytest.raises(Busy, match="another git command is at work"):
        commit(repo, ("x", b"1"))
    assert tip_of(repo) == tip


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (b"fatal: detected dubious ownership in repository at '/x'", "foreign-folder"),
        (b"error: insufficient permission for adding an object\nfatal: Permission denied", "not-writable"),
        (b"fatal: write error: No space left on device", "disk-full"),
        (b"fatal: sha1 file 'tmp_pack_x' write error. Out of diskspace", "disk-full"),
        (b"warning: x\nfatal: something new", "git"),
        (b"", "git"),
    ],
)
def test_gits_words_become_a_refusal_with_a_remedy(words: bytes, code: str) -> None:
    error = failure("fast-import", words)
    assert error.code == code
    assert str(error.hint)


def test_an_unknown_revision_is_told_in_gits_words(repo: Path) -> None:
    with pytest.raises(BrokenFiles, match=r"git rev-parse failed: fatal: "):
        Git(str(repo)).run("rev-parse", "--verify", "nothing")


def test_a_value_that_is_not_configured_is_empty(repo: Path) -> None:
    assert Git(str(repo)).config("user.nickname") == ""
    git(repo, "config", "user.nickname", "ёж")
    assert Git(str(repo)).config("user.nickname") == "ёж"


# A desk that came from somebody else


def armed(folder: Path, mark: Path) -> None:
    """Every place of a repository's own configuration from which git could start a program."""
    program = folder / ".git" / "evil"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> "{mark}"\ncat\n')
    program.chmod(0o755)
    for name in HOOKS:
        hook = folder / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f'#!/bin/sh\necho "{name}" >> "{mark}"\n')
        hook.chmod(0o755)
    for name, value in CONFIG.items():
        git(folder, "config", name, value.replace("EVIL", f"{program} {name}").replace("PROGRAM", str(program)))
    (folder / ".git" / "info").mkdir(exist_ok=True)
    (folder / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil merge=evil\nteam.yaml filter=s=l.y\n")


HOOKS = """
applypatch-msg pre-commit prepare-commit-msg commit-msg post-commit post-checkout post-merge pre-auto-gc
reference-transaction post-index-change fsmonitor-watchman post-rewrite pre-push
""".split()  # noqa: SIM905
CONFIG = {
    "core.fsmonitor": "EVIL",
    "core.pager": "EVIL",
    "core.editor": "EVIL",
    "core.sshCommand": "EVIL",
    "core.askPass": "PROGRAM",
    "core.gitProxy": "EVIL",
    "core.alternateRefsCommand": "EVIL",
    "core.quotePath": "true",
    "diff.external": "EVIL",
    "diff.evil.command": "EVIL",
    "diff.evil.textconv": "EVIL",
    "filter.evil.clean": "EVIL",
    "filter.evil.smudge": "EVIL",
    "filter.evil.process": "EVIL",
    "filter.s=l.y.clean": "EVIL",
    "filter.evil.required": "true",
    "merge.evil.driver": "EVIL",
    "credential.helper": "!EVIL",
    "gpg.program": "PROGRAM",
    "gpg.ssh.program": "PROGRAM",
    "commit.gpgSign": "true",
    "log.showSignature": "true",
    "log.diffMerges": "on",
    "pager.log": "EVIL",
    "pager.config": "EVIL",
    "sequence.editor": "EVIL",
    "uploadpack.packObjectsHook": "EVIL",
    "alias.log": "!EVIL",
    "alias.rev-list": "!EVIL",
    "gc.auto": "1",
}


def signed_by_somebody(folder: Path) -> None:
    """Gives the last commit a signature, which git would ask a program about."""
    tree, parent = git(folder, "rev-parse", "HEAD^{tree}", "HEAD^").split()
    text = (
        f"tree {tree}\nparent {parent}\nauthor A <a@b> 1795417200 +0300\ncommitter A <a@b> 1795417200 +0300\n"
        "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----\n\nsigned\n"
    )
    (folder / "commit.txt").write_text(text)
    made = git(folder, "hash-object", "-t", "commit", "-w", "commit.txt").strip()
    (folder / "commit.txt").unlink()
    git(folder, "update-ref", "HEAD", made)


def test_nothing_of_a_desks_configuration_is_executed(svc: Svc, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    request = svc.new("Offer", "--type", "offer", "--client", "metallstroy")
    changed = (svc.folder / "regulations" / "commercial-offer.md").read_text().replace("version: 1", "version: 2")
    svc.write("regulations/commercial-offer.md", changed)
    signed_by_somebody(svc.folder)
    armed(svc.folder, mark)
    svc(f"take {request}")
    svc("new Another --text x")
    svc(f"show {request}")
    svc(f"log {request}")
    svc("list")
    svc("search Offer")
    svc("check", now="2026-12-01T12:00:00+03:00")
    svc("whoami")
    assert not mark.exists(), mark.read_text()
    assert any(commits_of(str(svc.folder), "HEAD", "regulations/commercial-offer.md"))
    assert not mark.exists(), mark.read_text()


def test_the_trap_of_the_test_above_is_a_real_one(svc: Svc, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    signed_by_somebody(svc.folder)
    armed(svc.folder, mark)
    (svc.folder / "desk.yaml").write_text("name: changed\n")
    calm = ["-c", "filter.evil.process=", "-c", "filter.evil.required=false"]
    for words in (["log", "-1"], [*calm, "diff", "HEAD^"], ["add", "desk.yaml"]):
        subprocess.run(["git", "-C", svc.folder, *words], capture_output=True, check=False)
    said = mark.read_text()
    assert "evil diff." in said and "evil filter." in said and "--status-fd" in said


def test_the_environment_cannot_point_git_elsewhere(svc: Svc, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    git(tmp_path, "init", "-q", "-b", "main", str(elsewhere))
    before = svc.git("rev-parse", "HEAD")
    with monkeypatch.context() as patch:
        for name, value in {
            "GIT_DIR": str(elsewhere / ".git"),
            "GIT_WORK_TREE": str(elsewhere),
            "GIT_INDEX_FILE": str(elsewhere / "index"),
            "GIT_OBJECT_DIRECTORY": str(elsewhere / "objects"),
            "GIT_NAMESPACE": "x",
            "GIT_EXTERNAL_DIFF": "false",
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.bare",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_CEILING_DIRECTORIES": "/",
            "GIT_LITERAL_PATHSPECS": "0",
            "GIT_TRACE": str(tmp_path / "trace"),
            "GIT_AUTHOR_NAME": "Somebody Else",
            "GIT_COMMITTER_DATE": "1 +0000",
        }.items():
            patch.setenv(name, value)
        request = svc.new()
        svc(f"take {request}")
        svc(f"log {request}")
    assert svc.git("rev-parse", "HEAD~2") == before
    assert svc.git("log", "-1", "--format=%an %cn %cd", "--date=iso").strip() == (
        "Анна Иванова Анна Иванова 2026-11-23 10:00:00 +0300"
    )
    assert svc.git("status", "--porcelain") == ""
    assert sorted(path.name for path in elsewhere.iterdir()) == [".git"]
    assert not (tmp_path / "trace").exists()
