"""A sync pushes nothing that the rules refuse, and takes in nothing of the kind unseen, also where git brought it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from svcctl.model.ids import record_path
from tests.conftest import NOW, Svc, git
from tests.store.pushing import Clone, git_as

Clones = Callable[[int], list[Clone]]
MENDED = "# put right\n"


@pytest.fixture
def clones(svc: Svc, tmp_path: Path) -> Clones:
    """Clones of a desk, and a repository without hooks that they share it through."""
    git(tmp_path, "clone", "-q", "--bare", str(svc.folder), "hub.git")

    def make(number: int) -> list[Clone]:
        made = []
        for name, person in list(zip("abc", ("ivanova", "sidorov", "kim"), strict=True))[:number]:
            git(tmp_path, "clone", "-q", str(tmp_path / "hub.git"), name)
            made.append(Clone(tmp_path / name, svc.monkeypatch, person=person))
        return made

    return make


def hub(clone: Clone) -> str:
    """The tip of what is shared."""
    return git(clone.folder.parent / "hub.git", "rev-parse", "main").strip()


def tip(clone: Clone) -> str:
    return clone.git("rev-parse", "HEAD").strip()


def forge(clone: Clone, name: str = "petrova") -> str:
    """Commits a deed in another's name; returns the request."""
    request = str(clone.json(["new", "Rebar"])["id"])
    path = record_path(request)
    event = {"id": "zz000000", "n": 1, "prev": "", "at": NOW, "by": name, "do": "taken"}
    clone.write(path, (clone.folder / path).read_text() + f"- {json.dumps(event)}\n")
    return request


def test_what_breaks_the_rules_is_not_pushed(clones: Clones) -> None:
    a, b = clones(2)
    b.new("Theirs")
    b("sync")
    request = forge(a)
    a(["note", request, "-m", "after it"])
    shared, mine = hub(a), tip(a)
    bad = a.git("rev-parse", "--short=10", "HEAD~1").strip()
    for line in ("sync --dry-run", "sync", "sync"):
        refused = a(line, code=1)
        assert f"{record_path(request)}:9:1: ivanova wrote it in the name of petrova (commit {bad} by ivanova)" in (
            refused.err
        )
        assert "nothing was pushed to origin, and nothing was changed here" in refused.err
        assert f"git rebase --onto {bad}~1 {bad}; or, if nobody who shares this desk minds" in refused.err
        assert (hub(a), tip(a)) == (shared, mine)
    told = json.loads(a("sync --json", code=1).err)
    assert told["message"] == "origin would get changes that break this desk's rules"
    assert (told["code"], told["problems"][0]["code"]) == ("unverified-push", "not-by-author")


def test_the_remedy_that_is_named_helps(clones: Clones) -> None:
    (a,) = clones(1)
    a.write("desk.yaml", (a.folder / "desk.yaml").read_text() + "# mine\n")
    a.write("docs/plan.txt", "a plan\n")
    said = a("sync", code=1).err
    assert "ivanova may not change desk.yaml: only a head may" in said
    words = said.partition("taken out: ")[2].partition(";")[0].split()
    git_as(a.folder, "ivanova", *words[1:])
    assert a("sync").out == "pulled 0 deeds, pushed 0 deeds, 0 conflicts (origin)\n"
    assert hub(a) == tip(a)
    assert (a.folder / "docs/plan.txt").exists()


def test_it_is_pushed_where_somebody_says_so_and_seen_by_all(clones: Clones) -> None:
    a, b = clones(2)
    request = forge(a)
    said = a.json("sync --unverified", err="not by the rules: .*ivanova wrote it in the name of petrova")
    assert [row["code"] for row in said["problems"]] == ["not-by-author"]
    assert hub(a) == tip(a)
    # It was said once.
    a(["note", request, "-m", "later"])
    a("sync")
    before = tip(b)
    assert "wrote it in the name of petrova" in b("sync", code=1).err
    assert tip(b) == before
    b("sync --unverified --quiet", err="not by the rules: .*in the name of petrova .commit .* by ivanova.")
    b("sync")
    assert tip(b) == hub(b)


def test_what_git_pulled_is_verified_by_the_next_sync(clones: Clones) -> None:
    a, b = clones(2)
    b("sync")
    forge(a)
    a.git("push", "-q")
    b.git("pull", "-q", "--ff-only")
    for _ in range(2):
        refused = b("sync", code=1)
        assert "origin has them, and nothing was changed here" in refused.err
        assert "in the name of petrova" in refused.err
    b.new("Mine")
    assert "in the name of petrova" in b("sync", code=1).err
    assert hub(b) == tip(a)
    b("sync --unverified", err="in the name of petrova")
    b("sync")
    assert hub(b) == tip(b)


def test_honest_work_that_git_pulled_and_merged_is_taken(clones: Clones) -> None:
    a, b = clones(2)
    a("sync")
    b("sync")
    request = str(a.json(["new", "Rebar"])["id"])
    a(["take", request])
    a.git("push", "-q")
    b.new("Mine")
    b.git("pull", "-q", "--no-rebase", "--no-edit")
    b(["note", request, "-m", "seen"])
    assert b("sync").out == "pulled 0 deeds, pushed 2 deeds, 0 conflicts (origin)\n"
    a("sync")
    assert tip(a) == tip(b)


def test_a_choice_is_refused_to_whom_it_is_not_given(clones: Clones) -> None:
    a, b = clones(2)
    text = (b.folder / "team.yaml").read_text()
    row = "email: ivanova@example.com, department: sales"
    assert row in text
    head = text.replace(row, f"{row}, away: [{{from: 2026-12-01, to: 2026-12-02}}]").replace(
        "role: head", "role: director", 1
    )
    b.write("team.yaml", head)
    b("sync")
    a.write("team.yaml", text.replace(row, f"{row}, away: [{{from: 2026-12-01, to: 2026-12-09}}]"))
    before = (hub(a), tip(a))
    assert "sync --mine PATH" in a("sync", code=4).err
    # Her own line is hers; the file as a whole would take back what a head has changed in it.
    refused = a("sync --mine team.yaml", code=1)
    assert "team.yaml: only a head may change what team.yaml says of petrova" in refused.err
    assert (hub(a), tip(a)) == before
    assert not (a.folder / ".git/svcctl/intent.json").exists()


def test_the_first_push_has_to_be_whole(svc: Svc, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "new.git")
    svc.git("remote", "add", "origin", str(tmp_path / "new.git"))
    svc.write("plan.txt", "x\n")
    refused = svc("sync", code=1)
    assert "plan.txt: a desk has no room for this file (move it to docs/)" in refused.err
    assert (
        "nothing was pushed to origin. Put it right and commit, or all the same: svcctl sync --unverified"
        in refused.err
    )
    assert git(tmp_path / "new.git", "for-each-ref") == ""
    svc.git("mv", "plan.txt", "README")
    svc.git("commit", "-qm", "moved")
    svc("sync")
    assert git(tmp_path / "new.git", "rev-parse", "main").strip() == svc.git("rev-parse", "HEAD").strip()


def test_a_team_that_cannot_be_read_stops_it_until_somebody_says_so(clones: Clones) -> None:
    a, b = clones(2)
    a("sync")
    b("sync")
    right = (b.folder / "team.yaml").read_text()
    b.write("team.yaml", "people: [\n")
    b.git("push", "-q")
    assert "team.yaml" in a("sync", code=1).err
    b.write("team.yaml", right + MENDED)
    assert "team.yaml:2:1: not valid YAML" in b("sync", code=1).err
    b("sync --unverified", err="not by the rules: .*team.yaml")
    assert hub(b) == tip(b)
    a("sync --unverified", err="not by the rules: .*team.yaml")
    assert (a.folder / "team.yaml").read_text().endswith(MENDED)
    a("sync")


def test_how_far_was_verified_is_no_picture_that_git_moves(clones: Clones) -> None:
    (a,) = clones(1)
    a.new("One")
    a("sync")
    assert a.git("rev-parse", "refs/svcctl/verified/main").strip() == tip(a)
    a.git("update-ref", "-d", "refs/svcctl/verified/main")
    a("sync")
    assert a.git("rev-parse", "refs/svcctl/verified/main").strip() == tip(a)
