"""What the commands that end a request print."""

from __future__ import annotations

import pytest

from tests.conftest import Svc


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("resolve {id} -m done", "{id} resolved"),
        ("cancel {id} -m no", "{id} cancelled"),
        ("merge {id} --into {other}", "{id} merged into R-20261123-{other}"),
    ],
)
def test_the_end_is_said_once(svc: Svc, line: str, said: str) -> None:
    words = {"id": svc.new(), "other": svc.new("Another")}
    assert svc(line.format(**words)).out == said.format(**words) + "\n"


def test_what_comes_after_the_end_still_says_it_is_over(svc: Svc) -> None:
    ident = svc.new()
    svc(f"resolve {ident} -m done")
    assert svc(f"rate {ident} 9").out == f"{ident} rated 9/10; resolved\n"
    assert svc(f"show {ident}").out.splitlines()[1].split() == ["status:", "resolved"]
