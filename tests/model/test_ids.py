"""Identifiers: the form, the alphabet, and where things stand in the desk."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model import ids

DAY = date(2026, 11, 21)


def test_the_alphabet_has_no_letters_that_look_alike() -> None:
    assert len(set(ids.ALPHABET)) == 32
    assert not set("ilou") & set(ids.ALPHABET)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.binary(min_size=6, max_size=6))
def test_a_request_id_is_one_whatever_the_dice_say(day: date, dice: bytes) -> None:
    request_id = ids.new_request_id(day, lambda n: dice[:n])
    assert ids.is_request_id(request_id)
    assert request_id.startswith(f"R-{day:%Y%m%d}-")
    assert ids.short(request_id) == request_id[11:]


@given(st.binary(min_size=8, max_size=8))
def test_an_event_id_has_eight_characters_of_the_alphabet(dice: bytes) -> None:
    event_id = ids.new_event_id(lambda n: dice[:n])
    assert len(event_id) == 8 and set(event_id) <= set(ids.ALPHABET)


def test_a_derived_event_id_is_the_same_for_the_same_words_and_no_others() -> None:
    first = ids.derived_event_id("R-20261121-k7qm4d", "resolve", "100%")
    assert first == ids.derived_event_id("R-20261121-k7qm4d", "resolve", "100%")
    assert len(first) == 8 and set(first) <= set(ids.ALPHABET)
    others = {ids.derived_event_id("R-20261121-k7qm4d", "resolve", f"{n}%") for n in range(1000)}
    assert len(others) == 1000
    assert ids.derived_event_id("ab", "c") != ids.derived_event_id("a", "bc")


def test_every_bit_of_the_entropy_is_used() -> None:
    assert len({ids.new_request_id(DAY, lambda n, byte=byte: bytes([byte]) * n) for byte in range(32)}) == 32


@pytest.mark.parametrize(
    "text",
    [
        "",
        "k7qm4d",
        "R-20261121-k7qm4",
        "R-20261121-k7qm4dd",
        "r-20261121-k7qm4d",
        "R-20261121-K7QM4D",
        "R-20261121_k7qm4d",
        "R-2026112a-k7qm4d",
        "R-20261121-k7qmil",
        "R-٢٠٢٦١١٢١-k7qm4d",
        "R-20261121-k7qm4d\n",
        "../../../etc/pass",
    ],
)
def test_these_are_no_request_ids(text: str) -> None:
    assert not ids.is_request_id(text)


def test_where_things_stand() -> None:
    request = "R-20261121-k7qm4d"
    assert ids.day_folder(request) == "2026/11/21"
    assert ids.record_path(request) == "requests/2026/11/21/R-20261121-k7qm4d.yaml"
    assert ids.offer_path(request, "r1") == "offers/2026/11/21/R-20261121-k7qm4d/r1.yaml"
    assert ids.file_path(request, "4f7x2c9k", "план.pdf") == "files/2026/11/21/R-20261121-k7qm4d/4f7x2c9k-план.pdf"
