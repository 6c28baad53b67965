"""Pictures of processes: well-formed, escaped, nothing overlaps, nothing lies outside."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import pytest

from svcctl.model.regulation import Regulation, parse_regulation
from svcctl.model.team import Department, Person, Team
from svcctl.render.process import processes_svg, wrapped
from svcctl.rules.responsibility import duties
from svcctl.store import yaml

TEAM = Team(
    {"sales": Department("sales", head="anna"), "law": Department("law")},
    {"anna": Person("anna", department="sales", role="head"), "igor": Person("igor", department="law")},
)
SVG = "{http://www.w3.org/2000/svg}"

FRONT = """\
regulation: offer
version: 3
title: "Offers: <b>&amp; co\\u202e</b>"
owner: anna
applies: {type: offer}
clocks:
  pickup: {within: 30m}
  resolve: {within: 3d}
stages:
- {name: intake, department: sales, within: 2h}
- {name: price, title: "A <script>alert('x')</script> & \\"quotes\\"", department: sales, with: [law, third]}
- {name: law, department: law, with: [price, third]}
- {name: third, department: law, with: [price, law], returns_to: intake}
- {name: approve, role: head, if: amount > 10 RUB, returns_to: price}
inputs: {amount: money}
"""


def read(front: str = FRONT) -> Regulation:
    mapping, problems = yaml.read(front, "offer.md")
    assert mapping is not None and not problems
    return parse_regulation(mapping, strict=True)


def picture(*regulations: Regulation) -> ET.Element:
    return ET.fromstring(processes_svg([(one, duties(one, TEAM)) for one in regulations]))


def texts(root: ET.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_all_words_are_there_and_nothing_is_markup() -> None:
    root = picture(read())
    said = " ".join(texts(root))
    for word in ("intake", "A <script>alert('x')", '& "quotes"', "law (igor)", "head (anna)", "within 2h", "30m"):
        assert word in said, word
    assert "if amount > 10" in said and "offer: anna answers for it" in said and "returned" in said
    assert "Offers: <b>&amp; co\\u202e</b> (offer@3)" in said, "what turns the text around is shown as an escape"
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "defs", "marker", "path", "rect", "circle", "g", "text"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on") or "href" in key]


def boxes(root: ET.Element) -> list[tuple[float, float, float, float]]:
    found = [element.attrib for element in root.iter(f"{SVG}rect") if element.get("rx")]
    return [tuple(float(one[key]) for key in ("x", "y", "width", "height")) for one in found]  # type: ignore[misc]


def test_no_two_boxes_overlap_and_all_lie_inside() -> None:
    root = picture(read())
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    found = boxes(root)
    assert len(found) == 5
    for x, y, w, h in found:
        assert x >= 0 and x + w <= width and y >= 0 and y + h <= height
    for (x, y, w, h), (u, v, a, b) in itertools.combinations(found, 2):
        assert x + w < u or u + a < x or y + h < v or v + b < y


def test_stages_beside_each_other_share_a_column() -> None:
    columns = [x for x, *_ in boxes(picture(read()))]
    assert columns == [columns[0], *[columns[1]] * 3, columns[4]]
    assert columns[0] < columns[1] < columns[4]


def test_several_are_drawn_one_below_another() -> None:
    one, two = picture(read()), picture(read(), read())
    assert float(two.attrib["height"]) == 2 * float(one.attrib["height"])
    assert two.attrib["width"] == one.attrib["width"]


def test_one_without_stages_has_its_clocks() -> None:
    front = FRONT[: FRONT.index("stages:")]
    root = picture(read(front))
    assert boxes(root) == [] and "whose it is when it comes in" in texts(root)
    assert picture().attrib["height"] == "0"


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("a bb ccc", 4, ["a bb", "ccc"]),
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("a abcdefgh b", 5, ["a", "abcde", "fgh b"]),
        ("契約書 確認", 6, ["契約書", "確認"]),
        ("   ", 5, []),
    ],
)
def test_words_are_wrapped(text: str, columns: int, lines: list[str]) -> None:
    assert wrapped(text, columns) == lines
