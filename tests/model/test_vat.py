from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from svcctl.model.problems import BrokenFiles, Place, Problem
from svcctl.model.vat import VatRate, VatTable, parse_vat
from svcctl.store.shipped import shipped
from svcctl.store.yaml import read


def table(country: str) -> VatTable:
    path = Path(shipped("regulations")) / "vat" / f"{country}.yaml"
    mapping, problems = read(path.read_text(encoding="utf-8"), path.name)
    assert mapping is not None and not problems
    return parse_vat(mapping)


def percent(country: str, word: str, day: str) -> Decimal | None:
    found = table(country).find(word, date.fromisoformat(day))
    assert isinstance(found, VatRate), found
    return found.percent


@pytest.mark.parametrize(
    ("country", "word", "day", "expected"),
    [
        ("ru", "standard", "2018-12-31", "18"),
        ("ru", "standard", "2019-01-01", "20"),
        ("ru", "standard", "2025-12-31", "20"),
        ("ru", "standard", "2026-01-01", "22"),
        ("ru", "22%", "2026-11-21", "22"),
        ("ru", "22 %", "2026-11-21", "22"),
        ("ru", "22", "2026-11-21", "22"),
        ("ru", "10", "2026-11-21", "10"),
        ("ru", "reduced", "2026-11-21", "10"),
        ("ru", "0", "2026-11-21", "0"),
        ("ru", "zero", "2026-11-21", "0"),
        ("ru", "5", "2025-01-01", "5"),
        ("ru", "7%", "2026-11-21", "7"),
        ("pl", "standard", "2026-11-21", "23"),
        ("pl", "standard", "2010-12-31", "22"),
        ("pl", "reduced", "2026-11-21", "8"),
        ("pl", "5", "2026-11-21", "5"),
        ("pl", "0%", "2026-11-21", "0"),
    ],
)
def test_the_rate_in_force(country: str, word: str, day: str, expected: str) -> None:
    assert percent(country, word, day) == Decimal(expected)


@pytest.mark.parametrize(
    ("country", "word"), [("ru", "none"), ("ru", "без НДС"), ("pl", "zw."), ("pl", "ZW"), ("pl", "none")]
)
def test_without_vat_is_no_rate_at_all(country: str, word: str) -> None:
    assert percent(country, word, "2026-11-21") is None


def problem(country: str, word: str, day: str) -> Problem:
    found = table(country).find(word, date.fromisoformat(day), Place("r1.yaml", 7, 3))
    assert isinstance(found, Problem)
    assert found.place == Place("r1.yaml", 7, 3)
    return found


def test_last_year_s_rate_names_the_right_one() -> None:
    found = problem("ru", "20%", "2026-11-21")
    assert found.code == "vat-date"
    assert str(found.message) == "VAT 20% is not in force on 2026-11-21 (2019-01-01 to 2025-12-31)"
    assert str(found.remedy) == "on that day the standard rate is 22%"


def test_a_rate_of_the_future_names_the_right_one() -> None:
    assert str(problem("ru", "22", "2025-12-31").remedy) == "on that day the standard rate is 20%"


def test_a_class_before_its_time_lists_what_there_was() -> None:
    found = problem("ru", "simplified5", "2024-12-31")
    assert str(found.message) == "VAT 5% is not in force on 2024-12-31 (2025-01-01 to …)"
    assert str(found.remedy) == "on 2024-12-31 there are: standard 20%, reduced 10%, zero 0%, none"


def test_a_rate_the_country_never_had_lists_the_known_ones() -> None:
    found = problem("pl", "19%", "2026-11-21")
    assert found.code == "vat-rate"
    assert str(found.message) == "PL has no VAT rate of 19%"
    assert "standard 23%, reduced 8%, reduced5 5%, zero 0%, none" in str(found.remedy)


def test_a_misspelt_class_is_guessed() -> None:
    found = problem("ru", "standart", "2026-11-21")
    assert found.code == "vat-class"
    assert str(found.message) == "“standart” is no class of VAT"
    assert str(found.remedy) == "did you mean “standard”?"


def broken(text: str) -> list[str]:
    mapping, problems = read(text, "vat.yaml")
    assert mapping is not None and not problems
    with pytest.raises(BrokenFiles) as error:
        parse_vat(mapping)
    return [f"{found.line} {found.code} {found.message}" for found in error.value.problems]


def test_a_broken_table_reports_every_problem() -> None:
    text = """\
vat: xx
classes:
  standard:
  - {rate: 20, from: 2019-01-01}
  - {rate: 22, from: 2026-01-01}
  odd:
  - {rate: lots, from: 2019-01-01}
  - {rate: 101, from: 2020-99-01}
  short: {rate: 1, from: 2019-01-01, form: x}
"""
    assert broken(text) == [
        "5 vat-overlap two rates of “standard” on 2026-01-01",
        "7 vat-rate “lots” is no rate of VAT",
        "8 date “from” should be a day, not “2020-99-01”",
        "8 vat-rate “101” is no rate of VAT",
        "9 unknown-key “form” is no key of a VAT rate",
    ]


def test_every_shipped_table_has_sources() -> None:
    for path in (Path(shipped("regulations")) / "vat").glob("*.yaml"):
        mapping, _ = read(path.read_text(encoding="utf-8"), path.name)
        assert mapping is not None and len(mapping["sources"]) >= 3
