"""agenda on a real desk."""

from __future__ import annotations

import pytest

from tests.conftest import Svc


@pytest.fixture
def busy(svc: Svc) -> tuple[Svc, str]:
    """Ivanova has an offer with a promise; logistics were handed something."""
    request = svc.new("КП на арматуру", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    svc(f"promise {request} --at 2026-11-24T15:00 -m 'инженер звонит'")
    handed = svc.new("Письмо", "--to", "ivanova")
    svc(f"take {handed}", code=1)
    svc(f"handoff {handed} --to logistics -m ответьте")
    return svc, request


def test_late_ones_come_first_then_today_then_the_next_days(busy: tuple[Svc, str]) -> None:
    svc, request = busy
    shown = svc("agenda", now="2026-11-24T10:00:00+03:00").out
    assert shown == (
        "late\n"
        f"  Mon 23.11 12:00  {request}  stage intake  КП на арматуру\n"
        "\n"
        "today, Tue 24.11\n"
        f"  15:00  {request}  promise: инженер звонит  КП на арматуру\n"
        "\n"
        "Thu 26.11\n"
        f"  18:00  {request}  resolution  КП на арматуру\n"
    )


def test_days_limit_how_far_it_looks(busy: tuple[Svc, str]) -> None:
    svc, _ = busy
    assert [day["day"] for day in svc.json("agenda --days 2")] == [None, "2026-11-23", "2026-11-24"]


def test_the_json_is_a_list_by_day(busy: tuple[Svc, str]) -> None:
    svc, request = busy
    days = svc.json("agenda", now="2026-11-24T10:00:00+03:00")
    assert [(day["day"], day["late"], len(day["items"])) for day in days[:3]] == [
        (None, True, 1),
        ("2026-11-24", False, 1),
        ("2026-11-25", False, 0),
    ]
    item = days[1]["items"][0]
    assert item["id"].endswith(request)
    assert (item["kind"], item["due"], item["owner"]) == ("promise", "2026-11-24T15:00:00+03:00", "ivanova")


def test_somebody_elses_a_departments_and_everybodys(busy: tuple[Svc, str]) -> None:
    svc, request = busy
    assert "accept: ответьте" in svc("agenda --for kuznetsov").out
    assert "accept: ответьте (logistics)" in svc("agenda --department logistics").out
    everybody = svc("agenda --all").out
    assert "accept: ответьте (logistics)" in everybody
    assert f"{request}  stage intake (ivanova)" in everybody


def test_nothing_due_is_said_beside_the_answer(svc: Svc) -> None:
    assert svc("agenda", err="nothing is due until 2026-11-27").out == ""
    assert svc.json("agenda --days 1") == [
        {"day": None, "late": True, "items": []},
        {"day": "2026-11-23", "late": False, "items": []},
    ]


def test_unknown_people_and_two_answers_at_once_are_refused(svc: Svc) -> None:
    svc("agenda --for ivanowa", code=1, err="did you mean “ivanova”")
    svc("agenda --department sale", code=1, err="did you mean “sales”")
    svc("agenda --for ivanova --all", code=2, err="Choose one of")
    svc("agenda --days 0", code=2, err="--days")


def test_other_formats_have_one_row_an_item(busy: tuple[Svc, str]) -> None:
    svc, _ = busy
    lines = svc("agenda --format csv").out.splitlines()
    assert lines[0].endswith("day,due,kind,what,id,title,owner")
    assert len(lines) == 4
    assert "promise: инженер звонит" in svc("agenda --format md").out
