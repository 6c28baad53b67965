"""Which stage comes next: sequence, parallel and join, conditions, returns."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import Refused
from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.rules.stages import after, first_stages, returned

OFFER = [
    {"name": "intake"},
    {"name": "logistics", "with": "customs"},
    {"name": "customs", "with": "logistics"},
    {"name": "draft"},
    {"name": "approve", "returns_to": "draft"},
]


def regulation(stages: list[dict[str, Any]], **keys: Any) -> Regulation:
    front = {"regulation": "x", "version": "1", "title": "X", "owner": "head", "applies": {"type": "offer"}}
    return parse_regulation(
        {**front, "stages": [{"department": "sales", **one} for one in stages], **keys}, strict=True
    )


def names(stages: Any) -> list[str]:
    return [stage.name for stage in stages]


def next_after(stages: Regulation, done: str, finished: str = "", open_: str = "", **fields: str) -> list[str]:
    return names(after(stages, finished.split(), open_.split(), done, fields))


def test_a_process_without_stages() -> None:
    assert first_stages(regulation([]), {}) == ()


def test_the_offer_runs_and_joins() -> None:
    offer = regulation(OFFER)
    assert names(first_stages(offer, {})) == ["intake"]
    assert next_after(offer, "intake", "intake") == ["logistics", "customs"]
    assert next_after(offer, "logistics", "intake logistics", "customs") == []
    assert next_after(offer, "customs", "intake logistics customs") == ["draft"]
    assert next_after(offer, "draft", "intake logistics customs draft") == ["approve"]
    assert next_after(offer, "approve", "intake logistics customs draft approve") == []


def test_the_join_waits_whichever_is_first_and_whether_or_not_the_done_one_counts_as_open() -> None:
    offer = regulation(OFFER)
    assert next_after(offer, "customs", "intake", "logistics customs") == []
    assert next_after(offer, "logistics", "intake customs", "logistics") == ["draft"]


def test_a_returned_stage_runs_again_and_so_do_those_after_it() -> None:
    offer = regulation(OFFER)
    back = returned(offer, "approve")
    assert back is not None and back.name == "draft"
    assert next_after(offer, "draft", "intake logistics customs draft approve") == ["approve"]
    assert returned(offer, "draft") is None


def test_one_of_two_parallel_stages_done_again_does_not_start_the_other() -> None:
    offer = regulation(OFFER)
    assert next_after(offer, "logistics", "intake logistics customs") == ["draft"]


def test_what_is_open_already_does_not_start_twice() -> None:
    offer = regulation(OFFER)
    assert next_after(offer, "customs", "intake logistics", "draft") == []


CONDITIONAL = [
    {"name": "intake"},
    {"name": "customs", "if": "abroad", "with": "logistics"},
    {"name": "logistics", "if": "weight > 0", "with": "customs"},
    {"name": "approve", "if": "amount > 1000000 RUB"},
    {"name": "send"},
]
INPUTS = {"abroad": "yes/no", "weight": "number >= 0", "amount": "money >= 0"}


@pytest.mark.parametrize(
    ("abroad", "weight", "expected"),
    [
        ("yes", "5", ["customs", "logistics"]),
        ("no", "5", ["logistics"]),
        ("yes", "0", ["customs"]),
        ("no", "0", ["approve"]),
    ],
)
def test_stages_that_are_not_needed_are_passed_over(abroad: str, weight: str, expected: list[str]) -> None:
    process = regulation(CONDITIONAL, inputs=INPUTS)
    assert next_after(process, "intake", "intake", abroad=abroad, weight=weight, amount="2000000 RUB") == expected


def test_a_passed_over_approval() -> None:
    process = regulation(CONDITIONAL, inputs=INPUTS)
    known = {"abroad": "no", "weight": "5"}
    assert next_after(process, "logistics", "intake logistics", amount="5 RUB", **known) == ["send"]


def test_a_stage_beside_it_that_became_needed_starts_before_the_join() -> None:
    process = regulation(CONDITIONAL, inputs=INPUTS)
    assert next_after(process, "logistics", "intake logistics", abroad="yes", weight="5") == ["customs"]


def test_a_condition_without_data_is_refused() -> None:
    process = regulation(CONDITIONAL, inputs=INPUTS)
    with pytest.raises(Refused) as caught:
        next_after(process, "intake", "intake", weight="5")
    assert (str(caught.value), caught.value.code) == ("needs data: abroad", "needs-data")
    assert "svcctl set ID abroad=" in str(caught.value.hint)


def test_data_a_condition_does_not_ask_for_may_be_bad() -> None:
    process = regulation([{"name": "customs", "if": "abroad"}], inputs=INPUTS)
    assert names(first_stages(process, {"abroad": "yes", "amount": "a lot"})) == ["customs"]


def test_an_unknown_stage_is_refused() -> None:
    for question in (lambda: next_after(regulation(OFFER), "drat"), lambda: returned(regulation(OFFER), "drat")):
        with pytest.raises(Refused, match="the regulation has no stage “drat”") as caught:
            question()
        assert str(caught.value.hint) == "did you mean “draft”?"


@st.composite
def processes(draw: st.DrawFn) -> list[list[str]]:
    """Groups of stages: sizes 1 to 3."""
    sizes = draw(st.lists(st.integers(1, 3), max_size=5))
    return [[f"s{number}{letter}" for letter in "abc"[:size]] for number, size in enumerate(sizes)]


@given(processes(), st.randoms(use_true_random=False))
def test_every_stage_runs_once_and_only_after_all_before_it(groups: list[list[str]], random: Any) -> None:
    process = regulation(
        [{"name": name, "with": [o for o in group if o != name]} for group in groups for name in group]
    )
    open_, finished = names(first_stages(process, {})), []
    while open_:
        done = random.choice(open_)
        open_.remove(done)
        finished.append(done)
        open_ += names(after(process, finished, open_, done, {}))
        assert len({name[:2] for name in open_}) <= 1
    assert sorted(finished) == sorted(name for group in groups for name in group)
    assert [name[:2] for name in finished] == sorted(name[:2] for name in finished)


def test_a_path_through_thousands_of_stages_is_quick() -> None:
    long = regulation([{"name": f"s{number}"} for number in range(3000)])
    begin = time.process_time()
    path = names(first_stages(long, {}))
    while following := after(long, path, [], path[-1], {}):
        path.extend(names(following))
    assert time.process_time() - begin < 1
    assert path == names(long.stages)
    # Those of another regulation are not taken for them.
    assert next_after(regulation([{"name": "s0"}, {"name": "s1"}]), "s1") == []
