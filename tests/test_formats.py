"""docs/formats.md is true: its example files are a desk without problems, its tables are the program's own.

``<!-- file: PATH -->`` before a block names the file it is an example of. ``<!-- keys: NAME -->`` before a paragraph of
words in backticks says that these are all keys of a JSON document, and no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from svcctl.model.calendar import Calendar
from svcctl.model.event import ENVELOPE, Event
from svcctl.model.events import VOCABULARY
from svcctl.model.settings import Channel, Client, Settings
from svcctl.model.team import Department, Person
from svcctl.store import yaml
from svcctl.store.records import parse_record
from tests.conftest import Svc, git

TEXT = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", TEXT, re.DOTALL))
KEYS = {
    name: re.findall(r"`(\S+)`", words)
    for name, words in re.findall(r"<!-- keys: (.*?) -->\n(.*?)\n\n", TEXT, re.DOTALL)
}
REQUEST = "R-20261123-k7qm4d"


@pytest.fixture
def desk(svc: Svc) -> Svc:
    """The desk that the example files are."""
    for path in svc.git("ls-files").split():
        if path.startswith(("clients/", "calendars/", "regulations/")):
            (svc.folder / path).unlink()
    for path, text in EXAMPLES.items():
        svc.write(path, text, commit=False)
    svc.git("add", "-A")
    svc.git("commit", "-qm", "The examples")
    svc.now = "2026-11-24T12:00:00+03:00"
    return svc


# The files


def test_every_kind_of_file_has_an_example() -> None:
    folders = {path.partition("/")[0] for path in EXAMPLES}
    assert folders >= {"desk.yaml", "team.yaml", "channels.yaml", "calendars", "clients", "prices", "vat"}
    assert folders >= {"regulations", "requests", "offers"}


def test_the_examples_are_a_desk_without_problems(desk: Svc) -> None:
    assert desk("fsck").out == f"checked {len(EXAMPLES) + 1} files: no problems\n"
    assert desk("regulation test").out == "tried 2 examples: all as expected\n"
    assert desk("regulation lint").out == "checked 1 regulation: no problems\n"


def test_the_examples_are_what_they_say(desk: Svc) -> None:
    assert desk.json(f"show {REQUEST}")["handoff"]["to"] == "logistics"
    offer = desk.json(f"offer show {REQUEST}")
    assert [one["subject"] for one in offer["approvals"]] == ["approve"]
    assert desk.json('calendar add "2026-11-20 16:00" 2h')["end"] == "2026-11-21T10:00:00+03:00"
    assert len(desk.json(f"offer lines {REQUEST} add IMP-1 2 --dry-run")["lines"]) == 3


def keys_of(path: str) -> set[str]:
    """Every key that an example file has, at any depth."""
    text = EXAMPLES[path]
    if path.endswith(".md"):
        text = text.split("---\n")[1]
    mapping, problems = yaml.read(text, path)
    assert mapping is not None and not problems, problems
    return set(_keys(mapping))


def _keys(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [key for name, inner in value.items() for key in (name, *_keys(inner))]
    return [key for item in value for key in _keys(item)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("desk.yaml", Settings._fields),
        ("team.yaml", {*Department._fields, *Person._fields} - {"handle"}),
        ("channels.yaml", Channel._fields),
        ("clients/metallstroy.yaml", {*Client._fields} - {"handle"}),
        ("calendars/office.yaml", ("calendar", "title", "timezone", "week", "holidays", "dates")),
    ],
)
def test_the_examples_have_every_key(path: str, fields: tuple[str, ...]) -> None:
    assert set(fields) - {"name"} <= keys_of(path)


@pytest.mark.parametrize("path", ["regulations/commercial-offer.md", "offers/2026/11/23/R-20261123-k7qm4d/r1.yaml"])
def test_the_large_examples_have_every_key(path: str, desk: Svc) -> None:
    from svcctl.model.clockrules import ClockRule
    from svcctl.model.offer import Offer, OfferLine
    from svcctl.model.regulation import Escalation, Regulation
    from svcctl.model.stages import Stage

    kinds: dict[str, tuple[Any, ...]] = {
        "regulations": (Regulation, Stage, Escalation, ClockRule),
        "offers": (Offer, OfferLine),
    }
    # Tables of departments stand instead of the one of all, so no file has both.
    made = {"body", "source", "places", "decisions", "combine"}
    spelled = {"with_": "with", "condition": "if"}
    fields = {field for kind in kinds[path.partition("/")[0]] for field in kind._fields} - made
    assert {spelled.get(field, field) for field in fields} <= keys_of(path)


def test_the_header_table_has_every_key() -> None:
    from svcctl.store.records import _HEADER_TEXTS

    section = TEXT.partition("### The header")[2].partition("### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {*_HEADER_TEXTS, "fields", "events"}


def test_the_envelope_table_has_every_key() -> None:
    section = TEXT.partition("### An event's line")[2].partition("### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(ENVELOPE)


def test_the_verdicts_have_every_key(svc: Svc) -> None:
    told = re.findall(r"`(\w+)`", TEXT.partition("by the clock's key")[2].partition("They are final")[0])
    svc(f"take {svc.new('Rebar', '--type', 'offer', '--client', 'metallstroy')}")
    verdicts = [
        event["clocks"] for event in svc.json(f"show {svc.json('mine')[0]['id']}")["events"] if "clocks" in event
    ]
    assert sorted(verdicts[0]["pickup"]) == sorted(told)


def test_the_example_calendar_is_read() -> None:
    mapping, _ = yaml.read(EXAMPLES["calendars/office.yaml"], "calendars/office.yaml")
    table, _ = yaml.read(EXAMPLES["calendars/kazan.yaml"], "calendars/kazan.yaml")
    assert mapping is not None
    assert Calendar.parse(mapping, {"ru": {**(table or {}), "holidays": "ru"}}).name == "office"


def test_the_example_record_stands_as_svcctl_writes_it() -> None:
    from svcctl.store.records import dump_record

    path = f"requests/2026/11/23/{REQUEST}.yaml"
    record = parse_record(EXAMPLES[path], path)
    assert record.header is not None
    assert dump_record(record.header, record.events) == EXAMPLES[path]


# The vocabulary


def vocabulary() -> str:
    """The table of the vocabulary."""
    rows = ["| do | what happened | fields | when |", "|---|---|---|---|"]
    rows += [_row(name, kind) for name, kind in VOCABULARY.items()]
    return "\n".join(rows)


def _row(name: str, kind: type[Event]) -> str:
    said = " ".join((kind.__doc__ or "").split()).replace("``", "`").rstrip(".")
    fields = " ".join(_field(field, kind) for field in kind.names)
    return f"| `{name}` | {said} | {fields} | {kind.allowed_when} |"


def _field(name: str, kind: type[Event]) -> str:
    types = {"str": "", "int": " int", "dict[str, str]": " dict", "list[str]": " list"}
    return f"`{name.rstrip('_')}`{'*' if name in kind.required else ''}{types[kind.names[name]]}"


def test_the_vocabulary_is_the_programs_own() -> None:
    table = TEXT.partition("<!-- vocabulary -->\n")[2].partition("\n<!-- end")[0]
    assert table == vocabulary(), f"the vocabulary has changed; put this into docs/formats.md:\n{vocabulary()}"


# JSON


def busy(svc: Svc) -> str:
    """A request with a wait, a promise and two stages in other hands."""
    ident = svc.new("Rebar", *["--type", "offer", "--client", "metallstroy", "--channel", "phone"])
    svc(f"take {ident}")
    svc(f"done {ident} --field items=rebar")
    svc(["promise", ident, "--at", "+1h", "-m", "we call"], now="2026-11-23T10:30")
    return ident


def credit(svc: Svc, *more: str) -> dict[str, Any]:
    ident = svc.new("Loan", *["--type", "credit", "--client", "metallstroy"])
    line = f"decide {ident} --field identified=no"
    decision: dict[str, Any] = svc.json([*line.split(), *more])["decision"]
    return decision


def delivered(svc: Svc) -> Any:
    busy(svc)
    path = svc.folder.parent / "delivered.json"
    svc(f"check --escalate --exec 'tee {path}'", now="2026-11-24T17:00")
    return json.loads(path.read_text(encoding="utf-8"))


def second_version(svc: Svc) -> int:
    path = "regulations/callback.md"
    svc.write(path, (svc.folder / path).read_text(encoding="utf-8").replace("version: 1", "version: 2"))
    return 2


def log_file(svc: Svc) -> str:
    path = svc.folder.parent / "log.csv"
    path.write_text("case,activity,resource,time\n1,open,Anna,2026-11-20T10:00:00\n1,close,Anna,2026-11-20T11:00:00\n")
    return str(path)


def offer(svc: Svc) -> str:
    ident = svc.new("Rebar", *["--type", "offer", "--client", "metallstroy"])
    svc(["offer", "new", ident, "--line", "Rebar;20;t;58500;22%"], err="before the client")
    return ident


def cloned(svc: Svc) -> str:
    """A request that was taken here and in a clone."""
    ident = svc.new("Rebar")
    clone = svc.folder.parent / "clone"
    git(svc.folder.parent, "clone", "-q", str(svc.folder), "clone")
    Svc(clone, svc.monkeypatch, "sidorov")(f"take {ident}")
    # Else git does not let anybody push to a branch that is checked out.
    git(clone, "switch", "-q", "--detach")
    svc(f"take {ident}")
    return ident


def broken(svc: Svc) -> Any:
    svc.write("clients/odd.yaml", "nmae: x\n")
    return svc("fsck --json", code=3).json


def error(svc: Svc) -> Any:
    return json.loads(svc("show zzz --json", code=1, err="zzz").err)


DOCUMENTS: dict[str, Callable[[Svc], Any]] = {
    "request": lambda svc: svc.json(f"take {svc.new()}"),
    "stage": lambda svc: svc.json(f"note {busy(svc)} -m x")["stages"][0],
    "handoff": lambda svc: svc.json(f"note {busy(svc)} -m x")["handoff"],
    "clock": lambda svc: svc.json(f"note {busy(svc)} -m x")["clocks"][0],
    "promise": lambda svc: svc.json(f"note {busy(svc)} -m x")["promises"][0],
    "decision": lambda svc: credit(svc, "--explain"),
    "check": lambda svc: svc.json("check"),
    "finding": lambda svc: busy(svc) and svc.json("check", now="2026-11-24T17:00")["promises"][0],
    "notice": lambda svc: (
        busy(svc) and svc.json("check --escalate --remind --dry-run", now="2026-11-24T17:00")["told"][0]
    ),
    "delivery": lambda svc: delivered(svc),
    "explain": lambda svc: svc.json(f"explain {busy(svc)} resolve"),
    "status": lambda svc: svc.json("status"),
    "you": lambda svc: svc.json("status")["you"],
    "day": lambda svc: busy(svc) and svc.json("agenda")[0],
    "item": lambda svc: busy(svc) and svc.json("status", now="2026-11-23T10:40")["you"]["next"][0],
    "board": lambda svc: svc.json("board"),
    "column": lambda svc: busy(svc) and svc.json("board")["columns"][0],
    "whoami": lambda svc: svc.json("whoami"),
    "calendar add": lambda svc: svc.json("calendar add 2026-11-23T10:00 1h"),
    "calendar between": lambda svc: svc.json("calendar between 2026-11-23T10:00 2026-11-23T11:00"),
    "calendar month": lambda svc: svc.json("calendar month"),
    "calendar show": lambda svc: svc.json("calendar show"),
    "report": lambda svc: svc.json("report service"),
    "figure": lambda svc: svc.json("report service")["figures"]["pickup"],
    "offer": lambda svc: svc.json(f"offer show {offer(svc)}"),
    "offer line": lambda svc: svc.json(f"offer lines {offer(svc)}")[0],
    "offer refresh": lambda svc: svc.json(f"offer refresh {offer(svc)}"),
    "offer row": lambda svc: offer(svc) and svc.json("offer list")[0],
    "regulation row": lambda svc: svc.json("regulation list")[0],
    "regulation test": lambda svc: svc.json("regulation test"),
    "regulation diff": lambda svc: svc.json(f"regulation diff callback {second_version(svc)} 1"),
    "regulation simulate": lambda svc: svc.json("regulation simulate callback"),
    "sync": lambda svc: cloned(svc) and svc.json(f"sync {svc.folder.parent / 'clone'}", err="superseded"),
    "conflict": lambda svc: (
        cloned(svc) and svc.json(f"sync {svc.folder.parent / 'clone'}", err="superseded")["conflicts"][0]
    ),
    "verify": lambda svc: forged(svc),
    "verified problem": lambda svc: forged(svc)["problems"][0],
    "fsck": lambda svc: broken(svc),
    "problem": lambda svc: broken(svc)["problems"][0],
    "client": lambda svc: svc.json("client list")[0],
    "department": lambda svc: svc.json("team list")["departments"][0],
    "person": lambda svc: svc.json("team list")["people"][0],
    "import": lambda svc: svc.json(f"import eventlog {log_file(svc)} --timezone Europe/Moscow"),
    "archive": lambda svc: svc.new() and svc.json("archive --list")[0],
    "exported request": lambda svc: exported(svc)[0],
    "exported event": lambda svc: exported(svc)[1],
    "error": lambda svc: error(svc),
}


def forged(svc: Svc) -> Any:
    svc.write("README.md", "By a stranger.\n")
    return svc.json("verify HEAD~1", code=3)


def exported(svc: Svc) -> list[Any]:
    busy(svc)
    return [json.loads(line) for line in svc("export ndjson").out.splitlines()]


def test_every_list_of_keys_is_compared() -> None:
    assert set(KEYS) == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_the_keys_that_are_told(name: str, svc: Svc) -> None:
    value = DOCUMENTS[name](svc)
    assert sorted(value) == sorted(KEYS[name]), f"docs/formats.md, keys: {name}"
