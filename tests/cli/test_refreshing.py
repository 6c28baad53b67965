"""What changed price lists would change in offers, and writing it into them."""

from __future__ import annotations

import pytest

from tests.cli.test_offers import METAL, drafted, offer_file, shop
from tests.conftest import Svc

__all__ = ["shop"]

DEARER = METAL.replace("price: 61500", "price: 63000").replace("name: Арматура А500С 16 мм", "name: Арматура 16")


def changed(shop: Svc, text: str = DEARER) -> None:
    shop.write("prices/metal.yaml", text)


def both(shop: Svc) -> str:
    return drafted(shop, "A500C-12;20", "A500C-16;1", "Free text;1;pc;5")


def test_nothing_changes_until_somebody_says_so(shop: Svc) -> None:
    request = both(shop)
    before = offer_file(shop, request).read_bytes()
    assert shop(f"offer refresh {request}").out == f"{request} offer r1: the price lists say the same\n"
    changed(shop)
    out = shop(f"offer refresh {request}").out.splitlines()
    assert out == [
        "line 1, A500C-12: price 61500.00 RUB → 63000.00 RUB",
        "line 2, A500C-16: name Арматура А500С 16 мм → Арматура 16",
        f"{request} offer r1: 1,574,904.71\u00a0RUB → 1,611,504.71\u00a0RUB (svcctl offer refresh {request} --apply)",
    ]
    assert offer_file(shop, request).read_bytes() == before
    assert shop.json(f"offer show {request}")["gross"]["amount"] == "1574904.71"


def test_json_has_the_changes_and_both_totals(shop: Svc) -> None:
    request = both(shop)
    changed(shop, DEARER.replace("- {sku: A500C-16", "- {sku: GONE"))
    said = shop.json(f"offer refresh {request}")
    assert said["changes"] == [
        {"line": 1, "sku": "A500C-12", "field": "price", "old": "61500.00 RUB", "new": "63000.00 RUB"}
    ]
    assert [problem["code"] for problem in said["problems"]] == ["unknown-sku"]
    assert (said["gross"]["amount"], said["gross_after"]["amount"]) == ("1574904.71", "1611504.71")


def test_apply_writes_it_keeps_comments_and_asks_for_approvals_again(shop: Svc) -> None:
    request = both(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    changed(shop)
    said = shop(f"offer refresh {request} --apply", err="was approved by petrova: the change asks for it again")
    assert said.out.startswith(f"{request} offer r1 drafted: 3 lines, 1,611,504.71")
    text = offer_file(shop, request).read_text(encoding="utf-8")
    assert "price: 63000.00\n" in text and "name: Арматура 16\n" in text and "# on_top: added to the prices" in text
    assert shop.json(f"offer show {request}")["status"] == "draft"
    assert "say the same" in shop(f"offer refresh {request} --apply").out


def test_only_some_values(shop: Svc) -> None:
    request = both(shop)
    changed(shop)
    shop(f"offer refresh {request} --only price --apply")
    text = offer_file(shop, request).read_text(encoding="utf-8")
    assert "63000" in text and "Арматура А500С 16 мм" in text


def test_what_is_written_in_one_row_or_lacks_a_value_is_changed_too(shop: Svc) -> None:
    request = both(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    begin, end = text.index("lines:"), text.index("discount: 0%")
    own = "lines:\n- {sku: A500C-12, name: Old, quantity: 20, price: 1}  # by phone\n"
    shop(f"offer edit {request}", feed=text[:begin] + own + text[end:])
    changed(shop)
    shop(f"offer refresh {request} --apply")
    new = "- {sku: A500C-12, name: Арматура А500С 12 мм, unit: т, quantity: 20, price: 63000.00}  # by phone\n"
    assert new in offer_file(shop, request).read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(shop: Svc) -> None:
    request = both(shop)
    changed(shop)
    assert "dry run" in shop(f"offer refresh {request} --apply --dry-run").out
    assert "63000" not in offer_file(shop, request).read_text(encoding="utf-8")


# Refusals and problems


def test_an_offer_that_the_client_has_is_not_changed(shop: Svc) -> None:
    request = both(shop)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    shop(f"offer send {request} --to a@b.example")
    changed(shop)
    assert "61500.00 RUB → 63000.00 RUB" in shop(f"offer refresh {request}").out
    assert f"svcctl offer revise {request}" in shop(f"offer refresh {request} --apply", code=1).err


def test_codes_that_are_gone_or_expired_are_said(shop: Svc) -> None:
    request = both(shop)
    gone = DEARER.replace("- {sku: A500C-16", "- {sku: A500C-18")
    changed(shop, gone.replace("price: 63000", "price: 63000, until: 2026-01-01"))
    err = shop(f"offer refresh {request}", err="A500C-16").err
    assert "“A500C-16” is not in the price list metal (did you mean “A500C-18”?)" in err
    assert "the price of A500C-12 in metal stands from … to 2026-01-01" in err


def test_a_list_in_another_currency_needs_a_rate(shop: Svc) -> None:
    request = drafted(shop)
    changed(shop, DEARER.replace("currency: RUB", "currency: USD"))
    assert "1,500,600.00\u00a0RUB → ? (" in shop(f"offer refresh {request}").out
    err = shop(f"offer refresh {request} --apply", code=2).err
    assert "a price in USD in an offer in RUB" in err


@pytest.mark.parametrize("name", ["|-\n    Арматура\n    А500С", '"Арматура\n    12"'])
def test_what_cannot_be_changed_safely_is_refused(shop: Svc, name: str) -> None:
    request = drafted(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    shop(f"offer edit {request}", feed=text.replace("name: Арматура А500С 12 мм", f"name: {name}"))
    changed(shop)
    err = shop(f"offer refresh {request} --apply", code=1).err
    assert "cannot be changed safely" in err
    shop(f"offer refresh {request} --apply --only price")
