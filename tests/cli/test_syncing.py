"""sync: several clones and a shared repository, with real git; nothing is lost and all end alike."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.ids import record_path
from tests.conftest import NOW, Svc, git
from tests.store.pushing import Clone

Clones = Callable[[int], list[Svc]]
SAID = r"(?s).*"


@pytest.fixture
def hub(svc: Svc, tmp_path: Path) -> Path:
    """A bare repository that the desk was pushed to."""
    folder = tmp_path / "hub.git"
    git(tmp_path, "clone", "-q", "--bare", str(svc.folder), str(folder))
    return folder


@pytest.fixture
def clones(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clones:
    """Makes clones in which nothing was configured."""

    def make(number: int) -> list[Svc]:
        made = []
        for name in "abcdef"[:number]:
            git(tmp_path, "clone", "-q", f"file://{hub}", name)
            made.append(Clone(tmp_path / name, monkeypatch))
        made[1].person = "sidorov"
        return made

    return make


def tips(*clones: Svc) -> set[str]:
    return {clone.git("rev-parse", "HEAD") for clone in clones}


def sync(svc: Svc, **settings: Any) -> Any:
    return svc.json("sync", **{"err": SAID, **settings})


def whole(svc: Svc) -> None:
    """Branch, index and folder agree and nothing lies about."""
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    assert not (svc.folder / ".git" / "svcctl" / "intent.json").exists()


def both_end_alike(a: Svc, b: Svc) -> None:
    sync(a)
    sync(b)
    sync(a)
    assert len(tips(a, b)) == 1
    whole(a)
    whole(b)


@pytest.mark.parametrize("first", [0, 1])
def test_two_people_on_the_train(clones: Clones, first: int) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    sync(a)
    sync(b)
    for clone, to in ((a, "logistics"), (b, "customs")):
        clone(["take", request])
        clone(["note", request, "-m", f"noted by {clone.person}"])
        clone(["handoff", request, "--to", to, "-m", "please"])
    both_end_alike(*((a, b) if first == 0 else (b, a)))
    shown = [clone.json(f"show {request}") for clone in (a, b)]
    assert shown[0] == shown[1]
    events = shown[0]["events"]
    assert [event["do"] for event in events] == [do for do in ("taken", "noted", "handed_off") for _ in "ab"]
    assert len({event["id"] for event in events}) == 6
    lost = a.json("conflicts")
    assert [(row["do"], row["by"]) for row in lost] in (
        [("taken", "sidorov"), ("handed_off", "sidorov")],
        [("taken", "ivanova"), ("handed_off", "ivanova")],
    )
    assert lost == b.json("conflicts")
    assert set(lost[0]["tell"]) == {"ivanova", "sidorov"}
    winner = "logistics" if lost[0]["by"] == "sidorov" else "customs"
    assert shown[0]["handoff"]["to"] == winner


def test_it_says_in_one_line_what_came_and_went(clones: Clones) -> None:
    a, b = clones(2)
    one = a.new("One")
    a(f"note {one} -m x")
    assert a("sync").out == "pulled 0 deeds, pushed 2 deeds, 0 conflicts (origin)\n"
    b.new("Two")
    assert b("sync --dry-run").out == "would pull 2 deeds, push 1 deed (origin)\n"
    assert b("sync").out == "pulled 2 deeds, pushed 1 deed, 0 conflicts (origin)\n"
    assert b("sync").out == "pulled 0 deeds, pushed 0 deeds, 0 conflicts (origin)\n"
    assert a("sync --quiet").out == ""
    assert len(a.json("list")) == 2


def test_a_dry_run_writes_nothing_here_or_there(clones: Clones, hub: Path) -> None:
    a, b = clones(2)
    a.new("One")
    sync(a)
    b.new("Two")
    before = b.git("rev-parse", "HEAD"), git(hub, "rev-parse", "main")
    b("sync --dry-run")
    assert (b.git("rev-parse", "HEAD"), git(hub, "rev-parse", "main")) == before


def test_conflicts_are_told_on_both_sides_until_acknowledged(clones: Clones) -> None:
    a, b = clones(2)
    request = a.new("Rebar")
    sync(a)
    sync(b)
    a(f"take {request}")
    b(f"take {request}", now="2026-11-23T10:05:00+03:00")
    a("sync")
    told = f"{request}: sidorov's “taken by sidorov” was superseded by ivanova's “taken by ivanova”; "
    assert "1 conflict" in b("sync", err=told).out
    a("sync", err=told)
    assert "(superseded by ivanova)" in a(f"show {request}").out
    assert "1 conflict between clones: svcctl conflicts" in a("status").out
    assert a.json("status")["conflicts"] == 1
    (row,) = a.json("conflicts")
    assert row["by"] == "sidorov"
    assert a.json("conflicts --mine") == [row]
    assert a.json("conflicts --mine", as_="kim") == []
    assert row["event"] in a("conflicts --format csv").out
    assert a("conflicts see", code=2).err.startswith("svcctl: conflicts lists them")
    assert a("conflicts").out.startswith(told)
    b(f"conflicts ack {request} {row['event']}")
    assert b("conflicts").out == ""
    b("sync")
    assert a("sync").out == "pulled 1 deed, pushed 0 deeds, 0 conflicts (origin)\n"
    assert a.json("conflicts") == []
    refused = a(f"conflicts ack {request} {row['event']}", code=1)
    assert "is acknowledged already" in refused.err
    assert "nothing is left to acknowledge" in a(f"conflicts ack {request}", code=1).err


def test_a_remote_where_others_never_stop_pushing(clones: Clones, hub: Path) -> None:
    a, _ = clones(2)
    a.new("One")
    hook = hub / "hooks" / "update"
    hook.parent.mkdir(exist_ok=True)
    # At every push the branch has moved on already.
    hook.write_text(
        "#!/bin/sh\nexport GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=kim@example.com GIT_COMMITTER_NAME=x\n"
        "new=$(GIT_COMMITTER_EMAIL=kim@example.com "
        'git commit-tree -p "$2" -m "$$" "$2^{tree}")\n'
        'git update-ref "$1" "$new" "$2"\n'
    )
    hook.chmod(0o755)
    refused = a("sync", code=4)
    assert "others kept pushing to origin" in refused.err
    assert a.json("list")[0]["title"] == "One"
    whole(a)


def test_who_pushed_meanwhile_is_merged_at_the_next_try(clones: Clones, hub: Path, tmp_path: Path) -> None:
    a, b = clones(2)
    a.new("One")
    b.new("Two")
    hook = hub / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    # While the first push is on its way, the other clone's arrives.
    hook.write_text(
        f'#!/bin/sh\nrm "$0"\nunset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES\n'
        f"unset GIT_DIR\ngit -C {b.folder} push -q 2>/dev/null\nexit 0\n"
    )
    hook.chmod(0o755)
    assert sync(a)["pulled"] == 1
    sync(b)
    assert len(tips(a, b)) == 1
    assert len(b.json("list")) == 2


def test_an_empty_shared_repository_gets_everything(svc: Svc, tmp_path: Path) -> None:
    svc.new("One")
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    done = svc.json(f"sync {tmp_path / 'empty.git'}")
    assert (done["pulled"], done["pushed"]) == (0, 1)
    assert git(tmp_path / "empty.git", "rev-parse", "main") == svc.git("rev-parse", "main")


def test_a_bare_git_pull_is_put_in_order(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    sync(a)
    b.git("pull", "-q")
    for clone in (a, b):
        for number in range(3):
            clone(["note", request, "-m", f"{clone.person} {number}"])
    a.git("push", "-q")
    b.git("pull", "-q", "--no-rebase", "--no-edit")
    before = b.json(f"show {request}")
    assert "put 1 record in order that git had merged" in b("sync", err="put 1 record").err
    assert b.json(f"show {request}") == before
    sync(a)
    assert len(tips(a, b)) == 1
    numbers = [event["n"] for event in before["events"]]
    text = (a.folder / record_path(request)).read_text()
    assert [json.loads(line[2:])["n"] for line in text.splitlines() if line.startswith("- ")] == numbers
    assert a("fsck").code == 0


def test_lines_with_other_ends_are_not_doubled(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    a(["note", request, "-m", "one"])
    sync(a)
    sync(b)
    path = a.folder / record_path(request)
    lines = path.read_bytes().splitlines()
    (a.folder / ".git" / "info").mkdir(exist_ok=True)
    (a.folder / ".git" / "info" / "attributes").write_text("*.yaml -text\n")
    path.write_bytes(b"\r\n".join([*lines, lines[-1], b""]))
    a.git("commit", "-qam", "An editor of another system")
    b(["note", request, "-m", "two"])
    sync(b)
    sync(a)
    content = git(a.folder, "show", f"HEAD:{record_path(request)}")
    assert "\r" not in content
    assert content.count("\n- ") == 2


def test_people_added_on_both_sides_are_both_there(clones: Clones) -> None:
    a, b = clones(2)
    a("team add one --name One --email one@example.com --department sales")
    b("team add two --name Two --email two@example.com --department sales")
    both_end_alike(a, b)
    assert {"one", "two"} <= {person["handle"] for person in a.json("team list")["people"]}


def test_two_values_of_one_field_are_a_conflict_and_nothing_changes(clones: Clones, hub: Path) -> None:
    a, b = clones(2)
    a.write("clients/zoo.yaml", "name: Zoo Here\n")
    b.write("clients/zoo.yaml", "name: Zoo There\n")
    b.new("Two")
    sync(b)
    before = a.git("rev-parse", "HEAD"), git(hub, "rev-parse", "main")
    refused = a("sync", code=4)
    assert "clients/zoo.yaml: name is “Zoo Here” here, “Zoo There” there" in refused.err
    assert "--mine PATH" in refused.err
    assert (a.git("rev-parse", "HEAD"), git(hub, "rev-parse", "main")) == before
    whole(a)
    a("sync --mine clients/zoo.yaml")
    sync(b)
    assert (b.folder / "clients/zoo.yaml").read_text() == "name: Zoo Here\n"
    assert len(tips(a, b)) == 1


def test_the_other_sides_version_can_be_taken(clones: Clones) -> None:
    a, b = clones(2)
    a.write("clients/zoo.yaml", "name: Zoo Here\n")
    b.write("clients/zoo.yaml", "name: Zoo There\n")
    sync(b)
    a("sync --theirs clients/zoo.yaml")
    assert (a.folder / "clients/zoo.yaml").read_text() == "name: Zoo There\n"
    whole(a)


def test_a_file_changed_on_one_side_and_deleted_on_the_other(clones: Clones) -> None:
    a, b = clones(2)
    a.write("docs/a.md", "a\n")
    sync(a)
    sync(b)
    a.git("rm", "-q", "docs/a.md")
    a.git("commit", "-qm", "Gone")
    b.write("docs/a.md", "b\n")
    sync(b)
    assert "docs/a.md: it was deleted here and changed there" in a("sync", code=4).err
    a("sync --theirs docs/a.md")
    assert (a.folder / "docs/a.md").read_text() == "b\n"


def test_a_record_that_somebody_deleted_comes_back_with_the_others_deeds(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    sync(a)
    sync(b)
    a.git("rm", "-q", record_path(request))
    a.git("commit", "-qm", "Gone")
    b(["note", request, "-m", "still at it"])
    a("sync --unverified", err=f"not by the rules: {record_path(request)}: the file was deleted")
    refused = b("sync", code=1)
    assert f"{record_path(request)}: the file was deleted" in refused.err
    assert f"git checkout {a.git('rev-parse', '--short=10', 'HEAD~1').strip()} -- " in refused.err
    b("sync --unverified", err="the file was deleted")
    both_end_alike(a, b)
    assert len(a.json(f"show {request}")["events"]) == 1


def test_programs_stay_programs_and_links_are_refused(clones: Clones) -> None:
    a, b = clones(2)
    a.write("docs/run.sh", "#!/bin/sh\n", commit=False)
    (a.folder / "docs/run.sh").chmod(0o755)
    a.git("add", "-A")
    a.git("commit", "-qm", "A script")
    sync(a)
    b.new("Two")
    sync(b)
    assert os.access(b.folder / "docs/run.sh", os.X_OK)
    whole(b)
    (a.folder / "docs/link").symlink_to("/etc/passwd")
    a.git("add", "-A")
    a.git("commit", "-qm", "A link")
    a.git("push", "-q", "--force")
    assert "docs/link: a symbolic link may lead out of the desk" in b("sync", code=1).err
    assert "docs/link: it is a symbolic link" in b("sync --unverified", code=4).err


def test_a_file_where_the_other_side_has_a_folder(clones: Clones) -> None:
    a, b = clones(2)
    a.write("docs/x", "file\n")
    b.write("docs/x/y", "in a folder\n")
    sync(b)
    assert "docs/x/y: it is a file on one side and a folder on the other" in a("sync", code=4).err
    whole(a)


def test_uncommitted_edits_stop_only_what_would_write_over_them(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    sync(a)
    sync(b)
    b.new("Two")
    b(["note", request, "-m", "x"])
    sync(b)
    a.write("team.yaml", (a.folder / "team.yaml").read_text() + "# mine\n", commit=False)
    path = record_path(request)
    a.write(path, (a.folder / path).read_text() + "# mine\n", commit=False)
    assert f"{path} has edits that are not committed" in a("sync", code=1).err
    a.git("checkout", "HEAD", "--", path)
    sync(a)
    assert a.git("status", "--porcelain") == " M team.yaml\n"
    assert len(a.json("list")) == 2


def test_nothing_to_sync_with(svc: Svc) -> None:
    refused = svc("sync", code=1)
    assert "knows no other repository" in refused.err
    assert "git remote add origin ADDRESS" in refused.err
    svc.git("remote", "add", "one", "/nowhere")
    svc.git("remote", "add", "two", "/nowhere")
    assert "there are several remotes: one, two" in svc("sync", code=1).err
    svc.git("remote", "remove", "two")
    assert "one cannot be reached" in svc("sync", code=4).err


def test_an_unreachable_remote_changes_nothing(clones: Clones, hub: Path) -> None:
    (a,) = clones(2)[:1]
    a.new("One")
    before = a.git("rev-parse", "HEAD")
    shutil.move(hub, hub.with_suffix(".away"))
    refused = a("sync", code=4)
    assert "origin cannot be reached" in refused.err
    assert "svcctl sync again later" in refused.err
    assert json.loads(a("sync --json", code=4).err)["code"] == "unreachable"
    assert a.git("rev-parse", "HEAD") == before


def test_another_desk_is_not_merged(svc: Svc, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    git(other, "commit", "-qm", "x", "--allow-empty")
    assert "they have no commit in common" in svc(f"sync {other}", code=1).err


def test_a_server_that_refuses_is_quoted(clones: Clones, hub: Path) -> None:
    a, _ = clones(2)
    a.new("One")
    hook = hub / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'not on a Sunday' >&2\nexit 1\n")
    hook.chmod(0o755)
    assert "origin does not take the push: not on a Sunday" in a("sync", code=1).err


def test_a_desk_whose_configuration_starts_programs(clones: Clones, tmp_path: Path) -> None:
    a, _ = clones(2)
    trap = tmp_path / "sprung"
    a.git("config", "remote.origin.uploadpack", f"touch {trap}; git-upload-pack")
    refused = a("sync", code=1)
    assert "git start programs: remote.origin.uploadpack" in refused.err
    assert not trap.exists()
    a("sync --trust-config")
    assert trap.exists()
    a.git("config", "--unset", "remote.origin.uploadpack")
    a.git("config", "remote.origin.url", f"ext::sh -c 'touch {trap}2'")
    a("sync", code=4)
    assert not Path(f"{trap}2").exists()


def test_two_requests_of_one_id(clones: Clones) -> None:
    a, b = clones(2)
    same = "R-20261123-k7qm4d"
    for clone in (a, b):
        clone(["new", f"Of {clone.person}", "--text", "x"])
        path = clone.git("show", "--name-only", "--format=", "HEAD").split()[-1]
        old = path[-22:-5]
        text = (clone.folder / path).read_text().replace(old, same)
        clone.git("rm", "-q", path)
        clone.write(record_path(same), text)
        other = clone.json(["new", f"Linked by {clone.person}"])["id"]
        clone(["link", other, same])
    # The ids were made alike by hand, which nobody would take.
    b("sync --unverified", err="was deleted")
    done = a.json("sync --unverified", err=f"(?s){same} is R-20261123-[0-9a-z]{{6}} now: another request had its id")
    new = done["renumbered"][same]
    assert "was deleted" in b("sync", code=1).err
    b("sync --unverified", err="was deleted")
    assert len(tips(a, b)) == 1
    assert a.json(f"show {same}")["title"] == "Of sidorov"
    assert a.json(f"show {new}")["title"] == "Of ivanova"
    linked = {
        row["title"]: a.json(f"show {row['id']}")["links"][0]["id"] for row in a.json("list") if "Link" in row["title"]
    }
    assert linked == {"Linked by ivanova": new, "Linked by sidorov": same}
    assert a("fsck").code == 0
    whole(a)


STAGES = """\
---
regulation: pricing
version: 1
title: Pricing
owner: petrova
applies: {type: pricing}
stages:
- {name: intake, department: sales}
- {name: freight, department: logistics, with: duty}
- {name: duty, department: customs, with: freight}
- {name: draft, department: sales}
---
Price it.
"""


def test_a_forged_deed_is_not_joined(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar"])["id"]
    sync(a)
    sync(b)
    path = record_path(request)
    event = {"id": "zz000000", "n": 1, "prev": "", "at": NOW, "by": "petrova", "do": "taken"}
    a.write(path, (a.folder / path).read_text() + f"- {json.dumps(event)}\n")
    a.write("docs/x", "x\n", commit=False)
    a.git("add", "-A")
    git(a.folder, "commit", "-qm", "A stranger")
    a.git("push", "-q")
    b(["note", request, "-m", "mine"])
    before = b.git("rev-parse", "HEAD")
    refused = b("sync", code=1)
    first, second = (a.git("rev-parse", "--short=10", name).strip() for name in ("HEAD~1", "HEAD"))
    assert (
        f"{path}:9:1: ivanova wrote it in the name of petrova (commit {first} by ivanova) (everybody records their"
        in refused.err
    )
    assert f"commit {second}: nobody in team.yaml has its author's address, t@example.com (a head adds" in refused.err
    assert "nothing was changed here" in refused.err
    assert "svcctl sync --unverified" in refused.err
    told = json.loads(b("sync --json", code=1).err)
    assert (told["code"], [row["code"] for row in told["problems"]]) == (
        "unverified",
        ["not-by-author", "unknown-author"],
    )
    assert b.git("rev-parse", "HEAD") == before
    whole(b)
    b(
        "sync --unverified",
        err=f"(?s)wrote it in the name of petrova .commit {first} by ivanova.*commit {second}: nobody",
    )
    assert len(b.json(f"show {request}")["events"]) == 2


def test_stages_that_were_finished_side_by_side_join(clones: Clones) -> None:
    a, b = clones(2)
    a.person = "petrova"
    a.write("regulations/pricing.md", STAGES)
    a.person = "ivanova"
    request = a.json(["new", "Rebar", "--type", "pricing"])["id"]
    a(["take", request])
    a(["done", request])
    a(["accept", request, "--stage", "freight"], as_="sidorov")
    a(["accept", request, "--stage", "duty"], as_="kim")
    sync(a)
    sync(b)
    a(["done", request, "--stage", "freight"], as_="sidorov")
    b(["done", request, "--stage", "duty"], as_="kim")
    assert sync(a)["pushed"] == 1
    assert (sync(b)["pulled"], b.json(f"show {request}")["stage"]) == (1, "draft")
    sync(a)
    assert len(tips(a, b)) == 1
    shown = a.json(f"show {request}")
    assert [event["stage"] for event in shown["events"] if event["do"] == "stage_started"].count("draft") == 1
    assert shown["handoff"]["to"] == "ivanova"


DEEDS = ("note", "take", "handoff", "new", "set", "wait")


def deed(clone: Svc, dice: random.Random) -> None:
    known = [row["id"] for row in clone.json("list")]
    what = dice.choice(DEEDS)
    if what == "new" or not known:
        clone(["new", f"Request {dice.randrange(10_000)}"])
        return
    request = dice.choice(known)
    words = {
        "note": ["note", request, "-m", str(dice.randrange(10_000))],
        "take": ["take", request],
        "handoff": ["handoff", request, "--to", dice.choice(["logistics", "customs"]), "-m", "x"],
        "set": ["set", request, f"priority={dice.choice(['low', 'high'])}"],
        "wait": ["wait", request, "--for", "client", "-m", "x"],
    }[what]
    before = clone.git("rev-parse", "HEAD")
    try:
        clone(words)
    except AssertionError:
        assert clone.git("rev-parse", "HEAD") == before, "refused, and yet something was written"


def converge(all_: list[Svc], rounds: int, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(rounds):
        clone = dice.choice(all_)
        deed(clone, dice)
        if dice.random() < 0.3:
            sync(clone)
    for _ in range(2):
        for clone in all_:
            sync(clone)
    assert len(tips(*all_)) == 1
    for clone in all_:
        whole(clone)
        clone("fsck")
    said = [clone.git("log", "--format=%s") for clone in all_]
    events = sum(
        len(json.loads(line[2:])) > 0
        for line in all_[0].git("grep", "-h", "^- {", "--", "requests").split("\n")
        if line
    )
    deeds = [line for line in said[0].splitlines() if line.startswith("R-…") and " opened " not in line]
    assert events == len(deeds), "every deed is one commit and one event"


def test_three_clones_end_alike(clones: Clones) -> None:
    converge(clones(3), 24, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_four_clones_end_alike_after_many_syncs(clones: Clones, seed: int) -> None:
    converge(clones(4), 160, seed)


WRITER = """
import sys
from svcctl.cli.main import run
from svcctl.cli.session import Session
request, person, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
for turn in range(number):
    for words in (["note", request, "-m", f"{person} {turn}"], ["new", f"{person} {turn}"], ["sync", "--quiet"]):
        session = Session()
        code = run(session, ["--as", person, *words])
        assert code == 0 or (words[0] == "sync" and code == 4), (words, code)
"""


@pytest.fixture
def daemon(hub: Path) -> Iterator[str]:
    """The shared repository served on loopback; gives its address."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    options = ["--listen=127.0.0.1", f"--port={port}", f"--base-path={hub.parent}", "--export-all"]
    server = subprocess.Popen(
        ["git", "daemon", "--reuseaddr", *options, "--enable=receive-pack"],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"git://127.0.0.1:{port}/{hub.name}"
    for _ in range(100):
        if subprocess.run(["git", "ls-remote", address], capture_output=True, check=False).returncode == 0:
            break
        time.sleep(0.05)
    yield address
    os.killpg(server.pid, signal.SIGTERM)
    server.wait()


@pytest.mark.long
def test_four_clones_that_sync_at_once_over_the_network(clones: Clones, daemon: str) -> None:
    all_, turns = clones(4), 50
    people = ["ivanova", "sidorov", "kim", "petrova"]
    request = all_[0].json(["new", "Rebar"])["id"]
    sync(all_[0])
    for clone in all_:
        clone.git("remote", "set-url", "origin", daemon)
        sync(clone)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, request, person, str(turns)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "SVCCTL_DESK": str(clone.folder), "SVCCTL_NOW": NOW},
        )
        for clone, person in zip(all_, people, strict=True)
    ]
    for writer in writers:
        _, complaint = writer.communicate()
        assert writer.returncode == 0, complaint.decode()
    for _ in range(2):
        for clone in all_:
            sync(clone)
    assert len(tips(*all_)) == 1
    shown = all_[0].json(f"show {request}")
    notes = sorted(event["text"] for event in shown["events"])
    assert notes == sorted(f"{person} {turn}" for person in people for turn in range(turns))
    assert len(all_[0].json("list")) == 4 * turns + 1
    for clone in all_:
        whole(clone)


@pytest.mark.parametrize("two", [False, True])
def test_a_sync_that_is_killed_is_finished_by_the_next_command(clones: Clones, tmp_path: Path, two: bool) -> None:
    a, b = clones(2)
    a.new("One")
    sync(a)
    if two:
        b.new("Two")
    # An index of this version is left to git.
    b.git("update-index", "--index-version", "4")
    real = shutil.which("git")
    slow = tmp_path / "bin" / "git"
    slow.parent.mkdir()
    # The command dies once git has done its part, before anything else follows.
    kill = f'case " $* " in *" update-index "*) {real} "$@"; kill -9 $PPID; exit 0 ;; esac\n'
    slow.write_text(f'#!/bin/sh\n{kill}exec {real} "$@"\n')
    slow.chmod(0o755)
    command = [sys.executable, "-m", "svcctl", "-C", str(b.folder), "--as", "sidorov", "--now", NOW, "sync"]
    path = f"{slow.parent}:{os.environ['PATH']}"
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PATH": path}, check=False)
    assert done.returncode == -9
    b.new("Three", err="^finished what an interrupted command had begun: [0-9]+ files?\n$")
    whole(b)
    both_end_alike(a, b)
    assert len(a.json("list")) == (3 if two else 2)


def test_a_deadline_is_explained_without_what_does_not_count(clones: Clones) -> None:
    a, b = clones(2)
    request = a.json(["new", "Rebar", "--type", "offer", "--client", "zoo"])["id"]
    sync(a)
    sync(b)
    a(["take", request], as_="ivanova")
    b(["take", request], as_="petrova", now="2026-11-23T10:05:00+03:00")
    both_end_alike(a, b)
    shown = a.json(f"show {request}")
    assert shown["owner"] == "ivanova"
    (pickup,) = (clock for clock in shown["clocks"] if clock["name"] == "pickup")
    assert (pickup["verdict"], pickup["stopped"]) == ("met", NOW)
    assert a.json(f"explain {request} pickup") == b.json(f"explain {request} pickup")
    assert a.json(f"explain {request} pickup")["due"] == pickup["due"]
