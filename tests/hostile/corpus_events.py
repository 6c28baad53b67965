"""Event lines that are no events, huge, impossible, or fit nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.hostile.corpus import Hostile
from tests.hostile.ground import AT, CLOSED, OFFER, PLAIN, PLAIN_RECORD, Ground

_ENVELOPE = '"id": "xxxxxxxx", "n": 9, "prev": "", "at": "2026-11-23T09:00:00+03:00", "by": "kim", "do": "noted"'
_CLOCK = {
    "verdict": "met",
    "due": AT,
    "elapsed_s": 1,
    "remaining_s": 1,
    "target": "1h",
    "calendar": "x",
    "regulation": "y",
}

# Whole lines.
ROWS: dict[str, str] = {
    "no json": "- {x: y}",
    "half": '- {"id": "x',
    "a list": "- [1, 2]",
    "a word": '- "x"',
    "a number": "- 7",
    "null": "- null",
    "empty": "- {}",
    "deep lists": "- " + "[" * 100_000,
    "deep mappings": "- " + '{"a": ' * 100_000,
    "deep and closed": "- {" + _ENVELOPE + ', "text": ' + "[" * 900 + "]" * 900 + "}",
    "very deep and closed": "- {" + _ENVELOPE + ', "text": "x", "x": ' + "[" * 20_000 + "]" * 20_000 + "}",
    "nan": "- {" + _ENVELOPE + ', "text": "x", "x": NaN, "y": Infinity, "z": -Infinity}',
    "infinite float": "- {" + _ENVELOPE + ', "text": "x", "x": 1e999, "y": [-1e999]}',
    "thousands of digits": "- {" + _ENVELOPE + ', "text": "x", "x": ' + "9" * 5_000 + "}",
    "thousands of digits for n": "- {" + _ENVELOPE.replace("9,", "9" * 4_000 + ",") + ', "text": "x"}',
    "duplicate keys": "- {" + _ENVELOPE + ', "by": "petrova", "text": "x", "text": "y"}',
    "half a surrogate": "- {" + _ENVELOPE + ', "text": "\\ud800"}',
    "half a surrogate as a key": "- {" + _ENVELOPE + ', "text": "x", "\\udc00": 1}',
    "nul": "- {" + _ENVELOPE + ', "text": "\\u0000"}',
    "raw control": "- {" + _ENVELOPE + ', "text": "\x1b[2J"}',
    "raw nul": "- {" + _ENVELOPE + ', "text": "\0"}',
    "raw c1": "- {" + _ENVELOPE + ', "text": "\x9b2J"}',
    "comment": "# - {" + _ENVELOPE + "}",
    "yaml alias": "- *x",
    "yaml tag": "- !!python/object:x {}",
    "block": "- id: x\n  n: 1",
    "conflict marks": "<<<<<<< HEAD\n=======\n>>>>>>> other",
    "second header": "id: R-20261123-zzzzzz\ntitle: another\nevents:",
    "long": "- {" + _ENVELOPE + ', "text": "' + "x" * 1_900_000 + '"}',
    "blank lines": "\n" * 100_000,
    "spaces": " " * 500_000,
}

# Values over an envelope that fits.
VALUES: dict[str, dict[str, Any]] = {
    "n is 0": {"n": 0, "text": "x"},
    "n is negative": {"n": -1, "text": "x"},
    "n is huge": {"n": 2**70, "text": "x"},
    "n is a float": {"n": 1.5, "text": "x"},
    "n is a text": {"n": "1", "text": "x"},
    "n is true": {"n": True, "text": "x"},
    "n is null": {"n": None, "text": "x"},
    "id is empty": {"id": "", "text": "x"},
    "id is a path": {"id": "../../x", "text": "x"},
    "id is long": {"id": "x" * 100_000, "text": "x"},
    "id is a list": {"id": ["x"], "text": "x"},
    "id is an option": {"id": "--all", "text": "x"},
    "prev is itself": {"prev": "x0000004", "text": "x"},
    "prev is nothing": {"prev": "nothing", "text": "x"},
    "prev is a mapping": {"prev": {}, "text": "x"},
    "also is huge": {"also": ["nothing"] * 100_000, "text": "x"},
    "also is a text": {"also": "xyz", "text": "x"},
    "also holds a mapping": {"also": [{}], "text": "x"},
    "by is empty": {"by": "", "text": "x"},
    "by is a path": {"by": "../../etc/passwd", "text": "x"},
    "by is an option": {"by": "--help", "text": "x"},
    "by looks alike": {"by": "іvanova", "text": "x"},
    "by is a list": {"by": ["ivanova"], "text": "x"},
    "do is empty": {"do": ""},
    "do is a method": {"do": "__class__"},
    "do is a list": {"do": ["noted"], "text": "x"},
    "do is long": {"do": "x" * 100_000},
    "keys of python": {"text": "x", "__class__": "x", "__dict__": {}, "self": 1, "stamped": 1, "line": 1, "faults": 2},
    "keys of svcctl": {"text": "x", "automatic": True, "extra": {"a": 1}, "required": [], "problems": 1, "check": 1},
    "file elsewhere": {"do": "attached", "file": "/etc/passwd", "name": "passwd"},
    "file above": {"do": "attached", "file": "files/../../outside/secret.txt", "name": "x"},
    "file is an option": {"do": "attached", "file": "--output=canary-was-here", "name": "x"},
    "file has a line break": {"do": "attached", "file": "files/a\nHEAD:desk.yaml", "name": "x"},
    "file is a list": {"do": "attached", "file": ["x"], "name": {}},
    "text is a number": {"text": 7},
    "text is a list": {"text": ["x"]},
    "text is null": {"text": None},
    "clocks is a text": {"text": "x", "clocks": "pickup"},
    "clocks is a list": {"text": "x", "clocks": [1]},
    "a clock is a text": {"text": "x", "clocks": {"pickup": "met", "resolve": None, "accept": [1]}},
    "a clock has wrong kinds": {
        "text": "x",
        "clocks": {"resolve": {**_CLOCK, "elapsed_s": "x", "due": 7, "verdict": 1}},
    },
    "a clock is huge": {
        "text": "x",
        "clocks": {"resolve": {**_CLOCK, "elapsed_s": 10**400, "remaining_s": -(10**300)}},
    },
    "a clock is a float": {"text": "x", "clocks": {"resolve": {**_CLOCK, "elapsed_s": 1e308, "remaining_s": 0.1}}},
    "a clock's verdict is unknown": {"text": "x", "clocks": {"resolve": {**_CLOCK, "verdict": "maybe"}}},
    "a clock is empty": {"text": "x", "clocks": {"resolve": {}, "": {}, "stage:": _CLOCK, "promise:x": _CLOCK}},
    "a clock's moment is beyond": {"text": "x", "clocks": {"resolve": {**_CLOCK, "due": "99999-01-01T00:00:00+03:00"}}},
    "promise beyond 9999": {"do": "promised", "text": "x", "due": "10000-01-01T00:00:00+03:00"},
    "promise at the end": {"do": "promised", "text": "x", "due": "9999-12-31T23:59:59-23:59"},
    "promise at the beginning": {"do": "promised", "text": "x", "due": "0001-01-01T00:00:00+14:00"},
    "promise in 2999": {"do": "promised", "text": "x", "due": "2999-12-31T23:59:59-12:00"},
    "promise is a number": {"do": "promised", "text": "x", "due": 1795417200},
    "wait until beyond": {"do": "waiting", "for": "client", "until": "99999-12-31"},
    "wait until 2999": {"do": "waiting", "for": "client", "until": "2999-12-31T00:00:00+03:00"},
    "worked for ages": {"do": "worked", "minutes": 10**30},
    "worked backwards": {"do": "worked", "minutes": -(10**9)},
    "worked a text": {"do": "worked", "minutes": "25"},
    "rated 11": {"do": "rated", "score": 11},
    "rated by far": {"do": "rated", "score": -(10**30)},
    "rated true": {"do": "rated", "score": True},
    "within for ages": {"do": "handed_off", "to": "customs", "within": "99999999999d"},
    "within nothing": {"do": "handed_off", "to": "customs", "within": "0m"},
    "within backwards": {"do": "handed_off", "to": "customs", "within": "-5h"},
    "within a thousand years": {"do": "handed_off", "to": "customs", "within": "300000d"},
    "within hours for ages": {"do": "handed_off", "to": "customs", "within": "99999999h!"},
    "handed to nobody": {"do": "handed_off", "to": ""},
    "handed to a list": {"do": "handed_off", "to": ["kim"]},
    "handed to a person of a path": {"do": "handed_off", "to": "../desk"},
    "set header values": {
        "do": "set",
        "values": {"id": "x", "opened": "x", "title": "", "priority": "x", "department": "-x"},
    },
    "set nested": {"do": "set", "values": {"a": {"b": 1}, "c": None, "d": [1]}},
    "set a list": {"do": "set", "values": ["a"]},
    "set many": {"do": "set", "values": {f"k{n}": "v" for n in range(20_000)}},
    "set the regulation": {"do": "set", "values": {"regulation": "../../desk@1"}},
    "set due beyond": {"do": "set", "values": {"due": "99999-01-01"}},
    "set the type": {"do": "set", "values": {"type": "--all", "client": "../zoo", "channel": "\n"}},
    "linked to itself": {"do": "linked", "to": PLAIN},
    "linked to a path": {"do": "linked", "to": "../../desk", "kind": "--"},
    "linked to a number": {"do": "linked", "to": 7},
    "merged into itself": {"do": "merged_into", "into": PLAIN},
    "stage of nothing": {"do": "stage_done", "stage": "nowhere", "fields": {"x": "y"}},
    "stage with wrong fields": {"do": "stage_done", "stage": "intake", "fields": [1], "skipped": {}},
    "stage of a path": {"do": "stage_started", "stage": "../x", "department": "../y", "role": "--", "within": "9e99h"},
    "decided wrongly": {
        "do": "decided",
        "outcome": "x",
        "rule": 10**30,
        "inputs": {"a": 1},
        "regulation": "x@y",
        "because": [],
    },
    "escalated wrongly": {"do": "escalated", "clock": "x:y:z#", "level": "NaN%", "to": ["a", 7], "assign": "../x"},
    "escalated to a text": {"do": "escalated", "clock": "", "level": "999999999999%", "to": "kim"},
    "reminded wrongly": {"do": "reminded", "clock": ":", "level": "-99999999d", "to": []},
    "revision is a path": {"do": "offer_drafted", "revision": "../../../desk"},
    "revision is huge": {"do": "offer_sent", "revision": "r999999999999", "channel": "x", "content": "x" * 1_000},
    "revision is a number": {"do": "offer_approved", "revision": 1, "subject": {}, "content": 7},
    "acknowledged nothing": {"do": "acknowledged", "event": "nothing"},
    "redacted nothing": {"do": "redacted", "event": "../x", "why": "y"},
    "redacted itself": {"do": "redacted", "event": "x0000004", "why": "y"},
    "promise of nothing": {"do": "promise_kept", "promise": "nothing"},
    "resolved twice": {"do": "resolved", "outcome": "x", "code": "../x"},
    "at beyond 9999": {"at": "10000-01-01T00:00:00+03:00", "text": "x"},
    "at the end": {"at": "9999-12-31T23:59:59-23:59", "text": "x"},
    "at the beginning": {"at": "0001-01-01T00:00:00+23:59", "text": "x"},
    "at in 1900": {"at": "1900-01-01T00:00:00+14:00", "text": "x"},
    "at in 2999": {"at": "2999-12-31T23:59:59-12:00", "text": "x"},
    "at without a zone": {"at": "2026-11-23T09:00:00", "text": "x"},
    "at with seconds of offset": {"at": "2026-11-23T09:00:00+03:00:01", "text": "x"},
    "at with an offset of a day": {"at": "2026-11-23T09:00:00+24:00", "text": "x"},
    "at in other digits": {"at": "２０２６-11-23T09:00:00+03:00", "text": "x"},
    "at a leap second": {"at": "2026-12-31T23:59:60+00:00", "text": "x"},
    "at a week": {"at": "2026-W47-1T09:00:00+03:00", "text": "x"},
    "at is a number": {"at": 1795417200, "text": "x"},
    "at is null": {"at": None, "text": "x"},
    "at a day ahead": {"at": "2026-11-24T09:00:00+03:00", "text": "x"},
    "at a day behind": {"at": "2026-11-22T09:00:00+03:00", "text": "x"},
    "rec is wrong": {"rec": "yesterday", "text": "x"},
    "rec is a number": {"rec": 7, "text": "x"},
}


def _many(ground: Ground, rows: list[dict[str, Any]]) -> None:
    ground.event(PLAIN, *rows)


def _forks(count: int, *words: str) -> list[dict[str, Any]]:
    return [{"n": 3, "do": words[n % len(words)], "by": f"p{n % 50}"} for n in range(count)]


def _chain(count: int) -> list[dict[str, Any]]:
    return [{"n": n + 5, "prev": f"x{n + 3:07}", "text": "x"} for n in range(count)]


def _cycle(ground: Ground, do: str, key: str) -> None:
    ground.event(PLAIN, {"do": do, key: CLOSED})
    ground.event(CLOSED, {"do": do, key: OFFER})
    ground.event(OFFER, {"do": do, key: PLAIN})


CROWDS: dict[str, list[dict[str, Any]]] = {
    "10,000 notes": [{"text": "x"} for _ in range(10_000)],
    "5,000 notes in a chain": _chain(5_000),
    "2,000 competing deeds": _forks(2_000, "taken", "released"),
    "1,500 competing changes": [{"n": 3, "do": "set", "values": {"a": str(n)}} for n in range(1_500)],
    "1,000 promises": [{"do": "promised", "text": "x", "due": "2026-11-24T09:00:00+03:00"} for _ in range(1_000)],
    "1,000 hand-offs": [
        row for _ in range(1_000) for row in ({"do": "handed_off", "to": "customs"}, {"do": "returned", "why": "x"})
    ],
    "1,000 waits": [row for _ in range(1_000) for row in ({"do": "waiting", "for": "client"}, {"do": "resumed"})],
    "1,000 reopenings": [
        row for _ in range(1_000) for row in ({"do": "resolved", "outcome": "x"}, {"do": "reopened", "why": "y"})
    ],
    "1,000 stages": [{"do": "stage_started", "stage": f"s{n}", "department": "sales"} for n in range(1_000)],
    "3,000 times one id": [{"id": "samesame", "text": str(n)} for n in range(3_000)],
}


def _carriage_returns(ground: Ground) -> None:
    ground.write(PLAIN_RECORD, ground.text(PLAIN_RECORD).replace("\n", "\r\n"))


def _copied(ground: Ground) -> None:
    text = ground.text(PLAIN_RECORD)
    ground.write(PLAIN_RECORD, text + text.partition("events:\n")[2] + text)


def inputs() -> Iterator[Hostile]:
    for name, row in ROWS.items():
        yield Hostile("event lines", name, lambda ground, row=row: ground.event(PLAIN, row))
    for number, (name, values) in enumerate(VALUES.items()):
        request = (PLAIN, OFFER)[number % 2]
        yield Hostile("event values", name, lambda ground, of=request, what=values: ground.event(of, what))
    for name, rows in CROWDS.items():
        yield Hostile("crowds of events", name, lambda ground, rows=rows: _many(ground, rows))
    yield Hostile("event lines", "merged in a circle", lambda ground: _cycle(ground, "merged_into", "into"))
    yield Hostile("event lines", "linked in a circle", lambda ground: _cycle(ground, "linked", "to"))
    yield Hostile("event lines", "crlf", _carriage_returns)
    yield Hostile("event lines", "the record twice", _copied)
