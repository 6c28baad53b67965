"""Who must approve an offer, by stages and by authority."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.offer import Offer
from svcctl.model.problems import BrokenFiles, Refused
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.request import Header, Request
from svcctl.model.team import Team, parse_team
from svcctl.rules.approvals import authority, highest_discount, needs

DAY = date(2026, 11, 23)
TEAM: dict[str, Any] = {
    "departments": {"sales": {"head": "petrova"}, "customs": {"head": "kim"}, "empty": {}},
    "people": {
        "ivanova": {"department": "sales"},
        "petrova": {"department": "sales", "role": "head"},
        "kim": {"department": "customs", "role": "head"},
        "nowak": {"department": "customs"},
        "boss": {"department": "empty", "authority": {"discount": "40%"}},
        "gone": {"department": "sales", "role": "head", "left": "yes"},
    },
}
FRONT: dict[str, Any] = {
    "regulation": "commercial-offer",
    "version": "3",
    "title": "Offers",
    "owner": "petrova",
    "applies": {"type": "offer"},
    "stages": [
        {"name": "draft", "department": "sales"},
        {"name": "duty", "department": "customs", "returns_to": "draft", "with": "approve", "if": "customs_cost > 0"},
        {"name": "approve", "role": "head", "returns_to": "draft", "with": "duty"},
    ],
    "inputs": {"customs_cost": "number >= 0"},
    "authority": {"discount": {"specialist": "5%", "head": "15%"}},
}


def team_of(**people: dict[str, Any]) -> Team:
    return parse_team({**TEAM, "people": {**TEAM["people"], **people}})


def regulation_of(**changes: Any) -> Regulation:
    return parse_regulation({**FRONT, **changes})


def request_of(**fields: str) -> Request:
    opened = datetime(2026, 11, 21, tzinfo=UTC)
    header = Header("R-20261121-k7qm4d", "x", "offer", opened, "ivanova", "commercial-offer@3", fields=fields)
    return Request(header)


def offer_of(*discounts: str, whole: str = "0") -> Offer:
    lines = [{"name": "x", "quantity": "1", "price": "1", "discount": discount} for discount in discounts]
    head = {"offer": "R-20261121-k7qm4d", "revision": "r1", "date": "2026-11-21", "currency": "RUB", "language": "ru"}
    return Offer.parse({**head, "discount": whole, "lines": lines})


def asked(offer: Offer, by: str = "ivanova", team: Team | None = None, **fields: str) -> dict[str, tuple[str, ...]]:
    fields = fields or {"customs_cost": "0"}
    found = needs(offer, request_of(**fields), regulation_of(), team or team_of(), by, DAY)
    return {need.subject: need.who for need in found}


def test_stages_that_may_send_back_are_approvals() -> None:
    assert asked(offer_of("0")) == {"approve": ("petrova",)}
    assert asked(offer_of("0"), customs_cost="100") == {"duty": ("kim", "nowak"), "approve": ("petrova",)}


def test_a_condition_that_lacks_its_value_is_refused() -> None:
    with pytest.raises(Refused):
        asked(offer_of("0"), other="1")


def test_a_discount_needs_those_whose_authority_covers_it() -> None:
    assert "discount" not in asked(offer_of("5"))
    assert asked(offer_of("0", "5.01"))["discount"] == ("petrova", "boss")
    assert asked(offer_of("15.01"))["discount"] == ("boss",)
    assert asked(offer_of("41"))["discount"] == ()
    assert "discount" not in asked(offer_of("15"), by="petrova")
    assert asked(offer_of("16"), by="petrova")["discount"] == ("boss",)


def test_two_discounts_that_are_allowed_each_are_not_together() -> None:
    assert asked(offer_of("4", whole="4"))["discount"] == ("petrova", "boss")


def test_without_rules_nobody_is_asked() -> None:
    assert needs(offer_of("99"), request_of(), None, team_of(), "ivanova", DAY) == []


def test_somebody_away_is_stood_in_for() -> None:
    away = [{"from": "2026-11-20", "to": "2026-11-30", "substitute": "kim"}]
    team = team_of(petrova={"department": "sales", "role": "head", "away": away})
    assert asked(offer_of("6"), team=team) == {"approve": ("kim",), "discount": ("kim", "boss")}


def test_ones_own_authority_comes_before_that_of_the_role() -> None:
    team = team_of(ivanova={"department": "sales", "authority": {"discount": "30%"}})
    assert authority(team.people["ivanova"], regulation_of()) == 30
    assert authority(team.people["nowak"], regulation_of()) == 5
    assert authority(None, regulation_of()) == 0
    assert authority(team.people["nowak"], None) is None
    odd = team_of(x={"role": "trainee"})
    assert authority(odd.people["x"], regulation_of()) == 0


@pytest.mark.parametrize(("text", "error"), [("much", BrokenFiles), ("50000 RUB", Refused)])
def test_a_limit_that_is_none(text: str, error: type[Exception]) -> None:
    team = team_of(ivanova={"department": "sales", "authority": {"discount": text}})
    with pytest.raises(error):
        authority(team.people["ivanova"], None)


percents = st.integers(0, 10000).map(lambda n: Decimal(n).scaleb(-2))


@given(st.lists(percents, max_size=4), percents)
def test_the_highest_discount_is_what_a_line_loses_in_all(lines: list[Decimal], whole: Decimal) -> None:
    expected = max((100 * (1 - (1 - Fraction(d) / 100) * (1 - Fraction(whole) / 100)) for d in lines), default=0)
    assert Fraction(highest_discount(offer_of(*map(str, lines), whole=str(whole)))) == expected
