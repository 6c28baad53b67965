"""new --batch: many requests in one commit, broken lines by their number, nothing twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_progress import on_a_terminal
from tests.conftest import Svc


def rows(*values: dict[str, object]) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


GOOD = (
    {"title": "Цена", "type": "offer", "client": "metallstroy", "channel": "email", "ref": "CRM-1"},
    {"title": "Звонок", "client": "romashka", "to": "kuznetsov", "text": "Добрый день", "ref": "CRM-2"},
    {"title": "Ещё звонок", "client": "romashka", "fields": {"weight": "20 т"}},
)


def commits(svc: Svc) -> int:
    return int(svc.git("rev-list", "--count", "HEAD"))


def unchanged(svc: Svc, before: int) -> bool:
    return commits(svc) == before and svc.git("status", "--porcelain") == ""


def test_a_batch_is_one_commit_and_opens_nothing_twice(svc: Svc) -> None:
    before = commits(svc)
    first = svc("new --batch -", feed=rows(*GOOD), err="^new client romashka\n$")
    assert first.out.splitlines()[-1] == "3 requests opened; 0 were here already"
    assert first.out.splitlines()[0].endswith("opened; intake: nobody yet (sales); pick-up due 10:30")
    assert commits(svc) == before + 1
    assert svc.git("status", "--porcelain") == ""
    assert svc.git("log", "-1", "--format=%an %s") == "Анна Иванова 3 requests opened ivanova\n"
    shown = {one["title"]: one for one in svc.json("list")}
    assert shown["Цена"]["regulation"] == "commercial-offer@1"
    assert (shown["Звонок"]["owner"], shown["Звонок"]["text"]) == ("kuznetsov", "Добрый день")
    assert shown["Ещё звонок"]["fields"]["weight"] == "20 т"
    again = svc("new --batch -", feed=rows(*GOOD, {"title": "Новая", "ref": "CRM-4"}))
    assert again.out.splitlines()[-1] == "1 request opened; 3 were here already"
    assert svc("new --batch -", feed=rows(*GOOD)).out == "0 requests opened; 3 were here already\n"
    assert commits(svc) == before + 2
    assert svc("fsck").out.endswith("no problems\n")


def test_what_is_here_is_known_without_an_index_too(svc: Svc, monkeypatch: pytest.MonkeyPatch) -> None:
    svc("new --batch -", feed=rows(*GOOD[:1]))
    (svc.folder / ".git" / "svcctl" / "index.sqlite").unlink(missing_ok=True)
    monkeypatch.setattr("svcctl.desk.Desk.index", lambda self, make=True: None)
    assert svc("new --batch -", feed=rows(*GOOD[:1])).out == "0 requests opened; 1 was here already\n"


BROKEN = (
    {"title": "x", "wieght": "1"},
    {"title": "x", "type": "ofer"},
    {"title": "x", "client": "metalstroy"},
    {"title": "x", "channel": "fone"},
    {"title": "x", "priority": "asap"},
    {"title": "x", "to": "logistic"},
    {"title": "x", "type": "offer"},
    {"title": "x\ny"},
    {"title": "x", "client": "no handle"},
)
SAID = (
    "2:1: “wieght” is no key of a request's line",
    "3:1: no regulation is for the type “ofer”",
    "4:1: there is no client “metalstroy”",
    "5:1: “fone” is no channel of channels.yaml",
    "6:1: “asap” is no priority",
    "7:1: “logistic” is neither a person nor a department of team.yaml",
    "8:1: commercial-offer@1 requires client",
    "9:1: a title is one line of at most 300 characters",
    "10:1: ",
)


def test_broken_lines_are_told_and_the_others_opened(svc: Svc, tmp_path: Path) -> None:
    file = tmp_path / "tickets.ndjson"
    file.write_text(rows(GOOD[0], *BROKEN, GOOD[1]), encoding="utf-8")
    before = commits(svc)
    result = svc(["new", "--batch", str(file)], code=3)
    assert result.out.splitlines()[-1] == "2 requests opened; 0 were here already; 9 lines left out"
    said = [line for line in result.err.splitlines() if line.startswith(f"{file}:")]
    assert len(said) == len(SAID)
    for line, words in zip(said, SAID, strict=True):
        assert line.startswith(f"{file}:{words}")
    assert commits(svc) == before + 1
    assert svc(["new", "--batch", str(file)], code=3).out.startswith("0 requests opened; 2 were here already")
    assert commits(svc) == before + 1


def test_a_client_is_made_with_the_first_line_that_is_good(svc: Svc) -> None:
    feed = rows({"title": "x", "client": "romashka", "to": "nobody"}, {"title": "y", "client": "romashka"})
    svc("new --batch -", feed=feed, code=3)
    assert svc.json("client show romashka")["handle"] == "romashka"


def test_a_strict_batch_is_opened_whole_or_not_at_all(svc: Svc) -> None:
    before = commits(svc)
    result = svc("new --batch - --strict", feed=rows(*GOOD, BROKEN[1]), code=3)
    assert result.err.startswith("stdin:4:1: no regulation is for the type “ofer”")
    assert result.err.endswith("nothing was opened (--strict)\n")
    assert unchanged(svc, before)
    assert svc("new --batch - --strict", feed=rows(GOOD[0])).out.endswith("1 request opened; 0 were here already\n")


def test_a_dry_run_writes_nothing(svc: Svc) -> None:
    before = commits(svc)
    result = svc("new --batch - --dry-run", feed=rows(*GOOD), err="new client")
    assert result.out.splitlines()[-1] == "3 requests opened; 0 were here already (dry run: nothing was written)"
    assert unchanged(svc, before)


def test_json_is_a_list_of_the_requests(svc: Svc) -> None:
    shown = svc.json("new --batch -", feed=rows(GOOD[0]))
    assert [(one["title"], one["fields"]) for one in shown] == [("Цена", {"ref": "CRM-1"})]
    assert svc.json("new --batch -", feed=rows(GOOD[0])) == []


def test_more_than_a_screen_is_counted(svc: Svc) -> None:
    result = svc("new --batch - --dry-run", feed=rows(*({"title": f"n{n}"} for n in range(23))))
    assert result.out.splitlines()[-2] == "… and 3 more; --json prints them all"


def test_who_is_away_is_stood_in_for(svc: Svc) -> None:
    team = (svc.folder / "team.yaml").read_text(encoding="utf-8")
    away = "department: logistics, away: [{from: 2026-11-20, to: 2026-11-30, substitute: sidorov}]}"
    svc.write(
        "team.yaml", team.replace("kuznetsov@example.com, department: logistics}", f"kuznetsov@example.com, {away}")
    )
    feed = rows({"title": "a", "to": "kuznetsov"}, {"title": "b", "to": "kuznetsov"})
    svc("new --batch -", feed=feed, err="^kuznetsov is away until 2026-11-30: sidorov stands in\n$")
    assert {one["owner"] for one in svc.json("list")} == {"sidorov"}


def test_what_is_wrong_with_the_regulations_is_not_the_lines_fault(svc: Svc) -> None:
    svc.write("regulations/commercial-offer.md", "---\nname: [\n---\n")
    before = commits(svc)
    result = svc("new --batch -", feed=rows(*GOOD), code=3)
    assert "regulations/commercial-offer.md" in result.err
    assert "stdin" not in result.err
    assert unchanged(svc, before)


def test_a_damaged_index_is_not_asked_twice(svc: Svc) -> None:
    svc("new --batch -", feed=rows(GOOD[0]))
    svc("list")
    (index,) = (svc.folder / ".git" / "svcctl").glob("*.sqlite*")
    content = index.read_bytes()
    index.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert svc("new --batch -", feed=rows(GOOD[0])).out == "0 requests opened; 1 was here already\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("new", "Missing argument 'TITLE'"),
        ("new x --strict", "--strict is for --batch"),
        ("new x --batch -", "leave TITLE and the other options out"),
        ("new --batch - --client metallstroy", "leave TITLE and the other options out"),
    ],
)
def test_what_does_not_go_together(svc: Svc, line: str, said: str) -> None:
    assert said in svc(line, code=2).err


def test_a_file_that_is_not_there(svc: Svc) -> None:
    assert "cannot read nowhere.ndjson" in svc("new --batch nowhere.ndjson", code=1).err


def test_a_bar_is_drawn_on_a_terminal(svc: Svc, tmp_path: Path) -> None:
    (tmp_path / "x.ndjson").write_text(rows(GOOD[0]), encoding="utf-8")
    assert "opening" in on_a_terminal(svc, "new", "--batch", str(tmp_path / "x.ndjson"))
