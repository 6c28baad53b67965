"""Identifiers: Crockford base32 in lower case, so that they can be read out over the phone (no i, l, o, u)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
Entropy = Callable[[int], bytes]


def _random_word(length: int, entropy: Entropy) -> str:
    return "".join(ALPHABET[byte & 31] for byte in entropy(length))


def new_event_id(entropy: Entropy) -> str:
    """Eight characters, 40 bits: unique within a desk's history for all practical purposes."""
    return _random_word(8, entropy)


def derived_event_id(*of: str) -> str:
    """Eight characters that are always the same for the same words.

    So clones that record the same thing apart from each other record one event.
    """
    from hashlib import sha256

    digest = sha256("\0".join(of).encode()).digest()
    return _random_word(8, lambda length: digest[:length])


def new_request_id(day: date, entropy: Entropy) -> str:
    """``R-20261121-k7qm4d``: the day it was opened and six characters."""
    return f"R-{day:%Y%m%d}-{_random_word(6, entropy)}"


def is_request_id(text: str) -> bool:
    """Whether the text has the form of a whole request id (the day need not exist)."""
    return (
        len(text) == 17
        and text[:2] == "R-"
        and text[10] == "-"
        and text[2:10].isdecimal()
        and text.isascii()
        and all(character in ALPHABET for character in text[11:])
    )


def short(request_id: str) -> str:
    """The last six characters: what people type and read in lists."""
    return request_id[-6:]


def day_folder(request_id: str) -> str:
    """The folder of a request's day, for example ``2026/11/21``."""
    return f"{request_id[2:6]}/{request_id[6:8]}/{request_id[8:10]}"


def record_path(request_id: str) -> str:
    """Where the request's record stands in the desk."""
    return f"requests/{day_folder(request_id)}/{request_id}.yaml"


def offer_path(request_id: str, revision: str) -> str:
    """Where a revision of the request's offer stands in the desk."""
    return f"offers/{day_folder(request_id)}/{request_id}/{revision}.yaml"


def file_path(request_id: str, event_id: str, name: str) -> str:
    """Where a file that an event names stands in the desk."""
    return f"files/{day_folder(request_id)}/{request_id}/{event_id}-{name}"
