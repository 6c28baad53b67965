"""Time zones by their IANA names."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from svcctl.model.messages import Message
from svcctl.model.problems import BrokenFiles, Place, Problem


def zone(name: str, path: str) -> ZoneInfo:
    """The time zone of a name that stands in ``path``.

    Raises:
        BrokenFiles: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BrokenFiles(
            [
                Problem(
                    Place(path),
                    "time-zone",
                    Message("there is no time zone “{name}”", name=name),
                    Message("use an IANA name such as Europe/Moscow or Europe/Warsaw"),
                )
            ]
        ) from None
