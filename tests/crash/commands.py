"""Every command that writes, with a desk in which it has something to do; and those that only read.

A command of the program's table that is in neither list fails a test: whoever adds one says how it is broken.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from svcctl.cli.program import program
from tests.conftest import NOW, git
from tests.crash.breaking import Bench

LATE = "2026-11-25T16:00:00+03:00"
MONDAY = "2026-11-30T10:00:00+03:00"

SELLER = """\
seller:
  name: ООО «Сталь»
  inn: "7707083893"
  address: Москва, ул. Ленина, 1
  phone: "+7 495 000-00-00"
"""
PRICES = """\
currency: RUB
items:
- {sku: A500C-12, name: Арматура А500С 12 мм, unit: т, price: 61500}
"""
LOG = """\
case,activity,resource,time
C-1,Insert ticket,Anna Nowa,2026-01-05 09:00:00
C-1,Resolve,Boris,2026-01-06 10:00:00
C-2,Insert ticket,ivanova,2026-01-05 10:00:00
"""
CLIENT = 'name: ООО «Металлстрой»\ncontacts: {email: buyer@example.com}\nrequisites: {inn: "7701234567"}\n'

SETUP = """\
free: new Rebar
mine: new Mine
take {mine}
offered: new Offered
take {offered}
handoff {offered} --to sidorov -m "yours"
promised: new Promised --client zoo
take {promised}
promise {promised} --at "tomorrow 12:00" -m "the price"
waiting: new Waiting
take {waiting}
wait {waiting} --for client -m "the address"
resolved: new Resolved --client zoo
take {resolved}
resolve {resolved} -m "sent"
other: new Another
loan: new Loan --type credit --client zoo --field amount=300000
staged: new Staged --type offer --client metallstroy
take {staged}
matter: new Matter --type offer --client metallstroy
drafted: new Drafted --type offer --client metallstroy
offer new {drafted} --line A500C-12;20
asked: new Asked --type offer --client metallstroy
offer new {asked} --line A500C-12;20
offer submit {asked}
approved: new Approved --type offer --client metallstroy
offer new {approved} --line A500C-12;20
offer submit {approved}
petrova offer approve {approved}
sent: new Sent --type offer --client metallstroy
offer new {sent} --line A500C-12;20
offer submit {sent}
petrova offer approve {sent}
offer send {sent} --channel visit
private: new Private --client budowa --channel phone --text "call +7 900 000-00-00"
message {private} in --channel email -m hello --file ../letter.txt
errand "Fire safety round" --to orlova --controller ivanova --due +2d --every "mon 09:00"
clash: new Clash
"""


class Case(NamedTuple):
    """A command line that writes: ``{word}`` stands for a request of ``SETUP``.

    ``before`` are lines of setup, at ``before_at``. ``outside`` is what completes what the command does outside of the
    desk's history: where it was recorded, that must be as after a whole run. ``records`` is False where the history
    gains nothing. ``spoilt`` is a request whose record has lost its last line's end, in the last commit.
    """

    line: str
    person: str = "ivanova"
    now: str = NOW
    before: tuple[str, ...] = ()
    before_at: str = NOW
    outside: str = ""
    records: bool = True
    spoilt: str = ""


WRITING: dict[str, Case] = {
    "new": Case("new Pipes --client metallstroy --channel phone --text hello"),
    "errand": Case('errand "Renew the certificate" --to orlova --controller ivanova --due +2d'),
    "errands": Case("errands --open-due", now=MONDAY),
    "note": Case("note {free} {other} -m 'two at once'"),
    "message": Case("message {mine} in --channel email -m hello --file ../letter.txt"),
    "promise": Case('promise {mine} --at "tomorrow 12:00" -m "the price"'),
    "kept": Case("kept {promised}"),
    "broken": Case('broken {promised} -m "the supplier is late"'),
    "rate": Case("rate {resolved} 9 -m good"),
    "take": Case("take {other}"),
    "release": Case("release {mine}"),
    "assign": Case("assign {free} --to petrova", person="petrova"),
    "handoff": Case('handoff {mine} --to sidorov -m "please"'),
    "accept": Case("accept {offered}", person="sidorov"),
    "return": Case('return {offered} -m "no address"', person="sidorov"),
    "recall": Case('recall {offered} -m "my mistake"'),
    "done": Case("done {staged} --field items=rebar"),
    "decide": Case("decide {loan} --field identified=no"),
    "wait": Case('wait {mine} --for client -m "the address"'),
    "resume": Case("resume {waiting}"),
    "worked": Case("worked {mine} 25m"),
    "set": Case('set {mine} priority=high "title=Другое"'),
    "resolve": Case("resolve {mine} -m sent"),
    "reopen": Case("reopen {resolved} -m again"),
    "cancel": Case('cancel {mine} -m "not needed"'),
    "link": Case("link {mine} {other}"),
    "undo": Case("undo {mine}"),
    "merge": Case("merge {mine} --into {other} -m twice"),
    "check": Case(
        "check --remind --escalate",
        now="2026-11-25T17:00:00+03:00",
        before=("check --remind --escalate", "overdue: new Overdue --type callback --client zoo"),
        before_at=LATE,
        outside="check --remind --escalate",
    ),
    "conflicts": Case("conflicts ack {clash}"),
    "offer new": Case("offer new {matter} --line A500C-12;20 --line Delivery;1;trip;42000;22%"),
    "offer lines": Case("offer lines {drafted} add A500C-12 5"),
    "offer edit": Case("offer edit {drafted} --from ../edited.yaml"),
    "offer refresh": Case("offer refresh {drafted} --apply"),
    "offer revise": Case("offer revise {approved}"),
    "offer submit": Case("offer submit {drafted}"),
    "offer approve": Case("offer approve {asked}", person="petrova"),
    "offer reject": Case('offer reject {asked} -m "too dear"', person="petrova"),
    "offer send": Case("offer send {approved} --to buyer@example.com --format html", outside="check --remind"),
    "offer accepted": Case("offer accepted {sent}"),
    "offer declined": Case('offer declined {sent} -m "too dear"'),
    "regulation adopt": Case("regulation adopt ../callback.md --from 2026-12-01 -m quicker", person="petrova"),
    "regulation ack": Case("regulation ack callback", person="orlova"),
    "calendar import": Case("calendar import DE 2027 --commit"),
    "client add": Case("client add harbour --name Harbour --contact phone=+7495"),
    "client erase": Case('client erase budowa -m "asked for it"'),
    "team add": Case("team add frolov --name Frolov --department sales", person="petrova"),
    "team department": Case("team department warehouse --title Склад --head petrova", person="petrova"),
    "import eventlog": Case("import eventlog ../log.csv"),
    "fsck": Case("fsck --repair", spoilt="other", outside="fsck --repair"),
    "sync": Case("sync", outside="sync"),
    "archive": Case(
        "archive 2025",
        before=("past: new Past", "take {past}", "resolve {past} -m sent"),
        before_at="2025-03-03T10:00:00+03:00",
        outside="archive 2025",
        records=False,
    ),
}
"""Commands by their names in the table."""

FOUNDING = ("init", "demo", "server init")
"""These make the desk that the others write to: see ``test_founding``."""

READING = frozenset(
    """
    agenda, board, calendar add, calendar between, calendar month, calendar show, client export, client list,
    client show, completion, doctor, explain, export *, hook pre-receive, list, log, mine, offer diff, offer list,
    offer render, offer show, regulation diff, regulation lint, regulation list, regulation map, regulation read,
    regulation show, regulation simulate, regulation test, report *, search, show, status, team list, verify, whoami
    """.replace(",", "\n").split("\n")
)


def table() -> Iterator[str]:
    """The names of all commands, those of groups with the group before them."""
    yield from _leaves(program, ())


def _leaves(group: click.Group, above: tuple[str, ...]) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _leaves(command, (*above, name))
        else:
            yield " ".join((*above, name))


def reads(name: str) -> bool:
    """Whether a command is among those that only read."""
    return any(
        name in (one.strip(), one.strip().replace("*", name.partition(" ")[2])) for one in READING if one.strip()
    )


class Stage(NamedTuple):
    """A folder with a desk, the repository it is shared through, and files for the commands; ids of its requests."""

    folder: Path
    ids: dict[str, str]

    def words(self, line: str) -> list[str]:
        """A command line as words."""
        return [re.sub(r"\{(\w+)\}", lambda found: self.ids[found[1]], word) for word in shlex.split(line)]


def built(bench: Bench, made_desk: Path, folder: Path) -> Stage:
    """Builds the stage that all commands are broken on."""
    folder.mkdir()
    desk = folder / "desk"
    shutil.copytree(made_desk, desk, symlinks=True)
    (folder / "letter.txt").write_text("a letter\n" * 40)
    (folder / "log.csv").write_text(LOG)
    for path, text in (("prices/metal.yaml", PRICES), ("clients/metallstroy.yaml", CLIENT)):
        (desk / path).parent.mkdir(exist_ok=True)
        (desk / path).write_text(text)
    (desk / "clients" / "budowa.yaml").write_text("name: Budowa\ncontacts: {email: pan@example.com}\n")
    with (desk / "desk.yaml").open("a") as file:
        file.write(SELLER)
    regulation = (desk / "regulations" / "callback.md").read_text()
    quicker = re.sub(r"(pickup: +\{within: )\w+", r"\g<1>7m", regulation, count=1)
    (folder / "callback.md").write_text(quicker)
    git(desk, "add", "-A")
    git(desk, "commit", "-qm", "Prices")
    stage = Stage(folder, {})
    for line in SETUP.splitlines():
        play(bench, stage, line)
    (desk / "prices" / "metal.yaml").write_text(PRICES.replace("61500", "63000"))
    git(desk, "commit", "-qam", "Dearer")
    offer = next(desk.glob(f"offers/*/*/*/*{stage.ids['drafted']}/r1.yaml")).read_text()
    (folder / "edited.yaml").write_text(offer.replace("quantity: 20", "quantity: 21").replace("qty: 20", "qty: 21"))
    shared(bench, stage)
    for repository in (desk, folder / "other", folder / "hub.git"):
        # Few files: the stage is copied for every break.
        git(repository, "gc", "-q")
    for hook in folder.rglob("hooks/*.sample"):
        hook.unlink()
    # The index is made by who reads.
    play(bench, stage, "list")
    return stage


def prepared(bench: Bench, stage: Stage, case: Case, folder: Path) -> Stage:
    """A copy of the stage in which a case has what it needs."""
    shutil.copytree(stage.folder, folder, symlinks=True, ignore=shutil.ignore_patterns("other"))
    mine = Stage(folder, dict(stage.ids))
    for line in case.before:
        play(bench, mine, line, now=case.before_at)
    if case.spoilt:
        (record,) = (folder / "desk").glob(f"requests/*/*/*/*{stage.ids[case.spoilt]}.yaml")
        record.write_bytes(record.read_bytes().rstrip(b"\n"))
        git(folder / "desk", "commit", "-qam", "Edited by hand")
    return mine


def play(bench: Bench, stage: Stage, line: str, desk: str = "desk", person: str = "ivanova", now: str = NOW) -> None:
    """Runs a line of the setup: ``key: command`` or ``person command`` or a command."""
    key, colon, rest = line.partition(": ")
    named = bool(colon) and key.isidentifier()
    words = stage.words(rest if named else line)
    if words[0] == "petrova":
        person, words = words[0], words[1:]
    done = bench.run(stage.folder / desk, words, person, now)
    assert done.code == 0, (line, done)
    if named:
        stage.ids[key] = done.out.split()[0]


def shared(bench: Bench, stage: Stage) -> None:
    """A repository that the desk is shared through, and a colleague who took the same and pushed first."""
    folder = stage.folder
    git(folder, "clone", "-q", "--bare", "desk", "hub.git")
    git(folder / "desk", "remote", "add", "origin", "../hub.git")
    git(folder, "clone", "-q", "hub.git", "other")
    for name in ("clash", "free"):
        # The first is what they find out by a sync; the second is left for the sync that is broken.
        play(bench, stage, f"take {{{name}}}", "other", "sidorov")
        play(bench, stage, "new Theirs", "other", "sidorov")
        play(bench, stage, f"take {{{name}}}", now="2026-11-23T10:05:00+03:00")
        play(bench, stage, "sync", "other", "sidorov")
        if name == "clash":
            play(bench, stage, "sync")
            play(bench, stage, "sync", "other", "sidorov")
