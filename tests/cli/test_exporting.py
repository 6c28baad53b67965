"""export ics on a real desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.conftest import Svc


@pytest.fixture
def busy(svc: Svc) -> Svc:
    request = svc.new("КП на арматуру", "--type", "offer", "--client", "metallstroy")
    svc(f"take {request}")
    svc(f"promise {request} --at 2026-11-24T15:00 -m 'инженер звонит'")
    handed = svc.new("Письмо", "--to", "ivanova")
    svc(f"handoff {handed} --to logistics --within 4h -m ответьте")
    return svc


def summaries(text: str) -> list[str]:
    calendar: Any = icalendar.Calendar.from_ical(text)
    return [str(event["SUMMARY"]) for event in calendar.events]


def test_your_own_a_colleagues_a_departments_and_everybodys(busy: Svc) -> None:
    own = summaries(busy("export ics").out)
    assert "promise: инженер звонит – КП на арматуру" in own
    assert "accept: ответьте – Письмо" not in own
    assert "accept: ответьте – Письмо" in summaries(busy("export ics --person kuznetsov").out)
    assert "accept: ответьте – Письмо" in summaries(busy("export ics --department logistics").out)
    assert set(own) < set(summaries(busy("export ics --all").out))


def test_it_goes_to_a_file_as_it_is(busy: Svc, tmp_path: Path) -> None:
    target = tmp_path / "desk.ics"
    assert busy(["export", "ics", "-o", str(target)]).out == ""
    content = target.read_bytes()
    assert content.endswith(b"END:VCALENDAR\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert content.decode() == busy("export ics").out


def test_whose_it_is_must_be_clear(busy: Svc) -> None:
    busy("export ics --person ivanova --all", code=2, err="Choose one of")
    assert "nobody called" in busy("export ics --person ivanowa", code=1).err
