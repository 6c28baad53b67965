"""What people really do, through the hook of a shared repository: none of it is refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Svc, git
from tests.store.pushing import PRICES, SELLER, Clone

Deeds = Callable[[Clone, Clone], None]
HONEST: dict[str, Deeds] = {}
SAID = r"(?s).*"
LATER = "2026-11-23T16:00:00+03:00"
LOG = (
    "case,activity,resource,time\nC-1,Insert ticket,{who},2026-01-05 09:00:00\nC-1,Resolve,Boris,2026-01-06 10:00:00\n"
)
STAGES = """\
---
regulation: pricing
version: 1
title: Pricing
owner: petrova
applies: {type: pricing}
clocks:
  pickup: {within: 30m}
stages:
- {name: intake, department: sales}
- {name: freight, department: logistics, with: duty}
- {name: duty, department: customs, with: freight}
- {name: draft, department: sales, returns_to: intake}
escalation:
- {at: 100%, tell: [head], assign: head}
---
Price it.
"""


def honest(deeds: Deeds) -> Deeds:
    HONEST[deeds.__name__] = deeds
    return deeds


@pytest.fixture
def hub(made_desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shared repository with a desk in it."""
    desk = tmp_path / "first"
    shutil.copytree(made_desk, desk, symlinks=True)
    svc = Svc(desk, monkeypatch)
    svc.write("prices/metal.yaml", PRICES)
    svc.write("regulations/pricing.md", STAGES)
    svc.write("regulations/marked.md", "\ufeff" + STAGES.replace("pricing", "marked"))
    svc.write("desk.yaml", "\ufeff" + (desk / "desk.yaml").read_text() + SELLER)
    svc(f"server init {tmp_path / 'hub.git'}")
    svc.git("push", "-q", str(tmp_path / "hub.git"), "main")
    yield tmp_path / "hub.git"


def pushes(hub: Path) -> int:
    """How many pushes a shared repository has taken."""
    return len(git(hub, "reflog", "main").splitlines()) - 1


def sync(*clones: Clone) -> None:
    for clone in clones:
        clone("sync", err=SAID)


@honest
def a_request_from_beginning_to_end(a: Clone, b: Clone) -> None:
    one = a.new("One", "--client", "zoo", "--channel", "email")
    for line in (
        "take {}",
        "note {} -m x",
        "message {} in --channel email -m hello",
        "promise {} --at 'tomorrow 12:00' -m price",
        "kept {}",
        "wait {} --for client -m address",
        "resume {}",
        "worked {} 25m",
        "set {} priority=high",
        "set {} title='One and a half'",
        "resolve {} -m sent",
        "rate {} 9 -m thanks",
        "reopen {} -m more",
        "note {} -m backdated --at 10:00",
        "cancel {} -m never",
    ):
        a(line.format(one))
    a(f"link {one} {a.new('Two')}")
    a(f"merge {a.new('Three')} --into {a.new('Four')}")
    sync(a)


@honest
def hand_offs_by_several_people_on_one_machine(a: Clone, b: Clone) -> None:
    one = a.new("One", "--to", "kuznetsov")
    for person, line in (
        ("kuznetsov", "handoff {} --to sales -m yours"),
        ("kuznetsov", "recall {}"),
        ("kuznetsov", "handoff {} --to customs -m yours"),
        ("kim", "return {} -m 'not ours'"),
        ("sidorov", "assign {} --to sidorov"),
        ("sidorov", "handoff {} --to ivanova -m please --within 4h"),
        ("ivanova", "accept {}"),
        ("ivanova", "release {}"),
    ):
        a(line.format(one), as_=person)
    sync(a)


@honest
def an_offer_that_the_head_approves(a: Clone, b: Clone) -> None:
    one = a.new("Rebar", "--type", "offer", "--client", "metallstroy")
    a(f"take {one}")
    a(f"done {one} --field items=rebar")
    a(f"accept {one} --stage logistics", as_="sidorov")
    a(f"accept {one} --stage customs", as_="kim")
    a(f"done {one} --stage logistics --field delivery_cost=100", as_="sidorov")
    a(f"done {one} --stage customs --field customs_cost=0", as_="kim")
    a(f"accept {one}")
    a(f'offer new {one} --line "A-12;20" --valid 14d', err=SAID)
    a(f"offer submit {one}", err=SAID)
    sync(a, b)
    b(f"offer reject {one} -m dear --reason price", as_="petrova", err=SAID)
    sync(b, a)
    a(f"accept {one}")
    a(f"offer lines {one} add A-12 1", err=SAID)
    a(f"offer submit {one}", err=SAID)
    a(f"offer approve {one}", as_="petrova", err=SAID)
    sync(a)


@honest
def an_errand_that_its_controller_accepts(a: Clone, b: Clone) -> None:
    one = a('errand "Count the stock" --to sidorov --controller petrova --due "fri 12:00"').id()
    sync(a, b)
    b(f"accept {one}")
    b(f"resolve {one} -m counted")
    b(f"accept {one}", as_="petrova")
    sync(b)


@honest
def a_recurring_errand_that_both_clones_open(a: Clone, b: Clone) -> None:
    a('errand "Count" --to logistics --controller petrova --every "mon 11:00" --due "fri 12:00" --name count')
    sync(a, b)
    for clone in (a, b):
        clone("errands --open-due", now=LATER)
    sync(a, b, a)


@honest
def deeds_taken_back(a: Clone, b: Clone) -> None:
    one = a.new("One")
    for line in ("take {}", "undo {}", "take {}", "set {} priority=high", "undo {}", "resolve {} -m x", "undo {}"):
        a(line.format(one))
    sync(a)


@honest
def a_client_who_asks_to_be_forgotten(a: Clone, b: Clone) -> None:
    (a.folder.parent / "scan.txt").write_text("a scan\n")
    a("client add school --name School")
    one = a.new("One", "--client", "school", "--text", "hello")
    a(["message", one, "in", "--channel", "email", "-m", "long " * 500, "--file", str(a.folder.parent / "scan.txt")])
    sync(a, b)
    b("client erase school -m 'asked for it'")
    sync(b)


@honest
def a_log_that_a_head_imports_and_imports_again(a: Clone, b: Clone) -> None:
    log = b.folder.parent / "log.csv"
    words = f"import eventlog {log} --case case --activity activity --resource resource --time time"
    log.write_text(LOG.format(who="ivanova"))
    b(words, err=SAID)
    sync(b)
    log.write_text(LOG.format(who="ivanova") + "C-1,Wait,kim,2026-01-07 10:00:00\nC-2,Take,Anna,2026-01-07 10:00:00\n")
    b(words, err=SAID)
    sync(b)


@honest
def a_log_of_strangers_that_anybody_imports(a: Clone, b: Clone) -> None:
    log = a.folder.parent / "log.csv"
    log.write_text(LOG.format(who="Nobody"))
    a(f"import eventlog {log} --case case --activity activity --resource resource --time time", err=SAID)
    sync(a)


@honest
def a_regulation_that_its_owner_puts_in_force(a: Clone, b: Clone) -> None:
    old = a.new("Old", "--type", "pricing")
    sync(a)
    draft = a.folder.parent / "draft.md"
    draft.write_text(STAGES.replace("30m", "20m"))
    a(f"regulation adopt {draft} --from 2026-11-23 -m quicker", as_="petrova", err=SAID)
    a("regulation ack pricing")
    new = a.new("New", "--type", "pricing")
    for one in (old, new):
        a(f"take {one}")
        a(f"done {one}")
    sync(a)


@honest
def a_newcomer_whom_a_head_adds_and_who_acts_at_once(a: Clone, b: Clone) -> None:
    a("team add orlov --name Orlov --email orlov@example.com --department service", as_="petrova")
    a("team department service --head orlov", as_="petrova")
    a.new("One", as_="orlov")
    a(f"assign {a.new('Two')} --to orlov")
    sync(a)


@honest
def somebody_who_joins(a: Clone, b: Clone) -> None:
    a("team add lis --name Lis --email lis@example.com --department sales", as_="lis")
    a.new("One", as_="lis")
    sync(a)


@honest
def what_people_say_of_themselves(a: Clone, b: Clone) -> None:
    team = (a.folder / "team.yaml").read_text()
    away = "away: [{from: 2026-12-01, to: 2026-12-14, substitute: petrova}]"
    a.write("team.yaml", team.replace("email: ivanova@example.com,", f"email: ivanova@example.com, {away},"))
    sync(a)


@honest
def the_same_request_on_both_sides(a: Clone, b: Clone) -> None:
    one = a.new("One")
    sync(a, b)
    for clone in (a, b):
        clone(f"take {one}")
        clone(f"note {one} -m {clone.person}")
        clone(f"handoff {one} --to customs -m please")
    sync(a, b, a)
    lost = a.json("conflicts")
    for row in lost:
        a(f"conflicts ack {one} {row['event']}")
    a(f"note {one} -m after")
    sync(a, b)


@honest
def a_bare_git_pull_and_push(a: Clone, b: Clone) -> None:
    one = a.new("One")
    sync(a, b)
    for clone in (a, b):
        for number in range(3):
            clone(f"note {one} -m {number}")
    a.git("push", "-q", "origin", "main")
    b.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    b.git("push", "-q", "origin", "main")
    b(f"note {one} -m after")
    sync(b, a)


@honest
def colleagues_added_on_both_sides(a: Clone, b: Clone) -> None:
    a("team add one --name One --email one@example.com --department sales")
    b("team add two --name Two --email two@example.com --department sales")
    b("team department sales --title Sale")
    a("regulation ack callback")
    b("regulation ack callback")
    sync(a, b, a)


@honest
def a_regulation_changed_by_its_owner_and_merged_by_another(a: Clone, b: Clone) -> None:
    b.person = "petrova"
    b.write("regulations/pricing.md", STAGES.replace("30m", "10m"))
    b.write("desk.yaml", (b.folder / "desk.yaml").read_text().replace("due_soon: 4h", "due_soon: 5h"))
    a.new("One")
    sync(b, a)


@honest
def a_regulation_that_its_owner_changed_in_two_clones(a: Clone, b: Clone) -> None:
    for clone, old, new in ((a, "title: Pricing", "title: Prices"), (b, "Price it.", "Price it well.")):
        clone.person = "petrova"
        clone.write("regulations/pricing.md", STAGES.replace(old, new))
        clone.person = "ivanova"
    sync(a, b, a)


@honest
def deadlines_that_both_clones_tell_of(a: Clone, b: Clone) -> None:
    a.new("One", "--type", "pricing")
    sync(a, b)
    for clone in (a, b):
        clone("check --remind --escalate", now=LATER, code=0, err=SAID)
    sync(a, b, a)


@honest
def stages_finished_side_by_side(a: Clone, b: Clone) -> None:
    one = a.new("One", "--type", "pricing")
    a(f"take {one}")
    a(f"done {one}")
    a(f"accept {one} --stage freight", as_="sidorov")
    a(f"accept {one} --stage duty", as_="kim")
    sync(a, b)
    a(f"done {one} --stage freight", as_="sidorov")
    b(f"done {one} --stage duty", as_="kim")
    sync(a, b, a)
    assert a.json(f"show {one}")["stage"] == "draft"
    a(f"accept {one}")
    a(f"return {one} -m again")
    a(f"done {one}")
    sync(a)


@honest
def two_requests_that_drew_one_id(a: Clone, b: Clone) -> None:
    scan = a.folder.parent / "scan.txt"
    scan.write_text("a scan\n")
    for clone in (a, b):
        with clone.monkeypatch.context() as patch:
            patch.setattr(os, "urandom", lambda length: b"\x07" * length)
            one = clone.new(f"Of {clone.person}")
        clone(f"note {one} -m {clone.person}")
        clone(f"message {one} in --channel email -m x --file {scan}")
        clone(f"link {clone.new('Linked')} {one}")
    sync(a, b, a)
    assert sorted(row["title"] for row in a.json("list")) == ["Linked", "Linked", "Of ivanova", "Of sidorov"]


@honest
def what_says_the_same_written_otherwise(a: Clone, b: Clone) -> None:
    for path in ("regulations/marked.md", "desk.yaml"):
        a.write(path, (a.folder / path).read_text(encoding="utf-8").removeprefix("\ufeff"))
    sync(a)


@honest
def files_by_hand_and_scripts_for_people(a: Clone, b: Clone) -> None:
    a.write("docs/run.sh", "#!/bin/sh\n", commit=False)
    (a.folder / "docs" / "run.sh").chmod(0o755)
    a.write(".ci/run", "#!/bin/sh\n", commit=False)
    (a.folder / ".ci" / "run").chmod(0o755)
    a.write("README.md", "Ours.\n", commit=False)
    a.write("clients/tver.yaml", "name: Tver\n", commit=False)
    a.write("templates/offer.txt", "{{ offer }}\n", commit=False)
    a.git("add", "-A")
    a.git("commit", "-qm", "By hand")
    sync(a)


@honest
def a_branch_beside_and_a_tag(a: Clone, b: Clone) -> None:
    a.git("switch", "-qc", "beside")
    a.new("One")
    a.git("push", "-q", "origin", "beside")
    a.git("switch", "-q", "main")
    a.new("Two")
    a.git("merge", "-q", "-m", "Together", "beside")
    a.git("tag", "-am", "v1", "v1")
    a.git("push", "-q", "origin", "main", "v1")


def play(name: str, hub: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Plays one of the sequences in two clones; returns how many pushes of it were taken."""
    folder.mkdir(parents=True)
    shutil.copytree(hub, folder / "hub.git", symlinks=True)
    clones = []
    for person, where in (("ivanova", "a"), ("sidorov", "b")):
        git(folder, "clone", "-q", f"file://{folder / 'hub.git'}", where)
        clones.append(Clone(folder / where, monkeypatch, person))
    HONEST[name](clones[0], clones[1])
    taken = pushes(folder / "hub.git") - pushes(hub)
    assert taken > 0
    for clone in clones:
        clone("sync", err=SAID)
        # Whoever clones later can verify it all again.
        assert clone.json(f"verify {git(hub, 'rev-parse', 'main').strip()}")["problems"] == []
    return taken


@pytest.mark.parametrize(
    "name", ["a_client_who_asks_to_be_forgotten", "the_same_request_on_both_sides", "two_requests_that_drew_one_id"]
)
def test_an_honest_push_is_taken(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    play(name, hub, tmp_path / "clones", monkeypatch)


@pytest.mark.long
def test_honest_pushes_are_taken(hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = sum(play(name, hub, tmp_path / name, monkeypatch) for name in HONEST)
    print(f"{taken} honest pushes of {len(HONEST)} kinds taken")
    assert len(HONEST) >= 20


def test_the_demos_history_is_honest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    svc = Svc(tmp_path / "demo", monkeypatch, "")
    svc(f"demo {svc.folder}", err=SAID)
    svc(f"server init {tmp_path / 'hub.git'}")
    first = svc.git("rev-list", "--max-parents=0", "HEAD").strip()
    svc.git("push", "-q", str(tmp_path / "hub.git"), f"{first}:refs/heads/main")
    svc.git("push", "-q", str(tmp_path / "hub.git"), "main")
    assert svc.json("verify")["problems"] == []
