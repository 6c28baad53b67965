"""report offers on a real desk: the times, the answers, the pipeline with its sums."""

from __future__ import annotations

from typing import Any

from tests.cli.test_offers import drafted, shop
from tests.conftest import Svc

__all__ = ["shop"]


def answered(shop: Svc, answer: str) -> str:
    request = drafted(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova", now="2026-11-23T11:00")
    shop(f"offer send {request} --to a@b.example", now="2026-11-23T12:00")
    shop(f"offer {answer.format(id=request)}", now="2026-11-24T12:00")
    return request


def rows(report: Any, name: str) -> list[Any]:
    (found,) = (table["rows"] for table in report["tables"] if table["name"] == name)
    return list(found)


def test_times_answers_and_what_is_open(shop: Svc) -> None:
    won, lost, open_ = (
        answered(shop, "accepted {id}"),
        answered(shop, "declined {id} -m x --reason price"),
        drafted(shop),
    )
    gone = drafted(shop)
    shop(f"cancel {gone} -m mistake")
    report = shop.json("report offers --period 2026-11", now="2026-11-25T10:00")
    figures = {name: figure["value"] for name, figure in report["figures"].items()}
    assert (figures["sent"], figures["accepted"], figures["declined"], figures["win_rate"]) == (2, 1, 1, 0.5)
    assert figures["time_to_offer"] == 7200
    gross = {"amount": "1500600.00", "currency": "RUB"}
    assert rows(report, "answers_by_reason") == [
        {"answer": "accepted", "reason": None, "n": 1, "gross": gross},
        {"answer": "declined", "reason": "price", "n": 1, "gross": gross},
    ]
    assert rows(report, "pipeline") == [{"status": "draft", "n": 1, "gross": gross, "oldest_s": 48 * 3600}]
    behind = shop(
        "report offers --period 2026-11 --requests answers_by_reason:declined/price", now="2026-11-25T10:00"
    ).out
    assert lost in behind and won not in behind
    assert open_ in shop("report offers --period 2026-11 --requests pipeline:draft", now="2026-11-25T10:00").out


def test_an_answered_revision_that_cannot_be_counted_has_no_sum(shop: Svc) -> None:
    request = answered(shop, "accepted {id}")
    (file,) = shop.folder.glob(f"offers/*/*/*/*{request}/r1.yaml")
    shop.write(str(file.relative_to(shop.folder)), "offer: nothing\n")
    done = shop("report offers --period 2026-11 --json", now="2026-11-25T10:00", code=3, err="is no request's id")
    assert rows(done.json, "answers_by_reason") == [{"answer": "accepted", "reason": None, "n": 1, "gross": None}]


def test_rework_counts_refused_approvals_too(shop: Svc) -> None:
    request = drafted(shop)
    shop(f"offer submit {request}")
    shop(f"offer reject {request} -m dear", as_="petrova")
    report = shop.json("report rework --period 2026-11", now="2026-11-25T10:00")
    assert rows(report, "rejections_by_reason") == [{"reason": "dear", "subject": "approve", "n": 1}]


def test_clients_are_told_by_what_their_offers_came_to(shop: Svc) -> None:
    won = answered(shop, "accepted {id}")
    report = shop.json("report clients --period 2026-11", now="2026-11-25T10:00")
    (row,) = rows(report, "value")
    assert (row["client"], row["currency"], row["accepted"], row["declined"]) == ("metallstroy", "RUB", 1, 0)
    assert (row["gross"], row["previous"]) == ({"amount": "1500600.00", "currency": "RUB"}, None)
    behind = shop("report clients --period 2026-11 --requests value:metallstroy/RUB", now="2026-11-25T10:00").out
    assert won in behind
