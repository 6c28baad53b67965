"""Instants: ISO 8601 with an offset, exact to the second, and every text that is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from svcctl.model.instants import iso, iso_or_none, parse_instant, seconds
from svcctl.model.problems import Usage
from tests.events import instants

WARSAW = ZoneInfo("Europe/Warsaw")


@given(instants)
def test_an_instant_reads_back_equal(at: datetime) -> None:
    again = parse_instant(iso(at))
    assert again == at
    assert again.utcoffset() == at.utcoffset()


def test_an_offset_stays_as_it_was_written() -> None:
    assert iso(parse_instant("2026-11-21T10:02:11+03:00")) == "2026-11-21T10:02:11+03:00"
    assert iso(parse_instant("2026-11-21T07:02:11Z")) == "2026-11-21T07:02:11+00:00"
    assert iso(parse_instant(" 2026-11-21T07:02:11.999+05:30 ")) == "2026-11-21T07:02:11+05:30"


def test_without_an_offset_the_zone_counts() -> None:
    assert iso(parse_instant("2026-11-21T15:00", WARSAW)) == "2026-11-21T15:00:00+01:00"
    assert iso(parse_instant("2026-07-21T15:00", WARSAW)) == "2026-07-21T15:00:00+02:00"


def test_the_doubled_hour_is_the_first_one() -> None:
    assert iso(parse_instant("2026-10-25T02:30", WARSAW)) == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-02-30T10:00+03:00",
        "2026-13-01",
        "2026-11-21T25:00+03:00",
        "2026-11-21T10:00+99:00",
        "21.11.2026 10:00",
        "0001-01-01T00:00+03:00",
        "9999-12-31T23:59-12:00",
    ],
)
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(Usage) as refusal:
        parse_instant(text)
    assert f"“{text}” is not a date and time" in str(refusal.value)
    assert "write it like 2026-11-21T15:00" in str(refusal.value.hint)
    assert refusal.value.exit_code == 2


def test_without_zone_and_offset_it_is_refused() -> None:
    with pytest.raises(Usage, match="has no time zone"):
        parse_instant("2026-11-21T15:00")


def test_an_absent_instant() -> None:
    assert iso_or_none(None) is None
    assert iso_or_none(datetime(2026, 11, 21, tzinfo=UTC)) == "2026-11-21T00:00:00+00:00"


def test_seconds_are_whole_and_may_be_negative() -> None:
    assert seconds(timedelta(days=1, seconds=1)) == 86401
    assert seconds(timedelta(seconds=-1)) == -1
