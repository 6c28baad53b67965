"""desk.yaml, channels.yaml and clients: what they say, and every problem at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from svcctl.model.problems import BrokenFiles
from svcctl.model.settings import Channel, Client, Settings, parse_channels, parse_client, parse_settings
from svcctl.model.source import Map
from svcctl.store import yaml


def mapping(text: str) -> Map:
    found, problems = yaml.read(text, "f.yaml")
    assert found is not None and not problems
    return found


def broken(parse: Callable[[Map], Any], text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(BrokenFiles) as refusal:
        parse(mapping(text))
    return [(str(p.place), p.code, str(p.message)) for p in refusal.value.problems]


def test_a_desk_needs_only_a_name() -> None:
    assert parse_settings(mapping("name: Desk\n")) == Settings("Desk", "en", "UTC", "EUR", "", "office", "4h", "3d")


def test_a_norwegian_desk_stays_norwegian() -> None:
    assert parse_settings(mapping("name: no\ncountry: NO\nformat: 1\n")).country == "NO"


def test_problems_of_a_desk() -> None:
    assert broken(parse_settings, "lang: de\nformat: one\ntimezne: UTC\n") == [
        ("f.yaml:2:9", "type", "“format” should be a number"),
        ("f.yaml:1:1", "missing", "“name” is missing"),
        ("f.yaml:1:7", "choice", "“lang” cannot be “de”"),
        ("f.yaml:3:1", "unknown-key", "“timezne” is no key of desk.yaml"),
    ]


def test_a_desk_of_a_later_svcctl_is_refused() -> None:
    assert broken(parse_settings, "name: x\nformat: 2\n") == [
        ("f.yaml:2:9", "newer-format", "this desk has format 2; this svcctl reads up to 1")
    ]


def test_channels() -> None:
    assert parse_channels(mapping("phone:\nchat: {kind: telegram, address: '@desk', title: Чат}\n")) == {
        "phone": Channel("phone", "phone", title="phone"),
        "chat": Channel("chat", "telegram", "@desk", title="Чат"),
    }


def test_problems_of_channels() -> None:
    assert broken(parse_channels, "phone: {adress: 1}\nchat: {kind: [a]}\nfax: loud\n") == [
        ("f.yaml:1:9", "unknown-key", "“adress” is no key of a channel"),
        ("f.yaml:2:14", "type", "“kind” should be one word or sentence"),
        ("f.yaml:3:6", "type", "“fax” should be a mapping of keys to values"),
    ]


def test_a_client() -> None:
    text = "name: ООО «Металлстрой»\ncontacts: {phone: '+7 800', anna: anna@example.com}\nrequisites: {ИНН: 0123}\n"
    assert parse_client("metallstroy", mapping(text)) == Client(
        "metallstroy",
        "ООО «Металлстрой»",
        {"phone": "+7 800", "anna": "anna@example.com"},
        {"ИНН": "0123"},
    )
    assert parse_client("zoo", mapping("")) == Client("zoo", "zoo")


def test_problems_of_a_client() -> None:
    assert broken(lambda found: parse_client("x", found), "contacts: phone\nrequisites: {a: [b]}\nmail: x\n") == [
        ("f.yaml:1:11", "type", "“contacts” should be a mapping of keys to values"),
        ("f.yaml:2:17", "type", "“a” should be one word or sentence"),
        ("f.yaml:3:1", "unknown-key", "“mail” is no key of a client"),
    ]


@pytest.mark.parametrize("text", ["9" * 5_000, "²", "２", "1e9", "-1"])
def test_a_format_that_is_no_small_number_is_told(text: str) -> None:
    with pytest.raises(BrokenFiles) as refusal:
        parse_settings({"name": "x", "format": text})
    assert [problem.code for problem in refusal.value.problems] in (["newer-format"], ["type"])
