"""Durations and escalation levels: what is read, what is refused, and the wall clock's arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.duration import (
    DAYS,
    MAX_DAYS,
    WALL,
    WORK,
    Duration,
    Level,
    Pause,
    parse_duration,
    parse_level,
)
from svcctl.model.problems import BrokenFiles, Place, Usage


@pytest.mark.parametrize(
    ("text", "amount", "kind"),
    [
        ("30m", 1800, WORK),
        ("8h", 28800, WORK),
        ("2h30m", 9000, WORK),
        ("45s", 45, WORK),
        ("3d", 3, DAYS),
        ("36h!", 129600, WALL),
        ("2d!", 172800, WALL),
        ("1d12h!", 129600, WALL),
    ],
)
def test_reads_durations(text: str, amount: int, kind: str) -> None:
    assert parse_duration(text) == Duration(amount, kind)


durations = st.one_of(
    st.builds(Duration, st.integers(1, MAX_DAYS * 86400), st.sampled_from([WORK, WALL])),
    st.builds(Duration, st.integers(1, MAX_DAYS), st.just(DAYS)),
)


@given(durations)
def test_a_printed_duration_reads_back(duration: Duration) -> None:
    assert parse_duration(str(duration)) == duration


def test_canonical_text() -> None:
    assert [str(parse_duration(t)) for t in ("90m", "48h!", "36h!", "3d")] == ["1h30m", "2d!", "36h!", "3d"]


def test_seconds_are_unknown_for_working_days() -> None:
    assert Duration(3, DAYS).seconds is None
    assert Duration(60).seconds == 60
    assert Duration(60, WALL).seconds == 60


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "“” is not a duration"),
        ("soon", "“soon” is not a duration"),
        ("!", "“” is not a duration"),
        ("-3d", "“-3d” is not a duration"),
        ("1.5h", "“1.5h” is not a duration"),
        ("30m2h", "“30m2h” is not a duration"),
        ("2h2h", "“2h2h” is not a duration"),
        ("2h30", "“2h30” is not a duration"),
        ("1w", "“1w” is not a duration"),
        ("٣d", "“٣d” is not a duration"),
        ("9" * 5000 + "h", "“" + "9" * 5000 + "h” is not a duration"),
        ("30", "“30” lacks a unit: minutes, hours or days?"),
        ("30!", "“30” lacks a unit: minutes, hours or days?"),
        ("1d4h", "“1d4h” mixes working days and hours"),
        ("0m", "a duration must be longer than nothing"),
        ("0d", "a duration must be longer than nothing"),
        ("3661d", "“3661d” is longer than 3660 days"),
        ("99999999h!", "“99999999h!” is longer than 3660 days"),
    ],
)
def test_refuses_what_is_no_duration(text: str, complaint: str) -> None:
    with pytest.raises(Usage) as caught:
        parse_duration(text)
    assert str(caught.value) == complaint
    assert "write 30m" in str(caught.value.hint)


def test_a_bad_duration_of_a_file_is_a_located_problem() -> None:
    with pytest.raises(BrokenFiles) as caught:
        parse_duration("soon", Place("regulations/x.md", 7, 12))
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.code) == ("regulations/x.md:7:12", "bad-duration")
    assert "write 30m" in str(problem.remedy)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("50%", Level(50)),
        ("150%", Level(150)),
        ("-30m", Level(sign=-1, offset=Duration(1800))),
        ("+4h", Level(sign=1, offset=Duration(14400))),
        ("-1d", Level(sign=-1, offset=Duration(1, DAYS))),
        ("+24h!", Level(sign=1, offset=Duration(86400, WALL))),
    ],
)
def test_reads_levels(text: str, level: Level) -> None:
    assert parse_level(text) == level


levels = st.integers(1, 1000).map(Level) | st.tuples(st.just(0), st.sampled_from([-1, 1]), durations).map(Level._make)


@given(levels)
def test_a_printed_level_reads_back(level: Level) -> None:
    assert parse_level(str(level)) == level


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("half", "“half” is not an escalation level"),
        ("", "“” is not an escalation level"),
        ("%", "“%” is not an escalation level"),
        ("1.5%", "“1.5%” is not an escalation level"),
        ("4h", "“4h” is not an escalation level"),
        ("²%", "“²%” is not an escalation level"),
        ("0%", "an escalation level lies between 1% and 1000%"),
        ("1001%", "an escalation level lies between 1% and 1000%"),
        ("9" * 5000 + "%", "an escalation level lies between 1% and 1000%"),
        ("-soon", "“soon” is not a duration"),
        ("--3h", "“-3h” is not a duration"),
    ],
)
def test_refuses_what_is_no_level(text: str, complaint: str) -> None:
    with pytest.raises(Usage) as caught:
        parse_level(text)
    assert str(caught.value) == complaint


class Closed:
    """A calendar that must not be asked."""

    def add(self, start: datetime, work: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
        raise AssertionError("the wall clock needs no calendar")

    def add_days(self, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime:
        raise AssertionError("the wall clock needs no calendar")


class Always(Closed):
    """Working time all day, days ending at midnight: enough to see which question was asked."""

    def add(self, start: datetime, work: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
        return start + work

    def add_days(self, start: datetime, days: int, pauses: Sequence[Pause] = ()) -> datetime:
        return start.replace(hour=0) + timedelta(days=days + 1)


START = datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_working_durations_ask_the_calendar() -> None:
    assert Duration(3600).due(START, Always()) == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert Duration(3, DAYS).due(START, Always()) == datetime(2026, 11, 24, tzinfo=UTC)


def test_wall_clock_counts_real_hours_over_a_change_of_clocks() -> None:
    warsaw = ZoneInfo("Europe/Warsaw")
    start = datetime(2026, 10, 24, 12, tzinfo=warsaw)
    due = Duration(24 * 3600, WALL).due(start, Closed())
    assert due == datetime(2026, 10, 25, 11, tzinfo=warsaw)
    assert due.tzinfo is warsaw


minutes = st.integers(-500, 1500)


@given(st.integers(1, 600), st.lists(st.tuples(minutes, minutes), max_size=6))
def test_wall_clock_skips_exactly_the_paused_minutes(length: int, spans: list[tuple[int, int]]) -> None:
    """Against a walk minute by minute."""
    spans = [(a, b) for a, b in spans if a < b]
    pauses = [(START + timedelta(minutes=a), START + timedelta(minutes=b)) for a, b in spans]
    minute, left = 0, length
    while left:
        left -= not any(a <= minute < b for a, b in spans)
        minute += 1
    due = Duration(length * 60, WALL).due(START, Closed(), pauses)
    assert due == START + timedelta(minutes=minute)
