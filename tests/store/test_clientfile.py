"""A new client's file reads back as the client."""

from __future__ import annotations

import pytest
import yaml as stock
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import BrokenFiles
from svcctl.model.settings import Client, parse_client
from svcctl.store import yaml
from svcctl.store.clientfile import client_file

texts = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable() and bool(text.strip()))
words = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), texts, max_size=4)


@given(texts, words, words)
def test_every_client_reads_back(name: str, contacts: dict[str, str], requisites: dict[str, str]) -> None:
    client = Client("zoo", name, contacts, requisites)
    text = client_file(client)
    mapping, problems = yaml.read(text, "clients/zoo.yaml")
    assert mapping is not None and problems == []
    assert parse_client("zoo", mapping) == client


@pytest.mark.parametrize("value", ["no", "017", "1.10", "12:30", "~", "+48 42", "a: b", "# x", "'", '"', "$name"])
def test_other_programs_read_the_same_words(value: str) -> None:
    read = stock.safe_load(client_file(Client("zoo", value, {"phone": value})))
    assert (read["name"], read["contacts"], read["requisites"]) == (value, {"phone": value}, None)


def test_a_client_without_a_name_cannot_be_written() -> None:
    with pytest.raises(BrokenFiles, match="cannot be written down"):
        client_file(Client("zoo", ""))
