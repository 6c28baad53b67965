"""Regulations: the file's two parts, what is read, and the catalogue of broken ones with their messages."""

from __future__ import annotations

import os
import time

import pytest

from svcctl.model.duration import DAYS, Duration, Level
from svcctl.model.problems import BrokenFiles, Problem
from svcctl.model.regulation import Escalation, Regulation, parse_regulation, split
from svcctl.store import yaml

FRONT = {
    "regulation": "regulation: x",
    "version": "version: 1",
    "title": "title: X",
    "owner": "owner: petrova",
    "applies": "applies: {type: offer}",
}

FULL = """\
---
regulation: commercial-offer
version: 3
title: Подготовка коммерческого предложения
owner: petrova
applies: {type: offer, priority: [normal, urgent]}
calendar: office
require: [client]
clocks:
  resolve: {within: 3d, pause: [waiting]}
  stage: {within: 1d}
priority:
  urgent: {resolve: 1d, stage: 2h}
stages:
- {name: draft, department: sales, within: 4h}
- {name: approve, role: head, returns_to: draft, if: decision == review}
escalation:
- {at: 50%, tell: [owner]}
- {at: +4h, tell: head, assign: head, clocks: [resolve, stage, promise]}
decide:
  inputs: {late: integer >= 0}
  rules: [{when: otherwise, then: review, because: x}]
authority: {discount: {head: 15%}}
reasons: {return: [price, missing item]}
---

# The offer

Prose.
"""


def read(text: str, strict: bool = True) -> Regulation:
    front, line, body = split(text, "x.md")
    mapping, problems = yaml.read(front, "x.md", line)
    if mapping is None or problems:
        raise BrokenFiles(problems)
    return parse_regulation(mapping, body, strict)


def test_a_regulation() -> None:
    regulation = read(FULL)
    assert regulation.ref == "commercial-offer@3"
    assert (regulation.owner, regulation.calendar, regulation.require) == ("petrova", "office", ("client",))
    assert regulation.escalation == (
        Escalation(Level(50), ("owner",)),
        Escalation(Level(sign=1, offset=Duration(14400)), ("head",), "head", ("resolve", "stage", "promise")),
    )
    assert regulation.authority["discount"]["head"].text == "15%"
    assert regulation.reasons == {"return": ("price", "missing item")}
    assert regulation.inputs["decision"].text == 'choice("review")'
    assert regulation.body == "# The offer\n\nProse.\n"
    assert regulation.source["version"] == "3"
    found = regulation.stage("approve")
    assert found and found.returns_to == "draft"
    assert regulation.stage("customs") is None


def test_places_are_those_of_the_file() -> None:
    found = read(FULL).stage("approve")
    assert found and found.condition
    line = FULL.splitlines()[found.condition.place.line - 1]
    assert line[found.condition.place.column - 1 :].startswith("decision == review")


def test_what_a_regulation_covers() -> None:
    regulation = read(FULL)
    assert regulation.covers({"type": "offer", "priority": "urgent", "client": "metallstroy"})
    assert not regulation.covers({"type": "offer", "priority": "low"})
    assert not regulation.covers({"priority": "urgent"})


@pytest.mark.parametrize(
    ("clock", "priority", "stage", "within"),
    [
        ("resolve", "normal", "", Duration(3, DAYS)),
        ("resolve", "urgent", "", Duration(1, DAYS)),
        ("stage", "normal", "draft", Duration(14400)),
        ("stage", "normal", "approve", Duration(1, DAYS)),
        ("stage", "urgent", "draft", Duration(7200)),
        ("pickup", "normal", "", None),
    ],
)
def test_how_long_a_clock_may_run(clock: str, priority: str, stage: str, within: Duration | None) -> None:
    assert read(FULL).within(clock, priority, stage) == within


def test_split_counts_the_lines_before_the_front_matter() -> None:
    assert split("---\na: b\n---\n\n\nText\n") == ("a: b\n", 1, "Text\n")
    assert split("\ufeff---\r\na: b\r\n---\r\nText\r\n---\r\n") == ("a: b\r\n", 1, "Text\r\n---\n")


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("# Title\n", "the file has no front matter", "begin it with a line of three dashes"),
        ("", "the file has no front matter", "begin it with a line of three dashes"),
        ("---\na: b\n", "the front matter has no end", "close it with a line of three dashes"),
    ],
)
def test_a_file_without_front_matter(text: str, message: str, remedy: str) -> None:
    with pytest.raises(BrokenFiles) as caught:
        split(text, "x.md")
    (problem,) = caught.value.problems
    assert (str(problem.place), str(problem.message), str(problem.remedy)) == ("x.md:1:1", message, remedy)


def catalogue() -> list[tuple[str, list[str], list[str]]]:
    """The cases of broken_regulations.txt: a title, lines that change a sound regulation, the problems expected."""
    with open(os.path.join(os.path.dirname(__file__), "broken_regulations.txt"), encoding="utf-8") as file:
        blocks = file.read().strip("\n").split("\n\n")
    cases = []
    for block in blocks:
        title, *lines = block.split("\n")
        expected = [line[3:] for line in lines if line.startswith(">> ")]
        cases.append((title[2:], lines[: len(lines) - len(expected)], expected))
    return cases


def changed(lines: list[str]) -> str:
    """A sound regulation with lines replaced by their key, dropped (``-key``) or added."""
    front, added = dict(FRONT), []
    for line in lines:
        key = line.split(":")[0]
        if line[1:] in front and line[0] == "-":
            del front[line[1:]]
        elif key in front:
            front[key] = line
        else:
            added.append(line)
    return "\n".join(["---", *front.values(), *added, "---", "Text."]) + "\n"


def line_of(problem: Problem) -> str:
    remedy = f" | {problem.remedy}" if problem.remedy else ""
    return f"{problem.line}:{problem.column} {problem.code}: {problem.message}{remedy}"


CASES = catalogue()


@pytest.mark.parametrize(("title", "lines", "expected"), CASES, ids=[case[0] for case in CASES])
def test_broken_regulations(title: str, lines: list[str], expected: list[str]) -> None:
    with pytest.raises(BrokenFiles) as caught:
        read(changed(lines))
    assert [line_of(problem) for problem in caught.value.problems] == expected


def test_the_catalogue_is_whole() -> None:
    assert len(CASES) >= 100
    assert all(expected for _, _, expected in CASES)
    read(changed([]))


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BrokenFiles) as caught:
        read(changed(["version: x", "stagse: []", "clocks: {pickup: {within: soon}}"]))
    assert [problem.code for problem in caught.value.problems] == ["bad-duration", "whole", "unknown-key"]


def test_formulas_are_not_compiled_until_asked_for() -> None:
    text = changed(["inputs: {amount: nonsense}"])
    assert read(text, strict=False).inputs["amount"].text == "nonsense"
    with pytest.raises(BrokenFiles, match="no type of an input"):
        read(text, strict=True)


def test_reading_is_quick() -> None:
    front, line, body = split(FULL)
    mapping, _ = yaml.read(front, "x.md", line)
    assert mapping is not None
    best = min(_seconds(mapping, body) for _ in range(20))
    assert best < 0.002


def _seconds(mapping: dict[str, object], body: str) -> float:
    started = time.perf_counter()
    parse_regulation(mapping, body)
    return time.perf_counter() - started
