"""The outbox: messages to people of the desk and to clients, as files for a program that sends mail.

``outbox/2026/11/23/<event>-<person>.eml`` in the desk's folder is one message (RFC 5322). The folder is not part of
the desk's history: the event is, and only the clone that recorded the event writes its messages.

So that none is lost between the two, a delivery is first prepared (a JSON file in git's private folder), then the
event is committed, then it is delivered. The next run finishes what an interrupted one has prepared and recorded,
drops what it has not recorded, and tries again what a command has refused.
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.utils import format_datetime, formataddr
from urllib.parse import quote

from svcctl.model.handles import handle
from svcctl.model.messages import Message
from svcctl.model.problems import Busy
from svcctl.store.lock import Lock, not_writable
from svcctl.store.worktree import check_inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


FOLDER = "outbox"
_DOMAIN = "svcctl.invalid"
_WIDTH = 100
_PATIENCE = 5.0
_NEW = ".new"
_TEXT_HEADERS = ('Content-Type: text/plain; charset="utf-8"', "Content-Transfer-Encoding: 8bit")

Delivery = Mapping[str, "Any"]
"""A message to one person: the JSON that a command gets, see ``svcctl.render.notices.delivery``."""


class Outbox:
    """The outbox of a desk: ``root`` is the desk's folder, ``private`` a folder that git leaves alone."""

    def __init__(self, root: str, private: str) -> None:
        self.root, self.private = root, os.path.join(private, FOLDER)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lets nobody else tell people for the length of a ``with`` block.

        Raises:
            Busy: somebody else does.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(Lock(self.private, wait=_PATIENCE))
            except Busy:
                raise _telling() from None
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Removes half-written deliveries of a killed command: they were not recorded yet."""
        for name in os.listdir(self.private):
            if name.endswith(_NEW):
                try:
                    os.unlink(os.path.join(self.private, name))
                except OSError as error:
                    raise not_writable(error) from None

    def prepare(self, deliveries: Sequence[Delivery], with_command: bool) -> None:
        """Keeps deliveries that are about to be recorded.

        Args:
            with_command: they are done only when a command has taken them.

        Raises:
            Refused: the folder cannot be written.
        """
        for delivery in deliveries:
            self._keep({"command": with_command, "file": "", "delivery": delivery})

    def deliver(
        self,
        is_recorded: Callable[[str, str], bool | None],
        run: Callable[[str], Message | None] | None = None,
    ) -> list[Message]:
        """Delivers everything that is prepared and recorded; returns what went wrong.

        Args:
            is_recorded: whether a request (its id) has an event (its id); None where that cannot be told.
            run: gives a delivery as JSON to a command, and says why it failed.

        Raises:
            Refused: the outbox cannot be written.
        """
        failures = []
        for kept in self._kept():
            delivery = kept["delivery"]
            recorded = is_recorded(delivery["id"], delivery["event"])
            if not recorded:
                if recorded is not None:
                    os.unlink(self._path(delivery))
                continue
            if not kept["file"]:
                kept["file"] = self._write(delivery)
                if kept["command"]:
                    self._keep(kept)
            failure = _given(kept, run)
            if failure is not None:
                failures.append(failure)
            elif not (kept["command"] and run is None):
                os.unlink(self._path(delivery))
        return failures

    def is_empty(self) -> bool:
        """Whether nothing waits to be delivered."""
        return not any(True for _ in self._names())

    # Files

    def _keep(self, kept: Mapping[str, Any]) -> None:
        try:
            os.makedirs(self.private, exist_ok=True)
            _replace(self._path(kept["delivery"]), json.dumps(kept, ensure_ascii=False).encode())
        except OSError as error:
            raise not_writable(error) from None

    def _path(self, delivery: Delivery) -> str:
        return os.path.join(self.private, f"{_name(delivery)}.json")

    def _names(self) -> Iterator[str]:
        try:
            names = os.listdir(self.private)
        except FileNotFoundError:
            return
        yield from sorted(name for name in names if name.endswith(".json"))

    def _kept(self) -> Iterator[dict[str, Any]]:
        for name in self._names():
            with open(os.path.join(self.private, name), encoding="utf-8") as file:
                yield json.load(file)

    def _write(self, delivery: Delivery) -> str:
        """Writes the message and returns its path within the desk."""
        path = message_path(delivery)
        check_inside(self.root, path)
        target = os.path.join(self.root, path)
        try:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            self._ignore()
            _replace(target, message(delivery))
        except OSError as error:
            raise not_writable(error) from None
        return path

    def _ignore(self) -> None:
        """Keeps git from seeing the messages: personal data, and each clone has its own."""
        path = os.path.join(self.root, FOLDER, ".gitignore")
        if not os.path.lexists(path):
            # Written where git does not look, if that is on the same disk: nothing is ignored until it is there.
            near = os.stat(self.private).st_dev == os.stat(os.path.dirname(path)).st_dev
            _replace(path, b"*\n", os.path.join(self.private, f"gitignore{_NEW}") if near else "")


def _given(kept: Mapping[str, Any], run: Callable[[str], Message | None] | None) -> Message | None:
    if run is None or not kept["command"]:
        return None
    why = run(json.dumps({**kept["delivery"], "file": kept["file"]}, ensure_ascii=False))
    if why is None:
        return None
    return Message(
        "{person} was not told by the command: {why}; the next run with --exec tries again, the message is {file}",
        person=kept["delivery"]["to"]["handle"],
        why=why,
        file=kept["file"],
    )


def message_path(delivery: Delivery) -> str:
    """Where the message of a delivery is put, within the desk."""
    day = datetime.fromisoformat(delivery["at"])
    return f"{FOLDER}/{day:%Y/%m/%d}/{_name(delivery)}.eml"


def _name(delivery: Delivery) -> str:
    return f"{delivery['event']}-{quote(delivery['to']['handle'], safe='')}"


def _replace(path: str, content: bytes, beside: str = "") -> None:
    """Writes a file as a whole and makes it last, before the commit that it belongs to."""
    beside = beside or f"{path}{_NEW}"
    try:
        with open(beside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def _telling() -> Busy:
    return Busy(
        Message("another check is telling people just now"),
        Message("nothing is lost: the next run tells what is left"),
        code="locked",
    )


# Messages


def message(delivery: Delivery) -> bytes:
    """The message of a delivery (RFC 5322).

    One that no person has written is marked so (RFC 3834), that no absence answers it; ``personal`` ones are not.
    ``attachments`` is a list of ``{name, type, content}``, the content as base64. Whoever has no address that mail
    could go to is ``<handle>@localhost``: mail on one machine knows them by that.
    """
    to, sender = delivery["to"], delivery["from"]
    personal, attachments = delivery.get("personal", False), delivery.get("attachments", ())
    headers = {
        "Date": format_datetime(datetime.fromisoformat(delivery["at"])),
        "From": _address(sender["name"], sender["email"], "svcctl"),
        "To": _address(to["name"], to["email"], to["handle"]),
        "Subject": _words(delivery["subject"], "Subject"),
        "Message-ID": f"<{_name(delivery)}@{_sender_domain(sender['email']) if personal else _DOMAIN}>",
        "MIME-Version": "1.0",
    }
    if not personal:
        headers |= {"References": f"<{delivery['id']}@{_DOMAIN}>", "Auto-Submitted": "auto-generated"}
    text = [*_TEXT_HEADERS, "", *_wrapped(delivery["text"], "" if personal else "  "), ""]
    lines = [f"{name}: {value}" for name, value in headers.items()]
    body = _parts(text, attachments, f"=_{delivery['event']}_=") if attachments else text
    return "\r\n".join([*lines, *body]).encode()


def _sender_domain(email: str) -> str:
    domain = email.rpartition("@")[2]
    return domain if is_address(email) and domain.isascii() else _DOMAIN


def _parts(text: Sequence[str], attachments: Sequence[Mapping[str, str]], boundary: str) -> Iterator[str]:
    """A text and files beside it (RFC 2046, multipart/mixed)."""
    yield from (f'Content-Type: multipart/mixed; boundary="{boundary}"', "", f"--{boundary}", *text)
    for one in attachments:
        yield from (f"--{boundary}", f"Content-Type: {one['type']}", "Content-Transfer-Encoding: base64")
        yield from (f'Content-Disposition: attachment; filename="{one["name"]}"', "")
        yield from (one["content"][start : start + 76] for start in range(0, len(one["content"]), 76))
    yield from (f"--{boundary}--", "")


def is_address(email: str) -> bool:
    """Whether mail can go to such an address."""
    try:
        return bool(_addr_spec(email))
    except (ValueError, IndexError, MessageError):
        return False


def _addr_spec(email: str) -> str:
    user, at, domain = email.rpartition("@")
    return Address(addr_spec=f"{user}{at}{domain.encode('idna').decode('ascii')}").addr_spec


def _words(text: str, header: str) -> str:
    # EmailMessage loses blanks between words that it encodes one by one (seen in Python 3.11.7).
    plain = text.isascii() and max((len(word) for word in text.split()), default=0) < _WIDTH
    return Header(text, None if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def _address(name: str, email: str, local: str) -> str:
    shown = name if name.isprintable() else ""
    try:
        address = _addr_spec(email)
    except (ValueError, IndexError, MessageError):
        address = f"{handle(local) or 'somebody'}@localhost"
    if shown.isascii():
        return formataddr((shown, address))
    return f"{_words(shown, 'From')} <{address}>"


def _wrapped(text: str, indent: str) -> Iterator[str]:
    """The lines of a body: one line of mail has at most 998 bytes, and letters up to four."""
    for line in text.splitlines():
        yield from textwrap.wrap(line, _WIDTH, subsequent_indent=indent) or [""]
