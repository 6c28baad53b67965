"""One value of a YAML file changes; every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from svcctl.model.problems import BrokenFiles
from svcctl.store import yaml
from svcctl.store.yamlvalue import with_value

CASES = {
    "a plain value in braces": (
        "d:  # heads\n  sales: {title: Продажи, head: kim}  # us\n",
        "d:  # heads\n  sales: {title: Продажи, head: petrova}  # us\n",
    ),
    "a quoted value": ('d:\n  sales: {head: "kim, \\"x\\""}\n', "d:\n  sales: {head: petrova}\n"),
    "a value in single quotes": (
        "d:\n  sales: {head: 'k''im', title: x}\n",
        "d:\n  sales: {head: petrova, title: x}\n",
    ),
    "a value on a line": (
        "d:\n  sales:\n    # who\n    head: kim   # now\n",
        "d:\n  sales:\n    # who\n    head: petrova   # now\n",
    ),
    "no value yet": ("d:\n  sales:\n    head:\n    title: x\n", "d:\n  sales:\n    head: petrova\n    title: x\n"),
    "no key in braces": ("d:\n  sales: {title: x}\n", "d:\n  sales: {head: petrova, title: x}\n"),
    "empty braces": ("d:\n  sales: {}\n", "d:\n  sales: {head: petrova}\n"),
    "no key on lines": ("d:\n  sales:\n    title: x\n", "d:\n  sales:\n    head: petrova\n    title: x\n"),
    "nothing at all": ("d:\n  sales:\n  other: {}\n", "d:\n  sales: {head: petrova}\n  other: {}\n"),
    "beyond the basic plane": (
        "d:\n  sales: {title: 🦊🦊, head: kim}\n",
        "d:\n  sales: {title: 🦊🦊, head: petrova}\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_where_it_stands(case: str) -> None:
    text, expected = CASES[case]
    assert with_value(text, ("d", "sales", "head"), "petrova") == expected


@given(st.text(min_size=1, max_size=30).filter(str.isprintable))
def test_any_text_reads_back(value: str) -> None:
    mapping, problems = yaml.read(with_value("d:\n  sales: {head: kim}\n", ("d", "sales", "head"), value), "")
    assert (mapping, problems) == ({"d": {"sales": {"head": value}}}, [])


def test_a_key_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        with_value("d: {}\n", ("d", "sales", "head"), "x")


def test_a_broken_file() -> None:
    with pytest.raises(BrokenFiles):
        with_value("d: [\n", ("d", "sales"), "x")
