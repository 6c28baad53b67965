"""regulation list, show, lint, test."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Svc

NAMES = ["callback", "commercial-offer", "complaint", "credit-application", "errand", "internal-request"]


def edit(svc: Svc, name: str, old: str, new: str, commit: bool = True) -> None:
    path = f"regulations/{name}.md"
    text = (svc.folder / path).read_text(encoding="utf-8")
    assert old in text
    svc.write(path, text.replace(old, new, 1), commit)


def test_list_has_each_with_its_owner_and_stages(svc: Svc) -> None:
    listed = svc.json("regulation list")
    assert [one["name"] for one in listed] == NAMES
    assert listed[1] == {
        "name": "commercial-offer",
        "version": 1,
        "title": "Preparing a commercial offer",
        "applies": {"type": ["offer"]},
        "owner": "head",
        "stages": 5,
        "in_force": None,
        "next": None,
    }
    assert "commercial-offer" in svc("regulation list").out
    assert len(svc("regulation list --format plain").out.splitlines()) == len(NAMES)


def test_list_shows_the_others_beside_a_broken_one(svc: Svc) -> None:
    edit(svc, "errand", "version: 1", "version: one")
    result = svc("regulation list --json", code=3, err="regulations/errand.md:3:10: “version” should be")
    assert [one["name"] for one in result.json] == [name for name in NAMES if name != "errand"]


def test_show_has_everything(svc: Svc) -> None:
    text = svc("regulation show credit-application").out
    for part in (
        "credit-application@1  Deciding a credit application",
        "4h",
        "decision == review",
        "otherwise",
        "150%",
    ):
        assert part in text
    assert "Nobody is declined for a reason that is not in the list above." in text


def test_show_as_json(svc: Svc) -> None:
    shown = svc.json("regulation show commercial-offer")
    assert shown["ref"] == "commercial-offer@1"
    assert shown["clocks"][4] == {
        "name": "resolve",
        "within": "3d",
        "pause": ["waiting"],
        "reopen": "resume",
        "start": [],
        "stop": [],
    }
    assert shown["stages"][1]["with"] == ["customs"]
    assert shown["priority"]["urgent"]["pickup"] == "10m"
    assert shown["escalation"][0] == {"at": "50%", "tell": ["owner"], "assign": None, "clocks": ["resolve"]}
    assert shown["authority"] == {"discount": {"specialist": "5%", "head": "15%"}}
    assert shown["decide"] is None
    assert shown["body"].startswith("# Preparing")


def test_show_an_older_version(svc: Svc) -> None:
    edit(svc, "errand", "version: 1\ntitle: An errand with a controller", "version: 2\ntitle: Поручение")
    assert svc.json("regulation show errand")["title"] == "Поручение"
    assert svc.json("regulation show errand@1")["title"] == "An errand with a controller"
    assert "no version 7" in svc("regulation show errand@7", code=3).err


def test_show_an_unknown_one(svc: Svc) -> None:
    result = svc("regulation show complain", code=1)
    assert result.err == "svcctl: there is no regulation “complain”\n  did you mean “complaint”?\n"
    assert svc("regulation show ../desk", code=1).err.startswith("svcctl: there is no regulation")


LEFT_OUT = "credit-application.md:62:11: rule 4 was not analysed for gaps and overlaps: it compares amount, monthly_inc"


def test_lint_finds_nothing_in_a_new_desk(svc: Svc) -> None:
    assert svc("regulation lint", err=LEFT_OUT).out == "checked 6 regulations: no problems\n"
    found = svc.json("regulation lint")
    assert found["problems"] == []
    assert [remark["code"] for remark in found["remarks"]] == ["not-analysed"]
    assert svc("regulation lint errand").out == "checked 1 regulation: no problems\n"


def test_lint_finds_every_mistake_in_every_file(svc: Svc) -> None:
    edit(svc, "errand", "calendar: office", "calendar: ofice")
    edit(svc, "complaint", "version: 1", "version: one")
    edit(svc, "credit-application", "overdue_days > 90", "overdue > 90")
    result = svc("regulation lint", code=3)
    assert [line.split(":")[0] for line in result.out.splitlines()] == [
        "regulations/complaint.md",
        "regulations/credit-application.md",
        "regulations/errand.md",
    ]
    problems = svc.json("regulation lint", code=3)["problems"]
    assert problems[2] == {
        "path": "regulations/errand.md",
        "line": 7,
        "column": 11,
        "code": "unknown-calendar",
        "message": "there is no calendar “ofice”",
        "remedy": "did you mean “office”?",
    }
    assert svc("regulation lint callback").out == "checked 1 regulation: no problems\n"


def test_lint_of_a_file_reads_the_folder(svc: Svc, tmp_path: Path) -> None:
    text = (svc.folder / "regulations/errand.md").read_text(encoding="utf-8")
    draft = tmp_path / "черновик.md"
    draft.write_text(text.replace("owner: head", "owner: шеф"), encoding="utf-8")
    result = svc(["regulation", "lint", str(draft)], code=3)
    assert result.out.startswith(f"{draft}:5:8: nobody answers for the type errand: “шеф” is no person")
    draft.write_bytes(b"---\nregulation: \xff\n---\n")
    assert "is not UTF-8 here" in svc(["regulation", "lint", str(draft)], code=3).out
    assert "cannot read" in svc("regulation lint nothing/here.md", code=1).err


def test_lint_of_a_draft_that_takes_requests_from_another(svc: Svc, tmp_path: Path) -> None:
    text = (svc.folder / "regulations/errand.md").read_text(encoding="utf-8")
    draft = tmp_path / "chore.md"
    draft.write_text(text.replace("regulation: errand", "regulation: chore"), encoding="utf-8")
    assert "“errand” applies to the same requests: type errand" in svc(["regulation", "lint", str(draft)], code=3).out


def test_lint_mentions_edits_it_does_not_see(svc: Svc) -> None:
    edit(svc, "errand", "calendar: office", "calendar: ofice", commit=False)
    result = svc("regulation lint", err="regulations/errand.md has edits that are not committed")
    assert result.out == "checked 6 regulations: no problems\n"


TABLE = """\
policy: unique
  rules:
  - {when: amount < 100 RUB, then: approve, because: little}
  - {when: 90 RUB < amount < 500 RUB, then: review, because: some}
  - {when: amount > 600 RUB and amount < 1 RUB, then: decline, because: much}
"""


def test_lint_shows_gaps_and_overlaps_by_an_example(svc: Svc) -> None:
    path = svc.folder / "regulations/credit-application.md"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("policy: first"), text.index("reasons:\n  return")
    svc.write("regulations/credit-application.md", text[:start] + TABLE + text[end:])
    assert svc("regulation lint credit-application", code=3).out.splitlines() == [
        "regulations/credit-application.md:53:3: no rule covers amount >= 500 RUB, for example amount = 500 RUB"
        " (add a rule for it, or a last one with when: otherwise)",
        "regulations/credit-application.md:54:12: rules 1 and 2 both cover the case amount = 91 RUB"
        " (narrow one of them, or use policy: first)",
        "regulations/credit-application.md:55:12: rule 3 holds for no values (mend it, or drop it)",
    ]


def test_lint_shows_where_the_order_decides_if_asked(svc: Svc) -> None:
    assert "the first, decides" not in svc("regulation lint", err=LEFT_OUT).err
    said = svc("regulation lint --order credit-application", err="rules 1 and 5 both cover the case").err
    assert "rules 1 and 5 both cover the case identified = no, overdue_days = 0, debt_ratio = 0: rule 1, the f" in said


def test_lint_of_an_unknown_name(svc: Svc) -> None:
    assert "did you mean “errand”?" in svc("regulation lint erand", code=1).err


def test_the_examples_of_a_new_desk_pass(svc: Svc) -> None:
    assert svc("regulation test").out == "tried 7 examples: all as expected\n"
    assert svc("regulation test errand").out == "tried 0 examples: all as expected\n"


def test_an_example_that_fails_is_named(svc: Svc) -> None:
    edit(svc, "credit-application", "debt_ratio <= 40%", "debt_ratio <= 20%")
    result = svc("regulation test", code=1)
    assert result.out == (
        "regulations/credit-application.md:72:3: credit-application@1, example 1: expected approve, decided review"
        " (rule 6: neither clearly within the criteria nor clearly outside)\n"
        "tried 7 examples: 1 failed\n"
    )
    tried = svc.json("regulation test credit-application", code=1)
    assert (tried["tried"], tried["failed"]) == (7, 1)
    assert tried["examples"][0]["passed"] is False
    assert tried["examples"][0]["decided"] == "review"


def test_examples_of_a_broken_regulation_are_not_tried(svc: Svc) -> None:
    edit(svc, "credit-application", "overdue_days > 90", "overdue > 90")
    assert "overdue" in svc("regulation test", code=3).err
