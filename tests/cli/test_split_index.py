"""A desk whose person lets git split its index, as large ones are quicker with: everything is as it was."""

from __future__ import annotations

from tests.conftest import Svc


def test_deeds_in_a_desk_with_a_split_index(svc: Svc) -> None:
    svc.git("config", "core.splitIndex", "true")
    svc.git("config", "splitIndex.maxPercentChange", "20")
    names = [svc.new(f"Request {number}", "--client", "metallstroy") for number in range(12)]
    assert list((svc.folder / ".git").glob("sharedindex.*")), "git has not split its index"
    for name in names:
        svc(f"take {name}")
        svc(f"resolve {name} -m done")
    svc(f"undo {names[0]}")
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
    assert svc.json("fsck")["problems"] == []
    svc.git("config", "--unset", "core.splitIndex")
    svc(f"note {names[1]} -m after")
    assert svc.git("status", "--porcelain", "--untracked-files=all") == ""
