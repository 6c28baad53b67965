"""Commands say at once what a shared repository would say at the push: who may do it, and that nobody else may."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import TEAM, Svc
from tests.store.pushing import Clone

LOG = "case,activity,resource,time\nC-1,Insert ticket,{who},2026-01-05 09:00:00\n"
OUTSIDER = "stranger@example.com"

EVERYBODYS = (
    "team department store --title Store",
    "team add frolov --department sales",
    'errand "Fire" --to orlova --controller ivanova --due +2d --every "mon 09:00"',
    "import eventlog {strangers}",
    "regulation ack callback",
    "calendar import DE 2027 --commit",
    "client add harbour --name Harbour",
    "client erase zoo -m asked",
)
HEADS = {
    "regulation adopt {quicker} --from 2026-12-01 -m quicker": (
        "ivanova may not change regulations/callback.md: it is service's",
        "ask service, or a head: petrova, sidorov, kim, orlova, smirnov",
    ),
    "regulation adopt {quicker} --from 2026-12-01 -m quicker --dry-run": (
        "ivanova may not change regulations/callback.md: it is service's",
        "ask service, or a head: petrova",
    ),
    "team department sales --head ivanova": (
        "only a head may change the department sales, or who heads it",
        "ask a head to do it: petrova, sidorov, kim, orlova, smirnov",
    ),
    "team department sales --title Selling": ("only a head may change the department sales", "petrova"),
    "team department store --head ivanova": ("only a head may change the department store", "petrova"),
    "team add frolov --role head": ("only a head may give frolov role or authority", "petrova"),
    "import eventlog {colleagues}": ("ivanova brings in deeds of petrova", "a head imports them: petrova, sidorov"),
    "import eventlog {colleagues} --dry-run": ("ivanova brings in deeds of petrova", "a head imports them"),
}


@pytest.fixture
def desk(svc: Svc, tmp_path: Path) -> Clone:
    """A desk that a repository which verifies has."""
    svc(f"server init {tmp_path / 'hub.git'}")
    svc.git("remote", "add", "origin", str(tmp_path / "hub.git"))
    svc.git("push", "-q", "origin", "main")
    return Clone(svc.folder, svc.monkeypatch)


def words(desk: Clone, line: str) -> str:
    """A line with the files that it names."""
    beside = desk.folder.parent
    text = (desk.folder / "regulations/callback.md").read_text()
    (beside / "quicker.md").write_text(re.sub(r"(pickup: +\{within: )\w+", r"\g<1>7m", text, count=1))
    (beside / "colleagues.csv").write_text(LOG.format(who="petrova"))
    (beside / "strangers.csv").write_text(LOG.format(who="Anna Nowa"))
    names = {"quicker": "quicker.md", "colleagues": "colleagues.csv", "strangers": "strangers.csv"}
    return line.format(**{key: beside / name for key, name in names.items()})


def taken(desk: Clone) -> bool:
    """Whether the shared repository takes what is committed."""
    push = ["git", "-C", str(desk.folder), "push", "-q", "origin", "HEAD:main"]
    done = subprocess.run(push, capture_output=True, text=True, check=False)
    return done.returncode == 0


@pytest.mark.parametrize("line", HEADS)
def test_what_is_a_heads_is_refused_to_others_at_once(desk: Clone, line: str) -> None:
    before = desk.git("rev-parse", "HEAD")
    refused = desk(words(desk, line), code=1)
    for said in HEADS[line]:
        assert said in refused.err
    assert desk.git("rev-parse", "HEAD") == before
    assert desk.git("status", "--porcelain") == ""
    desk(words(desk, line), as_="petrova", err=r"(?s).*")
    assert ("--dry-run" in line) or desk.git("rev-parse", "HEAD") != before
    assert taken(desk)


@pytest.mark.parametrize("line", EVERYBODYS)
def test_what_is_everybodys_is_taken_here_and_there(desk: Clone, line: str) -> None:
    before = desk.git("rev-parse", "HEAD")
    desk(words(desk, line), err=r"(?s).*")
    assert desk.git("rev-parse", "HEAD") != before
    assert taken(desk)


def test_an_owner_changes_their_own_regulation(desk: Clone) -> None:
    path = desk.folder / "regulations/callback.md"
    desk.person = "petrova"
    desk.write("regulations/callback.md", path.read_text().replace("owner: service", "owner: kuznetsov"))
    assert taken(desk)
    line = words(desk, "regulation adopt {quicker} --from 2026-12-01 -m quicker")
    refused = desk(line, as_="ivanova", code=1)
    assert "ivanova may not change regulations/callback.md: it is kuznetsov's" in refused.err
    assert "ask kuznetsov, or a head: petrova" in refused.err
    assert json.loads(desk([*line.split(), "--json"], as_="ivanova", code=1).err)["code"] == "not-owner"
    desk(line, as_="kuznetsov")
    assert taken(desk)


def test_a_new_one_is_its_authors_own(desk: Clone) -> None:
    text = (desk.folder / "regulations/callback.md").read_text()
    mine = re.sub("(?m)^owner: .*", "owner: ivanova", text).replace("regulation: callback", "regulation: mine")
    mine = mine.replace("type: callback", "type: mine")
    (desk.folder.parent / "mine.md").write_text(mine)
    line = f"regulation adopt {desk.folder.parent / 'mine.md'} --from 2026-12-01 -m new"
    assert "it is ivanova's" in desk(line, as_="kuznetsov", code=1).err
    desk(line)
    assert taken(desk)


def test_where_nobody_leads_everybody_does(svc: Svc) -> None:
    alone = "departments: {sales: {title: Sales}}\npeople: {ivanova: {name: I, email: ivanova@example.com}}\n"
    svc.write("team.yaml", alone)
    svc("team add petrova --role head --email petrova@example.com")
    # Now somebody leads.
    assert "only a head may give frolov role" in svc("team add frolov --role head", code=1).err
    svc("team add frolov --role head", as_="petrova")


def test_an_empty_team_is_begun_by_anybody(svc: Svc) -> None:
    svc.write("team.yaml", "departments:\npeople:\n")
    svc("team add petrova --role head --email petrova@example.com", as_="petrova")
    assert "petrova" in svc("team list", as_="petrova").out


def test_who_is_not_in_the_team_joins_it_and_adds_nobody(desk: Clone) -> None:
    desk.git("config", "user.email", OUTSIDER)
    desk.git("config", "user.name", "Stranger")
    desk.person = ""
    refused = desk("team add frolov --email frolov@example.com", code=1)
    assert f"nobody in team.yaml has the address {OUTSIDER}" in refused.err
    assert f"join first: svcctl team add HANDLE --email {OUTSIDER}; or ask petrova, sidorov" in refused.err
    assert "only a head may give strange role" in desk(f"team add strange --email {OUTSIDER} --role head", code=1).err
    desk(f"team add strange --email {OUTSIDER} --department sales")
    assert taken(desk)
    desk("team add frolov --email frolov@example.com")


def test_what_says_the_same_is_put_right_by_anybody(desk: Clone) -> None:
    desk.person = "petrova"
    desk.write("team.yaml", "\ufeff" + TEAM)
    desk.person = "ivanova"
    desk("fsck --repair", err=r"(?s).*")
    assert (desk.folder / "team.yaml").read_text() == TEAM
    assert taken(desk)
