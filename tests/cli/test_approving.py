"""Offers on their way to the client: submitted, approved, rejected, revised, answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_offers import drafted, offer_file, opened, shop
from tests.conftest import Svc

__all__ = ["shop"]


def status(shop: Svc, request: str, revision: str = "") -> str:
    found: str = shop.json(f"offer show {request} {revision}")["status"]
    return found


def approvals(shop: Svc, request: str) -> dict[str, tuple[str, str | None]]:
    return {one["subject"]: (one["status"], one["by"]) for one in shop.json(f"offer show {request}")["approvals"]}


def submitted(shop: Svc, *lines: str) -> str:
    request = drafted(shop, *lines)
    shop(f"offer submit {request}")
    return request


def approved(shop: Svc) -> str:
    request = submitted(shop)
    shop(f"offer approve {request}", as_="petrova")
    return request


def at_draft(shop: Svc) -> str:
    """A request whose stages have come to the writing of the offer, by ivanova."""
    request = opened(shop)
    shop(f"take {request}")
    shop(f"done {request} --field items=x")
    for person, stage, field in (("sidorov", "logistics", "delivery_cost"), ("kim", "customs", "customs_cost")):
        shop(f"accept {request} --stage {stage}", as_=person)
        shop(f"done {request} --stage {stage} --field {field}=0", as_=person)
    shop(f"accept {request}")
    shop(["offer", "new", request, "--line", "A500C-12;1"])
    return request


# Submitting and approving


def test_submitted_then_approved_by_the_head(shop: Svc) -> None:
    request = drafted(shop)
    assert "offer r1 submitted: 1,500,600.00\u00a0RUB; petrova to approve" in shop(f"offer submit {request}").out
    assert status(shop, request) == "submitted"
    assert "petrova" in shop.json("offer list")[0]["waiting_for"]
    assert "approved by petrova" in shop(f"offer approve {request}", as_="petrova").out
    assert status(shop, request) == "approved"
    assert approvals(shop, request) == {"approve": ("approved", "petrova")}
    assert "ПРОЕКТ" not in shop(f"offer render {request} --format text -o -").out


def test_only_those_whose_turn_it_is_approve(shop: Svc) -> None:
    request = drafted(shop)
    err = shop(f"offer approve {request}", as_="petrova", code=1).err
    assert "r1 is draft since" in err
    assert f"svcctl offer submit {request}" in err
    shop(f"offer submit {request}")
    err = shop(f"offer approve {request}", as_="sidorov", code=1).err
    assert "nothing in r1 waits for sidorov" in err
    assert "waiting for: petrova" in err
    assert "nothing in r1 waits for" in shop(f"offer approve {request} --subject price", as_="petrova", code=1).err
    assert "r1 is submitted since" in shop(f"offer submit {request}", code=1).err
    shop(f"offer approve {request}", as_="petrova")
    assert "r1 is approved since" in shop(f"offer approve {request}", as_="petrova", code=1).err


@pytest.mark.parametrize("way", ["lines", "edit", "hand"])
def test_any_change_asks_for_the_approval_again_and_says_whose(shop: Svc, way: str) -> None:
    request = approved(shop)
    path = offer_file(shop, request)
    text = path.read_text(encoding="utf-8").replace("quantity: 20", "quantity: 21")
    if way == "lines":
        shop(f"offer lines {request} add A500C-16 1", err="was approved by petrova: the change asks for it again")
    elif way == "edit":
        shop(f"offer edit {request} --from -", feed=text, err="was approved by petrova")
    else:
        shop.write(str(path.relative_to(shop.folder)), text)
    assert status(shop, request) == "draft"
    assert approvals(shop, request) == {"approve": ("outdated", "petrova")}
    assert "changed since: petrova to approve" in shop(f"offer show {request}").out
    shop(f"offer submit {request}")
    assert status(shop, request) == "submitted"
    shop(f"offer approve {request}", as_="petrova")
    assert status(shop, request) == "approved"


def test_a_change_of_a_comment_is_a_change(shop: Svc) -> None:
    request = approved(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8") + "# x\n"
    shop(f"offer edit {request} --from -", feed=text, err="was approved by petrova")
    assert status(shop, request) == "draft"


def test_a_change_taken_back_has_its_approval_again_once_submitted(shop: Svc) -> None:
    request = approved(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    shop(f"offer edit {request} --from -", feed=text + "# x\n", err="was approved by petrova")
    shop(f"offer edit {request} --from -", feed=text)
    assert status(shop, request) == "draft"
    shop(f"offer submit {request}")
    assert status(shop, request) == "approved"


def test_a_discount_above_ones_authority_needs_somebody_elses(shop: Svc) -> None:
    request = drafted(shop)
    shop(f"offer lines {request} add A500C-16 1 --discount 5.01")
    shop(f"offer submit {request}")
    assert approvals(shop, request) == {"approve": ("missing", None), "discount": ("missing", None)}
    shop(f"offer approve {request} --subject discount", as_="petrova")
    assert status(shop, request) == "submitted"
    shop(f"offer approve {request}", as_="petrova")
    assert approvals(shop, request) == {"approve": ("approved", "petrova"), "discount": ("approved", "petrova")}


def test_a_discount_that_nobody_may_give_is_not_submitted(shop: Svc) -> None:
    request = opened(shop)
    shop(["offer", "new", request, "--line", "A500C-12;1", "--discount", "15.5"])
    err = shop(f"offer submit {request}", code=1).err
    assert "nobody may give the approval “discount” (a discount of 15.5 % is above 5 %)" in err
    assert "team.yaml" in err
    team = (shop.folder / "team.yaml").read_text(encoding="utf-8")
    shop.write(
        "team.yaml",
        team.replace("department: customs, role: head", "department: customs, role: head, authority: {discount: 20%}"),
    )
    assert "petrova; kim to approve" in shop(f"offer submit {request}").out


def test_the_substitute_approves_for_somebody_away(shop: Svc) -> None:
    team = (shop.folder / "team.yaml").read_text(encoding="utf-8")
    away = "role: head, away: [{from: 2026-11-20, to: 2026-11-30, substitute: sidorov}]}"
    shop.write("team.yaml", team.replace("department: sales, role: head}", f"department: sales, {away}"))
    request = submitted(shop)
    assert "approved by sidorov" in shop(f"offer approve {request}", as_="sidorov").out


def test_without_a_regulation_a_submitted_offer_is_approved(shop: Svc) -> None:
    request = shop.new("Прайс", "--client", "metallstroy")
    shop(["offer", "new", request, "--line", "A500C-12;1"])
    assert "the client can have it" in shop(f"offer submit {request}").out
    assert shop.json(f"offer show {request}")["approvals"] == []
    assert status(shop, request) == "approved"


def test_a_broken_authority_is_said_with_its_remedy(shop: Svc) -> None:
    team = (shop.folder / "team.yaml").read_text(encoding="utf-8")
    own = "email: ivanova@example.com, department: sales"
    request = opened(shop)
    shop(["offer", "new", request, "--line", "A500C-12;1", "--discount", "6"])
    for text, piece in (("much", "is no limit"), ("5000 RUB", "a limit of discounts is a share, not “5000 RUB”")):
        shop.write("team.yaml", team.replace(own, own + f", authority: {{discount: {text}}}"))
        assert piece in shop(f"offer submit {request}", code=3 if text == "much" else 1).err
        assert piece in shop(f"offer show {request}", err="who approves is not known").err


def test_what_is_missing_is_refused_at_submission_all_at_once(svc: Svc) -> None:
    request = svc.new("Прайс")
    svc(f"offer new {request}", err="before the client can have it")
    result = svc(f"offer submit {request}", code=1)
    for piece in ("the offer has no lines", "tax number", "“address”", "phone or email", "the client's “name”"):
        assert piece in result.err
    assert "r1.yaml:" in result.err
    assert f"svcctl offer edit {request}" in result.err


def test_an_offer_that_has_ended_is_not_submitted(shop: Svc) -> None:
    request = drafted(shop)
    assert "the offer ended on 2026-12-07" in shop(f"offer submit {request}", now="2026-12-08T10:00", code=1).err


def test_a_rate_that_ends_before_the_offer_is_said(shop: Svc) -> None:
    rates = "- {rate: 22, from: 2026-01-01, until: 2026-12-01}\n  - {rate: 23, from: 2026-12-02}\n"
    shop.write("vat/ru.yaml", "vat: ru\nclasses:\n  standard:\n  " + rates)
    request = opened(shop)
    shop(["offer", "new", request, "--line", "A500C-12;1"], err="VAT 22% ends on 2026-12-01")
    shop(f"offer submit {request}", err="VAT 22% ends on 2026-12-01, the offer stands until 2026-12-07")


# Rejecting


def test_a_rejection_goes_back_with_its_reason(shop: Svc) -> None:
    request = submitted(shop)
    out = shop(f"offer reject {request} --reason price", "-m", "доставка до Казани, не до Перми", as_="petrova").out
    assert "offer r1 rejected by petrova" in out
    assert status(shop, request) == "rejected"
    assert "rejected since 2026-11-23 10:00, petrova: доставка до Казани" in shop(f"offer show {request}").out
    event = next(event for event in shop.json(f"show {request}")["events"] if event["do"] == "offer_rejected")
    assert (event["reason"], event["subject"]) == ("price", "approve")
    shop(f"offer lines {request} add A500C-16 1")
    assert status(shop, request) == "draft"
    shop(f"offer submit {request}")
    assert approvals(shop, request) == {"approve": ("missing", None)}


def test_bad_rejections(shop: Svc) -> None:
    request = drafted(shop)
    assert "is draft since" in shop(f"offer reject {request} -m no", as_="petrova", code=1).err
    shop(f"offer submit {request}")
    assert "nothing in r1 waits for kim" in shop(f"offer reject {request} -m no", as_="kim", code=1).err
    assert "has no reason “prise”" in shop(f"offer reject {request} -m no --reason prise", as_="petrova", code=1).err
    assert "Missing option" in shop(f"offer reject {request}", as_="petrova", code=2).err


# The stages go along


def test_the_regulations_stages_go_along(shop: Svc) -> None:
    request = at_draft(shop)
    assert "approve: petrova to accept" in shop(f"offer submit {request}").out
    assert shop.json(f"show {request}")["stage"] == "approve"
    shop(f"offer approve {request}", as_="petrova")
    events = [event["do"] for event in shop.json(f"show {request}")["events"]]
    assert events[-6:] == [
        "offer_submitted",
        "stage_done",
        "stage_started",
        "offer_approved",
        "accepted",
        "stage_done",
    ]


def test_a_rejection_sends_the_stage_back(shop: Svc) -> None:
    request = at_draft(shop)
    shop(f"offer submit {request}")
    assert "draft: ivanova to accept" in shop(f"offer reject {request} -m price --reason price", as_="petrova").out
    shop(f"accept {request}")
    shop(f"offer submit {request}")
    assert shop.json(f"show {request}")["stage"] == "approve"


def test_somebody_elses_stage_is_left_alone(shop: Svc) -> None:
    request = at_draft(shop)
    shop(f"offer submit {request}", as_="petrova")
    assert shop.json(f"show {request}")["stage"] == "draft"


# Revisions and answers


def test_a_revision_keeps_number_lines_and_comments(shop: Svc) -> None:
    request = drafted(shop)
    text = offer_file(shop, request).read_text(encoding="utf-8")
    text = text.replace("revision: r1", 'revision: "r1"   # first').replace("quantity: 20", "quantity: 20 # tons")
    shop(f"offer edit {request} --from -", feed=text)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    later = "2026-12-10T10:00:00+03:00"
    shop(f"offer revise {request} --valid 2026-12-31", now=later)
    new = offer_file(shop, request, "r2").read_text(encoding="utf-8")
    assert "revision: r2   # first" in new
    assert "date: 2026-12-10" in new
    assert 'valid_until: "2026-12-31"' in new
    assert "quantity: 20 # tons" in new
    shown = shop.json(f"offer show {request}", now=later)
    assert (shown["revision"], shown["status"], shown["valid_until"]) == ("r2", "draft", "2026-12-31")
    assert status(shop, request, "r1") == "superseded"
    assert [row["revision"] for row in shop.json("offer list")] == ["r2"]


def test_a_revision_is_for_what_can_no_longer_be_changed(shop: Svc) -> None:
    request = drafted(shop)
    assert "r1 is draft since" in shop(f"offer revise {request}", code=1).err
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    shop(f"offer accepted {request} -m phone")
    for words in (f"offer edit {request} --from -", f"offer lines {request} remove 1", f"offer submit {request}"):
        err = shop(words, feed="x: y", code=1).err
        assert "r1 is accepted since 2026-11-23 10:00" in err
    assert f"svcctl offer revise {request}" in shop(f"offer lines {request} remove 1", code=1).err
    shop(f"offer revise {request}")
    assert status(shop, request, "r1") == "accepted"


def test_a_head_in_one_row_cannot_be_revised_safely(shop: Svc) -> None:
    request = drafted(shop)
    path = offer_file(shop, request)
    text = path.read_text(encoding="utf-8").replace("revision: r1", "? revision\n: r1")
    shop.write(str(path.relative_to(shop.folder)), text)
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    assert "“revision” has no row of its own" in shop(f"offer revise {request}", code=1).err


def test_the_clients_answer(shop: Svc) -> None:
    request = drafted(shop)
    assert "r1 is draft since" in shop(f"offer accepted {request}", code=1).err
    shop(f"offer submit {request}")
    assert "r1 is submitted" in shop(f"offer declined {request} -m no", code=1).err
    shop(f"offer approve {request}", as_="petrova")
    shop(f"offer declined {request} --reason price", "-m", "дороже на 2 %")
    assert status(shop, request) == "declined"
    assert "declined since" in shop(f"offer show {request}").out
    assert "r1 is declined since" in shop(f"offer declined {request} -m again", code=1).err
    assert "accepted by the client" in shop(f"offer accepted {request}").out
    late = approved(shop)
    shop(f"offer accepted {late}", now="2026-12-20", err="r1 was valid until 2026-12-07")


def test_only_one_revision_is_the_valid_one(shop: Svc) -> None:
    request = approved(shop)
    shop(f"offer revise {request}")
    shop(f"offer accepted {request}")
    assert status(shop, request, "r1") == "accepted"
    request = approved(shop)
    shop(f"offer revise {request}")
    shop(f"offer submit {request}")
    shop(f"offer approve {request}", as_="petrova")
    assert "r1 was replaced by r2" in shop(f"offer accepted {request} r1", code=1).err
    assert "has no revision “r3”" in shop(f"offer accepted {request} r3", code=1).err
    shop(f"offer accepted {request}")
    assert status(shop, request) == "accepted"
    assert "has no offer yet" in shop(f"offer accepted {opened(shop)}", code=1).err


def test_a_dry_run_of_an_approval(shop: Svc) -> None:
    request = submitted(shop)
    head = shop.git("rev-parse", "HEAD")
    assert "(dry run: nothing was written)" in shop(f"offer approve {request} --dry-run", as_="petrova").out
    assert shop.git("rev-parse", "HEAD") == head


def test_json_of_a_decision_is_the_offers(shop: Svc) -> None:
    request = submitted(shop)
    assert shop.json(f"offer approve {request}", as_="petrova")["status"] == "approved"


def test_the_diary_names_the_revision(shop: Svc) -> None:
    request = approved(shop)
    assert "offer r1 approved by petrova" in shop(f"show {request}").out
    assert shop.git("log", "-1", "--format=%s").strip() == f"R-…{request} offer_approved petrova r1"


# Comparing


def test_diff_says_what_a_client_would_see(shop: Svc, tmp_path: Path) -> None:
    request = approved(shop)
    assert "there is no revision before r1" in shop(f"offer diff {request}", code=1).err
    shop(f"offer revise {request}")
    assert shop(f"offer diff {request}").out == "nothing that the client would see\n"
    shop(f"offer lines {request} add A500C-16 2 --discount 4")
    shop(f"offer lines {request} remove 1")
    out = shop(f"offer diff {request} r1 r2").out
    assert "Арматура А500С 16 мм: new, 2 т × 60900.50 RUB" in out
    assert "Арматура А500С 12 мм: no longer offered (20 т × 61500.00 RUB)" in out
    found = shop.json(f"offer diff {request}")
    assert (found["from"], found["to"]) == ("r1", "r2")
    assert found["changes"][-1] == {
        "line": None,
        "field": "gross",
        "old": "1500600.00 RUB",
        "new": "142653.33 RUB",
    }
    assert "has no revision “r7”" in shop(f"offer diff {request} r7", code=1).err
