"""Exports on a terminal: nothing in them moves, hides or turns characters, and programs read the same."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from svcctl.render.visible import visible
from tests.conftest import Svc

TEXTS = ["a\x7fb", "a\u202eb\u2066c\xad", "x\U000e0041 <&\"'>", "one\u2028two", "ёж 👩\u200d👩"]


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_raw_and_nothing_changed(svc: Svc, text: str) -> None:
    request = svc.new("Rebar")
    svc(["note", request, "-m", text])
    rows = svc("export ndjson").out
    assert visible(rows, keep="\n") == rows
    assert [json.loads(row)["values"]["text"] for row in rows.splitlines() if '"noted"' in row] == [text]
    svc(["set", request, f"title={text}"])
    log = svc("export xes").out
    assert visible(log, keep="\n") == log
    assert text in {value.get("value") for value in ElementTree.fromstring(log).iter()}
