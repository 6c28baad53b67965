"""The desk's own settings (desk.yaml), its channels and its clients."""

from __future__ import annotations

from collections.abc import Mapping

from svcctl.model.messages import Message
from svcctl.model.namedtuples import NamedTuple
from svcctl.model.problems import BrokenFiles, Problem
from svcctl.model.schema import Keys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = 1
LANGUAGES = ("en", "ru", "pl")
UNSIGNED, SSH = "no", "ssh"


class Settings(NamedTuple):
    """desk.yaml; ``sign`` is how commits are signed, ``no`` where they are not."""

    name: str
    lang: str = "en"
    timezone: str = "UTC"
    currency: str = "EUR"
    country: str = ""
    calendar: str = "office"
    due_soon: str = "4h"
    silent_after: str = "3d"
    sign: str = UNSIGNED


class Channel(NamedTuple):
    """A way a client reaches the team."""

    name: str
    kind: str
    address: str = ""
    hours: str = ""
    answers: str = ""
    title: str = ""


class Client(NamedTuple):
    """A client's contact data; ``requisites`` is what offers and invoices need."""

    handle: str
    name: str
    contacts: dict[str, str] = {}
    requisites: dict[str, str] = {}
    manager: str = ""
    notes: str = ""


def parse_settings(mapping: Mapping[str, Any]) -> Settings:
    """Reads desk.yaml.

    Raises:
        BrokenFiles: with every problem of the file; code ``newer-format`` for a desk of a later svcctl.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    _check_format(keys)
    defaults = Settings._field_defaults
    settings = Settings(
        keys.text("name", required=True),
        keys.choice("lang", LANGUAGES, "en"),
        keys.text("timezone", defaults["timezone"]),
        keys.text("currency", defaults["currency"]),
        keys.text("country"),
        keys.text("calendar", defaults["calendar"]),
        keys.text("due_soon", defaults["due_soon"]),
        keys.text("silent_after", defaults["silent_after"]),
        keys.choice("sign", (UNSIGNED, SSH), UNSIGNED),
    )
    for later in ("seller", *(f"seller_{language}" for language in LANGUAGES)):
        keys.raw(later)
    keys.done("desk.yaml")
    if problems:
        raise BrokenFiles(problems)
    return settings


def _check_format(keys: Keys) -> None:
    text = keys.text("format", str(FORMAT))
    if not (text.isascii() and text.isdecimal()):
        keys.report("format", "type", Message("“format” should be a number"), Message("write format: 1"))
    elif len(text) > 9 or int(text) > FORMAT:
        keys.report(
            "format",
            "newer-format",
            Message("this desk has format {found}; this svcctl reads up to {known}", found=text, known=FORMAT),
            Message("install a newer svcctl"),
        )


def parse_channels(mapping: Mapping[str, Any]) -> dict[str, Channel]:
    """Reads channels.yaml: a mapping of names to kind, address, hours and who answers.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    problems: list[Problem] = []
    channels = {}
    entries = Keys(mapping, problems)
    for name in mapping:
        keys = Keys(entries.mapping_of(name), problems)
        channels[name] = Channel(
            name,
            keys.text("kind", name),
            keys.text("address"),
            keys.text("hours"),
            keys.text("answers"),
            keys.text("title", name),
        )
        keys.done("a channel")
    if problems:
        raise BrokenFiles(problems)
    return channels


def parse_client(handle: str, mapping: Mapping[str, Any]) -> Client:
    """Reads clients/<handle>.yaml.

    Raises:
        BrokenFiles: with every problem of the file.
    """
    problems: list[Problem] = []
    keys = Keys(mapping, problems)
    client = Client(
        handle,
        keys.text("name", handle),
        keys.texts_of("contacts"),
        keys.texts_of("requisites"),
        keys.text("manager"),
        keys.text("notes"),
    )
    keys.done("a client")
    if problems:
        raise BrokenFiles(problems)
    return client
