"""Time zones by their IANA names."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from svcctl.model.problems import BrokenFiles, Place
from svcctl.store.zones import zone


def test_a_zone_has_the_clock_of_its_place() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=zone("Europe/Warsaw", "desk.yaml"))
    assert noon.utcoffset() == timedelta(hours=2)
    assert noon.replace(month=12).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    "name", ["Europe/Moskow", "", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b", "x" * 999]
)
def test_a_zone_that_does_not_exist_names_the_file_and_the_remedy(name: str) -> None:
    with pytest.raises(BrokenFiles) as caught:
        zone(name, "calendars/office.yaml")
    (problem,) = caught.value.problems
    assert problem.place == Place("calendars/office.yaml")
    assert (problem.code, str(problem.message)) == ("time-zone", f"there is no time zone “{name}”")
    assert str(problem.remedy) == "use an IANA name such as Europe/Moscow or Europe/Warsaw"
