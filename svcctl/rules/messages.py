"""Messages from and to clients: what stands in the event, what in a file beside it."""

from __future__ import annotations

from collections.abc import Sequence

from svcctl.model.event import Event
from svcctl.model.events import Attached, MessageIn, MessageOut
from svcctl.model.messages import Message
from svcctl.model.problems import Usage

LONGEST_TEXT = 2000
LARGEST_FILE = 25_000_000
_SHOWN = 200

NamedFile = tuple[str, bytes]


def message(
    kind: type[MessageIn] | type[MessageOut], channel: str, text: str, attachment: NamedFile | None
) -> tuple[Sequence[Event], Sequence[NamedFile]]:
    """The events and files (by bare names) of a message; a body over 2,000 characters is a file the event names.

    Raises:
        Usage: the file is too large to keep in a desk.
    """
    events: list[Event] = []
    files: list[NamedFile] = []
    if len(text) > LONGEST_TEXT:
        files.append(("body.txt", text.encode()))
        events.append(kind(channel=channel, text=text[:_SHOWN].rstrip() + "…", file="body.txt"))
    else:
        events.append(kind(channel=channel, text=text))
    if attachment is not None:
        name, content = attachment
        if len(content) > LARGEST_FILE:
            raise Usage(
                Message("{name} is over {n} MB", name=name, n=LARGEST_FILE // 1_000_000),
                Message("keep it elsewhere and write its place into the message"),
                code="large-file",
            )
        safe = safe_name(name)
        files.append((safe, content))
        events.append(Attached(file=safe, name=name))
    return events, files


def safe_name(name: str) -> str:
    """A file name that is safe in any folder: letters of any script, digits, dots and hyphens, at most 80."""
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in name).strip(".-") or "file"
    stem, dot, ending = kept.rpartition(".")
    return kept if len(kept) <= 80 else f"{stem[: 79 - len(ending)]}{dot}{ending[:20]}"
