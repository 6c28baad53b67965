"""check says which offers of open requests have ended."""

from __future__ import annotations

import pytest

from tests.cli.test_offers import drafted, offer_file, shop
from tests.conftest import Svc

__all__ = ["shop"]

LAST_DAY = "2026-12-07"


def ended(shop: Svc, now: str) -> list[tuple[str, str, str, int]]:
    return [
        (found["id"][-6:], found["clock"], found["due"], found["late_s"])
        for found in shop.json("check", now=now)["offers"]
    ]


def test_an_offer_is_told_from_the_day_after_its_last_one(shop: Svc) -> None:
    request = drafted(shop)
    assert ended(shop, f"{LAST_DAY}T23:00:00+03:00") == []
    assert ended(shop, "2026-12-08T00:00:01+03:00") == [(request, "offer:r1", f"{LAST_DAY}T23:59:59+03:00", 2)]
    # The desk's day counts, not that of the clock which asks.
    assert ended(shop, "2026-12-07T22:00:00+00:00")[0][0] == request
    out = shop("check", now="2026-12-09T10:00").out
    assert f"{request}  КП на арматуру: offer r1 has ended Mon 07.12 23:59" in out
    assert shop("check --exit-code", now="2026-12-09T10:00", code=5).out == out


@pytest.mark.parametrize("answer", ["accepted {id}", "declined {id} -m dear"])
def test_an_answered_one_is_not(shop: Svc, answer: str) -> None:
    request = drafted(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    shop(f"offer {answer.format(id=request)}")
    assert ended(shop, "2026-12-09T10:00") == []


def test_nor_one_of_a_closed_request_or_that_was_revised(shop: Svc) -> None:
    closed, revised, standing = drafted(shop), drafted(shop), drafted(shop)
    shop(f"cancel {closed} -m gone")
    shop(f"offer submit {revised}")
    shop(f"offer approve {revised}", as_="petrova")
    shop(f"offer revise {revised} --valid 60d")
    assert [found[0] for found in ended(shop, "2026-12-09T10:00")] == [standing]
    assert {found[1] for found in ended(shop, "2027-02-09T10:00")} == {"offer:r1", "offer:r2"}


def test_working_days_and_less_usual_writing(shop: Svc) -> None:
    request = drafted(shop)
    file = offer_file(shop, request)
    path, text = str(file.relative_to(shop.folder)), file.read_text(encoding="utf-8")
    shop.write(path, text.replace('validity: "14 days"', "validity: 10 working days"))
    assert ended(shop, "2026-12-07T10:00") == [] != ended(shop, "2026-12-08T10:00")
    shop.write(path, text.replace('validity: "14 days"', "validity: >-\n  20\n  days\n#"))
    assert ended(shop, "2026-12-13T10:00") == [] != ended(shop, "2026-12-14T10:00")
    shop.write(path, text.replace('validity: "14 days"', "validity: soon"))
    assert ended(shop, "2027-12-14T10:00") == []
