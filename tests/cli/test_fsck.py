"""fsck: every problem of every file, none of them hidden by another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Svc


def spoil(svc: Svc, path: str, old: str, new: str) -> None:
    text = (svc.folder / path).read_text(encoding="utf-8")
    assert old in text
    svc.write(path, text.replace(old, new, 1), commit=False)


def commit(svc: Svc) -> None:
    svc.git("add", "-A")
    svc.git("commit", "-qm", "spoil")


def problems(svc: Svc) -> list[dict[str, Any]]:
    commit(svc)
    found: list[dict[str, Any]] = svc("fsck --json", code=3).json["problems"]
    assert all(problem["message"] for problem in found)
    return found


def of(found: list[dict[str, Any]], path: str) -> list[tuple[int, str]]:
    return [(problem["line"], problem["code"]) for problem in found if problem["path"].startswith(path)]


def test_a_desk_in_order(svc: Svc, tmp_path: Path) -> None:
    drawing = tmp_path / "чертёж.txt"
    drawing.write_text("A500C", encoding="utf-8")
    request = svc.new("КП", "--type", "offer", "--client", "metallstroy", "--channel", "email")
    svc(["message", request, "in", "--channel", "email", "-m", "вот", "--file", str(drawing)])
    svc(f"link {svc.new()} {request}")
    count = svc.git("ls-files").count("\n")
    assert svc("fsck").out == f"checked {count} files: no problems\n"
    assert svc.json("fsck") == {"checked": count, "problems": [], "warnings": [], "repaired": []}


def test_every_file_of_reference_is_read(svc: Svc) -> None:
    spoil(svc, "desk.yaml", "calendar: office", "calendar: ofice\ncolour: red")
    spoil(svc, "team.yaml", "department: customs}", "department: custms}")
    svc.write("channels.yaml", "phone: {answers: salez}\n", commit=False)
    spoil(svc, "calendars/office.yaml", "09:00", "9 o'clock")
    spoil(svc, "calendars/ru.yaml", "\nholidays: ru", "\nholiday: ru")
    svc.write("clients/Big Zoo.yaml", "nmae: x\n", commit=False)
    svc.write("prices/main.yaml", "currency: RUB\nitems: x\n", commit=False)
    svc.write("prices/more.csv", "sku,price\na,dear\n", commit=False)
    svc.write("vat/ru.yaml", "vat: ru\nclasses: x\n", commit=False)
    spoil(svc, "regulations/errand.md", "version: 1", "version: one")
    spoil(svc, "regulations/credit-application.md", "overdue_days > 90", "overdue > 90")
    svc.write("offers/2026/11/21/R-20261121-k7qm4d/r1.yaml", "offer: x\n", commit=False)
    found = problems(svc)
    assert of(found, "desk.yaml") == [(10, "unknown-key")]
    assert of(found, "team.yaml") == [(13, "unknown-department")]
    assert of(found, "calendars/office.yaml")
    assert {code for _, code in of(found, "calendars/ru.yaml")} == {"missing", "unknown-key"}
    assert of(found, "clients/") == [(0, "handle"), (1, "unknown-key")]
    for path in ("prices/main.yaml", "prices/more.csv", "vat/ru.yaml", "regulations/errand.md", "offers/"):
        assert of(found, path), path
    assert of(found, "regulations/credit-application.md") == [(56, "unknown-name")]


def test_what_reference_files_refer_to(svc: Svc) -> None:
    spoil(svc, "desk.yaml", "calendar: office", "calendar: ofice")
    spoil(svc, "desk.yaml", "due_soon: 4h", "due_soon: soon")
    spoil(svc, "desk.yaml", "Europe/Moscow", "Europe/Moskva")
    spoil(svc, "team.yaml", "department: sales}", "department: sales, calendar: nights}")
    away = "away: [{from: 2026-12-01, to: 2026-12-02, substitute: petrov}]"
    spoil(svc, "team.yaml", "department: logistics}", f"department: logistics, {away}}}")
    svc.write("channels.yaml", "phone: {answers: salez}\nemail: {answers: sales}\nchat: {answers: kim}\n", commit=False)
    svc.write("clients/zoo.yaml", "name: Zoo\nmanager: petrof\n", commit=False)
    found = problems(svc)
    assert sorted((p["path"], p["line"], p["code"]) for p in found) == [
        ("channels.yaml", 1, "unknown-person"),
        ("clients/zoo.yaml", 2, "unknown-person"),
        ("desk.yaml", 0, "time-zone"),
        ("desk.yaml", 9, "unknown-calendar"),
        ("desk.yaml", 11, "bad-duration"),
        ("team.yaml", 8, "unknown-calendar"),
        ("team.yaml", 11, "unknown-person"),
    ]


def test_one_broken_record_hides_no_other(svc: Svc) -> None:
    first, second, third = svc.new(), svc.new(), svc.new()
    svc(f"take {third}")
    for part, old, new in (
        (first, "title: ", "title: [\n"),
        (second, "by: ivanova", "by: ivanova\nclient: nobody"),
        (third, '"do": "taken"', '"do": "taken"]'),
    ):
        spoil(svc, str(svc.record_path(part).relative_to(svc.folder)), old, new)
    found = problems(svc)
    by_id = {part: [p["code"] for p in found if part in p["path"]] for part in (first, second, third)}
    assert by_id == {first: ["yaml-syntax"], second: ["unknown-client"], third: ["bad-event"]}


def test_places_in_a_record(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    svc(f"note {request} -m x")
    path = svc.record_path(request)
    lines = path.read_text(encoding="utf-8").split("\n")
    taken = next(number for number, line in enumerate(lines) if '"taken"' in line)
    del lines[taken]
    name = str(path.relative_to(svc.folder))
    svc.write(name, "\n".join(lines).replace("by: ivanova", "by: ivanovna"), commit=False)
    found = problems(svc)
    by = next(number for number, line in enumerate(lines, 1) if line.startswith("by:"))
    assert of(found, name) == [(by, "unknown-person"), (taken + 1, "lost-event")]


def test_a_copied_record(svc: Svc) -> None:
    request = svc.new()
    svc(f"take {request}")
    path = svc.record_path(request)
    name = path.name.replace(request, "zzzzzz")
    text = path.read_text(encoding="utf-8").replace(request, "zzzzzz")
    svc.write(str(path.parent.relative_to(svc.folder) / name), text, commit=False)
    (problem,) = problems(svc)
    assert (problem["code"], problem["path"].endswith("zzzzzz.yaml")) == ("duplicate-event", True)


def test_files_without_events_and_events_without_files(svc: Svc, tmp_path: Path) -> None:
    drawing = tmp_path / "a.txt"
    drawing.write_text("A500C", encoding="utf-8")
    request = svc.new()
    svc(["message", request, "in", "-m", "see", "--file", str(drawing)])
    (body,) = svc.folder.glob("files/*/*/*/*/*")
    svc.git("mv", str(body.relative_to(svc.folder)), str(body.relative_to(svc.folder)) + ".old")
    found = problems(svc)
    assert sorted(p["code"] for p in found) == ["missing-file", "unnamed-file"]


def test_a_regulation_version_that_was_never_there(svc: Svc) -> None:
    request = svc.new("КП", "--type", "offer", "--client", "zoo")
    path = str(svc.record_path(request).relative_to(svc.folder))
    spoil(svc, path, "commercial-offer@1", "commercial-offer@7")
    (problem,) = problems(svc)
    assert problem["message"] == "there is no regulation commercial-offer@7, now or in the history"


def test_an_older_version_is_found_in_the_history(svc: Svc) -> None:
    svc.new("КП", "--type", "offer", "--client", "zoo")
    spoil(svc, "regulations/commercial-offer.md", "version: 1", "version: 2")
    commit(svc)
    assert svc("fsck").out.endswith("no problems\n")


def test_an_unreadable_team_is_one_problem_not_one_a_person(svc: Svc) -> None:
    svc.new()
    svc.write("team.yaml", "people: [\n", commit=False)
    assert [p["code"] for p in problems(svc)] == ["yaml-syntax"]


def test_missing_files_of_the_desk(svc: Svc) -> None:
    svc.git("rm", "-q", "team.yaml")
    (problem,) = problems(svc)
    assert (problem["path"], problem["code"]) == ("team.yaml", "absent")
    assert problem["remedy"] == "git add team.yaml && git commit -m Desk"


@pytest.mark.parametrize(
    "path", ["notes.txt", "requests/x.yaml", "clients/sub/a.yaml", "offers/draft.yaml", "Ещё.yaml"]
)
def test_files_of_no_use_are_mentioned(svc: Svc, path: str) -> None:
    svc.write(path, "x: y\n")
    result = svc("fsck", err="svcctl has no use for this file")
    assert result.err.startswith(f"{path}: ")
    assert result.out.endswith("no problems\n")
    assert svc.json("fsck")["warnings"][0]["path"] == path


@pytest.mark.parametrize("path", ["README.md", "docs/how.md", ".github/x.yml", "templates/offer.html.j2", "LICENSE"])
def test_files_for_people_and_programs_are_left_alone(svc: Svc, path: str) -> None:
    svc.write(path, "x\n")
    assert svc("fsck").err == ""


def test_links_and_bytes(svc: Svc) -> None:
    (svc.folder / "clients/leak.yaml").symlink_to("/etc/passwd")
    svc.write("clients/bytes.yaml", b"name: \xff\n", commit=False)
    request = svc.new()
    svc.write(str(svc.record_path(request).relative_to(svc.folder)), b"id: \xff\n", commit=False)
    found = problems(svc)
    assert of(found, "clients/") == [(1, "encoding"), (0, "link")]
    assert of(found, "requests/") == [(1, "encoding")]


def test_the_text_names_the_place_and_the_remedy(svc: Svc) -> None:
    svc.write("clients/zoo.yaml", "name: Zoo\nmanagr: kim\n")
    result = svc("fsck", code=3)
    count = svc.git("ls-files").count("\n")
    assert result.out == (
        "clients/zoo.yaml:2:1: “managr” is no key of a client (did you mean “manager”?)\n"
        f"checked {count} files: 1 problem\n"
    )
    assert result.err == ""


def test_outside_a_desk(svc: Svc, tmp_path: Path) -> None:
    result = svc(["-C", str(tmp_path), "fsck", "--json"], code=2)
    assert json.loads(result.err)["code"] == "no-desk"
