"""Events for tests: an example of every word of the vocabulary, and strategies that draw any of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from svcctl.model.events import VOCABULARY, Event
from svcctl.model.ids import ALPHABET
from svcctl.model.request import Header

AT = datetime(2026, 11, 21, 10, 5, 40, tzinfo=timezone(timedelta(hours=3)))
ID = "R-20261121-k7qm4d"
HEADER = Header(ID, "КП на арматуру", "offer", AT, "ivanova", department="sales")

EXAMPLES: dict[str, dict[str, Any]] = {
    "taken": {"stage": "intake", "department": "sales"},
    "assigned": {"to": "kuznetsov", "stage": "intake", "department": "logistics", "note": "вы свободны"},
    "released": {"stage": "intake", "note": "ухожу в отпуск"},
    "handed_off": {"to": "logistics", "note": "посчитайте доставку до Казани", "within": "4h", "stage": "intake"},
    "accepted": {"stage": "logistics", "department": "logistics"},
    "returned": {"why": "нет веса", "reason": "items unclear", "stage": "logistics", "to_stage": "draft"},
    "recalled": {"why": "не туда", "stage": "intake"},
    "noted": {"text": "звонить до полудня", "file": "files/2026/11/21/R-20261121-k7qm4d/4f7x2c9k-body.txt"},
    "message_in": {"text": "Где моя арматура?", "channel": "phone", "file": "files/x"},
    "message_out": {"text": "Завтра", "channel": "email", "file": "files/x"},
    "promised": {"due": "2026-11-24T15:00:00+03:00", "text": "инженер звонит"},
    "promise_kept": {"promise": "4f7x2c9k", "note": "позвонил"},
    "promise_broken": {"why": "инженер болен", "promise": "4f7x2c9k"},
    "waiting": {"for_": "client", "why": "нет чертежей", "until": "2026-11-25T12:00:00+03:00"},
    "resumed": {"why": "чертежи пришли"},
    "stage_started": {"stage": "logistics", "department": "logistics", "role": "head", "to": "sidorov", "within": "1d"},
    "stage_done": {"stage": "intake", "fields": {"items": "20 т"}, "note": "ясно", "skipped": "не нужно"},
    "decided": {
        "outcome": "approve",
        "because": "долг мал",
        "rule": 2,
        "inputs": {"amount": "100 RUB"},
        "regulation": "credit-application@1",
        "stage": "decide",
        "department": "finance",
    },
    "set": {"values": {"priority": "urgent"}, "old": {"priority": "normal"}},
    "worked": {"minutes": 25, "note": "звонки"},
    "resolved": {"outcome": "КП отправлено", "code": "sent"},
    "reopened": {"why": "опять течёт"},
    "cancelled": {"why": "клиент построил сам"},
    "linked": {"to": "R-20261121-m2xm2x", "kind": "cause"},
    "merged_into": {"into": "R-20261121-m2xm2x", "why": "то же самое"},
    "rated": {"score": 9, "comment": "быстро"},
    "escalated": {"clock": "resolve", "level": "100%", "to": ["petrova", "sidorov"], "assign": "petrova"},
    "reminded": {"clock": "stage:draft", "level": "-4h", "to": ["ivanova"]},
    "offer_drafted": {"revision": "r1", "content": "ab12"},
    "offer_submitted": {"revision": "r1", "content": "ab12"},
    "offer_approved": {"revision": "r1", "content": "ab12", "subject": "discount"},
    "offer_rejected": {"revision": "r1", "why": "дорого", "reason": "price", "subject": "discount"},
    "offer_sent": {"revision": "r1", "channel": "email", "content": "ab12"},
    "offer_accepted": {"revision": "r1", "note": "ура"},
    "offer_declined": {"revision": "r1", "why": "дорого", "reason": "price"},
    "attached": {"file": "files/x", "name": "чертёж.pdf"},
    "acknowledged": {"event": "4f7x2c9k", "note": "вижу"},
    "redacted": {"event": "4f7x2c9k", "why": "паспортные данные"},
}


def example(do: str, **changes: Any) -> Event:
    """The example of a word with its envelope filled in."""
    fields: dict[str, Any] = {"id": "4f7x2c9k", "n": 1, "prev": "", "at": AT, "by": "ivanova"}
    return VOCABULARY[do](**{**fields, **EXAMPLES[do], **changes})


# Strategies

any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
"""Any text that UTF-8 can carry: control characters, bidi marks, emoji, private and unassigned characters."""

handles = st.sampled_from(["ivanova", "petrova", "sidorov", "nobody", ""])
stages = st.sampled_from(["", "", "intake", "logistics", "customs", "draft"])
event_ids = st.text(st.sampled_from(ALPHABET), min_size=8, max_size=8)
few_ids = st.sampled_from(["aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd"])
offsets = st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(-timedelta(hours=9, minutes=30))])
instants = st.builds(
    lambda moment, zone: moment.replace(microsecond=0, tzinfo=UTC).astimezone(zone),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001 - drawn naive, made aware above
    offsets,
)
instant_texts = st.one_of(instants.map(lambda at: at.isoformat()), st.sampled_from(["", "soon", "2026-02-30T10:00"]))

_BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "stage": stages,
    "to_stage": stages,
    "due": instant_texts,
    "until": instant_texts,
    "promise": st.one_of(st.just(""), few_ids),
    "event": few_ids,
    "assign": handles,
    "department": st.sampled_from(["", "sales", "logistics"]),
    "values": st.dictionaries(
        st.sampled_from(["title", "priority", "due", "department", "client", "weight"]),
        st.one_of(any_text, instant_texts),
        max_size=3,
    ),
}
_BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "str": any_text,
    "int": st.integers(-20, 2000),
    "dict[str, str]": st.dictionaries(any_text, any_text, max_size=3),
    "list[str]": st.lists(any_text, max_size=3),
}


def _own(kind: type[Event], name: str) -> st.SearchStrategy[Any]:
    if name == "to" and kind.names[name] == "str":
        return handles
    return _BY_NAME[name] if name in _BY_NAME else _BY_KIND[kind.names[name]]


@st.composite
def events(draw: st.DrawFn, ids: st.SearchStrategy[str] = event_ids, after: int = 0) -> Event:
    """Any event of the vocabulary with any values its fields allow."""
    kind = VOCABULARY[draw(st.sampled_from(sorted(VOCABULARY)))]
    given = [name for name in kind.names if name in kind.required or draw(st.booleans())]
    own = {name: draw(_own(kind, name)) for name in given}
    return kind(
        id=draw(ids),
        n=draw(st.integers(1 + after, 60 + after)),
        prev=draw(st.one_of(st.just(""), few_ids)),
        at=draw(instants),
        by=draw(handles),
        **own,
    )
