"""Amounts in words: published examples, each with its source, and laws over every number."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.money import CURRENCIES, in_words
from svcctl.model.problems import Usage
from svcctl.model.words import LANGUAGES, number_in_words

TABLE = Path(__file__).with_name("amounts_in_words.tsv").read_text(encoding="utf-8")
EXAMPLES = list(csv.DictReader(TABLE.splitlines(), delimiter="\t"))
ZERO = {"ru": " ноль ", "pl": " zero ", "en": " and zero "}


def normal(text: str) -> str:
    """Publishers differ in commas, in capitals and in a joint before the kopecks; numbers and nouns are compared."""
    return re.sub(r"( и| i) ", " ", text.replace(",", "")).lower()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: f"{row['language']}-{row['amount']}-{row['currency']}")
def test_published_example(example: dict[str, str]) -> None:
    expected = normal(example["text"])
    minor = "digits" if any(character.isdigit() for character in expected) else "words"
    text = normal(in_words(Decimal(example["amount"]), example["currency"], example["language"], minor))
    zero = ZERO[example["language"]]
    assert text == expected or (zero in text and text.rpartition(zero)[0] == expected)


@pytest.mark.parametrize("language", LANGUAGES)
def test_enough_examples_with_sources(language: str) -> None:
    mine = [row for row in EXAMPLES if row["language"] == language]
    assert len({(row["amount"], row["currency"]) for row in mine}) >= 30
    assert all("http" in row["source"] or "GitHub" in row["source"] for row in mine)


def value_of(words: list[str], units: dict[str, int], scales: dict[str, int]) -> int:
    """Reads a number back from its words: an independent inverse of the spelling."""
    total = group = 0
    for word in words:
        if word in scales:
            total += max(group, 1) * scales[word]
            group = 0
        elif word == "hundred":
            group *= 100
        else:
            group += units[word]
    return total + group


def numbered(text: str, start: int = 1, step: int = 1) -> dict[str, int]:
    return {word: start + index * step for index, word in enumerate(text.split()) if word != "-"}


READERS: dict[str, tuple[dict[str, int], dict[str, int]]] = {
    "ru": (
        numbered("один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать")
        | numbered("четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать", 14)
        | numbered("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто", 20, 10)
        | numbered("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот", 100, 100)
        | {"одна": 1, "две": 2, "одно": 1, "ноль": 0},
        dict.fromkeys(("тысяча", "тысячи", "тысяч"), 10**3)
        | dict.fromkeys(("миллион", "миллиона", "миллионов"), 10**6)
        | dict.fromkeys(("миллиард", "миллиарда", "миллиардов"), 10**9)
        | dict.fromkeys(("триллион", "триллиона", "триллионов"), 10**12),
    ),
    "pl": (
        numbered("jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście")
        | numbered("czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście", 14)
        | numbered("dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt siedemdziesiąt", 20, 10)
        | {"osiemdziesiąt": 80, "dziewięćdziesiąt": 90, "jedna": 1, "dwie": 2, "jedno": 1, "zero": 0}
        | numbered("sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset", 100, 100),
        dict.fromkeys(("tysiąc", "tysiące", "tysięcy"), 10**3)
        | dict.fromkeys(("milion", "miliony", "milionów"), 10**6)
        | dict.fromkeys(("miliard", "miliardy", "miliardów"), 10**9)
        | dict.fromkeys(("bilion", "biliony", "bilionów"), 10**12),
    ),
    "en": (
        numbered("one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen")
        | numbered("seventeen eighteen nineteen", 17)
        | numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10)
        | {"zero": 0},
        {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    ),
}
numbers = st.one_of(st.integers(0, 10**15 - 1), st.integers(0, 3000), st.integers(0, 14).map(lambda n: 10**n))


@given(numbers, st.sampled_from(LANGUAGES), st.sampled_from("mfn"))
def test_words_read_back_to_the_number(number: int, language: str, gender: str) -> None:
    units, scales = READERS[language]
    words = number_in_words(number, language, gender).replace("-", " ").split()
    assert value_of(words, units, scales) == number


def russian_rule(number: int) -> str:
    text = str(number)
    if re.search(r"1[1-4]$", text) or not re.search(r"[1-4]$", text):
        return "рублей"
    return "рубль" if text.endswith("1") else "рубля"


def polish_rule(number: int) -> str:
    text = str(number)
    if text == "1":
        return "złoty"
    return "złote" if re.search(r"(?<!1)[234]$", text) else "złotych"


@given(numbers)
def test_the_noun_agrees_with_the_number(number: int) -> None:
    assert f" {russian_rule(number)} ноль копеек" in " " + in_words(Decimal(number), "RUB", "ru")
    assert in_words(Decimal(number), "PLN", "pl").endswith(f" {polish_rule(number)} zero groszy")
    assert (" dollar and " in in_words(Decimal(number), "USD", "en")) == (number == 1)


@given(numbers)
def test_the_last_numeral_agrees_in_gender(number: int) -> None:
    hryvnias = in_words(Decimal(number), "UAH", "ru")
    assert (re.search(r"одна гривна|две гривны", hryvnias) is not None) == (
        number % 10 in (1, 2) and number % 100 not in (11, 12)
    )
    assert (" jeden hrywien" in in_words(Decimal(number), "UAH", "pl")) == (
        number % 10 == 1 and number % 100 != 11 and number != 1
    )


@given(st.integers(0, 10**17 - 1), st.sampled_from(CURRENCIES), st.sampled_from(LANGUAGES))
def test_every_amount_can_be_spelt(hundredths: int, currency: str, language: str) -> None:
    amount = Decimal(hundredths).scaleb(-2)
    text = in_words(amount, currency, language)
    assert text == text.strip() and "  " not in text and not any(c.isdigit() for c in text)
    assert f"{hundredths % 100:02d}" in in_words(amount, currency, language, "digits").split()


@pytest.mark.parametrize("amount", ["1000000000000000", "999999999999999.995", "NaN", "-Infinity", "1e30"])
def test_what_is_too_large_or_no_number_is_refused(amount: str) -> None:
    with pytest.raises(Usage, match="only amounts up to 999 trillion"):
        in_words(Decimal(amount), "RUB", "ru")


def test_a_plain_number_is_refused_alike() -> None:
    with pytest.raises(Usage, match="999 trillion"):
        number_in_words(10**15, "ru")
    assert number_in_words(-21, "ru", "f") == "минус двадцать одна"


def test_unknown_currency_and_language_are_named() -> None:
    with pytest.raises(Usage, match="no words are known for the currency “XXX”") as error:
        in_words(Decimal(1), "XXX", "ru")
    assert "RUB" in str(error.value.hint)
    with pytest.raises(Usage, match="not spelt in the language “de”"):
        in_words(Decimal(1), "RUB", "de")
    with pytest.raises(Usage, match="not spelt in the language “de”"):
        number_in_words(1, "de")


def test_half_a_kopeck_goes_up_and_a_negative_nothing_is_nothing() -> None:
    assert in_words(Decimal("0.995"), "RUB", "ru") == "один рубль ноль копеек"
    assert in_words(Decimal("-0.004"), "RUB", "ru") == "ноль рублей ноль копеек"
