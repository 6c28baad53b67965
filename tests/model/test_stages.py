"""Stages and their groups; what is refused stands in broken_regulations.txt."""

from __future__ import annotations

from svcctl.model.criteria import Formula
from svcctl.model.duration import Duration
from svcctl.model.section import Section
from svcctl.model.stages import Stage, groups, parse_stages


def test_a_stage() -> None:
    front = Section(
        {
            "stages": [
                {"name": "draft", "department": "sales", "within": "4h", "needs": "items", "title": "Write it"},
                {
                    "name": "approve",
                    "role": "head",
                    "returns_to": "draft",
                    "if": "amount > 5 RUB",
                    "reasons": ["price", "missing item"],
                },
            ]
        },
        [],
    )
    assert parse_stages(front) == (
        Stage("draft", "Write it", "sales", within=Duration(14400), needs=("items",)),
        Stage(
            "approve",
            role="head",
            returns_to="draft",
            condition=Formula("amount > 5 RUB"),
            reasons=("price", "missing item"),
        ),
    )
    assert front.problems == []


def test_groups_follow_the_file() -> None:
    stages = [
        Stage("a"),
        Stage("b", with_=("c", "d")),
        Stage("c", with_=("b", "d")),
        Stage("d", with_=("b", "c")),
        Stage("e", with_=("f",)),
        Stage("f", with_=("e",)),
        Stage("g"),
    ]
    names = ["".join(stage.name for stage in group) for group in groups(stages)]
    assert names == ["a", "bcd", "ef", "g"]
    assert groups([]) == ()
