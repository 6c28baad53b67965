"""A named tuple is what ``typing`` would have made of it, but for the types it has not looked at."""

from __future__ import annotations

import pickle
import re
import typing
from pathlib import Path

import pytest

import svcctl
from svcctl.model.namedtuples import NamedTuple


class Plain(typing.NamedTuple):
    """A person."""

    name: str
    hours: int = 8
    aliases: tuple[str, ...] = ()

    @property
    def known(self) -> str:
        """How they are called."""
        return self.aliases[0] if self.aliases else self.name

    @classmethod
    def nobody(cls) -> typing.Any:
        return cls("", 0)

    def __str__(self) -> str:
        return f"{self.name}, {self.hours} h"


class Quick(NamedTuple):
    """A person."""

    name: str
    hours: int = 8
    aliases: tuple[str, ...] = ()

    @property
    def known(self) -> str:
        """How they are called."""
        return self.aliases[0] if self.aliases else self.name

    @classmethod
    def nobody(cls) -> typing.Any:
        return cls("", 0)

    def __str__(self) -> str:
        return f"{self.name}, {self.hours} h"


class Outer:
    class Inner(NamedTuple):
        value: int


def test_it_has_what_the_other_has() -> None:
    for name in ("__doc__", "__module__", "_fields", "_field_defaults", "__match_args__", "__slots__"):
        assert getattr(Quick, name) == getattr(Plain, name), name
    assert Quick.__bases__ == (tuple,)
    assert [name for name in dir(Plain) if name not in dir(Quick)] == []


@pytest.mark.parametrize("values", [("ivanova",), ("ivanova", 4), ("ivanova", 4, ("anna",))])
def test_it_does_what_the_other_does(values: tuple[typing.Any, ...]) -> None:
    quick, plain = Quick(*values), Plain(*values)
    assert quick == plain and hash(quick) == hash(plain)
    assert (quick.known, str(quick), quick._asdict()) == (plain.known, str(plain), plain._asdict())
    assert repr(quick) == repr(plain).replace("Plain", "Quick")
    assert quick._replace(hours=1) == plain._replace(hours=1)
    assert pickle.loads(pickle.dumps(quick)) == quick
    assert type(Quick.nobody()) is Quick and Quick.nobody() == Plain.nobody()


def test_wrong_values_are_refused() -> None:
    with pytest.raises(TypeError):
        Quick()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Quick("ivanova", minutes=3)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Quick("ivanova").hours = 3  # type: ignore[misc]


def test_one_inside_of_a_class_knows_where_it_is() -> None:
    assert Outer.Inner.__qualname__ == "Outer.Inner"
    assert pickle.loads(pickle.dumps(Outer.Inner(1))) == Outer.Inner(1)


def test_every_module_takes_this_one() -> None:
    folder = Path(svcctl.__file__).parent
    pattern = re.compile(r"^from typing import .*\bNamedTuple\b", re.MULTILINE)
    wrong = [path.name for path in folder.rglob("*.py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert wrong == [], "from svcctl.model.namedtuples import NamedTuple starts sooner"
