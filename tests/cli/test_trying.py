"""regulation diff, simulate."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Svc


def edit(svc: Svc, name: str, *changes: tuple[str, str]) -> None:
    svc.write(f"regulations/{name}.md", changed(svc, name, *changes))


def changed(svc: Svc, name: str, *changes: tuple[str, str]) -> str:
    text = (svc.folder / f"regulations/{name}.md").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def draft(svc: Svc, tmp_path: Path, name: str, *changes: tuple[str, str]) -> str:
    path = tmp_path / "draft.md"
    path.write_text(changed(svc, name, *changes), encoding="utf-8")
    return str(path)


def test_diff_of_the_last_two_versions(svc: Svc) -> None:
    edit(svc, "errand", ("version: 1", "version: 2"), ("pickup:  {within: 4h}", "pickup: {within: 2h}"))
    assert svc("regulation diff errand").out == "errand@1 → errand@2\n  clock pickup, within: 2h instead of 4h\n"


def test_diff_of_named_versions(svc: Svc) -> None:
    edit(svc, "callback", ("version: 1", "version: 2"), ("title: ", "title: Neu "))
    edit(svc, "callback", ("version: 2", "version: 3"), ("title: Neu ", "title: New "))
    assert "title: New " in svc("regulation diff callback").out
    assert svc("regulation diff callback 1").out.startswith("callback@1 → callback@3\n")
    shown = svc.json("regulation diff callback callback@1 2")
    assert (shown["from"], shown["to"]) == ("callback@1", "callback@2")
    assert [one["part"] for one in shown["differences"]] == ["title"]
    assert svc("regulation diff callback 2 2").out == "callback@2 → callback@2\n  no difference\n"
    assert "it has 1, 2, 3" in svc("regulation diff callback 7", code=1).err
    assert "at most two versions" in svc("regulation diff callback 1 2 3", code=2).err


def test_diff_of_a_draft(svc: Svc, tmp_path: Path) -> None:
    path = draft(svc, tmp_path, "callback", ("version: 1", "version: 2"), ("owner: ", "owner: ivanova # "))
    assert "\n  owner: ivanova instead of " in svc("regulation diff " + path).out
    path = draft(svc, tmp_path, "callback", ("regulation: callback", "regulation: call"))
    assert "call is new" in svc("regulation diff " + path, code=1).err


def test_diff_needs_two_versions(svc: Svc) -> None:
    assert "errand@1 is the only version" in svc("regulation diff errand", code=1).err
    assert "did you mean “errand”?" in svc("regulation diff erand", code=1).err


# simulate

DAY = "2026-10-05T{time}:00+03:00"


def work(svc: Svc, taken: str, resolved: str, *more: str, kind: str = "callback") -> str:
    """A request of October, taken and resolved at these times of one day."""
    part = svc.new("Call back", "--type", kind, "--client", "metallstroy", *more, now=DAY.format(time="10:00"))
    svc(f"take {part}", now=DAY.format(time=taken))
    svc(f"resolve {part} -m done", now=DAY.format(time=resolved))
    return part


def plain(svc: Svc, tmp_path: Path, pickup: str, resolve: str, version: int = 1) -> str:
    """A callback regulation without stages."""
    text = (
        f"---\nregulation: callback\nversion: {version}\ntitle: Callback\nowner: head\napplies: {{type: callback}}\n"
        f"calendar: office\nclocks:\n  pickup: {{within: {pickup}}}\n  resolve: {{within: {resolve}}}\n---\n\nCall.\n"
    )
    path = tmp_path / f"callback{version}.md"
    path.write_text(text, encoding="utf-8")
    return str(path)


def put_in_force(svc: Svc, path: str) -> None:
    svc.write("regulations/callback.md", Path(path).read_text(encoding="utf-8"))


def test_simulate_shows_on_time_before_and_after(svc: Svc, tmp_path: Path) -> None:
    put_in_force(svc, plain(svc, tmp_path, "30m", "4h"))
    quick, slow = work(svc, "10:10", "11:00"), work(svc, "10:25", "12:30")
    late = work(svc, "10:40", "12:00")
    path = plain(svc, tmp_path, "20m", "2h", 2)
    found = svc.json(f"regulation simulate {path} --period 2026-10")
    assert found["requests"] == 3 and found["regulation"] == "callback@2" and found["decisions"] == []
    pickup, resolve = found["clocks"]
    assert (pickup["clock"], pickup["before"], pickup["after"]) == (
        "pickup",
        {"n": 3, "met": 2, "share": 2 / 3},
        {"n": 3, "met": 1, "share": 1 / 3},
    )
    assert [one[-6:] for one in pickup["late_only_after"]] == [slow] and pickup["in_time_only_after"] == []
    assert [one[-6:] for one in resolve["late_only_after"]] == [slow]
    text = svc(f"regulation simulate {path} --period 2026-10").out
    assert "pickup: 33.3 % on time instead of 66.7 %." in text
    assert "3 requests were opened in it." in text
    more = plain(svc, tmp_path, "1h", "2h", 3)
    gained = svc.json(f"regulation simulate {more} --period 2026-10")["clocks"][0]["in_time_only_after"]
    assert [one[-6:] for one in gained] == [late] and quick


def test_simulate_of_the_version_in_force_changes_nothing(svc: Svc, tmp_path: Path) -> None:
    put_in_force(svc, plain(svc, tmp_path, "30m", "4h"))
    for taken, resolved in (("10:05", "10:30"), ("11:55", "17:00"), ("17:30", "17:31")):
        work(svc, taken, resolved)
    found = svc.json("regulation simulate callback --period 2026-10")
    assert found["requests"] == 3
    for clock in found["clocks"]:
        assert clock["before"] == clock["after"] and not clock["late_only_after"] + clock["in_time_only_after"]
    for row in found["load"]:
        assert row["before"] == row["after"]


def test_simulate_writes_nothing_and_takes_the_period_only(svc: Svc, tmp_path: Path) -> None:
    put_in_force(svc, plain(svc, tmp_path, "30m", "4h"))
    work(svc, "10:05", "10:30")
    before = svc.git("rev-parse", "HEAD")
    path = plain(svc, tmp_path, "1m", "2m", 2)
    assert svc.json(f"regulation simulate {path} --period 2026-09")["requests"] == 0
    assert svc.json(f"regulation simulate {path}")["requests"] == 1, "last month, if nothing else is said"
    assert svc.git("rev-parse", "HEAD") == before
    assert svc(f"regulation simulate {path} --period 2026-10 --format md -o {tmp_path}/out.md").out == ""
    assert "| pickup" in (tmp_path / "out.md").read_text(encoding="utf-8")


CREDIT = "--field amount='300000 RUB' --field monthly_income='90000 RUB' --field identified=yes --field overdue_days=0"


def credit(svc: Svc, ratio: str) -> str:
    part = svc.new("Loan", "--type", "credit", "--client", "metallstroy", now=DAY.format(time="10:00"))
    svc(f"decide {part} {CREDIT} --field debt_ratio={ratio}", now=DAY.format(time="11:00"))
    return part


def test_simulate_lists_decisions_that_would_differ(svc: Svc, tmp_path: Path) -> None:
    credit(svc, "25%")
    moved, new = (
        credit(svc, "38%"),
        svc.new("Loan", "--type", "credit", "--client", "zoo", now=DAY.format(time="10:00")),
    )
    path = draft(svc, tmp_path, "credit-application", ("debt_ratio <= 40%", "debt_ratio <= 30%"))
    found = svc.json(f"regulation simulate {path} --period 2026-10")
    assert found["requests"] == found["decided"] == 3 and new
    (one,) = found["decisions"]
    assert (one["id"][-6:], one["before"], one["after"]) == (moved, "approve", "review")
    text = svc(f"regulation simulate {path} --period 2026-10").out
    assert "1 of 3 decisions would differ." in text and "neither clearly within the criteria" in text


def test_simulate_needs_data_where_the_proposal_asks_for_more(svc: Svc, tmp_path: Path) -> None:
    credit(svc, "25%")
    more = ("debt_ratio <= 40% and", "debt_ratio <= 40% and references == yes and")
    path = draft(
        svc,
        tmp_path,
        "credit-application",
        more,
        ("    identified: yes/no", "    references: yes/no\n    identified: yes/no"),
    )
    (one,) = svc.json(f"regulation simulate {path} --period 2026-10")["decisions"]
    assert (one["before"], one["after"], one["because"]) == ("approve", "needs data", "references")


def test_simulate_shows_the_load_by_department(svc: Svc, tmp_path: Path) -> None:
    part = svc.new("Offer", "--type", "offer", "--client", "metallstroy", now=DAY.format(time="10:00"))
    svc(f"take {part}", now=DAY.format(time="10:00"))
    svc(f"done {part} --field items=rebar", now=DAY.format(time="12:00"))
    text = (svc.folder / "regulations/commercial-offer.md").read_text(encoding="utf-8")
    (gone,) = (line for line in text.splitlines(keepends=True) if line.startswith("- {name: customs"))
    path = draft(svc, tmp_path, "commercial-offer", (gone, ""), (", with: customs}", "}"))
    load = {row["department"]: row for row in svc.json(f"regulation simulate {path} --period 2026-10")["load"]}
    assert load["sales"] == {
        "department": "sales",
        "before": 3,
        "after": 3,
        "time_before_s": None,
        "time_after_s": None,
    }
    assert load["customs"]["before"] == load["logistics"]["before"] == load["logistics"]["after"] == 1
    assert (load["customs"]["after"], load["customs"]["time_after_s"]) == (0, 0)


def test_simulate_for_requests_of_another_regulation(svc: Svc, tmp_path: Path) -> None:
    put_in_force(svc, plain(svc, tmp_path, "30m", "4h"))
    work(svc, "10:05", "10:30")
    path = draft(
        svc, tmp_path, "callback", ("regulation: callback", "regulation: call"), ("{type: callback}", "{type: x}")
    )
    assert svc.json(f"regulation simulate {path} --period 2026-10")["requests"] == 0
    assert svc.json(f"regulation simulate {path} --period 2026-10 --replaces callback")["requests"] == 1


def test_simulate_of_a_broken_draft(svc: Svc, tmp_path: Path) -> None:
    path = draft(svc, tmp_path, "callback", ("version: 1", "version: one"))
    assert "“version” should be a whole number" in svc(f"regulation simulate {path}", code=3).err
    assert "there is no regulation “erand”" in svc("regulation simulate erand", code=1).err
