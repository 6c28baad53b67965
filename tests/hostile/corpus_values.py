"""Values of headers, calendars, regulations, offers, prices and settings: huge, impossible, or leading elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.corpus import Hostile
from tests.hostile.ground import OFFER, OFFER_FILE, PLAIN, PLAIN_RECORD, PRICES, Ground

HEADERS: dict[str, tuple[str, str]] = {
    "opened beyond 9999": ("opened: 2026-11-23T10:00:00+03:00", "opened: 10000-01-01T00:00:00+03:00"),
    "opened at the end": ("opened: 2026-11-23T10:00:00+03:00", "opened: 9999-12-31T23:59:59-23:59"),
    "opened at the beginning": ("opened: 2026-11-23T10:00:00+03:00", "opened: 0001-01-01T00:00:00+23:59"),
    "opened in 1900": ("opened: 2026-11-23T10:00:00+03:00", "opened: 1900-01-01T00:00:00+00:00"),
    "opened in 2999": ("opened: 2026-11-23T10:00:00+03:00", "opened: 2999-12-31T23:59:59-12:00"),
    "opened a day ahead": ("opened: 2026-11-23T10:00:00+03:00", "opened: 2026-11-24T10:00:00+03:00"),
    "opened a day behind": ("opened: 2026-11-23T10:00:00+03:00", "opened: 2026-11-22T10:00:00+03:00"),
    "opened by the microsecond": ("opened: 2026-11-23T10:00:00+03:00", "opened: 2026-11-23T10:00:00.999999+03:00"),
    "due beyond 9999": ("by: ivanova", "by: ivanova\ndue: 10000-01-01T00:00:00+03:00"),
    "due in 2999": ("by: ivanova", "by: ivanova\ntype: errand\ndue: 2999-12-31T00:00:00+03:00"),
    "due in 1900": ("by: ivanova", "by: ivanova\ndue: 1900-01-01T00:00:00+03:00"),
    "id is a path": ("id: R-20261123-bbb222", "id: ../../../R-20261123-bbb222"),
    "id is an option": ("id: R-20261123-bbb222", "id: --output=canary-was-here"),
    "id is another's": ("id: R-20261123-bbb222", "id: R-20261123-aaa111"),
    "id in other digits": ("id: R-20261123-bbb222", "id: R-２０２６1123-bbb222"),
    "regulation is a path": ("by: ivanova", "by: ivanova\nregulation: ../../outside/secret.txt@1"),
    "regulation is an option": ("by: ivanova", "by: ivanova\nregulation: --output=x@1"),
    "regulation of no version": ("by: ivanova", "by: ivanova\nregulation: commercial-offer@"),
    "regulation of a huge version": ("by: ivanova", "by: ivanova\nregulation: commercial-offer@" + "9" * 5000),
    "regulation has a line break": ("by: ivanova", 'by: ivanova\nregulation: "commercial-offer\\nHEAD:desk.yaml@1"'),
    "client is a path": ("client: zoo", "client: ../team"),
    "client has a line break": ("client: zoo", 'client: "zoo\\nx"'),
    "client is a glob": ("client: zoo", 'client: "*"'),
    "department is a path": ("by: ivanova", "by: ivanova\ncontroller: ../x\nchannel: ../y"),
    "priority is long": ("by: ivanova", "by: ivanova\npriority: " + "x" * 100_000),
    "by nobody": ("by: ivanova", "by: --help"),
    "fields of all kinds": ("by: ivanova", "by: ivanova\nfields: {a: [1], b: {c: d}, '': x, '--x': y}"),
    "many fields": ("by: ivanova", "by: ivanova\nfields:\n" + "".join(f"  k{n}: v\n" for n in range(20_000)).rstrip()),
    "fields that are huge numbers": (
        "by: ivanova",
        "by: ivanova\nfields: {amount: 1E+999999999 RUB, debt_ratio: 9e99999}",
    ),
    "unknown keys": ("by: ivanova", "by: ivanova\nevents2: x\n__class__: y\nself: {a: [b]}"),
}

CALENDAR = """\
calendar: office
timezone: {zone}
week:
  {week}
{more}
"""
_WEEK = "mon-fri: [09:00-18:00]"
CALENDARS: dict[str, str] = {
    "never open": CALENDAR.format(zone="Europe/Moscow", week="mon: []", more=""),
    "never open by dates": CALENDAR.format(zone="UTC", week=_WEEK, more="dates:\n  1900-01-01..2999-12-31: off"),
    "dates of all time": CALENDAR.format(zone="UTC", week=_WEEK, more="dates:\n  0001-01-01..9999-12-31: off"),
    "dates backwards": CALENDAR.format(zone="UTC", week=_WEEK, more="dates:\n  2027-01-01..2026-01-01: off"),
    "open a minute a year": CALENDAR.format(
        zone="UTC",
        week="sun: []",
        more="dates:\n" + "\n".join(f"  {y}-01-01: [00:00-00:01]" for y in range(2026, 2100)),
    ),
    "many intervals": CALENDAR.format(
        zone="UTC",
        week="mon-sun: ["
        + ", ".join(f"{h:02}:{m:02}-{h:02}:{m + 1:02}" for h in range(24) for m in range(0, 59, 2))
        + "]",
        more="",
    ),
    "many dates": CALENDAR.format(
        zone="UTC",
        week=_WEEK,
        more="dates:\n"
        + "\n".join(
            f"  {y}-{m:02}-{d:02}: short" for y in range(1990, 2090) for m in range(1, 13) for d in range(1, 29)
        ),
    ),
    "many runs of dates": CALENDAR.format(
        zone="UTC", week=_WEEK, more="dates:\n" + "\n".join(f"  1900-01-01..29{n:02}-01-01: off" for n in range(99))
    ),
    "zone is a path": CALENDAR.format(zone="../../../../etc/passwd", week=_WEEK, more=""),
    "zone is absolute": CALENDAR.format(zone="/etc/localtime", week=_WEEK, more=""),
    "zone is empty": CALENDAR.format(zone='""', week=_WEEK, more=""),
    "zone is a folder": CALENDAR.format(zone="Europe", week=_WEEK, more=""),
    "zone has a nul": CALENDAR.format(zone='"Europe\\0/Moscow"', week=_WEEK, more=""),
    "zone is long": CALENDAR.format(zone="x" * 10_000, week=_WEEK, more=""),
    "hours beyond the day": CALENDAR.format(zone="UTC", week="mon: [25:00-26:00, 09:60-10:00, 99999:00-0]", more=""),
    "hours that overlap": CALENDAR.format(
        zone="UTC", week="mon: [09:00-18:00, 10:00-11:00]\n  mon-sun: [22:00-21:00]", more=""
    ),
    "holidays of itself": CALENDAR.format(zone="UTC", week=_WEEK, more="holidays: office"),
    "holidays of a path": CALENDAR.format(zone="UTC", week=_WEEK, more="holidays: ../desk"),
    "short without end": CALENDAR.format(
        zone="UTC", week="mon: [09:00-09:01]", more="dates: {2026-11-23: short, 2026-02-30: off}"
    ),
    "like nothing": CALENDAR.format(
        zone="UTC", week=_WEEK, more="dates: {2026-11-23: {like: xyz}, 2026-11-24: {like: 2026-11-24}}"
    ),
}
TABLE = "holidays: ru\ntitle: x\nyears:\n  {year}:\n    off: [{off}]\n"
TABLES: dict[str, str] = {
    "year 99999": TABLE.format(year=99999, off="99999-01-01"),
    "year of letters": TABLE.format(year="x", off="x"),
    "a run of all time": TABLE.format(year=2026, off="0001-01-01..9999-12-31"),
    "many years": "holidays: ru\nyears:\n"
    + "".join(f"  {y}: {{off: [{y}-01-01..{y}-12-31]}}\n" for y in range(1900, 2999)),
    "work swapped in a circle": "holidays: ru\nyears:\n"
    "  2026: {work: {2026-11-28: 2026-11-29, 2026-11-29: 2026-11-28}}\n",
}

REGULATION = """\
---
regulation: commercial-offer
version: {version}
title: x
owner: {owner}
applies: {{type: offer}}
{more}
---
"""


def _regulation(more: str, version: str = "1", owner: str = "head") -> str:
    return REGULATION.format(version=version, owner=owner, more=more)


def _rules(when: str, inputs: str = "a: number") -> str:
    return _regulation(f"decide:\n  inputs: {{{inputs}}}\n  rules:\n  - {{when: '{when}', then: x, because: y}}")


_EXAMPLE = "- {given: {a: 1E+9999999}, then: x}\n"
REGULATIONS: dict[str, str] = {
    "version is huge": _regulation("", version="9" * 5_000),
    "version is negative": _regulation("", version="-1"),
    "version is no number": _regulation("", version="1e9"),
    "owner is a path": _regulation("", owner="../x"),
    "within for ages": _regulation("clocks: {resolve: {within: 99999999999999d}, pickup: {within: 99999999999h!}}"),
    "within a thousand years": _regulation("clocks: {resolve: {within: 300000d}, pickup: {within: 8000000h}}"),
    "within nothing": _regulation("clocks: {resolve: {within: 0m}, pickup: {within: -1h}}"),
    "within other digits": _regulation("clocks: {resolve: {within: ３d}, pickup: {within: ½h}}"),
    "escalation at once and for ever": _regulation(
        "clocks: {resolve: {within: 1m}}\n"
        "escalation:\n- {at: 0%, tell: [owner]}\n- {at: 99999999999999%, tell: [owner]}"
    ),
    "many escalations": _regulation(
        "clocks: {resolve: {within: 1m}}\nescalation:\n"
        + "".join(f"- {{at: {n}%, tell: [owner]}}\n" for n in range(1, 3_000))
    ),
    "many stages": _regulation(
        "stages:\n" + "".join(f"- {{name: s{n}, department: sales, within: 1h}}\n" for n in range(3_000))
    ),
    "stages beside each other": _regulation(
        "stages:\n" + "".join(f"- {{name: s{n}, department: sales, with: [s{(n + 1) % 300}]}}\n" for n in range(300))
    ),
    "stages that return in a circle": _regulation(
        "stages:\n- {name: a, department: sales, returns_to: b}\n- {name: b, department: sales, returns_to: a}"
    ),
    "stage beside itself": _regulation(
        "stages:\n- {name: a, department: sales, with: [a, a, nothing], if: nothing == 1}"
    ),
    "formula is deep": _rules("(" * 50_000 + "a" + ")" * 50_000 + " > 1"),
    "formula has many nots": _rules("not " * 50_000 + "a > 1"),
    "formula has many minuses": _rules("a > " + "-" * 50_000 + "1"),
    "formula is long": _rules(" and ".join(["a > 1"] * 20_000)),
    "formula is a tower": _rules("a > " + "*".join(["999999999999"] * 2_000)),
    "formula divides by nothing": _rules("a / 0 > 1 / (1 - 1)"),
    "formula has a huge number": _rules("a > " + "9" * 100_000),
    "formula has an exponent": _rules("a > 1E+999999999 and a < 1e-999999999"),
    "formula is python": _rules('__import__("os").system("touch canary-was-here")'),
    "formula takes attributes": _rules("a.__class__.__mro__[1].__subclasses__()"),
    "formula has other signs": _rules("a ＞ １ and a ≤ ∞"),
    "inputs are huge": _rules("a > 1", "a: number >= 1E+999999999, b: integer <= " + "9" * 5_000),
    "choice of many": _rules("a == x", "a: choice(" + ",".join(f"c{n}" for n in range(20_000)) + ")"),
    "choice of many words": _rules("a == c7", 'a: "choice(' + ", ".join(f"c{n}" for n in range(20_000)) + ')"'),
    "many inputs": _rules("i0 > 1", ", ".join(f"i{n}: yes/no" for n in range(2_000))),
    "many rules": _regulation(
        "decide:\n  inputs: {a: number, b: number}\n  policy: unique\n  rules:\n"
        + "".join(f"  - {{when: a > {n} and b < {n}, then: x, because: y}}\n" for n in range(400))
    ),
    "many rules for the same": _regulation(
        "decide:\n  inputs: {a: number}\n  policy: unique\n  rules:\n"
        + "".join(f"  - {{when: a > {n}, then: x, because: y}}\n" for n in range(110))
    ),
    "many axes": _regulation(
        f"decide:\n  inputs: {{{', '.join(f'i{n}: yes/no' for n in range(40))}}}\n  policy: unique\n  rules:\n"
        + "".join(
            f"  - {{when: i{n} or i{(n + 7) % 40} or not i{(n + 13) % 40}, then: x, because: y}}\n" for n in range(40)
        )
    ),
    "long list in a rule": _rules("a in (" + ", ".join(map(str, range(20_000))) + ")"),
    "many examples": _rules("a > 1").replace("\n---\n", "\nexamples:\n" + _EXAMPLE * 500 + "---\n"),
    "prose without end": _regulation("") + "# x\n" * 200_000,
    "no end of the front matter": "---\nregulation: commercial-offer\n" + "x: y\n" * 10,
    "many front matters": "---\n---\n" * 50_000,
    "in force beyond 9999": _regulation("in_force: 99999-01-01"),
    "authority for ages": _regulation("authority: {discount: {specialist: 99999999999999%, head: -5%, x: NaN%}}"),
}

OFFERS: dict[str, tuple[str, str]] = {
    "price with an exponent": ("price: 58500", "price: 1E+999999999"),
    "price with a small exponent": ("price: 58500", "price: 1E-999999999"),
    "price is nan": ("price: 58500", "price: NaN"),
    "price is infinite": ("price: 58500", "price: Infinity"),
    "price is negative": ("price: 58500", "price: -58500"),
    "price is long": ("price: 58500", "price: " + "9" * 5_000),
    "price has many decimals": ("price: 58500", "price: 0." + "3" * 5_000),
    "price in other digits": ("price: 58500", "price: ５８５００"),
    "quantity with an exponent": ("quantity: 20", "quantity: 1E+999999999"),
    "quantity is long": ("quantity: 20", "quantity: " + "9" * 5_000),
    "quantity is nothing": ("quantity: 20", "quantity: 0"),
    "quantity is negative": ("quantity: 20", "quantity: -20"),
    "discount for ages": ("quantity: 20", "quantity: 20\n  discount: 999999999999%"),
    "discount with an exponent": ("quantity: 20", "quantity: 20\n  discount: 1E+999999%"),
    "vat for ages": ("quantity: 20", "quantity: 20\n  vat: 999999999%"),
    "date beyond 9999": ("date: 2026-11-23", "date: 99999-11-23"),
    "date at the end": ("date: 2026-11-23", "date: 9999-12-31"),
    "revision is a path": ("revision: r1", "revision: ../../x"),
    "number of another": (f"offer: {OFFER}", f"offer: {PLAIN}"),
    "currency of nowhere": ("currency: RUB", "currency: 'X\\nY'"),
    "currency is long": ("currency: RUB", "currency: " + "X" * 10_000),
    "language is a path": ("language: ru", "language: ../../../outside/secret"),
}


def _offer(ground: Ground, old: str, new: str) -> None:
    ground.replace(OFFER_FILE, old, new)


def _many_lines(ground: Ground) -> None:
    text = ground.text(OFFER_FILE)
    begin = text.index("- sku:") if "- sku:" in text else text.index("- ")
    line = text[begin:].split("\n- ")[0].rstrip("\n").split("\n\n")[0]
    ground.write(OFFER_FILE, text.replace(line, "\n".join([line] * 3_000), 1))


PRICE_LISTS: dict[str, tuple[str, str]] = {
    "a price with an exponent": ("main.yaml", PRICES.replace("58500", "1E+999999999")),
    "a price that is nan": ("main.yaml", PRICES.replace("58500", "sNaN")),
    "many items": (
        "main.yaml",
        PRICES + "".join(f"- {{sku: S{n}, name: N, unit: t, price: {n}}}\n" for n in range(10_000)),
    ),
    "one item many times": ("main.yaml", PRICES + "- {sku: A500C, name: N, unit: t, price: 1}\n" * 3_000),
    "dates beyond 9999": ("main.yaml", PRICES.replace("vat:", "from: 99999-01-01\nuntil: 0000-00-00\nvat:")),
    "csv of one quote": ("x.csv", 'sku,name,price\n"a,b,1\n' + "x\n" * 1_000),
    "csv of a huge cell": ("x.csv", "sku,name,price\na," + "x" * 500_000 + ",1\n"),
    "csv of many columns": ("x.csv", ",".join(f"c{n}" for n in range(50_000)) + "\n" + "," * 50_000 + "\n"),
    "csv with nul": ("x.csv", "sku,name,price\na,b\0c,1\n"),
    "csv of formulas": ("x.csv", "sku,name,price\n=1+1,@x,=cmd\n"),
    "csv of other line ends": ("x.csv", "sku,name,price\ra,b,1\rc,d,2\r\n\x85e,f,3\u2028"),
    "csv of columns twice": ("x.csv", "sku,sku,name,name,price,price\na,b,c,d,1,2\n"),
    "csv in utf-16": ("x.csv", "sku,name,price\na,b,1\n"),
}
SETTINGS: dict[str, tuple[str, str]] = {
    "due_soon for ages": ("due_soon: 4h", "due_soon: 99999999999h"),
    "due_soon backwards": ("due_soon: 4h", "due_soon: -4h"),
    "silent for ages": ("silent_after: 3d", "silent_after: 99999999999d"),
    "silent for a thousand years": ("silent_after: 3d", "silent_after: 300000d"),
    "zone is a path": ("timezone: Europe/Moscow", "timezone: ../../../etc/passwd"),
    "calendar is a path": ("calendar: office", "calendar: ../../outside/secret"),
    "country is a path": ("country: RU", "country: ../x"),
    "country in other letters": ("country: RU", "country: ＲＵ"),
    "currency is markup": ("currency: RUB", "currency: '<b>'"),
    "language is a path": ("lang: ru", "lang: ../../x"),
    "format of the future": ("format: 1", "format: " + "9" * 5_000),
    "format is no number": ("format: 1", "format: ²"),
}
ERRANDS: dict[str, tuple[str, str]] = {
    "since the beginning": ("since: 2026-11-20T10:00:00+03:00", "since: 1900-01-01T00:00:00+03:00"),
    "since beyond": ("since: 2026-11-20T10:00:00+03:00", "since: 2999-12-31T23:59:59+00:00"),
    "every 32nd": ("every: mon 09:00", "every: 32 25:99"),
    "every long": ("every: mon 09:00", "every: " + "mon," * 20_000 + " 09:00"),
    "due for ages": ("due: +4h", "due: +99999999999d"),
    "due backwards": ("due: +4h", "due: -4h"),
    "to a path": ("to: kim", "to: ../kim"),
    "until beyond": ("due: +4h", "due: +4h\nuntil: 99999-01-01"),
    "in february only": ("every: mon 09:00", "every: 31 09:00\nuntil: 2026-11-21"),
}
AWAY = "away: [{{from: {0}, to: {1}, substitute: {2}, why: x}}]"
TEAMS: dict[str, tuple[str, str]] = {
    "away for ever": (
        "department: customs, role: head",
        "department: customs, role: head, " + AWAY.format("0001-01-01", "9999-12-31", "kim"),
    ),
    "away backwards": (
        "department: customs, role: head",
        "department: customs, role: head, " + AWAY.format("2027-01-01", "2026-01-01", "kim"),
    ),
    "away in a circle": (
        "department: customs, role: head",
        "department: customs, role: head, " + AWAY.format("2026-01-01", "2027-01-01", "kim"),
    ),
    "handle looks alike": ("  nowak:", "  іvanova: {name: x, email: ivanova@example.com, department: sales}\n  nowak:"),
    "handle is an option": ("  nowak:", "  --all: {name: x, email: x@x, department: sales}\n  nowak:"),
    "handle is a path": ("  nowak:", "  ../x: {name: x, email: x@x, department: sales}\n  nowak:"),
    "handle is long": ("  nowak:", f"  {'x' * 10_000}: {{name: x, email: x@x, department: sales}}\n  nowak:"),
    "many people": (
        "  nowak:",
        "".join(f"  p{n}: {{name: x, email: x{n}@x, department: sales}}\n" for n in range(3_000)) + "  nowak:",
    ),
    "address of another": ("nowak@example.com", "ivanova@example.com"),
    "address with a line break": ("nowak@example.com", '"a@b\\nBcc: c@d"'),
    "calendar of a path": ("department: customs, role: head", "department: customs, role: head, calendar: ../desk"),
    "head is nobody": ("head: kim", "head: ../kim, calendar: ../x"),
}


def inputs() -> Iterator[Hostile]:
    for name, (old, new) in HEADERS.items():
        yield Hostile("header values", name, lambda ground, old=old, new=new: ground.replace(PLAIN_RECORD, old, new))
    for name, text in CALENDARS.items():
        yield Hostile("calendars", name, lambda ground, text=text: ground.write("calendars/office.yaml", text))
    for name, text in TABLES.items():
        yield Hostile("calendars", f"table: {name}", lambda ground, text=text: ground.write("calendars/ru.yaml", text))
    for name, text in REGULATIONS.items():
        path = "regulations/commercial-offer.md"
        yield Hostile("regulations", name, lambda ground, path=path, text=text: ground.write(path, text))
    for name, (old, new) in OFFERS.items():
        yield Hostile("offers", name, lambda ground, old=old, new=new: _offer(ground, old, new))
    yield Hostile("offers", "3,000 lines", _many_lines)
    for name, (path, text) in PRICE_LISTS.items():
        data = text.encode("utf-16" if "utf-16" in name else "utf-8")
        yield Hostile("prices", name, lambda ground, path=path, data=data: ground.write(f"prices/{path}", data))
    for path, table in (("desk.yaml", SETTINGS), ("errands/extinguishers.yaml", ERRANDS), ("team.yaml", TEAMS)):
        for name, (old, new) in table.items():
            category = path.rpartition("/")[2].removesuffix(".yaml")
            yield Hostile(
                f"values of {category}",
                name,
                lambda ground, path=path, old=old, new=new: ground.replace(path, old, new),
            )
