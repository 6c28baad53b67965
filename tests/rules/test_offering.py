"""Where a revision stands: folded from events, bound to a content; total whatever the order of the events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.event import Event
from svcctl.model.events import (
    OfferAccepted,
    OfferApproved,
    OfferDeclined,
    OfferDrafted,
    OfferRejected,
    OfferSent,
    OfferSubmitted,
)
from svcctl.model.messages import Message
from svcctl.model.problems import Refused
from svcctl.model.request import Header, Request, fold
from svcctl.rules.approvals import Need
from svcctl.rules.offering import (
    APPROVED,
    STATUSES,
    Standing,
    answerable,
    begun,
    maker,
    refuse_answer,
    refuse_change,
    refuse_revision,
    standing,
    to_approve,
    to_reject,
    waiting_for,
)

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
PRICE = Need("price", ("petrova",), Message("price"))
DUTY = Need("duty", ("kim", "nowak"), Message("duty"))


def request_of(*events: Event) -> Request:
    header = Header("R-20261123-k7qm4d", "offer", "offer", START, "ivanova")
    stamped = [
        event.stamped(id=f"{n:08}", n=n, prev="", at=START + timedelta(minutes=n), by=event.by or "ivanova")
        for n, event in enumerate(events, 1)
    ]
    return fold(header, stamped)


def drafted(content: str = "a") -> Event:
    return OfferDrafted(revision="r1", content=content)


def submitted(content: str = "a") -> Event:
    return OfferSubmitted(revision="r1", content=content)


def approved(subject: str, content: str = "a", by: str = "petrova") -> Event:
    return OfferApproved(revision="r1", content=content, subject=subject, by=by)


def rejected(subject: str) -> Event:
    return OfferRejected(revision="r1", why="dear", subject=subject, by="petrova")


def status(*events: Event, content: str = "a", needs: tuple[Need, ...] = (PRICE, DUTY)) -> str:
    return standing(request_of(*events), "r1", content, needs).status


def test_a_revision_without_events_is_a_draft() -> None:
    assert standing(request_of(), "r1", "a") == Standing("r1")
    assert begun(request_of(), "r1") is None
    assert maker(request_of(), "r1") == ""


def test_approved_when_the_last_of_parallel_approvals_came() -> None:
    way = [drafted(), submitted(), approved("duty", by="kim")]
    assert status(*way[:1]) == "draft"
    assert status(*way) == "submitted"
    assert status(*way, approved("price")) == "approved"
    assert status(drafted(), submitted(), needs=()) == "approved"


def test_an_approval_of_another_content_is_outdated() -> None:
    request = request_of(drafted(), submitted(), approved("price"), approved("duty"), drafted("b"), submitted("b"))
    now = standing(request, "r1", "b", (PRICE, DUTY))
    assert now.status == "submitted"
    assert [approval.status for approval in now.approvals] == ["outdated", "outdated"]
    assert waiting_for(now) == "petrova; kim / nowak"


def test_a_file_changed_behind_the_events_is_a_draft() -> None:
    assert status(drafted(), submitted(), approved("price"), approved("duty"), content="edited by hand") == "draft"


def test_a_rejection_undoes_its_own_approval_only() -> None:
    events = [drafted(), submitted(), approved("price"), approved("duty", by="kim"), rejected("price")]
    now = standing(request_of(*events), "r1", "a", (PRICE, DUTY))
    assert (now.status, now.why) == ("rejected", "dear")
    assert [approval.status for approval in now.approvals] == ["rejected", "approved"]
    again = standing(request_of(*events, submitted()), "r1", "a", (PRICE, DUTY))
    assert [approval.status for approval in again.approvals] == ["missing", "approved"]
    assert again.status == "submitted"


def test_what_the_client_has_is_no_draft_again() -> None:
    assert status(drafted(), submitted(), OfferSent(revision="r1"), drafted("b")) == "sent"


def test_an_older_revision_is_superseded_unless_it_was_answered() -> None:
    request = request_of(drafted(), submitted(), OfferSent(revision="r1"))
    assert standing(request, "r1", "a", (), "r2").status == "superseded"
    answered = request_of(drafted(), OfferDeclined(revision="r1", why="dear"))
    assert standing(answered, "r1", "a", (), "r2").status == "declined"


def test_whose_offer_it_is() -> None:
    draft = OfferDrafted(revision="r1", by="sidorov")
    assert maker(request_of(drafted(), draft), "r1") == "sidorov"
    assert maker(request_of(draft, submitted(), drafted()), "r1") == "ivanova"


any_event = st.sampled_from(
    [
        drafted(),
        drafted("b"),
        submitted(),
        submitted("b"),
        approved("price"),
        approved("duty", "b"),
        rejected("price"),
        OfferSent(revision="r1"),
        OfferAccepted(revision="r1"),
        OfferDeclined(revision="r1", why="dear"),
    ]
)


@given(st.lists(any_event, max_size=8), st.sampled_from("ab"))
def test_any_order_of_events_has_a_standing(events: list[Event], content: str) -> None:
    now = standing(request_of(*events), "r1", content, (PRICE, DUTY), "r1")
    assert now.status in STATUSES
    if now.status == APPROVED:
        assert all(approval.status == APPROVED for approval in now.approvals)
        last = [event for event in events if isinstance(event, OfferSubmitted)][-1]
        assert last.content == content


# What may be done


def at(name: str, revision: str = "r1") -> Standing:
    return Standing(revision, name, START, "ivanova")


@pytest.mark.parametrize("name", ["sent", "accepted", "declined"])
def test_what_the_client_has_is_not_changed(name: str) -> None:
    with pytest.raises(Refused, match=f"r1 is {name} since 2026-11-23 10:00") as refusal:
        refuse_change(request_of(), at(name), "r1")
    assert "svcctl offer revise k7qm4d" in str(refusal.value.hint)


def test_an_older_revision_is_not_changed() -> None:
    with pytest.raises(Refused, match="r1 was replaced by r2"):
        refuse_change(request_of(), at("draft"), "r2")


@pytest.mark.parametrize("name", ["draft", "submitted", "approved", "rejected"])
def test_everything_else_may_be_changed(name: str) -> None:
    refuse_change(request_of(), at(name), "r1")


@pytest.mark.parametrize("name", ["draft", "submitted", "rejected"])
def test_a_revision_that_can_be_changed_gets_no_successor(name: str) -> None:
    with pytest.raises(Refused, match=f"r1 is {name}"):
        refuse_revision(request_of(), at(name))


@pytest.mark.parametrize(("name", "accepting"), [("draft", True), ("accepted", True), ("declined", False)])
def test_answers_out_of_turn(name: str, accepting: bool) -> None:
    with pytest.raises(Refused, match=f"k7qm4d: r1 is {name}"):
        refuse_answer(request_of(), at(name), accepting)


def test_the_answer_is_about_the_newest_that_the_client_can_have() -> None:
    both = [at("sent"), at("approved", "r2"), at("draft", "r3")]
    assert answerable(request_of(), both).revision == "r2"
    assert answerable(request_of(), both, "r3").revision == "r3"
    assert answerable(request_of(), [at("draft"), at("rejected", "r2")]).revision == "r2"
    with pytest.raises(Refused, match="r1 was replaced by r2"):
        answerable(request_of(), both, "r1")


def test_a_person_approves_what_waits_for_them() -> None:
    request = request_of(drafted(), submitted(), approved("duty", by="kim"))
    now = standing(request, "r1", "a", (PRICE, DUTY))
    assert to_approve(request, now, "petrova") == [PRICE]
    for person, subject in (("kim", ""), ("petrova", "duty")):
        with pytest.raises(Refused, match=f"nothing in r1 waits for {person}"):
            to_approve(request, now, person, subject)
    assert to_reject(request, now, "kim") == DUTY
    with pytest.raises(Refused, match="nothing in r1 waits for orlova"):
        to_reject(request, now, "orlova")
