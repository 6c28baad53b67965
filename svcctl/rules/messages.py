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
_LONGEST_NAME = 160
_LONGEST_ENDING = 20

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
    safe = safe_name(attachment[0]) if attachment else ""
    if len(text) > LONGEST_TEXT:
        body = "body.txt" if safe != "body.txt" else "message.txt"
        files.append((body, text.encode()))
        events.append(kind(channel=channel, text=text[:_SHOWN].rstrip() + "…", file=body))
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
        files.append((safe, content))
        events.append(Attached(file=safe, name=name))
    return events, files


def safe_name(name: str) -> str:
    """A file name that is safe in any folder: letters of any script, digits, dots and hyphens, at most 160 bytes."""
    kept = "".join(c if c.isalnum() or c in "._-" else "-" for c in name).strip(".-") or "file"
    stem, dot, ending = kept.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = kept, "", ""
    room = _LONGEST_NAME - len((dot + ending).encode())
    cut = stem.encode()[:room].decode(errors="ignore").rstrip(".-")
    return cut + dot + ending
