"""board on a real desk."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import NOW, Svc


@pytest.fixture
def busy(svc: Svc) -> tuple[Svc, str, str]:
    """An offer that Ivanova has taken, and a letter that was handed to logistics."""
    offer = svc.new("КП на арматуру", "--type", "offer", "--client", "metallstroy")
    svc(f"take {offer}")
    letter = svc.new("عرض سعر 鉄筋", "--to", "ivanova")
    svc(f"handoff {letter} --to logistics -m x")
    return svc, offer, letter


def test_the_board_is_80_columns_wide_where_there_is_no_terminal(busy: tuple[Svc, str, str]) -> None:
    svc, offer, letter = busy
    assert svc("board").out.splitlines() == [
        "new (0)             in progress (1)     handed off (1)      waiting (0)",
        "------------------  ------------------  ------------------  ------------------",
        f"                    {offer}  12:00       {letter}",
        "                    КП на арматуру      عرض سعر 鉄筋",
        "                    ivanova             → logistics",
    ]


def test_by_stage_owner_and_department(busy: tuple[Svc, str, str]) -> None:
    svc, _, _ = busy
    assert svc("board --by stage").out.split("\n")[0].split("  ")[0] == "no stage (1)"
    assert svc("board --by owner").out.startswith("nobody (1) ")
    assert "logistics (1)" in svc("board --by department").out.split("\n")[0]


def test_filters(busy: tuple[Svc, str, str]) -> None:
    svc, offer, letter = busy
    assert letter not in svc("board --mine").out
    assert offer not in svc("board --department logistics").out
    assert letter not in svc("board --type offer").out
    svc(f"cancel {offer} -m x")
    assert offer not in svc("board").out
    assert "cancelled (1)" in svc("board --all").out


def test_json_has_columns_with_cards(busy: tuple[Svc, str, str]) -> None:
    svc, offer, _ = busy
    value = svc.json("board")
    assert [(column["name"], column["count"]) for column in value["columns"]] == [
        ("new", 0),
        ("in_progress", 1),
        ("handed_off", 1),
        ("waiting", 0),
    ]
    (card,) = value["columns"][1]["cards"]
    assert card.pop("id").endswith(offer)
    due = "2026-11-23T12:00:00+03:00"
    assert card == {"title": "КП на арматуру", "holder": "ivanova", "pending": False, "due": due, "late": False}
    assert svc.json("board --by owner")["columns"][0]["name"] is None


def test_other_formats(busy: tuple[Svc, str, str]) -> None:
    svc, offer, _ = busy
    page = svc("board --format md").out
    assert page.startswith("# Board by status\n\n## new (0)\n\nnone\n\n## in progress (1)\n")
    assert f"| {offer} | КП на арматуру | ivanova | 2026-11-23 12:00 |  |" in page
    assert svc("board --format csv").out.splitlines()[0].endswith("status,id,title,holder,due,late")
    assert "<h2>in progress (1)</h2>" in svc("board --format html").out


def test_an_empty_board_and_unknown_words(svc: Svc) -> None:
    assert svc("board", err="no requests").out == ""
    svc("board --department sale", code=1, err="did you mean “sales”")
    svc("board --by colour", code=2, err="--by")


def test_it_works_in_a_locale_without_utf_8(busy: tuple[Svc, str, str]) -> None:
    svc, _, _ = busy
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for line in (["board"], ["agenda"], ["status"]):
        done = subprocess.run(
            [sys.executable, "-m", "svcctl", "-C", str(svc.folder), "--now", NOW, "--as", "ivanova", *line],
            capture_output=True,
            env=environment,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert "КП на арматуру" in done.stdout.decode()
