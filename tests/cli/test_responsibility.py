"""regulation map."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from tests.cli.test_trying import draft
from tests.conftest import Svc


def test_map_has_each_stage_and_clock_with_who_answers(svc: Svc) -> None:
    (offer,) = svc.json("regulation map offer")
    assert (offer["types"], offer["regulation"], offer["owner"]) == (["offer"], "commercial-offer@1", "head")
    rows = {f"{one['kind']} {one['name']}": one for one in offer["duties"]}
    assert rows["stage logistics"] == {
        "kind": "stage",
        "name": "logistics",
        "title": "Cost the delivery",
        "department": "logistics",
        "role": None,
        "person": "sidorov",
        "holder": None,
        "within": "1d",
    }
    assert (rows["stage approve"]["role"], rows["stage approve"]["person"]) == ("head", "petrova")
    assert (rows["clock pickup"]["department"], rows["clock pickup"]["within"]) == ("sales", "30m")
    assert rows["clock accept"]["holder"] == "whoever it is handed to"
    assert "clock stage" not in rows, "each stage has its own time"


def test_map_of_all_types_as_a_table(svc: Svc) -> None:
    text = svc("regulation map").out
    for word in ("callback@1", "internal-request@1", "stage approve", "whoever took it first", "answers for the type"):
        assert word in text
    assert (
        len(svc("regulation map --format csv").out.splitlines())
        == len(svc("regulation map --format plain").out.splitlines()) + 1
    )


def test_map_as_a_picture(svc: Svc, tmp_path: Path) -> None:
    assert svc(f"regulation map offer --format svg -o {tmp_path}/offer.svg").out == ""
    root = ET.parse(tmp_path / "offer.svg").getroot()
    assert "Cost the delivery" in [element.text for element in root.iter()]


def test_map_has_what_is_in_force(svc: Svc, tmp_path: Path) -> None:
    path = draft(svc, tmp_path, "callback", ("owner: service", "owner: orlova"))
    svc(f"regulation adopt {path} --from 2026-12-01 -m x", as_="petrova")
    assert svc.json("regulation map callback")[0]["owner"] == "service"
    assert svc.json("regulation map callback", now="2026-12-01T10:00")[0]["owner"] == "orlova"


def test_map_of_an_unknown_type(svc: Svc) -> None:
    result = svc("regulation map ofer", code=1)
    assert result.err == "svcctl: no regulation is for the type “ofer”\n  did you mean “offer”?\n"
